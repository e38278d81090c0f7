//! Depesche reads German articles and writes an English briefing: every article is translated sentence by sentence and summarised, and
//! every sentence of a summary is tied to the German sentence that it rests on.
//!
//! ```text
//! PathBuf ─input─▶ Article ─segment─▶ Spans ─┐
//!                   │ paragraphs             │ texts (&str), one window over many articles
//!                   │                        ▼
//!                   │              generation:  texts → ids → [Batch] → search over Seq2Seq → ids → texts
//!                   │                        │ Output { text, score, … }, in the order of the texts
//!                   └──────────translate─────▶ Translation ─summarize─▶ Summary
//!                                                    └──────┬──────────────┘
//!                                      pipeline:  Entry after Entry, then the Overview
//!                                                           │ output
//!                                                           ▼
//!                                      bytes (markdown, html, json, …)
//! ```
//!
//! One room for each step. `docs/ARCHITECTURE.md` says which room may use which, and a test enforces it. The library never prints, never
//! reads the environment or the clock, and opens a socket only to fetch a model.

pub mod catalog;
pub mod check;
pub mod corrections;
pub mod digest;
pub mod document;
pub mod exact;
pub mod generation;
pub mod glossary;
pub mod guarded;
pub mod hint;
pub mod input;
pub mod language;
pub mod lexicon;
pub mod memory;
pub mod neural;
pub mod output;
pub mod parallel;
pub mod pipeline;
pub mod publication;
pub mod quantities;
pub mod segment;
pub mod session;
pub mod settings;
pub mod summarize;
pub mod translate;
