//! Summaries that a model writes, and the folder at a glance, from end to end.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use depesche::catalog::Hub;
use depesche::generation::{PrecisionChoice, Schedule};
use depesche::input;
use depesche::output::OutputOptions;
use depesche::pipeline::{Error, Event, Job, Summarizer, SummaryWriter, Translator, run};
use depesche::summarize::Length;
use depesche::summarize::abstractive::{OnUnsupported, SummaryLanguage};
use serde_json::Value;

use crate::workplace::{Workplace, tree};

const BRIDGE: &str = "Die Brücke wird teurer\n\nUlm, 14. März 2024 – Die neue Brücke über die Donau kostet sechs Millionen Euro. Das \
                      sagte die Bürgermeisterin am Montag im Rat der Stadt. Grund sind die Preise für Stahl und Holz. Die Brücke \
                      soll im Herbst für Fußgänger öffnen. Bis dahin fährt eine Fähre über die Donau. Sie kostet zwei Euro.\n";
const COUNCIL: &str = "Rat beschließt eine Brücke\n\nUlm, 2. Februar 2024 – Der Rat der Stadt hat eine neue Brücke über die Donau \
                       beschlossen. Die Bürgermeisterin rechnet mit vier Millionen Euro. Die Brücke für Fußgänger ist aus Stahl \
                       und Holz. Sie ersetzt die Fähre über die Donau.\n";
const BEES: &str = "Bienen sind zu früh wach\n\nDer warme Winter weckt die Bienen zu früh. Imker im Allgäu fürchten, dass der \
                    Nektar fehlt. Ein Forscher rät, die Völker zu füttern. Blüten gibt es erst im April.\n";

fn folder() -> Workplace {
    let workplace = Workplace::new();
    for (name, text) in [("a.txt", BEES), ("b.txt", BRIDGE), ("c.txt", COUNCIL), ("kopie/d.txt", BRIDGE)] {
        workplace.write(&format!("articles/{name}"), text);
    }
    workplace
}

fn briefing(workplace: &Workplace, options: &[&str]) -> Value {
    workplace.run(&[&["brief", "articles", "-o", "out", "--format", "json"], options].concat()).expect(0);
    workplace.json("out/briefing.json")
}

#[test]
fn a_folder_is_seen_by_topic_and_date_with_copies_folded() {
    let workplace = folder();
    let json = briefing(&workplace, &[]);
    let topics = json["digest"]["topics"].as_array().unwrap();
    let stories: Vec<(u64, usize)> = topics
        .iter()
        .flat_map(|topic| topic["stories"].as_array().unwrap())
        .map(|story| (story["article"].as_u64().unwrap(), story["copies"].as_array().unwrap().len()))
        .collect();
    assert_eq!(stories, [(2, 0), (1, 1), (0, 0)]);
    assert_eq!((topics.len(), json["articles"][1]["date"].as_str()), (2, Some("2024-03-14")));
    assert!(!json["digest"]["lead"].as_array().unwrap().is_empty());
    // `translate` writes no digest.
    workplace.run(&["translate", "articles", "-o", "english", "--format", "json"]).expect(0);
    let english: Value = workplace.json("english/briefing.json");
    assert!(english["digest"].is_null());
}

#[test]
fn what_a_model_writes_is_borne_out_or_counted_whatever_the_workers_are() {
    let fixture = |name: &str| std::env::current_dir().unwrap().join(name).display().to_string();
    // Neither model is a summariser, so what they write is unreliable enough to exercise the check. The second follows instructions and is a
    // single file.
    for model in ["tests/tiny-de-en", "tests/parity/qwen3/complete/model.gguf"].map(fixture) {
        for language in ["english", "german"] {
            is_borne_out_or_counted(&model, language);
        }
    }
}

fn is_borne_out_or_counted(model: &str, language: &str) {
    let workplace = folder();
    let asked = ["--summarizer", model, "--summary-language", language];
    let one = briefing(&workplace, &[&asked[..], &["--workers", "1"]].concat());
    let two = briefing(&workplace, &[&asked[..], &["--workers", "2", "--batch-tokens", "64"]].concat());
    assert_eq!(one, two);
    assert_eq!(one["provenance"]["settings"]["summary language"], language);
    assert_eq!(one["provenance"]["summarizer"], model);
    assert_eq!(one["provenance"]["settings"]["unsupported sentences"], "replace");
    let points: Vec<&Value> =
        one["articles"].as_array().unwrap().iter().flat_map(|article| article["summary"].as_array().unwrap()).collect();
    assert!(points.len() >= 4);
    for point in &points {
        assert!(!point["evidence"].as_array().unwrap().is_empty(), "{point}");
        assert!(["quoted", "written", "replacement"].contains(&point["origin"].as_str().unwrap()), "{point}");
        assert_eq!(point["written"].is_string(), language == "german" && point["origin"] == "written", "{point}");
    }
    let written = points.iter().filter(|point| point["origin"] == "written").count();
    assert_eq!(one["counts"]["writing"]["supported"].as_u64(), u64::try_from(written).ok());
}

#[test]
fn a_model_that_reads_less_than_it_has_to_be_told_is_refused() {
    let fixture = std::env::current_dir().unwrap().join("tests/parity/qwen3/complete/model.gguf");
    let bytes = std::fs::read(fixture).unwrap();
    // The context length, after the name and type of the field.
    let name = b"qwen3.context_length";
    let at = bytes.windows(name.len()).position(|window| window == name).unwrap() + name.len() + 4;
    let workplace = folder();
    workplace.write("short.gguf", [&bytes[..at], &256_u32.to_le_bytes(), &bytes[at + 4..]].concat());
    let outcome = workplace.run(&["brief", "articles", "-o", "out", "--summarizer", "short.gguf"]);
    assert_eq!(outcome.code, 2, "{}", outcome.stderr);
    assert!(outcome.stderr.contains("tokens at once") && outcome.stderr.contains("models list"), "{}", outcome.stderr);
    // The German instructions are worded differently, and both take some tokens.
    let outcome = workplace.run(&[
        "brief",
        "articles",
        "-o",
        "out",
        "--summarizer",
        "short.gguf",
        "--summary-language",
        "german",
    ]);
    assert!(outcome.stderr.contains("tokens at once"), "{}", outcome.stderr);
}

#[test]
fn a_summariser_that_is_neither_method_nor_model_is_refused() {
    let outcome = folder().run(&["brief", "articles", "-o", "out", "--summarizer", "centralty"]);
    assert_eq!(outcome.code, 2);
    assert!(outcome.stderr.contains("centralty"), "{}", outcome.stderr);
}

/// Number of sentences in the memory, by `cache stat`.
fn remembered(workplace: &Workplace) -> u64 {
    let said = workplace.run(&["cache", "stat"]).expect(0).stdout;
    let counts = said.lines().filter_map(|line| {
        let (count, model) = line.trim().split_once(" of ")?;
        let count = count.split_whitespace().last()?.parse::<u64>().ok()?;
        model.ends_with("tiny-de-en").then_some(count)
    });
    counts.sum()
}

#[test]
fn second_attempts_and_what_a_model_writes_are_remembered_and_change_nothing() {
    let workplace = folder();
    // No model does well with this sentence, so it is translated again.
    workplace.write("articles/wort.txt", "Donaudampfschifffahrt".repeat(40));
    let model = std::env::current_dir().unwrap().join("tests/tiny-de-en").display().to_string();
    let summaries = ["brief", "articles", "-o", "out", "--format", "json", "--summarizer", &model];
    let mut last = 0;
    for args in
        [&["translate", "articles", "-o", "out", "--format", "json", "--no-repair"][..], &summaries[..6], &summaries]
    {
        workplace.run(args).expect(0);
        let count = remembered(&workplace);
        assert!(count > last, "{args:?}: {last}, then {count}");
        last = count;
    }
    let first = tree(&workplace.path("out"));
    workplace.run(&summaries).expect(0);
    assert_eq!(remembered(&workplace), last);
    assert!(tree(&workplace.path("out")) == first);
    workplace.run(&[&summaries[..], &["--no-cache"]].concat()).expect(0);
    assert!(tree(&workplace.path("out")) == first);
}

#[test]
fn a_summary_that_a_model_writes_ends_early_too() {
    let workplace = folder();
    let stop = Arc::<AtomicBool>::default();
    let writer = SummaryWriter {
        model: std::env::current_dir().unwrap().join("tests/tiny-de-en").display().to_string(),
        hub: Hub::default(),
        precision: PrecisionChoice::Auto,
        schedule: Schedule::default(),
        length: Length::default(),
        language: SummaryLanguage::English,
        on_unsupported: OnUnsupported::Replace,
        repair: true,
    };
    let job = Job {
        about: None,
        paths: vec![workplace.path("articles")],
        input: input::ReadOptions::default(),
        translator: Translator { repair: false, ..Translator::default() },
        summarizer: Some(Summarizer::Writing(Box::new(writer))),
        title: None,
        folder: workplace.path("out"),
        output: OutputOptions::default(),
        program: "test".into(),
        fail_fast: false,
        memory: None,
        stop: Arc::clone(&stop),
    };
    // After the last sentence only the summaries are left.
    let refused = run(&job, &|event| {
        if let Event::Progress { sentences, total: of, .. } = event
            && sentences == of
        {
            stop.store(true, Ordering::Relaxed);
        }
    });
    assert!(matches!(refused, Err(Error::Stopped { done: 0, articles: 4, .. })), "{refused:?}");
    assert!(!workplace.path("out/a.md").exists());
}
