//! How fast this machine runs the models that are there: measured by `depesche models bench`, kept in a file, shown by `models list`.
//!
//! What another version of the program or another number of cores measured is forgotten. A file that cannot be read is as good as none.

use std::path::PathBuf;
use std::{fs, io, thread};

use serde_json::{Map, Value, json};

use super::environment;
use super::program::PROGRAM;

/// The name of the file, beside the translation memory.
const FILE_NAME: &str = "speeds.json";

/// How fast a model translates here.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Speed {
    pub(super) sentences_per_second: f64,
    pub(super) tokens_per_second: f64,
    /// The kind of device that computed.
    pub(super) device: String,
    /// How the weights were held.
    pub(super) precision: String,
}

/// The speeds that are known.
pub(super) struct Speeds {
    /// `None` if there is no place for the file.
    path: Option<PathBuf>,
    by_model: Map<String, Value>,
}

impl Speeds {
    /// Reads the file.
    pub(super) fn read() -> Self {
        let path = environment::default_memory_file().map(|memory| memory.with_file_name(FILE_NAME));
        let text = path.as_ref().and_then(|path| fs::read_to_string(path).ok()).unwrap_or_default();
        Self { by_model: models_in(&text, cores()), path }
    }

    /// The speed of the model called `name`.
    pub(super) fn of(&self, name: &str) -> Option<Speed> {
        let known = self.by_model.get(name)?;
        let number = |key: &str| known.get(key)?.as_f64().filter(|number| number.is_finite());
        let text = |key: &str| Some(known.get(key)?.as_str()?.to_owned());
        Some(Speed {
            sentences_per_second: number("sentences_per_second")?,
            tokens_per_second: number("target_tokens_per_second")?,
            device: text("device")?,
            precision: text("precision")?,
        })
    }

    /// Keeps `speed` for the model called `name`.
    ///
    /// # Errors
    /// If the file cannot be written. Without a place for one, nothing is kept.
    pub(super) fn keep(&mut self, name: &str, speed: &Speed) -> io::Result<()> {
        self.by_model.insert(name.to_owned(), speed.as_json());
        let Some(path) = &self.path else { return Ok(()) };
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let content = json!({ "program": PROGRAM, "cores": cores(), "models": self.by_model });
        let incomplete = path.with_extension("json.part");
        fs::write(&incomplete, format!("{content:#}\n"))?;
        fs::rename(&incomplete, path)
    }
}

impl Speed {
    /// The speed as `models list --json` and the file have it.
    pub(super) fn as_json(&self) -> Value {
        let Self { sentences_per_second, tokens_per_second, device, precision } = self;
        let rounded = |number: &f64| (number * 10.0).round() / 10.0;
        json!({
            "sentences_per_second": rounded(sentences_per_second),
            "target_tokens_per_second": rounded(tokens_per_second),
            "device": device,
            "precision": precision,
        })
    }
}

fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// The models in the file with this `text`, if this version of the program measured them with as many `cores`.
fn models_in(text: &str, cores: usize) -> Map<String, Value> {
    let Ok(Value::Object(mut content)) = serde_json::from_str::<Value>(text) else { return Map::new() };
    let is_ours = content.get("program").and_then(Value::as_str) == Some(PROGRAM)
        && content.get("cores").and_then(Value::as_u64) == Some(cores as u64);
    match content.remove("models") {
        Some(Value::Object(models)) if is_ours => models,
        _ => Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_is_known_and_what_others_measured_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("depesche").join(FILE_NAME);
        let speed = Speed {
            sentences_per_second: 12.34,
            tokens_per_second: 300.0,
            device: "cpu".into(),
            precision: "int8".into(),
        };
        let mut speeds = Speeds { path: Some(path.clone()), by_model: Map::new() };
        speeds.keep("small", &speed).unwrap();
        speeds.keep("large", &Speed { sentences_per_second: 0.5, ..speed.clone() }).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        let read = |cores| Speeds { path: None, by_model: models_in(&text, cores) };
        let known = read(cores());
        assert_eq!(known.of("small"), Some(Speed { sentences_per_second: 12.3, ..speed }));
        assert_eq!(known.of("large").unwrap().sentences_per_second, 0.5);
        assert_eq!(known.of("other"), None);
        assert!(read(cores() + 1).of("small").is_none());
        for damaged in ["", "{", "[]", "{\"models\": 1}", &text.replace("12.3", "\"fast\"")] {
            assert!(Speeds { path: None, by_model: models_in(damaged, cores()) }.of("small").is_none(), "{damaged}");
        }
    }
}
