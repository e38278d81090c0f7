//! Finds articles that say the same in the same words, as when several papers print the report of one agency.
//!
//! Only articles that agree on a band of their signatures are compared, so no article is compared with all others. Bands and
//! pairs are sorted on disk; memory holds four bytes per article.

use std::io;

use super::external_sort::SketchSorter;
use super::sketch_file::SketchFile;

/// Maximum number of articles with the same band that another one is compared with.
const MAX_COMPARED: usize = 16;

/// The first article of the story that each article of `sketches` belongs to. `bands` has every band of every article in
/// the upper half of a number and the article in the lower half; `pairs` is empty.
pub(super) fn story_starts(
    sketches: &mut SketchFile,
    bands: SketchSorter,
    mut pairs: SketchSorter,
) -> io::Result<Vec<u32>> {
    collect_pairs(bands, &mut pairs)?;
    // An article joins the first story whose first article it is a copy of. Copies of copies form no chain.
    let mut story_starts: Vec<u32> = (0..sketches.len() as u32).collect();
    let mut candidate_starts: Vec<u32> = Vec::new();
    let mut sorted_pairs = pairs.sorted()?.peekable();
    while let Some(next_pair) = sorted_pairs.next() {
        let article_pair = next_pair?;
        let article_number = (article_pair >> 32) as u32;
        candidate_starts.push(story_starts[article_pair as u32 as usize]);
        if matches!(sorted_pairs.peek(), Some(Ok(following)) if (following >> 32) as u32 == article_number) {
            continue;
        }
        candidate_starts.sort_unstable();
        candidate_starts.dedup();
        let signature = sketches.signature(article_number)?;
        for story_start in candidate_starts.drain(..) {
            if signature.is_copy_of(&sketches.signature(story_start)?) {
                story_starts[article_number as usize] = story_start;
                break;
            }
        }
    }
    Ok(story_starts)
}

/// Adds a pair of an article (upper half) and an earlier one (lower half) for all that agree on a band.
fn collect_pairs(bands: SketchSorter, pairs: &mut SketchSorter) -> io::Result<()> {
    let (mut current_band, mut articles_with_band) = (0, Vec::new());
    for next_band in bands.sorted()? {
        let band_and_article = next_band?;
        let (band, article_number) = (band_and_article >> 32, band_and_article as u32);
        if band != current_band {
            current_band = band;
            articles_with_band.clear();
        }
        for &earlier_article in &articles_with_band {
            pairs.push((u128::from(article_number) << 32) | u128::from(earlier_article))?;
        }
        if articles_with_band.len() < MAX_COMPARED {
            articles_with_band.push(article_number);
        }
    }
    Ok(())
}
