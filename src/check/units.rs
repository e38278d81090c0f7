//! An amount in another currency, or a percentage that is none.

use super::definition::{Check, CheckedPair, Repair};
use crate::document::Flag;
use crate::lexicon::currencies::{CURRENCIES, Currency};
use crate::segment::words::words;

pub(super) const CHECK: Check = Check {
    flag: Flag::Unit,
    sees: "a currency in the place of another, percent on one side only, percentage points that are percent on the other",
    why: "the figure is right and the statement is not",
    repair: Repair::Search,
    reads_text_alone: true,
    find: find_wrong_unit,
};

fn find_wrong_unit(pair: &CheckedPair<'_>) -> Option<String> {
    exchanged_currency(pair).or_else(|| changed_percentage(pair))
}

/// True if `text` has one of `currency_names` as a word, as a part of a hyphenated compound, or as a sign.
fn has_currency(text: &str, currency_names: &[&str]) -> bool {
    let is_sign = |name: &&&str| !name.contains(char::is_alphabetic);
    let is_named = |word: &str| {
        let lower_word = word.to_lowercase();
        currency_names.contains(&lower_word.as_str())
            || lower_word.split('-').any(|part| currency_names.contains(&part))
    };
    currency_names.iter().filter(is_sign).any(|sign| text.contains(*sign)) || words(text).any(is_named)
}

/// A currency of the German that is not in the English, where one is that is not in the German.
fn exchanged_currency(pair: &CheckedPair<'_>) -> Option<String> {
    let in_german = |currency: &&Currency| has_currency(pair.german, currency.german);
    let in_english = |currency: &&Currency| has_currency(pair.english, currency.english);
    let lost_currency = CURRENCIES.iter().find(|currency| in_german(currency) && !in_english(currency))?;
    let new_currency = CURRENCIES.iter().find(|currency| in_english(currency) && !in_german(currency))?;
    Some(format!("{} in the place of {}", new_currency.name, lost_currency.name))
}

/// Percent on one side only, or percentage points on one side and percent on the other.
fn changed_percentage(pair: &CheckedPair<'_>) -> Option<String> {
    let (lower_german, lower_english) = (pair.german.to_lowercase(), pair.english.to_lowercase());
    let german_has_percent = lower_german.contains("prozent") || lower_german.contains('%');
    let english_has_percent =
        ["percent", "per cent", "%", "per-cent", "pct"].iter().any(|sign| lower_english.contains(sign));
    let has_digit = |text: &str| text.contains(|digit: char| digit.is_ascii_digit());
    if german_has_percent && !english_has_percent && has_digit(&lower_german) && has_digit(&lower_english) {
        return Some("percent is missing".into());
    }
    if english_has_percent && !german_has_percent && has_digit(&lower_german) {
        return Some("percent is not in the German".into());
    }
    let german_has_percentage_points = lower_german.contains("prozentpunkt") || lower_german.contains("%-punkt");
    if german_has_percentage_points && english_has_percent && !lower_english.contains("point") {
        return Some("percentage points became percent".into());
    }
    let german_has_any_points = lower_german.contains("punkt") || lower_german.contains("zähler");
    let english_has_points = lower_english.contains("percentage point") || lower_english.contains("percent point");
    (german_has_percent && english_has_points && !german_has_any_points)
        .then(|| "percent became percentage points".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_units_are_seen_and_other_names_of_the_same_are_not() {
        for (german, english, wanted) in [
            ("Das kostet 5 Euro.", "That costs 5 dollars.", Some("dollar in the place of euro")),
            ("Das kostet 5 Euro.", "That costs €5.", None),
            ("Das kostet 5 US-Dollar.", "That costs $5.", None),
            ("Das kostet 5 Euro, also 6 Dollar.", "That costs 5 euros, or 6 dollars.", None),
            ("Ein Pfund Mehl für 2 Euro.", "A pound of flour for 2 euros.", None),
            ("Die 100-Euro-Scheine", "The 100-euro notes", None),
            ("Das sind 5 Prozent.", "That is 5.", Some("percent is missing")),
            ("Das sind 5 Prozent.", "That is 5 per cent.", None),
            ("Das sind 5 Jahre.", "That is 5 percent.", Some("percent is not in the German")),
            ("Fünfzig Prozent", "Half", None),
            ("Das sind 5 Prozentpunkte.", "That is 5 percent.", Some("percentage points became percent")),
            ("Das sind 5 Prozentpunkte.", "That is 5 percentage points.", None),
            ("Das sind 5 Prozent.", "That is 5 percentage points.", Some("percent became percentage points")),
        ] {
            assert_eq!(
                find_wrong_unit(&CheckedPair { german, english, ..CheckedPair::default() }).as_deref(),
                wanted,
                "{german} {english}"
            );
        }
    }
}
