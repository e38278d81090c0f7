//! What a folder says as a whole: its main points, and its articles by topic with copies folded together.

use super::entry::Mention;
use super::summary::SentenceRef;

/// A folder at a glance.
///
/// Articles are numbers: whoever shows them looks their [`Mention`]s up, so that a digest of a large folder is small.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FolderDigest {
    /// The main points, the most important first.
    pub lead: Vec<Highlight>,
    /// Every article of the briefing, each exactly once: topics with the most articles first, and last the topic without
    /// a label, which holds what belongs to no other.
    pub topics: Vec<Topic>,
}

/// A point of an article's summary that speaks for the folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Highlight {
    /// The article that says it.
    pub article: Mention,
    /// The English sentence.
    pub english: String,
    /// The German sentences it rests on.
    pub german: String,
    /// Where these are in the article; never empty.
    pub evidence: Vec<SentenceRef>,
}

/// Articles on one subject.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Topic {
    /// English words that name it; empty for what belongs to no topic.
    pub label: Vec<String>,
    /// Its stories: those with a date as time passes, then the others in the order of the briefing.
    pub stories: Vec<Story>,
}

/// One article, with those that say the same in the same words, each as [`Entry::index`](super::Entry::index).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Story {
    /// The article with the fullest text.
    pub article: usize,
    /// Near-duplicates of it, as when several papers print the report of one agency; in the order of the briefing.
    pub copies: Vec<usize>,
}
