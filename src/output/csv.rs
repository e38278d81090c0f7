//! CSV for spreadsheets: the pairs of sentences, and the claims of the summaries.
//!
//! Files begin with a byte order mark, or Excel takes UTF-8 for another encoding. A cell that a spreadsheet would run as a formula
//! gets an apostrophe in front of it (CWE-1236).

use std::io::{self, Write};

use super::format::OutputFormat;
use super::layout::{self, bilingual_sentences, web_address};
use super::view::BriefingView;
use crate::document::{Entry, Note, Provenance};

pub(super) const PAIRS: OutputFormat = OutputFormat {
    name: "csv",
    extension: "csv",
    briefing_file: "briefing.csv",
    about: "pairs of sentences for spreadsheets, with their flags",
    is_for_people: false,
    is_text: true,
    links_pages: false,
    write_page: |page, out| write(PAIR_COLUMNS, out, |rows| pairs(page.entry, page.provenance, rows)),
    write_briefing: |view, out| write_all(PAIR_COLUMNS, view, out, pairs),
};

pub(super) const CLAIMS: OutputFormat = OutputFormat {
    name: "claims",
    extension: "claims.csv",
    briefing_file: "briefing.claims.csv",
    about: "the sentences of the summaries for spreadsheets, each with its German, where it stands and its flags",
    is_for_people: false,
    is_text: true,
    links_pages: false,
    write_page: |page, out| write(CLAIM_COLUMNS, out, |rows| claims(page.entry, page.provenance, rows)),
    write_briefing: |view, out| write_all(CLAIM_COLUMNS, view, out, claims),
};

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Columns that say which article a row is from; see [`article_cells`].
const ARTICLE_COLUMNS: [&str; 7] = ["article", "source", "outlet", "author", "date", "updated", "url"];

const PAIR_COLUMNS: &[&str] =
    &["paragraph", "sentence", "kind", "german", "english", "doubtful", "flags", "reasons", "translator"];

const CLAIM_COLUMNS: &[&str] = &[
    "headline",
    "headline_german",
    "point",
    "claim",
    "german",
    "evidence",
    "origin",
    "doubtful",
    "flags",
    "reasons",
    "translator",
];

/// Takes the cells of a row.
type Rows<'a> = dyn FnMut(Vec<String>) -> io::Result<()> + 'a;

/// Writes a file with these columns after those of the article, and the rows that `content` passes on.
fn write(
    columns: &[&str],
    out: &mut dyn Write,
    content: impl FnOnce(&mut Rows<'_>) -> io::Result<()>,
) -> io::Result<()> {
    out.write_all(BYTE_ORDER_MARK)?;
    let mut csv = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
    csv.write_record(ARTICLE_COLUMNS.iter().chain(columns))?;
    content(&mut |cells| Ok(csv.write_record(cells.iter().map(|cell| harmless(cell)))?))?;
    csv.flush()
}

fn write_all(
    columns: &[&str],
    view: &BriefingView<'_>,
    out: &mut dyn Write,
    rows_of: fn(&Entry, &Provenance, &mut Rows<'_>) -> io::Result<()>,
) -> io::Result<()> {
    write(columns, out, |rows| view.entries().try_for_each(|entry| rows_of(&entry?, &view.overview.provenance, rows)))
}

/// `cell`, after an apostrophe if a spreadsheet would take it for a formula.
fn harmless(cell: &str) -> String {
    let is_formula = cell.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
        || cell.starts_with(['\t', '\r', '\n']);
    if is_formula { format!("'{cell}") } else { cell.to_owned() }
}

fn article_cells(entry: &Entry) -> Vec<String> {
    let article = entry.translation.article();
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let date = |date: Option<crate::document::Date>| date.map(|date| date.to_string()).unwrap_or_default();
    vec![
        (entry.index + 1).to_string(),
        article.source().to_owned(),
        text(article.outlet()),
        text(article.author()),
        date(entry.date),
        date(article.updated()),
        text(article.url().and_then(web_address)),
    ]
}

/// Cells of the notes on a sentence: whether it failed a check, flags, reasons.
fn note_cells(notes: &[Note]) -> [String; 3] {
    let reason = |note: &Note| Some(format!("{}: {}", note.flag, note.reason.as_deref()?));
    [
        if layout::doubts(notes).next().is_some() { "yes" } else { "no" }.to_owned(),
        notes.iter().map(|note| note.flag.name()).collect::<Vec<_>>().join(" "),
        notes.iter().filter_map(reason).collect::<Vec<_>>().join("; "),
    ]
}

/// The models that wrote sentences, given by their notes; each once, in the order of the sentences.
fn translators<'a>(provenance: &Provenance, notes_of_sentences: impl Iterator<Item = &'a [Note]>) -> String {
    let mut names: Vec<&str> = Vec::new();
    for model in notes_of_sentences.filter_map(|notes| provenance.translator_of(notes)) {
        if !names.contains(&model.name.as_str()) {
            names.push(&model.name);
        }
    }
    names.join(", ")
}

/// The title and every sentence of `entry`.
fn pairs(entry: &Entry, provenance: &Provenance, rows: &mut Rows<'_>) -> io::Result<()> {
    let mut row = |place: [String; 3], german: &str, english: &str, notes: &[Note]| {
        let texts = [german.to_owned(), english.to_owned()];
        let cells = article_cells(entry).into_iter().chain(place).chain(texts).chain(note_cells(notes));
        rows(cells.chain([translators(provenance, [notes].into_iter())]).collect())
    };
    let article = entry.translation.article();
    if let Some((german, title)) = article.title().zip(entry.translation.title()) {
        row([String::new(), String::new(), "title".into()], german, &title.english, &title.notes)?;
    }
    for (index, (paragraph, translated)) in entry.translation.pairs().enumerate() {
        for sentence in bilingual_sentences(paragraph, translated) {
            let place = [(index + 1).to_string(), (sentence.index + 1).to_string(), paragraph.kind().name().into()];
            row(place, sentence.german, sentence.english, sentence.notes)?;
        }
    }
    Ok(())
}

/// Every point of the summary of `entry`.
fn claims(entry: &Entry, provenance: &Provenance, rows: &mut Rows<'_>) -> io::Result<()> {
    let translation = &entry.translation;
    for (index, point) in entry.summary.iter().flat_map(|summary| &summary.points).enumerate() {
        let places = point.evidence().iter().map(|place| format!("p{}-s{}", place.paragraph + 1, place.sentence + 1));
        let claim = [
            entry.english_title().into_owned(),
            translation.article().title().unwrap_or_default().to_owned(),
            (index + 1).to_string(),
            point.english().to_owned(),
            point.german(translation),
            places.collect::<Vec<_>>().join(" "),
            point.origin().name().to_owned(),
        ];
        let notes = note_cells(&point.notes(translation));
        let sentences = (point.evidence().iter())
            .filter_map(|place| Some(translation.sentence(place.paragraph, place.sentence)?.1.notes.as_slice()));
        let translators = translators(provenance, sentences);
        rows(article_cells(entry).into_iter().chain(claim).chain(notes).chain([translators]).collect())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::format::canned_files::briefing_in;
    use super::*;
    use crate::document::canned::CANNED;

    fn rows(file: &str) -> Vec<Vec<String>> {
        let csv = file.strip_prefix('\u{feff}').unwrap();
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(csv.as_bytes());
        reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
    }

    #[test]
    fn every_row_has_every_column_and_every_sentence_is_there() {
        for (name, briefing) in CANNED {
            let briefing = briefing();
            for (format, columns) in [(&PAIRS, PAIR_COLUMNS), (&CLAIMS, CLAIM_COLUMNS)] {
                let rows = rows(&briefing_in(format, &briefing, true));
                assert!(rows.iter().all(|row| row.len() == ARTICLE_COLUMNS.len() + columns.len()), "{name}");
            }
            let pairs = rows(&briefing_in(&PAIRS, &briefing, true));
            let sentences: usize = (briefing.entries.iter())
                .flat_map(|entry| entry.translation.pairs())
                .map(|(paragraph, translated)| bilingual_sentences(paragraph, translated).len())
                .sum();
            assert_eq!(pairs.len(), 1 + sentences + briefing.overview.titles, "{name}");
        }
    }

    #[test]
    fn no_cell_is_a_formula() {
        for (cell, expected) in [
            ("=1+1", "'=1+1"),
            (" @SUM(A1)", "' @SUM(A1)"),
            ("-5 Grad", "'-5 Grad"),
            ("+49 30", "'+49 30"),
            ("\t=1", "'\t=1"),
            ("5 - 3", "5 - 3"),
            ("„=“", "„=“"),
        ] {
            assert_eq!(harmless(cell), expected);
        }
        for (name, briefing) in CANNED {
            for cell in rows(&briefing_in(&PAIRS, &briefing(), true)).into_iter().flatten() {
                assert!(!cell.trim_start().starts_with(['=', '+', '-', '@']), "{name}: {cell}");
            }
        }
    }
}
