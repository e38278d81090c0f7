//! What must come out exactly: clock times, dates, numbers, amounts, signs, letters, names of places, quotation marks. German →
//! German that models translate reliably; a translation → the same with what is exact in the German put in.
//!
//! Three steps, around the model. [`plain_german`] writes forms such as `Lehrer:innen` as plain German. [`german_for_model`] writes
//! numbers, times and dates in the way that models read best. [`corrected`] compares a translation with its German and puts in
//! what it lacks, where the place is certain: the same value in another form, or the only value that is left over on both
//! sides. Where the place is not certain, [`lost_values`] says what a second attempt must be given as placeholders.
//!
//! Promises: the result depends on the pair and the [`ClockStyle`] alone; nothing is put in whose place is doubtful; a text that is
//! exact already stays as it is, but for the style of its times and quotation marks.
//!
//! One file for each class of values. A new class is a file with its edits and a line in [`corrected`].

mod amounts;
mod calendar;
mod clock_style;
mod copied_numbers;
mod edit;
mod gender;
mod german_for_model;
mod letters;
mod lost_value;
mod numbers;
mod places;
mod punctuation;
mod references;
mod times;

use std::cmp::Reverse;

pub use clock_style::ClockStyle;
use edit::{ExactEdit, apply};
pub use gender::plain_german;
pub use german_for_model::german_for_model;
pub use letters::foreign_words;
pub use lost_value::LostValue;

use crate::document::keep_first_of_overlapping;

/// A translation with what must be exact put in.
#[derive(Clone, Debug, PartialEq)]
pub struct Corrected {
    /// The corrected English.
    pub english: String,
    /// What was wrong in the English and was put right, each as `right for wrong`. Changes of style are not listed.
    pub corrections: Vec<String>,
}

/// `english`, a translation of `german`, with what is exact in the German put in where its place is certain.
pub fn corrected(german: &str, english: &str, style: ClockStyle) -> Corrected {
    type ValueClass = fn(&str, &str, ClockStyle) -> Vec<ExactEdit>;
    const VALUE_CLASSES: &[ValueClass] = &[
        |german, english, _| references::edits(german, english),
        |german, english, _| copied_numbers::edits(german, english),
        times::edits,
        |german, english, _| numbers::edits(german, english),
        |german, english, _| calendar::edits(german, english),
        |german, english, _| amounts::edits(german, english),
        |german, english, _| places::edits(german, english),
        |german, english, _| letters::edits(german, english),
    ];
    let mut english = english.to_owned();
    let mut corrections = Vec::new();
    for class_of_values in VALUE_CLASSES {
        let exact_edits = class_of_values(german, &english, style);
        corrections.extend(exact_edits.iter().filter_map(|exact_edit| exact_edit.correction(&english)));
        english = apply(&english, exact_edits);
    }
    Corrected { english: punctuation::with_punctuation_in_order(german, &english), corrections }
}

/// The values of `german` that `english` has neither exactly nor in another form, in order and disjoint.
pub fn lost_values(german: &str, english: &str, style: ClockStyle) -> Vec<LostValue> {
    let mut lost_values = references::lost(german, english);
    lost_values.extend(times::lost(german, english, style));
    lost_values.extend(numbers::lost(german, english));
    lost_values.sort_by_key(|lost_value| (lost_value.range.start, Reverse(lost_value.range.end)));
    keep_first_of_overlapping(&mut lost_values, |lost_value| &lost_value.range);
    lost_values
}
