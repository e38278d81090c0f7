//! The forms of a term: which German words are one, and what English makes of it in the plural.
//!
//! Rules, not a dictionary: an ending that German declines with, and an umlaut where endings bring one. What the rules let
//! through beside true forms is harmless, because a term and a word must share all but the ending.

use crate::segment::words::words;

/// How much capitals matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    /// As in the glossary.
    Same,
    /// As in the glossary, or all in capitals.
    OrCapitals,
    /// Not at all.
    Any,
}

/// A form of a German word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// As in the glossary.
    Basic,
    /// With an ending that only a plural has, or an umlaut: `Räte`, `Häuser`.
    Plural,
    /// With `-s`: a genitive, or a plural such as `Kitas`.
    WithS,
    /// With `-n`: a plural, or another case of a word such as `Schöffe`.
    WithN,
    /// With another ending of the singular, or of an adjective.
    Other,
}

/// What the words of a glossary and of a text have in common at the beginning if one is a form of the other.
pub(super) fn beginning(word: &str) -> String {
    word.to_lowercase().chars().map(plain).take(2).collect()
}

/// A vowel without its umlaut.
fn plain(letter: char) -> char {
    match letter {
        'ä' => 'a',
        'ö' => 'o',
        'ü' => 'u',
        other => other,
    }
}

/// Endings of nouns that only plurals have.
const PLURAL: &[&str] = &["e", "er", "ern", "se", "sen", "nen"];

/// Endings of adjectives, and of nouns that are declined like them.
const ADJECTIVE: &[&str] = &["e", "en", "em", "er", "es"];

/// Ends of nouns that are declined like adjectives: `Verdächtiger`, `Angestellter`, `Studierender`.
const NOMINALISED: &[&str] = &["iger", "licher", "ischer", "ierter", "ellter", "ender", "eter"];

/// The form of `term` that `word` is, if it is one.
pub(super) fn form(term: &str, word: &str, case: Case) -> Option<Form> {
    if !agrees(term, word, case) {
        return None;
    }
    let (term, word) = (term.to_lowercase(), word.to_lowercase());
    if term == word {
        return Some(Form::Basic);
    }
    let letters = term.chars().count();
    if letters < 3 {
        return None;
    }
    if let Some(ending) = word.strip_prefix(&term) {
        let found = match ending {
            "s" | "es" | "ses" | "ns" | "ens" => Some(Form::WithS),
            "n" | "en" => Some(Form::WithN),
            _ if PLURAL.contains(&ending) => Some(Form::Plural),
            _ => None,
        };
        if found.is_some() {
            return found;
        }
    }
    // Adjectives, alone or in a term of several words: `Freie Wähler`, `Freien Wählern`.
    let is_adjective = term.ends_with('e') || NOMINALISED.iter().any(|end| term.ends_with(end));
    let stem = ["er", "e"].iter().find_map(|ending| term.strip_suffix(ending)).filter(|_| is_adjective);
    if stem.and_then(|stem| word.strip_prefix(stem)).is_some_and(|ending| ADJECTIVE.contains(&ending)) {
        return Some(if term.ends_with('e') && word.ends_with('n') { Form::WithN } else { Form::Other });
    }
    // `Firma`, `Museum`, `Virus`: the ending is exchanged.
    let exchanged = ["us", "um", "a", "on"].iter().find_map(|ending| term.strip_suffix(ending));
    if exchanged.is_some_and(|stem| stem.len() > 2 && word.strip_prefix(stem) == Some("en")) {
        return Some(Form::Plural);
    }
    umlauted(&term, &word).then_some(Form::Plural)
}

/// True if `word` is `term` with its last vowel changed to an umlaut, and a plural ending or none.
fn umlauted(term: &str, word: &str) -> bool {
    let Some((at, vowel)) = term.char_indices().rev().find(|(_, letter)| matches!(letter, 'a' | 'o' | 'u')) else {
        return false;
    };
    // The first of the vowels in `Haus`.
    let at = if vowel == 'u' && term[..at].ends_with('a') { at - 1 } else { at };
    let changed = match term[at..].chars().next() {
        Some('a') => "ä",
        Some('o') => "ö",
        _ => "ü",
    };
    let changed = [&term[..at], changed, &term[at + 1..]].concat();
    word.strip_prefix(&changed).is_some_and(|ending| matches!(ending, "" | "n" | "en") || PLURAL.contains(&ending))
}

/// True if the capitals of `word` let it be a form of `term`: `Essen` is a town, `essen` is not.
fn agrees(term: &str, word: &str, case: Case) -> bool {
    let same = || term.chars().zip(word.chars()).all(|(one, other)| one.is_uppercase() == other.is_uppercase());
    match case {
        Case::Any => true,
        Case::Same => same(),
        Case::OrCapitals => same() || word.chars().filter(|letter| letter.is_alphabetic()).all(char::is_uppercase),
    }
}

/// Words before a noun in the singular that has an ending all the same.
const SINGULAR: &[&str] = &[
    "des", "dem", "eines", "einem", "einen", "ihres", "seines", "ihrem", "seinem", "ihren", "seinen", "dieses",
    "diesem", "diesen", "jedem", "jeden", "jedes", "im", "am", "vom", "zum", "beim", "kein", "keinem", "keinen",
    "keines",
];

/// True if a word of this form, with these words before it (the nearest first), is a plural, as far as that can be seen.
pub(super) fn is_plural<'a>(form: Form, mut before: impl Iterator<Item = &'a str>) -> bool {
    match form {
        Form::Basic | Form::Other => false,
        Form::Plural => true,
        Form::WithS | Form::WithN => !before.any(|word| SINGULAR.contains(&word.to_lowercase().as_str())),
    }
}

/// An English term.
pub(super) struct English<'a>(pub(super) &'a str);

impl English<'_> {
    /// The plural of its last word, by rule; what has an `s` at its end already, and names, stay as they are.
    pub(super) fn plural(&self) -> String {
        let text = self.0;
        let last = text.rsplit([' ', '-']).next().unwrap_or_default();
        if last.starts_with(char::is_uppercase) || last.ends_with('s') || last.is_empty() {
            return text.to_owned();
        }
        let vowel_before_y = last.chars().rev().nth(1).is_some_and(|letter| "aeiou".contains(letter));
        if let Some(stem) = text.strip_suffix('y').filter(|_| !vowel_before_y) {
            return format!("{stem}ies");
        }
        if let Some(stem) = text.strip_suffix("man").filter(|_| last != "human") {
            return format!("{stem}men");
        }
        let hisses = ["x", "z", "ch", "sh"].iter().any(|end| last.ends_with(end));
        format!("{text}{}", if hisses { "es" } else { "s" })
    }

    /// True if `text` has it at the beginning of a word and to the end of one, in singular or plural.
    pub(super) fn is_in(&self, text: &str, case: Case) -> bool {
        let fold = |text: &str| if case == Case::Any { text.to_lowercase() } else { text.to_owned() };
        let plain = |text: &str| fold(&text.split_whitespace().collect::<Vec<_>>().join(" ")).replace('’', "'");
        let text = plain(text);
        [plain(self.0), plain(&self.plural())].iter().any(|term| {
            text.match_indices(term.as_str()).any(|(at, _)| {
                let behind = &text[at + term.len()..];
                let behind = behind.strip_prefix("'s").unwrap_or(behind);
                !term.is_empty()
                    && !text[..at].ends_with(char::is_alphanumeric)
                    && !behind.starts_with(char::is_alphanumeric)
            })
        })
    }
}

/// True if `text` has a word in it.
pub(super) fn has_word(text: &str) -> bool {
    words(text).next().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn german_forms_are_known_and_other_words_are_not() {
        for (term, word, wanted) in [
            ("Landrat", "Landrat", Some(Form::Basic)),
            ("Landrat", "Landrates", Some(Form::WithS)),
            ("Landrat", "Landräten", Some(Form::Plural)),
            ("Landrat", "Landratsamt", None),
            ("Haus", "Häuser", Some(Form::Plural)),
            ("Haus", "Häusern", Some(Form::Plural)),
            ("Mutter", "Mütter", Some(Form::Plural)),
            ("Wärmepumpe", "Wärmepumpen", Some(Form::WithN)),
            ("Ministerin", "Ministerinnen", Some(Form::Plural)),
            ("Firma", "Firmen", Some(Form::Plural)),
            ("Museum", "Museen", Some(Form::Plural)),
            ("Verdächtiger", "Verdächtigen", Some(Form::Other)),
            ("Lehrer", "Lehre", None),
            ("Lehrer", "Lehrern", Some(Form::WithN)),
            ("Freie", "Freien", Some(Form::WithN)),
            ("EU", "EUs", None),
            ("THW", "thw", None),
            ("essen", "Essen", None),
            ("Essen", "essen", None),
            ("Essen", "ESSEN", Some(Form::Basic)),
        ] {
            assert_eq!(form(term, word, Case::OrCapitals), wanted, "{term} {word}");
        }
        assert_eq!(form("Landrat", "LANDRAT", Case::Same), None);
        assert_eq!(form("Landrat", "Landräte", Case::Same), Some(Form::Plural));
    }

    #[test]
    fn english_terms_are_known_in_both_numbers() {
        for (term, text, wanted) in [
            ("lay judge", "Two lay judges slept.", true),
            ("municipal utility", "The municipal utilities", true),
            ("public prosecutor's office", "The public prosecutor’s office", true),
            ("suspect", "They suspected nothing.", false),
            ("mayor", "The Mayor said", true),
            ("mayor", "The mayor's house", true),
        ] {
            assert_eq!(English(term).is_in(text, Case::Any), wanted, "{term} {text}");
        }
        for (term, wanted) in [
            ("heat pump", "heat pumps"),
            ("utility", "utilities"),
            ("survey", "surveys"),
            ("business", "business"),
            ("tax", "taxes"),
            ("ombudsman", "ombudsmen"),
            ("Free Voters", "Free Voters"),
        ] {
            assert_eq!(English(term).plural(), wanted);
        }
    }
}
