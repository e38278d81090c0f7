//! A second translator: what it is asked, what is shown of it, and what the run says about it.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::workplace::{TRANSLATOR, Workplace, tree};

/// The name of the model that translates in the tests, as readers are told it.
const READABLE: &str = "tiny-de-en";

/// The model that translates in the tests, as it is named.
fn trained_model() -> String {
    std::fs::canonicalize(TRANSLATOR).unwrap().display().to_string()
}

/// Sentences that any model reads as they stand. Some are ordinary, others are made of words that nobody knows.
const ARTICLE: &str = "Der Rat tagte am Montag\n\nDer Rat stimmte dem Plan zu. Rumpelstilzchenhaft knarzte der \
    Schlotfegermeister über die Dachfirstpfannen. Die Schule beginnt am Montag. Das Zwirbelgeknister der Murkselwutze \
    verdrusselte den Griesgrampel. Alle Kinder kommen.\n";

/// A folder of random weights, which no check believes.
fn random_model() -> String {
    let path = std::env::current_dir().unwrap().join("tests/parity/marian/complete");
    path.to_str().unwrap().to_owned()
}

fn workplace() -> Workplace {
    let workplace = Workplace::new();
    workplace.write("in/rat.txt", ARTICLE);
    workplace
}

/// Title and sentences of the only article of a briefing.
fn sentences(briefing: &Value) -> Vec<&Value> {
    let article = &briefing["articles"][0];
    let paragraphs = article["paragraphs"].as_array().unwrap();
    let text = paragraphs.iter().flat_map(|paragraph| paragraph["sentences"].as_array().unwrap());
    [&article["title"]].into_iter().chain(text).collect()
}

fn has_flag(sentence: &Value, flag: &str) -> bool {
    sentence["flags"].as_array().unwrap().iter().any(|known| known == flag)
}

/// Runs `translate` with `options` and returns its briefing and what it said.
fn translated(workplace: &Workplace, output: &str, options: &[&str]) -> (Value, String) {
    let command = ["translate", "in", "-o", output, "--format", "json,html,csv,tmx"];
    let outcome = workplace.run(&[&command, options].concat()).expect(0);
    (workplace.json(&format!("{output}/briefing.json")), outcome.stderr)
}

#[test]
fn the_second_is_asked_exactly_for_what_fails_a_check_and_the_rest_stays_as_it_is() {
    let workplace = workplace();
    let random = random_model();
    let (alone, _) = translated(&workplace, "alone", &["--no-cache"]);
    let memory = ["--memory", "memory.redb"];
    let (asked, said) = translated(&workplace, "asked", &[&["--second-translator", &random], &memory[..]].concat());
    let alone_sentences = sentences(&alone);
    let doubted: BTreeSet<&str> = (alone_sentences.iter())
        .filter(|sentence| sentence["doubtful"] == true)
        .map(|sentence| sentence["de"].as_str().unwrap())
        .collect();
    assert!(!doubted.is_empty() && doubted.len() < alone_sentences.len(), "{doubted:?}");
    // The memory of the second model holds what it was given.
    workplace.run(&["cache", "--memory", "memory.redb", "export", "memory.tmx"]).expect(0);
    let tmx = workplace.read("memory.tmx");
    let given_to_second: BTreeSet<&str> = tmx
        .split("<tu>")
        .filter(|unit| unit.contains("marian"))
        .map(|unit| unit.split("<seg>").nth(1).unwrap().split("</seg>").next().unwrap())
        .collect();
    assert_eq!(given_to_second, doubted);
    assert_eq!(asked["counts"]["second_translator"]["asked"], doubted.len());
    assert!(said.contains(&format!("second translator: asked for {} text", doubted.len())), "{said}");
    for (before, after) in alone_sentences.iter().zip(sentences(&asked)) {
        if has_flag(after, "second-translator") {
            assert_eq!(before["doubtful"], true, "{before}");
        } else {
            assert_eq!(*before, after);
        }
    }
    let second = &asked["provenance"]["second_translator"];
    assert!(second["name"].as_str().unwrap().contains("marian") && second["digest"].is_string(), "{second}");
    assert_eq!(alone["provenance"]["second_translator"], Value::Null);
    assert_eq!(alone["counts"]["second_translator"], Value::Null);
    // Whatever the second translator could change is told.
    let settings = asked["provenance"]["settings"].as_object().unwrap();
    assert!(settings.keys().any(|key| key == "second translator beams"), "{settings:?}");
}

#[test]
fn what_the_second_wrote_is_what_it_writes_alone_and_carries_its_name_everywhere() {
    let workplace = workplace();
    let (random, trained) = (random_model(), trained_model());
    let (alone, _) = translated(&workplace, "alone", &[]);
    let options = ["--translator", &random, "--second-translator", &trained];
    let (mixed, said) = translated(&workplace, "mixed", &options);
    let mut shown = 0;
    for (alone, mixed) in sentences(&alone).into_iter().zip(sentences(&mixed)) {
        if has_flag(mixed, "second-translator") {
            shown += 1;
            assert_eq!(mixed["reasons"]["second-translator"], trained, "{mixed}");
            if alone["flags"].as_array().unwrap().is_empty() {
                assert_eq!((&mixed["en"], &mixed["score"]), (&alone["en"], &alone["score"]));
                assert_eq!(mixed["doubtful"], false, "{mixed}");
            }
        }
    }
    assert!(shown > 0, "{mixed:#}");
    assert_eq!(mixed["counts"]["second_translator"]["shown"], shown);
    assert_eq!(mixed["counts"]["flags"]["second-translator"], shown);
    assert_eq!(workplace.json("mixed/report.json")["counts"]["second_translator"]["shown"], shown);
    assert!(said.contains(&format!("{shown} written by the second translator")), "{said}");
    let in_part = format!("in part by {READABLE}");
    assert!(mixed["notice"].as_str().unwrap().contains(&in_part), "{mixed:#}");
    assert!(workplace.read("mixed/index.html").contains("written by the second translator"));
    let csv = workplace.read("mixed/briefing.csv");
    assert_eq!(csv.lines().filter(|row| row.trim_end().ends_with(&trained)).count(), shown, "{csv}");
    let tmx = workplace.read("mixed/briefing.tmx");
    assert_eq!(tmx.matches(&format!("creationid=\"{trained}\"")).count(), shown, "{tmx}");
}

#[test]
fn the_result_is_the_same_for_any_schedule_and_from_memory() {
    let workplace = workplace();
    workplace.write("in/zwei.txt", "Der Hafen\n\nDer Hafen wächst. Murkselwutzen verdrusseln.\n");
    let (random, trained) = (random_model(), trained_model());
    let second = ["--translator", &random, "--second-translator", &trained, "--second-beam", "2"];
    let run = |output: &str, more: &[&str]| {
        let command = ["brief", "in", "-o", output];
        workplace.run(&[&command, &second[..], more].concat()).expect(0).stderr
    };
    run("one", &["--workers", "1"]);
    let said = run("again", &["--workers", "3", "--batch-tokens", "60"]);
    assert!(said.contains("known from earlier runs"), "{said}");
    assert_eq!(tree(&workplace.path("one")), tree(&workplace.path("again")));
    run("fresh", &["--no-cache", "--workers", "5", "--batch-tokens", "40"]);
    assert_eq!(tree(&workplace.path("one")), tree(&workplace.path("fresh")));
    // Another beam of the second is another recipe: nothing that it wrote is recalled for it.
    let wide = ["brief", "in", "-o", "wide", "--translator", &random, "--second-translator", &trained];
    workplace.run(&[&wide[..], &["--second-beam", "7"]].concat()).expect(0);
    assert_eq!(workplace.json("wide/briefing.json")["provenance"]["settings"]["second translator beams"], "7");
}

#[test]
fn lines_have_a_second_translator_too() {
    let workplace = Workplace::new();
    let (random, trained) = (random_model(), trained_model());
    let options = ["--translator", &random, "--second-translator", &trained];
    let lines = "Der Rat stimmte dem Plan zu.\nDie Schule beginnt am Montag.\nAlle Kinder kommen.\n";
    let translated = |options: &[&str]| -> Vec<Value> {
        let arguments = [&["translate", "--lines", "--json"], options].concat();
        let outcome = workplace.run_with(&arguments, lines).expect(0);
        outcome.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let first = translated(&options[..2]);
    let second = translated(&[]);
    let mixed = translated(&options);
    for (first, (second, mixed)) in first.iter().zip(second.iter().zip(&mixed)) {
        let is_shown = has_flag(mixed, "second-translator");
        assert!(first["doubtful"] == true || !is_shown, "{mixed}");
        if is_shown {
            assert_eq!(mixed["reasons"]["second-translator"], trained);
            assert!(!second["flags"].as_array().unwrap().is_empty() || mixed["en"] == second["en"], "{mixed}");
        } else {
            assert_eq!(mixed["en"], first["en"]);
        }
    }
    assert!(mixed.iter().any(|line| has_flag(line, "second-translator")), "{mixed:?}");
}

#[test]
fn what_cannot_be_a_second_translator_is_refused_before_any_work() {
    let workplace = workplace();
    let trained = trained_model();
    let cases: [(&[&str], &str); 6] = [
        (&["--second-translator", &trained], "the second translator is the first"),
        (&["--second-translator", "opus-mt-xx"], "opus-mt-xx"),
        (&["--second-translator", "bart-large-cnn"], "bart-large-cnn"),
        (&["--second-beam", "4"], "--second-translator MODEL"),
        (&["--second", &trained, "--no-repair"], "cannot be used with"),
        (&["--second-translator", "in"], "config.json"),
    ];
    for (options, said) in cases {
        let outcome = workplace.run(&[&["translate", "in", "-o", "out"], options].concat()).expect(2);
        assert!(outcome.stderr.contains(said), "{options:?}: {}", outcome.stderr);
        assert!(!workplace.path("out/briefing.md").exists());
    }
    workplace.write(".config.toml", format!("translator = '{trained}'\nsecond = '{trained}'\n"));
    let refused = workplace.run(&["translate", "in", "-o", "out"]).expect(2).stderr;
    assert!(refused.contains("--second-translator none"), "{refused}");
    workplace.run(&["translate", "in", "-o", "out", "--second-translator", "none"]).expect(0);
    assert_eq!(workplace.json("out/briefing.json")["provenance"]["second_translator"], Value::Null);
}
