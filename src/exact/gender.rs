//! Forms for several genders (`Lehrer:innen`, `Leser*innen`, `KollegInnen`, `Bürger/-innen`, `jede:r`) → the plain form.
//!
//! Models have seen few of them, and read the ending as the word `innen`, inside. The plain form is the masculine, which English
//! does not show.

use std::borrow::Cow;

/// Gender marks: what stands between the stem of a German word and its feminine ending.
const GENDER_MARKS: &[&str] = &[":", "*", "_", "·", "•", "/-", "/‑", "/", "(", "’", "'"];

/// Pairs of German articles and pronouns for both genders, and the one that stays.
const GENDERED_PAIRS: &[(&str, &str, &str)] = &[
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
struct PersonStem {
    ending: &'static str,
    /// What replaces the ending in the plural and in the singular.
    plural: &'static str,
    singular: &'static str,
}

const fn person_stem(ending: &'static str, plural: &'static str, singular: &'static str) -> PersonStem {
    PersonStem { ending, plural, singular }
}

#[rustfmt::skip]
const PERSON_STEMS: &[PersonStem] = &[
    person_stem("ärzt", "ärzte", "arzt"), person_stem("köch", "köche", "koch"), person_stem("anwält", "anwälte", "anwalt"), person_stem("rät", "räte", "rat"),
    person_stem("gäst", "gäste", "gast"), person_stem("bäuer", "bauern", "bauer"), person_stem("bauer", "bauern", "bauer"), person_stem("französ", "franzosen", "franzose"),
    person_stem("vögt", "vögte", "vogt"), person_stem("vorständ", "vorstände", "vorstand"),
    person_stem("nachbar", "nachbarn", "nachbar"), person_stem("freund", "freunde", "freund"), person_stem("feind", "feinde", "feind"), person_stem("wirt", "wirte", "wirt"),
    person_stem("dieb", "diebe", "dieb"), person_stem("chef", "chefs", "chef"), person_stem("fan", "fans", "fan"), person_stem("star", "stars", "star"), person_stem("coach", "coaches", "coach"),
    person_stem("general", "generäle", "general"), person_stem("vormund", "vormünder", "vormund"), person_stem("gemahl", "gemahle", "gemahl"), person_stem("offizier", "offiziere", "offizier"),
    person_stem("passagier", "passagiere", "passagier"), person_stem("juwelier", "juweliere", "juwelier"), person_stem("held", "helden", "held"), person_stem("herr", "herren", "herr"),
    person_stem("kolleg", "kollegen", "kollege"), person_stem("kund", "kunden", "kunde"), person_stem("zeug", "zeugen", "zeuge"), person_stem("bot", "boten", "bote"),
    person_stem("expert", "experten", "experte"), person_stem("genoss", "genossen", "genosse"), person_stem("gatt", "gatten", "gatte"), person_stem("erb", "erben", "erbe"),
    person_stem("gefährt", "gefährten", "gefährte"), person_stem("nachfahr", "nachfahren", "nachfahre"), person_stem("jud", "juden", "jude"), person_stem("chines", "chinesen", "chinese"),
    person_stem("tschech", "tschechen", "tscheche"), person_stem("pol", "polen", "pole"), person_stem("russ", "russen", "russe"), person_stem("türk", "türken", "türke"),
    person_stem("griech", "griechen", "grieche"), person_stem("schwed", "schweden", "schwede"), person_stem("dän", "dänen", "däne"), person_stem("finn", "finnen", "finne"),
    person_stem("brit", "briten", "brite"), person_stem("schott", "schotten", "schotte"), person_stem("kroat", "kroaten", "kroate"), person_stem("bulgar", "bulgaren", "bulgare"),
    person_stem("rumän", "rumänen", "rumäne"), person_stem("portugies", "portugiesen", "portugiese"), person_stem("vietnames", "vietnamesen", "vietnamese"), person_stem("kurd", "kurden", "kurde"),
    person_stem("og", "ogen", "oge"), person_stem("soph", "sophen", "soph"), person_stem("nom", "nomen", "nom"), person_stem("graf", "grafen", "graf"),
    person_stem("krat", "kraten", "krat"), person_stem("or", "oren", "or"), person_stem("eur", "eure", "eur"), person_stem("är", "äre", "är"), person_stem("ling", "linge", "ling"),
    person_stem("ent", "enten", "ent"), person_stem("ant", "anten", "ant"), person_stem("and", "anden", "and"), person_stem("ist", "isten", "ist"), person_stem("at", "aten", "at"),
    person_stem("et", "eten", "et"), person_stem("it", "iten", "it"), person_stem("ot", "oten", "ot"), person_stem("ekt", "ekten", "ekt"), person_stem("urg", "urgen", "urg"),
    person_stem("arch", "archen", "arch"), person_stem("om", "omen", "om"), person_stem("er", "er", "er"), person_stem("el", "el", "el"),
];

/// `german` with forms for several genders in their plain form; borrowed if it has none.
pub fn plain_german(german: &str) -> Cow<'_, str> {
    let may_have_forms =
        GENDER_MARKS.iter().any(|mark| german.contains(mark)) || german.contains("In") || german.contains("Innen");
    if !may_have_forms {
        return Cow::Borrowed(german);
    }
    let mut plain = String::with_capacity(german.len());
    let mut rest_of_german = german;
    let mut has_changed = false;
    while !rest_of_german.is_empty() {
        let german_word_length =
            rest_of_german.find(|letter: char| !letter.is_alphabetic()).unwrap_or(rest_of_german.len());
        if german_word_length == 0 {
            let character_length = rest_of_german.chars().next().map_or(1, char::len_utf8);
            plain.push_str(&rest_of_german[..character_length]);
            rest_of_german = &rest_of_german[character_length..];
            continue;
        }
        let (german_word, german_after) = rest_of_german.split_at(german_word_length);
        match without_inner_capital(german_word)
            .map(|masculine| (masculine, 0))
            .or_else(|| without_marked_ending(german_word, german_after))
        {
            Some((masculine, ending_length)) => {
                plain.push_str(&masculine);
                rest_of_german = &german_after[ending_length..];
                has_changed = true;
            }
            None => {
                plain.push_str(german_word);
                rest_of_german = german_after;
            }
        }
    }
    if has_changed { Cow::Owned(plain) } else { Cow::Borrowed(german) }
}

/// The masculine of `KollegInnen` and `LeserIn`, which have a capital within the word.
fn without_inner_capital(german_word: &str) -> Option<String> {
    let innen_at = german_word.find("Innen").filter(|innen_at| *innen_at > 1);
    if let Some(innen_at) = innen_at {
        let (person_stem, ending) = (&german_word[..innen_at], &german_word[innen_at + 5..]);
        // In a compound the rest follows: `LehrerInnenzimmer`.
        return (person_stem.ends_with(char::is_lowercase) && ending.chars().all(char::is_lowercase))
            .then(|| format!("{}{ending}", masculine_plural(person_stem)));
    }
    let person_stem = german_word.strip_suffix("In")?;
    let is_person = ["er", "ent", "ant", "ist", "eur", "or", "loge"].iter().any(|ending| person_stem.ends_with(ending));
    (is_person && person_stem.starts_with(char::is_uppercase) && person_stem.chars().count() >= 5)
        .then(|| masculine_singular(person_stem))
}

/// The masculine form of `german_word` with the gender-marked ending that `german_after` begins with, and the bytes of that ending.
fn without_marked_ending(german_word: &str, german_after: &str) -> Option<(String, usize)> {
    let gender_mark = GENDER_MARKS.iter().find(|gender_mark| german_after.starts_with(**gender_mark))?;
    let gender_ending_start = &german_after[gender_mark.len()..];
    let gender_ending_length =
        gender_ending_start.find(|letter: char| !letter.is_alphabetic()).unwrap_or(gender_ending_start.len());
    let gender_ending = &gender_ending_start[..gender_ending_length];
    let is_bracket = *gender_mark == "(";
    let closing_length =
        if is_bracket { usize::from(gender_ending_start[gender_ending_length..].starts_with(')')) } else { 0 };
    if gender_ending.is_empty() || (is_bracket && closing_length == 0) {
        return None;
    }
    let marked_length = gender_mark.len() + gender_ending_length + closing_length;
    let followed_by_word =
        german_after[marked_length..].starts_with(|next_character: char| next_character.is_alphanumeric());
    let is_noun = german_word.starts_with(char::is_uppercase) && german_word.chars().count() >= 2;
    if let Some(compound_rest) = gender_ending.strip_prefix("innen").filter(|_| is_noun && !followed_by_word) {
        return Some((format!("{}{compound_rest}", masculine_plural(german_word)), marked_length));
    }
    if gender_ending == "n" && is_bracket || *gender_mark == "’" || *gender_mark == "'" {
        return None;
    }
    if gender_ending == "in" && is_noun && !followed_by_word && may_be_person(german_word) {
        return Some((masculine_singular(german_word), marked_length));
    }
    // `Koch:Köchin`, `der/die`, `Schüler und Schülerinnen` needs nothing.
    let (lower_german_word, lower_gender_ending) = (german_word.to_lowercase(), gender_ending.to_lowercase());
    if let Some((_, _, kept_word)) = GENDERED_PAIRS.iter().find(|(first_gender, second_gender, _)| {
        *first_gender == lower_german_word && *second_gender == lower_gender_ending
    }) {
        let masculine = if german_word.starts_with(char::is_uppercase) {
            capitalised_german(kept_word)
        } else {
            (*kept_word).to_owned()
        };
        return Some((masculine, marked_length));
    }
    let is_feminine_of_word = gender_ending.starts_with(char::is_uppercase)
        && gender_ending.ends_with("in")
        && is_noun
        && without_umlauts(&lower_gender_ending)
            .starts_with(&without_umlauts(&lower_german_word)[..without_umlauts(&lower_german_word).len().min(3)])
        && (lower_gender_ending.len().abs_diff(lower_german_word.len()) <= 4);
    if is_feminine_of_word && matches!(*gender_mark, ":" | "*" | "_" | "/") {
        return Some((german_word.to_owned(), marked_length));
    }
    // `jede:r`, `Beschäftigte*r`, `ein:e`.
    let may_inflect = matches!(*gender_mark, ":" | "*" | "_" | "/" | "/-" | "(")
        && !followed_by_word
        && german_word.chars().count() >= 3;
    match gender_ending {
        "r" | "n" | "s" | "m" if may_inflect && german_word.ends_with('e') => {
            Some((format!("{german_word}{gender_ending}"), marked_length))
        }
        "e" if may_inflect
            && matches!(lower_german_word.as_str(), "ein" | "kein" | "mein" | "dein" | "sein" | "ihr" | "unser") =>
        {
            Some((german_word.to_owned(), marked_length))
        }
        "er" if may_inflect && german_word.ends_with("e") => {
            Some((format!("{}er", &german_word[..german_word.len() - 1]), marked_length))
        }
        _ => None,
    }
}

fn without_umlauts(german_word: &str) -> String {
    german_word
        .chars()
        .map(|letter| match letter {
            'ä' => 'a',
            'ö' => 'o',
            'ü' => 'u',
            _ if letter.is_ascii() => letter,
            _ => 'x',
        })
        .collect()
}

fn capitalised_german(german_word: &str) -> String {
    let mut german_letters = german_word.chars();
    german_letters.next().into_iter().flat_map(char::to_uppercase).chain(german_letters).collect()
}

/// True if `person_stem` may stand for a person, so that `-in` is an ending and not the word.
fn may_be_person(person_stem: &str) -> bool {
    let lower_stem = person_stem.to_lowercase();
    PERSON_STEMS.iter().any(|known| lower_stem.ends_with(known.ending))
}

fn masculine_plural(person_stem: &str) -> String {
    masculine_form(person_stem, |known| known.plural).unwrap_or_else(|| format!("{person_stem}en"))
}

fn masculine_singular(person_stem: &str) -> String {
    masculine_form(person_stem, |known| known.singular).unwrap_or_else(|| person_stem.to_owned())
}

fn masculine_form(person_stem: &str, number_form: impl Fn(&PersonStem) -> &'static str) -> Option<String> {
    let lower_stem = person_stem.to_lowercase();
    let known_stem = PERSON_STEMS.iter().find(|known_stem| lower_stem.ends_with(known_stem.ending))?;
    let kept_length = person_stem
        .len()
        .checked_sub(known_stem.ending.len())
        .filter(|kept_length| person_stem.is_char_boundary(*kept_length))?;
    let masculine = number_form(known_stem);
    Some(if kept_length == 0 {
        capitalised_german(masculine)
    } else {
        format!("{}{masculine}", &person_stem[..kept_length])
    })
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
