//! What a reader found → an article: repaired, cleaned, dated, and without what is not news.

use super::read_options::ReadOptions;
use super::source::ReadError;
use super::{boilerplate, characters, file_name, mojibake, no_language, text};
use crate::document::{Article, ArticleDraft, LeftOut};

/// The article that `draft` becomes. `source` is its shown name.
///
/// # Errors
/// If nothing is left that is text.
pub(super) fn into_article(
    source: String,
    mut draft: ArticleDraft,
    options: &ReadOptions,
) -> Result<Article, ReadError> {
    clean_draft(&mut draft);
    draft = no_language::set_aside(draft);
    if !draft.sections.iter().any(|section| !section.text.trim().is_empty()) {
        return Err(ReadError::NoLanguage);
    }
    draft.published = draft.published.or_else(|| file_name::date_in_file_name(&source));
    if !options.keep_boilerplate {
        draft = boilerplate::set_aside(draft);
    }
    Article::new(source, draft).ok_or(ReadError::NoText)
}

/// Repairs and cleans the texts of `draft`: markup and archives can spell what the bytes of the file did not contain.
fn clean_draft(draft: &mut ArticleDraft) {
    let mut first_damaged = None;
    let mut clean_text = |draft_text: &mut String| {
        let (repaired_text, damaged_line) = mojibake::repair_mojibake(draft_text);
        first_damaged = first_damaged.take().or(damaged_line);
        *draft_text = characters::clean(&repaired_text);
    };
    let ArticleDraft { title, sections, left_out, outlet, author, .. } = draft;
    sections.iter_mut().for_each(|section| clean_text(&mut section.text));
    [title, outlet, author].into_iter().flatten().for_each(&mut clean_text);
    left_out.iter_mut().for_each(|left_out_passage| left_out_passage.text = characters::clean(&left_out_passage.text));
    left_out
        .extend(first_damaged.map(|draft_text| LeftOut { text: draft_text, rule: text::DAMAGED_ENCODING.to_owned() }));
}
