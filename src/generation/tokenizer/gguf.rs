//! The tokenizer in a GGUF file: vocabulary, merges and kinds of tokens in lists, the rest by name.
//!
//! `tokenizer.ggml.model` is `gpt2` for byte-level BPE, of which `tokenizer.ggml.pre` names how text is split into words ([`WORDS`]), or
//! `llama` for the BPE of SentencePiece. To add a way to split, add a line to [`WORDS`]; the names are those of llama.cpp's
//! `llama-vocab.cpp`, the expressions those of the models' tokenizer.json.

use std::collections::HashMap;

use tokenizers::decoders::byte_fallback::ByteFallback;
use tokenizers::decoders::byte_level::ByteLevel;
use tokenizers::decoders::fuse::Fuse;
use tokenizers::decoders::sequence::Sequence as Decoders;
use tokenizers::decoders::strip::Strip;
use tokenizers::models::bpe::{BPE, BpeBuilder, Vocab};
use tokenizers::normalizers::{NFC, NormalizerWrapper, Prepend, Replace, Sequence as Normalizers};
use tokenizers::pre_tokenizers::sequence::Sequence as PreTokenizers;
use tokenizers::pre_tokenizers::split::{Split, SplitPattern};
use tokenizers::{AddedToken, SplitDelimiterBehavior, Tokenizer};

use super::error::TokenizerError;
use crate::neural::GgufMetadata;

/// How error messages call the file.
pub(super) const GGUF_FILE: &str = "the GGUF file";

/// A way to split text into words before they are merged.
struct Words {
    /// Names of this way to split in `tokenizer.ggml.pre`.
    names: &'static [&'static str],
    /// Each isolates what it matches in what those before it have left. None: as GPT-2 does it.
    expressions: &'static [&'static str],
    /// Whether text is composed first (NFC).
    composed: bool,
    /// Whether a word that is in the vocabulary is one token, whatever the merges say.
    whole_words: bool,
}

/// Every way to split text into words.
const WORDS: &[Words] = &[
    Words { names: &["gpt-2", "gpt2", "default"], expressions: &[], composed: false, whole_words: false },
    Words { names: &["qwen2"], expressions: &[QWEN2], composed: true, whole_words: false },
    Words {
        names: &["llama-bpe", "llama3", "llama-v3", "smaug-bpe", "lfm2"],
        expressions: &[LLAMA3],
        composed: false,
        whole_words: true,
    },
    Words { names: &["tekken"], expressions: &[TEKKEN], composed: false, whole_words: true },
    Words {
        names: &["hunyuan-dense", "deepseek-v3"],
        expressions: &[r"\p{N}{1,3}", "[一-龥぀-ゟ゠-ヿ]+", DEEPSEEK3],
        composed: false,
        whole_words: false,
    },
];

const QWEN2: &str =
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
const LLAMA3: &str = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
const TEKKEN: &str = r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+";
const DEEPSEEK3: &str = r##"[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"##;

/// What SentencePiece writes for a space.
const SPACE: &str = "▁";

/// Kinds of tokens in `tokenizer.ggml.token_type`.
const UNKNOWN_KIND: u64 = 2;
const CONTROL_KIND: u64 = 3;
const USER_DEFINED_KIND: u64 = 4;

fn unusable(reason: impl Into<String>) -> TokenizerError {
    TokenizerError::Unusable { file: GGUF_FILE, reason: reason.into() }
}

fn library(source: Box<dyn std::error::Error + Send + Sync>) -> TokenizerError {
    TokenizerError::Library { file: GGUF_FILE, source }
}

/// The tokenizer that `metadata` describes.
///
/// # Errors
/// [`TokenizerError`] with what is missing or not supported.
pub(super) fn tokenizer(metadata: &GgufMetadata) -> Result<Tokenizer, TokenizerError> {
    let tokens = metadata.texts("tokenizer.ggml.tokens").ok_or_else(|| unusable("it has no vocabulary"))?;
    let mut tokenizer = match metadata.text("tokenizer.ggml.model") {
        Some("gpt2") => byte_level(metadata, &tokens)?,
        Some("llama") => sentencepiece(metadata, &tokens)?,
        other => return Err(unusable(format!("tokenizer {:?} is not supported", other.unwrap_or_default()))),
    };
    let kinds = metadata.integers("tokenizer.ggml.token_type").unwrap_or_default();
    let of_kinds = |wanted: &[u64], special: bool| {
        let named = tokens.iter().zip(&kinds).filter(|(_, kind)| wanted.contains(kind));
        named.map(|(token, _)| AddedToken::from(*token, special).normalized(false)).collect::<Vec<_>>()
    };
    tokenizer.add_special_tokens(of_kinds(&[UNKNOWN_KIND, CONTROL_KIND], true)).map_err(library)?;
    tokenizer.add_tokens(of_kinds(&[USER_DEFINED_KIND], false)).map_err(library)?;
    Ok(tokenizer)
}

/// The token whose id stands in the metadata field `name`, as text.
pub(super) fn token_in<'a>(metadata: &'a GgufMetadata, name: &str) -> Option<&'a str> {
    let id = usize::try_from(metadata.integer(name)?).ok()?;
    metadata.texts("tokenizer.ggml.tokens")?.get(id).copied()
}

fn vocab(tokens: &[&str]) -> Vocab {
    (0..).zip(tokens).map(|(id, token)| ((*token).to_owned(), id)).collect()
}

/// The merges in the file, if it has any.
fn merges(metadata: &GgufMetadata) -> Result<Option<Vec<(String, String)>>, TokenizerError> {
    let Some(merges) = metadata.texts("tokenizer.ggml.merges") else { return Ok(None) };
    let pair = |merge: &&str| {
        // A piece may begin with a space of its own.
        let at = merge.char_indices().skip(1).find(|(_, character)| *character == ' ');
        at.map(|(at, _)| (merge[..at].to_owned(), merge[at + 1..].to_owned()))
    };
    let pairs: Option<Vec<_>> = merges.iter().map(pair).collect();
    pairs.map(Some).ok_or_else(|| unusable("a merge is no pair"))
}

fn built(builder: BpeBuilder) -> Result<Tokenizer, TokenizerError> {
    Ok(Tokenizer::new(builder.build().map_err(library)?))
}

/// Byte-level BPE.
fn byte_level(metadata: &GgufMetadata, tokens: &[&str]) -> Result<Tokenizer, TokenizerError> {
    let name = metadata.text("tokenizer.ggml.pre").unwrap_or("default");
    let words = WORDS.iter().find(|words| words.names.contains(&name));
    let words = words.ok_or_else(|| unusable(format!("the pre-tokenizer {name:?} is not supported")))?;
    let merges = merges(metadata)?.ok_or_else(|| unusable("it has no merges"))?;
    let builder = BPE::builder().vocab_and_merges(vocab(tokens), merges).ignore_merges(words.whole_words);
    let mut tokenizer = built(builder)?;
    if words.composed {
        tokenizer.with_normalizer(Some(NFC)).map_err(library)?;
    }
    let split = |expression: &&str| {
        let pattern = SplitPattern::Regex((*expression).to_owned());
        Split::new(pattern, SplitDelimiterBehavior::Isolated, false).map(Into::into)
    };
    let mut steps: Vec<_> = words.expressions.iter().map(split).collect::<Result<_, _>>().map_err(library)?;
    steps.push(ByteLevel::new(false, true, words.expressions.is_empty()).into());
    tokenizer.with_pre_tokenizer(Some(PreTokenizers::new(steps)));
    tokenizer.with_decoder(Some(ByteLevel::new(false, true, true)));
    Ok(tokenizer)
}

/// The BPE of SentencePiece: spaces are visible, and what the vocabulary lacks is spelt in bytes.
fn sentencepiece(metadata: &GgufMetadata, tokens: &[&str]) -> Result<Tokenizer, TokenizerError> {
    let merges = match merges(metadata)? {
        Some(merges) => merges,
        None => merges_by_score(tokens, &metadata.floats("tokenizer.ggml.scores").unwrap_or_default())?,
    };
    let mut builder = BPE::builder().vocab_and_merges(vocab(tokens), merges).byte_fallback(true).fuse_unk(true);
    if let Some(unknown) = token_in(metadata, "tokenizer.ggml.unknown_token_id") {
        builder = builder.unk_token(unknown.to_owned());
    }
    let mut tokenizer = built(builder)?;
    let begins_with_space = metadata.flag("tokenizer.ggml.add_space_prefix").unwrap_or(true);
    let visible_spaces = Replace::new(" ", SPACE).map_err(library)?;
    let mut steps: Vec<NormalizerWrapper> = Vec::new();
    if begins_with_space {
        steps.push(Prepend::new(SPACE.to_owned()).into());
    }
    steps.push(visible_spaces.into());
    tokenizer.with_normalizer(Some(Normalizers::new(steps))).map_err(library)?;
    let spaces = Replace::new(SPACE, " ").map_err(library)?;
    let mut decoders = vec![spaces.into(), ByteFallback::new().into(), Fuse::new().into()];
    if begins_with_space {
        decoders.push(Strip::new(' ', 1, 0).into());
    }
    tokenizer.with_decoder(Some(Decoders::new(decoders)));
    Ok(tokenizer)
}

/// The merges that make every token of `tokens` out of two others, the token with the best score first. SentencePiece takes the best
/// token that two neighbours make; transformers converts its models in this way, too.
fn merges_by_score(tokens: &[&str], scores: &[f32]) -> Result<Vec<(String, String)>, TokenizerError> {
    if tokens.len() != scores.len() {
        return Err(unusable("it has no scores for its tokens"));
    }
    let ids: HashMap<&str, usize> = tokens.iter().enumerate().map(|(id, token)| (*token, id)).collect();
    let mut merges = Vec::new();
    for (id, token) in tokens.iter().enumerate() {
        let splits = token.char_indices().skip(1).map(|(at, _)| token.split_at(at));
        let known = splits.filter_map(|(left, right)| Some((*ids.get(left)?, *ids.get(right)?)));
        let mut pairs: Vec<(usize, usize)> = known.collect();
        pairs.sort_unstable();
        merges.extend(pairs.into_iter().map(|pair| (id, pair)));
    }
    merges.sort_by(|(left, _), (right, _)| scores[*right].total_cmp(&scores[*left]));
    Ok(merges.into_iter().map(|(_, (left, right))| (tokens[left].to_owned(), tokens[right].to_owned())).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_token_is_merged_first() {
        let tokens = ["a", "b", "c", "ab", "bc", "abc"];
        let merges = merges_by_score(&tokens, &[-9.0, -9.0, -9.0, -2.0, -1.0, -3.0]).unwrap();
        let merges: Vec<(&str, &str)> = merges.iter().map(|(left, right)| (left.as_str(), right.as_str())).collect();
        assert_eq!(merges, [("b", "c"), ("a", "b"), ("a", "bc"), ("ab", "c")]);
        assert!(merges_by_score(&tokens, &[0.0]).is_err());
    }

    #[test]
    fn every_expression_can_be_compiled_and_no_name_is_twice() {
        for words in WORDS {
            for expression in words.expressions {
                let pattern = SplitPattern::Regex((*expression).to_owned());
                assert!(Split::new(pattern, SplitDelimiterBehavior::Isolated, false).is_ok(), "{expression}");
            }
        }
        let mut names: Vec<&str> = WORDS.iter().flat_map(|words| words.names).copied().collect();
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{names:?}");
    }
}
