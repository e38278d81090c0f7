//! The file of a translation memory: a `redb` database, opened for one step at a time.
//!
//! Only one process may have a database open. So every step takes the lock beside the file, opens, works and closes: two runs take turns
//! of a few milliseconds (see `docs/adr/0007-translation-memory.md`). A step is done whole or not at all, and is on disk when it
//! returns.

use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use redb::{Database, ReadableDatabase, ReadableTable, ReadableTableMetadata, TableDefinition, TableHandle};

use super::error::Error;
use super::record::Record;
use crate::guarded::guarded;

/// The format of the tables below. Later formats are refused.
const STORE_FORMAT: u64 = 1;

/// About the store itself: `format`.
const ABOUT: TableDefinition<'_, &str, u64> = TableDefinition::new("about");
/// Key → record.
const SENTENCES: TableDefinition<'_, &[u8; 32], &[u8]> = TableDefinition::new("sentences");
/// Digest of a recipe → name of its model.
const RECIPES: TableDefinition<'_, &[u8; 32], &str> = TableDefinition::new("recipes");

/// Bytes of the file that the database caches. Its own default is a gigabyte.
const DATABASE_CACHE_BYTES: usize = 16 * 1024 * 1024;

/// The first bytes of a database.
const REDB_MAGIC: [u8; 9] = [b'r', b'e', b'd', b'b', 0x1a, 0x0a, 0xa9, 0x0d, 0x0a];

/// A translation memory on disk.
#[derive(Clone, Debug)]
pub struct Store {
    path: PathBuf,
}

/// What a translation memory holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Size of the file in bytes.
    pub bytes: u64,
    /// Names of models, each with its number of sentences.
    pub sentences: Vec<(String, u64)>,
}

impl Store {
    /// Opens the store at `path`, or creates it. A damaged one is moved aside and begun anew; then the second value is its new path.
    ///
    /// # Errors
    /// [`Error::Open`]; [`Error::Foreign`] and [`Error::Newer`] for a file that must not be touched.
    pub fn open(path: &Path) -> Result<(Self, Option<PathBuf>), Error> {
        let store = Self { path: path.to_owned() };
        let _lock = store.lock()?;
        match store.prepare() {
            Ok(()) => Ok((store, None)),
            Err(Error::Damaged { .. }) => {
                let aside = with_suffix(path, ".damaged");
                fs::rename(path, &aside).map_err(|source| store.cannot_open(source))?;
                store.prepare()?;
                Ok((store, Some(aside)))
            }
            Err(error) => Err(error),
        }
    }

    /// The path of the file of the translation memory.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The records under `keys`, in their order; `None` for what is missing or damaged.
    pub(super) fn get(&self, keys: &[[u8; 32]]) -> Result<Vec<Option<Record>>, Error> {
        let _lock = self.lock()?;
        self.with_database(|database| {
            let table = database.begin_read()?.open_table(SENTENCES)?;
            let record = |key| Ok(table.get(key)?.and_then(|value| Record::from_bytes(key, value.value())));
            keys.iter().map(record).collect()
        })
    }

    /// Writes `records` under their keys, and their `recipes` with the names of the models.
    pub(super) fn put(&self, records: &[([u8; 32], Vec<u8>)], recipes: &[([u8; 32], String)]) -> Result<(), Error> {
        let _lock = self.lock()?;
        self.with_database(|database| {
            let mut transaction = database.begin_write()?;
            // After a kill, the file is usable at once instead of after a scan.
            transaction.set_quick_repair(true);
            {
                let mut sentences = transaction.open_table(SENTENCES)?;
                for (key, value) in records {
                    sentences.insert(key, value.as_slice())?;
                }
                let mut models = transaction.open_table(RECIPES)?;
                for (digest, model) in recipes {
                    models.insert(digest, model.as_str())?;
                }
            }
            Ok(transaction.commit()?)
        })
    }

    /// Calls `visit` with every intact record and the name of its model, in the order of the keys, until it breaks.
    pub(super) fn each(&self, mut visit: impl FnMut(&str, Record) -> ControlFlow<()>) -> Result<(), Error> {
        let _lock = self.lock()?;
        self.with_database(|database| {
            let transaction = database.begin_read()?;
            let recipes = transaction.open_table(RECIPES)?;
            for entry in transaction.open_table(SENTENCES)?.iter()? {
                let (key, value) = entry?;
                let Some(record) = Record::from_bytes(key.value(), value.value()) else { continue };
                let model = recipes.get(&record.recipe)?;
                if visit(model.as_ref().map_or("", |model| model.value()), record).is_break() {
                    break;
                }
            }
            Ok(())
        })
    }

    /// Counts the sentences.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn statistics(&self) -> Result<Statistics, Error> {
        let mut sentences = BTreeMap::new();
        self.each(|model, _| {
            *sentences.entry(model.to_owned()).or_default() += 1;
            ControlFlow::Continue(())
        })?;
        let bytes = fs::metadata(&self.path).map_or(0, |metadata| metadata.len());
        Ok(Statistics { bytes, sentences: sentences.into_iter().collect() })
    }

    /// Forgets everything and returns the number of sentences. The file is created anew, which frees its space.
    ///
    /// # Errors
    /// If the file cannot be replaced or is not a store.
    pub fn clear(path: &Path) -> Result<u64, Error> {
        let store = Self { path: path.to_owned() };
        let _lock = store.lock()?;
        let removed_sentences = match store.prepare() {
            Ok(()) => store.with_database(|database| Ok(database.begin_read()?.open_table(SENTENCES)?.len()?))?,
            Err(Error::Damaged { .. }) => 0,
            Err(error) => return Err(error),
        };
        fs::remove_file(path).map_err(|source| store.cannot_open(source))?;
        store.prepare()?;
        Ok(removed_sentences)
    }

    /// Creates the tables, or checks that they are there in a known format.
    fn prepare(&self) -> Result<(), Error> {
        self.refuse_foreign()?;
        let format = self.with_database(|database| {
            if let Some(format) = known_format(database)? {
                return Ok(format);
            }
            let transaction = database.begin_write()?;
            let format = {
                let mut about = transaction.open_table(ABOUT)?;
                let stored_format = about.get("format")?.map(|format| format.value());
                match stored_format {
                    Some(format) => format,
                    None => {
                        about.insert("format", STORE_FORMAT)?;
                        STORE_FORMAT
                    }
                }
            };
            if format == STORE_FORMAT {
                transaction.open_table(SENTENCES)?;
                transaction.open_table(RECIPES)?;
            }
            transaction.commit()?;
            Ok(format)
        })?;
        if format == STORE_FORMAT { Ok(()) } else { Err(Error::Newer { path: self.path.clone(), format }) }
    }

    /// Refuses a file that is not a store: it belongs to somebody. A file that begins with zeros is a store whose creation was interrupted,
    /// because its beginning is written last.
    fn refuse_foreign(&self) -> Result<(), Error> {
        let mut first_bytes = Vec::new();
        match File::open(&self.path) {
            Ok(file) => file.take(REDB_MAGIC.len() as u64).read_to_end(&mut first_bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => Err(error),
        }
        .map_err(|source| self.cannot_open(source))?;
        if REDB_MAGIC.starts_with(&first_bytes) || first_bytes.iter().all(|byte| *byte == 0) {
            Ok(())
        } else {
            Err(Error::Foreign { path: self.path.clone() })
        }
    }

    /// Opens the database, does `work`, and closes it.
    fn with_database<T>(&self, work: impl FnOnce(&Database) -> Result<T, redb::Error>) -> Result<T, Error> {
        let step = || {
            let database = Database::builder().set_cache_size(DATABASE_CACHE_BYTES).create(&self.path)?;
            work(&database)
        };
        // redb asserts some of its expectations, and a damaged file must not end a run.
        let outcome = guarded(step).unwrap_or_else(|| Err(redb::Error::Corrupted("an assertion failed".into())));
        outcome.map_err(|error| self.failure(error))
    }

    /// Tells a damaged file from one that cannot be used right now.
    fn failure(&self, error: redb::Error) -> Error {
        let path = self.path.clone();
        match error {
            redb::Error::Io(source)
                if !matches!(source.kind(), io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof) =>
            {
                Error::Open { path, source }
            }
            redb::Error::Io(_)
            | redb::Error::Corrupted(_)
            | redb::Error::UpgradeRequired(_)
            | redb::Error::RepairAborted
            | redb::Error::TableTypeMismatch { .. }
            | redb::Error::TableIsMultimap(_)
            | redb::Error::TableIsNotMultimap(_)
            | redb::Error::TableDoesNotExist(_)
            | redb::Error::TypeDefinitionChanged { .. } => Error::Damaged { path, source: error.into() },
            _ => Error::Store { path, source: error.into() },
        }
    }

    /// Waits until no other process and no other thread uses the file.
    fn lock(&self) -> Result<File, Error> {
        let cannot_open = |source| self.cannot_open(source);
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder).map_err(cannot_open)?;
        }
        let lock_path = with_suffix(&self.path, ".lock");
        let lock_file =
            File::options().create(true).truncate(false).write(true).open(lock_path).map_err(cannot_open)?;
        match lock_file.try_lock() {
            Err(TryLockError::WouldBlock) => lock_file.lock().map_err(cannot_open)?,
            // Some network file systems have no locks. There the database's own lock tells that the file is in use.
            Ok(()) | Err(TryLockError::Error(_)) => {}
        }
        Ok(lock_file)
    }

    fn cannot_open(&self, source: io::Error) -> Error {
        Error::Open { path: self.path.clone(), source }
    }
}

/// The format of a store that has all its tables. Unlike creating them, looking makes no commit that waits for the disk.
fn known_format(database: &Database) -> Result<Option<u64>, redb::Error> {
    let transaction = database.begin_read()?;
    let tables: Vec<String> = transaction.list_tables()?.map(|table| table.name().to_owned()).collect();
    if ![ABOUT.name(), SENTENCES.name(), RECIPES.name()].iter().all(|name| tables.iter().any(|table| table == name)) {
        return Ok(None);
    }
    // Opening the tables checks their types.
    let about = transaction.open_table(ABOUT)?;
    transaction.open_table(SENTENCES)?;
    transaction.open_table(RECIPES)?;
    Ok(about.get("format")?.map(|format| format.value()))
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut path_with_suffix = path.as_os_str().to_owned();
    path_with_suffix.push(suffix);
    path_with_suffix.into()
}

#[allow(clippy::iter_over_hash_type, reason = "each entry is checked by itself")]
#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::record::tests::outputs;
    use super::super::{Memory, Recipe};
    use super::*;
    use crate::generation::Output;
    use crate::hint::Hint;
    use crate::settings::Settings;

    fn output(text: &str) -> Output {
        Output { text: text.into(), score: Some(-0.5), tokens: 3, split: false, cut: false, unknown: false }
    }

    fn filled(path: &Path) -> Store {
        let (store, _) = Store::open(path).unwrap();
        let memory = Memory::new(store.clone(), Recipe::new("m", &Settings::default()));
        for number in 0..200 {
            memory.keep(&[(&format!("Satz {number}"), output(&format!("Sentence {number}")))]);
        }
        memory.flush();
        store
    }

    #[test]
    fn another_recipe_or_another_text_is_not_recalled() {
        let folder = tempfile::tempdir().unwrap();
        let (store, aside) = Store::open(&folder.path().join("deep/memory")).unwrap();
        assert_eq!(aside, None);
        let recipe = |pairs: &[(&str, &str)]| {
            let mut settings = Settings::default();
            pairs.iter().for_each(|(name, value)| settings.add(name, *value));
            Memory::new(store.clone(), Recipe::new("m", &settings))
        };
        let memory = recipe(&[("a", "1"), ("b", "2")]);
        memory.keep(&[("Guten Tag.", output("Hello."))]);
        memory.flush();
        let known = memory.recall(&["Guten Tag.", "Guten Tag", ""]);
        assert_eq!(known.into_iter().collect::<Vec<_>>(), [("Guten Tag.", output("Hello."))]);
        let others: [&[(&str, &str)]; 4] =
            [&[("a", "1"), ("b", "3")], &[("a", "1")], &[("a", "1b"), ("", "2")], &[("b", "2"), ("a", "1")]];
        for other in others {
            assert!(recipe(other).recall(&["Guten Tag."]).is_empty());
        }
        let mut search = Settings::default();
        search.add("beams", 4_usize);
        assert!(memory.with(&search).recall(&["Guten Tag."]).is_empty());
    }

    #[test]
    fn several_at_once_lose_nothing_of_each_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("memory");
        let texts: Vec<String> = (0..150).map(|number| format!("Satz {number}")).collect();
        std::thread::scope(|scope| {
            for part in texts.chunks(50) {
                let path = &path;
                scope.spawn(move || {
                    let memory = Memory::new(Store::open(path).unwrap().0, Recipe::new("m", &Settings::default()));
                    for text in part {
                        memory.keep(&[(text, output(text))]);
                        memory.recall(&[text]);
                    }
                });
            }
        });
        let memory = Memory::new(Store::open(&path).unwrap().0, Recipe::new("m", &Settings::default()));
        let asked: Vec<&str> = texts.iter().map(String::as_str).collect();
        assert_eq!(memory.recall(&asked).len(), 150);
        assert_eq!(Store::open(&path).unwrap().0.statistics().unwrap().sentences, [("m".to_owned(), 150)]);
        assert_eq!(Store::clear(&path).unwrap(), 150);
        assert!(memory.recall(&asked).is_empty());
        assert!(memory.take_failure().is_none());
    }

    #[test]
    fn a_file_of_somebody_else_or_of_a_later_version_stays_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let notes = folder.path().join("notes.txt");
        fs::write(&notes, "mine").unwrap();
        for refused in [Store::open(&notes).map(drop), Store::clear(&notes).map(drop)] {
            assert!(matches!(refused, Err(Error::Foreign { .. })));
        }
        assert_eq!(fs::read(&notes).unwrap(), b"mine");

        let later = folder.path().join("later");
        let (store, _) = Store::open(&later).unwrap();
        let write = |database: &Database| {
            let transaction = database.begin_write()?;
            transaction.open_table(ABOUT)?.insert("format", STORE_FORMAT + 1)?;
            Ok(transaction.commit()?)
        };
        store.with_database(write).unwrap();
        let refused = Store::open(&later).unwrap_err();
        assert!(matches!(refused, Error::Newer { format: 2, .. }), "{refused}");
        assert!(refused.hint().unwrap().contains("--no-cache"));
    }

    #[test]
    fn a_folder_that_is_a_file_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("file"), "").unwrap();
        let refused = Store::open(&folder.path().join("file/memory")).unwrap_err();
        assert!(matches!(refused, Error::Open { .. }) && refused.hint().is_some(), "{refused}");
    }

    #[test]
    fn a_store_that_is_cut_short_is_set_aside_and_begun_anew() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("memory");
        filled(&path);
        let whole = fs::read(&path).unwrap();
        for length in [0, 5, 9, 100, 4096, whole.len() / 2, whole.len() - 1] {
            fs::write(&path, &whole[..length]).unwrap();
            let (store, aside) = Store::open(&path).unwrap();
            if let Some(aside) = aside {
                assert_eq!(fs::read(aside).unwrap().len(), length);
            }
            store.statistics().unwrap();
        }
        // As an interrupted creation leaves it.
        fs::write(&path, vec![0; 5000]).unwrap();
        assert!(Store::open(&path).unwrap().1.is_some());
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

        #[test]
        fn what_is_kept_is_what_is_recalled(kept in prop::collection::hash_map(any::<String>(), outputs(), 0..150)) {
            let folder = tempfile::tempdir().unwrap();
            let memory = || Memory::new(Store::open(&folder.path().join("m")).unwrap().0, Recipe::new("m", &Settings::default()));
            let first = memory();
            kept.iter().for_each(|(text, output)| first.keep(&[(text, output.clone())]));
            drop(first);
            let texts: Vec<&str> = kept.keys().map(String::as_str).collect();
            let recalled = memory().recall(&texts);
            prop_assert_eq!(recalled.len(), kept.len());
            for (text, output) in recalled {
                prop_assert_eq!(&kept[text], &output);
            }
        }

        #[test]
        fn bytes_that_change_on_the_disk_are_neither_a_panic_nor_a_wrong_sentence(
            changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..40), head in any::<bool>(),
        ) {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("m");
            filled(&path);
            let mut bytes = fs::read(&path).unwrap();
            let end = if head { 8192 } else { bytes.len() };
            for (place, byte) in changes {
                // Keep the magic bytes: without them it is somebody else's file.
                bytes[REDB_MAGIC.len() + place.index(end - REDB_MAGIC.len())] = byte;
            }
            fs::write(&path, bytes).unwrap();
            let Ok((store, _)) = Store::open(&path) else { return Ok(()) };
            let memory = Memory::new(store, Recipe::new("m", &Settings::default()));
            let texts: Vec<String> = (0..200).map(|number| format!("Satz {number}")).collect();
            for (text, found) in memory.recall(&texts.iter().map(String::as_str).collect::<Vec<_>>()) {
                prop_assert_eq!(found, output(&text.replace("Satz", "Sentence")));
            }
            memory.keep(&[("Neu.", output("New."))]);
            memory.flush();
        }
    }
}
