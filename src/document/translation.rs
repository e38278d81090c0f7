//! An article and its English, sentence by sentence.

use std::fmt;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::article::{Article, Paragraph, ParagraphKind};
use super::language::Language;
use super::spans::Spans;

/// Something the reader should know about one translated sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Flag {
    /// Passed through untouched: code and other verbatim text is never translated.
    Verbatim,
    /// In English already.
    English,
    /// In a language that is neither German nor English.
    Foreign,
    /// Longer than the model reads at once: split at clause marks and translated in pieces.
    Split,
    /// The search stopped at its length limit before the sentence was finished.
    LengthLimit,
    /// The source holds a piece of text that the model has no token for.
    UnknownToken,
    /// The English repeats itself where the German does not.
    Loop,
    /// The English is too short for its German, or lacks a mark that encloses something.
    Dropped,
    /// Some of the English is German.
    Untranslated,
    /// A number of the German is not in the English by value, or the other way round.
    Number,
    /// A currency or a percentage is another one.
    Unit,
    /// A name of one side has no counterpart on the other.
    Name,
    /// An address, a tag or a placeholder is not in the English to the letter.
    Copy,
    /// A term is not rendered as the user's glossary says.
    Term,
    /// The German negates something, and nothing in the English does.
    Negation,
    /// The model gave its own words a low probability.
    LowConfidence,
    /// The first translation failed a check, and one that fails fewer is shown.
    Repaired,
}

impl Flag {
    /// Every flag, in the order of the enum.
    pub const ALL: [Self; 17] = [
        Self::Verbatim,
        Self::English,
        Self::Foreign,
        Self::Split,
        Self::LengthLimit,
        Self::UnknownToken,
        Self::Loop,
        Self::Dropped,
        Self::Untranslated,
        Self::Number,
        Self::Unit,
        Self::Name,
        Self::Copy,
        Self::Term,
        Self::Negation,
        Self::LowConfidence,
        Self::Repaired,
    ];

    /// The name used in machine-readable output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Verbatim => "verbatim",
            Self::English => "english",
            Self::Foreign => "foreign",
            Self::Split => "split",
            Self::LengthLimit => "length-limit",
            Self::UnknownToken => "unknown-token",
            Self::Loop => "loop",
            Self::Dropped => "dropped",
            Self::Untranslated => "untranslated",
            Self::Number => "number",
            Self::Unit => "unit",
            Self::Name => "name",
            Self::Copy => "copy",
            Self::Term => "term",
            Self::Negation => "negation",
            Self::LowConfidence => "low-confidence",
            Self::Repaired => "repaired",
        }
    }

    /// One line for the reader.
    pub fn about(self) -> &'static str {
        match self {
            Self::Verbatim => "passed through, not translated",
            Self::English => "in English already",
            Self::Foreign => "in another language",
            Self::Split => "too long for the model at once: translated in pieces",
            Self::LengthLimit => "the translation was cut at the length limit",
            Self::UnknownToken => "contains characters the model does not know",
            Self::Loop => "the translation repeats itself",
            Self::Dropped => "part of the sentence may be missing",
            Self::Untranslated => "not translated, or not all of it",
            Self::Number => "a number may be wrong",
            Self::Unit => "a currency or a percentage may be wrong",
            Self::Name => "a name may be wrong",
            Self::Copy => "an address or a tag was changed",
            Self::Term => "not as the glossary says",
            Self::Negation => "a negation may be lost",
            Self::LowConfidence => "the model was unsure",
            Self::Repaired => "mended, because the first translation failed a check",
        }
    }

    /// True if the flag says that the English may be wrong or is none, rather than how it came about.
    pub fn is_doubt(self) -> bool {
        !matches!(self, Self::Verbatim | Self::English | Self::Split | Self::Repaired)
    }
}

impl fmt::Display for Flag {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// A flag and what raised it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// The flag.
    pub flag: Flag,
    /// What raised it in this sentence, in a few words; `None` where the flag says it all.
    pub reason: Option<String>,
}

impl From<Flag> for Note {
    fn from(flag: Flag) -> Self {
        Self { flag, reason: None }
    }
}

/// A term of the user's glossary in a sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TermUse {
    /// The term, as the glossary has it.
    pub german: String,
    /// Its English, as the glossary has it.
    pub english: String,
    /// True if the translation has it.
    pub kept: bool,
}

/// One translated sentence.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sentence {
    /// The English text.
    pub english: String,
    /// The language that it was translated from. What is not German is left as it is unless that was asked for: then
    /// `english` is the sentence itself.
    pub language: Language,
    /// Mean log-probability of a token, the end mark included (natural logarithm, 0 is certainty); `None` where
    /// nothing was decoded.
    pub score: Option<f32>,
    /// What the reader should know, in the order of [`Flag`], each flag at most once.
    pub notes: Vec<Note>,
    /// The terms of the user's glossary in it, in their order.
    pub terms: Vec<TermUse>,
}

impl Sentence {
    /// The flags of the notes, in their order.
    pub fn flags(&self) -> impl Iterator<Item = Flag> {
        self.notes.iter().map(|note| note.flag)
    }

    /// True if the translation may be wrong: see [`Flag::is_doubt`].
    pub fn is_doubtful(&self) -> bool {
        self.flags().any(Flag::is_doubt)
    }
}

/// The sentences of one paragraph.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TranslatedParagraph {
    spans: Spans,
    sentences: Vec<Sentence>,
}

impl TranslatedParagraph {
    /// `sentences` for `spans`, or `None` if there is not one for each.
    pub fn new(spans: Spans, sentences: Vec<Sentence>) -> Option<Self> {
        (spans.len() == sentences.len()).then_some(Self { spans, sentences })
    }

    /// Where the German sentences lie in the paragraph's text.
    pub fn spans(&self) -> &Spans {
        &self.spans
    }

    /// The English sentences, one for each span.
    pub fn sentences(&self) -> &[Sentence] {
        &self.sentences
    }

    /// Byte range and translation of each sentence.
    pub fn pairs(&self) -> impl Iterator<Item = (Range<usize>, &Sentence)> {
        self.spans.ranges().iter().cloned().zip(&self.sentences)
    }

    /// The English paragraph: its sentences with one space between them.
    pub fn english(&self) -> String {
        self.sentences.iter().map(|sentence| sentence.english.as_str()).collect::<Vec<_>>().join(" ")
    }
}

/// An article with its English.
///
/// Invariant: one translated paragraph for each paragraph, a translated title exactly if there is a title.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Translation {
    article: Article,
    title: Option<Sentence>,
    paragraphs: Vec<TranslatedParagraph>,
}

impl Translation {
    /// `article` with the English of its title and paragraphs, or `None` if they do not match one to one.
    pub fn new(article: Article, title: Option<Sentence>, paragraphs: Vec<TranslatedParagraph>) -> Option<Self> {
        let matches = article.title().is_some() == title.is_some() && article.paragraphs().len() == paragraphs.len();
        matches.then_some(Self { article, title, paragraphs })
    }

    /// The German article.
    pub fn article(&self) -> &Article {
        &self.article
    }

    /// The English title, when the article has one.
    pub fn title(&self) -> Option<&Sentence> {
        self.title.as_ref()
    }

    /// The translated paragraphs, one for each paragraph of the article.
    pub fn paragraphs(&self) -> &[TranslatedParagraph] {
        &self.paragraphs
    }

    /// Each paragraph with its translation.
    pub fn pairs(&self) -> impl Iterator<Item = (&Paragraph, &TranslatedParagraph)> {
        self.article.paragraphs().iter().zip(&self.paragraphs)
    }

    /// German and English of the sentence at `paragraph`, `sentence` (both from 0).
    pub fn sentence(&self, paragraph: usize, sentence: usize) -> Option<(&str, &Sentence)> {
        let translated = self.paragraphs.get(paragraph)?;
        let range = translated.spans.ranges().get(sentence)?.clone();
        Some((&self.article.paragraphs().get(paragraph)?.text()[range], translated.sentences.get(sentence)?))
    }

    /// The title and every sentence, in order.
    pub fn sentences(&self) -> impl Iterator<Item = &Sentence> {
        self.title.iter().chain(self.paragraphs.iter().flat_map(|paragraph| &paragraph.sentences))
    }

    /// The language of the whole text, if that is one, and not German.
    pub fn foreign(&self) -> Option<Language> {
        let text = self.pairs().filter(|(paragraph, _)| paragraph.kind() != ParagraphKind::Verbatim);
        let mut languages = text.flat_map(|(_, translated)| &translated.sentences).map(|sentence| sentence.language);
        let first = languages.next().filter(|first| *first != Language::GERMAN)?;
        languages.all(|other| other == first).then_some(first)
    }

    /// Every flagged sentence's flags, the title's included.
    pub fn flags(&self) -> impl Iterator<Item = Flag> {
        self.sentences().flat_map(Sentence::flags)
    }
}
