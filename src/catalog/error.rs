//! Why a model cannot be used, and what to do about it.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use super::manifest::Task;
use super::size::ByteSize;
use crate::hint::Hint;

/// Why a model cannot be used.
#[derive(Debug, Error)]
pub enum Error {
    /// The name is not in the catalogue, not a folder or file, and not a hub repository.
    #[error(
        "there is no model {name:?}: it is not in the catalogue, not a folder or a .gguf file, and not ORG/NAME of a hub \
         repository"
    )]
    Unknown {
        /// The model as it was asked for: a name of the catalogue, a folder, or a repository.
        name: String,
        /// Similar names of the catalogue.
        nearest: Vec<String>,
    },
    /// A catalogue model for another task.
    #[error("model {name} {}", match task { Task::Translate => "translates and does not summarise", Task::Summarize => "summarises and does not translate" })]
    OtherTask {
        /// The model as it was asked for: a name of the catalogue, a folder, or a repository.
        name: String,
        /// What the catalogue model is for: to translate or to summarise.
        task: Task,
    },
    /// A catalogue model that does not know a requested language.
    #[error("model {name} does not know the language {language:?}; it knows {known}")]
    OtherLanguages {
        /// The model as it was asked for: a name of the catalogue, a folder, or a repository.
        name: String,
        /// The code of the language that the catalogue model lacks.
        language: &'static str,
        /// The codes of the languages that the catalogue model knows.
        known: String,
    },
    /// A catalogue model that is not compiled into this build.
    #[error("model {name:?} is not in this build of the program")]
    NotBuiltIn {
        /// The catalogue model as it was asked for.
        name: String,
    },
    /// A hub repository that the cache lacks in whole or in part.
    #[error("model {name} is not complete in the cache{}: it has no {missing}", at(cache.as_ref()))]
    NotCached {
        /// The model as it was asked for: a name of the catalogue, a folder, or a repository.
        name: String,
        /// The first file of the model that the cache lacks.
        missing: String,
        /// The folder of the cache of models, if there is one.
        cache: Option<PathBuf>,
        /// Whether the network may not be used.
        offline: bool,
    },
    /// No cache folder is known.
    #[error("there is no cache folder to keep {name} in")]
    NoCache {
        /// The model as it was asked for: a name of the catalogue, a folder, or a repository.
        name: String,
    },
    /// A folder that was given as a model holds none.
    #[error("{} is not a model folder: it has no {missing}", folder.display())]
    Incomplete {
        /// The folder that should hold a model.
        folder: PathBuf,
        /// The file of a model that the folder lacks.
        missing: &'static str,
    },
    /// A file of the model cannot be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file of the model.
        path: PathBuf,
        /// Why the file of the model cannot be read.
        #[source]
        source: io::Error,
    },
    /// A file of the cache or a bundle cannot be written.
    #[error("cannot write {}", path.display())]
    Write {
        /// The file of the cache or the bundle.
        path: PathBuf,
        /// Why the file of the cache or the bundle cannot be written.
        #[source]
        source: io::Error,
    },
    /// The server cannot be reached, or the connection keeps breaking.
    #[error("cannot reach {url} for {what}")]
    Network {
        /// The repository or file that was requested of the hub.
        what: String,
        /// The address of the hub or of its file server.
        url: String,
        /// Why the hub cannot be reached.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The server does not answer as a hub does.
    #[error("{url} does not answer as a hub does when asked for {what}: {reason}")]
    Protocol {
        /// The repository or file that was requested of the hub.
        what: String,
        /// The address that should be that of a hub.
        url: String,
        /// What is wrong with the answer of the hub.
        reason: String,
    },
    /// The hub has no such repository, or does not show it.
    #[error("the hub at {endpoint} has no repository {repository}{}", told(*with_token))]
    NoRepository {
        /// The repository of the hub, `ORG/NAME`.
        repository: String,
        /// The address of the hub.
        endpoint: String,
        /// Whether a token was sent to the hub. A private repository looks like one that does not exist.
        with_token: bool,
    },
    /// The repository has no such branch, tag or commit.
    #[error("{repository} has no revision {revision}")]
    NoRevision {
        /// The repository of the hub, `ORG/NAME`.
        repository: String,
        /// The branch, tag or commit.
        revision: String,
    },
    /// The model is gated: users must accept its terms first.
    #[error("{repository} is gated: its authors ask for terms to be accepted (status {status})")]
    Gated {
        /// The repository of the hub, `ORG/NAME`.
        repository: String,
        /// The address of the hub.
        endpoint: String,
        /// The status the hub answers with: 401 or 403.
        status: u16,
        /// Whether a token was sent to the hub.
        with_token: bool,
    },
    /// The hub refuses the token.
    #[error("the hub at {endpoint} does not accept the token that was sent for {repository} (status {status})")]
    Token {
        /// The repository of the hub, `ORG/NAME`.
        repository: String,
        /// The address of the hub.
        endpoint: String,
        /// The status the hub answers with: 401 or 403.
        status: u16,
    },
    /// The hub limits the rate of requests.
    #[error("the hub at {endpoint} limits the rate of requests (status 429) and asks to wait {}", wait(*seconds))]
    RateLimit {
        /// The address of the hub.
        endpoint: String,
        /// Seconds to wait, if the hub says.
        seconds: Option<u64>,
    },
    /// The repository lacks a file that the model needs.
    #[error("{repository} has no {file}")]
    MissingFile {
        /// The repository of the hub, `ORG/NAME`.
        repository: String,
        /// The file, or the files of which one is needed.
        file: String,
    },
    /// The disk of the cache has too little space for a model.
    #[error("{name} needs {needed} more in {}, where {free} are free", folder.display())]
    DiskFull {
        /// The model as it was asked for: a name of the catalogue, a folder, or a repository.
        name: String,
        /// The folder of the cache of models.
        folder: PathBuf,
        /// Bytes still to be fetched.
        needed: ByteSize,
        /// Bytes free on the disk of the cache.
        free: ByteSize,
    },
    /// A file does not have the announced digest or size.
    #[error("{file} of {name} has another checksum than it should: expected {expected}, found {found}")]
    Checksum {
        /// The model as it was asked for: a name of the catalogue, a folder, or a repository.
        name: String,
        /// The fetched file of the model.
        file: String,
        /// The checksum or size that the hub announces.
        expected: String,
        /// The checksum or size of what was fetched.
        found: String,
    },
    /// The program cannot run this family of models.
    #[error("{name} is of the family {family:?}, which is not supported")]
    Family {
        /// The model as it was asked for: a name of the catalogue, a folder, or a repository.
        name: String,
        /// `model_type` of its config.json.
        family: String,
        /// The families that it can run.
        supported: Vec<&'static str>,
    },
    /// config.json or the index of the shards cannot be parsed.
    #[error("{file} of {name} cannot be understood: {reason}")]
    Malformed {
        /// The model as it was asked for: a name of the catalogue, a folder, or a repository.
        name: String,
        /// config.json, or the index of the shards of the weights.
        file: String,
        /// What is wrong with the file of the model.
        reason: String,
    },
    /// The licence forbids commercial use and has not been accepted.
    #[error("{name} has the licence {licence}, which does not allow commercial use")]
    Licence {
        /// The model as it was asked for: a name of the catalogue, a folder, or a repository.
        name: String,
        /// The licence of the model.
        licence: String,
    },
    /// Only models from the hub can be removed and exported.
    #[error("{name} did not come from the hub: it is {what}")]
    NotFromHub {
        /// The model as it was asked for: a name of the catalogue, a folder, or a repository.
        name: String,
        /// What the model is instead of a repository: a folder, a file, or built in.
        what: &'static str,
    },
    /// Another process is fetching the model.
    #[error("another process is fetching {name}")]
    Busy {
        /// The model as it was asked for: a name of the catalogue, a folder, or a repository.
        name: String,
    },
    /// The file to import is not an intact bundle.
    #[error("{} is not an intact bundle: {reason}", path.display())]
    Bundle {
        /// The file that should be a bundle of a model.
        path: PathBuf,
        /// What is wrong with the bundle.
        reason: String,
    },
    /// The environment names a proxy to reach the hub by that is not an address.
    #[error("{value:?} is not the address of a proxy")]
    Proxy {
        /// The proxy as the environment gives it.
        value: String,
    },
}

impl Hint for Error {
    fn hint(&self) -> Option<String> {
        let fixed = |text: &str| Some(text.to_owned());
        match self {
            Self::Unknown { nearest, .. } if nearest.is_empty() => fixed(
                "give a name of `depesche models list`, the folder of a model, or ORG/NAME of one on the Hugging Face hub",
            ),
            Self::Unknown { nearest, .. } => Some(format!("did you mean {}?", nearest.join(" or "))),
            Self::OtherTask { name, task } => {
                let option = if *task == Task::Translate { "--translator" } else { "--summarizer" };
                Some(format!("name it with {option} {name}; `depesche models list` says what each model does"))
            }
            Self::OtherLanguages { .. } => fixed("`depesche models show NAME` says which languages a model knows"),
            Self::NotBuiltIn { .. } => fixed("build with the feature embedded-model, or choose another model"),
            Self::NotCached { name, offline, .. } => {
                let when = if *offline { "once, on a machine with a network and without --offline" } else { "first" };
                Some(format!("fetch it {when}: depesche models fetch {name}"))
            }
            Self::NoCache { .. } => fixed("say where with the environment variable HF_HOME"),
            Self::Incomplete { .. } => fixed(
                "a model folder holds config.json, model.safetensors or pytorch_model.bin, and the files of the tokenizer, as \
                 Hugging Face transformers writes them; or a .gguf file",
            ),
            Self::Read { .. } => None,
            Self::Write { .. } => {
                fixed("HF_HOME or HF_HUB_CACHE says where models are kept; it must be writable to fetch")
            }
            Self::Network { .. } => fixed(
                "check the network, and HF_ENDPOINT and the proxies that `depesche doctor` shows (certificates are those of \
                 the system, or of SSL_CERT_FILE); what has come is kept, and the same command goes on from there",
            ),
            Self::Protocol { .. } => fixed(
                "a login page of the network, a proxy or a wrong HF_ENDPOINT may have answered: see `depesche doctor`",
            ),
            Self::NoRepository { with_token: false, .. } => {
                fixed("check the spelling; if it is private, set HF_TOKEN to a token that may read it")
            }
            Self::NoRepository { with_token: true, .. } => {
                fixed("check the spelling; if it is private, the account of the token has no access to it")
            }
            Self::NoRevision { .. } => {
                fixed("a revision is a branch, a tag, a commit or refs/pr/N; without @… it is main")
            }
            Self::Gated { repository, endpoint, with_token: false, .. } => Some(format!(
                "accept the terms at {endpoint}/{repository}, and set HF_TOKEN to a token of that account"
            )),
            Self::Gated { repository, endpoint, with_token: true, .. } => Some(format!(
                "the account of the token has not been let in yet: accept the terms at {endpoint}/{repository}"
            )),
            Self::Token { endpoint, .. } => Some(format!(
                "make a new token at {endpoint}/settings/tokens, or unset HF_TOKEN: most models need none"
            )),
            Self::RateLimit { .. } => fixed("try again later; with a token in HF_TOKEN the hub is more patient"),
            Self::MissingFile { .. } => {
                fixed("choose another revision with ORG/NAME@REVISION (refs/pr/N for a pull request), or another model")
            }
            Self::DiskFull { .. } => {
                fixed("free some space (`depesche models remove NAME`), or keep models elsewhere with HF_HOME")
            }
            Self::Checksum { name, .. } => Some(format!(
                "nothing of it was kept or used; try again, or if it lies in the cache: depesche models remove {name}"
            )),
            Self::Family { supported, .. } => Some(format!("supported families: {}", supported.join(", "))),
            Self::Malformed { .. } => fixed("the repository is damaged: choose another revision or model"),
            Self::Licence { name, .. } => {
                Some(format!("if your use is allowed: depesche models fetch {name} --accept-license"))
            }
            Self::NotFromHub { .. } => fixed("copy or remove the folder yourself"),
            Self::Busy { .. } => fixed("wait until it is done, or stop it"),
            Self::Bundle { .. } => fixed("copy it again, or make it anew with `depesche models export`"),
            Self::Proxy { .. } => fixed("a proxy is given as http://HOST:PORT or socks5://HOST:PORT"),
        }
    }
}

/// ` at PATH`, or nothing.
fn at(path: Option<&PathBuf>) -> String {
    path.map(|path| format!(" at {}", path.display())).unwrap_or_default()
}

fn told(with_token: bool) -> &'static str {
    if with_token { " that the token may see" } else { ", or it is private" }
}

fn wait(seconds: Option<u64>) -> String {
    seconds.map_or_else(|| "a while".to_owned(), |seconds| format!("{seconds} s"))
}
