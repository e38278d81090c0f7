//! Options and their help. Names and descriptions of formats, methods, devices and models come from the tables that hold them.

use std::path::PathBuf;
use std::sync::Arc;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Parser, Subcommand};
use depesche::catalog::{self, Catalog, DEFAULT_TRANSLATOR, Hub, Task};
use depesche::corrections::Corrections;
use depesche::exact::ClockStyle;
use depesche::generation::{DEVICE_KINDS, DeviceChoice, PrecisionChoice, Schedule, Unavailable};
use depesche::glossary::{Glossary, SearchTerm};
use depesche::input::FieldChoice;
use depesche::output::{DEFAULT_OUTPUT_FORMATS, OUTPUT_FORMATS, OutputFormat};
use depesche::pipeline::{SecondModel, Summarizer, SummaryWriter, Translator};
use depesche::summarize::abstractive::{OnUnsupported, SummaryLanguage};
use depesche::summarize::{Length, METHODS, SummaryMethod};
use depesche::translate::OtherLanguages;

use super::error::{Error, Result};

/// How like a name must be to that of a method to be taken for a slip of the pen.
const LEAST_LIKENESS: f64 = 0.85;

const EXAMPLES: &str = "\
Examples:
  depesche brief articles                               an English briefing of a folder of German articles
  depesche brief a.html b.txt -o out --format html      two files, one format
  depesche translate articles -o english --format text  the English alone
  echo 'Guten Morgen.' | depesche translate --lines     line by line
  depesche setup                                        a better translator, fetched once, from then on the default

Exit status: 0 all well; 1 some articles failed (with --strict: or a translation failed a check), the rest are done; 2 the
run could not start or continue; 130 stopped with Ctrl-C or SIGTERM.";

/// Reads German articles and writes an English briefing.
///
/// Every article is translated sentence by sentence and summarised, and every sentence of a summary points at the German
/// sentence that it rests on. No network is needed: the default model is inside the program.
#[derive(Debug, Parser)]
#[command(name = "depesche", version, after_help = EXAMPLES, max_term_width = 100)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(super) command: Command,

    /// Print errors only
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,

    /// Print more: each article as it is written, the model and its settings
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(super) verbose: u8,

    /// Open no connection; if a model is missing, name the command that fetches it
    #[arg(long, global = true)]
    pub(super) offline: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Translate and summarise: one bilingual page for each article, one briefing over all
    ///
    /// PATH is a folder (searched with its subfolders), a file, or `-` for standard input. Plain text, Markdown, HTML,
    /// mails and mailboxes, feeds, records in JSON and CSV, subtitles and web archives are read, in any common encoding. Comment sections, newsletter prompts and the like are set aside and listed at the end
    /// of the briefing. Files that `depesche records` wrote are taken as they are, without a model.
    Brief(BriefArgs),

    /// Translate only: one page for each article, or line by line
    ///
    /// With --lines, standard input is translated to standard output, exactly one line out for each line in.
    Translate(TranslateArgs),

    /// Translate and summarise a stream of records: JSON Lines in, JSON Lines out
    ///
    /// Standard input holds one article a line, as a JSON object. Standard output has one line for each, in order: its `id`, the other
    /// fields as `record`, and the article as docs/SCHEMA.md describes it, or `error`. A bad record stops no other, and what becomes of a
    /// record does not depend on its neighbours, so a stream may be split over any number of processes and machines. `depesche brief`
    /// makes a briefing of what comes out.
    Records(RecordsArgs),

    /// Manage models: list, fetch, verify, remove, carry to another machine
    Models {
        #[command(subcommand)]
        command: ModelsCommand,
    },

    /// Manage the translation memory: show it, clear it, carry it to another machine
    Cache {
        #[command(subcommand)]
        command: CacheCommand,

        /// File of the translation memory [default: $DEPESCHE_MEMORY, or depesche/memory.redb in the user's cache folder]
        #[arg(long, value_name = "FILE", global = true)]
        memory: Option<PathBuf>,
    },

    /// Choose a better translator: fetch it and make it the default
    ///
    /// Shows what this machine has and the translators of the catalogue with size, licence and quality. Asks which one to take,
    /// fetches it, and writes it to the configuration file.
    Setup {
        /// The model to take, without a question
        #[arg(value_name = "MODEL")]
        model: Option<String>,

        /// Take the recommended translator, without a question
        #[arg(short, long, conflicts_with = "model")]
        yes: bool,

        /// Make it the second translator, which is asked about sentences that fail a check
        #[arg(long)]
        second: bool,

        /// Accept a licence that does not allow commercial use
        #[arg(long)]
        accept_license: bool,
    },

    /// Show or change the configuration file, which holds defaults of options
    ///
    /// A key is the long name of an option of `depesche brief` that takes a value, such as translator = "opus-mt-de-en". Options on
    /// the command line win over the environment, the environment over the file.
    Config {
        #[command(subcommand)]
        command: ConfigCommand,
    },

    /// Take the corrections from an edited CSV of a briefing
    ///
    /// Edit the English of `briefing.csv` or of an article's .csv (written with --format csv) in a spreadsheet, and save it. Every
    /// sentence whose English is no longer that of the briefing goes into the file of corrections, which later runs take with
    /// --corrections.
    Correct {
        /// The edited CSV
        #[arg(value_name = "CSV")]
        edited: PathBuf,

        /// The folder of the briefing [default: the folder of the CSV, or else `briefing`]
        #[arg(long, value_name = "DIR")]
        briefing: Option<PathBuf>,

        /// File of corrections; new ones are added to those that it holds
        #[arg(short, long, value_name = "FILE", default_value = "corrections.tsv")]
        output: PathBuf,
    },

    /// Show what would be used: processor, devices, cache, hub, proxies, models
    Doctor,

    /// Measure how fast this machine runs a model
    ///
    /// Loading and tokenising are timed separately from translating. A repeated line counts once.
    Bench(BenchArgs),

    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },

    /// Print the manual page of depesche or of a command
    Man {
        /// The command, such as `brief` or `models fetch`
        #[arg(value_name = "COMMAND")]
        command: Vec<String>,

        /// Write the pages of all commands to this folder instead
        #[arg(short, long, value_name = "DIR", conflicts_with = "command")]
        output: Option<PathBuf>,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum ModelsCommand {
    /// List the models of the catalogue, with their quality and, once measured, their speed on this machine
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },

    /// Measure how fast this machine translates with models that are on it, for `models list` [default: all of the catalogue's]
    Bench {
        /// Catalogue names, ORG/NAME[@REVISION], or folders
        #[arg(value_name = "NAME")]
        names: Vec<String>,

        /// Sentences that each model translates
        #[arg(long, value_name = "N", default_value_t = 40, value_parser = clap::value_parser!(u32).range(1..))]
        sentences: u32,
    },

    /// Show what is known about a model
    Show {
        /// A catalogue name, ORG/NAME[@REVISION], or a folder
        name: String,
    },

    /// Fetch models, or their missing files, from the Hugging Face hub
    Fetch {
        /// Catalogue names, or ORG/NAME[@REVISION] of the hub
        #[arg(required_unless_present = "all_defaults", value_name = "NAME")]
        names: Vec<String>,

        /// Fetch the standard model of every task
        #[arg(long, conflicts_with = "names")]
        all_defaults: bool,

        /// Accept a licence that does not allow commercial use
        #[arg(long)]
        accept_license: bool,

        /// How often to repeat a failed request
        #[arg(long, value_name = "N", default_value_t = Hub::default().retries)]
        retries: u32,
    },

    /// Hash the files of models and compare [default: every model on this machine]
    Verify {
        /// Catalogue names, or ORG/NAME[@REVISION]
        #[arg(value_name = "NAME")]
        names: Vec<String>,
    },

    /// Remove a model from the cache; with @REVISION only that revision
    Remove {
        /// A catalogue name, or ORG/NAME[@REVISION]
        name: String,
    },

    /// Print the folder of a model
    Path {
        /// A catalogue name, ORG/NAME[@REVISION], or a folder
        name: String,
    },

    /// Write a cached model to one file, for a machine without a network
    Export {
        /// A catalogue name, or ORG/NAME[@REVISION]
        name: String,
        /// The file to write
        file: PathBuf,
    },

    /// Put an exported model into the cache, after checking every byte
    Import {
        /// The file to read
        file: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum CacheCommand {
    /// Show where it is, its size, and how many sentences of which model it holds
    Stat,

    /// Remove every sentence
    Clear,

    /// Write it as TMX 1.4, the exchange format of translation memories
    Export {
        /// The file to write, or `-` for standard output
        file: PathBuf,
    },

    /// Add the sentences of a TMX file that depesche wrote
    Import {
        /// The file to read
        file: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum ConfigCommand {
    /// Print every key with its value and what decided it
    Show,

    /// Print the path of the file
    Path,

    /// Write a key to the file; the rest of the file is kept
    Set {
        /// The long name of an option, such as translator
        key: String,
        /// The value of the option
        value: String,
    },
}

#[derive(Debug, clap::Args)]
pub(super) struct BriefArgs {
    #[command(flatten)]
    pub(super) folder: FolderArgs,

    /// Brief only on the articles and sentences that say TERM, in German or English, in any of its forms
    #[arg(long, value_name = "TERM", value_parser = search_term, help_heading = "Summaries")]
    pub(super) about: Option<SearchTerm>,

    #[command(flatten)]
    pub(super) summary: SummaryArgs,
    #[command(flatten)]
    pub(super) translator: TranslatorArgs,
    #[command(flatten)]
    pub(super) second: SecondArgs,
}

#[derive(Debug, clap::Args)]
pub(super) struct FolderArgs {
    /// Folders or files of German articles; `-` is standard input
    #[arg(required = true, value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,

    /// Folder to write to; created if it does not exist
    #[arg(short, long, value_name = "DIR", default_value = "briefing")]
    pub(super) output: PathBuf,

    #[command(flatten)]
    pub(super) rest: ReadWriteArgs,
}

#[derive(Debug, clap::Args)]
pub(super) struct TranslateArgs {
    /// Folders or files of German articles; `-` is standard input
    #[arg(required_unless_present = "lines", value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,

    /// Folder to write to; created if it does not exist
    #[arg(short, long, value_name = "DIR", required_unless_present = "lines")]
    pub(super) output: Option<PathBuf>,

    /// Translate standard input to standard output, one line out for each line in
    #[arg(long, conflicts_with_all = ["paths", "output", "ReadWriteArgs"])]
    pub(super) lines: bool,

    /// With --lines: decode each line once, without splitting it into sentences, as evaluation tools expect
    #[arg(long, requires = "lines", conflicts_with_all = ["glossary", "second_translator"])]
    pub(super) raw: bool,

    /// With --lines: write a JSON object for each line, with the German, the English and the flags
    #[arg(long, requires = "lines", conflicts_with = "raw")]
    pub(super) json: bool,

    #[command(flatten)]
    pub(super) rest: ReadWriteArgs,
    #[command(flatten)]
    pub(super) translator: TranslatorArgs,
    #[command(flatten)]
    pub(super) second: SecondArgs,
}

#[derive(Debug, clap::Args)]
pub(super) struct RecordsArgs {
    /// Translate only
    #[arg(long, conflicts_with = "SummaryArgs")]
    pub(super) no_summary: bool,

    /// Translate comment sections, sharing prompts, photo credits and the like instead of setting them aside
    #[arg(long)]
    pub(super) keep_boilerplate: bool,

    /// The field that holds a part of the article, such as text=body; may be given several times. Parts are text, title,
    /// standfirst, published, updated, author, outlet, url, id [default: fields with usual names]
    #[arg(long = "field", value_name = "PART=FIELD")]
    pub(super) fields: Vec<FieldChoice>,

    /// File of the translation memory, which keeps finished sentences for later runs [default: none]
    #[arg(long, value_name = "FILE")]
    pub(super) memory: Option<PathBuf>,

    #[command(flatten)]
    pub(super) summary: SummaryArgs,
    #[command(flatten)]
    pub(super) translator: TranslatorArgs,
    #[command(flatten)]
    pub(super) second: SecondArgs,
}

#[derive(Debug, clap::Args)]
pub(super) struct BenchArgs {
    /// File of German lines, one sentence each [default: sentences of the samples]
    #[arg(long, value_name = "FILE")]
    pub(super) lines: Option<PathBuf>,

    /// Translate only the first N lines
    #[arg(long, value_name = "N")]
    pub(super) sentences: Option<usize>,

    /// Make every translation exactly N tokens long, to compare programs at equal work
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) force_length: Option<u32>,

    /// Print the figures as JSON
    #[arg(long)]
    pub(super) json: bool,

    #[command(flatten)]
    pub(super) translator: TranslatorArgs,
}

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Reading and writing")]
pub(super) struct ReadWriteArgs {
    #[arg(long = "format", value_name = "FORMAT", value_delimiter = ',', help = format_help(), value_parser = format_parser())]
    pub(super) formats: Vec<&'static OutputFormat>,

    /// Say what is new, changed and gone since the last run into the same folder
    #[arg(long)]
    pub(super) since_last: bool,

    /// Title of the briefing [default: the name of the folder]
    #[arg(long, value_name = "TITLE")]
    pub(super) title: Option<String>,

    /// Link from the briefing to the articles' pages instead of repeating their full text, as a briefing for people does above
    /// 5,000 sentences
    #[arg(long, overrides_with = "full_text")]
    pub(super) no_full_text: bool,

    /// Hold the full text in the briefing however long it is
    #[arg(long)]
    pub(super) full_text: bool,

    /// Translate comment sections, sharing prompts, photo credits and the like instead of setting them aside
    #[arg(long)]
    pub(super) keep_boilerplate: bool,

    /// In records (JSON, CSV): the field that holds a part of the article, such as text=body; may be given several times. Parts
    /// are text, title, standfirst, published, updated, author, outlet, url, id [default: fields with usual names]
    #[arg(long = "field", value_name = "PART=FIELD")]
    pub(super) fields: Vec<FieldChoice>,

    /// Overwrite files that depesche did not make
    #[arg(long)]
    pub(super) force: bool,

    /// Stop at the first article that fails; what is finished is written
    #[arg(long)]
    pub(super) fail_fast: bool,

    /// File of the translation memory, which keeps finished sentences for later and interrupted runs
    /// [default: $DEPESCHE_MEMORY, or depesche/memory.redb in the user's cache folder]
    #[arg(long, value_name = "FILE", conflicts_with = "no_cache")]
    pub(super) memory: Option<PathBuf>,

    /// Neither use nor fill the translation memory
    #[arg(long)]
    pub(super) no_cache: bool,

    /// Exit with 1 if a translation fails a check; everything is written anyway
    #[arg(long)]
    pub(super) strict: bool,
}

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Summaries")]
pub(super) struct SummaryArgs {
    #[arg(long, value_name = "METHOD|MODEL", help = summarizer_help(), default_value = METHODS[0].name)]
    summarizer: String,

    /// Language in which a model writes summaries; a German summary is shown with its translation
    #[arg(long, value_name = "LANGUAGE", value_parser = summary_language_parser(), default_value = SummaryLanguage::ALL[0].name())]
    summary_language: SummaryLanguage,

    /// What to do with a model's sentence whose numbers, names or quotations are not in the article
    #[arg(long, value_name = "WHAT", value_parser = unsupported_parser(), default_value = OnUnsupported::ALL[0].name())]
    on_unsupported: OnUnsupported,

    /// Sentences in a summary [default: 3]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..), conflicts_with_all = ["summary_share", "summary_words"])]
    summary_sentences: Option<u32>,

    /// Maximum English words in a summary, which consists of whole sentences and has at least one
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..), conflicts_with = "summary_share")]
    summary_words: Option<u32>,

    /// Length of a summary as a share of the article's sentences, such as 0.2 or 20%
    #[arg(long, value_name = "SHARE", value_parser = summary_share_in)]
    summary_share: Option<f32>,
}

impl SummaryArgs {
    /// The method of this name, or else a model with the translator's hub, precision and schedule.
    ///
    /// # Errors
    /// If there is neither, or if options are given that a method cannot follow.
    pub(super) fn summarizer(&self, translator: &Translator) -> Result<Summarizer> {
        if let Some(method) = METHODS.iter().find(|method| method.name == self.summarizer) {
            let for_models = [
                (self.summary_language != SummaryLanguage::ALL[0]).then_some("--summary-language"),
                (self.on_unsupported != OnUnsupported::ALL[0]).then_some("--on-unsupported"),
            ];
            if let Some(option) = for_models.into_iter().flatten().next() {
                return Err(Error::MethodQuotes { method: method.name, option }.into());
            }
            return Ok(Summarizer::Quoting(method, self.length()));
        }
        if let Err(catalog::Error::Unknown { name, nearest }) = Catalog::check_task(&self.summarizer, Task::Summarize) {
            let likeness = |method: &&SummaryMethod| strsim::jaro_winkler(method.name, &name.to_lowercase());
            let methods = METHODS.iter().filter(|method| likeness(method) >= LEAST_LIKENESS);
            let method = methods.max_by(|one, other| likeness(one).total_cmp(&likeness(other)));
            let nearest = method.map(|method| method.name.to_owned()).into_iter().chain(nearest).take(1).collect();
            return Err(Error::UnknownSummarizer { name, nearest }.into());
        }
        Ok(Summarizer::Writing(Box::new(SummaryWriter {
            model: self.summarizer.clone(),
            hub: translator.hub.clone(),
            precision: translator.precision,
            schedule: translator.schedule,
            length: self.length(),
            language: self.summary_language,
            on_unsupported: self.on_unsupported,
            repair: translator.repair,
        })))
    }

    fn length(&self) -> Length {
        match (self.summary_sentences, self.summary_words, self.summary_share) {
            (Some(count), ..) => Length::Sentences(count as usize),
            (None, Some(words), _) => Length::Words(words as usize),
            (None, None, Some(share)) => Length::Share(share),
            (None, None, None) => Length::default(),
        }
    }
}

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Translation")]
pub(super) struct TranslatorArgs {
    /// Translation model: a name of `depesche models list`, a model folder as Hugging Face transformers saves it, or
    /// ORG/NAME[@REVISION] on the Hugging Face hub, which is fetched once
    #[arg(long, value_name = "MODEL", default_value = DEFAULT_TRANSLATOR)]
    translator: String,

    #[arg(long, value_name = "DEVICE", help = device_help(), default_value = "auto")]
    device: DeviceChoice,

    /// How weights are held; auto keeps the blocks of a GGUF file, else takes int8 on a CPU and half precision on a GPU
    #[arg(long, value_name = "PRECISION", value_parser = precision_parser(), default_value = "auto")]
    precision: PrecisionChoice,

    /// Beam width; 1 is greedy search, the fastest [default: the model's own setting]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=64))]
    beam: Option<u8>,

    /// Maximum tokens of a translated sentence [default: the model's own setting]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    max_tokens: Option<u32>,

    /// Tell the model so many sentences before as background; for models that were trained with it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(0..=20), default_value_t = 0)]
    context: u8,

    /// Keep the first translation of every sentence in the model's own words, even if it fails a check
    #[arg(long)]
    no_repair: bool,

    /// How clock times are written
    #[arg(long, value_name = "STYLE", value_parser = clock_parser(), default_value = ClockStyle::ALL[0].name())]
    times: ClockStyle,

    /// File of terms and their translations: German, English and options, separated by tabs, commas or semicolons; a term
    /// without English is not translated
    #[arg(long, value_name = "FILE")]
    glossary: Option<PathBuf>,

    /// File of better sentences by a person: German, tab, English, or TMX. They are shown as they are, and marked; see `depesche
    /// correct`
    #[arg(long, value_name = "FILE")]
    corrections: Option<PathBuf>,

    /// What to do with text that is not German [default: keep; with --lines translate]
    #[arg(long, value_name = "WHAT", value_parser = other_languages_parser())]
    other_languages: Option<OtherLanguages>,

    /// Batches translated at once on a CPU; 0 is one per core. Does not change the result
    #[arg(long, value_name = "N", default_value_t = 0)]
    workers: u16,

    /// Size of a batch, in padded source tokens times beams; 0 suits the device. Does not change the result
    #[arg(long, value_name = "N", default_value_t = 0, hide_short_help = true)]
    batch_tokens: u32,
}

impl TranslatorArgs {
    /// The translator for `--lines`. By default it translates text in every language, as tools that feed lines expect.
    ///
    /// # Errors
    /// As for [`Self::translator`].
    pub(super) fn line_translator(&self, hub: &Hub) -> Result<Translator> {
        let other_languages = self.other_languages.unwrap_or(OtherLanguages::Translate);
        Ok(Translator { other_languages, ..self.translator(hub)? })
    }

    /// The translator that the options describe.
    ///
    /// # Errors
    /// If the glossary or the corrections cannot be read or understood.
    pub(super) fn translator(&self, hub: &Hub) -> Result<Translator> {
        let glossary = self.glossary.as_deref().map(Glossary::read).transpose()?;
        let corrections = self.corrections.as_deref().map(Corrections::read).transpose()?;
        Ok(Translator {
            model: self.translator.clone(),
            hub: hub.clone(),
            device: self.device.clone(),
            precision: self.precision,
            beams: self.beam.map(usize::from),
            max_tokens: self.max_tokens.map(|tokens| tokens as usize),
            context: usize::from(self.context),
            repair: !self.no_repair,
            clock: self.times,
            other_languages: self.other_languages.unwrap_or(OtherLanguages::Keep),
            glossary: Arc::new(glossary.unwrap_or_default()),
            corrections: Arc::new(corrections.unwrap_or_default()),
            schedule: Schedule { workers: usize::from(self.workers), batch_tokens: self.batch_tokens as usize },
            second: None,
        })
    }
}

/// What stands for no second translator, where the configuration file names one.
const NO_SECOND: &str = "none";

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Second translator")]
pub(super) struct SecondArgs {
    /// A second translation model, named like the first: it translates the sentences in which the checks still find something after
    /// the first model's retries, and of both attempts the one that fails fewer checks is shown. `none` takes no second one
    #[arg(long, visible_alias = "second", value_name = "MODEL", conflicts_with = "no_repair")]
    second_translator: Option<String>,

    /// Beam width of the second translator [default: the model's own setting]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=64))]
    second_beam: Option<u8>,

    /// How the weights of the second translator are held [default: auto]
    #[arg(long, value_name = "PRECISION", value_parser = precision_parser())]
    second_precision: Option<PrecisionChoice>,
}

impl SecondArgs {
    /// `translator` with the second model that the options describe.
    ///
    /// # Errors
    /// [`Error::NoSecondTranslator`] if they describe a second model without naming it.
    pub(super) fn with(&self, translator: Translator) -> std::result::Result<Translator, Error> {
        let second = match self.second_translator.as_deref() {
            Some(NO_SECOND) => None,
            Some(model) => Some(SecondModel {
                model: model.to_owned(),
                precision: self.second_precision.unwrap_or(PrecisionChoice::Auto),
                beams: self.second_beam.map(usize::from),
            }),
            None if self.second_beam.is_some() || self.second_precision.is_some() => {
                return Err(Error::NoSecondTranslator);
            }
            None => None,
        };
        Ok(Translator { second, ..translator })
    }
}

/// A parser for the entries of a table, given as (name, description, entry).
fn parser_of_table<T: Copy + Send + Sync + 'static>(
    table_entries: impl Iterator<Item = (&'static str, &'static str, T)>,
) -> impl TypedValueParser<Value = T> {
    let table_entries: Vec<_> = table_entries.collect();
    let possible_values: Vec<_> =
        table_entries.iter().map(|(entry_name, about, _)| PossibleValue::new(*entry_name).help(*about)).collect();
    PossibleValuesParser::new(possible_values).try_map(move |entry_name| {
        table_entries
            .iter()
            .find(|(known_name, _, _)| *known_name == entry_name)
            .map(|(_, _, table_entry)| *table_entry)
            .ok_or("not in the table")
    })
}

fn format_parser() -> impl TypedValueParser<Value = &'static OutputFormat> {
    parser_of_table(OUTPUT_FORMATS.iter().map(|format| (format.name, format.about, format)))
}

/// Says which formats are the default.
fn format_help() -> String {
    let format_names: Vec<_> = DEFAULT_OUTPUT_FORMATS.iter().map(|format| format.name).collect();
    format!("Format to write; several with commas [default: {}]", format_names.join(", "))
}

/// Lists the methods, and says that a model can be named.
fn summarizer_help() -> String {
    let method_lines: Vec<_> = METHODS.iter().map(|method| format!("- {}: {}", method.name, method.about)).collect();
    format!(
        "How to summarise: a method, or a model that writes (a catalogue name, a folder, a .gguf file, or \
         ORG/NAME[:VARIANT][@REVISION] of the Hugging Face hub)\n\n{}\n\n",
        method_lines.join("\n")
    )
}

/// Lists the kinds of devices, and says which are not in this build.
fn device_help() -> String {
    let device_lines = DEVICE_KINDS.iter().map(|kind| {
        let is_absent = matches!((kind.count)(), Err(Unavailable::NotCompiled { .. }));
        format!("- {}: {}{}", kind.name, kind.about, if is_absent { " (not in this build)" } else { "" })
    });
    format!(
        "Device: auto is the first of these that works; numbers choose among several, such as cuda:1, cuda:0,1 or cuda:all\n\n{}\n\n",
        device_lines.collect::<Vec<_>>().join("\n")
    )
}

fn unsupported_parser() -> impl TypedValueParser<Value = OnUnsupported> {
    parser_of_table(OnUnsupported::ALL.iter().map(|choice| (choice.name(), choice.about(), *choice)))
}

fn summary_language_parser() -> impl TypedValueParser<Value = SummaryLanguage> {
    parser_of_table(SummaryLanguage::ALL.iter().map(|choice| (choice.name(), choice.about(), *choice)))
}

fn clock_parser() -> impl TypedValueParser<Value = ClockStyle> {
    parser_of_table(ClockStyle::ALL.iter().map(|style| (style.name(), style.about(), *style)))
}

fn other_languages_parser() -> impl TypedValueParser<Value = OtherLanguages> {
    parser_of_table(OtherLanguages::ALL.iter().map(|choice| (choice.name(), choice.about(), *choice)))
}

fn precision_parser() -> impl TypedValueParser<Value = PrecisionChoice> {
    parser_of_table(PrecisionChoice::ALL.iter().map(|precision| (precision.name(), precision.about(), *precision)))
}

fn search_term(option_value: &str) -> std::result::Result<SearchTerm, &'static str> {
    SearchTerm::new(option_value).ok_or("expected a word or several")
}

fn summary_share_in(option_value: &str) -> std::result::Result<f32, String> {
    let (share_number, whole_share) = match option_value.strip_suffix('%') {
        Some(per_cent) => (per_cent.trim_end(), 100.0),
        None => (option_value, 1.0),
    };
    match share_number.parse::<f32>().map(|number| number / whole_share) {
        Ok(share) if share > 0.0 && share <= 1.0 => Ok(share),
        _ => Err("expected a number above 0 and at most 1, such as 0.2, or a percentage, such as 20%".into()),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_flags_do_not_contradict_each_other() {
        Args::command().debug_assert();
    }

    #[test]
    fn a_share_is_above_zero_and_at_most_one() {
        for (text, good) in [
            ("0.2", true),
            ("1", true),
            ("20%", true),
            ("12.5 %", true),
            ("0", false),
            ("1.5", false),
            ("120%", false),
            ("%", false),
            ("nan", false),
            ("x", false),
        ] {
            assert_eq!(summary_share_in(text).is_ok(), good, "{text}");
        }
    }
}
