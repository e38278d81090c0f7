//! The cache that Hugging Face's tools share: where the files of a repository are, and which of them exist.
//!
//! `models--ORG--NAME/` holds `blobs/DIGEST` (contents), `snapshots/COMMIT/FILE` (links to blobs) and `refs/REVISION` (the commit of
//! a branch or tag). A blob gets its name once it is complete and verified, and a reference is written once all files of its commit
//! exist. So whatever is visible is usable.

use std::ffi::OsStr;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use hf_hub::{Cache, Repo, RepoType};

use super::digest::FileDigest;
use super::error::Error;
use super::lock::Lock;

/// A repository of the hub at a revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Repository {
    /// `ORG/NAME`.
    pub(super) id: String,
    /// A branch, a tag or a commit.
    pub(super) revision: String,
    /// Whether the user gave the revision.
    pub(super) explicit: bool,
    /// The end of the name of the GGUF file to use, such as `Q4_K_M`.
    pub(super) variant: Option<String>,
}

impl Repository {
    /// Parses `ORG/NAME[:VARIANT][@REVISION]`, where the revision is a branch, a tag or a commit.
    pub(super) fn named(name: &str) -> Option<Self> {
        let (id, revision) = name.split_once('@').map_or((name, None), |(id, revision)| (id, Some(revision)));
        let (id, variant) = id.split_once(':').map_or((id, None), |(id, variant)| (id, Some(variant)));
        let (organisation, model) = id.split_once('/')?;
        // A revision may be a path such as `refs/pr/4`, but must not lead out of the cache.
        let revision_is_plain = revision.is_none_or(|revision| revision.split('/').all(is_plain));
        let is_plain_part = |part| is_plain(part) && variant.is_none_or(is_plain);
        (is_plain_part(organisation) && is_plain_part(model) && revision_is_plain).then(|| Self {
            id: id.to_owned(),
            revision: revision.unwrap_or("main").to_owned(),
            explicit: revision.is_some(),
            variant: variant.map(str::to_owned),
        })
    }

    /// Whether the revision is a commit and so never changes.
    pub(super) fn is_pinned(&self) -> bool {
        matches!(FileDigest::parse(&self.revision), Some(FileDigest::Git(_)))
    }

    fn hub_repo(&self) -> Repo {
        Repo::with_revision(self.id.clone(), RepoType::Model, self.revision.clone())
    }
}

/// Whether `name` is a single, visible path component of harmless characters.
pub(super) fn is_plain(name: &str) -> bool {
    let is_harmless = |character: char| character.is_ascii_alphanumeric() || "-_.".contains(character);
    !name.is_empty() && !name.starts_with('.') && name.chars().all(is_harmless)
}

/// The place of one repository of the hub in the cache.
pub(super) struct RepositoryCache<'a> {
    cache: &'a Path,
    repository: &'a Repository,
}

impl<'a> RepositoryCache<'a> {
    pub(super) fn new(cache: &'a Path, repository: &'a Repository) -> Self {
        Self { cache, repository }
    }

    /// The folder of the repository in the cache.
    pub(super) fn folder(&self) -> PathBuf {
        self.cache.join(self.repository.hub_repo().folder_name())
    }

    pub(super) fn blob(&self, digest: &FileDigest) -> PathBuf {
        self.folder().join("blobs").join(digest.text())
    }

    /// The partial file of a blob. Python uses the same name.
    pub(super) fn part(&self, digest: &FileDigest) -> PathBuf {
        self.folder().join("blobs").join(format!("{}.incomplete", digest.text()))
    }

    fn lock_folder(&self) -> PathBuf {
        self.cache.join(".locks").join(self.repository.hub_repo().folder_name())
    }

    pub(super) fn lock(&self, digest: &FileDigest) -> PathBuf {
        self.lock_folder().join(format!("{}.lock", digest.text()))
    }

    pub(super) fn snapshot(&self, commit: &str) -> PathBuf {
        Cache::new(self.cache.to_owned()).repo(self.repository.hub_repo()).pointer_path(commit)
    }

    fn revision_reference(&self) -> PathBuf {
        self.folder().join("refs").join(&self.repository.revision)
    }

    /// The commit of the revision, if the cache knows it.
    pub(super) fn commit(&self) -> Option<String> {
        if self.repository.is_pinned() {
            return Some(self.repository.revision.clone());
        }
        let commit = fs::read_to_string(self.revision_reference()).ok()?.trim().to_owned();
        is_plain(&commit).then_some(commit)
    }

    /// The folder of the revision's files, if it exists.
    pub(super) fn present(&self) -> Option<PathBuf> {
        Some(self.snapshot(&self.commit()?)).filter(|folder| folder.is_dir())
    }

    /// Records the commit of the revision, unless the revision is itself a commit.
    pub(super) fn note(&self, commit: &str) -> Result<(), Error> {
        if self.repository.is_pinned() || self.commit().as_deref() == Some(commit) {
            return Ok(());
        }
        replace_file(&self.revision_reference(), commit.as_bytes())
    }

    /// Makes the blob visible as `name` of the commit.
    pub(super) fn link(&self, digest: &FileDigest, commit: &str, name: &str) -> Result<(), Error> {
        let snapshot_link = self.snapshot(commit).join(name);
        let cannot_write = |source| Error::Write { path: snapshot_link.clone(), source };
        fs::create_dir_all(self.snapshot(commit)).map_err(cannot_write)?;
        let blob_target = Path::new("../../blobs").join(digest.text());
        if fs::read_link(&snapshot_link).is_ok_and(|found| found == blob_target) && snapshot_link.exists() {
            return Ok(());
        }
        // Some systems report success without making a link.
        let makes_link = |link: &Path| symbolic_link(&blob_target, link).is_ok() && link.exists();
        // Linking is atomic if the name is free.
        if makes_link(&snapshot_link) {
            return Ok(());
        }
        // Otherwise link under another name and rename, so that readers see the old file or the new one.
        let renamed_link = self.snapshot(commit).join(format!(".{name}.{}", std::process::id()));
        let _ = fs::remove_file(&renamed_link);
        let blob = self.blob(digest);
        if !makes_link(&renamed_link) {
            let _ = fs::remove_file(&renamed_link);
            fs::hard_link(&blob, &renamed_link)
                .or_else(|_| fs::copy(&blob, &renamed_link).map(drop))
                .map_err(cannot_write)?;
        }
        fs::rename(&renamed_link, &snapshot_link).map_err(cannot_write)
    }

    /// The expected digest of a snapshot's `file`: the name of the blob that it links to. Without links it is the blob with the same
    /// content, else the only blob of the same length, in which case the file is damaged.
    pub(super) fn expected_digest(&self, file: &Path) -> Option<FileDigest> {
        let digest_in_name = |blob: &Path| FileDigest::parse(blob.file_name()?.to_str()?);
        if let Ok(target) = fs::read_link(file) {
            return digest_in_name(&target);
        }
        let file_size = file.metadata().ok()?.len();
        let blobs = files(&self.folder().join("blobs")).into_iter();
        let blobs_of_same_size = blobs.filter(|blob| blob.metadata().is_ok_and(|metadata| metadata.len() == file_size));
        let mut digests: Vec<FileDigest> = blobs_of_same_size.filter_map(|blob| digest_in_name(&blob)).collect();
        let matching_digest = digests.iter().position(|digest| digest.rehash(file).is_ok_and(|found| found == *digest));
        match matching_digest {
            Some(digest_index) => Some(digests.swap_remove(digest_index)),
            None if digests.len() == 1 => digests.pop(),
            None => None,
        }
    }

    /// Removes the revision or, if `whole`, the repository. References and snapshots go before blobs.
    ///
    /// Returns false if there was nothing to remove.
    pub(super) fn remove(&self, name: &str, whole: bool) -> Result<bool, Error> {
        for lock in files(&self.lock_folder()) {
            if Lock::is_held(&lock) {
                return Err(Error::Busy { name: name.into() });
            }
        }
        let repository_folder = self.folder();
        let accept_missing = |path: PathBuf, outcome: io::Result<()>| match outcome {
            Err(source) if source.kind() != io::ErrorKind::NotFound => Err(Error::Write { path, source }),
            _ => Ok(()),
        };
        let remove_all = |path: PathBuf| {
            let outcome = fs::remove_dir_all(&path);
            accept_missing(path, outcome)
        };
        if !whole {
            let Some(snapshot) = self.present() else { return Ok(false) };
            accept_missing(self.revision_reference(), fs::remove_file(self.revision_reference()))?;
            remove_all(snapshot)?;
            let remaining_files = files_below(&repository_folder.join("snapshots"));
            let digests_in_use: Vec<FileDigest> =
                remaining_files.iter().filter_map(|file| self.expected_digest(file)).collect();
            let is_in_use = |name: &OsStr| digests_in_use.iter().any(|digest| name == digest.text());
            if !remaining_files.is_empty() {
                for blob in files(&repository_folder.join("blobs")) {
                    if !blob.file_name().is_some_and(is_in_use) {
                        accept_missing(blob.clone(), fs::remove_file(&blob))?;
                    }
                }
                return Ok(true);
            }
        }
        let existed = repository_folder.is_dir();
        for subfolder in ["refs", "snapshots", "blobs"] {
            remove_all(repository_folder.join(subfolder))?;
        }
        remove_all(repository_folder)?;
        remove_all(self.lock_folder())?;
        Ok(existed)
    }
}

/// Writes a small file of the cache atomically.
pub(super) fn replace_file(path: &Path, content: &[u8]) -> Result<(), Error> {
    let cannot_write = |source| Error::Write { path: path.to_owned(), source };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(cannot_write)?;
    }
    let mut temporary_path = path.as_os_str().to_owned();
    temporary_path.push(format!(".{}.incomplete", std::process::id()));
    let write_and_rename = || {
        let mut file = fs::File::create(&temporary_path)?;
        file.write_all(content)?;
        file.sync_all()?;
        fs::rename(&temporary_path, path)
    };
    write_and_rename().map_err(cannot_write)
}

/// The files of a cache folder by name; empty if it cannot be read.
pub(super) fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| !path.is_dir()).collect();
    files.sort();
    files
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let subfolders = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut subfolders: Vec<PathBuf> = subfolders.filter(|path| path.is_dir()).collect();
    subfolders.sort();
    subfolders.iter().flat_map(|subfolder| files(subfolder)).collect()
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
        let present = |name: &str| RepositoryCache::new(cache.path(), &Repository::named(name).unwrap()).present();
        for name in ["Org/model".to_owned(), format!("Org/model@{COMMIT}")] {
            assert_eq!(present(&name), Some(snapshot.clone()), "{name}");
        }
        assert_eq!(present("Org/model@dev"), None);
        assert_eq!(present("Org/other"), None);
        // A reference that leads out of the cache is ignored.
        fs::write(repository.join("refs/main"), "../../elsewhere").unwrap();
        assert_eq!(present("Org/model"), None);
    }

    #[test]
    fn removing_a_revision_keeps_what_another_one_needs() {
        let cache = tempfile::tempdir().unwrap();
        let text = cache.path().join("text");
        let digest = |content: &str| {
            fs::write(&text, content).unwrap();
            FileDigest::parse(&sha256(&text).unwrap()).unwrap()
        };
        let (one, other) = (Repository::named("a/b@one").unwrap(), Repository::named("a/b@two").unwrap());
        for (repository, commit, contents) in [(&one, "1", ["a", "c"]), (&other, "2", ["b", "c"])] {
            let layout = RepositoryCache::new(cache.path(), repository);
            for content in contents {
                replace_file(&layout.blob(&digest(content)), content.as_bytes()).unwrap();
                layout.link(&digest(content), &commit.repeat(40), content).unwrap();
            }
            layout.note(&commit.repeat(40)).unwrap();
        }
        let layout = RepositoryCache::new(cache.path(), &one);
        assert!(layout.remove("a/b@one", false).unwrap());
        assert!(layout.present().is_none() && !layout.blob(&digest("a")).exists());
        assert!(layout.blob(&digest("c")).exists());
        assert!(!layout.remove("a/b@one", false).unwrap());
        let layout = RepositoryCache::new(cache.path(), &other);
        assert!(layout.present().is_some() && layout.remove("a/b", true).unwrap());
        assert!(!layout.folder().exists());
    }

    #[test]
    fn a_file_that_is_no_link_is_known_by_its_content_or_its_length() {
        let cache = tempfile::tempdir().unwrap();
        let repository = Repository::named("a/b").unwrap();
        let layout = RepositoryCache::new(cache.path(), &repository);
        let digest = |text: &str| FileDigest::parse(text).unwrap();
        let a = digest("ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb");
        let abc = digest("f2ba8f84ab5c1bce84a7b441cb1959cfc7093b7f");
        replace_file(&layout.blob(&a), b"a").unwrap();
        replace_file(&layout.blob(&abc), b"abc").unwrap();
        let file = cache.path().join("file");
        for (content, expected) in [("a", Some(&a)), ("abc", Some(&abc)), ("abd", Some(&abc)), ("ab", None)] {
            fs::write(&file, content).unwrap();
            assert_eq!(layout.expected_digest(&file).as_ref(), expected, "{content}");
        }
    }
}
