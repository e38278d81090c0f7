//! The digests by which the hub identifies files: SHA-256 for large files, git's blob hash for small ones.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use sha1::Sha1;
use sha2::{Digest as _, Sha256};

/// The digest of a file. Its text is the name of the file's blob in the cache.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum FileDigest {
    /// SHA-256 of the content.
    Sha256(String),
    /// SHA-1 of `blob LENGTH\0` followed by the content, as git computes it.
    Git(String),
}

impl FileDigest {
    /// Parses 64 (SHA-256) or 40 (git) lower-case hexadecimal digits.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let is_hexadecimal = text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
        match text.len() {
            64 if is_hexadecimal => Some(Self::Sha256(text.to_owned())),
            40 if is_hexadecimal => Some(Self::Git(text.to_owned())),
            _ => None,
        }
    }

    pub(super) fn text(&self) -> &str {
        match self {
            Self::Sha256(text) | Self::Git(text) => text,
        }
    }

    /// Hashes the file at `path` with the same algorithm.
    pub(super) fn rehash(&self, path: &Path) -> io::Result<Self> {
        match self {
            Self::Sha256(_) => sha256(path).map(Self::Sha256),
            Self::Git(_) => git(path).map(Self::Git),
        }
    }
}

/// SHA-256 of a file, in lower-case hexadecimal.
pub(super) fn sha256(path: &Path) -> io::Result<String> {
    let mut hasher = Sha256::new();
    hash_pieces(path, |piece| hasher.update(piece))?;
    Ok(hexadecimal(&hasher.finalize()))
}

/// Git's blob hash of a file, in lower-case hexadecimal.
pub(super) fn git(path: &Path) -> io::Result<String> {
    let mut hasher = Sha1::new();
    hasher.update(format!("blob {}\0", path.metadata()?.len()));
    hash_pieces(path, |piece| hasher.update(piece))?;
    Ok(hexadecimal(&hasher.finalize()))
}

/// Hands a file to `update_hash`, piece by piece.
pub(super) fn hash_pieces(path: &Path, mut update_hash: impl FnMut(&[u8])) -> io::Result<()> {
    let mut file = File::open(path)?;
    let mut buffer = vec![0; 1 << 20];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(()),
            count => update_hash(&buffer[..count]),
        }
    }
}

/// A digest in hexadecimal, two digits a byte.
pub(super) fn hexadecimal(digest_bytes: &[u8]) -> String {
    digest_bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_those_of_git_and_of_sha256sum() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "test content\n").unwrap();
        // The example of the git book.
        assert_eq!(git(file.path()).unwrap(), "d670460b4b4aece5915caf5c68d12f560a9fe3e4");
        let known = "a1fff0ffefb9eace7230c24e50731f0a91c62f9cefdfe77121c2f607125dffae";
        assert_eq!(sha256(file.path()).unwrap(), known);
    }

    #[test]
    fn only_hexadecimal_digits_of_the_right_number_are_a_digest() {
        let long = "0f".repeat(32);
        for (text, good) in [(&long[..], true), (&long[..40], true), (&long[..39], false), ("../../../out", false)] {
            assert_eq!(FileDigest::parse(text).is_some(), good, "{text}");
        }
        assert_eq!(FileDigest::parse(&long.to_uppercase()), None);
    }
}
