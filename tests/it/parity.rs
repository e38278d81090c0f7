//! Every family against Hugging Face transformers on the same weights (fixtures made by tests/parity/*/make.py):
//! encoder states, logits, and the results of greedy and beam search; alone, in a padded batch, and with any number of workers.

use std::fs;
use std::path::{Path, PathBuf};

use candle_core::{Device, Tensor};
use depesche::catalog::{Model, Task};
use depesche::generation::{DeviceChoice, EarlyStopping, Generator, PrecisionChoice, Schedule, SearchOptions, search};
use depesche::neural::int8_kernel;
use depesche::neural::{Checkpoint, DEVICE_KINDS, FAMILIES, Placement, Seq2Seq, WeightFile, WeightFormat, load};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Expected {
    rows: Vec<Vec<u32>>,
    encoder: Vec<Values>,
    logits: Vec<Values>,
    searches: Vec<Search>,
    /// Logits where inputs become integers by the multipliers of the file.
    #[serde(default)]
    fixed: Vec<Values>,
}

#[derive(Deserialize)]
struct Values {
    row: usize,
    #[serde(default)]
    prefix: Vec<u32>,
    values: Vec<f32>,
}

#[derive(Deserialize)]
struct Search {
    name: String,
    settings: Value,
    outputs: Vec<SearchOutput>,
}

#[derive(Deserialize)]
struct SearchOutput {
    ids: Vec<u32>,
    score: Option<f32>,
}

struct Fixture {
    name: String,
    model: Box<dyn Seq2Seq>,
    options: SearchOptions,
    expected: Expected,
}

/// The whole generator on the CPU, with the model in `folder`.
fn generator(folder: impl AsRef<Path>, task: Task) -> Generator {
    let devices = DeviceChoice::cpu().open().unwrap();
    Generator::load(&devices, task, &Model::open(folder.as_ref()).unwrap(), PrecisionChoice::F32).unwrap()
}

/// Every folder of every family that holds expected values of a bare model.
fn fixtures() -> Vec<Fixture> {
    let mut fixtures = Vec::new();
    for family in FAMILIES {
        let folders = folders(&Path::new("tests/parity").join(family.name));
        assert!(folders.len() >= 2, "family {} has fewer than two parity fixtures", family.name);
        fixtures.extend(folders.iter().map(|folder| fixture(folder)));
    }
    fixtures
}

fn folders(family: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(family).unwrap().map(|entry| entry.unwrap().path());
    let mut folders: Vec<PathBuf> = entries.filter(|path| path.is_dir() && !path.ends_with("complete")).collect();
    folders.sort();
    folders
}

fn fixture(folder: &Path) -> Fixture {
    fixture_in(folder, WeightFormat::F32)
}

fn fixture_in(folder: &Path, format: WeightFormat) -> Fixture {
    fixture_on(folder, &Placement::new(Device::Cpu, format))
}

fn fixture_on(folder: &Path, placement: &Placement) -> Fixture {
    let json = |name: &str| fs::read_to_string(folder.join(name));
    let (safetensors, gguf) = (folder.join("model.safetensors"), folder.join("model.gguf"));
    let marian = folder.join("model.bin");
    let open = |weights| Checkpoint::open(&json("config.json").unwrap(), &[weights]);
    let checkpoint = if gguf.exists() {
        Checkpoint::open_gguf(gguf)
    } else if marian.exists() {
        Checkpoint::open_marian(marian)
    } else if safetensors.exists() {
        open(WeightFile::Safetensors(safetensors))
    } else {
        open(WeightFile::Pickle(folder.join("pytorch_model.bin")))
    };
    let checkpoint = checkpoint.unwrap();
    let model = load(&checkpoint, placement).unwrap();
    let generation: Option<Value> =
        json("generation_config.json").ok().map(|text| serde_json::from_str(&text).unwrap());
    let (config, info) = (checkpoint.config(), model.info());
    Fixture {
        name: folder.display().to_string(),
        options: SearchOptions::from_checkpoint(config, generation.as_ref(), info).for_task(
            config,
            "summarization",
            info,
        ),
        model,
        expected: serde_json::from_str(&json("expected.json").unwrap()).unwrap(),
    }
}

/// `options` with the arguments of a call of transformers' `generate`.
fn with_settings(mut options: SearchOptions, settings: &Value) -> SearchOptions {
    for (name, value) in settings.as_object().unwrap() {
        let number = || value.as_u64().unwrap() as usize;
        match name.as_str() {
            "num_beams" => options.beams = number(),
            "length_penalty" => options.length_penalty = value.as_f64().unwrap() as f32,
            "early_stopping" => {
                options.early_stopping = match value {
                    Value::Bool(true) => EarlyStopping::Yes,
                    Value::Bool(false) => EarlyStopping::No,
                    _ => EarlyStopping::Never,
                }
            }
            "no_repeat_ngram_size" => options.no_repeat_ngram = number(),
            "repetition_penalty" => options.repetition_penalty = value.as_f64().unwrap() as f32,
            "min_length" => options.min_length = number(),
            "min_new_tokens" => options.min_length = number() + 1,
            "max_length" => options.max_length = number(),
            "max_new_tokens" => options.limit(number()),
            "forced_bos_token_id" => options.forced_first_token = Some(number() as u32),
            "renormalize_logits" => options.renormalize = value.as_bool().unwrap(),
            other => panic!("the fixture asks for {other}, which this test does not know"),
        }
    }
    options
}

fn slices(rows: &[Vec<u32>]) -> Vec<&[u32]> {
    rows.iter().map(Vec::as_slice).collect()
}

/// The logits after each token of `prefix`.
fn logits_after(model: &dyn Seq2Seq, source: &[u32], prefix: &[u32]) -> Vec<f32> {
    let mut decoding = model.encode(&[source]).unwrap();
    let logits = |id: &u32| {
        decoding.step(&[*id]).unwrap();
        decoding.logits().unwrap().values().to_vec()
    };
    prefix.iter().flat_map(logits).collect()
}

fn assert_close(found: &[f32], expected: &[f32], what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (index, (found, expected)) in found.iter().zip(expected).enumerate() {
        assert!((found - expected).abs() < 1e-4, "{what}: value {index} is {found}, expected {expected}");
    }
}

#[test]
fn encoder_states_are_those_of_the_reference() {
    for fixture in fixtures() {
        for values in &fixture.expected.encoder {
            let found = fixture.model.encoder_states(&fixture.expected.rows[values.row]).unwrap();
            assert_close(found.values(), &values.values, &format!("{} row {}", fixture.name, values.row));
        }
    }
}

#[test]
fn logits_are_those_of_the_reference() {
    for fixture in fixtures() {
        for values in &fixture.expected.logits {
            let found = logits_after(&*fixture.model, &fixture.expected.rows[values.row], &values.prefix);
            assert_close(&found, &values.values, &format!("{} row {}", fixture.name, values.row));
        }
    }
}

#[test]
fn searches_find_the_ids_of_the_reference_alone_and_in_a_batch() {
    for fixture in fixtures() {
        let rows = slices(&fixture.expected.rows);
        for wanted in &fixture.expected.searches {
            let options = with_settings(fixture.options.clone(), &wanted.settings);
            let batch = search(&*fixture.model, &rows, &options).unwrap();
            for (row, (found, expected)) in batch.iter().zip(&wanted.outputs).enumerate() {
                let what = format!("{}: {} row {row}", fixture.name, wanted.name);
                let differs = found.token_ids.iter().zip(&expected.ids).position(|(found, expected)| found != expected);
                assert_eq!(found.token_ids, expected.ids, "{what} differs at {differs:?}");
                if let Some(score) = expected.score {
                    assert!((found.score - score).abs() < 1e-4, "{what}: {} for {score}", found.score);
                }
                let alone = search(&*fixture.model, &rows[row..=row], &options).unwrap();
                assert_eq!(alone[0], *found, "{what}: the batch matters");
            }
        }
    }
}

/// The blocks of GGUF as they are, too: their products round what comes in to eight bits.
#[test]
fn eight_bits_are_near_the_reference_and_a_batch_does_not_matter() {
    for family in FAMILIES {
        let folders = folders(&Path::new("tests/parity").join(family.name));
        let stored = folders.iter().filter(|folder| folder.join("model.gguf").exists());
        let stored = stored.map(|folder| (folder, WeightFormat::GgufBlocks)).collect::<Vec<_>>();
        for (folder, format) in folders.iter().map(|folder| (folder, WeightFormat::Int8)).chain(stored) {
            let fixture = fixture_in(folder, format);
            for values in &fixture.expected.logits {
                let found = logits_after(&*fixture.model, &fixture.expected.rows[values.row], &values.prefix);
                let squares: f32 = values.values.iter().map(|expected| expected * expected).sum();
                let errors: f32 =
                    found.iter().zip(&values.values).map(|(found, expected)| (found - expected).powi(2)).sum();
                let error = (errors / squares).sqrt();
                // Some percent in so few dimensions; a part that is missing or misplaced costs a quarter and more.
                assert!(error < 0.1, "{} row {}: {error}", fixture.name, values.row);
            }
            let rows = slices(&fixture.expected.rows);
            let batch = search(&*fixture.model, &rows, &fixture.options).unwrap();
            for (row, found) in batch.iter().enumerate() {
                let alone = search(&*fixture.model, &rows[row..=row], &fixture.options).unwrap();
                assert_eq!(alone[0], *found, "{} row {row}: the batch matters", fixture.name);
            }
        }
    }
}

/// Root mean square of the differences, as a share of that of `expected`.
fn relative_error(found: &[f32], expected: &[f32]) -> f32 {
    let squares: f32 = expected.iter().map(|expected| expected * expected).sum();
    let errors: f32 = found.iter().zip(expected).map(|(found, expected)| (found - expected).powi(2)).sum();
    (errors / squares).sqrt()
}

/// Whether inputs have as many levels on this machine as in the engine: kernels that add pairs of products in 16 bits have half as many.
fn has_all_levels() -> bool {
    int8_kernel().contains("vnni")
}

#[test]
fn fixed_multipliers_give_the_logits_of_the_reference() {
    let fixture = fixture_in(Path::new("tests/parity/bergamot/ssru"), WeightFormat::FixedInt8);
    assert!(!fixture.expected.fixed.is_empty());
    for (values, exact) in fixture.expected.fixed.iter().zip(&fixture.expected.logits) {
        let found = logits_after(&*fixture.model, &fixture.expected.rows[values.row], &values.prefix);
        let error = relative_error(&found, &values.values);
        // An input near the middle between two levels may fall to either side.
        assert!(error < if has_all_levels() { 0.01 } else { 0.1 }, "row {}: {error}", values.row);
        // Without the multipliers, the same numbers are elsewhere.
        let unrounded = relative_error(&exact.values, &values.values);
        assert!(!has_all_levels() || error < unrounded / 2.0, "row {}: {error}, {unrounded}", values.row);
    }
}

/// A folder as Firefox has it, on text, against the engine that Firefox uses (tests/parity/bergamot/make.py).
#[test]
fn a_model_of_firefox_translates_as_firefox_does() {
    #[derive(Deserialize)]
    struct Expected {
        lines: Vec<Line>,
    }
    #[derive(Deserialize)]
    struct Line {
        source: String,
        ids: Vec<u32>,
        target: String,
        /// The smallest distance between the best token and the next, in logits.
        margin: f32,
    }
    let folder = Path::new("tests/parity/bergamot/complete");
    let devices = DeviceChoice::cpu().open().unwrap();
    let model = Model::open(folder).unwrap();
    let load = |precision| Generator::load(&devices, Task::Translate, &model, precision).unwrap();
    let generator = load(PrecisionChoice::Auto);
    assert_eq!(generator.weight_format(), WeightFormat::FixedInt8);
    let expected: Expected = serde_json::from_slice(&fs::read(folder.join("expected.json")).unwrap()).unwrap();
    let schedule = Schedule { workers: 2, batch_tokens: 256 };
    let translated = |generator: &Generator, line: &Line| {
        let mut options = generator.search_defaults().clone();
        // The engine ends a translation at twice the length of its source.
        options.limit(2 * line.ids.len());
        let outputs = generator.run(&[&line.source], &options, &schedule, &|_| {}).unwrap();
        outputs[0].text.clone()
    };
    let (mut equal, mut near_ties) = (0, 0);
    for line in &expected.lines {
        assert_eq!(generator.tokenizer().encode(&line.source), line.ids, "{}", line.source);
        let is_equal = translated(&generator, line) == line.target;
        equal += usize::from(is_equal);
        // Random weights decide narrowly. What differs must have been decided by less than rounding can change.
        let is_near_tie = line.margin < 0.06;
        near_ties += usize::from(is_near_tie);
        assert!(is_equal || is_near_tie || !has_all_levels(), "{}", line.source);
    }
    assert!(equal * 10 >= expected.lines.len() * if has_all_levels() { 8 } else { 5 }, "{equal}");
    assert!(near_ties * 2 < expected.lines.len(), "{near_ties}");
    // What looks like a token in a text is text, and beams and other precisions work too.
    assert!(generator.tokenizer().encode("Ende </s> Ende").len() > 4);
    for precision in [PrecisionChoice::F32, PrecisionChoice::Int8] {
        let other = load(precision);
        let same = expected.lines.iter().filter(|line| translated(&other, line) == line.target).count();
        assert!(same * 10 >= expected.lines.len() * 4, "{precision:?}: {same}");
    }
}

/// The mixtures that are called Q4_K_M, Q5_K_M and Q6_K, and BF16. Their blocks are wider than the matrices of the other fixtures.
#[test]
fn blocks_of_256_weights_are_those_of_the_reference() {
    let folder = Path::new("tests/parity/formats/k-quants");
    let fixture = fixture(folder);
    for values in &fixture.expected.encoder {
        let found = fixture.model.encoder_states(&fixture.expected.rows[values.row]).unwrap();
        assert_close(found.values(), &values.values, &format!("{} row {}", fixture.name, values.row));
    }
    let blocks = fixture_in(folder, WeightFormat::GgufBlocks);
    for values in &fixture.expected.logits {
        let source = &fixture.expected.rows[values.row];
        let found = logits_after(&*fixture.model, source, &values.prefix);
        assert_close(&found, &values.values, &format!("{} row {}", fixture.name, values.row));
        let found = logits_after(&*blocks.model, source, &values.prefix);
        let squares: f32 = values.values.iter().map(|expected| expected * expected).sum();
        let errors: f32 = found.iter().zip(&values.values).map(|(found, expected)| (found - expected).powi(2)).sum();
        assert!((errors / squares).sqrt() < 0.1, "row {}: {}", values.row, (errors / squares).sqrt());
    }
    for wanted in &fixture.expected.searches {
        let options = with_settings(fixture.options.clone(), &wanted.settings);
        let found = search(&*fixture.model, &slices(&fixture.expected.rows), &options).unwrap();
        for (found, expected) in found.iter().zip(&wanted.outputs) {
            assert_eq!(found.token_ids, expected.ids, "{}", wanted.name);
        }
    }
}

/// Every fixture of every family once more, by the operations that a GPU computes with: here on the CPU, and on every GPU that
/// this build can compute on.
fn fixtures_in_tensors(format: WeightFormat) -> impl Iterator<Item = Fixture> {
    let kinds = DEVICE_KINDS.iter().filter(|kind| kind.feature.is_some());
    let opened = kinds.filter_map(|kind| Some((kind.name, (kind.open)(0).ok()?.device)));
    let placements: Vec<(&str, Placement)> = std::iter::once(("tensors", Placement::in_tensors(format)))
        .chain(opened.map(|(name, device)| (name, Placement::new(device, format))))
        .collect();
    let folders = FAMILIES.iter().flat_map(|family| folders(&Path::new("tests/parity").join(family.name)));
    folders.flat_map(move |folder| {
        let fixture = |(name, placement): &(&str, Placement)| {
            let fixture = fixture_on(&folder, placement);
            Fixture { name: format!("{} on {name}", fixture.name), ..fixture }
        };
        placements.iter().map(fixture).collect::<Vec<_>>()
    })
}

#[test]
fn tensors_give_the_states_logits_and_ids_of_the_reference() {
    for Fixture { name, model, options, expected } in fixtures_in_tensors(WeightFormat::F32) {
        for values in &expected.encoder {
            let found = model.encoder_states(&expected.rows[values.row]).unwrap();
            assert_close(found.values(), &values.values, &format!("{name} row {}", values.row));
        }
        for values in &expected.logits {
            let found = logits_after(&*model, &expected.rows[values.row], &values.prefix);
            assert_close(&found, &values.values, &format!("{name} row {}", values.row));
        }
        let rows = slices(&expected.rows);
        for wanted in &expected.searches {
            let found = search(&*model, &rows, &with_settings(options.clone(), &wanted.settings)).unwrap();
            for (row, (found, expected)) in found.iter().zip(&wanted.outputs).enumerate() {
                assert_eq!(found.token_ids, expected.ids, "{name}: {} row {row}", wanted.name);
                let near = expected.score.is_none_or(|score| (found.score - score).abs() < 1e-4);
                assert!(near, "{name}: {} row {row}: {} for {:?}", wanted.name, found.score, expected.score);
            }
        }
    }
}

#[test]
fn half_precision_is_near_the_reference() {
    // The largest error of a logit as a share of the largest logit: bf16 has 8 bits, f16 11. On an H200 the largest of f16 was 0.0077.
    for (format, most) in [(WeightFormat::Bf16, 0.04), (WeightFormat::F16, 0.01)] {
        for Fixture { name, model, options, expected } in fixtures_in_tensors(format) {
            for values in &expected.logits {
                let found = logits_after(&*model, &expected.rows[values.row], &values.prefix);
                let largest = values.values.iter().fold(0.0_f32, |most, value| most.max(value.abs()));
                let error = found.iter().zip(&values.values).fold(0.0_f32, |most, (a, b)| most.max((a - b).abs()));
                assert!(error / largest < most, "{format:?} {name} row {}: {}", values.row, error / largest);
            }
            let found = search(&*model, &slices(&expected.rows), &options).unwrap();
            assert!(found.iter().all(|found| found.log_probability.is_finite()), "{format:?} {name}");
        }
    }
}

#[derive(Deserialize)]
struct Lines {
    lines: Vec<Line>,
}

#[derive(Deserialize)]
struct Line {
    source: String,
    ids: Vec<u32>,
    greedy: Target,
    beam: Target,
}

#[derive(Deserialize)]
struct Target {
    text: String,
}

#[test]
fn a_folder_as_transformers_saves_it_translates_text_as_transformers_does() {
    let folder = "tests/parity/marian/complete";
    let generator = generator(folder, Task::Translate);
    let expected: Lines = serde_json::from_slice(&fs::read(format!("{folder}/expected.json")).unwrap()).unwrap();
    let texts: Vec<&str> = expected.lines.iter().map(|line| line.source.as_str()).collect();
    for line in &expected.lines {
        assert_eq!(generator.tokenizer().encode(&line.source), line.ids, "{}", line.source);
    }
    for beams in [1, 4] {
        let options = SearchOptions { beams, ..generator.search_defaults().clone() };
        let runs = [(1, 4096), (2, 64), (7, 1)].map(|(workers, batch_tokens)| {
            generator.run(&texts, &options, &Schedule { workers, batch_tokens }, &|_| {}).unwrap()
        });
        for (line, found) in expected.lines.iter().zip(&runs[0]) {
            let target = if beams == 1 { &line.greedy } else { &line.beam };
            // The reference decodes the end mark alone into a sentence out of nowhere; nothing stays nothing here.
            let expected = if line.ids.len() == 1 { "" } else { &target.text };
            assert_eq!(found.text, expected, "{beams} beams: {}", line.source);
        }
        assert_eq!(runs[0], runs[1], "workers or batches matter");
        assert_eq!(runs[0], runs[2], "workers or batches matter");
    }
}

#[derive(Deserialize)]
struct Complete {
    task: String,
    /// The most tokens of a target.
    most: Option<usize>,
    lines: Vec<CompleteLine>,
}

#[derive(Deserialize)]
struct CompleteLine {
    source: String,
    ids: Vec<u32>,
    target: String,
}

/// Prefixes, tags of languages and settings of a task are where they should be (fixtures made by
/// tests/parity/make_complete.py).
#[test]
fn a_folder_of_any_family_does_its_task_as_transformers_does() {
    for family in ["bart", "m2m_100", "t5", "qwen3"] {
        let folder = format!("tests/parity/{family}/complete");
        let expected: Complete = serde_json::from_slice(&fs::read(format!("{folder}/expected.json")).unwrap()).unwrap();
        let task = if expected.task == "summarize" { Task::Summarize } else { Task::Translate };
        let generator = generator(&folder, task);
        let texts: Vec<&str> = expected.lines.iter().map(|line| line.source.as_str()).collect();
        let mut options = generator.search_defaults().clone();
        options.limit(expected.most.unwrap_or(usize::MAX));
        let schedule = Schedule { workers: 2, batch_tokens: 256 };
        let found = generator.run(&texts, &options, &schedule, &|_| {}).unwrap();
        for (line, found) in expected.lines.iter().zip(found) {
            // Of a prompt the last token is the first that the decoder is fed.
            let start = generator.tokenizer().decoder_start_token().filter(|_| generator.tokenizer().is_chat());
            assert_eq!(
                generator.count_tokens(&line.source) + usize::from(start.is_some()),
                line.ids.len(),
                "{}",
                line.source
            );
            if let Some(start) = start {
                let ids = [generator.tokenizer().encode(&line.source), vec![start]].concat();
                assert_eq!(ids, line.ids, "{folder}: {}", line.source);
            }
            assert_eq!(found.text, line.target, "{folder}: {}", line.source);
        }
    }
}

/// A second opinion that shares no code with the fixtures: candle's own Marian, one sentence at a time without padding,
/// which is what it can do.
#[test]
fn logits_are_those_of_candle_transformers() {
    use candle_core::{DType, IndexOp};
    use candle_nn::VarBuilder;
    use candle_transformers::models::marian::{Config, MTModel};

    for name in ["opus", "one-layer-decoder"] {
        let folder = Path::new("tests/parity/marian").join(name);
        let config: Config = serde_json::from_slice(&fs::read(folder.join("config.json")).unwrap()).unwrap();
        let weights = fs::read(folder.join("model.safetensors")).unwrap();
        let builder = VarBuilder::from_buffered_safetensors(weights, DType::F32, &Device::Cpu).unwrap();
        let mut candle = MTModel::new(&config, builder).unwrap();
        let fixture = fixture(&folder);
        for row in &fixture.expected.rows {
            candle.reset_kv_cache();
            let source = Tensor::new(row.as_slice(), &Device::Cpu).unwrap().unsqueeze(0).unwrap();
            let states = candle.encoder().forward(&source, 0).unwrap();
            let mut decoding = fixture.model.encode(&[row]).unwrap();
            for (position, id) in [config.decoder_start_token_id, 3, 9, 4].into_iter().enumerate() {
                let latest = Tensor::new(&[[id]], &Device::Cpu).unwrap();
                let expected = candle.decode(&latest, &states, position).unwrap().i((0, 0)).unwrap();
                decoding.step(&[id]).unwrap();
                let found = decoding.logits().unwrap();
                assert_close(
                    found.values(),
                    &expected.to_vec1::<f32>().unwrap(),
                    &format!("{name}, step {position} of {row:?}"),
                );
            }
        }
    }
}
