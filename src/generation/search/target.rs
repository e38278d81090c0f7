//! What a search finds for one source.

/// The best target of one source. The default, nothing, is the result where every token is banned.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Target {
    /// The token ids of the target, without the start mark, with the end mark if there is one.
    pub token_ids: Vec<u32>,
    /// Sum of the log-probabilities of the tokens.
    pub log_probability: f32,
    /// What the search compared hypotheses by. In beam search, the log-probability over the length to the power of the
    /// length penalty; in greedy search, the log-probability itself.
    pub score: f32,
    /// True if the target ended because it reached the length limit.
    pub cut: bool,
}
