//! The table of rules: what the pages of German news sites say about themselves.
//!
//! To add a rule: one file here with at least three passages that must go and three that must stay, best those that look
//! most alike, its `mod` line and its line in [`RULES`], which are asked in their order. Phrases are in lower case. Missing a notice is better than losing a
//! sentence of news: look for the site's own voice (`wir`, `Sie`, an imperative), not for a topic.

mod advertising;
mod agency;
mod bibliography;
mod comments;
mod consent;
mod copyright;
mod correction;
mod newsletter;
mod page;
mod paywall;
mod photo_credit;
mod pointer;
mod related;
mod sharing;
mod wire_notes;

use super::rule::Rule;

/// Every rule. The first that matches a passage gives its name, so narrow rules come before wide ones. `digest` looks for dates
/// in the passages of some, which it names.
pub const RULES: &[Rule] = &[
    comments::RULE,
    sharing::RULE,
    newsletter::RULE,
    consent::RULE,
    copyright::RULE,
    correction::RULE,
    wire_notes::RULE,
    bibliography::RULE,
    related::RULE,
    agency::RULE,
    photo_credit::RULE,
    advertising::RULE,
    paywall::RULE,
    pointer::RULE,
    page::RULE,
];
