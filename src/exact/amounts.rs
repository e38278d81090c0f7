//! What stands at a number: minus signs, currencies, percent, paragraphs, degrees, exponents.

use std::ops::Range;

use super::edit::ExactEdit;
use crate::check::lost_sign;
use crate::lexicon::currencies::CURRENCIES;
use crate::quantities::{ENGLISH, GERMAN, Quantity, quantities, same_value, tokens};

/// Puts in the signs and units that the English lacks at a number that the English has exactly once.
pub(super) fn edits(german: &str, english: &str) -> Vec<ExactEdit> {
    let english_numbers = quantities(english, &ENGLISH);
    let english_place_of = |german_number: &Quantity<'_>| {
        let german_value = *german_number.readings.first().filter(|reading| reading.len() == 1)?.first()?;
        let mut english_places = english_numbers.iter().filter(|english_number| {
            english_number
                .readings
                .iter()
                .chain([&english_number.optional])
                .flatten()
                .any(|english_value| same_value(*english_value, german_value))
        });
        let english_place = english_places.next().filter(|_| english_places.next().is_none())?;
        Some(english_place.start..english_place.start + english_place.text.len())
    };
    let mut edits = Vec::new();
    for german_number in quantities(german, &GERMAN).iter().filter(|german_number| german_number.digits) {
        let Some(english_place) = english_place_of(german_number) else { continue };
        let (german_before, german_after) =
            (&german[..german_number.start], &german[german_number.start + german_number.text.len()..]);
        edits.extend(lost_minus(german, english, german_before, &english_place));
        edits.extend(lost_paragraph(english, german_before, &english_place));
        edits.extend(lost_unit(english, german_after, &english_place));
    }
    edits.extend(exponents(german, english));
    edits
}

/// `minus` before a number that lost its sign.
fn lost_minus(german: &str, english: &str, german_before: &str, english_place: &Range<usize>) -> Option<ExactEdit> {
    let is_negative =
        german_before.ends_with(['-', '−', '–']) || german_before.trim_end().to_lowercase().ends_with("minus");
    let unsigned_number = lost_sign(german, english).filter(|_| is_negative)?;
    let number_start = english[..english_place.start].trim_end_matches(['€', '$', '£']).len();
    let german_range = german.find(unsigned_number)?..german.find(unsigned_number)? + unsigned_number.len();
    (german_range.contains(&german_before.len()))
        .then(|| ExactEdit::correction_of(number_start..number_start, "minus "))
}

/// `Section` before the number of a paragraph.
fn lost_paragraph(english: &str, german_before: &str, english_place: &Range<usize>) -> Option<ExactEdit> {
    if !german_before.trim_end().ends_with('§') {
        return None;
    }
    let lower_english = english[..english_place.start].to_lowercase();
    let is_named_section = ["section", "sections", "paragraph", "paragraphs", "article", "articles", "§", "sec."]
        .iter()
        .any(|name| lower_english.trim_end().ends_with(name));
    (!is_named_section).then(|| ExactEdit::correction_of(english_place.start..english_place.start, "Section "))
}

/// What English writes after a number for a sign or word after the German number, and what may stand there instead.
struct UnitAfterNumber {
    german: &'static [&'static str],
    english: &'static str,
    alternatives: &'static [&'static str],
}

const UNITS_AFTER_NUMBERS: &[UnitAfterNumber] = &[
    UnitAfterNumber {
        german: &["%", "Prozent"],
        english: " percent",
        alternatives: &["%", "percent", "per cent", "per-cent", "pct"],
    },
    UnitAfterNumber {
        german: &["°C", "Grad Celsius"],
        english: " °C",
        alternatives: &["°", "degree", "celsius", "centigrade"],
    },
    UnitAfterNumber { german: &["°F"], english: " °F", alternatives: &["°", "degree", "fahrenheit"] },
    UnitAfterNumber { german: &["°"], english: "°", alternatives: &["°", "degree"] },
];

/// The unit or currency after a German number that the English has without one.
fn lost_unit(english: &str, german_after: &str, english_place: &Range<usize>) -> Option<ExactEdit> {
    let german_after = german_after.trim_start_matches([' ', '\u{a0}', '\u{202f}', '.']);
    let lower_english = english.to_lowercase();
    if let Some(unit) = UNITS_AFTER_NUMBERS
        .iter()
        .find(|unit| unit.german.iter().any(|currency_sign| german_after.starts_with(currency_sign)))
    {
        if german_after
            .strip_prefix("Prozent")
            .is_some_and(|compound_rest| compound_rest.starts_with(char::is_alphabetic))
        {
            return None;
        }
        let has_english_unit = unit.alternatives.iter().any(|currency_word| lower_english.contains(currency_word));
        return (!has_english_unit)
            .then(|| ExactEdit::correction_of(english_place.end..english_place.end, unit.english));
    }
    let unit_word_end =
        german_after.find(|mark: char| !mark.is_alphabetic() && !"€$£¥".contains(mark)).unwrap_or(german_after.len());
    let currency_sign = german_after.chars().next().filter(|mark| "€$£¥".contains(*mark)).map(String::from);
    let currency_word = currency_sign.unwrap_or_else(|| german_after[..unit_word_end].to_lowercase());
    // A pound may be a weight.
    let currency = CURRENCIES
        .iter()
        .find(|currency| currency.german.contains(&currency_word.as_str()) && !currency_word.is_empty())?;
    let is_word = |currency_form: &&&str| currency_form.chars().all(char::is_alphabetic);
    let currency_plural = currency
        .english
        .iter()
        .filter(is_word)
        .find(|currency_form| currency_form.ends_with('s'))
        .unwrap_or(&currency.name);
    let has_english_unit = currency.english.iter().any(|currency_form| lower_english.contains(currency_form));
    let is_no_compound = !german_after[currency_word.len().min(german_after.len())..].starts_with('-');
    (!has_english_unit && is_no_compound)
        .then(|| ExactEdit::correction_of(english_place.end..english_place.end, format!(" {currency_plural}")))
}

/// Raised and lowered digits, for digits in line: `m²` for `m2`, `CO₂` for `CO2`.
fn exponents(german: &str, english: &str) -> Vec<ExactEdit> {
    const SMALL_DIGITS: [(char, char); 7] =
        [('²', '2'), ('³', '3'), ('₂', '2'), ('₃', '3'), ('₄', '4'), ('⁶', '6'), ('⁹', '9')];
    let with_plain_digits = |text: &str| -> String {
        let digit_in_line = |letter: char| {
            SMALL_DIGITS.iter().find(|(raised, _)| *raised == letter).map_or(letter, |(_, plain_digit)| *plain_digit)
        };
        text.chars().map(digit_in_line).collect()
    };
    let is_small = |letter: char| SMALL_DIGITS.iter().any(|(raised, _)| *raised == letter);
    let german_words = german.split(|letter: char| !letter.is_alphanumeric() && !is_small(letter));
    let mut small_words: Vec<&str> = german_words.filter(|german_word| german_word.contains(is_small)).collect();
    if german.contains("Kubikmeter") {
        // Models are given the symbol.
        small_words.push("m³");
    }
    let mut edits = Vec::new();
    for german_word in small_words {
        let plain_word = with_plain_digits(german_word);
        // `10⁶` that came out as `10`.
        let word_before_exponent = german_word.trim_end_matches(is_small);
        let is_lost = !english.contains(german_word)
            && !english.contains(&plain_word)
            && word_before_exponent.len() < german_word.len();
        let tokens = tokens(english);
        let bare_bases: Vec<_> = tokens.iter().filter(|token| is_lost && token.text == word_before_exponent).collect();
        if let [token] = bare_bases[..] {
            edits.push(ExactEdit::correction_of(token.start..token.end(), german_word));
        }
        edits.extend(english.match_indices(plain_word.as_str()).filter_map(|(start, _)| {
            let end = start + plain_word.len();
            let is_whole_word = !english[..start].ends_with(char::is_alphanumeric)
                && !english[end..].starts_with(|letter: char| letter.is_alphanumeric() || is_small(letter));
            is_whole_word.then(|| ExactEdit::style(start..end, german_word))
        }));
    }
    edits
}

#[cfg(test)]
mod tests {
    use super::super::edit::apply;
    use super::*;

    #[test]
    fn lost_signs_and_units_are_put_in() {
        for (german, english, wanted) in [
            (
                "Der Eintritt kostet 12 €, für Kinder 5 €.",
                "Entry costs 12, for kids 5.",
                "Entry costs 12 euros, for kids 5 euros.",
            ),
            ("Das kostet 1,5 Mio. €.", "That costs 1.5 million.", "That costs 1.5 million euros."),
            ("Das kostet 12 Euro.", "That costs €12.", "That costs €12."),
            ("Das sind 5 %.", "That is 5.", "That is 5 percent."),
            ("Das sind 5 Prozentpunkte.", "That is 5 points.", "That is 5 points."),
            ("Es waren -15 Grad.", "It was 15 degrees.", "It was minus 15 degrees."),
            ("Es waren minus 15 Grad.", "It was 15 degrees below zero.", "It was 15 degrees below zero."),
            ("Das steht in § 12.", "That is in 12.", "That is in Section 12."),
            ("Es waren 36 °C.", "It was 36.", "It was 36 °C."),
            ("Sie misst 85 m².", "It measures 85 m2.", "It measures 85 m²."),
            ("weniger CO₂", "less CO2", "less CO₂"),
            ("Sie spart 10⁶ Kilowattstunden.", "It saves 10 kilowatt hours.", "It saves 10⁶ kilowatt hours."),
            ("Sie spart 10⁶ Kilowattstunden.", "It saves 106 kilowatt hours.", "It saves 10⁶ kilowatt hours."),
            ("12.000 Kubikmeter Wasser", "12,000 m3 of water", "12,000 m³ of water"),
            ("5 Euro und 5 Prozent", "5 and 5", "5 and 5"),
        ] {
            assert_eq!(apply(english, edits(german, english)), wanted, "{german} {english}");
        }
    }
}
