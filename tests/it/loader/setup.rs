//! `depesche setup` and the configuration file, on the real program.

use super::*;

fn config(workplace: &Workplace) -> String {
    workplace.read(".config.toml")
}

#[test]
fn what_setup_fetches_translates_from_then_on() {
    let loader = Loader::new();
    let workplace = &loader.workplace;
    workplace.write(".config.toml", "# mine\nbeam = 1\n");
    let said = workplace.run(&["setup", ID]).expect(0).stderr;
    assert!(said.contains(&format!("from now on {ID} translates")), "{said}");
    assert_eq!(config(workplace), format!("# mine\nbeam = 1\ntranslator = \"{ID}\"\n"));
    let default = workplace.run_with(&["translate", "--lines"], LINES).expect(0).stdout;
    assert_eq!(default, translate(workplace, ID, &["--beam", "1"]).expect(0).stdout);
    let shown = workplace.run(&["config", "show"]).expect(0).stdout;
    assert!(shown.lines().any(|line| line.starts_with("translator") && line.ends_with("# file")), "{shown}");
    // A second time there is nothing to fetch.
    let downloads = loader.hub.downloaded().len();
    workplace.run(&["setup", ID, "--offline"]).expect(0);
    assert_eq!(loader.hub.downloaded().len(), downloads);
}

#[test]
fn setup_may_choose_the_second_translator() {
    let loader = Loader::new();
    let workplace = &loader.workplace;
    let said = workplace.run(&["setup", ID, "--second"]).expect(0).stderr;
    assert!(said.contains("asked about sentences that fail a check"), "{said}");
    assert!(config(workplace).ends_with(&format!("second-translator = \"{ID}\"\n")), "{}", config(workplace));
    workplace.write("in/a.txt", "Der Murkselwutz verdrusselte den Schlotfegermeister.\n");
    workplace.run(&["translate", "in", "-o", "out", "--format", "json"]).expect(0);
    assert_eq!(workplace.json("out/briefing.json")["provenance"]["second_translator"]["name"], ID);
}

#[test]
fn without_a_terminal_setup_explains_and_changes_nothing() {
    let loader = Loader::new();
    let before = config(&loader.workplace);
    let said = loader.workplace.run(&["setup"]).expect(0);
    for expected in ["opus-mt-de-en", "recommended", "BLEU"] {
        assert!(said.stdout.contains(expected), "{expected}: {}", said.stdout);
    }
    assert!(said.stderr.contains("depesche setup opus-mt-de-en"), "{}", said.stderr);
    assert_eq!(config(&loader.workplace), before);
    assert!(loader.hub.requests().is_empty());
}

#[test]
fn a_model_that_cannot_be_had_does_not_become_the_default() {
    let loader = Loader::new();
    let before = config(&loader.workplace);
    // The hub has no such repository.
    loader.workplace.run(&["setup", "--yes"]).expect(2);
    let said = loader.workplace.run(&["setup", "distilbart-cnn-12-6"]).expect(2).stderr;
    assert!(said.contains("summarises and does not translate"), "{said}");
    assert_eq!(config(&loader.workplace), before);
}

#[test]
fn a_mistake_in_the_configuration_file_stops_the_run_and_leaves_help() {
    let workplace = Workplace::new();
    workplace.write(".config.toml", "transaltor = \"small-de-en\"\n");
    let said = workplace.run_with(&["translate", "--lines"], LINES).expect(2).stderr;
    assert!(said.contains("transaltor") && said.contains("hint: did you mean translator?"), "{said}");
    workplace.run(&["translate", "--help"]).expect(0);
    workplace.run(&["doctor"]).expect(0);
    workplace.run(&["config", "set", "beam", "0"]).expect(2);
}
