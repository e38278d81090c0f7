//! Paths that the user gave → the articles to read, in a fixed order, under the names they are shown by.
//!
//! Paths keep the order they were given in. Within a folder, files are sorted by the bytes of their shown name, whatever
//! the file system's order. Hidden files and folders, folders that this program wrote, and anything that is not a regular
//! file are passed over. Symlinks are followed, except cycles.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use walkdir::{DirEntry, WalkDir};

use super::error::Error;
use super::listing::{
    Found, ListedArticle, Listing, Origin, Part, Skipped, SkippedRecords, TranslatedFile, extension, shown,
};
use super::read_options::ReadOptions;
use super::readers;
use super::source::Source;
use super::translated::is_translated;
use crate::document::Failure;

/// Name of the file that marks a folder as written by this program.
const OUTPUT_MARK: &str = ".depesche";

/// Name under which standard input is shown.
const STDIN: &str = "stdin";

/// The longest identifier of an article within its file that is shown, in characters.
const MAX_ID_CHARACTERS: usize = 80;

/// How many packed files within each other are opened.
pub(super) const MAX_PACKED_DEPTH: usize = 3;

/// Lists the articles under `paths`, each a folder, a file, or `-` for standard input.
///
/// A file that was named itself is listed whatever its extension. Of a folder, files with the extensions in
/// [`INPUT_FORMATS`](super::INPUT_FORMATS) are listed, but those with an extension that other kinds of files share only if
/// their first bytes are recognised.
///
/// # Errors
/// If a path is missing, cannot be opened, is a device or a folder that this program wrote, or if there is no article.
pub fn list(paths: &[PathBuf], options: &ReadOptions) -> Result<Listing, Error> {
    let mut listing = Listing::default();
    let mut skipped = BTreeMap::new();
    let mut seen_files = HashSet::new();
    let mut names = HashMap::new();
    for root in roots(paths)? {
        let mut files = match &root.kind {
            RootKind::Stdin => vec![ListedArticle { origin: Origin::Stdin, source: STDIN.to_owned() }],
            RootKind::File => {
                vec![ListedArticle { origin: Origin::File(root.path.clone()), source: root.label.clone() }]
            }
            RootKind::Folder => walk(&root, options, &mut skipped, &mut listing.failures),
        };
        files.sort_by(|left, right| left.source.cmp(&right.source));
        for file in files {
            if let Origin::File(path) = &file.origin
                && !seen_files.insert(fs::canonicalize(path).unwrap_or_else(|_| path.clone()))
            {
                continue;
            }
            match &file.origin {
                Origin::File(path) if is_translated(path, &extension(path)) => {
                    listing.translated.push(TranslatedFile { path: path.clone(), source: file.source });
                }
                _ => add_articles(file, options, &mut names, &mut listing),
            }
        }
    }
    listing.failures.sort_by(|left, right| left.source.cmp(&right.source));
    listing.skipped = skipped.into_values().collect();
    if listing.articles.is_empty() && listing.translated.is_empty() && listing.failures.is_empty() {
        return Err(Error::NoArticles { skipped: listing.skipped });
    }
    Ok(listing)
}

/// Adds the articles in `file` to the listing under names that are not among `names` yet: itself, or one for each part
/// that its reader splits it into, as `a (part 02 of 12).txt`.
fn add_articles(file: ListedArticle, options: &ReadOptions, names: &mut HashMap<String, u32>, listing: &mut Listing) {
    let mut has_parts = false;
    let mut split = Ok(());
    if let Origin::File(path) = &file.origin {
        let shared_path: Arc<Path> = Arc::from(path.as_path());
        let mut add_part = |part: Part| {
            has_parts = true;
            let source = unique_name(part_name(&file.source, &part.id), names);
            listing.articles.push(ListedArticle { origin: Origin::Part(Arc::clone(&shared_path), part), source });
        };
        split = Source::open(&file.origin, options).and_then(|mut source| {
            let split = split_source(&mut source, &extension(path), 0, &mut add_part);
            let skipped = source.skipped_records.into_iter();
            let of_file = |(reason, count)| SkippedRecords { source: file.source.clone(), reason, count };
            listing.skipped_records.extend(skipped.map(of_file));
            split
        });
    }
    if !has_parts {
        // If the file could not be split, it fails when it is read, with the same error.
        let source = unique_name(file.source, names);
        listing.articles.push(ListedArticle { source, ..file });
    } else if let Err(cause) = split {
        listing.failures.push(Failure {
            error: format!("cannot read the rest of {}: {cause}", file.source),
            source: file.source,
            hint: None,
        });
    }
}

/// Passes the articles in `source` to `add_part`, if its format holds several. So it does for those in the files that are
/// packed in it, to a depth of [`MAX_PACKED_DEPTH`].
fn split_source(source: &mut Source, extension: &str, depth: usize, add_part: &mut dyn FnMut(Part)) -> io::Result<()> {
    let beginning = source.beginning()?;
    let Some(split) = readers::format_of_file(Some(extension), &beginning).split else { return Ok(()) };
    let options = source.options.clone();
    split(source, &mut |found| match found {
        Found::Article(part) => add_part(part),
        Found::File(part, file) => {
            let packed_extension = file.extension();
            let is_known = !packed_extension.is_empty() && readers::format_for_extension(&packed_extension).is_some();
            if !is_known {
                return;
            }
            let mut has_parts = false;
            let mut add_inner = |inner: Part| {
                has_parts = true;
                let id = format!("{}, {}", part.id, inner.id);
                add_part(Part { id, inner: Some(Box::new(inner)), ..part.clone() });
            };
            if depth < MAX_PACKED_DEPTH {
                let mut packed = Source { options: options.clone(), ..Source::from_bytes(file.bytes) };
                // If it could not be split, it fails when it is read, with the same error.
                drop(split_source(&mut packed, &packed_extension, depth + 1, &mut add_inner));
            }
            if !has_parts {
                add_part(part);
            }
        }
    })
}

/// The shown name of the article called `id` in the file shown as `file`: `a (part 02 of 12).txt`. Without an identifier it is
/// that of the file.
fn part_name(file: &str, id: &str) -> String {
    if id.is_empty() {
        return file.to_owned();
    }
    let address = id.trim_start_matches("https://").trim_start_matches("http://").trim_end_matches('/');
    // The pages of a briefing mirror folders, and an identifier is none.
    let plain = shown(OsStr::new(address)).replace(['/', '\\'], "_");
    let surplus = plain.chars().count().saturating_sub(MAX_ID_CHARACTERS);
    // The end of an address tells more than its beginning.
    let id: String = plain.chars().skip(surplus).collect();
    let ending = extension(Path::new(file));
    let length = if ending.is_empty() { 0 } else { ending.len() + 1 };
    // Letters may take more or fewer bytes in lower case.
    let (stem, ending) = file.split_at_checked(file.len().saturating_sub(length)).unwrap_or((file, ""));
    format!("{stem} ({id}){ending}")
}

/// `name`, or `name (2)` and so on if it is taken. `names` holds the taken names, each with the number to try next.
fn unique_name(name: String, names: &mut HashMap<String, u32>) -> String {
    let mut unique = name.clone();
    let mut number = names.get(&name).copied().unwrap_or(2);
    while names.contains_key(&unique) {
        unique = format!("{name} ({number})");
        number += 1;
    }
    names.insert(name, number);
    names.insert(unique.clone(), 2);
    unique
}

enum RootKind {
    Stdin,
    File,
    Folder,
}

/// A path that was given.
struct Root {
    path: PathBuf,
    kind: RootKind,
    /// What the shown names under it begin with; empty for the only folder that was given.
    label: String,
}

fn roots(paths: &[PathBuf]) -> Result<Vec<Root>, Error> {
    let mut roots = Vec::new();
    let mut given = HashSet::new();
    for path in paths {
        if path.as_os_str() == "-" {
            if given.insert(path.clone()) {
                roots.push(Root { path: path.clone(), kind: RootKind::Stdin, label: STDIN.to_owned() });
            }
            continue;
        }
        let cannot_open = |cause: io::Error| match cause.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Error::Missing { path: path.clone() },
            _ => Error::Open { path: path.clone(), cause },
        };
        let metadata = fs::metadata(path).map_err(cannot_open)?;
        let kind = if metadata.is_dir() {
            fs::read_dir(path).map_err(cannot_open)?;
            if is_own_output(path) {
                return Err(Error::OwnOutput { path: path.clone() });
            }
            RootKind::Folder
        } else if metadata.is_file() {
            RootKind::File
        } else {
            return Err(Error::NotAFile { path: path.clone() });
        };
        if given.insert(fs::canonicalize(path).map_err(cannot_open)?) {
            roots.push(Root { path: path.clone(), kind, label: String::new() });
        }
    }
    let is_one_folder = roots.len() == 1 && matches!(roots[0].kind, RootKind::Folder);
    if !is_one_folder {
        label(&mut roots);
    }
    Ok(roots)
}

/// Labels every root with its last component, and with as many more as it takes to tell it from the others.
fn label(roots: &mut [Root]) {
    let components: Vec<Vec<String>> = roots.iter().map(|root| shown_components(&root.path)).collect();
    let last =
        |index: usize, count: usize| components[index][components[index].len().saturating_sub(count)..].join("/");
    let most = components.iter().map(Vec::len).max().unwrap_or_default();
    let mut counts = vec![1; roots.len()];
    for _ in 1..most {
        let labels: Vec<_> = counts.iter().enumerate().map(|(index, count)| last(index, *count)).collect();
        let mut uses = BTreeMap::new();
        labels.iter().for_each(|label| *uses.entry(label).or_insert(0_usize) += 1);
        for (count, label) in counts.iter_mut().zip(&labels) {
            *count += usize::from(uses[label] > 1);
        }
    }
    for (index, root) in roots.iter_mut().enumerate() {
        if !matches!(root.kind, RootKind::Stdin) {
            root.label = last(index, counts[index]);
        }
    }
}

/// The components of `path` as they are shown. A path that ends in `..` or has no name of its own gets the name of the
/// folder it leads to.
fn shown_components(path: &Path) -> Vec<String> {
    let absolute = match path.file_name() {
        Some(_) => std::path::absolute(path),
        None => fs::canonicalize(path),
    };
    absolute
        .unwrap_or_else(|_| path.to_owned())
        .components()
        .filter_map(|component| match component {
            Component::Normal(name) => Some(shown(name)),
            _ => None,
        })
        .collect()
}

/// The readable files under `root`.
fn walk(
    root: &Root,
    options: &ReadOptions,
    skipped: &mut BTreeMap<String, Skipped>,
    failures: &mut Vec<Failure>,
) -> Vec<ListedArticle> {
    let mut files = Vec::new();
    let entries = WalkDir::new(&root.path).follow_links(true).sort_by_file_name().into_iter();
    for visited in entries.filter_entry(|entry| entry.depth() == 0 || is_wanted(entry)) {
        let entry = match visited {
            Ok(entry) => entry,
            Err(error) => {
                // A symlink to one of its own parents leads to nothing that is not listed already.
                if error.loop_ancestor().is_none() {
                    let place = error.path().map_or_else(|| root.label.clone(), |path| shown_path(root, path));
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
        let source = shown_path(root, entry.path());
        let is_read = readers::format_for_extension(&extension).is_some()
            && (!is_of_another_kind(entry.path(), &extension, options) || is_translated(entry.path(), &extension));
        if is_read {
            files.push(ListedArticle { origin: Origin::File(entry.into_path()), source });
        } else {
            let unknown = || Skipped { extension: extension.clone(), count: 0, first: Vec::new() };
            skipped.entry(extension.clone()).or_insert_with(unknown).add(source);
        }
    }
    files
}

/// True if the first bytes of the file at `path` show that it is of no kind that is read. What cannot be opened is said when
/// it is read.
fn is_of_another_kind(path: &Path, extension: &str, options: &ReadOptions) -> bool {
    if !readers::is_shared(extension) {
        return false;
    }
    let opened = Source::open(&Origin::File(path.to_owned()), options);
    opened
        .and_then(|mut source| source.beginning())
        .is_ok_and(|beginning| !readers::is_recognised(extension, &beginning, options))
}

fn is_wanted(entry: &DirEntry) -> bool {
    let is_hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
    let is_own = entry.file_type().is_dir() && is_own_output(entry.path());
    // Hadoop and Spark put an empty file with this name beside what they wrote.
    let is_mark = entry.file_name() == "_SUCCESS" && entry.metadata().is_ok_and(|metadata| metadata.len() == 0);
    !is_hidden && !is_own && !is_mark
}

fn is_own_output(folder: &Path) -> bool {
    folder.join(OUTPUT_MARK).symlink_metadata().is_ok()
}

/// `path` as it is shown: the root's label, then the components below the root.
fn shown_path(root: &Root, path: &Path) -> String {
    let relative = path.strip_prefix(&root.path).unwrap_or(path);
    let label = (!root.label.is_empty()).then(|| root.label.clone());
    let components = relative.components().map(|component| shown(component.as_os_str()));
    label.into_iter().chain(components).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hint::Hint;

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
            list(&paths.iter().map(|path| self.path(path)).collect::<Vec<_>>(), &ReadOptions::default())
        }

        fn sources(&self, paths: &[&str]) -> Vec<String> {
            self.list(paths).unwrap().articles.into_iter().map(|listed| listed.source).collect()
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
    fn a_part_of_a_large_file_never_has_the_name_of_another_file() {
        let tree = Tree::new(&["groß (part 1 of 3).txt", "groß (part 2 of 3).txt"]);
        fs::write(tree.path("groß.txt"), "Die Fähre fährt wieder über den See.\n".repeat(120_000)).unwrap();
        let part = |number: u8| format!("groß (part {number} of 3).txt");
        let copy = |number: u8| format!("groß (part {number} of 3).txt (2)");
        assert_eq!(tree.sources(&[""]), [part(1), part(2), copy(1), copy(2), part(3)]);
        assert_eq!(tree.sources(&["groß.txt", &part(2), &part(1)]), [part(1), part(2), part(3), copy(2), copy(1)]);
    }

    #[test]
    fn names_stay_unique_when_many_are_alike() {
        let mut names = HashMap::new();
        let mut unique = |name: &str| unique_name(name.to_owned(), &mut names);
        let made = ["a", "a", "a (2)", "a (3)", "a"].map(&mut unique);
        assert_eq!(made, ["a", "a (2)", "a (2) (2)", "a (3)", "a (4)"]);
        (0..100_000).for_each(|_| drop(unique("b")));
        assert_eq!(unique("b"), "b (100001)");
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
        let tree = Tree::new(&["a.txt", "b.DOC", "c.doc", "d/e.pptx"]);
        let skipped = tree.list(&[""]).unwrap().skipped;
        let skipped: Vec<_> = skipped.iter().map(|skipped| (skipped.extension.as_str(), skipped.count)).collect();
        assert_eq!(skipped, [("doc", 2), ("pptx", 1)]);
        let tree = Tree::new(&["b.doc"]);
        let error = tree.list(&[""]).unwrap_err();
        assert_eq!(error.to_string(), "no articles found (passed over: 1 .doc: b.doc)");
        assert!(error.hint().unwrap().ends_with("; .doc: save it as DOCX or ODT first"));
    }

    #[test]
    fn what_is_missing_is_an_error() {
        let tree = Tree::new(&["a.txt"]);
        for path in ["b.txt", "a.txt/b.txt", "c/d"] {
            assert!(matches!(tree.list(&["a.txt", path]), Err(Error::Missing { .. })), "{path}");
        }
        assert!(matches!(list(&[], &ReadOptions::default()), Err(Error::NoArticles { .. })));
    }

    #[test]
    fn standard_input_is_listed_once() {
        let listing = list(&["-".into(), "-".into()], &ReadOptions::default()).unwrap();
        assert_eq!(listing.articles, [ListedArticle { origin: Origin::Stdin, source: "stdin".into() }]);
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
            let sources: Vec<_> = listing.articles.iter().map(|listed| listed.source.as_str()).collect();
            assert_eq!(sources, ["eins.txt", "verweis/zwei.txt"]);
            assert!(listing.failures.is_empty());
        }

        #[test]
        fn a_link_that_leads_nowhere_is_a_failure_and_no_end() {
            let tree = Tree::new(&["a/eins.txt"]);
            symlink(tree.path("weg"), tree.path("a/verweis.txt")).unwrap();
            let listing = tree.list(&["a"]).unwrap();
            assert_eq!(listing.articles.len(), 1);
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
