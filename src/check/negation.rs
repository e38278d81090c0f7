//! A negation that is lost.

use super::definition::{Check, Pair, Repair};
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

/// English words that negate, or imply a negation.
#[rustfmt::skip]
const ENGLISH: &[&str] = &[
    "not", "no", "none", "never", "nobody", "nothing", "nowhere", "neither", "nor", "cannot", "without",
    "hardly", "barely", "scarcely", "rarely", "seldom", "unless", "lest", "except", "instead", "yet", "lack", "lacks", "lacked", "lacking", "fail", "fails", "failed", "failing", "refuse",
    "refuses", "refused", "deny", "denies", "denied", "avoid", "avoids", "avoided", "avoiding", "prevent", "prevents",
    "prevented", "stop", "stops", "stopped", "cease", "ceased", "absent", "absence", "missing", "reject", "rejects",
    "rejected", "prohibited", "banned", "forbidden", "cancelled", "canceled", "nil", "zero", "impossible", "illegal",
    "invisible", "inadequate", "insufficient", "immune", "irrelevant", "incapable", "indispensable", "independent",
];

/// English prefixes that negate.
const NEGATING_PREFIXES: &[&str] = &["un", "dis", "non"];

/// Beginnings of English words that only look like negating prefixes.
const FALSE_PREFIXES: &[&str] = &["uni", "und", "unt", "disc", "disp", "dist", "nons"];

fn find(pair: &Pair<'_>) -> Option<String> {
    let negation = words(pair.german).find(|word| GERMAN.contains(&word.to_lowercase().as_str()))?;
    (!words(pair.english).any(negates)).then(|| format!("“{negation}” has no counterpart"))
}

/// True if an English `word` negates or implies a negation.
fn negates(word: &str) -> bool {
    let lower = word.to_lowercase().replace('’', "'");
    let has_prefix = |prefixes: &[&str]| prefixes.iter().any(|prefix| lower.starts_with(prefix));
    // Contractions, also as tokenisers separate them: `don't`, `n't`.
    lower.ends_with("n't")
        || lower.split('-').any(|part| ENGLISH.contains(&part) || part.ends_with("less"))
        || (lower.len() >= 6 && has_prefix(NEGATING_PREFIXES) && !has_prefix(FALSE_PREFIXES))
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
