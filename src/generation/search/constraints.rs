//! The rules for what a search may write next: the logits processors of transformers.

use crate::generation::search_options::SearchOptions;
use crate::neural::log_sum_exp;

/// The token that must come after `written` tokens, which include the start mark; `None` if the search is free.
pub(super) fn forced_token(written: usize, options: &SearchOptions) -> Option<u32> {
    let forced_last = options.forced_last.filter(|_| written + 1 >= options.max_length);
    forced_last.or(options.forced_first.filter(|_| written == 1))
}

/// The tokens that may not come after `written`, which begins with the start mark: sorted, each once.
pub(super) fn banned_tokens(written: &[u32], options: &SearchOptions) -> Vec<u32> {
    let banned_words = options
        .banned
        .iter()
        .filter_map(|word| word.split_last())
        .filter(|(_, before)| written.ends_with(before))
        .map(|(last_token, _)| *last_token);
    let early_ends = if written.len() < options.min_length { options.ends.as_slice() } else { &[] };
    let mut banned: Vec<u32> = repeating_tokens(written, options.no_repeat_ngram)
        .chain(banned_words)
        .chain(early_ends.iter().copied())
        .collect();
    banned.sort_unstable();
    banned.dedup();
    banned
}

/// True if a rule changes scores of tokens, rather than just banning tokens. [`rescore`] then needs the scores of all tokens.
pub(super) fn rules_change_scores(options: &SearchOptions) -> bool {
    options.repetition_penalty != 1.0
}

/// Applies all rules to the `scores` (logits or log-probabilities) of the token after `written`, which begins with the
/// start mark. Banned tokens get negative infinity.
pub(super) fn rescore(scores: &mut [f32], written: &[u32], options: &SearchOptions) {
    penalize_repetition(scores, written, options.repetition_penalty);
    for token_id in banned_tokens(written, options) {
        if let Some(score) = scores.get_mut(token_id as usize) {
            *score = f32::NEG_INFINITY;
        }
    }
    if options.renormalize {
        let normalizer = log_sum_exp(scores);
        scores.iter_mut().for_each(|score| *score -= normalizer);
    }
}

/// The repetition penalty of Keskar et al., "CTRL" (2019), section 4.1.
fn penalize_repetition(scores: &mut [f32], written: &[u32], penalty: f32) {
    if penalty == 1.0 {
        return;
    }
    let mut seen_tokens = written.to_vec();
    seen_tokens.sort_unstable();
    seen_tokens.dedup();
    for token_id in seen_tokens {
        if let Some(score) = scores.get_mut(token_id as usize) {
            *score = if *score < 0.0 { *score * penalty } else { *score / penalty };
        }
    }
}

/// The tokens that would repeat an n-gram of `size` tokens that `written` already has.
fn repeating_tokens(written: &[u32], size: usize) -> impl Iterator<Item = u32> {
    let prefix = written.get((written.len() + 1).saturating_sub(size)..).unwrap_or_default();
    let searched = if size == 0 || written.len() < size { &[][..] } else { written };
    searched
        .windows(size.max(1))
        .filter(move |window| window.starts_with(prefix))
        .filter_map(|window| window.last().copied())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rule_bans_what_it_should() {
        let none = SearchOptions { ends: vec![0], max_length: 10, ..SearchOptions::default() };
        let with = |change: &dyn Fn(&mut SearchOptions)| {
            let mut options = none.clone();
            change(&mut options);
            options
        };
        let cases: [(&str, SearchOptions, &[u32], &[u32]); 7] = [
            ("no rule", none.clone(), &[5, 1, 2], &[]),
            ("a word", with(&|options| options.banned = vec![vec![3]]), &[5, 1], &[3]),
            ("two words, begun", with(&|options| options.banned = vec![vec![1, 3]]), &[5, 1], &[3]),
            ("two words, not begun", with(&|options| options.banned = vec![vec![2, 3]]), &[5, 1], &[]),
            ("a bigram twice", with(&|options| options.no_repeat_ngram = 2), &[5, 1, 2, 1], &[2]),
            ("too short for a bigram", with(&|options| options.no_repeat_ngram = 2), &[5], &[]),
            ("too early to end", with(&|options| options.min_length = 4), &[5, 1, 2], &[0]),
        ];
        for (what, options, written, expected) in cases {
            assert_eq!(banned_tokens(written, &options), expected, "{what}");
            let mut scores = vec![0.5; 6];
            rescore(&mut scores, written, &options);
            let found: Vec<u32> = (0..6).filter(|id| scores[*id as usize] == f32::NEG_INFINITY).collect();
            assert_eq!(found, expected, "{what}");
        }
    }

    #[test]
    fn tokens_are_forced_at_the_beginning_and_at_the_limit() {
        let options =
            SearchOptions { forced_first: Some(4), forced_last: Some(0), max_length: 9, ..Default::default() };
        assert_eq!([1, 2, 7, 8].map(|written| forced_token(written, &options)), [Some(4), None, None, Some(0)]);
    }

    #[test]
    fn a_token_past_the_vocabulary_is_not_a_panic() {
        let options = SearchOptions { banned: vec![vec![99]], ..SearchOptions::default() };
        rescore(&mut [0.0; 6], &[5], &options);
    }
}
