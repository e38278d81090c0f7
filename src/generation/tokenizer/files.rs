//! The files a tokenizer is built from, held in memory.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::error::TokenizerError;

/// The files of a tokenizer by name, as bytes.
#[derive(Default)]
pub struct TokenizerFiles {
    bytes_by_name: BTreeMap<&'static str, Cow<'static, [u8]>>,
}

impl TokenizerFiles {
    /// Adds the tokenizer's file `file_name`.
    pub fn insert(&mut self, file_name: &'static str, bytes: Cow<'static, [u8]>) {
        self.bytes_by_name.insert(file_name, bytes);
    }

    /// The bytes of the tokenizer's file `file_name`, if it is there.
    pub(super) fn find(&self, file_name: &str) -> Option<&[u8]> {
        self.bytes_by_name.get(file_name).map(AsRef::as_ref)
    }

    /// The bytes of the tokenizer's `file`.
    ///
    /// # Errors
    /// [`TokenizerError::MissingFile`].
    pub(super) fn bytes(&self, file: &'static str) -> Result<&[u8], TokenizerError> {
        self.find(file).ok_or(TokenizerError::MissingFile { file })
    }
}
