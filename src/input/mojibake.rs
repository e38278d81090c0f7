//! UTF-8 that was once read as Windows-1252 → the text that was meant: `MÃ¼nchen` → `München`.

use std::borrow::Cow;

use encoding_rs::WINDOWS_1252;

/// First characters of such sequences. German has none of them, save in foreign names.
const LEADS: [char; 4] = ['Ã', 'Â', 'â', 'Å'];

/// `text` with its damaged lines repaired, and the first of them as it was. A line is damaged if it holds one of those
/// characters and its bytes in Windows-1252 are valid UTF-8, which they hardly ever are by chance.
pub(super) fn repair(text: &str) -> (Cow<'_, str>, Option<String>) {
    if !text.contains(LEADS) {
        return (Cow::Borrowed(text), None);
    }
    let mut repaired = String::with_capacity(text.len());
    let mut first_damaged = None;
    for line in text.split_inclusive('\n') {
        match meant(line) {
            Some(line_meant) => {
                first_damaged.get_or_insert_with(|| line.trim().to_owned());
                repaired.push_str(&line_meant);
            }
            None => repaired.push_str(line),
        }
    }
    if first_damaged.is_some() { (Cow::Owned(repaired), first_damaged) } else { (Cow::Borrowed(text), None) }
}

/// What a damaged `line` was meant to be.
fn meant(line: &str) -> Option<String> {
    if !line.contains(LEADS) {
        return None;
    }
    let (bytes, _, is_unmappable) = WINDOWS_1252.encode(line);
    if is_unmappable { None } else { String::from_utf8(bytes.into_owned()).ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_line_is_repaired_and_others_stay() {
        for (text, meant) in [
            ("Stadtwerke in MÃ¼nchen", "Stadtwerke in München"),
            ("â€žSo ist esâ€œ, sagte er â€“ und ging.", "„So ist es“, sagte er – und ging."),
            ("Die StraÃŸe\nDie Straße\n", "Die Straße\nDie Straße\n"),
            ("Ãœber Ã–l, 12 â‚¬", "Über Öl, 12 €"),
        ] {
            let (repaired, damaged) = repair(text);
            assert_eq!(repaired, meant);
            assert!(damaged.is_some_and(|line| text.starts_with(&line)), "{text}");
        }
    }

    #[test]
    fn what_is_not_damaged_stays() {
        for text in ["München", "São Paulo", "Château", "Ångström", "Der Âge d’Or", "VIÑA DEL MAR", "Ã", "Ã¼ und ł"]
        {
            assert_eq!(repair(text), (Cow::Borrowed(text), None));
        }
    }
}
