//! Source paths → page names: relative paths without extension, one for each article.
//!
//! Promises: no two pages are the same file, even where the file system ignores case or Unicode normalisation; no page
//! leaves the folder, is hidden, or has a name that Windows, macOS or Linux rejects; no page replaces a briefing or the
//! report; no folder has the name of a file. Names depend on the list of sources and on the names that they had in the last run
//! alone: an article keeps its page whatever comes or goes beside it.

use std::collections::{BTreeSet, HashMap, HashSet};

use unicode_normalization::UnicodeNormalization;

use super::formats::OUTPUT_FORMATS;
use super::report::REPORT;

/// Longest component of a page name in bytes. File systems allow 255, which must leave room for an extension, a number
/// and the suffix of a temporary file.
const LONGEST_PAGE_PART: usize = 160;

/// Longest page name in bytes. The limit of macOS for a whole path is 1,024.
const LONGEST_PAGE_NAME: usize = 640;

/// Longest extension of a source, in bytes. A longer suffix is part of the name.
const LONGEST_SOURCE_EXTENSION: usize = 8;

/// Device names of Windows, which stand for the device in every folder and with every extension.
const NAMES_RESERVED_BY_WINDOWS: [&str; 22] = [
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "lpt1", "lpt2",
    "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

/// A page name for each of `sources`. `former` are sources of the last run with their pages.
///
/// An article of the last run keeps its page. Otherwise the name is the source path without its extension. If another article or a
/// briefing has the same name, the extension stays (`hafen.txt`); if that is taken too, a number follows (`hafen.txt-2`).
pub(super) fn pages<'a>(sources: &[String], former_pages: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<String> {
    let former_pages: HashMap<&str, &str> = former_pages.collect();
    let mut taken_keys: HashSet<String> = names_reserved_for_briefings().into_iter().map(String::from).collect();
    // Names that are kept are taken first, then unique ones, so that they never depend on the others.
    let kept_page = |source: &String| {
        let page_name = former_pages.get(source.as_str()).filter(|page_name| is_page_of(page_name, source))?;
        taken_keys.insert(page_name_key(page_name)).then(|| (*page_name).to_owned())
    };
    let kept_pages: Vec<Option<String>> = sources.iter().map(kept_page).collect();
    let bare_names: Vec<String> = sources.iter().map(|source| harmless_page_name(without_extension(source))).collect();
    let name_keys: Vec<String> = bare_names.iter().map(|page_name| page_name_key(page_name)).collect();
    let mut name_uses: HashMap<&str, usize> = HashMap::new();
    let wanted_keys =
        name_keys.iter().zip(&kept_pages).filter(|(_, kept)| kept.is_none()).map(|(name_key, _)| name_key);
    for name_key in taken_keys.iter().chain(wanted_keys) {
        *name_uses.entry(name_key).or_default() += 1;
    }
    let is_unique_name = |source_index: usize| {
        kept_pages[source_index].is_none() && name_uses.get(name_keys[source_index].as_str()) == Some(&1)
    };
    let unique_names: Vec<bool> = (0..sources.len()).map(is_unique_name).collect();
    taken_keys.extend(name_keys.iter().zip(&unique_names).filter(|(_, unique)| **unique).map(|(key, _)| key.clone()));
    let mut name_numbers: HashMap<String, usize> = HashMap::new();
    let mut page_names = Vec::with_capacity(sources.len());
    for (source_index, ((source, bare_name), kept_page)) in sources.iter().zip(bare_names).zip(kept_pages).enumerate() {
        if let Some(page_name) = kept_page.or_else(|| unique_names[source_index].then_some(bare_name)) {
            page_names.push(page_name);
            continue;
        }
        let page_name = harmless_page_name(source);
        let name_number = name_numbers.entry(page_name_key(&page_name)).or_insert(1);
        let mut numbered_page = page_name.clone();
        while !taken_keys.insert(page_name_key(&numbered_page)) {
            *name_number += 1;
            numbered_page = format!("{page_name}-{name_number}");
        }
        page_names.push(numbered_page);
    }
    page_names
}

/// True if `page` is a name that [`pages`] could give to `source`. A list of pages that someone changed names no other file.
fn is_page_of(page: &str, source: &str) -> bool {
    let name = harmless_page_name(source);
    let number = page.strip_prefix(name.as_str()).and_then(|rest| rest.strip_prefix('-'));
    page == harmless_page_name(without_extension(source))
        || page == name
        || number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Names at the top of the folder that pages may not take: those of the briefings and the report.
fn names_reserved_for_briefings() -> BTreeSet<&'static str> {
    let briefing_files = OUTPUT_FORMATS.iter().map(|format| format.briefing_file).chain([REPORT]);
    briefing_files
        .map(|briefing_file| briefing_file.split_once('.').map_or(briefing_file, |(briefing_stem, _)| briefing_stem))
        .collect()
}

/// `source` without its extension, if it has one: a dot and a few ASCII letters or digits at the end of a longer name.
/// `Rede vom 3. Mai` has none.
fn without_extension(source: &str) -> &str {
    match source.rsplit_once('.') {
        Some((source_stem, source_extension))
            if !source_stem.is_empty()
                && !source_stem.ends_with(['/', '.'])
                && (1..=LONGEST_SOURCE_EXTENSION).contains(&source_extension.len())
                && source_extension.bytes().all(|byte| byte.is_ascii_alphanumeric()) =>
        {
            source_stem
        }
        _ => source,
    }
}

/// Key of a name: equal for names that some file system takes for the same.
pub(super) fn page_name_key(page_name: &str) -> String {
    // Upper case first, because that turns ß into ss.
    page_name.nfd().collect::<String>().to_uppercase().to_lowercase()
}

/// `source_path` as a relative path that every file system accepts.
fn harmless_page_name(source_path: &str) -> String {
    let source_parts: Vec<&str> =
        source_path.split('/').filter(|source_part| !source_part.is_empty() && *source_part != ".").collect();
    let Some((last_part, folder_parts)) = source_parts.split_last() else { return "article".into() };
    let mut page_name = String::new();
    for folder_part in folder_parts {
        page_name.push_str(&harmless_part(folder_part, true));
        page_name.push('/');
    }
    page_name.push_str(&harmless_part(last_part, false));
    if page_name.len() > LONGEST_PAGE_NAME {
        page_name = format!("{}/{}", name_digest(&page_name), harmless_part(last_part, false));
    }
    page_name
}

/// One component of a path, with everything replaced that some file system rejects.
fn harmless_part(source_part: &str, is_folder: bool) -> String {
    let mut part_name: String =
        source_part.nfc().map(|character| if is_harmless_in_names(character) { character } else { '_' }).collect();
    // Windows drops trailing dots and spaces, so `a.` would become `a`.
    part_name.truncate(part_name.trim_end_matches(['.', ' ']).len());
    let name_stem = part_name.split('.').next().unwrap_or_default().trim_end();
    // A leading dot hides the file; many commands take a leading dash for an option.
    if part_name.is_empty()
        || part_name.starts_with(['.', '-', ' '])
        || NAMES_RESERVED_BY_WINDOWS.contains(&name_stem.to_lowercase().as_str())
    {
        part_name.insert(0, '_');
    }
    // A folder `a.html` would collide with the page of an article `a`.
    let name_extension = part_name.rsplit_once('.').map(|(_, name_extension)| name_extension.to_lowercase());
    if is_folder && OUTPUT_FORMATS.iter().any(|format| name_extension.as_deref() == Some(format.extension)) {
        part_name.push('_');
    }
    if part_name.len() > LONGEST_PAGE_PART {
        let part_digest = name_digest(&part_name);
        let cut_end =
            (0..=LONGEST_PAGE_PART - part_digest.len() - 1).rev().find(|cut_end| part_name.is_char_boundary(*cut_end));
        part_name = format!("{}-{part_digest}", &part_name[..cut_end.unwrap_or(0)]);
    }
    part_name
}

/// False for characters that some system forbids in file names, and for invisible ones that disguise a name.
fn is_harmless_in_names(character: char) -> bool {
    let is_invisible = matches!(
        character,
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fffd}'
    );
    !character.is_control()
        && !is_invisible
        && !matches!(character, '<' | '>' | ':' | '"' | '\\' | '|' | '?' | '*' | '/')
}

/// FNV-1a hash of `page_name` in eight hexadecimal digits. Tells shortened names apart; not for security.
fn name_digest(page_name: &str) -> String {
    let name_hash = page_name
        .bytes()
        .fold(0x811c_9dc5_u32, |name_hash, byte| (name_hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    format!("{name_hash:08x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages_of(sources: &[&str]) -> Vec<String> {
        pages_after(sources, &[])
    }

    fn pages_after(sources: &[&str], former: &[(&str, &str)]) -> Vec<String> {
        pages(&sources.iter().map(ToString::to_string).collect::<Vec<_>>(), former.iter().copied())
    }

    #[test]
    fn an_article_keeps_its_page_whatever_comes_and_goes_beside_it() {
        type Case<'a> = (&'a [&'a str], &'a [(&'a str, &'a str)], &'a [&'a str]);
        let cases: &[Case<'_>] = &[
            // Another of the same name comes, and goes.
            (&["hafen.txt", "hafen.md"], &[("hafen.txt", "hafen")], &["hafen", "hafen.md"]),
            (&["hafen.txt"], &[("hafen.txt", "hafen.txt"), ("hafen.md", "hafen.md")], &["hafen.txt"]),
            (&["a", "a.txt"], &[("a.txt", "a.txt-2")], &["a", "a.txt-2"]),
            (&["Hafen.txt", "hafen.txt"], &[("hafen.txt", "hafen")], &["Hafen.txt", "hafen"]),
            (&["hafen.txt", "hafen.md"], &[("alt.txt", "hafen")], &["hafen.txt", "hafen.md"]),
            // A list that was tampered with.
            (&["hafen.txt"], &[("hafen.txt", "../../etc/passwd")], &["hafen"]),
            (&["hafen.txt"], &[("hafen.txt", "hafen.txt-x")], &["hafen"]),
            (&["hafen.txt", "see.txt"], &[("hafen.txt", "see")], &["hafen", "see"]),
            (&["briefing.txt"], &[("briefing.txt", "briefing")], &["briefing.txt"]),
            (&["a.txt", "A.txt"], &[("a.txt", "a"), ("A.txt", "A")], &["a", "A.txt"]),
        ];
        for (sources, former, expected) in cases {
            assert_eq!(pages_after(sources, former), *expected, "{sources:?} {former:?}");
        }
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
            assert!(
                page.len() <= LONGEST_PAGE_NAME && page.split('/').all(|part| part.len() <= LONGEST_PAGE_PART),
                "{page}"
            );
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
