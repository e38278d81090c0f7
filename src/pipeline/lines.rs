//! Lines in, lines out: the convention of machine-translation tools.

use std::io::{self, BufRead, Write};
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

use thiserror::Error;

use crate::document::{Note, TranslatedText};
use crate::generation;
use crate::hint::Hint;
use crate::input::{DecodedLine, LineNote, LineReader, Passage, passages};
use crate::session::Session;
use crate::translate::{Translators, translate_texts};

/// Assumed length of a line in bytes, to decide how many lines are translated together.
const LINE_BYTES: usize = 384;

/// Why lines cannot be translated.
#[derive(Debug, Error)]
pub enum LinesError {
    /// The lines to translate cannot be read.
    #[error("cannot read the lines")]
    Read(#[source] io::Error),
    /// The translations of the lines cannot be written.
    #[error("cannot write the translations")]
    Write(#[source] io::Error),
    /// The model failed on the lines.
    #[error(transparent)]
    Generator(#[from] generation::Error),
}

impl Hint for LinesError {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Generator(error) => error.hint(),
            Self::Read(_) | Self::Write(_) => None,
        }
    }
}

/// How lines are translated and written.
#[derive(Clone, Copy)]
pub struct LineOptions {
    /// Give each line to the model unchanged, in one piece. Nothing is checked then.
    pub raw: bool,
    /// What is written for a line and its translation, without the line feed.
    pub rendered: fn(&str, &TranslatedText) -> String,
}

/// Translates each line of `source` to exactly one line of `target`, in order. `notes` is told the
/// number of each line whose bytes are not what they should be.
///
/// A line may hold several sentences; or none; raw, it goes to the model unchanged, in one piece. Lines are translated as soon as they
/// have been read, so a typed line is answered without waiting for the next. What is no language is copied.
///
/// # Errors
/// [`LinesError`] if reading, writing or the model fails. What was written before is flushed.
pub fn translate_lines(
    translators: Translators<'_>,
    source: impl BufRead + Send + 'static,
    target: &mut impl Write,
    lines_as: LineOptions,
    notes: &dyn Fn(usize, &LineNote),
) -> Result<(), LinesError> {
    let Translators { session: Session { generator, .. }, options, .. } = translators;
    let max_lines = generator.window_bytes() / LINE_BYTES;
    let (sender, receiver) = sync_channel::<io::Result<DecodedLine>>(max_lines);
    // Not joined: if the output is closed while this thread waits for a line, nobody waits for the thread.
    thread::spawn(move || {
        for line in LineReader::new(source, !lines_as.raw) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    let mut lines_before = 0;
    while let Some(line_window) = next_window(&receiver, max_lines) {
        let lines = line_window.map_err(LinesError::Read)?;
        for (line, line_number) in lines.iter().zip(lines_before + 1..) {
            line.note.iter().for_each(|note| notes(line_number, note));
        }
        lines_before += lines.len();
        let line_plan = LinePlan::new(&lines, lines_as.raw);
        let translated_texts = if lines_as.raw {
            let outputs = generator.run(&line_plan.texts, &options.search, &options.schedule, &|_| {})?;
            let unchecked = |english| TranslatedText { english, notes: Vec::new() };
            outputs.into_iter().map(|output| unchecked(output.text)).collect()
        } else {
            translate_texts(translators, &line_plan.texts)?
        };
        for (line, translated_line) in lines.iter().zip(line_plan.lines(translated_texts)) {
            writeln!(target, "{}", (lines_as.rendered)(&line.text, &translated_line)).map_err(LinesError::Write)?;
        }
        target.flush().map_err(LinesError::Write)?;
    }
    Ok(())
}

/// Waits for a line and takes all that are there with it, at most `max_lines`; `None` at the end.
fn next_window(receiver: &Receiver<io::Result<DecodedLine>>, max_lines: usize) -> Option<io::Result<Vec<DecodedLine>>> {
    let first_line = receiver.recv().ok()?;
    let waiting_lines = receiver.try_iter().take(max_lines.saturating_sub(1));
    Some(std::iter::once(first_line).chain(waiting_lines).collect())
}

/// What of some lines is translated, and what is copied.
struct LinePlan<'text> {
    /// What is translated of the lines.
    texts: Vec<&'text str>,
    /// The parts of each line: to be copied, or the next of the texts.
    parts: Vec<Vec<LinePart<'text>>>,
}

/// A part of a line that goes in and comes out.
enum LinePart<'text> {
    Copied(&'text str),
    Translated,
}

impl<'text> LinePlan<'text> {
    /// With `raw`, a line is one part.
    fn new(lines: &'text [DecodedLine], raw: bool) -> Self {
        let mut texts = Vec::with_capacity(lines.len());
        let mut parts_of = |line: &'text DecodedLine| -> Vec<LinePart<'text>> {
            let line_passages = passages(&line.text);
            let is_one_part = raw && line_passages.len() > 1;
            let line_passages = if is_one_part { vec![Passage::Language(line.text.as_str())] } else { line_passages };
            let part_of_passage = |passage: Passage<'text>| match passage {
                Passage::Language(passage_text) => {
                    texts.push(passage_text);
                    LinePart::Translated
                }
                Passage::NoLanguage(passage_text) => LinePart::Copied(passage_text),
            };
            line_passages.into_iter().map(part_of_passage).collect()
        };
        let line_parts = lines.iter().map(&mut parts_of).collect();
        Self { texts, parts: line_parts }
    }

    /// The lines with what was `translated` of them.
    fn lines(&self, translated: Vec<TranslatedText>) -> Vec<TranslatedText> {
        let mut next_translated = translated.into_iter();
        let mut whole_line = |line_parts: &Vec<LinePart<'text>>| {
            let mut translated_line = TranslatedText::default();
            for (part_index, line_part) in line_parts.iter().enumerate() {
                let part_text = match line_part {
                    LinePart::Copied(part_text) => {
                        TranslatedText { english: (*part_text).to_owned(), notes: Vec::new() }
                    }
                    LinePart::Translated => next_translated.next().unwrap_or_default(),
                };
                translated_line.english.push_str(if part_index > 0 { " " } else { "" });
                translated_line.english.push_str(&part_text.english);
                translated_line.notes = Note::merged(translated_line.notes.iter().chain(&part_text.notes));
            }
            translated_line
        };
        self.parts.iter().map(&mut whole_line).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_language_is_copied_and_never_translated() {
        let data = "aB3=".repeat(200_000);
        let word = "a".repeat(840_000);
        let texts = ["Guten Morgen.", "", &word, &format!("Im Anhang: {data} Das ist alles."), "Gute Nacht."];
        let lines = texts.map(|text| DecodedLine { text: text.to_owned(), note: None });
        let plan = LinePlan::new(&lines, false);
        assert_eq!(plan.texts, ["Guten Morgen.", "", "Im Anhang:", "Das ist alles.", "Gute Nacht."]);
        let upper = |text: &&str| TranslatedText { english: text.to_uppercase(), notes: Vec::new() };
        let translated = plan.texts.iter().map(upper).collect();
        let expected = ["GUTEN MORGEN.", "", &word, &format!("IM ANHANG: {data} DAS IST ALLES."), "GUTE NACHT."];
        let found: Vec<String> = plan.lines(translated).into_iter().map(|line| line.english).collect();
        assert!(found == expected);
        let raw = LinePlan::new(&lines, true);
        assert_eq!(raw.texts.len(), 4);
        assert!(raw.texts[2] == lines[3].text);
    }
}
