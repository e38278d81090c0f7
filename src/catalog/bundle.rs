//! A cached model ⇄ one file, for machines without a network.
//!
//! A bundle is a tar archive: an index of the files with their digests, then the files in that order. Importing trusts nothing:
//! names, order, lengths and digests are checked, and no file becomes visible before all are right.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::cache::{Repository, RepositoryCache, files, is_plain};
use super::digest::{FileDigest, sha256};
use super::error::Error;
use super::lock::Lock;

/// Name of the index, which is the first file of the archive.
const INDEX: &str = "depesche-bundle.json";
const BUNDLE_FORMAT: u32 = 1;
/// Bytes of the longest index that is read.
const MAX_INDEX_BYTES: u64 = 1 << 20;

#[derive(Serialize, Deserialize)]
struct BundleIndex {
    format: u32,
    repository: String,
    revision: String,
    commit: String,
    files: Vec<BundledFile>,
}

#[derive(Serialize, Deserialize)]
struct BundledFile {
    name: String,
    size: u64,
    digest: String,
}

/// Writes the current snapshot of the repository to `path`, atomically.
pub(super) fn export(layout: &RepositoryCache<'_>, repository: &Repository, path: &Path) -> Result<(), Error> {
    let commit = layout.commit().unwrap_or_default();
    let mut listed = Vec::new();
    let mut sources = Vec::new();
    for file in files(&layout.snapshot(&commit)) {
        let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        let read = |source| Error::Read { path: file.clone(), source };
        let digest = match layout.expected_digest(&file) {
            Some(digest) => {
                let found = digest.rehash(&file).map_err(read)?;
                if found != digest {
                    let (expected, found) = (digest.text().to_owned(), found.text().to_owned());
                    return Err(Error::Checksum { name: repository.id.clone(), file: name, expected, found });
                }
                digest
            }
            None => FileDigest::Sha256(sha256(&file).map_err(read)?),
        };
        let size = fs::metadata(&file).map_err(read)?.len();
        listed.push(BundledFile { name, size, digest: digest.text().to_owned() });
        sources.push(file);
    }
    let list = BundleIndex {
        format: BUNDLE_FORMAT,
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

fn write(part: &Path, list: &BundleIndex, sources: &[PathBuf]) -> io::Result<()> {
    let mut archive = tar::Builder::new(File::create(part)?);
    // No time and no owner: the same model gives the same bytes.
    let head = |size: u64| {
        let mut head = tar::Header::new_ustar();
        head.set_size(size);
        head.set_mode(0o644);
        head.set_mtime(0);
        head
    };
    let text = serde_json::to_vec_pretty(list)?;
    archive.append_data(&mut head(text.len() as u64), INDEX, &text[..])?;
    for (listed, source) in list.files.iter().zip(sources) {
        archive.append_data(&mut head(listed.size), &listed.name, File::open(source)?)?;
    }
    archive.into_inner()?.sync_all()
}

/// Imports the bundle at `path` into `cache` and returns the name of the model.
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
        Some(Ok(_)) => Err(bad(format!("another entry is in the place of {wanted}"))),
    };
    let mut text = Vec::new();
    next(INDEX)?.take(MAX_INDEX_BYTES).read_to_end(&mut text).map_err(broken)?;
    let list: BundleIndex = serde_json::from_slice(&text).map_err(|error| bad(format!("{INDEX}: {error}")))?;
    if list.format != BUNDLE_FORMAT {
        return Err(bad(format!("its format is {}, this program reads {BUNDLE_FORMAT}", list.format)));
    }
    let name = format!("{}@{}", list.repository, list.revision);
    let repository = Repository::named(&name).ok_or_else(|| bad(format!("{name:?} is no repository")))?;
    let commit = matches!(FileDigest::parse(&list.commit), Some(FileDigest::Git(_))).then_some(&list.commit);
    let commit = commit.ok_or_else(|| bad(format!("{:?} is no commit", list.commit)))?;
    let layout = RepositoryCache::new(cache, &repository);
    let mut links = Vec::new();
    for listed in &list.files {
        let digest = FileDigest::parse(&listed.digest).filter(|_| is_plain(&listed.name));
        let digest = digest.ok_or_else(|| bad(format!("{:?} is not a valid entry of the index", listed.name)))?;
        let entry = next(&listed.name)?;
        if entry.size() != listed.size {
            return Err(bad(format!("{} does not have the length in the index", listed.name)));
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

/// Writes an entry as a blob, if its digest is that of the index.
fn put(layout: &RepositoryCache<'_>, digest: &FileDigest, mut entry: impl Read, bundle: &Path) -> Result<(), Error> {
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
    let found = digest.rehash(&part).map_err(write)?;
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
        for (name, content) in [(INDEX, list)].iter().chain(files) {
            let mut head = tar::Header::new_ustar();
            head.set_size(content.len() as u64);
            // `append_data` refuses names that lead out of the archive. An attacker does not.
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
        let layout = RepositoryCache::new(here.path(), &repository);
        let digest = FileDigest::parse("d670460b4b4aece5915caf5c68d12f560a9fe3e4").unwrap();
        replace(&layout.blob(&digest), b"test content\n").unwrap();
        layout.link(&digest, COMMIT, "config.json").unwrap();
        layout.note(COMMIT).unwrap();
        let bundle = here.path().join("bundle");
        export(&layout, &repository, &bundle).unwrap();
        assert_eq!(import(there.path(), &bundle).unwrap(), "a/b@refs/pr/4");
        let snapshot = RepositoryCache::new(there.path(), &repository).present().unwrap();
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
