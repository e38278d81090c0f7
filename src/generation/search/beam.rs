//! Beam search: at each step, the best continuations of the best hypotheses.

use super::hypothesis_tokens::HypothesisTokens;
use super::next::{NextOptions, next_tokens};
use super::target::Target;
use crate::generation::search_options::{EarlyStopping, SearchOptions};
use crate::neural::{Error, Seq2Seq};

/// A hypothesis of a beam search that can go on.
#[derive(Clone)]
struct Hypothesis {
    /// The token ids written so far; the first is the start mark.
    written_tokens: Vec<u32>,
    log_probability: f32,
}

/// A hypothesis with one more token, which the beam search may keep.
#[derive(Clone, Copy)]
struct Candidate {
    beam: usize,
    token_id: u32,
    log_probability: f32,
}

/// The beam search for the target of one source.
struct SourceSearch {
    /// Index of the source in its batch.
    source_index: usize,
    running_hypotheses: Vec<Hypothesis>,
    /// Finished hypotheses, best first, at most one for each beam.
    finished_hypotheses: Vec<Target>,
}

pub(super) fn search(model: &dyn Seq2Seq, sources: &[&[u32]], options: &SearchOptions) -> Result<Vec<Target>, Error> {
    let mut decoding = model.encode(sources)?;
    let begin_search = |source_index| {
        let start_hypothesis = Hypothesis { written_tokens: vec![options.start_token], log_probability: 0.0 };
        SourceSearch { source_index, running_hypotheses: vec![start_hypothesis], finished_hypotheses: Vec::new() }
    };
    let mut searches: Vec<SourceSearch> = (0..sources.len()).map(begin_search).collect();
    let mut best_targets: Vec<Option<Target>> = vec![None; sources.len()];
    // Each end mark may take one candidate of each beam; the rest still fill the beams.
    let candidate_count = (1 + options.end_tokens.len()).max(2) * options.beams;
    let next_options = NextOptions { count: candidate_count, rescore_logits: false, search_options: options };
    while !searches.is_empty() {
        let hypotheses = searches.iter().flat_map(|search| &search.running_hypotheses);
        let tokens_of_hypotheses = searches.iter().flat_map(|search| {
            let source = sources[search.source_index];
            search
                .running_hypotheses
                .iter()
                .map(move |hypothesis| HypothesisTokens::new(model, source, &hypothesis.written_tokens))
        });
        let next_of_hypotheses = next_tokens(&mut *decoding, &tokens_of_hypotheses.collect::<Vec<_>>(), &next_options)?;
        // For each running hypothesis, in order.
        let continuations: Vec<Vec<(u32, f32)>> = hypotheses
            .zip(next_of_hypotheses)
            .map(|(hypothesis, next_tokens)| {
                next_tokens
                    .into_iter()
                    .map(|(token_id, log_probability)| (token_id, log_probability + hypothesis.log_probability))
                    .collect()
            })
            .collect();

        let mut continuations_left = continuations.into_iter();
        let (mut parent_hypotheses, mut first_hypothesis) = (Vec::new(), 0);
        let mut unfinished_searches = Vec::with_capacity(searches.len());
        for mut search in searches {
            let beam_count = search.running_hypotheses.len();
            let candidates = merge_beams(continuations_left.by_ref().take(beam_count), candidate_count);
            let parent_beams = search.advance(&candidates, options);
            if search.is_done(options) {
                best_targets[search.source_index] = search.finished_hypotheses.into_iter().next();
            } else {
                parent_hypotheses.extend(parent_beams.into_iter().map(|beam| first_hypothesis + beam));
                unfinished_searches.push(search);
            }
            first_hypothesis += beam_count;
        }
        searches = unfinished_searches;
        decoding.select(&parent_hypotheses)?;
    }
    Ok(best_targets.into_iter().map(Option::unwrap_or_default).collect())
}

impl SourceSearch {
    /// Takes the best of `candidates`, which are sorted, best first. Returns the beam that each running hypothesis came from.
    fn advance(&mut self, candidates: &[Candidate], options: &SearchOptions) -> Vec<usize> {
        let beam_width = options.beams;
        let written_length = self.running_hypotheses.first().map_or(1, |running| running.written_tokens.len()) + 1;
        let is_at_limit = written_length >= options.max_length;
        let (mut running_hypotheses, mut parent_beams) =
            (Vec::with_capacity(beam_width), Vec::with_capacity(beam_width));
        for (rank, candidate) in candidates.iter().enumerate() {
            let ends_target = is_at_limit || options.end_tokens.contains(&candidate.token_id);
            let extend_hypothesis = || {
                let mut written_tokens = self.running_hypotheses[candidate.beam].written_tokens.clone();
                written_tokens.push(candidate.token_id);
                written_tokens
            };
            let log_probability = candidate.log_probability;
            if !ends_target {
                if running_hypotheses.len() < beam_width {
                    running_hypotheses.push(Hypothesis { written_tokens: extend_hypothesis(), log_probability });
                    parent_beams.push(candidate.beam);
                }
            } else if rank < beam_width {
                let score = log_probability / length_divisor(written_length - 1, options.length_penalty);
                let token_ids = extend_hypothesis().split_off(1);
                let rank_among_finished = self.finished_hypotheses.partition_point(|known| known.score >= score);
                let finished_hypothesis = Target { token_ids, log_probability, score, cut: is_at_limit };
                self.finished_hypotheses.insert(rank_among_finished, finished_hypothesis);
            }
        }
        self.finished_hypotheses.truncate(beam_width);
        self.running_hypotheses = running_hypotheses;
        parent_beams
    }

    /// True if no running hypothesis can change which target is found.
    fn is_done(&self, options: &SearchOptions) -> bool {
        let Some(best_running) = self.running_hypotheses.first() else { return true };
        let are_beams_finished = self.finished_hypotheses.len() >= options.beams;
        let (true, Some(worst_finished)) = (are_beams_finished, self.finished_hypotheses.last()) else { return false };
        let target_length = match options.early_stopping {
            EarlyStopping::Yes => return true,
            EarlyStopping::Never if options.length_penalty > 0.0 => options.max_length - 1,
            EarlyStopping::No | EarlyStopping::Never => best_running.written_tokens.len() - 1,
        };
        best_running.log_probability / length_divisor(target_length, options.length_penalty) <= worst_finished.score
    }
}

/// What the log-probability of a target of `target_length` tokens is divided by: that length to the power of `length_penalty`.
fn length_divisor(target_length: usize, length_penalty: f32) -> f32 {
    f64::from(u32::try_from(target_length).unwrap_or(u32::MAX)).powf(f64::from(length_penalty)) as f32
}

/// The best `candidate_count` continuations of all beams, best first; ties go to the better beam.
fn merge_beams(beams: impl Iterator<Item = Vec<(u32, f32)>>, candidate_count: usize) -> Vec<Candidate> {
    let mut candidates: Vec<Candidate> = beams
        .enumerate()
        .flat_map(|(beam, continuations)| {
            continuations.into_iter().map(move |(token_id, log_probability)| Candidate {
                beam,
                token_id,
                log_probability,
            })
        })
        .collect();
    // The sort is stable, so ties keep the order of beams and tokens.
    candidates.sort_by(|left, right| right.log_probability.total_cmp(&left.log_probability));
    candidates.truncate(candidate_count);
    candidates
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merging_keeps_the_better_beam_first() {
        let merged = merge_beams([vec![(4, -1.0), (2, -3.0)], vec![(7, -1.0), (9, -2.0)]].into_iter(), 3);
        let order: Vec<_> = merged.iter().map(|candidate| (candidate.beam, candidate.token_id)).collect();
        assert_eq!(order, [(0, 4), (1, 7), (1, 9)]);
    }
}
