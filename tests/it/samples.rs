//! The samples from end to end, against the briefing that is kept beside them.

use std::fs;
use std::path::Path;

use crate::workplace::{Workplace, tree};

/// The samples' briefing in one format, as the program wrote it last. Renewed by `BLESS=1 cargo test`, and read as a diff.
const GOLDEN: &str = "samples/briefing.md";

/// The model inside the program, which is what a new user's first briefing is made with.
const EMBEDDED: &str = "small-de-en";

#[test]
fn the_samples_give_the_briefing_that_is_kept() {
    let workplace = Workplace::new();
    let articles = fs::canonicalize("samples/articles").unwrap();
    let articles = articles.to_str().unwrap();
    workplace.run(&["brief", articles, "-o", "out", "--precision", "f32", "--translator", EMBEDDED]).expect(0);
    let briefing = workplace.read("out/briefing.md");
    if std::env::var_os("BLESS").is_some() {
        fs::write(GOLDEN, &briefing).unwrap();
    }
    let kept = fs::read_to_string(GOLDEN).unwrap_or_default();
    for (number, (found, kept)) in briefing.lines().zip(kept.lines()).enumerate() {
        assert_eq!(found, kept, "line {} of {GOLDEN}; BLESS=1 cargo test renews it", number + 1);
    }
    assert_eq!(briefing.lines().count(), kept.lines().count(), "{GOLDEN}; BLESS=1 cargo test renews it");

    // Every sample has its page in every format, and nothing is left lying about.
    let pages = tree(&workplace.path("out"));
    let samples = tree(Path::new("samples/articles")).len();
    for extension in ["md", "html", "json"] {
        let count = pages.iter().filter(|(name, _)| name.ends_with(&format!(".{extension}"))).count();
        // The report is JSON whatever the formats are.
        let report = usize::from(extension == "json");
        assert_eq!(count, samples + 1 + report, "{extension}");
    }
    // The record, the report and the list for the next run stand beside them.
    assert_eq!(pages.len(), 3 * (samples + 1) + 3, "{:?}", pages.iter().map(|(name, _)| name).collect::<Vec<_>>());
}
