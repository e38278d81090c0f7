//! Depesche reads German articles and writes an English briefing.

pub mod catalog;
pub mod document;
pub mod engine;
pub mod neural;
