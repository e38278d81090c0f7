//! A model's name as the user gives it → the files of the model.
//!
//! Promises: what it hands out is there and readable when it says so; it looks in a fixed order (a folder, then the
//! models that are part of the program) and its errors list where it looked. The only room that may ever open a socket.
//! Never parses weights and knows no architecture.

mod embedded;

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
            Self::Incomplete { .. } => Some(
                "a model folder holds config.json, model.safetensors or pytorch_model.bin, source.spm, target.spm and \
                 vocab.json, as Hugging Face transformers writes them"
                    .into(),
            ),
            Self::Read { .. } => None,
        }
    }
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
    /// The model that the user calls `name`: a folder (anything with a path separator, or a folder that exists), or a
    /// model that is part of the program.
    ///
    /// # Errors
    /// [`Error::Unknown`] if it is neither, [`Error::Incomplete`] if the folder lacks the configuration or weights.
    pub fn find(name: &str) -> Result<Self, Error> {
        if let Some(model) = embedded::MODELS.iter().find(|model| model.name == name) {
            let place = Place::Embedded(model.files);
            return Ok(Self { name: name.into(), licence: Some(model.licence), place });
        }
        let folder = Path::new(name);
        if !folder.is_dir() {
            return Err(Error::Unknown { name: name.into() });
        }
        let model = Self { name: name.into(), licence: None, place: Place::Folder(folder.into()) };
        for missing in ["config.json", "model.safetensors or pytorch_model.bin"] {
            let names: &[&str] = if missing == "config.json" { &["config.json"] } else { &WEIGHTS };
            if !names.iter().any(|name| model.file(name).is_some()) {
                return Err(Error::Incomplete { folder: folder.into(), missing });
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
        let error = Model::find("no-such-model").unwrap_err();
        assert!(error.to_string().contains("no-such-model"));
        assert!(error.hint().is_some());
    }

    #[test]
    fn a_folder_without_a_model_says_what_is_missing() {
        let folder = tempfile::tempdir().unwrap();
        let name = folder.path().to_str().unwrap();
        assert!(Model::find(name).unwrap_err().to_string().contains("config.json"));
        fs::write(folder.path().join("config.json"), "{}").unwrap();
        assert!(Model::find(name).unwrap_err().to_string().contains("model.safetensors"));
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
        let files = Model::find(folder.path().to_str().unwrap()).unwrap().weights().unwrap();
        let names = files.iter().map(|file| match file {
            ModelFile::Path(path) => path.file_name().unwrap().to_str().unwrap().to_owned(),
            ModelFile::Embedded(_) => String::new(),
        });
        assert_eq!(names.collect::<Vec<_>>(), ["a.safetensors", "b.safetensors"]);
    }

    #[cfg(feature = "embedded-model")]
    #[test]
    fn the_default_translator_is_in_the_program() {
        let model = Model::find(DEFAULT_TRANSLATOR).unwrap();
        assert_eq!(model.digest().unwrap().len(), 64);
        assert!(model.read("vocab.json").unwrap().is_some());
        assert!(model.licence().is_some());
    }
}
