//! German sentences with the English of a person, found by their German.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use unicode_normalization::UnicodeNormalization;

/// German sentences with the English of a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Corrections {
    /// German as [`normalised`], and English.
    pub(super) sentences: BTreeMap<String, String>,
    /// The file that they are from.
    pub(super) path: Option<PathBuf>,
    /// SHA-256 of the file in hexadecimal digits.
    pub(super) digest: String,
}

impl Corrections {
    /// The English of a person for `german`.
    pub fn english(&self, german: &str) -> Option<&str> {
        if self.sentences.is_empty() { None } else { self.sentences.get(&normalised(german)).map(String::as_str) }
    }

    /// Number of sentences.
    pub fn len(&self) -> usize {
        self.sentences.len()
    }

    /// True if there are none.
    pub fn is_empty(&self) -> bool {
        self.sentences.is_empty()
    }

    /// SHA-256 of the file in hexadecimal digits.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The file that they are from.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Adds the English of a person for `german`. Returns false if there is other English for it already, which then stays.
    pub(super) fn add(&mut self, german: &str, english: &str) -> bool {
        let english = english.split_whitespace().collect::<Vec<_>>().join(" ");
        *self.sentences.entry(normalised(german)).or_insert_with(|| english.clone()) == english
    }

    /// Adds a correction, which replaces an earlier one of the same sentence. Returns true if anything changed.
    pub fn replace(&mut self, german: &str, english: &str) -> bool {
        let english = english.split_whitespace().collect::<Vec<_>>().join(" ");
        let earlier = self.sentences.insert(normalised(german), english.clone());
        earlier.as_ref() != Some(&english)
    }
}

/// `text` in NFC, with single spaces.
pub(super) fn normalised(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").nfc().collect()
}
