//! A model on this machine: where each of its files is.

use std::borrow::Cow;
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::cache::is_plain;
use super::digest;
use super::embedded::EmbeddedModel;
use super::error::Error;
use super::family::best_set;
use super::firefox;
use super::manifest::Manifest;
use super::prompt_form::PromptForm;

/// Where a file of a model is.
#[derive(Clone, Debug)]
pub enum ModelFile {
    /// A file of the model on disk.
    Path(PathBuf),
    /// A file of the model that is compiled in.
    Embedded(&'static [u8]),
}

/// The files of a model, located but not read.
#[derive(Clone, Debug)]
pub struct Model {
    name: String,
    licence: Option<&'static str>,
    prefix: Option<&'static str>,
    prompt_form: Option<&'static PromptForm>,
    location: ModelLocation,
    /// The end of the name of the GGUF file to use, or the pair of languages of the Firefox model.
    variant: Option<String>,
}

#[derive(Clone, Debug)]
enum ModelLocation {
    /// A GGUF file, which holds the whole model.
    File(PathBuf),
    Folder(PathBuf),
    Embedded(&'static [(&'static str, &'static [u8])]),
}

/// Names of weight files, best first.
pub(super) const WEIGHT_FILES: [&str; 3] = ["model.safetensors", "model.safetensors.index.json", "pytorch_model.bin"];

/// Whether `name` is that of a GGUF file.
pub(super) fn is_gguf(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("gguf"))
}

/// Chooses among several GGUF files: the requested variant, else the only file, else `Q4_K_M`, which loses little, else `Q8_0`, else the
/// first by name.
pub(super) fn best_gguf<'a>(file_names: &[&'a str], variant: Option<&str>) -> Option<&'a str> {
    // Vision projectors are no models, and split files have to be merged first.
    let is_whole = |name: &&str| is_gguf(name) && !name.starts_with("mmproj") && !name.contains("-of-");
    let mut file_names: Vec<&str> = file_names.iter().copied().filter(is_whole).collect();
    file_names.sort_unstable();
    let file_of_variant = |variant: &str| {
        let file_ending = format!("{}.gguf", variant.to_lowercase().trim_end_matches(".gguf"));
        file_names.iter().copied().find(|name| name.to_lowercase().ends_with(&file_ending))
    };
    match (variant, file_names.as_slice()) {
        (Some(variant), _) => file_of_variant(variant),
        (None, [only_file]) => Some(only_file),
        (None, _) => ["Q4_K_M", "Q8_0"].into_iter().find_map(file_of_variant).or(file_names.first().copied()),
    }
}

impl Model {
    /// The model in the GGUF file at `path`.
    pub(super) fn in_file(name: &str, path: PathBuf) -> Self {
        Self {
            name: name.into(),
            licence: None,
            prefix: None,
            prompt_form: None,
            location: ModelLocation::File(path),
            variant: None,
        }
    }

    /// The same model with the GGUF file of `variant`.
    #[must_use]
    pub(super) fn with_variant(self, variant: Option<String>) -> Self {
        Self { variant, ..self }
    }

    /// The model in `folder`, without regard to the catalogue.
    ///
    /// # Errors
    /// [`Error::Incomplete`] if the configuration or the weights are missing.
    pub fn open(folder: &Path) -> Result<Self, Error> {
        let model = Self::in_folder(&folder.display().to_string(), folder.to_owned(), None);
        let missing = match model.lacks(&[]).as_deref() {
            None => return Ok(model),
            Some("config.json") => "config.json",
            Some(lacks) if lacks == firefox::VOCABULARIES[0] => firefox::VOCABULARIES[0],
            Some(lacks) if lacks.contains(WEIGHT_FILES[2]) => "model.safetensors or pytorch_model.bin",
            Some(_) => "shard of the weights",
        };
        Err(Error::Incomplete { folder: folder.to_owned(), missing })
    }

    /// The model in `folder`, with what its manifest says.
    pub(super) fn in_folder(name: &str, folder: PathBuf, manifest: Option<&'static Manifest>) -> Self {
        Self {
            name: name.into(),
            licence: manifest.map(|manifest| manifest.licence.id.as_str()),
            prefix: manifest.and_then(|manifest| manifest.prefix.as_deref()),
            prompt_form: manifest.and_then(|manifest| manifest.prompt.as_ref()),
            location: ModelLocation::Folder(folder),
            variant: None,
        }
    }

    /// A model that is compiled in.
    pub(super) fn embedded(model: &'static EmbeddedModel, manifest: &'static Manifest) -> Self {
        let licence = Some(manifest.licence.id.as_str());
        Self {
            name: model.name.into(),
            licence,
            prefix: manifest.prefix.as_deref(),
            prompt_form: manifest.prompt.as_ref(),
            location: ModelLocation::Embedded(model.files),
            variant: None,
        }
    }

    /// The name in the catalogue, `ORG/NAME`, or the folder as it was given.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The licence of the weights, if known.
    pub fn licence(&self) -> Option<&str> {
        self.licence
    }

    /// Prefix of every source text, such as `>>eng<<` for a multilingual model.
    pub fn prefix(&self) -> Option<&str> {
        self.prefix
    }

    /// How the model is asked for a translation, if its manifest says it.
    pub fn prompt_form(&self) -> Option<&PromptForm> {
        self.prompt_form
    }

    /// The folder of the files, unless the model is compiled in or a single file.
    pub fn folder(&self) -> Option<&Path> {
        match &self.location {
            ModelLocation::Folder(folder) => Some(folder),
            ModelLocation::File(_) | ModelLocation::Embedded(_) => None,
        }
    }

    /// Where the model's file `file_name` is, if the model has it.
    pub fn file(&self, file_name: &str) -> Option<ModelFile> {
        match &self.location {
            ModelLocation::Folder(folder) => {
                let is_vocabulary = firefox::VOCABULARIES.contains(&file_name);
                let actual_name =
                    if is_vocabulary { self.firefox_vocabulary(file_name)? } else { file_name.to_owned() };
                Some(folder.join(actual_name)).filter(|path| path.is_file()).map(ModelFile::Path)
            }
            ModelLocation::File(path) => {
                Some(path).filter(|path| path.ends_with(file_name)).cloned().map(ModelFile::Path)
            }
            ModelLocation::Embedded(files) => {
                files.iter().find(|(known, _)| *known == file_name).map(|(_, bytes)| ModelFile::Embedded(bytes))
            }
        }
    }

    /// The bytes of the model's file `file_name`, or `None` if the model does not have it.
    ///
    /// # Errors
    /// [`Error::Read`] if the file exists but cannot be read.
    pub fn read(&self, file_name: &str) -> Result<Option<Cow<'static, [u8]>>, Error> {
        match self.file(file_name) {
            None => Ok(None),
            Some(ModelFile::Embedded(bytes)) => Ok(Some(Cow::Borrowed(bytes))),
            Some(ModelFile::Path(path)) => match fs::read(&path).and_then(|bytes| self.unpacked(&path, bytes)) {
                Ok(bytes) => Ok(Some(Cow::Owned(bytes))),
                Err(source) => Err(Error::Read { path, source }),
            },
        }
    }

    /// The content of the file at `path`, which is stored as `bytes`: vocabularies of Firefox's models may be packed.
    fn unpacked(&self, path: &Path, bytes: Vec<u8>) -> std::io::Result<Vec<u8>> {
        let file_name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if firefox::is_part(file_name) { firefox::unpacked(file_name, bytes) } else { Ok(bytes) }
    }

    /// The weight files: one file, or the shards of an index by name. A GGUF file is used if it was asked for or there are no others.
    ///
    /// # Errors
    /// [`Error::Read`] if the index cannot be read, [`Error::Incomplete`] if it names no shard or one that is missing.
    pub fn weights(&self) -> Result<Vec<ModelFile>, Error> {
        let incomplete = |_| Error::Incomplete { folder: PathBuf::from(&self.name), missing: "shard of the weights" };
        let weight_names = self.weight_names()?.map_err(incomplete)?;
        weight_names.into_iter().map(|file_name| self.file(&file_name).ok_or_else(|| incomplete(file_name))).collect()
    }

    /// The names of the weight files in the best format, empty if there are none. The inner error names an unreadable index.
    fn weight_names(&self) -> Result<Result<Vec<String>, String>, Error> {
        let [safetensors, shard_index, pytorch_file] = WEIGHT_FILES;
        if self.variant.is_some() {
            return Ok(Ok(self.gguf().or_else(|| self.firefox_weights()).into_iter().collect()));
        }
        if self.file(safetensors).is_some() {
            return Ok(Ok(vec![safetensors.into()]));
        }
        if let Some(bytes) = self.read(shard_index)? {
            return Ok(shard_names(&bytes).map_err(|_| format!("readable {shard_index}")));
        }
        let pytorch_file = self.file(pytorch_file).map(|_| pytorch_file.to_owned());
        Ok(Ok(pytorch_file.or_else(|| self.gguf()).or_else(|| self.firefox_weights()).into_iter().collect()))
    }

    /// The name of the GGUF file, if the model has one.
    fn gguf(&self) -> Option<String> {
        match &self.location {
            ModelLocation::File(path) => path.file_name()?.to_str().map(str::to_owned),
            ModelLocation::Folder(_) | ModelLocation::Embedded(_) => {
                self.among_names(|names| best_gguf(names, self.variant.as_deref()))
            }
        }
    }

    /// The name of the weights of a Firefox model, if it is one.
    fn firefox_weights(&self) -> Option<String> {
        self.among_names(|names| firefox::weights(names, self.variant.as_deref()))
    }

    /// The name of a Firefox model's file that is called `vocabulary` here.
    fn firefox_vocabulary(&self, vocabulary: &str) -> Option<String> {
        self.among_names(|names| {
            let weights = firefox::weights(names, self.variant.as_deref())?;
            firefox::vocabulary(names, weights, vocabulary)
        })
    }

    /// What `choose` chooses of the names of the files in the model's folder.
    fn among_names(&self, choose: impl for<'n> Fn(&[&'n str]) -> Option<&'n str>) -> Option<String> {
        let ModelLocation::Folder(folder) = &self.location else { return None };
        let entries = fs::read_dir(folder).ok()?;
        let file_names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let file_names: Vec<String> = file_names.collect();
        let file_names: Vec<&str> = file_names.iter().map(String::as_str).collect();
        choose(&file_names).map(str::to_owned)
    }

    /// The first missing file, given the alternative sets of tokenizer files in `tokenizer_file_sets`.
    pub(super) fn lacks(&self, tokenizer_file_sets: &[&[&str]]) -> Option<String> {
        let is_absent = |name: &str| self.file(name).is_none();
        let [safetensors, shard_index, pytorch_file] = WEIGHT_FILES;
        let weight_names = self.weight_names().unwrap_or_else(|_| Err(format!("readable {shard_index}")));
        if matches!(&weight_names, Ok(weight_names) if weight_names.iter().any(|name| is_gguf(name))) {
            return None;
        }
        if matches!(&weight_names, Ok(weight_names) if weight_names.iter().any(|name| firefox::is_firefox_model(name)))
        {
            let [shared, source, target] = firefox::VOCABULARIES;
            let is_complete = !is_absent(shared) || (!is_absent(source) && !is_absent(target));
            return (!is_complete).then(|| shared.to_owned());
        }
        if let Some(variant) = &self.variant {
            return Some(format!("{variant} in a .gguf file"));
        }
        if is_absent("config.json") {
            return Some("config.json".into());
        }
        match weight_names {
            Ok(weight_names) if weight_names.is_empty() => return Some(format!("{safetensors} or {pytorch_file}")),
            Ok(weight_names) => {
                if let Some(shard) = weight_names.into_iter().find(|name| is_absent(name)) {
                    return Some(shard);
                }
            }
            Err(missing) => return Some(missing),
        }
        best_set(tokenizer_file_sets, |name| !is_absent(name))
            .iter()
            .find(|name| is_absent(name))
            .map(|name| (*name).to_owned())
    }

    /// SHA-256 over the weights, in lower-case hexadecimal.
    ///
    /// # Errors
    /// [`Error::Read`] if a file cannot be read.
    pub fn digest(&self) -> Result<String, Error> {
        let mut hasher = Sha256::new();
        for weight_file in self.weights()? {
            match weight_file {
                ModelFile::Embedded(bytes) => hasher.update(bytes),
                ModelFile::Path(path) => {
                    let hashed = digest::hash_pieces(&path, |piece| hasher.update(piece));
                    hashed.map_err(|source| Error::Read { path, source })?;
                }
            }
        }
        Ok(digest::hexadecimal(&hasher.finalize()))
    }
}

/// The distinct shards of a weight index, by name.
pub(super) fn shard_names(shard_index: &[u8]) -> Result<Vec<String>, String> {
    let shard_index: serde_json::Value = serde_json::from_slice(shard_index).map_err(|error| error.to_string())?;
    let weight_map =
        shard_index.get("weight_map").and_then(|weight_map| weight_map.as_object()).ok_or("it has no weight_map")?;
    let mut shard_names: Vec<String> =
        weight_map.values().filter_map(|name| name.as_str()).map(str::to_owned).collect();
    shard_names.sort_unstable();
    shard_names.dedup();
    // An index must not lead out of the model's folder.
    match shard_names.iter().find(|name| !is_plain(name)) {
        Some(name) => Err(format!("{name:?} is not the name of a shard")),
        None if shard_names.is_empty() => Err("it names no shard".into()),
        None => Ok(shard_names),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_several_gguf_files_the_one_asked_for_is_taken() {
        let names = ["m-Q8_0.gguf", "README.md", "m-Q4_K_M.gguf", "mmproj-m-f16.gguf", "m-BF16-00001-of-00002.gguf"];
        for (names, variant, expected) in [
            (&names[..], None, Some("m-Q4_K_M.gguf")),
            (&names, Some("q8_0"), Some("m-Q8_0.gguf")),
            (&names, Some("m-Q8_0.gguf"), Some("m-Q8_0.gguf")),
            (&names, Some("Q5_K_M"), None),
            (&names[..1], None, Some("m-Q8_0.gguf")),
            (&names[1..2], None, None),
            (&["b.gguf", "a.gguf"], None, Some("a.gguf")),
        ] {
            assert_eq!(best_gguf(names, variant), expected, "{variant:?}");
        }
    }

    #[test]
    fn a_gguf_file_is_a_whole_model_alone_and_in_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("m-Q8_0.gguf");
        fs::write(&path, "").unwrap();
        for model in [Model::in_file("m", path.clone()), Model::open(folder.path()).unwrap()] {
            assert_eq!(model.lacks(&[&["tokenizer.json"]]), None);
            assert!(matches!(model.weights().unwrap().as_slice(), [ModelFile::Path(found)] if *found == path));
        }
        let model = Model::in_folder("m", folder.path().into(), None).with_variant(Some("Q4_0".into()));
        assert!(model.lacks(&[]).unwrap().contains("Q4_0"));
        fs::write(folder.path().join("model.safetensors"), "").unwrap();
        fs::write(folder.path().join("config.json"), "").unwrap();
        let named = |variant: Option<&str>| {
            let model = Model::open(folder.path()).unwrap().with_variant(variant.map(str::to_owned));
            model.weight_names().unwrap().unwrap()
        };
        assert_eq!(named(None), ["model.safetensors"]);
        assert_eq!(named(Some("Q8_0")), ["m-Q8_0.gguf"]);
    }

    #[test]
    fn shards_are_found_once_each_in_order_and_never_outside_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["config.json", "b.safetensors", "a.safetensors"] {
            fs::write(folder.path().join(name), "{}").unwrap();
        }
        let index = r#"{"weight_map": {"x": "b.safetensors", "y": "a.safetensors", "z": "b.safetensors"}}"#;
        fs::write(folder.path().join("model.safetensors.index.json"), index).unwrap();
        let model = Model::in_folder("m", folder.path().into(), None);
        let files = model.weights().unwrap();
        let names = files.iter().map(|file| match file {
            ModelFile::Path(path) => path.file_name().unwrap().to_str().unwrap().to_owned(),
            ModelFile::Embedded(_) => String::new(),
        });
        assert_eq!(names.collect::<Vec<_>>(), ["a.safetensors", "b.safetensors"]);
        assert_eq!(model.lacks(&[&["source.spm"]]).as_deref(), Some("source.spm"));
        assert_eq!(model.lacks(&[&["source.spm"], &["config.json"]]), None);
        let sets: &[&[&str]] = &[&["source.spm"], &["config.json", "merges.txt"]];
        assert_eq!(model.lacks(sets).as_deref(), Some("merges.txt"));
        fs::remove_file(folder.path().join("b.safetensors")).unwrap();
        assert_eq!(model.lacks(&[]).as_deref(), Some("b.safetensors"));
        for index in [r#"{"weight_map": {"w": "../c"}}"#, r#"{"weight_map": {}}"#, "{}", "["] {
            assert!(shard_names(index.as_bytes()).is_err(), "{index}");
        }
    }
}
