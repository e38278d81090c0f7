//! The copy of a news agency as it comes over the wire → headline, text, and what is meant for editors.
//!
//! Wire copy begins with a line like `bdt0217 3 pl 287  dpa 0412`. Keywords and notes follow, then the headline, which ends
//! in `=`, then the text, then a note pad for editors.

use super::super::characters::one_line;

/// Wire copy in its parts.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct WireCopy<'text> {
    /// The headline of the wire copy.
    pub(super) headline: &'text str,
    /// The text under the headline of the wire copy.
    pub(super) body: &'text str,
    /// Lines that are not meant for readers: those before the headline, and everything after the text.
    pub(super) for_editors: Vec<String>,
}

/// How the part begins that is not meant for readers.
const NOTE_PAD_OPENINGS: &[&str] =
    &["# notizblock", "* * * *", "die folgenden informationen sind nicht zur veröffentlichung"];

/// How many lines may stand before the headline.
const MAX_LINES_BEFORE_HEADLINE: usize = 20;

/// The parts of `text`; `None` if it is not wire copy.
pub(super) fn parse_wire_copy(text: &str) -> Option<WireCopy<'_>> {
    let mut lines_before = Vec::new();
    let mut wire_rest = text;
    for _ in 0..MAX_LINES_BEFORE_HEADLINE {
        let (line, after_line) = wire_rest.split_once('\n')?;
        wire_rest = after_line;
        if line.trim().is_empty() {
            continue;
        }
        if lines_before.is_empty() && !is_wire_slug(line) {
            return None;
        }
        if let Some(headline) = line.trim_end().strip_suffix('=').map(str::trim) {
            let body_end = note_pad_start(wire_rest);
            let editor_notes = wire_rest[body_end..].lines().map(str::trim).filter(|line| !line.is_empty());
            let for_editors = lines_before.into_iter().chain(editor_notes).map(one_line).collect();
            return Some(WireCopy { headline, body: &wire_rest[..body_end], for_editors });
        }
        lines_before.push(line.trim());
    }
    None
}

/// True for `bdt0217 3 pl 287  dpa 0412`: service and number, priority, desk, length, agency.
fn is_wire_slug(line: &str) -> bool {
    let slug_words: Vec<&str> = line.split_whitespace().collect();
    let [service, priority, desk, length, agency, ..] = slug_words.as_slice() else { return false };
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_word = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase());
    let service_number = service.trim_start_matches(|character: char| character.is_ascii_lowercase());
    let is_service = service_number.len() < service.len() && is_number(service_number);
    is_service && is_number(priority) && is_word(desk) && is_number(length) && is_word(agency)
}

/// Where the note pad begins in `text`, or its end.
fn note_pad_start(text: &str) -> usize {
    let mut line_start = 0;
    for line in text.split_inclusive('\n') {
        let lower_line = line.trim().to_lowercase();
        if NOTE_PAD_OPENINGS.iter().any(|opening| lower_line.starts_with(opening)) {
            return line_start;
        }
        line_start += line.len();
    }
    line_start
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wire_copy_is_taken_apart() {
        let text = "bdt0217 3 pl 287  dpa 0412\n\nEnergie/Kommunen/\n(Neu: Reaktion)\nUlm bekommt Speicher =\n\n\
                    Ulm (dpa) - Die Stadt baut.\n\n# Notizblock\n\n- Autor: Jana Ohm\n";
        let copy = parse_wire_copy(text).unwrap();
        assert_eq!((copy.headline, copy.body.trim()), ("Ulm bekommt Speicher", "Ulm (dpa) - Die Stadt baut."));
        let notes =
            ["bdt0217 3 pl 287 dpa 0412", "Energie/Kommunen/", "(Neu: Reaktion)", "# Notizblock", "- Autor: Jana Ohm"];
        assert_eq!(copy.for_editors, notes);
    }

    #[test]
    fn other_text_is_no_wire_copy() {
        for text in [
            "",
            "Titel\n\nText =\n\nMehr.\n",
            "bdt0217 3 pl 287  dpa 0412\n\nKein Titel\n\nText.\n",
            "bdt 3 pl 287 dpa 0412\nTitel =\nText.\n",
            "Ulm 3 am 287 dpa\nTitel =\nText.\n",
            "bdt0217 3 pl 287  dpa 0412",
        ] {
            assert_eq!(parse_wire_copy(text), None, "{text}");
        }
    }
}
