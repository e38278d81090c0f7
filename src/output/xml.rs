//! Text → XML: escaped, without the characters that XML cannot hold.

/// `text` as the content of an element or of an attribute in double quotes. Control characters become the replacement character.
pub(super) fn escaped_xml(text: &str) -> String {
    let mut escaped_text = String::with_capacity(text.len() + text.len() / 16);
    for character in text.chars() {
        match character {
            '&' => escaped_text.push_str("&amp;"),
            '<' => escaped_text.push_str("&lt;"),
            '>' => escaped_text.push_str("&gt;"),
            '"' => escaped_text.push_str("&quot;"),
            '\n' | '\t' => escaped_text.push(character),
            '\u{fffe}' | '\u{ffff}' => escaped_text.push('\u{fffd}'),
            control if control.is_control() => escaped_text.push('\u{fffd}'),
            other => escaped_text.push(other),
        }
    }
    escaped_text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_text() {
        assert_eq!(escaped_xml("a <b> & \"c\"\n\u{1b}\u{ffff}"), "a &lt;b&gt; &amp; &quot;c&quot;\n\u{fffd}\u{fffd}");
    }
}
