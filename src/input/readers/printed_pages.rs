//! Text of printed pages → the text without what stands on every page: page numbers and running heads.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::super::characters::one_line;
use super::lines::ends_sentence;

/// Removes page numbers, and the running heads beside them. A sentence that a page break divides goes on in the next line.
/// Returns the text and the lines that were removed, each once; `None` if there is no page number.
pub(super) fn join(text: &str) -> Option<(String, Vec<String>)> {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    if !lines.iter().any(|line| is_page_number(line)) {
        return None;
    }
    let heads = running_heads(&lines);
    let is_furniture = |line: &str| is_page_number(line) || heads.contains(&pattern(line));
    let mut removed = Vec::new();
    let mut seen = BTreeSet::new();
    let mut kept: Vec<&str> = Vec::new();
    let mut index = 0;
    while index < lines.len() {
        let gap = lines[index..].iter().take_while(|line| line.trim().is_empty() || is_furniture(line)).count();
        let gap_lines = &lines[index..index + gap];
        let furniture = gap_lines.iter().filter(|line| is_furniture(line)).map(|line| one_line(line));
        let count = removed.len();
        removed.extend(furniture.filter(|line| seen.insert(line.clone())));
        let has_furniture = removed.len() > count || gap_lines.iter().any(|line| is_furniture(line));
        let divides_sentence = kept.last().is_some_and(|line| !line.trim().is_empty() && !ends_sentence(line.trim()));
        if !has_furniture {
            kept.extend(gap_lines);
        } else if !divides_sentence {
            kept.push("");
        }
        index += gap;
        if let Some(line) = lines.get(index) {
            kept.push(line);
            index += 1;
        }
    }
    Some((kept.join("\n"), removed))
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
    let texts: Vec<&str> = lines.iter().copied().filter(|line| !line.trim().is_empty()).collect();
    let mut counts: HashMap<String, usize> = HashMap::new();
    for line in &texts {
        *counts.entry(pattern(line)).or_default() += 1;
    }
    let mut heads = HashSet::new();
    for index in (0..texts.len()).filter(|index| is_page_number(texts[*index])) {
        let neighbours = [index.checked_sub(1), Some(index + 1)].into_iter().flatten();
        for line in neighbours.filter_map(|neighbour| texts.get(neighbour)).filter(|line| !is_page_number(line)) {
            let pattern = pattern(line);
            if counts.get(&pattern).is_some_and(|count| *count > 1) {
                heads.insert(pattern);
            }
        }
    }
    heads
}

/// A line without its digits and white space: what is the same on every page.
fn pattern(line: &str) -> String {
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
        let (joined, removed) = join(text).unwrap();
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
        assert_eq!(join("Ein Satz.\n\n4\n\nNoch einer."), None);
    }

    #[test]
    fn a_line_that_is_not_repeated_is_no_running_head() {
        let (joined, removed) = join("Der erste Satz.\n- 1 -\nDer zweite Satz.\n").unwrap();
        assert_eq!(joined, "Der erste Satz.\n\nDer zweite Satz.");
        assert_eq!(removed, ["- 1 -"]);
    }
}
