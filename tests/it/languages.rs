//! Articles that are not, or not wholly, in German, through the real program.

use serde_json::Value;

use crate::workplace::Workplace;

const MIXED: &str = "Neue Brücke\n\nDie Stadt hat am Montag den Bau einer neuen Brücke beschlossen. Sie kostet drei Millionen Euro.\n\n\
    Le conseil municipal a décidé lundi de construire un nouveau pont sur la rivière. Il sera ouvert en mars.\n\n\
    “We have waited for this bridge for a very long time,” the engineer wrote in his letter.\n\n\
    Die Arbeiten beginnen im März.\n";

const ENGLISH: &str = "New bridge\n\nThe city council decided on Monday to build a new bridge across the river. Work begins in March.\n\n\
    Costs\n\nThe bridge will cost three million euros, which is more than the council expected.\n";

fn sentences(briefing: &Value, article: usize) -> Vec<(&str, &str, &str, Vec<&str>)> {
    let paragraphs = briefing["articles"][article]["paragraphs"].as_array().unwrap().iter();
    let sentences = paragraphs.flat_map(|paragraph| paragraph["sentences"].as_array().unwrap());
    let text =
        |sentence: &'static str| move |value: &Value| value[sentence].as_str().unwrap().to_owned().leak() as &str;
    sentences
        .map(|sentence| {
            let flags = sentence["flags"].as_array().unwrap().iter().map(|flag| flag.as_str().unwrap()).collect();
            (text("de")(sentence), text("en")(sentence), text("language")(sentence), flags)
        })
        .collect()
}

#[test]
fn what_is_not_german_is_left_as_it_is_and_named() {
    let place = Workplace::new();
    place.write("in/a-mixed.txt", MIXED);
    place.write("in/b-english.txt", ENGLISH);
    let outcome = place.run(&["brief", "in", "-o", "out"]).expect(0);
    assert!(outcome.stderr.contains("1 article not in German"), "{}", outcome.stderr);
    let briefing: Value = place.json("out/briefing.json");

    let mixed = sentences(&briefing, 0);
    let languages: Vec<_> = mixed.iter().map(|(_, _, language, _)| *language).collect();
    // A short sentence takes the language of its paragraph.
    assert_eq!(languages, ["de", "de", "fr", "fr", "en", "de"], "{mixed:?}");
    for (german, english, language, flags) in &mixed {
        assert_eq!(german == english, *language != "de", "{german} {english}");
        assert_eq!(flags.contains(&"foreign"), *language == "fr", "{flags:?}");
        assert_eq!(flags.contains(&"english"), *language == "en", "{flags:?}");
    }
    assert_eq!(briefing["articles"][0]["foreign"], Value::Null);

    // Title and subhead are too short and take the language of the article.
    let english = sentences(&briefing, 1);
    assert!(english.iter().all(|(german, english, language, _)| german == english && *language == "en"), "{english:?}");
    assert_eq!(briefing["articles"][1]["foreign"], "en");
    assert_eq!(briefing["articles"][1]["title"]["en"], "New bridge");
    assert!(place.read("out/index.html").contains("This article is in English, not in German."));
    assert!(place.read("out/a-mixed.html").contains("<p class=\"en\" lang=\"fr\">"));

    // Summaries do not quote foreign text.
    let summary = briefing["articles"][0]["summary"].as_array().unwrap();
    assert!(summary.iter().all(|point| !point["de"].as_str().unwrap().contains("conseil")), "{summary:?}");
}

#[test]
fn other_languages_are_translated_if_that_is_asked_for_and_lines_always_unless_not() {
    let place = Workplace::new();
    place.write("in/mixed.txt", MIXED);
    place.run(&["translate", "in", "-o", "out", "--other-languages", "translate", "--format", "json"]).expect(0);
    let briefing: Value = place.json("out/briefing.json");
    let mixed = sentences(&briefing, 0);
    assert!(mixed[2].3.contains(&"foreign") && mixed[2].0 != mixed[2].1, "{:?}", mixed[2]);

    let line = "Le conseil municipal a décidé lundi de construire un nouveau pont sur la rivière.\n";
    let lines = |args: &[&str]| place.run_with(&[&["translate", "--lines"], args].concat(), line).expect(0).stdout;
    assert_ne!(lines(&[]), line);
    assert_eq!(lines(&["--other-languages", "keep"]), line);
}
