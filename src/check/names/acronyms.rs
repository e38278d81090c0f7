//! Acronyms of the German and what English has for them.

use super::counterpart::{Counterpart, has_word_prefix};
use crate::lexicon::german::is_stop_word;
use crate::quantities::roman_numeral;

/// Symbols of units in capitals.
const UNIT_SYMBOLS: &[&str] = &["GB", "MB", "TB", "KB", "GW", "MW", "TW", "PS", "MHZ", "KM", "KG", "MWH", "GWH"];

/// Words, and first parts of hyphenated words, of two to five capitals. A text mostly in capitals has none.
pub(super) fn acronyms<'a>(german_words: &'a [&'a str]) -> impl Iterator<Item = &'a str> {
    let is_acronym = |word: &&str| {
        let letter_count = word.chars().filter(|letter| letter.is_alphabetic()).count();
        (2..=5).contains(&letter_count)
            && !is_stop_word(word)
            && roman_numeral(word).is_none()
            && word.chars().all(|letter| letter.is_uppercase() || letter.is_ascii_digit())
    };
    let is_shouted = 2 * german_words.iter().filter(|word| is_acronym(word)).count() > german_words.len().max(2);
    // `10 GB` is a size, not Great Britain.
    let is_unit = move |word_index: usize| {
        UNIT_SYMBOLS.contains(&german_words[word_index])
            && word_index > 0
            && german_words[word_index - 1].starts_with(|digit: char| digit.is_ascii_digit())
    };
    let candidate_indices = (0..german_words.len()).filter(move |word_index| !is_shouted && !is_unit(*word_index));
    candidate_indices.flat_map(move |word_index| german_words[word_index].split('-').take(1)).filter(is_acronym)
}

/// True if the English has the German `acronym`: as it is, in its English form, or spelt out (`Social Democratic Party`,
/// `B.B.C.`).
pub(super) fn has_acronym(acronym: &str, english_words: &[&str], lower_english: &str) -> bool {
    let lower_acronym = acronym.to_lowercase();
    if let Some(counterpart) = ACRONYMS.iter().find(|counterpart| counterpart.german.contains(&lower_acronym.as_str()))
    {
        return counterpart
            .english
            .iter()
            .any(|english_form| english_form.is_empty() || has_word_prefix(lower_english, english_form));
    }
    let is_same_acronym = |word: &&str| {
        word.to_lowercase().split('-').any(|part| part.trim_end_matches('s') == lower_acronym.trim_end_matches('s'))
    };
    let initials: String =
        english_words.iter().filter_map(|word| word.chars().next()).filter(|first| first.is_uppercase()).collect();
    english_words.iter().any(is_same_acronym)
        || initials.contains(acronym)
        || lower_english.replace('.', "").contains(&lower_acronym)
}

/// German acronyms and what English has for them.
#[rustfmt::skip]
pub(super) const ACRONYMS: &[Counterpart] = &[
    Counterpart { german: &["usa"], english: &["us", "u.s", "united states", "usa", "america", "states", "washington"] },
    Counterpart { german: &["eu"], english: &["eu", "e.u", "european", "europe"] },
    Counterpart { german: &["un", "uno", "vn"], english: &["un", "u.n", "united nations"] },
    Counterpart { german: &["uk", "gb"], english: &["uk", "u.k", "united kingdom", "britain", "british"] },
    Counterpart { german: &["mez"], english: &["cet", "central european time"] },
    Counterpart { german: &["mesz"], english: &["cest", "central european summer time"] },
    Counterpart { german: &["ezb"], english: &["ecb", "european central bank"] },
    Counterpart { german: &["iwf"], english: &["imf", "monetary fund"] },
    Counterpart { german: &["bip"], english: &["gdp", "gross domestic", "economic output"] },
    Counterpart { german: &["ddr"], english: &["gdr", "east german", "ddr"] },
    Counterpart { german: &["brd"], english: &["frg", "federal republic", "german"] },
    Counterpart { german: &["udssr"], english: &["ussr", "soviet"] },
    Counterpart { german: &["wm"], english: &["world c", "worlds"] },
    Counterpart { german: &["em"], english: &["european c", "euro", "europeans"] },
    Counterpart { german: &["nrw"], english: &["nrw", "north rhine", "north-rhine"] },
    Counterpart { german: &["vae"], english: &["uae", "emirates"] },
    Counterpart { german: &["ki"], english: &["ai", "a.i", "artificial"] },
    Counterpart { german: &["osze"], english: &["osce"] },
    Counterpart { german: &["wlan"], english: &["wi-fi", "wifi", "wlan", "wireless"] },
    Counterpart { german: &["ewr"], english: &["eea", "european economic"] },
    Counterpart { german: &["mrt"], english: &["mri", "magnetic"] },
    Counterpart { german: &["adhs"], english: &["adhd", "attention"] },
    Counterpart { german: &["ekg"], english: &["ecg", "ekg"] },
    Counterpart { german: &["sms"], english: &["sms", "text"] },
    Counterpart { german: &["usd"], english: &["usd", "us", "dollar"] },
    Counterpart { german: &["egmr"], english: &["echr", "european court"] },
    Counterpart { german: &["vw"], english: &["vw", "volkswagen"] },
    Counterpart { german: &["bka"], english: &["bka", "criminal police"] },
    Counterpart { german: &["bgh"], english: &["bgh", "court of justice", "federal court", "supreme court"] },
    Counterpart { german: &["bnd"], english: &["bnd", "intelligence"] },
    Counterpart { german: &["bsi"], english: &["bsi", "information security"] },
    Counterpart { german: &["rki"], english: &["rki", "koch institute"] },
    Counterpart { german: &["bamf"], english: &["bamf", "migration"] },
    Counterpart { german: &["dgb"], english: &["dgb", "trade union"] },
    Counterpart { german: &["dfb"], english: &["dfb", "football association", "fa"] },
    Counterpart { german: &["dfl"], english: &["dfl", "football league"] },
    Counterpart { german: &["dlrg"], english: &["dlrg", "life-saving", "lifesaving", "lifeguard"] },
    Counterpart { german: &["drk"], english: &["drk", "red cross"] },
    Counterpart { german: &["nsu"], english: &["nsu", "national socialist underground"] },
    Counterpart { german: &["us", "agb", "kmu", "jva", "hno", "öpnv", "ns", "op", "ps", "gb", "mb", "ag", "gmbh", "kg", "se", "ev", "nr", "tv", "pkw", "lkw", "uhr", "ii", "iii", "iv", "akw", "kz", "edv", "cd", "ot",
       "db", "so", "ob", "fc", "sv", "tsv", "vfb", "vfl", "sc", "sg", "kfz", "hg", "nato", "ok", "tüv", "wg", "dna", "cm", "km"], english: &[""] },
];
