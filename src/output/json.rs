//! JSON for machines. The schema is docs/SCHEMA.md; a test compares it with what is written here.
//!
//! The wire types live here, apart from the domain types, so that neither drags the other along. A briefing has every
//! article on a line of its own; an article's page is indented.

use std::io::{self, Write};

use serde::{Serialize, Serializer};

use super::layout::rows;
use super::{Format, Part};
use crate::document;

/// Name and version of the schema. The number grows when a key goes or changes its meaning; keys may be added at any
/// time.
pub(super) const SCHEMA: &str = "depesche/1";

pub(super) const FORMAT: Format = Format {
    name: "json",
    extension: "json",
    briefing: "briefing.json",
    about: "everything, for machines: docs/SCHEMA.md",
    between: ",\n",
    render,
};

fn render(part: &Part<'_>, out: &mut dyn Write) -> io::Result<()> {
    match part {
        Part::Page { entry, provenance } => {
            let page =
                Page { schema: SCHEMA, provenance: Provenance::new(provenance), article: Article::new(entry, true) };
            serde_json::to_writer_pretty(&mut *out, &page)?;
            writeln!(out)
        }
        Part::Opening(overview) => {
            write!(out, "{{\"schema\":\"{SCHEMA}\",\n\"provenance\":")?;
            serde_json::to_writer(&mut *out, &Provenance::new(&overview.provenance))?;
            write!(out, ",\n\"counts\":")?;
            serde_json::to_writer(&mut *out, &Counts::new(overview))?;
            write!(out, ",\n\"digest\":")?;
            serde_json::to_writer(&mut *out, &overview.digest.as_ref().map(Digest::new))?;
            write!(out, ",\n\"articles\":[\n")
        }
        Part::Article { entry, full_text } => Ok(serde_json::to_writer(out, &Article::new(entry, *full_text))?),
        Part::AfterArticles(_) => write!(out, "\n]"),
        Part::Closing(overview) => {
            let failures: Vec<_> = overview.failures.iter().map(Failure::new).collect();
            write!(out, ",\n\"failures\":")?;
            serde_json::to_writer(&mut *out, &failures)?;
            writeln!(out, "}}")
        }
        // The opening has the whole digest, and articles carry what the other formats collect in lists.
        Part::Contents(_)
        | Part::Topic { .. }
        | Part::Story(_)
        | Part::Copy(_)
        | Part::EndOfStory
        | Part::EndOfTopic
        | Part::BeforeArticles(_)
        | Part::LeftOut(_) => Ok(()),
    }
}

#[derive(Serialize)]
struct Page<'a> {
    schema: &'static str,
    provenance: Provenance<'a>,
    #[serde(flatten)]
    article: Article<'a>,
}

#[derive(Serialize)]
struct Article<'a> {
    source: &'a str,
    page: &'a str,
    date: Option<String>,
    foreign: Option<&'static str>,
    title: Option<Sentence<'a>>,
    summary: Option<Vec<Point<'a>>>,
    writing: Option<Writing>,
    paragraphs: Option<Vec<Paragraph<'a>>>,
    left_out: Vec<LeftOut<'a>>,
}

impl<'a> Article<'a> {
    fn new(entry: &'a document::Entry, full_text: bool) -> Self {
        let translation = &entry.translation;
        let article = translation.article();
        let title = article.title().zip(translation.title());
        let summary = entry.summary.as_ref();
        Self {
            source: article.source(),
            page: &entry.page,
            date: entry.date.map(|date| date.to_string()),
            foreign: translation.foreign().map(|language| language.tag),
            title: title.map(|(german, title)| Sentence {
                de: german,
                en: &title.english,
                language: title.language.tag,
                score: rounded(title.score),
                flags: names(&title.notes),
                reasons: reasons(&title.notes),
            }),
            summary: summary.map(|summary| summary.points.iter().map(|point| Point::new(point, translation)).collect()),
            writing: summary.and_then(|summary| summary.writing.as_ref()).map(Writing::new),
            paragraphs: full_text.then(|| {
                translation.pairs().map(|(paragraph, translated)| Paragraph::new(paragraph, translated)).collect()
            }),
            left_out: article
                .left_out()
                .iter()
                .map(|passage| LeftOut { text: &passage.text, rule: passage.rule })
                .collect(),
        }
    }
}

#[derive(Serialize)]
struct Digest<'a> {
    lead: Vec<Highlight<'a>>,
    topics: Vec<Topic<'a>>,
}

impl<'a> Digest<'a> {
    fn new(digest: &'a document::FolderDigest) -> Self {
        Self {
            lead: digest.lead.iter().map(Highlight::new).collect(),
            topics: digest.topics.iter().map(Topic::new).collect(),
        }
    }
}

#[derive(Serialize)]
struct Highlight<'a> {
    article: usize,
    en: &'a str,
    de: &'a str,
    evidence: Vec<Evidence>,
}

impl<'a> Highlight<'a> {
    fn new(highlight: &'a document::Highlight) -> Self {
        Self {
            article: highlight.article.index,
            en: &highlight.english,
            de: &highlight.german,
            evidence: highlight.evidence.iter().map(Evidence::new).collect(),
        }
    }
}

#[derive(Serialize)]
struct Topic<'a> {
    label: &'a [String],
    stories: Vec<Story<'a>>,
}

impl<'a> Topic<'a> {
    fn new(topic: &'a document::Topic) -> Self {
        Self { label: &topic.label, stories: topic.stories.iter().map(Story::new).collect() }
    }
}

#[derive(Serialize)]
struct Story<'a> {
    article: usize,
    copies: &'a [usize],
}

impl<'a> Story<'a> {
    fn new(story: &'a document::Story) -> Self {
        Self { article: story.article, copies: &story.copies }
    }
}

#[derive(Serialize)]
struct Paragraph<'a> {
    kind: &'static str,
    sentences: Vec<Sentence<'a>>,
}

impl<'a> Paragraph<'a> {
    fn new(paragraph: &'a document::Paragraph, translated: &'a document::TranslatedParagraph) -> Self {
        let sentences = rows(paragraph, translated).into_iter().map(|row| Sentence {
            de: row.german,
            en: row.english,
            language: row.language.tag,
            score: rounded(row.score),
            flags: names(row.notes),
            reasons: reasons(row.notes),
        });
        Self { kind: paragraph.kind().name(), sentences: sentences.collect() }
    }
}

#[derive(Serialize)]
struct Sentence<'a> {
    de: &'a str,
    en: &'a str,
    language: &'static str,
    score: Option<f64>,
    flags: Vec<&'static str>,
    #[serde(serialize_with = "map")]
    reasons: Vec<(&'static str, &'a str)>,
}

#[derive(Serialize)]
struct Point<'a> {
    en: &'a str,
    written: Option<&'a str>,
    de: String,
    origin: &'static str,
    evidence: Vec<Evidence>,
}

impl<'a> Point<'a> {
    fn new(point: &'a document::Point, translation: &document::Translation) -> Self {
        let evidence = point.evidence().iter();
        Self {
            en: point.english(),
            written: point.written(),
            de: point.german(translation),
            origin: point.origin().name(),
            evidence: evidence.map(Evidence::new).collect(),
        }
    }
}

#[derive(Serialize)]
struct Evidence {
    paragraph: usize,
    sentence: usize,
}

impl Evidence {
    fn new(place: &document::SentenceRef) -> Self {
        Self { paragraph: place.paragraph, sentence: place.sentence }
    }
}

#[derive(Serialize)]
struct Writing {
    in_parts: usize,
    supported: usize,
    rewritten: usize,
    replaced: usize,
    flagged: usize,
    dropped: usize,
}

impl Writing {
    fn new(writing: &document::WritingCounts) -> Self {
        let document::WritingCounts { in_parts, supported, rewritten, replaced, flagged, dropped } = *writing;
        Self { in_parts, supported, rewritten, replaced, flagged, dropped }
    }
}

#[derive(Serialize)]
struct LeftOut<'a> {
    text: &'a str,
    rule: &'static str,
}

#[derive(Serialize)]
struct Failure<'a> {
    source: &'a str,
    error: &'a str,
    hint: Option<&'a str>,
}

impl<'a> Failure<'a> {
    fn new(failure: &'a document::Failure) -> Self {
        Self { source: &failure.source, error: &failure.error, hint: failure.hint.as_deref() }
    }
}

#[derive(Serialize)]
pub(super) struct Term<'a> {
    de: &'a str,
    en: &'a str,
    kept: usize,
    missed: usize,
}

impl<'a> Term<'a> {
    pub(super) fn all(overview: &'a document::Overview) -> Vec<Self> {
        let terms = overview.terms.iter();
        terms.map(|term| Self { de: &term.german, en: &term.english, kept: term.kept, missed: term.missed }).collect()
    }
}

#[derive(Serialize)]
struct Counts<'a> {
    articles: usize,
    sentences: usize,
    foreign: usize,
    left_out: usize,
    failures: usize,
    #[serde(serialize_with = "map")]
    flags: Vec<(&'static str, usize)>,
    terms: Vec<Term<'a>>,
    writing: Option<Writing>,
}

impl<'a> Counts<'a> {
    fn new(overview: &'a document::Overview) -> Self {
        Self {
            articles: overview.articles,
            sentences: overview.sentences,
            foreign: overview.foreign,
            left_out: overview.left_out,
            failures: overview.failures.len(),
            flags: overview.flags.iter().map(|(flag, times)| (flag.name(), *times)).collect(),
            terms: Term::all(overview),
            writing: overview.writing.as_ref().map(Writing::new),
        }
    }
}

#[derive(Serialize)]
struct Provenance<'a> {
    program: &'a str,
    translator: Option<Model<'a>>,
    summarizer: Option<&'a str>,
    #[serde(serialize_with = "map")]
    settings: Vec<(&'a str, &'a str)>,
}

impl<'a> Provenance<'a> {
    fn new(provenance: &'a document::Provenance) -> Self {
        let settings = provenance.settings.iter();
        Self {
            program: &provenance.program,
            translator: provenance.translator.as_ref().map(|model| Model {
                name: &model.name,
                digest: &model.digest,
                licence: model.licence.as_deref(),
            }),
            summarizer: provenance.summarizer.as_deref(),
            settings: settings.map(|(name, value)| (name.as_str(), value.as_str())).collect(),
        }
    }
}

#[derive(Serialize)]
struct Model<'a> {
    name: &'a str,
    digest: &'a str,
    licence: Option<&'a str>,
}

/// An object with the keys in the order of the list.
pub(super) fn map<K: Serialize, V: Serialize, S: Serializer>(
    pairs: &[(K, V)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(pairs.iter().map(|(key, value)| (key, value)))
}

pub(super) fn names(notes: &[document::Note]) -> Vec<&'static str> {
    notes.iter().map(|note| note.flag.name()).collect()
}

/// What raised those flags that do not say it all.
pub(super) fn reasons(notes: &[document::Note]) -> Vec<(&'static str, &str)> {
    notes.iter().filter_map(|note| Some((note.flag.name(), note.reason.as_deref()?))).collect()
}

/// A score with four decimals: more would differ between machines that add in another order.
fn rounded(score: Option<f32>) -> Option<f64> {
    let rounded = (f64::from(score?) * 1e4).round() / 1e4;
    // Zero has no sign here, and JSON has no infinity.
    rounded.is_finite().then_some(rounded + 0.0)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;
    use crate::document::canned::{self, CANNED};
    use crate::output;

    fn rendered(briefing: &document::Briefing, full_text: bool) -> Value {
        let mut bytes = Vec::new();
        output::render(&FORMAT, briefing, full_text, &mut bytes).unwrap();
        serde_json::from_slice(&bytes).unwrap()
    }

    /// Every path of keys in `value`, with the type at its end. Settings, flags and reasons are open: their keys are data.
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

        let complete = canned::complete();
        let mut page = Vec::new();
        let part = Part::Page { entry: &complete.entries[0], provenance: &complete.overview.provenance };
        render(&part, &mut page).unwrap();
        assert_eq!(shape_of(&examples.next().unwrap()), shape_of(&serde_json::from_slice(&page).unwrap()));
    }

    #[test]
    fn the_schema_document_names_the_version_and_every_kind_and_flag() {
        let document = include_str!("../../docs/SCHEMA.md");
        let kinds = document::ParagraphKind::ALL.map(document::ParagraphKind::name);
        let flags = document::Flag::ALL.map(document::Flag::name);
        let origins = document::PointOrigin::ALL.map(document::PointOrigin::name);
        for name in kinds.iter().chain(&flags).chain(&origins).chain(&[SCHEMA]) {
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
        let mut bytes = Vec::new();
        output::render(&FORMAT, &briefing, true, &mut bytes).unwrap();
        let text = String::from_utf8(bytes).unwrap();
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
            assert_eq!(serde_json::to_string(&rounded(score)).unwrap(), expected, "{score:?}");
        }
    }
}
