//! A model's name as the user gives it → the files of the model.
//!
//! Promises: what it hands out is there and readable when it says so; it looks in a fixed order (the models that are part of
//! the program, a folder, the cache that Hugging Face's tools share) and its errors list where it looked. The only room
//! that may ever open a socket, and it opens none yet. Never parses weights and knows no architecture.

mod embedded;
mod hub_cache;

use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use thiserror::Error;

/// The model that is used when the user names none.
pub const DEFAULT_TRANSLATOR: &str = "tiny-de-en";

/// Why a model cannot be had.
#[derive(Debug, Error)]
pub enum Error {
    /// Neither a folder nor a known name.
    #[error("there is no model {name:?}: it is not a folder, and not a model of this program")]
    Unknown {
        /// The name as it was given.
        name: String,
    },
    /// The name of a hub repository that the cache does not hold.
    #[error("{name} is not a folder, and not in the Hugging Face cache{}", at(cache.as_deref()))]
    NotCached {
        /// The name as it was given.
        name: String,
        /// The cache, where there is one.
        cache: Option<PathBuf>,
    },
    /// The folder holds no model.
    #[error("{} is not a model folder: it has no {missing}", folder.display())]
    Incomplete {
        /// The folder.
        folder: PathBuf,
        /// What was looked for.
        missing: &'static str,
    },
    /// A file of the model cannot be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The cause.
        #[source]
        source: io::Error,
    },
}

impl Error {
    /// What the user can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Unknown { .. } => {
                let names: Vec<_> = embedded::MODELS.iter().map(|model| model.name).collect();
                let names = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
                Some(format!("give the folder of a model, or the name of one inside this program: {names}"))
            }
            Self::NotCached { name, .. } => {
                let (repository, revision) = name.split_once('@').unwrap_or((name, "main"));
                Some(format!(
                    "fetch it once with Hugging Face's own tool: hf download {repository} --revision {revision}"
                ))
            }
            Self::Incomplete { .. } => Some(
                "a model folder holds config.json, model.safetensors or pytorch_model.bin, source.spm, target.spm and \
                 vocab.json, as Hugging Face transformers writes them"
                    .into(),
            ),
            Self::Read { .. } => None,
        }
    }
}

/// ` at PATH`, or nothing.
fn at(path: Option<&Path>) -> String {
    path.map(|path| format!(" at {}", path.display())).unwrap_or_default()
}

/// Where one file of a model is.
#[derive(Clone, Debug)]
pub enum ModelFile {
    /// On disk.
    Path(PathBuf),
    /// In the program.
    Embedded(&'static [u8]),
}

/// The files of a model, found but not read.
#[derive(Clone, Debug)]
pub struct Model {
    name: String,
    licence: Option<&'static str>,
    place: Place,
}

#[derive(Clone, Debug)]
enum Place {
    Folder(PathBuf),
    Embedded(&'static [(&'static str, &'static [u8])]),
}

/// The names under which weights are stored, best first.
const WEIGHTS: [&str; 3] = ["model.safetensors", "model.safetensors.index.json", "pytorch_model.bin"];

impl Model {
    /// The model that the user calls `name`: one that is part of the program, a folder, or `ORG/NAME[@REVISION]` of the
    /// Hugging Face hub if it lies in the folder `hub_cache` already.
    ///
    /// # Errors
    /// [`Error::Unknown`] or [`Error::NotCached`] if there is none, [`Error::Incomplete`] if the configuration or the
    /// weights are missing.
    pub fn find(name: &str, hub_cache: Option<&Path>) -> Result<Self, Error> {
        if let Some(model) = embedded::MODELS.iter().find(|model| model.name == name) {
            let place = Place::Embedded(model.files);
            return Ok(Self { name: name.into(), licence: Some(model.licence), place });
        }
        let folder = if Path::new(name).is_dir() {
            PathBuf::from(name)
        } else if let Some(repository) = hub_cache::Repository::named(name) {
            let not_cached = || Error::NotCached { name: name.into(), cache: hub_cache.map(Path::to_owned) };
            hub_cache.and_then(|cache| repository.snapshot(cache)).ok_or_else(not_cached)?
        } else {
            return Err(Error::Unknown { name: name.into() });
        };
        let model = Self { name: name.into(), licence: None, place: Place::Folder(folder.clone()) };
        for missing in ["config.json", "model.safetensors or pytorch_model.bin"] {
            let names: &[&str] = if missing == "config.json" { &["config.json"] } else { &WEIGHTS };
            if !names.iter().any(|name| model.file(name).is_some()) {
                return Err(Error::Incomplete { folder, missing });
            }
        }
        Ok(model)
    }

    /// The name in the catalogue, or the folder as it was given.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The licence of the weights, where it is known.
    pub fn licence(&self) -> Option<&str> {
        self.licence
    }

    /// Where the file called `name` is, if the model has it.
    pub fn file(&self, name: &str) -> Option<ModelFile> {
        match &self.place {
            Place::Folder(folder) => Some(folder.join(name)).filter(|path| path.is_file()).map(ModelFile::Path),
            Place::Embedded(files) => {
                files.iter().find(|(known, _)| *known == name).map(|(_, bytes)| ModelFile::Embedded(bytes))
            }
        }
    }

    /// The bytes of the file called `name`, or `None` if the model does not have it.
    ///
    /// # Errors
    /// [`Error::Read`] if the file is there but cannot be read.
    pub fn read(&self, name: &str) -> Result<Option<Cow<'static, [u8]>>, Error> {
        match self.file(name) {
            None => Ok(None),
            Some(ModelFile::Embedded(bytes)) => Ok(Some(Cow::Borrowed(bytes))),
            Some(ModelFile::Path(path)) => match fs::read(&path) {
                Ok(bytes) => Ok(Some(Cow::Owned(bytes))),
                Err(source) => Err(Error::Read { path, source }),
            },
        }
    }

    /// The weights: one file, or the shards that an index names, in the order of their names.
    ///
    /// # Errors
    /// [`Error::Read`] if the index cannot be read, [`Error::Incomplete`] if it names no shard or one that is missing.
    pub fn weights(&self) -> Result<Vec<ModelFile>, Error> {
        let [whole, index, pickle] = WEIGHTS;
        if let Some(file) = self.file(whole) {
            return Ok(vec![file]);
        }
        if let Some(bytes) = self.read(index)? {
            let incomplete =
                || Error::Incomplete { folder: PathBuf::from(&self.name), missing: "shard of the weights" };
            let index: serde_json::Value = serde_json::from_slice(&bytes).map_err(|_| incomplete())?;
            let shards = index.get("weight_map").and_then(|map| map.as_object()).ok_or_else(incomplete)?;
            let mut names: Vec<&str> = shards.values().filter_map(|name| name.as_str()).collect();
            names.sort_unstable();
            names.dedup();
            // A shard is a plain file name: an index from outside must not lead out of the folder.
            let plain = |name: &&str| !name.contains(['/', '\\']);
            let files = names.iter().filter(|name| plain(name)).map(|name| self.file(name).ok_or_else(incomplete));
            let files = files.collect::<Result<Vec<_>, _>>()?;
            return if files.is_empty() { Err(incomplete()) } else { Ok(files) };
        }
        Ok(self.file(pickle).into_iter().collect())
    }

    /// SHA-256 over the weights, in hexadecimal digits.
    ///
    /// # Errors
    /// [`Error::Read`] if a file cannot be read.
    pub fn digest(&self) -> Result<String, Error> {
        let mut hasher = Sha256::new();
        for file in self.weights()? {
            match file {
                ModelFile::Embedded(bytes) => hasher.update(bytes),
                ModelFile::Path(path) => {
                    hash_file(&path, &mut hasher).map_err(|source| Error::Read { path, source })?;
                }
            }
        }
        Ok(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

fn hash_file(path: &Path, hasher: &mut Sha256) -> io::Result<()> {
    let mut file = File::open(path)?;
    let mut buffer = vec![0; 1 << 20];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(()),
            count => hasher.update(&buffer[..count]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_model_is_named_with_what_there_is() {
        let error = Model::find("no-such-model", None).unwrap_err();
        assert!(error.to_string().contains("no-such-model"));
        assert!(error.hint().is_some());
    }

    #[test]
    fn a_folder_without_a_model_says_what_is_missing() {
        let folder = tempfile::tempdir().unwrap();
        let name = folder.path().to_str().unwrap();
        assert!(Model::find(name, None).unwrap_err().to_string().contains("config.json"));
        fs::write(folder.path().join("config.json"), "{}").unwrap();
        assert!(Model::find(name, None).unwrap_err().to_string().contains("model.safetensors"));
    }

    #[test]
    fn shards_are_found_once_each_in_order_and_never_outside_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["config.json", "b.safetensors", "a.safetensors"] {
            fs::write(folder.path().join(name), "{}").unwrap();
        }
        let index =
            r#"{"weight_map": {"x": "b.safetensors", "y": "a.safetensors", "z": "b.safetensors", "w": "../c"}}"#;
        fs::write(folder.path().join("model.safetensors.index.json"), index).unwrap();
        let files = Model::find(folder.path().to_str().unwrap(), None).unwrap().weights().unwrap();
        let names = files.iter().map(|file| match file {
            ModelFile::Path(path) => path.file_name().unwrap().to_str().unwrap().to_owned(),
            ModelFile::Embedded(_) => String::new(),
        });
        assert_eq!(names.collect::<Vec<_>>(), ["a.safetensors", "b.safetensors"]);
    }

    #[cfg(feature = "embedded-model")]
    #[test]
    fn the_default_translator_is_in_the_program() {
        let model = Model::find(DEFAULT_TRANSLATOR, None).unwrap();
        assert_eq!(model.digest().unwrap().len(), 64);
        assert!(model.read("vocab.json").unwrap().is_some());
        assert!(model.licence().is_some());
    }
}
