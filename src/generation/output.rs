//! What a generator makes of a text.

/// What the model made of one text.
#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    /// The text the model wrote.
    pub text: String,
    /// Mean log-probability per token, the end mark included; `None` for a text without tokens.
    pub score: Option<f32>,
    /// Number of tokens the model wrote, the end mark included.
    pub tokens: usize,
    /// True if the text was longer than the model reads at once and was read in pieces.
    pub split: bool,
    /// True if the search ended at its length limit.
    pub cut: bool,
    /// True if the text holds something the model has no token for.
    pub unknown: bool,
}

/// What the search of a batch has finished.
pub struct Finished<'a> {
    /// Number of texts finished; a text that was asked for several times counts as often.
    pub texts: usize,
    /// Each of these texts once, with its output.
    pub outputs: &'a [(&'a str, Output)],
}
