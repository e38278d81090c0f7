//! German → the same German with times, dates, numbers, amounts and letters written in the way that models read best.
//!
//! Only forms change, never values. The checks and the reader see the German as it was written.

use std::borrow::Cow;
use std::ops::Range;

use super::calendar::numeric_date;
use super::edit::{ExactEdit, apply};
use super::letters::folded_letter;
use super::times::spoken_times;
use crate::check::literals;
use crate::lexicon::{currencies, english, german};
use crate::quantities::{QuantityToken, tokens};

/// `german` as models read it best. `lacks` says whether the model has no token for a text; its letters are replaced by plain
/// ones.
pub fn german_for_model<'a>(german: &'a str, lacks: &dyn Fn(&str) -> bool) -> Cow<'a, str> {
    let german_literals = literals(german);
    let mut german_edits = spoken_times_as_digits(german);
    let german_tokens = tokens(german);
    for token_index in 0..german_tokens.len() {
        let german_edit = numeric_date_in_words(&german_tokens, token_index)
            .or_else(|| amount_in_words(german, &german_tokens, token_index))
            .or_else(|| with_digit_groups(german, &german_tokens, token_index))
            .or_else(|| spelt_out_magnitude(german, &german_tokens, token_index))
            .or_else(|| number_word_as_digits(german, &german_tokens, token_index))
            .or_else(|| multiple_as_digits(&german_tokens, token_index))
            .or_else(|| result_in_words(german, &german_tokens, token_index))
            .or_else(|| fraction_as_digits(german, &german_tokens, token_index))
            .or_else(|| volume_as_symbol(german, &german_tokens, token_index))
            .or_else(|| austrian_month(&german_tokens, token_index));
        german_edits.extend(german_edit);
    }
    german_edits.extend(vulgar_fractions(german));
    german_edits.retain(|german_edit| {
        german_literals.iter().all(|german_literal| {
            german_edit.range.end <= german_literal.start || german_literal.end <= german_edit.range.start
        })
    });
    let rewritten_german =
        if german_edits.is_empty() { Cow::Borrowed(german) } else { Cow::Owned(apply(german, german_edits)) };
    with_known_letters(rewritten_german, lacks)
}

/// `german` with letters that the model lacks as plain ones.
fn with_known_letters<'a>(german: Cow<'a, str>, lacks: &dyn Fn(&str) -> bool) -> Cow<'a, str> {
    let plain_letters = |letter: char| folded_letter(letter).filter(|_| lacks(letter.encode_utf8(&mut [0; 4])));
    if !german.chars().any(|letter| !letter.is_ascii() && plain_letters(letter).is_some()) {
        return german;
    }
    Cow::Owned(german.chars().map(|letter| plain_letters(letter).unwrap_or_else(|| letter.to_string())).collect())
}

fn text_between<'a>(german: &'a str, german_tokens: &[QuantityToken<'_>], token_index: usize) -> Option<&'a str> {
    german.get(german_tokens.get(token_index.checked_sub(1)?)?.end()..german_tokens.get(token_index)?.start)
}

fn is_space(text_between: Option<&str>) -> bool {
    matches!(text_between, Some(" " | "\u{a0}" | "\u{202f}"))
}

/// `halb neun` → `8.30 Uhr`.
fn spoken_times_as_digits(german: &str) -> Vec<ExactEdit> {
    let time_edit = |(time_range, minutes): (Range<usize>, u16)| {
        ExactEdit::style(time_range, format!("{}.{:02} Uhr", minutes / 60, minutes % 60))
    };
    spoken_times(german).into_iter().map(time_edit).collect()
}

/// `24.08.2022` → `24. August 2022`.
fn numeric_date_in_words(german_tokens: &[QuantityToken<'_>], token_index: usize) -> Option<ExactEdit> {
    let date_token = &german_tokens[token_index];
    let (day, month, year) = numeric_date(date_token)?;
    let month_name = german::month_in_full(month)?;
    let year_in_full = match (year.len(), year.parse::<u16>().ok()?) {
        (2, two_digits) if two_digits < 50 => format!("20{year}"),
        (2, _) => format!("19{year}"),
        _ => year.to_owned(),
    };
    Some(ExactEdit::style(date_token.start..date_token.end(), format!("{day}. {month_name} {year_in_full}")))
}

/// `Jänner` → `Januar`.
fn austrian_month(german_tokens: &[QuantityToken<'_>], token_index: usize) -> Option<ExactEdit> {
    let month_token = &german_tokens[token_index];
    let usual_month = match month_token.text {
        "Jänner" => "Januar",
        "Feber" => "Februar",
        _ => return None,
    };
    Some(ExactEdit::style(month_token.start..month_token.end(), usual_month))
}

/// Signs of currencies and what German calls them.
const CURRENCY_SIGNS: &[(char, &str)] = &[('€', "Euro"), ('$', "Dollar"), ('£', "Pfund"), ('¥', "Yen")];

/// `12 €`, `€ 12` and `2,4 Mio. €` → `12 Euro`, `2,4 Millionen Euro`; `−5` → `minus 5`.
fn amount_in_words(german: &str, german_tokens: &[QuantityToken<'_>], token_index: usize) -> Option<ExactEdit> {
    let number_token = german_tokens.get(token_index).filter(|number_token| number_token.digits)?;
    let german_before = &german[..number_token.start];
    if let Some(sign_start) = german_before
        .strip_suffix('−')
        .map(str::len)
        .filter(|sign_start| !german[..*sign_start].ends_with(|mark: char| mark.is_alphanumeric()))
    {
        return Some(ExactEdit::style(sign_start..number_token.start, "minus "));
    }
    let currency_sign_at =
        |text: &str| CURRENCY_SIGNS.iter().find(|(currency_sign, _)| text.starts_with(*currency_sign)).copied();
    // A magnitude may stand between the number and the sign.
    let magnitude_after = german_tokens
        .get(token_index + 1)
        .filter(|_| {
            is_space(text_between(german, german_tokens, token_index + 1))
                || text_between(german, german_tokens, token_index + 1) == Some("")
        })
        .and_then(|magnitude_token| {
            let magnitude_name = spelt_magnitude(german, magnitude_token)?;
            Some((
                magnitude_name,
                magnitude_token.end() + usize::from(german[magnitude_token.end()..].starts_with('.')),
            ))
        });
    let (german_number, number_end) = match magnitude_after {
        Some((magnitude_name, magnitude_end)) => (format!("{} {magnitude_name}", number_token.text), magnitude_end),
        None => (number_token.text.to_owned(), number_token.end()),
    };
    let after_number = &german[number_end..];
    let space_length = after_number.len() - after_number.trim_start_matches([' ', '\u{a0}', '\u{202f}']).len();
    if let Some((currency_sign, currency_name)) =
        currency_sign_at(&after_number[space_length..]).filter(|_| space_length <= 3)
    {
        let amount_end = number_end + space_length + currency_sign.len_utf8();
        return Some(ExactEdit::style(number_token.start..amount_end, format!("{german_number} {currency_name}")));
    }
    let before_spaces = german_before.trim_end_matches([' ', '\u{a0}', '\u{202f}']);
    let (currency_sign, currency_name) = before_spaces
        .chars()
        .next_back()
        .and_then(|currency_sign| currency_sign_at(currency_sign.encode_utf8(&mut [0; 4])))?;
    let sign_start = before_spaces.len() - currency_sign.len_utf8();
    let is_alone = !german[..sign_start].ends_with(|mark: char| mark.is_alphanumeric())
        && german_before.len() - before_spaces.len() <= 3;
    // `5 € 12 Kinder`: the sign belongs to the number before it.
    let follows_number = german[..sign_start].trim_end().ends_with(|digit: char| digit.is_ascii_digit());
    (is_alone && !follows_number)
        .then(|| ExactEdit::style(sign_start..number_end, format!("{german_number} {currency_name}")))
}

/// `15 000` and `1'250` → `15.000`, `1.250`; `310000 Euro` → `310.000 Euro`.
fn with_digit_groups(german: &str, german_tokens: &[QuantityToken<'_>], first_index: usize) -> Option<ExactEdit> {
    let first_group = german_tokens
        .get(first_index)
        .filter(|token| token.digits && token.text.bytes().all(|byte| byte.is_ascii_digit()))?;
    let continues_number = |group_index: usize| {
        let is_joined =
            matches!(text_between(german, german_tokens, group_index), Some(" " | "\u{a0}" | "\u{202f}" | "'" | "’"));
        is_joined
            && german_tokens.get(group_index).is_some_and(|next_group| {
                next_group.digits
                    && next_group.text.len() == 3
                    && next_group.text.bytes().all(|byte| byte.is_ascii_digit())
            })
    };
    let is_part_of_longer = is_space(text_between(german, german_tokens, first_index))
        && first_index > 0
        && (german_tokens[first_index - 1].digits
            || matches!(german_tokens[first_index - 1].text, "Telefon" | "Tel" | "Nummer" | "Notrufnummer" | "Nr"));
    if first_group.text.starts_with('0') || is_part_of_longer {
        return None;
    }
    let group_count =
        (first_index + 1..german_tokens.len()).take_while(|next_group| continues_number(*next_group)).count();
    if group_count > 0 && first_group.text.len() <= 3 {
        let last_group = &german_tokens[first_index + group_count];
        let is_counting_number = is_counting(german, first_group.start..last_group.end());
        let group_digits: Vec<&str> =
            german_tokens[first_index..=first_index + group_count].iter().map(|token| token.text).collect();
        return is_counting_number
            .then(|| ExactEdit::style(first_group.start..last_group.end(), group_digits.join(".")));
    }
    let unit_token = german_tokens
        .get(first_index + 1)
        .filter(|_| is_space(text_between(german, german_tokens, first_index + 1)))?;
    let is_amount = currencies::CURRENCIES
        .iter()
        .any(|currency| currency.german.contains(&unit_token.text.to_lowercase().as_str()));
    ((5..=9).contains(&first_group.text.len()) && is_amount).then(|| {
        ExactEdit::style(first_group.start..first_group.end(), english::grouped(first_group.text).replace(',', "."))
    })
}

/// Words before or within what names a number and counts nothing.
const WORDS_OF_NUMBERS: &[&str] =
    &["Telefon", "Tel.", "Tel", "Nummer", "nummer", "Nr.", "Nr", "Hotline", "Fax", "Durchwahl", "IBAN"];

/// True if the spaced digits at `digits_range` count something, and are no telephone number: what they count follows.
pub(super) fn is_counting(german: &str, digits_range: Range<usize>) -> bool {
    let before_digits = german[..digits_range.start].trim_end_matches([' ', '\u{a0}', ':']);
    let is_named_number = WORDS_OF_NUMBERS.iter().any(|word_of_numbers| before_digits.ends_with(word_of_numbers));
    let after_digits = german[digits_range.end..].trim_start_matches([' ', '\u{a0}', '\u{202f}']);
    let is_followed_by_noun = after_digits.starts_with(|mark: char| mark.is_alphabetic() || "€$£%".contains(mark));
    let is_verb = ["ist ", "hat ", "wird ", "oder ", "und "].iter().any(|verb| after_digits.starts_with(verb));
    !is_named_number && is_followed_by_noun && !is_verb && !german[digits_range.start..].starts_with('0')
}

/// The German word for the abbreviated magnitude `magnitude_token`.
fn spelt_magnitude(german: &str, magnitude_token: &QuantityToken<'_>) -> Option<&'static str> {
    let has_full_stop = german[magnitude_token.end()..].starts_with('.');
    match magnitude_token.text {
        "Mio" => Some("Millionen"),
        "Mrd" => Some("Milliarden"),
        "Mill" if has_full_stop => Some("Millionen"),
        "Bio" if has_full_stop => Some("Billionen"),
        "Tsd" => Some("Tausend"),
        _ => None,
    }
}

/// `12,5 Mio.` → `12,5 Millionen`.
fn spelt_out_magnitude(german: &str, german_tokens: &[QuantityToken<'_>], token_index: usize) -> Option<ExactEdit> {
    let magnitude_token = &german_tokens[token_index];
    let magnitude_name = spelt_magnitude(german, magnitude_token)?;
    german_tokens.get(token_index.checked_sub(1)?).filter(|number_token| number_token.digits)?;
    let after_magnitude = &german[magnitude_token.end()..];
    // At the end the full stop is that of the sentence.
    let is_abbreviation_stop = after_magnitude.starts_with('.')
        && !after_magnitude[1..].trim_start_matches(['"', '“', '”', ')']).trim().is_empty();
    Some(ExactEdit::style(
        magnitude_token.start..magnitude_token.end() + usize::from(is_abbreviation_stop),
        magnitude_name,
    ))
}

/// `einundzwanzig` → `21`, `fünfundzwanzigsten` → `25.`.
fn number_word_as_digits(german: &str, german_tokens: &[QuantityToken<'_>], token_index: usize) -> Option<ExactEdit> {
    let number_token =
        german_tokens.get(token_index).filter(|number_token| !number_token.digits && number_token.text.len() >= 7)?;
    let opens_sentence = !german[..number_token.start].contains(char::is_alphanumeric);
    let is_part_of_compound =
        german[..number_token.start].ends_with('-') || german[number_token.end()..].starts_with('-');
    if (number_token.text.starts_with(char::is_uppercase) && !opens_sentence) || is_part_of_compound {
        return None;
    }
    let lower_word = number_token.text.to_lowercase();
    // `neunzehnhundertneunundachtzig` is a year.
    let in_digits = |number_value: f64| {
        let digits = (number_value as u64).to_string();
        if lower_word.contains("zehnhundert") || number_value < 1000.0 {
            digits
        } else {
            english::grouped(&digits).replace(',', ".")
        }
    };
    let cardinal = german::cardinal(&lower_word).filter(|number_value| *number_value > 20.0);
    let is_counted = german_tokens.get(token_index + 1).is_some_and(|next_token| !next_token.digits)
        && is_space(text_between(german, german_tokens, token_index + 1));
    let number_in_digits = match (cardinal, german::ordinal(&lower_word).filter(|number_value| *number_value >= 20.0)) {
        (Some(number_value), _) if number_value.fract() == 0.0 => in_digits(number_value),
        (_, Some(number_value)) if is_counted => format!("{}.", number_value as u64),
        _ => return None,
    };
    Some(ExactEdit::style(number_token.start..number_token.end(), number_in_digits))
}

/// `vervierfacht` → `4-fach erhöht`.
fn multiple_as_digits(german_tokens: &[QuantityToken<'_>], token_index: usize) -> Option<ExactEdit> {
    let verb_token = &german_tokens[token_index];
    let number_word = verb_token.text.strip_prefix("ver")?.strip_suffix("facht")?;
    let times_value = german::cardinal(number_word)
        .or_else(|| (number_word == "hundert").then_some(100.0))
        .filter(|times_value| *times_value > 3.0)?;
    Some(ExactEdit::style(verb_token.start..verb_token.end(), format!("{}-fach erhöht", times_value as u64)))
}

/// A small whole number in words.
fn small_number(number_token: &QuantityToken<'_>) -> Option<u64> {
    let lower_number_word = number_token.text.to_lowercase();
    let number_value = if number_token.digits {
        number_token.text.parse().ok()
    } else {
        german::cardinal(&lower_number_word).map(|number_value| number_value as u64)
    };
    number_value
        .or_else(|| matches!(lower_number_word.as_str(), "null").then_some(0))
        .or_else(|| (lower_number_word == "eins").then_some(1))
}

/// `neun zu zwei Stimmen` → `9:2 Stimmen`.
fn result_in_words(german: &str, german_tokens: &[QuantityToken<'_>], token_index: usize) -> Option<ExactEdit> {
    let [first_number, between_numbers, second_number, unit_token] = german_tokens.get(token_index..token_index + 4)?
    else {
        return None;
    };
    let is_vote = between_numbers.text == "zu" && matches!(unit_token.text, "Stimmen" | "Toren" | "Punkten" | "Sätzen");
    let are_adjacent =
        (token_index + 1..token_index + 4).all(|next_index| is_space(text_between(german, german_tokens, next_index)));
    let (first_result, second_result) = (small_number(first_number)?, small_number(second_number)?);
    (is_vote && are_adjacent)
        .then(|| ExactEdit::style(first_number.start..second_number.end(), format!("{first_result}:{second_result}")))
}

/// `sieben Zehntel` → `7/10`. Models know thirds and quarters.
fn fraction_as_digits(german: &str, german_tokens: &[QuantityToken<'_>], token_index: usize) -> Option<ExactEdit> {
    let denominator_token = german_tokens
        .get(token_index + 1)
        .filter(|_| is_space(text_between(german, german_tokens, token_index + 1)))?;
    let denominator = german::denominator(&denominator_token.text.to_lowercase()).filter(|value| *value >= 5.0)?;
    let numerator = small_number(&german_tokens[token_index]).filter(|value| *value >= 2)?;
    Some(ExactEdit::style(
        german_tokens[token_index].start..denominator_token.end(),
        format!("{numerator}/{denominator}"),
    ))
}

/// `12.000 Kubikmeter` → `12.000 m³`.
fn volume_as_symbol(german: &str, german_tokens: &[QuantityToken<'_>], token_index: usize) -> Option<ExactEdit> {
    let unit_token =
        german_tokens.get(token_index).filter(|unit_token| matches!(unit_token.text, "Kubikmeter" | "Kubikmetern"))?;
    german_tokens
        .get(token_index.checked_sub(1)?)
        .filter(|number_token| number_token.digits && is_space(text_between(german, german_tokens, token_index)))?;
    Some(ExactEdit::style(unit_token.start..unit_token.end(), "m³"))
}

/// `1 ½` → `1,5`, `½` → `0,5`.
fn vulgar_fractions(german: &str) -> Vec<ExactEdit> {
    let vulgar_fractions = [('½', "5"), ('¼', "25"), ('¾', "75")];
    let mut edits = Vec::new();
    for (fraction_start, fraction_sign) in german.char_indices() {
        let Some((_, decimals)) =
            vulgar_fractions.iter().find(|(vulgar_fraction, _)| *vulgar_fraction == fraction_sign)
        else {
            continue;
        };
        let german_before = german[..fraction_start].trim_end_matches([' ', '\u{a0}', '\u{202f}']);
        let digit_length =
            german_before.len() - german_before.trim_end_matches(|digit: char| digit.is_ascii_digit()).len();
        let fraction_end = fraction_start + fraction_sign.len_utf8();
        if (1..=3).contains(&digit_length) && fraction_start - german_before.len() <= 3 {
            edits.push(ExactEdit::style(german_before.len()..fraction_end, format!(",{decimals}")));
        } else if digit_length == 0 && !german[..fraction_start].ends_with(char::is_alphanumeric) {
            edits.push(ExactEdit::style(fraction_start..fraction_end, format!("0,{decimals}")));
        }
    }
    edits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(german: &str) -> String {
        german_for_model(german, &|text| "ćŠłŁşışğø".contains(text)).into_owned()
    }

    #[test]
    fn values_are_written_as_models_read_them() {
        for (german, wanted) in [
            ("Es beginnt um halb neun.", "Es beginnt um 8.30 Uhr."),
            ("Abends um Viertel nach sieben", "Abends um 19.15 Uhr"),
            ("In der Nacht zum 24.08.2022", "In der Nacht zum 24. August 2022"),
            ("Am 1. Jänner 1881", "Am 1. Januar 1881"),
            ("Der Eintritt kostet 12 €, für Kinder 5€.", "Der Eintritt kostet 12 Euro, für Kinder 5 Euro."),
            ("Es fehlen 1,5 Mio. €.", "Es fehlen 1,5 Millionen Euro."),
            ("Er zahlte € 12 und £5.", "Er zahlte 12 Euro und 5 Pfund."),
            ("2,7 Mrd. Dollar (2,4 Mrd. Euro)", "2,7 Milliarden Dollar (2,4 Milliarden Euro)"),
            ("Es sind 12 Mio.", "Es sind 12 Millionen."),
            ("Es gibt 12 Bio-Höfe.", "Es gibt 12 Bio-Höfe."),
            ("Rund 15 000 Euro, 1'250 Franken, 310000 Euro", "Rund 15.000 Euro, 1.250 Franken, 310.000 Euro"),
            ("In 77933 Lahr, Telefon 07821 277", "In 77933 Lahr, Telefon 07821 277"),
            ("Die Notrufnummer 116 117 ist besetzt.", "Die Notrufnummer 116 117 ist besetzt."),
            ("Einundzwanzig Häuser, fünfundzwanzig Jahre", "21 Häuser, 25 Jahre"),
            ("Im fünfundzwanzigsten Jahr", "Im 25. Jahr"),
            ("neunzehnhundertneunundachtzig und zweitausend", "1989 und 2.000"),
            ("vertrieben von Zweitausendeins", "vertrieben von Zweitausendeins"),
            ("hat sich vervierfacht", "hat sich 4-fach erhöht"),
            ("Bei −5 Grad", "Bei minus 5 Grad"),
            ("1 ½ Liter, ½ Million", "1,5 Liter, 0,5 Million"),
            ("mit neun zu zwei Stimmen", "mit 9:2 Stimmen"),
            ("Sieben Zehntel und drei Viertel", "7/10 und drei Viertel"),
            ("12.000 Kubikmeter Wasser", "12.000 m³ Wasser"),
            ("Ante Šimić und Łukasz Müller", "Ante Simic und Lukasz Müller"),
            ("Mehr auf https://lahr.de/24.08.2022", "Mehr auf https://lahr.de/24.08.2022"),
            ("Ein ganz normaler Satz.", "Ein ganz normaler Satz."),
        ] {
            assert_eq!(read(german), wanted, "{german}");
        }
    }
}
