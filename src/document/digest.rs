//! Digest of a folder: its main points, and its articles grouped by topic.

use super::entry::Mention;
use super::summary::SentenceRef;
use super::translation::Note;

/// A folder at a glance.
///
/// Topics hold indices of articles, not [`Mention`]s, so that the digest of a large folder is small.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FolderDigest {
    /// Main points of the folder, most important first.
    pub lead: Vec<Highlight>,
    /// Every article of the briefing exactly once. The largest topic comes first; articles that belong to no topic are in
    /// a last one without a label.
    pub topics: Vec<Topic>,
}

/// A point from an article's summary that is one of the folder's main points.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Highlight {
    /// The article that the point comes from.
    pub article: Mention,
    /// The English sentence of the point.
    pub english: String,
    /// The German sentences that support the point.
    pub german: String,
    /// The notes on the English sentence.
    pub notes: Vec<Note>,
    /// Where these sentences are in the article; never empty.
    pub evidence: Vec<SentenceRef>,
}

/// Articles on one subject.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Topic {
    /// English keywords of the topic; empty for articles that belong to no topic.
    pub label: Vec<String>,
    /// Dated stories in chronological order, then the others in the order of the briefing.
    pub stories: Vec<Story>,
}

/// An article and its near-duplicates, as indices: see [`Entry::index`](super::Entry::index).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Story {
    /// The longest article of the story.
    pub article: usize,
    /// Its near-duplicates, for instance the same agency report in several papers, in the order of the briefing.
    pub copies: Vec<usize>,
}
