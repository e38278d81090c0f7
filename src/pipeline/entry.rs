//! A translation and its summary → an entry, with the date and the time that the article states for itself.

use crate::document::{Entry, Summary, Translation};
use crate::publication::{publication_date, publication_time};

/// The entry of an article. `index` is its place in the briefing, `page` the path of its page without extension.
pub(super) fn entry(index: usize, page: String, translation: Translation, summary: Option<Summary>) -> Entry {
    let date = publication_date(translation.article());
    let time = date.and_then(|date| publication_time(translation.article(), date));
    Entry { index, page, date, time, translation, summary }
}
