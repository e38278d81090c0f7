//! Text to token ids and back, as the tokenizers of Hugging Face transformers do it.
//!
//! Which tokenizer it is follows from the model's family and from the files that are there ([`KINDS`]): any
//! `tokenizer.json`, byte-level BPE, SentencePiece with the numbers of its family, or Marian's. Marks around a text, the tags
//! of the languages included, are set from German to English. Never sees a model's weights.

mod charsmap;
mod chat;
mod library;
mod marian;
mod numbered;
mod sentencepiece;

use std::borrow::Cow;
use std::collections::BTreeMap;

use thiserror::Error;

use crate::neural::{GgufMetadata, ModelInfo};

/// Why a tokenizer cannot be built.
#[derive(Debug, Error)]
pub enum TokenizerError {
    /// A file is not a SentencePiece model.
    #[error("{file} is not a SentencePiece model")]
    SentencePiece {
        /// The file's name.
        file: &'static str,
        /// The cause.
        #[source]
        source: prost::DecodeError,
    },
    /// A file holds something that cannot be used.
    #[error("{file}: {reason}")]
    Unusable {
        /// The file's name.
        file: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// A vocabulary is not a JSON object of pieces and ids.
    #[error("{file} cannot be understood")]
    Vocab {
        /// The file's name.
        file: &'static str,
        /// The cause.
        #[source]
        source: serde_json::Error,
    },
    /// A file does not describe a tokenizer.
    #[error("{file} does not describe a tokenizer")]
    Library {
        /// The file's name.
        file: &'static str,
        /// The cause.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A file that the tokenizer is made of is missing.
    #[error("{file} is missing")]
    MissingFile {
        /// The file's name.
        file: &'static str,
    },
    /// A model that is to follow instructions does not say how it is spoken to.
    #[error("it has no chat template: it does not follow instructions")]
    NoChatTemplate,
    /// A vocabulary lacks a token that no model of the family can be without.
    #[error("{file} has no {token:?}")]
    MissingToken {
        /// The file's name.
        file: &'static str,
        /// The token.
        token: &'static str,
    },
    /// `vocab.json` numbers a piece that the model has no vector for.
    #[error("vocab.json gives {piece:?} the id {id}, but the model knows {vocab} tokens")]
    PastVocab {
        /// The piece.
        piece: String,
        /// Its id.
        id: u32,
        /// Number of tokens of the model.
        vocab: usize,
    },
}

/// Files by name, as bytes.
#[derive(Default)]
pub struct Files {
    files: BTreeMap<&'static str, Cow<'static, [u8]>>,
}

impl Files {
    /// Adds the file `name`.
    pub fn insert(&mut self, name: &'static str, bytes: Cow<'static, [u8]>) {
        self.files.insert(name, bytes);
    }

    fn find(&self, name: &str) -> Option<&[u8]> {
        self.files.get(name).map(AsRef::as_ref)
    }

    fn bytes(&self, file: &'static str) -> Result<&[u8], TokenizerError> {
        self.find(file).ok_or(TokenizerError::MissingFile { file })
    }
}

/// A way to build a tokenizer.
struct Kind {
    /// The families that it is for.
    families: &'static [&'static str],
    /// The files that it is made of.
    files: &'static [&'static str],
    build: fn(&Files, &ModelInfo) -> Result<Built, TokenizerError>,
}

/// What a text is cut by, and what stands around it.
type Built = (Parts, Marks);

/// Every way to build a tokenizer; of those that a family has, the first whose files are there is taken.
const KINDS: &[Kind] = &[
    Kind { families: &["marian"], files: marian::FILES, build: marian::build },
    Kind {
        families: &["bart", "pegasus", "mbart", "m2m_100", "t5", "mt5"],
        files: library::JSON,
        build: library::json,
    },
    Kind { families: &["qwen2", "qwen3"], files: library::JSON, build: library::json_with_chat },
    Kind { families: &["bart"], files: library::BYTE_LEVEL, build: library::byte_level },
    Kind { families: &["t5", "mt5"], files: numbered::SPIECE, build: numbered::t5 },
    Kind { families: &["pegasus"], files: numbered::SPIECE, build: numbered::pegasus },
    Kind { families: &["m2m_100"], files: numbered::FAIRSEQ_VOCAB, build: numbered::m2m_100 },
    Kind { families: &["mbart"], files: numbered::FAIRSEQ, build: numbered::mbart },
    Kind { families: &["m2m_100"], files: numbered::FAIRSEQ, build: numbered::nllb },
];

/// Files that are read where they are there.
pub(super) const OPTIONAL: &[&str] = &[marian::TARGET_VOCAB, chat::TEMPLATE, library::CONFIGURATION];

/// The sets of files that make a tokenizer for a model of `family`, the best first.
pub(super) fn files(family: &str) -> Vec<&'static [&'static str]> {
    KINDS.iter().filter(|kind| kind.families.contains(&family)).map(|kind| kind.files).collect()
}

const END: &str = "</s>";
const UNKNOWN: &str = "<unk>";
const PADDING: &str = "<pad>";

/// A language that only the models of fifty languages know.
const OF_FIFTY: &str = "af_ZA";

/// What stands around the text of a model, and what its targets begin with.
#[derive(Default)]
struct Marks {
    before: Vec<u32>,
    after: Vec<u32>,
    unknown: Option<u32>,
    /// The token that stands for the end of a line.
    line_break: Option<&'static str>,
    forced_first: Option<u32>,
    start: Option<u32>,
    /// Tokens that end an answer.
    ends: Vec<u32>,
    /// Tokens that a thought stands between.
    thought: Option<[u32; 2]>,
    /// Whether a text is a message that is answered.
    chat: bool,
}

/// How the language of the source is said.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tag {
    /// Before the text; the target's tag is forced to be the first token that is written.
    Before,
    /// After the end mark; the decoder begins with the target's tag.
    After,
}

/// The tags of German and English in models of many languages.
const LANGUAGES: &[(&str, &str, &str)] =
    &[("m2m_100", "deu_Latn", "eng_Latn"), ("m2m_100", "__de__", "__en__"), ("mbart", "de_DE", "en_XX")];

/// What text is cut by.
enum Parts {
    Marian(marian::Marian),
    Numbered(numbered::Numbered),
    Library(Box<library::Library>),
}

/// Text to ids of the source vocabulary, ids of the target vocabulary to text.
pub struct Tokenizer {
    parts: Parts,
    marks: Marks,
    /// Ids from here on have no vector.
    vocab: usize,
}

impl Tokenizer {
    /// The tokenizer of a model of `family`, from the best set of files that is in `files`.
    ///
    /// # Errors
    /// [`TokenizerError`] with the file that is missing, damaged or does not fit the others.
    pub fn of(family: &str, files: &Files, info: &ModelInfo) -> Result<Self, TokenizerError> {
        let of_family = || KINDS.iter().filter(|kind| kind.families.contains(&family));
        let whole = |kind: &&Kind| kind.files.iter().all(|name| files.find(name).is_some());
        // Where no set is whole, the first says what is missing.
        let kind = of_family().find(whole).or_else(|| of_family().next());
        let kind = kind.ok_or(TokenizerError::MissingFile { file: "tokenizer.json" })?;
        let (parts, marks) = (kind.build)(files, info)?;
        let mut tokenizer = Self { parts, marks, vocab: info.source_vocab };
        tokenizer.tag(family, info.end);
        Ok(tokenizer)
    }

    /// The tokenizer that a GGUF file holds, with the chat template that it holds.
    ///
    /// # Errors
    /// [`TokenizerError`] if there is none, or one that is not supported.
    pub fn of_gguf(metadata: &GgufMetadata, info: &ModelInfo) -> Result<Self, TokenizerError> {
        let (parts, marks) = library::gguf(metadata)?;
        Ok(Self { parts, marks, vocab: info.source_vocab })
    }

    /// Says that the text is German and the target English, where a model wants to hear it.
    fn tag(&mut self, family: &str, end: u32) {
        let of_family = LANGUAGES.iter().filter(|(name, ..)| *name == family);
        let ids = of_family.filter_map(|(_, from, to)| Some((self.id_of(from)?, self.id_of(to)?)));
        let Some((from, to)) = ids.collect::<Vec<_>>().first().copied() else { return };
        let tag = if family == "mbart" && self.id_of(OF_FIFTY).is_none() { Tag::After } else { Tag::Before };
        let marks = &mut self.marks;
        (marks.before, marks.after) = match tag {
            Tag::Before => (vec![from], vec![end]),
            Tag::After => (Vec::new(), vec![end, from]),
        };
        (marks.forced_first, marks.start) = if tag == Tag::Before { (Some(to), None) } else { (None, Some(to)) };
    }

    /// The ids of `text` with the marks around it.
    pub fn encode(&self, text: &str) -> Vec<u32> {
        self.wrap(&self.tokens(text))
    }

    /// The ids of `text` alone.
    pub fn tokens(&self, text: &str) -> Vec<u32> {
        let mut ids = match &self.parts {
            Parts::Marian(parts) => parts.tokens(text),
            Parts::Numbered(parts) => parts.tokens(text),
            Parts::Library(parts) => parts.tokens(text),
        };
        // Some tokenizers know a token more than the model, such as one for masks.
        for id in &mut ids {
            if *id as usize >= self.vocab {
                *id = self.marks.unknown.unwrap_or_default();
            }
        }
        ids
    }

    /// `tokens` with the marks around them.
    pub fn wrap(&self, tokens: &[u32]) -> Vec<u32> {
        [&self.marks.before, tokens, &self.marks.after].concat()
    }

    /// Number of the marks around a text.
    pub fn marks(&self) -> usize {
        self.marks.before.len() + self.marks.after.len()
    }

    /// The text of `ids`, without special tokens, and without what a model thought before it answered.
    pub fn decode(&self, ids: &[u32]) -> String {
        let ids = self.marks.thought.map_or(ids, |thought| answer(ids, thought));
        let text = match &self.parts {
            Parts::Marian(parts) => parts.decode(ids),
            Parts::Numbered(parts) => parts.decode(ids),
            Parts::Library(parts) => parts.decode(ids),
        };
        match self.marks.line_break {
            Some(token) if text.contains(token) => {
                let lines: Vec<&str> = text.split(token).map(str::trim).collect();
                lines.join("\n").trim().to_owned()
            }
            _ => text,
        }
    }

    /// The id of the token that stands for what the vocabulary lacks, if there is one.
    pub fn unknown(&self) -> Option<u32> {
        self.marks.unknown
    }

    /// The token that every target begins with, where the target's language has to be said.
    pub fn forced_first(&self) -> Option<u32> {
        self.marks.forced_first
    }

    /// The token that the decoder begins with, where that says the target's language.
    pub fn start(&self) -> Option<u32> {
        self.marks.start
    }

    /// Tokens that end a target, beside what the checkpoint's settings say.
    pub fn ends(&self) -> &[u32] {
        &self.marks.ends
    }

    /// Whether a text is a message, and what is written the answer to it.
    pub fn is_chat(&self) -> bool {
        self.marks.chat
    }

    /// The id of the token `token`, if there is such a token.
    pub fn id_of(&self, token: &str) -> Option<u32> {
        match &self.parts {
            Parts::Marian(parts) => parts.id_of(token),
            Parts::Numbered(parts) => parts.id_of(token),
            Parts::Library(parts) => parts.id_of(token),
        }
    }
}

/// What of `ids` follows a thought; nothing if the thought has no end.
fn answer(ids: &[u32], [opening, closing]: [u32; 2]) -> &[u32] {
    match ids.iter().rposition(|id| *id == closing) {
        Some(end) => &ids[end + 1..],
        None if ids.contains(&opening) => &[],
        None => ids,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tokenizer_json_that_is_no_json_is_an_error() {
        let whole = include_str!("../../../tests/tokenizer/families/tokenizer-json/tokenizer.json");
        let info = ModelInfo {
            end: 0,
            padding: 1,
            start: 1,
            vocab: 500,
            source_vocab: 500,
            longest_source: 64,
            longest_target: 64,
        };
        let read = |file: &'static str, content: String| {
            let mut files = Files::default();
            files.insert(file, Cow::Owned(content.into_bytes()));
            files
        };
        for damaged in [whole.replacen("\"decoder\": {", "\"decoder\": {1", 1), whole[..whole.len() / 2].to_owned()] {
            assert_ne!(damaged, whole);
            let files = read("tokenizer.json", damaged);
            assert!(matches!(Tokenizer::of("bart", &files, &info), Err(TokenizerError::Library { .. })));
        }
        // A prefix that is longer than what it stands before; a merge that is longer than any token.
        let prefixed =
            whole.replacen("\"continuing_subword_prefix\": \"\"", "\"continuing_subword_prefix\": \"abcdefgh\"", 1);
        assert_ne!(prefixed, whole);
        let files = read("tokenizer.json", prefixed);
        assert!(matches!(Tokenizer::of("bart", &files, &info), Err(TokenizerError::Unusable { .. })));
        let mut files = read("vocab.json", r#"{"<s>":0,"</s>":1,"abc":2}"#.into());
        files.insert("merges.txt", Cow::Borrowed(b"abc abc"));
        assert!(matches!(Tokenizer::of("bart", &files, &info), Err(TokenizerError::Unusable { .. })));
    }

    #[test]
    fn a_thought_is_no_part_of_the_answer() {
        for (ids, expected) in [
            (&[1, 2][..], &[1, 2][..]),
            (&[8, 1, 9, 2], &[2]),
            (&[1, 9, 2], &[2]),
            (&[8, 1, 2], &[]),
            (&[8, 1, 9], &[]),
        ] {
            assert_eq!(answer(ids, [8, 9]), expected);
        }
    }
}
