//! Lines in, lines out: the convention of machine-translation tools.

use std::io::{self, BufRead, Write};
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

use thiserror::Error;

use crate::document::TranslatedText;
use crate::generation::{self, Generator};
use crate::hint::Hint;
use crate::session::Session;
use crate::translate::{self, translate_texts};

/// Assumed length of a line in bytes, to decide how many lines are translated together.
const LINE_BYTES: usize = 384;

/// Why lines cannot be translated.
#[derive(Debug, Error)]
pub enum LinesError {
    /// The lines cannot be read.
    #[error("cannot read the lines")]
    Read(#[source] io::Error),
    /// The translations cannot be written.
    #[error("cannot write the translations")]
    Write(#[source] io::Error),
    /// The model failed.
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

/// Translates each line of `source` to exactly one line of `target`, in order.
///
/// A line may hold several sentences, or none. Lines are translated as soon as they
/// have been read, so a typed line is answered without waiting for the next. Bytes that are not UTF-8 become the replacement
/// character.
///
/// # Errors
/// [`LinesError`] if reading, writing or the model fails. What was written before is flushed.
pub fn translate_lines(
    generator: &Generator,
    source: impl BufRead + Send + 'static,
    target: &mut impl Write,
    options: &translate::TranslateOptions,
    lines_as: LineOptions,
) -> Result<(), LinesError> {
    let max_lines = generator.window_bytes() / LINE_BYTES;
    let (sender, receiver) = sync_channel::<io::Result<String>>(max_lines);
    // Not joined: if the output is closed while this thread waits for a line, nobody waits for the thread.
    thread::spawn(move || {
        for line in source.split(b'\n') {
            let text = line.map(|bytes| String::from_utf8_lossy(bytes.strip_suffix(b"\r").unwrap_or(&bytes)).into());
            let failed = text.is_err();
            if sender.send(text).is_err() || failed {
                return;
            }
        }
    });
    while let Some(window) = next_window(&receiver, max_lines) {
        let lines = window.map_err(LinesError::Read)?;
        let texts: Vec<&str> = lines.iter().map(String::as_str).collect();
        let translated = if lines_as.raw {
            let outputs = generator.run(&texts, &options.search, &options.schedule, &|_| {})?;
            let unchecked = |english| TranslatedText { english, notes: Vec::new() };
            outputs.into_iter().map(|output| unchecked(output.text)).collect()
        } else {
            translate_texts(Session::new(generator), &texts, options)?
        };
        for (german, translation) in texts.iter().zip(&translated) {
            writeln!(target, "{}", (lines_as.rendered)(german, translation)).map_err(LinesError::Write)?;
        }
        target.flush().map_err(LinesError::Write)?;
    }
    Ok(())
}

/// Waits for a line and takes all that are there with it, at most `max_lines`; `None` at the end.
fn next_window(receiver: &Receiver<io::Result<String>>, max_lines: usize) -> Option<io::Result<Vec<String>>> {
    let first_line = receiver.recv().ok()?;
    let waiting_lines = receiver.try_iter().take(max_lines.saturating_sub(1));
    Some(std::iter::once(first_line).chain(waiting_lines).collect())
}
