//! Text → the passages of it that are language, and those that are not: encoded files, keys, hexadecimal dumps, minified code,
//! "words" of thousands of letters.
//!
//! A model would translate such text for minutes and make nonsense of it. So it is set aside, whatever the format.
//!
//! Promises: each character is looked at a fixed number of times; words of real length, addresses and scripts without spaces
//! are language.

use super::characters::one_line;
use crate::document::{ArticleDraft, LeftOut, ParagraphKind};

/// Rule of passages that are no language.
const NO_LANGUAGE_RULE: &str = "no-language";

/// A word of more letters than this is none. The longest German compounds in print have about eighty.
const MAX_WORD_LETTERS: usize = 1_000;

/// The shortest run of characters without white space that shows by itself that it is encoded data, in bytes.
const MIN_TOKEN_BYTES: usize = 40;

/// The longest address of a web page, in bytes. What is longer carries data.
const MAX_ADDRESS_BYTES: usize = 2_048;

/// The fewest bytes of data that are taken out of a paragraph. A shorter one, such as a checksum, belongs to its sentence.
const MIN_PASSAGE_BYTES: usize = 100;

/// The fewest bytes of a passage of program code.
const MIN_CODE_BYTES: usize = 60;

/// The fewest bytes between the spaces of code, on average. In prose there are about seven.
const MIN_CODE_WORD_BYTES: usize = 12;

/// The fewest groups of digits in a line of a hexadecimal dump.
const MIN_HEX_GROUPS: usize = 8;

/// The first character of the scripts that write without spaces, or are beyond all that do: Thai and later.
const FIRST_WITHOUT_SPACES: char = '\u{e00}';

/// How a block of armoured data begins and ends.
const ARMOUR_MARKS: (&str, &str) = ("-----BEGIN ", "-----END ");

/// A part of a text of an article, which is language or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passage<'text> {
    /// A passage in a language, to be read.
    Language(&'text str),
    /// A passage of data that was written as text.
    NoLanguage(&'text str),
}

/// The passages of `text`, in order. White space between them belongs to none. Text without data is one passage.
pub fn passages(text: &str) -> Vec<Passage<'_>> {
    if text.len() < MIN_TOKEN_BYTES {
        return vec![Passage::Language(text)];
    }
    if is_hex_dump(text) {
        return vec![Passage::NoLanguage(text)];
    }
    let passage = |text| if is_code(text) { Passage::NoLanguage(text) } else { Passage::Language(text) };
    let mut passages = Vec::new();
    let mut read_end = 0;
    for (data_start, data_end) in data_runs(text) {
        let text_before = text[read_end..data_start].trim();
        passages.extend((!text_before.is_empty()).then(|| passage(text_before)));
        passages.push(Passage::NoLanguage(&text[data_start..data_end]));
        read_end = data_end;
    }
    if read_end == 0 {
        return vec![passage(text)];
    }
    let text_after = text[read_end..].trim();
    passages.extend((!text_after.is_empty()).then(|| passage(text_after)));
    passages
}

/// The draft without text that is no language, which is listed. Verbatim text stays, since it is never translated.
pub(super) fn set_aside(mut draft: ArticleDraft) -> ArticleDraft {
    let is_verbatim = |kind: ParagraphKind| kind == ParagraphKind::Verbatim;
    let section_texts: Vec<&str> =
        draft.sections.iter().map(|section| if is_verbatim(section.kind) { "" } else { section.text.trim() }).collect();
    let section_is_data = data_lines(&section_texts);
    let mut left_out = Vec::new();
    let mut list_left_out =
        |text: &str| left_out.push(LeftOut { text: one_line(text), rule: NO_LANGUAGE_RULE.to_owned() });
    if draft.title.as_deref().is_some_and(|title| is_no_language(title) || title.starts_with(ARMOUR_MARKS.0)) {
        draft.title.take().iter().for_each(|title| list_left_out(title));
    }
    let mut sections = Vec::with_capacity(draft.sections.len());
    for (mut section, section_is_data) in std::mem::take(&mut draft.sections).into_iter().zip(section_is_data) {
        if section_is_data {
            list_left_out(&section.text);
            continue;
        }
        if !is_verbatim(section.kind) {
            let section_passages = passages(&section.text);
            if section_passages.iter().any(|passage| matches!(passage, Passage::NoLanguage(_))) {
                let mut kept_passages = Vec::new();
                for passage in section_passages {
                    match passage {
                        Passage::Language(text) => kept_passages.push(text),
                        Passage::NoLanguage(text) => list_left_out(text),
                    }
                }
                section.text = kept_passages.join(" ");
            }
        }
        sections.push(section);
    }
    left_out.append(&mut draft.left_out);
    ArticleDraft { sections, left_out, ..draft }
}

/// Plain `text` without the lines that are no language, and those lines: each run of them as one passage. `None` if there are none.
pub(super) fn without_data_lines(text: &str) -> Option<(String, Vec<LeftOut>)> {
    let lines: Vec<&str> = text.lines().collect();
    let is_data = data_lines(&lines.iter().map(|line| line.trim()).collect::<Vec<_>>());
    if !is_data.contains(&true) {
        return None;
    }
    let mut kept_lines: Vec<&str> = Vec::with_capacity(lines.len());
    let mut left_out: Vec<LeftOut> = Vec::new();
    let mut run_start = 0;
    for data_run in is_data.chunk_by(|is_data_line, is_next_data_line| is_data_line == is_next_data_line) {
        let run_lines = &lines[run_start..run_start + data_run.len()];
        run_start += data_run.len();
        if data_run.first() == Some(&true) {
            left_out.push(LeftOut { text: one_line(&run_lines.join("\n")), rule: NO_LANGUAGE_RULE.to_owned() });
            kept_lines.push("");
        } else {
            kept_lines.extend(run_lines);
        }
    }
    Some((kept_lines.join("\n"), left_out))
}

/// True if all of `text` is no language.
pub(super) fn is_no_language(text: &str) -> bool {
    matches!(passages(text).as_slice(), [Passage::NoLanguage(_)])
}

/// For each of `lines`, which are trimmed, whether it is no language: by itself, as part of a block of armoured or uuencoded
/// data, or as the last line of encoded data.
fn data_lines(lines: &[&str]) -> Vec<bool> {
    let mut is_data: Vec<bool> = lines.iter().map(|line| is_no_language(line)).collect();
    // The next line that ends a block, for each line.
    let mut block_end = None;
    let block_ends: Vec<Option<usize>> = (0..lines.len())
        .rev()
        .map(|line_index| {
            if lines[line_index].starts_with(ARMOUR_MARKS.1) || lines[line_index] == "end" {
                block_end = Some(line_index);
            }
            block_end
        })
        .collect();
    let mut line_index = 0;
    while line_index < lines.len() {
        let line = lines[line_index];
        if is_signed_message_head(line) {
            is_data[line_index] = true;
        } else if is_armour_head(line) || is_uuencode_head(line) {
            let closing_mark = if is_armour_head(line) { ARMOUR_MARKS.1 } else { "end" };
            let data_end =
                block_ends[lines.len() - 1 - line_index].filter(|data_end| lines[*data_end].starts_with(closing_mark));
            let data_end = data_end.filter(|_| !line.contains(ARMOUR_MARKS.1)).unwrap_or(line_index);
            is_data[line_index..=data_end].fill(true);
            line_index = data_end;
        } else if line_index > 0 && is_data[line_index - 1] && is_fragment_line(line) {
            is_data[line_index] = true;
        }
        line_index += 1;
    }
    is_data
}

/// True for the first line of armoured data.
fn is_armour_head(line: &str) -> bool {
    line.starts_with(ARMOUR_MARKS.0)
}

/// True for the first line of a signed message. Under it stands the message itself, after the name of a hash.
fn is_signed_message_head(line: &str) -> bool {
    line.starts_with(ARMOUR_MARKS.0) && line.contains("SIGNED MESSAGE")
}

fn is_uuencode_head(line: &str) -> bool {
    let mut words = line.split(' ');
    let is_mode = |mode: &str| mode.len() == 3 && mode.bytes().all(|byte| (b'0'..=b'7').contains(&byte));
    words.next() == Some("begin") && words.next().is_some_and(is_mode) && words.next().is_some()
}

/// True for a line that may be the last of encoded data.
fn is_fragment_line(line: &str) -> bool {
    !line.is_empty() && !line.contains(' ') && WordShape::read(line.chars()).is_fragment()
        || line.starts_with("Hash: ")
        || line.starts_with("-----END ")
}

/// The runs of encoded data in `text`, as byte ranges: long enough, or all that there is.
fn data_runs(text: &str) -> Vec<(usize, usize)> {
    let mut data_runs: Vec<(usize, usize)> = Vec::new();
    let mut data_goes_on = false;
    let mut read_end = 0;
    for word in text.split_whitespace() {
        // Words are found in order, so the search begins where the last one ended.
        let word_start =
            read_end + text[read_end..].find(|character: char| !character.is_whitespace()).unwrap_or_default();
        read_end = word_start + word.len();
        let word_shape = WordShape::read(word.chars());
        if word_shape.is_data(word) {
            match data_runs.last_mut().filter(|_| data_goes_on) {
                Some(data_run) => data_run.1 = read_end,
                None => data_runs.push((word_start, read_end)),
            }
            data_goes_on = true;
        } else if data_goes_on && word_shape.is_fragment() {
            if let Some(data_run) = data_runs.last_mut() {
                data_run.1 = read_end;
            }
        } else {
            data_goes_on = false;
        }
    }
    let is_all =
        |data_run: &(usize, usize)| text[..data_run.0].trim().is_empty() && text[data_run.1..].trim().is_empty();
    data_runs.retain(|data_run| data_run.1 - data_run.0 >= MIN_PASSAGE_BYTES || is_all(data_run));
    data_runs
}

/// What the characters of a word say about it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct WordShape {
    characters: usize,
    letters: usize,
    digits: usize,
    /// Letters of the longest run of letters.
    longest_word: usize,
    /// Places where a lower-case letter is followed by a capital one, or a letter by a digit or the other way round.
    breaks: usize,
    /// Signs that code and encoded data have and prose does not have within words.
    signs: usize,
    /// True if all characters are those of base64, whose last ones may be `=`.
    is_base64: bool,
    ends_in_padding: bool,
}

impl WordShape {
    fn read(characters: impl Iterator<Item = char>) -> Self {
        let mut word_shape = Self { is_base64: true, ..Self::default() };
        let mut word_letters = 0;
        let mut character_before = ' ';
        for character in characters {
            word_shape.characters += 1;
            let is_letter = character.is_alphabetic() && character < FIRST_WITHOUT_SPACES;
            let is_digit = character.is_ascii_digit();
            word_letters = if is_letter { word_letters + 1 } else { 0 };
            word_shape.longest_word = word_shape.longest_word.max(word_letters);
            word_shape.letters += usize::from(is_letter);
            word_shape.digits += usize::from(is_digit);
            let is_break = character_before.is_lowercase() && is_letter && character.is_uppercase()
                || character_before < FIRST_WITHOUT_SPACES && character_before.is_alphabetic() && is_digit
                || character_before.is_ascii_digit() && is_letter;
            word_shape.breaks += usize::from(is_break);
            word_shape.signs += usize::from("{}[]()=<>$&;\"'`!^%@\\*+#?".contains(character));
            word_shape.is_base64 &= character.is_ascii_alphanumeric() || "+/=-_".contains(character);
            word_shape.ends_in_padding = character == '=';
            character_before = character;
        }
        word_shape
    }

    /// True if `word`, whose token this is, is encoded data by itself.
    fn is_data(&self, word: &str) -> bool {
        if word.len() < MIN_TOKEN_BYTES {
            return false;
        }
        if word.starts_with("data:") && word.contains(',') {
            return true;
        }
        if is_address(word) {
            return word.len() > MAX_ADDRESS_BYTES;
        }
        let is_mixed = self.breaks * 5 >= self.letters + self.digits;
        let is_of_signs = self.signs * 4 >= self.characters;
        let is_of_digits = word.len() >= MIN_PASSAGE_BYTES && self.letters * 3 < self.digits;
        let is_spaced = (self.letters + self.digits + self.signs) * 2 >= self.characters;
        is_spaced
            && self.letters > 0
            && (self.longest_word > MAX_WORD_LETTERS || is_mixed || is_of_signs || is_of_digits)
    }

    /// True if it may go on after encoded data: a shorter line of base64.
    fn is_fragment(&self) -> bool {
        self.characters >= 4 && self.is_base64 && (self.breaks > 0 && self.letters > 1 || self.ends_in_padding)
    }
}

/// True if `word` holds the address of a page or of a person.
fn is_address(word: &str) -> bool {
    let plain_word = word.trim_start_matches(['(', '<', '[', '„', '"', '*', '-']);
    let host_name = plain_word.split(['/', '?', '#', ':']).next().unwrap_or_default();
    let is_host = host_name.len() < plain_word.len()
        && host_name.rsplit_once('.').is_some_and(|(domain_name, domain_ending)| {
            !domain_name.is_empty()
                && (2..=6).contains(&domain_ending.len())
                && domain_ending.bytes().all(|byte| byte.is_ascii_lowercase())
        });
    is_host || word.contains("://") || plain_word.starts_with("www.") || plain_word.starts_with("mailto:")
}

/// True if `text` is code without the spaces that people write: one character in twelve is a sign of its grammar.
fn is_code(text: &str) -> bool {
    if text.len() < MIN_CODE_BYTES || text.split_whitespace().count() * MIN_CODE_WORD_BYTES > text.len() {
        return false;
    }
    let mut code_signs = 0;
    let mut other_characters = 0;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let next_character = characters.peek().copied();
        match character {
            // Doubled brackets are those of wikis.
            '{' | '}' | '[' | ']' if next_character == Some(character) => {
                characters.next();
                other_characters += 2;
            }
            '{' | '}' | '[' | ']' | '=' | '$' => code_signs += 1,
            ';' if next_character.is_some_and(|next_character| !next_character.is_whitespace()) => code_signs += 1,
            _ if character.is_whitespace() => {}
            _ => other_characters += 1,
        }
    }
    code_signs >= 6 && code_signs * 12 >= code_signs + other_characters && other_characters > code_signs
}

/// True if `text` is a hexadecimal dump: mostly groups of two, four or eight digits, some of them with letters among the digits.
fn is_hex_dump(text: &str) -> bool {
    let mut hex_groups = 0;
    let mut mixed_groups = 0;
    let mut group_bytes = 0;
    let mut all_bytes = 0;
    for word in text.split_whitespace() {
        all_bytes += word.len();
        let hex_digits = word.strip_suffix(':').unwrap_or(word);
        if matches!(hex_digits.len(), 2 | 4 | 8) && hex_digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            hex_groups += 1;
            group_bytes += word.len();
            let has_letter = hex_digits.bytes().any(|byte| byte.is_ascii_alphabetic());
            mixed_groups += usize::from(has_letter && hex_digits.bytes().any(|byte| byte.is_ascii_digit()));
        }
    }
    hex_groups >= MIN_HEX_GROUPS && mixed_groups * 8 >= hex_groups && group_bytes * 2 >= all_bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Section;

    const BASE64: &str =
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

    fn draft(texts: &[&str]) -> ArticleDraft {
        let section = |text: &&str| Section { kind: ParagraphKind::Body, text: (*text).to_owned() };
        ArticleDraft { sections: texts.iter().map(section).collect(), ..ArticleDraft::default() }
    }

    fn sifted(texts: &[&str]) -> (Vec<String>, Vec<String>) {
        let sifted = set_aside(draft(texts));
        let kept = sifted.sections.into_iter().map(|section| section.text).filter(|text| !text.is_empty());
        assert!(sifted.left_out.iter().all(|passage| passage.rule == NO_LANGUAGE_RULE));
        (kept.collect(), sifted.left_out.into_iter().map(|passage| passage.text).collect())
    }

    #[test]
    fn data_is_no_language() {
        for text in [
            BASE64,
            &format!("data:image/png;base64,{BASE64}"),
            &"a".repeat(840_000),
            &"Rhabarber".repeat(1_000),
            &"ж".repeat(2_000),
            "3f5a9c0de1b27744a0c9d8e7f6b5a4930212ffee9c3a77d1b0c4e5f6a7b8c9d0",
            "MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43UOV3HO6DZPJQXIZLNOBWGK5DFOJZXI4TJNZ",
            "!function(e,t){var n=e.document;for(var i=0;i<t.length;i++)n[i]=t[i]}(window,[1,2]);",
            ".a{color:#fff;margin:0 auto}.b,.c{padding:0;border:1px solid red}.d{float:left}",
            "00000000  48 61 6c 6c 6f 2c 20 57  65 6c 74 21 0a 00 1f 8b  |Hallo, Welt!....|",
            "00000010: 4865 6c6c 6f20 576f 726c 640a 1f8b 0800 Hello.World.....",
            &format!("M12.5,3.2{}z", "c1.1,0.9,2.0,1.9,2.0,3.1".repeat(20)),
            "M5&AE('%U:6-K(&)R;W=N(&9O>\"!J=6UP<R!O=F5R('1H92!L87IY(&1O9RX",
            &format!("{BASE64} {BASE64} Zm9vYmFy="),
        ] {
            assert!(is_no_language(text), "{}", &text[..text.len().min(80)]);
        }
    }

    #[test]
    fn words_addresses_and_signs_of_prose_are_language() {
        for text in [
            "Rinderkennzeichnungsfleischetikettierungsüberwachungsaufgabenübertragungsgesetz",
            "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaftsvorsitzende",
            "Grundstücksverkehrsgenehmigungszuständigkeitsübertragungsverordnungsänderungsentwurf",
            "Die Nord-Süd-Ost-West-Rhein-Main-Donau-Elbe-Saale-Verbindungs-Untersuchungs-Kommission tagt.",
            "https://www.example.org/ratgeber/energie/2024/05/07/a8F3kLm29QxZ77b0/?utm_source=news&id=8f7A6c5B4d3E2f1",
            "Quelle: example.org/archiv/2024/05/07/a8F3kLm29QxZ77b0c1D2e3F4g5H6i7J8k9L0m1N2o3",
            "Die Prüfsumme lautet 3f5a9c0de1b27744a0c9d8e7f6b5a4930212ffee9c3a77d1b0c4e5f6a7b8c9d0 und stimmt.",
            "人人生而自由,在尊严和权利上一律平等。他们赋有理性和良心,并应以兄弟关系的精神相对待。",
            "Zverev (GER/2) – Thiem (AUT/5) 6:4 6:7(3) 7:6(5), Struff (GER) – Ruud (NOR/7) 4:6 6:3 7:5",
            "1. Müller; 2. Meier; 3. Schmidt; 4. Schulze; 5. Krause; 6. Lehmann; 7. Vogel; 8. Fuchs; 9. Otto",
            "Die [[Stadt]] [[Köln|Cöln]] liegt am [[Rhein]] und hat {{Zahl|1084831}} Einwohner, so die [[Statistik]].",
            "12 34 45 56 67 78 89 90 11 22 33 44 55 66 77 88 99 00 sind die Zahlen der letzten Woche.",
            "<p>Der Rat hat am <b>Montag</b> beschlossen, die alte Halle am Fluss zu kaufen.</p>",
            "Neeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeein, rief er und ging.",
            "§§ 12, 34 [Abs. 2] (neu) des Gesetzes [BGBl. 2019] gelten [...] weiter, heißt es [in der Fassung von 2020].",
            "Kiel ............................................................................ 12",
            "sechs [in Worten: 6]; sieben [7]; acht [in Worten: 8]; neun [9]; zehn [in Worten: 10] Leute",
            "Müller,Meier,Schmidt,Schulze,Krause,Lehmann,Vogel,Fuchs,Otto,Winter,Sommer,Herbst,Wagner,Becker",
            "Leser*innen/Zuhörer*innen/Zuschauer*innen/Bürger*innen/Anwohner*innen/Mieter*innen",
        ] {
            assert_eq!(passages(text), [Passage::Language(text)]);
        }
        let addresses = "https://www.example.org/a/8f7A6c5B4d3E2f1a8F3kLm29QxZ77b0 ".repeat(200);
        assert_eq!(passages(&addresses), [Passage::Language(addresses.as_str())]);
    }

    #[test]
    fn data_within_a_paragraph_goes_and_its_sentence_stays() {
        let text = format!("Im Anhang steht 2019 {BASE64} {BASE64} 2020 noch etwas.");
        let (kept, left_out) = sifted(&["Ein Satz.", &text]);
        assert_eq!(kept, ["Ein Satz.", "Im Anhang steht 2019 2020 noch etwas."]);
        assert_eq!(left_out, [format!("{BASE64} {BASE64}")]);
    }

    #[test]
    fn armoured_blocks_go_and_signed_messages_stay() {
        let line = &BASE64[..64];
        let text = format!(
            "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nDie Sitzung beginnt um acht.\n\
             -----BEGIN PGP SIGNATURE-----\nVersion: 2\n\n{line}\nabcdefgh\n=aB3d\n-----END PGP SIGNATURE-----\nDanach gibt es Kaffee.\n\
             begin 644 bild.gif\nM1TE&.#EA 0 ! ( \n \nend\nEnde."
        );
        let (kept, left_out) = without_data_lines(&text).unwrap();
        let kept: Vec<&str> = kept.lines().filter(|line| !line.is_empty()).collect();
        assert_eq!(kept, ["Die Sitzung beginnt um acht.", "Danach gibt es Kaffee.", "Ende."]);
        let listed: Vec<&str> = left_out.iter().map(|passage| &passage.text[..10]).collect();
        assert_eq!(listed, ["-----BEGIN", "-----BEGIN", "begin 644 "]);
        let never_ends = format!("-----BEGIN CERTIFICATE-----\n{line}\nabcd==\nDer Rat tagt heute.");
        assert_eq!(without_data_lines(&never_ends).unwrap().0.trim(), "Der Rat tagt heute.");
        assert_eq!(without_data_lines("Der Anfang.\nend\nDas Ende."), None);
    }

    #[test]
    fn every_character_is_read_once() {
        for text in ["a".repeat(840_000), BASE64.repeat(8_000), "aB3=".repeat(200_000), "{x};".repeat(200_000)] {
            let mut count = 0;
            WordShape::read(text.chars().inspect(|_| count += 1));
            assert_eq!(count, text.chars().count());
            let (kept, left_out) = sifted(&["Ein Satz.", &text]);
            assert_eq!((kept.len(), left_out.len()), (1, 1));
        }
        let heads = "-----BEGIN X-----\n".repeat(50_000);
        let (kept, left_out) = without_data_lines(&heads).unwrap();
        assert_eq!((kept.trim(), left_out.len()), ("", 1));
    }
}
