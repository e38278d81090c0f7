//! Cached files → whether each is still what was fetched.

use std::path::Path;

use super::cache::{RepositoryCache, files};
use super::digest::{self, FileDigest};
use super::error::Error;
use super::manifest::Manifest;

/// What the hash of a cached file says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The file has the expected digest.
    Intact,
    /// The file has another digest, or cannot be read.
    Damaged,
    /// No digest of the file is known.
    Unknown,
}

/// Hashes every file of the snapshot in `folder`.
pub(super) fn verify(
    repository_cache: &RepositoryCache<'_>,
    folder: &Path,
    manifest: Option<&Manifest>,
) -> Result<Vec<(String, Verdict)>, Error> {
    let mut verdicts = Vec::new();
    for file in files(folder) {
        let Some(file_name) = file.file_name().and_then(|name| name.to_str()) else { continue };
        let known = manifest.and_then(|manifest| manifest.files.iter().find(|known| known.name == file_name));
        let known_sha256 = known.and_then(|known| known.sha256.as_ref());
        let matches_manifest = known_sha256.map(|expected| digest::sha256(&file).is_ok_and(|found| found == *expected));
        let matches_blob = match repository_cache.expected_digest(&file) {
            Some(digest) => Some(digest.rehash(&file).is_ok_and(|found| found == digest)),
            // Without symbolic links the file is a copy. It is intact if its digest is the name of a blob.
            None => match (digest::git(&file), digest::sha256(&file)) {
                (Ok(git), Ok(sha256)) => {
                    let is_blob = |digest: FileDigest| repository_cache.blob(&digest).exists();
                    (is_blob(FileDigest::Git(git)) || is_blob(FileDigest::Sha256(sha256))).then_some(true)
                }
                _ => Some(false),
            },
        };
        let verdict = match (matches_manifest, matches_blob) {
            (Some(false), _) | (_, Some(false)) => Verdict::Damaged,
            (Some(true), _) | (_, Some(true)) => Verdict::Intact,
            (None, None) => Verdict::Unknown,
        };
        verdicts.push((file_name.to_owned(), verdict));
    }
    Ok(verdicts)
}
