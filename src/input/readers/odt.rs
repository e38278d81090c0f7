//! ODT → draft: text, headings, lists with their numbers, tables, text boxes and notes of an OpenDocument text.
//!
//! Comments, tracked deletions, hidden and struck-out text, headers, footers and tables of contents are listed. Footnotes stand
//! at the end, under the numbers that they have in the text.

use std::collections::BTreeMap;

use super::super::input_format::InputFormat;
use super::super::source::{ReadError, Source};
use super::archive::{DocumentArchive, damaged_document, encrypted_document};
use super::office::{
    COMMENT_RULE, DELETED_RULE, OfficeCollector, PAGE_EDGE_RULE, ParagraphRole, RunStyle, list_numeral,
};
use super::xml::{XmlElement, XmlMarkup, walk_xml};
use crate::document::{ArticleDraft, Date};

/// OpenDocument text.
pub(super) const INPUT_FORMAT: InputFormat = InputFormat {
    name: "ODT",
    extensions: &["odt", "ott"],
    shared_extensions: &[],
    about: "OpenDocument texts: text, headings, lists, tables and notes; comments, deletions, headers and footers are listed",
    sniff: |beginning| {
        let kind = b"application/vnd.oasis.opendocument.text";
        beginning.starts_with(b"PK\x03\x04") && beginning.windows(kind.len()).any(|window| window == kind)
    },
    split: None,
    unpack: None,
    read,
};

/// How many styles may be based on each other.
const MAX_BASES: usize = 16;

/// The most spaces that one mark stands for.
const MAX_SPACES: usize = 100;

fn read(source: &mut Source) -> Result<ArticleDraft, ReadError> {
    let mut archive = DocumentArchive::open(source)?;
    if archive.text("META-INF/manifest.xml").ok().flatten().is_some_and(|xml| xml.contains("encryption-data")) {
        return Err(encrypted_document());
    }
    let content = archive
        .text("content.xml")?
        .ok_or_else(|| damaged_document("there is no text of an OpenDocument file in it"))?;
    let mut styles = OdtStyles::default();
    let page_styles = archive.text("styles.xml")?;
    if let Some(xml) = &page_styles {
        styles.read(xml, "styles.xml")?;
    }
    styles.read(&content, "content.xml")?;
    let mut reading = OdtReading { styles, ..OdtReading::default() };
    walk_xml(&content, "content.xml", |markup| reading.markup(markup))?;
    if let Some(xml) = &page_styles {
        list_headers(xml, &mut reading.collector)?;
    }
    let stated = match archive.text("meta.xml")? {
        Some(xml) => odt_properties(&xml).unwrap_or_default(),
        None => ArticleDraft::default(),
    };
    Ok(reading.collector.finish(stated))
}

/// Title, author and dates in the part `meta.xml`.
fn odt_properties(xml: &str) -> Result<ArticleDraft, ReadError> {
    let mut fields: BTreeMap<String, String> = BTreeMap::new();
    let mut open = String::new();
    walk_xml(xml, "meta.xml", |markup| match markup {
        XmlMarkup::Open(element) => open = element.name,
        XmlMarkup::Text(text) => fields.entry(open.clone()).or_default().push_str(&text),
        XmlMarkup::Close(_) => open.clear(),
    })?;
    let field = |name: &str| fields.get(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    let day = |name: &str| field(name).as_deref().and_then(Date::from_iso);
    let published = day("creation-date");
    Ok(ArticleDraft {
        title: field("title"),
        author: field("initial-creator").or_else(|| field("creator")),
        published,
        updated: day("date").filter(|updated| published.is_none_or(|published| *updated > published)),
        ..ArticleDraft::default()
    })
}

/// Lists the headers and footers of pages.
fn list_headers(xml: &str, collector: &mut OfficeCollector) -> Result<(), ReadError> {
    let mut text: Option<String> = None;
    let mut depth = 0_usize;
    let is_edge = |name: &str| {
        name.starts_with("header") && !name.contains("style") || name.starts_with("footer") && !name.contains("style")
    };
    let mut in_master_pages = false;
    let mut passages = Vec::new();
    walk_xml(xml, "styles.xml", |markup| match markup {
        XmlMarkup::Open(element) if element.name == "master-styles" => in_master_pages = true,
        XmlMarkup::Close(name) if name == "master-styles" => in_master_pages = false,
        XmlMarkup::Open(element) if in_master_pages && is_edge(&element.name) => {
            depth += 1;
            text = Some(String::new());
        }
        XmlMarkup::Close(name) if in_master_pages && is_edge(&name) => {
            depth = depth.saturating_sub(1);
            passages.extend(text.take());
        }
        XmlMarkup::Open(element) if depth > 0 && ["p", "tab", "s", "line-break"].contains(&element.name.as_str()) => {
            text.iter_mut().for_each(|text| text.push(' '));
        }
        XmlMarkup::Text(part) if depth > 0 => text.iter_mut().for_each(|text| text.push_str(&part)),
        _ => {}
    })?;
    passages.iter().for_each(|passage| collector.leave_out(passage, PAGE_EDGE_RULE));
    Ok(())
}

/// The styles of a document, by family and name.
#[derive(Debug, Default)]
struct OdtStyles {
    styles: BTreeMap<String, OdtStyle>,
    /// Levels of lists, from 1: format, what stands before and after the number, and the first number. `None` is a bullet.
    lists: BTreeMap<String, BTreeMap<usize, Option<OdtListLevel>>>,
}

#[derive(Clone, Debug, Default)]
struct OdtStyle {
    base: Option<String>,
    run: RunStyle,
    shown_name: String,
}

#[derive(Clone, Debug, Default)]
struct OdtListLevel {
    format: String,
    prefix: String,
    suffix: String,
    start: u32,
}

impl OdtStyles {
    fn read(&mut self, xml: &str, what: &str) -> Result<(), ReadError> {
        let mut current: Option<(String, OdtStyle)> = None;
        let mut list: Option<String> = None;
        walk_xml(xml, what, |markup| match markup {
            XmlMarkup::Open(element) => match element.name.as_str() {
                "style" => {
                    let name = element.attribute("name").unwrap_or_default();
                    let shown_name = element.attribute("display-name").unwrap_or(name).to_lowercase();
                    let base = element.attribute("parent-style-name").map(str::to_owned);
                    current = Some((name.to_owned(), OdtStyle { base, shown_name, ..OdtStyle::default() }));
                }
                "text-properties" => {
                    if let Some((_, style)) = &mut current {
                        style.run = run_style(&element);
                    }
                }
                "list-style" => list = element.attribute("name").map(str::to_owned),
                "list-level-style-number" | "list-level-style-bullet" | "list-level-style-image" => {
                    let level = element.attribute("level").and_then(|level| level.parse().ok()).unwrap_or(1);
                    let text = |name: &str| element.attribute(name).unwrap_or_default().to_owned();
                    let format = text("num-format");
                    let start = element.attribute("start-value").and_then(|start| start.parse().ok()).unwrap_or(1);
                    let is_number = element.name.ends_with("number") && !format.is_empty();
                    let number = OdtListLevel { format, prefix: text("num-prefix"), suffix: text("num-suffix"), start };
                    if let Some(list) = &list {
                        self.lists.entry(list.clone()).or_default().insert(level, is_number.then_some(number));
                    }
                }
                _ => {}
            },
            XmlMarkup::Close(name) if name == "style" => self.styles.extend(current.take()),
            XmlMarkup::Close(name) if name == "list-style" => list = None,
            XmlMarkup::Close(_) | XmlMarkup::Text(_) => {}
        })
    }

    /// The role of a paragraph and how its letters are set, in the style called `name`.
    fn resolve(&self, name: &str) -> (ParagraphRole, RunStyle) {
        let (mut role, mut run) = (ParagraphRole::Text, RunStyle::default());
        let mut next = Some(name);
        for _ in 0..MAX_BASES {
            let Some((name, style)) = next.and_then(|name| Some((name, self.styles.get(name)?))) else { break };
            if role == ParagraphRole::Text {
                role = role_of_name(&style.shown_name, &name.to_lowercase());
            }
            run.is_hidden |= style.run.is_hidden;
            run.is_struck_out |= style.run.is_struck_out;
            run.is_raised |= style.run.is_raised;
            next = style.base.as_deref();
        }
        if role == ParagraphRole::Text {
            role = role_of_name(&name.to_lowercase(), "");
        }
        (role, run)
    }
}

/// What the name of a built-in style says, in English or German.
fn role_of_name(shown: &str, name: &str) -> ParagraphRole {
    let is_one_of = |names: &[&str]| names.contains(&shown) || names.contains(&name);
    if is_one_of(&["title", "titel"]) {
        ParagraphRole::Title
    } else if is_one_of(&["subtitle", "untertitel"]) {
        ParagraphRole::Heading
    } else if is_one_of(&["quotations", "zitat", "blockzitat"]) {
        ParagraphRole::Quote
    } else if shown.starts_with("contents ") && !shown.contains("heading") || shown.starts_with("inhaltsverzeichnis ") {
        ParagraphRole::Contents
    } else {
        ParagraphRole::Text
    }
}

fn run_style(element: &XmlElement) -> RunStyle {
    let is_on = |name: &str| element.attribute(name).is_some_and(|value| value != "none");
    RunStyle {
        is_hidden: element.attribute("display") == Some("none"),
        is_struck_out: is_on("text-line-through-style") || is_on("text-line-through-type"),
        is_raised: element.attribute("text-position").is_some_and(|position| {
            let height = position.split_whitespace().next().unwrap_or_default();
            height == "super" || height.trim_end_matches('%').parse::<f64>().is_ok_and(|height| height > 0.0)
        }),
    }
}

/// A list of an OpenDocument text whose end is not read yet.
#[derive(Debug, Default)]
struct OpenOdtList {
    style: Option<String>,
    count: Option<u32>,
    /// True before the first paragraph of an item, which has its number.
    is_at_item: bool,
}

/// What collects text that is not the text of the document.
#[derive(Debug)]
enum OdtAside {
    Comment(String),
    Deletion(String),
    /// A note, and the number or mark it has.
    Note(String, String),
}

impl OdtAside {
    fn text(&mut self) -> &mut String {
        match self {
            Self::Comment(text) | Self::Deletion(text) | Self::Note(_, text) => text,
        }
    }
}

/// A document while it is read.
#[derive(Debug, Default)]
struct OdtReading {
    styles: OdtStyles,
    collector: OfficeCollector,
    /// True within the body of the text.
    in_body: bool,
    /// How the letters of the elements that are open are set: of paragraphs and spans.
    runs: Vec<RunStyle>,
    lists: Vec<OpenOdtList>,
    asides: Vec<OdtAside>,
    in_citation: bool,
    /// How many tables of contents are open.
    contents: usize,
    /// Within metadata of a comment: who and when.
    ignored: usize,
}

impl OdtReading {
    fn markup(&mut self, markup: XmlMarkup) {
        match markup {
            XmlMarkup::Open(element) if !self.in_body => self.in_body = element.name == "text",
            XmlMarkup::Open(element) => self.open(&element),
            XmlMarkup::Close(name) if self.in_body => self.close(&name),
            XmlMarkup::Text(text) if self.in_body && self.ignored == 0 => self.push(&text),
            XmlMarkup::Close(_) | XmlMarkup::Text(_) => {}
        }
    }

    fn push(&mut self, text: &str) {
        if self.in_citation {
            if let Some(OdtAside::Note(label, _)) = self.asides.last_mut() {
                label.push_str(text);
            }
        } else if let Some(aside) = self.asides.last_mut() {
            aside.text().push_str(text);
        } else {
            let run = self.runs.last().copied().unwrap_or_default();
            self.collector.push_text(text, run);
        }
    }

    fn open(&mut self, element: &XmlElement) {
        let style = element.attribute("style-name").unwrap_or_default();
        match element.name.as_str() {
            "annotation" => self.asides.push(OdtAside::Comment(String::new())),
            "deletion" => self.asides.push(OdtAside::Deletion(String::new())),
            "note" => self.asides.push(OdtAside::Note(String::new(), String::new())),
            "note-citation" => self.in_citation = true,
            "creator" | "date" | "change-info" | "sender-initials" | "creator-initials" | "script" => self.ignored += 1,
            "p" | "h" if !self.asides.is_empty() => self.push(" "),
            "p" | "h" => {
                let (role, run) = self.styles.resolve(style);
                self.collector.begin_paragraph();
                let label = self.label();
                let is_item = !self.lists.is_empty();
                if let Some(paragraph) = self.collector.paragraph() {
                    paragraph.role = match role {
                        _ if self.contents > 0 => ParagraphRole::Contents,
                        ParagraphRole::Title => ParagraphRole::Title,
                        _ if element.name == "h" => ParagraphRole::Heading,
                        _ if is_item => ParagraphRole::ListItem,
                        role => role,
                    };
                    paragraph.label = label;
                }
                self.runs.push(run);
            }
            "span" => {
                let outer = self.runs.last().copied().unwrap_or_default();
                let (_, run) = self.styles.resolve(style);
                self.runs.push(RunStyle {
                    is_hidden: outer.is_hidden || run.is_hidden,
                    is_struck_out: outer.is_struck_out || run.is_struck_out,
                    is_raised: outer.is_raised || run.is_raised,
                });
            }
            "s" => {
                let count = element.attribute("c").and_then(|count| count.parse().ok()).unwrap_or(1_usize);
                self.push(&" ".repeat(count.min(MAX_SPACES)));
            }
            "tab" | "line-break" => self.push(" "),
            "list" => {
                let inherited = self.lists.last().and_then(|list| list.style.clone());
                let own = (!style.is_empty()).then(|| style.to_owned());
                self.lists.push(OpenOdtList { style: own.or(inherited), ..OpenOdtList::default() });
            }
            "list-item" => {
                if let Some(list) = self.lists.last_mut() {
                    list.is_at_item = true;
                }
            }
            "table-of-content" | "alphabetical-index" | "illustration-index" | "table-index" => self.contents += 1,
            "table" => self.collector.begin_table(),
            "table-cell" => self.collector.begin_cell(),
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "annotation" | "deletion" | "note" => match self.asides.pop() {
                Some(OdtAside::Comment(text)) => self.collector.leave_out(&text, COMMENT_RULE),
                Some(OdtAside::Deletion(text)) => self.collector.leave_out(&text, DELETED_RULE),
                Some(OdtAside::Note(label, text)) => self.collector.push_note(&label, &text),
                None => {}
            },
            "note-citation" => self.in_citation = false,
            "creator" | "date" | "change-info" | "sender-initials" | "creator-initials" | "script" => {
                self.ignored = self.ignored.saturating_sub(1);
            }
            "p" | "h" if self.asides.is_empty() => {
                self.runs.pop();
                self.collector.end_paragraph();
            }
            "span" => drop(self.runs.pop()),
            "list" => drop(self.lists.pop()),
            "table-of-content" | "alphabetical-index" | "illustration-index" | "table-index" => {
                self.contents = self.contents.saturating_sub(1);
            }
            "table-row" => self.collector.end_row(),
            "table" => self.collector.end_table(),
            _ => {}
        }
    }

    /// The number of the list item that the paragraph begins.
    fn label(&mut self) -> Option<String> {
        let level = self.lists.len();
        let list = self.lists.last_mut().filter(|list| list.is_at_item)?;
        list.is_at_item = false;
        let number = self.styles.lists.get(list.style.as_deref()?)?.get(&level)?.as_ref()?;
        let count = list.count.map_or(number.start, |count| count.saturating_add(1));
        list.count = Some(count);
        Some(format!("{}{}{}", number.prefix, list_numeral(count, &number.format), number.suffix).trim().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::document::ParagraphKind::{Body, Heading, ListItem};

    #[test]
    fn what_a_document_holds_is_text_or_listed() {
        let bytes = fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/formats/wald.odt")).unwrap();
        let draft = read(&mut Source::from_bytes(bytes)).unwrap();
        assert_eq!(draft.title.as_deref(), Some("Der Wald kommt zurück"));
        assert_eq!(draft.author.as_deref(), Some("Jana Ohm"));
        let days = [draft.published, draft.updated].map(|day| day.unwrap().to_string());
        assert_eq!(days, ["2024-05-07", "2024-05-09"]);
        let sections: Vec<_> = draft.sections.iter().map(|section| (section.kind, section.text.as_str())).collect();
        let expected = [
            (Body, "Auf 1.200 Hektar wächst wieder Wald. Gemessen  wurde auf 40 km²."),
            (Heading, "Was gepflanzt wurde"),
            (Body, "Drei Arten stehen nun in den Tälern, die besser mit der Trockenheit leben:"),
            (ListItem, "1. Eichen"),
            (ListItem, "vor allem am Hang"),
            (ListItem, "2. Linden"),
            (ListItem, "Jahr; Bäume"),
            (ListItem, "2022; 40.000"),
            (Body, "Das Land zahlt die Hälfte."),
            (Body, "Im Kasten: Der Förster zählt im Herbst."),
            (ListItem, "[1] Stand im April, nach Angaben der Forstämter."),
        ];
        assert_eq!(sections, expected);
        let left_out: Vec<_> = draft.left_out.iter().map(|it| (it.rule.as_str(), it.text.as_str())).collect();
        let set_aside = [
            ("tracked-deletion", "Das glaubt niemand."),
            ("contents", "Der Wald 1"),
            ("comment", "Quelle?"),
            ("hidden-text", "Geheim."),
            ("struck-out", "Alt."),
            ("page", "Forstblatt"),
        ];
        assert_eq!(left_out, set_aside);
    }
}
