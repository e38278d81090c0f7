//! Numbers, by value: digits, magnitudes, ordinals and number words.

use std::ops::Range;

use super::edit::Edit;
use super::lost_value::LostValue;
use super::source::is_counting;
use super::times;
use crate::check::{ENGLISH, GERMAN, Quantity, english_number, german_times, is_german_only, quantities, same, values};
use crate::lexicon::currencies::CURRENCIES;
use crate::lexicon::{english, german};

/// What a number counts. Only numbers of one class stand for each other.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Class {
    Percent,
    Ordinal,
    Other,
}

/// A number of the German that the English lacks.
struct LeftNumber<'a> {
    quantity: Quantity<'a>,
    class: Class,
    unit: Option<&'static str>,
}

/// A number of the English that the German lacks.
struct OddNumber {
    range: Range<usize>,
    digits: String,
    class: Class,
    has_magnitude: bool,
    is_word: bool,
    unit: Option<&'static str>,
}

/// Puts numbers of the German in the place of the numbers that stand for them.
pub(super) fn edits(german: &str, english: &str) -> Vec<Edit> {
    let mut edits = ordinal_suffixes(english);
    let (left_numbers, odd_numbers) = left_over(german, english);
    edits.extend(places(&left_numbers, &odd_numbers).into_iter().zip(&left_numbers).filter_map(|(place, number)| {
        Some(Edit::correction_of(odd_numbers[place?].range.clone(), written(german, number)?))
    }));
    edits
}

/// The numbers of `german` that have no place in `english`.
pub(super) fn lost(german: &str, english: &str) -> Vec<LostValue> {
    let (left_numbers, odd_numbers) = left_over(german, english);
    let without_place =
        places(&left_numbers, &odd_numbers).into_iter().zip(&left_numbers).filter(|(place, _)| place.is_none());
    without_place
        .filter_map(|(_, number)| {
            let Quantity { start, text, .. } = number.quantity;
            let has_stop = number.class == Class::Ordinal && number.quantity.digits;
            let range = start..start + text.len() + usize::from(has_stop);
            Some(LostValue { range, english: written(german, number)? })
        })
        .collect()
}

/// For each number that is left over its place among the odd ones, if that is certain: the same digits with other separators
/// or zeros, or the only one of its class on both sides.
fn places(left_numbers: &[LeftNumber<'_>], odd_numbers: &[OddNumber]) -> Vec<Option<usize>> {
    let left_digits: Vec<String> = left_numbers.iter().map(|number| digits_of(number.quantity.text)).collect();
    let significant = |digits: &str| digits.trim_end_matches('0').to_owned();
    let only = |matching: Vec<usize>| if let [index] = matching[..] { Some(index) } else { None };
    let place_of = |index: usize| {
        let number = &left_numbers[index];
        let may_stand_for = |odd: &OddNumber| {
            let has_magnitude =
                number.quantity.readings.iter().flatten().chain(&number.quantity.optional).any(|value| *value >= 1e6);
            // A word stands for a word, or for what has a magnitude as well.
            let is_likely = !odd.is_word || !number.quantity.digits || (has_magnitude && odd.has_magnitude);
            odd.class == number.class
                && (has_magnitude || !odd.has_magnitude)
                && is_likely
                && may_share_unit(number, odd)
        };
        let by_digits: Vec<usize> = (0..odd_numbers.len())
            .filter(|odd_index| {
                let odd = &odd_numbers[*odd_index];
                odd.class == number.class
                    && number.quantity.digits
                    && may_share_unit(number, odd)
                    && significant(&left_digits[index]) == significant(&odd.digits)
            })
            .collect();
        let same_digits = left_digits.iter().filter(|digits| significant(digits) == significant(&left_digits[index]));
        if let Some(place) = only(by_digits).filter(|_| same_digits.count() == 1) {
            return Some(place);
        }
        let is_only_left = left_numbers.iter().filter(|other| other.class == number.class).count() == 1;
        let of_class = (0..odd_numbers.len()).filter(|odd_index| odd_numbers[*odd_index].class == number.class);
        only(of_class.collect()).filter(|place| is_only_left && may_stand_for(&odd_numbers[*place]))
    };
    (0..left_numbers.len()).map(place_of).collect()
}

fn digits_of(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// The numbers of each side whose values the other lacks. Clock times have a file of their own.
fn left_over<'a>(german: &'a str, english: &str) -> (Vec<LeftNumber<'a>>, Vec<OddNumber>) {
    let german_times = german_times(german);
    let english_times = if german_times.is_empty() { Vec::new() } else { times::places_of_times(english) };
    let is_in_time = |quantity: &Quantity<'_>| german_times.iter().any(|time| time.range.contains(&quantity.start));
    let mut german_numbers = quantities(german, &GERMAN);
    german_numbers.retain(|quantity| !is_in_time(quantity));
    let mut english_numbers = quantities(english, &ENGLISH);
    english_numbers.retain(|quantity| !english_times.iter().any(|range| range.contains(&quantity.start)));
    let (german_values, english_values) = (values(&german_numbers), values(&english_numbers));
    let total = |quantity: &Quantity<'_>| {
        let in_words = quantity.optional.last().copied().filter(|_| !quantity.digits);
        quantity.readings.iter().flatten().copied().chain(in_words).collect::<Vec<_>>()
    };
    let german_totals: Vec<f64> = german_numbers.iter().flat_map(total).collect();
    let is_among = |values: &[f64], value: f64| values.iter().any(|other| same(*other, value));
    let is_stated = |quantity: &Quantity<'_>, values: &[f64]| {
        quantity.readings.is_empty()
            || quantity.readings.iter().any(|reading| reading.iter().all(|value| is_among(values, *value)))
    };
    let left_numbers = german_numbers
        .into_iter()
        .filter(|quantity| !is_stated(quantity, &english_values) && !is_exponent(german, quantity.start));
    let left_numbers = left_numbers.map(|quantity| LeftNumber {
        class: german_class(german, &quantity),
        unit: german_unit(&german[quantity.start + quantity.text.len()..]),
        quantity,
    });
    let is_odd = |quantity: &Quantity<'_>| {
        let is_explained = if quantity.digits {
            is_stated(quantity, &german_values)
        } else {
            // `one of them` counts nothing.
            let total = quantity.optional.last().copied().unwrap_or_default();
            // The million in `half a million` is no million.
            let stated_values = if total < 1e3 { &german_values } else { &german_totals };
            let is_group = GROUPS.iter().any(|group| quantity.text.eq_ignore_ascii_case(group));
            // `Five thirty` is no number.
            let follows_number = english[..quantity.start].trim_end().ends_with(|before: char| before.is_alphabetic())
                && ends_with_number_word(&english[..quantity.start]);
            total <= 2.0 || is_group || follows_number || is_among(stated_values, total)
        };
        !is_explained && !is_exponent(english, quantity.start)
    };
    let odd_numbers = english_numbers.into_iter().filter(is_odd).map(|quantity| odd_number(english, &quantity));
    (left_numbers.collect(), odd_numbers.collect())
}

/// Units that translators convert: `15 Meter`, `50ft`.
const IMPERIAL: &str = "imperial unit";

fn german_unit(after: &str) -> Option<&'static str> {
    let after = after.trim_start_matches([' ', '\u{a0}', '\u{202f}', '.', '-']);
    let word = after
        .split(|mark: char| !mark.is_alphabetic() && !"€$£¥".contains(mark))
        .next()
        .unwrap_or_default()
        .to_lowercase();
    if matches!(word.as_str(), "fuß" | "zoll" | "meile" | "meilen" | "pfund" | "yard" | "yards") {
        return Some(IMPERIAL);
    }
    CURRENCIES.iter().find(|currency| currency.german.contains(&word.as_str())).map(|currency| currency.name)
}

fn english_unit(before: &str, after: &str) -> Option<&'static str> {
    let sign = before.trim_end().chars().next_back().filter(|sign| "€$£¥".contains(*sign)).map(String::from);
    let after = after.trim_start_matches([' ', '\u{a0}', '-']);
    let word = after
        .split(|mark: char| !mark.is_alphabetic() && !"€$£¥".contains(mark))
        .next()
        .unwrap_or_default()
        .to_lowercase();
    let is_imperial = matches!(
        word.as_str(),
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
    if is_imperial && sign.is_none() {
        return Some(IMPERIAL);
    }
    let name = sign.unwrap_or(word);
    CURRENCIES.iter().find(|currency| currency.english.contains(&name.as_str())).map(|currency| currency.name)
}

fn may_share_unit(number: &LeftNumber<'_>, odd: &OddNumber) -> bool {
    // `1998/1999` is also `1998-99`.
    let digits = digits_of(number.quantity.text);
    let is_short_year = matches!((digits.len(), odd.digits.len()), (2, 4) | (4, 2))
        && (digits.ends_with(&odd.digits) || odd.digits.ends_with(&digits));
    let agrees = match (number.unit, odd.unit) {
        (Some(one), Some(other)) => one == other,
        (None, Some(IMPERIAL)) => false,
        _ => true,
    };
    agrees && !is_short_year
}

/// True for a digit after the letters of a unit or formula: `m2`, `CO2`.
fn is_exponent(text: &str, start: usize) -> bool {
    text[..start].ends_with(char::is_alphabetic)
}

fn is_percent(after: &str) -> bool {
    let after = after.trim_start_matches([' ', '\u{a0}', '\u{202f}', '-']);
    ["%", "Prozent", "prozent", "percent", "per cent", "pct"].iter().any(|sign| after.starts_with(sign))
}

fn german_class(german: &str, quantity: &Quantity<'_>) -> Class {
    let after = &german[quantity.start + quantity.text.len()..];
    let next_word = after.strip_prefix(". ").and_then(|rest| rest.split(|mark: char| !mark.is_alphabetic()).next());
    let is_ordinal = if quantity.digits {
        // `am 3. Oktober` has no ending in English.
        quantity.text.len() <= 3
            && next_word
                .is_some_and(|word| !word.is_empty() && german::month_or_abbreviation(&word.to_lowercase()).is_none())
    } else {
        german::ordinal(&quantity.text.to_lowercase()).is_some()
    };
    match (is_percent(after), is_ordinal) {
        (true, _) => Class::Percent,
        (_, true) => Class::Ordinal,
        _ => Class::Other,
    }
}

fn odd_number(english: &str, quantity: &Quantity<'_>) -> OddNumber {
    let end = quantity.start + quantity.text.len();
    let after = &english[end..];
    let suffix = ["st", "nd", "rd", "th"].into_iter().find(|suffix| {
        quantity.digits && after.strip_prefix(suffix).is_some_and(|rest| !rest.starts_with(char::is_alphabetic))
    });
    let lower_text = quantity.text.to_lowercase();
    let is_ordinal_word = !quantity.digits
        && (lower_text.ends_with("th") || ["first", "second", "third"].iter().any(|word| lower_text.ends_with(word)));
    let class = match (is_percent(after), suffix.is_some() || is_ordinal_word) {
        (true, _) => Class::Percent,
        // `October 3rd` is a date, which German writes without an ending.
        (_, true) if follows_month(english, quantity.start) => Class::Other,
        (_, true) => Class::Ordinal,
        _ => Class::Other,
    };
    let is_large = |value: &f64| *value >= 1e6;
    // The article of `a million` belongs to it.
    let is_bare_magnitude =
        !quantity.digits && english::MAGNITUDES.iter().any(|(name, _)| lower_text.starts_with(name));
    let article_length = ["a ", "A "]
        .into_iter()
        .find(|article| is_bare_magnitude && ends_with_word(&english[..quantity.start], article));
    OddNumber {
        range: quantity.start - article_length.map_or(0, str::len)..end + suffix.map_or(0, str::len),
        digits: digits_of(quantity.text),
        class,
        is_word: !quantity.digits,
        unit: english_unit(&english[..quantity.start], after),
        has_magnitude: quantity.readings.iter().flatten().chain(&quantity.optional).any(is_large)
            && quantity.text.contains(char::is_alphabetic),
    }
}

/// English words that have a value and count nothing.
const GROUPS: &[&str] = &[
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

fn ends_with_number_word(text: &str) -> bool {
    let word = text.trim_end().rsplit(|mark: char| !mark.is_alphabetic()).next().unwrap_or_default();
    english::number_word(&word.to_lowercase()).is_some_and(|value| value > 1.0)
}

fn ends_with_word(text: &str, word: &str) -> bool {
    text.strip_suffix(word).is_some_and(|before| !before.ends_with(char::is_alphanumeric))
}

fn follows_month(english: &str, start: usize) -> bool {
    let before = english[..start].trim_end().rsplit(|mark: char| !mark.is_alphabetic()).next();
    before.is_some_and(|word| english::month_name(word).is_some())
}

/// What English writes for a number of the German.
fn written(german: &str, number: &LeftNumber<'_>) -> Option<String> {
    let quantity = &number.quantity;
    if !quantity.digits {
        let value = *quantity.readings.first()?.first()?;
        return Some(if number.class == Class::Ordinal {
            let whole = value as u64;
            format!("{whole}{}", english::ordinal_suffix(whole))
        } else {
            with_magnitude(value)
        });
    }
    let (digits, magnitude) = match quantity.text.find(char::is_alphabetic) {
        Some(word_start) => quantity.text.split_at(word_start),
        None => (quantity.text, ""),
    };
    let digits = digits.trim_end_matches(|mark: char| !mark.is_ascii_digit());
    if number.class == Class::Ordinal {
        let whole: u64 = digits.parse().ok()?;
        return Some(format!("{whole}{}", english::ordinal_suffix(whole)));
    }
    // A date or another series of numbers has no English form of its own.
    if digits.matches(['.', ',', ':']).count() > 0 && !is_german_only(digits) {
        return None;
    }
    let is_spaced = digits.contains(|mark: char| !mark.is_ascii_digit() && !".,:".contains(mark));
    if is_spaced && !is_counting(german, quantity.start..quantity.start + quantity.text.len()) {
        return Some(quantity.text.to_owned());
    }
    let is_long = digits.len() >= 5 && digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
    let number = if is_spaced || is_long { english::grouped(&digits_of(digits)) } else { english_number(digits) };
    let scale = german::MAGNITUDES.iter().find(|(name, _)| *name == magnitude.to_lowercase()).map(|(_, scale)| *scale);
    Some(match scale.and_then(english::magnitude_name) {
        Some(name) => format!("{number} {name}"),
        None => number,
    })
}

/// `2000000` as `two million`, `21` as `21`, `500000` as `half a million`.
fn with_magnitude(value: f64) -> String {
    if same(value, 0.5e6) {
        return "half a million".into();
    }
    let scale = [1e15, 1e12, 1e9, 1e6].into_iter().find(|scale| value >= *scale);
    let (count, name) = match scale {
        Some(scale) => (value / scale, english::magnitude_name(scale)),
        None => (value, None),
    };
    let count = if count.fract() == 0.0 { english::cardinal(count as u64) } else { count.to_string() };
    match name {
        Some(name) => format!("{count} {name}"),
        None => count,
    }
}

/// Ordinals with the right ending: `101th` becomes `101st`, `twentyth` becomes `twentieth`.
fn ordinal_suffixes(english: &str) -> Vec<Edit> {
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
    let tokens = crate::check::tokens(english);
    let misspelt = tokens.iter().filter_map(|token| {
        let (_, right) = MISSPELT.iter().find(|(wrong, _)| wrong.eq_ignore_ascii_case(token.text))?;
        Some(Edit::style(token.start..token.end(), *right))
    });
    let suffixes = tokens.windows(2).filter_map(|neighbours| {
        let [number, suffix] = neighbours else { return None };
        let value: u64 = number.text.parse().ok()?;
        let is_suffix = matches!(suffix.text, "st" | "nd" | "rd" | "th") && suffix.start == number.end();
        let right = english::ordinal_suffix(value);
        (is_suffix && right != suffix.text).then(|| Edit::style(suffix.start..suffix.end(), right))
    });
    misspelt.chain(suffixes).collect()
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
