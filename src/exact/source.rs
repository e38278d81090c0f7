//! German → the same German with times, dates, numbers, amounts and letters written in the way that models read best.
//!
//! Only forms change, never values. The checks and the reader see the German as it was written.

use std::borrow::Cow;
use std::ops::Range;

use super::calendar::numeric_date;
use super::edit::{Edit, apply};
use super::letters::folded_letter;
use super::times::spoken_times;
use crate::check::{Token, literals, tokens};
use crate::lexicon::{currencies, english, german};

/// `german` as models read it best. `lacks` says whether the model has no token for a text; its letters are replaced by plain
/// ones.
pub fn for_model<'a>(german: &'a str, lacks: &dyn Fn(&str) -> bool) -> Cow<'a, str> {
    let literals = literals(german);
    let mut edits = times(german);
    let tokens = tokens(german);
    for index in 0..tokens.len() {
        let edit = date(&tokens, index)
            .or_else(|| amount(german, &tokens, index))
            .or_else(|| digit_groups(german, &tokens, index))
            .or_else(|| magnitude(german, &tokens, index))
            .or_else(|| number_word(german, &tokens, index))
            .or_else(|| multiple(&tokens, index))
            .or_else(|| result_in_words(german, &tokens, index))
            .or_else(|| fraction(german, &tokens, index))
            .or_else(|| volume(german, &tokens, index))
            .or_else(|| month(&tokens, index));
        edits.extend(edit);
    }
    edits.extend(halves(german));
    edits.retain(|edit| {
        literals.iter().all(|literal| edit.range.end <= literal.start || literal.end <= edit.range.start)
    });
    let rewritten = if edits.is_empty() { Cow::Borrowed(german) } else { Cow::Owned(apply(german, edits)) };
    with_known_letters(rewritten, lacks)
}

/// Letters that the model lacks, as plain ones.
fn with_known_letters<'a>(text: Cow<'a, str>, lacks: &dyn Fn(&str) -> bool) -> Cow<'a, str> {
    let plain = |letter: char| folded_letter(letter).filter(|_| lacks(letter.encode_utf8(&mut [0; 4])));
    if !text.chars().any(|letter| !letter.is_ascii() && plain(letter).is_some()) {
        return text;
    }
    Cow::Owned(text.chars().map(|letter| plain(letter).unwrap_or_else(|| letter.to_string())).collect())
}

fn gap<'a>(text: &'a str, tokens: &[Token<'_>], index: usize) -> Option<&'a str> {
    text.get(tokens.get(index.checked_sub(1)?)?.end()..tokens.get(index)?.start)
}

fn is_space(gap: Option<&str>) -> bool {
    matches!(gap, Some(" " | "\u{a0}" | "\u{202f}"))
}

/// `halb neun` → `8.30 Uhr`.
fn times(german: &str) -> Vec<Edit> {
    let edit =
        |(range, minutes): (Range<usize>, u16)| Edit::style(range, format!("{}.{:02} Uhr", minutes / 60, minutes % 60));
    spoken_times(german).into_iter().map(edit).collect()
}

/// `24.08.2022` → `24. August 2022`.
fn date(tokens: &[Token<'_>], index: usize) -> Option<Edit> {
    let token = &tokens[index];
    let (day, month, year) = numeric_date(token)?;
    let name = german::month_in_full(month)?;
    let year = match (year.len(), year.parse::<u16>().ok()?) {
        (2, short) if short < 50 => format!("20{year}"),
        (2, _) => format!("19{year}"),
        _ => year.to_owned(),
    };
    Some(Edit::style(token.start..token.end(), format!("{day}. {name} {year}")))
}

/// `Jänner` → `Januar`.
fn month(tokens: &[Token<'_>], index: usize) -> Option<Edit> {
    let token = &tokens[index];
    let usual = match token.text {
        "Jänner" => "Januar",
        "Feber" => "Februar",
        _ => return None,
    };
    Some(Edit::style(token.start..token.end(), usual))
}

/// Signs of currencies and what German calls them.
const CURRENCY_SIGNS: &[(char, &str)] = &[('€', "Euro"), ('$', "Dollar"), ('£', "Pfund"), ('¥', "Yen")];

/// `12 €`, `€ 12` and `2,4 Mio. €` → `12 Euro`, `2,4 Millionen Euro`; `−5` → `minus 5`.
fn amount(german: &str, tokens: &[Token<'_>], index: usize) -> Option<Edit> {
    let token = tokens.get(index).filter(|token| token.digits)?;
    let before = &german[..token.start];
    if let Some(start) = before
        .strip_suffix('−')
        .map(str::len)
        .filter(|start| !german[..*start].ends_with(|mark: char| mark.is_alphanumeric()))
    {
        return Some(Edit::style(start..token.start, "minus "));
    }
    let sign_of = |text: &str| CURRENCY_SIGNS.iter().find(|(sign, _)| text.starts_with(*sign)).copied();
    // A magnitude may stand between the number and the sign.
    let scale = tokens
        .get(index + 1)
        .filter(|_| is_space(gap(german, tokens, index + 1)) || gap(german, tokens, index + 1) == Some(""))
        .and_then(|word| {
            let name = spelt_magnitude(german, word)?;
            Some((name, word.end() + usize::from(german[word.end()..].starts_with('.'))))
        });
    let (number, number_end) = match scale {
        Some((name, end)) => (format!("{} {name}", token.text), end),
        None => (token.text.to_owned(), token.end()),
    };
    let rest = &german[number_end..];
    let spaces = rest.len() - rest.trim_start_matches([' ', '\u{a0}', '\u{202f}']).len();
    if let Some((sign, name)) = sign_of(&rest[spaces..]).filter(|_| spaces <= 3) {
        let end = number_end + spaces + sign.len_utf8();
        return Some(Edit::style(token.start..end, format!("{number} {name}")));
    }
    let trimmed = before.trim_end_matches([' ', '\u{a0}', '\u{202f}']);
    let (sign, name) = trimmed.chars().next_back().and_then(|sign| sign_of(sign.encode_utf8(&mut [0; 4])))?;
    let start = trimmed.len() - sign.len_utf8();
    let is_alone = !german[..start].ends_with(|mark: char| mark.is_alphanumeric()) && before.len() - trimmed.len() <= 3;
    // `5 € 12 Kinder`: the sign belongs to the number before it.
    let follows_number = german[..start].trim_end().ends_with(|digit: char| digit.is_ascii_digit());
    (is_alone && !follows_number).then(|| Edit::style(start..number_end, format!("{number} {name}")))
}

/// `15 000` and `1'250` → `15.000`, `1.250`; `310000 Euro` → `310.000 Euro`.
fn digit_groups(german: &str, tokens: &[Token<'_>], index: usize) -> Option<Edit> {
    let first =
        tokens.get(index).filter(|token| token.digits && token.text.bytes().all(|byte| byte.is_ascii_digit()))?;
    let continues_number = |index: usize| {
        let joined = matches!(gap(german, tokens, index), Some(" " | "\u{a0}" | "\u{202f}" | "'" | "’"));
        joined
            && tokens.get(index).is_some_and(|next| {
                next.digits && next.text.len() == 3 && next.text.bytes().all(|byte| byte.is_ascii_digit())
            })
    };
    let is_part_of_longer = is_space(gap(german, tokens, index))
        && index > 0
        && (tokens[index - 1].digits
            || matches!(tokens[index - 1].text, "Telefon" | "Tel" | "Nummer" | "Notrufnummer" | "Nr"));
    if first.text.starts_with('0') || is_part_of_longer {
        return None;
    }
    let groups = (index + 1..tokens.len()).take_while(|next| continues_number(*next)).count();
    if groups > 0 && first.text.len() <= 3 {
        let last = &tokens[index + groups];
        let is_number = is_counting(german, first.start..last.end());
        let digits: Vec<&str> = tokens[index..=index + groups].iter().map(|token| token.text).collect();
        return is_number.then(|| Edit::style(first.start..last.end(), digits.join(".")));
    }
    let unit = tokens.get(index + 1).filter(|_| is_space(gap(german, tokens, index + 1)))?;
    let is_amount =
        currencies::CURRENCIES.iter().any(|currency| currency.german.contains(&unit.text.to_lowercase().as_str()));
    ((5..=9).contains(&first.text.len()) && is_amount)
        .then(|| Edit::style(first.start..first.end(), english::grouped(first.text).replace(',', ".")))
}

/// Words before or within what names a number and counts nothing.
const WORDS_OF_NUMBERS: &[&str] =
    &["Telefon", "Tel.", "Tel", "Nummer", "nummer", "Nr.", "Nr", "Hotline", "Fax", "Durchwahl", "IBAN"];

/// True if the spaced digits at `range` count something, and are no telephone number: what they count follows.
pub(super) fn is_counting(german: &str, range: Range<usize>) -> bool {
    let before = german[..range.start].trim_end_matches([' ', '\u{a0}', ':']);
    let is_named = WORDS_OF_NUMBERS.iter().any(|word| before.ends_with(word));
    let next = german[range.end..].trim_start_matches([' ', '\u{a0}', '\u{202f}']);
    let is_followed = next.starts_with(|mark: char| mark.is_alphabetic() || "€$£%".contains(mark));
    let is_verb = ["ist ", "hat ", "wird ", "oder ", "und "].iter().any(|verb| next.starts_with(verb));
    !is_named && is_followed && !is_verb && !german[range.start..].starts_with('0')
}

/// The German word for the abbreviated magnitude `token`.
fn spelt_magnitude(german: &str, token: &Token<'_>) -> Option<&'static str> {
    let has_stop = german[token.end()..].starts_with('.');
    match token.text {
        "Mio" => Some("Millionen"),
        "Mrd" => Some("Milliarden"),
        "Mill" if has_stop => Some("Millionen"),
        "Bio" if has_stop => Some("Billionen"),
        "Tsd" => Some("Tausend"),
        _ => None,
    }
}

/// `12,5 Mio.` → `12,5 Millionen`.
fn magnitude(german: &str, tokens: &[Token<'_>], index: usize) -> Option<Edit> {
    let token = &tokens[index];
    let name = spelt_magnitude(german, token)?;
    tokens.get(index.checked_sub(1)?).filter(|before| before.digits)?;
    let after = &german[token.end()..];
    // At the end the full stop is that of the sentence.
    let has_stop = after.starts_with('.') && !after[1..].trim_start_matches(['"', '“', '”', ')']).trim().is_empty();
    Some(Edit::style(token.start..token.end() + usize::from(has_stop), name))
}

/// `einundzwanzig` → `21`, `fünfundzwanzigsten` → `25.`.
fn number_word(german: &str, tokens: &[Token<'_>], index: usize) -> Option<Edit> {
    let token = tokens.get(index).filter(|token| !token.digits && token.text.len() >= 7)?;
    let opens_sentence = !german[..token.start].contains(char::is_alphanumeric);
    let is_part = german[..token.start].ends_with('-') || german[token.end()..].starts_with('-');
    if (token.text.starts_with(char::is_uppercase) && !opens_sentence) || is_part {
        return None;
    }
    let lower_word = token.text.to_lowercase();
    // `neunzehnhundertneunundachtzig` is a year.
    let in_digits = |value: f64| {
        let digits = (value as u64).to_string();
        if lower_word.contains("zehnhundert") || value < 1000.0 {
            digits
        } else {
            english::grouped(&digits).replace(',', ".")
        }
    };
    let cardinal = german::cardinal(&lower_word).filter(|value| *value > 20.0);
    let is_counted = tokens.get(index + 1).is_some_and(|next| !next.digits) && is_space(gap(german, tokens, index + 1));
    let text = match (cardinal, german::ordinal(&lower_word).filter(|value| *value >= 20.0)) {
        (Some(value), _) if value.fract() == 0.0 => in_digits(value),
        (_, Some(value)) if is_counted => format!("{}.", value as u64),
        _ => return None,
    };
    Some(Edit::style(token.start..token.end(), text))
}

/// `vervierfacht` → `4-fach erhöht`.
fn multiple(tokens: &[Token<'_>], index: usize) -> Option<Edit> {
    let token = &tokens[index];
    let number = token.text.strip_prefix("ver")?.strip_suffix("facht")?;
    let value =
        german::cardinal(number).or_else(|| (number == "hundert").then_some(100.0)).filter(|value| *value > 3.0)?;
    Some(Edit::style(token.start..token.end(), format!("{}-fach erhöht", value as u64)))
}

/// A small whole number in words.
fn small_number(token: &Token<'_>) -> Option<u64> {
    let lower_word = token.text.to_lowercase();
    let value =
        if token.digits { token.text.parse().ok() } else { german::cardinal(&lower_word).map(|value| value as u64) };
    value.or_else(|| matches!(lower_word.as_str(), "null").then_some(0)).or_else(|| (lower_word == "eins").then_some(1))
}

/// `neun zu zwei Stimmen` → `9:2 Stimmen`.
fn result_in_words(german: &str, tokens: &[Token<'_>], index: usize) -> Option<Edit> {
    let [first, to, second, unit] = tokens.get(index..index + 4)? else { return None };
    let is_vote = to.text == "zu" && matches!(unit.text, "Stimmen" | "Toren" | "Punkten" | "Sätzen");
    let are_adjacent = (index + 1..index + 4).all(|next| is_space(gap(german, tokens, next)));
    let (one, other) = (small_number(first)?, small_number(second)?);
    (is_vote && are_adjacent).then(|| Edit::style(first.start..second.end(), format!("{one}:{other}")))
}

/// `sieben Zehntel` → `7/10`. Models know thirds and quarters.
fn fraction(german: &str, tokens: &[Token<'_>], index: usize) -> Option<Edit> {
    let name = tokens.get(index + 1).filter(|_| is_space(gap(german, tokens, index + 1)))?;
    let denominator = german::denominator(&name.text.to_lowercase()).filter(|value| *value >= 5.0)?;
    let numerator = small_number(&tokens[index]).filter(|value| *value >= 2)?;
    Some(Edit::style(tokens[index].start..name.end(), format!("{numerator}/{denominator}")))
}

/// `12.000 Kubikmeter` → `12.000 m³`.
fn volume(german: &str, tokens: &[Token<'_>], index: usize) -> Option<Edit> {
    let token = tokens.get(index).filter(|token| matches!(token.text, "Kubikmeter" | "Kubikmetern"))?;
    tokens.get(index.checked_sub(1)?).filter(|before| before.digits && is_space(gap(german, tokens, index)))?;
    Some(Edit::style(token.start..token.end(), "m³"))
}

/// `1 ½` → `1,5`, `½` → `0,5`.
fn halves(german: &str) -> Vec<Edit> {
    let fractions = [('½', "5"), ('¼', "25"), ('¾', "75")];
    let mut edits = Vec::new();
    for (at, sign) in german.char_indices() {
        let Some((_, decimals)) = fractions.iter().find(|(fraction, _)| *fraction == sign) else { continue };
        let before = german[..at].trim_end_matches([' ', '\u{a0}', '\u{202f}']);
        let digits = before.len() - before.trim_end_matches(|digit: char| digit.is_ascii_digit()).len();
        let end = at + sign.len_utf8();
        if (1..=3).contains(&digits) && at - before.len() <= 3 {
            edits.push(Edit::style(before.len()..end, format!(",{decimals}")));
        } else if digits == 0 && !german[..at].ends_with(char::is_alphanumeric) {
            edits.push(Edit::style(at..end, format!("0,{decimals}")));
        }
    }
    edits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(german: &str) -> String {
        for_model(german, &|text| "ćŠłŁşışğø".contains(text)).into_owned()
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
