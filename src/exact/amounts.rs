//! What stands at a number: minus signs, currencies, percent, paragraphs, degrees, exponents.

use std::ops::Range;

use super::edit::Edit;
use crate::check::{ENGLISH, GERMAN, Quantity, lost_sign, quantities, same};
use crate::lexicon::currencies::CURRENCIES;

/// Puts in the signs and units that the English lacks at a number that it has exactly once.
pub(super) fn edits(german: &str, english: &str) -> Vec<Edit> {
    let english_numbers = quantities(english, &ENGLISH);
    let place_of = |stated: &Quantity<'_>| {
        let value = *stated.readings.first().filter(|reading| reading.len() == 1)?.first()?;
        let mut places = english_numbers
            .iter()
            .filter(|found| found.readings.iter().chain([&found.optional]).flatten().any(|other| same(*other, value)));
        let place = places.next().filter(|_| places.next().is_none())?;
        Some(place.start..place.start + place.text.len())
    };
    let mut edits = Vec::new();
    for stated in quantities(german, &GERMAN).iter().filter(|stated| stated.digits) {
        let Some(place) = place_of(stated) else { continue };
        let (before, after) = (&german[..stated.start], &german[stated.start + stated.text.len()..]);
        edits.extend(lost_minus(german, english, before, &place));
        edits.extend(lost_paragraph(english, before, &place));
        edits.extend(lost_unit(english, after, &place));
    }
    edits.extend(exponents(german, english));
    edits
}

/// `minus` before a number that lost its sign.
fn lost_minus(german: &str, english: &str, before: &str, place: &Range<usize>) -> Option<Edit> {
    let is_negative = before.ends_with(['-', '−', '–']) || before.trim_end().to_lowercase().ends_with("minus");
    let lost = lost_sign(german, english).filter(|_| is_negative)?;
    let number_start = english[..place.start].trim_end_matches(['€', '$', '£']).len();
    let in_german = german.find(lost)?..german.find(lost)? + lost.len();
    (in_german.contains(&before.len())).then(|| Edit::correction_of(number_start..number_start, "minus "))
}

/// `Section` before the number of a paragraph.
fn lost_paragraph(english: &str, before: &str, place: &Range<usize>) -> Option<Edit> {
    if !before.trim_end().ends_with('§') {
        return None;
    }
    let lower_english = english[..place.start].to_lowercase();
    let is_named = ["section", "sections", "paragraph", "paragraphs", "article", "articles", "§", "sec."]
        .iter()
        .any(|name| lower_english.trim_end().ends_with(name));
    (!is_named).then(|| Edit::correction_of(place.start..place.start, "Section "))
}

/// What English writes after a number for a sign or word after the German number, and what may stand there instead.
struct Unit {
    german: &'static [&'static str],
    english: &'static str,
    alternatives: &'static [&'static str],
}

const UNITS: &[Unit] = &[
    Unit {
        german: &["%", "Prozent"],
        english: " percent",
        alternatives: &["%", "percent", "per cent", "per-cent", "pct"],
    },
    Unit {
        german: &["°C", "Grad Celsius"], english: " °C", alternatives: &["°", "degree", "celsius", "centigrade"]
    },
    Unit { german: &["°F"], english: " °F", alternatives: &["°", "degree", "fahrenheit"] },
    Unit { german: &["°"], english: "°", alternatives: &["°", "degree"] },
];

/// The unit after a number that the English has without one.
fn lost_unit(english: &str, after: &str, place: &Range<usize>) -> Option<Edit> {
    let after = after.trim_start_matches([' ', '\u{a0}', '\u{202f}', '.']);
    let lower_english = english.to_lowercase();
    if let Some(unit) = UNITS.iter().find(|unit| unit.german.iter().any(|sign| after.starts_with(sign))) {
        if after.strip_prefix("Prozent").is_some_and(|rest| rest.starts_with(char::is_alphabetic)) {
            return None;
        }
        let is_there = unit.alternatives.iter().any(|name| lower_english.contains(name));
        return (!is_there).then(|| Edit::correction_of(place.end..place.end, unit.english));
    }
    let word_end = after.find(|mark: char| !mark.is_alphabetic() && !"€$£¥".contains(mark)).unwrap_or(after.len());
    let sign = after.chars().next().filter(|mark| "€$£¥".contains(*mark)).map(String::from);
    let name = sign.unwrap_or_else(|| after[..word_end].to_lowercase());
    // A pound may be a weight.
    let currency = CURRENCIES.iter().find(|currency| currency.german.contains(&name.as_str()) && !name.is_empty())?;
    let is_word = |form: &&&str| form.chars().all(char::is_alphabetic);
    let plural = currency.english.iter().filter(is_word).find(|form| form.ends_with('s')).unwrap_or(&currency.name);
    let is_there = currency.english.iter().any(|form| lower_english.contains(form));
    let is_plain = !after[name.len().min(after.len())..].starts_with('-');
    (!is_there && is_plain).then(|| Edit::correction_of(place.end..place.end, format!(" {plural}")))
}

/// Raised and lowered digits, for digits in line: `m²` for `m2`, `CO₂` for `CO2`.
fn exponents(german: &str, english: &str) -> Vec<Edit> {
    const SMALL_DIGITS: [(char, char); 7] =
        [('²', '2'), ('³', '3'), ('₂', '2'), ('₃', '3'), ('₄', '4'), ('⁶', '6'), ('⁹', '9')];
    let in_line = |text: &str| -> String {
        let plain =
            |letter: char| SMALL_DIGITS.iter().find(|(small, _)| *small == letter).map_or(letter, |(_, digit)| *digit);
        text.chars().map(plain).collect()
    };
    let is_small = |letter: char| SMALL_DIGITS.iter().any(|(small, _)| *small == letter);
    let words = german.split(|letter: char| !letter.is_alphanumeric() && !is_small(letter));
    let mut small_words: Vec<&str> = words.filter(|word| word.contains(is_small)).collect();
    if german.contains("Kubikmeter") {
        // Models are given the symbol.
        small_words.push("m³");
    }
    let mut edits = Vec::new();
    for word in small_words {
        let plain = in_line(word);
        // `10⁶` that came out as `10`.
        let base = word.trim_end_matches(is_small);
        let is_lost = !english.contains(word) && !english.contains(&plain) && base.len() < word.len();
        let tokens = crate::check::tokens(english);
        let bases: Vec<_> = tokens.iter().filter(|token| is_lost && token.text == base).collect();
        if let [token] = bases[..] {
            edits.push(Edit::correction_of(token.start..token.end(), word));
        }
        edits.extend(english.match_indices(plain.as_str()).filter_map(|(start, _)| {
            let end = start + plain.len();
            let is_whole = !english[..start].ends_with(char::is_alphanumeric)
                && !english[end..].starts_with(|letter: char| letter.is_alphanumeric() || is_small(letter));
            is_whole.then(|| Edit::style(start..end, word))
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
