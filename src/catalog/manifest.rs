//! The catalogue: a manifest for each model that is known by a name of its own.
//!
//! To add a model, write `models/NAME.toml` and name it in `SOURCES`.

use std::sync::LazyLock;

use serde::Deserialize;

/// The manifests, in the order in which they are listed.
const SOURCES: &[(&str, &str)] = &[
    ("tiny-de-en", include_str!("../../models/tiny-de-en.toml")),
    ("opus-mt-de-en", include_str!("../../models/opus-mt-de-en.toml")),
    ("opus-mt-tc-big-gmw-gmw", include_str!("../../models/opus-mt-tc-big-gmw-gmw.toml")),
    (
        "opus-mt-tc-bible-big-gmw-deu_eng_fra_por_spa",
        include_str!("../../models/opus-mt-tc-bible-big-gmw-deu_eng_fra_por_spa.toml"),
    ),
    ("nllb-200-distilled-600M", include_str!("../../models/nllb-200-distilled-600M.toml")),
    ("madlad400-3b-mt", include_str!("../../models/madlad400-3b-mt.toml")),
    ("distilbart-cnn-12-6", include_str!("../../models/distilbart-cnn-12-6.toml")),
    ("distilbart-cnn-6-6", include_str!("../../models/distilbart-cnn-6-6.toml")),
    ("bart-large-cnn", include_str!("../../models/bart-large-cnn.toml")),
    ("pegasus-cnn_dailymail", include_str!("../../models/pegasus-cnn_dailymail.toml")),
    ("flan-t5-base", include_str!("../../models/flan-t5-base.toml")),
    ("qwen3-0.6b", include_str!("../../models/qwen3-0.6b.toml")),
    ("qwen3-1.7b", include_str!("../../models/qwen3-1.7b.toml")),
    ("qwen3-4b", include_str!("../../models/qwen3-4b.toml")),
];

static MANIFESTS: LazyLock<Vec<Manifest>> =
    // A test reads them all, so that none is lost here.
    LazyLock::new(|| SOURCES.iter().filter_map(|(_, source)| toml::from_str(source).ok()).collect());

/// What is known of a model before it is there.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The name by which the user asks for it.
    pub name: String,
    /// One line about it.
    pub about: String,
    /// What it is for.
    pub task: Task,
    /// `model_type` of its config.json.
    pub family: String,
    /// What it reads and writes, as ISO 639 codes.
    pub languages: Vec<String>,
    /// What it is among the models of its task.
    #[serde(default)]
    pub rank: Rank,
    /// Where it is; a model without a place is part of the program.
    pub hub: Option<Place>,
    /// Roughly how many millions of bytes it is.
    pub megabytes: u64,
    /// What every source text begins with, such as the language to translate to.
    #[serde(default)]
    pub prefix: Option<String>,
    /// What may be done with it.
    pub licence: Licence,
    /// Files whose size or digest is known. What is not is taken as the hub announces it, at the first fetch.
    #[serde(default)]
    pub files: Vec<KnownFile>,
    /// How good it is.
    #[serde(default)]
    pub quality: Vec<Quality>,
}

/// What a model does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Task {
    /// German to English.
    Translate,
    /// A text to a shorter one.
    Summarize,
}

impl Task {
    /// The name in manifests and lists.
    pub fn name(self) -> &'static str {
        match self {
            Self::Translate => "translate",
            Self::Summarize => "summarize",
        }
    }
}

/// What a model is among those of its task.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Rank {
    /// Used when no model is named.
    Default,
    /// The one to fetch where there is no reason for another.
    Standard,
    /// One of the others.
    #[default]
    Other,
}

impl Rank {
    /// The name in lists; the others need none.
    pub fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Standard => "standard",
            Self::Other => "",
        }
    }
}

/// A repository and what to take of it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// `ORG/NAME`.
    pub repository: String,
    /// The commit, or a branch where the commit is not known yet.
    pub revision: String,
    /// The GGUF file, of several in the repository.
    #[serde(default)]
    pub file: Option<String>,
}

/// The licence of the weights.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Licence {
    /// As model cards spell it.
    pub id: String,
    /// Whether it allows commercial use.
    pub commercial: bool,
    /// Whom to name.
    pub attribution: Option<String>,
}

/// What is known of a file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownFile {
    /// Its name.
    pub name: String,
    /// Its length in bytes.
    pub size: Option<u64>,
    /// Its SHA-256, in hexadecimal digits.
    pub sha256: Option<String>,
}

/// A measurement.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quality {
    /// The test set.
    pub set: String,
    /// The metric.
    pub metric: String,
    /// The value.
    pub score: f64,
    /// Who measured it.
    pub source: String,
}

impl Manifest {
    /// The whole catalogue.
    pub fn all() -> &'static [Self] {
        &MANIFESTS
    }

    /// The model called `name`.
    pub fn named(name: &str) -> Option<&'static Self> {
        Self::all().iter().find(|manifest| manifest.name == name)
    }

    /// The model that is in the hub repository `id`, under whatever revision.
    pub(super) fn of_repository(id: &str) -> Option<&'static Self> {
        Self::all().iter().find(|manifest| manifest.hub.as_ref().is_some_and(|place| place.repository == id))
    }

    /// The names that are spelt most like `name`, the nearest first.
    pub(super) fn nearest(name: &str) -> Vec<String> {
        let last = name.rsplit('/').next().unwrap_or(name).to_lowercase();
        let likeness = |manifest: &&Self| strsim::jaro_winkler(&manifest.name.to_lowercase(), &last);
        let mut near: Vec<_> = Self::all().iter().filter(|manifest| likeness(manifest) > 0.8).collect();
        near.sort_by(|a, b| likeness(b).total_cmp(&likeness(a)));
        near.into_iter().take(3).map(|manifest| manifest.name.clone()).collect()
    }
}

/// Whether a licence that a model card names forbids commercial use, as far as its name says so.
pub(super) fn forbids_commerce(licence: &str) -> bool {
    let licence = licence.to_ascii_lowercase();
    let words: Vec<&str> = licence.split(['-', '_', ' ']).collect();
    words.contains(&"nc")
        || licence.contains("noncommercial")
        || licence.contains("non-commercial")
        || words.contains(&"research")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_manifest_is_listed_can_be_read_and_has_the_name_of_its_file() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/models");
        let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let manifests = paths.filter(|path| path.extension().is_some_and(|extension| extension == "toml"));
        let found: BTreeSet<_> = manifests.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
        assert_eq!(found, SOURCES.iter().map(|(name, _)| (*name).to_owned()).collect());
        for (name, source) in SOURCES {
            let manifest: Manifest = toml::from_str(source).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(manifest.name, *name);
        }
        assert_eq!(Manifest::all().len(), SOURCES.len());
    }

    #[test]
    fn every_task_has_one_default_at_most_and_one_standard_that_is_on_the_hub() {
        for task in [Task::Translate, Task::Summarize] {
            let of = |rank| Manifest::all().iter().filter(move |known| (known.task, known.rank) == (task, rank));
            assert!(of(Rank::Default).count() <= 1 && of(Rank::Standard).count() <= 1, "{task:?}");
            assert!(of(Rank::Standard).all(|manifest| manifest.hub.is_some()));
        }
    }

    #[test]
    fn a_misspelt_name_is_answered_with_names_like_it() {
        assert_eq!(Manifest::nearest("opus-mt-en-de").first().map(String::as_str), Some("opus-mt-de-en"));
        assert_eq!(Manifest::nearest("tiny-de").first().map(String::as_str), Some("tiny-de-en"));
        assert!(Manifest::nearest("zzz").is_empty());
    }

    #[test]
    fn licences_that_forbid_commerce_are_told_by_their_names() {
        for (licence, forbids) in
            [("cc-by-nc-4.0", true), ("cc-by-nc-sa-4.0", true), ("apache-2.0", false), ("cc-by-4.0", false)]
        {
            assert_eq!(forbids_commerce(licence), forbids, "{licence}");
        }
    }
}
