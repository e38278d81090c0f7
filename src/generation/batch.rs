//! Lengths of source pieces → the batches in which they are searched.

/// Source pieces that are searched together.
///
/// Never empty. The padded size (pieces times the longest) is within the budget, or there is one piece.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Batch {
    piece_indices: Vec<usize>,
}

impl Batch {
    /// Indices of the source pieces in this batch, longest first.
    pub(super) fn piece_indices(&self) -> &[usize] {
        &self.piece_indices
    }
}

/// Puts source pieces of these lengths into batches of at most `token_budget` tokens, padding included.
///
/// Longest first, for two reasons: pieces of one batch are nearly equally long, so there is little padding; and the slowest batch does not
/// start last, when the other workers have nothing left to do. Pieces of equal length keep their order.
pub(super) fn plan(piece_lengths: &[usize], token_budget: usize) -> Vec<Batch> {
    let mut longest_first: Vec<usize> = (0..piece_lengths.len()).collect();
    longest_first.sort_by_key(|piece_index| std::cmp::Reverse(piece_lengths[*piece_index]));
    let mut batches = Vec::new();
    let mut unplanned_pieces = longest_first.as_slice();
    while let Some(longest_piece) = unplanned_pieces.first() {
        let batch_size = (token_budget / piece_lengths[*longest_piece].max(1)).clamp(1, unplanned_pieces.len());
        let (batch_pieces, later_pieces) = unplanned_pieces.split_at(batch_size);
        batches.push(Batch { piece_indices: batch_pieces.to_vec() });
        unplanned_pieces = later_pieces;
    }
    batches
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn longest_come_first_and_equals_keep_their_order() {
        let rows: Vec<_> = plan(&[2, 5, 2, 9], 10).into_iter().map(|batch| batch.piece_indices).collect();
        assert_eq!(rows, [vec![3], vec![1, 0], vec![2]]);
    }

    #[test]
    fn a_row_over_the_budget_is_alone() {
        let rows: Vec<_> = plan(&[3, 100, 3], 8).into_iter().map(|batch| batch.piece_indices).collect();
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
            let mut seen: Vec<usize> = batches.iter().flat_map(|batch| batch.piece_indices.clone()).collect();
            seen.sort_unstable();
            prop_assert_eq!(seen, (0..lengths.len()).collect::<Vec<_>>());
            for batch in &batches {
                let longest = batch.piece_indices.iter().map(|row| lengths[*row]).max().unwrap_or_default();
                prop_assert!(batch.piece_indices.len() == 1 || longest.max(1) * batch.piece_indices.len() <= budget);
            }
        }
    }
}
