//! `depesche records` on the real program: one line out for each line in; and briefings of what it wrote.

use std::io::{BufRead, BufReader, Write};

use serde_json::{Value, json};

use crate::workplace::Workplace;

const RECORDS: &str = concat!(
    r#"{"id": 1, "title": "Wetter", "text": "Es regnet seit drei Tagen. Der Fluss steigt.", "section": "Lokales"}"#,
    "\n",
    r#"{"id": "zwei", "text": ""}"#,
    "\n\nkein Datensatz\n",
    r#"{"id": 3, "body": "<p>Guten Morgen!</p>", "url": "https://zeitung.example/3", "published": "2026-03-01"}"#,
    "\n",
);

fn records(stdin: &str, args: &[&str], code: i32) -> Vec<Value> {
    let outcome = Workplace::new().run_with(&[&["records"], args].concat(), stdin).expect(code);
    outcome.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn each_record_comes_out_in_order_and_a_bad_one_stops_no_other() {
    let out = records(RECORDS, &[], 1);
    let ids: Vec<&Value> = out.iter().map(|record| &record["id"]).collect();
    assert_eq!(ids, [&Value::from(1), &Value::from("zwei"), &Value::Null, &Value::from(3)]);
    assert_eq!(out[0]["record"]["section"], "Lokales");
    assert!(out[0]["paragraphs"][0]["sentences"][0]["en"].as_str().unwrap().contains("rain"), "{}", out[0]);
    assert!(out[0]["summary"][0]["en"].is_string());
    for bad in [&out[1], &out[2]] {
        assert!(bad["error"].is_string() && bad["paragraphs"].is_null(), "{bad}");
    }
    assert_eq!(
        (out[3]["url"].as_str(), out[3]["date"].as_str()),
        (Some("https://zeitung.example/3"), Some("2026-03-01"))
    );
    assert!(out[3]["error"].is_null());
}

#[test]
fn a_stream_may_be_split_anywhere() {
    let whole = records(RECORDS, &[], 1);
    let one_by_one: Vec<Value> = RECORDS
        .lines()
        .flat_map(|line| {
            let code = i32::from(!line.is_empty() && !line.contains("Es regnet") && !line.contains("Morgen"));
            records(line, &["--workers", "1"], code)
        })
        .collect();
    assert_eq!(whole, one_by_one);
}

#[test]
fn no_record_is_no_error_and_a_field_is_found_by_its_name() {
    assert!(records("\n\n", &[], 0).is_empty());
    let out = records(r#"{"koerper": "Guten Morgen!"}"#, &["--field", "text=koerper", "--no-summary"], 0);
    assert!(out[0]["paragraphs"].is_array() && out[0]["summary"].is_null(), "{}", out[0]);
}

/// Articles that share words, two of them nearly the same, with everything that a record can state.
fn archive() -> String {
    let text = |place: &str, rest: &str| {
        format!(
            "Die neue Brücke {place} wird teurer als geplant. Statt vier kostet der Bau sechs Millionen Euro, sagte die \
             Bürgermeisterin im Rat. „Das ist viel.“ Grund sind die Preise für Stahl.{rest}\n\nLesen Sie auch: Was die Fähre kostet"
        )
    };
    let records = [
        json!({"id": 1, "title": "Brücke wird teurer", "text": text("über die Donau", ""), "published": "2026-03-02",
            "url": "https://zeitung.example/1", "outlet": "Donau-Bote", "author": "Jana Ohm"}),
        json!({"id": 2, "title": "Sechs Millionen", "text": text("über die Donau", " Sie öffnet im Herbst."), "section": "Lokales"}),
        json!({"id": 3, "title": "Bienen", "text": "Ulm, 7. Mai 2024 – Der warme Winter weckt die Bienen zu früh. Der Nektar fehlt."}),
        json!({"id": 4, "text": ""}),
        json!({"id": 5, "title": "La chaleur", "text": "La chaleur reste chère, dit la voisine strasbourgeoise au marché."}),
        json!({"id": 6, "title": "Schach", "text": "Eine Schülerin aus Gera ist Meisterin im Schach."}),
    ];
    records.iter().map(|record| format!("{record}\n")).collect()
}

/// A briefing without what depends on the names of files.
fn without_names(mut briefing: Value) -> Value {
    briefing["title"] = Value::Null;
    for key in ["articles", "failures"] {
        for article in briefing[key].as_array_mut().unwrap() {
            for name in ["source", "page", "error"] {
                article.as_object_mut().unwrap().remove(name);
            }
        }
    }
    briefing
}

#[test]
fn a_briefing_of_translated_records_is_that_of_the_articles_and_loads_no_model() {
    let workplace = Workplace::new();
    workplace.write("articles/a.jsonl", archive());
    workplace.run(&["brief", "articles", "-o", "direct", "--format", "json"]).expect(1);
    let english = workplace.run_with(&["records"], archive()).expect(1).stdout;
    workplace.write("english/part-00000", &english);
    workplace.write("english/_SUCCESS", "");
    // There is no such model, so it cannot be loaded.
    let options = ["--format", "json", "--translator", "no/such-model", "--offline"];
    let said = workplace.run(&[&["brief", "english", "-o", "whole"], &options[..]].concat()).expect(1).stderr;
    assert!(
        said.contains("6 records translated already") && said.contains("failed: cannot read 4 as a record"),
        "{said}"
    );
    let whole = workplace.json("whole/briefing.json");
    assert_eq!(without_names(whole.clone()), without_names(workplace.json("direct/briefing.json")));
    assert!(whole["digest"].is_object(), "{whole}");
    assert_eq!(workplace.read("whole/1.json").lines().count(), workplace.read("direct/a (1).json").lines().count());

    // In other files, in another order, and with a line that a second attempt wrote again.
    let mut lines: Vec<&str> = english.lines().rev().collect();
    lines.push(lines[2]);
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(lines[..4].join("\n").as_bytes()).unwrap();
    workplace.write("parts/b.json.gz", packed.finish().unwrap());
    workplace.write("parts/a.json", lines[4..].join("\n"));
    let parts = ["brief", "parts/b.json.gz", "parts/a.json", "-o", "split", "--workers", "1"];
    let said = workplace.run(&[&parts[..], &options].concat()).expect(1).stderr;
    assert!(said.contains("1 line stood there before"), "{said}");
    assert_eq!(workplace.json("split/briefing.json")["articles"], whole["articles"]);
    assert_eq!(workplace.json("split/briefing.json")["digest"], whole["digest"]);
}

#[test]
fn records_join_articles_that_are_still_german_and_get_the_summaries_that_they_lack() {
    let workplace = Workplace::new();
    let english = workplace.run_with(&["records", "--no-summary"], archive()).expect(1).stdout;
    workplace.write("in/english.jsonl", &english);
    workplace.write("in/neu.txt", "Regen\n\nEs regnet seit drei Tagen. Der Fluss steigt.\n");
    workplace.run(&["brief", "in", "-o", "out", "--format", "json"]).expect(1);
    let briefing = workplace.json("out/briefing.json");
    let articles = briefing["articles"].as_array().unwrap();
    let sources: Vec<&str> = articles.iter().map(|article| article["source"].as_str().unwrap()).collect();
    assert_eq!(sources, ["neu.txt", "1", "2", "3", "5", "6"]);
    assert!(articles.iter().all(|article| article["summary"].is_array()), "{briefing}");
    assert_eq!(briefing["provenance"], workplace.json("out/1.json")["provenance"]);
    assert!(briefing["provenance"]["translator"]["name"].as_str().unwrap().ends_with("tiny-de-en"), "{briefing}");
    // Without summaries they have none either.
    workplace.run(&["translate", "in/english.jsonl", "-o", "plain", "--format", "json"]).expect(1);
    let plain = workplace.json("plain/briefing.json");
    assert!(plain["articles"][0]["summary"].is_null() && plain["digest"].is_null(), "{plain}");
}

#[cfg(unix)]
#[test]
fn a_stream_ends_with_whole_lines_when_it_is_told_to_or_nobody_reads_it() {
    let workplace = Workplace::new();
    let records = archive().repeat(400);
    let start = || {
        let mut child = workplace.command(&["records", "-v"]).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let records = records.clone();
        // It ends when the program does.
        let writer = std::thread::spawn(move || drop(stdin.write_all(records.as_bytes())));
        (child, writer)
    };
    let (mut child, writer) = start();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    stdout.read_line(&mut line).unwrap();
    assert!(std::process::Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap().success());
    let lines: Vec<String> = [line.trim().to_owned()].into_iter().chain(stdout.lines().map(Result::unwrap)).collect();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    writer.join().unwrap();
    assert!(
        lines.len() < 2400 && lines.iter().all(|line| serde_json::from_str::<Value>(line).is_ok()),
        "{}",
        lines.len()
    );

    let (mut child, writer) = start();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    stdout.read_line(&mut line).unwrap();
    drop(stdout);
    assert_eq!(child.wait().unwrap().code(), Some(0));
    writer.join().unwrap();
}
