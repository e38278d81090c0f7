//! A translation → a summary. The methods of [`METHODS`] choose German sentences, and their English is the summary, so every
//! point has its evidence by construction. In `abstractive/` a model writes sentences; their evidence is looked up and what they
//! claim is checked.
//!
//! Promises: points stand in the order of the article; the same translation gives the same summary (no hash order, sums
//! in a fixed order, the earlier of sentences that are equally good); an article with a sentence that can be quoted gets at least one
//! point; no sentence is quoted twice; sentences are whole. Never changes or shortens a sentence, never runs a model itself.
//!
//! To add a method, write a file with its function and add it to [`METHODS`], whose first line is the default. `candidates.rs` decides what may be quoted,
//! `vectors.rs` how similar two sentences are, `choice.rs` which are taken.

pub mod abstractive;
mod candidates;
mod centrality;
mod centroid;
mod choice;
#[cfg(test)]
mod fixtures;
mod lead;
mod length;
mod methods;
mod vectors;
mod weights;

pub use length::Length;
pub use methods::{Basis, METHODS, SummaryMethod};
