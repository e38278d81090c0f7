//! What is new since the last run, ready to be shown: shared by the formats for people.

use std::io;

use super::layout::{self, bilingual_sentences, count};
use super::view::BriefingView;
use crate::document::{ChangedArticle, Changes, FormerSentence, GoneArticle, Mention, Note, SentenceRef};

/// Heading of the section.
pub(super) const HEADING: &str = "Since last time";

/// A sentence that an article did not have last time.
pub(super) struct AddedSentence {
    pub(super) place: SentenceRef,
    pub(super) german: String,
    pub(super) english: String,
    pub(super) notes: Vec<Note>,
}

/// An article that says something else than last time.
pub(super) struct ShownChange<'a> {
    pub(super) article: Mention,
    /// `3 new sentences, 1 gone`
    pub(super) counts: String,
    pub(super) former_title: Option<&'a FormerSentence>,
    /// The first new sentences, at most [`MOST_ADDED`].
    pub(super) added: Vec<AddedSentence>,
    pub(super) removed: &'a [FormerSentence],
}

/// New sentences of an article that are shown; all are counted.
const MOST_ADDED: usize = 20;

/// `3 new · 1 changed · 2 gone · 9 as before`
pub(super) fn counts(changes: &Changes) -> String {
    let Changes { new, changed, gone, unchanged } = changes;
    let parts =
        [(new.len(), "new"), (changed.len(), "changed"), (gone.len(), "gone"), (*unchanged, "as before")].into_iter();
    let said = parts.filter(|(number, _)| *number > 0).map(|(number, what)| format!("{number} {what}"));
    said.collect::<Vec<_>>().join(" · ")
}

/// The changed articles, read one at a time.
pub(super) fn changed<'a>(
    changes: &'a Changes,
    view: &'a BriefingView<'_>,
) -> impl Iterator<Item = io::Result<ShownChange<'a>>> {
    changes.changed.iter().map(|change| shown(change, view))
}

fn shown<'a>(change: &'a ChangedArticle, view: &BriefingView<'_>) -> io::Result<ShownChange<'a>> {
    let entry = view.entry(change.article)?;
    let sentence = |place: &SentenceRef| {
        let (paragraph, translated) = entry.translation.pairs().nth(place.paragraph)?;
        let found = bilingual_sentences(paragraph, translated).into_iter().nth(place.sentence)?;
        Some(AddedSentence {
            place: *place,
            german: found.german.to_owned(),
            english: found.english.to_owned(),
            notes: found.notes.to_vec(),
        })
    };
    Ok(ShownChange {
        article: Mention::new(&entry),
        counts: change_counts(change),
        former_title: change.former_title.as_ref(),
        added: change.added.iter().take(MOST_ADDED).filter_map(sentence).collect(),
        removed: &change.removed,
    })
}

fn change_counts(change: &ChangedArticle) -> String {
    let removed = change.removed.len() + change.more_removed;
    let parts = [
        change.former_title.is_some().then(|| "another headline".to_owned()),
        (!change.added.is_empty()).then(|| count(change.added.len(), "new sentence")),
        (removed > 0).then(|| count(removed, "sentence") + " gone"),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// A gone article in one line: `Harbour closed (hafen.txt)`.
pub(super) fn gone_line(gone: &GoneArticle) -> String {
    format!("{} ({})", layout::one_line(&gone.english_title), layout::one_line(&gone.source))
}
