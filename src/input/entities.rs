//! Character references of HTML in plain text and in lines → the characters: `M&uuml;nster` → `Münster`.

use std::borrow::Cow;
use std::collections::HashMap;

use scraper::Html;

/// The longest reference in bytes, from `&` to `;`.
const MAX_BYTES: usize = 12;

/// `text` with its character references replaced. Others that look like one stay.
pub(super) fn decode(text: &str) -> Cow<'_, str> {
    let mut decoded = String::new();
    let mut copied = 0;
    let mut known: HashMap<&str, Option<String>> = HashMap::new();
    for (start, _) in text.match_indices('&') {
        let Some(reference) = reference(&text[start..]) else { continue };
        if let Some(character) = known.entry(reference).or_insert_with(|| character_of(reference)) {
            decoded.push_str(&text[copied..start]);
            decoded.push_str(character);
            copied = start + reference.len();
        }
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    decoded.push_str(&text[copied..]);
    Cow::Owned(decoded)
}

/// What looks like a character reference at the start of `text`.
fn reference(text: &str) -> Option<&str> {
    let end = text.bytes().take(MAX_BYTES).position(|byte| byte == b';')?;
    let name = &text[1..end];
    let is_name = !name.is_empty() && name.trim_start_matches('#').bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_name.then(|| &text[..=end])
}

/// The character that `reference` stands for in HTML.
fn character_of(reference: &str) -> Option<String> {
    let text: String = Html::parse_fragment(reference).root_element().text().collect();
    (text != reference && text.chars().count() == 1).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_become_characters_and_the_rest_stays() {
        for (text, decoded) in [
            ("Das Gericht in M&uuml;nster", "Das Gericht in Münster"),
            ("im Fr&#252;hjahr &ndash; f&#xfc;r 3&nbsp;Wochen", "im Frühjahr – für 3\u{a0}Wochen"),
            ("R&amp;D; A&B; &unbekannt; & &; &#; &ß;", "R&D; A&B; &unbekannt; & &; &#; &ß;"),
            ("&amp;uuml;", "&uuml;"),
            ("&", "&"),
        ] {
            assert_eq!(decode(text), decoded);
        }
        assert!(matches!(decode("A & B"), Cow::Borrowed(_)));
    }

    #[test]
    fn many_references_are_read_in_linear_time() {
        assert_eq!(decode(&"&uuml;".repeat(100_000)), "ü".repeat(100_000));
        assert_eq!(decode(&"&".repeat(1_000_000)).len(), 1_000_000);
    }
}
