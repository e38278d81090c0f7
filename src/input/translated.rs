//! Files of records that are translated already → their records, each an article with its translation and its summary.
//!
//! Such a file holds the lines that `depesche records` writes (docs/SCHEMA.md), plain or compressed with gzip. Promises: memory holds
//! one record; whatever is in a line, it becomes an article that keeps every invariant, or an error. Nothing is translated here.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::ops::Range;
use std::path::Path;

use flate2::bufread::MultiGzDecoder;
use serde::Deserialize;
use serde_json::Value;

use super::error::Error;
use super::readers;
use super::record_lines::{RecordLine, next_record_line};
use super::source::ReadError;
use crate::document::{
    Article, ArticleDraft, Date, Entry, Flag, Language, LeftOut, ModelIdentity, Note, ParagraphKind, Point,
    PointOrigin, Provenance, Section, Sentence, SentenceRef, Spans, Summary, TermUse, Time, TranslatedParagraph,
    Translation, WritingCounts,
};

/// Name and version of the schema of a line; see docs/SCHEMA.md.
pub const RECORDS_SCHEMA: &str = "depesche-records/1";

/// What the schema of a line begins with, whatever its version.
const SCHEMA_NAME: &str = "depesche-records/";

/// The largest translated record in bytes. With its English and its flags a record is several times as large as before.
pub const MAX_TRANSLATED_BYTES: u64 = 128 * 1024 * 1024;

/// The format in which errors say that a line cannot be read.
const TRANSLATED_FORMAT: &str = "a translated record";

/// Extensions, without that of compression, of files that may hold records; those of no known format may, too.
const EXTENSIONS: [&str; 5] = ["jsonl", "ndjson", "json", "txt", ""];

/// Bytes that are read at once.
const BLOCK_BYTES: usize = 64 * 1024;

/// What the user can do about a line that `depesche records` did not write.
const FROM_RECORDS: &str = "in a file of translated records each line is one that `depesche records` wrote";

/// What a line says besides its article.
#[derive(Clone, Debug, PartialEq)]
pub struct TranslatedHead {
    /// The identifier of the record; null if it has none.
    pub id: Value,
    /// What made the translation; `None` if there is none, because the record failed.
    pub provenance: Option<Provenance>,
}

/// What became of a record.
#[derive(Clone, Debug, PartialEq)]
pub enum TranslatedRecord {
    /// Its article.
    Article {
        /// The article with its translation and its summary. It has no place in a briefing and no page yet.
        entry: Box<Entry>,
        /// What made them.
        provenance: Provenance,
    },
    /// It could not be read then.
    Failed {
        /// Why not.
        error: String,
        /// What the user can do about it.
        hint: Option<String>,
    },
}

/// The lines of the file at `path`, unpacked if it is compressed with gzip.
///
/// # Errors
/// If the file cannot be opened or read.
pub fn open_translated(path: &Path) -> io::Result<Box<dyn BufRead + Send>> {
    let mut file = BufReader::with_capacity(BLOCK_BYTES, File::open(path)?);
    if is_gzip(file.fill_buf()?) {
        return Ok(Box::new(BufReader::with_capacity(BLOCK_BYTES, MultiGzDecoder::new(file))));
    }
    Ok(Box::new(file))
}

/// True if the file at `path` is compressed, so that it can only be read from its beginning.
///
/// # Errors
/// If the file cannot be opened or read.
pub fn is_compressed(path: &Path) -> io::Result<bool> {
    let mut beginning = Vec::new();
    File::open(path)?.take(2).read_to_end(&mut beginning)?;
    Ok(is_gzip(&beginning))
}

fn is_gzip(beginning: &[u8]) -> bool {
    beginning.starts_with(&[0x1f, 0x8b])
}

/// True if the first line of the file at `path` is a translated record. `extension` is that of the file, in lower case.
pub(super) fn is_translated(path: &Path, extension: &str) -> bool {
    let plain = extension.strip_suffix("gz").map_or(extension, |plain| plain.trim_end_matches('.'));
    // Files of other formats are not opened a second time.
    let may_be = EXTENSIONS.contains(&plain) || readers::format_for_extension(plain).is_none();
    may_be && path.is_file() && first_line_is_translated(path).unwrap_or(false)
}

fn first_line_is_translated(path: &Path) -> io::Result<bool> {
    let mut lines = open_translated(path)?;
    // Most files are something else, which their first byte shows.
    if !lines.fill_buf()?.trim_ascii_start().starts_with(b"{") {
        return Ok(false);
    }
    while let Some(line) = next_record_line(&mut lines, MAX_TRANSLATED_BYTES)? {
        let RecordLine::Whole(line) = line else { return Ok(false) };
        if line.trim_ascii().is_empty() {
            continue;
        }
        let schema = serde_json::from_slice::<JsonHead>(&line).ok().and_then(|head| head.schema);
        return Ok(schema.is_some_and(|schema| schema.starts_with(SCHEMA_NAME)));
    }
    Ok(false)
}

/// What the line says besides its article. The rest of the line is passed over, not checked.
///
/// # Errors
/// [`ReadError::Damaged`] if `depesche records` did not write it, or that of a later version.
pub fn read_translated_head(line: &[u8]) -> Result<TranslatedHead, ReadError> {
    let head: JsonHead = parse(line)?;
    check_schema(head.schema.as_deref())?;
    let provenance = if head.error.is_some() { None } else { Some(provenance(head.provenance)?) };
    Ok(TranslatedHead { id: head.id, provenance })
}

/// The record in a line. Its article is shown as `source`.
///
/// # Errors
/// If it breaks the rules of docs/SCHEMA.md.
pub fn read_translated(line: &RecordLine, source: &str) -> Result<TranslatedRecord, Error> {
    let read = || {
        let RecordLine::Whole(line) = line else { return Err(ReadError::TooLarge { limit: MAX_TRANSLATED_BYTES }) };
        let record: JsonRecord = parse(line)?;
        check_schema(record.schema.as_deref())?;
        record.read(source)
    };
    read().map_err(|cause| Error::from_reader(source.to_owned(), TRANSLATED_FORMAT, cause))
}

fn check_schema(schema: Option<&str>) -> Result<(), ReadError> {
    match schema {
        Some(RECORDS_SCHEMA) => Ok(()),
        Some(schema) if schema.starts_with(SCHEMA_NAME) => Err(ReadError::Damaged {
            what: format!("its schema is {schema}, and this version reads {RECORDS_SCHEMA}"),
            hint: "use the version of depesche that translated it",
        }),
        _ => Err(damaged("it is no translated record")),
    }
}

fn provenance(stated: Option<JsonProvenance>) -> Result<Provenance, ReadError> {
    stated.map(JsonProvenance::into_provenance).ok_or_else(|| damaged("it does not say what translated it"))
}

fn parse<'line, T: Deserialize<'line>>(line: &'line [u8]) -> Result<T, ReadError> {
    serde_json::from_slice(line).map_err(|error| damaged(&error.to_string()))
}

fn damaged(what: &str) -> ReadError {
    ReadError::Damaged { what: what.to_owned(), hint: FROM_RECORDS }
}

fn unknown(what: &str, name: &str) -> ReadError {
    damaged(&format!("there is no {what} {name:?}"))
}

#[derive(Deserialize)]
struct JsonHead {
    schema: Option<String>,
    #[serde(default)]
    id: Value,
    provenance: Option<JsonProvenance>,
    error: Option<String>,
}

#[derive(Deserialize)]
struct JsonProvenance {
    program: String,
    translator: Option<JsonModel>,
    second_translator: Option<JsonModel>,
    summarizer: Option<String>,
    settings: JsonSettings,
}

/// Pairs in the order of the object.
struct JsonSettings(Vec<(String, String)>);

impl<'de> Deserialize<'de> for JsonSettings {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pairs;
        impl<'de> serde::de::Visitor<'de> for Pairs {
            type Value = JsonSettings;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object of settings")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut object: A) -> Result<JsonSettings, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = object.next_entry()? {
                    pairs.push(pair);
                }
                Ok(JsonSettings(pairs))
            }
        }
        deserializer.deserialize_map(Pairs)
    }
}

#[derive(Deserialize)]
struct JsonModel {
    name: String,
    digest: String,
    licence: Option<String>,
}

impl JsonProvenance {
    fn into_provenance(self) -> Provenance {
        let Self { program, translator, second_translator, summarizer, settings } = self;
        let model = |JsonModel { name, digest, licence }| ModelIdentity { name, digest, licence };
        let (translator, second_translator) = (translator.map(model), second_translator.map(model));
        Provenance { program, translator, second_translator, summarizer, settings: settings.0 }
    }
}

#[derive(Deserialize)]
struct JsonRecord {
    schema: Option<String>,
    provenance: Option<JsonProvenance>,
    error: Option<String>,
    hint: Option<String>,
    date: Option<String>,
    time: Option<String>,
    updated: Option<String>,
    outlet: Option<String>,
    author: Option<String>,
    url: Option<String>,
    title: Option<JsonSentence>,
    summary: Option<Vec<JsonPoint>>,
    writing: Option<JsonWriting>,
    #[serde(default)]
    paragraphs: Vec<JsonParagraph>,
    #[serde(default)]
    left_out: Vec<JsonLeftOut>,
}

#[derive(Deserialize)]
struct JsonSentence {
    de: String,
    en: String,
    language: String,
    score: Option<f64>,
    #[serde(default)]
    flags: Vec<String>,
    #[serde(default)]
    reasons: BTreeMap<String, String>,
    #[serde(default)]
    terms: Vec<JsonTermUse>,
    #[serde(default)]
    second_asked: bool,
}

#[derive(Deserialize)]
struct JsonTermUse {
    de: String,
    en: String,
    kept: bool,
}

#[derive(Deserialize)]
struct JsonParagraph {
    kind: String,
    sentences: Vec<JsonSentence>,
    /// What stands before, between and after the sentences, where that is more than a space between two.
    gaps: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct JsonPoint {
    en: String,
    written: Option<String>,
    origin: String,
    evidence: Vec<JsonEvidence>,
    #[serde(default)]
    flags: Vec<String>,
    #[serde(default)]
    reasons: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct JsonEvidence {
    paragraph: usize,
    sentence: usize,
}

#[derive(Deserialize)]
struct JsonWriting {
    in_parts: usize,
    supported: usize,
    rewritten: usize,
    replaced: usize,
    flagged: usize,
    dropped: usize,
}

#[derive(Deserialize)]
struct JsonLeftOut {
    text: String,
    rule: String,
}

impl JsonRecord {
    fn read(mut self, source: &str) -> Result<TranslatedRecord, ReadError> {
        if let Some(error) = self.error {
            return Ok(TranslatedRecord::Failed { error, hint: self.hint });
        }
        let provenance = provenance(self.provenance.take())?;
        Ok(TranslatedRecord::Article { entry: Box::new(self.into_entry(source)?), provenance })
    }

    fn into_entry(self, source: &str) -> Result<Entry, ReadError> {
        let date = self.date.as_deref().map(|text| Date::from_iso(text).ok_or_else(|| unknown("date", text)));
        let updated = self.updated.as_deref().map(|text| Date::from_iso(text).ok_or_else(|| unknown("date", text)));
        let time =
            self.time.as_deref().map(|text| time_of_day(text).ok_or_else(|| unknown("time", text))).transpose()?;
        let (date, updated) = (date.transpose()?, updated.transpose()?);
        let paragraphs: Vec<_> =
            self.paragraphs.into_iter().map(JsonParagraph::read).collect::<Result<_, ReadError>>()?;
        let title = self.title.map(JsonSentence::read).transpose()?;
        let draft = ArticleDraft {
            title: title.as_ref().map(|(german, _)| german.clone()),
            sections: paragraphs
                .iter()
                .map(|paragraph| Section { kind: paragraph.kind, text: paragraph.text.clone() })
                .collect(),
            left_out: self.left_out.into_iter().map(|JsonLeftOut { text, rule }| LeftOut { text, rule }).collect(),
            published: date,
            updated,
            retrieved: None,
            outlet: self.outlet,
            author: self.author,
            url: self.url,
        };
        let article = Article::new(source, draft).ok_or_else(|| damaged("it holds no text"))?;
        // Ranges refer to the text as it is; what was changed by hand may be normalised otherwise.
        let is_kept =
            article.paragraphs().iter().map(|kept| kept.text()).eq(paragraphs.iter().map(|it| it.text.as_str()));
        if !is_kept {
            return Err(damaged("a sentence of it has white space or letters in another form than depesche writes"));
        }
        let paired = paragraphs.into_iter().map(|paragraph| {
            let spans = Spans::new(&paragraph.text, paragraph.ranges).map_err(|error| damaged(&error.to_string()))?;
            TranslatedParagraph::new(spans, paragraph.sentences).ok_or_else(|| damaged("a sentence has no English"))
        });
        let translated = paired.collect::<Result<Vec<_>, ReadError>>()?;
        let title = title.map(|(_, sentence)| sentence);
        let translation = Translation::new(article, title, translated).ok_or_else(|| damaged("its title is blank"))?;
        let writing = self.writing.map(|writing| {
            let JsonWriting { in_parts, supported, rewritten, replaced, flagged, dropped } = writing;
            WritingCounts { in_parts, supported, rewritten, replaced, flagged, dropped }
        });
        let read_point = |point: JsonPoint| point.read(&translation);
        let points =
            self.summary.map(|points| points.into_iter().map(read_point).collect::<Result<Vec<_>, ReadError>>());
        let summary = points.transpose()?.map(|points| Summary { points, writing });
        Ok(Entry { index: 0, page: String::new(), date, time, translation, summary })
    }
}

/// A paragraph that was read: its text is that of the sentences at `ranges` with the gaps around them.
struct ReadParagraph {
    kind: ParagraphKind,
    text: String,
    ranges: Vec<Range<usize>>,
    sentences: Vec<Sentence>,
}

impl JsonParagraph {
    fn read(self) -> Result<ReadParagraph, ReadError> {
        let Self { kind, sentences, gaps } = self;
        let known = ParagraphKind::ALL.into_iter().find(|known| known.name() == kind);
        let kind = known.ok_or_else(|| unknown("kind of paragraph", &kind))?;
        if gaps.as_ref().is_some_and(|gaps| gaps.len() != sentences.len() + 1) {
            return Err(damaged("the gaps of a paragraph do not match its sentences"));
        }
        let gap = |index: usize| match &gaps {
            Some(gaps) => gaps.get(index).map_or("", String::as_str),
            None if index == 0 || index == sentences.len() => "",
            None => " ",
        };
        let mut paragraph = ReadParagraph { kind, text: gap(0).to_owned(), ranges: Vec::new(), sentences: Vec::new() };
        let last_gap = gap(sentences.len()).to_owned();
        let inner_gaps: Vec<String> = (1..sentences.len()).map(|index| gap(index).to_owned()).collect();
        let gaps_after = inner_gaps.into_iter().chain([last_gap]);
        for (sentence, gap_after) in sentences.into_iter().zip(gaps_after) {
            let (german, sentence) = sentence.read()?;
            let start = paragraph.text.len();
            paragraph.text.push_str(&german);
            paragraph.ranges.push(start..paragraph.text.len());
            paragraph.text.push_str(&gap_after);
            paragraph.sentences.push(sentence);
        }
        Ok(paragraph)
    }
}

impl JsonSentence {
    /// The German and its translation.
    fn read(self) -> Result<(String, Sentence), ReadError> {
        let language = Language::from_tag(&self.language).ok_or_else(|| unknown("language", &self.language))?;
        let notes = notes(&self.flags, self.reasons)?;
        let terms = self.terms.into_iter().map(|term| TermUse { german: term.de, english: term.en, kept: term.kept });
        let score = self.score.map(|score| score as f32);
        let (english, second_asked, terms) = (self.en, self.second_asked, terms.collect());
        Ok((self.de, Sentence { english, language, score, notes, terms, second_asked }))
    }
}

impl JsonPoint {
    fn read(self, translation: &Translation) -> Result<Point, ReadError> {
        let place = |JsonEvidence { paragraph, sentence }| SentenceRef { paragraph, sentence };
        let evidence = self.evidence.into_iter().map(place).collect();
        let origin = PointOrigin::ALL.into_iter().find(|origin| origin.name() == self.origin);
        let origin = origin.ok_or_else(|| unknown("origin of a point", &self.origin))?;
        let point = Point::new(self.en, evidence, translation)
            .ok_or_else(|| damaged("a point of its summary rests on no sentence of it"))?
            .from_origin(origin);
        Ok(match self.written {
            Some(written) => point.written_in_german(written, notes(&self.flags, self.reasons)?),
            None => point,
        })
    }
}

/// The notes of `flags`, in the order of [`Flag`].
fn notes(flags: &[String], mut reasons: BTreeMap<String, String>) -> Result<Vec<Note>, ReadError> {
    let note = |name: &String| {
        let flag = Flag::ALL.iter().find(|flag| flag.name() == name).ok_or_else(|| unknown("flag", name))?;
        Ok(Note { flag: *flag, reason: reasons.remove(name) })
    };
    let mut notes: Vec<Note> = flags.iter().map(note).collect::<Result<_, ReadError>>()?;
    notes.sort_by_key(|note| note.flag);
    notes.dedup_by_key(|note| note.flag);
    Ok(notes)
}

/// The time in `text`: `21:00`.
fn time_of_day(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':')?;
    Time::new(hour.parse().ok()?, minute.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::document::canned::{self, CANNED};
    use crate::output::record_json;

    fn line_of(entry: &Entry, provenance: &Provenance) -> Value {
        let mut record = record_json(entry, provenance);
        record["schema"] = RECORDS_SCHEMA.into();
        record
    }

    fn read(record: &Value, source: &str) -> Result<(Entry, Provenance), Error> {
        match read_translated(&RecordLine::Whole(format!("{record}\n").into_bytes()), source)? {
            TranslatedRecord::Article { entry, provenance } => Ok((*entry, provenance)),
            TranslatedRecord::Failed { error, .. } => panic!("{error}"),
        }
    }

    #[test]
    fn what_was_written_is_read_as_it_was() {
        for (name, briefing) in CANNED {
            let briefing = briefing();
            let provenance = &briefing.overview.provenance;
            for entry in &briefing.entries {
                let line = line_of(entry, provenance);
                let (found, stated) = read(&line, entry.translation.article().source()).unwrap();
                assert_eq!(&stated, provenance);
                assert_eq!(
                    read_translated_head(line.to_string().as_bytes()).unwrap().provenance.as_ref(),
                    Some(provenance)
                );
                assert_eq!(line_of(&found, provenance), line, "{name}");
                assert_eq!(
                    (found.date, found.time, &found.summary),
                    (entry.date, entry.time, &entry.summary),
                    "{name}"
                );
                let (was, is) = (&entry.translation, &found.translation);
                assert_eq!(is.article().paragraphs(), was.article().paragraphs(), "{name}");
                assert_eq!(is.article().left_out(), was.article().left_out(), "{name}");
                assert_eq!(is.foreign(), was.foreign(), "{name}");
                // Text without a sentence is written as one that is not translated.
                if was.paragraphs().iter().any(|paragraph| paragraph.spans().is_empty()) {
                    continue;
                }
                for ((_, is), (_, was)) in is.pairs().zip(was.pairs()) {
                    assert_eq!(is.spans(), was.spans(), "{name}");
                }
                for (is, was) in is.sentences().zip(was.sentences()) {
                    assert_eq!((&is.english, &is.notes, &is.terms), (&was.english, &was.notes, &was.terms), "{name}");
                    assert_eq!(is.language, was.language, "{name}");
                }
            }
        }
    }

    #[test]
    fn gaps_that_are_no_single_space_come_back() {
        let text = "„Ja.“Er ging.  ";
        let sections = vec![
            Section { kind: ParagraphKind::Body, text: text.into() },
            Section { kind: ParagraphKind::Verbatim, text: "  a = 1\n\tb".into() },
        ];
        let article = Article::new("a", ArticleDraft { sections, ..ArticleDraft::default() }).unwrap();
        let english = |english: &str| Sentence { english: english.into(), ..Sentence::default() };
        let end = "„Ja.“".len();
        let body = article.paragraphs()[0].text();
        let spans = Spans::new(body, vec![0..end, end..body.len()]).unwrap();
        let first = TranslatedParagraph::new(spans, vec![english("“Yes.”"), english("He left.")]).unwrap();
        let code = Spans::whole(article.paragraphs()[1].text());
        let second = TranslatedParagraph::new(code, vec![english("a = 1\n\tb")]).unwrap();
        let translation = Translation::new(article, None, vec![first, second]).unwrap();
        let entry = Entry { index: 0, page: String::new(), date: None, time: None, translation, summary: None };
        let line = line_of(&entry, &Provenance::default());
        assert_eq!(line["paragraphs"][0]["gaps"], json!(["", "", ""]));
        assert_eq!(line["paragraphs"][1]["gaps"], json!(["  ", ""]));
        assert_eq!(read(&line, "a").unwrap().0, entry);
    }

    /// Calls `visit` with `value` changed in one place: each key removed, each value replaced.
    fn for_each_change(value: &Value, visit: &mut dyn FnMut(Value)) {
        let others = [Value::Null, json!(true), json!(-3), json!(7), json!("x"), json!([]), json!({}), json!([[{}]])];
        others.iter().filter(|other| *other != value).for_each(|other| visit(other.clone()));
        match value {
            Value::Object(members) => {
                for (key, member) in members {
                    let mut without = members.clone();
                    without.remove(key);
                    visit(Value::Object(without));
                    for_each_change(member, &mut |changed| {
                        visit(Value::Object(members.clone().into_iter().chain([(key.clone(), changed)]).collect()));
                    });
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate().take(2) {
                    for_each_change(item, &mut |changed| {
                        let mut items = items.clone();
                        items[index] = changed;
                        visit(items.into());
                    });
                }
            }
            _ => {}
        }
    }

    #[test]
    fn whatever_is_changed_in_a_line_there_is_an_article_or_an_error() {
        let briefing = canned::complete();
        let line = line_of(&briefing.entries[0], &briefing.overview.provenance);
        let (mut good, mut bad) = (0, 0);
        for_each_change(&line, &mut |changed| {
            let line = changed.to_string();
            let _ = read_translated_head(line.as_bytes());
            match read_translated(&RecordLine::Whole(line.into_bytes()), "a") {
                Ok(_) => good += 1,
                Err(error) => {
                    bad += 1;
                    assert!(error.to_string().contains("cannot read a as a translated record"), "{error}");
                }
            }
        });
        assert!(good > 100 && bad > 100, "{good} {bad}");
        for cut in 0..line.to_string().len() {
            let cut = line.to_string().into_bytes()[..cut].to_vec();
            assert!(read_translated_head(&cut).is_err() && read_translated(&RecordLine::Whole(cut), "a").is_err());
        }
    }

    #[test]
    fn errors_say_what_is_wrong_and_what_to_do() {
        let briefing = canned::complete();
        let line = line_of(&briefing.entries[0], &briefing.overview.provenance);
        let changed = |pointer: &str, value: Value| {
            let mut line = line.clone();
            *line.pointer_mut(pointer).unwrap() = value;
            let error = read(&line, "a").unwrap_err();
            format!("{} | {}", std::error::Error::source(&error).unwrap(), crate::hint::Hint::hint(&error).unwrap())
        };
        for (pointer, value, words) in [
            ("/schema", json!("depesche-records/2"), "its schema is depesche-records/2"),
            ("/schema", json!("depesche/1"), "no translated record"),
            ("/date", json!("gestern"), "there is no date \"gestern\""),
            ("/paragraphs/0/kind", json!("poem"), "no kind of paragraph \"poem\""),
            ("/paragraphs/0/sentences/0/language", json!("xx"), "no language \"xx\""),
            ("/paragraphs/0/sentences/0/flags", json!(["new"]), "no flag \"new\""),
            ("/paragraphs/0/sentences/0/de", json!("zwei  Leerzeichen"), "white space"),
            ("/summary/0/evidence", json!([]), "rests on no sentence"),
            ("/summary/0/evidence/0/sentence", json!(99), "rests on no sentence"),
            ("/paragraphs", json!([]), "no text"),
            ("/provenance", json!(null), "what translated it"),
        ] {
            let said = changed(pointer, value);
            assert!(said.contains(words), "{pointer}: {said}");
        }
        let too_long = read_translated(&RecordLine::TooLong { bytes: u64::MAX }, "a").unwrap_err();
        assert!(too_long.to_string().contains("larger than 128 MiB"), "{too_long}");
    }

    #[test]
    fn the_schema_document_names_the_version() {
        assert!(include_str!("../../docs/SCHEMA.md").contains(&format!("`{RECORDS_SCHEMA}`")));
    }

    #[test]
    fn only_files_whose_first_line_is_such_a_record_are_files_of_them() {
        let folder = tempfile::tempdir().unwrap();
        let good = format!("\n {{\"a\": 1, \"schema\": \"{RECORDS_SCHEMA}\", \"id\": 1, \"error\": \"x\"}}\n");
        for (name, content, expected) in [
            ("a.jsonl", good.as_str(), true),
            ("part-00000", &good, true),
            ("a.txt", &good, true),
            ("a.out", &good, true),
            ("a.html", &good, false),
            ("b.jsonl", "{\"id\": 1, \"text\": \"Es regnet.\"}\n", false),
            ("c.jsonl", "", false),
            ("d.jsonl", "{", false),
            ("e.jsonl", "{\"schema\": \"depesche/1\"}", false),
            ("f.jsonl", "{\"schema\": \"depesche-records/99\"}", true),
        ] {
            let path = folder.path().join(name);
            std::fs::write(&path, content).unwrap();
            let extension = super::super::listing::extension(&path);
            assert_eq!(is_translated(&path, &extension), expected, "{name}");
        }
    }
}
