//! A model's name as the user gives it → the files of the model.
//!
//! Promises: what it hands out is there and whole; it looks in a fixed order (the catalogue, a folder, the cache that
//! Hugging Face's tools share, the hub itself) and its errors say what it looked for; every byte that is fetched is
//! verified before a file can be seen; offline it opens no socket. The only room that may ever open one. Never parses
//! weights, knows no architecture, asks no environment and prints nothing: what happens is told to a listener.
//!
//! To add a model, write a manifest: see `manifest.rs`.

mod bundle;
mod cache;
mod digest;
mod download;
mod embedded;
mod error;
mod fetch;
mod http;
mod hub;
mod lock;
mod manifest;
mod model;
mod verify;

use std::path::{Path, PathBuf};

use cache::{Layout, Repository};
use embedded::Embedded;

pub use error::{Bytes, Error};
pub use hub::{DEFAULT_ENDPOINT, Event, Hub, Listener, Proxies, Token};
pub use manifest::{KnownFile, Licence, Manifest, Place, Quality, Rank, Task};
pub use model::{Model, ModelFile};
pub use verify::Verdict;

/// The model that is used when the user names none.
pub const DEFAULT_TRANSLATOR: &str = "tiny-de-en";

/// A family of models that the program can run, and what it needs beside configuration and weights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Family {
    /// `model_type` in config.json.
    pub name: &'static str,
    /// The files of its tokenizer: any one of these sets, the best first.
    pub files: Vec<&'static [&'static str]>,
}

/// The set of files to take: the first that is whole, else the first that has begun, else the first.
fn best_set<'a>(sets: &[&'a [&'a str]], has: impl Fn(&str) -> bool) -> &'a [&'a str] {
    let whole = sets.iter().find(|set| set.iter().all(|name| has(name)));
    let begun = || sets.iter().find(|set| set.iter().any(|name| has(name)));
    whole.or_else(begun).or(sets.first()).copied().unwrap_or_default()
}

/// The models that can be had: by name, from a folder, from the cache, from the hub.
#[derive(Clone, Debug)]
pub struct Catalog {
    /// Which hub, and which cache.
    pub hub: Hub,
    /// The families that can be run.
    pub families: Vec<Family>,
}

/// What a name stands for.
enum Source {
    Embedded(&'static Embedded, &'static Manifest),
    /// A GGUF file.
    File(PathBuf),
    Folder(PathBuf),
    Hub(Repository, Option<&'static Manifest>),
}

impl Catalog {
    /// The model that the user calls `name`; what is missing of it is fetched, unless the hub is offline.
    ///
    /// A name of the catalogue comes first (write `./NAME` for a folder of that name), then a folder or a GGUF file, then
    /// `ORG/NAME[:VARIANT][@REVISION]` of the hub.
    ///
    /// # Errors
    /// [`Error`] that says which model, what was looked for and what is wrong.
    pub fn find(&self, name: &str, listener: &Listener<'_>) -> Result<Model, Error> {
        match self.present(name) {
            Err(Error::NotCached { .. }) if !self.hub.offline => self.fetch(name, false, listener),
            outcome => outcome,
        }
    }

    /// Whether the model that the user calls `name` can be meant for `task`; looks no further than the catalogue.
    ///
    /// # Errors
    /// [`Error::OtherTask`] if it is known to be for another task, [`Error::Unknown`] if there can be no model of this name.
    pub fn check_task(name: &str, task: Task) -> Result<(), Error> {
        match manifest_of(name)?.filter(|manifest| manifest.task != task) {
            Some(manifest) => Err(Error::OtherTask { name: name.into(), task: manifest.task }),
            None => Ok(()),
        }
    }

    /// Whether the model that the user calls `name` can know the language with this ISO 639 code; looks no further than the catalogue.
    ///
    /// # Errors
    /// [`Error::OtherLanguages`] if it is known not to, [`Error::Unknown`] if there can be no model of this name.
    pub fn check_language(name: &str, language: &'static str) -> Result<(), Error> {
        let knows = |manifest: &&Manifest| manifest.languages.iter().any(|known| known == language);
        match manifest_of(name)?.filter(|manifest| !knows(manifest)) {
            Some(manifest) => {
                Err(Error::OtherLanguages { name: name.into(), language, known: manifest.languages.join(", ") })
            }
            None => Ok(()),
        }
    }

    /// The model that the user calls `name`, if it is there; opens no socket.
    ///
    /// # Errors
    /// [`Error::NotCached`] with the first file that is missing, and what [`Catalog::find`] gives.
    pub fn present(&self, name: &str) -> Result<Model, Error> {
        match resolve(name)? {
            Source::Embedded(model, manifest) => Ok(Model::embedded(model, manifest)),
            Source::File(path) => Ok(Model::in_file(name, path)),
            Source::Folder(folder) => Model::open(&folder),
            Source::Hub(repository, manifest) => {
                let not_cached = |missing: String| Error::NotCached {
                    name: name.into(),
                    missing,
                    cache: self.hub.cache.clone(),
                    offline: self.hub.offline,
                };
                let cache = self.hub.cache.as_deref();
                let folder = cache.and_then(|cache| Layout::new(cache, &repository).present());
                let first = || repository.variant.clone().unwrap_or_else(|| "config.json".into());
                let folder = folder.ok_or_else(|| not_cached(first()))?;
                let model = Model::in_folder(name, folder, manifest).of_variant(repository.variant);
                match model.lacks(self.needs(&model)) {
                    None => Ok(model),
                    Some(missing) => Err(not_cached(missing)),
                }
            }
        }
    }

    /// Fetches what is missing of the model, and what has changed where the revision is a branch. `accept` says that a
    /// licence that does not allow every use is fine.
    ///
    /// # Errors
    /// [`Error`] that says what went wrong; what has come is kept for the next attempt.
    pub fn fetch(&self, name: &str, accept: bool, listener: &Listener<'_>) -> Result<Model, Error> {
        let Source::Hub(repository, manifest) = resolve(name)? else { return self.present(name) };
        let present = self.present(name);
        if self.hub.offline || (repository.is_pinned() && present.is_ok()) {
            return present;
        }
        let accept = accept || present.is_ok();
        let order = fetch::Order { name, repository: &repository, manifest, accept };
        fetch::fetch(&self.hub, &self.families, &order, listener)?;
        self.present(name)
    }

    /// The files of a model from the hub, each with whether it is what was fetched; none for a model that came another way.
    ///
    /// # Errors
    /// [`Error::NotCached`] if the model is not there.
    pub fn verify(&self, name: &str) -> Result<Vec<(String, Verdict)>, Error> {
        let model = self.present(name)?;
        let (Source::Hub(repository, manifest), Some(cache), Some(folder)) =
            (resolve(name)?, &self.hub.cache, model.folder())
        else {
            return Ok(Vec::new());
        };
        verify::verify(&Layout::new(cache, &repository), folder, manifest)
    }

    /// Removes a model from the cache: with a revision in its name that revision, without one the whole repository.
    ///
    /// # Errors
    /// [`Error::NotCached`] if there is nothing to remove, [`Error::NotFromHub`] for a model that came another way.
    pub fn remove(&self, name: &str) -> Result<(), Error> {
        let (cache, repository) = self.cached(name)?;
        let whole = !repository.explicit;
        if Layout::new(cache, &repository).remove(name, whole)? {
            return Ok(());
        }
        let (cache, offline) = (Some(cache.to_owned()), self.hub.offline);
        Err(Error::NotCached { name: name.into(), missing: "config.json".into(), cache, offline })
    }

    /// Writes a model of the cache to the file `path`.
    ///
    /// # Errors
    /// [`Error::Checksum`] if the model is damaged, and those of [`Catalog::remove`].
    pub fn export(&self, name: &str, path: &Path) -> Result<(), Error> {
        let (cache, repository) = self.cached(name)?;
        self.present(name)?;
        bundle::export(&Layout::new(cache, &repository), &repository, path)
    }

    /// Puts a model that was exported into the cache, and returns its name.
    ///
    /// # Errors
    /// [`Error::Bundle`] if anything of it is not as it should be.
    pub fn import(&self, path: &Path) -> Result<String, Error> {
        let name = || path.display().to_string();
        let cache = self.hub.cache.as_deref().ok_or_else(|| Error::NoCache { name: name() })?;
        bundle::import(cache, path)
    }

    fn cached(&self, name: &str) -> Result<(&Path, Repository), Error> {
        let not = |what| Error::NotFromHub { name: name.into(), what };
        match (resolve(name)?, self.hub.cache.as_deref()) {
            (Source::Embedded(..), _) => Err(not("part of the program")),
            (Source::File(_), _) => Err(not("a file")),
            (Source::Folder(_), _) => Err(not("a folder")),
            (Source::Hub(..), None) => Err(Error::NoCache { name: name.into() }),
            (Source::Hub(repository, _), Some(cache)) => Ok((cache, repository)),
        }
    }

    /// What the family of a model needs beside configuration and weights.
    fn needs(&self, model: &Model) -> &[&'static [&'static str]] {
        let config = model.read("config.json").ok().flatten();
        let config: Option<serde_json::Value> = config.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let family = config.as_ref().and_then(|config| config.get("model_type")?.as_str());
        let family = self.families.iter().find(|known| Some(known.name) == family);
        family.map_or(&[], |family| &family.files)
    }
}

fn resolve(name: &str) -> Result<Source, Error> {
    let unknown = || Error::Unknown { name: name.into(), nearest: Manifest::nearest(name) };
    if let Some(manifest) = Manifest::named(name) {
        return match &manifest.hub {
            Some(place) => {
                let repository = Repository::named(&format!("{}@{}", place.repository, place.revision));
                let repository = repository.ok_or_else(unknown)?;
                // The user named no revision: to remove the model is to remove all of it.
                Ok(Source::Hub(
                    Repository { explicit: false, variant: place.file.clone(), ..repository },
                    Some(manifest),
                ))
            }
            None => match embedded::MODELS.iter().find(|model| model.name == name) {
                Some(model) => Ok(Source::Embedded(model, manifest)),
                None => Err(Error::NotBuiltIn { name: name.into() }),
            },
        };
    }
    if Path::new(name).is_dir() {
        return Ok(Source::Folder(PathBuf::from(name)));
    }
    if model::is_gguf(name) && Path::new(name).is_file() {
        return Ok(Source::File(PathBuf::from(name)));
    }
    let repository = Repository::named(name).ok_or_else(unknown)?;
    let manifest = Manifest::of_repository(&repository.id);
    Ok(Source::Hub(repository, manifest))
}

/// What the catalogue knows of the model that the user calls `name`.
fn manifest_of(name: &str) -> Result<Option<&'static Manifest>, Error> {
    Ok(match resolve(name)? {
        Source::Embedded(_, manifest) => Some(manifest),
        Source::Hub(_, manifest) => manifest,
        Source::File(_) | Source::Folder(_) => None,
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::hint::Hint;

    fn catalog(cache: Option<&Path>) -> Catalog {
        let hub = Hub { cache: cache.map(Path::to_owned), offline: true, ..Hub::default() };
        Catalog { hub, families: vec![Family { name: "marian", files: vec![&["source.spm"]] }] }
    }

    #[test]
    fn an_unknown_model_is_named_with_those_like_it() {
        let error = catalog(None).find("opus-mt-en-de", &|_| ()).unwrap_err();
        assert!(error.to_string().contains("opus-mt-en-de"));
        assert!(error.hint().unwrap().contains("opus-mt-de-en"));
        assert!(catalog(None).find("./nowhere", &|_| ()).unwrap_err().hint().is_some());
    }

    #[test]
    fn of_several_sets_of_files_the_first_that_is_whole_is_taken() {
        let sets: &[&[&str]] = &[&["a"], &["b", "c"], &["b"]];
        let best = |there: &[&str]| best_set(sets, |name| there.contains(&name));
        for (there, expected) in
            [(&["a", "b"][..], sets[0]), (&["b", "c"], sets[1]), (&["b"], sets[2]), (&["c"], sets[1]), (&[], sets[0])]
        {
            assert_eq!(best(there), expected, "{there:?}");
        }
        assert!(best_set(&[], |_| true).is_empty());
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
