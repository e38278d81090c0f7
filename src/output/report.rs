//! The report: the findings of the checks, in total and for each article, as JSON.
//!
//! It is written whatever the formats are, so that a script can decide what a person has to read. docs/SCHEMA.md
//! describes the schema, and a test compares the two.

use std::io::{self, Write};

use serde::Serialize;

use super::json::{JsonSecondCounts, JsonTerm, as_object, flag_names, flag_reasons};
use super::view::BriefingView;
use crate::document::{Entry, Flag, Overview, Sentence, SentenceRef};

/// File name of the report, at the top of the output folder.
pub const REPORT: &str = "report.json";

/// Name and version of the schema.
const SCHEMA: &str = "depesche-report/1";

/// Writes the report. Every article is on a line of its own.
pub(super) fn write(view: &BriefingView<'_>, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "{{\"schema\":\"{SCHEMA}\",\n\"notice\":")?;
    serde_json::to_writer(&mut *out, &view.overview.notice())?;
    write!(out, ",\n\"counts\":")?;
    serde_json::to_writer(&mut *out, &ReportCounts::new(view.overview))?;
    write!(out, ",\n\"articles\":[")?;
    for (article_index, entry) in view.entries().enumerate() {
        out.write_all(if article_index == 0 { b"\n" } else { b",\n" })?;
        serde_json::to_writer(&mut *out, &ReportArticle::new(&entry?))?;
    }
    writeln!(out, "\n]}}")
}

fn times_raised(flags: &[(Flag, usize)], flag: Flag) -> usize {
    flags.iter().find(|(known, _)| *known == flag).map_or(0, |(_, count)| *count)
}

fn named_flag_counts(flags: &[(Flag, usize)]) -> Vec<(&'static str, usize)> {
    flags.iter().map(|(flag, count)| (flag.name(), *count)).collect()
}

#[derive(Serialize)]
struct ReportCounts<'a> {
    articles: usize,
    foreign: usize,
    sentences: usize,
    flagged: usize,
    repaired: usize,
    failures: usize,
    #[serde(serialize_with = "as_object")]
    flags: Vec<(&'static str, usize)>,
    terms: Vec<JsonTerm<'a>>,
    second_translator: Option<JsonSecondCounts>,
}

impl<'a> ReportCounts<'a> {
    fn new(overview: &'a Overview) -> Self {
        Self {
            articles: overview.articles,
            foreign: overview.foreign,
            sentences: overview.sentences,
            flagged: overview.doubtful(),
            repaired: times_raised(&overview.flags, Flag::Repaired),
            failures: overview.failures.len(),
            flags: named_flag_counts(&overview.flags),
            terms: JsonTerm::all(overview),
            second_translator: JsonSecondCounts::new(overview),
        }
    }
}

#[derive(Serialize)]
struct ReportArticle<'a> {
    source: &'a str,
    page: &'a str,
    foreign: Option<&'static str>,
    sentences: usize,
    flagged: usize,
    repaired: usize,
    #[serde(serialize_with = "as_object")]
    flags: Vec<(&'static str, usize)>,
    doubts: Vec<ReportDoubt<'a>>,
}

impl<'a> ReportArticle<'a> {
    fn new(entry: &'a Entry) -> Self {
        let translation = &entry.translation;
        let mut counts = Overview::default();
        counts.add(entry);
        let bilingual_title = translation.title().zip(translation.article().title());
        let title = bilingual_title.map(|(translated, german)| (None, german, translated));
        let text = translation.pairs().enumerate().flat_map(|(paragraph, (source_paragraph, translated_paragraph))| {
            let german_sentences = translated_paragraph.spans().sentences(source_paragraph.text());
            let sentence_pairs = german_sentences.zip(translated_paragraph.sentences());
            sentence_pairs.enumerate().map(move |(place_in_paragraph, (german, translated))| {
                (Some(SentenceRef { paragraph, sentence: place_in_paragraph }), german, translated)
            })
        });
        let doubtful_sentences = title.into_iter().chain(text).filter(|(_, _, translated)| translated.is_doubtful());
        Self {
            source: translation.article().source(),
            page: &entry.page,
            foreign: translation.foreign().map(|language| language.tag),
            sentences: counts.sentences,
            flagged: counts.doubtful(),
            repaired: times_raised(&counts.flags, Flag::Repaired),
            flags: named_flag_counts(&counts.flags),
            doubts: doubtful_sentences
                .map(|(address, german, translated)| ReportDoubt::new(address, german, translated))
                .collect(),
        }
    }
}

/// A translated sentence that may be wrong, as the report lists it. The title has no position.
#[derive(Serialize)]
struct ReportDoubt<'a> {
    paragraph: Option<usize>,
    sentence: Option<usize>,
    de: &'a str,
    en: &'a str,
    flags: Vec<&'static str>,
    #[serde(serialize_with = "as_object")]
    reasons: Vec<(&'static str, &'a str)>,
}

impl<'a> ReportDoubt<'a> {
    fn new(address: Option<SentenceRef>, german: &'a str, translated: &'a Sentence) -> Self {
        Self {
            paragraph: address.map(|address| address.paragraph),
            sentence: address.map(|address| address.sentence),
            de: german,
            en: &translated.english,
            flags: flag_names(&translated.notes),
            reasons: flag_reasons(&translated.notes),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::super::entries::StoredEntries;
    use super::*;
    use crate::document::canned::{self, Briefing, CANNED};

    fn report(briefing: &Briefing) -> Value {
        let mut entries = StoredEntries::new(tempfile::tempfile().unwrap());
        briefing.entries.iter().for_each(|entry| entries.push(entry).unwrap());
        let mut bytes = Vec::new();
        write(&BriefingView::new(&briefing.overview, true, &entries), &mut bytes).unwrap();
        serde_json::from_slice(&bytes).unwrap()
    }

    #[test]
    fn every_doubt_is_counted_and_named() {
        for (name, briefing) in CANNED {
            let report = report(&briefing());
            let articles = report["articles"].as_array().unwrap();
            let flagged: u64 = articles.iter().map(|article| article["flagged"].as_u64().unwrap()).sum();
            let doubts: usize = articles.iter().map(|article| article["doubts"].as_array().unwrap().len()).sum();
            assert_eq!(report["counts"]["flagged"], flagged, "{name}");
            assert_eq!(doubts as u64, flagged, "{name}");
        }
    }

    #[test]
    fn the_schema_document_shows_the_report() {
        let document = include_str!("../../docs/SCHEMA.md");
        let example = document.split("```json\n").skip(1).find(|block| block.contains(SCHEMA)).unwrap();
        let example: Value = serde_json::from_str(example.split("```").next().unwrap()).unwrap();
        let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        let written = report(&canned::ordinary());
        let doubt = |report: &Value| {
            let articles = report["articles"].as_array().unwrap().clone();
            articles.into_iter().find_map(|article| article["doubts"].get(0).cloned()).unwrap()
        };
        assert_eq!(keys(&example), keys(&written));
        assert_eq!(keys(&example["counts"]), keys(&written["counts"]));
        assert_eq!(keys(&example["articles"][0]), keys(&written["articles"][0]));
        assert_eq!(keys(&doubt(&example)), keys(&doubt(&written)));
    }
}
