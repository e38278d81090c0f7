//! The cache that all of Hugging Face's tools share: where a repository's files lie, and which are there.
//!
//! `models--ORG--NAME/` holds `blobs/DIGEST` (the contents), `snapshots/COMMIT/FILE` (links to blobs) and
//! `refs/REVISION` (the commit that a branch or tag stood at). A blob gets its name only when it is whole and verified, and a
//! reference is written when all files of its commit are there, so that what can be seen can be used.

use std::ffi::OsStr;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use hf_hub::{Cache, Repo, RepoType};

use super::Error;
use super::digest::Digest;
use super::lock::Lock;

/// A repository of the hub at a revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Repository {
    /// `ORG/NAME`.
    pub(super) id: String,
    /// A branch, a tag or a commit.
    pub(super) revision: String,
    /// Whether the user named the revision.
    pub(super) explicit: bool,
    /// Which of several GGUF files is meant, by the end of its name: `Q4_K_M`.
    pub(super) variant: Option<String>,
}

impl Repository {
    /// The repository that `name` stands for, `ORG/NAME`, `ORG/NAME:VARIANT` or either with `@REVISION` (a branch, a tag or a
    /// commit), or `None` if it cannot be one.
    pub(super) fn named(name: &str) -> Option<Self> {
        let (id, revision) = name.split_once('@').map_or((name, None), |(id, revision)| (id, Some(revision)));
        let (id, variant) = id.split_once(':').map_or((id, None), |(id, variant)| (id, Some(variant)));
        let (organisation, model) = id.split_once('/')?;
        // A revision may be a path, as `refs/pr/4` is; it must not lead out of the cache.
        let revision_is_plain = revision.is_none_or(|revision| revision.split('/').all(is_plain));
        let is_plain = |name| is_plain(name) && variant.is_none_or(is_plain);
        (is_plain(organisation) && is_plain(model) && revision_is_plain).then(|| Self {
            id: id.to_owned(),
            revision: revision.unwrap_or("main").to_owned(),
            explicit: revision.is_some(),
            variant: variant.map(str::to_owned),
        })
    }

    /// Whether the revision is a commit, which never changes.
    pub(super) fn is_pinned(&self) -> bool {
        matches!(Digest::parse(&self.revision), Some(Digest::Git(_)))
    }

    fn repo(&self) -> Repo {
        Repo::with_revision(self.id.clone(), RepoType::Model, self.revision.clone())
    }
}

/// A file name that stays where it is put.
pub(super) fn is_plain(name: &str) -> bool {
    let allowed = |character: char| character.is_ascii_alphanumeric() || "-_.".contains(character);
    !name.is_empty() && !name.starts_with('.') && name.chars().all(allowed)
}

/// The folder of one repository in the cache.
pub(super) struct Layout<'a> {
    cache: &'a Path,
    repository: &'a Repository,
}

impl<'a> Layout<'a> {
    pub(super) fn new(cache: &'a Path, repository: &'a Repository) -> Self {
        Self { cache, repository }
    }

    /// The folder of the repository.
    pub(super) fn folder(&self) -> PathBuf {
        self.cache.join(self.repository.repo().folder_name())
    }

    pub(super) fn blob(&self, digest: &Digest) -> PathBuf {
        self.folder().join("blobs").join(digest.text())
    }

    /// Where the bytes of a blob gather until they are all there; the name that Python uses too.
    pub(super) fn part(&self, digest: &Digest) -> PathBuf {
        self.folder().join("blobs").join(format!("{}.incomplete", digest.text()))
    }

    fn locks(&self) -> PathBuf {
        self.cache.join(".locks").join(self.repository.repo().folder_name())
    }

    pub(super) fn lock(&self, digest: &Digest) -> PathBuf {
        self.locks().join(format!("{}.lock", digest.text()))
    }

    pub(super) fn snapshot(&self, commit: &str) -> PathBuf {
        Cache::new(self.cache.to_owned()).repo(self.repository.repo()).pointer_path(commit)
    }

    fn reference(&self) -> PathBuf {
        self.folder().join("refs").join(&self.repository.revision)
    }

    /// The commit that the revision stands for, as far as the cache knows.
    pub(super) fn commit(&self) -> Option<String> {
        if self.repository.is_pinned() {
            return Some(self.repository.revision.clone());
        }
        let commit = fs::read_to_string(self.reference()).ok()?.trim().to_owned();
        is_plain(&commit).then_some(commit)
    }

    /// The folder of the files at the revision, if there is one.
    pub(super) fn present(&self) -> Option<PathBuf> {
        Some(self.snapshot(&self.commit()?)).filter(|folder| folder.is_dir())
    }

    /// Notes the commit that the revision stands for. A commit needs no note.
    pub(super) fn note(&self, commit: &str) -> Result<(), Error> {
        if self.repository.is_pinned() || self.commit().as_deref() == Some(commit) {
            return Ok(());
        }
        replace(&self.reference(), commit.as_bytes())
    }

    /// Makes the blob visible as `name` of the commit.
    pub(super) fn link(&self, digest: &Digest, commit: &str, name: &str) -> Result<(), Error> {
        let pointer = self.snapshot(commit).join(name);
        let write = |source| Error::Write { path: pointer.clone(), source };
        fs::create_dir_all(self.snapshot(commit)).map_err(write)?;
        let target = Path::new("../../blobs").join(digest.text());
        if fs::read_link(&pointer).is_ok_and(|found| found == target) && pointer.exists() {
            return Ok(());
        }
        // Some systems say that they have made a link, and have not.
        let linked = |at: &Path| symbolic_link(&target, at).is_ok() && at.exists();
        // Where nothing stands in the way, a link is made at one stroke.
        if linked(&pointer) {
            return Ok(());
        }
        // Else it is made under another name first: whoever looks sees the old file or the new one.
        let new = self.snapshot(commit).join(format!(".{name}.{}", std::process::id()));
        let _ = fs::remove_file(&new);
        let blob = self.blob(digest);
        if !linked(&new) {
            let _ = fs::remove_file(&new);
            fs::hard_link(&blob, &new).or_else(|_| fs::copy(&blob, &new).map(drop)).map_err(write)?;
        }
        fs::rename(&new, &pointer).map_err(write)
    }

    /// The digest that the `file` of a snapshot is known by: the name of the blob that it is a link to, or, where there are no links,
    /// of the blob that has its content, else of the only one that is as long: then the file is damaged.
    pub(super) fn digest_of(&self, file: &Path) -> Option<Digest> {
        let named = |blob: &Path| Digest::parse(blob.file_name()?.to_str()?);
        if let Ok(target) = fs::read_link(file) {
            return named(&target);
        }
        let size = file.metadata().ok()?.len();
        let blobs = files(&self.folder().join("blobs")).into_iter();
        let alike = blobs.filter(|blob| blob.metadata().is_ok_and(|about| about.len() == size));
        let mut digests: Vec<Digest> = alike.filter_map(|blob| named(&blob)).collect();
        let same = digests.iter().position(|digest| digest.of_same_kind(file).is_ok_and(|found| found == *digest));
        match same {
            Some(place) => Some(digests.swap_remove(place)),
            None if digests.len() == 1 => digests.pop(),
            None => None,
        }
    }

    /// Removes the revision, or with `whole` everything of the repository. What can be seen goes first.
    ///
    /// Returns false if there was nothing.
    pub(super) fn remove(&self, name: &str, whole: bool) -> Result<bool, Error> {
        for lock in files(&self.locks()) {
            if Lock::is_held(&lock) {
                return Err(Error::Busy { name: name.into() });
            }
        }
        let folder = self.folder();
        let gone = |path: PathBuf, outcome: io::Result<()>| match outcome {
            Err(source) if source.kind() != io::ErrorKind::NotFound => Err(Error::Write { path, source }),
            _ => Ok(()),
        };
        let remove_all = |path: PathBuf| {
            let outcome = fs::remove_dir_all(&path);
            gone(path, outcome)
        };
        if !whole {
            let Some(snapshot) = self.present() else { return Ok(false) };
            gone(self.reference(), fs::remove_file(self.reference()))?;
            remove_all(snapshot)?;
            let left = files_below(&folder.join("snapshots"));
            let kept: Vec<Digest> = left.iter().filter_map(|file| self.digest_of(file)).collect();
            let is_kept = |name: &OsStr| kept.iter().any(|digest| name == digest.text());
            if !left.is_empty() {
                for blob in files(&folder.join("blobs")) {
                    if !blob.file_name().is_some_and(is_kept) {
                        gone(blob.clone(), fs::remove_file(&blob))?;
                    }
                }
                return Ok(true);
            }
        }
        let there = folder.is_dir();
        for part in ["refs", "snapshots", "blobs"] {
            remove_all(folder.join(part))?;
        }
        remove_all(folder)?;
        remove_all(self.locks())?;
        Ok(there)
    }
}

/// Writes a small file so that it is seen whole or not at all.
pub(super) fn replace(path: &Path, content: &[u8]) -> Result<(), Error> {
    let write = |source| Error::Write { path: path.to_owned(), source };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(write)?;
    }
    let mut new = path.as_os_str().to_owned();
    new.push(format!(".{}.incomplete", std::process::id()));
    let put = || {
        let mut file = fs::File::create(&new)?;
        file.write_all(content)?;
        file.sync_all()?;
        fs::rename(&new, path)
    };
    put().map_err(write)
}

/// The files of a folder in the order of their names; none if it cannot be read.
pub(super) fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| !path.is_dir()).collect();
    files.sort();
    files
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let folders = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut folders: Vec<PathBuf> = folders.filter(|path| path.is_dir()).collect();
    folders.sort();
    folders.iter().flat_map(|folder| files(folder)).collect()
}

#[cfg(unix)]
fn symbolic_link(target: &Path, link: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(target, link)
}

#[cfg(windows)]
fn symbolic_link(target: &Path, link: &Path) -> io::Result<()> {
    std::os::windows::fs::symlink_file(target.components().collect::<PathBuf>(), link)
}

#[cfg(not(any(unix, windows)))]
fn symbolic_link(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(test)]
mod tests {
    use super::super::digest::sha256;
    use super::*;

    const COMMIT: &str = "8be33f00bcaf451dc5ed05fdd94282649696b8e7";

    #[test]
    fn what_can_be_a_repository_is_told_from_what_cannot() {
        for (name, good) in [
            ("Helsinki-NLP/opus-mt-de-en", true),
            ("Helsinki-NLP/opus-mt-de-en@refs/pr/4", true),
            ("opus-mt-de-en", false),
            ("../model", false),
            ("a/b/c", false),
            ("a/b@../../c", false),
            ("a/b@", false),
            ("/model", false),
        ] {
            assert_eq!(Repository::named(name).is_some(), good, "{name}");
        }
    }

    #[test]
    fn a_snapshot_is_found_by_branch_and_by_commit() {
        let cache = tempfile::tempdir().unwrap();
        let repository = cache.path().join("models--Org--model");
        let snapshot = repository.join("snapshots").join(COMMIT);
        fs::create_dir_all(&snapshot).unwrap();
        fs::create_dir_all(repository.join("refs")).unwrap();
        fs::write(repository.join("refs/main"), COMMIT).unwrap();
        let present = |name: &str| Layout::new(cache.path(), &Repository::named(name).unwrap()).present();
        for name in ["Org/model".to_owned(), format!("Org/model@{COMMIT}")] {
            assert_eq!(present(&name), Some(snapshot.clone()), "{name}");
        }
        assert_eq!(present("Org/model@dev"), None);
        assert_eq!(present("Org/other"), None);
        // A note that leads elsewhere is none.
        fs::write(repository.join("refs/main"), "../../elsewhere").unwrap();
        assert_eq!(present("Org/model"), None);
    }

    #[test]
    fn removing_a_revision_keeps_what_another_one_needs() {
        let cache = tempfile::tempdir().unwrap();
        let text = cache.path().join("text");
        let digest = |content: &str| {
            fs::write(&text, content).unwrap();
            Digest::parse(&sha256(&text).unwrap()).unwrap()
        };
        let (one, other) = (Repository::named("a/b@one").unwrap(), Repository::named("a/b@two").unwrap());
        for (repository, commit, contents) in [(&one, "1", ["a", "c"]), (&other, "2", ["b", "c"])] {
            let layout = Layout::new(cache.path(), repository);
            for content in contents {
                replace(&layout.blob(&digest(content)), content.as_bytes()).unwrap();
                layout.link(&digest(content), &commit.repeat(40), content).unwrap();
            }
            layout.note(&commit.repeat(40)).unwrap();
        }
        let layout = Layout::new(cache.path(), &one);
        assert!(layout.remove("a/b@one", false).unwrap());
        assert!(layout.present().is_none() && !layout.blob(&digest("a")).exists());
        assert!(layout.blob(&digest("c")).exists());
        assert!(!layout.remove("a/b@one", false).unwrap());
        let layout = Layout::new(cache.path(), &other);
        assert!(layout.present().is_some() && layout.remove("a/b", true).unwrap());
        assert!(!layout.folder().exists());
    }

    #[test]
    fn a_file_that_is_no_link_is_known_by_its_content_or_its_length() {
        let cache = tempfile::tempdir().unwrap();
        let repository = Repository::named("a/b").unwrap();
        let layout = Layout::new(cache.path(), &repository);
        let digest = |text: &str| Digest::parse(text).unwrap();
        let a = digest("ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb");
        let abc = digest("f2ba8f84ab5c1bce84a7b441cb1959cfc7093b7f");
        replace(&layout.blob(&a), b"a").unwrap();
        replace(&layout.blob(&abc), b"abc").unwrap();
        let file = cache.path().join("file");
        for (content, expected) in [("a", Some(&a)), ("abc", Some(&abc)), ("abd", Some(&abc)), ("ab", None)] {
            fs::write(&file, content).unwrap();
            assert_eq!(layout.digest_of(&file).as_ref(), expected, "{content}");
        }
    }
}
