//! `vocab.json`: the token ids of pieces.

use std::collections::HashMap;

use super::error::TokenizerError;

/// The pieces and token ids in `vocab_json`.
///
/// # Errors
/// [`TokenizerError::Vocab`] if it is not an object of pieces and ids.
pub(super) fn parse(file: &'static str, vocab_json: &[u8]) -> Result<HashMap<String, u32>, TokenizerError> {
    serde_json::from_slice(vocab_json).map_err(|source| TokenizerError::Vocab { file, source })
}

/// Checks that the model has a vector for every piece.
///
/// # Errors
/// [`TokenizerError::PastVocab`] with a piece whose id is `vocab_size` or more.
pub(super) fn check_ids(piece_ids: &HashMap<String, u32>, vocab_size: usize) -> Result<(), TokenizerError> {
    let piece_past_vocab = piece_ids.iter().filter(|(_, id)| **id as usize >= vocab_size).min();
    let past_vocab = |(piece, id): (&String, &u32)| {
        Err(TokenizerError::PastVocab { piece: piece.clone(), id: *id, vocab: vocab_size })
    };
    piece_past_vocab.map_or(Ok(()), past_vocab)
}
