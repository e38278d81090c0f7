//! A negation that is gone.

use super::{Check, Pair, Repair};
use crate::document::Flag;
use crate::segment::words::words;

pub(super) const CHECK: Check = Check {
    flag: Flag::Negation,
    sees: "`nicht`, `kein`, `nie` and the like, and nothing in the English that negates",
    why: "the sentence says the opposite",
    repair: Repair::Search,
    find,
};

/// German words that negate, in all their forms.
#[rustfmt::skip]
const GERMAN: &[&str] = &[
    "nicht", "nichts", "nie", "niemals", "niemand", "niemandem", "niemanden", "kein", "keine", "keinem", "keinen",
    "keiner", "keines", "keinerlei", "keinesfalls", "keineswegs", "nirgends", "nirgendwo", "weder",
];

/// English words that negate, or say what a negation is put as.
#[rustfmt::skip]
const ENGLISH: &[&str] = &[
    "not", "no", "none", "never", "nobody", "nothing", "nowhere", "neither", "nor", "cannot", "without",
    "hardly", "barely", "scarcely", "rarely", "seldom", "unless", "lest", "except", "instead", "yet", "lack", "lacks", "lacked", "lacking", "fail", "fails", "failed", "failing", "refuse",
    "refuses", "refused", "deny", "denies", "denied", "avoid", "avoids", "avoided", "avoiding", "prevent", "prevents",
    "prevented", "stop", "stops", "stopped", "cease", "ceased", "absent", "absence", "missing", "reject", "rejects",
    "rejected", "prohibited", "banned", "forbidden", "cancelled", "canceled", "nil", "zero", "impossible", "illegal",
    "invisible", "inadequate", "insufficient", "immune", "irrelevant", "incapable", "indispensable", "independent",
];

/// Beginnings of English words that negate.
const PREFIXES: &[&str] = &["un", "dis", "non"];

/// Beginnings of English words that only look like them.
const NO_PREFIXES: &[&str] = &["uni", "und", "unt", "disc", "disp", "dist", "nons"];

fn find(pair: &Pair<'_>) -> Option<String> {
    let negation = words(pair.german).find(|word| GERMAN.contains(&word.to_lowercase().as_str()))?;
    let negates = |word: &str| {
        let word = word.to_lowercase().replace('’', "'");
        let parts = || word.split('-');
        // Auxiliary verbs with their negation, also as tokenisers leave it: `don't`, `n't`.
        word.ends_with("n't")
            || parts().any(|part| ENGLISH.contains(&part) || part.ends_with("less"))
            || (word.len() >= 6
                && PREFIXES.iter().any(|prefix| word.starts_with(prefix))
                && !NO_PREFIXES.iter().any(|prefix| word.starts_with(prefix)))
    };
    (!words(pair.english).any(negates)).then(|| format!("“{negation}” has no counterpart"))
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
            ("Der Minister kommt.", "The minister is coming.", false),
        ] {
            assert_eq!(find(&Pair { german, english, ..Pair::default() }).is_some(), wanted, "{german} {english}");
        }
    }
}
