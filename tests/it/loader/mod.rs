//! The promises of fetching, tested on the real program and a hub on loopback.

mod cache;
mod downloads;
mod firefox;
mod language_models;
mod refusals;
mod setup;

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::Child;
use std::thread;
use std::time::{Duration, Instant};

use crate::hub::{
    Access, Files, Hub, MEMBER, Point, Repository, STRANGER, Trouble, git_digest, pickle, sha256, shards,
};
use crate::workplace::{Outcome, Workplace};

const ID: &str = "presse/marian-complete";
/// The folder of [`ID`] in a cache.
const FOLDER: &str = "models--presse--marian-complete";
const WEIGHTS: &str = "model.safetensors";
/// The files that [`ID`] needs to translate, by name.
const NEEDED: [&str; 5] = ["config.json", WEIGHTS, "source.spm", "target.spm", "vocab.json"];
/// The files whose bytes may be requested.
const USEFUL: [&str; 8] = [
    "README.md",
    "config.json",
    "generation_config.json",
    WEIGHTS,
    "source.spm",
    "target.spm",
    "tokenizer_config.json",
    "vocab.json",
];
const LINES: &str = "Der Bürgermeister eröffnet die neue Brücke.\nGuten Morgen!\nEs regnet seit drei Tagen.\n";
/// Time limit for events that take milliseconds in a correct program.
const PATIENCE: Duration = Duration::from_secs(60);

fn fixture() -> PathBuf {
    std::env::current_dir().unwrap().join("tests/parity/marian/complete")
}

/// A complete repository: the files that a Marian model needs, and others that such repositories have.
fn complete() -> Files {
    let mut files = Files::new();
    for name in USEFUL.iter().filter(|name| **name != "README.md") {
        files.insert((*name).into(), fs::read(fixture().join(name)).unwrap());
    }
    files.insert("README.md".into(), b"---\nlicense: apache-2.0\n---\n# A model for tests\n".to_vec());
    for name in
        [".gitattributes", "pytorch_model.bin", "tf_model.h5", "flax_model.msgpack", "rust_model.ot", "onnx/model.onnx"]
    {
        files.insert(name.into(), format!("not what {name} should be").into_bytes());
    }
    files
}

fn without(mut files: Files, name: &str) -> Files {
    assert!(files.remove(name).is_some(), "{name}");
    files
}

fn with(mut files: Files, name: &str, content: impl Into<Vec<u8>>) -> Files {
    files.insert(name.into(), content.into());
    files
}

fn weights() -> Vec<u8> {
    fs::read(fixture().join(WEIGHTS)).unwrap()
}

/// A workplace and a hub.
struct Loader {
    workplace: Workplace,
    hub: Hub,
}

impl Loader {
    /// With a hub that has the complete [`ID`].
    fn new() -> Self {
        Self::beside([Repository::new(ID, complete())])
    }

    fn beside(repositories: impl IntoIterator<Item = Repository>) -> Self {
        let hub = Hub::start(repositories);
        Self { workplace: at(&hub.endpoint()), hub }
    }

    fn fetch(&self, name: &str) -> Outcome {
        // Three retries, so that permanent failures end soon.
        self.workplace.run(&["models", "fetch", name, "--retries", "3"])
    }

    fn start(&self, args: &[&str]) -> Child {
        self.workplace.command(args).spawn().unwrap()
    }

    /// The files in the cache folder of [`ID`], by relative path.
    fn cached(&self, folder: &str) -> BTreeSet<String> {
        names(&self.workplace.path("hf/hub").join(FOLDER).join(folder))
    }

    /// Every visible file in the cache is intact, and the weights are visible only if `weights`.
    #[track_caller]
    fn expect_intact(&self, weights: bool) {
        expect_intact(&self.workplace);
        let seen = self.cached("snapshots").iter().any(|name| name.ends_with(WEIGHTS));
        assert_eq!(seen, weights, "whether the weights can be seen");
    }
}

/// An empty cache, and the hub at `endpoint`.
fn at(endpoint: &str) -> Workplace {
    let mut workplace = Workplace::new();
    workplace.set("HF_ENDPOINT", endpoint);
    workplace.set("HF_HUB_DOWNLOAD_TIMEOUT", "3");
    workplace.set("HF_HOME", workplace.path("hf").to_str().unwrap());
    workplace
}

/// The files below `folder`, by relative path; empty if there is no folder.
fn names(folder: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        // Another process may remove files meanwhile.
        for entry in fs::read_dir(&next).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.insert(path.strip_prefix(folder).unwrap().to_str().unwrap().replace('\\', "/"));
            }
        }
    }
    found
}

/// Every file that a reader of the cache would use has the right digest.
#[track_caller]
fn expect_intact(workplace: &Workplace) {
    let cache = workplace.path("hf/hub");
    for name in names(&cache) {
        let path = cache.join(&name);
        let (folder, last) = name.rsplit_once('/').unwrap_or(("", &name));
        let digest = |content: &[u8]| if last.len() == 64 { sha256(content) } else { git_digest(content) };
        let is_digest = matches!(last.len(), 40 | 64) && last.bytes().all(|byte| byte.is_ascii_hexdigit());
        if folder.ends_with("/blobs") && is_digest {
            assert_eq!(digest(&fs::read(&path).unwrap()), last, "{name}");
        }
        if name.contains("/snapshots/") {
            let blob = fs::canonicalize(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert!(blob.parent().unwrap().ends_with("blobs"), "{name} is {}", blob.display());
        }
    }
}

fn translate(workplace: &Workplace, model: &str, options: &[&str]) -> Outcome {
    let args = [&["translate", "--lines", "--translator", model], options].concat();
    workplace.run_with(&args, LINES)
}

/// The translation of the model when it is loaded from a folder.
fn expected() -> String {
    let said = translate(&Workplace::new(), fixture().to_str().unwrap(), &[]).expect(0).stdout;
    assert_eq!(said.lines().count(), LINES.lines().count());
    said
}

/// Waits until `condition` holds.
#[track_caller]
fn until(what: &str, mut condition: impl FnMut() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < PATIENCE, "{what}: in vain");
        thread::sleep(Duration::from_millis(2));
    }
}
