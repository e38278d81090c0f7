//! What is new in a briefing since the last one.

use super::summary::SentenceRef;

/// What is new, changed and gone since the last run into the same folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Indices of the articles that the last briefing did not have, in order.
    pub new: Vec<usize>,
    /// Articles that say something else than last time, in order.
    pub changed: Vec<ChangedArticle>,
    /// Articles that are no longer there, by source.
    pub gone: Vec<GoneArticle>,
    /// Number of articles that are as they were.
    pub unchanged: usize,
}

/// An article that says something else than last time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangedArticle {
    /// Index of the article.
    pub article: usize,
    /// The headline of last time, if it is another now.
    pub former_title: Option<FormerSentence>,
    /// The sentences that it did not have.
    pub added: Vec<SentenceRef>,
    /// The first sentences that it no longer has.
    pub removed: Vec<FormerSentence>,
    /// Number of further sentences that it no longer has.
    pub more_removed: usize,
}

/// A sentence of the last briefing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FormerSentence {
    /// German text.
    pub german: String,
    /// English text, as it was shown.
    pub english: String,
}

/// An article of the last briefing whose file is no longer there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoneArticle {
    /// Path of its file.
    pub source: String,
    /// German title, if there was one.
    pub german_title: Option<String>,
    /// English title.
    pub english_title: String,
}
