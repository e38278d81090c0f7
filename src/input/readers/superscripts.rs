//! A raised number or mark → an exponent, or a reference to a footnote, which is no text.

/// Words after which a superscript number is an exponent, not a reference to a footnote. Those of two letters are also written with
/// capitals: `Km²`.
const UNITS: &[&str] = &["m", "mm", "cm", "dm", "km", "s"];

/// How many characters before an exponent are looked at: more than the longest base has.
const MAX_BASE_CHARACTERS: usize = 8;

/// What `mark`, which is raised, says after `before`: an exponent as `10⁶` and `m²` have it, nothing if it refers to a
/// footnote, itself if it is other text.
pub(super) fn text_after(before: &str, mark: &str) -> Option<String> {
    let is_number = mark.trim_start_matches(['-', '−', '+']).bytes().all(|byte| byte.is_ascii_digit());
    let refers = mark.chars().all(|character| character.is_ascii_digit() || "*†‡[]()., ".contains(character));
    if !refers && !is_number {
        return Some(mark.to_owned());
    }
    let tail: Vec<char> = before.chars().rev().take(MAX_BASE_CHARACTERS).collect();
    let is_in_base = |character: &&char| character.is_alphanumeric() || ".,⁻⁺".contains(**character);
    let reversed: Vec<char> = tail.iter().take_while(is_in_base).copied().collect();
    let base: String = reversed.into_iter().rev().collect();
    // In print the digits of an exponent come one by one.
    let base = base.trim_end_matches(|character| matches!(character, '⁰'..='⁻' | '¹' | '²' | '³'));
    let is_unit = |unit: &&str| *unit == base || unit.len() > 1 && unit.eq_ignore_ascii_case(base);
    (is_number && (base == "10" || UNITS.iter().any(is_unit))).then(|| mark.chars().map(superscript_of).collect())
}

fn superscript_of(character: char) -> char {
    match character {
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        '-' | '−' => '⁻',
        '+' => '⁺',
        digit => digit.to_digit(10).and_then(|value| char::from_u32(0x2070 + value)).unwrap_or(digit),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exponents_stay_and_references_go() {
        for (before, mark, text) in [
            ("10", "6", Some("⁶")),
            ("41.230 m", "2", Some("²")),
            ("41 Km", "2", Some("²")),
            ("41 KM", "2", Some("²")),
            ("Artikel S", "2", None),
            ("10⁻", "6", Some("⁶")),
            ("10", "−6", Some("⁻⁶")),
            ("41.230", "2", None),
            ("Kosten", "1)", None),
            ("Kosten", "*", None),
            ("1", "er", Some("er")),
            ("", "1", None),
        ] {
            assert_eq!(text_after(before, mark).as_deref(), text, "{before} {mark}");
        }
    }
}
