//! From a batch of sources to the best targets, with the semantics of Hugging Face transformers' `generate`.
//!
//! Knows no family: it drives a [`Seq2Seq`]. Rows do not influence each other, and a finished row leaves the batch. Ties go
//! to the lower token, then to the better beam.

mod beam;
mod constraints;
mod greedy;
mod hypothesis_tokens;
mod next;
mod target;

use std::sync::atomic::{AtomicUsize, Ordering};

use super::search_options::SearchOptions;
use crate::neural::{Error, Seq2Seq};

pub use self::target::Target;

/// The best target of each of `sources`, in their order.
///
/// # Errors
/// [`Error::Compute`] if the device fails.
pub fn search(model: &dyn Seq2Seq, sources: &[&[u32]], options: &SearchOptions) -> Result<Vec<Target>, Error> {
    if sources.is_empty() {
        return Ok(Vec::new());
    }
    if options.beams > 1 { beam::search(model, sources, options) } else { greedy::search(model, sources, options) }
}

/// As [`search`], in parts of at most `fitting_batch_tokens` padded tokens times beams. If the device runs out of memory on a part, that
/// number becomes half of the part, for good. A single source that does not fit is an error.
pub(super) fn search_in_parts(
    model: &dyn Seq2Seq,
    sources: &[&[u32]],
    options: &SearchOptions,
    fitting_batch_tokens: &AtomicUsize,
) -> Result<Vec<Target>, Error> {
    let mut targets = Vec::with_capacity(sources.len());
    while let Some(longest_source) = sources[targets.len()..].iter().map(|source| source.len()).max() {
        let sources_left = &sources[targets.len()..];
        let source_tokens = longest_source.max(1) * options.beams.max(1);
        let part_size = (fitting_batch_tokens.load(Ordering::Relaxed) / source_tokens).clamp(1, sources_left.len());
        match search(model, &sources_left[..part_size], options) {
            Ok(part_targets) => targets.extend(part_targets),
            Err(Error::OutOfMemory(_)) if part_size > 1 => {
                fitting_batch_tokens.fetch_min(part_size * source_tokens / 2, Ordering::Relaxed);
            }
            Err(error) => return Err(error),
        }
    }
    Ok(targets)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hint::Hint;
    use crate::neural::{Checkpoint, Decoding, Matrix, ModelInfo, Placement, WeightFile, WeightFormat, load};

    /// A model on a device that has room for so many rows at once.
    struct Cramped {
        model: Box<dyn Seq2Seq>,
        rows: usize,
        refused: AtomicUsize,
    }

    impl Seq2Seq for Cramped {
        fn encode(&self, sources: &[&[u32]]) -> Result<Box<dyn Decoding + '_>, Error> {
            if sources.len() > self.rows {
                self.refused.fetch_add(1, Ordering::Relaxed);
                let reason = "DriverError(CUDA_ERROR_OUT_OF_MEMORY, \"out of memory\")";
                return Err(candle_core::Error::Cuda(reason.into()).into());
            }
            self.model.encode(sources)
        }

        fn encoder_states(&self, source: &[u32]) -> Result<Matrix, Error> {
            self.model.encoder_states(source)
        }

        fn info(&self) -> &ModelInfo {
            self.model.info()
        }
    }

    fn cramped(rows: usize) -> Cramped {
        let folder = std::path::Path::new("tests/parity/marian/one-layer-decoder");
        let config = std::fs::read_to_string(folder.join("config.json")).unwrap();
        let checkpoint =
            Checkpoint::open(&config, &[WeightFile::Safetensors(folder.join("model.safetensors"))]).unwrap();
        let model = load(&checkpoint, &Placement::in_tensors(WeightFormat::F32)).unwrap();
        Cramped { model, rows, refused: AtomicUsize::new(0) }
    }

    #[test]
    fn a_batch_that_does_not_fit_is_halved_until_it_does_and_the_next_is_begun_smaller() {
        let sources: Vec<Vec<u32>> = (0..11).map(|row| vec![4 + row % 3; 12 - row as usize / 4]).collect();
        let sources: Vec<&[u32]> = sources.iter().map(Vec::as_slice).collect();
        let model = cramped(3);
        for beams in [1, 4] {
            let options = SearchOptions { beams, max_length: 9, end_tokens: vec![0], ..SearchOptions::default() };
            let expected = search(&*model.model, &sources, &options).unwrap();
            let fitting = AtomicUsize::new(usize::MAX);
            for refused in [2, 0] {
                model.refused.store(0, Ordering::Relaxed);
                let found = search_in_parts(&model, &sources, &options, &fitting).unwrap();
                let ids =
                    |targets: &[Target]| targets.iter().map(|target| target.token_ids.clone()).collect::<Vec<_>>();
                assert_eq!(ids(&found), ids(&expected));
                // 11 rows, then 5, then 2; shorter rows never make it more than 3.
                assert_eq!(model.refused.load(Ordering::Relaxed), refused, "{beams} beams");
            }
        }
    }

    #[test]
    fn one_source_that_does_not_fit_is_an_error_with_advice() {
        let error = search_in_parts(&cramped(0), &[&[4, 5]], &SearchOptions::default(), &AtomicUsize::new(usize::MAX))
            .unwrap_err();
        assert!(matches!(error, Error::OutOfMemory(_)), "{error}");
        assert!(error.hint().is_some_and(|hint| hint.contains("--device cpu")));
    }
}
