//! Paragraphs → texts of similar length that the writer can read at once.

use super::language::SummaryLanguage;
use super::writer::Writer;

/// Tokens kept free: an end mark, and the few more tokens that a text may be than its pieces.
const MARGIN: usize = 8;

/// A run of text that stays together, with its number of tokens.
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
    let room = readable.saturating_sub(MARGIN).max(1);
    let mut chunks: Vec<Chunk<'_>> = Vec::new();
    for paragraph in paragraphs {
        let tokens = writer.count_tokens(paragraph);
        if tokens <= room {
            chunks.push(Chunk { text: paragraph, tokens });
        } else {
            let sentences = language.sentences(paragraph).into_iter();
            chunks.extend(sentences.map(|text| Chunk { text, tokens: writer.count_tokens(text) }));
        }
    }
    let total: usize = chunks.iter().map(|chunk| chunk.tokens).sum();
    let even_share = total.div_ceil(total.div_ceil(room).max(1));
    let mut parts: Vec<String> = Vec::new();
    let mut filled = 0;
    for Chunk { text, tokens } in chunks {
        // A chunk joins the part that it fits into, unless more than half of it exceeds the even share.
        let opens_part = parts.is_empty() || filled + tokens > room || filled + tokens / 2 > even_share;
        if opens_part {
            parts.push(String::new());
            filled = 0;
        }
        if let Some(part) = parts.last_mut() {
            if !part.is_empty() {
                part.push(' ');
            }
            part.push_str(text);
            filled += tokens;
        }
    }
    parts
}
