//! Byte ranges of a text that may overlap → the first of those that do.

use std::ops::Range;

/// Keeps those of `items` whose byte range in a text begins after the ranges that were kept before it. Of items that overlap the first
/// stays, so `items` are to be in the order of their ranges.
pub fn keep_first_of_overlapping<Item>(items: &mut Vec<Item>, range_of: impl Fn(&Item) -> &Range<usize>) {
    let mut previous_end = 0;
    items.retain(|item| {
        let item_range = range_of(item);
        let is_disjoint = item_range.start >= previous_end;
        if is_disjoint {
            previous_end = item_range.end;
        }
        is_disjoint
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_ranges_that_overlap_the_first_is_kept() {
        let mut ranges = vec![0..4, 2..6, 4..5, 4..9, 9..9, 8..10, 12..13];
        keep_first_of_overlapping(&mut ranges, |range| range);
        assert_eq!(ranges, [0..4, 4..5, 9..9, 12..13]);
    }
}
