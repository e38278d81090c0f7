//! Models that Hugging Face's tools have downloaded already: the cache that they all share.

use std::path::{Path, PathBuf};

use hf_hub::{Cache, Repo, RepoType};

/// A repository of the hub at a revision.
pub(super) struct Repository {
    name: String,
    revision: String,
}

impl Repository {
    /// The repository that `name` stands for, `ORG/NAME` or `ORG/NAME@REVISION` (a branch, a tag or a commit), or `None` if
    /// it cannot be one.
    pub(super) fn named(name: &str) -> Option<Self> {
        let (name, revision) = name.split_once('@').unwrap_or((name, "main"));
        let plain = |part: &str| {
            let allowed = |character: char| character.is_ascii_alphanumeric() || "-_.".contains(character);
            !part.is_empty() && !part.starts_with('.') && part.chars().all(allowed)
        };
        let (organisation, model) = name.split_once('/')?;
        // A revision may be a path, as `refs/pr/4` is; it must not lead out of the cache.
        let whole = plain(organisation) && plain(model) && revision.split('/').all(plain);
        whole.then(|| Self { name: name.to_owned(), revision: revision.to_owned() })
    }

    /// The folder of the repository's files at the revision, if `cache` holds its configuration.
    pub(super) fn snapshot(&self, cache: &Path) -> Option<PathBuf> {
        const CONFIGURATION: &str = "config.json";
        let repository = Repo::with_revision(self.name.clone(), RepoType::Model, self.revision.clone());
        let cache = Cache::new(cache.to_owned());
        // A commit stands for itself; branches and tags are noted with the commit they stood for.
        let of_commit = cache.repo(Repo::model(self.name.clone())).pointer_path(&self.revision).join(CONFIGURATION);
        let configuration = Some(of_commit).filter(|path| path.is_file());
        configuration.or_else(|| cache.repo(repository).get(CONFIGURATION))?.parent().map(Path::to_owned)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

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
        let commit = "8be33f00bcaf451dc5ed05fdd94282649696b8e7";
        let repository = cache.path().join("models--Org--model");
        let snapshot = repository.join("snapshots").join(commit);
        fs::create_dir_all(&snapshot).unwrap();
        fs::create_dir_all(repository.join("refs")).unwrap();
        fs::write(snapshot.join("config.json"), "{}").unwrap();
        fs::write(repository.join("refs/main"), commit).unwrap();
        for name in ["Org/model".to_owned(), format!("Org/model@{commit}")] {
            assert_eq!(Repository::named(&name).unwrap().snapshot(cache.path()), Some(snapshot.clone()), "{name}");
        }
        assert_eq!(Repository::named("Org/model@dev").unwrap().snapshot(cache.path()), None);
        assert_eq!(Repository::named("Org/other").unwrap().snapshot(cache.path()), None);
    }
}
