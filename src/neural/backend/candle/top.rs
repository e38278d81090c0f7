//! The largest logits of each row, by candle's operations: little more than these leaves the device.

use candle_core::{D, DType, Device, Result, Tensor};

use crate::neural::seq2seq::Best;

/// Logits in a group. The largest `n` of a row lie in the `n` groups with the largest maxima, so only these groups have to be
/// sorted.
pub(in crate::neural) const GROUP: usize = 64;

/// The most numbers that every device can sort at once: their indices must fit into the shared memory of a block of threads.
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
    leave_out(logits, without)?;
    let grouped = width > GROUP * count && width.is_multiple_of(GROUP);
    let (values, ids) = if grouped {
        largest_of_groups(logits, count)?
    } else {
        let (values, order) = largest(logits, count)?;
        (values, order.to_dtype(DType::F32)?)
    };
    let values = values.to_dtype(DType::F32)?;
    let first = values.narrow(1, 0, 1)?;
    let sum = logits.to_dtype(DType::F32)?.broadcast_sub(&first)?.exp()?.sum_keepdim(D::Minus1)?;
    let normalizer = (sum.log()? + first)?;
    // One transfer for everything. Indices below 2^24 are exact in 32 bits.
    let numbers = Tensor::cat(&[&normalizer, &values, &ids], 1)?.flatten_all()?.to_vec1::<f32>()?;
    let best = numbers.chunks_exact(1 + 2 * count).map(|row| {
        let (values, ids) = row[1..].split_at(count);
        let finite = values.iter().zip(ids).filter(|(value, _)| value.is_finite());
        let mut top: Vec<(u32, f32)> = finite.map(|(value, id)| (*id as u32, *value)).collect();
        top.sort_by(|left, right| right.1.total_cmp(&left.1).then(left.0.cmp(&right.0)));
        Best { top, normalizer: row[0] }
    });
    Ok(best.collect())
}

/// Sets the logits `without[row]` to negative infinity, in place.
fn leave_out(logits: &Tensor, without: &[Vec<u32>]) -> Result<()> {
    let width = logits.dim(1)?;
    let mut places = Vec::new();
    for (first, ids) in (0_u32..).step_by(width).zip(without) {
        places.extend(ids.iter().filter(|id| (**id as usize) < width).map(|id| first + id));
    }
    if places.is_empty() {
        return Ok(());
    }
    let infinities = Tensor::full(f32::NEG_INFINITY, places.len(), &Device::Cpu)?
        .to_dtype(logits.dtype())?
        .to_device(logits.device())?;
    logits.flatten_all()?.scatter_set(&Tensor::new(places, logits.device())?, &infinities, 0)
}

/// Values and indices of the `count` largest, `[rows, count]` each, largest first.
fn largest(x: &Tensor, count: usize) -> Result<(Tensor, Tensor)> {
    let order = x.contiguous()?.arg_sort_last_dim(false)?.narrow(1, 0, count)?.contiguous()?;
    Ok((x.gather(&order, 1)?, order))
}

/// The same, by groups. The indices are floats.
fn largest_of_groups(logits: &Tensor, count: usize) -> Result<(Tensor, Tensor)> {
    let (rows, width) = logits.dims2()?;
    let groups = width / GROUP;
    let x = logits.reshape((rows, groups, GROUP))?;
    let (_, leading) = largest(&x.max(D::Minus1)?, count)?;
    // [rows, count, GROUP]
    let groups_of_candidates = leading.unsqueeze(2)?.broadcast_as((rows, count, GROUP))?.contiguous()?;
    let candidates = x.gather(&groups_of_candidates, 1)?.reshape((rows, count * GROUP))?;
    let (values, places) = largest(&candidates, count)?;
    let within = Tensor::arange(0.0, GROUP as f32, logits.device())?;
    let ids = groups_of_candidates.to_dtype(DType::F32)?.affine(GROUP as f64, 0.0)?.broadcast_add(&within)?;
    let ids = ids.reshape((rows, count * GROUP))?;
    Ok((values, ids.gather(&places, 1)?))
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
                assert!((f64::from(best.normalizer) - sum.ln()).abs() < 1e-4, "{count}");
            }
        }
    }
}
