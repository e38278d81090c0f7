//! A number that is not the same on both sides.

use super::definition::{Check, Pair, Repair};
use super::quantities::{ENGLISH, GERMAN, Quantity, quantities, same, values};
use crate::document::Flag;

pub(super) const CHECK: Check = Check {
    flag: Flag::Number,
    sees: "a number of one side whose value is not on the other: decimals, thousands, Mio. and Mrd., percentages, sums, times, \
           dates, years, number words",
    why: "a wrong number is the error that is believed most easily",
    repair: Repair::Search,
    find,
};

fn find(pair: &Pair<'_>) -> Option<String> {
    let (german, english) = (quantities(pair.german, &GERMAN), quantities(pair.english, &ENGLISH));
    let (german_values, english_values) = (values(&german), values(&english));
    if let Some(missing) = german.iter().find(|quantity| !is_stated(quantity, &english_values)) {
        return Some(format!("“{}” is missing", missing.text));
    }
    // English number words may count nothing: `one of them`.
    let mut in_digits = english.iter().filter(|quantity| quantity.digits);
    let invented = in_digits.find(|quantity| !is_stated(quantity, &german_values))?;
    Some(format!("“{}” is not in the German", invented.text))
}

/// True if all values of some reading of `quantity` are among `values`, or none has to be.
fn is_stated(quantity: &Quantity<'_>, values: &[f64]) -> bool {
    let is_there = |value: &f64| values.iter().any(|other| same(*value, *other));
    quantity.readings.is_empty() || quantity.readings.iter().any(|reading| reading.iter().all(is_there))
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
            ("Um 19.30 Uhr beginnt es.", "It starts at 9:30 pm.", Some("“19.30” is missing")),
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
        ] {
            let found = find(&Pair { german, english, ..Pair::default() });
            assert_eq!(found.as_deref(), wanted, "{german} {english}");
        }
    }
}
