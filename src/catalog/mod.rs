//! The name of a model, as the user gives it → the model's files.
//!
//! Names are looked up in a fixed order: the catalogue, a folder or GGUF file, the cache that Hugging Face's tools share, the hub. A
//! model that is returned is complete. Every fetched file is verified before it becomes visible.
//!
//! This is the only room that opens a socket, and offline it opens none. It parses no weights, knows no architecture, reads no
//! environment variable and prints nothing; a listener is told what happens.
//!
//! To add a model, write a manifest: see `manifest.rs`.

mod bundle;
mod cache;
mod digest;
mod download;
mod embedded;
mod error;
mod family;
mod fetch;
mod firefox;
mod http;
mod hub;
mod lock;
mod manifest;
mod model;
mod prompt_form;
mod size;
mod verify;

use std::path::{Path, PathBuf};

use cache::{Repository, RepositoryCache};
use embedded::EmbeddedModel;

pub use error::Error;
pub use family::FamilyFiles;
pub use firefox::is_firefox_model;
pub use hub::{DEFAULT_ENDPOINT, FetchEvent, Hub, HubToken, Listener, Proxies};
pub use manifest::{DEFAULT_TRANSLATOR, HubLocation, KnownFile, Licence, Manifest, Quality, Rank, Task};
pub use model::{Model, ModelFile};
pub use prompt_form::PromptForm;
pub use size::{ByteSize, free_disk};
pub use verify::Verdict;

/// Finds, fetches, verifies and removes models.
#[derive(Clone, Debug)]
pub struct Catalog {
    /// The hub and the cache.
    pub hub: Hub,
    /// The families that the program can run.
    pub families: Vec<FamilyFiles>,
}

/// What the name of a model stands for.
enum ResolvedName {
    Embedded(&'static EmbeddedModel, &'static Manifest),
    /// A GGUF file.
    File(PathBuf),
    Folder(PathBuf),
    Hub(Repository, Option<&'static Manifest>),
}

impl Catalog {
    /// The model called `name`. Missing files are fetched, unless the hub is offline.
    ///
    /// A catalogue name wins (write `./NAME` for a folder of that name), then a folder or GGUF file, then
    /// `ORG/NAME[:VARIANT][@REVISION]` of the hub.
    ///
    /// # Errors
    /// [`Error`] says which model, what was looked for and what is wrong.
    pub fn find(&self, name: &str, listener: &Listener<'_>) -> Result<Model, Error> {
        match self.present(name) {
            Err(Error::NotCached { .. }) if !self.hub.offline => self.fetch(name, false, listener),
            outcome => outcome,
        }
    }

    /// Checks the catalogue for whether the model called `name` may be used for `task`.
    ///
    /// # Errors
    /// [`Error::OtherTask`] if the catalogue says it is for another task, [`Error::Unknown`] if no model can have this name.
    pub fn check_task(name: &str, task: Task) -> Result<(), Error> {
        match manifest_for(name)?.filter(|manifest| !manifest.does(task)) {
            Some(manifest) => Err(Error::OtherTask { name: name.into(), task: manifest.task }),
            None => Ok(()),
        }
    }

    /// Checks the catalogue for whether the model called `name` may know the language with this ISO 639 code.
    ///
    /// # Errors
    /// [`Error::OtherLanguages`] if the catalogue says it does not, [`Error::Unknown`] if no model can have this name.
    pub fn check_language(name: &str, language: &'static str) -> Result<(), Error> {
        let knows_language = |manifest: &&Manifest| manifest.languages.iter().any(|known| known == language);
        match manifest_for(name)?.filter(|manifest| !knows_language(manifest)) {
            Some(manifest) => {
                Err(Error::OtherLanguages { name: name.into(), language, known: manifest.languages.join(", ") })
            }
            None => Ok(()),
        }
    }

    /// The model called `name`, if all its files are on this machine. Opens no socket.
    ///
    /// # Errors
    /// [`Error::NotCached`] names the first missing file; otherwise as for [`Catalog::find`].
    pub fn present(&self, name: &str) -> Result<Model, Error> {
        match resolve_name(name)? {
            ResolvedName::Embedded(model, manifest) => Ok(Model::embedded(model, manifest)),
            ResolvedName::File(path) => Ok(Model::in_file(name, path)),
            ResolvedName::Folder(snapshot_folder) => Model::open(&snapshot_folder),
            ResolvedName::Hub(repository, manifest) => {
                let not_cached = |missing: String| Error::NotCached {
                    name: name.into(),
                    missing,
                    cache: self.hub.cache.clone(),
                    offline: self.hub.offline,
                };
                let cache = self.hub.cache.as_deref();
                let snapshot_folder = cache.and_then(|cache| RepositoryCache::new(cache, &repository).present());
                let first_missing_file = || repository.variant.clone().unwrap_or_else(|| "config.json".into());
                let snapshot_folder = snapshot_folder.ok_or_else(|| not_cached(first_missing_file()))?;
                let model = Model::in_folder(name, snapshot_folder, manifest).with_variant(repository.variant);
                match model.lacks(self.needed_tokenizer_files(&model)) {
                    None => Ok(model),
                    Some(missing) => Err(not_cached(missing)),
                }
            }
        }
    }

    /// Fetches the model's missing files and, if its revision is a branch, those that changed. `accept` allows licences that
    /// restrict the use of the model.
    ///
    /// # Errors
    /// [`Error`] says what went wrong. Bytes that have arrived are kept for the next attempt.
    pub fn fetch(&self, name: &str, accept: bool, listener: &Listener<'_>) -> Result<Model, Error> {
        let ResolvedName::Hub(repository, manifest) = resolve_name(name)? else { return self.present(name) };
        let present = self.present(name);
        if self.hub.offline || (repository.is_pinned() && present.is_ok()) {
            return present;
        }
        let accept = accept || present.is_ok();
        let order = fetch::FetchRequest { name, repository: &repository, manifest, accept };
        fetch::fetch(&self.hub, &self.families, &order, listener)?;
        self.present(name)
    }

    /// Hashes the files of a model from the hub and compares them with what was fetched. Empty for any other model.
    ///
    /// # Errors
    /// [`Error::NotCached`] if the model is not on this machine.
    pub fn verify(&self, name: &str) -> Result<Vec<(String, Verdict)>, Error> {
        let model = self.present(name)?;
        let (ResolvedName::Hub(repository, manifest), Some(cache), Some(folder)) =
            (resolve_name(name)?, &self.hub.cache, model.folder())
        else {
            return Ok(Vec::new());
        };
        verify::verify(&RepositoryCache::new(cache, &repository), folder, manifest)
    }

    /// Removes a model from the cache: the named revision, or the whole repository if the name has none.
    ///
    /// # Errors
    /// [`Error::NotCached`] if there is nothing to remove, [`Error::NotFromHub`] for a model that is not from the hub.
    pub fn remove(&self, name: &str) -> Result<(), Error> {
        let (cache, repository) = self.cached_repository(name)?;
        let removes_repository = !repository.explicit;
        if RepositoryCache::new(cache, &repository).remove(name, removes_repository)? {
            return Ok(());
        }
        let (cache, offline) = (Some(cache.to_owned()), self.hub.offline);
        Err(Error::NotCached { name: name.into(), missing: "config.json".into(), cache, offline })
    }

    /// Writes a cached model to the file `path`.
    ///
    /// # Errors
    /// [`Error::Checksum`] if the model is damaged; otherwise as for [`Catalog::remove`].
    pub fn export(&self, name: &str, path: &Path) -> Result<(), Error> {
        let (cache, repository) = self.cached_repository(name)?;
        self.present(name)?;
        bundle::export(&RepositoryCache::new(cache, &repository), &repository, path)
    }

    /// Puts an exported model into the cache and returns its name.
    ///
    /// # Errors
    /// [`Error::Bundle`] if the bundle is damaged or was not written by [`Catalog::export`].
    pub fn import(&self, path: &Path) -> Result<String, Error> {
        let name = || path.display().to_string();
        let cache = self.hub.cache.as_deref().ok_or_else(|| Error::NoCache { name: name() })?;
        bundle::import(cache, path)
    }

    fn cached_repository(&self, name: &str) -> Result<(&Path, Repository), Error> {
        let not_from_hub = |what| Error::NotFromHub { name: name.into(), what };
        match (resolve_name(name)?, self.hub.cache.as_deref()) {
            (ResolvedName::Embedded(..), _) => Err(not_from_hub("part of the program")),
            (ResolvedName::File(_), _) => Err(not_from_hub("a file")),
            (ResolvedName::Folder(_), _) => Err(not_from_hub("a folder")),
            (ResolvedName::Hub(..), None) => Err(Error::NoCache { name: name.into() }),
            (ResolvedName::Hub(repository, _), Some(cache)) => Ok((cache, repository)),
        }
    }

    /// The tokenizer files that the model's family needs, as alternative sets.
    fn needed_tokenizer_files(&self, model: &Model) -> &[&'static [&'static str]] {
        let config = model.read("config.json").ok().flatten();
        let config: Option<serde_json::Value> = config.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let family = config.as_ref().and_then(|config| config.get("model_type")?.as_str());
        let family = self.families.iter().find(|known| Some(known.name) == family);
        family.map_or(&[], |family| &family.files)
    }
}

/// What the name of a model stands for; opens no socket.
fn resolve_name(name: &str) -> Result<ResolvedName, Error> {
    let unknown_model = || Error::Unknown { name: name.into(), nearest: Manifest::nearest(name) };
    if let Some(manifest) = Manifest::named(name) {
        return match &manifest.hub {
            Some(hub_location) => {
                let repository = Repository::named(&format!("{}@{}", hub_location.repository, hub_location.revision));
                let repository = repository.ok_or_else(unknown_model)?;
                // The user named no revision, so removing the model removes the whole repository.
                Ok(ResolvedName::Hub(
                    Repository { explicit: false, variant: hub_location.file.clone(), ..repository },
                    Some(manifest),
                ))
            }
            None => match embedded::EMBEDDED_MODELS.iter().find(|model| model.name == name) {
                Some(model) => Ok(ResolvedName::Embedded(model, manifest)),
                None => Err(Error::NotBuiltIn { name: name.into() }),
            },
        };
    }
    if Path::new(name).is_dir() {
        return Ok(ResolvedName::Folder(PathBuf::from(name)));
    }
    if model::is_gguf(name) && Path::new(name).is_file() {
        return Ok(ResolvedName::File(PathBuf::from(name)));
    }
    let repository = Repository::named(name).ok_or_else(unknown_model)?;
    let manifest = Manifest::for_repository(&repository.id);
    Ok(ResolvedName::Hub(repository, manifest))
}

/// The manifest of the model called `name`, if the catalogue has it.
fn manifest_for(name: &str) -> Result<Option<&'static Manifest>, Error> {
    Ok(match resolve_name(name)? {
        ResolvedName::Embedded(_, manifest) => Some(manifest),
        ResolvedName::Hub(_, manifest) => manifest,
        ResolvedName::File(_) | ResolvedName::Folder(_) => None,
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::hint::Hint;

    fn catalog(cache: Option<&Path>) -> Catalog {
        let hub = Hub { cache: cache.map(Path::to_owned), offline: true, ..Hub::default() };
        Catalog { hub, families: vec![FamilyFiles { name: "marian", files: vec![&["source.spm"]] }] }
    }

    #[test]
    fn an_unknown_model_is_named_with_those_like_it() {
        let error = catalog(None).find("opus-mt-en-de", &|_| ()).unwrap_err();
        assert!(error.to_string().contains("opus-mt-en-de"));
        assert!(error.hint().unwrap().contains("opus-mt-de-en"));
        assert!(catalog(None).find("./nowhere", &|_| ()).unwrap_err().hint().is_some());
    }

    #[test]
    fn a_folder_without_a_model_says_what_is_missing() {
        let folder = tempfile::tempdir().unwrap();
        let name = folder.path().to_str().unwrap();
        let said = || catalog(None).present(name).unwrap_err().to_string();
        assert!(said().contains("config.json"));
        fs::write(folder.path().join("config.json"), "{}").unwrap();
        assert!(said().contains("model.safetensors"));
    }

    #[test]
    fn a_model_that_is_not_whole_in_the_cache_is_named_with_what_is_missing_and_how_to_get_it() {
        let cache = tempfile::tempdir().unwrap();
        let error = catalog(Some(cache.path())).find("opus-mt-de-en", &|_| ()).unwrap_err();
        assert!(error.to_string().contains("config.json"));
        assert!(error.hint().unwrap().contains("depesche models fetch opus-mt-de-en"));
        let snapshot = cache.path().join(format!("models--a--b/snapshots/{}", "1".repeat(40)));
        fs::create_dir_all(&snapshot).unwrap();
        for (name, content) in [("config.json", r#"{"model_type": "marian"}"#), ("model.safetensors", "")] {
            fs::write(snapshot.join(name), content).unwrap();
        }
        let name = format!("a/b@{}", "1".repeat(40));
        let error = catalog(Some(cache.path())).find(&name, &|_| ()).unwrap_err();
        assert!(error.to_string().contains("source.spm"), "{error}");
        fs::write(snapshot.join("source.spm"), "").unwrap();
        assert!(catalog(Some(cache.path())).find(&name, &|_| ()).is_ok());
    }

    #[cfg(feature = "embedded-model")]
    #[test]
    fn the_default_translator_is_in_the_program() {
        let model = catalog(None).present(DEFAULT_TRANSLATOR).unwrap();
        assert_eq!(model.digest().unwrap().len(), 64);
        assert!(model.read("vocab.json").unwrap().is_some());
        assert!(model.licence().is_some());
    }
}
