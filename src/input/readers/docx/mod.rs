//! DOCX → draft: text, headings, lists with their numbers, tables, text boxes and notes of a Word document.
//!
//! Comments, tracked deletions, hidden and struck-out text, headers, footers and tables of contents are listed; tracked insertions
//! are text. Of a field its result is read. Footnotes stand at the end, numbered.

mod numbering;
mod styles;

use std::collections::BTreeMap;

use super::super::input_format::InputFormat;
use super::super::source::{ReadError, Source};
use super::archive::{DocumentArchive, damaged_document, path_in_archive};
use super::office::{COMMENT_RULE, DELETED_RULE, OfficeCollector, PAGE_EDGE_RULE, ParagraphRole, RunStyle};
use super::xml::{XmlElement, XmlMarkup, walk_xml};
use crate::document::{ArticleDraft, Date};
use numbering::DocxNumbering;
use styles::DocxStyles;

/// Word documents.
pub(super) const INPUT_FORMAT: InputFormat = InputFormat {
    name: "DOCX",
    extensions: &["docx", "docm"],
    shared_extensions: &[],
    about: "Word documents: text, headings, lists, tables and notes; comments, deletions, headers and footers are listed",
    sniff: |beginning| beginning.starts_with(b"PK\x03\x04") && beginning.windows(5).any(|window| window == b"word/"),
    split: None,
    unpack: None,
    read,
};

/// Where the text of a document is unless it says otherwise.
const MAIN_PART: &str = "word/document.xml";

fn read(source: &mut Source) -> Result<ArticleDraft, ReadError> {
    let mut archive = DocumentArchive::open(source)?;
    let main = main_part(&mut archive)?;
    let text = archive.text(&main)?.ok_or_else(|| damaged_document("there is no text of a Word document in it"))?;
    let styles = archive.text(&path_in_archive(&main, "styles.xml"))?.map(|xml| styles::read(&xml)).transpose()?;
    let numbering =
        archive.text(&path_in_archive(&main, "numbering.xml"))?.map(|xml| numbering::read(&xml)).transpose()?;
    let mut reading = DocxReading {
        styles: styles.unwrap_or_default(),
        numbering: numbering.unwrap_or_default(),
        ..DocxReading::default()
    };
    walk_xml(&text, &main, |markup| reading.markup(markup))?;
    for (name, kind) in [("footnotes.xml", "footnote"), ("endnotes.xml", "endnote")] {
        let Some(xml) = archive.text(&path_in_archive(&main, name))? else { continue };
        let notes = texts_of_part(&xml, name, kind)?;
        for (label, id) in
            reading.references.iter().filter(|(reference, _)| *reference == kind).map(|(_, id)| id).enumerate()
        {
            if let Some(note) = notes.get(id) {
                reading.collector.push_note(&(label + 1).to_string(), note);
            }
        }
    }
    if let Some(xml) = archive.text(&path_in_archive(&main, "comments.xml"))? {
        for comment in texts_of_part(&xml, "comments.xml", "comment")?.values() {
            reading.collector.leave_out(comment, COMMENT_RULE);
        }
    }
    let folder = path_in_archive(&main, "");
    for name in archive.names() {
        let file = name.strip_prefix(&folder).unwrap_or_default().trim_start_matches('/');
        if (file.starts_with("header") || file.starts_with("footer")) && file.ends_with(".xml") && !file.contains('/') {
            let root = if file.starts_with("header") { "hdr" } else { "ftr" };
            let Some(xml) = archive.text(&name)? else { continue };
            for text in texts_of_part(&xml, &name, root)?.values() {
                reading.collector.leave_out(text, PAGE_EDGE_RULE);
            }
        }
    }
    let stated = match archive.text("docProps/core.xml")? {
        Some(xml) => docx_properties(&xml).unwrap_or_default(),
        None => ArticleDraft::default(),
    };
    Ok(reading.collector.finish(stated))
}

/// The name of the part that holds the text.
fn main_part(archive: &mut DocumentArchive<'_>) -> Result<String, ReadError> {
    let mut main = None;
    if let Some(xml) = archive.text("_rels/.rels")? {
        walk_xml(&xml, "_rels/.rels", |markup| {
            let XmlMarkup::Open(element) = markup else { return };
            let is_main = element.attribute("Type").is_some_and(|kind| kind.ends_with("/officeDocument"));
            if is_main && main.is_none() {
                main = element.attribute("Target").map(|target| path_in_archive("", target));
            }
        })?;
    }
    Ok(main.unwrap_or_else(|| MAIN_PART.to_owned()))
}

/// Title, author and dates in the core properties of a document.
fn docx_properties(xml: &str) -> Result<ArticleDraft, ReadError> {
    let mut fields: BTreeMap<String, String> = BTreeMap::new();
    let mut open = String::new();
    walk_xml(xml, "core.xml", |markup| match markup {
        XmlMarkup::Open(element) => open = element.name,
        XmlMarkup::Text(text) => fields.entry(open.clone()).or_default().push_str(&text),
        XmlMarkup::Close(_) => open.clear(),
    })?;
    let field = |name: &str| fields.get(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    let published = field("created").as_deref().and_then(Date::from_iso);
    let updated = field("modified").as_deref().and_then(Date::from_iso);
    Ok(ArticleDraft {
        title: field("title"),
        author: field("creator"),
        published,
        updated: updated.filter(|updated| published.is_none_or(|published| *updated > published)),
        ..ArticleDraft::default()
    })
}

/// The texts in the elements called `kind` of a part, by their identifiers.
fn texts_of_part(xml: &str, part: &str, kind: &str) -> Result<BTreeMap<u64, String>, ReadError> {
    let mut texts: BTreeMap<u64, String> = BTreeMap::new();
    let mut current = None;
    let mut is_text = false;
    let mut deleted = 0_usize;
    walk_xml(xml, part, |markup| match markup {
        XmlMarkup::Open(element) => match element.name.as_str() {
            name if name == kind => {
                // Separators between text and notes have a type.
                let is_note = element.attribute("type").is_none_or(|kind| kind == "normal");
                let id = element.attribute("id").and_then(|id| id.parse().ok()).unwrap_or(texts.len() as u64);
                current = is_note.then_some(id);
            }
            "t" => is_text = true,
            "del" | "moveFrom" => deleted += 1,
            "p" | "br" | "tab" => {
                if let Some(text) = current.and_then(|id| texts.get_mut(&id)) {
                    text.push(' ');
                }
            }
            _ => {}
        },
        XmlMarkup::Text(text) => {
            if let Some(id) = current.filter(|_| is_text && deleted == 0) {
                texts.entry(id).or_default().push_str(&text);
            }
        }
        XmlMarkup::Close(name) => match name.as_str() {
            "t" => is_text = false,
            "del" | "moveFrom" => deleted = deleted.saturating_sub(1),
            name if name == kind => current = None,
            _ => {}
        },
    })?;
    Ok(texts)
}

/// A document while it is read.
#[derive(Default)]
struct DocxReading {
    styles: DocxStyles,
    numbering: DocxNumbering,
    collector: OfficeCollector,
    /// Kinds and identifiers of the notes that the text refers to.
    references: Vec<(&'static str, u64)>,
    run: RunStyle,
    /// True within the properties of a paragraph, of a run.
    in_paragraph_properties: bool,
    in_run_properties: bool,
    /// True within text.
    in_text: bool,
    /// How many fallbacks and deletions are open. A fallback repeats what stands before it.
    fallbacks: usize,
    deletions: usize,
    deleted: String,
    /// List and level of the paragraphs that are open.
    lists: Vec<DocxListPlace>,
}

/// Where a paragraph stands in a list: by itself, or by its style.
#[derive(Clone, Copy, Default)]
struct DocxListPlace {
    list: Option<u64>,
    level: Option<usize>,
}

impl DocxReading {
    fn markup(&mut self, markup: XmlMarkup) {
        match markup {
            XmlMarkup::Open(element) if element.name == "Fallback" => self.fallbacks += 1,
            XmlMarkup::Close(name) if name == "Fallback" => self.fallbacks = self.fallbacks.saturating_sub(1),
            _ if self.fallbacks > 0 => {}
            XmlMarkup::Open(element) => self.open(&element),
            XmlMarkup::Close(name) => self.close(&name),
            XmlMarkup::Text(text) if self.in_text && self.deletions > 0 => self.deleted.push_str(&text),
            XmlMarkup::Text(text) if self.in_text => self.collector.push_text(&text, self.run),
            XmlMarkup::Text(_) => {}
        }
    }

    fn open(&mut self, element: &XmlElement) {
        let value = element.attribute("val");
        let is_on = || !matches!(value, Some("0" | "false" | "off" | "none"));
        match element.name.as_str() {
            "p" => {
                self.collector.begin_paragraph();
                self.lists.push(DocxListPlace::default());
            }
            "pPr" => self.in_paragraph_properties = true,
            "rPr" => self.in_run_properties = true,
            "r" => self.run = RunStyle::default(),
            "t" | "delText" => self.in_text = true,
            "tab" | "br" | "cr" | "ptab" if !self.in_paragraph_properties => self.push_mark(" "),
            "noBreakHyphen" => self.push_mark("-"),
            "del" | "moveFrom" if !self.in_run_properties && !self.in_paragraph_properties => self.deletions += 1,
            "tbl" => self.collector.begin_table(),
            "tc" => self.collector.begin_cell(),
            "vanish" if self.in_run_properties && !self.in_paragraph_properties => self.run.is_hidden = is_on(),
            "strike" | "dstrike" if self.in_run_properties && !self.in_paragraph_properties => {
                self.run.is_struck_out = is_on();
            }
            "vertAlign" if self.in_run_properties && !self.in_paragraph_properties => {
                self.run.is_raised = value == Some("superscript");
            }
            "pStyle" => self.set_style(value.unwrap_or_default()),
            "outlineLvl" if self.in_paragraph_properties => {
                let is_heading = value.and_then(|level| level.parse::<u8>().ok()).is_some_and(|level| level < 9);
                if let Some(paragraph) = self.collector.paragraph().filter(|_| is_heading) {
                    paragraph.role = ParagraphRole::Heading;
                }
            }
            "numId" if self.in_paragraph_properties => {
                if let (Some(place), Some(list)) = (self.lists.last_mut(), value.and_then(|list| list.parse().ok())) {
                    place.list = Some(list);
                }
            }
            "ilvl" if self.in_paragraph_properties => {
                if let (Some(place), Some(level)) = (self.lists.last_mut(), value.and_then(|level| level.parse().ok()))
                {
                    place.level = Some(level);
                }
            }
            "footnoteReference" | "endnoteReference" => {
                let kind = if element.name.starts_with('f') { "footnote" } else { "endnote" };
                let id = element.attribute("id").and_then(|id| id.parse().ok());
                self.references.extend(id.map(|id| (kind, id)));
            }
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "p" => {
                self.label();
                self.lists.pop();
                self.collector.end_paragraph();
            }
            "pPr" => self.in_paragraph_properties = false,
            "rPr" => self.in_run_properties = false,
            "r" => self.run = RunStyle::default(),
            "t" | "delText" => self.in_text = false,
            "del" | "moveFrom" if !self.in_run_properties && !self.in_paragraph_properties => {
                self.deletions = self.deletions.saturating_sub(1);
                if self.deletions == 0 {
                    let deleted = std::mem::take(&mut self.deleted);
                    self.collector.leave_out(&deleted, DELETED_RULE);
                }
            }
            "tr" => self.collector.end_row(),
            "tbl" => self.collector.end_table(),
            _ => {}
        }
    }

    fn push_mark(&mut self, mark: &str) {
        if self.deletions > 0 {
            self.deleted.push_str(mark);
        } else {
            self.collector.push_text(mark, RunStyle::default());
        }
    }

    fn set_style(&mut self, id: &str) {
        let style = self.styles.resolve(id);
        if let Some(paragraph) = self.collector.paragraph() {
            paragraph.role = style.role;
        }
        if let Some(place) = self.lists.last_mut() {
            place.list = place.list.or(style.list);
            place.level = place.level.or(style.level);
        }
    }

    /// Numbers the paragraph that is open, if it stands in a list.
    fn label(&mut self) {
        let Some(place) = self.lists.last().copied() else { return };
        let Some(list) = place.list.filter(|list| *list != 0) else { return };
        let Some(paragraph) = self.collector.paragraph() else { return };
        if paragraph.role == ParagraphRole::Text || paragraph.role == ParagraphRole::Quote {
            paragraph.role = ParagraphRole::ListItem;
        }
        if paragraph.role != ParagraphRole::Contents {
            paragraph.label = self.numbering.next_label(list, place.level.unwrap_or_default());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::{Cursor, Write};

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;
    use crate::document::ParagraphKind::{Body, Heading, ListItem, Quote};

    fn archive(files: &[(&str, &str)]) -> Vec<u8> {
        let mut out = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in files {
            out.start_file(*name, SimpleFileOptions::default()).unwrap();
            out.write_all(content.as_bytes()).unwrap();
        }
        out.finish().unwrap().into_inner()
    }

    fn drafted(bytes: Vec<u8>) -> Result<ArticleDraft, ReadError> {
        read(&mut Source::from_bytes(bytes))
    }

    #[test]
    fn what_a_document_holds_is_text_or_listed() {
        let draft =
            drafted(fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/formats/hafen.docx")).unwrap()).unwrap();
        assert_eq!(draft.title.as_deref(), Some("Der Hafen wird tiefer"));
        assert_eq!(draft.author.as_deref(), Some("Jana Ohm"));
        let days = [draft.published, draft.updated].map(|day| day.unwrap().to_string());
        assert_eq!(days, ["2024-05-07", "2024-05-09"]);
        let sections: Vec<_> = draft.sections.iter().map(|section| (section.kind, section.text.as_str())).collect();
        let expected = [
            (
                Body,
                "Die Fahrrinne bekommt bis 2027 zwei Meter mehr Tiefe. Das hat der Kreistag am Dienstag beschlossen.",
            ),
            (Heading, "Warum gebaggert wird"),
            (
                Body,
                "Schiffe mit mehr als 8-Meter-Tiefgang müssen heute auf die Flut warten. Die Fläche misst 41.230 m². Mehr zum \
                 Plan steht im Amtsblatt vom 7. Mai 2024.",
            ),
            (Body, "Der Bau hat drei Schritte:"),
            (Body, "Im Kasten: Der Hafen ist seit 1911 in Betrieb."),
            (ListItem, "1. Zuerst wird vermessen."),
            (ListItem, "2. Dann wird gebaggert,"),
            (ListItem, "a) und zwar nachts."),
            (ListItem, "3. Zuletzt kommen die Bojen."),
            (ListItem, "Der Fischfang ruht so lange."),
            (ListItem, "Jahr; Tiefe"),
            (ListItem, "2023; 8 Meter"),
            (ListItem, "2027; 10 Meter"),
            (Quote, "„Das ist gut für den Hafen“, sagte der Landrat."),
            (ListItem, "[1] Gemessen bei mittlerem Niedrigwasser."),
        ];
        assert_eq!(sections, expected);
        let left_out: Vec<_> = draft.left_out.iter().map(|it| (it.rule.as_str(), it.text.as_str())).collect();
        let set_aside = [
            ("tracked-deletion", "am Montag einstimmig"),
            ("hidden-text", "Notiz an mich."),
            ("struck-out", "Streichen!"),
            ("comment", "Stimmt das?"),
            ("page", "Kreisblatt, 19. Woche"),
        ];
        assert_eq!(left_out, set_aside);
    }

    #[test]
    fn hostile_documents_are_an_error_or_harmless() {
        let body = |content: &str| format!("<w:document><w:body>{content}</w:body></w:document>");
        let text = body("<w:p><w:r><w:t>Ein Satz.</w:t></w:r></w:p>");
        let bomb = body(&format!("<w:p><w:r><w:t>{}</w:t></w:r></w:p>", " ".repeat(40 << 20)));
        let cycle = "<w:styles><w:style w:styleId='a'><w:basedOn w:val='b'/></w:style><w:style w:styleId='b'><w:basedOn w:val='a'/></w:style></w:styles>";
        let styled = body("<w:p><w:pPr><w:pStyle w:val='a'/></w:pPr><w:r><w:t>Ein Satz.</w:t></w:r></w:p>");
        let deep = body(&("<w:p>".repeat(50_000) + "<w:r><w:t>Ein Satz.</w:t></w:r>" + &"</w:p>".repeat(50_000)));
        let entities = format!(
            "<!DOCTYPE a [<!ENTITY x \"{}\">]>{}",
            "ha".repeat(1000),
            body("<w:p><w:r><w:t>Ein Satz.&x;</w:t></w:r></w:p>")
        );
        for files in [
            vec![("word/document.xml", text.as_str())],
            vec![("word/document.xml", &styled), ("word/styles.xml", cycle)],
            vec![("word/document.xml", &deep)],
            vec![("word/document.xml", &entities)],
            vec![("../../word/document.xml", "<a/>"), ("word/document.xml", &text)],
        ] {
            assert_eq!(drafted(archive(&files)).unwrap().sections[0].text, "Ein Satz.", "{:?}", files[0].0);
        }
        for (bytes, reason) in [
            (archive(&[("word/document.xml", &bomb)]), "it is larger than 32 MiB"),
            (archive(&[("a.txt", "a")]), "there is no text of a Word document in it"),
            (archive(&[("word/document.xml", "<w:document><w:body>")]), "there is no text in it"),
            (archive(&[("word/document.xml", "<w:document></w:body>")]), "word/document.xml in it is damaged"),
            (archive(&[("word/document.xml", &text)])[..60].to_vec(), "it is no ZIP archive, or damaged or cut off"),
            (
                b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec(),
                "it is protected by a password, or in an older format than its name says",
            ),
            (Vec::new(), "the file is empty"),
        ] {
            let outcome = drafted(bytes)
                .and_then(|draft| if draft.sections.is_empty() { Err(ReadError::NoText) } else { Ok(draft) });
            assert_eq!(outcome.unwrap_err().to_string(), reason);
        }
    }
}
