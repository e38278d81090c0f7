//! The contents of the hub: repositories, their commits, and the digests of files.

use std::collections::BTreeMap;
use std::fmt::Write;

use sha2::{Digest, Sha256};

/// Names and contents.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// Who may read a repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Everybody.
    Open,
    /// Everybody may see the list of files; those who accepted the terms may read them.
    Gated,
    /// Hidden from everybody without access.
    Private,
}

/// A repository of a model.
#[derive(Clone)]
pub(crate) struct Repository {
    /// `ORG/NAME`.
    pub(crate) id: String,
    /// Former names, from which the hub redirects.
    pub(super) former: Vec<String>,
    pub(super) access: Access,
    pub(super) licence: Option<String>,
    /// Whether small files are served directly; otherwise the hub redirects to another of its addresses.
    pub(super) small_files_at_once: bool,
    /// By commit id.
    pub(super) commits: BTreeMap<String, Files>,
    /// From the name of a branch, tag or pull request to a commit id.
    pub(super) refs: BTreeMap<String, String>,
}

impl Repository {
    /// An open repository under apache-2.0 whose branch `main` holds `files`.
    pub(crate) fn new(id: &str, files: Files) -> Self {
        let repository = Self {
            id: id.to_owned(),
            former: Vec::new(),
            access: Access::Open,
            licence: Some("apache-2.0".into()),
            small_files_at_once: false,
            commits: BTreeMap::new(),
            refs: BTreeMap::new(),
        };
        repository.commit("main", files)
    }

    /// Adds a commit to which the branch, tag or pull request `name` points.
    pub(crate) fn commit(mut self, name: &str, files: Files) -> Self {
        let mut listing = String::new();
        for (name, content) in &files {
            writeln!(listing, "{name} {}", git_digest(content)).unwrap();
        }
        let id = hex(&sha1(listing.as_bytes()));
        self.commits.insert(id.clone(), files);
        self.refs.insert(name.to_owned(), id);
        self
    }

    pub(crate) fn access(self, access: Access) -> Self {
        Self { access, ..self }
    }

    pub(crate) fn licence(self, licence: Option<&str>) -> Self {
        Self { licence: licence.map(str::to_owned), ..self }
    }

    pub(crate) fn formerly(mut self, id: &str) -> Self {
        self.former.push(id.to_owned());
        self
    }

    pub(crate) fn small_files_at_once(self) -> Self {
        Self { small_files_at_once: true, ..self }
    }

    /// The commit that a branch, a tag, a pull request or a commit id names.
    pub(crate) fn commit_id(&self, revision: &str) -> Option<&str> {
        let id = self.refs.get(revision).map_or(revision, String::as_str);
        self.commits.get_key_value(id).map(|(id, _)| id.as_str())
    }

    pub(super) fn file(&self, commit: &str, name: &str) -> Option<&[u8]> {
        self.commits.get(commit)?.get(name).map(Vec::as_slice)
    }

    /// The large file with this digest, and its name.
    pub(super) fn large(&self, digest: &str) -> Option<(&str, &[u8])> {
        let files = self.commits.values().flatten();
        let mut large = files.filter(|(name, content)| is_large(name) && sha256(content) == digest);
        large.next().map(|(name, content)| (name.as_str(), content.as_slice()))
    }
}

/// Whether the `.gitattributes` of a new repository put this file into large file storage.
pub(super) fn is_large(name: &str) -> bool {
    [".safetensors", ".bin", ".h5", ".ot", ".msgpack", ".gguf"].iter().any(|end| name.ends_with(end))
}

/// SHA-256, the digest of large file storage, in hexadecimal.
pub(crate) fn sha256(content: &[u8]) -> String {
    hex(&Sha256::digest(content))
}

/// Git's blob hash, in hexadecimal.
pub(crate) fn git_digest(content: &[u8]) -> String {
    let mut blob = format!("blob {}\0", content.len()).into_bytes();
    blob.extend_from_slice(content);
    hex(&sha1(&blob))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

fn sha1(message: &[u8]) -> [u8; 20] {
    let mut padded = message.to_vec();
    padded.push(0x80);
    while padded.len() % 64 != 56 {
        padded.push(0);
    }
    padded.extend_from_slice(&(message.len() as u64 * 8).to_be_bytes());
    let mut state: [u32; 5] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0];
    for block in padded.chunks_exact(64) {
        let mut words: Vec<u32> =
            block.chunks_exact(4).map(|word| u32::from_be_bytes(word.try_into().unwrap())).collect();
        for at in 16..80 {
            words.push((words[at - 3] ^ words[at - 8] ^ words[at - 14] ^ words[at - 16]).rotate_left(1));
        }
        let [mut a, mut b, mut c, mut d, mut e] = state;
        for (at, word) in words.iter().enumerate() {
            let (mixed, constant) = match at / 20 {
                0 => ((b & c) | (!b & d), 0x5a82_7999),
                1 => (b ^ c ^ d, 0x6ed9_eba1),
                2 => ((b & c) | (b & d) | (c & d), 0x8f1b_bcdc),
                _ => (b ^ c ^ d, 0xca62_c1d6_u32),
            };
            let next = a.rotate_left(5).wrapping_add(mixed).wrapping_add(e).wrapping_add(constant).wrapping_add(*word);
            (e, d, c, b, a) = (d, c, b.rotate_left(30), a, next);
        }
        for (sum, value) in state.iter_mut().zip([a, b, c, d, e]) {
            *sum = sum.wrapping_add(value);
        }
    }
    let mut digest = [0; 20];
    for (bytes, word) in digest.chunks_exact_mut(4).zip(state) {
        bytes.copy_from_slice(&word.to_be_bytes());
    }
    digest
}

#[test]
fn a_blob_has_the_digest_that_git_gives_it() {
    assert_eq!(git_digest(b""), "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
    assert_eq!(git_digest(b"hello world\n"), "3b18e512dba79e4c8300dd08aeb37f8e728b8dad");
    assert_eq!(hex(&sha1(&[b'a'; 119])), "ee971065aaa017e0632a8ca6c77bb3bf8b1dfc56");
}
