//! Lengths of rows → which rows are searched together.

/// Rows that are searched together.
///
/// Never empty. The padded size (rows times the longest) is within the budget, or there is one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Batch {
    rows: Vec<usize>,
}

impl Batch {
    /// Indices of the rows, longest first.
    pub(super) fn rows(&self) -> &[usize] {
        &self.rows
    }
}

/// Puts rows of these lengths into batches of at most `budget` tokens, padding included.
///
/// Longest first, for two reasons: rows of one batch are nearly equally long, so there is little padding; and the slowest batch does not
/// start last, when the other workers have nothing left to do. Rows of equal length keep their order.
pub(super) fn plan(lengths: &[usize], budget: usize) -> Vec<Batch> {
    let mut longest_first: Vec<usize> = (0..lengths.len()).collect();
    longest_first.sort_by_key(|row| std::cmp::Reverse(lengths[*row]));
    let mut batches = Vec::new();
    let mut unplanned_rows = longest_first.as_slice();
    while let Some(longest_row) = unplanned_rows.first() {
        let row_count = (budget / lengths[*longest_row].max(1)).clamp(1, unplanned_rows.len());
        let (rows, later_rows) = unplanned_rows.split_at(row_count);
        batches.push(Batch { rows: rows.to_vec() });
        unplanned_rows = later_rows;
    }
    batches
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn longest_come_first_and_equals_keep_their_order() {
        let rows: Vec<_> = plan(&[2, 5, 2, 9], 10).into_iter().map(|batch| batch.rows).collect();
        assert_eq!(rows, [vec![3], vec![1, 0], vec![2]]);
    }

    #[test]
    fn a_row_over_the_budget_is_alone() {
        let rows: Vec<_> = plan(&[3, 100, 3], 8).into_iter().map(|batch| batch.rows).collect();
        assert_eq!(rows, [vec![1], vec![0, 2]]);
    }

    #[test]
    fn nothing_makes_no_batch() {
        assert!(plan(&[], 10).is_empty());
    }

    proptest! {
        #[test]
        fn every_row_is_in_one_batch_within_the_budget(lengths in prop::collection::vec(0_usize..200, 0..100), budget in 0_usize..500) {
            let batches = plan(&lengths, budget);
            let mut seen: Vec<usize> = batches.iter().flat_map(|batch| batch.rows.clone()).collect();
            seen.sort_unstable();
            prop_assert_eq!(seen, (0..lengths.len()).collect::<Vec<_>>());
            for batch in &batches {
                let longest = batch.rows.iter().map(|row| lengths[*row]).max().unwrap_or_default();
                prop_assert!(batch.rows.len() == 1 || longest.max(1) * batch.rows.len() <= budget);
            }
        }
    }
}
