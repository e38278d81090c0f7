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

/// Name of the index, which is the first file of the bundle.
const BUNDLE_INDEX: &str = "depesche-bundle.json";
const BUNDLE_FORMAT: u32 = 1;
/// Bytes of the longest bundle index that is read.
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
pub(super) fn export(
    repository_cache: &RepositoryCache<'_>,
    repository: &Repository,
    path: &Path,
) -> Result<(), Error> {
    let commit = repository_cache.commit().unwrap_or_default();
    let mut bundled_files = Vec::new();
    let mut cached_paths = Vec::new();
    for snapshot_file in files(&repository_cache.snapshot(&commit)) {
        let file_name = snapshot_file.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        let cannot_read = |source| Error::Read { path: snapshot_file.clone(), source };
        let digest = match repository_cache.expected_digest(&snapshot_file) {
            Some(digest) => {
                let found_digest = digest.rehash(&snapshot_file).map_err(cannot_read)?;
                if found_digest != digest {
                    let (expected, found) = (digest.text().to_owned(), found_digest.text().to_owned());
                    return Err(Error::Checksum { name: repository.id.clone(), file: file_name, expected, found });
                }
                digest
            }
            None => FileDigest::Sha256(sha256(&snapshot_file).map_err(cannot_read)?),
        };
        let size = fs::metadata(&snapshot_file).map_err(cannot_read)?.len();
        bundled_files.push(BundledFile { name: file_name, size, digest: digest.text().to_owned() });
        cached_paths.push(snapshot_file);
    }
    let bundle_index = BundleIndex {
        format: BUNDLE_FORMAT,
        repository: repository.id.clone(),
        revision: repository.revision.clone(),
        commit,
        files: bundled_files,
    };
    let mut incomplete_bundle = path.as_os_str().to_owned();
    incomplete_bundle.push(".incomplete");
    let incomplete_bundle = PathBuf::from(incomplete_bundle);
    let written = write_archive(&incomplete_bundle, &bundle_index, &cached_paths)
        .and_then(|()| fs::rename(&incomplete_bundle, path));
    written.map_err(|source| {
        let _ = fs::remove_file(&incomplete_bundle);
        Error::Write { path: path.to_owned(), source }
    })
}

fn write_archive(incomplete_bundle: &Path, bundle_index: &BundleIndex, cached_paths: &[PathBuf]) -> io::Result<()> {
    let mut archive = tar::Builder::new(File::create(incomplete_bundle)?);
    // No time and no owner: the same model gives the same bytes.
    let tar_header = |size: u64| {
        let mut header = tar::Header::new_ustar();
        header.set_size(size);
        header.set_mode(0o644);
        header.set_mtime(0);
        header
    };
    let index_json = serde_json::to_vec_pretty(bundle_index)?;
    archive.append_data(&mut tar_header(index_json.len() as u64), BUNDLE_INDEX, &index_json[..])?;
    for (bundled_file, cached_path) in bundle_index.files.iter().zip(cached_paths) {
        archive.append_data(&mut tar_header(bundled_file.size), &bundled_file.name, File::open(cached_path)?)?;
    }
    archive.into_inner()?.sync_all()
}

/// Imports the bundle at `path` into `cache` and returns the name of the model.
pub(super) fn import(cache: &Path, path: &Path) -> Result<String, Error> {
    let bad_bundle = |reason: String| Error::Bundle { path: path.to_owned(), reason };
    let broken_archive = |error: io::Error| bad_bundle(error.to_string());
    let bundle_file = File::open(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
    let mut archive = tar::Archive::new(bundle_file);
    let mut entries = archive.entries().map_err(broken_archive)?;
    let mut next_entry = |file_name: &str| match entries.next() {
        None => Err(bad_bundle(format!("it ends before {file_name}"))),
        Some(Err(error)) => Err(bad_bundle(error.to_string())),
        Some(Ok(entry)) if entry.path_bytes() == file_name.as_bytes() && entry.header().entry_type().is_file() => {
            Ok(entry)
        }
        Some(Ok(_)) => Err(bad_bundle(format!("another entry is in the place of {file_name}"))),
    };
    let mut index_json = Vec::new();
    next_entry(BUNDLE_INDEX)?.take(MAX_INDEX_BYTES).read_to_end(&mut index_json).map_err(broken_archive)?;
    let bundle_index: BundleIndex =
        serde_json::from_slice(&index_json).map_err(|error| bad_bundle(format!("{BUNDLE_INDEX}: {error}")))?;
    if bundle_index.format != BUNDLE_FORMAT {
        return Err(bad_bundle(format!("its format is {}, this program reads {BUNDLE_FORMAT}", bundle_index.format)));
    }
    let model_name = format!("{}@{}", bundle_index.repository, bundle_index.revision);
    let repository =
        Repository::named(&model_name).ok_or_else(|| bad_bundle(format!("{model_name:?} is no repository")))?;
    let commit =
        matches!(FileDigest::parse(&bundle_index.commit), Some(FileDigest::Git(_))).then_some(&bundle_index.commit);
    let commit = commit.ok_or_else(|| bad_bundle(format!("{:?} is no commit", bundle_index.commit)))?;
    let repository_cache = RepositoryCache::new(cache, &repository);
    let mut verified_files = Vec::new();
    for bundled_file in &bundle_index.files {
        let digest = FileDigest::parse(&bundled_file.digest).filter(|_| is_plain(&bundled_file.name));
        let digest =
            digest.ok_or_else(|| bad_bundle(format!("{:?} is not a valid entry of the index", bundled_file.name)))?;
        let entry = next_entry(&bundled_file.name)?;
        if entry.size() != bundled_file.size {
            return Err(bad_bundle(format!("{} does not have the length in the index", bundled_file.name)));
        }
        store_blob(&repository_cache, &digest, entry, path)?;
        verified_files.push((digest, &bundled_file.name));
    }
    for (digest, file_name) in verified_files {
        repository_cache.link(&digest, commit, file_name)?;
    }
    repository_cache.note(commit)?;
    Ok(if repository.revision == "main" { repository.id } else { model_name })
}

/// Stores an entry of the bundle as a blob of the cache, if its digest is that of the index.
fn store_blob(
    repository_cache: &RepositoryCache<'_>,
    digest: &FileDigest,
    mut entry: impl Read,
    bundle: &Path,
) -> Result<(), Error> {
    let _lock = Lock::take(&repository_cache.lock(digest), || ())?;
    let incomplete_blob = repository_cache.part(digest);
    let cannot_write = |source| Error::Write { path: incomplete_blob.clone(), source };
    let bad_bundle = |reason: String| Error::Bundle { path: bundle.to_owned(), reason };
    if let Some(folder) = incomplete_blob.parent() {
        fs::create_dir_all(folder).map_err(cannot_write)?;
    }
    let mut blob_file = File::create(&incomplete_blob).map_err(cannot_write)?;
    let mut buffer = vec![0; 1 << 20];
    loop {
        let byte_count = match entry.read(&mut buffer) {
            Ok(0) => break,
            Ok(byte_count) => byte_count,
            Err(error) => {
                let _ = fs::remove_file(&incomplete_blob);
                return Err(bad_bundle(error.to_string()));
            }
        };
        blob_file.write_all(&buffer[..byte_count]).map_err(cannot_write)?;
    }
    blob_file.sync_all().map_err(cannot_write)?;
    drop(blob_file);
    let found_digest = digest.rehash(&incomplete_blob).map_err(cannot_write)?;
    if found_digest != *digest {
        let _ = fs::remove_file(&incomplete_blob);
        return Err(bad_bundle(format!("a file has the digest {} and not {}", found_digest.text(), digest.text())));
    }
    fs::rename(&incomplete_blob, repository_cache.blob(digest)).map_err(cannot_write)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::cache::replace_file;

    const COMMIT: &str = "8be33f00bcaf451dc5ed05fdd94282649696b8e7";

    fn archive(path: &Path, list: &str, files: &[(&str, &str)]) {
        let mut archive = tar::Builder::new(File::create(path).unwrap());
        for (name, content) in [(BUNDLE_INDEX, list)].iter().chain(files) {
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
        replace_file(&layout.blob(&digest), b"test content\n").unwrap();
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
