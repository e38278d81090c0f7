//! A sum in another currency, or a percentage that is none.

use super::{Check, Pair, Repair};
use crate::document::Flag;
use crate::segment::words::words;

pub(super) const CHECK: Check = Check {
    flag: Flag::Unit,
    sees: "a currency in the place of another, percent on one side only, percentage points that are percent on the other",
    why: "the figure is right and the statement is not",
    repair: Repair::Search,
    find,
};

/// A currency: what German and English call it, the signs included.
struct Currency {
    name: &'static str,
    german: &'static [&'static str],
    english: &'static [&'static str],
}

#[rustfmt::skip]
const CURRENCIES: &[Currency] = &[
    Currency { name: "euro", german: &["euro", "euros", "eur", "€"], english: &["euro", "euros", "eur", "€"] },
    Currency { name: "dollar", german: &["dollar", "dollars", "us-dollar", "usd", "$"], english: &["dollar", "dollars", "usd", "$"] },
    Currency { name: "pound", german: &["pfund", "gbp", "£"], english: &["pound", "pounds", "sterling", "gbp", "£", "lb", "lbs"] },
    Currency { name: "franc", german: &["franken", "chf", "sfr"], english: &["franc", "francs", "chf"] },
    Currency { name: "yen", german: &["yen", "jpy", "¥"], english: &["yen", "jpy", "¥"] },
    Currency { name: "rouble", german: &["rubel", "rub"], english: &["rouble", "roubles", "ruble", "rubles", "rub"] },
    Currency { name: "mark", german: &["mark", "dm", "d-mark"], english: &["mark", "marks", "dm", "deutschmark", "deutschmarks", "deutschemarks", "deutsche"] },
];

fn find(pair: &Pair<'_>) -> Option<String> {
    swapped(pair).or_else(|| percent(pair))
}

/// True if `text` has one of `names` as a word, at the end of a compound with a hyphen, or as a sign.
fn has(text: &str, names: &[&str]) -> bool {
    let is_sign = |name: &&&str| name.chars().all(|character| !character.is_alphabetic());
    let in_words = |word: &str| {
        let word = word.to_lowercase();
        names.contains(&word.as_str()) || word.split('-').any(|part| names.contains(&part))
    };
    names.iter().filter(is_sign).any(|sign| text.contains(*sign)) || words(text).any(in_words)
}

/// A currency of the German that is not in the English, where one is that is not in the German.
fn swapped(pair: &Pair<'_>) -> Option<String> {
    let german = |currency: &&Currency| has(pair.german, currency.german);
    let english = |currency: &&Currency| has(pair.english, currency.english);
    let lost = CURRENCIES.iter().find(|currency| german(currency) && !english(currency))?;
    let instead = CURRENCIES.iter().find(|currency| english(currency) && !german(currency))?;
    Some(format!("{} in the place of {}", instead.name, lost.name))
}

/// A percentage on one side only.
fn percent(pair: &Pair<'_>) -> Option<String> {
    let (german, english) = (pair.german.to_lowercase(), pair.english.to_lowercase());
    let in_german = german.contains("prozent") || german.contains('%');
    let in_english = ["percent", "per cent", "%", "per-cent", "pct"].iter().any(|name| english.contains(name));
    let has_digit = |text: &str| text.contains(|digit: char| digit.is_ascii_digit());
    if in_german && !in_english && has_digit(&german) && has_digit(&english) {
        return Some("percent is missing".into());
    }
    if in_english && !in_german && has_digit(&german) {
        return Some("percent is not in the German".into());
    }
    let german_points = german.contains("prozentpunkt") || german.contains("%-punkt");
    if german_points && in_english && !english.contains("point") {
        return Some("percentage points became percent".into());
    }
    let point_in_german = german.contains("punkt") || german.contains("zähler");
    let english_points = english.contains("percentage point") || english.contains("percent point");
    (in_german && english_points && !point_in_german).then(|| "percent became percentage points".into())
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
            assert_eq!(find(&Pair { german, english, ..Pair::default() }).as_deref(), wanted, "{german} {english}");
        }
    }
}
