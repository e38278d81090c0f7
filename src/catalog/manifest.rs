//! The catalogue: a manifest for each model that has a short name.
//!
//! To add a model, write `models/NAME.toml` and add it to `MANIFEST_SOURCES`.

use std::sync::LazyLock;

use serde::Deserialize;

use super::prompt_form::PromptForm;

/// The model that is used when the user names none.
pub const DEFAULT_TRANSLATOR: &str = "small-de-en";

/// The manifests, in the order in which they are listed.
const MANIFEST_SOURCES: &[(&str, &str)] = &[
    ("small-de-en", include_str!("../../models/small-de-en.toml")),
    ("opus-mt-de-en", include_str!("../../models/opus-mt-de-en.toml")),
    ("firefox-de-en", include_str!("../../models/firefox-de-en.toml")),
    ("opus-mt-tc-big-gmw-gmw", include_str!("../../models/opus-mt-tc-big-gmw-gmw.toml")),
    (
        "opus-mt-tc-bible-big-gmw-deu_eng_fra_por_spa",
        include_str!("../../models/opus-mt-tc-bible-big-gmw-deu_eng_fra_por_spa.toml"),
    ),
    ("nllb-200-distilled-600M", include_str!("../../models/nllb-200-distilled-600M.toml")),
    ("madlad400-3b-mt", include_str!("../../models/madlad400-3b-mt.toml")),
    ("lmt-60-0.6b", include_str!("../../models/lmt-60-0.6b.toml")),
    ("lmt-60-1.7b", include_str!("../../models/lmt-60-1.7b.toml")),
    ("eurollm-1.7b", include_str!("../../models/eurollm-1.7b.toml")),
    ("hy-mt2-1.8b", include_str!("../../models/hy-mt2-1.8b.toml")),
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
    // A test parses all of them, so none is dropped here.
    LazyLock::new(|| MANIFEST_SOURCES.iter().filter_map(|(_, manifest)| toml::from_str(manifest).ok()).collect());

/// What the program knows about a model before it is fetched.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The name on the command line.
    pub name: String,
    /// One line about the model.
    pub about: String,
    /// What the model does.
    pub task: Task,
    /// `model_type` of its config.json.
    pub family: String,
    /// Languages that the model reads and writes, as ISO 639 codes.
    pub languages: Vec<String>,
    /// The rank of the model among those of its task.
    #[serde(default)]
    pub rank: Rank,
    /// Where the hub has the model; `None` for a model that is compiled in.
    pub hub: Option<HubLocation>,
    /// Approximate size of the model in millions of bytes.
    pub megabytes: u64,
    /// Prefix of every source text, such as the tag of the target language.
    #[serde(default)]
    pub prefix: Option<String>,
    /// Another task that it does as well.
    #[serde(default)]
    pub also: Option<Task>,
    /// How it is asked for a translation, if it follows instructions and was trained on a form of its own.
    #[serde(default)]
    pub prompt: Option<PromptForm>,
    /// The licence of the weights.
    pub licence: Licence,
    /// Files of the model whose size or digest is known. For others the hub's word at the first fetch is trusted.
    #[serde(default)]
    pub files: Vec<KnownFile>,
    /// Published or measured scores of the model.
    #[serde(default)]
    pub quality: Vec<Quality>,
}

/// What a model does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Task {
    /// The model translates German to English.
    Translate,
    /// The model writes the summary of a text.
    Summarize,
}

impl Task {
    /// The name of the task in manifests and lists.
    pub fn name(self) -> &'static str {
        match self {
            Self::Translate => "translate",
            Self::Summarize => "summarize",
        }
    }
}

/// The rank of a model among those of its task.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Rank {
    /// The model that is used when none is named.
    Default,
    /// The model to fetch unless there is a reason for another.
    Standard,
    /// Any other model.
    #[default]
    Other,
}

impl Rank {
    /// The name of the rank in lists; empty for [`Rank::Other`].
    pub fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Standard => "standard",
            Self::Other => "",
        }
    }
}

/// Where the hub has a model.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HubLocation {
    /// `ORG/NAME`.
    pub repository: String,
    /// The commit, or a branch if the commit is not known yet.
    pub revision: String,
    /// The GGUF file to use, if the repository has several.
    #[serde(default)]
    pub file: Option<String>,
}

/// The licence of the weights.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Licence {
    /// Identifier of the licence as in model cards.
    pub id: String,
    /// Whether the licence allows commercial use.
    pub commercial: bool,
    /// Authors whom the licence says to credit.
    pub attribution: Option<String>,
}

/// A file whose size or digest is known.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownFile {
    /// The name of the model's file.
    pub name: String,
    /// The length of the file in bytes.
    pub size: Option<u64>,
    /// The SHA-256 of the file, in lower-case hexadecimal.
    pub sha256: Option<String>,
}

/// A score of a model on a test set.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quality {
    /// The test set of the model's score.
    pub set: String,
    /// The metric of the model's score.
    pub metric: String,
    /// The score of the model.
    pub score: f64,
    /// Who measured the score.
    pub source: String,
}

impl Manifest {
    /// All models of the catalogue.
    pub fn all() -> &'static [Self] {
        &MANIFESTS
    }

    /// Whether the model may be used for `task`.
    pub fn does(&self, task: Task) -> bool {
        self.task == task || self.also == Some(task)
    }

    /// The manifest of the model called `model_name`.
    pub fn named(model_name: &str) -> Option<&'static Self> {
        Self::all().iter().find(|manifest| manifest.name == model_name)
    }

    /// The manifest of the model in the hub repository `id`, at any revision.
    pub(super) fn for_repository(id: &str) -> Option<&'static Self> {
        Self::all()
            .iter()
            .find(|manifest| manifest.hub.as_ref().is_some_and(|hub_location| hub_location.repository == id))
    }

    /// Up to three names that are spelt like `model_name`, most similar first.
    pub(super) fn nearest(model_name: &str) -> Vec<String> {
        let last_part = model_name.rsplit('/').next().unwrap_or(model_name).to_lowercase();
        let likeness = |manifest: &&Self| strsim::jaro_winkler(&manifest.name.to_lowercase(), &last_part);
        let mut similar_manifests: Vec<_> = Self::all().iter().filter(|manifest| likeness(manifest) > 0.8).collect();
        similar_manifests.sort_by(|a, b| likeness(b).total_cmp(&likeness(a)));
        similar_manifests.into_iter().take(3).map(|manifest| manifest.name.clone()).collect()
    }
}

/// Whether the name of a licence says that it forbids commercial use.
pub(super) fn forbids_commerce(licence_name: &str) -> bool {
    let licence_name = licence_name.to_ascii_lowercase();
    let licence_words: Vec<&str> = licence_name.split(['-', '_', ' ']).collect();
    licence_words.contains(&"nc")
        || licence_name.contains("noncommercial")
        || licence_name.contains("non-commercial")
        || licence_words.contains(&"research")
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
        assert_eq!(found, MANIFEST_SOURCES.iter().map(|(name, _)| (*name).to_owned()).collect());
        for (name, source) in MANIFEST_SOURCES {
            let manifest: Manifest = toml::from_str(source).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(manifest.name, *name);
        }
        assert_eq!(Manifest::all().len(), MANIFEST_SOURCES.len());
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
    fn every_prompt_has_its_parts() {
        for manifest in Manifest::all() {
            let mistake = manifest.prompt.as_ref().and_then(PromptForm::mistake);
            assert_eq!(mistake, None, "{}", manifest.name);
            assert!(manifest.also.is_none_or(|also| also != manifest.task), "{}", manifest.name);
        }
    }

    #[test]
    fn a_misspelt_name_is_answered_with_names_like_it() {
        assert_eq!(Manifest::nearest("opus-mt-en-de").first().map(String::as_str), Some("opus-mt-de-en"));
        assert_eq!(Manifest::nearest("small-de").first().map(String::as_str), Some("small-de-en"));
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
