//! What must be copied exactly: addresses, tags, placeholders, code.

use std::cmp::Reverse;
use std::ops::Range;

use super::definition::{Check, CheckedPair, Repair};
use crate::document::{Flag, keep_first_of_overlapping};

pub(super) const CHECK: Check = Check {
    flag: Flag::Copy,
    sees: "a web address, an e-mail address, a hashtag, a handle, a placeholder or code that is not in the English to the letter",
    why: "a changed address leads nowhere, a changed placeholder breaks a program",
    repair: Repair::Mask,
    reads_text_alone: true,
    find: find_lost_literal,
};

fn find_lost_literal(pair: &CheckedPair<'_>) -> Option<String> {
    let lost_literal = literal_texts(pair.german).into_iter().find(|literal| !pair.english.contains(*literal))?;
    Some(format!("“{lost_literal}” is missing"))
}

/// The byte ranges of `text` that a translation must copy, in order and disjoint. An address within code is part of the code.
pub fn literals(text: &str) -> Vec<Range<usize>> {
    let literal_start_of = |literal: &str| literal.as_ptr() as usize - text.as_ptr() as usize;
    let mut literal_ranges: Vec<Range<usize>> = literal_texts(text)
        .into_iter()
        .map(|literal| literal_start_of(literal)..literal_start_of(literal) + literal.len())
        .collect();
    literal_ranges.sort_by_key(|literal_range| (literal_range.start, Reverse(literal_range.end)));
    keep_first_of_overlapping(&mut literal_ranges, |literal_range| literal_range);
    literal_ranges
}

/// The pieces of `text` that a translation must copy: code in backticks, then single words.
fn literal_texts(text: &str) -> Vec<&str> {
    let mut literals: Vec<&str> =
        text.split('`').skip(1).step_by(2).filter(|code_text| !code_text.trim().is_empty()).collect();
    if text.matches('`').count() % 2 == 1 {
        literals.pop();
    }
    literals.extend(text.split_whitespace().map(without_punctuation).filter(|word| is_literal(word)));
    literals
}

/// `word` without the brackets and punctuation of its sentence. An address may end a sentence, but none ends with a full
/// stop.
fn without_punctuation(word: &str) -> &str {
    let literal =
        word.trim_matches(|character: char| !character.is_alphanumeric() && !"#@{}<>$%/&=".contains(character));
    literal.trim_end_matches(['.', ',', '/', ')'])
}

fn is_literal(word: &str) -> bool {
    let after_prefix = |prefix: &str| word.strip_prefix(prefix);
    if ["http://", "https://", "ftp://", "www."].iter().any(|scheme| word.to_lowercase().starts_with(scheme)) {
        return true;
    }
    if let Some((user_name, host_name)) = word.split_once('@').filter(|(user_name, _)| !user_name.is_empty()) {
        return user_name.is_ascii() && host_name.contains('.') && host_name.is_ascii();
    }
    if let Some(hashtag) = after_prefix("#").or_else(|| after_prefix("@")) {
        let is_word = hashtag.len() >= 2 && hashtag.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
        return is_word && hashtag.starts_with(char::is_alphabetic);
    }
    if let Some(format_placeholder) = after_prefix("%") {
        return matches!(format_placeholder, "s" | "d" | "i" | "f" | "u" | "x" | "1$s" | "2$s");
    }
    let is_placeholder = |opening_mark: &str, closing_mark: &str| {
        let placeholder_name =
            after_prefix(opening_mark).and_then(|placeholder_rest| placeholder_rest.strip_suffix(closing_mark));
        placeholder_name.is_some_and(|name| {
            !name.is_empty() && name.chars().all(|letter| letter.is_ascii_graphic() && !"<>{}".contains(letter))
        })
    };
    [("{{", "}}"), ("${", "}"), ("{", "}"), ("<", ">")]
        .iter()
        .any(|(opening_mark, closing_mark)| is_placeholder(opening_mark, closing_mark))
        || is_host_name(word)
}

/// Top-level domains that tell an address (`name.de`) from two sentences without a space between them.
const TOP_LEVEL_DOMAINS: &[&str] = &["de", "com", "org", "net", "at", "ch", "eu", "info", "uk", "fr", "io", "tv"];

fn is_host_name(word: &str) -> bool {
    let host_name = word.split('/').next().unwrap_or_default();
    let has_domain = host_name
        .rsplit_once('.')
        .is_some_and(|(domain_name, domain)| domain_name.len() >= 2 && TOP_LEVEL_DOMAINS.contains(&domain));
    has_domain
        && host_name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_tags_and_placeholders_are_found() {
        for (text, wanted) in [
            ("Mehr unter www.kirchfeld.de/wahl.", vec!["www.kirchfeld.de/wahl"]),
            ("Mail an (info@kirchfeld.de), bitte.", vec!["info@kirchfeld.de"]),
            ("Alles zu #Hochwasser von @thw_nord!", vec!["#Hochwasser", "@thw_nord"]),
            ("Hallo {name}, %d Nachrichten in `cargo test`", vec!["cargo test", "{name}", "%d"]),
            ("Das sagte er spiegel.de am Montag.", vec!["spiegel.de"]),
            ("Es sind 5 % mehr, z.B. im Haus Nr. #1.", vec![]),
            ("Er kam.Sie ging. A & B <", vec![]),
        ] {
            assert_eq!(literal_texts(text), wanted, "{text}");
        }
    }
}
