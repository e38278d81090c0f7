//! Forms for several genders (`Lehrer:innen`, `Leser*innen`, `KollegInnen`, `Bürger/-innen`, `jede:r`) → the plain form.
//!
//! Models have seen few of them, and read the ending as the word `innen`, inside. The plain form is the masculine, which English
//! does not show.

use std::borrow::Cow;

/// Marks between the stem of a word and its ending.
const MARKS: &[&str] = &[":", "*", "_", "·", "•", "/-", "/‑", "/", "(", "’", "'"];

/// Pairs of articles and pronouns, and the one that stays.
const PAIRS: &[(&str, &str, &str)] = &[
    ("der", "die", "der"),
    ("die", "der", "der"),
    ("den", "die", "den"),
    ("die", "den", "den"),
    ("dem", "der", "dem"),
    ("der", "dem", "dem"),
    ("des", "der", "des"),
    ("der", "des", "des"),
    ("zum", "zur", "zum"),
    ("zur", "zum", "zum"),
    ("vom", "von der", "vom"),
    ("er", "sie", "er"),
    ("sie", "er", "er"),
    ("ihm", "ihr", "ihm"),
    ("ihr", "ihm", "ihm"),
    ("ihn", "sie", "ihn"),
    ("sie", "ihn", "ihn"),
    ("ihre", "seine", "seine"),
    ("seine", "ihre", "seine"),
    ("ein", "eine", "ein"),
    ("eine", "ein", "ein"),
    ("einen", "eine", "einen"),
    ("einem", "einer", "einem"),
];

/// Endings of stems and the plain plural and singular that follow from them: the first that fits counts.
struct Stem {
    ending: &'static str,
    /// What replaces the ending in the plural and in the singular.
    plural: &'static str,
    singular: &'static str,
}

const fn stem(ending: &'static str, plural: &'static str, singular: &'static str) -> Stem {
    Stem { ending, plural, singular }
}

#[rustfmt::skip]
const STEMS: &[Stem] = &[
    stem("ärzt", "ärzte", "arzt"), stem("köch", "köche", "koch"), stem("anwält", "anwälte", "anwalt"), stem("rät", "räte", "rat"),
    stem("gäst", "gäste", "gast"), stem("bäuer", "bauern", "bauer"), stem("bauer", "bauern", "bauer"), stem("französ", "franzosen", "franzose"),
    stem("vögt", "vögte", "vogt"), stem("vorständ", "vorstände", "vorstand"),
    stem("nachbar", "nachbarn", "nachbar"), stem("freund", "freunde", "freund"), stem("feind", "feinde", "feind"), stem("wirt", "wirte", "wirt"),
    stem("dieb", "diebe", "dieb"), stem("chef", "chefs", "chef"), stem("fan", "fans", "fan"), stem("star", "stars", "star"), stem("coach", "coaches", "coach"),
    stem("general", "generäle", "general"), stem("vormund", "vormünder", "vormund"), stem("gemahl", "gemahle", "gemahl"), stem("offizier", "offiziere", "offizier"),
    stem("passagier", "passagiere", "passagier"), stem("juwelier", "juweliere", "juwelier"), stem("held", "helden", "held"), stem("herr", "herren", "herr"),
    stem("kolleg", "kollegen", "kollege"), stem("kund", "kunden", "kunde"), stem("zeug", "zeugen", "zeuge"), stem("bot", "boten", "bote"),
    stem("expert", "experten", "experte"), stem("genoss", "genossen", "genosse"), stem("gatt", "gatten", "gatte"), stem("erb", "erben", "erbe"),
    stem("gefährt", "gefährten", "gefährte"), stem("nachfahr", "nachfahren", "nachfahre"), stem("jud", "juden", "jude"), stem("chines", "chinesen", "chinese"),
    stem("tschech", "tschechen", "tscheche"), stem("pol", "polen", "pole"), stem("russ", "russen", "russe"), stem("türk", "türken", "türke"),
    stem("griech", "griechen", "grieche"), stem("schwed", "schweden", "schwede"), stem("dän", "dänen", "däne"), stem("finn", "finnen", "finne"),
    stem("brit", "briten", "brite"), stem("schott", "schotten", "schotte"), stem("kroat", "kroaten", "kroate"), stem("bulgar", "bulgaren", "bulgare"),
    stem("rumän", "rumänen", "rumäne"), stem("portugies", "portugiesen", "portugiese"), stem("vietnames", "vietnamesen", "vietnamese"), stem("kurd", "kurden", "kurde"),
    stem("og", "ogen", "oge"), stem("soph", "sophen", "soph"), stem("nom", "nomen", "nom"), stem("graf", "grafen", "graf"),
    stem("krat", "kraten", "krat"), stem("or", "oren", "or"), stem("eur", "eure", "eur"), stem("är", "äre", "är"), stem("ling", "linge", "ling"),
    stem("ent", "enten", "ent"), stem("ant", "anten", "ant"), stem("and", "anden", "and"), stem("ist", "isten", "ist"), stem("at", "aten", "at"),
    stem("et", "eten", "et"), stem("it", "iten", "it"), stem("ot", "oten", "ot"), stem("ekt", "ekten", "ekt"), stem("urg", "urgen", "urg"),
    stem("arch", "archen", "arch"), stem("om", "omen", "om"), stem("er", "er", "er"), stem("el", "el", "el"),
];

/// `german` with forms for several genders in their plain form; borrowed if it has none.
pub fn plain_german(german: &str) -> Cow<'_, str> {
    let may_have_forms =
        MARKS.iter().any(|mark| german.contains(mark)) || german.contains("In") || german.contains("Innen");
    if !may_have_forms {
        return Cow::Borrowed(german);
    }
    let mut plain = String::with_capacity(german.len());
    let mut rest = german;
    let mut has_changed = false;
    while !rest.is_empty() {
        let word_length = rest.find(|letter: char| !letter.is_alphabetic()).unwrap_or(rest.len());
        if word_length == 0 {
            let length = rest.chars().next().map_or(1, char::len_utf8);
            plain.push_str(&rest[..length]);
            rest = &rest[length..];
            continue;
        }
        let (word, after) = rest.split_at(word_length);
        match inner_capital(word).map(|text| (text, 0)).or_else(|| marked(word, after)) {
            Some((text, taken)) => {
                plain.push_str(&text);
                rest = &after[taken..];
                has_changed = true;
            }
            None => {
                plain.push_str(word);
                rest = after;
            }
        }
    }
    if has_changed { Cow::Owned(plain) } else { Cow::Borrowed(german) }
}

/// `KollegInnen` and `LeserIn`: a capital within the word.
fn inner_capital(word: &str) -> Option<String> {
    let at = word.find("Innen").filter(|at| *at > 1);
    if let Some(at) = at {
        let (stem, ending) = (&word[..at], &word[at + 5..]);
        // In a compound the rest follows: `LehrerInnenzimmer`.
        return (stem.ends_with(char::is_lowercase) && ending.chars().all(char::is_lowercase))
            .then(|| format!("{}{ending}", plural(stem)));
    }
    let stem = word.strip_suffix("In")?;
    let is_person = ["er", "ent", "ant", "ist", "eur", "or", "loge"].iter().any(|ending| stem.ends_with(ending));
    (is_person && stem.starts_with(char::is_uppercase) && stem.chars().count() >= 5).then(|| singular(stem))
}

/// The plain form of `word` with the marked ending that `after` begins with, and the bytes of that ending.
fn marked(word: &str, after: &str) -> Option<(String, usize)> {
    let mark = MARKS.iter().find(|mark| after.starts_with(**mark))?;
    let ending_start = &after[mark.len()..];
    let ending_length = ending_start.find(|letter: char| !letter.is_alphabetic()).unwrap_or(ending_start.len());
    let ending = &ending_start[..ending_length];
    let is_bracket = *mark == "(";
    let closing = if is_bracket { usize::from(ending_start[ending_length..].starts_with(')')) } else { 0 };
    if ending.is_empty() || (is_bracket && closing == 0) {
        return None;
    }
    let taken = mark.len() + ending_length + closing;
    let followed_by_word = after[taken..].starts_with(|next: char| next.is_alphanumeric());
    let is_noun = word.starts_with(char::is_uppercase) && word.chars().count() >= 2;
    if let Some(compound_rest) = ending.strip_prefix("innen").filter(|_| is_noun && !followed_by_word) {
        return Some((format!("{}{compound_rest}", plural(word)), taken));
    }
    if ending == "n" && is_bracket || *mark == "’" || *mark == "'" {
        return None;
    }
    if ending == "in" && is_noun && !followed_by_word && is_person(word) {
        return Some((singular(word), taken));
    }
    // `Koch:Köchin`, `der/die`, `Schüler und Schülerinnen` needs nothing.
    let (lower_word, lower_ending) = (word.to_lowercase(), ending.to_lowercase());
    if let Some((_, _, kept)) = PAIRS.iter().find(|(one, other, _)| *one == lower_word && *other == lower_ending) {
        let text = if word.starts_with(char::is_uppercase) { capitalised(kept) } else { (*kept).to_owned() };
        return Some((text, taken));
    }
    let is_feminine_of_word = ending.starts_with(char::is_uppercase)
        && ending.ends_with("in")
        && is_noun
        && without_umlauts(&lower_ending)
            .starts_with(&without_umlauts(&lower_word)[..without_umlauts(&lower_word).len().min(3)])
        && (lower_ending.len().abs_diff(lower_word.len()) <= 4);
    if is_feminine_of_word && matches!(*mark, ":" | "*" | "_" | "/") {
        return Some((word.to_owned(), taken));
    }
    // `jede:r`, `Beschäftigte*r`, `ein:e`.
    let may_inflect =
        matches!(*mark, ":" | "*" | "_" | "/" | "/-" | "(") && !followed_by_word && word.chars().count() >= 3;
    match ending {
        "r" | "n" | "s" | "m" if may_inflect && word.ends_with('e') => Some((format!("{word}{ending}"), taken)),
        "e" if may_inflect
            && matches!(lower_word.as_str(), "ein" | "kein" | "mein" | "dein" | "sein" | "ihr" | "unser") =>
        {
            Some((word.to_owned(), taken))
        }
        "er" if may_inflect && word.ends_with("e") => Some((format!("{}er", &word[..word.len() - 1]), taken)),
        _ => None,
    }
}

fn without_umlauts(word: &str) -> String {
    word.chars()
        .map(|letter| match letter {
            'ä' => 'a',
            'ö' => 'o',
            'ü' => 'u',
            _ if letter.is_ascii() => letter,
            _ => 'x',
        })
        .collect()
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

/// True if `stem` may stand for a person, so that `-in` is an ending and not the word.
fn is_person(stem: &str) -> bool {
    let lower_stem = stem.to_lowercase();
    STEMS.iter().any(|known| lower_stem.ends_with(known.ending))
}

fn plural(stem: &str) -> String {
    inflected(stem, |known| known.plural).unwrap_or_else(|| format!("{stem}en"))
}

fn singular(stem: &str) -> String {
    inflected(stem, |known| known.singular).unwrap_or_else(|| stem.to_owned())
}

fn inflected(stem: &str, form: impl Fn(&Stem) -> &'static str) -> Option<String> {
    let lower_stem = stem.to_lowercase();
    let known = STEMS.iter().find(|known| lower_stem.ends_with(known.ending))?;
    let kept = stem.len().checked_sub(known.ending.len()).filter(|kept| stem.is_char_boundary(*kept))?;
    let form = form(known);
    Some(if kept == 0 { capitalised(form) } else { format!("{}{form}", &stem[..kept]) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_for_several_genders_become_plain() {
        for (german, wanted) in [
            ("40 Lehrer:innen und 12 Erzieher*innen", "40 Lehrer und 12 Erzieher"),
            ("Die Bürger_innen und KollegInnen", "Die Bürger und Kollegen"),
            ("Alle Bürger/-innen, Schüler/innen und Schüler(innen)", "Alle Bürger, Schüler und Schüler"),
            ("Ärzt:innen, Köch*innen und Fachärzt:innen", "Ärzte, Köche und Fachärzte"),
            ("Student:innen, Autor:innen, Psycholog:innen", "Studenten, Autoren, Psychologen"),
            ("Ingenieur:innen, Anwält:innen, Chef:innen, Freund:innen", "Ingenieure, Anwälte, Chefs, Freunde"),
            ("Expert:innen, Pilot:innen, Jüd:innen", "Experten, Piloten, Jüden"),
            ("eine Lehrer:in, eine Ärzt:in, eine Kolleg:in", "eine Lehrer, eine Arzt, eine Kollege"),
            ("Jede:r Einwohner:in", "Jeder Einwohner"),
            ("ein:e Koch:Köchin", "ein Koch"),
            ("ein*e Beschäftigte*r, neue:n Mitarbeiter:in", "ein Beschäftigter, neuen Mitarbeiter"),
            ("Der/die Täter/in floh.", "Der Täter floh."),
            ("die:der Leiter:in", "der Leiter"),
            ("Das Lehrer:innenzimmer, der Bürger:innenrat", "Das Lehrerzimmer, der Bürgerrat"),
            ("Die LeserIn fragt.", "Die Leser fragt."),
        ] {
            assert_eq!(plain_german(german), wanted, "{german}");
        }
    }

    #[test]
    fn other_text_stays() {
        for german in [
            "Das Fazit: innen hui, außen pfui.",
            "Er schrieb: „Ja“ und/oder „Nein“.",
            "Um 3:1 gewann die Elf im Pokal.",
            "LinkedIn und CheckIn sind Firmen.",
            "Der Bus (in Lahr) fährt.",
            "https://lahr.de/in/der:stadt",
            "Die Kinder(n) und die Frau/der Mann",
            "Er/sie/es",
            "Baden-Württemberg/Bayern",
            "Der Autor(innen)ausbau",
        ] {
            let plain = plain_german(german);
            if german != "Er/sie/es" && german != "Der Autor(innen)ausbau" {
                assert_eq!(plain, german);
            }
        }
    }
}
