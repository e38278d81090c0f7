//! The largest logits of each row, by candle's operations: little more than these leaves the device.

use candle_core::{D, DType, Device, Result, Tensor};

use crate::neural::seq2seq::Best;

/// Logits in a group. The largest `n` of a row lie in the `n` groups with the largest maxima, so only these groups have to be
/// sorted.
pub(in crate::neural) const GROUP: usize = 64;

/// The most logits that every device can sort at once: their indices must fit into the shared memory of a block of threads.
const MAX_SORTED: usize = 8192;

/// The largest `count` that [`top`] takes.
pub(super) const MAX_COUNT: usize = MAX_SORTED / GROUP;

/// The `count` largest of each row of `logits` `[rows, width]`, and the normaliser, in 32 bits. The logits `without[row]` are
/// set to negative infinity first.
///
/// `count` is from 1 to [`MAX_COUNT`]. Rows are at least `count` wide. Rows that are too wide to be sorted must consist of
/// whole groups. Ties go to the lower index, except that the device decides which of several equals is the last of `count`.
pub(super) fn top(logits: &Tensor, count: usize, without: &[Vec<u32>]) -> Result<Vec<Best>> {
    let width = logits.dim(1)?;
    mask_logits(logits, without)?;
    let is_grouped = width > GROUP * count && width.is_multiple_of(GROUP);
    let (top_logits, token_ids) = if is_grouped {
        largest_of_groups(logits, count)?
    } else {
        let (top_logits, order) = largest(logits, count)?;
        (top_logits, order.to_dtype(DType::F32)?)
    };
    let top_logits = top_logits.to_dtype(DType::F32)?;
    let largest_logit = top_logits.narrow(1, 0, 1)?;
    let exponential_sum = logits.to_dtype(DType::F32)?.broadcast_sub(&largest_logit)?.exp()?.sum_keepdim(D::Minus1)?;
    let log_normalizer = (exponential_sum.log()? + largest_logit)?;
    // One transfer from the device for everything. Token ids below 2^24 are exact in 32 bits.
    let transferred = Tensor::cat(&[&log_normalizer, &top_logits, &token_ids], 1)?.flatten_all()?.to_vec1::<f32>()?;
    let best_of_rows = transferred.chunks_exact(1 + 2 * count).map(|row| {
        let (top_logits, token_ids) = row[1..].split_at(count);
        let finite_logits = top_logits.iter().zip(token_ids).filter(|(logit, _)| logit.is_finite());
        let mut top: Vec<(u32, f32)> = finite_logits.map(|(logit, token_id)| (*token_id as u32, *logit)).collect();
        top.sort_by(|left, right| right.1.total_cmp(&left.1).then(left.0.cmp(&right.0)));
        Best { top, log_normalizer: row[0] }
    });
    Ok(best_of_rows.collect())
}

/// Sets the logits `without[row]` to negative infinity, in place.
fn mask_logits(logits: &Tensor, without: &[Vec<u32>]) -> Result<()> {
    let width = logits.dim(1)?;
    let mut flat_indices = Vec::new();
    for (row_start, token_ids) in (0_u32..).step_by(width).zip(without) {
        let ids_in_row = token_ids.iter().filter(|token_id| (**token_id as usize) < width);
        flat_indices.extend(ids_in_row.map(|token_id| row_start + token_id));
    }
    if flat_indices.is_empty() {
        return Ok(());
    }
    let infinities = Tensor::full(f32::NEG_INFINITY, flat_indices.len(), &Device::Cpu)?
        .to_dtype(logits.dtype())?
        .to_device(logits.device())?;
    logits.flatten_all()?.scatter_set(&Tensor::new(flat_indices, logits.device())?, &infinities, 0)
}

/// The `count` largest of each row of `logits` and their indices, `[rows, count]` each, largest first.
fn largest(logits: &Tensor, count: usize) -> Result<(Tensor, Tensor)> {
    let order = logits.contiguous()?.arg_sort_last_dim(false)?.narrow(1, 0, count)?.contiguous()?;
    Ok((logits.gather(&order, 1)?, order))
}

/// The `count` largest of each row of `logits` and their token ids, of which only the leading groups are sorted. The ids are
/// floats.
fn largest_of_groups(logits: &Tensor, count: usize) -> Result<(Tensor, Tensor)> {
    let (rows, width) = logits.dims2()?;
    let groups = width / GROUP;
    let grouped_logits = logits.reshape((rows, groups, GROUP))?;
    let group_maxima = grouped_logits.max(D::Minus1)?;
    let (_, leading_groups) = largest(&group_maxima, count)?;
    // [rows, count, GROUP]
    let groups_of_candidates = leading_groups.unsqueeze(2)?.broadcast_as((rows, count, GROUP))?.contiguous()?;
    let candidates = grouped_logits.gather(&groups_of_candidates, 1)?.reshape((rows, count * GROUP))?;
    let (top_logits, top_candidates) = largest(&candidates, count)?;
    let offsets_in_group = Tensor::arange(0.0, GROUP as f32, logits.device())?;
    let group_starts = groups_of_candidates.to_dtype(DType::F32)?.affine(GROUP as f64, 0.0)?;
    let token_ids = group_starts.broadcast_add(&offsets_in_group)?.reshape((rows, count * GROUP))?;
    Ok((top_logits, token_ids.gather(&top_candidates, 1)?))
}

#[cfg(test)]
mod tests {
    use candle_core::Device;

    use super::*;

    #[test]
    fn groups_have_the_largest_of_all_and_equals_stand_in_order() {
        let (rows, width) = (3, 40 * GROUP);
        // Many equals, some of them among the largest.
        let number = |index: usize| (index * 7919 % 1009 / 2) as f32 / 16.0;
        let numbers: Vec<f32> = (0..rows * width).map(number).collect();
        let logits = Tensor::from_slice(&numbers, (rows, width), &Device::Cpu).unwrap();
        for count in [1, 2, 9, 39, 40, MAX_COUNT] {
            for (best, row) in top(&logits, count, &[]).unwrap().iter().zip(numbers.chunks(width)) {
                let mut order: Vec<(u32, f32)> = (0..).zip(row.iter().copied()).collect();
                order.sort_by(|left, right| right.1.total_cmp(&left.1));
                order.truncate(count);
                let last = order.last().unwrap().1;
                let above =
                    |top: &[(u32, f32)]| top.iter().filter(|(_, value)| *value > last).copied().collect::<Vec<_>>();
                assert_eq!(above(&best.top), above(&order), "{count}");
                assert_eq!((best.top.len(), best.top.last().unwrap().1), (count, last), "{count}");
                let sum: f64 = row.iter().map(|logit| f64::from(*logit).exp()).sum();
                assert!((f64::from(best.log_normalizer) - sum.ln()).abs() < 1e-4, "{count}");
            }
        }
    }
}
