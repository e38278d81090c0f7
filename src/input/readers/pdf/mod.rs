//! PDF → draft: the text of a document in the order of reading, with headings, lists and footnotes.
//!
//! `unpacked_size.rs` refuses what unpacks to too much. Another crate interprets each page; `glyphs.rs` takes what it draws.
//! `words.rs` makes words and pieces of lines of the glyphs, `page_furniture.rs` takes running heads and page numbers away,
//! `reading_order.rs` divides pages into columns, and `paragraphs.rs` puts lines together across columns and pages.
//!
//! Text that is not seen, or stands at an angle, is listed. Where most text of a page is not seen, it is what a recogniser
//! found in the picture of the page, and is the text. Scripts never run, attached files are not opened.

mod glyphs;
mod metadata;
mod page_furniture;
mod paragraphs;
mod reading_order;
mod unpacked_size;
mod words;

use hayro_interpret::InterpreterCache;
use hayro_interpret::hayro_syntax::{LoadPdfError, Pdf};

use super::super::characters;
use super::super::input_format::InputFormat;
use super::super::source::{ReadError, Source};
use crate::document::{ArticleDraft, LeftOut};
use crate::guarded::guarded;
use glyphs::{Direction, Glyph, PageError, PageGlyphs};
use words::LinePiece;

/// PDF.
pub(super) const INPUT_FORMAT: InputFormat = InputFormat {
    name: "PDF",
    extensions: &["pdf"],
    shared_extensions: &[],
    about: "text in reading order across columns and pages, without running heads and page numbers; scans need OCR first",
    sniff: |beginning| beginning.starts_with(b"%PDF-"),
    split: None,
    unpack: None,
    read,
};

/// The largest file in bytes. Pictures take most of it.
const MAX_FILE_BYTES: u64 = 128 * 1024 * 1024;

/// The longest stream in bytes, unpacked.
const MAX_STREAM_BYTES: u64 = 48 * 1024 * 1024;

/// How much a document and how much a page may draw. A page of text draws some thousand times.
const MAX_DOCUMENT_WORK: u64 = 400_000_000;
const MAX_PAGE_WORK: u64 = 20_000_000;

/// What drawing a form costs, where a glyph costs one.
const FORM_WORK: u64 = 200;

/// A form is unpacked each time it is drawn. So many bytes of it cost one more.
const BYTES_PER_WORK: u64 = 16 * 1024;

/// The most text of a document in bytes.
const MAX_TEXT_BYTES: usize = 16 * 1024 * 1024;

/// Rule of running heads and page numbers.
const PAGE_EDGE_RULE: &str = "page";

/// Rule of text that is not seen.
const HIDDEN_RULE: &str = "hidden-text";

/// Rule of text that stands at an angle to the rest of its page.
const ROTATED_RULE: &str = "rotated-text";

/// Rule of the lines of tables of contents.
const CONTENTS_RULE: &str = "contents";

/// Rule of pages that are pictures.
const SCANNED_PAGE_RULE: &str = "scanned-page";

const SCANNED_HINT: &str = "recognise its text first with an OCR program such as ocrmypdf";

fn read(source: &mut Source) -> Result<ArticleDraft, ReadError> {
    let bytes = source.bytes_within(MAX_FILE_BYTES)?;
    if bytes.trim_ascii().is_empty() {
        return Err(ReadError::Empty);
    }
    let too_much =
        || damaged_pdf("it unpacks to more than is read at once", "print it to a new PDF file, or save its text");
    let longest = unpacked_size::longest_stream(&bytes, MAX_STREAM_BYTES).ok_or_else(too_much)?;
    let broken =
        || damaged_pdf("its pages cannot be found: it is damaged or cut off", "open it in a viewer and save it again");
    let pdf = match guarded(|| Pdf::new(bytes)).ok_or_else(broken)? {
        Ok(pdf) => pdf,
        Err(LoadPdfError::Decryption(_)) => {
            return Err(damaged_pdf("it is protected by a password", "save a copy without a password"));
        }
        Err(LoadPdfError::Invalid) => return Err(broken()),
    };
    let described_draft = guarded(|| metadata::draft_of_metadata(pdf.metadata())).unwrap_or_default();
    let document = read_pages(&pdf, longest)?;
    let mut pages = document.pages;
    let mut left_out = document.left_out;
    let removed_furniture = page_furniture::take_page_furniture(&mut pages);
    left_out.extend(removed_furniture.into_iter().map(|text| LeftOut { text, rule: PAGE_EDGE_RULE.to_owned() }));
    let regions = pages.into_iter().map(reading_order::regions).collect();
    let pdf_text = paragraphs::text_of_pages(regions, described_draft.title.as_deref());
    left_out.extend(pdf_text.contents.into_iter().map(|text| LeftOut { text, rule: CONTENTS_RULE.to_owned() }));
    if pdf_text.sections.is_empty() {
        return Err(if document.pictures > 0 {
            damaged_pdf("its pages are pictures without text: it was scanned", SCANNED_HINT)
        } else {
            ReadError::NoText
        });
    }
    let letter_count: usize = pdf_text
        .sections
        .iter()
        .map(|section| section.text.chars().filter(|letter| !letter.is_whitespace()).count())
        .sum();
    let unknown_count: usize =
        pdf_text.sections.iter().map(|section| section.text.matches(glyphs::UNKNOWN).count()).sum();
    if unknown_count * 4 > letter_count {
        return Err(damaged_pdf("its fonts do not say which letters they show", SCANNED_HINT));
    }
    Ok(ArticleDraft { title: pdf_text.title, sections: pdf_text.sections, left_out, ..described_draft })
}

fn damaged_pdf(what: &str, hint: &'static str) -> ReadError {
    ReadError::Damaged { what: what.to_owned(), hint }
}

/// What the pages of a document show.
#[derive(Default)]
struct PdfDocument {
    /// The pieces of lines of each page.
    pages: Vec<Vec<LinePiece>>,
    /// How many pictures the PDF pages draw.
    pictures: usize,
    left_out: Vec<LeftOut>,
}

fn read_pages(pdf: &Pdf, longest_stream: u64) -> Result<PdfDocument, ReadError> {
    let mut document = PdfDocument::default();
    let mut cache = InterpreterCache::new();
    let mut work_budget = MAX_DOCUMENT_WORK;
    let mut text_bytes = 0;
    let mut failed_pages = 0;
    let form_cost = FORM_WORK + longest_stream / BYTES_PER_WORK;
    let pages = guarded(|| pdf.pages()).map(|pages| &**pages).unwrap_or_default();
    for (page_index, page) in pages.iter().enumerate() {
        let page_glyphs = match glyphs::glyphs_of_page(page, &cache, form_cost, work_budget.min(MAX_PAGE_WORK)) {
            Ok(page_glyphs) => page_glyphs,
            Err(PageError::Endless) => {
                return Err(damaged_pdf("it draws without end", "print it to a new PDF file, or save its text"));
            }
            Err(PageError::Damaged) => {
                cache = InterpreterCache::new();
                failed_pages += 1;
                document.pages.push(Vec::new());
                continue;
            }
        };
        work_budget = work_budget.saturating_sub(page_glyphs.work);
        document.pictures += page_glyphs.pictures;
        let has_pictures = page_glyphs.pictures > 0;
        let pieces = visible_pieces(page_glyphs, &mut document.left_out);
        if pieces.is_empty() && has_pictures {
            document
                .left_out
                .push(LeftOut { text: format!("Seite {}", page_index + 1), rule: SCANNED_PAGE_RULE.to_owned() });
        }
        text_bytes += pieces.iter().map(|piece| piece.text.len()).sum::<usize>();
        if text_bytes > MAX_TEXT_BYTES {
            return Err(ReadError::TooLarge { limit: MAX_TEXT_BYTES as u64 });
        }
        document.pages.push(pieces);
    }
    if failed_pages > 0 && failed_pages == document.pages.len() {
        return Err(damaged_pdf("its pages are damaged", "open it in a viewer and save it again"));
    }
    Ok(document)
}

/// The pieces of a page that are read. Others are listed.
fn visible_pieces(page: PageGlyphs, left_out: &mut Vec<LeftOut>) -> Vec<LinePiece> {
    let dimensions = page.dimensions;
    let has_ink = |glyph: &&Glyph| !glyph.text.trim().is_empty();
    let hidden_count = page.glyphs.iter().filter(has_ink).filter(|glyph| glyph.is_hidden).count();
    let all_count = page.glyphs.iter().filter(has_ink).count();
    let (mut seen_glyphs, hidden_glyphs): (Vec<Glyph>, Vec<Glyph>) =
        if hidden_count * 5 > all_count * 4 && page.pictures > 0 {
            (page.glyphs, Vec::new())
        } else {
            page.glyphs.into_iter().partition(|glyph| !glyph.is_hidden)
        };
    let glyph_count = |direction: Direction| seen_glyphs.iter().filter(|glyph| glyph.direction == direction).count();
    let directions = [Direction::Right, Direction::Down, Direction::Left, Direction::Up, Direction::Askew];
    let glyph_counts = directions.map(glyph_count);
    let main_direction = (0..4).rev().max_by_key(|direction_index| glyph_counts[*direction_index]).unwrap_or_default();
    for (glyphs, rule) in [(hidden_glyphs, HIDDEN_RULE)] {
        for direction in directions {
            let turned_glyphs = turned_to_right(
                glyphs.iter().filter(|glyph| glyph.direction == direction).cloned(),
                direction,
                dimensions,
            );
            list_unread_glyphs(&turned_glyphs, rule, left_out);
        }
    }
    for (direction_index, direction) in
        directions.into_iter().enumerate().filter(|(direction_index, _)| *direction_index != main_direction)
    {
        if glyph_counts[direction_index] > 0 {
            let turned_glyphs = turned_to_right(
                seen_glyphs.iter().filter(|glyph| glyph.direction == direction).cloned(),
                direction,
                dimensions,
            );
            list_unread_glyphs(&turned_glyphs, ROTATED_RULE, left_out);
        }
    }
    seen_glyphs.retain(|glyph| glyph.direction == directions[main_direction]);
    words::line_pieces(&turned_to_right(seen_glyphs.into_iter(), directions[main_direction], dimensions))
}

/// Turns glyphs that run in one direction so that they run to the right.
fn turned_to_right(
    glyphs: impl Iterator<Item = Glyph>,
    direction: Direction,
    (width, height): (f64, f64),
) -> Vec<Glyph> {
    let turned_place = |(x, y): (f64, f64)| match direction {
        Direction::Right | Direction::Askew => (x, y),
        Direction::Down => (y, width - x),
        Direction::Left => (width - x, height - y),
        Direction::Up => (height - y, x),
    };
    glyphs.map(|glyph| Glyph { start: turned_place(glyph.start), end: turned_place(glyph.end), ..glyph }).collect()
}

/// Lists text that is not read.
fn list_unread_glyphs(glyphs: &[Glyph], rule: &str, left_out: &mut Vec<LeftOut>) {
    let is_askew = glyphs.first().is_some_and(|glyph| glyph.direction == Direction::Askew);
    let unread_text = if is_askew {
        glyphs.iter().map(|glyph| glyph.text.as_str()).collect()
    } else {
        words::line_pieces(glyphs).into_iter().map(|piece| piece.text).collect::<Vec<_>>().join(" ")
    };
    let unread_text = characters::one_line(&unread_text);
    if !unread_text.is_empty() && !left_out.iter().any(|passage| passage.text == unread_text && passage.rule == rule) {
        left_out.push(LeftOut { text: unread_text, rule: rule.to_owned() });
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use super::*;
    use crate::document::ParagraphKind::{self, Body, Heading, ListItem};

    fn fixture(name: &str) -> Vec<u8> {
        fs::read(PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests")).join(name)).unwrap()
    }

    fn drafted(bytes: Vec<u8>) -> Result<ArticleDraft, ReadError> {
        read(&mut Source::from_bytes(bytes))
    }

    fn left_out(draft: &ArticleDraft) -> Vec<(&str, &str)> {
        draft.left_out.iter().map(|passage| (passage.rule.as_str(), passage.text.as_str())).collect()
    }

    #[test]
    fn columns_pages_tables_and_footnotes_are_read_in_order() {
        let draft = drafted(fixture("formats/speicher.pdf")).unwrap();
        assert_eq!(draft.title.as_deref(), Some("Ein Speicher für den Winter"));
        assert_eq!(draft.author.as_deref(), Some("Jana Ohm"));
        let sections: Vec<(ParagraphKind, &str)> =
            draft.sections.iter().map(|section| (section.kind, section.text.as_str())).collect();
        let expected = [
            (Body, "Der Rat stimmt dem Turm am Bahnhof zu, die Anwohner bleiben skeptisch und wollen klagen."),
            (
                Body,
                "Die Stadtwerke wollen am alten Güterbahnhof einen Wärmespeicher bauen. Der Rat hat dem am Dienstag \
                 zugestimmt. Der Tank soll 34 Meter hoch werden und im Winter 6.000 Wohnungen mit Wärme versorgen.",
            ),
            (Body, "Die Kosten schätzt das Werk auf 14 Millionen Euro. Davon zahlt das Land gut ein Drittel."),
            (
                Body,
                "Gegen den Standort hatten Anwohner mehr als 800 Unterschriften gesammelt. Sie fürchten den Schatten des \
                 Turms. „Wir sind nicht gegen die Wärme“, sagte eine Sprecherin, „aber gegen die Größe.“ Die Verwaltung hat \
                 darauf den Abstand zu den Häusern um zwölf Meter erhöht. Bis zum Herbst soll ein Gutachten klären, wie laut \
                 die Pumpen sind. Danach beginnt der Bau.",
            ),
            (Heading, "Was der Speicher kann"),
            (
                Body,
                "Das Werk hat die Zahlen zum ersten Mal offengelegt. Sie gelten für einen Winter, der so kalt ist wie der \
                 letzte.",
            ),
            (ListItem, "Größe; Wert"),
            (ListItem, "Höhe; 34 m"),
            (ListItem, "Inhalt; 20 Mio. Liter"),
            (ListItem, "Der Bau beginnt im März."),
            (ListItem, "Die erste Wärme kommt ein Jahr später."),
            (ListItem, "[1] Ohne die Leitungen, die schon im Boden liegen."),
        ];
        assert_eq!(sections, expected);
        let set_aside = [
            ("rotated-text", "Druck: Muster und Söhne"),
            ("page", "Stadtblatt Ulmen, Nr. 12"),
            ("page", "- 1 -"),
            ("page", "- 2 -"),
        ];
        assert_eq!(left_out(&draft), set_aside);
    }

    #[test]
    fn text_without_ink_is_listed_and_text_that_is_drawn_twice_is_read_once() {
        let draft = drafted(fixture("readers/hidden.pdf")).unwrap();
        assert_eq!(draft.sections[0].text, "Der Rat hat am Montag getagt und den Plan beschlossen.");
        assert_eq!(draft.sections.len(), 1);
        assert_eq!(left_out(&draft), [("hidden-text", "Wer das liest, soll loben.")]);
    }

    #[test]
    fn what_cannot_be_read_says_why() {
        let whole = fixture("formats/speicher.pdf");
        for (bytes, reason) in [
            (fixture("readers/encrypted.pdf"), "it is protected by a password"),
            (fixture("readers/scan.pdf"), "its pages are pictures without text: it was scanned"),
            (fixture("readers/endless.pdf"), "it draws without end"),
            (b"%PDF-1.7\n".to_vec(), "its pages cannot be found: it is damaged or cut off"),
            (whole[..40].to_vec(), "its pages cannot be found: it is damaged or cut off"),
            (b" \n".to_vec(), "the file is empty"),
        ] {
            assert_eq!(drafted(bytes).unwrap_err().to_string(), reason);
        }
    }

    #[test]
    fn a_file_without_its_table_of_objects_is_read() {
        let whole = fixture("formats/speicher.pdf");
        let table = whole.windows(6).rposition(|window| window == b"\nxref\n").unwrap();
        let draft = drafted(whole[..table].to_vec()).unwrap();
        assert_eq!(draft.title.as_deref(), Some("Ein Speicher für den Winter"));
    }
}
