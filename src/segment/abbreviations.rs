//! German abbreviations and the words around a full stop, as data.
//!
//! To add an abbreviation, add it to the group of its [`Ending`] in [`ABBREVIATIONS`], and a line to `cases.rs`.

use super::enclosures;

/// When the full stop of an abbreviation is also the end of a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// Never: the sentence goes on, with a name after a title or an example after `z. B.`.
    Never,
    /// Before a word that opens sentences ([`is_opener`]); any other capital may be a noun: `20 Mio. Euro`.
    BeforeOpener,
    /// After a number as [`BeforeOpener`](Self::BeforeOpener): `2 Bio. Euro`. Elsewhere it is a word: `nur noch Bio.`
    QuantityOrWord,
    /// At the start of a sentence and after an article it is a title: `der Dir. Meier`. Elsewhere it is a word:
    /// `Ich gratuliere Dir.`
    TitleOrWord,
    /// Before any capital, not before a number: after `usw.` a sentence goes on in lower case, and `Art.` is an
    /// abbreviation in `Art. 5` but a word in `von dieser Art.`
    BeforeCapital,
}

/// One German abbreviation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Abbreviation {
    /// The full spelling of the abbreviation. The text may leave out the spaces, and capitalise the first letter. After `~` it is the end of a
    /// compound.
    pub(super) text: &'static str,
    /// When the abbreviation ends a sentence.
    pub(super) ending: Ending,
}

/// The abbreviations with one ending.
struct AbbreviationGroup {
    ending: Ending,
    spellings: &'static [&'static str],
}

/// All abbreviations. If one is the end of another (`B.` of `z. B.`), the longest match decides.
pub(super) fn abbreviations() -> impl Iterator<Item = Abbreviation> {
    ABBREVIATIONS
        .iter()
        .flat_map(|group| group.spellings.iter().map(|&text| Abbreviation { text, ending: group.ending }))
}

#[rustfmt::skip]
const ABBREVIATIONS: &[AbbreviationGroup] = &[
    AbbreviationGroup { ending: Ending::Never, spellings: &[
        // Titles and forms of address.
        "Dr.", "Prof.", "Dipl.", "Ing.", "Mag.", "Univ.", "Priv.", "Doz.", "Hr.", "Hrn.", "Fr.", "Frl.", "Mr.",
        "Mrs.", "Ms.", "Mme.", "St.", "Ste.", "Sta.", "Sr.", "Abg.", "LAbg.", "Bgm.", "Lt.", "Sgt.", "Col.",
        "Capt.", "Cpt.", "Maj.", "Gov.", "Rep.", "Sen.", "Msgr.", "Hl.", "Wr.", "hl.", "Kard.", "Dkfm.", "Bakk.",
        "Mgr.", "StB.", "h. c.", "med.", "jur.", "phil.", "rer. nat.", "rer. pol.", "theol.", "habil.",
        "Dr. h. c. mult.", "Ph.", "Pfr.",
        // Examples, explanations, comparisons.
        "z. B.", "z. Bsp.", "d. h.", "d. i.", "i. e.", "e. g.", "m. a. W.", "bspw.", "vgl.", "s.", "sog.", "sogen.",
        "bzw.", "resp.", "ggf.", "ggfs.", "evtl.", "eventl.", "ca.", "cca.", "ugf.", "inkl.", "incl.", "exkl.",
        "einschl.", "zzgl.", "zuzügl.", "abzgl.", "bzgl.", "betr.", "lt.", "gem.", "i. d. R.", "i. Allg.", "i. A.",
        "i. V. m.", "i. S. d.", "i. S. v.", "i. H. v.", "i. V.", "i. R. d.", "i. Z. m.", "z. T.", "z. Z.", "z. Zt.",
        "z. H.", "z. Hd.", "z. B. v.", "u. U.", "u. d. T.", "o. g.", "o. a.", "s. u.", "s. o.", "v. a.", "v. A. w.",
        "m. E.", "m. W.", "m. M. n.", "a. a. O.", "ebd.", "v. d.", "d. M.", "sc.", "scil.", "vs.", "versch.", "div.",
        "insb.", "insbes.", "bes.", "urspr.", "eigtl.", "wg.", "dt.", "engl.", "frz.", "franz.", "ital.", "span.",
        "russ.", "lat.", "griech.", "österr.", "amerik.", "europ.", "ehem.", "vorauss.", "voraussichtl.", "vermutl.",
        "einschließl.", "ausschl.", "geb.", "gest.", "verh.", "verst.", "led.", "allg.", "durchschn.",
        // Before a number or a name.
        "Nr.", "Nrn.", "Abs.", "Ziff.", "Abb.", "Bd.", "Bde.", "Hrsg.", "Hg.", "hrsg.", "hg.", "Tel.", "Telef.",
        "Kto.", "Az.", "Aktenz.", "Rn.", "Rz.", "Kap.", "Anm.", "Tab.", "Ausg.", "Aufl.", "Jg.",
        "Hptm.", "Bez.", "Ldkr.", "Lkr.", "Kr.", "Gem.", "Gde.", "Mt.", "Ft.", "Pos.",
        "No.", "Vol.", "Op.", "op.", "S.", "Bl.", "Ges.", "Verf.", "Präs.", "stellv.", "Stv.", "stv.",
        "gez.", "ev.", "evang.", "kath.", "röm.", "jüd.", "städt.", "staatl.", "zus.", "zust.",
    ] },
    AbbreviationGroup { ending: Ending::BeforeOpener, spellings: &[
        // Quantities and units that a noun follows.
        "Mio.", "Mill.", "Mrd.", "Md.", "Mia.", "Tsd.", "Std.", "Stdn.", "Min.", "Sek.", "Stk.", "Stck.",
        "Proz.", "Pf.", "Ztr.", "Dtzd.", "max.", "min.", "mind.", "Qu.", "Quart.", "Mw.",
        // Lists that a noun or a name may follow.
        "u. a.", "u. a. m.", "u. ä.", "u. Ä.", "o. ä.", "o. Ä.", "et al.", "p. a.", "p. P.", "a. D.", "i. R.",
        "e. V.", "e. G.", "i. L.", "i. Br.", "i. B.", "a. M.", "a. d.", "a. Rh.", "a. N.", "o. J.", "o. O.", "v. H.",
        "d. Ä.", "z. S.",
        // Places, times, companies.
        "~str.", "Str.", "Pl.", "~pl.", "Hbf.", "Bhf.", "Bf.", "Jh.", "Jhd.", "Jhdt.", "Jahrh.", "Jhs.", "Co.",
        "Cie.", "Corp.", "Inc.", "Ltd.", "Bros.", "Jr.", "jr.", "jun.", "sen.", "Gebr.", "Nachf.", "Wwe.", "Fa.",
        "Abt.", "Jan.", "Febr.", "Feb.", "Mrz.", "Apr.", "Aug.", "Sept.", "Sep.", "Okt.", "Nov.", "Dez.", "Mo.",
        "Di.", "Mi.", "Do.", "Sa.", "So.", "U. S.", "U. S. A.", "D. C.", "N. Y.", "L. A.", "Ph. D.", "Calif.", "Kfz.",
        "akt.", "vorm.", "nachm.", "abds.", "tgl.", "mtl.", "jährl.", "wöchentl.", "monatl.", "tägl.", "Temp.",
        "Tsp.", "Bsp.", "Beisp.", "Ggs.", "Abk.", "Def.", "Bem.", "Erg.", "Erl.", "Forts.",
    ] },
    AbbreviationGroup { ending: Ending::QuantityOrWord, spellings: &["Bio."] },
    AbbreviationGroup { ending: Ending::TitleOrWord, spellings: &["Dir.", "Gen.", "komm.", "Komm."] },
    AbbreviationGroup { ending: Ending::BeforeCapital, spellings: &[
        "usw.", "usf.", "etc.", "u. v. m.", "u. v. a.", "u. v. a. m.", "uvm.", "uva.", "u. dgl.", "u. dgl. m.",
        "u. s. w.", "u. s. f.", "v. Chr.", "n. Chr.", "v. u. Z.", "n. u. Z.", "m. b. H.", "d. Red.", "Red.", "i. T.",
        "ff.", "f.", "a. m.", "p. m.", "s. v.", "u. Z.", "b. w.", "Chr.", "u. A. w. g.", "k. A.", "k. o.",
        // Words that are abbreviations before a number.
        "Art.", "Fig.", "Abschn.", "Zi.", "Lfg.", "Sp.", "Bez.-Nr.", "Spr.", "Kat.", "Lit.", "Matth.", "Mos.", "Kor.",
        "Pkt.",
    ] },
];

/// Capitalised words that open sentences and hardly ever follow an ordinal, an initial or an abbreviation within one:
/// articles, pronouns, prepositions, conjunctions and adverbs.
#[rustfmt::skip]
const SENTENCE_OPENERS: &[&str] = &[
    "Ab", "Aber", "Alle", "Allein", "Allem", "Allen", "Aller", "Allerdings", "Alles", "Als", "Also", "Am", "An",
    "Andere", "Anders", "Anfangs", "Angesichts", "Anschließend", "Ansonsten", "Anstatt", "Auch", "Auf", "Aufgrund",
    "Aus", "Außer", "Außerdem", "Bald", "Bei", "Beide", "Beim", "Bereits", "Besonders", "Bevor", "Bis", "Bisher",
    "Bislang", "Da", "Dabei", "Dadurch", "Dafür", "Dagegen", "Daher", "Damals", "Damit", "Danach", "Daneben", "Dank",
    "Dann", "Daran", "Darauf", "Daraufhin", "Daraus", "Darin", "Darum", "Darunter", "Darüber", "Das", "Dass", "Davon",
    "Davor", "Dazu", "Dem", "Demnach", "Demzufolge", "Den", "Denen", "Denn", "Dennoch", "Der", "Derartige", "Deren",
    "Derzeit", "Des", "Deshalb", "Dessen", "Deswegen", "Dich", "Die", "Dies", "Diese", "Diesem", "Diesen", "Dieser",
    "Dieses", "Dir", "Doch", "Dort", "Du", "Durch", "Ebenfalls", "Ebenso", "Ehe", "Eigentlich", "Ein", "Eine",
    "Einem", "Einen", "Einer", "Eines", "Einige", "Einzig", "Er", "Erst", "Es", "Etwa", "Etwas", "Falls", "Ferner",
    "Für", "Gegen", "Gegenüber", "Gestern", "Gleichzeitig", "Heute", "Hier", "Hierbei", "Hierfür", "Hierzu",
    "Hingegen", "Hinter", "Hinzu", "Ich", "Ihm", "Ihn", "Ihnen", "Ihr", "Ihre", "Ihrem", "Ihren", "Ihrer", "Ihres",
    "Im", "Immer", "Immerhin", "In", "Indem", "Infolge", "Ins", "Insbesondere", "Insgesamt", "Inzwischen", "Ist",
    "Ja", "Je", "Jede", "Jeder", "Jedes", "Jedoch", "Jemand", "Jene", "Jener", "Jenes", "Jetzt", "Kein", "Keine",
    "Keiner", "Künftig", "Laut", "Lediglich", "Leider", "Man", "Manche", "Manchmal", "Mehr", "Mehrere", "Mein",
    "Meine", "Meist", "Mich", "Mindestens", "Mir", "Mit", "Mittlerweile", "Nach", "Nachdem", "Natürlich", "Neben",
    "Nein", "Nicht", "Nichts", "Nie", "Niemand", "Noch", "Nun", "Nur", "Ob", "Obwohl", "Oder", "Offenbar", "Oft",
    "Ohne", "Schließlich", "Schon", "Sehr", "Sein", "Seine", "Seinem", "Seinen", "Seiner", "Seit", "Seitdem",
    "Seither", "Selbst", "Sich", "Sie", "Sind", "So", "Sobald", "Sofern", "Sogar", "Solange", "Solche", "Somit",
    "Sondern", "Sonst", "Sowie", "Sowohl", "Später", "Statt", "Stattdessen", "Trotz", "Trotzdem", "Um", "Und", "Uns",
    "Unser", "Unsere", "Unter", "Viel", "Viele", "Vielleicht", "Vielmehr", "Vom", "Von", "Vor", "Vorher", "Wann",
    "War", "Waren", "Warum", "Was", "Weder", "Wegen", "Weil", "Weiter", "Weitere", "Weiterhin", "Welche", "Welcher",
    "Welches", "Wenn", "Wer", "Weshalb", "Wie", "Wieder", "Wieso", "Wir", "Wo", "Wobei", "Während", "Zu", "Zudem",
    "Zuerst", "Zuletzt", "Zum", "Zumal", "Zunächst", "Zur", "Zurzeit", "Zusätzlich", "Zuvor", "Zwar", "Zwischen",
    "Über", "Überdies", "Übrigens",
];

/// Words before a title: `der Gen. Schmidt`, `unter Dir. Meier`.
const BEFORE_TITLES: &[&str] = &[
    "der", "den", "dem", "des", "die", "Der", "Den", "Dem", "Die", "Herr", "Herrn", "Frau", "und", "unter", "Unter",
    "durch", "vom", "zum", "als",
];

/// True if a title may follow `word`.
pub(super) fn is_before_titles(word: &str) -> bool {
    BEFORE_TITLES.contains(&word)
}

/// True if `word` is capitalised and opens sentences.
pub(super) fn is_opener(word: &str) -> bool {
    SENTENCE_OPENERS.contains(&word)
}

/// Nouns before a bare number, letter or Roman numeral, whose full stop ends the sentence: `auf Platz 3.`, `Plan B.`,
/// `Hartz IV.`
#[rustfmt::skip]
const COUNTED_NOUNS: &[&str] = &[
    "Absatz", "Abschnitt", "Artikel", "Band", "Block", "Buchstabe", "Buchstaben", "Diabetes", "Faktor", "Formel",
    "Gate", "Gleis", "Gruppe", "Größe", "Halle", "Hartz", "Haus", "Hausnummer", "Hepatitis", "Kanal", "Kapitel",
    "Kategorie", "Klasse", "Level", "Liga", "Linie", "Los", "Note", "Nr.", "Nummer", "Paragraf", "Paragraph", "Phase",
    "Plan", "Platz", "Position", "Punkt", "Rang", "Raum", "Runde", "Saal", "Satz", "Schritt", "Seite", "Seiten",
    "Spalte", "Startplatz", "Stufe", "Tabelle", "Tag", "Teil", "Tor", "Typ", "Variante", "Version", "Vitamin",
    "Welle", "Windows", "Zeile", "Ziffer", "Zimmer", "Zone", "§", "§§",
];

/// True if a number after `word` is no ordinal.
pub(super) fn is_counted(word: &str) -> bool {
    COUNTED_NOUNS.contains(&word)
}

/// Words before a number that make it an ordinal: `der 1000. Besucher`.
#[rustfmt::skip]
const DETERMINERS: &[&str] = &[
    "am", "beim", "das", "dem", "den", "der", "des", "die", "ein", "eine", "einem", "einen", "einer", "eines",
    "ihr", "ihre", "ihrem", "ihren", "ihrer", "ihres", "im", "ins", "jede", "jedem", "jeden", "jeder", "jedes",
    "mein", "meine", "meinem", "meinen", "sein", "seine", "seinem", "seinen", "seiner", "seines", "unser", "unsere",
    "unserem", "unseren", "vom", "zum", "zur",
];

/// True if `word` makes the number after it an ordinal.
pub(super) fn is_determiner(word: &str) -> bool {
    DETERMINERS.iter().any(|known| is_same_but_capitalised(known, word))
}

/// Names that are spelt with an exclamation mark.
const SHOUTED_NAMES: &[&str] = &["Yahoo!", "Jeopardy!", "Joop!", "Wham!"];

/// True if `text` ends in a name that is spelt with an exclamation mark.
pub(super) fn ends_in_shouted_name(text: &str) -> bool {
    SHOUTED_NAMES.iter().any(|name| text.ends_with(name))
}

/// Endings of domain and file names: what follows a full stop within a word and is no next sentence.
#[rustfmt::skip]
const DOMAIN_ENDINGS: &[&str] = &[
    "at", "biz", "ch", "com", "csv", "de", "doc", "docx", "edu", "eu", "exe", "fm", "gov",
    "htm", "html", "info", "io", "jpeg", "jpg", "js", "json", "li", "me", "mp", "net", 
    "nrw", "odt", "online", "org", "pdf", "php", "png", "ppt", "py", "rar", "rs", "tv", "txt", "uk", "us",
    "wav", "xls", "xlsx", "xml", "zip",
];

/// True if `word` is the ending of a domain or file name. Case is ignored.
pub(super) fn is_suffix(word: &str) -> bool {
    DOMAIN_ENDINGS.iter().any(|known| known.eq_ignore_ascii_case(word))
}

/// True if `word` is `known`, or `known` with a capital first letter.
fn is_same_but_capitalised(known: &str, word: &str) -> bool {
    let (mut left, mut right) = (known.chars(), word.chars());
    match (left.next(), right.next()) {
        (Some(a), Some(b)) => (a == b || b.to_lowercase().eq(a.to_lowercase()) && a.is_lowercase()) && left.eq(right),
        _ => false,
    }
}

/// The longest abbreviation at the end of `text`, which ends in a full stop. `starts_sentence` says that `text` begins where a
/// sentence begins, so that its first letter may be capitalised.
pub(super) fn at_end(text: &str, starts_sentence: bool) -> Option<Abbreviation> {
    abbreviations()
        .filter_map(|abbreviation| Some((length_at_end(text, abbreviation.text, starts_sentence)?, abbreviation)))
        .max_by_key(|(length, _)| *length)
        .map(|(_, abbreviation)| abbreviation)
}

/// Length in bytes of `spelling` at the end of `text`, if it is there as a word. Its spaces are optional.
fn length_at_end(text: &str, spelling: &str, starts_sentence: bool) -> Option<usize> {
    let (letters, is_compound_end) = match spelling.strip_prefix('~') {
        Some(letters) => (letters, true),
        None => (spelling, false),
    };
    let mut text_before = text;
    let mut expected_letters = letters.chars().rev().peekable();
    while let Some(expected_letter) = expected_letters.next() {
        if expected_letter == ' ' {
            text_before = text_before.trim_end();
            continue;
        }
        let letter = text_before.chars().next_back()?;
        text_before = &text_before[..text_before.len() - letter.len_utf8()];
        let is_first_letter = expected_letters.peek().is_none();
        let is_capitalised = || {
            let before_marks = text_before.trim_end_matches(enclosures::is_mark);
            let may_be_capital = before_marks.is_empty() && starts_sentence || before_marks.len() < text_before.len();
            expected_letter.is_lowercase()
                && letter.to_lowercase().eq(std::iter::once(expected_letter))
                && may_be_capital
        };
        if letter != expected_letter && !(is_first_letter && is_capitalised()) {
            return None;
        }
    }
    let is_whole_word = !text_before.chars().next_back().is_some_and(char::is_alphanumeric);
    (is_whole_word != is_compound_end).then_some(text.len() - text_before.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_abbreviation_and_no_opener_is_listed_twice() {
        let mut all: Vec<_> =
            abbreviations().map(|abbreviation| abbreviation.text).chain(SENTENCE_OPENERS.iter().copied()).collect();
        all.sort_unstable();
        for pair in all.windows(2) {
            assert_ne!(pair[0], pair[1]);
        }
    }

    #[test]
    fn every_abbreviation_ends_in_its_full_stop() {
        assert!(abbreviations().all(|abbreviation| abbreviation.text.ends_with('.')));
    }

    #[test]
    fn the_longest_abbreviation_decides_with_and_without_spaces() {
        for (text, wanted) in [
            ("Obst, z. B.", Some("z. B.")),
            ("Obst, z.B.", Some("z. B.")),
            ("Obst und u. v. m.", Some("u. v. m.")),
            ("in der Bahnhofstr.", Some("~str.")),
            ("ein Haus.", None),
            ("der Aufzug.", None),
        ] {
            assert_eq!(at_end(text, false).map(|abbreviation| abbreviation.text), wanted, "{text}");
        }
    }
}
