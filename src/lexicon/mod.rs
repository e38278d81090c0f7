//! Words of German and English as data, so that every room knows the same stop words, months and numbers.
//!
//! Never reads a sentence: rooms split text into words and ask about one at a time. To add a class of words, add a table
//! and the function that looks words up to `german.rs`, `english.rs` or both; what pairs the two languages has a file of
//! its own, as `currencies.rs` and `exonyms.rs`. `word_list.rs` holds the large lists.

pub mod capitalised_english;
pub mod currencies;
pub mod english;
pub mod exonyms;
pub mod german;
mod word_list;
