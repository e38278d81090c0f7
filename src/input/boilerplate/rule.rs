//! What a rule is, and the shapes of passages that it can name.
//!
//! A false alarm takes news away, a miss only adds a line. So every shape is narrow: whole paragraphs, openings of short
//! ones, the site's own voice (text in quotation marks is somebody else's), brackets with nothing but known words in them.

use std::borrow::Cow;

use crate::lexicon::german;

/// A kind of passage that is not news.
#[derive(Debug)]
pub struct Rule {
    /// Name of the rule, as the list of what was left out shows it.
    pub name: &'static str,
    /// One line about the rule for the reader.
    pub about: &'static str,
    /// What the passage looks like. One match is enough.
    pub(super) shapes: &'static [Shape],
    /// Passages that the rule must set aside.
    #[cfg(test)]
    pub(super) goes: &'static [&'static str],
    /// Passages that no rule may touch.
    #[cfg(test)]
    pub(super) stays: &'static [&'static str],
}

/// What a passage looks like. Phrases are in lower case.
#[derive(Debug)]
pub(super) enum Shape {
    /// The paragraph is one of these phrases, give or take punctuation and numbers around it.
    Whole(&'static [&'static str]),
    /// The paragraph has at most this many characters and begins with one of these phrases.
    Opening(usize, &'static [&'static str]),
    /// The paragraph has at most this many characters, begins with one of these phrases, and what follows is names: of
    /// persons, agencies, archives. Other words tell something.
    Names(usize, &'static [&'static str]),
    /// The paragraph has at most this many characters, begins with one of these phrases, and does not end as a sentence
    /// does.
    Label(usize, &'static [&'static str]),
    /// The paragraph has at most this many characters, begins with one of the first phrases and also holds one of the
    /// second.
    OpeningWith(usize, &'static [&'static str], &'static [&'static str]),
    /// The paragraph has at most this many characters, begins with one of these phrases, and does not end in a full stop: a
    /// headline follows.
    Headline(usize, &'static [&'static str]),
    /// The paragraph has at most this many characters and ends with one of these phrases and a number.
    Ending(usize, &'static [&'static str]),
    /// The paragraph has at most this many characters and ends with one of these phrases, which are no part of a sentence.
    Closing(usize, &'static [&'static str]),
    /// The paragraph has at most this many characters and ends with a credit: one of the first phrases and then names, or names and
    /// then one of the second phrases. What stands before is a caption.
    Credited(usize, &'static [&'static str], &'static [&'static str]),
    /// The paragraph begins with one of the first phrases. A date follows, or nothing but dates, times and the second words.
    Dated(&'static [&'static str], &'static [&'static str]),
    /// One of these phrases occurs in the paragraph, outside quotation marks.
    Voice(&'static [&'static str]),
    /// The paragraph consists of at least two of these words, at least one of them from the first list.
    Words(&'static [&'static str], &'static [&'static str]),
    /// A heading that is one of these phrases, before a paragraph that the same rule sets aside or at the very end. Where
    /// such a paragraph follows, everything to the end goes too, if it is less than what came before.
    SectionHeading(&'static [&'static str]),
    /// A heading that is one of these phrases, and the list or the run of headlines under it.
    TeaserHeading(&'static [&'static str]),
    /// A bracket, or a whole paragraph, that consists of these words, with at least one from the first list and one from
    /// the second.
    Bracket(&'static [&'static str], &'static [&'static str], &'static [&'static str]),
    /// A bracket that begins with one of these phrases.
    BracketOpening(&'static [&'static str]),
    /// A bracket of these words, dates and times at the end of a paragraph, after the place at its beginning, or alone.
    Credit(&'static [&'static str]),
}

/// The longest bracket or whole phrase that is looked at, in bytes.
pub(super) const MAX_BRACKET_BYTES: usize = 120;

impl Shape {
    /// True if the paragraph `original` has this shape by itself. `text` is the same in lower case.
    pub(super) fn matches_paragraph(&self, text: &str, original: &str) -> bool {
        let is_within = |characters: usize| text.chars().nth(characters).is_none();
        match self {
            Self::Whole(phrases) => is_phrase(text, phrases),
            Self::Opening(longest, phrases) => {
                is_within(*longest) && phrases.iter().any(|phrase| begins_with(text, phrase)) && !is_reported(text)
            }
            Self::OpeningWith(longest, phrases, needed) => {
                is_within(*longest)
                    && phrases.iter().any(|phrase| begins_with(text, phrase))
                    && needed.iter().any(|phrase| contains_phrase(text, phrase))
            }
            Self::Names(longest, phrases) => {
                let is_credit =
                    |phrase: &&str| begins_with(text, phrase) && are_names(original, phrase.split(' ').count());
                is_within(*longest) && !text.ends_with(['!', '?', '“', '"', ':']) && phrases.iter().any(is_credit)
            }
            Self::Headline(longest, phrases) => {
                is_within(*longest)
                    && !text.ends_with(['.', '“', '"', '«'])
                    && phrases.iter().any(|phrase| begins_with(text, phrase))
            }
            Self::Ending(longest, phrases) => {
                let mut words = text.trim_end_matches(['.', ' ']).rsplit(' ');
                let has_number = words.next().is_some_and(|number| {
                    number.len() > 7 && number.chars().all(|it| it.is_ascii_digit() || "-x–./".contains(it))
                });
                is_within(*longest) && has_number && words.next().is_some_and(|word| phrases.contains(&word))
            }
            Self::Closing(longest, phrases) => {
                is_within(*longest) && phrases.iter().any(|phrase| text.ends_with(phrase))
            }
            Self::Credited(longest, openings, endings) => {
                is_within(*longest) && is_credited(original, openings, endings)
            }
            Self::Dated(phrases, words) => phrases
                .iter()
                .filter_map(|phrase| after_opening(text, phrase))
                .any(|after_phrase| is_dated(after_phrase, words)),
            Self::Label(longest, phrases) => {
                is_within(*longest)
                    && !text.ends_with(['.', '!', '?', '“', '"', ':'])
                    && phrases.iter().any(|phrase| begins_with(text, phrase))
            }
            Self::Voice(phrases) => {
                let own_words = without_quotes(text);
                phrases.iter().any(|phrase| contains_phrase(&own_words, phrase)) && !is_reported(&own_words)
            }
            Self::Words(needed, others) => {
                let words: Vec<_> = words(text).collect();
                words.len() > 1
                    && words.iter().any(|word| needed.contains(word))
                    && words.iter().all(|word| needed.contains(word) || others.contains(word))
            }
            Self::Bracket(..) => self.matches_bracket(text.trim_matches(['(', ')', '[', ']', ' ', '.'])),
            Self::BracketOpening(_) | Self::Credit(_) => {
                let after_bracket = text.strip_prefix(['(', '[']);
                let bracketed =
                    after_bracket.and_then(|passage| passage.trim_end_matches('.').strip_suffix([')', ']']));
                bracketed.is_some_and(|passage| !passage.contains(['(', ')']) && self.matches_bracket(passage))
            }
            Self::SectionHeading(_) | Self::TeaserHeading(_) => false,
        }
    }

    /// True if a bracket around the passage `bracketed`, in lower case, has this shape.
    pub(super) fn matches_bracket(&self, bracketed: &str) -> bool {
        match self {
            Self::Bracket(pointers, targets, others) => {
                let words: Vec<_> =
                    bracketed.split_whitespace().map(|word| word.trim_matches([',', ':', ';', '.'])).collect();
                let has_one_of = |list: &[&str]| words.iter().any(|word| list.contains(word));
                let is_known = |word: &&str| [pointers, targets, others].iter().any(|list| list.contains(word));
                has_one_of(pointers) && has_one_of(targets) && words.iter().all(is_known)
            }
            Self::BracketOpening(phrases) => phrases.iter().any(|phrase| begins_with(bracketed, phrase)),
            Self::Credit(names) => {
                let is_date_or_time = |word: &str| {
                    word == "uhr"
                        || word.chars().all(|character| character.is_ascii_digit() || ".:".contains(character))
                };
                let words: Vec<_> =
                    bracketed.split([' ', ',', '/', '-', '–', '+', '&']).filter(|word| !word.is_empty()).collect();
                words.iter().any(|word| names.contains(word))
                    && words.iter().all(|word| names.contains(word) || is_date_or_time(word))
            }
            _ => false,
        }
    }
}

/// True if `text` is one of `phrases`, give or take case and the punctuation, numbers and spaces around it.
pub(super) fn is_phrase(text: &str, phrases: &[&str]) -> bool {
    let core = text.trim_matches(|character: char| !character.is_alphabetic());
    core.len() <= MAX_BRACKET_BYTES && phrases.contains(&core.to_lowercase().as_str())
}

/// True if `text` begins with `phrase`, and the last word of the phrase ends there.
fn begins_with(text: &str, phrase: &str) -> bool {
    after_opening(text, phrase).is_some()
}

/// What follows `phrase` in `text`, if it begins with it.
fn after_opening<'text>(text: &'text str, phrase: &str) -> Option<&'text str> {
    let opening =
        text.trim_start_matches(|character: char| !character.is_alphanumeric() && !"„»\"(©".contains(character));
    opening.strip_prefix(phrase).filter(|after_phrase| ends_word(phrase, after_phrase))
}

/// Words by which a passage reports what somebody says. A page does not speak of itself with them.
const REPORTING_PHRASES: &[&str] = &[
    "heißt es",
    "hieß es",
    "sagt",
    "sagte",
    "sagten",
    "schreibt",
    "schrieb",
    "erklärte",
    "erklärt",
    "teilte",
    "warnt",
    "warnte",
    "kritisierte",
    "fordert",
    "forderte",
    "betonte",
    "berichtete",
    "berichtet",
    "zufolge",
    "laut",
    "rät",
    "riet",
    "raten",
    "rieten",
    "empfiehlt",
    "empfahl",
    "empfehlen",
    "bittet",
    "bat",
    "baten",
    "mahnt",
    "mahnte",
    "meint",
    "meinte",
    "findet",
    "fand",
    "fragt",
    "fragte",
    "ruft",
    "rief",
    "ergab",
    "ergaben",
    "beschloss",
    "beschlossen",
    "entschied",
    "urteilte",
    "verlangt",
    "verlangte",
    "kündigte",
    "versprach",
    "verspricht",
    "warnten",
    "warnen",
    "erklärten",
    "polizei",
    "ministerium",
    "verbraucherzentrale",
    "verbraucherschützer",
    "betrüger",
    "kriminelle",
    "umfrage",
];

/// True if `text` reports somebody's words.
fn is_reported(text: &str) -> bool {
    REPORTING_PHRASES.iter().any(|phrase| contains_phrase(text, phrase))
}

/// Words between and beside the names of a credit.
const BESIDE_NAMES: &[&str] = &[
    "der",
    "die",
    "das",
    "des",
    "dem",
    "den",
    "von",
    "vom",
    "van",
    "de",
    "und",
    "zu",
    "zur",
    "zum",
    "via",
    "by",
    "am",
    "im",
    "in",
    "für",
    "dpa",
    "apa",
    "afp",
    "red",
    "privat",
    "imago",
    "images",
    "epd",
    "kna",
    "sid",
    "screenshot",
];

/// True if the words of `text` after the first ones, of which there are `skipped`, are names: each begins with a capital letter,
/// holds a digit, or is one of those that stand beside names. There are at most ten.
fn are_names(text: &str, skipped: usize) -> bool {
    let is_word = |word: &&str| word.contains(char::is_alphanumeric);
    let words: Vec<&str> = text.split([' ', '/', ',', '|', '\n']).filter(is_word).skip(skipped).collect();
    let is_name = |word: &&str| {
        let plain = word.trim_matches(|character: char| !character.is_alphanumeric());
        let stands_beside = BESIDE_NAMES.contains(&plain) || plain.contains(['.', '@', '_']);
        stands_beside || plain.starts_with(|first: char| first.is_uppercase() || first.is_ascii_digit())
    };
    (1..=10).contains(&words.len()) && words.iter().all(is_name)
}

/// True if `text` is at most one sentence and then one of `openings` and names, or names and one of `endings`. Two sentences and a
/// credit may be a short report.
fn is_credited(text: &str, openings: &[&str], endings: &[&str]) -> bool {
    let text = text.trim_end_matches(['.', ' ', ')']);
    let is_sentence = |caption: &str| !caption.trim_end_matches(['.', ' ', '(']).contains(". ");
    let is_after_opening = openings.iter().any(|opening| {
        let Some(at) = last_ignoring_case(text, opening) else { return false };
        let is_word = !text[..at].ends_with(char::is_alphanumeric) || opening.starts_with('©');
        is_word && is_sentence(&text[..at]) && are_names(&text[at + opening.len()..], 0)
    });
    let start = text.rfind(". ").map_or(0, |end| end + 2);
    let ends = endings.iter().any(|ending| {
        let before = text.len().checked_sub(ending.len()).filter(|before| *before > start);
        before.and_then(|before| text.get(before..)).is_some_and(|end| end.eq_ignore_ascii_case(ending))
    });
    is_after_opening || ends && is_sentence(&text[..start]) && are_names(&text[start..], 0)
}

/// Where `phrase`, which is in lower case, stands last in `text`, whatever the case of its ASCII letters.
fn last_ignoring_case(text: &str, phrase: &str) -> Option<usize> {
    let is_here = |at: &usize| text.get(*at..at + phrase.len()).is_some_and(|part| part.eq_ignore_ascii_case(phrase));
    (0..text.len().saturating_sub(phrase.len())).rev().find(is_here)
}

/// True if the passage `after_phrase` begins with a date and does not end as a sentence does, or if it has a digit and consists of dates, times
/// and `other_words`.
fn is_dated(after_phrase: &str, other_words: &[&str]) -> bool {
    let has_digit = |text: &str| text.contains(|character: char| character.is_ascii_digit());
    let is_date = |word: &str| {
        let date_or_time = word.trim_end_matches("uhr");
        !date_or_time.contains(char::is_alphabetic)
            || german::month_or_abbreviation(word).is_some()
            || german::weekday(word).is_some()
    };
    let is_short = after_phrase.chars().nth(60).is_none() && !after_phrase.ends_with(['.', '!', '?', '“', '"', ':']);
    is_short && after_phrase.split_whitespace().take(2).any(has_digit)
        || has_digit(after_phrase) && words(after_phrase).all(|word| is_date(word) || other_words.contains(&word))
}

/// True if `phrase` occurs in `text` between word boundaries.
fn contains_phrase(text: &str, phrase: &str) -> bool {
    text.match_indices(phrase)
        .map(|(phrase_start, _)| (&text[..phrase_start], &text[phrase_start + phrase.len()..]))
        .any(|(before, after)| !before.ends_with(char::is_alphanumeric) && ends_word(phrase, after))
}

/// True if a word ends between `phrase` and the text after it.
fn ends_word(phrase: &str, text_after: &str) -> bool {
    !phrase.ends_with(char::is_alphabetic) || !text_after.starts_with(char::is_alphanumeric)
}

/// The words of `text`. A hyphen joins a word.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|character: char| !character.is_alphanumeric() && character != '-').filter(|word| !word.is_empty())
}

/// `text` without what stands in German, angle or straight quotation marks. A mark that is never closed quotes nothing.
fn without_quotes(text: &str) -> Cow<'_, str> {
    if !text.contains(['„', '»', '"']) {
        return Cow::Borrowed(text);
    }
    let mut unquoted = String::with_capacity(text.len());
    let mut unread_text = text;
    while let Some(quote_start) = unread_text.find(['„', '»', '"']) {
        let quotation_mark = unread_text[quote_start..].chars().next().unwrap_or_default();
        let quoted_start = quote_start + quotation_mark.len_utf8();
        let closing_marks: &[char] = match quotation_mark {
            '„' => &['“', '”', '"'],
            '»' => &['«'],
            _ => &['"'],
        };
        let Some(quoted_length) = unread_text[quoted_start..].find(closing_marks) else { break };
        unquoted.push_str(&unread_text[..quote_start]);
        unquoted.push('„');
        unread_text = &unread_text[quoted_start + quoted_length..];
        unread_text = &unread_text[unread_text.chars().next().map_or(0, char::len_utf8)..];
    }
    unquoted.push_str(unread_text);
    Cow::Owned(unquoted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_quoted_is_somebodys_words() {
        for (text, own_words) in [
            ("er sagte: „wir verwenden cookies“, und ging", "er sagte: „, und ging"),
            ("er sagte: »so« und \"so\".", "er sagte: „ und „."),
            ("5\" breit", "5\" breit"),
            ("„nie zu ende", "„nie zu ende"),
        ] {
            assert_eq!(without_quotes(text), own_words);
        }
    }
}
