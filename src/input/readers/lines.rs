//! Lines of a paragraph → one line, in which words that a line break divides are whole again; and how a line ends.

/// Words after which a hyphen stands for the rest of a word: `Vor- und Nachteile`.
const CONJUNCTIONS: &[&str] = &["und", "oder", "bzw", "sowie", "wie", "als", "bis", "statt", "noch", "beziehungsweise"];

/// Appends `next_line` to `paragraph` within the same paragraph: with a space, or, if the line break divides a word, without one and
/// without the hyphen. A hyphen after a digit and one before a capital letter are part of the word and stay.
pub(super) fn append_line(paragraph: &mut String, next_line: &str) {
    let paragraph_before = paragraph.strip_suffix('-').unwrap_or_default();
    let next_word = next_line.split(|character: char| !character.is_alphabetic()).next().unwrap_or_default();
    if !paragraph_before.ends_with(char::is_alphanumeric) || CONJUNCTIONS.contains(&next_word) {
        paragraph.push(' ');
    } else if paragraph_before.ends_with(char::is_alphabetic) && next_line.starts_with(char::is_lowercase) {
        paragraph.pop();
    }
    paragraph.push_str(next_line);
}

/// The lines of `text` as one.
pub(super) fn join_lines(text: &str) -> String {
    let mut joined_lines = String::with_capacity(text.len());
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if joined_lines.is_empty() { joined_lines.push_str(line) } else { append_line(&mut joined_lines, line) }
    }
    joined_lines
}

/// Quotation marks and brackets that may follow a full stop.
pub(super) const CLOSING: [char; 10] = ['“', '”', '"', '«', '»', '‘', '’', '\'', ')', ']'];

/// True if `text` ends as a sentence does.
pub(super) fn ends_sentence(text: &str) -> bool {
    text.trim_end_matches(CLOSING).ends_with(['.', '!', '?', '…'])
}

/// True if `text` ends as part of a sentence does.
pub(super) fn ends_clause(text: &str) -> bool {
    text.ends_with([':', ',', ';', '–', '-'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn divided_words_are_put_together() {
        for (lines, text) in [
            ("im alten Güter-\nbahnhof", "im alten Güterbahnhof"),
            ("die Nord-\nSüd-Achse", "die Nord-Süd-Achse"),
            ("Vor-\nund Nachteile", "Vor- und Nachteile"),
            ("die CO2-\nneutrale Halle", "die CO2-neutrale Halle"),
            ("2-\n3 Euro, 10-\njährige Akten", "2-3 Euro, 10-jährige Akten"),
            ("2-\nbis 3-mal", "2- bis 3-mal"),
            ("er kam -\nund ging", "er kam - und ging"),
            ("-\neins", "- eins"),
            (" eins \n\n zwei\n", "eins zwei"),
            ("", ""),
        ] {
            assert_eq!(join_lines(lines), text);
        }
    }
}
