//! JSON for machines. docs/SCHEMA.md describes the schema, and a test compares the two.
//!
//! The JSON types are separate from those of `document`, so that either can change without the other. A briefing has
//! every article on a line of its own; the page of an article is indented.

use std::io::{self, Write};

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::format::OutputFormat;
use super::layout::{self, bilingual_sentences, web_address};
use super::view::{BriefingView, PageView};
use crate::document::{
    ChangedArticle, Changes, Difference, Entry, Failure, FolderDigest, FormerSentence, GoneArticle, Highlight,
    IndexedName, ModelIdentity, Note, Overview, Paragraph, Point, Provenance, Sentence, SentenceRef, Story, TermUse,
    Topic, TranslatedParagraph, Translation, Version, WritingCounts,
};

/// Name and version of the schema. The number grows when a key is removed or changes its meaning, not when one is added.
pub(super) const SCHEMA: &str = "depesche/1";

pub(super) const OUTPUT_FORMAT: OutputFormat = OutputFormat {
    name: "json",
    extension: "json",
    briefing_file: "briefing.json",
    about: "everything, for machines: docs/SCHEMA.md",
    is_for_people: false,
    is_text: true,
    links_pages: false,
    write_page,
    write_briefing,
};

fn write_page(page: &PageView<'_>, out: &mut dyn Write) -> io::Result<()> {
    let PageView { entry, provenance, .. } = *page;
    let page = JsonPage {
        schema: SCHEMA,
        provenance: JsonProvenance::new(provenance),
        notice: Overview::for_entry(entry, provenance).notice(),
        article: JsonArticle::new(entry, true),
    };
    serde_json::to_writer_pretty(&mut *out, &page)?;
    writeln!(out)
}

fn write_briefing(view: &BriefingView<'_>, out: &mut dyn Write) -> io::Result<()> {
    let overview = view.overview;
    write!(out, "{{\"schema\":\"{SCHEMA}\"")?;
    write_member("title", &layout::heading(overview), out)?;
    write_member("provenance", &JsonProvenance::new(&overview.provenance), out)?;
    write_member("notice", &overview.notice(), out)?;
    write_member("counts", &JsonCounts::new(overview), out)?;
    write_member("changes", &overview.changes.as_ref().map(JsonChanges::new), out)?;
    write_member("digest", &overview.digest.as_ref().map(JsonDigest::new), out)?;
    write!(out, ",\n\"articles\":[\n")?;
    for (index, entry) in view.entries().enumerate() {
        if index > 0 {
            writeln!(out, ",")?;
        }
        serde_json::to_writer(&mut *out, &JsonArticle::new(&entry?, view.full_text))?;
    }
    write!(out, "\n]")?;
    write_member("failures", &overview.failures.iter().map(JsonFailure::new).collect::<Vec<_>>(), out)?;
    writeln!(out, "}}")
}

/// Writes a further member of the top-level object, on a line of its own.
fn write_member(key: &str, value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    write!(out, ",\n\"{key}\":")?;
    Ok(serde_json::to_writer(out, value)?)
}

/// The article of `entry` as docs/SCHEMA.md describes a record of a stream: without source and page, which it has neither of, but with
/// all that it takes to make a briefing of it later: its `provenance`, the gaps between sentences, the terms of the glossary.
pub fn record_json(entry: &Entry, provenance: &Provenance) -> Value {
    let mut record = serde_json::to_value(JsonArticle::new(entry, true)).unwrap_or_default();
    let Value::Object(members) = &mut record else { return record };
    members.remove("source");
    members.remove("page");
    members.insert("provenance".to_owned(), serde_json::to_value(JsonProvenance::new(provenance)).unwrap_or_default());
    if let (Some(title), Some(sentence)) = (members.get_mut("title"), entry.translation.title()) {
        add_what_records_keep(title, sentence);
    }
    let paragraphs = members.get_mut("paragraphs").and_then(Value::as_array_mut).into_iter().flatten();
    for (value, (paragraph, translated)) in paragraphs.zip(entry.translation.pairs()) {
        let sentences = value.get_mut("sentences").and_then(Value::as_array_mut).into_iter().flatten();
        sentences.zip(translated.sentences()).for_each(|(value, sentence)| add_what_records_keep(value, sentence));
        let gaps: Vec<&str> = translated.spans().gaps(paragraph.text()).collect();
        let inner_gaps = 1..gaps.len().saturating_sub(1);
        let ordinary_gap = |index: usize| if inner_gaps.contains(&index) { " " } else { "" };
        let is_ordinary = gaps.iter().enumerate().all(|(index, gap)| *gap == ordinary_gap(index));
        if !is_ordinary && !translated.spans().is_empty() {
            value["gaps"] = gaps.into();
        }
    }
    record
}

/// Adds to the JSON of `sentence` what only its counts show: its terms, if there are any, and that the second translator was asked.
fn add_what_records_keep(value: &mut Value, sentence: &Sentence) {
    let term = |term: &TermUse| json!({ "de": term.german, "en": term.english, "kept": term.kept });
    if !sentence.terms.is_empty() {
        value["terms"] = sentence.terms.iter().map(term).collect();
    }
    if sentence.second_asked {
        value["second_asked"] = true.into();
    }
}

#[derive(Serialize)]
struct JsonPage<'a> {
    schema: &'static str,
    provenance: JsonProvenance<'a>,
    notice: Option<String>,
    #[serde(flatten)]
    article: JsonArticle<'a>,
}

#[derive(Serialize)]
struct JsonArticle<'a> {
    source: &'a str,
    page: &'a str,
    date: Option<String>,
    time: Option<String>,
    outlet: Option<&'a str>,
    author: Option<&'a str>,
    url: Option<&'a str>,
    published: Option<String>,
    updated: Option<String>,
    foreign: Option<&'static str>,
    title: Option<JsonSentence<'a>>,
    summary: Option<Vec<JsonPoint<'a>>>,
    writing: Option<JsonWriting>,
    paragraphs: Option<Vec<JsonParagraph<'a>>>,
    left_out: Vec<JsonLeftOut<'a>>,
}

impl<'a> JsonArticle<'a> {
    fn new(entry: &'a Entry, full_text: bool) -> Self {
        let translation = &entry.translation;
        let article = translation.article();
        let title = article.title().zip(translation.title());
        let summary = entry.summary.as_ref();
        Self {
            source: article.source(),
            page: &entry.page,
            date: entry.date.map(|date| date.to_string()),
            time: entry.time.map(|time| time.to_string()),
            outlet: article.outlet(),
            author: article.author(),
            url: article.url().and_then(web_address),
            published: entry.date.map(|date| date.to_string()),
            updated: article.updated().map(|date| date.to_string()),
            foreign: translation.foreign().map(|language| language.tag),
            title: title.map(|(german, title)| JsonSentence {
                de: german,
                en: &title.english,
                language: title.language.tag,
                score: rounded_score(title.score),
                doubtful: has_doubt(&title.notes),
                flags: flag_names(&title.notes),
                reasons: flag_reasons(&title.notes),
            }),
            summary: summary
                .map(|summary| summary.points.iter().map(|point| JsonPoint::new(point, translation)).collect()),
            writing: summary.and_then(|summary| summary.writing.as_ref()).map(JsonWriting::new),
            paragraphs: full_text.then(|| {
                translation.pairs().map(|(paragraph, translated)| JsonParagraph::new(paragraph, translated)).collect()
            }),
            left_out: article
                .left_out()
                .iter()
                .map(|passage| JsonLeftOut { text: &passage.text, rule: &passage.rule })
                .collect(),
        }
    }
}

#[derive(Serialize)]
struct JsonChanges<'a> {
    new: &'a [usize],
    changed: Vec<JsonChangedArticle<'a>>,
    gone: Vec<JsonGoneArticle<'a>>,
    unchanged: usize,
}

impl<'a> JsonChanges<'a> {
    fn new(changes: &'a Changes) -> Self {
        Self {
            new: &changes.new,
            changed: changes.changed.iter().map(JsonChangedArticle::new).collect(),
            gone: changes.gone.iter().map(JsonGoneArticle::new).collect(),
            unchanged: changes.unchanged,
        }
    }
}

#[derive(Serialize)]
struct JsonChangedArticle<'a> {
    article: usize,
    former_title: Option<JsonFormerSentence<'a>>,
    added: Vec<JsonEvidence>,
    removed: Vec<JsonFormerSentence<'a>>,
    more_removed: usize,
}

impl<'a> JsonChangedArticle<'a> {
    fn new(change: &'a ChangedArticle) -> Self {
        Self {
            article: change.article,
            former_title: change.former_title.as_ref().map(JsonFormerSentence::new),
            added: change.added.iter().map(JsonEvidence::new).collect(),
            removed: change.removed.iter().map(JsonFormerSentence::new).collect(),
            more_removed: change.more_removed,
        }
    }
}

#[derive(Serialize)]
struct JsonFormerSentence<'a> {
    de: &'a str,
    en: &'a str,
}

impl<'a> JsonFormerSentence<'a> {
    fn new(sentence: &'a FormerSentence) -> Self {
        Self { de: &sentence.german, en: &sentence.english }
    }
}

#[derive(Serialize)]
struct JsonGoneArticle<'a> {
    source: &'a str,
    title: Option<&'a str>,
    english_title: &'a str,
}

impl<'a> JsonGoneArticle<'a> {
    fn new(gone: &'a GoneArticle) -> Self {
        let GoneArticle { source, german_title, english_title } = gone;
        Self { source, title: german_title.as_deref(), english_title }
    }
}

#[derive(Serialize)]
struct JsonDigest<'a> {
    lead: Vec<JsonHighlight<'a>>,
    topics: Vec<JsonTopic<'a>>,
    names: Vec<JsonName<'a>>,
}

impl<'a> JsonDigest<'a> {
    fn new(digest: &'a FolderDigest) -> Self {
        Self {
            lead: digest.lead.iter().map(JsonHighlight::new).collect(),
            topics: digest.topics.iter().map(JsonTopic::new).collect(),
            names: digest.names.iter().map(JsonName::new).collect(),
        }
    }
}

#[derive(Serialize)]
struct JsonName<'a> {
    kind: &'static str,
    de: &'a str,
    en: &'a str,
    articles: &'a [usize],
    more_articles: usize,
}

impl<'a> JsonName<'a> {
    fn new(name: &'a IndexedName) -> Self {
        let IndexedName { kind, german, english, articles, more_articles } = name;
        Self { kind: kind.name(), de: german, en: english, articles, more_articles: *more_articles }
    }
}

#[derive(Serialize)]
struct JsonHighlight<'a> {
    article: usize,
    en: &'a str,
    de: &'a str,
    evidence: Vec<JsonEvidence>,
    doubtful: bool,
    flags: Vec<&'static str>,
    #[serde(serialize_with = "as_object")]
    reasons: Vec<(&'static str, &'a str)>,
}

impl<'a> JsonHighlight<'a> {
    fn new(highlight: &'a Highlight) -> Self {
        Self {
            article: highlight.article.index,
            en: &highlight.english,
            de: &highlight.german,
            evidence: highlight.evidence.iter().map(JsonEvidence::new).collect(),
            doubtful: has_doubt(&highlight.notes),
            flags: flag_names(&highlight.notes),
            reasons: flag_reasons(&highlight.notes),
        }
    }
}

#[derive(Serialize)]
struct JsonTopic<'a> {
    label: &'a [String],
    stories: Vec<JsonStory<'a>>,
}

impl<'a> JsonTopic<'a> {
    fn new(topic: &'a Topic) -> Self {
        Self { label: &topic.label, stories: topic.stories.iter().map(JsonStory::new).collect() }
    }
}

#[derive(Serialize)]
struct JsonStory<'a> {
    article: usize,
    copies: &'a [usize],
    differences: Vec<JsonDifference<'a>>,
}

impl<'a> JsonStory<'a> {
    fn new(story: &'a Story) -> Self {
        Self {
            article: story.article,
            copies: &story.copies,
            differences: story.differences.iter().map(JsonDifference::new).collect(),
        }
    }
}

#[derive(Serialize)]
struct JsonDifference<'a> {
    kind: &'static str,
    earlier: JsonVersion<'a>,
    later: JsonVersion<'a>,
}

impl<'a> JsonDifference<'a> {
    fn new(difference: &'a Difference) -> Self {
        let Difference { kind, earlier, later } = difference;
        Self { kind: kind.name(), earlier: JsonVersion::new(earlier), later: JsonVersion::new(later) }
    }
}

#[derive(Serialize)]
struct JsonVersion<'a> {
    article: usize,
    paragraph: usize,
    sentence: usize,
    words: &'a str,
}

impl<'a> JsonVersion<'a> {
    fn new(version: &'a Version) -> Self {
        let Version { article, place, words } = version;
        Self { article: *article, paragraph: place.paragraph, sentence: place.sentence, words }
    }
}

#[derive(Serialize)]
struct JsonParagraph<'a> {
    kind: &'static str,
    sentences: Vec<JsonSentence<'a>>,
}

impl<'a> JsonParagraph<'a> {
    fn new(paragraph: &'a Paragraph, translated: &'a TranslatedParagraph) -> Self {
        let sentences = bilingual_sentences(paragraph, translated).into_iter().map(|sentence| JsonSentence {
            de: sentence.german,
            en: sentence.english,
            language: sentence.language.tag,
            score: rounded_score(sentence.score),
            doubtful: has_doubt(sentence.notes),
            flags: flag_names(sentence.notes),
            reasons: flag_reasons(sentence.notes),
        });
        Self { kind: paragraph.kind().name(), sentences: sentences.collect() }
    }
}

#[derive(Serialize)]
struct JsonSentence<'a> {
    de: &'a str,
    en: &'a str,
    language: &'static str,
    score: Option<f64>,
    doubtful: bool,
    flags: Vec<&'static str>,
    #[serde(serialize_with = "as_object")]
    reasons: Vec<(&'static str, &'a str)>,
}

#[derive(Serialize)]
struct JsonPoint<'a> {
    en: &'a str,
    written: Option<&'a str>,
    de: String,
    origin: &'static str,
    evidence: Vec<JsonEvidence>,
    doubtful: bool,
    flags: Vec<&'static str>,
    #[serde(serialize_with = "as_object")]
    reasons: Vec<(&'static str, String)>,
}

impl<'a> JsonPoint<'a> {
    fn new(point: &'a Point, translation: &Translation) -> Self {
        let evidence = point.evidence().iter();
        let notes = point.notes(translation);
        Self {
            en: point.english(),
            written: point.written(),
            de: point.german(translation),
            origin: point.origin().name(),
            evidence: evidence.map(JsonEvidence::new).collect(),
            doubtful: has_doubt(&notes),
            flags: flag_names(&notes),
            reasons: flag_reasons(&notes).into_iter().map(|(flag, reason)| (flag, reason.to_owned())).collect(),
        }
    }
}

#[derive(Serialize)]
struct JsonEvidence {
    paragraph: usize,
    sentence: usize,
}

impl JsonEvidence {
    fn new(place: &SentenceRef) -> Self {
        Self { paragraph: place.paragraph, sentence: place.sentence }
    }
}

#[derive(Serialize)]
struct JsonWriting {
    in_parts: usize,
    supported: usize,
    rewritten: usize,
    replaced: usize,
    flagged: usize,
    dropped: usize,
}

impl JsonWriting {
    fn new(writing: &WritingCounts) -> Self {
        let WritingCounts { in_parts, supported, rewritten, replaced, flagged, dropped } = *writing;
        Self { in_parts, supported, rewritten, replaced, flagged, dropped }
    }
}

#[derive(Serialize)]
struct JsonLeftOut<'a> {
    text: &'a str,
    rule: &'a str,
}

#[derive(Serialize)]
struct JsonFailure<'a> {
    source: &'a str,
    error: &'a str,
    hint: Option<&'a str>,
}

impl<'a> JsonFailure<'a> {
    fn new(failure: &'a Failure) -> Self {
        Self { source: &failure.source, error: &failure.error, hint: failure.hint.as_deref() }
    }
}

#[derive(Serialize)]
pub(super) struct JsonTerm<'a> {
    de: &'a str,
    en: &'a str,
    kept: usize,
    missed: usize,
}

impl<'a> JsonTerm<'a> {
    pub(super) fn all(overview: &'a Overview) -> Vec<Self> {
        let terms = overview.terms.iter();
        terms.map(|term| Self { de: &term.german, en: &term.english, kept: term.kept, missed: term.missed }).collect()
    }
}

#[derive(Serialize)]
struct JsonCounts<'a> {
    articles: usize,
    sentences: usize,
    foreign: usize,
    left_out: usize,
    failures: usize,
    #[serde(serialize_with = "as_object")]
    flags: Vec<(&'static str, usize)>,
    terms: Vec<JsonTerm<'a>>,
    second_translator: Option<JsonSecondCounts>,
    writing: Option<JsonWriting>,
}

impl<'a> JsonCounts<'a> {
    fn new(overview: &'a Overview) -> Self {
        Self {
            articles: overview.articles,
            sentences: overview.sentences,
            foreign: overview.foreign,
            left_out: overview.left_out,
            failures: overview.failures.len(),
            flags: overview.flags.iter().map(|(flag, times)| (flag.name(), *times)).collect(),
            terms: JsonTerm::all(overview),
            second_translator: JsonSecondCounts::new(overview),
            writing: overview.writing.as_ref().map(JsonWriting::new),
        }
    }
}

/// How often the second translator was asked, and how often what it wrote is shown.
#[derive(Serialize)]
pub(super) struct JsonSecondCounts {
    asked: usize,
    shown: usize,
}

impl JsonSecondCounts {
    /// `None` in a run without a second translator.
    pub(super) fn new(overview: &Overview) -> Option<Self> {
        let counts = Self { asked: overview.second_asked, shown: overview.second_shown };
        overview.provenance.second_translator.as_ref().map(|_| counts)
    }
}

#[derive(Serialize)]
struct JsonProvenance<'a> {
    program: &'a str,
    translator: Option<JsonModel<'a>>,
    second_translator: Option<JsonModel<'a>>,
    summarizer: Option<&'a str>,
    #[serde(serialize_with = "as_object")]
    settings: Vec<(&'a str, &'a str)>,
}

impl<'a> JsonProvenance<'a> {
    fn new(provenance: &'a Provenance) -> Self {
        let settings = provenance.settings.iter();
        Self {
            program: &provenance.program,
            translator: provenance.translator.as_ref().map(JsonModel::new),
            second_translator: provenance.second_translator.as_ref().map(JsonModel::new),
            summarizer: provenance.summarizer.as_deref(),
            settings: settings.map(|(name, value)| (name.as_str(), value.as_str())).collect(),
        }
    }
}

#[derive(Serialize)]
struct JsonModel<'a> {
    name: &'a str,
    digest: &'a str,
    licence: Option<&'a str>,
}

impl<'a> JsonModel<'a> {
    fn new(model: &'a ModelIdentity) -> Self {
        Self { name: &model.name, digest: &model.digest, licence: model.licence.as_deref() }
    }
}

/// Serialises `pairs` as an object, in their order.
pub(super) fn as_object<K: Serialize, V: Serialize, S: Serializer>(
    pairs: &[(K, V)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(pairs.iter().map(|(key, value)| (key, value)))
}

/// True if one of `notes` says that the English may be wrong.
fn has_doubt(notes: &[Note]) -> bool {
    layout::doubts(notes).next().is_some()
}

pub(super) fn flag_names(notes: &[Note]) -> Vec<&'static str> {
    notes.iter().map(|note| note.flag.name()).collect()
}

/// Flag and reason of the notes that have a reason.
pub(super) fn flag_reasons(notes: &[Note]) -> Vec<(&'static str, &str)> {
    notes.iter().filter_map(|note| Some((note.flag.name(), note.reason.as_deref()?))).collect()
}

/// `score` with four decimals. More would differ between machines that add in another order.
fn rounded_score(score: Option<f32>) -> Option<f64> {
    let rounded = (f64::from(score?) * 1e4).round() / 1e4;
    // JSON has no infinity. Adding 0.0 removes the sign of a negative zero.
    rounded.is_finite().then_some(rounded + 0.0)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::super::format::canned_files::{briefing_in, page_in};
    use super::*;
    use crate::document::canned::{self, Briefing, CANNED};
    use crate::document::{DifferenceKind, Flag, ParagraphKind, PointOrigin};

    fn rendered(briefing: &Briefing, full_text: bool) -> Value {
        serde_json::from_str(&briefing_in(&OUTPUT_FORMAT, briefing, full_text)).unwrap()
    }

    /// Every path of keys in `value`, with the type at its end. The keys of settings, flags and reasons are data, so they
    /// are not part of the shape.
    fn shape(value: &Value, path: &str, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(object) if path.ends_with("settings") || path.ends_with("counts.flags") => {
                found.insert(format!("{path}: object of {}", if object.is_empty() { 0 } else { 1 }));
            }
            Value::Object(_) if path.ends_with("reasons") => {
                found.insert(format!("{path}: object"));
            }
            Value::Object(object) => {
                object.iter().for_each(|(key, value)| shape(value, &format!("{path}.{key}"), found));
            }
            Value::Array(items) => items.iter().for_each(|item| shape(item, &format!("{path}[]"), found)),
            Value::Null => {}
            Value::Bool(_) => drop(found.insert(format!("{path}: bool"))),
            Value::Number(_) => drop(found.insert(format!("{path}: number"))),
            Value::String(_) => drop(found.insert(format!("{path}: string"))),
        }
    }

    #[test]
    fn the_schema_document_shows_every_key_that_is_written() {
        let document = include_str!("../../docs/SCHEMA.md");
        let mut examples = document.split("```json\n").skip(1).map(|block| {
            let block = block.split("```").next().unwrap();
            serde_json::from_str::<Value>(block).unwrap()
        });
        let shape_of = |value: &Value| {
            let mut found = BTreeSet::new();
            shape(value, "", &mut found);
            found
        };
        assert_eq!(shape_of(&examples.next().unwrap()), shape_of(&rendered(&canned::complete(), true)));

        let page = serde_json::from_str(&page_in(&OUTPUT_FORMAT, &canned::complete(), 0)).unwrap();
        assert_eq!(shape_of(&examples.next().unwrap()), shape_of(&page));
    }

    #[test]
    fn the_schema_document_names_the_version_and_every_kind_and_flag() {
        let document = include_str!("../../docs/SCHEMA.md");
        let kinds = ParagraphKind::ALL.map(ParagraphKind::name);
        let flags: Vec<&str> = Flag::ALL.iter().map(|flag| flag.name()).collect();
        let origins = PointOrigin::ALL.map(PointOrigin::name);
        let differences = DifferenceKind::ALL.map(DifferenceKind::name);
        for name in kinds.iter().chain(&flags).chain(&origins).chain(&differences).chain(&[SCHEMA]) {
            assert!(document.contains(&format!("`{name}`")), "{name}");
        }
    }

    #[test]
    fn every_canned_briefing_keeps_its_texts() {
        for (name, briefing) in CANNED {
            let briefing = briefing();
            let json = rendered(&briefing, true);
            assert_eq!(json["schema"], SCHEMA);
            assert_eq!(json["counts"]["failures"], briefing.overview.failures.len(), "{name}");
            for entry in &briefing.entries {
                let article = &json["articles"][entry.index];
                assert_eq!(article["source"], entry.translation.article().source());
                assert_eq!(article["title"]["de"].as_str(), entry.translation.article().title());
                assert_eq!(article["summary"].is_null(), entry.summary.is_none());
                for point in article["summary"].as_array().into_iter().flatten() {
                    for place in point["evidence"].as_array().unwrap() {
                        let index = |key: &str| usize::try_from(place[key].as_u64().unwrap()).unwrap();
                        let (paragraph, sentence) = (index("paragraph"), index("sentence"));
                        let german = &article["paragraphs"][paragraph]["sentences"][sentence]["de"];
                        assert!(point["de"].as_str().unwrap().contains(german.as_str().unwrap()), "{name}");
                    }
                }
            }
        }
    }

    #[test]
    fn every_article_is_on_a_line_of_its_own() {
        let briefing = canned::ordinary();
        let text = briefing_in(&OUTPUT_FORMAT, &briefing, true);
        let lines = text.lines().filter_map(|line| serde_json::from_str::<Value>(line.trim_end_matches(',')).ok());
        assert_eq!(lines.filter(|line| line.get("paragraphs").is_some()).count(), briefing.entries.len());
    }

    #[test]
    fn without_full_text_the_paragraphs_are_null() {
        let json = rendered(&canned::ordinary(), false);
        assert!(json["articles"][0]["paragraphs"].is_null());
        assert!(json["articles"][0]["page"].is_string());
    }

    #[test]
    fn scores_have_four_decimals_at_most() {
        for (score, expected) in [
            (Some(-0.123_456), "-0.1235"),
            (Some(-0.000_01), "0.0"),
            (Some(-1.5), "-1.5"),
            (Some(f32::NAN), "null"),
            (Some(f32::NEG_INFINITY), "null"),
            (None, "null"),
        ] {
            assert_eq!(serde_json::to_string(&rounded_score(score)).unwrap(), expected, "{score:?}");
        }
    }
}
