//! The pairs of sentences of a run as TMX 1.4, for translators' tools.
//!
//! This is what the briefing shows, mended and with its flags; `depesche cache export` writes what the model wrote.

use std::io::{self, Write};

use super::format::OutputFormat;
use super::layout::bilingual_sentences;
use super::view::{BriefingView, PageView};
use super::xml::escaped_xml;
use crate::document::{Entry, Flag, Language, Note, Provenance};

pub(super) const OUTPUT_FORMAT: OutputFormat = OutputFormat {
    name: "tmx",
    extension: "tmx",
    briefing_file: "briefing.tmx",
    about: "pairs of sentences as TMX 1.4, for translators' tools",
    is_for_people: false,
    is_text: true,
    links_pages: false,
    write_page,
    write_briefing,
};

fn write_page(page: &PageView<'_>, out: &mut dyn Write) -> io::Result<()> {
    let PageView { entry, provenance, .. } = *page;
    write_whole(provenance, out, |out| units(entry, provenance, out))
}

fn write_briefing(view: &BriefingView<'_>, out: &mut dyn Write) -> io::Result<()> {
    let provenance = &view.overview.provenance;
    write_whole(provenance, out, |out| view.entries().try_for_each(|entry| units(&entry?, provenance, out)))
}

fn write_whole(
    provenance: &Provenance,
    out: &mut dyn Write,
    body: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let version = provenance.program.strip_prefix("depesche ").unwrap_or(&provenance.program);
    writeln!(
        out,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE tmx SYSTEM \"tmx14.dtd\">\n<tmx version=\"1.4\">"
    )?;
    writeln!(
        out,
        "<header creationtool=\"depesche\" creationtoolversion=\"{}\" segtype=\"sentence\" o-tmf=\"depesche\" adminlang=\"en\" \
         srclang=\"de\" datatype=\"plaintext\"/>\n<body>",
        escaped_xml(version)
    )?;
    body(out)?;
    writeln!(out, "</body>\n</tmx>")
}

/// The title and every sentence of `entry` that was translated.
fn units(entry: &Entry, provenance: &Provenance, out: &mut dyn Write) -> io::Result<()> {
    let article = entry.translation.article();
    if let Some((german, title)) = article.title().zip(entry.translation.title()) {
        unit(entry, provenance, (german, &title.english, title.language), &title.notes, out)?;
    }
    for (paragraph, translated) in entry.translation.pairs() {
        for sentence in bilingual_sentences(paragraph, translated) {
            unit(entry, provenance, (sentence.german, sentence.english, sentence.language), sentence.notes, out)?;
        }
    }
    Ok(())
}

/// A unit for a sentence, given as source text, English and language of the source. Text that was passed through is no
/// translation.
fn unit(
    entry: &Entry,
    provenance: &Provenance,
    (source, english, language): (&str, &str, Language),
    notes: &[Note],
    out: &mut dyn Write,
) -> io::Result<()> {
    let is_left = notes.iter().any(|note| matches!(note.flag, Flag::Verbatim | Flag::English)) || source == english;
    if is_left || english.trim().is_empty() {
        return Ok(());
    }
    write!(out, "<tu")?;
    if let Some(model) = provenance.translator_of(notes) {
        write!(out, " creationid=\"{}\"", escaped_xml(&model.name))?;
    }
    write!(out, "><prop type=\"x-depesche-source\">{}</prop>", escaped_xml(entry.translation.article().source()))?;
    for note in notes {
        let reason = note.reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
        write!(out, "<prop type=\"x-depesche-flag\">{}{}</prop>", note.flag, escaped_xml(&reason))?;
    }
    writeln!(
        out,
        "<tuv xml:lang=\"{}\"><seg>{}</seg></tuv><tuv xml:lang=\"en\"><seg>{}</seg></tuv></tu>",
        language.tag,
        escaped_xml(source),
        escaped_xml(english)
    )
}

#[cfg(test)]
mod tests {
    use quick_xml::Reader;
    use quick_xml::events::Event;

    use super::super::format::canned_files::briefing_in;
    use super::*;
    use crate::document::canned::{self, CANNED};

    #[test]
    fn every_file_is_well_formed_and_has_a_unit_for_every_translated_sentence() {
        for (name, briefing) in CANNED {
            let file = briefing_in(&OUTPUT_FORMAT, &briefing(), true);
            let mut reader = Reader::from_str(&file);
            reader.config_mut().check_end_names = true;
            while reader.read_event().unwrap_or_else(|error| panic!("{name}: {error}")) != Event::Eof {}
        }
        let file = briefing_in(&OUTPUT_FORMAT, &canned::ordinary(), true);
        // 20 sentences and 3 titles; one is code.
        assert_eq!(file.matches("<tu ").count(), 22);
        assert!(file.contains("<prop type=\"x-depesche-flag\">length-limit</prop>"), "{file}");
    }
}
