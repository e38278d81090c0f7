//! What several targets need.

use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::sync::Once;

use depesche::catalog::{Model, Task};
use depesche::document::{Article, ArticleDraft, ParagraphKind};
use depesche::generation::{DeviceChoice, Generator, Schedule};
use depesche::input::{Found, INPUT_FORMATS, Source};
use candle_core::Device;
use depesche::neural::{self, Checkpoint, Error, Placement, PrecisionChoice, WeightFormat};
use tempfile::TempDir;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// How many parts of a file are read.
const MAX_PARTS: usize = 20;

/// Reads `data` with the reader called `name`, as one article and as the parts it finds, and holds it to what an article
/// promises.
pub fn read(name: &str, data: &[u8]) {
    // The fuzzer ends at a panic, also at one that is caught.
    static SILENCED: Once = Once::new();
    SILENCED.call_once(depesche::guarded::silence_guarded_panics);
    let reader = INPUT_FORMATS.iter().find(|reader| reader.name == name).expect("there is such a reader");
    let mut parts = vec![None];
    if let Some(split) = reader.split {
        // What was found before an error stands.
        let _ = split(&mut Source::from_bytes(data.to_vec()), &mut |found| match found {
            Found::Article(part) if parts.len() <= MAX_PARTS => parts.push(Some(part)),
            Found::Article(_) | Found::File(..) => {}
        });
    }
    for part in parts {
        if let Ok(draft) = (reader.read)(&mut Source { part, ..Source::from_bytes(data.to_vec()) }) {
            hold(draft);
        }
    }
}

/// Splits `data` with the reader called `name`, reads every article in it, and holds each to what an article promises.
pub fn read_articles(name: &str, data: &[u8]) {
    let reader = INPUT_FORMATS.iter().find(|reader| reader.name == name).expect("there is such a reader");
    let mut parts = vec![None];
    if let Some(split) = reader.split {
        let _ = split(&mut Source::from_bytes(data.to_vec()), &mut |found| match found {
            Found::Article(part) | Found::File(part, _) => parts.push(Some(part)),
        });
    }
    for part in parts.into_iter().take(16) {
        let source = || Source { part: part.clone(), ..Source::from_bytes(data.to_vec()) };
        let unpacked = reader.unpack.map(|unpack| unpack(&mut source()));
        if !matches!(unpacked, Some(Ok(Some(_))))
            && let Ok(draft) = (reader.read)(&mut source())
        {
            hold(draft);
        }
    }
}

fn hold(draft: ArticleDraft) {
    if let Some(article) = Article::new("a", draft) {
        hold_article(&article);
    }
}

/// Every paragraph has text, trimmed; what is verbatim keeps its indentation.
pub fn hold_article(article: &Article) {
    assert!(!article.paragraphs().is_empty());
    for paragraph in article.paragraphs() {
        let text = paragraph.text();
        let trimmed = if paragraph.kind() == ParagraphKind::Verbatim { text.trim_end() } else { text.trim() };
        assert!(!text.trim().is_empty() && trimmed == text, "{text:?}");
    }
}

/// A folder that goes away with the process, and a file in it that is written again and again. Best on a disk in memory:
/// `TMPDIR=/dev/shm`.
pub struct Scratch {
    folder: TempDir,
}

impl Default for Scratch {
    fn default() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder can be made") }
    }
}

impl Scratch {
    /// Writes `bytes` to the file `name`, and says where it is.
    pub fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, bytes).expect("a file can be written");
        path
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Copies every file of `folder`, which is relative to the project.
    pub fn copy(&self, folder: &str) {
        for entry in fs::read_dir(project().join(folder)).expect("the project has such a folder") {
            let path = entry.expect("it can be listed").path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            self.write(name, &fs::read(&path).expect("it can be read"));
        }
    }
}

/// Where the project is.
pub fn project() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// `data` at its null bytes, as `count` parts; the last has the rest.
pub fn parts(data: &[u8], count: usize) -> Vec<&[u8]> {
    data.splitn(count, |byte| *byte == 0).collect()
}

/// Loads what was opened, which may fail.
pub fn load(checkpoint: Result<Checkpoint, Error>) {
    let placement = Placement::new(Device::Cpu, WeightFormat::F32);
    if let Ok(checkpoint) = checkpoint {
        let _ = neural::load(&checkpoint, &placement);
    }
}

/// An archive as PyTorch writes it, with `pickle` as its table of contents and one storage.
pub fn archive(pickle: &[u8]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, bytes) in [("archive/data.pkl", pickle), ("archive/data/0", &[0; 64])] {
        archive.start_file(name, stored).and_then(|()| Ok(archive.write_all(bytes)?)).expect("a vector can be written to");
    }
    archive.finish().expect("a vector can be written to").into_inner()
}

/// Loads the model in `folder`, and has it write a few tokens, if it can be loaded.
pub fn write(folder: &Path, precision: PrecisionChoice) {
    let Ok(model) = Model::open(folder) else { return };
    let Ok(devices) = DeviceChoice::cpu().open() else { return };
    let Ok(generator) = Generator::load(&devices, Task::Translate, &model, precision) else { return };
    let mut search = generator.search_defaults().clone();
    // As the command line does; what is longer is only slower.
    search.limit(6);
    search.beams = search.beams.min(8);
    let schedule = Schedule { workers: 1, ..Schedule::default() };
    let _ = generator.run(&["Guten Tag."], &search, &schedule, &|_| {});
}
