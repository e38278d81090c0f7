//! German words by class: stop words, months, weekdays, numbers, units.
//!
//! Tables hold words in lower case unless they say otherwise.

use super::word_list::{GERMAN, LOWER_CASE, NOUN, RARE_NOUN};

/// Words that carry no topic: articles, pronouns, prepositions, auxiliaries. Sorted.
#[rustfmt::skip]
const STOP_WORDS: &[&str] = &[
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

/// True if `word` carries no topic. Case is ignored.
pub fn is_stop_word(word: &str) -> bool {
    STOP_WORDS.binary_search(&word.to_lowercase().as_str()).is_ok()
}

/// True if `word`, in lower case, is a German word that is written in lower case.
pub fn is_lower_case_word(word: &str) -> bool {
    GERMAN.has(word, LOWER_CASE)
}

/// True if `word`, in lower case, is a German noun that is seldom a name. Compounds are seldom listed: ask for their last part.
pub fn is_noun(word: &str) -> bool {
    GERMAN.has(word, NOUN)
}

/// True if `word`, in lower case, is a German noun, even if it is rare or a name as well.
pub fn is_rare_noun(word: &str) -> bool {
    GERMAN.has(word, NOUN | RARE_NOUN)
}

/// Stop words that other languages have too. Sorted.
#[rustfmt::skip]
const SHARED_STOP_WORDS: &[&str] = &[
    "ab", "alle", "also", "am", "an", "da", "dann", "de", "dem", "den", "der", "des", "die", "dies", "dir", "du", "er", "es", "gut",
    "hat", "her", "hier", "hin", "ich", "im", "in", "ist", "ja", "je", "man", "mein", "mit", "nun", "ob", "se", "sei", "sein",
    "selbst", "sie", "so", "um", "uns", "von", "vor", "war", "was", "weil", "wer", "will", "wir", "wo",
];

/// True for a stop word that no other language has. Case is ignored.
pub fn is_distinctive_stop_word(word: &str) -> bool {
    let lower = word.to_lowercase();
    is_stop_word(&lower) && SHARED_STOP_WORDS.binary_search(&lower.as_str()).is_err()
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
struct Month {
    /// In full, Austrian forms included.
    names: &'static [&'static str],
    /// Abbreviations without their full stop.
    abbreviations: &'static [&'static str],
}

/// The months in order.
const MONTHS: [Month; 12] = [
    Month { names: &["januar", "jänner"], abbreviations: &["jan"] },
    Month { names: &["februar", "feber"], abbreviations: &["feb"] },
    Month { names: &["märz"], abbreviations: &["mrz", "mär"] },
    Month { names: &["april"], abbreviations: &["apr"] },
    Month { names: &["mai"], abbreviations: &[] },
    Month { names: &["juni"], abbreviations: &["jun"] },
    Month { names: &["juli"], abbreviations: &["jul"] },
    Month { names: &["august"], abbreviations: &["aug"] },
    Month { names: &["september"], abbreviations: &["sept", "sep"] },
    Month { names: &["oktober"], abbreviations: &["okt"] },
    Month { names: &["november"], abbreviations: &["nov"] },
    Month { names: &["dezember"], abbreviations: &["dez"] },
];

/// The month, from 1, that `word` names in full. `word` is in lower case.
pub fn month_name(word: &str) -> Option<u8> {
    MONTHS.iter().zip(1..).find(|(month, _)| month.names.contains(&word)).map(|(_, number)| number)
}

/// The month, from 1, that `word` names in full or abbreviates. `word` is in lower case, without a full stop.
pub fn month_or_abbreviation(word: &str) -> Option<u8> {
    let abbreviated = || MONTHS.iter().zip(1..).find(|(month, _)| month.abbreviations.contains(&word));
    month_name(word).or_else(|| abbreviated().map(|(_, number)| number))
}

/// What `month`, from 1, is usually called, with its capital.
pub fn month_in_full(month: u8) -> Option<String> {
    let name = MONTHS.get(usize::from(month).checked_sub(1)?)?.names.first()?;
    let mut letters = name.chars();
    Some(letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect())
}

/// The days of the week; `Samstag` is also `Sonnabend`.
const WEEKDAYS: [&[&str]; 7] =
    [&["montag"], &["dienstag"], &["mittwoch"], &["donnerstag"], &["freitag"], &["samstag", "sonnabend"], &["sonntag"]];

/// The day of the week, from 1 for Monday, that `word` names. `word` is in lower case.
pub fn weekday(word: &str) -> Option<u8> {
    WEEKDAYS.iter().zip(1..).find(|(names, _)| names.contains(&word)).map(|(_, number)| number)
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
const CARDINALS: &[(&str, f64)] = &[
    ("zwei", 2.0), ("drei", 3.0), ("vier", 4.0), ("fünf", 5.0), ("sechs", 6.0), ("sieben", 7.0), ("acht", 8.0),
    ("neun", 9.0), ("zehn", 10.0), ("elf", 11.0), ("zwölf", 12.0), ("dreizehn", 13.0), ("vierzehn", 14.0),
    ("fünfzehn", 15.0), ("sechzehn", 16.0), ("siebzehn", 17.0), ("achtzehn", 18.0), ("neunzehn", 19.0),
    ("zwanzig", 20.0), ("dreißig", 30.0), ("dreissig", 30.0), ("vierzig", 40.0), ("fünfzig", 50.0),
    ("sechzig", 60.0), ("siebzig", 70.0), ("achtzig", 80.0), ("neunzig", 90.0),
];

/// Words with the value of a number that English may put otherwise: ordinal stems, fractions, `beide`, `Dutzend`.
#[rustfmt::skip]
const NUMBER_LIKE: &[(&str, f64)] = &[
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

/// The value of a cardinal number above one: `zwölf`, `einundzwanzig`, `zweihundertfünfzig`. `word` is in lower case.
/// `hundert` and `tausend` alone are [`MAGNITUDES`].
pub fn cardinal(word: &str) -> Option<f64> {
    compound(word, 0).filter(|value| *value > 1.0)
}

/// The value of a word that is like a number without stating one that a translation must repeat: a decade (`achtziger`),
/// a month, an ordinal, a fraction, `beide`. `word` is in lower case and may be inflected.
pub fn number_like(word: &str) -> Option<f64> {
    let known = |word: &str| value(NUMBER_LIKE, word).or_else(|| month_name(word).map(f64::from));
    let decade = || word.strip_suffix("er").and_then(|decade| value(CARDINALS, decade));
    let stem = || ["en", "er", "es", "em", "e"].iter().find_map(|ending| word.strip_suffix(ending));
    decade().or_else(|| known(word)).or_else(|| known(stem()?))
}

/// Denominators of fractions after a numerator: `zwei Drittel`.
const DENOMINATORS: &[(&str, f64)] = &[
    ("drittel", 3.0),
    ("viertel", 4.0),
    ("fünftel", 5.0),
    ("sechstel", 6.0),
    ("siebtel", 7.0),
    ("achtel", 8.0),
    ("neuntel", 9.0),
    ("zehntel", 10.0),
];

/// The denominator that `word` names. `word` is in lower case.
pub fn denominator(word: &str) -> Option<f64> {
    value(DENOMINATORS, word)
}

/// The factor in `verdoppelt`, `vervierfacht`, `Dreifache`, `zehnfach`. `word` is in lower case.
pub fn factor(word: &str) -> Option<u32> {
    let base = word.strip_prefix("ver").unwrap_or(word);
    if base.starts_with("doppel") || base.starts_with("zweifach") {
        return Some(2);
    }
    let (number, _) = base.split_once("fach")?;
    let known = if number == "hundert" { Some(100.0) } else { cardinal(number) };
    known.map(|factor| factor as u32)
}

/// Endings that make adjectives and nouns of a number: `zweijährig`, `dreitägige`, `Zweijährige`.
const MEASURES: &[&str] = &["jährig", "monatig", "wöchig", "tägig", "stündig", "minütig", "köpfig", "stöckig"];

/// The number in an adjective or noun of measure: 2 in `zweijährige`, 3 in `dreitägig`. `word` is in lower case.
pub fn measure(word: &str) -> Option<f64> {
    let number = MEASURES.iter().find_map(|ending| word.split_once(ending)).map(|(number, _)| number)?;
    cardinal(number)
}

/// The value of an ordinal from four up: `vierte`, `sechzehnten`, `zwanzigster`. The first three are often put otherwise.
/// `word` is in lower case.
pub fn ordinal(word: &str) -> Option<f64> {
    let stem = ["en", "er", "es", "em", "e"].iter().find_map(|ending| word.strip_suffix(ending))?;
    let number = match stem {
        // `achten` is more often a verb, and `Achter` a boat.
        "siebt" => Some(7.0),
        "acht" if !matches!(word, "achten" | "achter") => Some(8.0),
        "acht" => None,
        _ => stem.strip_suffix("st").and_then(cardinal).filter(|value| *value >= 20.0).or_else(|| {
            let below_twenty = stem.strip_suffix('t').and_then(cardinal);
            below_twenty.filter(|value| *value < 20.0 || *value > 100.0)
        }),
    };
    number.filter(|value| *value >= 4.0)
}

fn value(table: &[(&str, f64)], word: &str) -> Option<f64> {
    table.iter().find(|(name, _)| *name == word).map(|(_, value)| *value)
}

/// The value of a cardinal number. `depth` bounds the recursion: no number word is nested deeper.
fn compound(word: &str, depth: usize) -> Option<f64> {
    if let Some(known) = value(CARDINALS, word) {
        return Some(known);
    }
    if depth > 0 && matches!(word, "ein" | "eins") {
        return Some(1.0);
    }
    if depth > 3 {
        return None;
    }
    for (name, scale) in [("tausend", 1e3), ("hundert", 1e2)] {
        if let Some((factor, rest)) = word.split_once(name) {
            if factor.is_empty() && rest.is_empty() {
                return None;
            }
            let factor = if factor.is_empty() { 1.0 } else { compound(factor, depth + 1)? };
            let rest = rest.strip_prefix("und").unwrap_or(rest);
            let remainder = if rest.is_empty() { 0.0 } else { compound(rest, depth + 1)? };
            return Some(factor * scale + remainder);
        }
    }
    let (unit, tens) = word.split_once("und")?;
    let unit_value = compound(unit, depth + 1).filter(|value| *value < 10.0)?;
    let tens_value = value(CARDINALS, tens).filter(|value| *value >= 20.0)?;
    Some(unit_value + tens_value)
}

/// Unit symbols that could be taken for abbreviations. Case matters.
const UNIT_SYMBOLS: &[&str] =
    &["m", "g", "l", "h", "s", "t", "km", "cm", "mm", "kg", "mg", "ml", "ha", "kW", "dB", "qm", "kn"];

/// True if `word` is the symbol of a unit of measurement. Case matters.
pub fn is_unit_symbol(word: &str) -> bool {
    UNIT_SYMBOLS.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_that_are_searched_are_sorted() {
        assert!(STOP_WORDS.is_sorted() && SHARED_STOP_WORDS.is_sorted());
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
