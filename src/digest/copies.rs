//! Which articles say the same in the same words, as when several papers print the report of one agency.
//!
//! The wording of an article is the set of its word quadruples; MinHash estimates from a short signature what part of two
//! sets is shared (Broder, "On the resemblance and containment of documents", 1997). Only articles that agree on a band
//! of the signature are compared, so no article is held against all others.

use std::collections::BTreeMap;

use super::{Group, hash, mixed};
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

    fn is_copy_of(&self, other: &Self) -> bool {
        let agreeing = self.smallest.iter().zip(&other.smallest).filter(|(one, other)| one == other).count();
        let shared = agreeing as f64 / LENGTH as f64;
        let (one, other) = (f64::from(self.shingles), f64::from(other.shingles));
        // From the size of the intersection over that of the union to that over the smaller set.
        let contained = shared * (one + other) / (1.0 + shared) / one.min(other);
        shared >= SHARED && contained >= CONTAINED
    }
}

/// The articles as stories, in the order of the first of each.
pub(super) fn folded(signatures: &[&Signature]) -> Vec<Group> {
    // The earlier articles that each is compared with.
    let mut candidates: Vec<Vec<usize>> = vec![Vec::new(); signatures.len()];
    for band in 0..LENGTH / BAND {
        let mut buckets: BTreeMap<&[u32], Vec<usize>> = BTreeMap::new();
        for (index, signature) in signatures.iter().enumerate().filter(|(_, signature)| signature.shingles >= FEWEST) {
            let bucket = buckets.entry(&signature.smallest[band * BAND..][..BAND]).or_default();
            candidates[index].extend(bucket.iter());
            if bucket.len() < COMPARED {
                bucket.push(index);
            }
        }
    }
    // Each article joins the first story that it is a copy of. Copies of copies start no chain: a story is what resembles
    // its first article.
    let mut first_of: Vec<usize> = (0..signatures.len()).collect();
    let mut stories: Vec<Vec<usize>> = vec![Vec::new(); signatures.len()];
    for index in 0..signatures.len() {
        let mut earlier: Vec<usize> = candidates[index].iter().map(|&candidate| first_of[candidate]).collect();
        earlier.sort_unstable();
        earlier.dedup();
        let story = earlier.into_iter().find(|&first| signatures[index].is_copy_of(signatures[first]));
        first_of[index] = story.unwrap_or(index);
        stories[first_of[index]].push(index);
    }
    let group = |mut members: Vec<usize>| {
        let fullest =
            members.iter().copied().min_by_key(|&index| (std::cmp::Reverse(signatures[index].shingles), index))?;
        members.retain(|&index| index != fullest);
        Some(Group { article: fullest, copies: members })
    };
    stories.into_iter().filter_map(group).collect()
}
