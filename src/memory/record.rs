//! One remembered sentence ↔ bytes. The format belongs to this file, so that a type elsewhere can change without making records on
//! disk unreadable.
//!
//! Version 1, little-endian: version (1 byte), digest of the recipe (32), flags (1), score (4), tokens (4), length of the source (4),
//! source, translation, and the first 8 bytes of a SHA-256 over the key and everything before.

use sha2::{Digest, Sha256};

use crate::generation::Output;

/// The version that is written, and the only one so far.
const RECORD_VERSION: u8 = 1;

/// Bytes of the checksum at the end.
const CHECKSUM_BYTES: usize = 8;

/// Bytes before the source.
const HEAD_BYTES: usize = 1 + 32 + 1 + 4 + 4 + 4;

/// The bits of the flags.
const HAS_SCORE: u8 = 1;
const SPLIT: u8 = 2;
const CUT: u8 = 4;
const UNKNOWN: u8 = 8;

/// The output for a text under a recipe.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Record {
    pub(super) recipe: [u8; 32],
    pub(super) source: String,
    pub(super) output: Output,
}

impl Record {
    /// The bytes to keep under `key`.
    pub(super) fn to_bytes(&self, key: &[u8; 32]) -> Vec<u8> {
        // Destructured, so that a new field of an output cannot be forgotten here.
        let Output { text, score, tokens, split, cut, unknown } = &self.output;
        let bits = [(HAS_SCORE, score.is_some()), (SPLIT, *split), (CUT, *cut), (UNKNOWN, *unknown)];
        let flags = bits.iter().filter(|(_, is_set)| *is_set).map(|(bit, _)| bit).sum();
        let mut bytes = Vec::with_capacity(HEAD_BYTES + self.source.len() + text.len() + CHECKSUM_BYTES);
        bytes.push(RECORD_VERSION);
        bytes.extend(self.recipe);
        bytes.push(flags);
        bytes.extend(score.unwrap_or_default().to_le_bytes());
        // No sentence has 2^32 tokens or bytes.
        bytes.extend((*tokens as u32).to_le_bytes());
        bytes.extend((self.source.len() as u32).to_le_bytes());
        bytes.extend(self.source.as_bytes());
        bytes.extend(text.as_bytes());
        bytes.extend(checksum(key, &bytes));
        bytes
    }

    /// The record in the `bytes` kept under `key`; `None` if they are damaged or of an unknown version.
    pub(super) fn from_bytes(key: &[u8; 32], bytes: &[u8]) -> Option<Self> {
        let (body, stored_checksum) = bytes.split_last_chunk::<CHECKSUM_BYTES>()?;
        if *stored_checksum != checksum(key, body) {
            return None;
        }
        let (head, texts) = body.split_first_chunk::<HEAD_BYTES>()?;
        let (version, rest) = head.split_first()?;
        let (recipe, rest) = rest.split_first_chunk::<32>()?;
        let (flags, rest) = rest.split_first()?;
        let (score, rest) = rest.split_first_chunk::<4>()?;
        let (tokens, source_length) = rest.split_first_chunk::<4>()?;
        if *version != RECORD_VERSION {
            return None;
        }
        let source_length = u32::from_le_bytes(source_length.try_into().ok()?) as usize;
        let (source, text) = texts.split_at_checked(source_length)?;
        let utf8 = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).ok();
        Some(Self {
            recipe: *recipe,
            source: utf8(source)?,
            output: Output {
                text: utf8(text)?,
                score: (flags & HAS_SCORE > 0).then(|| f32::from_le_bytes(*score)),
                tokens: u32::from_le_bytes(*tokens) as usize,
                split: flags & SPLIT > 0,
                cut: flags & CUT > 0,
                unknown: flags & UNKNOWN > 0,
            },
        })
    }
}

/// Tells whether a value is the one written under its key. The store checks its pages only after a crash.
fn checksum(key: &[u8; 32], body: &[u8]) -> [u8; CHECKSUM_BYTES] {
    let digest: [u8; 32] = Sha256::new().chain_update(key).chain_update(body).finalize().into();
    let mut checksum = [0; CHECKSUM_BYTES];
    checksum.copy_from_slice(&digest[..CHECKSUM_BYTES]);
    checksum
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    prop_compose! {
        pub(in crate::memory) fn outputs()(
            text in any::<String>(), score in proptest::option::of(-50.0_f32..0.0), tokens in 0_usize..600,
            flags in any::<[bool; 3]>(),
        ) -> Output {
            let [split, cut, unknown] = flags;
            Output { text, score, tokens, split, cut, unknown }
        }
    }

    proptest! {
        #[test]
        fn a_record_comes_back_as_it_was_and_no_byte_of_it_can_change_unseen(
            recipe in any::<[u8; 32]>(), source in any::<String>(), output in outputs(), key in any::<[u8; 32]>(),
            place in any::<prop::sample::Index>(), bit in 0_u8..8,
        ) {
            let record = Record { recipe, source, output };
            let mut bytes = record.to_bytes(&key);
            prop_assert_eq!(Record::from_bytes(&key, &bytes), Some(record));
            let place = place.index(bytes.len());
            bytes[place] ^= 1 << bit;
            prop_assert_eq!(Record::from_bytes(&key, &bytes), None);
            bytes.truncate(place);
            prop_assert_eq!(Record::from_bytes(&key, &bytes), None);
        }

        #[test]
        fn no_bytes_are_a_panic(key in any::<[u8; 32]>(), mut bytes in any::<Vec<u8>>()) {
            prop_assert_eq!(Record::from_bytes(&key, &bytes), None);
            // With the right checksum, the fields are parsed.
            bytes.extend(checksum(&key, &bytes));
            let _ = Record::from_bytes(&key, &bytes);
        }
    }
}
