//! EPUB 3: a briefing as a book for e-readers. Each article is a chapter; summaries link to their German sentences.

use std::io::{self, Write};

use maud::{Markup, html};

use super::archive::ArchiveWriter;
use super::changes;
use super::format::OutputFormat;
use super::html::{Escaped, Marked};
use super::layout::{self, Byline, bilingual_sentences};
use super::view::{BriefingView, PageView};
use super::xml::escaped_xml;
use crate::document::{
    Changes, Entry, FolderDigest, FormerSentence, Mention, Note, Overview, ParagraphKind, SentenceRef,
};

pub(super) const OUTPUT_FORMAT: OutputFormat = OutputFormat {
    name: "epub",
    extension: "epub",
    briefing_file: "briefing.epub",
    about: "a book for e-readers, a chapter for each article",
    is_for_people: true,
    is_text: false,
    links_pages: false,
    write_page,
    write_briefing,
};

fn write_page(page: &PageView<'_>, out: &mut dyn Write) -> io::Result<()> {
    let PageView { entry, provenance, .. } = *page;
    let mut archive = begin(out)?;
    let overview = Overview::for_entry(entry, provenance);
    let mention = Mention::new(entry);
    chapter(&mut archive, entry, true)?;
    front(&mut archive, &entry.english_title(), &overview, &Markup::default())?;
    end(archive, &entry.english_title(), &overview, &|| Box::new(std::iter::once(Ok(mention.clone()))))
}

fn write_briefing(view: &BriefingView<'_>, out: &mut dyn Write) -> io::Result<()> {
    let overview = view.overview;
    let mut archive = begin(out)?;
    for entry in view.entries() {
        chapter(&mut archive, &entry?, view.full_text)?;
    }
    let since_last = overview.changes.as_ref().map(|changes| since_last(changes, view)).transpose()?;
    let lead = overview.digest.as_ref().map(|digest| lead(digest, view)).transpose()?;
    let heading = layout::heading(overview);
    let in_short = html! { @if let Some(changes) = since_last { (changes) } @if let Some(lead) = lead { (lead) } };
    front(&mut archive, heading, overview, &in_short)?;
    end(archive, heading, overview, &|| Box::new(view.mentions()))
}

const CONTAINER: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<container version=\"1.0\" \
    xmlns=\"urn:oasis:names:tc:opendocument:xmlns:container\"><rootfiles><rootfile full-path=\"book/content.opf\" \
    media-type=\"application/oebps-package+xml\"/></rootfiles></container>\n";

const STYLE: &str = "body { font-family: serif; line-height: 1.45; }\n[lang=\"de\"] { color: #555; font-style: italic; }\n\
    a { color: inherit; }\n.small, .flag { font-family: sans-serif; font-size: .8em; color: #555; font-style: normal; }\n\
    .flag { color: #8c1d18; }\n.notice { border: 1px solid #999; padding: .5em; }\n.pair { margin: .6em 0; }\n\
    .pair p, li p { margin: .1em 0; }\npre { white-space: pre-wrap; }\n";

/// An archive with the parts that every book begins with.
fn begin(out: &mut dyn Write) -> io::Result<ArchiveWriter<'_>> {
    let mut archive = ArchiveWriter::new(out);
    archive.stored("mimetype", "application/epub+zip")?;
    archive.part("META-INF/container.xml")?.write_all(CONTAINER.as_bytes())?;
    archive.part("book/style.css")?.write_all(STYLE.as_bytes())?;
    Ok(archive)
}

/// A part in XHTML.
fn page(archive: &mut ArchiveWriter<'_>, name: &str, title: &str, body: &Markup) -> io::Result<()> {
    write!(
        archive.part(name)?,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" \
         xmlns:epub=\"http://www.idpf.org/2007/ops\" lang=\"en\" xml:lang=\"en\"><head><title>{}</title><link \
         rel=\"stylesheet\" type=\"text/css\" href=\"style.css\"/></head><body>{}</body></html>\n",
        escaped_xml(&layout::one_line(title)),
        body.0
    )
}

fn chapter_file(index: usize) -> String {
    format!("article-{}.xhtml", index + 1)
}

fn sentence_id(place: SentenceRef) -> String {
    format!("p{}-s{}", place.paragraph + 1, place.sentence + 1)
}

fn flags<'a>(notes: impl Iterator<Item = &'a Note>) -> Markup {
    html! { @for note in notes { p.flag { "⚑ " (Escaped(&layout::note(note))) } } }
}

/// The first page: title, notice, main points, what failed, how it was made.
fn front(archive: &mut ArchiveWriter<'_>, heading: &str, overview: &Overview, lead: &Markup) -> io::Result<()> {
    let body = html! {
        h1 { (Escaped(heading)) }
        p.small { (layout::counts(overview).join(" · ")) }
        @if let Some(notice) = overview.notice() { p.notice { (Escaped(&notice)) } }
        (lead)
        @if !overview.failures.is_empty() {
            h2 { "What failed" }
            ul { @for failure in &overview.failures { li { (Escaped(&failure.source)) ": " (Escaped(&failure.error)) } } }
        }
        h2 { "How this was made" }
        ul.small {
            @for (name, value) in layout::facts(&overview.provenance) { li { (Escaped(name)) ": " (Escaped(&value)) } }
            li { "Written by depesche" }
        }
    };
    page(archive, "book/front.xhtml", heading, &body)
}

/// What is new, changed and gone since the last run.
fn since_last(changes: &Changes, view: &BriefingView<'_>) -> io::Result<Markup> {
    let link = |article: &Mention| {
        html! { a href=(chapter_file(article.index)) { (article.index + 1) " · " (Escaped(&article.english_title)) } }
    };
    let mut new = Vec::new();
    for index in &changes.new {
        new.push(link(&view.mention(*index)?));
    }
    let changed = changes::changed(changes, view).collect::<io::Result<Vec<_>>>()?;
    let former = |label: &str, sentence: &FormerSentence| {
        html! {
            div.pair {
                p { (label) ": " (Escaped(&sentence.english)) }
                p lang="de" xml:lang="de" { (Escaped(&sentence.german)) }
            }
        }
    };
    Ok(html! {
        h2 { (changes::HEADING) }
        p.small { (changes::counts(changes)) }
        @for article in &new { p { "new: " (article) } }
        @for change in &changed {
            p { "changed (" (change.counts) "): " (link(&change.article)) }
            @if let Some(title) = change.former_title { (former("headline before", title)) }
            @for sentence in &change.added {
                @let file = chapter_file(change.article.index);
                div.pair {
                    p { (Marked(&sentence.english, &sentence.notes)) }
                    (flags(layout::doubts(&sentence.notes)))
                    p lang="de" xml:lang="de" {
                        @if view.full_text { a href={ (file) "#" (sentence_id(sentence.place)) } { (Escaped(&sentence.german)) } }
                        @else { (Escaped(&sentence.german)) }
                    }
                }
            }
            @for sentence in change.removed { (former("no longer there", sentence)) }
        }
        @for gone in &changes.gone { p { "gone: " (Escaped(&changes::gone_line(gone))) } }
    })
}

/// The main points of the folder, and what reports of one story say differently.
fn lead(digest: &FolderDigest, view: &BriefingView<'_>) -> io::Result<Markup> {
    let mut differences = Vec::new();
    for difference in digest.topics.iter().flat_map(|topic| &topic.stories).flat_map(|story| &story.differences) {
        differences.push((difference.later.article, layout::difference_line(&layout::versions(difference, view)?)));
    }
    Ok(html! {
        @if !digest.lead.is_empty() { h2 { "In short" } }
        @for highlight in &digest.lead {
            @let file = chapter_file(highlight.article.index);
            div.pair {
                p { (Marked(&highlight.english, &highlight.notes)) }
                (flags(layout::doubts(&highlight.notes)))
                p lang="de" xml:lang="de" {
                    @match highlight.evidence.first().filter(|_| view.full_text) {
                        Some(place) => a href={ (file) "#" (sentence_id(*place)) } { (Escaped(&highlight.german)) },
                        None => (Escaped(&highlight.german)),
                    }
                }
                p.small { a href=(file) { (highlight.article.index + 1) " · " (Escaped(&highlight.article.english_title)) } }
            }
        }
        @for (kind, names) in layout::names_by_kind(digest) {
            h2 { (kind.heading()) }
            @for name in names {
                p {
                    (Escaped(&name.english))
                    @if name.german != name.english { " " span lang="de" xml:lang="de" { (Escaped(&name.german)) } }
                    @for article in &name.articles { " " a href=(chapter_file(*article)) { (article + 1) } }
                    @if name.more_articles > 0 { " and " (name.more_articles) " more" }
                }
            }
        }
        @if !differences.is_empty() { h2 { "Reports that differ" } }
        @for (article, line) in &differences {
            p.flag { a href=(chapter_file(*article)) { (article + 1) } " · " (Escaped(line)) }
        }
    })
}

fn chapter(archive: &mut ArchiveWriter<'_>, entry: &Entry, full_text: bool) -> io::Result<()> {
    let byline = Byline::new(entry);
    let summary = entry.summary.iter().flat_map(|summary| &summary.points);
    let left_out = entry.translation.article().left_out();
    let german = |place: &SentenceRef| Some(entry.translation.sentence(place.paragraph, place.sentence)?.0);
    let body = html! {
        h1 { (entry.index + 1) " · " (Escaped(&entry.english_title())) }
        @if let Some(title) = entry.translation.article().title() { p lang="de" xml:lang="de" { (Escaped(title)) } }
        (flags(layout::doubts(entry.title_notes())))
        p.small {
            @let whence = byline.text();
            @if !whence.is_empty() { (Escaped(&whence)) " · " }
            @if let Some(link) = byline.link { a href=(Escaped(link)) { (Escaped(layout::host(link))) } " · " }
            (Escaped(byline.source))
        }
        @if let Some(foreign) = layout::foreign(entry) { p { strong { (Escaped(&foreign)) } } }
        @for point in summary {
            @let notes = point.notes(&entry.translation);
            div.pair {
                p { "• " (Marked(point.english(), &notes)) }
                @if let Some(note) = point.origin().note() { p.flag { (note) } }
                (flags(layout::doubts(&notes)))
                @if let Some(written) = point.written() { p lang="de" xml:lang="de" { (Escaped(written)) } }
                @for place in point.evidence() {
                    @if let Some(german) = german(place) {
                        p lang="de" xml:lang="de" {
                            @if full_text { a href={ "#" (sentence_id(*place)) } { (Escaped(german)) } } @else { (Escaped(german)) }
                        }
                    }
                }
            }
        }
        @if full_text {
            hr;
            @for (index, (paragraph, translated)) in entry.translation.pairs().enumerate() {
                @for sentence in bilingual_sentences(paragraph, translated) {
                    @let kind = paragraph.kind();
                    @let id = sentence_id(SentenceRef { paragraph: index, sentence: sentence.index });
                    div.pair id=(id) {
                        @match kind {
                            ParagraphKind::Verbatim => pre { (Escaped(sentence.german)) },
                            ParagraphKind::Heading => h2 { (Marked(sentence.english, sentence.notes)) },
                            ParagraphKind::ListItem => p { "– " (Marked(sentence.english, sentence.notes)) },
                            ParagraphKind::Body | ParagraphKind::Quote => p { (Marked(sentence.english, sentence.notes)) },
                        }
                        @if kind != ParagraphKind::Verbatim {
                            p lang=(sentence.language.tag) xml:lang=(sentence.language.tag) { (Marked(sentence.german, sentence.notes)) }
                        }
                        (flags(layout::notes(kind, sentence.notes)))
                    }
                }
            }
        }
        @if !left_out.is_empty() { h2 { "What was left out" } }
        @for passage in left_out { p lang="de" xml:lang="de" { (Escaped(&passage.text)) } p.small { "rule " (passage.rule) } }
    };
    // XHTML closes every element.
    let body = maud::PreEscaped(body.0.replace("<hr>", "<hr/>"));
    page(archive, &format!("book/{}", chapter_file(entry.index)), &entry.english_title(), &body)
}

/// The chapters of a book, as often as they are asked for.
type Chapters<'a> = dyn Fn() -> Box<dyn Iterator<Item = io::Result<Mention>> + 'a> + 'a;

/// Writes contents and package document, and ends the book.
fn end(mut archive: ArchiveWriter<'_>, title: &str, overview: &Overview, chapters: &Chapters<'_>) -> io::Result<()> {
    let title = layout::one_line(title);
    let nav = archive.part("book/nav.xhtml")?;
    write!(
        nav,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" \
         xmlns:epub=\"http://www.idpf.org/2007/ops\" lang=\"en\" xml:lang=\"en\"><head><title>Contents</title></head><body>\
         <nav epub:type=\"toc\"><h1>Contents</h1><ol><li><a href=\"front.xhtml\">{}</a></li>",
        escaped_xml(&title)
    )?;
    for chapter in chapters() {
        let chapter = chapter?;
        let (file, doubt) = (chapter_file(chapter.index), layout::doubts(&chapter.title_notes).next());
        let headline = layout::one_line(&chapter.english_title);
        let mark = if doubt.is_some() { "⚑ " } else { "" };
        writeln!(nav, "<li><a href=\"{file}\">{mark}{} · {}</a></li>", chapter.index + 1, escaped_xml(&headline))?;
    }
    writeln!(nav, "</ol></nav></body></html>")?;
    let package = archive.part("book/content.opf")?;
    // The time of the last change has to be stated. The last day of an article is the same in every run.
    let modified = overview.dates.map_or_else(|| "2000-01-01".to_owned(), |(_, last)| last.to_string());
    write!(
        package,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<package xmlns=\"http://www.idpf.org/2007/opf\" version=\"3.0\" \
         unique-identifier=\"id\" xml:lang=\"en\"><metadata xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:identifier \
         id=\"id\">urn:depesche:{}:{}:{}</dc:identifier><dc:title>{}</dc:title><dc:language>en</dc:language>\
         <dc:creator>depesche</dc:creator><meta property=\"dcterms:modified\">{modified}T00:00:00Z</meta></metadata><manifest>\
         <item id=\"nav\" href=\"nav.xhtml\" media-type=\"application/xhtml+xml\" properties=\"nav\"/><item id=\"style\" \
         href=\"style.css\" media-type=\"text/css\"/><item id=\"front\" href=\"front.xhtml\" \
         media-type=\"application/xhtml+xml\"/>",
        overview.articles,
        overview.sentences,
        modified,
        escaped_xml(&title)
    )?;
    for chapter in chapters() {
        let index = chapter?.index;
        writeln!(
            package,
            "<item id=\"a{}\" href=\"{}\" media-type=\"application/xhtml+xml\"/>",
            index + 1,
            chapter_file(index)
        )?;
    }
    write!(package, "</manifest><spine><itemref idref=\"front\"/><itemref idref=\"nav\"/>")?;
    for chapter in chapters() {
        writeln!(package, "<itemref idref=\"a{}\"/>", chapter?.index + 1)?;
    }
    writeln!(package, "</spine></package>")?;
    archive.finish()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use quick_xml::Reader;
    use quick_xml::events::Event;

    use super::super::archive::unpacking::unpacked_parts;
    use super::super::format::canned_files::briefing_bytes_in;
    use super::*;
    use crate::document::canned::{self, CANNED};

    fn parts(bytes: Vec<u8>) -> BTreeMap<String, String> {
        unpacked_parts(bytes).into_iter().collect()
    }

    #[test]
    fn a_book_begins_with_its_kind_uncompressed() {
        let bytes = briefing_bytes_in(&OUTPUT_FORMAT, &canned::ordinary(), true);
        assert_eq!(&bytes[30..58], b"mimetypeapplication/epub+zip");
    }

    #[test]
    fn every_part_is_well_formed_and_in_the_manifest_and_every_link_leads_somewhere() {
        for (name, briefing) in CANNED {
            for full_text in [true, false] {
                let parts = parts(briefing_bytes_in(&OUTPUT_FORMAT, &briefing(), full_text));
                for (part, text) in parts.iter().filter(|(part, _)| part.ends_with("ml") || part.ends_with("opf")) {
                    let mut reader = Reader::from_str(text);
                    while reader.read_event().unwrap_or_else(|error| panic!("{name} {part}: {error}")) != Event::Eof {}
                    if let Some(file) = part.strip_prefix("book/").filter(|file| file.ends_with("xhtml")) {
                        assert!(parts["book/content.opf"].contains(&format!("href=\"{file}\"")), "{name} {file}");
                    }
                    for href in text.split("href=\"").skip(1).filter_map(|rest| Some(rest.split_once('"')?.0)) {
                        let (file, id) = href.split_once('#').unwrap_or((href, ""));
                        let target = if file.is_empty() { Some(text) } else { parts.get(&format!("book/{file}")) };
                        let leads_out = href.starts_with("https://");
                        assert!(
                            leads_out
                                || target.is_some_and(|text| id.is_empty() || text.contains(&format!("id=\"{id}\""))),
                            "{name} {href}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn flags_stand_beside_their_sentences() {
        let parts = parts(briefing_bytes_in(&OUTPUT_FORMAT, &canned::ordinary(), true));
        for part in ["book/front.xhtml", "book/article-2.xhtml"] {
            assert!(parts[part].contains("the translation was cut at the length limit"), "{part}");
        }
    }
}
