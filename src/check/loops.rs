//! A translation that goes round in circles, or is far longer than its source.

use super::{Check, Pair, Repair};
use crate::document::Flag;
use crate::segment::words::words;

pub(super) const CHECK: Check = Check {
    flag: Flag::Loop,
    sees: "a phrase or a character again and again, or far more English than German",
    why: "a decoder that has lost its place repeats itself",
    repair: Repair::NoRepeat,
    find,
};

/// Times that a phrase of one, two, three or more words must follow itself to be a loop: `very, very` is English.
const TIMES: [usize; 4] = [4, 3, 2, 2];

/// The longest phrase that is looked for.
const LONGEST_PHRASE: usize = 12;

/// English letters for each German one that are too many, in texts of some length.
const ABSURD: usize = 2;

fn find(pair: &Pair<'_>) -> Option<String> {
    let english = lower(pair.english);
    let english: Vec<&str> = english.iter().map(String::as_str).collect();
    if let Some(phrase) = repeated(&english) {
        let german = lower(pair.german);
        let german: Vec<&str> = german.iter().map(String::as_str).collect();
        // What the German repeats, the English may.
        if repeated(&german).is_none() {
            return Some(format!("“{}” again and again", phrase.join(" ")));
        }
    }
    if let Some(letter) = run(pair.english).filter(|letter| run(pair.german) != Some(*letter)) {
        return Some(format!("“{letter}” again and again"));
    }
    if let Some(phrase) = everywhere(&english) {
        return Some(format!("“{phrase}” again and again"));
    }
    let (german, english) = (pair.german.chars().count(), pair.english.chars().count());
    (english > ABSURD * german + 40).then(|| format!("{english} characters for {german}"))
}

fn lower(text: &str) -> Vec<String> {
    words(text).map(str::to_lowercase).collect()
}

/// A phrase that follows itself more often than people write.
fn repeated<'a>(words: &'a [&'a str]) -> Option<&'a [&'a str]> {
    (1..=LONGEST_PHRASE).find_map(|length| {
        let times = TIMES[length.min(TIMES.len()) - 1];
        // In a loop every word equals the one a phrase before it, for all but the first phrase.
        let mut equal = 0;
        (length..words.len()).find_map(|at| {
            equal = if words[at] == words[at - length] { equal + 1 } else { 0 };
            let start = (at + 1).checked_sub(length)?;
            // Figures repeat in tables and scores.
            let phrase = &words[start..=at];
            let is_word = phrase.iter().any(|word| word.contains(char::is_alphabetic));
            (equal >= length * (times - 1) && is_word).then_some(phrase)
        })
    })
}

/// A letter or mark eight times in a row.
fn run(text: &str) -> Option<char> {
    let (mut last, mut times) = (' ', 0);
    text.chars().find(|character| {
        times = if *character == last { times + 1 } else { 1 };
        last = *character;
        times >= 8 && !character.is_whitespace() && !character.is_numeric()
    })
}

/// A word of some length that is more than a third of a text of some length.
fn everywhere(words: &[&str]) -> Option<String> {
    if words.len() < 9 {
        return None;
    }
    let mut sorted: Vec<&str> = words.iter().copied().filter(|word| word.len() > 3).collect();
    sorted.sort_unstable();
    sorted.chunk_by(|one, other| one == other).find(|same| 3 * same.len() > words.len()).map(|same| same[0].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loops_are_seen_and_emphasis_is_not() {
        for (german, english, wanted) in [
            ("Er kam.", "He came and he came and he came and he came.", true),
            ("Er geht nach Hause.", "He goes to the house of the house of the house.", true),
            ("Das ist gut.", "This is good good good good.", true),
            ("Ja.", "Aaaaaaaaaaaah", true),
            ("Sehr, sehr gut.", "Very, very good.", false),
            ("Ja, ja, ja, ja!", "Yes, yes, yes, yes!", false),
            ("Er hatte gehabt.", "He had had it.", false),
            ("Ein kurzer Satz.", "One more thing after another.", false),
            ("Sieben zu eins.", "1 1 1 1 1 1", false),
        ] {
            assert_eq!(find(&Pair { german, english, ..Pair::default() }).is_some(), wanted, "{english}");
        }
    }
}
