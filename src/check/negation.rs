//! A negation that is lost.

use super::definition::{Check, Pair, Repair};
use crate::document::Flag;
use crate::segment::words::words;

pub(super) const CHECK: Check = Check {
    flag: Flag::Negation,
    sees: "`nicht`, `kein`, `nie`, `kaum`, `ohne` and the like, and nothing in the English that negates",
    why: "the sentence says the opposite",
    repair: Repair::Search,
    reads_text_alone: true,
    find,
};

/// German words that negate, in all their forms.
#[rustfmt::skip]
const GERMAN_NEGATIONS: &[&str] = &[
    "nicht", "nichts", "nie", "niemals", "niemand", "niemandem", "niemanden", "kein", "keine", "keinem", "keinen",
    "keiner", "keines", "keinerlei", "keinesfalls", "keineswegs", "nirgends", "nirgendwo", "weder",
];

/// Colloquial and dialect German words that negate. Capitals are names: `das Net`, `Nick`.
const DIALECT_NEGATIONS: &[&str] = &["nix", "nich", "net", "nit", "ned", "nimmer", "keen", "keene"];

/// English words that negate, or imply a negation.
#[rustfmt::skip]
const ENGLISH_NEGATIONS: &[&str] = &[
    "not", "no", "none", "never", "nobody", "nothing", "nowhere", "neither", "nor", "cannot", "without",
    "hardly", "barely", "scarcely", "rarely", "seldom", "unless", "lest", "except", "instead", "yet", "lack", "lacks", "lacked", "lacking", "fail", "fails", "failed", "failing", "refuse",
    "refuses", "refused", "deny", "denies", "denied", "avoid", "avoids", "avoided", "avoiding", "prevent", "prevents",
    "prevented", "stop", "stops", "stopped", "cease", "ceased", "absent", "absence", "missing", "reject", "rejects",
    "rejected", "prohibited", "banned", "forbidden", "cancelled", "canceled", "nil", "zero", "impossible", "illegal",
    "invisible", "inadequate", "insufficient", "immune", "irrelevant", "incapable", "indispensable", "independent",
];

/// English prefixes that negate, and beginnings of words that only look like them.
const NEGATING_PREFIXES: &[(&str, &[&str])] = &[("un", &["uni", "und", "unt", "uncles"]), ("non", &["nons"])];

/// Beginnings of English words in which `dis` negates. Most words with `dis` state something: `disease`, `discuss`.
#[rustfmt::skip]
const NEGATING_DIS_STEMS: &[&str] = &[
    "disab", "disadvantag", "disagree", "disallow", "disappear", "disapprov", "disavow", "disbelie", "disconnect",
    "discontinu", "discontent", "discount", "discourag", "discredit", "disengag", "dishonest", "disincl", "disinterest",
    "dislik", "disloyal", "dismiss", "disobe", "disord", "disorgan", "disown", "dispens", "displeas", "disproportion", "disprov",
    "disqualif", "disregard", "disrespect", "dissatisf", "dissent", "dissimilar", "dissociat", "distrust", "disunit", "disus",
];

/// Weak German negations, and the English words that may stand for them without negating: `kaum` → `little`.
const WEAK_NEGATIONS: &[(&str, &[&str])] = &[
    ("kaum", &["little", "few", "difficult", "unlikely", "just", "almost", "only", "hard", "minimal", "soon", "as"]),
    (
        "ohne",
        &[
            "free",
            "straightforward",
            "easily",
            "simply",
            "readily",
            "excluding",
            "exclusive",
            "regardless",
            "minus",
            "missed",
            "dropped",
            "gave",
        ],
    ),
];

fn find(pair: &Pair<'_>) -> Option<String> {
    lost_negation(pair).or_else(|| lost_weak_negation(pair)).map(|word| format!("“{word}” has no counterpart"))
}

/// True if the German `word` negates.
pub fn is_german_negation(word: &str) -> bool {
    GERMAN_NEGATIONS.contains(&word.to_lowercase().as_str()) || DIALECT_NEGATIONS.contains(&word)
}

/// A word of the German sentence that negates, if nothing in the English does.
fn lost_negation<'a>(pair: &Pair<'a>) -> Option<&'a str> {
    let negation = words(pair.german).find(|word| is_german_negation(word))?;
    (!words(pair.english).any(negates)).then_some(negation)
}

/// A `kaum` or `ohne` of the German sentence, if nothing in the English negates or may stand for it.
fn lost_weak_negation<'a>(pair: &Pair<'a>) -> Option<&'a str> {
    words(pair.german).find(|word| {
        let lower = word.to_lowercase();
        let english_counterparts =
            WEAK_NEGATIONS.iter().find(|(german, _)| *german == lower).map(|(_, english)| *english);
        english_counterparts.is_some_and(|counterparts| {
            let may_stand_for_it = |word: &str| counterparts.contains(&word.to_lowercase().as_str());
            !words(pair.english).any(|english| negates(english) || may_stand_for_it(english))
        })
    })
}

/// True if an English `english_word` negates or implies a negation.
fn negates(english_word: &str) -> bool {
    let lower_word = english_word.to_lowercase().replace('’', "'");
    let has_negating_prefix = |(prefix, exceptions): &(&str, &[&str])| {
        lower_word.starts_with(prefix) && !exceptions.iter().any(|exception| lower_word.starts_with(exception))
    };
    // Contractions, also as tokenisers separate them: `don't`, `n't`.
    lower_word.ends_with("n't")
        || lower_word.split('-').any(|part| ENGLISH_NEGATIONS.contains(&part) || part.ends_with("less"))
        || (lower_word.len() >= 6 && NEGATING_PREFIXES.iter().any(has_negating_prefix))
        || NEGATING_DIS_STEMS.iter().any(|stem| lower_word.starts_with(stem))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_negation_is_seen_and_other_ways_to_negate_are_known() {
        for (german, english, wanted) in [
            ("Der Minister kommt nicht.", "The minister is coming.", true),
            ("Der Minister kommt nicht.", "The minister isn’t coming.", false),
            ("Keiner der Männer war verletzt.", "None of the men was injured.", false),
            ("Das ist nicht möglich.", "That is impossible.", false),
            ("Es gab keine Hoffnung.", "It was hopeless.", false),
            ("Er hat nie gelogen.", "He has always lied.", true),
            ("Die Ärzte fanden keine Krankheit.", "The doctors found a disease.", true),
            ("Es ist keine Katastrophe.", "It is a disaster.", true),
            ("Sie sind nicht einverstanden.", "They disagree.", false),
            ("Da kann man nix machen.", "You can do something there.", true),
            ("Das Net ist langsam.", "The network is slow.", false),
            ("Er kam kaum voran.", "He made good progress.", true),
            ("Er kam kaum voran.", "He made little progress.", false),
            ("Er ging ohne Mantel.", "He went with a coat.", true),
            ("Der Eintritt ist ohne Gebühr.", "Admission is free.", false),
            ("Der Minister kommt.", "The minister is coming.", false),
        ] {
            assert_eq!(find(&Pair { german, english, ..Pair::default() }).is_some(), wanted, "{german} {english}");
        }
    }
}
