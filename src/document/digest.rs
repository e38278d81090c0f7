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
    /// People, organisations and places, kind by kind, in alphabetical order: those that most articles name.
    pub names: Vec<IndexedName>,
}

/// What an indexed name is the name of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NameKind {
    /// A person.
    Person,
    /// A party, an authority, a company, a club.
    Organisation,
    /// A country, region or town.
    Place,
}

impl NameKind {
    /// All variants, in declaration order.
    pub const ALL: [Self; 3] = [Self::Person, Self::Organisation, Self::Place];

    /// Name in machine-readable output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Organisation => "organisation",
            Self::Place => "place",
        }
    }

    /// Heading of the names of this kind.
    pub fn heading(self) -> &'static str {
        match self {
            Self::Person => "People",
            Self::Organisation => "Organisations",
            Self::Place => "Places",
        }
    }
}

/// A name, and the articles that name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexedName {
    /// What it is the name of.
    pub kind: NameKind,
    /// As German writes it.
    pub german: String,
    /// As the English has it.
    pub english: String,
    /// Indices of the first articles, in order; never empty.
    pub articles: Vec<usize>,
    /// Number of further articles.
    pub more_articles: usize,
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
    /// The longest of them, or the newest if they contradict each other.
    pub article: usize,
    /// The others, for instance the same agency report in several papers, in the order of the briefing.
    pub copies: Vec<usize>,
    /// What they say differently, at most a few sentences for each copy.
    pub differences: Vec<Difference>,
}

/// What two reports of one story say differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DifferenceKind {
    /// A number.
    Number,
    /// A person or place.
    Name,
    /// One of them negates.
    Negation,
}

impl DifferenceKind {
    /// All variants, in declaration order.
    pub const ALL: [Self; 3] = [Self::Number, Self::Name, Self::Negation];

    /// Name in machine-readable output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Name => "name",
            Self::Negation => "negation",
        }
    }
}

/// A sentence that two reports of one story have in different versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What differs.
    pub kind: DifferenceKind,
    /// The version of the older report.
    pub earlier: Version,
    /// The version of the newer report, which leads the story.
    pub later: Version,
}

/// One of two versions of a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// Index of the article.
    pub article: usize,
    /// Where the sentence is in the article.
    pub place: SentenceRef,
    /// The German words that differ; empty if it is the other version that negates.
    pub words: String,
}
