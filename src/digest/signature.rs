//! The wording of an article → a MinHash signature.
//!
//! The wording is the set of word quadruples (shingles). The share of equal numbers in two signatures estimates how much two
//! sets have in common (Broder, "On the resemblance and containment of documents", 1997).

use super::hashing::{mixed_hash, stem_or_band_hash};
use crate::document::{ParagraphKind, Translation};
use crate::segment::words;

/// Words per shingle.
const WORDS_PER_SHINGLE: usize = 4;

/// Numbers in a signature. The estimated resemblance is off by 0.06 on average.
const SIGNATURE_LENGTH: usize = 64;

/// Numbers per band. Articles are compared if they agree on a band; two that share a third of their wording are with a
/// probability of 98 %.
const BAND_LENGTH: usize = 2;

/// Minimum containment of a copy: this part of the shorter article's wording is in the longer one. Papers cut from the
/// end, and change a word here and there.
const MIN_CONTAINMENT: f64 = 0.6;

/// Minimum resemblance of a copy. Below it the estimate is too rough, and a long article that quotes a short one whole is
/// more than a copy.
const MIN_RESEMBLANCE: f64 = 0.25;

/// Minimum number of shingles. The wording of a shorter text is mostly what a paper prints under each of its reports.
const MIN_SHINGLES: u32 = 30;

/// The wording of an article in short.
#[derive(Clone, Debug)]
pub(super) struct Signature {
    /// The smallest hash of any shingle under each of [`SIGNATURE_LENGTH`] hash functions.
    minima: [u32; SIGNATURE_LENGTH],
    /// Number of distinct shingles.
    shingles: u32,
}

impl Signature {
    /// The signature of the German text without titles and subheads, which each paper writes for itself.
    pub(super) fn from_translation(translation: &Translation) -> Self {
        let paragraphs = translation.article().paragraphs().iter();
        let body_paragraphs = paragraphs
            .filter(|paragraph| !matches!(paragraph.kind(), ParagraphKind::Heading | ParagraphKind::Verbatim));
        let word_hashes: Vec<u64> =
            body_paragraphs.flat_map(|paragraph| words::words(paragraph.text())).map(word_hash).collect();
        let mut shingle_hashes: Vec<u64> = word_hashes
            .windows(WORDS_PER_SHINGLE)
            .map(|shingle| shingle.iter().fold(0, |shingle_hash, word_hash| mixed_hash(shingle_hash ^ word_hash)))
            .collect();
        shingle_hashes.sort_unstable();
        shingle_hashes.dedup();
        let mut minima = [u32::MAX; SIGNATURE_LENGTH];
        for shingle in &shingle_hashes {
            for (hash_function, minimum) in (1_u64..).zip(&mut minima) {
                let shingle_hash = mixed_hash(shingle ^ hash_function.wrapping_mul(0x9e37_79b9_7f4a_7c15));
                *minimum = (*minimum).min((shingle_hash >> 32) as u32);
            }
        }
        Self { minima, shingles: shingle_hashes.len().try_into().unwrap_or(u32::MAX) }
    }

    /// Size of a signature on disk in bytes.
    pub(super) const BYTES: usize = (1 + SIGNATURE_LENGTH) * 4;

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        [self.shingles].iter().chain(&self.minima).flat_map(|signature_number| signature_number.to_le_bytes()).collect()
    }

    pub(super) fn from_bytes(signature_bytes: &[u8]) -> Self {
        let mut signature_numbers =
            signature_bytes.as_chunks::<4>().0.iter().map(|number_bytes| u32::from_le_bytes(*number_bytes));
        let shingles = signature_numbers.next().unwrap_or_default();
        Self { minima: std::array::from_fn(|_| signature_numbers.next().unwrap_or_default()), shingles }
    }

    /// Number of distinct shingles.
    pub(super) fn shingles(&self) -> u32 {
        self.shingles
    }

    /// One number per band. Articles that have one in common may be copies. None for a text that is too short.
    pub(super) fn bands(&self) -> impl Iterator<Item = u64> {
        let minima_of_bands = self.minima.as_chunks::<BAND_LENGTH>().0.iter().zip(1..);
        let bands = minima_of_bands.map(|([first_minimum, second_minimum], band_number)| {
            mixed_hash(mixed_hash(band_number) ^ ((u64::from(*first_minimum) << 32) | u64::from(*second_minimum)))
        });
        bands.filter(|_| self.shingles >= MIN_SHINGLES)
    }

    /// True if one of the two articles is a copy of the other.
    pub(super) fn is_copy_of(&self, other_signature: &Self) -> bool {
        let equal_minima = self
            .minima
            .iter()
            .zip(&other_signature.minima)
            .filter(|(minimum, other_minimum)| minimum == other_minimum)
            .count();
        let resemblance = equal_minima as f64 / SIGNATURE_LENGTH as f64;
        let (own_size, other_size) = (f64::from(self.shingles), f64::from(other_signature.shingles));
        // Resemblance is intersection over union, containment is intersection over the smaller set.
        let containment = resemblance * (own_size + other_size) / (1.0 + resemblance) / own_size.min(other_size);
        resemblance >= MIN_RESEMBLANCE && containment >= MIN_CONTAINMENT
    }
}

fn word_hash(word: &str) -> u64 {
    stem_or_band_hash(word.chars().flat_map(char::to_lowercase).flat_map(|letter| (letter as u32).to_le_bytes()))
}
