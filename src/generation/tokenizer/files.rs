//! The files a tokenizer is built from, held in memory.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::error::TokenizerError;

/// Files by name, as bytes.
#[derive(Default)]
pub struct TokenizerFiles {
    files: BTreeMap<&'static str, Cow<'static, [u8]>>,
}

impl TokenizerFiles {
    /// Adds the file `name`.
    pub fn insert(&mut self, name: &'static str, bytes: Cow<'static, [u8]>) {
        self.files.insert(name, bytes);
    }

    /// The bytes of the file `name`, if it is there.
    pub(super) fn find(&self, name: &str) -> Option<&[u8]> {
        self.files.get(name).map(AsRef::as_ref)
    }

    /// The bytes of `file`.
    ///
    /// # Errors
    /// [`TokenizerError::MissingFile`].
    pub(super) fn bytes(&self, file: &'static str) -> Result<&[u8], TokenizerError> {
        self.find(file).ok_or(TokenizerError::MissingFile { file })
    }
}
