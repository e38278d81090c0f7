//! `depesche bench`: how fast this machine runs a model. Loading and tokenising are timed separately from translating.

use std::collections::HashSet;
use std::fs;
use std::path::Path;
use std::time::Instant;

use depesche::catalog::Hub;
use depesche::document::ParagraphKind;
use depesche::generation::Generator;
use depesche::pipeline::{LoadedTranslator, Translator};
use depesche::{segment, translate};
use serde_json::json;

use super::args::BenchArgs;
use super::console::Console;
use super::error::{Error, Result};
use super::speeds::Speed;

/// German text to translate if the user names no file.
const SAMPLE_ARTICLES: [&str; 3] = [
    include_str!("../../samples/articles/bruecke.txt"),
    include_str!("../../samples/articles/hafen.txt"),
    include_str!("../../samples/articles/kultur/theater.txt"),
];

/// What `bench` measures; times in seconds.
struct BenchMeasurements {
    sentences: usize,
    source_tokens: usize,
    target_tokens: usize,
    loading: f64,
    tokenizing: f64,
    first_sentence: f64,
    translating: f64,
    peak_memory: Option<u64>,
}

/// A model that was measured, and how it went.
struct BenchRun {
    model: String,
    generator: Generator,
    options: translate::TranslateOptions,
    measured: BenchMeasurements,
}

/// Measures `translator` on the sentences of the samples, `sentences` of them at most.
pub(super) fn measured_speed(translator: &Translator, sentences: usize, console: &Console) -> Result<Speed> {
    let bench_lines = sample_sentences();
    let mut bench_texts = distinct_lines(&bench_lines);
    bench_texts.truncate(sentences);
    let BenchRun { generator, measured, .. } = measure(translator, &bench_texts, None, console)?;
    Ok(Speed {
        sentences_per_second: measured.rate(measured.sentences),
        tokens_per_second: measured.rate(measured.target_tokens),
        device: generator.device_kind().name.to_owned(),
        precision: generator.weight_format().name().to_owned(),
    })
}

/// Runs the benchmark and returns the report.
pub(super) fn run(args: &BenchArgs, hub: &Hub, console: &Console) -> Result<String> {
    let bench_lines = match &args.lines {
        Some(path) => {
            let bench_text =
                fs::read_to_string(path).map_err(|source| Error::ReadLines { path: path.clone(), source })?;
            bench_text.lines().map(str::to_owned).collect()
        }
        None => sample_sentences(),
    };
    let mut bench_texts = distinct_lines(&bench_lines);
    bench_texts.truncate(args.sentences.unwrap_or(usize::MAX));
    let bench_run = measure(&args.translator.translator(hub)?, &bench_texts, args.force_length, console)?;
    Ok(if args.json { as_json(&bench_run) } else { as_text(&bench_run) })
}

/// The lines that hold something. The generator translates a repeated one only once, which would flatter it.
fn distinct_lines(bench_lines: &[String]) -> Vec<&str> {
    let mut bench_texts: Vec<&str> =
        bench_lines.iter().map(|bench_line| bench_line.trim()).filter(|bench_line| !bench_line.is_empty()).collect();
    let mut seen_texts = HashSet::new();
    bench_texts.retain(|bench_text| seen_texts.insert(*bench_text));
    bench_texts
}

/// Loads `translator` and translates `bench_texts`, each to `target_length` tokens if that is given.
fn measure(
    translator: &Translator,
    bench_texts: &[&str],
    target_length: Option<u32>,
    console: &Console,
) -> Result<BenchRun> {
    let first_text = *bench_texts.first().ok_or(Error::NoLines)?;
    let devices = translator.devices()?;
    console.devices(&devices);
    let step_start = Instant::now();
    let LoadedTranslator { model, generator, mut options } =
        translator.load(&devices, &|event| console.fetching(event))?;
    let loading = step_start.elapsed().as_secs_f64();
    if let Some(target_length) = target_length {
        force_length(&mut options, target_length as usize);
    }
    let step_start = Instant::now();
    generator.run(&[first_text], &options.search, &options.schedule, &|_| {})?;
    let first_sentence = step_start.elapsed().as_secs_f64();
    let step_start = Instant::now();
    let source_tokens = bench_texts.iter().map(|bench_text| generator.count_tokens(bench_text)).sum();
    let tokenizing = step_start.elapsed().as_secs_f64();
    let step_start = Instant::now();
    let outputs = generator.run(bench_texts, &options.search, &options.schedule, &|_| {})?;
    let translating = step_start.elapsed().as_secs_f64();
    let measured = BenchMeasurements {
        sentences: bench_texts.len(),
        source_tokens,
        target_tokens: outputs.iter().map(|output| output.tokens).sum(),
        loading,
        tokenizing,
        first_sentence,
        translating,
        peak_memory: peak_memory(),
    };
    Ok(BenchRun { model: model.name().to_owned(), generator, options, measured })
}

impl BenchMeasurements {
    /// How many of something a second were translated, of which there were `count`.
    fn rate(&self, count: usize) -> f64 {
        count as f64 / self.translating
    }
}

/// Makes every target exactly `length` tokens long.
fn force_length(options: &mut translate::TranslateOptions, length: usize) {
    options.search.max_length = length.saturating_add(1).min(options.search.max_length);
    options.search.min_length = options.search.max_length;
    options.search.forced_last_token = None;
}

fn sample_sentences() -> Vec<String> {
    let paragraphs = SAMPLE_ARTICLES.iter().flat_map(|sample| sample.lines());
    let sentences = paragraphs.flat_map(|sample_paragraph| {
        let spans = segment::sentences(sample_paragraph, ParagraphKind::Body);
        spans.sentences(sample_paragraph).map(str::to_owned).collect::<Vec<_>>()
    });
    sentences.collect()
}

fn as_text(BenchRun { generator, measured, .. }: &BenchRun) -> String {
    let BenchMeasurements { sentences, source_tokens, target_tokens, .. } = *measured;
    let rate = |token_count: usize| measured.rate(token_count);
    let mut bench_report = format!(
        "{} on {} ({})\n\
         {:.0} target tokens/s, {:.0} source tokens/s, {:.1} sentences/s\n\
         {sentences} sentences, {source_tokens} source tokens, {target_tokens} target tokens in {:.2} s\n\
         model loaded in {:.3} s, first sentence in {:.3} s, tokenising {:.3} s\n",
        generator.weight_format().name(),
        generator.device_kind().name,
        generator.arithmetic(),
        rate(target_tokens),
        rate(source_tokens),
        rate(sentences),
        measured.translating,
        measured.loading,
        measured.first_sentence,
        measured.tokenizing,
    );
    if let Some(bytes) = measured.peak_memory {
        bench_report.push_str(&format!("peak memory {:.0} MB\n", bytes as f64 / 1e6));
    }
    bench_report
}

fn as_json(BenchRun { model, generator, options, measured }: &BenchRun) -> String {
    let schedule = generator.completed_schedule(&options.schedule);
    let rate = |count: usize| measured.rate(count);
    let bench_json = json!({
        "model": model,
        "device": generator.device_kind().name,
        "arithmetic": generator.arithmetic(),
        "precision": generator.weight_format().name(),
        "beams": options.search.beams,
        "workers": schedule.workers,
        "batch_tokens": schedule.batch_tokens,
        "sentences": measured.sentences,
        "source_tokens": measured.source_tokens,
        "target_tokens": measured.target_tokens,
        "seconds": measured.translating,
        "target_tokens_per_second": rate(measured.target_tokens),
        "source_tokens_per_second": rate(measured.source_tokens),
        "sentences_per_second": rate(measured.sentences),
        "loading_seconds": measured.loading,
        "tokenizing_seconds": measured.tokenizing,
        "first_sentence_seconds": measured.first_sentence,
        "peak_memory_bytes": measured.peak_memory,
    });
    format!("{bench_json:#}\n")
}

/// Peak resident memory of the process in bytes; known on Linux only.
fn peak_memory() -> Option<u64> {
    let process_status = fs::read_to_string(Path::new("/proc/self/status")).ok()?;
    let peak_line = process_status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = peak_line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}
