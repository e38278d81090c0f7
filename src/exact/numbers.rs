//! Numbers, by value: digits, magnitudes, ordinals and number words.

use std::ops::Range;

use super::edit::ExactEdit;
use super::german_for_model::is_counting;
use super::lost_value::LostValue;
use super::times;
use crate::lexicon::currencies::CURRENCIES;
use crate::lexicon::{english, german};
use crate::quantities::{
    ENGLISH, GERMAN, Quantity, english_number, german_times, is_german_only, quantities, quantity_values, same_value,
};

/// What a number counts. Only numbers of one class stand for each other.
#[derive(Clone, Copy, Debug, PartialEq)]
enum NumberClass {
    Percent,
    Ordinal,
    Other,
}

/// A number of the German that the English lacks.
struct LostNumber<'a> {
    quantity: Quantity<'a>,
    class: NumberClass,
    unit: Option<&'static str>,
}

/// A number of the English that the German lacks.
struct ExtraNumber {
    range: Range<usize>,
    digits: String,
    class: NumberClass,
    has_magnitude: bool,
    is_word: bool,
    unit: Option<&'static str>,
}

/// Puts numbers of the German in the place of the English numbers that stand for them.
pub(super) fn edits(german: &str, english: &str) -> Vec<ExactEdit> {
    let mut edits = ordinal_suffixes(english);
    let (lost_numbers, extra_numbers) = unmatched_numbers(german, english);
    edits.extend(extra_places(&lost_numbers, &extra_numbers).into_iter().zip(&lost_numbers).filter_map(
        |(extra_index, lost_number)| {
            Some(ExactEdit::correction_of(extra_numbers[extra_index?].range.clone(), english_for(german, lost_number)?))
        },
    ));
    edits
}

/// The numbers of `german` that have no place in `english`.
pub(super) fn lost(german: &str, english: &str) -> Vec<LostValue> {
    let (lost_numbers, extra_numbers) = unmatched_numbers(german, english);
    let numbers_without_place = extra_places(&lost_numbers, &extra_numbers)
        .into_iter()
        .zip(&lost_numbers)
        .filter(|(extra_index, _)| extra_index.is_none());
    numbers_without_place
        .filter_map(|(_, lost_number)| {
            let Quantity { start, text, .. } = lost_number.quantity;
            let ends_in_full_stop = lost_number.class == NumberClass::Ordinal && lost_number.quantity.digits;
            let range = start..start + text.len() + usize::from(ends_in_full_stop);
            Some(LostValue { range, english: english_for(german, lost_number)? })
        })
        .collect()
}

/// For each lost German number the index of the extra English one that stands for it, if that is certain: the same digits with
/// other separators or zeros, or the only one of its class on both sides.
fn extra_places(lost_numbers: &[LostNumber<'_>], extra_numbers: &[ExtraNumber]) -> Vec<Option<usize>> {
    let lost_digits: Vec<String> =
        lost_numbers.iter().map(|lost_number| digits_of(lost_number.quantity.text)).collect();
    let significant_digits = |digits: &str| digits.trim_end_matches('0').to_owned();
    let only_index = |matching: Vec<usize>| if let [only] = matching[..] { Some(only) } else { None };
    let extra_place_of = |lost_index: usize| {
        let lost_number = &lost_numbers[lost_index];
        let may_stand_for = |extra_number: &ExtraNumber| {
            let has_magnitude = lost_number
                .quantity
                .readings
                .iter()
                .flatten()
                .chain(&lost_number.quantity.optional)
                .any(|number_value| *number_value >= 1e6);
            // A word stands for a word, or for what has a magnitude as well.
            let is_likely =
                !extra_number.is_word || !lost_number.quantity.digits || (has_magnitude && extra_number.has_magnitude);
            extra_number.class == lost_number.class
                && (has_magnitude || !extra_number.has_magnitude)
                && is_likely
                && may_share_unit(lost_number, extra_number)
        };
        let by_digits: Vec<usize> = (0..extra_numbers.len())
            .filter(|extra_index| {
                let extra_number = &extra_numbers[*extra_index];
                extra_number.class == lost_number.class
                    && lost_number.quantity.digits
                    && may_share_unit(lost_number, extra_number)
                    && significant_digits(&lost_digits[lost_index]) == significant_digits(&extra_number.digits)
            })
            .collect();
        let same_digits = lost_digits
            .iter()
            .filter(|digits| significant_digits(digits) == significant_digits(&lost_digits[lost_index]));
        if let Some(extra_index) = only_index(by_digits).filter(|_| same_digits.count() == 1) {
            return Some(extra_index);
        }
        let is_only_left = lost_numbers.iter().filter(|other_lost| other_lost.class == lost_number.class).count() == 1;
        let extras_of_class =
            (0..extra_numbers.len()).filter(|extra_index| extra_numbers[*extra_index].class == lost_number.class);
        only_index(extras_of_class.collect())
            .filter(|extra_index| is_only_left && may_stand_for(&extra_numbers[*extra_index]))
    };
    (0..lost_numbers.len()).map(extra_place_of).collect()
}

fn digits_of(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// The numbers of the German and of the English whose values the other lacks. Clock times have a file of their own.
fn unmatched_numbers<'a>(german: &'a str, english: &str) -> (Vec<LostNumber<'a>>, Vec<ExtraNumber>) {
    let german_times = german_times(german);
    let english_times = if german_times.is_empty() { Vec::new() } else { times::ranges_of_times(english) };
    let is_in_time = |quantity: &Quantity<'_>| german_times.iter().any(|time| time.range.contains(&quantity.start));
    let mut german_numbers = quantities(german, &GERMAN);
    german_numbers.retain(|quantity| !is_in_time(quantity));
    let mut english_numbers = quantities(english, &ENGLISH);
    english_numbers.retain(|quantity| !english_times.iter().any(|range| range.contains(&quantity.start)));
    let (german_values, english_values) = (quantity_values(&german_numbers), quantity_values(&english_numbers));
    let number_totals = |quantity: &Quantity<'_>| {
        let value_of_words = quantity.optional.last().copied().filter(|_| !quantity.digits);
        quantity.readings.iter().flatten().copied().chain(value_of_words).collect::<Vec<_>>()
    };
    let german_totals: Vec<f64> = german_numbers.iter().flat_map(number_totals).collect();
    let is_among = |number_values: &[f64], number_value: f64| {
        number_values.iter().any(|other_value| same_value(*other_value, number_value))
    };
    let is_stated = |quantity: &Quantity<'_>, number_values: &[f64]| {
        quantity.readings.is_empty()
            || quantity
                .readings
                .iter()
                .any(|reading| reading.iter().all(|number_value| is_among(number_values, *number_value)))
    };
    let lost_numbers = german_numbers
        .into_iter()
        .filter(|quantity| !is_stated(quantity, &english_values) && !is_exponent(german, quantity.start));
    let lost_numbers = lost_numbers.map(|quantity| LostNumber {
        class: german_class(german, &quantity),
        unit: german_unit(&german[quantity.start + quantity.text.len()..]),
        quantity,
    });
    let is_extra = |quantity: &Quantity<'_>| {
        let is_explained = if quantity.digits {
            is_stated(quantity, &german_values)
        } else {
            // `one of them` counts nothing.
            let word_total = quantity.optional.last().copied().unwrap_or_default();
            // The million in `half a million` is no million.
            let stated_values = if word_total < 1e3 { &german_values } else { &german_totals };
            let counts_nothing = WORDS_THAT_COUNT_NOTHING.iter().any(|word| quantity.text.eq_ignore_ascii_case(word));
            // `Five thirty` is no number.
            let follows_number = english[..quantity.start].trim_end().ends_with(|before: char| before.is_alphabetic())
                && ends_with_number_word(&english[..quantity.start]);
            word_total <= 2.0 || counts_nothing || follows_number || is_among(stated_values, word_total)
        };
        !is_explained && !is_exponent(english, quantity.start)
    };
    let extra_numbers = english_numbers.into_iter().filter(is_extra).map(|quantity| extra_number(english, &quantity));
    (lost_numbers.collect(), extra_numbers.collect())
}

/// Units that translators convert: `15 Meter`, `50ft`.
const IMPERIAL: &str = "imperial unit";

fn german_unit(after_number: &str) -> Option<&'static str> {
    let after_number = after_number.trim_start_matches([' ', '\u{a0}', '\u{202f}', '.', '-']);
    let unit_word = after_number
        .split(|mark: char| !mark.is_alphabetic() && !"€$£¥".contains(mark))
        .next()
        .unwrap_or_default()
        .to_lowercase();
    if matches!(unit_word.as_str(), "fuß" | "zoll" | "meile" | "meilen" | "pfund" | "yard" | "yards") {
        return Some(IMPERIAL);
    }
    CURRENCIES.iter().find(|currency| currency.german.contains(&unit_word.as_str())).map(|currency| currency.name)
}

fn english_unit(before_number: &str, after_number: &str) -> Option<&'static str> {
    let currency_sign = before_number
        .trim_end()
        .chars()
        .next_back()
        .filter(|currency_sign| "€$£¥".contains(*currency_sign))
        .map(String::from);
    let after_number = after_number.trim_start_matches([' ', '\u{a0}', '-']);
    let unit_word = after_number
        .split(|mark: char| !mark.is_alphabetic() && !"€$£¥".contains(mark))
        .next()
        .unwrap_or_default()
        .to_lowercase();
    let is_imperial = matches!(
        unit_word.as_str(),
        "ft" | "feet"
            | "foot"
            | "inch"
            | "inches"
            | "pound"
            | "pounds"
            | "lb"
            | "lbs"
            | "mph"
            | "yard"
            | "yards"
            | "mile"
            | "miles"
            | "acre"
            | "acres"
            | "cubic"
            | "ounces"
            | "gallons"
            | "metric"
    );
    if is_imperial && currency_sign.is_none() {
        return Some(IMPERIAL);
    }
    let currency_name = currency_sign.unwrap_or(unit_word);
    CURRENCIES.iter().find(|currency| currency.english.contains(&currency_name.as_str())).map(|currency| currency.name)
}

fn may_share_unit(lost_number: &LostNumber<'_>, extra_number: &ExtraNumber) -> bool {
    // `1998/1999` is also `1998-99`.
    let lost_digits = digits_of(lost_number.quantity.text);
    let is_short_year = matches!((lost_digits.len(), extra_number.digits.len()), (2, 4) | (4, 2))
        && (lost_digits.ends_with(&extra_number.digits) || extra_number.digits.ends_with(&lost_digits));
    let units_agree = match (lost_number.unit, extra_number.unit) {
        (Some(lost_unit), Some(extra_unit)) => lost_unit == extra_unit,
        (None, Some(IMPERIAL)) => false,
        _ => true,
    };
    units_agree && !is_short_year
}

/// True for a digit after the letters of a unit or formula: `m2`, `CO2`.
fn is_exponent(text: &str, number_start: usize) -> bool {
    text[..number_start].ends_with(char::is_alphabetic)
}

fn is_percent(after_number: &str) -> bool {
    let after_number = after_number.trim_start_matches([' ', '\u{a0}', '\u{202f}', '-']);
    ["%", "Prozent", "prozent", "percent", "per cent", "pct"]
        .iter()
        .any(|percent_sign| after_number.starts_with(percent_sign))
}

fn german_class(german: &str, quantity: &Quantity<'_>) -> NumberClass {
    let after_number = &german[quantity.start + quantity.text.len()..];
    let next_word = after_number
        .strip_prefix(". ")
        .and_then(|after_full_stop| after_full_stop.split(|mark: char| !mark.is_alphabetic()).next());
    let is_ordinal = if quantity.digits {
        // `am 3. Oktober` has no ending in English.
        quantity.text.len() <= 3
            && next_word
                .is_some_and(|word| !word.is_empty() && german::month_or_abbreviation(&word.to_lowercase()).is_none())
    } else {
        german::ordinal(&quantity.text.to_lowercase()).is_some()
    };
    match (is_percent(after_number), is_ordinal) {
        (true, _) => NumberClass::Percent,
        (_, true) => NumberClass::Ordinal,
        _ => NumberClass::Other,
    }
}

fn extra_number(english: &str, quantity: &Quantity<'_>) -> ExtraNumber {
    let number_end = quantity.start + quantity.text.len();
    let after_number = &english[number_end..];
    let ordinal_suffix = ["st", "nd", "rd", "th"].into_iter().find(|ordinal_suffix| {
        quantity.digits
            && after_number
                .strip_prefix(ordinal_suffix)
                .is_some_and(|after_suffix| !after_suffix.starts_with(char::is_alphabetic))
    });
    let lower_text = quantity.text.to_lowercase();
    let is_ordinal_word = !quantity.digits
        && (lower_text.ends_with("th") || ["first", "second", "third"].iter().any(|word| lower_text.ends_with(word)));
    let number_class = match (is_percent(after_number), ordinal_suffix.is_some() || is_ordinal_word) {
        (true, _) => NumberClass::Percent,
        // `October 3rd` is a date, which German writes without an ending.
        (_, true) if follows_month(english, quantity.start) => NumberClass::Other,
        (_, true) => NumberClass::Ordinal,
        _ => NumberClass::Other,
    };
    let is_million = |number_value: &f64| *number_value >= 1e6;
    // The article of `a million` belongs to it.
    let is_bare_magnitude = !quantity.digits
        && english::MAGNITUDES.iter().any(|(magnitude_name, _)| lower_text.starts_with(magnitude_name));
    let article_length = ["a ", "A "]
        .into_iter()
        .find(|english_article| is_bare_magnitude && ends_with_word(&english[..quantity.start], english_article));
    ExtraNumber {
        range: quantity.start - article_length.map_or(0, str::len)..number_end + ordinal_suffix.map_or(0, str::len),
        digits: digits_of(quantity.text),
        class: number_class,
        is_word: !quantity.digits,
        unit: english_unit(&english[..quantity.start], after_number),
        has_magnitude: quantity.readings.iter().flatten().chain(&quantity.optional).any(is_million)
            && quantity.text.contains(char::is_alphabetic),
    }
}

/// English words that have a value and count nothing.
const WORDS_THAT_COUNT_NOTHING: &[&str] = &[
    "decade",
    "decades",
    "century",
    "dozen",
    "fortnight",
    "noon",
    "midnight",
    "quarter",
    "quarters",
    "twenties",
    "thirties",
    "forties",
    "fifties",
    "sixties",
    "seventies",
    "eighties",
    "nineties",
    "trio",
    "triple",
    "may",
    "march",
    "august",
];

fn ends_with_number_word(english: &str) -> bool {
    let last_word = english.trim_end().rsplit(|mark: char| !mark.is_alphabetic()).next().unwrap_or_default();
    english::number_word(&last_word.to_lowercase()).is_some_and(|value| value > 1.0)
}

fn ends_with_word(english: &str, word: &str) -> bool {
    english.strip_suffix(word).is_some_and(|english_before| !english_before.ends_with(char::is_alphanumeric))
}

fn follows_month(english: &str, number_start: usize) -> bool {
    let word_before = english[..number_start].trim_end().rsplit(|mark: char| !mark.is_alphabetic()).next();
    word_before.is_some_and(|word| english::month_name(word).is_some())
}

/// What English writes for a number of the German.
fn english_for(german: &str, lost_number: &LostNumber<'_>) -> Option<String> {
    let quantity = &lost_number.quantity;
    if !quantity.digits {
        let german_value = *quantity.readings.first()?.first()?;
        return Some(if lost_number.class == NumberClass::Ordinal {
            let whole_value = german_value as u64;
            format!("{whole_value}{}", english::ordinal_suffix(whole_value))
        } else {
            in_words_of_magnitude(german_value)
        });
    }
    let (german_digits, german_magnitude) = match quantity.text.find(char::is_alphabetic) {
        Some(magnitude_start) => quantity.text.split_at(magnitude_start),
        None => (quantity.text, ""),
    };
    let german_digits = german_digits.trim_end_matches(|mark: char| !mark.is_ascii_digit());
    if lost_number.class == NumberClass::Ordinal {
        let whole_value: u64 = german_digits.parse().ok()?;
        return Some(format!("{whole_value}{}", english::ordinal_suffix(whole_value)));
    }
    // A date or another series of numbers has no English form of its own.
    if german_digits.matches(['.', ',', ':']).count() > 0 && !is_german_only(german_digits) {
        return None;
    }
    let is_spaced = german_digits.contains(|mark: char| !mark.is_ascii_digit() && !".,:".contains(mark));
    if is_spaced && !is_counting(german, quantity.start..quantity.start + quantity.text.len()) {
        return Some(quantity.text.to_owned());
    }
    let is_long = german_digits.len() >= 5
        && german_digits.bytes().all(|byte| byte.is_ascii_digit())
        && !german_digits.starts_with('0');
    let english_digits =
        if is_spaced || is_long { english::grouped(&digits_of(german_digits)) } else { english_number(german_digits) };
    let magnitude_scale = german::MAGNITUDES
        .iter()
        .find(|(magnitude_name, _)| *magnitude_name == german_magnitude.to_lowercase())
        .map(|(_, magnitude_scale)| *magnitude_scale);
    Some(match magnitude_scale.and_then(english::magnitude_name) {
        Some(magnitude_name) => format!("{english_digits} {magnitude_name}"),
        None => english_digits,
    })
}

/// `2000000` as `two million`, `21` as `21`, `500000` as `half a million`.
fn in_words_of_magnitude(number_value: f64) -> String {
    if same_value(number_value, 0.5e6) {
        return "half a million".into();
    }
    let magnitude_scale = [1e15, 1e12, 1e9, 1e6].into_iter().find(|magnitude_scale| number_value >= *magnitude_scale);
    let (magnitude_count, magnitude_name) = match magnitude_scale {
        Some(magnitude_scale) => (number_value / magnitude_scale, english::magnitude_name(magnitude_scale)),
        None => (number_value, None),
    };
    let magnitude_count = if magnitude_count.fract() == 0.0 {
        english::cardinal(magnitude_count as u64)
    } else {
        magnitude_count.to_string()
    };
    match magnitude_name {
        Some(magnitude_name) => format!("{magnitude_count} {magnitude_name}"),
        None => magnitude_count,
    }
}

/// Ordinals with the right ending: `101th` becomes `101st`, `twentyth` becomes `twentieth`.
fn ordinal_suffixes(english: &str) -> Vec<ExactEdit> {
    const MISSPELT: &[(&str, &str)] = &[
        ("fiveth", "fifth"),
        ("eightth", "eighth"),
        ("nineth", "ninth"),
        ("twelveth", "twelfth"),
        ("twentyth", "twentieth"),
        ("thirtyth", "thirtieth"),
        ("fortyth", "fortieth"),
        ("fiftyth", "fiftieth"),
        ("sixtyth", "sixtieth"),
        ("seventyth", "seventieth"),
        ("eightyth", "eightieth"),
        ("ninetyth", "ninetieth"),
    ];
    let tokens = crate::quantities::tokens(english);
    let misspelt_ordinals = tokens.iter().filter_map(|token| {
        let (_, right_spelling) = MISSPELT.iter().find(|(misspelt, _)| misspelt.eq_ignore_ascii_case(token.text))?;
        Some(ExactEdit::style(token.start..token.end(), *right_spelling))
    });
    let wrong_suffixes = tokens.windows(2).filter_map(|neighbours| {
        let [number_token, suffix_token] = neighbours else { return None };
        let ordinal_value: u64 = number_token.text.parse().ok()?;
        let is_suffix =
            matches!(suffix_token.text, "st" | "nd" | "rd" | "th") && suffix_token.start == number_token.end();
        let right_spelling = english::ordinal_suffix(ordinal_value);
        (is_suffix && right_spelling != suffix_token.text)
            .then(|| ExactEdit::style(suffix_token.start..suffix_token.end(), right_spelling))
    });
    misspelt_ordinals.chain(wrong_suffixes).collect()
}

#[cfg(test)]
mod tests {
    use super::super::edit::apply;
    use super::*;

    #[test]
    fn a_number_is_put_in_the_place_of_the_one_that_stands_for_it() {
        for (german, english, wanted) in [
            ("Es kamen 30 Kinder.", "There were 50 children.", "There were 30 children."),
            ("Er zahlte 15 000 Euro.", "He paid 150,000 euros.", "He paid 15,000 euros."),
            ("Es gibt 310000 Euro.", "There are 3100 euros.", "There are 310,000 euros."),
            ("Der Fonds hat 2,7 Mrd. Dollar.", "The fund has $2.7.7 billion.", "The fund has $2.7 billion."),
            ("Er verlor eine Milliarde Euro.", "He lost a million euros.", "He lost one billion euros."),
            ("Er bekam eine halbe Million.", "He got one million.", "He got half a million."),
            ("Der sechzehnte Mann", "The fifteenth man", "The 16th man"),
            ("Das ist die 101. Auflage.", "This is the 101th edition.", "This is the 101st edition."),
            ("Der zwanzigste Tag", "The twentyth day", "The twentieth day"),
            ("Die Zweijährige schlief.", "The three-year-old slept.", "The two-year-old slept."),
            ("Um 0,3 Punkte auf 5,8 Prozent", "by 0.3 points to 5.9 percent", "by 0.3 points to 5.8 percent"),
            ("Von 12 auf 5,8 Prozent", "from 13 to 5.9 percent", "from 12 to 5.8 percent"),
            ("Es waren 20 oder 30 Leute.", "There were 40 or 50 people.", "There were 40 or 50 people."),
            ("Es waren 20 Leute.", "It was 5 million people.", "It was 5 million people."),
            ("Am 3. Oktober", "On October 4th", "On October 3"),
            ("Um 8 Uhr kamen 30 Leute.", "At 9 a.m. there were 30 people.", "At 9 a.m. there were 30 people."),
            ("Zehnmal so viel wie 82 Millionen", "Ten times as much", "Ten times as much"),
            ("Zwei Tage im Jahrzehnt", "Days in the decade", "Days in the decade"),
            ("Sie saß 15 Meter hoch fest.", "She was stuck 50ft up.", "She was stuck 50ft up."),
            ("Sie verdient 1.730 Euro.", "She earns $2,400.", "She earns $2,400."),
            ("Im Winter 1998/1999", "In the winter of 1998-99", "In the winter of 1998-99"),
            ("Sie kamen zu zweit.", "One of them came.", "One of them came."),
        ] {
            assert_eq!(apply(english, edits(german, english)), wanted, "{german} {english}");
        }
    }

    #[test]
    fn what_has_no_place_is_lost() {
        for (german, english, wanted) in [
            ("Es kamen vier Kinder.", "There were children.", vec!["four"]),
            ("Es kamen 20 oder 30 Leute.", "There were 40 or 50 people.", vec!["20", "30"]),
            ("Zum 25. Mal", "Again", vec!["25th"]),
            ("Es kostet 12,5 Mio. Euro.", "It costs euros.", vec!["12.5 million"]),
            ("Es kostet 12,5 Mio. Euro.", "It costs 12.5 million euros.", vec![]),
        ] {
            let lost: Vec<String> = lost(german, english).into_iter().map(|value| value.english).collect();
            assert_eq!(lost, wanted, "{german}");
        }
    }
}
