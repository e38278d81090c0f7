//! What the user sees on standard error: a progress bar with the time left on a terminal, plain lines elsewhere.

use std::collections::BTreeSet;
use std::io::{IsTerminal, Write};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use depesche::catalog::{self, ByteSize};
use depesche::document::{Changes, Entry, Failure, Flag, Overview, TermCount, WritingCounts};
use depesche::generation::{Devices, Generator, PrecisionChoice, WeightFormat};
use depesche::hint::Hint;
use depesche::pipeline::{Event, RecordsReport, Report};
use depesche::translate;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Steps of the bar per article, so that it moves within a window too.
const BAR_STEPS_PER_ARTICLE: u64 = 100;

/// How often the bar is redrawn while nothing happens.
const BAR_TICK: Duration = Duration::from_millis(250);

/// Glossary terms that are listed at the end; report.json has all.
const GLOSSARY_TERMS_SHOWN: usize = 12;

/// Removed pages that are named at the end.
const FILES_SHOWN: usize = 5;

/// Writes to standard error.
pub(super) struct Console {
    quiet: bool,
    verbose: u8,
    bar: ProgressBar,
    download: ProgressBar,
    begun: Instant,
    /// When the model was ready, from which the time left is reckoned.
    translating_since: OnceLock<Instant>,
}

impl Console {
    pub(super) fn new(quiet: bool, verbose: u8) -> Self {
        // indicatif draws nothing if standard error is no terminal, and handles NO_COLOR and dumb terminals.
        let bar = || {
            let bar = if quiet { ProgressBar::hidden() } else { ProgressBar::no_length() };
            bar.set_draw_target(if quiet {
                ProgressDrawTarget::hidden()
            } else {
                ProgressDrawTarget::stderr_with_hz(8)
            });
            bar
        };
        Self { quiet, verbose, bar: bar(), download: bar(), begun: Instant::now(), translating_since: OnceLock::new() }
    }

    /// Reports an event of a run.
    pub(super) fn event(&self, event: Event<'_>) {
        match event {
            Event::Devices(devices) => self.devices(devices),
            Event::Listed(listing) => {
                let article_count = listing.articles.len();
                self.begin(article_count as u64);
                if article_count > 0 || listing.translated.is_empty() {
                    self.say(&format!("{article_count} {} to read", plural(article_count, "article")));
                }
                for skipped in &listing.skipped {
                    let article_count = skipped.count;
                    let files = plural(article_count, "file");
                    let named = printable(&skipped.named());
                    match skipped.extension.as_str() {
                        "" => self.say(&format!("passed over {article_count} {files} without an extension: {named}")),
                        extension => self.say(&format!("passed over {article_count} .{extension} {files}: {named}")),
                    }
                }
                for skipped in &listing.skipped_records {
                    let (article_count, source) = (skipped.count, printable(&skipped.source));
                    let (records, reason) = (plural(article_count, "record"), printable(&skipped.reason));
                    self.say(&format!("passed over {article_count} {records} of {source}: {reason}"));
                }
            }
            Event::Indexed { records, repeated } => {
                self.bar.inc_length(BAR_STEPS_PER_ARTICLE * records as u64);
                self.say(&format!("{records} {} translated already, taken as they are", plural(records, "record")));
                if repeated > 0 {
                    self.say(&format!("{repeated} {} stood there before, byte for byte", plural(repeated, "line")));
                }
            }
            Event::Fetching(event) => self.fetching(event),
            Event::Loaded { model, weight_format } => {
                self.translating_since.get_or_init(Instant::now);
                self.detail(&format!("translating with {model} in {}", weight_format.name()))
            }
            Event::MemoryFailed(error) => {
                self.error_line(&format!("going on without a translation memory: {}", printable(&error.to_string())));
                if let Some(hint) = error.hint() {
                    self.error_line(&format!("  hint: {hint}"));
                }
            }
            Event::MemorySetAside(path) => {
                let path = printable(&path.display().to_string());
                self.error_line(&format!(
                    "the translation memory was damaged; a new one was started, and the old one is {path}"
                ));
            }
            Event::Progress { done, window, sentences, total: all_sentences } => {
                let steps_within_window = (BAR_STEPS_PER_ARTICLE * window as u64 * sentences as u64)
                    .checked_div(all_sentences as u64)
                    .unwrap_or_default();
                self.bar
                    .set_position(self.bar.position().max(BAR_STEPS_PER_ARTICLE * done as u64 + steps_within_window));
                self.bar.set_message(self.progress(done, sentences));
            }
            Event::Written(entry) => {
                let source = printable(entry.translation.article().source());
                self.detail(&format!("{source} → {}{}", printable(&entry.page), failed_checks_of(entry)));
            }
            Event::Failed(failure) => self.failure(failure),
        }
    }

    /// Reports which devices compute, and why better ones do not.
    pub(super) fn devices(&self, devices: &Devices) {
        let models: Vec<&str> = devices.opened().iter().map(|opened| opened.model.as_str()).collect();
        self.detail(&format!("computing on {} ({})", devices.kind().name, printable(&models.join(", "))));
        for (kind, reason) in devices.passed_over() {
            self.detail(&format!("not on {}: {}", kind.name, printable(&reason.to_string())));
        }
    }

    /// Says so if the device cannot compute in the precision that was asked for.
    pub(super) fn precision(&self, asked: PrecisionChoice, weight_format: WeightFormat) {
        if asked != PrecisionChoice::Auto && asked.name() != weight_format.name() {
            self.say(&format!("{} computes as {} on this device", asked.name(), weight_format.name()));
        }
    }

    /// Reports an event of a download.
    pub(super) fn fetching(&self, event: catalog::FetchEvent<'_>) {
        match event {
            catalog::FetchEvent::Licence { model, licence, attribution } => {
                let licence = licence.unwrap_or("not stated by its authors; ask them before you rely on it");
                let credit = attribution.map(|whom| format!(", by {whom}")).unwrap_or_default();
                self.say(&format!("{}: licence {}", printable(model), printable(&format!("{licence}{credit}"))));
            }
            catalog::FetchEvent::Fetching { model, endpoint, missing } => {
                self.say(&format!(
                    "fetching {} ({}) from {}",
                    printable(model),
                    ByteSize(missing),
                    printable(endpoint)
                ));
                let style = ProgressStyle::with_template(
                    "{bar:32} {bytes:>9} of {total_bytes}, {binary_bytes_per_sec}, {eta} left",
                );
                if let Ok(style) = style {
                    self.download.set_style(style.progress_chars("█▉▊▋▌▍▎▏ "));
                }
                // Two bars would overwrite each other.
                self.bar.disable_steady_tick();
                self.download.set_length(missing);
                self.download.reset();
            }
            catalog::FetchEvent::Progress(bytes) => self.download.set_position(bytes),
            catalog::FetchEvent::Waiting { model, file } => {
                self.say(&format!("waiting for another process to fetch {} of {}", printable(file), printable(model)));
            }
            catalog::FetchEvent::Retrying { what, after, reason } => {
                let seconds = after.as_secs_f32();
                self.say(&format!("retrying {} in {seconds} s: {}", printable(what), printable(reason)));
            }
            catalog::FetchEvent::Fetched { model } => {
                self.download.finish_and_clear();
                // Where no articles are counted, as with --lines, there is no bar to go on with.
                if self.bar.length().is_some() {
                    self.bar.enable_steady_tick(BAR_TICK);
                }
                self.say(&format!("fetched {}", printable(model)));
            }
        }
    }

    /// Removes the bar.
    pub(super) fn clear(&self) {
        self.bar.finish_and_clear();
    }

    /// Reports what a job has done.
    pub(super) fn report(&self, report: &Report) {
        let Overview { articles, sentences, foreign, left_out, failures, .. } = &report.overview;
        let seconds = self.begun.elapsed().as_secs_f64();
        self.say(&format!(
            "{articles} {} with {sentences} {} in {seconds:.1} s",
            plural(*articles, "article"),
            plural(*sentences, "sentence"),
        ));
        if report.recalled > 0 {
            let count = report.recalled;
            self.say(&format!("{count} {} known from earlier runs", plural(count, "text")));
        }
        if let Some(writing) = &report.overview.writing {
            let WritingCounts { in_parts, supported, rewritten, replaced, flagged, dropped } = writing;
            self.say(&format!(
                "summaries: {supported} {} borne out ({rewritten} of them written a second time), {replaced} replaced, {flagged} flagged, {dropped} dropped; \
                 {in_parts} {} summarised in parts",
                plural(*supported, "sentence"),
                plural(*in_parts, "article"),
            ));
        }
        if *foreign > 0 {
            self.say(&format!("{foreign} {} not in German, named in the briefing", plural(*foreign, "article")));
        }
        if *left_out > 0 {
            self.say(&format!("{left_out} {} set aside, listed in the briefing", plural(*left_out, "passage")));
        }
        self.second_opinions(&report.overview);
        self.terms(&report.overview.terms);
        if !failures.is_empty() {
            let count = failures.len();
            let articles = plural(count, "article");
            self.error_line(&format!("{count} {articles} failed, named above and in the briefing; the rest are done"));
        }
        if let Some(Changes { new, changed, gone, unchanged }) = &report.overview.changes {
            let (new, changed, gone) = (new.len(), changed.len(), gone.len());
            self.say(&format!("since last time: {new} new, {changed} changed, {gone} gone, {unchanged} as before"));
        }
        self.removed(&report.output.removed);
        for path in &report.output.written {
            self.say(&format!("wrote {}", printable(&path.display().to_string())));
        }
        for line in reliability(&report.overview) {
            self.say(&line);
        }
    }

    /// Reports the pages that were removed because their articles are gone.
    fn removed(&self, files: &[String]) {
        let named: Vec<String> = files.iter().take(FILES_SHOWN).map(|file| printable(file)).collect();
        let more = if files.len() > named.len() { ", …" } else { "" };
        if !named.is_empty() {
            let count = files.len();
            let pages = plural(count, "page");
            self.say(&format!("removed {count} {pages} of articles that are gone: {}{more}", named.join(", ")));
        }
    }

    /// Reports what became of a stream of records.
    pub(super) fn records(&self, report: &RecordsReport) {
        let Overview { articles, sentences, .. } = &report.overview;
        let seconds = self.begun.elapsed().as_secs_f64();
        self.say(&format!(
            "{articles} {} with {sentences} {} in {seconds:.1} s",
            plural(*articles, "record"),
            plural(*sentences, "sentence"),
        ));
        if report.recalled > 0 {
            self.say(&format!("{} {} known from earlier runs", report.recalled, plural(report.recalled, "text")));
        }
        self.second_opinions(&report.overview);
        self.terms(&report.overview.terms);
        if report.failed > 0 {
            self.error_line(&format!(
                "{} {} failed; each came out with its error",
                report.failed,
                plural(report.failed, "record")
            ));
        }
        for line in reliability(&report.overview) {
            self.say(&line);
        }
    }

    /// Reports how often the second translator was asked, and how often what it wrote is shown.
    fn second_opinions(&self, overview: &Overview) {
        let Overview { second_asked, second_shown, .. } = overview;
        if *second_asked > 0 {
            let texts = plural(*second_asked, "text");
            self.say(&format!(
                "second translator: asked for {second_asked} {texts}, {second_shown} shown as it wrote them"
            ));
        }
    }

    /// Reports how often glossary terms were kept and missed, most missed first.
    fn terms(&self, terms: &[TermCount]) {
        if terms.is_empty() {
            return;
        }
        let (kept, missed) = terms
            .iter()
            .fold((0, 0), |kept_and_missed, term| (kept_and_missed.0 + term.kept, kept_and_missed.1 + term.missed));
        self.say(&format!(
            "{} {} of the glossary: {kept} kept, {missed} missed",
            terms.len(),
            plural(terms.len(), "term")
        ));
        let mut most_missed: Vec<&TermCount> = terms.iter().collect();
        most_missed.sort_by_key(|term| std::cmp::Reverse(term.missed));
        for TermCount { german, english, kept, missed } in most_missed.iter().take(GLOSSARY_TERMS_SHOWN) {
            self.say(&format!("  {kept:>6} kept {missed:>4} missed  {} → {}", printable(german), printable(english)));
        }
        if most_missed.len() > GLOSSARY_TERMS_SHOWN {
            self.say(&format!("  and {} more, counted in report.json", most_missed.len() - GLOSSARY_TERMS_SHOWN));
        }
    }

    /// Invites the user to type lines, if standard input is a terminal.
    pub(super) fn ready(&self, generator: &Generator, options: &translate::TranslateOptions) {
        let (precision, beams) = (generator.weight_format().name(), options.search.beams);
        self.detail(&format!("translating in {precision} with {beams} {}", plural(beams, "beam")));
        if std::io::stdin().is_terminal() {
            self.say("type German, one line at a time; end with Ctrl-D");
        }
    }

    /// Reports an error with its causes and its hint.
    pub(super) fn error(&self, error: &dyn Hint) {
        for line in lines_explaining(error) {
            self.error_line(&line);
        }
    }

    fn begin(&self, articles: u64) {
        let style = ProgressStyle::with_template("{bar:32} {wide_msg}");
        if let Ok(style) = style {
            self.bar.set_style(style.progress_chars("█▉▊▋▌▍▎▏ "));
        }
        self.bar.set_length(BAR_STEPS_PER_ARTICLE * articles);
        self.bar.enable_steady_tick(BAR_TICK);
    }

    /// How far the run is: `37/141 articles · 820 sentences · about 1 min`.
    fn progress(&self, done: usize, sentences: usize) -> String {
        let articles = self.bar.length().unwrap_or_default() / BAR_STEPS_PER_ARTICLE;
        let done_share = self.bar.position() as f64 / self.bar.length().unwrap_or(1).max(1) as f64;
        let time_left = if done_share >= 1.0 {
            "writing the briefing".to_owned()
        } else {
            let translating_since = self.translating_since.get().map_or(0.0, |begun| begun.elapsed().as_secs_f64());
            about_time_left(translating_since * (1.0 - done_share) / done_share.max(f64::EPSILON))
        };
        let sentences = format!("{sentences} {}", plural(sentences, "sentence"));
        format!("{done}/{articles} {} · {sentences} · {time_left}", plural(articles as usize, "article"))
    }

    fn failure(&self, failure: &Failure) {
        let (source, error) = (printable(&failure.source), printable(&failure.error));
        // Most errors name their article.
        let named = if error.contains(&source) { error } else { format!("{source}: {error}") };
        self.error_line(&format!("failed: {named}"));
        if let Some(hint) = &failure.hint {
            self.error_line(&format!("  hint: {}", printable(hint)));
        }
    }

    pub(super) fn detail(&self, line: &str) {
        if self.verbose > 0 {
            self.say(line);
        }
    }

    pub(super) fn say(&self, line: &str) {
        if !self.quiet {
            self.error_line(line);
        }
    }

    pub(super) fn error_line(&self, line: &str) {
        // Nobody reads a closed standard error.
        let write = || writeln!(std::io::stderr(), "{line}").unwrap_or_default();
        self.bar.suspend(|| self.download.suspend(write));
    }
}

/// The lines that report an error: what failed, its causes, what to do about it.
fn lines_explaining(error: &dyn Hint) -> Vec<String> {
    let mut lines = vec![format!("depesche: {}", printable(&error.to_string()))];
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    lines.extend(causes.map(|cause| format!("  because: {}", printable(&cause.to_string()))));
    lines.extend(error.hint().map(|hint| format!("  hint: {}", printable(&hint))));
    lines
}

/// How far the English can be trusted: the notice of every output, then what failed, by kind, and what else was done.
fn reliability(overview: &Overview) -> Vec<String> {
    let Some(notice) = overview.notice() else { return Vec::new() };
    let (doubts, others): (Vec<_>, Vec<_>) = overview.flags.iter().partition(|(flag, _)| flag.is_doubt());
    let mut lines = vec![printable(&notice)];
    lines.extend(doubts.iter().map(|(flag, count)| format!("  {count:>6}  {:<14}  {}", flag.name(), flag.about())));
    if !others.is_empty() {
        let others: Vec<String> =
            others.iter().map(|(flag, count)| format!("{count} {}", what_was_done(*flag))).collect();
        lines.push(format!("  also {}", others.join(", ")));
    }
    lines
}

/// What was done with a sentence, for a flag that is no doubt.
fn what_was_done(flag: Flag) -> &'static str {
    match flag {
        Flag::Repaired => "mended",
        Flag::Split => "split",
        Flag::Verbatim => "not translated (code and the like)",
        Flag::English => "in English already",
        Flag::SecondTranslator => "written by the second translator",
        Flag::Edited => "by a person",
        other => other.name(),
    }
}

/// What the checks found in an article: ` (2 sentences failed a check: name, number)`.
fn failed_checks_of(entry: &Entry) -> String {
    let doubtful = entry.translation.sentences().filter(|sentence| sentence.is_doubtful()).count();
    let doubt_kinds: BTreeSet<Flag> = entry.translation.flags().filter(|flag| flag.is_doubt()).collect();
    let doubt_kinds: Vec<&str> = doubt_kinds.into_iter().map(Flag::name).collect();
    match doubtful {
        0 => String::new(),
        _ => format!(" ({doubtful} {} failed a check: {})", plural(doubtful, "sentence"), doubt_kinds.join(", ")),
    }
}

/// `seconds` as a person would say it.
fn about_time_left(seconds: f64) -> String {
    match seconds {
        seconds if seconds < 50.0 => "less than 1 min".to_owned(),
        seconds if seconds < 3300.0 => format!("about {:.0} min", seconds / 60.0),
        seconds => format!("about {:.1} h", seconds / 3600.0),
    }
}

fn plural(count: usize, noun: &str) -> String {
    if count == 1 { noun.to_owned() } else { format!("{noun}s") }
}

/// `text` without control characters, so that no file can control the terminal.
fn printable(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { '\u{fffd}' } else { character }).collect()
}

#[cfg(test)]
mod tests {
    use depesche::generation;
    use depesche::neural;
    use depesche::pipeline::{self, LinesError};

    use super::*;

    #[test]
    fn only_doubts_are_counted_as_doubts_at_the_end() {
        let overview = Overview {
            sentences: 189,
            doubtful_sentences: 13,
            titles: 12,
            flags: vec![(Flag::Split, 1), (Flag::Number, 11), (Flag::Name, 4), (Flag::Repaired, 4)],
            ..Overview::default()
        };
        assert_eq!(
            reliability(&overview),
            [
                "Machine translation. 13 of 189 sentences failed a check; the others were not verified: compare the German \
                 before you quote.",
                "      11  number          a number may be wrong",
                "       4  name            a name may be wrong",
                "  also 1 split, 4 mended",
            ]
        );
        assert!(reliability(&Overview::default()).is_empty());
    }

    #[test]
    fn the_time_left_is_told_as_a_person_would() {
        for (seconds, told) in
            [(3.0, "less than 1 min"), (61.0, "about 1 min"), (610.0, "about 10 min"), (5400.0, "about 1.5 h")]
        {
            assert_eq!(about_time_left(seconds), told);
        }
    }

    #[test]
    fn advice_survives_every_way_in_which_an_error_travels() {
        let out_of_memory =
            || generation::Error::Search(neural::Error::from(candle_core::Error::Msg("out of memory".into())));
        let ways: [Box<dyn Hint>; 3] = [
            out_of_memory().into(),                        // depesche bench
            LinesError::from(out_of_memory()).into(),      // depesche translate --lines
            pipeline::Error::from(out_of_memory()).into(), // depesche brief
        ];
        for error in ways {
            let lines = lines_explaining(&*error);
            assert_eq!(lines[0], "depesche: the search failed");
            assert_eq!(lines[1], "  because: the device is out of memory");
            assert!(lines.last().unwrap().contains("hint: take a smaller model, or --device cpu"), "{lines:?}");
        }
    }
}
