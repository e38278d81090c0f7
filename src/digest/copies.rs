//! Which articles say the same in the same words, as when several papers print the report of one agency.
//!
//! The wording of an article is the set of its word quadruples; MinHash estimates from a short signature what part of two
//! sets is shared (Broder, "On the resemblance and containment of documents", 1997). Only articles that agree on a band
//! of the signature are compared, so no article is held against all others; those that agree are brought together by
//! sorting on disk, so that memory holds four bytes an article.

use std::io;

use super::shelf::Shelf;
use super::sorter::Sorter;
use super::{hash, mixed};
use crate::document::{ParagraphKind, Translation};
use crate::segment::words;

/// Words that are one shingle.
const SHINGLE: usize = 4;

/// Numbers in a signature. The estimate of what is shared is off by 0.06 on average.
const LENGTH: usize = 64;

/// Numbers that have to agree for two articles to be compared. Two that share a third are with a chance of 98 %.
const BAND: usize = 2;

/// An article is a copy if this part of the shorter one's wording is in the longer one's. Papers cut from the end, and
/// change a word here and there.
const CONTAINED: f64 = 0.6;

/// … and they have at least this part of their common wording together. Below it the estimate is too rough, and a long
/// article that quotes a short one whole is more than a copy.
const SHARED: f64 = 0.25;

/// Fewest shingles of a text whose wording says anything: below it, what a paper prints under each of its reports is most of it.
const FEWEST: u32 = 30;

/// Stories of one bucket that an article is compared with.
const COMPARED: usize = 16;

/// The wording of an article in short.
#[derive(Clone, Debug)]
pub(super) struct Signature {
    /// The smallest hash of any shingle under each of [`LENGTH`] hash functions.
    smallest: [u32; LENGTH],
    /// Number of different shingles.
    shingles: u32,
}

impl Signature {
    /// The signature of the German text, titles and subheads aside, which each paper writes for itself.
    pub(super) fn of(translation: &Translation) -> Self {
        let text = translation.article().paragraphs().iter();
        let text =
            text.filter(|paragraph| !matches!(paragraph.kind(), ParagraphKind::Heading | ParagraphKind::Verbatim));
        let words: Vec<u64> = text
            .flat_map(|paragraph| words::words(paragraph.text()))
            .map(|word| {
                hash(word.chars().flat_map(char::to_lowercase).flat_map(|letter| (letter as u32).to_le_bytes()))
            })
            .collect();
        let mut shingles: Vec<u64> =
            words.windows(SHINGLE).map(|words| words.iter().fold(0, |hash, word| mixed(hash ^ word))).collect();
        shingles.sort_unstable();
        shingles.dedup();
        let mut smallest = [u32::MAX; LENGTH];
        for shingle in &shingles {
            for (function, smallest) in (1_u64..).zip(&mut smallest) {
                let hash = mixed(shingle ^ function.wrapping_mul(0x9e37_79b9_7f4a_7c15));
                *smallest = (*smallest).min((hash >> 32) as u32);
            }
        }
        Self { smallest, shingles: shingles.len().try_into().unwrap_or(u32::MAX) }
    }

    /// Bytes that a signature is on disk.
    pub(super) const BYTES: usize = (1 + LENGTH) * 4;

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        [self.shingles].iter().chain(&self.smallest).flat_map(|number| number.to_le_bytes()).collect()
    }

    pub(super) fn of_bytes(bytes: &[u8]) -> Self {
        let mut numbers = bytes.as_chunks::<4>().0.iter().map(|bytes| u32::from_le_bytes(*bytes));
        let shingles = numbers.next().unwrap_or_default();
        Self { smallest: std::array::from_fn(|_| numbers.next().unwrap_or_default()), shingles }
    }

    pub(super) fn shingles(&self) -> u32 {
        self.shingles
    }

    /// What articles have in common that may be copies of each other: a number for each band. None where there is too little
    /// text.
    pub(super) fn bands(&self) -> impl Iterator<Item = u64> {
        let bands = self.smallest.as_chunks::<BAND>().0.iter().zip(1..);
        let bands =
            bands.map(|([one, other], band)| mixed(mixed(band) ^ ((u64::from(*one) << 32) | u64::from(*other))));
        bands.filter(|_| self.shingles >= FEWEST)
    }

    fn is_copy_of(&self, other: &Self) -> bool {
        let agreeing = self.smallest.iter().zip(&other.smallest).filter(|(one, other)| one == other).count();
        let shared = agreeing as f64 / LENGTH as f64;
        let (one, other) = (f64::from(self.shingles), f64::from(other.shingles));
        // From the size of the intersection over that of the union to that over the smaller set.
        let contained = shared * (one + other) / (1.0 + shared) / one.min(other);
        shared >= SHARED && contained >= CONTAINED
    }
}

/// The first article of the story of each article of `shelf`. `bands` are the bands of all of them, each above the number of its
/// article; `pairs` has nothing to sort yet.
pub(super) fn first_of(shelf: &mut Shelf, bands: Sorter, mut pairs: Sorter) -> io::Result<Vec<u32>> {
    // The articles that agree on a band, as far as they are compared: pairs of an article and an earlier one.
    let (mut bucket, mut members) = (0, Vec::new());
    for key in bands.sorted()? {
        let key = key?;
        let (band, number) = (key >> 32, key as u32);
        if band != bucket {
            bucket = band;
            members.clear();
        }
        for &earlier in &members {
            pairs.push((u128::from(number) << 32) | u128::from(earlier))?;
        }
        if members.len() < COMPARED {
            members.push(number);
        }
    }
    // Each article joins the first story that it is a copy of. Copies of copies start no chain: a story is what resembles
    // its first article.
    let mut first_of: Vec<u32> = (0..shelf.len() as u32).collect();
    let mut candidates: Vec<u32> = Vec::new();
    let mut pairs = pairs.sorted()?.peekable();
    while let Some(pair) = pairs.next() {
        let pair = pair?;
        let number = (pair >> 32) as u32;
        candidates.push(first_of[pair as u32 as usize]);
        if matches!(pairs.peek(), Some(Ok(next)) if (next >> 32) as u32 == number) {
            continue;
        }
        candidates.sort_unstable();
        candidates.dedup();
        let signature = shelf.signature(number)?;
        for first in candidates.drain(..) {
            if signature.is_copy_of(&shelf.signature(first)?) {
                first_of[number as usize] = first;
                break;
            }
        }
    }
    Ok(first_of)
}
