//! Quotation marks, spaces and capitals.
//!
//! Quotation marks are those of English, in pairs, as the German has them; white space and full stops stand as in print; a
//! sentence begins with a capital if the German does.

/// `english` with its marks in order.
pub(super) fn tidied(german: &str, english: &str) -> String {
    let spaced = spaced(german, english);
    let quoted = quoted(german, &spaced);
    capitalised(german, &quoted)
}

/// A sentence that begins as its German does.
fn capitalised(german: &str, english: &str) -> String {
    let first_word = |text: &str| -> String {
        text.chars().skip_while(|mark| !mark.is_alphanumeric()).take_while(|mark| mark.is_alphanumeric()).collect()
    };
    let (german_word, english_word) = (first_word(german), first_word(english));
    let is_name = english_word.chars().skip(1).any(char::is_uppercase) || german_word == english_word;
    if !german_word.starts_with(char::is_uppercase) || !english_word.starts_with(char::is_lowercase) || is_name {
        return english.to_owned();
    }
    let start = english.find(char::is_alphanumeric).unwrap_or(0);
    let mut letters = english[start..].chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    english[..start].chars().chain(first).chain(letters).collect()
}

/// One space between words, none before a mark, one full stop after `p.m.`.
fn spaced(german: &str, english: &str) -> String {
    let mut tidy = String::with_capacity(english.len());
    let has_ellipsis = german.contains("..") || german.contains('…');
    let mut characters = english.chars().peekable();
    while let Some(character) = characters.next() {
        let next = characters.peek().copied();
        match character {
            ' ' if tidy.is_empty() || tidy.ends_with([' ', '(']) => {}
            ' ' if next.is_none_or(|next| matches!(next, ' ' | ',' | ';' | ')' | '!' | '?' | '’')) => {}
            // A full stop or colon may begin a name: `.NET`, `:)`.
            ' ' if matches!(next, Some('.' | ':')) => {
                let mut rest = characters.clone();
                rest.next();
                if rest.peek().is_some_and(|after| !after.is_whitespace() && !"\"”".contains(*after)) {
                    tidy.push(' ');
                }
            }
            '.' if tidy.ends_with(".m.") || (tidy.ends_with('.') && !has_ellipsis) => {}
            _ => tidy.push(character),
        }
    }
    tidy
}

/// A double or single quotation mark that opens or closes.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Mark {
    Open,
    Close,
    OpenNested,
    CloseNested,
}

impl Mark {
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

const DOUBLE_MARKS: [char; 7] = ['"', '„', '“', '”', '«', '»', '‟'];

/// The quotation marks of `german`, in order.
fn german_marks(german: &str) -> Vec<Mark> {
    let mut marks: Vec<Mark> = Vec::new();
    let mut open: Vec<Mark> = Vec::new();
    let mut before = ' ';
    let mut characters = german.chars().peekable();
    while let Some(character) = characters.next() {
        let after = characters.peek().copied().unwrap_or(' ');
        let is_nested = open.contains(&Mark::OpenNested);
        let mark = match character {
            '„' => Some(if open.contains(&Mark::Open) { Mark::OpenNested } else { Mark::Open }),
            '‚' | '›' | '‹' if !is_nested && !before.is_alphanumeric() && !after.is_whitespace() => {
                Some(Mark::OpenNested)
            }
            '‘' | '’' | '›' | '‹' | '\'' if is_nested && !after.is_alphanumeric() => Some(Mark::CloseNested),
            _ if DOUBLE_MARKS.contains(&character) => Some(match open.last() {
                Some(Mark::OpenNested) if open.len() > 1 => Mark::CloseNested,
                Some(_) => Mark::Close,
                // A quotation that began in an earlier sentence.
                None if before.is_alphanumeric() || ".,!?…".contains(before) => Mark::Close,
                None => Mark::Open,
            }),
            _ => None,
        };
        if let Some(mark) = mark {
            marks.push(mark);
            if mark.opens() {
                open.push(mark);
            } else {
                open.pop();
            }
        }
        before = character;
    }
    marks
}

/// `english` with the quotation marks of English. Where it has as many as the German, they are the German's; else each opens or
/// closes by what stands beside it. One that is missing at the beginning or end, where the German has one, is put in.
fn quoted(german: &str, english: &str) -> String {
    let wanted = german_marks(german);
    let places: Vec<usize> =
        english.char_indices().filter(|(_, character)| DOUBLE_MARKS.contains(character)).map(|(at, _)| at).collect();
    if places.is_empty() {
        return english.to_owned();
    }
    let mut text = english.to_owned();
    let (mut leading, mut trailing) = (None, None);
    let double_count = wanted.iter().filter(|mark| matches!(mark, Mark::Open | Mark::Close)).count();
    let is_one_short = places.len() + 1 == wanted.len() && double_count == wanted.len();
    if is_one_short {
        let begins = |text: &str| text.trim_start().starts_with(DOUBLE_MARKS);
        let core = |text: &str| text.trim_end_matches(['.', ',', '!', '?', ' ']).to_owned();
        let ends = |text: &str| core(text).ends_with(DOUBLE_MARKS) || text.ends_with(DOUBLE_MARKS);
        if begins(german) && !begins(english) {
            leading = wanted.first().copied();
        } else if ends(german) && !ends(english) {
            trailing = wanted.last().copied();
        }
    }
    let counts_agree = places.len() + usize::from(leading.is_some() || trailing.is_some()) == wanted.len();
    let doubles: Vec<Mark> = wanted.iter().copied().filter(|mark| matches!(mark, Mark::Open | Mark::Close)).collect();
    let directions: Vec<Mark> = if counts_agree {
        let skipped = usize::from(leading.is_some());
        wanted[skipped..skipped + places.len()].to_vec()
    } else if places.len() == doubles.len() {
        doubles
    } else {
        by_neighbours(english, &places)
    };
    for (place, mark) in places.iter().zip(&directions).rev() {
        let length = text[*place..].chars().next().map_or(0, char::len_utf8);
        text.replace_range(*place..place + length, &mark.english().to_string());
    }
    if let Some(mark) = leading {
        text.insert(0, mark.english());
    }
    if let Some(mark) = trailing {
        let end = if text.ends_with(['.', '!', '?']) && german.ends_with(DOUBLE_MARKS) {
            text.len()
        } else {
            text.trim_end_matches(['.', '!', '?']).len()
        };
        text.insert(end, mark.english());
    }
    close_up(&text)
}

/// Whether each mark opens or closes: in turn, if they are even in number, else by the white space beside it.
fn by_neighbours(english: &str, places: &[usize]) -> Vec<Mark> {
    let is_even = places.len().is_multiple_of(2);
    let direction = |(index, place): (usize, &usize)| {
        let before = english[..*place].chars().next_back();
        let opens = if is_even {
            index.is_multiple_of(2)
        } else {
            before.is_none_or(|before| before.is_whitespace() || "(–-—".contains(before))
        };
        if opens { Mark::Open } else { Mark::Close }
    };
    places.iter().enumerate().map(direction).collect()
}

/// No space within quotation marks.
fn close_up(text: &str) -> String {
    let mut closed = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        if character == ' ' && (closed.ends_with('“') || characters.peek() == Some(&'”')) {
            continue;
        }
        closed.push(character);
    }
    closed
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
            assert_eq!(tidied(german, english), wanted, "{german} {english}");
        }
    }
}
