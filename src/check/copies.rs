//! What must come through to the letter: addresses, tags, placeholders, code.

use std::ops::Range;

use super::{Check, Pair, Repair};
use crate::document::Flag;

pub(super) const CHECK: Check = Check {
    flag: Flag::Copy,
    sees: "a web address, an e-mail address, a hashtag, a handle, a placeholder or code that is not in the English to the letter",
    why: "a changed address leads nowhere, a changed placeholder breaks a program",
    repair: Repair::Mask,
    find,
};

fn find(pair: &Pair<'_>) -> Option<String> {
    let lost = texts(pair.german).into_iter().find(|literal| !pair.english.contains(*literal))?;
    Some(format!("“{lost}” is missing"))
}

/// Where what must be copied stands in `text`, in bytes: in order, and apart from each other. Of an address within code, the code.
pub fn literals(text: &str) -> Vec<Range<usize>> {
    let place = |literal: &str| literal.as_ptr() as usize - text.as_ptr() as usize;
    let mut ranges: Vec<Range<usize>> =
        texts(text).into_iter().map(|literal| place(literal)..place(literal) + literal.len()).collect();
    ranges.sort_by_key(|range| (range.start, std::cmp::Reverse(range.end)));
    let mut end = 0;
    ranges.retain(|range| {
        let is_apart = range.start >= end;
        if is_apart {
            end = range.end;
        }
        is_apart
    });
    ranges
}

/// What of `text` must be copied.
fn texts(text: &str) -> Vec<&str> {
    let mut literals: Vec<&str> = text.split('`').skip(1).step_by(2).filter(|code| !code.trim().is_empty()).collect();
    if text.matches('`').count() % 2 == 1 {
        literals.pop();
    }
    literals.extend(text.split_whitespace().map(bare).filter(|word| is_literal(word)));
    literals
}

/// What stands between two blanks, without the brackets and marks of the sentence around it.
fn bare(word: &str) -> &str {
    let word = word.trim_matches(|character: char| !character.is_alphanumeric() && !"#@{}<>$%/&=".contains(character));
    // An address ends a sentence, but no address ends with its full stop.
    word.trim_end_matches(['.', ',', '/', ')'])
}

fn is_literal(word: &str) -> bool {
    let rest = |start: &str| word.strip_prefix(start);
    let is_word = |text: &str| text.len() >= 2 && text.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
    let letter = |text: &str| text.starts_with(char::is_alphabetic);
    if ["http://", "https://", "ftp://", "www."].iter().any(|start| word.to_lowercase().starts_with(start)) {
        return true;
    }
    if let Some((user, host)) = word.split_once('@').filter(|(user, _)| !user.is_empty()) {
        return user.is_ascii() && host.contains('.') && host.is_ascii();
    }
    if let Some(tag) = rest("#").or_else(|| rest("@")) {
        return is_word(tag) && letter(tag);
    }
    if let Some(format) = rest("%") {
        return matches!(format, "s" | "d" | "i" | "f" | "u" | "x" | "1$s" | "2$s");
    }
    let enclosed = |open: &str, close: &str| {
        rest(open).and_then(|inner| inner.strip_suffix(close)).is_some_and(|inner| {
            !inner.is_empty() && inner.chars().all(|letter| letter.is_ascii_graphic() && !"<>{}".contains(letter))
        })
    };
    enclosed("{{", "}}") || enclosed("${", "}") || enclosed("{", "}") || enclosed("<", ">") || is_host(word)
}

/// Top-level domains that make `name.de` an address, and not two sentences without a blank.
const DOMAINS: &[&str] = &["de", "com", "org", "net", "at", "ch", "eu", "info", "uk", "fr", "io", "tv"];

fn is_host(word: &str) -> bool {
    let host = word.split('/').next().unwrap_or_default();
    let known = host.rsplit_once('.').is_some_and(|(name, domain)| name.len() >= 2 && DOMAINS.contains(&domain));
    known && host.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(&byte))
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
            assert_eq!(texts(text), wanted, "{text}");
        }
    }
}
