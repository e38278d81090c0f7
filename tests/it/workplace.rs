//! The real binary in a folder of its own: what it is given, and what it says and leaves behind.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// The model that translates in the tests.
pub(crate) const TRANSLATOR: &str = "tests/tiny-de-en";

/// A temporary folder in which the program runs, without the caller's environment.
pub(crate) struct Workplace {
    folder: TempDir,
    environment: Vec<(&'static str, PathBuf)>,
}

/// Exit code and output of a run.
pub(crate) struct Outcome {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Workplace {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        // Its own memory: a shared one would hide what a test breaks. Hidden, so that it is not read as an article.
        let memory = folder.path().join(".cache/memory.redb");
        // No defaults of whoever runs the tests, and a translator that is a quarter of the embedded one: good English is not what they are about.
        let config = folder.path().join(".config.toml");
        fs::write(&config, format!("translator = '{}'\n", fs::canonicalize(TRANSLATOR).unwrap().display())).unwrap();
        Self { folder, environment: vec![("DEPESCHE_MEMORY", memory), ("DEPESCHE_CONFIG", config)] }
    }

    /// Sets the variable `name` for every later run.
    pub(crate) fn set(&mut self, name: &'static str, value: impl Into<PathBuf>) {
        self.environment.push((name, value.into()));
    }

    /// The path of `name` in the folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes the file `name`, with its folders.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// The text of the file `name`.
    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// The JSON file `name`.
    pub(crate) fn json(&self, name: &str) -> Value {
        serde_json::from_str(&self.read(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// The program with `args`, ready to start; its streams are pipes.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_depesche"));
        command.args(args).current_dir(self.folder.path()).env_clear().envs(self.environment.iter().cloned());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs the program with `args` and an empty standard input.
    pub(crate) fn run(&self, args: &[&str]) -> Outcome {
        self.run_with(args, "")
    }

    /// Runs the program with `args` and `stdin`.
    pub(crate) fn run_with(&self, args: &[&str], stdin: impl AsRef<[u8]>) -> Outcome {
        let mut child = self.command(args).spawn().unwrap();
        let mut pipe = child.stdin.take().unwrap();
        let stdin = stdin.as_ref().to_owned();
        let writer = std::thread::spawn(move || pipe.write_all(&stdin));
        let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
        // The program may end without reading all of its input.
        let _ = writer.join().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Outcome { code: status.code().unwrap(), stdout: text(stdout), stderr: text(stderr) }
    }
}

impl Outcome {
    /// Itself, if the exit code is `code`.
    #[track_caller]
    pub(crate) fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, code, "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }
}

/// Every file below `folder`, as path and content, by path.
pub(crate) fn tree(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap().replace('\\', "/");
                files.push((name, fs::read(&path).unwrap()));
            }
        }
    }
    files.sort();
    files
}
