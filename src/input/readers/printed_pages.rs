//! Text of printed pages → the text without what stands on every page: page numbers and running heads.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::super::characters::one_line;
use super::lines::ends_sentence;

/// Removes page numbers, and the running heads beside them. A sentence that a page break divides goes on in the next line.
/// Returns the text and the lines that were removed, each once; `None` if there is no page number.
pub(super) fn without_page_furniture(text: &str) -> Option<(String, Vec<String>)> {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    if !lines.iter().any(|line| is_page_number(line)) {
        return None;
    }
    let head_patterns = running_heads(&lines);
    let is_furniture = |line: &str| is_page_number(line) || head_patterns.contains(&pattern_of_line(line));
    let mut removed_lines = Vec::new();
    let mut seen_lines = BTreeSet::new();
    let mut kept_lines: Vec<&str> = Vec::new();
    let mut line_index = 0;
    while line_index < lines.len() {
        let gap_length =
            lines[line_index..].iter().take_while(|line| line.trim().is_empty() || is_furniture(line)).count();
        let gap_lines = &lines[line_index..line_index + gap_length];
        let furniture_lines = gap_lines.iter().filter(|line| is_furniture(line)).map(|line| one_line(line));
        let removed_before = removed_lines.len();
        removed_lines.extend(furniture_lines.filter(|line| seen_lines.insert(line.clone())));
        let has_furniture = removed_lines.len() > removed_before || gap_lines.iter().any(|line| is_furniture(line));
        let divides_sentence =
            kept_lines.last().is_some_and(|line| !line.trim().is_empty() && !ends_sentence(line.trim()));
        if !has_furniture {
            kept_lines.extend(gap_lines);
        } else if !divides_sentence {
            kept_lines.push("");
        }
        line_index += gap_length;
        if let Some(line) = lines.get(line_index) {
            kept_lines.push(line);
            line_index += 1;
        }
    }
    Some((kept_lines.join("\n"), removed_lines))
}

/// True for `- 4 -`, `Seite 4` and `Seite 4 von 12`.
fn is_page_number(line: &str) -> bool {
    let line = line.trim();
    let is_number = |text: &str| (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    let dashes = ['-', '–', '—'];
    let between = line.strip_prefix(dashes).and_then(|rest| rest.strip_suffix(dashes)).map(str::trim);
    let mut words = line.split_whitespace();
    let is_named = words.next() == Some("Seite")
        && words.next().is_some_and(is_number)
        && words.all(|word| is_number(word) || matches!(word, "von" | "/"));
    between.is_some_and(is_number) || is_named
}

/// Patterns of the lines next to page numbers that occur more than once.
fn running_heads(lines: &[&str]) -> HashSet<String> {
    let text_lines: Vec<&str> = lines.iter().copied().filter(|line| !line.trim().is_empty()).collect();
    let mut pattern_counts: HashMap<String, usize> = HashMap::new();
    for line in &text_lines {
        *pattern_counts.entry(pattern_of_line(line)).or_default() += 1;
    }
    let mut head_patterns = HashSet::new();
    for line_index in (0..text_lines.len()).filter(|line_index| is_page_number(text_lines[*line_index])) {
        let neighbours = [line_index.checked_sub(1), Some(line_index + 1)].into_iter().flatten();
        for line in neighbours.filter_map(|neighbour| text_lines.get(neighbour)).filter(|line| !is_page_number(line)) {
            let pattern = pattern_of_line(line);
            if pattern_counts.get(&pattern).is_some_and(|count| *count > 1) {
                head_patterns.insert(pattern);
            }
        }
    }
    head_patterns
}

/// A line without its digits and white space: what is the same on every page.
fn pattern_of_line(line: &str) -> String {
    line.chars().filter(|character| !character.is_whitespace() && !character.is_ascii_digit()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_numbers_and_running_heads_go_and_sentences_go_on() {
        let text = "Amtsblatt der Stadt      Nr. 12\n\nSperrung\n\nDie Gäste nutzen bitte die Hal-\n\n      - 4 -\n\
                    Amtsblatt der Stadt      Nr. 12\n\ntestelle am Markt. Das ist alles.\n\n      - 5 -\n\
                    Amtsblatt der Stadt      Nr. 12\n\nIm Winter wird geräumt.\n";
        let (joined, removed) = without_page_furniture(text).unwrap();
        let expected = "\nSperrung\n\nDie Gäste nutzen bitte die Hal-\ntestelle am Markt. Das ist alles.\n\nIm Winter wird geräumt.";
        assert_eq!(joined, expected);
        assert_eq!(removed, ["Amtsblatt der Stadt Nr. 12", "- 4 -", "- 5 -"]);
    }

    #[test]
    fn only_what_is_a_page_number_is_one() {
        for (line, is_number) in [
            ("   - 4 -", true),
            ("– 12 –", true),
            ("Seite 3", true),
            ("Seite 3 von 12", true),
            ("Seite 3 / 12", true),
            ("4", false),
            ("- 4 Euro", false),
            ("Seite 3 des Gutachtens", false),
            ("- -", false),
            ("--", false),
            ("- 12345 -", false),
            ("", false),
        ] {
            assert_eq!(is_page_number(line), is_number, "{line}");
        }
        assert_eq!(without_page_furniture("Ein Satz.\n\n4\n\nNoch einer."), None);
    }

    #[test]
    fn a_line_that_is_not_repeated_is_no_running_head() {
        let (joined, removed) = without_page_furniture("Der erste Satz.\n- 1 -\nDer zweite Satz.\n").unwrap();
        assert_eq!(joined, "Der erste Satz.\n\nDer zweite Satz.");
        assert_eq!(removed, ["- 1 -"]);
    }
}
