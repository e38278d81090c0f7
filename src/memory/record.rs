//! One remembered sentence ↔ bytes. The form is this file's own, so that a type elsewhere may change without a word and
//! without making what is on disk unreadable.
//!
//! Version 1, little-endian: the version (1 byte), digest of the recipe (32), facts (1), score (4), tokens (4), length of
//! the source (4), source, translation, and the first 8 bytes of a SHA-256 over the key and all of that.

use sha2::{Digest, Sha256};

use crate::engine::Output;

/// The version that is written; the only one there is.
const VERSION: u8 = 1;

/// Bytes of the check at the end.
const CHECK: usize = 8;

/// Bytes before the source.
const HEAD: usize = 1 + 32 + 1 + 4 + 4 + 4;

/// What each bit of the facts says.
const HAS_SCORE: u8 = 1;
const SPLIT: u8 = 2;
const CUT: u8 = 4;
const UNKNOWN: u8 = 8;

/// What a text became under a recipe.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Record {
    pub(super) recipe: [u8; 32],
    pub(super) source: String,
    pub(super) output: Output,
}

impl Record {
    /// The bytes that are kept under `key`.
    pub(super) fn to_bytes(&self, key: &[u8; 32]) -> Vec<u8> {
        // Named one by one: a new fact about an output must find its place here before this compiles.
        let Output { text, score, tokens, split, cut, unknown } = &self.output;
        let facts = [(HAS_SCORE, score.is_some()), (SPLIT, *split), (CUT, *cut), (UNKNOWN, *unknown)];
        let facts = facts.iter().filter(|(_, set)| *set).map(|(bit, _)| bit).sum();
        let mut bytes = Vec::with_capacity(HEAD + self.source.len() + text.len() + CHECK);
        bytes.push(VERSION);
        bytes.extend(self.recipe);
        bytes.push(facts);
        bytes.extend(score.unwrap_or_default().to_le_bytes());
        // No sentence has as many tokens or bytes as would not fit.
        bytes.extend((*tokens as u32).to_le_bytes());
        bytes.extend((self.source.len() as u32).to_le_bytes());
        bytes.extend(self.source.as_bytes());
        bytes.extend(text.as_bytes());
        bytes.extend(check(key, &bytes));
        bytes
    }

    /// The record that `bytes` under `key` are; `None` if they are damaged or of a version that is not known.
    pub(super) fn of_bytes(key: &[u8; 32], bytes: &[u8]) -> Option<Self> {
        let (body, found) = bytes.split_last_chunk::<CHECK>()?;
        if *found != check(key, body) {
            return None;
        }
        let (head, texts) = body.split_first_chunk::<HEAD>()?;
        let (version, head) = head.split_first()?;
        let (recipe, head) = head.split_first_chunk::<32>()?;
        let (facts, head) = head.split_first()?;
        let (score, head) = head.split_first_chunk::<4>()?;
        let (tokens, length) = head.split_first_chunk::<4>()?;
        if *version != VERSION {
            return None;
        }
        let length = u32::from_le_bytes(length.try_into().ok()?) as usize;
        let (source, text) = texts.split_at_checked(length)?;
        let text_of = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).ok();
        Some(Self {
            recipe: *recipe,
            source: text_of(source)?,
            output: Output {
                text: text_of(text)?,
                score: (facts & HAS_SCORE > 0).then(|| f32::from_le_bytes(*score)),
                tokens: u32::from_le_bytes(*tokens) as usize,
                split: facts & SPLIT > 0,
                cut: facts & CUT > 0,
                unknown: facts & UNKNOWN > 0,
            },
        })
    }
}

/// Tells whether a value is the one that was written under its key: the store checks its pages only after a crash.
fn check(key: &[u8; 32], body: &[u8]) -> [u8; CHECK] {
    let digest: [u8; 32] = Sha256::new().chain_update(key).chain_update(body).finalize().into();
    let mut check = [0; CHECK];
    check.copy_from_slice(&digest[..CHECK]);
    check
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    prop_compose! {
        pub(in crate::memory) fn outputs()(
            text in any::<String>(), score in proptest::option::of(-50.0_f32..0.0), tokens in 0_usize..600,
            facts in any::<[bool; 3]>(),
        ) -> Output {
            let [split, cut, unknown] = facts;
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
            prop_assert_eq!(Record::of_bytes(&key, &bytes), Some(record));
            let place = place.index(bytes.len());
            bytes[place] ^= 1 << bit;
            prop_assert_eq!(Record::of_bytes(&key, &bytes), None);
            bytes.truncate(place);
            prop_assert_eq!(Record::of_bytes(&key, &bytes), None);
        }

        #[test]
        fn no_bytes_are_a_panic(key in any::<[u8; 32]>(), mut bytes in any::<Vec<u8>>()) {
            prop_assert_eq!(Record::of_bytes(&key, &bytes), None);
            // With a check that fits, what is inside is looked at.
            bytes.extend(check(&key, &bytes));
            let _ = Record::of_bytes(&key, &bytes);
        }
    }
}
