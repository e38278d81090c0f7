//! Runs that are killed or stopped: what they leave behind, and how the next run continues.

use std::fs;
#[cfg(unix)]
use std::io::Read;
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use depesche::input;
use depesche::output::OutputOptions;
use depesche::pipeline::{Event, Job, Translator, run};

use crate::workplace::{Workplace, tree};

/// How often a run is killed, unless `DEPESCHE_KILLS` says otherwise.
const KILLS: u64 = 8;

const NOUNS: [&str; 8] = ["Hafen", "Markt", "Wald", "Bahnhof", "Garten", "Turm", "Fluss", "Platz"];
const VERBS: [&str; 6] = ["baut", "öffnet", "schließt", "verkauft", "plant", "zeigt"];

/// Enough articles for some seconds of work, with unique and shared sentences.
fn articles(workplace: &Workplace, count: usize) {
    for article in 0..count {
        let mut text = format!("Der {} am Abend\n\n", NOUNS[article % NOUNS.len()]);
        for sentence in 0..12 {
            let (noun, verb) = (NOUNS[(article + sentence) % NOUNS.len()], VERBS[(article * sentence) % VERBS.len()]);
            let number = article * 100 + sentence;
            text.push_str(&format!("Die Stadt {verb} den {noun} mit {number} Bäumen und einem neuen Weg. "));
        }
        text.push_str("\n\nDas teilte die Stadt am Montag mit.\n");
        workplace.write(&format!("in/{}/{article}.txt", article % 3), text);
    }
}

fn start(workplace: &Workplace, args: &[&str]) -> Child {
    let mut command = workplace.command(args);
    command.stdin(Stdio::null()).stdout(Stdio::null()).spawn().unwrap()
}

#[cfg(unix)]
fn interrupt(child: &Child) {
    signal(child, "-INT");
}

#[cfg(unix)]
fn signal(child: &Child, name: &str) {
    let pid = child.id().to_string();
    assert!(std::process::Command::new("kill").args([name, &pid]).status().unwrap().success());
}

/// The text of `stream` up to `words`, or to its end.
#[cfg(unix)]
fn read_until(stream: &mut impl Read, words: &str) -> String {
    let (mut said, mut byte) = (Vec::new(), [0]);
    while !said.ends_with(words.as_bytes()) && stream.read(&mut byte).unwrap() == 1 {
        said.push(byte[0]);
    }
    String::from_utf8_lossy(&said).into_owned()
}

/// `page` without its links to the page after it.
fn without_links_to_next(page: &[u8]) -> String {
    let mut rest = std::str::from_utf8(page).unwrap();
    let mut kept = String::new();
    while let Some(start) = rest.find("<a rel=\"next\"") {
        let end = start + rest[start..].find("</a>").unwrap() + "</a>".len();
        kept += &rest[..start];
        rest = &rest[end..];
    }
    kept + rest
}

#[test]
fn a_run_that_is_killed_again_and_again_ends_with_the_output_of_one_that_was_not() {
    let workplace = Workplace::new();
    articles(&workplace, 40);
    let begun = Instant::now();
    workplace.run(&["brief", "in", "-o", "whole", "--no-cache"]).expect(0);
    let whole = begun.elapsed();
    let kills = std::env::var("DEPESCHE_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(KILLS);

    // Moments spread over the run, in a pseudo-random order that is the same every time.
    let mut moment = 0x2545_f491_u64;
    let mut cut_short = 0;
    for _ in 0..kills {
        moment = moment.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let share = (moment >> 33) as f64 / (1_u64 << 31) as f64;
        let mut child = start(&workplace, &["brief", "in", "-o", "out"]);
        thread::sleep(whole.mul_f64(share));
        child.kill().unwrap();
        let ended = child.wait().unwrap();
        cut_short += u64::from(ended.code().is_none());
        for (name, content) in tree(&workplace.path("out")) {
            let is_seen = !name.rsplit('/').next().unwrap().starts_with('.');
            // Every visible page is complete, but for the link to the next one, which may not have been there yet.
            if is_seen {
                let whole = fs::read(workplace.path("whole").join(&name)).unwrap();
                assert!(whole == content || without_links_to_next(&whole) == without_links_to_next(&content), "{name}");
            }
        }
        if ended.code().is_some() {
            // A run that knows all sentences ends too soon to be killed, so the next one starts from nothing.
            workplace.run(&["cache", "clear"]).expect(0);
        }
    }
    // How many is a matter of what else the machine does.
    assert!(cut_short > 0, "none of {kills} runs was killed before its end");
    workplace.run(&["brief", "in", "-o", "out"]).expect(0);
    assert!(tree(&workplace.path("out")) == tree(&workplace.path("whole")));
    let again = workplace.run(&["brief", "in", "-o", "out"]).expect(0);
    assert!(again.stderr.contains("known from earlier runs"), "{}", again.stderr);
}

#[test]
fn what_is_known_is_not_translated_again_and_changes_nothing() {
    let workplace = Workplace::new();
    articles(&workplace, 6);
    workplace.run(&["brief", "in", "-o", "first"]).expect(0);
    workplace.write("in/0/neu.txt", "Neu\n\nHeute ist ein neuer Tag. Das teilte die Stadt am Montag mit.\n");
    let with = workplace.run(&["brief", "in", "-o", "with"]).expect(0);
    assert!(with.stderr.contains("known from earlier runs"), "{}", with.stderr);
    let without = workplace.run(&["brief", "in", "-o", "without", "--no-cache"]).expect(0);
    assert!(!without.stderr.contains("known from earlier runs"), "{}", without.stderr);
    assert!(tree(&workplace.path("with")) == tree(&workplace.path("without")));
    // Another setting has its own entries.
    let other = workplace.run(&["brief", "in", "-o", "other", "--precision", "f32"]).expect(0);
    assert!(!other.stderr.contains("known from earlier runs"), "{}", other.stderr);
    // A run continues without a place for the memory.
    let nowhere = workplace.run(&["brief", "in", "-o", "nowhere", "--memory", "in/0/neu.txt/memory"]).expect(0);
    assert!(nowhere.stderr.contains("going on without"), "{}", nowhere.stderr);
    assert!(tree(&workplace.path("nowhere")) == tree(&workplace.path("without")));
    // A file that is no memory is not touched.
    let refused = workplace.run(&["brief", "in", "-o", "out", "--memory", "in/0/neu.txt"]).expect(2);
    assert!(refused.stderr.contains("is not a translation memory"), "{}", refused.stderr);
    assert!(workplace.read("in/0/neu.txt").starts_with("Neu\n"));
}

#[test]
fn a_second_run_on_the_same_folder_is_told_so_and_one_on_another_shares_the_memory() {
    let workplace = Workplace::new();
    articles(&workplace, 40);
    let mut first = start(&workplace, &["brief", "in", "-o", "out"]);
    while !workplace.path("out/.depesche").exists() {
        thread::sleep(Duration::from_millis(5));
    }
    let refused = workplace.run(&["brief", "in/1", "-o", "out"]);
    let beside = workplace.run(&["brief", "in/1", "-o", "beside"]);
    assert!(first.wait().unwrap().success());
    refused.expect(2).stderr.find("another depesche is writing to out").unwrap();
    beside.expect(0);
    workplace.run(&["brief", "in/1", "-o", "alone", "--no-cache"]).expect(0);
    assert!(tree(&workplace.path("beside")) == tree(&workplace.path("alone")));
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_a_run_early_and_whole_and_the_same_command_goes_on() {
    let workplace = Workplace::new();
    articles(&workplace, 40);
    // On a busy machine nothing may be translated yet when the interrupt comes.
    let mut patience = Duration::from_millis(300);
    loop {
        let mut child = start(&workplace, &["brief", "in", "-o", "out", "-v"]);
        // This is printed once the model is loaded. From then on an interrupt is patient.
        let mut stderr = child.stderr.take().unwrap();
        let mut said = read_until(&mut stderr, "translating with");
        thread::sleep(patience);
        interrupt(&child);
        stderr.read_to_string(&mut said).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(130), "{said}");
        assert!(said.contains("Ctrl-C again") && said.contains("run the same command again"), "{said}");
        assert!(!workplace.path("out/briefing.md").exists());
        if workplace.run(&["cache", "stat"]).expect(0).stdout.contains("tiny-de-en") {
            break;
        }
        patience *= 3;
    }
    let rest = workplace.run(&["brief", "in", "-o", "out"]).expect(0);
    assert!(rest.stderr.contains("known from earlier runs"), "{}", rest.stderr);
    workplace.run(&["brief", "in", "-o", "whole", "--no-cache"]).expect(0);
    assert!(tree(&workplace.path("out")) == tree(&workplace.path("whole")));

    // An interrupt before there is anything to finish.
    let mut child = start(&workplace, &["brief", "in", "-o", "out", "--no-cache"]);
    interrupt(&child);
    assert!(!child.wait().unwrap().success());
}

/// A scheduler ends a run in this way; a terminal that is closed sends the other signal.
#[cfg(unix)]
#[test]
fn a_request_to_end_is_taken_like_an_interrupt_and_a_hangup_that_is_ignored_is_none() {
    let workplace = Workplace::new();
    articles(&workplace, 40);
    for name in ["-TERM", "-HUP"] {
        let mut child = start(&workplace, &["brief", "in", "-o", "out", "-v", "--no-cache"]);
        let mut stderr = child.stderr.take().unwrap();
        let mut said = read_until(&mut stderr, "translating with");
        signal(&child, name);
        stderr.read_to_string(&mut said).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(130), "{name}: {said}");
        assert!(said.contains("stopped before the end") && !workplace.path("out/briefing.md").exists(), "{said}");
    }
    let mut command = workplace.command(&[]);
    let environment: Vec<_> =
        command.get_envs().filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned()))).collect();
    command = std::process::Command::new("sh");
    let script = "trap '' HUP; exec \"$0\" brief in/1 -o out -v --no-cache";
    command.args(["-c", script, env!("CARGO_BIN_EXE_depesche")]).env_clear().envs(environment);
    let mut child = command.current_dir(workplace.path("")).stderr(Stdio::piped()).spawn().unwrap();
    let mut stderr = child.stderr.take().unwrap();
    let mut said = read_until(&mut stderr, "translating with");
    signal(&child, "-HUP");
    stderr.read_to_string(&mut said).unwrap();
    assert!(child.wait().unwrap().success(), "{said}");
}

/// A run that finishes after an interrupt says so; one that is interrupted again does not get there. The second interrupt may come too late
/// to see that, but not every time.
#[cfg(unix)]
#[test]
fn a_second_interrupt_leaves_at_once() {
    let workplace = Workplace::new();
    articles(&workplace, 40);
    // One slow batch.
    let args =
        ["brief", "in", "-o", "out", "-v", "--no-cache", "--beam", "8", "--workers", "1", "--batch-tokens", "500000"];
    let left_at_once = || {
        let mut child = start(&workplace, &args);
        let mut stderr = child.stderr.take().unwrap();
        let mut said = read_until(&mut stderr, "translating with");
        thread::sleep(Duration::from_millis(300));
        interrupt(&child);
        said += &read_until(&mut stderr, "Ctrl-C again");
        interrupt(&child);
        stderr.read_to_string(&mut said).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(130), "{said}");
        !said.contains("stopped before the end")
    };
    assert!((0..5).any(|_| left_at_once()));
    workplace.run(&["brief", "in/1", "-o", "out"]).expect(0);
}

/// A limit on file size stands for a full disk: its signal is ignored, so a write beyond the limit is an error.
#[cfg(unix)]
#[test]
fn a_full_disk_is_told_and_the_next_run_goes_on() {
    let workplace = Workplace::new();
    articles(&workplace, 12);
    workplace.run(&["brief", "in", "-o", "whole", "--no-cache"]).expect(0);
    let limited = |blocks: u32, args: &str| {
        let program = env!("CARGO_BIN_EXE_depesche");
        let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" {args}");
        let mut command = workplace.command(&[]);
        let environment: Vec<_> =
            command.get_envs().filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned()))).collect();
        command = std::process::Command::new("sh");
        command.args(["-c", &script, program]).env_clear().envs(environment).current_dir(workplace.path(""));
        let output = command.output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    // Blocks are 512 bytes, in some shells 1024. This leaves no room for the memory of 147 kB, but for everything else.
    let (code, said) = limited(270, "brief in -o out");
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("going on without"), "{said}");
    assert!(tree(&workplace.path("out")) == tree(&workplace.path("whole")));
    // This leaves room for pages, but not for briefings and their parts.
    fs::remove_dir_all(workplace.path("out")).unwrap();
    let (code, said) = limited(60, "brief in -o out --no-cache");
    assert!(matches!(code, Some(1 | 2)) && said.contains("cannot write"), "{said}");
    for (name, content) in tree(&workplace.path("out")) {
        let is_page = name.contains('/');
        assert!(!is_page || fs::read(workplace.path("whole").join(&name)).unwrap() == content, "{name}");
    }
    workplace.run(&["brief", "in", "-o", "out"]).expect(0);
    assert!(tree(&workplace.path("out")) == tree(&workplace.path("whole")));
}

#[test]
fn pages_are_written_long_before_the_last_article_is_read_and_one_that_vanishes_is_named() {
    let workplace = Workplace::new();
    // Numbers are passed through quickly: several windows of them, more than is read ahead, then an article.
    for name in ["a", "b", "c", "d", "e", "f", "g"] {
        workplace.write(&format!("in/{name}.txt"), "1234567890 ".repeat(20_000));
    }
    workplace.write("in/z.txt", "Der letzte Satz.");
    let last = workplace.path("in/z.txt");
    let job = Job {
        about: None,
        paths: vec![workplace.path("in")],
        input: input::ReadOptions::default(),
        translator: Translator::default(),
        summarizer: None,
        title: None,
        folder: workplace.path("out"),
        output: OutputOptions::default(),
        program: "test".into(),
        fail_fast: false,
        memory: None,
        stop: Arc::default(),
    };
    let report = run(&job, &|event| {
        if let Event::Written(entry) = event
            && entry.index == 0
        {
            assert!(workplace.path("out/a.md").exists());
            fs::remove_file(&last).unwrap();
        }
    });
    let report = report.unwrap();
    let failed: Vec<&str> = report.overview.failures.iter().map(|failure| failure.error.as_str()).collect();
    assert!(matches!(failed[..], [error] if error.starts_with("cannot read z.txt")), "{failed:?}");
    assert_eq!(report.overview.articles, 7);
}
