//! English words by class: stop words, months, weekdays, numbers.
//!
//! Tables hold words in lower case unless they say otherwise.

use super::word_list::{COMMON, ENGLISH, NAME, WORD};

/// Words that carry no topic: articles, pronouns, prepositions, auxiliaries. Sorted.
#[rustfmt::skip]
const ENGLISH_STOP_WORDS: &[&str] = &[
    "a", "about", "above", "according", "after", "again", "against", "all", "almost", "alone", "along", "already",
    "also", "although", "always", "am", "among", "an", "and", "another", "any", "are", "around", "as", "at", "back",
    "be", "because", "been", "before", "being", "below", "between", "both", "but", "by", "came", "can", "cannot",
    "come", "comes", "could", "did", "do", "does", "doing", "done", "down", "during", "each", "either", "else", "even",
    "ever", "every", "few", "first", "for", "from", "further", "get", "give", "given", "go", "goes", "going", "gone",
    "good", "got", "great", "had", "has", "have", "having", "he", "her", "here", "hers", "herself", "him", "himself",
    "his", "how", "however", "i", "if", "in", "instead", "into", "is", "it", "its", "itself", "just", "last", "later",
    "least", "less", "like", "made", "make", "makes", "many", "may", "me", "might", "more", "most", "much", "must",
    "my", "myself", "near", "never", "new", "next", "no", "nor", "not", "nothing", "now", "of", "off", "often", "old",
    "on", "once", "one", "ones", "only", "onto", "or", "other", "others", "our", "ours", "out", "over", "own", "per",
    "put", "quite", "rather", "really", "said", "same", "say", "says", "second", "see", "seem", "seen", "several",
    "shall", "she", "should", "since", "so", "some", "something", "soon", "still", "such", "take", "taken", "than",
    "that", "the", "their", "theirs", "them", "themselves", "then", "there", "therefore", "these", "they", "thing",
    "things", "third", "this", "those", "three", "through", "thus", "to", "today", "together", "told", "too", "toward",
    "towards", "two", "under", "until", "up", "upon", "us", "very", "want", "wants", "was", "way", "we", "well", "went",
    "were", "what", "when", "where", "whether", "which", "while", "who", "whole", "whom", "whose", "why", "will",
    "with", "within", "without", "would", "year", "years", "yes", "yesterday", "yet", "you", "your", "yours",
];

/// True if `english_word` carries no topic. Case and a clitic (`’s`) are ignored.
pub fn is_stop_word(english_word: &str) -> bool {
    let lower_word = english_word.to_lowercase().replace('’', "'");
    let without_clitic = lower_word.split('\'').next().unwrap_or_default();
    ENGLISH_STOP_WORDS.binary_search(&without_clitic).is_ok()
}

/// True if `english_word`, in lower case, is an English word that is written in lower case.
pub fn is_word(english_word: &str) -> bool {
    ENGLISH.has(english_word, WORD)
}

/// True if `english_word`, in lower case, is a frequent English word.
pub fn is_common_word(english_word: &str) -> bool {
    ENGLISH.has(english_word, COMMON)
}

/// True if `english_word`, in lower case, is a name or another word that English writes with a capital.
pub fn is_name(english_word: &str) -> bool {
    ENGLISH.has(english_word, NAME)
}

/// The months in order, as they are written.
pub const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The month, from 1, that `english_word` names in full. Case is ignored.
pub fn month_name(english_word: &str) -> Option<u8> {
    MONTHS
        .iter()
        .zip(1..)
        .find(|(month_name, _)| month_name.eq_ignore_ascii_case(english_word))
        .map(|(_, month_number)| month_number)
}

/// Abbreviations of months with a capital, without a full stop.
#[rustfmt::skip]
const ENGLISH_MONTH_ABBREVIATIONS: [(&str, u8); 12] = [
    ("Jan", 1), ("Feb", 2), ("Mar", 3), ("Apr", 4), ("Jun", 6), ("Jul", 7), ("Aug", 8), ("Sep", 9), ("Sept", 9),
    ("Oct", 10), ("Nov", 11), ("Dec", 12),
];

/// The month, from 1, that `english_word` abbreviates. Case matters: `mar` is a verb.
pub fn month_abbreviation(english_word: &str) -> Option<u8> {
    ENGLISH_MONTH_ABBREVIATIONS
        .iter()
        .find(|(abbreviation, _)| *abbreviation == english_word)
        .map(|(_, month_number)| *month_number)
}

/// The days of the week in order, as they are written.
pub const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// The day of the week, from 1 for Monday, that `english_word` names in full. Case is ignored.
pub fn weekday(english_word: &str) -> Option<u8> {
    WEEKDAYS
        .iter()
        .zip(1..)
        .find(|(weekday_name, _)| weekday_name.eq_ignore_ascii_case(english_word))
        .map(|(_, weekday_number)| weekday_number)
}

/// Words and abbreviations that multiply the number before them.
pub const MAGNITUDES: &[(&str, f64)] = &[
    ("hundred", 1e2),
    ("hundreds", 1e2),
    ("thousand", 1e3),
    ("thousands", 1e3),
    ("k", 1e3),
    ("million", 1e6),
    ("millions", 1e6),
    ("mn", 1e6),
    ("m", 1e6),
    ("billion", 1e9),
    ("billions", 1e9),
    ("bn", 1e9),
    ("b", 1e9),
    ("trillion", 1e12),
    ("trillions", 1e12),
    ("tn", 1e12),
    ("quadrillion", 1e15),
    ("quadrillions", 1e15),
];

/// What `magnitude_value`, a power of a thousand or a hundred, is called.
pub fn magnitude_name(magnitude_value: f64) -> Option<&'static str> {
    const MAGNITUDE_NAMES: [(f64, &str); 6] = [
        (1e2, "hundred"),
        (1e3, "thousand"),
        (1e6, "million"),
        (1e9, "billion"),
        (1e12, "trillion"),
        (1e15, "quadrillion"),
    ];
    MAGNITUDE_NAMES
        .iter()
        .find(|(magnitude, _)| *magnitude == magnitude_value)
        .map(|(_, magnitude_name)| *magnitude_name)
}

/// Cardinals below 13, from zero on.
const ENGLISH_SMALL_CARDINALS: [&str; 13] =
    ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

/// `number_value` as prose writes it: a word up to twelve, else digits in groups of three.
pub fn cardinal(number_value: u64) -> String {
    let small_cardinal =
        usize::try_from(number_value).ok().and_then(|cardinal_index| ENGLISH_SMALL_CARDINALS.get(cardinal_index));
    small_cardinal.map_or_else(|| grouped(&number_value.to_string()), |cardinal_word| (*cardinal_word).to_owned())
}

/// `digits` in groups of three: `1250` becomes `1,250`.
pub fn grouped(digits: &str) -> String {
    let mut grouped_digits = String::with_capacity(digits.len() + digits.len() / 3);
    for (digit_index, digit) in digits.chars().enumerate() {
        if digit_index > 0 && (digits.len() - digit_index).is_multiple_of(3) {
            grouped_digits.push(',');
        }
        grouped_digits.push(digit);
    }
    grouped_digits
}

/// The letters after the digits of an ordinal: `st` for 21, `th` for 11.
pub fn ordinal_suffix(ordinal_value: u64) -> &'static str {
    match (ordinal_value % 10, ordinal_value % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    }
}

/// Cardinals, ordinals, fractions, multiples and groups with their values.
#[rustfmt::skip]
const ENGLISH_NUMBER_WORDS: &[(&str, f64)] = &[
    ("one", 1.0), ("two", 2.0), ("three", 3.0), ("four", 4.0), ("five", 5.0), ("six", 6.0), ("seven", 7.0),
    ("eight", 8.0), ("nine", 9.0), ("ten", 10.0), ("eleven", 11.0), ("twelve", 12.0), ("thirteen", 13.0),
    ("fourteen", 14.0), ("fifteen", 15.0), ("sixteen", 16.0), ("seventeen", 17.0), ("eighteen", 18.0),
    ("nineteen", 19.0), ("twenty", 20.0), ("thirty", 30.0), ("forty", 40.0), ("fifty", 50.0), ("sixty", 60.0),
    ("seventy", 70.0), ("eighty", 80.0), ("ninety", 90.0), ("first", 1.0), ("second", 2.0), ("third", 3.0),
    ("thirds", 3.0), ("fourth", 4.0), ("fifth", 5.0), ("sixth", 6.0), ("seventh", 7.0), ("eighth", 8.0),
    ("ninth", 9.0), ("tenth", 10.0), ("eleventh", 11.0), ("twelfth", 12.0), ("thirteenth", 13.0),
    ("fourteenth", 14.0), ("fifteenth", 15.0), ("sixteenth", 16.0), ("seventeenth", 17.0), ("eighteenth", 18.0),
    ("nineteenth", 19.0), ("twentieth", 20.0), ("thirtieth", 30.0), ("hundredth", 100.0), ("zero", 0.0),
    ("half", 0.5), ("quarter", 4.0), ("quarters", 4.0), ("once", 1.0), ("twice", 2.0), ("both", 2.0),
    ("double", 2.0), ("doubled", 2.0), ("pair", 2.0), ("couple", 2.0), ("twin", 2.0), ("twins", 2.0),
    ("either", 2.0), ("halves", 2.0), ("duo", 2.0), ("triple", 3.0), ("tripled", 3.0), ("trio", 3.0), ("thrice", 3.0),
    ("quadruple", 4.0), ("dozen", 12.0), ("noon", 12.0), ("midnight", 12.0), ("decade", 10.0), ("decades", 10.0),
    ("century", 100.0), ("fortnight", 14.0), ("twenties", 20.0), ("thirties", 30.0), ("forties", 40.0),
    ("fifties", 50.0), ("sixties", 60.0), ("seventies", 70.0), ("eighties", 80.0), ("nineties", 90.0),
    ("ii", 2.0), ("iii", 3.0), ("iv", 4.0), ("vi", 6.0), ("vii", 7.0), ("viii", 8.0), ("ix", 9.0), ("xi", 11.0),
    ("xii", 12.0), ("xiv", 14.0), ("xvi", 16.0), ];

/// Denominators of fractions after a numerator: `two thirds`.
const ENGLISH_DENOMINATORS: &[(&str, f64)] = &[
    ("half", 2.0),
    ("halves", 2.0),
    ("third", 3.0),
    ("thirds", 3.0),
    ("quarter", 4.0),
    ("quarters", 4.0),
    ("fourths", 4.0),
    ("fifths", 5.0),
    ("sixths", 6.0),
    ("sevenths", 7.0),
    ("eighths", 8.0),
    ("ninths", 9.0),
    ("tenths", 10.0),
];

/// The denominator that `english_word` names. `english_word` is in lower case.
pub fn denominator(english_word: &str) -> Option<f64> {
    ENGLISH_DENOMINATORS
        .iter()
        .find(|(denominator_word, _)| *denominator_word == english_word)
        .map(|(_, denominator_value)| *denominator_value)
}

/// Factors by the beginnings of the words for them: `doubled`, `threefold`, `quadrupling`.
const ENGLISH_FACTORS: &[(&str, u32)] = &[
    ("doubl", 2),
    ("twice", 2),
    ("twofold", 2),
    ("tripl", 3),
    ("trebl", 3),
    ("thrice", 3),
    ("threefold", 3),
    ("quadrupl", 4),
    ("fourfold", 4),
    ("quintupl", 5),
    ("fivefold", 5),
    ("sixfold", 6),
    ("sevenfold", 7),
    ("eightfold", 8),
    ("ninefold", 9),
    ("tenfold", 10),
    ("hundredfold", 100),
];

/// The factor that a verb, adjective or adverb states. `english_word` is in lower case.
pub fn factor(english_word: &str) -> Option<u32> {
    ENGLISH_FACTORS
        .iter()
        .find(|(factor_stem, _)| english_word.starts_with(factor_stem))
        .map(|(_, factor_value)| *factor_value)
}

/// The value of a number word, an ordinal (`third`), a group (`pair`, `dozen`) or a month. `english_word` is in lower case.
pub fn number_word(english_word: &str) -> Option<f64> {
    let known_value = ENGLISH_NUMBER_WORDS
        .iter()
        .find(|(number_word, _)| *number_word == english_word)
        .map(|(_, number_value)| *number_value);
    known_value.or_else(|| month_name(english_word).map(f64::from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stop_words_are_sorted_and_known_in_any_case() {
        assert!(ENGLISH_STOP_WORDS.is_sorted());
        assert!(is_stop_word("It’s") && is_stop_word("The") && !is_stop_word("Harbour"));
    }

    #[test]
    fn numbers_are_written_as_prose_writes_them() {
        assert_eq!([7, 13, 1250, 1_204_600].map(cardinal), ["seven", "13", "1,250", "1,204,600"]);
        assert_eq!(
            [1, 2, 3, 4, 11, 12, 13, 21, 101, 112].map(ordinal_suffix).concat(),
            "stndrdthththth".to_owned() + "ststth"
        );
        assert_eq!((magnitude_name(1e9), magnitude_name(5.0)), (Some("billion"), None));
    }

    #[test]
    fn months_weekdays_and_numbers_have_their_values() {
        assert_eq!((month_name("may"), month_name("December"), month_name("mayor")), (Some(5), Some(12), None));
        assert_eq!((weekday("Sunday"), weekday("day")), (Some(7), None));
        for (word, wanted) in [("twelfth", Some(12.0)), ("march", Some(3.0)), ("both", Some(2.0)), ("house", None)] {
            assert_eq!(number_word(word), wanted, "{word}");
        }
    }
}
