//! Entries, one after the other → an index of the people, organisations and places that they name.
//!
//! Memory is bounded: when there are more names than [`MOST_NAMES`], those that are named least are forgotten (lossy counting, Manku
//! and Motwani 2002), and a name keeps the first [`MOST_ARTICLES`] of its articles and counts the rest. What is forgotten depends on the
//! entries and their order alone.

use std::collections::BTreeMap;

use crate::check::{self, MentionedKind, MentionedName};
use crate::document::{Entry, IndexedName, NameKind};

/// Names kept while entries come in.
const MOST_NAMES: usize = 20_000;

/// Articles kept of a name.
const MOST_ARTICLES: usize = 100;

/// Names of a kind in the index.
const MOST_LISTED: usize = 200;

/// A name so far.
#[derive(Debug)]
struct NameSoFar {
    german: String,
    english: String,
    /// Indices of the first articles, in order.
    articles: Vec<usize>,
    /// Number of articles.
    count: usize,
    /// Number of the name, in order of first occurrence.
    first: usize,
}

/// Kind and English spelling in lower case.
type NameKey = (NameKind, String);

/// Collects names.
#[derive(Debug, Default)]
pub(super) struct NameIndex {
    names: BTreeMap<NameKey, NameSoFar>,
    seen: usize,
}

impl NameIndex {
    /// Adds the names in `entry`.
    pub(super) fn add(&mut self, entry: &Entry) {
        for name in names_in(entry) {
            let kind = match name.kind {
                MentionedKind::Person => NameKind::Person,
                MentionedKind::Organisation => NameKind::Organisation,
                MentionedKind::Place => NameKind::Place,
            };
            let seen = &mut self.seen;
            let known = self.names.entry((kind, name.english.to_lowercase())).or_insert_with(|| {
                *seen += 1;
                let MentionedName { german, english, .. } = name;
                NameSoFar { german, english, articles: Vec::new(), count: 0, first: *seen }
            });
            known.count += 1;
            if known.articles.len() < MOST_ARTICLES {
                known.articles.push(entry.index);
            }
        }
        if self.names.len() > MOST_NAMES {
            self.forget();
        }
    }

    /// Forgets the half of the names with the fewest articles; among equals the later ones.
    fn forget(&mut self) {
        let mut ranks: Vec<(usize, usize)> = self.names.values().map(rank).collect();
        ranks.sort_unstable();
        let last_kept = ranks.get(ranks.len() / 2).copied().unwrap_or_default();
        self.names.retain(|_, name| rank(name) <= last_kept);
    }

    /// The index: kind by kind, names in alphabetical order.
    pub(super) fn listed(mut self) -> Vec<IndexedName> {
        self.join_surnames();
        let mut listed = Vec::new();
        for kind in NameKind::ALL {
            let of_kind = self.names.iter().filter(|((known, _), _)| *known == kind);
            let mut ranked: Vec<((usize, usize), &String, &NameSoFar)> =
                of_kind.map(|((_, key), name)| (rank(name), key, name)).collect();
            ranked.sort_by_key(|(rank, ..)| *rank);
            ranked.truncate(MOST_LISTED);
            ranked.sort_by_key(|(_, key, _)| *key);
            listed.extend(ranked.into_iter().map(|(_, _, name)| IndexedName {
                kind,
                german: name.german.clone(),
                english: name.english.clone(),
                articles: name.articles.clone(),
                more_articles: name.count - name.articles.len(),
            }));
        }
        listed
    }

    /// A surname alone is that of the one person with it: `Merkel` is `Angela Merkel` unless there is another of that name.
    fn join_surnames(&mut self) {
        let mut full_names: BTreeMap<String, Vec<NameKey>> = BTreeMap::new();
        for key in self.names.keys().filter(|(kind, name)| *kind == NameKind::Person && name.contains(' ')) {
            let surname = key.1.rsplit(' ').next().unwrap_or_default();
            full_names.entry(surname.to_owned()).or_default().push(key.clone());
        }
        for (surname, keys) in full_names {
            let [key] = &keys[..] else { continue };
            let Some(short) = self.names.remove(&(NameKind::Person, surname)) else { continue };
            let Some(full) = self.names.get_mut(key) else { continue };
            let both = short.articles.iter().filter(|article| full.articles.contains(article)).count();
            full.count += short.count - both;
            full.articles.extend(short.articles);
            full.articles.sort_unstable();
            full.articles.dedup();
            full.articles.truncate(MOST_ARTICLES);
            full.first = full.first.min(short.first);
        }
    }
}

/// Names with more articles come first, among equals the earlier.
fn rank(name: &NameSoFar) -> (usize, usize) {
    (usize::MAX - name.count, name.first)
}

/// The names in the title and the text of `entry`, each once. A surname alone that belongs to a full name is not listed beside it.
fn names_in(entry: &Entry) -> Vec<MentionedName> {
    let title = entry.translation.article().title().zip(entry.translation.title());
    let title = title.map(|(german, title)| (german, title.english.as_str()));
    let text = entry.translation.pairs().flat_map(|(paragraph, translated)| {
        translated
            .pairs()
            .filter_map(|(range, sentence)| Some((paragraph.text().get(range)?, sentence.english.as_str())))
    });
    let mut names: Vec<MentionedName> = Vec::new();
    // Headlines in title case capitalise what is no name, so the text comes first.
    for (german, english) in text.chain(title) {
        for name in check::mentioned_names(german, english) {
            if !names.iter().any(|known| (known.kind, &known.english) == (name.kind, &name.english)) {
                names.push(name);
            }
        }
    }
    let full_names: Vec<String> = names.iter().map(|name| format!(" {}", name.english)).collect();
    let is_part = |name: &MentionedName| {
        let part = format!(" {}", name.english);
        name.kind == MentionedKind::Person && full_names.iter().any(|full| *full != part && full.ends_with(&part))
    };
    names.retain(|name| !is_part(name));
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(articles: &[&[(NameKind, &str, &str)]]) -> NameIndex {
        let mut index = NameIndex::default();
        for (article, names) in articles.iter().enumerate() {
            for (kind, german, english) in *names {
                index.seen += 1;
                let first = index.seen;
                let new = || NameSoFar {
                    german: (*german).into(),
                    english: (*english).into(),
                    articles: Vec::new(),
                    count: 0,
                    first,
                };
                let name = index.names.entry((*kind, english.to_lowercase())).or_insert_with(new);
                name.count += 1;
                name.articles.push(article);
            }
        }
        index
    }

    #[test]
    fn names_are_listed_by_kind_and_surnames_join_the_one_person_who_has_them() {
        use NameKind::{Person, Place};
        let merkel = (Person, "Angela Merkel", "Angela Merkel");
        let surname = (Person, "Merkel", "Merkel");
        let munich = (Place, "München", "Munich");
        let found = index(&[&[merkel, munich], &[surname], &[munich]]).listed();
        let found: Vec<_> =
            found.iter().map(|name| (name.kind, name.english.as_str(), name.articles.as_slice())).collect();
        assert_eq!(found, [(Person, "Angela Merkel", &[0, 1][..]), (Place, "Munich", &[0, 2])]);
        // Whose surname it is cannot be told.
        let other = (Person, "Ulrich Merkel", "Ulrich Merkel");
        let found = index(&[&[merkel], &[surname], &[other]]).listed();
        assert_eq!(found.len(), 3);
    }

    #[test]
    fn what_is_named_least_is_forgotten_first() {
        let mut index = index(&[
            &[(NameKind::Place, "Ulm", "Ulm"), (NameKind::Place, "Gera", "Gera")],
            &[(NameKind::Place, "Gera", "Gera")],
        ]);
        index.forget();
        assert!(index.names.contains_key(&(NameKind::Place, "gera".into())));
    }
}
