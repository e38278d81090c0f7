//! Source paths → page names: relative paths without extension, one for each article.
//!
//! Promises: no two pages are the same file, even where the file system ignores case or Unicode normalisation; no page
//! leaves the folder, is hidden, or has a name that Windows, macOS or Linux rejects; no page replaces a briefing or the
//! report; no folder has the name of a file. Names depend on the list of sources alone.

use std::collections::{BTreeSet, HashMap, HashSet};

use unicode_normalization::UnicodeNormalization;

use super::formats::OUTPUT_FORMATS;
use super::report::REPORT;

/// Longest component of a page name in bytes. File systems allow 255, which must leave room for an extension, a number
/// and the suffix of a temporary file.
const LONGEST_PART: usize = 160;

/// Longest page name in bytes. The limit of macOS for a whole path is 1,024.
const LONGEST_PAGE: usize = 640;

/// Longest extension of a source, in bytes. A longer suffix is part of the name.
const LONGEST_EXTENSION: usize = 8;

/// Device names of Windows, which stand for the device in every folder and with every extension.
const NAMES_RESERVED_BY_WINDOWS: [&str; 22] = [
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "lpt1", "lpt2",
    "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

/// A page name for each of `sources`.
///
/// The name is the source path without its extension. If another article or a briefing has the same name, the extension
/// stays (`hafen.txt`); if that is taken too, a number follows (`hafen.txt-2`).
pub(super) fn pages(sources: &[String]) -> Vec<String> {
    let bare: Vec<String> = sources.iter().map(|source| sanitised(without_extension(source))).collect();
    let keys: Vec<String> = bare.iter().map(|name| folded(name)).collect();
    let mut uses: HashMap<&str, usize> = HashMap::new();
    for key in reserved().into_iter().chain(keys.iter().map(String::as_str)) {
        *uses.entry(key).or_default() += 1;
    }
    let unique = |index: usize| uses.get(keys[index].as_str()) == Some(&1);

    // Unique names are taken first, so that they never depend on the others.
    let mut taken: HashSet<String> = reserved().into_iter().map(String::from).collect();
    taken.extend((0..sources.len()).filter(|index| unique(*index)).map(|index| keys[index].clone()));
    let mut numbers: HashMap<String, usize> = HashMap::new();
    let mut pages = Vec::with_capacity(sources.len());
    for (index, (source, bare)) in sources.iter().zip(bare).enumerate() {
        if unique(index) {
            pages.push(bare);
            continue;
        }
        let name = sanitised(source);
        let number = numbers.entry(folded(&name)).or_insert(1);
        let mut page = name.clone();
        while !taken.insert(folded(&page)) {
            *number += 1;
            page = format!("{name}-{number}");
        }
        pages.push(page);
    }
    pages
}

/// Names at the top of the folder that pages may not take: those of the briefings and the report.
fn reserved() -> BTreeSet<&'static str> {
    let files = OUTPUT_FORMATS.iter().map(|format| format.briefing_file).chain([REPORT]);
    files.map(|file| file.split_once('.').map_or(file, |(stem, _)| stem)).collect()
}

/// `source` without its extension, if it has one: a dot and a few ASCII letters or digits at the end of a longer name.
/// `Rede vom 3. Mai` has none.
fn without_extension(source: &str) -> &str {
    match source.rsplit_once('.') {
        Some((stem, extension))
            if !stem.is_empty()
                && !stem.ends_with(['/', '.'])
                && (1..=LONGEST_EXTENSION).contains(&extension.len())
                && extension.bytes().all(|byte| byte.is_ascii_alphanumeric()) =>
        {
            stem
        }
        _ => source,
    }
}

/// Key of a name: equal for names that some file system takes for the same.
fn folded(name: &str) -> String {
    // Upper case first, because that turns ß into ss.
    name.nfd().collect::<String>().to_uppercase().to_lowercase()
}

/// `path` as a relative path that every file system accepts.
fn sanitised(path: &str) -> String {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    let Some((last, folders)) = parts.split_last() else { return "article".into() };
    let mut name = String::new();
    for folder in folders {
        name.push_str(&part(folder, true));
        name.push('/');
    }
    name.push_str(&part(last, false));
    if name.len() > LONGEST_PAGE {
        name = format!("{}/{}", digest(&name), part(last, false));
    }
    name
}

/// One component of a path, with everything replaced that some file system rejects.
fn part(text: &str, is_folder: bool) -> String {
    let mut name: String = text.nfc().map(|character| if is_harmless(character) { character } else { '_' }).collect();
    // Windows drops trailing dots and spaces, so `a.` would become `a`.
    name.truncate(name.trim_end_matches(['.', ' ']).len());
    let stem = name.split('.').next().unwrap_or_default().trim_end();
    // A leading dot hides the file; many commands take a leading dash for an option.
    if name.is_empty()
        || name.starts_with(['.', '-', ' '])
        || NAMES_RESERVED_BY_WINDOWS.contains(&stem.to_lowercase().as_str())
    {
        name.insert(0, '_');
    }
    // A folder `a.html` would collide with the page of an article `a`.
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_lowercase());
    if is_folder && OUTPUT_FORMATS.iter().any(|format| extension.as_deref() == Some(format.extension)) {
        name.push('_');
    }
    if name.len() > LONGEST_PART {
        let digest = digest(&name);
        let end = (0..=LONGEST_PART - digest.len() - 1).rev().find(|end| name.is_char_boundary(*end));
        name = format!("{}-{digest}", &name[..end.unwrap_or(0)]);
    }
    name
}

/// False for characters that some system forbids in file names, and for invisible ones that disguise a name.
fn is_harmless(character: char) -> bool {
    let is_invisible = matches!(
        character,
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fffd}'
    );
    !character.is_control()
        && !is_invisible
        && !matches!(character, '<' | '>' | ':' | '"' | '\\' | '|' | '?' | '*' | '/')
}

/// FNV-1a hash of `text` in eight hexadecimal digits. Tells shortened names apart; not for security.
fn digest(text: &str) -> String {
    let hash = text.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    format!("{hash:08x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages_of(sources: &[&str]) -> Vec<String> {
        pages(&sources.iter().map(ToString::to_string).collect::<Vec<_>>())
    }

    #[test]
    fn pages_mirror_their_sources_and_are_told_apart() {
        let cases: &[(&[&str], &[&str])] = &[
            (&["hafen.txt", "politik/haushalt.md"], &["hafen", "politik/haushalt"]),
            (&["hafen.txt", "hafen.md", "see.md"], &["hafen.txt", "hafen.md", "see"]),
            (&["Hafen.txt", "hafen.txt"], &["Hafen.txt", "hafen.txt-2"]),
            (&["straße.txt", "STRASSE.md"], &["straße.txt", "STRASSE.md"]),
            (&["Mu\u{308}nchen.txt", "München.md"], &["München.txt", "München.md"]),
            (&["hafen.txt", "hafen.md", "hafen.txt.html"], &["hafen.txt-2", "hafen.md", "hafen.txt"]),
            (&["briefing.txt", "INDEX.html", "a/index.html"], &["briefing.txt", "INDEX.html", "a/index"]),
            (&["report"], &["report-2"]),
            (&["Rede vom 3. Mai", "v1.2"], &["Rede vom 3. Mai", "v1"]),
            (&["a", "a", "a"], &["a", "a-2", "a-3"]),
        ];
        for (sources, expected) in cases {
            assert_eq!(pages_of(sources), *expected, "{sources:?}");
        }
    }

    #[test]
    fn no_page_leaves_the_folder_or_has_a_forbidden_name() {
        for (source, expected) in [
            ("../../etc/passwd", "_/_/etc/passwd"),
            ("/etc/cron.d/job.txt", "etc/cron.d/job"),
            ("C:\\Users\\a.txt", "C__Users_a"),
            ("C:/a.txt", "C_/a"),
            ("./a//b/./c.md", "a/b/c"),
            ("a/../b.txt", "a/_/b"),
            ("nul.txt", "_nul"),
            ("Aux/com1.log.txt", "_Aux/_com1.log"),
            ("punkt./ende .txt", "punkt/ende"),
            ("a\0b\nc\u{202e}.txt", "a_b_c_"),
            (".depesche", "_.depesche"),
            ("-", "_-"),
            ("", "article"),
            ("..", "_"),
            ("site.html/a.txt", "site.html_/a"),
            ("briefing.md/a.txt", "briefing.md_/a"),
        ] {
            assert_eq!(pages_of(&[source]), [expected], "{source:?}");
        }
    }

    #[test]
    fn long_names_are_shortened_and_stay_apart() {
        let long = "ä".repeat(200);
        let (one, two) = (format!("{long}1.txt"), format!("{long}2.txt"));
        let deep = format!("{}/a.txt", vec!["ordner"; 300].join("/"));
        let pages = pages_of(&[&one, &two, &deep]);
        assert_ne!(pages[0], pages[1]);
        for page in &pages {
            assert!(page.len() <= LONGEST_PAGE && page.split('/').all(|part| part.len() <= LONGEST_PART), "{page}");
        }
        assert!(pages[2].ends_with("/a"), "{}", pages[2]);
    }

    #[test]
    fn ten_thousand_articles_of_one_name_are_numbered_in_no_time() {
        let pages = pages_of(&vec!["a/b.txt"; 10_000]);
        assert_eq!(pages.iter().collect::<HashSet<_>>().len(), pages.len());
        assert_eq!(pages[9_999], "a/b.txt-10000");
    }
}
