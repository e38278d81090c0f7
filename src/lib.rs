//! Depesche reads German articles and writes an English briefing: every article translated sentence by sentence and
//! summarised, every summary sentence tied to the German sentence that it rests on.
//!
//! ```text
//! PathBuf ─input─▶ Article ─segment─▶ Spans ─┐
//!                   │ paragraphs             │ texts (&str), one window over many articles
//!                   │                        ▼
//!                   │              engine:  texts → ids → [Batch] → search over Seq2Seq → ids → texts
//!                   │                        │ Output { text, score, … }, same order as asked
//!                   └──────────translate─────▶ Translation ─summarize─▶ Summary
//!                                                    └──────┬──────────────┘
//!                                      pipeline:  Entry after Entry, then the Overview
//!                                                           │ output
//!                                                           ▼
//!                                      bytes (markdown, html, json, …)
//! ```
//!
//! One room a step; who may look at whom is a table in `docs/ARCHITECTURE.md` that a test enforces. The library never
//! prints, never asks the environment or the clock, and opens a socket only to fetch a model.

pub mod catalog;
pub mod check;
pub mod digest;
pub mod document;
pub mod engine;
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
pub mod segment;
pub mod session;
pub mod summarize;
pub mod translate;
