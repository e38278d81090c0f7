//! Text ↔ token ids, exactly as the tokenizers of Hugging Face transformers do it.
//!
//! The kind of tokenizer follows from the model's family and the files that are there ([`TOKENIZER_KINDS`]): a `tokenizer.json`, byte-level
//! BPE, SentencePiece numbered as the family does it, or Marian's. The prompt around a text, tags of languages included, is set for
//! German to English. Never sees weights. To add a kind, write a [`Codec`] in a file of its own and name it in [`TOKENIZER_KINDS`].

mod bergamot;
mod charsmap;
mod chat;
mod error;
mod files;
mod gguf;
mod languages;
mod library;
mod marian;
mod numbered;
mod parts;
mod sentencepiece;
mod vocab;

use super::prompt::Prompt;
use crate::neural::{GgufMetadata, ModelInfo};

pub use error::TokenizerError;
pub use files::TokenizerFiles;
use parts::{Codec, SpecialTokens, TokenizerParts};

/// A way to build a tokenizer.
struct TokenizerKind {
    /// The families it is for.
    families: &'static [&'static str],
    /// The files it is built from.
    files: &'static [&'static str],
    build: fn(&TokenizerFiles, &ModelInfo) -> Result<TokenizerParts, TokenizerError>,
}

/// The families whose models are addressed in a chat.
const CHAT_FAMILIES: &[&str] = &["qwen2", "qwen3", "llama", "mistral", "hunyuan_v1_dense", "gemma3", "gemma3_text"];

/// Every way to build a tokenizer. A model gets the first one for its family whose files are all there.
const TOKENIZER_KINDS: &[TokenizerKind] = &[
    TokenizerKind { families: &["marian"], files: marian::MARIAN_FILES, build: marian::build },
    TokenizerKind { families: &["bergamot"], files: bergamot::SHARED_VOCAB_FILES, build: bergamot::shared },
    TokenizerKind { families: &["bergamot"], files: bergamot::SEPARATE_VOCAB_FILES, build: bergamot::separate },
    TokenizerKind {
        families: &["bart", "pegasus", "mbart", "m2m_100", "t5", "mt5"],
        files: library::JSON_FILES,
        build: library::json,
    },
    TokenizerKind { families: CHAT_FAMILIES, files: library::JSON_FILES, build: library::json_with_chat },
    TokenizerKind { families: &["bart"], files: library::BYTE_LEVEL_FILES, build: library::byte_level },
    TokenizerKind { families: &["t5", "mt5"], files: numbered::SPIECE_FILES, build: numbered::t5 },
    TokenizerKind { families: &["pegasus"], files: numbered::SPIECE_FILES, build: numbered::pegasus },
    TokenizerKind { families: &["m2m_100"], files: numbered::FAIRSEQ_VOCAB_FILES, build: numbered::m2m_100 },
    TokenizerKind { families: &["mbart"], files: numbered::FAIRSEQ_FILES, build: numbered::mbart },
    TokenizerKind { families: &["m2m_100"], files: numbered::FAIRSEQ_FILES, build: numbered::nllb },
];

/// Files of a tokenizer that are read if they are there.
pub(super) const OPTIONAL_FILES: &[&str] =
    &[marian::TARGET_VOCAB_FILE, chat::TEMPLATE_FILE, library::CONFIGURATION_FILE];

/// The sets of files that make the tokenizer for a model of `family`, best first.
pub(super) fn files(family: &str) -> Vec<&'static [&'static str]> {
    TOKENIZER_KINDS.iter().filter(|kind| kind.families.contains(&family)).map(|kind| kind.files).collect()
}

/// Text → ids of the source vocabulary; ids of the target vocabulary → text.
pub struct Tokenizer {
    codec: Box<dyn Codec>,
    special_tokens: SpecialTokens,
    /// Size of the source vocabulary: the model has no vector for ids from here on.
    vocab_size: usize,
}

impl Tokenizer {
    /// The tokenizer of a model of `family`, from the best set in `files`.
    ///
    /// # Errors
    /// [`TokenizerError`] with the file that is missing, damaged or does not fit the others.
    pub fn from_files(family: &str, files: &TokenizerFiles, info: &ModelInfo) -> Result<Self, TokenizerError> {
        let kinds_of_family = || TOKENIZER_KINDS.iter().filter(|kind| kind.families.contains(&family));
        let is_complete = |kind: &&TokenizerKind| kind.files.iter().all(|file_name| files.find(file_name).is_some());
        // If no set is complete, the first one says what is missing.
        let kind = kinds_of_family().find(is_complete).or_else(|| kinds_of_family().next());
        let kind = kind.ok_or(TokenizerError::MissingFile { file: "tokenizer.json" })?;
        let mut parts = (kind.build)(files, info)?;
        languages::set_tags(&mut parts, family, info.end);
        Ok(Self::new(parts, info))
    }

    /// The tokenizer in a GGUF file, with the chat template in it.
    ///
    /// # Errors
    /// [`TokenizerError`] if there is none, or one that is not supported.
    pub fn from_gguf(metadata: &GgufMetadata, info: &ModelInfo) -> Result<Self, TokenizerError> {
        Ok(Self::new(library::gguf(metadata)?, info))
    }

    fn new(parts: TokenizerParts, info: &ModelInfo) -> Self {
        let TokenizerParts { codec, special_tokens } = parts;
        Self { codec, special_tokens, vocab_size: info.source_vocab }
    }

    /// The ids of `text` with the prompt around them.
    pub fn encode(&self, text: &str) -> Vec<u32> {
        self.special_tokens.prompt.around(&self.text_tokens(text))
    }

    /// The token ids of `text` without the prompt.
    pub fn text_tokens(&self, text: &str) -> Vec<u32> {
        let mut token_ids = self.codec.encode(text);
        // Some tokenizers know more tokens than the model, such as one for masks.
        for token_id in &mut token_ids {
            if *token_id as usize >= self.vocab_size {
                *token_id = self.special_tokens.unknown_token.unwrap_or_default();
            }
        }
        token_ids
    }

    /// The text of `token_ids`, without special tokens and without what a model thought before it answered.
    pub fn decode(&self, token_ids: &[u32]) -> String {
        let thought_tokens = self.special_tokens.thought_tokens;
        let answer_ids = thought_tokens.map_or(token_ids, |thought| without_thought(token_ids, thought));
        let decoded = self.codec.decode(answer_ids);
        match self.special_tokens.line_break_token {
            Some(line_break_token) if decoded.contains(line_break_token) => {
                let lines: Vec<&str> = decoded.split(line_break_token).map(str::trim).collect();
                lines.join("\n").trim().to_owned()
            }
            _ => decoded,
        }
    }

    /// The prompt of this tokenizer: its marks, language tags or chat frame.
    pub fn prompt(&self) -> &Prompt {
        &self.special_tokens.prompt
    }

    /// The id of the token for what the vocabulary lacks, if there is one.
    pub fn unknown_token(&self) -> Option<u32> {
        self.special_tokens.unknown_token
    }

    /// The token that every target begins with, for models that have to be told the target language.
    pub fn forced_first_token(&self) -> Option<u32> {
        self.special_tokens.forced_first_token
    }

    /// The first input of the decoder, where that tells the target language or ends the prompt.
    pub fn decoder_start_token(&self) -> Option<u32> {
        self.special_tokens.decoder_start_token
    }

    /// Tokens that end a target, in addition to those of the checkpoint.
    pub fn end_tokens(&self) -> &[u32] {
        &self.special_tokens.end_tokens
    }

    /// Whether a text is a message, and the output the answer to it.
    pub fn is_chat(&self) -> bool {
        self.special_tokens.is_chat
    }

    /// Whether the chat template itself asks for a translation from German to English: a message is then the text alone.
    pub fn asks_for_translation(&self) -> bool {
        self.special_tokens.asks_for_translation
    }

    /// The id of `token`, if there is such a token.
    pub fn id_of(&self, token: &str) -> Option<u32> {
        self.codec.id_of(token)
    }
}

/// What follows the thought in the answer of a chat model; nothing if the thought has no end.
fn without_thought(answer_ids: &[u32], [thought_start, thought_end]: [u32; 2]) -> &[u32] {
    match answer_ids.iter().rposition(|token_id| *token_id == thought_end) {
        Some(end_index) => &answer_ids[end_index + 1..],
        None if answer_ids.contains(&thought_start) => &[],
        None => answer_ids,
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

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
            let mut files = TokenizerFiles::default();
            files.insert(file, Cow::Owned(content.into_bytes()));
            files
        };
        for damaged in [whole.replacen("\"decoder\": {", "\"decoder\": {1", 1), whole[..whole.len() / 2].to_owned()] {
            assert_ne!(damaged, whole);
            let files = read("tokenizer.json", damaged);
            assert!(matches!(Tokenizer::from_files("bart", &files, &info), Err(TokenizerError::Library { .. })));
        }
        // A prefix that is longer than what it stands before; a merge that is longer than any token.
        let prefixed =
            whole.replacen("\"continuing_subword_prefix\": \"\"", "\"continuing_subword_prefix\": \"abcdefgh\"", 1);
        assert_ne!(prefixed, whole);
        let files = read("tokenizer.json", prefixed);
        assert!(matches!(Tokenizer::from_files("bart", &files, &info), Err(TokenizerError::Unusable { .. })));
        let mut files = read("vocab.json", r#"{"<s>":0,"</s>":1,"abc":2}"#.into());
        files.insert("merges.txt", Cow::Borrowed(b"abc abc"));
        assert!(matches!(Tokenizer::from_files("bart", &files, &info), Err(TokenizerError::Unusable { .. })));
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
            assert_eq!(without_thought(ids, [8, 9]), expected);
        }
    }
}
