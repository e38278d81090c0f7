//! A negation that is lost, or that the German does not have.

use super::definition::{Check, CheckedPair, Repair};
use crate::document::Flag;
use crate::segment::words::words;

pub(super) const CHECK: Check = Check {
    flag: Flag::Negation,
    sees: "`nicht`, `kein`, `nie`, `kaum`, `ohne` and the like, and nothing in the English that negates; or `not`, `never` and the \
           like, and nothing in the German that may stand for it",
    why: "the sentence says the opposite",
    repair: Repair::Search,
    reads_text_alone: true,
    find: find_changed_negation,
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

fn find_changed_negation(pair: &CheckedPair<'_>) -> Option<String> {
    let lost = lost_negation(pair).or_else(|| lost_weak_negation(pair)).or_else(|| lost_affix(pair));
    if let Some(negation) = lost {
        return Some(format!("“{negation}” has no counterpart"));
    }
    invented_negation(pair).map(|negation| format!("“{negation}” is not in the German"))
}

/// German words with a negating prefix or ending, and the English words without it: `unmöglich` → `possible`.
#[rustfmt::skip]
const NEGATED_WORDS: &[(&str, &[&str])] = &[
    ("unmöglich", &["possible"]), ("unwahrscheinlich", &["likely", "probable"]), ("unzufrieden", &["satisfied", "happy", "content"]),
    ("unschuldig", &["guilty"]), ("unverletzt", &["injured", "hurt"]), ("unbekannt", &["known"]), ("ungültig", &["valid"]),
    ("unzulässig", &["admissible", "permissible"]), ("unfähig", &["able", "capable"]), ("unsicher", &["safe", "certain", "sure"]),
    ("unklar", &["clear"]), ("unabhängig", &["dependent"]), ("ungewöhnlich", &["usual", "normal", "common"]), ("unbestritten", &["disputed"]),
    ("unbegründet", &["founded", "justified"]), ("unfair", &["fair"]), ("ungerecht", &["just", "fair"]), ("unnötig", &["necessary", "needed"]),
    ("unwichtig", &["important"]), ("unrealistisch", &["realistic"]), ("unpünktlich", &["punctual"]), ("ungefährlich", &["dangerous"]),
    ("unbewaffnet", &["armed"]), ("unbeliebt", &["popular"]), ("unvollständig", &["complete"]), ("unbrauchbar", &["usable", "useful"]),
    ("ungesund", &["healthy"]), ("unglücklich", &["happy", "lucky"]), ("unverheiratet", &["married"]), ("unlesbar", &["readable", "legible"]),
    ("arbeitslos", &["employed"]), ("erfolglos", &["successful", "successfully"]), ("harmlos", &["harmful", "dangerous"]), ("hoffnungslos", &["hopeful"]),
    ("wertlos", &["valuable"]), ("fehlerlos", &["faulty"]), ("machtlos", &["powerful"]), ("sinnlos", &["meaningful", "sensible"]),
    ("kostenlos", &["paid", "costly"]), ("obdachlos", &["housed"]), ("nutzlos", &["useful"]), ("schutzlos", &["protected"]), ("straflos", &["punished"]),
];

/// A word of the German with a negating affix whose English has lost it.
fn lost_affix<'a>(pair: &CheckedPair<'a>) -> Option<&'a str> {
    words(pair.german).find(|german_word| {
        let lower_german = german_word.to_lowercase();
        let affirmed_english =
            NEGATED_WORDS.iter().find(|(german, _)| lower_german.starts_with(german)).map(|(_, english)| *english);
        affirmed_english.is_some_and(|affirmed_english| {
            let affirms = |english_word: &str| affirmed_english.contains(&english_word.to_lowercase().as_str());
            words(pair.english).any(affirms) && !words(pair.english).any(negates)
        })
    })
}

/// English words that negate and nothing else.
const PLAIN_NEGATIONS: &[&str] = &["not", "never", "nobody", "nothing", "none", "cannot", "neither"];

/// English phrases that negate nothing, and questions that do not either.
const NEGATIONS_IN_NAME_ONLY: &[&str] = &[
    "not only",
    "not just",
    "n't only",
    "n’t only",
    "n't just",
    "n’t just",
    "not to mention",
    "not least",
    "or not",
    "not long",
    "?",
];

/// German words that English may put with `not`: `erst` → `not until`.
#[rustfmt::skip]
const IMPLIED_NEGATIONS: &[&str] = &[
    "anders", "anderes", "anstatt", "anstelle", "außer", "bevor", "egal", "ehe", "erst", "gefehlt", "gescheitert", "kaum", "keins",
    "koa", "koan", "längst", "lediglich", "nein", "nirgendwohin", "noch", "null", "nur", "nüscht", "ohne", "sondern", "sonst", "umsonst",
    "weder", "zuwider", "zwar",
];

/// Beginnings of German words that English may put with `not`.
#[rustfmt::skip]
const IMPLIED_NEGATION_BEGINNINGS: &[&str] = &[
    "abgelehn", "ablehn", "abzulehn", "ausbleib", "ausgeblieb", "ausgeschl", "ausschl", "bestreit", "bestritt", "bezweif", "dement", "einzig",
    "entgang", "entgeh", "entging", "falsch", "fehl", "fern", "kei", "kee", "leer", "lehn", "leugn", "mangel", "miss", "miß", "nicht",
    "scheiter", "selten", "statt", "trotz", "verbiet", "verbot", "vergaß", "vergess", "verhinder", "vermeid", "vermied", "vernachl",
    "verneint", "verpass", "verstoß", "verzicht", "warn", "wenig", "zweifel",
];

/// Parts and endings of German words that English may put with `not`.
const IMPLIED_NEGATION_PARTS: &[&str] = &["weiger", "nicht", "vergess"];
#[rustfmt::skip]
const IMPLIED_NEGATION_ENDINGS: &[&str] = &[
    "los", "lose", "loser", "losen", "loses", "losem", "losigkeit", "frei", "freie", "freier", "freien", "freies", "freiem",
];

/// Beginnings of German words with `un` that do not negate.
const UN_WITHOUT_NEGATION: &[&str] = &["und", "uns", "unter", "uni", "unger", "ungeh", "ung"];

/// True if English may put the German `german_word` with `not`.
fn implies_negation(german_word: &str) -> bool {
    let lower_german = german_word.to_lowercase();
    let begins_with_one_of =
        |beginnings: &[&str]| beginnings.iter().any(|beginning| lower_german.starts_with(beginning));
    GERMAN_NEGATIONS.contains(&lower_german.as_str())
        || DIALECT_NEGATIONS.contains(&lower_german.as_str())
        || IMPLIED_NEGATIONS.contains(&lower_german.as_str())
        || begins_with_one_of(IMPLIED_NEGATION_BEGINNINGS)
        || (lower_german.starts_with("un") && !begins_with_one_of(UN_WITHOUT_NEGATION))
        || (lower_german.starts_with("ung")
            && lower_german.chars().count() > 6
            && !begins_with_one_of(&["ungar", "ungefähr"]))
        || IMPLIED_NEGATION_PARTS.iter().any(|part| lower_german.contains(part))
        || IMPLIED_NEGATION_ENDINGS.iter().any(|ending| lower_german.ends_with(ending))
}

/// A word of the English that negates, if nothing in the German does or may be put so.
fn invented_negation<'a>(pair: &CheckedPair<'a>) -> Option<&'a str> {
    let lower_with_straight_apostrophe = |word: &str| word.to_lowercase().replace('’', "'");
    let is_plain_negation = |english_word: &&str| {
        let lower_word = lower_with_straight_apostrophe(english_word);
        let negates = PLAIN_NEGATIONS.contains(&lower_word.as_str()) || lower_word.ends_with("n't");
        // The German quotes English: a title of a song, say.
        negates && !words(pair.german).any(|german_word| lower_with_straight_apostrophe(german_word) == lower_word)
    };
    let negation = words(pair.english).find(is_plain_negation)?;
    let lower_english = pair.english.to_lowercase();
    let is_in_name_only = NEGATIONS_IN_NAME_ONLY.iter().any(|phrase| lower_english.contains(phrase));
    let is_implied = || {
        words(pair.german)
            .flat_map(|german_word| [german_word].into_iter().chain(german_word.split('-')))
            .any(implies_negation)
    };
    (!is_in_name_only && !is_implied()).then_some(negation)
}

/// True if `german_word` negates.
pub fn is_german_negation(german_word: &str) -> bool {
    GERMAN_NEGATIONS.contains(&german_word.to_lowercase().as_str()) || DIALECT_NEGATIONS.contains(&german_word)
}

/// A word of the German sentence that negates, if nothing in the English does.
fn lost_negation<'a>(pair: &CheckedPair<'a>) -> Option<&'a str> {
    let german_negation = words(pair.german).find(|german_word| is_german_negation(german_word))?;
    (!words(pair.english).any(negates)).then_some(german_negation)
}

/// A `kaum` or `ohne` of the German sentence, if nothing in the English negates or may stand for it.
fn lost_weak_negation<'a>(pair: &CheckedPair<'a>) -> Option<&'a str> {
    words(pair.german).find(|german_word| {
        let lower_german = german_word.to_lowercase();
        let english_counterparts =
            WEAK_NEGATIONS.iter().find(|(german, _)| *german == lower_german).map(|(_, english_forms)| *english_forms);
        english_counterparts.is_some_and(|english_counterparts| {
            let may_stand_for_negation =
                |english_word: &str| english_counterparts.contains(&english_word.to_lowercase().as_str());
            !words(pair.english).any(|english_word| negates(english_word) || may_stand_for_negation(english_word))
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
            ("Der Minister kommt.", "The minister isn't coming.", true),
            ("Dazu lief das Lied „I don't want to go“.", "The song “I don’t want to go” was playing.", false),
            ("Der Film „Never Let Me Go“ läuft.", "The film “Never Let Me Go” is on.", false),
            ("Der Film „Never Let Me Go“ läuft.", "The film “Never Let Me Go” is not on.", true),
            ("Die Stadt baut die Brücke.", "The city does not build the bridge.", true),
            ("Er kam erst um drei.", "He didn’t come until three.", false),
            ("Das ist ungesund.", "That's not healthy.", false),
            ("Und Ungarn stimmte zu.", "And Hungary did not agree.", true),
            ("Das ist unmöglich.", "That is possible.", true),
            ("Das ist unmöglich.", "That can't be possible.", false),
            ("Er ist seit März arbeitslos.", "He has been employed since March.", true),
            ("Er ist seit März arbeitslos.", "He has been unemployed since March.", false),
            ("Dat is nich so einfach.", "That is so easy.", true),
            ("Er kam, sah aber nicht nur zu.", "He came, and he did not just watch.", false),
        ] {
            assert_eq!(
                find_changed_negation(&CheckedPair { german, english, ..CheckedPair::default() }).is_some(),
                wanted,
                "{german} {english}"
            );
        }
    }
}
