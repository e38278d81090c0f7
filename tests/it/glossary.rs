//! A glossary through the real program: terms are in the English, misses are reported, and a wrong glossary stops the run early.

use std::fs;

use serde_json::Value;

use crate::workplace::Workplace;

/// The German sentences of the test set, one per paragraph.
fn sentences() -> String {
    let table = fs::read_to_string("tests/glossary/sentences.tsv").unwrap();
    table.lines().map(|line| format!("{}\n\n", line.split('\t').next().unwrap())).collect()
}

fn counts(place: &Workplace, folder: &str) -> (u64, u64) {
    let report: Value = place.json(&format!("{folder}/report.json"));
    let terms = report["counts"]["terms"].as_array().unwrap().clone();
    let sum = |key: &str| terms.iter().map(|term| term[key].as_u64().unwrap()).sum();
    (sum("kept"), sum("missed"))
}

#[test]
fn terms_are_in_the_english_and_missed_ones_are_flagged() {
    let place = Workplace::new();
    place.write("in/a.txt", sentences());
    place.write("terms.tsv", fs::read("tests/glossary/glossary.tsv").unwrap());
    let translate = |folder: &str, more: &[&str]| {
        place.run(&[&["translate", "in", "-o", folder, "--format", "json"], more].concat()).expect(0)
    };
    let told = translate("with", &["--glossary", "terms.tsv"]);
    let (kept, missed) = counts(&place, "with");
    assert_eq!(kept + missed, 85);
    assert!(missed <= 1, "{kept} kept, {missed} missed");
    assert!(told.stderr.contains(&format!("{kept} kept, {missed} missed")), "{}", told.stderr);
    let briefing: Value = place.json("with/briefing.json");
    assert!(briefing["provenance"]["settings"]["glossary"].as_str().unwrap().starts_with("38 terms, SHA-256 "));
    let flags = briefing["counts"]["flags"]["term"].as_u64().unwrap_or_default();
    assert!(flags <= missed && (flags > 0) == (missed > 0));

    // The memory does not mix translations with and without terms.
    translate("without", &[]);
    assert_eq!(counts(&place, "without"), (0, 0));
    translate("fresh", &["--no-cache"]);
    assert_eq!(place.read("without/briefing.json"), place.read("fresh/briefing.json"));
    translate("again", &["--glossary", "terms.tsv"]);
    assert_eq!(place.read("with/briefing.json"), place.read("again/briefing.json"));
    // `--no-repair` does not turn terms off.
    translate("plain", &["--glossary", "terms.tsv", "--no-repair"]);
    assert!(counts(&place, "plain").1 <= 1);
}

#[test]
fn lines_have_their_terms_too() {
    let place = Workplace::new();
    place.write("terms.csv", "Deutsch;Englisch\nLandrat;county commissioner\n");
    let lines = "Der Landrat hat die Schulen am Freitag geschlossen.\n\nEs regnet.\n";
    let told = place.run_with(&["translate", "--lines", "--glossary", "terms.csv"], lines).expect(0).stdout;
    assert!(told.contains("county commissioner") && told.lines().count() == 3, "{told}");
}

#[test]
fn addresses_and_placeholders_come_through() {
    let place = Workplace::new();
    let lines = "Lieber {name}, Ihr Paket ist da.\nHinweise bitte an info@kirchfeld.de senden.\n\
        Unter #Hochwasser melden sich viele Helfer.\nDas Kommando `cargo test` prüft alles.\n";
    let told = place.run_with(&["translate", "--lines"], lines).expect(0).stdout;
    for literal in ["{name}", "info@kirchfeld.de", "#Hochwasser", "cargo test"] {
        assert!(told.contains(literal), "{literal}: {told}");
    }
}

#[test]
fn a_glossary_that_cannot_be_understood_stops_the_run_before_it_begins() {
    let place = Workplace::new();
    place.write("in/a.txt", "Der Landrat kam.");
    place.write("bad.tsv", "Landrat\tcommissioner\nKreistag\tdistrict council\tinexact\n");
    for (file, message) in [("bad.tsv", "bad.tsv line 2"), ("none.tsv", "cannot read the glossary none.tsv")] {
        let told = place.run(&["brief", "in", "-o", "out", "--glossary", file]).expect(2);
        assert!(told.stderr.contains(message), "{}", told.stderr);
        assert!(!place.path("out").exists());
    }
    assert!(place.run(&["brief", "in", "-o", "out", "--glossary", "bad.tsv"]).expect(2).stderr.contains("hint: "));
}

#[test]
fn headlines_in_capitals_are_translated() {
    let place = Workplace::new();
    let article = "MINISTERIN WARNT VOR HOCHWASSER\n\nDie Ministerin warnt seit Montag vor Hochwasser an der Lahr.\n";
    place.write("in/a.txt", article);
    place.run(&["translate", "in", "-o", "out", "--format", "json"]).expect(0);
    let briefing: Value = place.json("out/briefing.json");
    let title = &briefing["articles"][0]["title"];
    assert_eq!(title["de"], "MINISTERIN WARNT VOR HOCHWASSER");
    assert!(title["en"].as_str().unwrap().to_lowercase().contains("warn"), "{title}");
    assert!(!title["en"].as_str().unwrap().contains("WARNT"), "{title}");
}
