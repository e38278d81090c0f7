//! The rules for what a search may write next: the logits processors of transformers.

use super::hypothesis_tokens::HypothesisTokens;
use crate::generation::search_options::SearchOptions;
use crate::neural::log_sum_exp;

/// The token that must come after `written_count` tokens, which include the start mark; `None` if the search is free.
pub(super) fn forced_token(written_count: usize, options: &SearchOptions) -> Option<u32> {
    let forced_last = options.forced_last_token.filter(|_| written_count + 1 >= options.max_length);
    forced_last.or(options.forced_first_token.filter(|_| written_count == 1))
}

/// The tokens that may not come after `written_tokens`, which begin with the start mark: sorted, each once.
pub(super) fn banned_tokens(written_tokens: &[u32], options: &SearchOptions) -> Vec<u32> {
    let ends_of_banned_words = options
        .banned_words
        .iter()
        .filter_map(|word_tokens| word_tokens.split_last())
        .filter(|(_, tokens_before)| written_tokens.ends_with(tokens_before))
        .map(|(last_token, _)| *last_token);
    let early_end_tokens = if written_tokens.len() < options.min_length { options.end_tokens.as_slice() } else { &[] };
    let mut banned_tokens: Vec<u32> = repeating_tokens(written_tokens, options.no_repeat_ngram)
        .chain(ends_of_banned_words)
        .chain(early_end_tokens.iter().copied())
        .collect();
    banned_tokens.sort_unstable();
    banned_tokens.dedup();
    banned_tokens
}

/// True if a rule changes scores of tokens, rather than just banning tokens. [`rescore`] then needs the scores of all tokens.
pub(super) fn rules_change_scores(options: &SearchOptions) -> bool {
    options.repetition_penalty != 1.0
}

/// Applies all rules to the `token_scores` (logits or log-probabilities) of the token after `tokens`. Banned tokens get negative
/// infinity.
///
/// The penalty counts tokens of the prompt, too. The rule about n-grams does not, unlike that of transformers: a translation repeats
/// the numbers and names of its source.
pub(super) fn rescore(token_scores: &mut [f32], tokens: HypothesisTokens<'_>, options: &SearchOptions) {
    let HypothesisTokens { prompt, written } = tokens;
    penalize_repetition(token_scores, &[prompt, written], options.repetition_penalty);
    for banned_token in banned_tokens(written, options) {
        if let Some(token_score) = token_scores.get_mut(banned_token as usize) {
            *token_score = f32::NEG_INFINITY;
        }
    }
    if options.renormalize {
        let log_normalizer = log_sum_exp(token_scores);
        token_scores.iter_mut().for_each(|token_score| *token_score -= log_normalizer);
    }
}

/// The repetition penalty of Keskar et al., "CTRL" (2019), section 4.1.
fn penalize_repetition(token_scores: &mut [f32], earlier_tokens: &[&[u32]], repetition_penalty: f32) {
    if repetition_penalty == 1.0 {
        return;
    }
    let mut repeated_tokens = earlier_tokens.concat();
    repeated_tokens.sort_unstable();
    repeated_tokens.dedup();
    for repeated_token in repeated_tokens {
        if let Some(score) = token_scores.get_mut(repeated_token as usize) {
            *score = if *score < 0.0 { *score * repetition_penalty } else { *score / repetition_penalty };
        }
    }
}

/// The tokens that would repeat an n-gram of `ngram_size` tokens that `written_tokens` already have.
fn repeating_tokens(written_tokens: &[u32], ngram_size: usize) -> impl Iterator<Item = u32> {
    let ngram_prefix = written_tokens.get((written_tokens.len() + 1).saturating_sub(ngram_size)..).unwrap_or_default();
    let searched_tokens = if ngram_size == 0 || written_tokens.len() < ngram_size { &[][..] } else { written_tokens };
    searched_tokens
        .windows(ngram_size.max(1))
        .filter(move |ngram| ngram.starts_with(ngram_prefix))
        .filter_map(|ngram| ngram.last().copied())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rule_bans_what_it_should() {
        let none = SearchOptions { end_tokens: vec![0], max_length: 10, ..SearchOptions::default() };
        let with = |change: &dyn Fn(&mut SearchOptions)| {
            let mut options = none.clone();
            change(&mut options);
            options
        };
        let cases: [(&str, SearchOptions, &[u32], &[u32]); 7] = [
            ("no rule", none.clone(), &[5, 1, 2], &[]),
            ("a word", with(&|options| options.banned_words = vec![vec![3]]), &[5, 1], &[3]),
            ("two words, begun", with(&|options| options.banned_words = vec![vec![1, 3]]), &[5, 1], &[3]),
            ("two words, not begun", with(&|options| options.banned_words = vec![vec![2, 3]]), &[5, 1], &[]),
            ("a bigram twice", with(&|options| options.no_repeat_ngram = 2), &[5, 1, 2, 1], &[2]),
            ("too short for a bigram", with(&|options| options.no_repeat_ngram = 2), &[5], &[]),
            ("too early to end", with(&|options| options.min_length = 4), &[5, 1, 2], &[0]),
        ];
        for (what, options, written, expected) in cases {
            assert_eq!(banned_tokens(written, &options), expected, "{what}");
            let mut scores = vec![0.5; 6];
            rescore(&mut scores, HypothesisTokens { prompt: &[], written }, &options);
            let found: Vec<u32> = (0..6).filter(|id| scores[*id as usize] == f32::NEG_INFINITY).collect();
            assert_eq!(found, expected, "{what}");
        }
    }

    #[test]
    fn a_penalty_counts_the_prompt_and_n_grams_do_not() {
        let options =
            SearchOptions { repetition_penalty: 2.0, no_repeat_ngram: 2, max_length: 10, ..Default::default() };
        let mut scores = [1.0, -1.0, 1.0, 1.0];
        rescore(&mut scores, HypothesisTokens { prompt: &[0, 1, 3], written: &[2, 1] }, &options);
        assert_eq!(scores, [0.5, -2.0, 0.5, 0.5]);
    }

    #[test]
    fn tokens_are_forced_at_the_beginning_and_at_the_limit() {
        let options = SearchOptions {
            forced_first_token: Some(4),
            forced_last_token: Some(0),
            max_length: 9,
            ..Default::default()
        };
        assert_eq!([1, 2, 7, 8].map(|written| forced_token(written, &options)), [Some(4), None, None, Some(0)]);
    }

    #[test]
    fn a_token_past_the_vocabulary_is_not_a_panic() {
        let options = SearchOptions { banned_words: vec![vec![99]], ..SearchOptions::default() };
        rescore(&mut [0.0; 6], HypothesisTokens { prompt: &[77], written: &[5] }, &options);
    }
}
