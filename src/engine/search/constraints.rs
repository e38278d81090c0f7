//! What a search may not write next: the logits processors of transformers, in their order.

use crate::engine::SearchOptions;
use crate::neural::log_sum_exp;

/// Changes the `scores` (logits or log-probabilities) of the token after `written`, which begins with the start mark:
/// what may not come becomes negative infinity.
pub(super) fn constrain(scores: &mut [f32], written: &[u32], options: &SearchOptions) {
    let ban = |scores: &mut [f32], id: u32| {
        if let Some(score) = scores.get_mut(id as usize) {
            *score = f32::NEG_INFINITY;
        }
    };
    penalize_repetition(scores, written, options.repetition_penalty);
    for id in repeating(written, options.no_repeat_ngram) {
        ban(scores, id);
    }
    for words in &options.banned {
        if let Some((last, before)) = words.split_last()
            && written.ends_with(before)
        {
            ban(scores, *last);
        }
    }
    if written.len() < options.min_length {
        options.ends.iter().for_each(|end| ban(scores, *end));
    }
    if let Some(first) = options.forced_first.filter(|_| written.len() == 1) {
        force(scores, first);
    }
    if let Some(last) = options.forced_last.filter(|_| written.len() + 1 >= options.max_length) {
        force(scores, last);
    }
    if options.renormalize {
        let normalizer = log_sum_exp(scores);
        scores.iter_mut().for_each(|score| *score -= normalizer);
    }
}

/// Of Keskar et al., "CTRL" (2019), section 4.1.
fn penalize_repetition(scores: &mut [f32], written: &[u32], penalty: f32) {
    if penalty == 1.0 {
        return;
    }
    let mut seen = written.to_vec();
    seen.sort_unstable();
    seen.dedup();
    for id in seen {
        if let Some(score) = scores.get_mut(id as usize) {
            *score = if *score < 0.0 { *score * penalty } else { *score / penalty };
        }
    }
}

/// The tokens that would complete an n-gram of `size` that is in `written` already.
fn repeating(written: &[u32], size: usize) -> impl Iterator<Item = u32> {
    let prefix = written.get((written.len() + 1).saturating_sub(size)..).unwrap_or_default();
    let windows = if size == 0 || written.len() < size { &[][..] } else { written };
    windows
        .windows(size.max(1))
        .filter(move |window| window.starts_with(prefix))
        .filter_map(|window| window.last().copied())
}

fn force(scores: &mut [f32], id: u32) {
    scores.fill(f32::NEG_INFINITY);
    if let Some(score) = scores.get_mut(id as usize) {
        *score = 0.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn banned(written: &[u32], options: &SearchOptions) -> Vec<usize> {
        let mut scores = vec![0.5; 6];
        constrain(&mut scores, written, options);
        (0..6).filter(|id| scores[*id] == f32::NEG_INFINITY).collect()
    }

    #[test]
    fn each_rule_bans_what_it_should() {
        let none = SearchOptions { ends: vec![0], max_length: 10, ..SearchOptions::default() };
        let with = |change: &dyn Fn(&mut SearchOptions)| {
            let mut options = none.clone();
            change(&mut options);
            options
        };
        let cases: [(&str, SearchOptions, &[u32], &[usize]); 9] = [
            ("no rule", none.clone(), &[5, 1, 2], &[]),
            ("a word", with(&|options| options.banned = vec![vec![3]]), &[5, 1], &[3]),
            ("two words, begun", with(&|options| options.banned = vec![vec![1, 3]]), &[5, 1], &[3]),
            ("two words, not begun", with(&|options| options.banned = vec![vec![2, 3]]), &[5, 1], &[]),
            ("a bigram twice", with(&|options| options.no_repeat_ngram = 2), &[5, 1, 2, 1], &[2]),
            ("too short for a bigram", with(&|options| options.no_repeat_ngram = 2), &[5], &[]),
            ("too early to end", with(&|options| options.min_length = 4), &[5, 1, 2], &[0]),
            ("the first token", with(&|options| options.forced_first = Some(4)), &[5], &[0, 1, 2, 3, 5]),
            (
                "the last token",
                with(&|options| options.forced_last = Some(0)),
                &[5, 1, 1, 1, 1, 1, 1, 1, 1],
                &[1, 2, 3, 4, 5],
            ),
        ];
        for (what, options, written, expected) in cases {
            assert_eq!(banned(written, &options), expected, "{what}");
        }
    }

    #[test]
    fn a_token_past_the_vocabulary_is_not_a_panic() {
        let options = SearchOptions { banned: vec![vec![99]], forced_first: Some(77), ..SearchOptions::default() };
        assert_eq!(banned(&[5], &options).len(), 6);
    }
}
