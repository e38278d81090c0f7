//! How fast the program's steps are on this machine: sentences found, sentences translated, a briefing from end to end.
//! The protocol is in benches/README.md.
#![allow(missing_docs, clippy::unwrap_used, reason = "a bench that cannot go on fails")]

use std::path::PathBuf;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use depesche::document::{Article, ParagraphKind};
use depesche::generation::{PrecisionChoice, SearchOptions};
use depesche::output::OutputOptions;
use depesche::pipeline::{self, Job, LoadedTranslator, Translator};
use depesche::{input, segment, summarize};

fn articles() -> Vec<Article> {
    let listing = input::list(&[PathBuf::from("samples/articles")], &input::ReadOptions::default()).unwrap();
    listing.articles.iter().map(|found| input::read(found, &input::ReadOptions::default()).unwrap()).collect()
}

/// The distinct sentences of the samples' running text.
fn sentences(articles: &[Article]) -> Vec<String> {
    let paragraphs = articles.iter().flat_map(Article::paragraphs);
    let mut sentences: Vec<String> = paragraphs
        .filter(|paragraph| paragraph.kind() == ParagraphKind::Body)
        .flat_map(|paragraph| {
            let spans = segment::sentences(paragraph.text(), paragraph.kind());
            spans.sentences(paragraph.text()).map(str::to_owned).collect::<Vec<_>>()
        })
        .collect();
    sentences.sort();
    sentences.dedup();
    sentences
}

fn splitting(criterion: &mut Criterion) {
    let text = articles().iter().flat_map(Article::paragraphs).map(|it| it.text()).collect::<Vec<_>>().join(" ");
    let mut group = criterion.benchmark_group("segment");
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("samples", |bencher| bencher.iter(|| segment::sentences(&text, ParagraphKind::Body).len()));
    group.finish();
}

fn translating(criterion: &mut Criterion) {
    let sentences = sentences(&articles());
    let texts: Vec<&str> = sentences.iter().map(String::as_str).collect();
    let mut group = criterion.benchmark_group("translate");
    group.sample_size(10).throughput(Throughput::Elements(texts.len() as u64));
    for precision in [PrecisionChoice::F32, PrecisionChoice::Int8] {
        let translator = Translator { precision, ..Translator::default() };
        let LoadedTranslator { generator, options, .. } =
            translator.load(&translator.devices().unwrap(), &|_| ()).unwrap();
        for beams in [1, 4] {
            let search = SearchOptions { beams, ..options.search.clone() };
            let name = format!("{} beam {beams}", precision.name());
            group.bench_function(name, |bencher| {
                bencher.iter(|| generator.run(&texts, &search, &options.schedule, &|_| {}).unwrap().len());
            });
        }
    }
    group.finish();
}

fn briefing(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    let job = Job {
        about: None,
        paths: vec![PathBuf::from("samples/articles")],
        input: input::ReadOptions::default(),
        translator: Translator::default(),
        summarizer: Some(pipeline::Summarizer::Quoting(&summarize::METHODS[0], summarize::Length::default())),
        title: None,
        folder: folder.path().to_owned(),
        output: OutputOptions::default(),
        program: "bench".to_owned(),
        fail_fast: true,
        memory: None,
        stop: Default::default(),
    };
    let mut group = criterion.benchmark_group("brief");
    group.sample_size(10).throughput(Throughput::Elements(articles().len() as u64));
    group.bench_function("samples, model loaded anew", |bencher| {
        bencher.iter(|| pipeline::run(&job, &|_| {}).unwrap().overview.articles);
    });
    group.finish();
}

criterion_group!(benches, splitting, translating, briefing);
criterion_main!(benches);
