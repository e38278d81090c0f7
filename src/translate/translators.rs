//! Who translates: one model everything, and perhaps a second one what the first leaves in doubt.

use super::options::TranslateOptions;
use crate::session::Session;

/// The translators of a run.
#[derive(Clone, Copy)]
pub struct Translators<'a> {
    /// The session of the translator that translates everything.
    pub session: Session<'a>,
    /// How it translates.
    pub options: &'a TranslateOptions,
    /// Who is asked about what still fails a check after the first translator's retries; `None` leaves it as it is.
    pub second: Option<SecondTranslator<'a>>,
}

/// A translator that is asked about single sentences.
#[derive(Clone, Copy)]
pub struct SecondTranslator<'a> {
    /// The name that its sentences carry.
    pub name: &'a str,
    /// Its session, with a memory of its own.
    pub session: Session<'a>,
    /// How it translates.
    pub options: &'a TranslateOptions,
}

impl<'a> Translators<'a> {
    /// One translator alone.
    pub fn alone(session: Session<'a>, options: &'a TranslateOptions) -> Self {
        Self { session, options, second: None }
    }
}
