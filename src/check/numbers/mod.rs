//! A number that is not the same on both sides.
//!
//! `calendar.rs` compares months and weekdays, `ratios.rs` fractions and multiples, `signs.rs` minus signs. Clock times and all other
//! numbers are compared by value, wherever they stand.

mod calendar;
mod exchange;
mod ratios;
mod signs;

pub use signs::lost_sign;

use super::definition::{Check, CheckedPair, Repair};
use crate::document::Flag;
use crate::quantities::{
    ClockTime, ENGLISH, GERMAN, Quantity, english_times, german_times, quantities, quantity_values, same_value,
};

pub(super) const CHECK: Check = Check {
    flag: Flag::Number,
    sees: "a number of one side whose value is not on the other: decimals, thousands, Mio. and Mrd., percentages, sums, clock \
           times, dates, months, weekdays, years, number words, fractions, multiples, minus signs",
    why: "a wrong number is the error that is believed most easily",
    repair: Repair::Search,
    reads_text_alone: true,
    find: find_changed_number,
};

fn find_changed_number(pair: &CheckedPair<'_>) -> Option<String> {
    let lost_figure = lost_time(pair)
        .or_else(|| calendar::exchanged_date(pair.german, pair.english))
        .or_else(|| ratios::exchanged_ratio(pair.german, pair.english))
        .or_else(|| signs::lost_sign(pair.german, pair.english));
    match lost_figure {
        Some(text) => Some(format!("“{text}” is missing")),
        None => different_value(pair),
    }
}

/// A clock time of the German that is not in the English.
fn lost_time<'a>(pair: &CheckedPair<'a>) -> Option<&'a str> {
    let german_times = german_times(pair.german);
    if german_times.is_empty() {
        return None;
    }
    let english_times = english_times(pair.english);
    let lost_time = german_times
        .into_iter()
        .find(|german_time| !english_times.iter().any(|english_time| german_time.agrees_with(english_time)))?;
    pair.german.get(lost_time.range)
}

/// A number of one side whose value is not on the other, clock times of the German aside.
fn different_value(pair: &CheckedPair<'_>) -> Option<String> {
    let (german_numbers, english_numbers) = (quantities(pair.german, &GERMAN), quantities(pair.english, &ENGLISH));
    let german_times = german_times(pair.german);
    let mut german_values = quantity_values(&german_numbers);
    german_values.extend(german_times.iter().flat_map(ClockTime::values));
    german_values.extend(small_digits(pair.german));
    let mut english_values = quantity_values(&english_numbers);
    english_values.extend(small_digits(pair.english));
    let is_time = |quantity: &Quantity<'_>| german_times.iter().any(|time| time.range.contains(&quantity.start));
    let is_exponent = |text: &str, quantity: &Quantity<'_>| {
        let unit = text[..quantity.start].rsplit(|character: char| !character.is_alphabetic()).next();
        unit.is_some_and(|unit| SYMBOLS_BEFORE_EXPONENTS.contains(&unit))
    };
    let is_missing = |quantity: &&Quantity<'_>| {
        !is_stated(quantity, &english_values) && !is_time(quantity) && !is_exponent(pair.german, quantity)
    };
    if let Some(missing_number) = german_numbers.iter().find(is_missing) {
        return Some(format!("“{}” is missing", missing_number.text));
    }
    // English number words may count nothing: `one of them`.
    let is_invented = |quantity: &&Quantity<'_>| {
        quantity.digits && !is_stated(quantity, &german_values) && !is_exponent(pair.english, quantity)
    };
    let invented_number = english_numbers.iter().find(is_invented)?;
    Some(format!("“{}” is not in the German", invented_number.text))
}

/// Symbols that a digit may follow without being a number: `m2`, `CO2`.
const SYMBOLS_BEFORE_EXPONENTS: &[&str] = &["m", "km", "cm", "mm", "dm", "CO", "NO", "SO", "H", "O"];

/// The values of subscript and superscript digits.
fn small_digits(text: &str) -> impl Iterator<Item = f64> {
    text.chars().filter_map(|character| match character {
        '²' | '₂' => Some(2.0),
        '³' | '₃' => Some(3.0),
        '₄' => Some(4.0),
        _ => None,
    })
}

/// True if all values of some reading of `quantity` are among `values`, or none has to be.
fn is_stated(quantity: &Quantity<'_>, values: &[f64]) -> bool {
    let is_among_values = |value: &f64| values.iter().any(|stated_value| same_value(*value, *stated_value));
    quantity.readings.is_empty() || quantity.readings.iter().any(|reading| reading.iter().all(is_among_values))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_compared_by_value() {
        for (german, english, wanted) in [
            ("Das kostet 12,5 Mio. Euro.", "It costs 12.5 million euros.", None),
            ("Das kostet 12,5 Mio. Euro.", "It costs 12.5 billion euros.", Some("“12,5 Mio” is missing")),
            ("Das kostet 1.250 Euro.", "It costs €1,250.", None),
            ("Das kostet 1.250 Euro.", "It costs 1.250 euros.", Some("“1.250” is missing")),
            ("Um 20 Uhr beginnt es.", "It starts at 8 p.m.", None),
            ("Um 19.30 Uhr beginnt es.", "It starts at 7:30 pm.", None),
            ("Um 19.30 Uhr beginnt es.", "It starts at 9:30 pm.", Some("“19.30 Uhr” is missing")),
            ("Am 3. Oktober 1990", "On October 3rd, 1990", None),
            ("Am 3. Oktober 1990", "On October 3rd, 1991", Some("“1990” is missing")),
            ("Am 03.10.1990", "On 3 October 1990", None),
            ("Zwölf Kinder kamen.", "12 children came.", None),
            ("Zwölf Kinder kamen.", "Ten children came.", Some("“Zwölf” is missing")),
            ("Es waren 3 Kinder.", "There were three children.", None),
            ("Es waren viele Kinder.", "There were 30 children.", Some("“30” is not in the German")),
            ("5,5 Prozent", "5.5 per cent", None),
            ("Papst Johannes XXIII. starb.", "Pope John the 23rd died.", None),
            ("Papst Johannes XXIII. starb.", "Pope John XXII died.", Some("“XXIII” is missing")),
            ("im II. Weltkrieg", "in the Second World War", None),
            ("im II. Weltkrieg", "in World War II", None),
            ("Ludwig XIV.", "Louis XV", Some("“XIV” is missing")),
            ("zwischen 2 und 3 Millionen", "between two and three million", None),
            ("Um 7 Uhr fuhr der Zug.", "The train left at 7 p.m.", Some("“7 Uhr” is missing")),
            ("Der Zug geht um halb neun.", "The train leaves at half past eight.", None),
            ("Der Zug geht um halb neun.", "The train leaves at half past nine.", Some("“halb neun” is missing")),
            ("Er verlor eine Milliarde.", "He lost a million.", Some("“eine Milliarde” is missing")),
            ("Es geht um Milliarden.", "It is about billions.", None),
            ("Es geht um Milliarden.", "It is about millions.", Some("“Milliarden” is missing")),
            ("Er bekam eine halbe Million.", "He got one million.", Some("“eine halbe Million” is missing")),
            ("Er bekam eine halbe Million.", "He got half a million.", None),
            ("Der sechzehnte Mann", "The fifteenth man", Some("“sechzehnte” is missing")),
            ("Der sechzehnte Mann", "The 16th man", None),
            ("Die Zweijährige schlief.", "The three-year-old slept.", Some("“Zweijährige” is missing")),
            ("Es gibt 12 Bio-Höfe.", "There are 12 organic farms.", None),
            ("Die Wohnung misst 85 m².", "The flat measures 85 m2.", None),
            ("Die Wohnung misst 85 m2.", "The flat measures 85 square metres.", None),
            ("weniger CO₂", "less CO2", None),
        ] {
            let found = find_changed_number(&CheckedPair { german, english, ..CheckedPair::default() });
            assert_eq!(found.as_deref(), wanted, "{german} {english}");
        }
    }
}
