//! Quotation marks, spaces and capitals.
//!
//! Quotation marks are those of English, in pairs, as the German has them; white space and full stops stand as in print; a
//! sentence begins with a capital if the German does.

/// `english` with its quotation marks, spaces and capitals in order.
pub(super) fn with_punctuation_in_order(german: &str, english: &str) -> String {
    let spaced_english = with_spaces_in_order(german, english);
    let quoted_english = with_english_quotation_marks(german, &spaced_english);
    begins_like_german(german, &quoted_english)
}

/// `english` with a capital at the start if its German has one.
fn begins_like_german(german: &str, english: &str) -> String {
    let first_word = |text: &str| -> String {
        text.chars().skip_while(|mark| !mark.is_alphanumeric()).take_while(|mark| mark.is_alphanumeric()).collect()
    };
    let (german_word, english_word) = (first_word(german), first_word(english));
    let is_name = english_word.chars().skip(1).any(char::is_uppercase) || german_word == english_word;
    if !german_word.starts_with(char::is_uppercase) || !english_word.starts_with(char::is_lowercase) || is_name {
        return english.to_owned();
    }
    let first_letter_at = english.find(char::is_alphanumeric).unwrap_or(0);
    let mut english_letters = english[first_letter_at..].chars();
    let first_capital = english_letters.next().into_iter().flat_map(char::to_uppercase);
    english[..first_letter_at].chars().chain(first_capital).chain(english_letters).collect()
}

/// One space between words, none before a mark, one full stop after `p.m.`.
fn with_spaces_in_order(german: &str, english: &str) -> String {
    let mut tidy_english = String::with_capacity(english.len());
    let has_ellipsis = german.contains("..") || german.contains('…');
    let mut characters = english.chars().peekable();
    while let Some(english_character) = characters.next() {
        let next_character = characters.peek().copied();
        match english_character {
            ' ' if tidy_english.is_empty() || tidy_english.ends_with([' ', '(']) => {}
            ' ' if next_character
                .is_none_or(|following| matches!(following, ' ' | ',' | ';' | ')' | '!' | '?' | '’')) => {}
            // A full stop or colon may begin a name: `.NET`, `:)`.
            ' ' if matches!(next_character, Some('.' | ':')) => {
                let mut characters_after = characters.clone();
                characters_after.next();
                if characters_after.peek().is_some_and(|character_after_stop| {
                    !character_after_stop.is_whitespace() && !"\"”".contains(*character_after_stop)
                }) {
                    tidy_english.push(' ');
                }
            }
            '.' if tidy_english.ends_with(".m.") || (tidy_english.ends_with('.') && !has_ellipsis) => {}
            _ => tidy_english.push(english_character),
        }
    }
    tidy_english
}

/// A double or single quotation mark that opens or closes.
#[derive(Clone, Copy, Debug, PartialEq)]
enum QuotationMark {
    Open,
    Close,
    OpenNested,
    CloseNested,
}

impl QuotationMark {
    fn english(self) -> char {
        match self {
            Self::Open => '“',
            Self::Close => '”',
            Self::OpenNested => '‘',
            Self::CloseNested => '’',
        }
    }

    fn opens(self) -> bool {
        matches!(self, Self::Open | Self::OpenNested)
    }
}

const DOUBLE_QUOTATION_MARKS: [char; 7] = ['"', '„', '“', '”', '«', '»', '‟'];

/// The quotation marks of `german`, in order.
fn german_quotation_marks(german: &str) -> Vec<QuotationMark> {
    let mut quotation_marks: Vec<QuotationMark> = Vec::new();
    let mut open_marks: Vec<QuotationMark> = Vec::new();
    let mut character_before = ' ';
    let mut characters = german.chars().peekable();
    while let Some(german_character) = characters.next() {
        let character_after = characters.peek().copied().unwrap_or(' ');
        let is_nested = open_marks.contains(&QuotationMark::OpenNested);
        let quotation_mark = match german_character {
            '„' => Some(if open_marks.contains(&QuotationMark::Open) {
                QuotationMark::OpenNested
            } else {
                QuotationMark::Open
            }),
            '‚' | '›' | '‹'
                if !is_nested && !character_before.is_alphanumeric() && !character_after.is_whitespace() =>
            {
                Some(QuotationMark::OpenNested)
            }
            '‘' | '’' | '›' | '‹' | '\'' if is_nested && !character_after.is_alphanumeric() => {
                Some(QuotationMark::CloseNested)
            }
            _ if DOUBLE_QUOTATION_MARKS.contains(&german_character) => Some(match open_marks.last() {
                Some(QuotationMark::OpenNested) if open_marks.len() > 1 => QuotationMark::CloseNested,
                Some(_) => QuotationMark::Close,
                // A quotation that began in an earlier sentence.
                None if character_before.is_alphanumeric() || ".,!?…".contains(character_before) => {
                    QuotationMark::Close
                }
                None => QuotationMark::Open,
            }),
            _ => None,
        };
        if let Some(quotation_mark) = quotation_mark {
            quotation_marks.push(quotation_mark);
            if quotation_mark.opens() {
                open_marks.push(quotation_mark);
            } else {
                open_marks.pop();
            }
        }
        character_before = german_character;
    }
    quotation_marks
}

/// `english` with the quotation marks of English. Where it has as many as the German, they are the German's; else each opens or
/// closes by what stands beside it. One that is missing at the beginning or end, where the German has one, is put in.
fn with_english_quotation_marks(german: &str, english: &str) -> String {
    let wanted_marks = german_quotation_marks(german);
    let mark_places: Vec<usize> = english
        .char_indices()
        .filter(|(_, character)| DOUBLE_QUOTATION_MARKS.contains(character))
        .map(|(at, _)| at)
        .collect();
    if mark_places.is_empty() {
        return english.to_owned();
    }
    let mut quoted_english = english.to_owned();
    let (mut leading_mark, mut trailing_mark) = (None, None);
    let double_count = wanted_marks
        .iter()
        .filter(|quotation_mark| matches!(quotation_mark, QuotationMark::Open | QuotationMark::Close))
        .count();
    let is_one_short = mark_places.len() + 1 == wanted_marks.len() && double_count == wanted_marks.len();
    if is_one_short {
        let begins_with_mark = |sentence: &str| sentence.trim_start().starts_with(DOUBLE_QUOTATION_MARKS);
        let without_full_stop = |sentence: &str| sentence.trim_end_matches(['.', ',', '!', '?', ' ']).to_owned();
        let ends_with_mark = |sentence: &str| {
            without_full_stop(sentence).ends_with(DOUBLE_QUOTATION_MARKS) || sentence.ends_with(DOUBLE_QUOTATION_MARKS)
        };
        if begins_with_mark(german) && !begins_with_mark(english) {
            leading_mark = wanted_marks.first().copied();
        } else if ends_with_mark(german) && !ends_with_mark(english) {
            trailing_mark = wanted_marks.last().copied();
        }
    }
    let counts_agree =
        mark_places.len() + usize::from(leading_mark.is_some() || trailing_mark.is_some()) == wanted_marks.len();
    let wanted_doubles: Vec<QuotationMark> = wanted_marks
        .iter()
        .copied()
        .filter(|quotation_mark| matches!(quotation_mark, QuotationMark::Open | QuotationMark::Close))
        .collect();
    let english_marks: Vec<QuotationMark> = if counts_agree {
        let skipped = usize::from(leading_mark.is_some());
        wanted_marks[skipped..skipped + mark_places.len()].to_vec()
    } else if mark_places.len() == wanted_doubles.len() {
        wanted_doubles
    } else {
        marks_by_neighbours(english, &mark_places)
    };
    for (mark_place, quotation_mark) in mark_places.iter().zip(&english_marks).rev() {
        let length = quoted_english[*mark_place..].chars().next().map_or(0, char::len_utf8);
        quoted_english.replace_range(*mark_place..mark_place + length, &quotation_mark.english().to_string());
    }
    if let Some(quotation_mark) = leading_mark {
        quoted_english.insert(0, quotation_mark.english());
    }
    if let Some(quotation_mark) = trailing_mark {
        let trailing_mark_at = if quoted_english.ends_with(['.', '!', '?']) && german.ends_with(DOUBLE_QUOTATION_MARKS)
        {
            quoted_english.len()
        } else {
            quoted_english.trim_end_matches(['.', '!', '?']).len()
        };
        quoted_english.insert(trailing_mark_at, quotation_mark.english());
    }
    without_spaces_in_quotation(&quoted_english)
}

/// Whether each mark opens or closes: in turn, if they are even in number, else by the white space beside it.
fn marks_by_neighbours(english: &str, mark_places: &[usize]) -> Vec<QuotationMark> {
    let is_even = mark_places.len().is_multiple_of(2);
    let mark_by_neighbours = |(mark_index, mark_place): (usize, &usize)| {
        let character_before = english[..*mark_place].chars().next_back();
        let opens_quotation = if is_even {
            mark_index.is_multiple_of(2)
        } else {
            character_before.is_none_or(|neighbour| neighbour.is_whitespace() || "(–-—".contains(neighbour))
        };
        if opens_quotation { QuotationMark::Open } else { QuotationMark::Close }
    };
    mark_places.iter().enumerate().map(mark_by_neighbours).collect()
}

/// No space within quotation marks.
fn without_spaces_in_quotation(quoted_english: &str) -> String {
    let mut closed_up = String::with_capacity(quoted_english.len());
    let mut characters = quoted_english.chars().peekable();
    while let Some(character) = characters.next() {
        if character == ' ' && (closed_up.ends_with('“') || characters.peek() == Some(&'”')) {
            continue;
        }
        closed_up.push(character);
    }
    closed_up
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_spaces_and_capitals_are_in_order() {
        for (german, english, wanted) in [
            ("„Wir kommen“, sagte er.", "\"We're coming,\" he said.", "“We're coming,” he said."),
            ("Er sagte: „Ja.“", "He said: \"Yes.", "He said: “Yes.”"),
            ("„Ja“, sagte er, „das geht.“", "\"Yes,\" he said, \"it works.", "“Yes,” he said, “it works.”"),
            ("„Ja, das geht“, sagte er.", "Yes, it works,\" he said.", "“Yes, it works,” he said."),
            ("„Ich gehe.", "\"I'm going.", "“I'm going."),
            ("Dann komme ich.“", "Then I'll come.\"", "Then I'll come.”"),
            ("Der Film „Fähre“ läuft.", "The film \" Ferry \" runs.", "The film “Ferry” runs."),
            ("»Niemand«, sagt sie.", "\"Nobody,\" she says.", "“Nobody,” she says."),
            (
                "„Sie rief ‚Halt!‘ und lief“, sagte er.",
                "\"She called \"Stop!\" and ran,\" he said.",
                "“She called ‘Stop!’ and ran,” he said.",
            ),
            (
                "Die „Post“ schrieb, „alles“ sei weg.",
                "The \"Post\" wrote \"all\" was gone.",
                "The “Post” wrote “all” was gone.",
            ),
            ("Kein Zitat.", "No quotation.", "No quotation."),
            ("Um 19 Uhr.", "At 7 p.m..", "At 7 p.m."),
            ("Es kostet 12 Euro , ja .", "It costs 12  euros , yes .", "It costs 12 euros, yes."),
            ("Und dann …", "And then ...", "And then ..."),
            ("Mord an junger Frau", "murder of a young woman", "Murder of a young woman"),
            ("iPhone wird teurer", "iPhone gets dearer", "iPhone gets dearer"),
            ("eBay wächst", "eBay grows", "eBay grows"),
            ("und kein Satz", "and no sentence", "and no sentence"),
        ] {
            assert_eq!(with_punctuation_in_order(german, english), wanted, "{german} {english}");
        }
    }
}
