//! What a document states about itself → what can be trusted of it. Programs fill in file names and defaults.

use super::lines::{ends_clause, ends_sentence};
use crate::document::{ParagraphKind, Section};

/// The longest title that nothing but its place marks, in characters.
const MAX_PLAIN_TITLE_CHARACTERS: usize = 110;

/// The longest title in characters.
const MAX_TITLE_CHARACTERS: usize = 250;

/// Endings of file names that programs take for a title.
const FILE_NAME_ENDINGS: &[&str] = &[
    ".ai", ".cdr", ".doc", ".docx", ".dot", ".dotx", ".dvi", ".htm", ".html", ".indd", ".odt", ".pdf", ".pmd", ".ppt",
    ".pptx", ".ps", ".pub", ".qxd", ".qxp", ".rtf", ".tex", ".txt", ".xls", ".xlsx",
];

/// How titles begin that a program made up.
const MADE_UP_OPENINGS: &[&str] = &[
    "microsoft word",
    "microsoft powerpoint",
    "powerpoint-präsentation",
    "powerpoint presentation",
    "about:",
    "http://",
    "https://",
    "file:",
];

/// Titles that a program made up, but for a number after them.
const MADE_UP_TITLES: &[&str] = &[
    "(anonymous)",
    "document",
    "dokument",
    "druck",
    "folie",
    "kein folientitel",
    "layout",
    "ohne titel",
    "print",
    "scan",
    "slide",
    "titel",
    "title",
    "unbekannt",
    "unbenannt",
    "untitled",
    "word document",
    "normal",
];

/// Names of authors that a program made up.
const MADE_UP_AUTHORS: &[&str] = &[
    "(anonymous)",
    "admin",
    "administrator",
    "anonymous",
    "anwender",
    "author",
    "autor",
    "benutzer",
    "besitzer",
    "default",
    "microsoft office user",
    "microsoft office-anwender",
    "none",
    "office",
    "owner",
    "pc",
    "python-docx",
    "root",
    "unbekannt",
    "unknown",
    "user",
];

/// True if a person wrote `title`.
pub(super) fn is_title(title: &str) -> bool {
    let lower_title = title.to_lowercase();
    let is_one_word = !title.contains(' ');
    let is_file = FILE_NAME_ENDINGS.iter().any(|file_ending| lower_title.ends_with(file_ending))
        || is_one_word && title.contains(|character: char| "_/\\".contains(character) || character.is_ascii_digit());
    let title_without_number =
        lower_title.trim_end_matches(|character: char| character.is_ascii_digit() || character == ' ');
    let is_made_up = MADE_UP_OPENINGS.iter().any(|opening| lower_title.starts_with(opening))
        || MADE_UP_TITLES.contains(&title_without_number);
    let letter_count = title.chars().filter(|character| character.is_alphabetic()).count();
    !is_file
        && !is_made_up
        && letter_count >= 3
        && title.chars().count() <= MAX_TITLE_CHARACTERS
        && !title.contains('\u{fffd}')
}

/// True if `author` is a name.
pub(super) fn is_author(author: &str) -> bool {
    let lower_author = author.to_lowercase();
    let letter_count = author.chars().filter(|character| character.is_alphabetic()).count();
    // A name in one word of small letters is that of an account.
    let is_account = !author.contains(' ')
        && (author == lower_author || author.contains(|character: char| character.is_ascii_digit()));
    !MADE_UP_AUTHORS.contains(&lower_author.as_str())
        && letter_count >= 3
        && !is_account
        && author.chars().count() <= 200
}

/// True if both say the same, whatever their case and punctuation.
pub(super) fn is_same(stated_text: &str, shown_text: &str) -> bool {
    let letters = |text: &str| {
        text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>()
    };
    letters(stated_text) == letters(shown_text)
}

/// Takes the first of `sections` if it looks like a title: short, no sentence, and followed by more.
pub(super) fn take_plain_title(sections: &mut Vec<Section>) -> Option<String> {
    let [first_section, second_section, ..] = sections.as_slice() else { return None };
    let first_text = first_section.text.trim();
    let is_title = matches!(first_section.kind, ParagraphKind::Body | ParagraphKind::Heading)
        && (first_section.kind == ParagraphKind::Heading || first_text.chars().count() <= MAX_PLAIN_TITLE_CHARACTERS)
        && !ends_clause(first_text)
        && (!ends_sentence(first_text) || first_text.ends_with(['?', '!']))
        && (first_section.kind == ParagraphKind::Heading
            || second_section.text.len() > first_text.len()
            || ends_sentence(&second_section.text));
    is_title.then(|| sections.remove(0).text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_that_programs_make_up_are_not_taken() {
        for (title, is_taken) in [
            ("Der Rat kauft die Halle", true),
            ("Haushalt 2024", true),
            ("Rathaus", true),
            ("Dokumente der Zeit", true),
            ("Microsoft Word - Brief.doc", false),
            ("Bericht_final.docx", false),
            ("Bericht der Kommission.pdf", false),
            ("bericht_final_2", false),
            ("A12345", false),
            ("Unbenannt", false),
            ("Dokument1", false),
            ("Layout 1", false),
            ("https://example.org/a", false),
            ("12", false),
            ("", false),
        ] {
            assert_eq!(is_title(title), is_taken, "{title}");
        }
        for (author, is_taken) in [
            ("Jana Ohm", true),
            ("Stadt Ulm", true),
            ("Redaktion", true),
            ("johm", false),
            ("Admin", false),
            ("User", false),
            ("x1", false),
        ] {
            assert_eq!(is_author(author), is_taken, "{author}");
        }
    }
}
