//! Paragraphs → texts of similar length that the writer can read at once.

use super::language::SummaryLanguage;
use super::writer::Writer;

/// Tokens kept free: an end mark, and the few more tokens that a text may be than its pieces.
const SPARE_TOKENS: usize = 8;

/// A paragraph or sentence that stays together, with its number of tokens.
struct Chunk<'a> {
    text: &'a str,
    tokens: usize,
}

/// `paragraphs` in texts of similar length that `writer` can read after an instruction of `instruction_tokens`. Texts end with
/// paragraphs; only a paragraph that is too long by itself is divided, between sentences.
pub(super) fn readable_parts<W: Writer>(
    paragraphs: &[String],
    writer: &W,
    instruction_tokens: usize,
    language: SummaryLanguage,
) -> Vec<String> {
    let readable = writer.limits().context.saturating_sub(instruction_tokens).max(1);
    let room_for_text = readable.saturating_sub(SPARE_TOKENS).max(1);
    let mut chunks: Vec<Chunk<'_>> = Vec::new();
    for paragraph in paragraphs {
        let tokens = writer.count_tokens(paragraph);
        if tokens <= room_for_text {
            chunks.push(Chunk { text: paragraph, tokens });
        } else {
            let sentences = language.sentences(paragraph).into_iter();
            chunks.extend(sentences.map(|text| Chunk { text, tokens: writer.count_tokens(text) }));
        }
    }
    let article_tokens: usize = chunks.iter().map(|chunk| chunk.tokens).sum();
    let even_share = article_tokens.div_ceil(article_tokens.div_ceil(room_for_text).max(1));
    let mut parts: Vec<String> = Vec::new();
    let mut tokens_in_part = 0;
    for Chunk { text, tokens } in chunks {
        // A chunk joins the part that it fits into, unless more than half of it exceeds the even share.
        let opens_part =
            parts.is_empty() || tokens_in_part + tokens > room_for_text || tokens_in_part + tokens / 2 > even_share;
        if opens_part {
            parts.push(String::new());
            tokens_in_part = 0;
        }
        if let Some(part) = parts.last_mut() {
            if !part.is_empty() {
                part.push(' ');
            }
            part.push_str(text);
            tokens_in_part += tokens;
        }
    }
    parts
}
