//! A repository of the hub → every file that the model needs, in the cache.
//!
//! Cheap checks come first: the description of the repository (licence, commit, file names), config.json (family), file sizes (disk
//! space). Then the large files are fetched, and the reference to the commit is written last.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use super::cache::{Repository, RepositoryCache, is_plain};
use super::digest::FileDigest;
use super::download::{self, AnnouncedFile, Destination, Retry};
use super::error::Error;
use super::family::{FamilyFiles, best_set};
use super::firefox;
use super::http::{Answer, Client, Method, RequestError, header};
use super::hub::{FetchEvent, Hub, Listener};
use super::manifest::{Manifest, forbids_commerce};
use super::model::{WEIGHT_FILES, best_gguf, shard_names};
use super::size::ByteSize;

/// Files that are fetched if the repository has them: settings that we read, and those that Python expects.
const OPTIONAL_FILES: [&str; 5] = [
    "generation_config.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "target_vocab.json",
    "chat_template.jinja",
];
const CONFIGURATION_FILE: &str = "config.json";
/// Bytes of disk space to leave free.
const SPARE_DISK_BYTES: u64 = 16 << 20;

/// Which model to fetch.
pub(super) struct FetchRequest<'a> {
    /// The name as it was given.
    pub(super) name: &'a str,
    pub(super) repository: &'a Repository,
    pub(super) manifest: Option<&'static Manifest>,
    /// Whether a licence that forbids commercial use is accepted.
    pub(super) accept: bool,
}

/// A fetch in progress.
struct Fetch<'a> {
    order: &'a FetchRequest<'a>,
    client: Client<'a>,
    cache: &'a Path,
    listener: &'a Listener<'a>,
}

/// The hub's description of a repository.
struct RepositoryInfo {
    commit: String,
    /// Files in the top folder, and those of Firefox's models, which may be in a folder for each pair of languages, without it.
    file_names: Vec<String>,
    /// The folder of each file that is in one.
    folders: BTreeMap<String, String>,
    licence: Option<String>,
    /// The architecture of its GGUF files, if it has any.
    architecture: Option<String>,
}

/// Fetches the missing files of a model.
pub(super) fn fetch(
    hub: &Hub,
    families: &[FamilyFiles],
    order: &FetchRequest<'_>,
    listener: &Listener<'_>,
) -> Result<(), Error> {
    let cache = hub.cache.as_deref().ok_or_else(|| Error::NoCache { name: order.name.into() })?;
    Fetch { order, client: Client::new(hub)?, cache, listener }.run(families)
}

impl Fetch<'_> {
    fn run(&self, families: &[FamilyFiles]) -> Result<(), Error> {
        let repository_cache = RepositoryCache::new(self.cache, self.order.repository);
        let destination = Destination { layout: &repository_cache, name: self.order.name, listener: self.listener };
        let repository_info = self.describe()?;
        self.check_licence(&repository_info)?;

        let fetch_and_link = |file: &AnnouncedFile, progress: &dyn Fn(u64)| -> Result<(), Error> {
            download::download(&self.client, &destination, file, progress)
                .map_err(|failure| self.error(failure, &file.name))?;
            repository_cache.link(&file.digest, &repository_info.commit, &file.name)
        };
        let needed_files = match self.gguf(&repository_info)? {
            // A GGUF file holds the whole model.
            Some(name) => {
                if let Some(architecture) = &repository_info.architecture {
                    self.known_family(architecture, families)?;
                }
                vec![name]
            }
            None if repository_info.is_firefox_model() => {
                self.known_family(firefox::FAMILY, families)?;
                self.firefox(&repository_info)?
            }
            None => {
                let configuration = self.announced(&repository_info, CONFIGURATION_FILE)?;
                fetch_and_link(&configuration, &|_| ())?;
                let family = self.family(&repository_cache, &configuration, families)?;
                let repository_has = |name: &str| repository_info.file_names.iter().any(|known| known == name);
                let optional = OPTIONAL_FILES.iter().filter(|name| repository_has(name));
                let tokenizer_files = best_set(&family.files, repository_has).iter();
                let weight_files = self.weights(&repository_info, &|file| {
                    fetch_and_link(file, &|_| ())?;
                    std::fs::read(repository_cache.blob(&file.digest))
                        .map_err(|source| Error::Read { path: repository_cache.blob(&file.digest), source })
                })?;
                optional.chain(tokenizer_files).map(|name| (*name).to_owned()).chain(weight_files).collect()
            }
        };
        if let Some(absent_file) = needed_files.iter().find(|name| !repository_info.file_names.contains(name)) {
            return Err(self.lacks(absent_file));
        }
        let files: Vec<AnnouncedFile> =
            needed_files.iter().map(|name| self.announced(&repository_info, name)).collect::<Result<_, _>>()?;

        let missing_bytes: u64 = files.iter().map(|file| download::missing_bytes(&repository_cache, file)).sum();
        if missing_bytes > 0 {
            self.check_room(missing_bytes)?;
            let endpoint = &self.client.hub.endpoint;
            (self.listener)(FetchEvent::Fetching { model: self.order.name, endpoint, missing: missing_bytes });
        }
        let bytes_received = Cell::new(0_u64);
        let progress = |bytes: u64| {
            bytes_received.set((bytes_received.get() + bytes).min(missing_bytes));
            (self.listener)(FetchEvent::Progress(bytes_received.get()));
        };
        for file in &files {
            fetch_and_link(file, &progress)?;
        }
        repository_cache.note(&repository_info.commit)?;
        (self.listener)(FetchEvent::Fetched { model: self.order.name });
        Ok(())
    }

    /// Asks the hub what the repository holds.
    fn describe(&self) -> Result<RepositoryInfo, Error> {
        let Repository { id, revision, .. } = self.order.repository;
        let path = format!("/api/models/{id}/revision/{}", revision.replace('/', "%2F"));
        let mut retry = Retry::new(id, self.client.hub.retries, self.listener);
        let description = loop {
            match self.client.json(&path) {
                Ok(description) => break description,
                // Without a network the first request fails: tell the user at once instead of retrying.
                Err(failure @ RequestError::Unreachable(_)) => return Err(self.error(failure, id)),
                Err(failure) => retry.pause(failure).map_err(|failure| self.error(failure, id))?,
            }
        };
        RepositoryInfo::from_json(&description).ok_or_else(|| Error::Protocol {
            what: id.clone(),
            url: self.client.hub.endpoint.clone(),
            reason: "its description of the repository cannot be understood".into(),
        })
    }

    fn check_licence(&self, repository_info: &RepositoryInfo) -> Result<(), Error> {
        let FetchRequest { name, manifest, accept, .. } = *self.order;
        let licence = manifest.map(|manifest| manifest.licence.id.as_str()).or(repository_info.licence.as_deref());
        let attribution = manifest.and_then(|manifest| manifest.licence.attribution.as_deref());
        (self.listener)(FetchEvent::Licence { model: name, licence, attribution });
        let forbids_commercial_use =
            manifest.is_some_and(|manifest| !manifest.licence.commercial) || licence.is_some_and(forbids_commerce);
        match licence {
            Some(licence) if forbids_commercial_use && !accept => {
                Err(Error::Licence { name: name.into(), licence: licence.into() })
            }
            _ => Ok(()),
        }
    }

    /// Asks the hub for the digest and size of the file `name`.
    fn announced(&self, description: &RepositoryInfo, name: &str) -> Result<AnnouncedFile, Error> {
        if !description.file_names.iter().any(|known| known == name) {
            return Err(self.lacks(name));
        }
        let folder = description.folders.get(name).map(|folder| format!("{folder}/")).unwrap_or_default();
        let path = format!("/{}/resolve/{}/{folder}{name}", self.order.repository.id, description.commit);
        let mut retry = Retry::new(name, self.client.hub.retries, self.listener);
        let answer = loop {
            match self.client.ask(Method::Head, &path) {
                Ok(answer) => break answer,
                Err(failure) => retry.pause(failure).map_err(|failure| self.error(failure, name))?,
            }
        };
        let announced = self.read_announcement(&answer, &description.commit).map_err(|reason| Error::Protocol {
            what: format!("{name} of {}", self.order.repository.id),
            url: self.client.hub.endpoint.clone(),
            reason,
        });
        let (digest, size) = announced?;
        let known_file = self.order.manifest.and_then(|manifest| manifest.files.iter().find(|file| file.name == name));
        let sha256 = known_file.and_then(|known| known.sha256.clone());
        let mismatch = |expected: String, found: String| Error::Checksum {
            name: self.order.name.into(),
            file: name.into(),
            expected,
            found,
        };
        match (&sha256, &digest, known_file.and_then(|known| known.size)) {
            (Some(expected), FileDigest::Sha256(found), _) if expected != found => {
                Err(mismatch(expected.clone(), found.clone()))
            }
            (_, _, Some(expected)) if expected != size => {
                Err(mismatch(format!("{expected} bytes"), format!("{size} bytes")))
            }
            _ => Ok(AnnouncedFile { name: name.into(), digest, size, sha256, path }),
        }
    }

    fn read_announcement(&self, answer: &Answer, commit: &str) -> Result<(FileDigest, u64), String> {
        let file_headers = answer.about.as_ref().ok_or("it names no commit")?;
        if header(file_headers, "x-repo-commit") != Some(commit) {
            return Err("it speaks of another commit".into());
        }
        let etag = header(file_headers, "x-linked-etag").or_else(|| header(file_headers, "etag")).unwrap_or_default();
        let etag = etag.trim_start_matches("W/").trim_matches('"');
        let digest = FileDigest::parse(etag).ok_or("it does not say by which digest the file is known")?;
        let size = header(file_headers, "x-linked-size").or_else(|| header(file_headers, "content-length"));
        let size = size.and_then(|size| size.parse().ok()).ok_or("it does not say how long the file is")?;
        Ok((digest, size))
    }

    /// The files of a Firefox model to fetch.
    fn firefox(&self, description: &RepositoryInfo) -> Result<Vec<String>, Error> {
        let file_names: Vec<&str> = description.file_names.iter().map(String::as_str).collect();
        let variant = self.order.repository.variant.as_deref();
        let weights = firefox::weights(&file_names, variant);
        let weights = weights.ok_or_else(|| self.lacks(&format!("model.{}.….bin", variant.unwrap_or("deen"))))?;
        let vocabularies = firefox::VOCABULARIES.iter();
        let vocabularies: Vec<&str> =
            vocabularies.filter_map(|vocabulary| firefox::vocabulary(&file_names, weights, vocabulary)).collect();
        if vocabularies.is_empty() {
            return Err(self.lacks(firefox::VOCABULARIES[0]));
        }
        Ok([weights].into_iter().chain(vocabularies).map(str::to_owned).collect())
    }

    /// The GGUF file to fetch, if one was asked for or there are no other weights.
    fn gguf(&self, description: &RepositoryInfo) -> Result<Option<String>, Error> {
        let file_names: Vec<&str> = description.file_names.iter().map(String::as_str).collect();
        let variant = self.order.repository.variant.as_deref();
        if variant.is_none() && WEIGHT_FILES.iter().any(|name| file_names.contains(name)) {
            return Ok(None);
        }
        match (best_gguf(&file_names, variant), variant) {
            (Some(name), _) => Ok(Some(name.to_owned())),
            (None, Some(_)) if description.is_firefox_model() => Ok(None),
            (None, Some(variant)) => Err(self.lacks(&format!("file …{}.gguf", variant.trim_end_matches(".gguf")))),
            (None, None) => Ok(None),
        }
    }

    fn known_family<'f>(&self, name: &str, families: &'f [FamilyFiles]) -> Result<&'f FamilyFiles, Error> {
        families.iter().find(|known| known.name == name).ok_or_else(|| Error::Family {
            name: self.order.name.into(),
            family: name.into(),
            supported: families.iter().map(|known| known.name).collect(),
        })
    }

    /// The family that config.json names, if the program can run it.
    fn family<'f>(
        &self,
        layout: &RepositoryCache<'_>,
        configuration: &AnnouncedFile,
        families: &'f [FamilyFiles],
    ) -> Result<&'f FamilyFiles, Error> {
        let name = || self.order.name.to_owned();
        let path = layout.blob(&configuration.digest);
        let bytes = std::fs::read(&path).map_err(|source| Error::Read { path, source })?;
        let malformed = |reason: String| Error::Malformed { name: name(), file: CONFIGURATION_FILE.into(), reason };
        let config: Value = serde_json::from_slice(&bytes).map_err(|error| malformed(error.to_string()))?;
        let family = config.get("model_type").and_then(Value::as_str);
        let family = family.ok_or_else(|| malformed("it has no model_type".into()))?;
        self.known_family(family, families)
    }

    /// The names of the weight files, in the best format that the repository has.
    fn weights(
        &self,
        repository_info: &RepositoryInfo,
        fetch_and_read: &dyn Fn(&AnnouncedFile) -> Result<Vec<u8>, Error>,
    ) -> Result<Vec<String>, Error> {
        let [safetensors, shard_index, pytorch_file] = WEIGHT_FILES;
        let repository_has = |name: &str| repository_info.file_names.iter().any(|known| known == name);
        if repository_has(safetensors) {
            return Ok(vec![safetensors.into()]);
        }
        if repository_has(shard_index) {
            let shard_index_json = fetch_and_read(&self.announced(repository_info, shard_index)?)?;
            let mut weight_files = shard_names(&shard_index_json).map_err(|reason| Error::Malformed {
                name: self.order.name.into(),
                file: shard_index.into(),
                reason,
            })?;
            weight_files.insert(0, shard_index.into());
            return Ok(weight_files);
        }
        if repository_has(pytorch_file) {
            Ok(vec![pytorch_file.into()])
        } else {
            Err(self.lacks(&format!("{safetensors} or {pytorch_file}")))
        }
    }

    fn check_room(&self, missing_bytes: u64) -> Result<(), Error> {
        // If free space is unknown, writing will show whether it is enough.
        let folder = self.cache.ancestors().find(|folder| folder.is_dir());
        let Some(Ok(free_bytes)) = folder.map(fs4::available_space) else { return Ok(()) };
        if free_bytes >= missing_bytes.saturating_add(SPARE_DISK_BYTES) {
            return Ok(());
        }
        let (name, folder) = (self.order.name.into(), self.cache.to_owned());
        Err(Error::DiskFull { name, folder, needed: ByteSize(missing_bytes), free: ByteSize(free_bytes) })
    }

    fn lacks(&self, file: &str) -> Error {
        let Repository { id, revision, .. } = self.order.repository;
        let repository = if revision == "main" { id.clone() } else { format!("{id}@{revision}") };
        Error::MissingFile { repository, file: file.into() }
    }

    /// The error that a failed request for `what` means to the user.
    fn error(&self, failure: RequestError, what: &str) -> Error {
        let endpoint = self.client.hub.endpoint.clone();
        let Repository { id, revision, .. } = self.order.repository.clone();
        let (asked, what) = (what, if what == id { id.clone() } else { format!("{what} of {id}") });
        let (status, code, message, seconds, with_token) = match failure {
            RequestError::Other(error) => return error,
            RequestError::Unreachable(source) => {
                return Error::Network { what, url: endpoint, source: Box::new(source) };
            }
            RequestError::Broken(source) => return Error::Network { what, url: endpoint, source },
            RequestError::Protocol(reason) => return Error::Protocol { what, url: endpoint, reason },
            RequestError::Refused { status, code, message, seconds, with_token, .. } => {
                (status, code, message, seconds, with_token)
            }
        };
        match (status, code.as_str()) {
            (_, "RepoNotFound") => Error::NoRepository { repository: id, endpoint, with_token },
            (_, "RevisionNotFound") => Error::NoRevision { repository: id, revision },
            (404, "EntryNotFound") => self.lacks(asked),
            (401 | 403, "GatedRepo") => Error::Gated { repository: id, endpoint, status, with_token },
            (429, _) => Error::RateLimit { endpoint, seconds },
            // Without a token the hub answers 401 for everything that it does not show.
            (401, _) if !with_token => Error::NoRepository { repository: id, endpoint, with_token },
            (401 | 403, _) if with_token => Error::Token { repository: id, endpoint, status },
            (404, _) => Error::NoRepository { repository: id, endpoint, with_token },
            _ => {
                let hub_message = if message.is_empty() { String::new() } else { format!(": {message}") };
                Error::Network { what, url: endpoint, source: format!("status {status}{hub_message}").into() }
            }
        }
    }
}

impl RepositoryInfo {
    /// The hub's JSON, if it has a commit and a list of files.
    fn from_json(hub_json: &Value) -> Option<Self> {
        let commit = hub_json.get("sha")?.as_str()?.to_owned();
        matches!(FileDigest::parse(&commit), Some(FileDigest::Git(_))).then_some(())?;
        let siblings = hub_json.get("siblings")?.as_array()?;
        let file_names = siblings.iter().filter_map(|sibling| sibling.get("rfilename")?.as_str());
        let (top_files, deep_files): (Vec<&str>, Vec<&str>) = file_names.partition(|name| is_plain(name));
        let mut file_names: Vec<String> = top_files.into_iter().map(str::to_owned).collect();
        let mut folders = BTreeMap::new();
        // Other files that the program needs are never in a subfolder.
        for (folder, name) in deep_files.into_iter().filter_map(|path| path.split_once('/')) {
            let is_new = !file_names.iter().any(|known| known == name);
            if is_plain(folder) && is_plain(name) && firefox::is_part(name) && is_new {
                file_names.push(name.to_owned());
                folders.insert(name.to_owned(), folder.to_owned());
            }
        }
        let card_licence = hub_json.get("cardData").and_then(|card| card.get("license"));
        let tags = hub_json.get("tags").and_then(Value::as_array).into_iter().flatten();
        let tagged_licence = tags.filter_map(Value::as_str).find_map(|tag| tag.strip_prefix("license:"));
        let licence = card_licence.and_then(Value::as_str).or(tagged_licence).map(str::to_owned);
        let architecture = hub_json.get("gguf").and_then(|about| about.get("architecture")).and_then(Value::as_str);
        Some(Self { commit, file_names, folders, licence, architecture: architecture.map(str::to_owned) })
    }
}

impl RepositoryInfo {
    /// Whether it has weights of a Firefox model and no others of a folder.
    fn is_firefox_model(&self) -> bool {
        let has = |name: &str| self.file_names.iter().any(|known| known == name);
        !WEIGHT_FILES.iter().any(|name| has(name)) && self.file_names.iter().any(|name| firefox::is_firefox_model(name))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_description_has_a_commit_and_names_that_stay_in_the_folder() {
        let sha = "8be33f00bcaf451dc5ed05fdd94282649696b8e7";
        let names =
            ["config.json", "onnx/model.onnx", "../x", "de-en/vocab.deen.spm", "a/b/vocab.deen.spm", "../vocab.spm"];
        let files: Vec<Value> = names.iter().map(|name| json!({"rfilename": name})).collect();
        let described =
            RepositoryInfo::from_json(&json!({"sha": sha, "siblings": files, "tags": ["license:mit"]})).unwrap();
        assert_eq!(described.file_names, ["config.json", "vocab.deen.spm"]);
        assert_eq!(described.folders, BTreeMap::from([("vocab.deen.spm".to_owned(), "de-en".to_owned())]));
        assert_eq!(described.licence.as_deref(), Some("mit"));
        for wrong in [json!({}), json!({"sha": "../x", "siblings": files}), json!({"sha": sha})] {
            assert!(RepositoryInfo::from_json(&wrong).is_none(), "{wrong}");
        }
    }
}
