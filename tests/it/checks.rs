//! The checks on good and spoilt pairs: errors found, and false alarms.
//!
//! `cargo test --test it checks -- --nocapture` prints the table that benches/RESULTS.md has.
#![allow(clippy::print_stdout, reason = "a table to be read")]

use std::collections::BTreeMap;
use std::fs;

use depesche::check::{CHECKS, CheckedPair, findings};

/// Results of a check: spoilt pairs of its kind that it finds, their number, and false alarms on good pairs.
#[derive(Default)]
struct Score {
    found: usize,
    spoilt: usize,
    false_alarms: usize,
}

/// Ways in which tests/check/spoil.py spoils translations, and the minimum of 100 that must be found.
const WAYS: [(&str, usize); 8] = [
    ("clause", 75),
    ("digit", 95),
    ("german", 95),
    ("loop", 95),
    ("name", 70),
    ("negation", 90),
    ("swap", 85),
    ("unit", 95),
];

#[test]
fn what_is_spoilt_less_plainly_is_found_less_often() {
    let table = fs::read_to_string("tests/check/spoilt.tsv").unwrap();
    let rows: Vec<Vec<&str>> = table.lines().map(|line| line.split('\t').collect()).collect();
    println!("| spoilt | check | found | other flags |");
    for (way, least) in WAYS {
        let (mut found, mut spoilt, mut others, mut check) = (0, 0, 0, "");
        for row in rows.iter().filter(|row| row[0] == way) {
            let [_, wanted, german, english] = row[..] else { panic!("four columns: {row:?}") };
            let flags: Vec<&str> = findings(&CheckedPair { german, english, ..CheckedPair::default() })
                .iter()
                .map(|finding| finding.check.flag.name())
                .collect();
            check = wanted;
            spoilt += 1;
            found += usize::from(flags.contains(&wanted));
            others += flags.iter().filter(|flag| **flag != wanted).count();
        }
        println!("| {way} | `{check}` | {found} of {spoilt} ({} %) | {others} |", 100 * found / spoilt);
        assert!(spoilt >= 20 && 100 * found >= least * spoilt, "{way}: {found} of {spoilt}");
    }
}

#[test]
fn every_kind_of_error_is_found_and_its_right_translation_is_not() {
    let table = fs::read_to_string("tests/check/kinds.tsv").unwrap();
    let mut wrong = Vec::new();
    for line in table.lines() {
        let [german, english, wanted] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("three columns: {line}")
        };
        let found = findings(&CheckedPair { german, english, ..CheckedPair::default() });
        let flags: Vec<&str> = found.iter().map(|finding| finding.check.flag.name()).collect();
        if (wanted == "-") != flags.is_empty() || (wanted != "-" && !flags.contains(&wanted)) {
            wrong.push(format!("{wanted}, found {flags:?}: {german} | {english}"));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn spoilt_translations_are_found_and_good_ones_are_not() {
    let table = fs::read_to_string("tests/check/pairs.tsv").unwrap();
    let rows: Vec<Vec<&str>> = table.lines().map(|line| line.split('\t').collect()).collect();
    let mut scores: BTreeMap<&str, Score> = BTreeMap::new();
    let mut wrong = Vec::new();
    for row in &rows {
        let [german, english, wanted] = row[..] else { panic!("three columns: {row:?}") };
        let found: Vec<&str> = findings(&CheckedPair { german, english, ..CheckedPair::default() })
            .iter()
            .map(|finding| finding.check.flag.name())
            .collect();
        if wanted == "-" {
            found.iter().for_each(|flag| scores.entry(flag).or_default().false_alarms += 1);
        } else {
            let score = scores.entry(wanted).or_default();
            score.spoilt += 1;
            score.found += usize::from(found.contains(&wanted));
        }
        if (wanted == "-") != found.is_empty() || (wanted != "-" && !found.contains(&wanted)) {
            wrong.push(format!("{wanted}, found {found:?}: {german} | {english}"));
        }
    }
    wrong.iter().for_each(|line| println!("{line}"));
    for check in CHECKS {
        let Some(Score { found, spoilt, false_alarms }) = scores.get(check.flag.name()) else { continue };
        println!("| `{}` | {found} of {spoilt} | {false_alarms} |", check.flag.name());
        assert!(10 * found >= 8 * spoilt, "{}: {found} of {spoilt}", check.flag.name());
        assert!(*false_alarms <= 1, "{}", check.flag.name());
    }
    for check in CHECKS.iter().filter(|check| check.reads_text_alone) {
        let flag = check.flag.name();
        assert!(scores.get(flag).is_some_and(|score| score.spoilt >= 4), "{flag}");
    }
}
