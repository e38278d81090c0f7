//! Paths that the user gave → the files to read, in a fixed order, under the names they are shown by.
//!
//! Paths keep the order they were given in; within a folder files are sorted by the bytes of their shown name, so the
//! file system has no say. Hidden files and folders, folders that this program wrote, and what is not a regular file are
//! passed over; links are followed, and a link that leads back to one of its own parents is not.

use std::collections::{BTreeMap, HashSet};
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::ops::Range;
use std::path::{Component, Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use super::{Error, READERS, parts, reader_for};
use crate::document::Failure;

/// Name of the file that marks a folder as written by this program.
const OUTPUT_MARK: &str = ".depesche";

/// Name under which standard input is shown.
const STDIN: &str = "stdin";

/// Where an article comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A regular file.
    File(PathBuf),
    /// About these bytes of a regular file that is too large to be read at once.
    Part(PathBuf, Range<u64>),
    /// Standard input.
    Stdin,
}

/// An article that can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Where its bytes are.
    pub origin: Origin,
    /// The path as it is shown: `/` between its parts, relative to the folder that was given. No two of a listing are
    /// the same, and none holds a control character.
    pub source: String,
}

impl Found {
    /// The extension in lower case without the dot, empty if the file has none; `None` for standard input.
    pub(super) fn extension(&self) -> Option<String> {
        match &self.origin {
            Origin::File(path) | Origin::Part(path, _) => Some(extension(path)),
            Origin::Stdin => None,
        }
    }
}

/// Files that were passed over because no reader knows their extension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// The extension in lower case, without the dot.
    pub extension: String,
    /// How many files have it.
    pub count: usize,
}

/// What there is to read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// The articles: paths in the order they were given, files of a folder sorted.
    pub files: Vec<Found>,
    /// What was passed over, sorted by extension.
    pub skipped: Vec<Skipped>,
    /// Folders and links within the given folders that could not be opened.
    pub failures: Vec<Failure>,
}

/// The articles under `paths`, each a folder, a file, or `-` for standard input.
///
/// A file that was named itself is listed whatever its extension; a folder lists the extensions of
/// [`READERS`](super::READERS).
///
/// # Errors
/// If a path is missing, cannot be opened, is a device or a folder that this program wrote, or if there is no article.
pub fn list(paths: &[PathBuf]) -> Result<Listing, Error> {
    let mut listing = Listing::default();
    let mut skipped = BTreeMap::new();
    let mut seen = HashSet::new();
    let mut names = HashSet::new();
    for root in roots(paths)? {
        let mut found = match &root.kind {
            Kind::Stdin => vec![Found { origin: Origin::Stdin, source: STDIN.to_owned() }],
            Kind::File => vec![Found { origin: Origin::File(root.path.clone()), source: root.label.clone() }],
            Kind::Folder => walk(&root, &mut skipped, &mut listing.failures),
        };
        found.sort_by(|left, right| left.source.cmp(&right.source));
        for mut found in found {
            if let Origin::File(path) = &found.origin
                && !seen.insert(fs::canonicalize(path).unwrap_or_else(|_| path.clone()))
            {
                continue;
            }
            let plain = found.source.clone();
            let mut copy = 2_u32;
            while !names.insert(found.source.clone()) {
                found.source = format!("{plain} ({copy})");
                copy += 1;
            }
            listing.files.extend(in_parts(found));
        }
    }
    listing.failures.sort_by(|left, right| left.source.cmp(&right.source));
    listing.skipped = skipped.into_iter().map(|(extension, count)| Skipped { extension, count }).collect();
    if listing.files.is_empty() && listing.failures.is_empty() {
        return Err(Error::NoArticles { skipped: listing.skipped });
    }
    Ok(listing)
}

/// `found`, or its parts if it is plain text too large to be read at once. They are named `a (part 02 of 12).txt`.
fn in_parts(found: Found) -> Vec<Found> {
    let Origin::File(path) = &found.origin else { return vec![found] };
    let is_plain = reader_for(&extension(path)).is_none_or(|reader| reader.name == READERS[0].name);
    // A file that cannot be read is a failure when its turn comes.
    let ranges = if is_plain { parts::ranges(path).ok().flatten() } else { None };
    let Some(ranges) = ranges else { return vec![found] };
    let count = ranges.len();
    let width = count.to_string().len();
    let (name, ending) = match found.source.rfind('.') {
        Some(dot) if !found.source[dot..].contains('/') => found.source.split_at(dot),
        _ => (found.source.as_str(), ""),
    };
    let part = |(index, range): (usize, Range<u64>)| Found {
        origin: Origin::Part(path.clone(), range),
        source: format!("{name} (part {:0width$} of {count}){ending}", index + 1),
    };
    ranges.into_iter().enumerate().map(part).collect()
}

/// ` (passed over: 3 .pdf, 1 .docx)`, or nothing.
pub(super) fn skipped_phrase(skipped: &[Skipped]) -> String {
    if skipped.is_empty() {
        return String::new();
    }
    let counts: Vec<_> = skipped.iter().map(|skipped| format!("{} .{}", skipped.count, skipped.extension)).collect();
    format!(" (passed over: {})", counts.join(", "))
}

enum Kind {
    Stdin,
    File,
    Folder,
}

/// A path that was given.
struct Root {
    path: PathBuf,
    kind: Kind,
    /// What the sources under it begin with; empty for the only folder that was given.
    label: String,
}

fn roots(paths: &[PathBuf]) -> Result<Vec<Root>, Error> {
    let mut roots = Vec::new();
    let mut given = HashSet::new();
    for path in paths {
        if path.as_os_str() == "-" {
            if given.insert(path.clone()) {
                roots.push(Root { path: path.clone(), kind: Kind::Stdin, label: STDIN.to_owned() });
            }
            continue;
        }
        let open = |cause: io::Error| match cause.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Error::Missing { path: path.clone() },
            _ => Error::Open { path: path.clone(), cause },
        };
        let metadata = fs::metadata(path).map_err(open)?;
        let kind = if metadata.is_dir() {
            fs::read_dir(path).map_err(open)?;
            if is_own_output(path) {
                return Err(Error::OwnOutput { path: path.clone() });
            }
            Kind::Folder
        } else if metadata.is_file() {
            Kind::File
        } else {
            return Err(Error::NotAFile { path: path.clone() });
        };
        if given.insert(fs::canonicalize(path).map_err(open)?) {
            roots.push(Root { path: path.clone(), kind, label: String::new() });
        }
    }
    let only = roots.len() == 1;
    if !(only && matches!(roots[0].kind, Kind::Folder)) {
        label(&mut roots);
    }
    Ok(roots)
}

/// Names every root by its last component, and by as many more as it takes to tell it from the others.
fn label(roots: &mut [Root]) {
    let parts: Vec<Vec<String>> = roots.iter().map(|root| named_parts(&root.path)).collect();
    let name = |index: usize, depth: usize| parts[index][parts[index].len().saturating_sub(depth)..].join("/");
    let deepest = parts.iter().map(Vec::len).max().unwrap_or_default();
    let mut depths = vec![1; roots.len()];
    for _ in 1..deepest {
        let names: Vec<_> = depths.iter().enumerate().map(|(index, depth)| name(index, *depth)).collect();
        let mut count = BTreeMap::new();
        names.iter().for_each(|name| *count.entry(name).or_insert(0_usize) += 1);
        for (depth, name) in depths.iter_mut().zip(&names) {
            *depth += usize::from(count[name] > 1);
        }
    }
    for (index, root) in roots.iter_mut().enumerate() {
        if !matches!(root.kind, Kind::Stdin) {
            root.label = name(index, depths[index]);
        }
    }
}

/// The components of `path` as they are shown. A path that ends in `..` or has no name of its own is named by what it
/// stands for.
fn named_parts(path: &Path) -> Vec<String> {
    let whole = match path.file_name() {
        Some(_) => std::path::absolute(path),
        None => fs::canonicalize(path),
    };
    let whole = whole.unwrap_or_else(|_| path.to_owned());
    whole
        .components()
        .filter_map(|component| match component {
            Component::Normal(part) => Some(shown(part)),
            _ => None,
        })
        .collect()
}

/// The readable files under `root`.
fn walk(root: &Root, skipped: &mut BTreeMap<String, usize>, failures: &mut Vec<Failure>) -> Vec<Found> {
    let mut found = Vec::new();
    let entries = WalkDir::new(&root.path).follow_links(true).sort_by_file_name().into_iter();
    for entry in entries.filter_entry(|entry| entry.depth() == 0 || is_wanted(entry)) {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                // A link back to one of its parents leads to nothing that is not listed already.
                if error.loop_ancestor().is_none() {
                    let place = error.path().map_or_else(|| root.label.clone(), |path| source(root, path));
                    let cause = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
                    failures.push(Failure {
                        error: format!("cannot open {place}: {cause}"),
                        source: place,
                        hint: Some("check that you may read it, and that a link leads somewhere".into()),
                    });
                }
                continue;
            }
        };
        if !entry.file_type().is_file() {
            continue;
        }
        let extension = extension(entry.path());
        if reader_for(&extension).is_some() {
            let source = source(root, entry.path());
            found.push(Found { origin: Origin::File(entry.into_path()), source });
        } else {
            *skipped.entry(extension).or_default() += 1;
        }
    }
    found
}

fn is_wanted(entry: &DirEntry) -> bool {
    let hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
    let own = entry.file_type().is_dir() && is_own_output(entry.path());
    !hidden && !own
}

fn is_own_output(folder: &Path) -> bool {
    folder.join(OUTPUT_MARK).symlink_metadata().is_ok()
}

fn extension(path: &Path) -> String {
    path.extension().map(|extension| shown(extension).to_lowercase()).unwrap_or_default()
}

/// `path` as it is shown: relative to `root`, after the root's label.
fn source(root: &Root, path: &Path) -> String {
    let relative = path.strip_prefix(&root.path).unwrap_or(path);
    let label = (!root.label.is_empty()).then(|| root.label.clone());
    let parts = relative.components().map(|component| shown(component.as_os_str()));
    label.into_iter().chain(parts).collect::<Vec<_>>().join("/")
}

/// `name` with control and direction characters, and bytes that are not Unicode, written as escapes: a name must not be
/// able to move the cursor or start a line of its own.
fn shown(name: &OsStr) -> String {
    let mut shown = String::new();
    for chunk in name.as_encoded_bytes().utf8_chunks() {
        for character in chunk.valid().chars() {
            let turns =
                matches!(character, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
            if character.is_control() || turns {
                shown.extend(character.escape_default());
            } else {
                shown.push(character);
            }
        }
        for byte in chunk.invalid() {
            shown.push_str(&format!("\\x{byte:02x}"));
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Tree(tempfile::TempDir);

    impl Tree {
        fn new(files: &[&str]) -> Self {
            let tree = Self(tempfile::tempdir().unwrap());
            files.iter().for_each(|file| tree.write(file));
            tree
        }

        fn write(&self, file: &str) {
            let path = self.path(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "Text.").unwrap();
        }

        fn path(&self, relative: &str) -> PathBuf {
            if relative.is_empty() { self.0.path().to_owned() } else { self.0.path().join(relative) }
        }

        fn list(&self, paths: &[&str]) -> Result<Listing, Error> {
            list(&paths.iter().map(|path| self.path(path)).collect::<Vec<_>>())
        }

        fn sources(&self, paths: &[&str]) -> Vec<String> {
            self.list(paths).unwrap().files.into_iter().map(|found| found.source).collect()
        }
    }

    #[test]
    fn a_folder_is_sorted_by_the_bytes_of_what_is_shown() {
        let tree = Tree::new(&["b.txt", "a/z.md", "a.txt", "a/B.html", "Ä.txt", "Z.TXT", "liesmich"]);
        assert_eq!(tree.sources(&[""]), ["Z.TXT", "a.txt", "a/B.html", "a/z.md", "b.txt", "liesmich", "Ä.txt"]);
    }

    #[test]
    fn several_paths_keep_their_order_and_say_where_they_come_from() {
        let tree = Tree::new(&["x/kultur/b.txt", "x/kultur/a.txt", "y/kultur/a.txt", "z/c.log", "z/a.txt"]);
        assert_eq!(tree.sources(&["z/c.log", "x/kultur"]), ["c.log", "kultur/a.txt", "kultur/b.txt"]);
        assert_eq!(tree.sources(&["y/kultur", "x/kultur"]), ["y/kultur/a.txt", "x/kultur/a.txt", "x/kultur/b.txt"]);
        assert_eq!(tree.sources(&["z/a.txt", "y/kultur/a.txt"]), ["z/a.txt", "kultur/a.txt"]);
        assert_eq!(tree.sources(&["z/a.txt"]), ["a.txt"]);
        assert_eq!(tree.sources(&["x/kultur/../../z"]), ["a.txt"]);
    }

    #[test]
    fn a_file_is_listed_once_however_often_it_is_named() {
        let tree = Tree::new(&["a/eins.txt", "a/zwei.txt"]);
        assert_eq!(tree.sources(&["a/zwei.txt", "a", "a/../a", "a/eins.txt"]), ["zwei.txt", "a/eins.txt"]);
    }

    #[test]
    fn two_files_never_have_the_same_shown_name() {
        let tree = Tree::new(&["a/b.txt", "n/a/b.txt", "o/b.txt"]);
        assert_eq!(tree.sources(&["a", "n/a/b.txt", "o/b.txt"]), ["a/b.txt", "a/b.txt (2)", "o/b.txt"]);
    }

    #[test]
    fn hidden_files_and_our_own_output_are_passed_over() {
        let tree = Tree::new(&["a.txt", ".b.txt", ".git/c.txt", "briefing/.depesche", "briefing/a.html"]);
        assert_eq!(tree.sources(&[""]), ["a.txt"]);
        let error = tree.list(&["briefing"]).unwrap_err();
        assert!(matches!(error, Error::OwnOutput { .. }) && error.hint().is_some());
    }

    #[test]
    fn unknown_extensions_are_counted() {
        let tree = Tree::new(&["a.txt", "b.PDF", "c.pdf", "d/e.docx"]);
        let skipped = tree.list(&[""]).unwrap().skipped;
        let skipped: Vec<_> = skipped.iter().map(|skipped| (skipped.extension.as_str(), skipped.count)).collect();
        assert_eq!(skipped, [("docx", 1), ("pdf", 2)]);
        let tree = Tree::new(&["b.pdf"]);
        let error = tree.list(&[""]).unwrap_err();
        assert_eq!(error.to_string(), "no articles found (passed over: 1 .pdf)");
    }

    #[test]
    fn what_is_missing_is_an_error() {
        let tree = Tree::new(&["a.txt"]);
        for path in ["b.txt", "a.txt/b.txt", "c/d"] {
            assert!(matches!(tree.list(&["a.txt", path]), Err(Error::Missing { .. })), "{path}");
        }
        assert!(matches!(list(&[]), Err(Error::NoArticles { .. })));
    }

    #[test]
    fn standard_input_is_listed_once() {
        let listing = list(&["-".into(), "-".into()]).unwrap();
        assert_eq!(listing.files, [Found { origin: Origin::Stdin, source: "stdin".into() }]);
    }

    #[test]
    fn names_cannot_break_a_line_or_turn_it_around() {
        assert_eq!(shown(OsStr::new("a\nb\u{1b}[31m\u{202e}ä.txt")), "a\\nb\\u{1b}[31m\\u{202e}ä.txt");
    }

    #[cfg(unix)]
    mod on_unix {
        use std::os::unix::ffi::OsStrExt;
        use std::os::unix::fs::symlink;
        use std::os::unix::net::UnixListener;

        use super::*;

        #[test]
        fn links_are_followed_and_loops_survived() {
            let tree = Tree::new(&["a/eins.txt", "anderswo/zwei.txt"]);
            symlink(tree.path("a"), tree.path("a/schleife")).unwrap();
            symlink(tree.path("anderswo"), tree.path("a/verweis")).unwrap();
            symlink(tree.path("a/eins.txt"), tree.path("a/nochmals.txt")).unwrap();
            let listing = tree.list(&["a"]).unwrap();
            let sources: Vec<_> = listing.files.iter().map(|found| found.source.as_str()).collect();
            assert_eq!(sources, ["eins.txt", "verweis/zwei.txt"]);
            assert!(listing.failures.is_empty());
        }

        #[test]
        fn a_link_that_leads_nowhere_is_a_failure_and_no_end() {
            let tree = Tree::new(&["a/eins.txt"]);
            symlink(tree.path("weg"), tree.path("a/verweis.txt")).unwrap();
            let listing = tree.list(&["a"]).unwrap();
            assert_eq!(listing.files.len(), 1);
            assert_eq!(listing.failures[0].source, "verweis.txt");
        }

        #[test]
        fn a_name_that_is_not_unicode_is_escaped_and_read() {
            let tree = Tree::new(&[]);
            tree.write("b.txt");
            if fs::write(tree.path("").join(OsStr::from_bytes(b"M\xfcnchen.txt")), "Text.").is_ok() {
                assert_eq!(tree.sources(&[""]), ["M\\xfcnchen.txt", "b.txt"]);
            }
        }

        #[test]
        fn only_regular_files_are_read() {
            let tree = Tree::new(&["a.txt"]);
            let _socket = UnixListener::bind(tree.path("b.txt")).unwrap();
            assert_eq!(tree.sources(&[""]), ["a.txt"]);
            assert!(matches!(tree.list(&["b.txt"]), Err(Error::NotAFile { .. })));
        }
    }
}
