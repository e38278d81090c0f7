//! An article and its English, sentence by sentence.

use std::fmt;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::article::{Article, Paragraph, ParagraphKind};
use super::language::Language;
use super::spans::Spans;

/// Something that the reader should know about a translated sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Flag {
    /// Not translated: code or other verbatim text.
    Verbatim,
    /// Already in English.
    English,
    /// In a language that is neither German nor English.
    Foreign,
    /// Too long for the model: split at clause boundaries and translated in pieces.
    Split,
    /// The translation was cut off at the length limit.
    LengthLimit,
    /// The German contains text that the model has no token for.
    UnknownToken,
    /// The English repeats itself where the German does not.
    Loop,
    /// The English is too short for its German, or lacks a bracket or quotation mark.
    Dropped,
    /// The model answered the sentence where it should translate it.
    Answer,
    /// The English says what the sentences before say.
    Context,
    /// Part of the English is German.
    Untranslated,
    /// A word of the English is no English word.
    NoWord,
    /// A number occurs on one side only, compared by value.
    Number,
    /// A currency or percentage differs.
    Unit,
    /// A name has no counterpart on the other side.
    Name,
    /// A URL, tag or placeholder was not copied exactly.
    Copy,
    /// A term is not translated as the glossary says.
    Term,
    /// The German is negated, the English is not.
    Negation,
    /// The model assigned its own words a low probability.
    LowConfidence,
    /// The first translation failed a check; one that fails fewer is shown.
    Repaired,
    /// A number, time, name or sign that the model had wrong was put in from the German.
    Corrected,
    /// The second translator wrote it, because the translation of the first one failed more checks.
    SecondTranslator,
    /// The English is a person's.
    Edited,
}

impl Flag {
    /// All variants, in declaration order.
    pub const ALL: &'static [Self] = &[
        Self::Verbatim,
        Self::English,
        Self::Foreign,
        Self::Split,
        Self::LengthLimit,
        Self::UnknownToken,
        Self::Loop,
        Self::Dropped,
        Self::Answer,
        Self::Context,
        Self::Untranslated,
        Self::NoWord,
        Self::Number,
        Self::Unit,
        Self::Name,
        Self::Copy,
        Self::Term,
        Self::Negation,
        Self::LowConfidence,
        Self::Repaired,
        Self::Corrected,
        Self::SecondTranslator,
        Self::Edited,
    ];

    /// Name in machine-readable output.
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
            Self::Answer => "answer",
            Self::Context => "context",
            Self::Untranslated => "untranslated",
            Self::NoWord => "no-word",
            Self::Number => "number",
            Self::Unit => "unit",
            Self::Name => "name",
            Self::Copy => "copy",
            Self::Term => "term",
            Self::Negation => "negation",
            Self::LowConfidence => "low-confidence",
            Self::Repaired => "repaired",
            Self::Corrected => "corrected",
            Self::SecondTranslator => "second-translator",
            Self::Edited => "edited",
        }
    }

    /// Text to show to the reader.
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
            Self::Answer => "the model may have answered instead of translating",
            Self::Context => "text of the sentences before may have got in",
            Self::Untranslated => "not translated, or not all of it",
            Self::NoWord => "a word is not English",
            Self::Number => "a number may be wrong",
            Self::Unit => "a currency or a percentage may be wrong",
            Self::Name => "a name may be wrong",
            Self::Copy => "an address or a tag was changed",
            Self::Term => "not as the glossary says",
            Self::Negation => "a negation may be lost",
            Self::LowConfidence => "the model was unsure",
            Self::Repaired => "mended, because the first translation failed a check",
            Self::Edited => "translated by a person",
            Self::Corrected => "a value that the model had wrong was put in from the German",
            Self::SecondTranslator => "written by the second translator, because the first one failed more checks",
        }
    }

    /// True if the English may be wrong or missing. Other flags only say how it came about.
    pub fn is_doubt(self) -> bool {
        !matches!(
            self,
            Self::Verbatim
                | Self::English
                | Self::Split
                | Self::Repaired
                | Self::Corrected
                | Self::SecondTranslator
                | Self::Edited
        )
    }
}

impl fmt::Display for Flag {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// A flag and the reason for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// The flag.
    pub flag: Flag,
    /// What raised it, in a few words; `None` if the flag says it all.
    pub reason: Option<String>,
}

impl From<Flag> for Note {
    fn from(flag: Flag) -> Self {
        Self { flag, reason: None }
    }
}

impl Note {
    /// `notes` of several sentences as those of one text: each flag once, in the order of [`Flag`], with all its reasons.
    pub fn merged<'a>(notes: impl IntoIterator<Item = &'a Self>) -> Vec<Self> {
        let mut merged: Vec<Self> = Vec::new();
        for note in notes {
            match merged.binary_search_by_key(&note.flag, |known| known.flag) {
                Err(place) => merged.insert(place, note.clone()),
                Ok(place) => {
                    let Some(reason) = &note.reason else { continue };
                    match &mut merged[place].reason {
                        Some(known) if known.split("; ").any(|part| part == reason) => {}
                        Some(known) => *known = format!("{known}; {reason}"),
                        known @ None => *known = Some(reason.clone()),
                    }
                }
            }
        }
        merged
    }
}

/// A text of any number of sentences in English.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TranslatedText {
    /// The English sentences joined with spaces.
    pub english: String,
    /// The notes of all sentences; see [`Note::merged`].
    pub notes: Vec<Note>,
}

impl TranslatedText {
    /// Joins `sentences`.
    pub fn new(sentences: &[Sentence]) -> Self {
        Self {
            english: sentences.iter().map(|sentence| sentence.english.as_str()).collect::<Vec<_>>().join(" "),
            notes: Note::merged(sentences.iter().flat_map(|sentence| &sentence.notes)),
        }
    }
}

/// A glossary term that occurs in a sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TermUse {
    /// German term, as in the glossary.
    pub german: String,
    /// English translation, as in the glossary.
    pub english: String,
    /// True if the English has the translation.
    pub kept: bool,
}

/// One translated sentence.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sentence {
    /// English text.
    pub english: String,
    /// Source language. A sentence that is not German stays untranslated unless the user asks otherwise: `english` is then
    /// the sentence itself.
    pub language: Language,
    /// Mean log-probability per token, end-of-sequence token included (natural logarithm; 0 is certainty). `None` if
    /// nothing was decoded.
    pub score: Option<f32>,
    /// Notes in the order of [`Flag`], each flag at most once.
    pub notes: Vec<Note>,
    /// Glossary terms in it, in order of occurrence.
    pub terms: Vec<TermUse>,
    /// True if the second translator was asked too. What it wrote is shown only under [`Flag::SecondTranslator`].
    pub second_asked: bool,
}

impl Sentence {
    /// Flags of the notes, in order.
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
    /// Returns `None` if there is not one sentence for each span.
    pub fn new(spans: Spans, sentences: Vec<Sentence>) -> Option<Self> {
        (spans.len() == sentences.len()).then_some(Self { spans, sentences })
    }

    /// Spans of the German sentences in the text of the paragraph.
    pub fn spans(&self) -> &Spans {
        &self.spans
    }

    /// English sentences, one for each span.
    pub fn sentences(&self) -> &[Sentence] {
        &self.sentences
    }

    /// Byte range and translation of each sentence.
    pub fn pairs(&self) -> impl Iterator<Item = (Range<usize>, &Sentence)> {
        self.spans.ranges().iter().cloned().zip(&self.sentences)
    }

    /// The English sentences joined with spaces.
    pub fn english(&self) -> String {
        self.sentences.iter().map(|sentence| sentence.english.as_str()).collect::<Vec<_>>().join(" ")
    }
}

/// An article and its English.
///
/// Invariant: there is one translated paragraph for each paragraph, and a translated title if and only if there is a title.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Translation {
    article: Article,
    title: Option<Sentence>,
    paragraphs: Vec<TranslatedParagraph>,
}

impl Translation {
    /// Returns `None` if title and paragraphs do not match those of `article` one to one.
    pub fn new(article: Article, title: Option<Sentence>, paragraphs: Vec<TranslatedParagraph>) -> Option<Self> {
        let matches = article.title().is_some() == title.is_some() && article.paragraphs().len() == paragraphs.len();
        matches.then_some(Self { article, title, paragraphs })
    }

    /// The German article.
    pub fn article(&self) -> &Article {
        &self.article
    }

    /// English title, if the article has a title.
    pub fn title(&self) -> Option<&Sentence> {
        self.title.as_ref()
    }

    /// Translated paragraphs, one for each paragraph of the article.
    pub fn paragraphs(&self) -> &[TranslatedParagraph] {
        &self.paragraphs
    }

    /// Each paragraph with its translation.
    pub fn pairs(&self) -> impl Iterator<Item = (&Paragraph, &TranslatedParagraph)> {
        self.article.paragraphs().iter().zip(&self.paragraphs)
    }

    /// German and English of a sentence; see [`SentenceRef`](super::SentenceRef).
    pub fn sentence(&self, paragraph: usize, sentence: usize) -> Option<(&str, &Sentence)> {
        let translated = self.paragraphs.get(paragraph)?;
        let range = translated.spans.ranges().get(sentence)?.clone();
        Some((&self.article.paragraphs().get(paragraph)?.text()[range], translated.sentences.get(sentence)?))
    }

    /// The title and all sentences, in order.
    pub fn sentences(&self) -> impl Iterator<Item = &Sentence> {
        self.title.iter().chain(self.paragraphs.iter().flat_map(|paragraph| &paragraph.sentences))
    }

    /// The language of the article, if all of its text is in one other than German.
    pub fn foreign(&self) -> Option<Language> {
        let text = self.pairs().filter(|(paragraph, _)| paragraph.kind() != ParagraphKind::Verbatim);
        let mut languages = text.flat_map(|(_, translated)| &translated.sentences).map(|sentence| sentence.language);
        let first = languages.next().filter(|first| *first != Language::GERMAN)?;
        languages.all(|other| other == first).then_some(first)
    }

    /// Flags of the title and all sentences.
    pub fn flags(&self) -> impl Iterator<Item = Flag> {
        self.sentences().flat_map(Sentence::flags)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_of_several_sentences_are_merged_by_flag() {
        let note = |flag, reason: Option<&str>| Note { flag, reason: reason.map(str::to_owned) };
        let first = [note(Flag::Number, Some("“3” is missing")), note(Flag::Repaired, Some("loop"))];
        let second = [note(Flag::Split, None), note(Flag::Number, Some("“5” is missing"))];
        let third = [note(Flag::Number, Some("“3” is missing")), note(Flag::Split, Some("in two"))];
        let expected = [
            note(Flag::Split, Some("in two")),
            note(Flag::Number, Some("“3” is missing; “5” is missing")),
            note(Flag::Repaired, Some("loop")),
        ];
        assert_eq!(Note::merged(first.iter().chain(&second).chain(&third)), expected);
        assert_eq!(TranslatedText::new(&[]), TranslatedText::default());
    }
}
