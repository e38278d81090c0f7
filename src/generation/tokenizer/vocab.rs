//! `vocab.json`: the ids of pieces.

use std::collections::HashMap;

use super::error::TokenizerError;

/// The pieces and ids in `json`.
///
/// # Errors
/// [`TokenizerError::Vocab`] if it is not an object of pieces and ids.
pub(super) fn parse(file: &'static str, json: &[u8]) -> Result<HashMap<String, u32>, TokenizerError> {
    serde_json::from_slice(json).map_err(|source| TokenizerError::Vocab { file, source })
}

/// Checks that the model has a vector for every piece.
///
/// # Errors
/// [`TokenizerError::PastVocab`] with a piece whose id is `vocab` or more.
pub(super) fn check_ids(ids: &HashMap<String, u32>, vocab: usize) -> Result<(), TokenizerError> {
    let past = ids.iter().filter(|(_, id)| **id as usize >= vocab).min();
    past.map_or(Ok(()), |(piece, id)| Err(TokenizerError::PastVocab { piece: piece.clone(), id: *id, vocab }))
}
