//! Text → XML: escaped, without the characters that XML cannot hold.

/// `text` as the content of an element or of an attribute in double quotes. Control characters become the replacement character.
pub(super) fn xml(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + text.len() / 16);
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\t' => escaped.push(character),
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            control if control.is_control() => escaped.push('\u{fffd}'),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_text() {
        assert_eq!(xml("a <b> & \"c\"\n\u{1b}\u{ffff}"), "a &lt;b&gt; &amp; &quot;c&quot;\n\u{fffd}\u{fffd}");
    }
}
