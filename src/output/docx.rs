//! DOCX (Office Open XML): what a briefing says, for word processors. Summaries link to their German sentences, the text is a
//! table of English and German, and flags are comments.
//!
//! Written by hand from ECMA-376, because the parts that a briefing needs are few.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::archive::ArchiveWriter;
use super::changes;
use super::format::OutputFormat;
use super::layout::{self, Byline, bilingual_sentences, one_line};
use super::view::{BriefingView, PageView};
use super::xml::escaped_xml;
use crate::document::{
    Changes, Entry, FolderDigest, Highlight, Language, Mention, Note, Overview, ParagraphKind, Provenance, SentenceRef,
};

pub(super) const OUTPUT_FORMAT: OutputFormat = OutputFormat {
    name: "docx",
    extension: "docx",
    briefing_file: "briefing.docx",
    about: "for word processors: both languages in a table, flags as comments",
    is_for_people: true,
    is_text: false,
    links_pages: false,
    write_page,
    write_briefing,
};

fn write_page(page: &PageView<'_>, out: &mut dyn Write) -> io::Result<()> {
    let PageView { entry, provenance, .. } = *page;
    let overview = Overview::for_entry(entry, provenance);
    write_document(&entry.english_title(), out, |body| {
        notice(&overview, body)?;
        article(entry, true, body)?;
        facts(provenance, body)
    })
}

fn write_briefing(view: &BriefingView<'_>, out: &mut dyn Write) -> io::Result<()> {
    let overview = view.overview;
    write_document(layout::heading(overview), out, |body| {
        body.paragraph("Title", &run(layout::heading(overview), ""))?;
        body.paragraph("Small", &run(&layout::counts(overview).join(" · "), ""))?;
        notice(overview, body)?;
        if let Some(changes) = &overview.changes {
            since_last(changes, view, body)?;
        }
        let lead = overview.digest.iter().flat_map(|digest| &digest.lead);
        for (index, highlight) in lead.enumerate() {
            if index == 0 {
                body.paragraph("Heading1", &run("In short", ""))?;
            }
            point(highlight, view, body)?;
        }
        if overview.articles > 0 {
            body.paragraph("Heading1", &run("Contents", ""))?;
        }
        contents(view, body)?;
        if let Some(digest) = &overview.digest {
            names(digest, body)?;
        }
        for entry in view.entries() {
            article(&entry?, view.full_text, body)?;
        }
        if !overview.failures.is_empty() {
            body.paragraph("Heading1", &run("What failed", ""))?;
        }
        for failure in &overview.failures {
            body.paragraph("Item", &run(&format!("• {}: {}", failure.source, failure.error), ""))?;
        }
        facts(&overview.provenance, body)
    })
}

/// The body of a document, and the comments on it.
struct Body<'a> {
    out: &'a mut dyn Write,
    comments: &'a mut dyn Write,
    /// Number of bookmarks and comments so far.
    bookmarks: usize,
    comment_count: usize,
}

impl Body<'_> {
    /// A paragraph of runs.
    fn paragraph(&mut self, style: &str, runs: &str) -> io::Result<()> {
        writeln!(self.out, "<w:p><w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr>{runs}</w:p>")
    }

    /// `runs` as the target of links to `name`.
    fn bookmark(&mut self, name: &str, runs: &str) -> String {
        self.bookmarks += 1;
        let id = self.bookmarks;
        format!("<w:bookmarkStart w:id=\"{id}\" w:name=\"{name}\"/>{runs}<w:bookmarkEnd w:id=\"{id}\"/>")
    }

    /// `runs` with a comment for each of `texts`.
    fn commented(&mut self, runs: &str, texts: &[String]) -> io::Result<String> {
        let mut commented = runs.to_owned();
        for text in texts {
            let id = self.comment_count;
            self.comment_count += 1;
            commented = format!(
                "<w:commentRangeStart w:id=\"{id}\"/>{commented}<w:commentRangeEnd w:id=\"{id}\"/><w:r><w:commentReference \
                 w:id=\"{id}\"/></w:r>"
            );
            writeln!(
                self.comments,
                "<w:comment w:id=\"{id}\" w:author=\"depesche\" w:initials=\"d\"><w:p>{}</w:p></w:comment>",
                run(text, "")
            )?;
        }
        Ok(commented)
    }
}

/// Properties of German runs.
const GERMAN: &str = "<w:lang w:val=\"de-DE\"/>";
/// Properties of German runs beside English ones.
const QUOTED_GERMAN: &str = "<w:i/><w:color w:val=\"5F5A50\"/><w:lang w:val=\"de-DE\"/>";
const BOLD: &str = "<w:b/>";
const SMALL_LINK: &str = "<w:color w:val=\"8C1D18\"/>";

/// A run of text with these properties. Line feeds become line breaks.
fn run(text: &str, properties: &str) -> String {
    let mut run = String::from("<w:r>");
    if !properties.is_empty() {
        let _ = write!(run, "<w:rPr>{properties}</w:rPr>");
    }
    for (index, line) in layout::clean(text).split('\n').enumerate() {
        let line_break = if index > 0 { "<w:br/>" } else { "" };
        let _ = write!(run, "{line_break}<w:t xml:space=\"preserve\">{}</w:t>", escaped_xml(line));
    }
    run + "</w:r>"
}

/// A link to a bookmark.
fn link(name: &str, runs: &str) -> String {
    format!("<w:hyperlink w:anchor=\"{name}\">{runs}</w:hyperlink>")
}

/// A link to an address of the web.
fn web_link(url: &str, text: &str) -> String {
    let target = escaped_xml(&format!(" HYPERLINK \"{}\" ", layout::link_target(url)));
    format!("<w:fldSimple w:instr=\"{target}\">{}</w:fldSimple>", run(text, SMALL_LINK))
}

fn article_name(index: usize) -> String {
    format!("a{}", index + 1)
}

fn sentence_name(index: usize, place: SentenceRef) -> String {
    format!("a{}_p{}_s{}", index + 1, place.paragraph + 1, place.sentence + 1)
}

fn doubts(notes: &[Note]) -> Vec<String> {
    layout::doubts(notes).map(layout::note).collect()
}

fn notice(overview: &Overview, body: &mut Body<'_>) -> io::Result<()> {
    overview.notice().map_or(Ok(()), |notice| body.paragraph("Notice", &run(&notice, BOLD)))
}

/// What is new, changed and gone since the last run.
fn since_last(changes: &Changes, view: &BriefingView<'_>, body: &mut Body<'_>) -> io::Result<()> {
    body.paragraph("Heading1", &run(changes::HEADING, ""))?;
    body.paragraph("Small", &run(&changes::counts(changes), ""))?;
    for index in &changes.new {
        row(&view.mention(*index)?, "new: ", body)?;
    }
    for change in changes::changed(changes, view) {
        let change = change?;
        row(&change.article, &format!("changed ({}): ", change.counts), body)?;
        let former = change.former_title.iter().copied().map(|title| ("headline before: ", title));
        for (label, sentence) in former.chain(change.removed.iter().map(|sentence| ("no longer there: ", sentence))) {
            body.paragraph("Item", &run(&format!("{label}{}", one_line(&sentence.english)), ""))?;
            body.paragraph("Evidence", &run(&one_line(&sentence.german), QUOTED_GERMAN))?;
        }
        for sentence in &change.added {
            let english = run(&format!("• {}", one_line(&sentence.english)), "");
            let english = body.commented(&english, &doubts(&sentence.notes))?;
            body.paragraph("Item", &english)?;
            let german = run(&one_line(&sentence.german), QUOTED_GERMAN);
            let name = sentence_name(change.article.index, sentence.place);
            body.paragraph("Evidence", &if view.full_text { link(&name, &german) } else { german })?;
        }
    }
    let gone = changes.gone.iter().map(changes::gone_line);
    gone.into_iter().try_for_each(|line| body.paragraph("Item", &run(&format!("gone: {line}"), "")))
}

/// A main point of the folder.
fn point(highlight: &Highlight, view: &BriefingView<'_>, body: &mut Body<'_>) -> io::Result<()> {
    let index = highlight.article.index;
    let mut comments = doubts(&highlight.notes);
    if let Some(digest) = &view.overview.digest {
        for difference in layout::disputed(highlight, digest) {
            comments.push(layout::difference_line(&layout::versions(difference, view)?));
        }
    }
    let english = body.commented(&run(&format!("• {}", one_line(&highlight.english)), ""), &comments)?;
    let title = format!("{} · {}", index + 1, one_line(&highlight.article.english_title));
    let runs = format!("{english}{}{}", run(" ", ""), link(&article_name(index), &run(&title, SMALL_LINK)));
    body.paragraph("Item", &runs)?;
    let german = run(&one_line(&highlight.german), QUOTED_GERMAN);
    let german = match highlight.evidence.first().filter(|_| view.full_text) {
        Some(place) => link(&sentence_name(index, *place), &german),
        None => german,
    };
    body.paragraph("Evidence", &german)
}

fn contents(view: &BriefingView<'_>, body: &mut Body<'_>) -> io::Result<()> {
    let Some(digest) = &view.overview.digest else {
        return view.mentions().try_for_each(|article| row(&article?, "", body));
    };
    for (index, topic) in digest.topics.iter().enumerate() {
        if let Some(name) = layout::topic_name(digest, index) {
            body.paragraph("Heading2", &run(&one_line(&name), ""))?;
        }
        for story in &topic.stories {
            row(&view.mention(story.article)?, "", body)?;
            for copy in &story.copies {
                row(&view.mention(*copy)?, "nearly the same: ", body)?;
            }
            for difference in &story.differences {
                let versions = layout::versions(difference, view)?;
                body.paragraph("Item", &run(&layout::difference_line(&versions), BOLD))?;
            }
        }
    }
    Ok(())
}

/// People, organisations and places, with the articles that name each.
fn names(digest: &FolderDigest, body: &mut Body<'_>) -> io::Result<()> {
    for (kind, names) in layout::names_by_kind(digest) {
        body.paragraph("Heading2", &run(kind.heading(), ""))?;
        for name in names {
            let mut runs = run(&one_line(&name.english), "");
            if name.german != name.english {
                runs += &run(&format!(" {}", one_line(&name.german)), QUOTED_GERMAN);
            }
            for article in &name.articles {
                runs += &run(" ", "");
                runs += &link(&article_name(*article), &run(&(article + 1).to_string(), SMALL_LINK));
            }
            if name.more_articles > 0 {
                runs += &run(&format!(" and {} more", name.more_articles), "");
            }
            body.paragraph("Item", &runs)?;
        }
    }
    Ok(())
}

fn row(article: &Mention, relation: &str, body: &mut Body<'_>) -> io::Result<()> {
    let title = format!("{} · {}", article.index + 1, one_line(&article.english_title));
    let title = link(&article_name(article.index), &run(&title, ""));
    let title = body.commented(&title, &doubts(&article.title_notes))?;
    let origin = layout::origin(article, one_line, one_line(&article.source), " · ");
    let meta = run(&format!(" · {origin}"), "<w:color w:val=\"5F5A50\"/>");
    body.paragraph("Item", &format!("{}{title}{meta}", run(relation, "")))
}

fn article(entry: &Entry, full_text: bool, body: &mut Body<'_>) -> io::Result<()> {
    let name = article_name(entry.index);
    let title = run(&format!("{} · {}", entry.index + 1, one_line(&entry.english_title())), "");
    let title = body.commented(&title, &doubts(entry.title_notes()))?;
    let title = body.bookmark(&name, &title);
    body.paragraph("Heading1", &title)?;
    if let Some(german) = entry.translation.article().title() {
        body.paragraph("Evidence", &run(german, QUOTED_GERMAN))?;
    }
    let byline = Byline::new(entry);
    let whence = [byline.text(), one_line(byline.source)].into_iter().filter(|text| !text.is_empty());
    let mut source = run(&whence.collect::<Vec<_>>().join(" · "), "");
    if let Some(url) = byline.link {
        source += &run(" · ", "");
        source += &web_link(url, layout::host(url));
    }
    body.paragraph("Small", &source)?;
    if let Some(foreign) = layout::foreign(entry) {
        body.paragraph("Notice", &run(&foreign, BOLD))?;
    }
    for point in entry.summary.iter().flat_map(|summary| &summary.points) {
        let mut comments = doubts(&point.notes(&entry.translation));
        comments.extend(point.origin().note().map(str::to_owned));
        let english = body.commented(&run(&format!("• {}", one_line(point.english())), ""), &comments)?;
        body.paragraph("Item", &english)?;
        if let Some(written) = point.written() {
            body.paragraph("Evidence", &run(&one_line(written), QUOTED_GERMAN))?;
        }
        for place in point.evidence() {
            let Some((german, _)) = entry.translation.sentence(place.paragraph, place.sentence) else { continue };
            let german = run(&one_line(german), QUOTED_GERMAN);
            let linked = if full_text { link(&sentence_name(entry.index, *place), &german) } else { german };
            body.paragraph("Evidence", &linked)?;
        }
    }
    if full_text { text(entry, body) } else { Ok(()) }
}

/// The text as a table: a row for each sentence, English and source.
fn text(entry: &Entry, body: &mut Body<'_>) -> io::Result<()> {
    const OPENING: &str = "<w:tbl><w:tblPr><w:tblW w:w=\"5000\" w:type=\"pct\"/><w:tblBorders><w:insideH w:val=\"single\" \
                           w:sz=\"4\" w:space=\"0\" w:color=\"D9D3C4\"/></w:tblBorders><w:tblLayout w:type=\"fixed\"/>\
                           </w:tblPr><w:tblGrid><w:gridCol w:w=\"4819\"/><w:gridCol w:w=\"4819\"/></w:tblGrid>";
    writeln!(body.out, "{OPENING}")?;
    write!(body.out, "<w:tr><w:trPr><w:tblHeader/></w:trPr>")?;
    cell("Small", &run("English", BOLD), body)?;
    cell("Small", &run("German", BOLD), body)?;
    writeln!(body.out, "</w:tr>")?;
    for (index, (paragraph, translated)) in entry.translation.pairs().enumerate() {
        let kind = paragraph.kind();
        let (style, mark) = match kind {
            ParagraphKind::Heading => ("Heading2", ""),
            ParagraphKind::ListItem => ("Text", "– "),
            ParagraphKind::Verbatim => ("Verbatim", ""),
            ParagraphKind::Body | ParagraphKind::Quote => ("Text", ""),
        };
        for sentence in bilingual_sentences(paragraph, translated) {
            let place = SentenceRef { paragraph: index, sentence: sentence.index };
            let text = if sentence.english.trim().is_empty() { "—" } else { sentence.english };
            let notes: Vec<String> = layout::notes(kind, sentence.notes).map(layout::note).collect();
            let english = body.commented(&run(&format!("{mark}{text}"), ""), &notes)?;
            let source = run(&format!("{mark}{}", sentence.german), language_of(sentence.language));
            let source = body.bookmark(&sentence_name(entry.index, place), &source);
            write!(body.out, "<w:tr><w:trPr><w:cantSplit/></w:trPr>")?;
            cell(style, &english, body)?;
            cell(style, &source, body)?;
            writeln!(body.out, "</w:tr>")?;
        }
    }
    writeln!(body.out, "</w:tbl>")?;
    body.paragraph("Text", "")
}

/// Properties of runs in `language`.
fn language_of(language: Language) -> &'static str {
    if language == Language::GERMAN { GERMAN } else { "" }
}

fn cell(style: &str, runs: &str, body: &mut Body<'_>) -> io::Result<()> {
    write!(body.out, "<w:tc><w:tcPr><w:tcW w:w=\"4819\" w:type=\"dxa\"/></w:tcPr>")?;
    body.paragraph(style, runs)?;
    write!(body.out, "</w:tc>")
}

/// How the document was made.
fn facts(provenance: &Provenance, body: &mut Body<'_>) -> io::Result<()> {
    let facts = layout::facts(provenance);
    if !facts.is_empty() {
        body.paragraph("Heading1", &run("How this was made", ""))?;
    }
    facts
        .iter()
        .try_for_each(|(name, value)| body.paragraph("Small", &run(&format!("{name}: {}", one_line(value)), "")))
}

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const NAMESPACE: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"";
const SECTION: &str = "<w:sectPr><w:pgSz w:w=\"11906\" w:h=\"16838\"/><w:pgMar w:top=\"1134\" w:right=\"1134\" \
                       w:bottom=\"1134\" w:left=\"1134\" w:header=\"708\" w:footer=\"708\" w:gutter=\"0\"/></w:sectPr>";

const CONTENT_TYPES: &str = "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default \
    Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" \
    ContentType=\"application/xml\"/><Override PartName=\"/word/document.xml\" \
    ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/><Override \
    PartName=\"/word/styles.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml\"/>\
    <Override PartName=\"/word/comments.xml\" \
    ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml\"/><Override \
    PartName=\"/docProps/core.xml\" ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/></Types>";

const PACKAGE_RELATIONS: &str = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
    <Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" \
    Target=\"word/document.xml\"/><Relationship Id=\"r2\" \
    Type=\"http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties\" \
    Target=\"docProps/core.xml\"/></Relationships>";

const DOCUMENT_RELATIONS: &str = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
    <Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles\" \
    Target=\"styles.xml\"/><Relationship Id=\"r2\" \
    Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments\" Target=\"comments.xml\"/>\
    </Relationships>";

/// Name, paragraph properties and run properties of every style.
const STYLES: &[(&str, &str, &str)] = &[
    ("Title", "<w:spacing w:after=\"120\"/>", "<w:sz w:val=\"52\"/>"),
    (
        "Heading1",
        "<w:keepNext/><w:spacing w:before=\"360\" w:after=\"80\"/><w:outlineLvl w:val=\"0\"/>",
        "<w:b/><w:sz w:val=\"32\"/>",
    ),
    (
        "Heading2",
        "<w:keepNext/><w:spacing w:before=\"160\" w:after=\"40\"/><w:outlineLvl w:val=\"1\"/>",
        "<w:b/><w:sz w:val=\"24\"/>",
    ),
    ("Notice", "<w:spacing w:before=\"80\" w:after=\"160\"/>", ""),
    ("Small", "<w:spacing w:after=\"80\"/>", "<w:color w:val=\"5F5A50\"/><w:sz w:val=\"18\"/>"),
    ("Item", "<w:spacing w:before=\"60\" w:after=\"20\"/>", ""),
    ("Evidence", "<w:spacing w:after=\"80\"/><w:ind w:left=\"284\"/>", "<w:sz w:val=\"20\"/>"),
    ("Text", "<w:spacing w:before=\"20\" w:after=\"20\"/>", ""),
    ("Verbatim", "", "<w:rFonts w:ascii=\"Courier New\" w:hAnsi=\"Courier New\"/><w:sz w:val=\"18\"/>"),
];

fn styles() -> String {
    let mut styles = format!(
        "{DECLARATION}<w:styles {NAMESPACE}><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii=\"Georgia\" \
         w:hAnsi=\"Georgia\"/><w:sz w:val=\"22\"/><w:lang w:val=\"en-GB\"/></w:rPr></w:rPrDefault></w:docDefaults>\
         <w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\"><w:name w:val=\"Normal\"/></w:style>"
    );
    for (id, paragraph, run) in STYLES {
        // Word knows its own headings by these names.
        let name = match *id {
            "Heading1" => "heading 1",
            "Heading2" => "heading 2",
            other => other,
        };
        let _ = write!(
            styles,
            "<w:style w:type=\"paragraph\" w:styleId=\"{id}\"><w:name w:val=\"{name}\"/><w:basedOn w:val=\"Normal\"/>\
             <w:qFormat/><w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr></w:style>"
        );
    }
    styles + "</w:styles>"
}

/// Writes a document with the body that `content` writes.
fn write_document(
    title: &str,
    out: &mut dyn Write,
    content: impl Fn(&mut Body<'_>) -> io::Result<()>,
) -> io::Result<()> {
    let mut archive = ArchiveWriter::new(out);
    write!(archive.part("[Content_Types].xml")?, "{DECLARATION}{CONTENT_TYPES}")?;
    write!(archive.part("_rels/.rels")?, "{DECLARATION}{PACKAGE_RELATIONS}")?;
    write!(
        archive.part("docProps/core.xml")?,
        "{DECLARATION}<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title>{}</dc:title><dc:creator>depesche</dc:creator>\
         <dc:language>en</dc:language></cp:coreProperties>",
        escaped_xml(&one_line(title))
    )?;
    write!(archive.part("word/_rels/document.xml.rels")?, "{DECLARATION}{DOCUMENT_RELATIONS}")?;
    archive.part("word/styles.xml")?.write_all(styles().as_bytes())?;
    // The content is made twice, for each of the two parts that it fills, because a part is whole before the next one begins.
    let document = archive.part("word/document.xml")?;
    write!(document, "{DECLARATION}<w:document {NAMESPACE}><w:body>")?;
    content(&mut Body { out: &mut *document, comments: &mut io::sink(), bookmarks: 0, comment_count: 0 })?;
    write!(document, "{SECTION}</w:body></w:document>")?;
    let comments = archive.part("word/comments.xml")?;
    write!(comments, "{DECLARATION}<w:comments {NAMESPACE}>")?;
    content(&mut Body { out: &mut io::sink(), comments: &mut *comments, bookmarks: 0, comment_count: 0 })?;
    write!(comments, "</w:comments>")?;
    archive.finish()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use quick_xml::Reader;
    use quick_xml::events::Event;

    use super::super::archive::unpacking::unpacked_parts;
    use super::super::format::canned_files::briefing_bytes_in;
    use super::*;
    use crate::document::canned::{self, CANNED};

    /// The values of the attribute `name` on elements called `element`.
    fn attributes(xml: &str, element: &str, name: &str) -> Vec<String> {
        let (opening, attribute) = (format!("<{element} "), format!("{name}=\""));
        let tags = xml.split(&opening).skip(1).map(|rest| &rest[..rest.find('>').unwrap()]);
        tags.filter_map(|tag| Some(tag.split_once(&attribute)?.1.split_once('"')?.0.to_owned())).collect()
    }

    #[test]
    fn every_part_is_well_formed_and_every_link_and_comment_has_its_target() {
        for (name, briefing) in CANNED {
            for full_text in [true, false] {
                let parts = unpacked_parts(briefing_bytes_in(&OUTPUT_FORMAT, &briefing(), full_text));
                for (part, text) in &parts {
                    let mut reader = Reader::from_str(text);
                    while !matches!(
                        reader.read_event().unwrap_or_else(|error| panic!("{name} {part}: {error}")),
                        Event::Eof
                    ) {}
                }
                let text = |wanted: &str| &parts.iter().find(|(part, _)| part == wanted).unwrap().1;
                let document = text("word/document.xml");
                let names = attributes(document, "w:bookmarkStart", "w:name");
                let unique: BTreeSet<_> = names.iter().collect();
                assert_eq!(unique.len(), names.len(), "{name}");
                for target in attributes(document, "w:hyperlink", "w:anchor") {
                    assert!(unique.contains(&target), "{name}: {target}");
                }
                let referred = attributes(document, "w:commentReference", "w:id");
                assert_eq!(referred.len(), text("word/comments.xml").matches("<w:comment ").count(), "{name}");
            }
        }
    }

    #[test]
    fn both_languages_and_the_flags_are_there() {
        let briefing = canned::ordinary();
        let parts = unpacked_parts(briefing_bytes_in(&OUTPUT_FORMAT, &briefing, true));
        let all: String = parts.iter().map(|(_, text)| text.as_str()).collect();
        for (paragraph, translated) in briefing.entries.iter().flat_map(|entry| entry.translation.pairs()) {
            for sentence in bilingual_sentences(paragraph, translated)
                .iter()
                .filter(|_| paragraph.kind() != ParagraphKind::Verbatim)
            {
                assert!(
                    all.contains(&escaped_xml(sentence.german)) && all.contains(&escaped_xml(sentence.english)),
                    "{}",
                    sentence.german
                );
            }
        }
        assert!(all.contains("the translation was cut at the length limit"));
        assert!(all.contains("compare the German before you quote"));
    }
}
