//! The configuration file: defaults of options, and `depesche config`.
//!
//! A key is the long name of an option of `brief` that takes a value. Options on the command line win over the environment, the
//! environment over the file, the file over built-in defaults.

use std::ffi::OsString;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{fs, io};

use clap::builder::OsStr;
use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory, FromArgMatches, ValueHint};
use depesche::hint::Hint;
use etcetera::BaseStrategy;
use toml_edit::{DocumentMut, Item, Value};

use super::args::{Args, ConfigCommand};
use super::environment::{self, CONFIG_VARIABLE, MEMORY_VARIABLE, variable};
use super::error::Result;
use super::stdout::print;

/// The key whose option has a variable of the environment too.
const MEMORY_KEY: &str = "memory";

/// Options of `brief` that belong to one call.
const OPTIONS_WITHOUT_KEY: [&str; 1] = ["output"];

/// How much a key must resemble what was written to be suggested.
const MIN_LIKENESS_OF_KEYS: f64 = 0.75;

/// The configuration file as it was read.
pub(crate) struct Config {
    /// Where the configuration file is, or would be. `None` if no folder for it is known.
    path: Option<PathBuf>,
    /// Keys with their values, in the order of the file.
    entries: Vec<ConfigEntry>,
}

/// A key of the configuration file, with the values that its option takes.
struct ConfigEntry {
    key: String,
    values: Vec<OsString>,
}

/// Why the configuration file cannot be used.
#[derive(Debug, thiserror::Error)]
pub(super) enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read the configuration file {}", path.display())]
    Read {
        /// The configuration file.
        path: PathBuf,
        /// What the system says of the configuration file.
        #[source]
        source: io::Error,
    },
    /// The file is not TOML.
    #[error("{} is not TOML: {message}", path.display())]
    Syntax {
        /// The configuration file.
        path: PathBuf,
        /// What is wrong with the TOML, with its line.
        message: String,
    },
    /// A key is not the name of an option.
    #[error("{}: there is no key {key:?}", path.display())]
    UnknownKey {
        /// The configuration file.
        path: PathBuf,
        /// The key as it was written.
        key: String,
        /// The most similar key of a configuration file.
        nearest: Option<String>,
    },
    /// The option does not take the value.
    #[error("{}: {message}", path.display())]
    Value {
        /// The configuration file.
        path: PathBuf,
        /// What the option of the command line says.
        message: String,
    },
    /// No place for the file is known.
    #[error("no folder for the configuration file is known")]
    NoFolder,
    /// The file cannot be written.
    #[error("cannot write the configuration file {}", path.display())]
    Write {
        /// The configuration file.
        path: PathBuf,
        /// What the system says of the configuration file.
        #[source]
        source: io::Error,
    },
}

impl Hint for ConfigError {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Read { source, .. } if source.kind() == io::ErrorKind::NotFound => {
                Some(format!("{CONFIG_VARIABLE} names it; unset the variable, or make the file"))
            }
            Self::UnknownKey { nearest: Some(nearest), .. } => Some(format!("did you mean {nearest}?")),
            Self::UnknownKey { nearest: None, .. } => Some(format!("the keys are {}", config_keys().join(", "))),
            Self::NoFolder => Some(format!("name the file in {CONFIG_VARIABLE}")),
            Self::Syntax { .. } => Some("a line is KEY = VALUE, with text in quotation marks".into()),
            Self::Read { .. } | Self::Value { .. } | Self::Write { .. } => None,
        }
    }
}

impl Config {
    /// Reads the file. If there is none, the configuration is empty.
    ///
    /// # Errors
    /// If the file cannot be read, a key is unknown, or an option does not take its value; if [`CONFIG_VARIABLE`] names a file that is not there.
    pub(super) fn read() -> std::result::Result<Self, ConfigError> {
        let Some(config_file) = config_path() else { return Ok(Self { path: None, entries: Vec::new() }) };
        let config_text = match fs::read_to_string(&config_file) {
            Err(error) if error.kind() == io::ErrorKind::NotFound && variable(CONFIG_VARIABLE).is_none() => {
                String::new()
            }
            read => read.map_err(|source| ConfigError::Read { path: config_file.clone(), source })?,
        };
        let entries = config_entries_in(&config_text, &config_file)?;
        Ok(Self { path: Some(config_file), entries })
    }

    /// The command line with the values of the file as defaults of the options that are not given.
    pub(crate) fn arguments(&self, command_line: &[OsString]) -> std::result::Result<Args, clap::Error> {
        let mut command = Args::command();
        let given = command.clone().try_get_matches_from(command_line)?;
        for (key, values) in self.defaults_for(&command, &given) {
            if let Some(name) = given.subcommand_name() {
                command = command.mut_subcommand(name, |subcommand| {
                    subcommand.mut_arg(key, |option| option.default_values(values.into_iter().map(OsStr::from)))
                });
            }
        }
        Args::from_arg_matches(&command.try_get_matches_from(command_line)?)
    }

    /// The ids of the options that the file decides, and their values. An option decides over every one that it conflicts with.
    fn defaults_for(&self, command: &clap::Command, given_options: &ArgMatches) -> Vec<(String, Vec<OsString>)> {
        let Some((command_name, given_options)) = given_options.subcommand() else { return Vec::new() };
        let Some(subcommand) = command.find_subcommand(command_name) else { return Vec::new() };
        let options = || subcommand.get_arguments().filter(|option| option.get_long().is_some());
        let is_given =
            |option: &clap::Arg| given_options.value_source(option.get_id().as_str()) == Some(ValueSource::CommandLine);
        let are_in_conflict = |one_option: &clap::Arg, other_option: &clap::Arg| {
            let is_blocked_by = |blocking_option: &clap::Arg, blocked_option: &clap::Arg| {
                subcommand
                    .get_arg_conflicts_with(blocking_option)
                    .iter()
                    .any(|blocked_by| blocked_by.get_id() == blocked_option.get_id())
            };
            is_blocked_by(one_option, other_option) || is_blocked_by(other_option, one_option)
        };
        let default_for = |entry: &ConfigEntry| {
            let option = options().find(|option| option.get_long() == Some(&entry.key))?;
            let by_environment = entry.key == MEMORY_KEY && variable(MEMORY_VARIABLE).is_some();
            let by_option = options().any(|other_option| {
                is_given(other_option)
                    && (other_option.get_id() == option.get_id() || are_in_conflict(other_option, option))
            });
            (!by_environment && !by_option).then(|| (option.get_id().to_string(), entry.values.clone()))
        };
        self.entries.iter().filter_map(default_for).collect()
    }

    /// What `-v` says of the file; nothing if it decides nothing.
    pub(super) fn notice(&self) -> Option<String> {
        let path = self.path.as_ref().filter(|_| !self.entries.is_empty())?;
        let keys: Vec<&str> = self.entries.iter().map(|entry| entry.key.as_str()).collect();
        Some(format!("defaults from {}: {}", path.display(), keys.join(", ")))
    }

    /// The file if it is there, or where it would be.
    pub(super) fn described(&self) -> String {
        match &self.path {
            Some(path) if path.exists() => path.display().to_string(),
            Some(path) => format!("{} (not there yet)", path.display()),
            None => format!("none: set {CONFIG_VARIABLE}"),
        }
    }

    /// Every key with its value and what decided it, as lines of a configuration file.
    fn show(&self) -> String {
        let mut config_lines = format!("# {}\n", self.described());
        let command = Args::command();
        let key_width = config_keys().iter().map(String::len).max().unwrap_or_default();
        for option in brief_options(&command) {
            let key = option.get_long().unwrap_or_default();
            let in_file = self.entries.iter().find(|entry| entry.key == key);
            let built_in = || option.get_default_values().iter().map(|value| value.to_os_string()).collect();
            let (option_values, decided_by): (Vec<OsString>, _) = match in_file {
                _ if key == MEMORY_KEY && variable(MEMORY_VARIABLE).is_some() => {
                    (variable(MEMORY_VARIABLE).into_iter().collect(), "environment")
                }
                Some(entry) => (entry.values.clone(), "file"),
                None if key == MEMORY_KEY => {
                    (environment::default_memory_file().map(OsString::from).into_iter().collect(), "default")
                }
                None => (built_in(), "default"),
            };
            // Writing to a string cannot fail.
            let _ = match as_toml(&option_values) {
                Some(toml_value) => writeln!(config_lines, "{key:key_width$} = {toml_value}  # {decided_by}"),
                None => writeln!(config_lines, "# {key} is not set"),
            };
        }
        config_lines
    }
}

/// Runs `depesche config`.
pub(super) fn run(command: &ConfigCommand) -> Result<ExitCode> {
    match command {
        ConfigCommand::Path => {
            let path = config_path().ok_or(ConfigError::NoFolder)?;
            print(format!("{}\n", path.display()).as_bytes())
        }
        ConfigCommand::Show => print(Config::read()?.show().as_bytes()),
        ConfigCommand::Set { key, value } => {
            let path = set_config_key(key, value)?;
            print(format!("{key} is {value} from now on ({})\n", path.display()).as_bytes())
        }
    }
}

/// Writes `key` with `value` to the file and keeps the rest of it, comments too. Gives the file.
///
/// # Errors
/// If the file cannot be read, understood or written, the key is unknown, or its option does not take the value.
pub(super) fn set_config_key(key: &str, value: &str) -> std::result::Result<PathBuf, ConfigError> {
    let config_file = config_path().ok_or(ConfigError::NoFolder)?;
    let config_text = match fs::read_to_string(&config_file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        read => read.map_err(|source| ConfigError::Read { path: config_file.clone(), source })?,
    };
    let mut config_document = toml_document(&config_text, &config_file)?;
    let command = Args::command();
    let written_key = brief_options(&command)
        .filter(|option| is_called(option, key))
        .find_map(|option| config_document.iter().map(|(known, _)| known).find(|known| is_called(option, known)))
        .unwrap_or(key)
        .to_owned();
    config_document[&written_key] = toml_edit::value(value);
    let changed_text = config_document.to_string();
    config_entries_in(&changed_text, &config_file)?;
    let write_config = || {
        config_file.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::write(&config_file, changed_text)
    };
    write_config().map_err(|source| ConfigError::Write { path: config_file.clone(), source })?;
    Ok(config_file)
}

/// The file that [`CONFIG_VARIABLE`] names, else `depesche/config.toml` in the system's folder for configurations.
fn config_path() -> Option<PathBuf> {
    let system_config_folder =
        || etcetera::base_strategy::choose_native_strategy().ok().map(|system| system.config_dir());
    variable(CONFIG_VARIABLE)
        .map(PathBuf::from)
        .or_else(|| Some(system_config_folder()?.join("depesche").join("config.toml")))
}

fn toml_document(config_text: &str, config_file: &Path) -> std::result::Result<DocumentMut, ConfigError> {
    config_text.parse::<DocumentMut>().map_err(|error| ConfigError::Syntax {
        path: config_file.to_owned(),
        message: error.to_string().trim_end().to_owned(),
    })
}

/// The entries of the file `config_file` that holds `config_text`. A relative path in it begins at its folder.
fn config_entries_in(config_text: &str, config_file: &Path) -> std::result::Result<Vec<ConfigEntry>, ConfigError> {
    let command = Args::command();
    let config_folder = config_file.parent().unwrap_or(Path::new(""));
    let mut entries = Vec::new();
    for (key, item) in toml_document(config_text, config_file)?.iter() {
        let option = brief_options(&command).find(|option| is_called(option, key));
        let option = option.ok_or_else(|| ConfigError::UnknownKey {
            path: config_file.to_owned(),
            key: key.to_owned(),
            nearest: nearest_config_key(key),
        })?;
        let is_path = matches!(option.get_value_hint(), ValueHint::AnyPath | ValueHint::FilePath);
        let value_texts = texts_of_item(item).ok_or_else(|| ConfigError::Value {
            path: config_file.to_owned(),
            message: format!("{key} takes a text, a number, or a list of texts"),
        })?;
        let option_value = |text: String| if is_path { config_folder.join(text).into_os_string() } else { text.into() };
        // An option has the same entry under each of its names.
        let key = option.get_long().unwrap_or(key).to_owned();
        entries.push(ConfigEntry { key, values: value_texts.into_iter().map(option_value).collect() });
    }
    check_config_values(&entries, config_file)?;
    Ok(entries)
}

/// Whether the options take the values of `entries`, together.
fn check_config_values(entries: &[ConfigEntry], config_file: &Path) -> std::result::Result<(), ConfigError> {
    let mut command_line: Vec<OsString> =
        ["depesche", "brief", "articles", "-o", "briefing"].map(OsString::from).into();
    for entry in entries {
        for value in &entry.values {
            let mut option_argument = OsString::from(format!("--{}=", entry.key));
            option_argument.push(value);
            command_line.push(option_argument);
        }
    }
    match Args::command().try_get_matches_from(command_line) {
        Err(error) if !matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) => {
            let error_text = error.to_string();
            let option_message =
                error_text.split("\n\n").next().unwrap_or_default().trim_start_matches("error: ").trim_end();
            Err(ConfigError::Value { path: config_file.to_owned(), message: option_message.to_owned() })
        }
        _ => Ok(()),
    }
}

/// The texts of a value: one, or those of a list.
fn texts_of_item(item: &Item) -> Option<Vec<String>> {
    let value_text = |value: &Value| match value {
        Value::String(value_text) => Some(value_text.value().clone()),
        Value::Integer(number) => Some(number.value().to_string()),
        Value::Float(number) => Some(number.value().to_string()),
        _ => None,
    };
    match item.as_value()? {
        Value::Array(toml_array) => toml_array.iter().map(value_text).collect(),
        value => Some(vec![value_text(value)?]),
    }
}

/// `values` as a configuration file writes them; `None` if there is none.
fn as_toml(values: &[OsString]) -> Option<String> {
    let quoted = |value: &OsString| Value::from(value.to_string_lossy().into_owned()).to_string();
    match values {
        [] => None,
        [value] => Some(quoted(value)),
        values => Some(format!("[{}]", values.iter().map(quoted).collect::<Vec<_>>().join(", "))),
    }
}

/// The options of `brief` that a configuration file may set.
fn brief_options(command: &clap::Command) -> impl Iterator<Item = &clap::Arg> {
    let options = command.find_subcommand("brief").into_iter().flat_map(|brief| brief.get_opts());
    options.filter(|option| option.get_long().is_some_and(|key| !OPTIONS_WITHOUT_KEY.contains(&key)))
}

/// Whether `key` is the long name of `option` or another name of it, such as `second` for `second-translator`.
fn is_called(option: &clap::Arg, key: &str) -> bool {
    option.get_long() == Some(key) || option.get_all_aliases().is_some_and(|names| names.contains(&key))
}

/// The keys of a configuration file.
fn config_keys() -> Vec<String> {
    let command = Args::command();
    brief_options(&command).filter_map(|option| option.get_long().map(str::to_owned)).collect()
}

/// The key that resembles `key` most, if one does.
fn nearest_config_key(key: &str) -> Option<String> {
    let written_key = key.to_lowercase().replace('_', "-");
    let likeness = |known_key: &String| strsim::jaro_winkler(known_key, &written_key);
    let nearest_key =
        config_keys().into_iter().max_by(|one_key, other_key| likeness(one_key).total_cmp(&likeness(other_key)))?;
    (likeness(&nearest_key) >= MIN_LIKENESS_OF_KEYS).then_some(nearest_key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(text: &str) -> Config {
        let path = PathBuf::from("/settings/config.toml");
        Config { entries: config_entries_in(text, &path).unwrap(), path: Some(path) }
    }

    fn refusal(text: &str) -> String {
        let Err(error) = config_entries_in(text, Path::new("/settings/config.toml")) else {
            panic!("{text} was taken")
        };
        let hint = error.hint().map(|hint| format!(" [{hint}]")).unwrap_or_default();
        format!("{error}{hint}")
    }

    /// The arguments of `line` with the defaults of `text`, as Rust shows them.
    fn arguments(text: &str, line: &str) -> String {
        let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        format!("{:?}", config(text).arguments(&words).unwrap())
    }

    #[test]
    fn options_win_over_the_file_and_the_file_over_defaults() {
        let file = "translator = \"opus-mt-de-en\"\nsummary-sentences = 5\nformat = [\"html\", \"json\"]\nglossary = \"terms.tsv\"";
        let plain = arguments(file, "depesche brief a -o b");
        assert!(plain.contains("translator: \"opus-mt-de-en\""), "{plain}");
        assert!(plain.contains("summary_sentences: Some(5)"), "{plain}");
        assert!(plain.contains("/settings/terms.tsv") || plain.contains("/settings\\\\terms.tsv"), "{plain}");
        assert!(plain.contains("[OutputFormat(\"html\"), OutputFormat(\"json\")]"), "{plain}");
        let given = arguments(file, "depesche brief a -o b --translator x --summary-words 90");
        assert!(given.contains("translator: \"x\""), "{given}");
        assert!(given.contains("summary_sentences: None") && given.contains("summary_words: Some(90)"), "{given}");
        // A key may be any name of its option, and what excludes the option excludes the key.
        let named = |line: &str| arguments("second = \"big\"\nsecond-beam = 8", line);
        assert!(named("depesche brief a").contains("second_translator: Some(\"big\")"));
        assert!(named("depesche brief a --second-translator none").contains("second_translator: Some(\"none\")"));
        assert!(named("depesche brief a --no-repair").contains("second_translator: None"));
        assert!(named("depesche translate --lines --raw").contains("second_translator: None"));
        assert!(named("depesche translate --lines").contains("second_beam: Some(8)"));
        // Where an option does not exist, its key says nothing.
        assert!(arguments(file, "depesche translate --lines").contains("translator: \"opus-mt-de-en\""));
        arguments(file, "depesche doctor");
    }

    #[test]
    fn a_mistake_in_the_file_is_named_with_a_suggestion() {
        for (text, expected) in [
            ("transaltor = \"x\"", "there is no key \"transaltor\" [did you mean translator?]"),
            ("summary_words = 3", "there is no key \"summary_words\" [did you mean summary-words?]"),
            ("secnd = \"x\"", "there is no key"),
            ("second = \"x\"\nsecond-translator = \"y\"", "cannot be used multiple times"),
            ("zzz = 1", "there is no key \"zzz\" [the keys are "),
            ("output = \"x\"", "there is no key \"output\""),
            ("device = \"abacus\"", "abacus"),
            ("beam = 0", "invalid value '0' for '--beam <N>'"),
            ("translator = { a = 1 }", "translator takes a text, a number, or a list of texts"),
            ("translator = ", "is not TOML"),
            ("summary-words = 50\nsummary-share = 0.2", "cannot be used with"),
        ] {
            let refused = refusal(text);
            assert!(refused.contains(expected) && refused.contains("config.toml"), "{text}: {refused}");
        }
    }

    #[test]
    fn each_key_is_shown_with_what_decided_it() {
        let shown = config("translator = \"opus-mt-de-en\"").show();
        let line = |key: &str| shown.lines().find(|line| line.starts_with(key)).unwrap_or_default().to_owned();
        assert!(line("translator").ends_with("= \"opus-mt-de-en\"  # file"), "{shown}");
        assert!(line("device").ends_with("= \"auto\"  # default"), "{shown}");
        assert!(shown.contains("# beam is not set"), "{shown}");
        // What is shown is a configuration file.
        config_entries_in(&shown, Path::new("config.toml")).unwrap();
    }
}
