//! German words by class: stop words, months, weekdays, numbers, units.
//!
//! Tables hold words in lower case unless they say otherwise.

use super::word_list::{GERMAN, LOWER_CASE, NOUN, RARE_NOUN};

/// Words that carry no topic: articles, pronouns, prepositions, auxiliaries. Sorted.
#[rustfmt::skip]
const GERMAN_STOP_WORDS: &[&str] = &[
    "ab", "aber", "alle", "allem", "allen", "aller", "allerdings", "alles", "als", "also", "am", "an", "andere",
    "anderem", "anderen", "anderer", "anderes", "auch", "auf", "aufgrund", "aus", "außer", "außerdem", "bei", "beim",
    "bereits", "bis", "bisher", "bislang", "bzw", "da", "dabei", "dadurch", "dafür", "dagegen", "daher", "damals",
    "damit", "danach", "dann", "daran", "darauf", "daraus", "darin", "darunter", "darüber", "das", "dass", "davon",
    "davor", "dazu", "daß", "dein", "deine", "dem", "demnach", "den", "denen", "denn", "dennoch", "der", "deren",
    "derzeit", "des", "deshalb", "dessen", "dich", "die", "dies", "diese", "diesem", "diesen", "dieser", "dieses",
    "dir", "doch", "dort", "du", "durch", "durfte", "durften", "dürfen", "dürfte", "ebenfalls", "ein", "eine",
    "einem", "einen", "einer", "eines", "einige", "einigen", "einiger", "einmal", "er", "erst", "es", "etwa", "etwas",
    "euch", "euer", "eure", "für", "gab", "geben", "gegen", "gegenüber", "gemacht", "gewesen", "geworden", "gibt",
    "ging", "gut", "habe", "haben", "hat", "hatte", "hatten", "heute", "hier", "hin", "hinter", "hätte", "hätten",
    "ich", "ihm", "ihn", "ihnen", "ihr", "ihre", "ihrem", "ihren", "ihrer", "ihres", "im", "immer", "in", "indem",
    "ins", "insgesamt", "inzwischen", "ist", "ja", "je", "jede", "jedem", "jeden", "jeder", "jedes", "jedoch", "jene",
    "jenen", "jetzt", "kam", "kamen", "kann", "kein", "keine", "keinem", "keinen", "keiner", "konnte", "konnten",
    "könne", "können", "könnte", "könnten", "laut", "machen", "man", "manche", "mehr", "mein", "meine", "mich", "mir",
    "mit", "muss", "musste", "mussten", "müsse", "müssen", "nach", "nachdem", "neben", "nein", "nicht", "nichts",
    "noch", "nun", "nur", "ob", "obwohl", "oder", "ohne", "rund", "sagt", "sagte", "sagten", "schon", "sehr", "sei",
    "seien", "sein", "seine", "seinem", "seinen", "seiner", "seines", "seit", "selbst", "sich", "sie", "sind", "so",
    "sodass", "sogar", "solche", "soll", "solle", "sollen", "sollte", "sollten", "sondern", "sonst", "soviel",
    "soweit", "sowie", "sowohl", "statt", "trotz", "um", "und", "uns", "unser", "unsere", "unserem", "unseren",
    "unter", "viel", "viele", "vielen", "vom", "von", "vor", "war", "waren", "warum", "was", "weder", "wegen", "weil",
    "weiter", "weitere", "weiteren", "welche", "welcher", "welches", "wenig", "wenn", "wer", "werde", "werden",
    "weshalb", "wie", "wieder", "will", "wir", "wird", "wo", "wobei", "wohl", "wollen", "wollte", "wollten", "wurde",
    "wurden", "während", "wäre", "wären", "würde", "würden", "zu", "zudem", "zum", "zur", "zwar", "zwischen", "über",
];

/// True if `german_word` carries no topic. Case is ignored.
pub fn is_stop_word(german_word: &str) -> bool {
    GERMAN_STOP_WORDS.binary_search(&german_word.to_lowercase().as_str()).is_ok()
}

/// True if `german_word`, in lower case, is a German word that is written in lower case.
pub fn is_lower_case_word(german_word: &str) -> bool {
    GERMAN.has(german_word, LOWER_CASE)
}

/// True if `german_word`, in lower case, is a German noun that is seldom a name. Compounds are seldom listed: ask for their last part.
pub fn is_noun(german_word: &str) -> bool {
    GERMAN.has(german_word, NOUN)
}

/// True if `german_word`, in lower case, is a German noun, even if it is rare or a name as well.
pub fn is_rare_noun(german_word: &str) -> bool {
    GERMAN.has(german_word, NOUN | RARE_NOUN)
}

/// Stop words that other languages have too. Sorted.
#[rustfmt::skip]
const SHARED_STOP_WORDS: &[&str] = &[
    "ab", "alle", "also", "am", "an", "da", "dann", "de", "dem", "den", "der", "des", "die", "dies", "dir", "du", "er", "es", "gut",
    "hat", "her", "hier", "hin", "ich", "im", "in", "ist", "ja", "je", "man", "mein", "mit", "nun", "ob", "se", "sei", "sein",
    "selbst", "sie", "so", "um", "uns", "von", "vor", "war", "was", "weil", "wer", "will", "wir", "wo",
];

/// True for a stop word that no other language has. Case is ignored.
pub fn is_distinctive_stop_word(german_word: &str) -> bool {
    let lower_word = german_word.to_lowercase();
    is_stop_word(&lower_word) && SHARED_STOP_WORDS.binary_search(&lower_word.as_str()).is_err()
}

/// Function words that most German sentences have and no English one.
#[rustfmt::skip]
pub const FUNCTION_WORDS: &[&str] = &[
    "aber", "auch", "auf", "aus", "bei", "dass", "dem", "denen", "der", "des", "dies", "diese", "dieser", "durch",
    "ein", "eine", "einem", "einen", "einer", "eines", "für", "gegen", "haben", "hatte", "ich", "ihre", "ihren", "ist",
    "kein", "keine", "mit", "nach", "nicht", "noch", "nur", "oder", "sich", "sie", "sind", "über", "und", "unter",
    "von", "vor", "wenn", "werden", "wie", "wird", "worden", "wurde", "wurden", "zu", "zum", "zur", "zwischen",
];

/// The names of one month.
struct GermanMonth {
    /// Names of the month in full, Austrian forms included.
    names: &'static [&'static str],
    /// Abbreviations of the month without their full stop.
    abbreviations: &'static [&'static str],
}

/// The months in order.
const GERMAN_MONTHS: [GermanMonth; 12] = [
    GermanMonth { names: &["januar", "jänner"], abbreviations: &["jan"] },
    GermanMonth { names: &["februar", "feber"], abbreviations: &["feb"] },
    GermanMonth { names: &["märz"], abbreviations: &["mrz", "mär"] },
    GermanMonth { names: &["april"], abbreviations: &["apr"] },
    GermanMonth { names: &["mai"], abbreviations: &[] },
    GermanMonth { names: &["juni"], abbreviations: &["jun"] },
    GermanMonth { names: &["juli"], abbreviations: &["jul"] },
    GermanMonth { names: &["august"], abbreviations: &["aug"] },
    GermanMonth { names: &["september"], abbreviations: &["sept", "sep"] },
    GermanMonth { names: &["oktober"], abbreviations: &["okt"] },
    GermanMonth { names: &["november"], abbreviations: &["nov"] },
    GermanMonth { names: &["dezember"], abbreviations: &["dez"] },
];

/// The month, from 1, that `german_word` names in full. `german_word` is in lower case.
pub fn month_name(german_word: &str) -> Option<u8> {
    GERMAN_MONTHS
        .iter()
        .zip(1..)
        .find(|(month, _)| month.names.contains(&german_word))
        .map(|(_, month_number)| month_number)
}

/// The month, from 1, that `german_word` names in full or abbreviates. `german_word` is in lower case, without a full stop.
pub fn month_or_abbreviation(german_word: &str) -> Option<u8> {
    let abbreviated_month =
        || GERMAN_MONTHS.iter().zip(1..).find(|(month, _)| month.abbreviations.contains(&german_word));
    month_name(german_word).or_else(|| abbreviated_month().map(|(_, month_number)| month_number))
}

/// What `month`, from 1, is usually called, with its capital.
pub fn month_in_full(month: u8) -> Option<String> {
    let month_name = GERMAN_MONTHS.get(usize::from(month).checked_sub(1)?)?.names.first()?;
    let mut month_letters = month_name.chars();
    Some(month_letters.next().into_iter().flat_map(char::to_uppercase).chain(month_letters).collect())
}

/// The days of the week; `Samstag` is also `Sonnabend`.
const GERMAN_WEEKDAYS: [&[&str]; 7] =
    [&["montag"], &["dienstag"], &["mittwoch"], &["donnerstag"], &["freitag"], &["samstag", "sonnabend"], &["sonntag"]];

/// The day of the week, from 1 for Monday, that `german_word` names. `german_word` is in lower case.
pub fn weekday(german_word: &str) -> Option<u8> {
    GERMAN_WEEKDAYS
        .iter()
        .zip(1..)
        .find(|(weekday_names, _)| weekday_names.contains(&german_word))
        .map(|(_, weekday_number)| weekday_number)
}

/// Words and abbreviations that multiply the number before them.
pub const MAGNITUDES: &[(&str, f64)] = &[
    ("hundert", 1e2),
    ("tausend", 1e3),
    ("tsd", 1e3),
    ("million", 1e6),
    ("millionen", 1e6),
    ("mio", 1e6),
    ("mill", 1e6),
    ("milliarde", 1e9),
    ("milliarden", 1e9),
    ("mrd", 1e9),
    ("billion", 1e12),
    ("billionen", 1e12),
    ("bio", 1e12),
    ("billiarde", 1e15),
    ("billiarden", 1e15),
];

/// Cardinal numbers that compounds are made of.
#[rustfmt::skip]
const GERMAN_CARDINALS: &[(&str, f64)] = &[
    ("zwei", 2.0), ("drei", 3.0), ("vier", 4.0), ("fünf", 5.0), ("sechs", 6.0), ("sieben", 7.0), ("acht", 8.0),
    ("neun", 9.0), ("zehn", 10.0), ("elf", 11.0), ("zwölf", 12.0), ("dreizehn", 13.0), ("vierzehn", 14.0),
    ("fünfzehn", 15.0), ("sechzehn", 16.0), ("siebzehn", 17.0), ("achtzehn", 18.0), ("neunzehn", 19.0),
    ("zwanzig", 20.0), ("dreißig", 30.0), ("dreissig", 30.0), ("vierzig", 40.0), ("fünfzig", 50.0),
    ("sechzig", 60.0), ("siebzig", 70.0), ("achtzig", 80.0), ("neunzig", 90.0),
];

/// Words with the value of a number that English may put otherwise: ordinal stems, fractions, `beide`, `Dutzend`.
#[rustfmt::skip]
const GERMAN_NUMBER_LIKE: &[(&str, f64)] = &[
    ("ein", 1.0), ("eins", 1.0), ("eine", 1.0), ("einen", 1.0), ("einem", 1.0), ("einer", 1.0), ("eines", 1.0),
    ("einmal", 1.0), ("zweimal", 2.0), ("dreimal", 3.0), ("beide", 2.0), ("beiden", 2.0), ("halb", 0.5),
    ("halbe", 0.5), ("halben", 0.5), ("halbes", 0.5), ("hälfte", 0.5), ("anderthalb", 1.5), ("eineinhalb", 1.5),
    ("zweieinhalb", 2.5), ("dutzend", 12.0), ("doppelt", 2.0), ("doppelte", 2.0), ("mittag", 12.0),
    ("mitternacht", 12.0), ("null", 0.0), ("drittel", 3.0), ("viertel", 4.0), ("hunderte", 100.0),
    ("tausende", 1000.0), ("zweit", 2.0), ("dritt", 3.0), ("viert", 4.0), ("fünft", 5.0), ("sechst", 6.0),
    ("siebt", 7.0), ("acht", 8.0), ("neunt", 9.0), ("zehnt", 10.0), ("elft", 11.0), ("zwölft", 12.0),
    ("erst", 1.0), ("ii", 2.0), ("iii", 3.0), ("iv", 4.0), ("vi", 6.0), ("vii", 7.0), ("viii", 8.0), ("ix", 9.0),
    ("xi", 11.0), ("xii", 12.0), ("xiv", 14.0), ("xvi", 16.0),
];

/// The value of a cardinal number above one: `zwölf`, `einundzwanzig`, `zweihundertfünfzig`. `german_word` is in lower case.
/// `hundert` and `tausend` alone are [`MAGNITUDES`].
pub fn cardinal(german_word: &str) -> Option<f64> {
    compound_number(german_word, 0).filter(|number_value| *number_value > 1.0)
}

/// The value of a word that is like a number without stating one that a translation must repeat: a decade (`achtziger`),
/// a month, an ordinal, a fraction, `beide`. `german_word` is in lower case and may be inflected.
pub fn number_like(german_word: &str) -> Option<f64> {
    let known_value = |word_form: &str| {
        value_of_number_word(GERMAN_NUMBER_LIKE, word_form).or_else(|| month_name(word_form).map(f64::from))
    };
    let decade_value =
        || german_word.strip_suffix("er").and_then(|decade| value_of_number_word(GERMAN_CARDINALS, decade));
    let word_stem = || ["en", "er", "es", "em", "e"].iter().find_map(|ending| german_word.strip_suffix(ending));
    decade_value().or_else(|| known_value(german_word)).or_else(|| known_value(word_stem()?))
}

/// Denominators of fractions after a numerator: `zwei Drittel`.
const GERMAN_DENOMINATORS: &[(&str, f64)] = &[
    ("drittel", 3.0),
    ("viertel", 4.0),
    ("fünftel", 5.0),
    ("sechstel", 6.0),
    ("siebtel", 7.0),
    ("achtel", 8.0),
    ("neuntel", 9.0),
    ("zehntel", 10.0),
];

/// The denominator that `german_word` names. `german_word` is in lower case.
pub fn denominator(german_word: &str) -> Option<f64> {
    value_of_number_word(GERMAN_DENOMINATORS, german_word)
}

/// The factor in `verdoppelt`, `vervierfacht`, `Dreifache`, `zehnfach`. `german_word` is in lower case.
pub fn factor(german_word: &str) -> Option<u32> {
    let number_word = german_word.strip_prefix("ver").unwrap_or(german_word);
    if number_word.starts_with("doppel") || number_word.starts_with("zweifach") {
        return Some(2);
    }
    let (number_part, _) = number_word.split_once("fach")?;
    let known_factor = if number_part == "hundert" { Some(100.0) } else { cardinal(number_part) };
    known_factor.map(|factor| factor as u32)
}

/// Endings that make adjectives and nouns of a number: `zweijährig`, `dreitägige`, `Zweijährige`.
const GERMAN_MEASURE_ENDINGS: &[&str] =
    &["jährig", "monatig", "wöchig", "tägig", "stündig", "minütig", "köpfig", "stöckig"];

/// The number in an adjective or noun of measure: 2 in `zweijährige`, 3 in `dreitägig`. `german_word` is in lower case.
pub fn measure(german_word: &str) -> Option<f64> {
    let number_part = GERMAN_MEASURE_ENDINGS
        .iter()
        .find_map(|measure_ending| german_word.split_once(measure_ending))
        .map(|(number_part, _)| number_part)?;
    cardinal(number_part)
}

/// The value of an ordinal from four up: `vierte`, `sechzehnten`, `zwanzigster`. The first three are often put otherwise.
/// `german_word` is in lower case.
pub fn ordinal(german_word: &str) -> Option<f64> {
    let ordinal_stem = ["en", "er", "es", "em", "e"].iter().find_map(|ending| german_word.strip_suffix(ending))?;
    let ordinal_value = match ordinal_stem {
        // `achten` is more often a verb, and `Achter` a boat.
        "siebt" => Some(7.0),
        "acht" if !matches!(german_word, "achten" | "achter") => Some(8.0),
        "acht" => None,
        _ => {
            ordinal_stem.strip_suffix("st").and_then(cardinal).filter(|cardinal_value| *cardinal_value >= 20.0).or_else(
                || {
                    let below_twenty = ordinal_stem.strip_suffix('t').and_then(cardinal);
                    below_twenty.filter(|cardinal_value| *cardinal_value < 20.0 || *cardinal_value > 100.0)
                },
            )
        }
    };
    ordinal_value.filter(|cardinal_value| *cardinal_value >= 4.0)
}

fn value_of_number_word(number_words: &[(&str, f64)], german_word: &str) -> Option<f64> {
    number_words.iter().find(|(number_word, _)| *number_word == german_word).map(|(_, number_value)| *number_value)
}

/// The value of a cardinal number. `depth` bounds the recursion: no number word is nested deeper.
fn compound_number(german_word: &str, depth: usize) -> Option<f64> {
    if let Some(known_value) = value_of_number_word(GERMAN_CARDINALS, german_word) {
        return Some(known_value);
    }
    if depth > 0 && matches!(german_word, "ein" | "eins") {
        return Some(1.0);
    }
    if depth > 3 {
        return None;
    }
    for (scale_word, scale) in [("tausend", 1e3), ("hundert", 1e2)] {
        if let Some((factor_word, remainder_word)) = german_word.split_once(scale_word) {
            if factor_word.is_empty() && remainder_word.is_empty() {
                return None;
            }
            let factor_value = if factor_word.is_empty() { 1.0 } else { compound_number(factor_word, depth + 1)? };
            let remainder_word = remainder_word.strip_prefix("und").unwrap_or(remainder_word);
            let remainder = if remainder_word.is_empty() { 0.0 } else { compound_number(remainder_word, depth + 1)? };
            return Some(factor_value * scale + remainder);
        }
    }
    let (unit_word, tens_word) = german_word.split_once("und")?;
    let unit_value = compound_number(unit_word, depth + 1).filter(|number_value| *number_value < 10.0)?;
    let tens_value = value_of_number_word(GERMAN_CARDINALS, tens_word).filter(|number_value| *number_value >= 20.0)?;
    Some(unit_value + tens_value)
}

/// Unit symbols that could be taken for abbreviations. Case matters.
const GERMAN_UNIT_SYMBOLS: &[&str] =
    &["m", "g", "l", "h", "s", "t", "km", "cm", "mm", "kg", "mg", "ml", "ha", "kW", "dB", "qm", "kn"];

/// True if `german_word` is the symbol of a unit of measurement. Case matters.
pub fn is_unit_symbol(german_word: &str) -> bool {
    GERMAN_UNIT_SYMBOLS.contains(&german_word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_that_are_searched_are_sorted() {
        assert!(GERMAN_STOP_WORDS.is_sorted() && SHARED_STOP_WORDS.is_sorted());
    }

    #[test]
    fn stop_words_are_known_in_any_case() {
        assert!(is_stop_word("Über") && is_stop_word("und") && !is_stop_word("Regierung"));
        assert!(is_distinctive_stop_word("Nicht") && !is_distinctive_stop_word("in"));
    }

    #[test]
    fn months_and_weekdays_are_counted_from_one() {
        for (word, wanted) in
            [("jänner", Some(1)), ("mrz", Some(3)), ("mai", Some(5)), ("dez", Some(12)), ("mais", None)]
        {
            assert_eq!(month_or_abbreviation(word), wanted, "{word}");
        }
        assert_eq!((month_name("jan"), weekday("sonnabend"), weekday("tag")), (None, Some(6), None));
    }

    #[test]
    fn words_with_a_number_in_them_have_its_value() {
        for (word, wanted) in [("vierte", Some(4.0)), ("sechzehnten", Some(16.0)), ("zwanzigster", Some(20.0))] {
            assert_eq!(ordinal(word), wanted, "{word}");
        }
        for word in ["zweite", "dritten", "achten Haus", "weiter", "hunderte"] {
            assert_eq!(ordinal(word), None, "{word}");
        }
        for (word, wanted) in
            [("vervierfacht", Some(4)), ("verdoppelte", Some(2)), ("dreifache", Some(3)), ("einfach", None)]
        {
            assert_eq!(factor(word), wanted, "{word}");
        }
        assert_eq!(
            (measure("zweijährige"), measure("dreitägigen"), measure("mehrjährig")),
            (Some(2.0), Some(3.0), None)
        );
    }

    #[test]
    fn number_words_have_their_values() {
        for (word, wanted) in [
            ("zwölf", Some(12.0)),
            ("einundzwanzig", Some(21.0)),
            ("zweihundertfünfzig", Some(250.0)),
            ("dreitausendzwei", Some(3002.0)),
            ("hundert", None),
            ("ein", None),
            ("hund", None),
            ("grundwand", None),
        ] {
            assert_eq!(cardinal(word), wanted, "{word}");
        }
        for (word, wanted) in [("achtziger", Some(80.0)), ("dritten", Some(3.0)), ("august", Some(8.0)), ("haus", None)]
        {
            assert_eq!(number_like(word), wanted, "{word}");
        }
    }
}
