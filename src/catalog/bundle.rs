//! A model of the cache ⇄ one file, for a machine without a network.
//!
//! A bundle is a plain tar archive: first a list of the files with their digests, then the files in the order of the list.
//! Importing believes nothing: names, order, lengths and digests are checked, and no file is seen before all are right.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::Error;
use super::cache::{Layout, Repository, files, is_plain};
use super::digest::{Digest, sha256};
use super::lock::Lock;

const LIST: &str = "depesche-bundle.json";
const FORMAT: u32 = 1;
/// A list longer than this is none.
const LONGEST_LIST: u64 = 1 << 20;

#[derive(Serialize, Deserialize)]
struct List {
    format: u32,
    repository: String,
    revision: String,
    commit: String,
    files: Vec<Listed>,
}

#[derive(Serialize, Deserialize)]
struct Listed {
    name: String,
    size: u64,
    digest: String,
}

/// Writes the snapshot of `commit` to `path`, which is seen whole or not at all.
pub(super) fn export(layout: &Layout<'_>, repository: &Repository, path: &Path) -> Result<(), Error> {
    let commit = layout.commit().unwrap_or_default();
    let mut listed = Vec::new();
    let mut sources = Vec::new();
    for file in files(&layout.snapshot(&commit)) {
        let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        let read = |source| Error::Read { path: file.clone(), source };
        let digest = match layout.digest_of(&file) {
            Some(digest) => {
                let found = digest.of_same_kind(&file).map_err(read)?;
                if found != digest {
                    let (expected, found) = (digest.text().to_owned(), found.text().to_owned());
                    return Err(Error::Checksum { name: repository.id.clone(), file: name, expected, found });
                }
                digest
            }
            None => Digest::Sha256(sha256(&file).map_err(read)?),
        };
        let size = fs::metadata(&file).map_err(read)?.len();
        listed.push(Listed { name, size, digest: digest.text().to_owned() });
        sources.push(file);
    }
    let list = List {
        format: FORMAT,
        repository: repository.id.clone(),
        revision: repository.revision.clone(),
        commit,
        files: listed,
    };
    let mut part = path.as_os_str().to_owned();
    part.push(".incomplete");
    let part = PathBuf::from(part);
    let written = write(&part, &list, &sources).and_then(|()| fs::rename(&part, path));
    written.map_err(|source| {
        let _ = fs::remove_file(&part);
        Error::Write { path: path.to_owned(), source }
    })
}

fn write(part: &Path, list: &List, sources: &[PathBuf]) -> io::Result<()> {
    let mut archive = tar::Builder::new(File::create(part)?);
    // The same model gives the same bytes: no time, no owner.
    let head = |size: u64| {
        let mut head = tar::Header::new_ustar();
        head.set_size(size);
        head.set_mode(0o644);
        head.set_mtime(0);
        head
    };
    let text = serde_json::to_vec_pretty(list)?;
    archive.append_data(&mut head(text.len() as u64), LIST, &text[..])?;
    for (listed, source) in list.files.iter().zip(sources) {
        archive.append_data(&mut head(listed.size), &listed.name, File::open(source)?)?;
    }
    archive.into_inner()?.sync_all()
}

/// Puts the bundle at `path` into `cache`, and returns the name of what it held.
pub(super) fn import(cache: &Path, path: &Path) -> Result<String, Error> {
    let bad = |reason: String| Error::Bundle { path: path.to_owned(), reason };
    let broken = |error: io::Error| bad(error.to_string());
    let file = File::open(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
    let mut archive = tar::Archive::new(file);
    let mut entries = archive.entries().map_err(broken)?;
    let mut next = |wanted: &str| match entries.next() {
        None => Err(bad(format!("it ends before {wanted}"))),
        Some(Err(error)) => Err(bad(error.to_string())),
        Some(Ok(entry)) if entry.path_bytes() == wanted.as_bytes() && entry.header().entry_type().is_file() => {
            Ok(entry)
        }
        Some(Ok(_)) => Err(bad(format!("something else stands in the place of {wanted}"))),
    };
    let mut text = Vec::new();
    next(LIST)?.take(LONGEST_LIST).read_to_end(&mut text).map_err(broken)?;
    let list: List = serde_json::from_slice(&text).map_err(|error| bad(format!("{LIST}: {error}")))?;
    if list.format != FORMAT {
        return Err(bad(format!("its format is {}, this program reads {FORMAT}", list.format)));
    }
    let name = format!("{}@{}", list.repository, list.revision);
    let repository = Repository::named(&name).ok_or_else(|| bad(format!("{name:?} is no repository")))?;
    let commit = matches!(Digest::parse(&list.commit), Some(Digest::Git(_))).then_some(&list.commit);
    let commit = commit.ok_or_else(|| bad(format!("{:?} is no commit", list.commit)))?;
    let layout = Layout::new(cache, &repository);
    let mut links = Vec::new();
    for listed in &list.files {
        let digest = Digest::parse(&listed.digest).filter(|_| is_plain(&listed.name));
        let digest = digest.ok_or_else(|| bad(format!("{:?} is not listed as a file is", listed.name)))?;
        let entry = next(&listed.name)?;
        if entry.size() != listed.size {
            return Err(bad(format!("{} is not as long as listed", listed.name)));
        }
        put(&layout, &digest, entry, path)?;
        links.push((digest, &listed.name));
    }
    for (digest, name) in links {
        layout.link(&digest, commit, name)?;
    }
    layout.note(commit)?;
    Ok(if repository.revision == "main" { repository.id } else { name })
}

/// Makes one blob of an entry, if it is what the list says.
fn put(layout: &Layout<'_>, digest: &Digest, mut entry: impl Read, bundle: &Path) -> Result<(), Error> {
    let _lock = Lock::take(&layout.lock(digest), || ())?;
    let part = layout.part(digest);
    let write = |source| Error::Write { path: part.clone(), source };
    let bad = |reason: String| Error::Bundle { path: bundle.to_owned(), reason };
    if let Some(folder) = part.parent() {
        fs::create_dir_all(folder).map_err(write)?;
    }
    let mut file = File::create(&part).map_err(write)?;
    let mut buffer = vec![0; 1 << 20];
    loop {
        let count = match entry.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) => {
                let _ = fs::remove_file(&part);
                return Err(bad(error.to_string()));
            }
        };
        file.write_all(&buffer[..count]).map_err(write)?;
    }
    file.sync_all().map_err(write)?;
    drop(file);
    let found = digest.of_same_kind(&part).map_err(write)?;
    if found != *digest {
        let _ = fs::remove_file(&part);
        return Err(bad(format!("a file has the digest {} and not {}", found.text(), digest.text())));
    }
    fs::rename(&part, layout.blob(digest)).map_err(write)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::cache::replace;

    const COMMIT: &str = "8be33f00bcaf451dc5ed05fdd94282649696b8e7";

    fn archive(path: &Path, list: &str, files: &[(&str, &str)]) {
        let mut archive = tar::Builder::new(File::create(path).unwrap());
        for (name, content) in [(LIST, list)].iter().chain(files) {
            let mut head = tar::Header::new_ustar();
            head.set_size(content.len() as u64);
            // `append_data` refuses names that lead elsewhere; an attacker does not.
            head.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
            head.set_cksum();
            archive.append(&head, content.as_bytes()).unwrap();
        }
        archive.finish().unwrap();
    }

    #[test]
    fn a_bundle_comes_back_whole_under_the_same_revision() {
        let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let repository = Repository::named("a/b@refs/pr/4").unwrap();
        let layout = Layout::new(here.path(), &repository);
        let digest = Digest::parse("d670460b4b4aece5915caf5c68d12f560a9fe3e4").unwrap();
        replace(&layout.blob(&digest), b"test content\n").unwrap();
        layout.link(&digest, COMMIT, "config.json").unwrap();
        layout.note(COMMIT).unwrap();
        let bundle = here.path().join("bundle");
        export(&layout, &repository, &bundle).unwrap();
        assert_eq!(import(there.path(), &bundle).unwrap(), "a/b@refs/pr/4");
        let snapshot = Layout::new(there.path(), &repository).present().unwrap();
        assert_eq!(fs::read(snapshot.join("config.json")).unwrap(), b"test content\n");
    }

    #[test]
    fn a_bundle_that_lies_is_refused_and_leads_nowhere() {
        let digest = "d670460b4b4aece5915caf5c68d12f560a9fe3e4";
        let list = |repository: &str, commit: &str, name: &str| {
            let file = format!(r#"{{"name": "{name}", "size": 13, "digest": "{digest}"}}"#);
            format!(
                r#"{{"format": 1, "repository": "{repository}", "revision": "main", "commit": "{commit}", "files": [{file}]}}"#
            )
        };
        let right = "test content\n";
        let cases = [
            (list("../b", COMMIT, "x"), "x", right),
            (list("a/b", "../../x", "x"), "x", right),
            (list("a/b", COMMIT, "../x"), "../x", right),
            (list("a/b", COMMIT, "/x"), "/x", right),
            (list("a/b", COMMIT, "x"), "y", right),
            (list("a/b", COMMIT, "x"), "x", "test_content\n"),
            (list("a/b", COMMIT, "x"), "x", "test"),
            ("{}".into(), "x", right),
        ];
        for (list, name, content) in cases {
            let folder = tempfile::tempdir().unwrap();
            let (cache, bundle) = (folder.path().join("cache/hub"), folder.path().join("bundle"));
            archive(&bundle, &list, &[(name, content)]);
            assert!(matches!(import(&cache, &bundle), Err(Error::Bundle { .. })), "{list} {name}");
            assert!(!cache.join("models--a--b/snapshots").exists() && !folder.path().join("x").exists());
        }
    }
}
