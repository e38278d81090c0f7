//! Lines in, lines out: the machine-translation tools' convention.

use std::io::{self, BufRead, Write};
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

use thiserror::Error;

use crate::engine::{self, Engine};
use crate::hint::Hint;
use crate::session::Session;
use crate::translate::{self, translate_texts};

/// Bytes that a line is reckoned to have, to know how many lines are best translated together.
const LINE: usize = 384;

/// Why lines could not be translated.
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
    Engine(#[from] engine::Error),
}

impl Hint for LinesError {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Engine(error) => error.hint(),
            Self::Read(_) | Self::Write(_) => None,
        }
    }
}

/// Translates each line of `source` to exactly one line of `target`, in order; an empty line stays empty.
///
/// A line may hold several sentences; with `raw` it goes to the model as it is, in one piece. What has been read is
/// translated at once, so a line that is typed is answered without waiting for the next. Bytes that are not UTF-8 become
/// the replacement character.
///
/// # Errors
/// [`LinesError`] if reading, writing or the model fails; what was written until then is flushed.
pub fn translate_lines(
    engine: &Engine,
    (source, target): (impl BufRead + Send + 'static, &mut impl Write),
    options: &translate::TranslateOptions,
    raw: bool,
) -> Result<(), LinesError> {
    let most = engine.window() / LINE;
    let (sender, receiver) = sync_channel::<io::Result<String>>(most);
    // Not joined: when the output is closed while the reader waits for a line, nobody waits for the reader.
    thread::spawn(move || {
        for line in source.split(b'\n') {
            let line = line.map(|line| String::from_utf8_lossy(line.strip_suffix(b"\r").unwrap_or(&line)).into());
            let failed = line.is_err();
            if sender.send(line).is_err() || failed {
                return;
            }
        }
    });
    while let Some(lines) = window(&receiver, most) {
        let lines = lines.map_err(LinesError::Read)?;
        let texts: Vec<&str> = lines.iter().map(String::as_str).collect();
        let translated = if raw {
            let outputs = engine.run(&texts, &options.search, &options.schedule, &|_| {})?;
            outputs.into_iter().map(|output| output.text).collect()
        } else {
            translate_texts(Session::new(engine), &texts, options)?
        };
        for line in translated {
            writeln!(target, "{line}").map_err(LinesError::Write)?;
        }
        target.flush().map_err(LinesError::Write)?;
    }
    Ok(())
}

/// Waits for a line and takes those that are there with it, `most` in all; `None` at the end.
fn window(receiver: &Receiver<io::Result<String>>, most: usize) -> Option<io::Result<Vec<String>>> {
    let first = receiver.recv().ok()?;
    std::iter::once(first)
        .chain(receiver.try_iter().take(most.saturating_sub(1)))
        .collect::<io::Result<Vec<_>>>()
        .into()
}
