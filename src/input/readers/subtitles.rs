//! Subtitles (SubRip and WebVTT) → draft: the spoken text as sentences and paragraphs, without times and marks.
//!
//! A paragraph ends where the speaker changes, or where a sentence ends before a pause or after some length. Names of
//! speakers stay. Lines that are shown twice, as in live captions, are read once.
//!
//! Promises: every word that is shown is in the draft, in order, and notes are listed; time is linear.

use super::super::characters::one_line;
use super::super::encoding::undeclared;
use super::super::entities;
use super::super::input_format::InputFormat;
use super::super::source::{ReadError, Source};
use super::super::text;
use super::lines::{append_line, ends_sentence};
use crate::document::{ArticleDraft, LeftOut, ParagraphKind, Section};

/// SRT and VTT.
pub(super) const INPUT_FORMAT: InputFormat = InputFormat {
    name: "subtitles",
    extensions: &["srt", "vtt"],
    shared_extensions: &[],
    about: "the spoken text of SRT and VTT files as sentences, with the names of speakers",
    sniff: |beginning| is_subtitles(&text::decode_beginning(beginning)),
    split: None,
    unpack: None,
    read,
};

/// The mark between the times of a cue.
const ARROW: &str = "-->";

/// Seconds without speech after which a sentence that has ended ends its paragraph.
const PAUSE: f64 = 2.0;

/// Bytes after which the end of a sentence ends its paragraph.
const PARAGRAPH_BYTES: usize = 600;

/// The longest name of a speaker in characters.
const MAX_SPEAKER_CHARACTERS: usize = 30;

/// Rule of notes of those who made the subtitles.
const NOTE: &str = "note";

/// True if `text` begins as subtitles do.
fn is_subtitles(text: &str) -> bool {
    let mut lines = text.trim_start_matches('\u{feff}').lines().map(str::trim).filter(|line| !line.is_empty());
    let Some(first) = lines.next() else { return false };
    let is_number = first.bytes().all(|byte| byte.is_ascii_digit());
    first == "WEBVTT"
        || first.starts_with("WEBVTT ")
        || is_number && lines.next().is_some_and(|line| times(line).is_some())
}

/// A text that is shown for some time.
struct Cue<'text> {
    /// In seconds.
    start: f64,
    /// In seconds.
    end: f64,
    lines: Vec<&'text str>,
}

fn read(source: &mut Source) -> Result<ArticleDraft, ReadError> {
    parse(&text::decode(source, undeclared)?)
}

fn parse(text: &str) -> Result<ArticleDraft, ReadError> {
    let mut draft = ArticleDraft::default();
    let cues = cues(text, &mut draft);
    let mut paragraphs = Paragraphs::default();
    let mut shown: Vec<String> = Vec::new();
    let mut end = f64::NEG_INFINITY;
    for cue in cues {
        let lines: Vec<Line> = cue.lines.iter().filter_map(|line| Line::new(line)).collect();
        let texts: Vec<String> = lines.iter().map(|line| line.text.clone()).collect();
        // Live captions move up: what was the last line is the first one now.
        let repeated = (1..=texts.len().min(shown.len())).rev().find(|count| shown.ends_with(&texts[..*count]));
        let repeated = repeated.filter(|_| cue.start - end < PAUSE).unwrap_or_default();
        let is_pause = cue.start - end > PAUSE;
        for (index, line) in lines.into_iter().enumerate().skip(repeated) {
            paragraphs.add(line, is_pause && index == repeated);
        }
        if !texts.is_empty() {
            shown = texts;
        }
        end = cue.end;
    }
    paragraphs.end();
    draft.sections = paragraphs.sections;
    if draft.sections.is_empty() { Err(ReadError::NoText) } else { Ok(draft) }
}

/// The cues of `text`. Title and notes go to `draft`.
fn cues<'text>(text: &'text str, draft: &mut ArticleDraft) -> Vec<Cue<'text>> {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let mut cues: Vec<Cue<'_>> = Vec::new();
    let mut is_after_blank = true;
    let mut index = 0;
    let block_end =
        |from: usize| lines[from..].iter().position(|line| line.is_empty()).map_or(lines.len(), |at| from + at);
    if let Some(head) = lines.first().and_then(|line| line.trim_start_matches('\u{feff}').strip_prefix("WEBVTT")) {
        let title = head.trim_start_matches([' ', '-', '–', '\t']).trim();
        draft.title = Some(title.to_owned()).filter(|title| !title.is_empty());
        let end = block_end(0);
        draft.left_out.extend(lines[1.min(end)..end].iter().map(|line| left_out(line)));
        index = end;
    }
    while index < lines.len() {
        let line = lines[index];
        if line.is_empty() {
            is_after_blank = true;
            index += 1;
            continue;
        }
        let is_note = is_after_blank && (line == "NOTE" || line.starts_with("NOTE "));
        let is_style = is_after_blank && matches!(line, "STYLE" | "REGION");
        if is_note || is_style {
            let end = block_end(index);
            let note = lines[index..end].join(" ");
            draft.left_out.extend(
                Some(note.trim_start_matches("NOTE").trim()).filter(|it| is_note && !it.is_empty()).map(left_out),
            );
            index = end;
            continue;
        }
        if let Some((start, end)) = times(line) {
            cues.push(Cue { start, end, lines: Vec::new() });
        } else if lines.get(index + 1).is_some_and(|next| times(next).is_some()) && is_identifier(line, is_after_blank)
        {
            // The number or name of the next cue.
        } else if let Some(cue) = cues.last_mut() {
            // A blank line within a cue ends nothing in SubRip: the next cue begins with its number.
            cue.lines.push(line);
        } else {
            cues.push(Cue { start: 0.0, end: 0.0, lines: vec![line] });
        }
        is_after_blank = false;
        index += 1;
    }
    cues
}

/// True if the line before a cue's times is its identifier rather than text.
fn is_identifier(line: &str, is_after_blank: bool) -> bool {
    is_after_blank || line.bytes().all(|byte| byte.is_ascii_digit())
}

fn left_out(text: &str) -> LeftOut {
    LeftOut { text: text.to_owned(), rule: NOTE.to_owned() }
}

/// The times of `00:01:02,500 --> 00:01:04,000 align:start` in seconds.
fn times(line: &str) -> Option<(f64, f64)> {
    let (start, rest) = line.split_once(ARROW)?;
    Some((seconds(start.trim())?, seconds(rest.split_whitespace().next()?)?))
}

/// `01:02:03,500` in seconds; hours may be missing.
fn seconds(time: &str) -> Option<f64> {
    let mut seconds = 0.0;
    let mut count = 0;
    for part in time.split(':') {
        let value: f64 = part.replace(',', ".").parse().ok().filter(|value: &f64| value.is_finite())?;
        seconds = seconds * 60.0 + value;
        count += 1;
    }
    (count == 2 || count == 3).then_some(seconds)
}

/// A line of a cue, without marks.
struct Line {
    /// Who speaks from here on, if the line says so.
    speaker: Option<String>,
    /// True if somebody else speaks from here on: the line begins with a dash.
    is_turn: bool,
    text: String,
}

impl Line {
    /// `None` if nothing is shown.
    fn new(raw: &str) -> Option<Self> {
        let mut speaker = voice(raw);
        let plain = without_marks(raw);
        let mut text = one_line(&entities::decode(&plain));
        let turn = ["- ", "– ", "— ", ">> ", ">>> "].iter().find_map(|mark| text.strip_prefix(mark)).map(str::to_owned);
        let is_turn = turn.is_some();
        text = turn.unwrap_or(text);
        if let Some((name, rest)) = label(&text) {
            speaker = Some(name.to_owned());
            text = rest.to_owned();
        }
        let is_shown = text.chars().any(|character| !character.is_whitespace());
        (is_shown || speaker.is_some() && !text.is_empty()).then_some(Self { speaker, is_turn, text })
    }
}

/// The speaker in `<v Jana Ohm>`.
fn voice(raw: &str) -> Option<String> {
    let tag = &raw[raw.find("<v")? + 2..];
    let inner = tag.strip_prefix([' ', '.', '\t'])?;
    let (name, _) = inner.split_once('>')?;
    // Classes come before the name: `<v.loud Jana>`.
    let name = if tag.starts_with('.') { name.split_once(' ')?.1 } else { name };
    let name = one_line(&entities::decode(name));
    (!name.is_empty()).then_some(name)
}

/// The name and the text in `JANA OHM: Guten Tag.` and `[Jana Ohm:] Guten Tag.`: a few words that begin with capitals.
fn label(text: &str) -> Option<(&str, &str)> {
    let (name, rest) = text.split_once(':')?;
    let name = name.trim_start_matches(['[', '(']).trim();
    let rest = rest.trim_start_matches([']', ')']).trim();
    let mut words = name.split_whitespace();
    let is_name = name.chars().count() <= MAX_SPEAKER_CHARACTERS
        && words.clone().count() <= 4
        && words.all(|word| word.starts_with(char::is_uppercase))
        && !rest.is_empty();
    // In capitals, or at least two words: `Achtung: Stufe` is no speaker.
    let is_marked = !name.contains(char::is_lowercase) || name.contains(' ');
    (is_name && is_marked && name.contains(char::is_alphabetic)).then_some((name, rest))
}

/// `raw` without tags (`<i>`, `<c.red>`, `<00:00:01.000>`) and positions (`{\an8}`).
fn without_marks(raw: &str) -> String {
    let mut plain = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find(['<', '{']) {
        let (before, from) = rest.split_at(at);
        plain.push_str(before);
        let is_tag = from.starts_with('<');
        let inner = &from[1..];
        let begins = inner.starts_with(|next: char| next.is_ascii_alphanumeric() || matches!(next, '/' | '.'));
        let is_mark = if is_tag { begins } else { inner.starts_with('\\') };
        match inner.find(if is_tag { '>' } else { '}' }).filter(|_| is_mark) {
            Some(end) => rest = &inner[end + 1..],
            None => {
                plain.push_str(&from[..1]);
                rest = inner;
            }
        }
    }
    plain.push_str(rest);
    // A line break of SubRip's relatives.
    plain.replace("\\N", " ").replace("\\h", " ")
}

/// The paragraphs so far.
#[derive(Default)]
struct Paragraphs {
    sections: Vec<Section>,
    text: String,
    speaker: Option<String>,
}

impl Paragraphs {
    fn add(&mut self, line: Line, is_after_pause: bool) {
        let is_other = line.speaker.is_some() && line.speaker != self.speaker;
        let is_full = self.text.len() > PARAGRAPH_BYTES;
        let ends = ends_sentence(&self.text);
        if is_other || line.is_turn || ends && (is_after_pause || is_full) {
            self.end();
        }
        if let Some(speaker) = line.speaker.filter(|_| is_other) {
            self.text = format!("{speaker}:");
            self.speaker = Some(speaker);
        } else if line.is_turn {
            self.speaker = None;
        }
        if self.text.is_empty() { self.text.push_str(&line.text) } else { append_line(&mut self.text, &line.text) }
    }

    fn end(&mut self) {
        let text = std::mem::take(&mut self.text);
        if !text.is_empty() {
            self.sections.push(Section { kind: ParagraphKind::Body, text });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, paragraphs: &[&str]) {
        let draft = parse(text).unwrap();
        assert_eq!(draft.sections.iter().map(|it| it.text.as_str()).collect::<Vec<_>>(), paragraphs, "{text}");
    }

    #[test]
    fn cues_become_sentences_and_paragraphs() {
        check(
            "1\n00:00:01,000 --> 00:00:03,000\nDie Fähre fährt\nseit <i>Montag</i>\n\n2\n00:00:03,100 --> 00:00:05,000\n{\\an8}wieder über den See.\n\n\
             3\n00:00:09,000 --> 00:00:11,000\nSie lag in der Werft.\n",
            &["Die Fähre fährt seit Montag wieder über den See.", "Sie lag in der Werft."],
        );
        check(
            "1\n00:00:01,000 --> 00:00:02,000\nEine Zeile,\n\ndie weitergeht.\n2\n00:00:02,000 --> 00:00:03,000\nUnd noch eine.",
            &["Eine Zeile, die weitergeht. Und noch eine."],
        );
    }

    #[test]
    fn speakers_stay_and_begin_paragraphs() {
        check(
            "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Jana Ohm>Guten Tag.</v>\n\n00:02.000 --> 00:03.000\n<v Jana Ohm>Schön hier.\n\n\
             00:03.000 --> 00:04.000\nKAI LUND: Danke.\n- Gern.\n- Bitte: gern.",
            &["Jana Ohm: Guten Tag. Schön hier.", "KAI LUND: Danke.", "Gern.", "Bitte: gern."],
        );
    }

    #[test]
    fn lines_that_move_up_are_read_once() {
        check(
            "WEBVTT\n\n00:01.000 --> 00:02.000\nDie Fähre\n\n00:02.000 --> 00:03.000\nDie Fähre\n<00:02.100><c> fährt</c>\n\n\
             00:03.000 --> 00:04.000\nfährt\nwieder.",
            &["Die Fähre fährt wieder."],
        );
        check("1\n00:00:01,000 --> 00:00:02,000\nJa.\n\n2\n00:00:09,000 --> 00:00:10,000\nJa.\n", &["Ja.", "Ja."]);
    }

    #[test]
    fn head_notes_and_styles_are_no_speech() {
        let draft = parse(
            "WEBVTT - Im Hafen\nKind: captions\n\nSTYLE\n::cue { color: red }\n\nNOTE von Jana\nzweite Zeile\n\nerster\n\
             00:01.000 --> 00:02.000 align:start\nM&uuml;nchen &amp; Ulm\n",
        )
        .unwrap();
        assert_eq!(draft.title.as_deref(), Some("Im Hafen"));
        assert_eq!(draft.sections[0].text, "München & Ulm");
        let listed: Vec<&str> = draft.left_out.iter().map(|passage| passage.text.as_str()).collect();
        assert_eq!(listed, ["Kind: captions", "von Jana zweite Zeile"]);
    }

    #[test]
    fn what_looks_like_a_mark_stays() {
        check("1\n00:00:01,000 --> 00:00:02,000\n5 < 6 {so} 10 Uhr: los\n", &["5 < 6 {so} 10 Uhr: los"]);
        assert!(matches!(parse("WEBVTT\n\nNOTE nichts"), Err(ReadError::NoText)));
        for (text, wanted) in [
            ("WEBVTT\n", true),
            ("WEBVTTX", false),
            ("1\n00:00:01,000 --> 00:00:02,000\na", true),
            ("1\nText", false),
            ("", false),
        ] {
            assert_eq!(is_subtitles(text), wanted, "{text}");
        }
    }

    #[test]
    fn odd_times_and_long_files_are_read() {
        check("1\n00:00:01,000 --> xx\nText.\n", &["1 00:00:01,000 --> xx Text."]);
        assert_eq!(seconds("01:02:03,500"), Some(3723.5));
        assert_eq!((seconds("1"), seconds("a:b"), seconds("inf:inf")), (None, None, None));
        let many = "1\n00:00:01,000 --> 00:00:02,000\nEin Wort <\n\n".repeat(50_000);
        assert!(!parse(&many).unwrap().sections.is_empty());
    }
}
