//! Models of Firefox, in a repository as the mirrors are, and in a folder; `models bench`.

use super::*;

const FIREFOX: &str = "presse/firefox-models";
const WEIGHTS_OF_PAIR: &str = "model.deen.intgemm.alphas.bin";

fn complete_firefox() -> PathBuf {
    std::env::current_dir().unwrap().join("tests/parity/bergamot/complete")
}

/// A repository with a folder for each pair of languages.
fn mirror() -> Files {
    let read = |name: &str| fs::read(complete_firefox().join(name)).unwrap();
    Files::from([
        ("README.md".to_owned(), b"# Models of Firefox".to_vec()),
        (format!("de-en/{WEIGHTS_OF_PAIR}"), read(WEIGHTS_OF_PAIR)),
        ("de-en/vocab.deen.spm".to_owned(), read("vocab.deen.spm")),
        ("de-en/lex.50.50.deen.s2t.bin".to_owned(), b"not needed".to_vec()),
        ("en-de/model.ende.intgemm.alphas.bin".to_owned(), b"the other way".to_vec()),
        ("en-de/vocab.ende.spm".to_owned(), b"the other way".to_vec()),
    ])
}

#[test]
fn a_model_of_firefox_is_fetched_from_its_folder_and_translates_as_from_a_folder() {
    let loader = Loader::beside([Repository::new(FIREFOX, mirror())]);
    let expected = translate(&Workplace::new(), complete_firefox().to_str().unwrap(), &["--max-tokens", "20"]);
    let expected = expected.expect(0).stdout;
    let fetched = translate(&loader.workplace, FIREFOX, &["--max-tokens", "20"]).expect(0).stdout;
    assert_eq!(fetched, expected);
    let cached = names(&loader.workplace.path("hf/hub"));
    let snapshot: BTreeSet<&str> =
        cached.iter().filter_map(|name| name.split_once("/snapshots/")?.1.split_once('/')).map(|it| it.1).collect();
    assert_eq!(snapshot, BTreeSet::from([WEIGHTS_OF_PAIR, "vocab.deen.spm"]));
    expect_intact(&loader.workplace);
    // From now on without a network, and verified, exported and imported like any model.
    let again = translate(&loader.workplace, FIREFOX, &["--max-tokens", "20", "--offline"]).expect(0).stdout;
    assert_eq!(again, expected);
    let verified = loader.workplace.run(&["models", "verify", FIREFOX]).expect(0).stdout;
    assert!(verified.contains("2 files intact"), "{verified}");
    // A pair that is not there is named.
    let said = loader.workplace.run(&["models", "fetch", &format!("{FIREFOX}:fren")]).expect(2).stderr;
    assert!(said.contains("fren"), "{said}");
}

#[test]
fn what_is_not_whole_says_what_is_missing() {
    let files = Files::from([(format!("de-en/{WEIGHTS_OF_PAIR}"), b"weights".to_vec())]);
    let loader = Loader::beside([Repository::new(FIREFOX, files)]);
    let said = loader.fetch(FIREFOX).expect(2).stderr;
    assert!(said.contains("vocab.spm"), "{said}");
    let workplace = Workplace::new();
    workplace.write(&format!("modell/{WEIGHTS_OF_PAIR}"), "no weights at all");
    let said = workplace.run(&["translate", "--lines", "--translator", "modell"]).expect(2).stderr;
    assert!(said.contains("vocab.spm"), "{said}");
    fs::copy(complete_firefox().join("vocab.deen.spm"), workplace.path("modell/vocab.deen.spm")).unwrap();
    let said = workplace.run(&["translate", "--lines", "--translator", "modell"]).expect(2).stderr;
    assert!(said.contains("not a binary file of Marian") || said.contains("shorter than"), "{said}");
}

#[test]
fn the_bytes_of_the_catalogues_model_of_firefox_must_be_mozillas() {
    let loader = Loader::beside([Repository::new("megathumbs/bergamot-de-en", mirror())]);
    let said = loader.fetch("firefox-de-en").expect(2).stderr;
    assert!(said.contains("3e6f7c2c2425d10824797270b382bee718ff34af2cab9308841c82ca46dc6f20"), "{said}");
}

#[test]
fn what_was_measured_is_listed() {
    let loader = Loader::beside([]);
    let workplace = &loader.workplace;
    let list = || workplace.run(&["models", "list"]).expect(0).stdout;
    let row = |list: &str| list.lines().find(|row| row.starts_with("small-de-en")).unwrap().to_owned();
    assert!(!row(&list()).contains("sentences/s"));
    assert!(list().contains("BLEU 43.6 on newstest2018"));
    let folder = complete_firefox();
    let folder = folder.to_str().unwrap();
    let measured = workplace.run(&["models", "bench", "--sentences", "1", "small-de-en", folder]).expect(0).stdout;
    assert_eq!(measured.matches("sentences/s").count(), 2, "{measured}");
    assert!(measured.contains("stored on cpu"), "{measured}");
    assert!(row(&list()).contains("sentences/s"), "{}", list());
    let json: serde_json::Value =
        serde_json::from_str(&workplace.run(&["models", "list", "--json"]).expect(0).stdout).unwrap();
    let entry = |name: &str| json.as_array().unwrap().iter().find(|entry| entry["name"] == name).unwrap();
    assert!(entry("small-de-en")["measured"]["sentences_per_second"].is_number(), "{json:#}");
    assert!(entry("opus-mt-de-en")["measured"].is_null());
    assert_eq!(entry("opus-mt-de-en")["quality"][0]["metric"], "BLEU");
    // What is not here is not fetched to be measured.
    let said = workplace.run(&["models", "bench", "opus-mt-de-en"]).expect(2).stderr;
    assert!(said.contains("opus-mt-de-en") && loader.hub.requests().is_empty(), "{said}");
}
