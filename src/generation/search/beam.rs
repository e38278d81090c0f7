//! Beam search: at each step, the best continuations of the best hypotheses.

use super::next::{NextOptions, next_tokens};
use super::target::Target;
use crate::generation::search_options::{EarlyStopping, SearchOptions};
use crate::neural::{Error, Seq2Seq};

/// A hypothesis of a beam search that can go on.
#[derive(Clone)]
struct Hypothesis {
    /// Begins with the start mark.
    written: Vec<u32>,
    log_probability: f32,
}

/// A continuation of a beam that is being considered.
#[derive(Clone, Copy)]
struct Candidate {
    beam: usize,
    token_id: u32,
    log_probability: f32,
}

/// The search for the target of one source.
struct SourceSearch {
    /// Index of the source in its batch.
    source: usize,
    running: Vec<Hypothesis>,
    /// Finished hypotheses, best first, at most one for each beam.
    finished: Vec<Target>,
}

pub(super) fn search(model: &dyn Seq2Seq, sources: &[&[u32]], options: &SearchOptions) -> Result<Vec<Target>, Error> {
    let mut decoding = model.encode(sources)?;
    let begin_search = |source| {
        let running = vec![Hypothesis { written: vec![options.start], log_probability: 0.0 }];
        SourceSearch { source, running, finished: Vec::new() }
    };
    let mut searches: Vec<SourceSearch> = (0..sources.len()).map(begin_search).collect();
    let mut targets: Vec<Option<Target>> = vec![None; sources.len()];
    // Each end mark may take one candidate of each beam; the rest still fill the beams.
    let considered = (1 + options.ends.len()).max(2) * options.beams;
    let next_options = NextOptions { count: considered, rescore_logits: false, search: options };
    while !searches.is_empty() {
        let running = searches.iter().flat_map(|search| &search.running);
        let written: Vec<&[u32]> = running.clone().map(|row| row.written.as_slice()).collect();
        let next_of_rows = next_tokens(&mut *decoding, &written, &next_options)?;
        // For each running hypothesis, in order.
        let continuations: Vec<Vec<(u32, f32)>> = running
            .zip(next_of_rows)
            .map(|(row, tokens)| {
                tokens
                    .into_iter()
                    .map(|(token_id, log_probability)| (token_id, log_probability + row.log_probability))
                    .collect()
            })
            .collect();

        let mut continuations_left = continuations.into_iter();
        let (mut parent_rows, mut first_row) = (Vec::new(), 0);
        let mut searches_left = Vec::with_capacity(searches.len());
        for mut search in searches {
            let rows = search.running.len();
            let candidates = merge_beams(continuations_left.by_ref().take(rows), considered);
            let beams = search.advance(&candidates, options);
            if search.is_done(options) {
                targets[search.source] = search.finished.into_iter().next();
            } else {
                parent_rows.extend(beams.into_iter().map(|beam| first_row + beam));
                searches_left.push(search);
            }
            first_row += rows;
        }
        searches = searches_left;
        decoding.select(&parent_rows)?;
    }
    Ok(targets.into_iter().map(Option::unwrap_or_default).collect())
}

impl SourceSearch {
    /// Takes the best of `candidates`, which are sorted, best first. Returns the beam that each running hypothesis came from.
    fn advance(&mut self, candidates: &[Candidate], options: &SearchOptions) -> Vec<usize> {
        let length = self.running.first().map_or(1, |row| row.written.len()) + 1;
        let is_at_limit = length >= options.max_length;
        let (mut running, mut parents) = (Vec::with_capacity(options.beams), Vec::with_capacity(options.beams));
        for (rank, candidate) in candidates.iter().enumerate() {
            let ends = is_at_limit || options.ends.contains(&candidate.token_id);
            let written = || {
                let mut written = self.running[candidate.beam].written.clone();
                written.push(candidate.token_id);
                written
            };
            if !ends {
                if running.len() < options.beams {
                    running.push(Hypothesis { written: written(), log_probability: candidate.log_probability });
                    parents.push(candidate.beam);
                }
            } else if rank < options.beams {
                let score = candidate.log_probability / length_divisor(length - 1, options.length_penalty);
                let ids = written().split_off(1);
                let log_probability = candidate.log_probability;
                let rank_among_finished = self.finished.partition_point(|known| known.score >= score);
                self.finished.insert(rank_among_finished, Target { ids, log_probability, score, cut: is_at_limit });
            }
        }
        self.finished.truncate(options.beams);
        self.running = running;
        parents
    }

    /// True if no running hypothesis can change the result.
    fn is_done(&self, options: &SearchOptions) -> bool {
        let Some(best) = self.running.first() else { return true };
        let (true, Some(worst)) = (self.finished.len() >= options.beams, self.finished.last()) else { return false };
        let written = best.written.len() - 1;
        let length = match options.early_stopping {
            EarlyStopping::Yes => return true,
            EarlyStopping::Never if options.length_penalty > 0.0 => options.max_length - 1,
            EarlyStopping::No | EarlyStopping::Never => written,
        };
        best.log_probability / length_divisor(length, options.length_penalty) <= worst.score
    }
}

/// What the log-probability of a target of `length` tokens is divided by: `length` to the power of `penalty`.
fn length_divisor(length: usize, penalty: f32) -> f32 {
    f64::from(u32::try_from(length).unwrap_or(u32::MAX)).powf(f64::from(penalty)) as f32
}

/// The `count` best continuations of all beams, best first; ties go to the better beam.
fn merge_beams(beams: impl Iterator<Item = Vec<(u32, f32)>>, count: usize) -> Vec<Candidate> {
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
    candidates.truncate(count);
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
