//! What the program does and says as a whole: exit codes, formats, lines, devices, help.

use std::fs;

use depesche::generation::DEVICE_KINDS;

use crate::workplace::{Workplace, tree};

fn articles(workplace: &Workplace) {
    workplace.write(
        "in/eins.txt",
        "Der Hafen wird größer\n\nDie Stadt baut den Hafen aus. Das kostet 3,5 Millionen Euro.\n",
    );
    workplace.write("in/zwei/drei.md", "# Die Schule\n\nDie Schule beginnt am Montag.\n\n- Alle Kinder kommen.\n");
}

/// A sentence of which the embedded model makes words that do not exist.
const DOUBTFUL: &str = "Rumpelstilzchenhaft knarzte der Schlotfegermeister über die Dachfirstpfannen.";

#[test]
fn a_folder_becomes_a_briefing_in_every_default_format() {
    let workplace = Workplace::new();
    articles(&workplace);
    let outcome = workplace.run(&["brief", "in", "-o", "out"]).expect(0);
    assert_eq!(outcome.stdout, "");
    assert!(outcome.stderr.contains("2 articles"), "{}", outcome.stderr);
    let files: Vec<String> = tree(&workplace.path("out")).into_iter().map(|(name, _)| name).collect();
    let pages = ["eins.html", "eins.json", "eins.md", "zwei/drei.html", "zwei/drei.json", "zwei/drei.md"];
    for name in pages.iter().chain(&["index.html", "briefing.md", "briefing.json"]) {
        assert!(files.contains(&name.to_string()), "no {name} in {files:?}");
    }
    let briefing: serde_json::Value = workplace.json("out/briefing.json");
    let article = &briefing["articles"][0];
    assert_eq!(article["source"], "eins.txt");
    assert_eq!(article["title"]["de"], "Der Hafen wird größer");
    let sentences = &article["paragraphs"][0]["sentences"];
    assert_eq!(sentences[1]["de"], "Das kostet 3,5 Millionen Euro.");
    assert!(sentences[1]["en"].as_str().unwrap().contains("million"), "{sentences}");
    let point = &article["summary"][0];
    let evidence = &point["evidence"][0];
    let (paragraph, sentence) = (evidence["paragraph"].as_u64().unwrap(), evidence["sentence"].as_u64().unwrap());
    let cited = &article["paragraphs"][paragraph as usize]["sentences"][sentence as usize];
    assert_eq!((&point["de"], &point["en"]), (&cited["de"], &cited["en"]));
}

#[test]
fn the_output_is_the_same_for_any_workers_batches_and_order_of_paths() {
    let workplace = Workplace::new();
    articles(&workplace);
    workplace.run(&["brief", "in", "-o", "one", "--workers", "1"]).expect(0);
    workplace.run(&["brief", "in", "-o", "many", "--workers", "5", "--batch-tokens", "40"]).expect(0);
    assert_eq!(tree(&workplace.path("one")), tree(&workplace.path("many")));

    // The page of an article does not depend on other articles.
    workplace.run(&["brief", "in/eins.txt", "-o", "alone"]).expect(0);
    assert_eq!(workplace.read("alone/eins.md"), workplace.read("one/eins.md"));
}

#[test]
fn an_article_that_fails_is_named_and_stops_no_other() {
    let workplace = Workplace::new();
    articles(&workplace);
    workplace.write("in/leer.txt", "");
    workplace.write("in/bild.md", b"\x89PNG\r\n\x1a\n\0\0");
    let outcome = workplace.run(&["brief", "in", "-o", "out", "--format", "json"]).expect(1);
    assert!(outcome.stderr.contains("leer.txt is empty"), "{}", outcome.stderr);
    let briefing: serde_json::Value = workplace.json("out/briefing.json");
    assert_eq!(briefing["articles"].as_array().unwrap().len(), 2);
    let failed: Vec<&str> =
        briefing["failures"].as_array().unwrap().iter().map(|failure| failure["source"].as_str().unwrap()).collect();
    assert_eq!(failed, ["bild.md", "leer.txt"]);
}

#[test]
fn where_nothing_can_be_read_there_is_no_briefing() {
    let workplace = Workplace::new();
    workplace.write("in/leer.txt", "");
    workplace.write("in/bild.md", b"\x89PNG\r\n\x1a\n\0\0");
    workplace.write("in/daten.txt", "aB3x".repeat(200_000));
    workplace.write("alt/briefing.md", "an earlier briefing");
    for (command, folder) in [("brief", "out"), ("translate", "out"), ("brief", "alt")] {
        let said = workplace.run(&[command, "in", "-o", folder, "--force"]).expect(2).stderr;
        for reason in
            ["leer.txt is empty", "bild.md is a picture", "cannot read daten.txt as plain text: it holds no language"]
        {
            assert_eq!(said.matches(reason).count(), 1, "{said}");
        }
        for name in ["leer.txt", "bild.md", "daten.txt"] {
            assert_eq!(said.matches(name).count(), 1, "{said}");
        }
    }
    assert!(!workplace.path("out").exists());
    let left: Vec<String> = tree(&workplace.path("alt")).into_iter().map(|(name, _)| name).collect();
    assert_eq!(workplace.read("alt/briefing.md"), "an earlier briefing");
    assert_eq!(left, ["briefing.md"]);
}

#[test]
fn with_fail_fast_the_first_failure_is_the_last_article() {
    let workplace = Workplace::new();
    articles(&workplace);
    workplace.write("in/fehler.txt", "");
    workplace.run(&["brief", "in", "-o", "out", "--format", "json", "--fail-fast"]).expect(1);
    let briefing: serde_json::Value = workplace.json("out/briefing.json");
    assert_eq!(briefing["articles"].as_array().unwrap().len(), 1);
    assert_eq!(briefing["failures"].as_array().unwrap().len(), 1);
}

#[test]
fn what_cannot_start_says_so_before_any_work_with_a_hint() {
    let workplace = Workplace::new();
    articles(&workplace);
    workplace.write("fremd/index.html", "something else");
    workplace.write("leer/bild.png", "");
    workplace.write("modell/config.json", "{\"model_type\": \"llama\"}");
    workplace.write("modell/model.safetensors", "no weights at all");
    let cases: [(&[&str], &str); 8] = [
        (&["brief", "nirgends", "-o", "out"], "nirgends does not exist"),
        (&["brief", "leer", "-o", "out"], "no articles found"),
        (&["brief", "in", "-o", "fremd"], "index.html"),
        (&["brief", "in", "-o", "in/eins.txt"], "eins.txt"),
        (&["brief", "in", "-o", "out", "--translator", "opus-mt-xx"], "opus-mt-xx"),
        (&["brief", "in", "-o", "out", "--translator", "leer"], "config.json"),
        (&["brief", "in", "-o", "out", "--translator", "modell"], "modell"),
        (&["brief", "in", "-o", "out", "--summary-share", "7"], "0.2"),
    ];
    for (args, said) in cases {
        let outcome = workplace.run(args).expect(2);
        assert!(outcome.stderr.contains(said), "{args:?} said {}", outcome.stderr);
        assert_eq!(outcome.stdout, "", "{args:?}");
        assert!(!workplace.path("out/briefing.md").exists(), "{args:?} wrote a briefing");
    }
    assert_eq!(workplace.read("fremd/index.html"), "something else");
}

#[test]
fn what_the_program_wrote_it_writes_again_and_with_force_it_writes_over_anything() {
    let workplace = Workplace::new();
    articles(&workplace);
    workplace.run(&["brief", "in", "-o", "out"]).expect(0);
    let first = tree(&workplace.path("out"));
    workplace.run(&["brief", "in", "-o", "out"]).expect(0);
    assert_eq!(first, tree(&workplace.path("out")));
    workplace.write("fremd/index.html", "something else");
    workplace.run(&["brief", "in", "-o", "fremd", "--force"]).expect(0);
    assert!(workplace.read("fremd/index.html").contains("<html"));
}

#[test]
fn output_inside_the_folder_of_articles_is_not_read_again() {
    let workplace = Workplace::new();
    articles(&workplace);
    workplace.run(&["brief", "in", "-o", "in/briefing", "--format", "markdown"]).expect(0);
    let first = workplace.read("in/briefing/briefing.md");
    workplace.run(&["brief", "in", "-o", "in/briefing", "--format", "markdown"]).expect(0);
    assert_eq!(first, workplace.read("in/briefing/briefing.md"));
}

#[test]
fn an_article_is_read_from_standard_input() {
    let workplace = Workplace::new();
    workplace.run_with(&["translate", "-", "-o", "out", "--format", "text"], "Guten Morgen.\n").expect(0);
    assert!(workplace.read("out/stdin.txt").contains("morning"), "{}", workplace.read("out/stdin.txt"));
}

#[test]
fn lines_in_any_encoding_are_the_same_lines() {
    let workplace = Workplace::new();
    let german = "Das Wetter ist heute schön.\nDie Größe der Bühne überrascht die Gäste.\n";
    let translated = |bytes: &[u8]| workplace.run_with(&["translate", "--lines"], bytes).expect(0);
    let expected = translated(german.as_bytes());
    let wide: Vec<u8> = german.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let narrow = |[o, ss, ue, ae]: [u8; 4]| {
        let byte = |character: char| match character {
            'ö' => o,
            'ß' => ss,
            'ü' => ue,
            'ä' => ae,
            other => other as u8,
        };
        german.chars().map(byte).collect::<Vec<u8>>()
    };
    for (name, bytes) in [
        ("windows-1252", narrow([0xf6, 0xdf, 0xfc, 0xe4])),
        ("code page 850", narrow([0x94, 0xe1, 0x81, 0x84])),
        ("UTF-16LE", wide.clone()),
        ("", [b"\xff\xfe".to_vec(), wide].concat()),
        ("repaired", german.replace('ß', "ÃŸ").replace('ü', "Ã¼").into_bytes()),
    ] {
        let found = translated(&bytes);
        assert_eq!(found.stdout, expected.stdout, "{name}");
        assert!(found.stderr.contains(name), "{name}: {}", found.stderr);
    }
    let said = translated(b"Guten\0Morgen.\nGute Nacht.\n").stderr;
    assert!(said.contains("line 1: damaged") && !said.contains("line 2"), "{said}");
}

#[test]
fn lines_come_out_one_for_one_and_empty_lines_stay_empty() {
    let workplace = Workplace::new();
    let lines = "Guten Morgen.\n\n   \nDie Sonne scheint. Es regnet nicht.\r\n***\nDie Sonne scheint.";
    let outcome = workplace.run_with(&["translate", "--lines"], lines).expect(0);
    let found: Vec<&str> = outcome.stdout.split_terminator('\n').collect();
    assert_eq!(found.len(), 6, "{found:?}");
    assert_eq!((found[1], found[2], found[4]), ("", "", "***"));
    assert!(found[3].starts_with(found[5]), "a sentence is translated as it is alone: {found:?}");
    assert_eq!(outcome.stderr, "");
    let raw =
        workplace.run_with(&["translate", "--lines", "--raw", "--beam", "1", "--precision", "f32"], lines).expect(0);
    assert_eq!(raw.stdout.lines().count(), 6);
    let json =
        workplace.run_with(&["translate", "--lines", "--json"], format!("Guten Morgen.\n\n{DOUBTFUL}")).expect(0);
    let objects: Vec<serde_json::Value> = json.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(objects.len(), 3);
    assert_eq!((&objects[1]["en"], &objects[1]["doubtful"]), (&"".into(), &false.into()));
    assert_eq!((&objects[2]["doubtful"], &objects[2]["de"]), (&true.into(), &DOUBTFUL.into()));
    assert!(objects[2]["flags"].as_array().unwrap().contains(&"no-word".into()), "{}", json.stdout);
}

#[test]
fn a_model_in_the_hugging_face_cache_is_found_by_its_name() {
    let mut workplace = Workplace::new();
    workplace.set("HF_HOME", workplace.path("cache"));
    let commit = "0123456789012345678901234567890123456789";
    let repository = "cache/hub/models--Org--little-de-en";
    for entry in fs::read_dir("tests/parity/marian/complete").unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        workplace.write(&format!("{repository}/snapshots/{commit}/{name}"), fs::read(&path).unwrap());
    }
    workplace.write(&format!("{repository}/refs/main"), commit);
    let translate = |model: &str, code: i32| {
        let args = ["translate", "--lines", "--raw", "--precision", "f32", "--translator", model];
        workplace.run_with(&args, "Die Polizei sucht den Vertrag am Montag.\n").expect(code)
    };
    for model in ["Org/little-de-en".to_owned(), format!("Org/little-de-en@{commit}")] {
        assert_eq!(translate(&model, 0).stdout, "Th police is looking for the contract on Monday.\n", "{model}");
    }
    workplace.set("HF_HUB_OFFLINE", "1");
    let refused = workplace.run(&["translate", "--lines", "--translator", "Org/other"]).expect(2).stderr;
    assert!(refused.contains("depesche models fetch Org/other"), "{refused}");
}

#[test]
fn the_bench_measures_what_it_says() {
    let workplace = Workplace::new();
    let args = ["bench", "--json", "--beam", "1", "--sentences", "5", "--force-length", "7"];
    let report: serde_json::Value = serde_json::from_str(&workplace.run(&args).expect(0).stdout).unwrap();
    assert_eq!((&report["sentences"], &report["target_tokens"]), (&5.into(), &35.into()), "{report}");
    assert!(report["target_tokens_per_second"].as_f64().unwrap() > 0.0);
    assert!(workplace.run(&["bench"]).expect(0).stdout.contains("target tokens/s"));
}

#[test]
fn a_limit_on_tokens_is_kept() {
    let workplace = Workplace::new();
    let line = "Die Stadt baut im nächsten Jahr eine neue Brücke über den Fluss.\n";
    let run =
        |tokens: &str| workplace.run_with(&["translate", "--lines", "--raw", "--max-tokens", tokens], line).expect(0);
    assert!(run("4").stdout.len() < run("60").stdout.len());
}

#[test]
fn the_help_of_every_command_teaches() {
    let workplace = Workplace::new();
    let help = workplace.run(&["--help"]).expect(0).stdout;
    assert!(help.contains("Examples:") && help.contains("Exit status:"), "{help}");
    for command in ["brief", "translate", "bench", "completions", "man"] {
        assert!(help.contains(command), "{command} is not in the help");
        workplace.run(&[command, "--help"]).expect(0);
    }
    assert!(workplace.run(&["completions", "bash"]).expect(0).stdout.contains("depesche"));
    assert!(workplace.run(&["man"]).expect(0).stdout.contains(".TH"));
    workplace.run(&[]).expect(2);
}

#[test]
fn a_doubt_is_in_the_report_and_strict_makes_it_count() {
    let workplace = Workplace::new();
    workplace.write("in/a.txt", DOUBTFUL);
    let outcome = workplace.run(&["translate", "in", "-o", "out", "--format", "text"]).expect(0);
    assert!(outcome.stderr.contains("no-word"), "{}", outcome.stderr);
    let report: serde_json::Value = workplace.json("out/report.json");
    assert_eq!(report["counts"]["flagged"], 1);
    assert!(report["articles"][0]["doubts"][0]["flags"].as_array().unwrap().contains(&"no-word".into()));
    assert!(workplace.read("out/a.txt").contains("[a word is not English"));
    workplace.run(&["translate", "in", "-o", "out", "--strict"]).expect(1);
    assert!(workplace.read("out/index.html").contains("all that failed a check (1)"));
    let notice = "Machine translation by tiny-de-en. 1 of 1 sentence failed a check; the others were not verified";
    assert!(outcome.stderr.contains(notice), "{}", outcome.stderr);
    for output in
        ["out/index.html", "out/briefing.md", "out/briefing.json", "out/briefing.txt", "out/a.md", "out/a.txt"]
    {
        assert!(workplace.read(output).contains(notice), "{output}");
    }
}

#[test]
fn a_device_is_used_or_refused_before_any_work() {
    let workplace = Workplace::new();
    articles(&workplace);
    let run = |device: &str| workplace.run(&["-v", "brief", "in", "-o", "out", "--device", device]);
    for kind in DEVICE_KINDS {
        let reason = match (kind.open)(0) {
            Ok(_) => continue,
            Err(reason) => reason.to_string(),
        };
        let said = run(kind.name).expect(2).stderr;
        assert!(said.contains(&format!("the device {} cannot be used", kind.name)) && said.contains(&reason), "{said}");
        assert!(said.contains("hint:") && !workplace.path("out").exists(), "{said}");
        let auto = run("auto").expect(0).stderr;
        assert!(auto.contains(&format!("not on {}: {reason}", kind.name)), "{auto}");
        fs::remove_dir_all(workplace.path("out")).unwrap();
    }
    assert!(run("cpu").expect(0).stderr.contains("computing on cpu"));
    for wrong in ["gpu", "cuda:first", "cpu:1"] {
        run(wrong).expect(2);
    }
    let doctor = workplace.run(&["doctor"]).expect(0).stdout;
    assert!(DEVICE_KINDS.iter().all(|kind| doctor.contains(&format!("{} ({})", kind.name, kind.about))), "{doctor}");
}

#[test]
fn a_daily_run_says_what_is_new_and_keeps_what_a_person_corrected() {
    let workplace = Workplace::new();
    articles(&workplace);
    let first = workplace.run(&["brief", "in", "-o", "out", "--since-last", "--format", "html,json,csv"]).expect(0);
    assert!(first.stderr.contains("no earlier run"), "{}", first.stderr);
    // A person edits a sentence in the table, and says that it is to be kept.
    let table = workplace.read("out/briefing.csv");
    let line = table.lines().find(|line| line.contains("Die Schule beginnt am Montag.")).unwrap();
    let english = line.split("Die Schule beginnt am Montag.,").nth(1).unwrap().split(",no,").next().unwrap();
    let english = english.split(",yes,").next().unwrap();
    let edited = table.replace(&format!("Montag.,{english},"), "Montag.,\"School begins on Monday, at last.\",");
    assert_ne!(edited, table);
    workplace.write("edited.csv", &edited);
    let outcome = workplace.run(&["correct", "edited.csv", "--briefing", "out", "-o", "in/corrections.tsv"]).expect(0);
    assert!(outcome.stderr.contains("1 new or changed, 1 in all"), "{}", outcome.stderr);
    // The next day an article is gone and one is new. The table of corrections lies beside them and is no article.
    fs::remove_file(workplace.path("in/eins.txt")).unwrap();
    workplace.write("in/vier.txt", "Das Rathaus\n\nDas Rathaus ist heute geschlossen.\n");
    let daily = ["brief", "in", "-o", "out", "--since-last", "--format", "html,json,csv"];
    let second = workplace.run(&[&daily[..], &["--corrections", "in/corrections.tsv"]].concat()).expect(0);
    assert!(second.stderr.contains("since last time: 1 new, 0 changed, 1 gone, 1 as before"), "{}", second.stderr);
    assert!(second.stderr.contains("removed 3 pages of articles that are gone: eins."), "{}", second.stderr);
    assert!(!workplace.path("out/eins.html").exists());
    let briefing = workplace.json("out/briefing.json");
    assert_eq!(briefing["changes"]["new"], serde_json::json!([0]));
    let sentence = &briefing["articles"][1]["paragraphs"][0]["sentences"][0];
    assert_eq!(sentence["en"], "School begins on Monday, at last.");
    assert_eq!(sentence["flags"], serde_json::json!(["edited"]));
    // Nothing more to take.
    let again = workplace.run(&["correct", "out/briefing.csv", "-o", "in/corrections.tsv"]).expect(0);
    assert!(again.stderr.contains("no sentence was changed"), "{}", again.stderr);
    workplace.run(&["correct", "edited.csv", "--briefing", "in"]).expect(2);
}

#[test]
fn a_briefing_on_one_subject_has_the_articles_and_sentences_that_say_it() {
    let workplace = Workplace::new();
    articles(&workplace);
    workplace
        .write("in/vier.txt", "Der Rat\n\nDer Rat tagt heute in der Stadt. Die Kosten des Hafens steigen weiter.\n");
    for term in ["Hafen", "HÄFEN"] {
        let outcome = workplace.run(&["brief", "in", "-o", "out", "--about", term, "--format", "json"]).expect(0);
        let briefing = workplace.json("out/briefing.json");
        let sources: Vec<&str> = briefing["articles"]
            .as_array()
            .unwrap()
            .iter()
            .map(|article| article["source"].as_str().unwrap())
            .collect();
        assert_eq!(sources, ["eins.txt", "vier.txt"], "{}", outcome.stderr);
        let points = briefing["articles"][1]["summary"].as_array().unwrap();
        assert_eq!(points.len(), 1, "{points:?}");
        assert_eq!(points[0]["de"], "Die Kosten des Hafens steigen weiter.");
        assert!(briefing["title"].as_str().unwrap().contains(term));
    }
    let outcome = workplace.run(&["brief", "in", "-o", "none", "--about", "Zeppelin"]).expect(2);
    assert!(outcome.stderr.contains("no article says “Zeppelin” (3 read)"), "{}", outcome.stderr);
    assert!(!workplace.path("none").exists());
}

#[test]
fn what_cannot_be_meant_is_said_before_any_work() {
    let workplace = Workplace::new();
    articles(&workplace);
    for (options, said) in [
        (&["--summarizer", "centralty"][..], "there is no summary method or model \"centralty\""),
        (&["--summarizer", "centralty"], "hint: did you mean centrality?"),
        (&["--summarizer", "opus-mt-en-de"], "hint: did you mean opus-mt-de-en?"),
        (
            &["--summary-language", "german"],
            "centrality quotes sentences of the article, so it cannot follow --summary-language",
        ),
        (&["--on-unsupported", "drop"], "cannot follow --on-unsupported"),
        (&["--corrections", "nowhere.tsv"], "cannot read nowhere.tsv"),
        (&["--translator", "opus-mt-de-en", "--offline"], "depesche models fetch opus-mt-de-en"),
    ] {
        let outcome = workplace.run(&[&["brief", "in", "-o", "out"][..], options].concat()).expect(2);
        assert!(outcome.stderr.contains(said), "{}", outcome.stderr);
        assert!(!outcome.stderr.contains("articles to read"), "{}", outcome.stderr);
    }
}
