//! The folder that a run writes to: pages as articles are done, briefings at the end.
//!
//! Promises: [`OutputFolder::create`] finds every conflict before it changes anything; every file is either complete or
//! absent; a file that depesche did not make is replaced only with [`OutputOptions::force`], and an article being read
//! never; memory holds one article and the names; pages that an earlier run made of articles that are gone are removed at the end.
//! Pages are not flushed to disk one by one, because the run is repeated after a power failure anyway; briefings are.

use std::collections::{BTreeSet, HashSet};
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile, tempfile_in};

use super::entries::StoredEntries;
use super::error::Error;
use super::format::OutputFormat;
use super::formats::{MOST_SENTENCES, OUTPUT_FORMATS, OutputOptions};
use super::inputs::InputFiles;
use super::last_run::{self, Comparison, LAST_RUN, LastRun};
use super::lock::FolderLock;
use super::names;
use super::record::{self, RECORD};
use super::report::{self, REPORT};
use super::view::{BriefingView, PageLink, PageView};
use crate::document::{Changes, Entry, Overview, Provenance};

/// Most files that an error names.
const MAX_FILES_NAMED: usize = 5;

/// Incomplete files have names with this prefix and [`TEMPORARY_SUFFIX`].
const TEMPORARY_PREFIX: &str = ".depesche-";
/// See [`TEMPORARY_PREFIX`].
const TEMPORARY_SUFFIX: &str = ".tmp";

/// What a finished run wrote and removed.
#[derive(Clone, Debug, Default)]
pub struct FinishedOutput {
    /// Paths of the briefings in the order of the formats, then of the report.
    pub written: Vec<PathBuf>,
    /// Pages of articles that are gone, relative to the folder. They are removed.
    pub removed: Vec<String>,
}

/// An output folder that a run is writing to.
///
/// Dropping it unfinished leaves the pages added so far and a record that lets the next run replace them, but no
/// temporary files.
pub struct OutputFolder {
    path: PathBuf,
    formats: Vec<&'static OutputFormat>,
    full_text: Option<bool>,
    sources: Vec<String>,
    /// Page name of each source.
    pages: Vec<String>,
    /// Indices of the sources, sorted by page name.
    order: Vec<u32>,
    /// Whether the page of each source exists: written by this run so far, or by an earlier one.
    written: Vec<bool>,
    /// Files of earlier runs that still exist and that this run does not write.
    earlier: Vec<String>,
    /// The record of earlier runs, byte for byte.
    earlier_record: Option<Vec<u8>>,
    /// What the last run said.
    last_run: Option<LastRun>,
    /// Compares the articles with those of the last run, if that is asked and there was one.
    comparison: Option<Comparison>,
    /// Links to the last two pages that were added, the last one at the end.
    last_pages: [Option<PageLink>; 2],
    /// The files being read.
    inputs: InputFiles,
    /// Source of the briefings.
    entries: StoredEntries,
    /// Keeps other runs out.
    _lock: FolderLock,
}

impl OutputFolder {
    /// Creates the folder `path` if it is missing, and assigns a page to every source. `inputs` are the files being read.
    ///
    /// # Errors
    /// If the folder cannot be created or written to, or contains something that the output would overwrite. Nothing
    /// has changed then, except that an empty folder may have been created.
    pub fn create(path: &Path, options: &OutputOptions, sources: &[String], inputs: &[PathBuf]) -> Result<Self, Error> {
        let inputs = InputFiles::new(inputs);
        let last_run = LastRun::read(path);
        let pages = names::pages(sources, last_run.iter().flat_map(LastRun::pages));
        let mut formats: Vec<&'static OutputFormat> = Vec::new();
        for &format in &options.formats {
            if !formats.iter().any(|known| known.name == format.name) {
                formats.push(format);
            }
        }

        if path.exists() && !path.is_dir() {
            return Err(Error::NotAFolder { path: path.into() });
        }
        fs::create_dir_all(path).map_err(|source| Error::MakeFolder { path: path.into(), source })?;
        let lock = FolderLock::take(path)?;
        let mut order: Vec<u32> = (0..pages.len() as u32).collect();
        order.sort_by_key(|&source| &pages[source as usize]);
        check_inputs(path, planned(&formats, pages.iter()), &inputs)?;
        let mut earlier = files_of_earlier_runs(path, options.force)?;
        check_conflicts(path, planned(&formats, pages.iter()), (!options.force).then_some(&earlier))?;
        // Files that this run writes are known from the list of pages.
        planned(&formats, std::iter::empty()).for_each(|briefing| _ = earlier.remove(&briefing));
        let mut was_there =
            |page: &String| formats.iter().filter(|format| earlier.remove(&format.page_file(page))).count() > 0;
        let written = pages.iter().map(&mut was_there).collect();
        sweep(path, &pages, &inputs)?;
        let last_run_again = if options.since_last { LastRun::read(path) } else { None };
        let comparison = last_run_again.map(|last_run| Comparison::new(last_run, sources));
        let scratch = tempfile_in(path).map_err(|source| Error::NotWritable { path: path.into(), source })?;

        let folder = Self {
            path: path.into(),
            formats,
            full_text: options.full_text,
            sources: sources.to_vec(),
            pages,
            order,
            written,
            earlier: earlier.into_iter().collect(),
            earlier_record: fs::read(path.join(RECORD)).ok(),
            last_run,
            comparison,
            last_pages: [None, None],
            inputs,
            entries: StoredEntries::new(scratch),
            _lock: lock,
        };
        // Before the first page, so that the next run recognises the pages of one that was interrupted.
        folder.write_record(|_| true)?;
        Ok(folder)
    }

    /// The page of the source at `index`; see [`Entry::page`]. Empty if there is no such source.
    pub fn page(&self, index: usize) -> &str {
        self.pages.get(index).map_or("", String::as_str)
    }

    /// Writes the pages of `entry` and stores it for the briefings, in the order of the calls.
    ///
    /// # Errors
    /// If a file cannot be written. The briefings then lack the entry, and others may still be added.
    pub fn add(&mut self, entry: &Entry, provenance: &Provenance) -> Result<(), Error> {
        let page = |source: &u32| self.pages[*source as usize].as_str();
        let found = self.order.binary_search_by(|source| page(source).cmp(&entry.page));
        let Ok(found) = found else { return Err(Error::UnknownPage { page: entry.page.clone() }) };
        let [before_last, last] = &self.last_pages;
        for format in &self.formats {
            let page = PageView { entry, provenance, previous: last.as_ref(), next: None };
            self.write_page(format, &page)?;
        }
        let link = PageLink::new(entry);
        if last.is_some() && self.formats.iter().any(|format| format.links_pages) {
            let cannot_read = |source| Error::Write { path: self.path.clone(), source };
            let last_entry = self.entries.entry(self.entries.len().saturating_sub(1)).map_err(cannot_read)?;
            let page = PageView { entry: &last_entry, provenance, previous: before_last.as_ref(), next: Some(&link) };
            for format in self.formats.iter().filter(|format| format.links_pages) {
                self.write_page(format, &page)?;
            }
        }
        self.entries.push(entry).map_err(|source| Error::Write { path: self.path.clone(), source })?;
        self.written[self.order[found] as usize] = true;
        self.last_pages.rotate_left(1);
        self.last_pages[1] = Some(link);
        if let Some(comparison) = &mut self.comparison {
            comparison.add(entry);
        }
        Ok(())
    }

    fn write_page(&self, format: &OutputFormat, page: &PageView<'_>) -> Result<(), Error> {
        let path = self.path.join(format.page_file(&page.entry.page));
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(|source| Error::MakeFolder { path: parent.into(), source })?;
        }
        write_whole(&path, false, |out| (format.write_page)(page, out))
    }

    /// What is new since the last run into this folder. `None` if [`OutputOptions::since_last`] was not asked, or there was none.
    pub fn changes(&self) -> Option<Changes> {
        self.comparison.as_ref().map(Comparison::changes)
    }

    /// A nameless file on the disk of the folder, for data that does not fit in memory. It disappears with the process.
    ///
    /// # Errors
    /// If no file can be created.
    pub fn scratch(&self) -> io::Result<File> {
        tempfile_in(&self.path)
    }

    /// Writes the briefings and the report, and removes the pages of articles that are gone.
    ///
    /// # Errors
    /// If a file cannot be written. The pages stay.
    pub fn finish(mut self, overview: &Overview) -> Result<FinishedOutput, Error> {
        let mut written = Vec::with_capacity(self.formats.len() + 1);
        for format in &self.formats {
            let path = self.path.join(format.briefing_file);
            let is_short = overview.sentences <= MOST_SENTENCES || !format.is_for_people;
            let view = BriefingView::new(overview, self.full_text.unwrap_or(is_short), &self.entries);
            write_whole(&path, true, |out| (format.write_briefing)(&view, out))?;
            written.push(path);
        }
        let path = self.path.join(REPORT);
        let view = BriefingView::new(overview, false, &self.entries);
        write_whole(&path, true, |out| report::write(&view, out))?;
        written.push(path);
        let last_run = self.last_run.as_ref();
        write_whole(&self.path.join(LAST_RUN), true, |out| last_run::write(&view, last_run, &self.sources, out))?;
        let removed = self.remove_gone_pages();
        self.write_record(|is_written| is_written)?;
        Ok(FinishedOutput { written, removed })
    }

    /// Removes pages in the formats of this run that earlier runs made of articles that are no longer listed. What cannot be
    /// removed stays, and stays in the record.
    fn remove_gone_pages(&mut self) -> Vec<String> {
        let listed: HashSet<String> = self.pages.iter().map(|page| names::page_name_key(page)).collect();
        let is_gone = |file: &String| {
            let path = self.path.join(file);
            let (page, format) = match page_and_format(file) {
                Some(known) => known,
                None => return false,
            };
            self.formats.iter().any(|known| known.name == format.name)
                && !listed.contains(&names::page_name_key(page))
                && !self.inputs.contain(&path)
                && path.symlink_metadata().is_ok_and(|metadata| metadata.is_file())
        };
        let (gone, kept): (Vec<String>, Vec<String>) = self.earlier.iter().cloned().partition(is_gone);
        let (removed, stuck): (Vec<String>, Vec<String>) =
            gone.into_iter().partition(|file| fs::remove_file(self.path.join(file)).is_ok());
        for file in &removed {
            // Folders that are empty now; one that is not stays.
            let parents = Path::new(file).ancestors().skip(1).filter(|parent| !parent.as_os_str().is_empty());
            let _ = parents.map(|parent| fs::remove_dir(self.path.join(parent))).take_while(Result::is_ok).count();
        }
        self.earlier = kept.into_iter().chain(stuck).collect();
        removed
    }

    /// Ends a run that wrote nothing: everything is as it was before, and a folder that is empty is removed.
    pub fn discard(self) {
        let record = self.path.join(RECORD);
        // If this fails, the record names files that are not there, or an empty folder stays: both harm nobody.
        let _ = match &self.earlier_record {
            Some(bytes) => write_whole(&record, true, |out| out.write_all(bytes)).is_ok(),
            None => fs::remove_file(&record).and_then(|()| fs::remove_dir(&self.path)).is_ok(),
        };
    }

    /// Writes a record of the briefings, the files of earlier runs, and the pages for which `which(is_written)` holds.
    fn write_record(&self, which: impl Fn(bool) -> bool) -> Result<(), Error> {
        let sources = self.order.iter().map(|source| *source as usize).filter(|source| which(self.written[*source]));
        let pages = sources.map(|source| &self.pages[source]);
        let paths = planned(&self.formats, pages).chain(self.earlier.iter().cloned());
        write_whole(&self.path.join(RECORD), true, |out| record::write(paths, out))
    }
}

/// A nameless file on the disk of the folder `path`, which need not exist yet, for data that does not fit in memory. It disappears with
/// the process.
///
/// # Errors
/// If no file can be created.
pub fn scratch_near(path: &Path) -> io::Result<File> {
    let nearest = path.ancestors().find(|ancestor| ancestor.is_dir());
    tempfile_in(nearest.unwrap_or(Path::new(".")))
}

/// Removes the incomplete files of killed runs from the folders of the planned files.
fn sweep(folder: &Path, pages: &[String], inputs: &InputFiles) -> Result<(), Error> {
    let parents: BTreeSet<PathBuf> = pages
        .iter()
        .flat_map(|page| folder.join(page).parent().map(Path::to_owned))
        .chain([folder.to_owned()])
        .collect();
    for parent in parents {
        // A missing folder is empty, and one that cannot be read fails later, when it is written to.
        for entry in fs::read_dir(&parent).into_iter().flatten().flatten() {
            let file_name = entry.file_name();
            let name = file_name.as_encoded_bytes();
            let is_ours = name.starts_with(TEMPORARY_PREFIX.as_bytes()) && name.ends_with(TEMPORARY_SUFFIX.as_bytes());
            let path = entry.path();
            if is_ours && entry.file_type().is_ok_and(|kind| kind.is_file()) && !inputs.contain(&path) {
                fs::remove_file(&path).map_err(|source| Error::Write { path, source })?;
            }
        }
    }
    Ok(())
}

/// The page and the format of a file that a run made; `None` for briefings, the report and the like.
fn page_and_format(file: &str) -> Option<(&str, &'static OutputFormat)> {
    let is_page =
        !OUTPUT_FORMATS.iter().any(|format| format.briefing_file == file) && ![REPORT, LAST_RUN].contains(&file);
    let page_in = |format: &'static OutputFormat| {
        Some((file.strip_suffix(format.extension)?.strip_suffix('.')?, format)).filter(|_| is_page)
    };
    // `a.claims.csv` is no page in CSV.
    OUTPUT_FORMATS.iter().filter_map(page_in).min_by_key(|(page, _)| page.len())
}

/// Every file that the run writes, relative to the folder: briefings, report, the list for the next run and `pages`.
fn planned<'a>(
    formats: &'a [&'static OutputFormat],
    pages: impl Iterator<Item = &'a String>,
) -> impl Iterator<Item = String> {
    let pages = pages.flat_map(|page| formats.iter().map(move |format| format.page_file(page)));
    let briefings = formats.iter().map(|format| format.briefing_file.to_owned());
    briefings.chain([REPORT, LAST_RUN].map(str::to_owned)).chain(pages)
}

/// The files in `folder` that earlier runs made and that still exist.
fn files_of_earlier_runs(folder: &Path, force: bool) -> Result<BTreeSet<String>, Error> {
    let path = folder.join(RECORD);
    let record = record::read(&path).map_err(|source| Error::ReadRecord { path: path.clone(), source })?;
    if record.is_none() && !force && path.symlink_metadata().is_ok() {
        return Err(Error::WouldOverwrite { folder: folder.into(), files: vec![RECORD.into()], count: 1 });
    }
    let still_there = |name: &String| folder.join(name).symlink_metadata().is_ok();
    Ok(record.unwrap_or_default().into_iter().filter(still_there).collect())
}

/// Fails if one of `files`, or the record, is an article being read.
fn check_inputs(folder: &Path, files: impl Iterator<Item = String>, inputs: &InputFiles) -> Result<(), Error> {
    let (mut read, mut count) = (Vec::new(), 0);
    for path in files.chain([RECORD.to_owned()]).map(|name| folder.join(name)) {
        if inputs.contain(&path) {
            count += 1;
            if read.len() < MAX_FILES_NAMED {
                read.push(path.display().to_string());
            }
        }
    }
    if count > 0 { Err(Error::WouldReplaceInput { files: read, count }) } else { Ok(()) }
}

/// Fails if a file can be created at one of `files` only by replacing one that is not in `known` (`None` allows any), or a
/// folder or symlink in the way.
fn check_conflicts(
    folder: &Path,
    files: impl Iterator<Item = String>,
    known: Option<&BTreeSet<String>>,
) -> Result<(), Error> {
    let mut parents: BTreeSet<PathBuf> = BTreeSet::new();
    let (mut foreign, mut count) = (Vec::new(), 0);
    for name in files {
        let path = folder.join(&name);
        for parent in path.ancestors().skip(1).take_while(|parent| *parent != folder) {
            if !parents.insert(parent.into()) {
                break;
            }
            // A symlink is not a folder here, because it could lead out of the output folder.
            if parent.symlink_metadata().is_ok_and(|metadata| !metadata.is_dir()) {
                return Err(Error::InTheWay { path: parent.into(), needed: "folder" });
            }
        }
        match path.symlink_metadata() {
            Ok(metadata) if metadata.is_dir() => return Err(Error::InTheWay { path, needed: "file" }),
            Ok(_) if known.is_some_and(|known| !known.contains(&name)) => {
                count += 1;
                if foreign.len() < MAX_FILES_NAMED {
                    foreign.push(name);
                }
            }
            _ => {}
        }
    }
    if count > 0 { Err(Error::WouldOverwrite { folder: folder.into(), files: foreign, count }) } else { Ok(()) }
}

/// Writes a hidden file beside `path`, then renames it to `path`. `durable` flushes it to disk first.
fn write_whole(path: &Path, durable: bool, render: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Error> {
    let write = || -> io::Result<()> {
        let mut out = BufWriter::new(temporary(path.parent().unwrap_or(Path::new(".")))?);
        render(&mut out)?;
        let temporary = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        if durable {
            temporary.as_file().sync_all()?;
        }
        temporary.persist(path).map(|_: File| ()).map_err(|error| error.error)
    };
    write().map_err(|source| Error::Write { path: path.into(), source })
}

/// A hidden file in `folder` that is deleted unless it is renamed.
fn temporary(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = Builder::new();
    builder.prefix(TEMPORARY_PREFIX).suffix(TEMPORARY_SUFFIX);
    // Temporary files are private by default. Pages get the permissions of the user's umask.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder)
}

#[cfg(test)]
mod tests {
    use super::super::format::canned_files::briefing_bytes_in;
    use super::super::formats::OUTPUT_FORMATS;
    use super::*;
    use crate::document::canned::{self, Briefing};

    /// Writes `briefing` to `path`, with the page names that the folder assigns.
    fn write(path: &Path, options: &OutputOptions, briefing: &Briefing) -> Result<FinishedOutput, Error> {
        let mut folder = OutputFolder::create(path, options, &sources_of(briefing), &[])?;
        for entry in &briefing.entries {
            let entry = Entry { page: folder.page(entry.index).into(), ..entry.clone() };
            folder.add(&entry, &briefing.overview.provenance)?;
        }
        folder.finish(&briefing.overview)
    }

    fn sources_of(briefing: &Briefing) -> Vec<String> {
        briefing.entries.iter().map(|entry| entry.translation.article().source().to_owned()).collect()
    }

    fn named(name: &str) -> &'static OutputFormat {
        OUTPUT_FORMATS.iter().find(|format| format.name == name).unwrap()
    }

    fn everything() -> OutputOptions {
        OutputOptions { formats: OUTPUT_FORMATS.iter().collect(), ..OutputOptions::default() }
    }

    /// Every file under `path`, relative to it, sorted.
    fn files(path: &Path) -> Vec<String> {
        let mut found = Vec::new();
        let mut folders = vec![path.to_path_buf()];
        while let Some(folder) = folders.pop() {
            for file in fs::read_dir(folder).unwrap() {
                let file = file.unwrap().path();
                if file.is_dir() {
                    folders.push(file);
                } else {
                    found.push(file.strip_prefix(path).unwrap().to_str().unwrap().replace('\\', "/"));
                }
            }
        }
        found.sort();
        found
    }

    fn sources(names: &[&str]) -> Vec<String> {
        names.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_briefing_is_what_the_format_makes_of_the_entries() {
        for (name, briefing) in canned::CANNED {
            let mut briefing = briefing();
            let pages = names::pages(&sources_of(&briefing), std::iter::empty());
            briefing.entries.iter_mut().zip(pages).for_each(|(entry, page)| entry.page = page);
            for full_text in [true, false] {
                let folder = tempfile::tempdir().unwrap();
                let options = OutputOptions { full_text: Some(full_text), ..everything() };
                let briefings = write(folder.path(), &options, &briefing).unwrap().written;
                for (format, path) in OUTPUT_FORMATS.iter().zip(briefings) {
                    let expected = briefing_bytes_in(format, &briefing, full_text);
                    assert!(fs::read(&path).unwrap() == expected, "{name} as {}", format.name);
                }
            }
        }
    }

    #[test]
    fn a_second_run_is_kept_out_and_what_a_killed_one_left_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let sources = sources(&["a.txt", "tief/b.txt"]);
        let first = OutputFolder::create(folder.path(), &everything(), &sources, &[]).unwrap();
        let refused = OutputFolder::create(folder.path(), &everything(), &sources, &[]).map(drop).unwrap_err();
        assert!(matches!(&refused, Error::InUse { path } if path == folder.path()), "{refused}");
        drop(first);
        fs::create_dir(folder.path().join("tief")).unwrap();
        for left in [".depesche-x1.tmp", "tief/.depesche-y2.tmp", "tief/.depesche-mine", "notes.tmp"] {
            fs::write(folder.path().join(left), "half").unwrap();
        }
        drop(OutputFolder::create(folder.path(), &everything(), &sources, &[]).unwrap());
        assert_eq!(files(folder.path()), [".depesche", "notes.tmp", "tief/.depesche-mine"]);
    }

    #[test]
    fn a_run_leaves_pages_briefings_the_record_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/out");
        let options = OutputOptions { formats: vec![named("markdown")], ..OutputOptions::default() };
        let briefing = canned::ordinary();
        write(&path, &options, &briefing).unwrap();
        let mut expected = vec![RECORD.to_owned(), LAST_RUN.to_owned(), "briefing.md".to_owned(), REPORT.to_owned()];
        expected.extend(briefing.entries.iter().map(|entry| format!("{}.md", entry.page)));
        expected.sort();
        assert_eq!(files(&path), expected);
        let recorded = record::read(&path.join(RECORD)).unwrap().unwrap();
        assert_eq!(recorded.into_iter().collect::<Vec<_>>(), expected[1..]);
    }

    #[test]
    fn a_second_run_replaces_what_the_first_one_made() {
        let folder = tempfile::tempdir().unwrap();
        let briefing = canned::ordinary();
        write(folder.path(), &everything(), &briefing).unwrap();
        let before = files(folder.path());
        let fewer = OutputOptions { formats: vec![named("json")], ..OutputOptions::default() };
        write(folder.path(), &fewer, &briefing).unwrap();
        write(folder.path(), &everything(), &briefing).unwrap();
        assert_eq!(files(folder.path()), before);
    }

    /// A briefing of entries that are called and say this: source, and sentences.
    fn briefing_of(articles: &[(&str, &str)]) -> Briefing {
        use crate::document::{
            Article, ArticleDraft, ParagraphKind, Section, Sentence, TranslatedParagraph, Translation,
        };
        let mut briefing = Briefing::default();
        for (index, (source, text)) in articles.iter().enumerate() {
            let section = Section { kind: ParagraphKind::Body, text: (*text).into() };
            let draft = ArticleDraft { sections: vec![section], ..ArticleDraft::default() };
            let article = Article::new(*source, draft).unwrap();
            let paragraph = &article.paragraphs()[0];
            let spans = crate::segment::sentences(paragraph.text(), ParagraphKind::Body);
            let english = |german: &str| Sentence { english: format!("EN {german}"), ..Sentence::default() };
            let sentences = spans.sentences(paragraph.text()).map(english).collect();
            let translated = vec![TranslatedParagraph::new(spans, sentences).unwrap()];
            let translation = Translation::new(article, None, translated).unwrap();
            let entry = Entry { index, page: String::new(), date: None, time: None, translation, summary: None };
            briefing.overview.add(&entry);
            briefing.entries.push(entry);
        }
        briefing
    }

    /// Writes `briefing` to `path` and says what is new.
    fn changes_in(path: &Path, briefing: &Briefing) -> Option<Changes> {
        let options = OutputOptions { since_last: true, ..everything() };
        let mut folder = OutputFolder::create(path, &options, &sources_of(briefing), &[]).unwrap();
        for entry in &briefing.entries {
            let entry = Entry { page: folder.page(entry.index).into(), ..entry.clone() };
            folder.add(&entry, &briefing.overview.provenance).unwrap();
        }
        let changes = folder.changes();
        folder.finish(&Overview { changes: changes.clone(), ..briefing.overview.clone() }).unwrap();
        changes
    }

    #[test]
    fn what_is_new_changed_and_gone_since_the_last_run_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let first = [("a.txt", "Eins. Zwei. Drei."), ("b.txt", "Vier."), ("c.txt", "Fünf."), ("d.txt", "Sechs.")];
        assert_eq!(changes_in(folder.path(), &briefing_of(&first)), None, "there was no last run");
        let same = changes_in(folder.path(), &briefing_of(&first)).unwrap();
        assert_eq!(same, Changes { unchanged: 4, ..Changes::default() });
        // A sentence comes and one goes; b is gone; c is renamed; e is new.
        let second = [("a.txt", "Eins. Drei. Neu."), ("c-2.txt", "Fünf."), ("d.txt", "Sechs."), ("e.txt", "Sieben.")];
        let changes = changes_in(folder.path(), &briefing_of(&second)).unwrap();
        assert_eq!((&changes.new[..], changes.unchanged), (&[3][..], 2));
        let [changed] = &changes.changed[..] else { panic!("{changes:?}") };
        let new_place = crate::document::SentenceRef { paragraph: 0, sentence: 2 };
        assert_eq!((changed.article, &changed.added[..]), (0, &[new_place][..]));
        assert_eq!((changed.removed[0].german.as_str(), changed.removed[0].english.as_str()), ("Zwei.", "EN Zwei."));
        assert_eq!(changes.gone.iter().map(|gone| gone.source.as_str()).collect::<Vec<_>>(), ["b.txt"]);
        for format in ["briefing.md", "index.html", "briefing.txt"] {
            let briefing = fs::read_to_string(folder.path().join(format)).unwrap();
            for said in ["Since last time", "1 new · 1 changed · 1 gone · 2 as before", "EN Zwei.", "b.txt"] {
                assert!(briefing.contains(said), "{said} in {format}");
            }
        }
    }

    #[test]
    fn a_list_of_the_last_run_that_is_damaged_makes_articles_new_and_fails_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let briefing = briefing_of(&[("a.txt", "Eins."), ("b.txt", "Zwei.")]);
        changes_in(folder.path(), &briefing);
        let list = folder.path().join(LAST_RUN);
        let lines = fs::read_to_string(&list).unwrap();
        fs::write(&list, lines.replace("\"Eins.\"", "Eins")).unwrap();
        let changes = changes_in(folder.path(), &briefing).unwrap();
        assert_eq!((&changes.new[..], changes.unchanged), (&[0][..], 1));
        fs::write(&list, b"\xff\xfe").unwrap();
        assert_eq!(changes_in(folder.path(), &briefing), None);
    }

    #[test]
    fn pages_of_articles_that_are_gone_are_removed_and_nothing_else_is() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), &everything(), &briefing_of(&[("a.txt", "Eins."), ("tief/b.txt", "Zwei.")])).unwrap();
        fs::write(folder.path().join("tief/mine.html"), "mine").unwrap();
        let formats = vec![named("html"), named("csv")];
        let options = OutputOptions { formats, ..OutputOptions::default() };
        let finished = write(folder.path(), &options, &briefing_of(&[("a.txt", "Eins.")])).unwrap();
        assert_eq!(finished.removed, ["tief/b.csv", "tief/b.html"]);
        // Pages in the other formats belong to briefings that this run did not renew.
        assert!(folder.path().join("tief/b.md").exists() && folder.path().join("tief/b.claims.csv").exists());
        assert!(folder.path().join("tief/mine.html").exists() && folder.path().join("a.claims.csv").exists());
        let finished = write(folder.path(), &everything(), &briefing_of(&[("a.txt", "Eins.")])).unwrap();
        assert_eq!(finished.removed.len(), OUTPUT_FORMATS.len() - 2);
        assert_eq!(files(&folder.path().join("tief")), ["mine.html"]);
        // A file that was not recorded is never removed.
        assert!(finished.removed.iter().all(|file| !file.contains("mine")));
    }

    #[test]
    fn an_article_keeps_its_page_when_another_of_its_name_comes_and_goes() {
        let folder = tempfile::tempdir().unwrap();
        let options = OutputOptions { formats: vec![named("html")], ..OutputOptions::default() };
        for articles in
            [&[("hafen.txt", "Eins.")][..], &[("hafen.md", "Zwei."), ("hafen.txt", "Eins.")], &[("hafen.md", "Zwei.")]]
        {
            write(folder.path(), &options, &briefing_of(articles)).unwrap();
        }
        let pages: Vec<String> = files(folder.path()).into_iter().filter(|file| file.starts_with("hafen")).collect();
        assert_eq!(pages, ["hafen.md.html"]);
    }

    #[test]
    fn pages_link_to_their_neighbours() {
        let folder = tempfile::tempdir().unwrap();
        let articles = [("a.txt", "Eins."), ("tief/b.txt", "Zwei."), ("tief/c.txt", "Drei.")];
        write(folder.path(), &everything(), &briefing_of(&articles)).unwrap();
        let page = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
        for (name, previous, next) in [
            ("a.html", None, Some("tief/b.html")),
            ("tief/b.html", Some("../a.html"), Some("../tief/c.html")),
            ("tief/c.html", Some("../tief/b.html"), None),
        ] {
            let page = page(name);
            for (relation, target) in [("prev", previous), ("next", next)] {
                let link = target.map(|target| format!("rel=\"{relation}\" href=\"{target}\""));
                assert_eq!(page.contains(&format!("rel=\"{relation}\"")), link.is_some(), "{name}");
                assert!(link.is_none_or(|link| page.contains(&link)), "{name}: {relation}");
            }
        }
    }

    #[test]
    fn a_foreign_file_is_never_replaced_unless_forced() {
        for foreign in ["briefing.md", "index.html", "hafen.html", ".depesche"] {
            let folder = tempfile::tempdir().unwrap();
            fs::write(folder.path().join(foreign), "mine").unwrap();
            let create = |force| {
                OutputFolder::create(
                    folder.path(),
                    &OutputOptions { force, ..OutputOptions::default() },
                    &sources(&["hafen.txt"]),
                    &[],
                )
            };
            let error = create(false).err().unwrap();
            assert!(matches!(&error, Error::WouldOverwrite { files, count: 1, .. } if files == &[foreign]), "{error}");
            assert_eq!(files(folder.path()), [foreign], "nothing is touched");
            assert_eq!(fs::read_to_string(folder.path().join(foreign)).unwrap(), "mine");
            assert!(create(true).is_ok(), "{foreign}");
        }
    }

    #[test]
    fn files_that_are_not_in_the_way_stay() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("notes.md"), "mine").unwrap();
        write(folder.path(), &everything(), &canned::ordinary()).unwrap();
        assert_eq!(fs::read_to_string(folder.path().join("notes.md")).unwrap(), "mine");
    }

    #[test]
    fn what_no_file_can_replace_is_refused_even_by_force() {
        let options = OutputOptions { force: true, ..OutputOptions::default() };
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("hafen.html")).unwrap();
        let error = OutputFolder::create(folder.path(), &options, &sources(&["hafen.txt"]), &[]).err().unwrap();
        assert!(matches!(error, Error::InTheWay { needed: "file", .. }));

        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("see"), "").unwrap();
        let error = OutputFolder::create(folder.path(), &options, &sources(&["see/hafen.txt"]), &[]).err().unwrap();
        assert!(matches!(error, Error::InTheWay { needed: "folder", .. }));

        let file = folder.path().join("see");
        let error = OutputFolder::create(&file, &options, &[], &[]).err().unwrap();
        assert!(matches!(error, Error::NotAFolder { .. }));
        let error = OutputFolder::create(&file.join("below"), &options, &[], &[]).err().unwrap();
        assert!(matches!(error, Error::MakeFolder { .. }));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_in_the_folder_does_not_lead_out_of_it() {
        let (folder, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        std::os::unix::fs::symlink(outside.path(), folder.path().join("see")).unwrap();
        let options = OutputOptions { force: true, ..OutputOptions::default() };
        let error = OutputFolder::create(folder.path(), &options, &sources(&["see/hafen.txt"]), &[]).err().unwrap();
        assert!(matches!(error, Error::InTheWay { .. }));
        assert!(files(outside.path()).is_empty());
    }

    #[cfg(unix)]
    #[test]
    fn pages_have_the_permissions_of_ordinary_files() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let briefings = write(folder.path(), &everything(), &canned::ordinary()).unwrap().written;
        let ordinary = folder.path().join("ordinary");
        fs::write(&ordinary, "").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(&briefings[0]), mode(&ordinary));
    }

    #[test]
    fn a_run_cut_short_leaves_no_temporary_file_and_can_be_repeated() {
        let folder = tempfile::tempdir().unwrap();
        let briefing = canned::ordinary();
        let page = {
            let source = briefing.entries[0].translation.article().source().to_owned();
            let mut unfinished =
                OutputFolder::create(folder.path(), &OutputOptions::default(), &[source], &[]).unwrap();
            let entry = Entry { page: unfinished.page(0).into(), ..briefing.entries[0].clone() };
            unfinished.add(&entry, &briefing.overview.provenance).unwrap();
            entry.page
        };
        let expected: BTreeSet<String> =
            [RECORD.into(), format!("{page}.md"), format!("{page}.html"), format!("{page}.json")].into();
        assert_eq!(files(folder.path()).into_iter().collect::<BTreeSet<_>>(), expected);
        write(folder.path(), &everything(), &briefing).unwrap();
    }

    #[test]
    fn an_entry_that_fails_is_missing_from_every_briefing() {
        let folder = tempfile::tempdir().unwrap();
        let briefing = canned::ordinary();
        let mut out = OutputFolder::create(folder.path(), &everything(), &sources_of(&briefing), &[]).unwrap();
        let first = Entry { page: "../elsewhere".into(), ..briefing.entries[0].clone() };
        assert!(matches!(out.add(&first, &Provenance::default()), Err(Error::UnknownPage { .. })));
        let mut overview = Overview::default();
        for (index, entry) in briefing.entries[1..].iter().enumerate() {
            let entry = Entry { index, page: out.page(entry.index).into(), ..entry.clone() };
            out.add(&entry, &briefing.overview.provenance).unwrap();
            overview.add(&entry);
        }
        out.finish(&overview).unwrap();
        let json = fs::read_to_string(folder.path().join("briefing.json")).unwrap();
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(json["articles"].as_array().unwrap().len(), briefing.entries.len() - 1);
    }
}
