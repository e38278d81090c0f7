//! Tests that both backends compute the same.

use std::sync::Arc;

use candle_core::{DType, Device};

use super::activation::Activation;
use super::candle::Candle;
use super::cpu::Cpu;
use super::heads::Heads;
use super::relative_bias::{Buckets, RelativeBias};
use super::rope::{Rope, RopeScaling};
use super::verbs::{Backend, KeysAndValues, Tokens};
use crate::neural::precision::WeightFormat;
use crate::neural::seq2seq::Best;
use crate::neural::weights::Weight;

fn cpu() -> Cpu {
    Cpu::new(WeightFormat::F32)
}

fn candle(dtype: DType) -> Candle {
    Candle::new(Device::Cpu, dtype)
}

/// Numbers between -1 and 1, from a linear congruential generator.
fn numbers(count: usize, seed: usize) -> Vec<f32> {
    let mut state = seed as u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..count).map(|_| next()).collect()
}

/// The tensor `[rows, width]` of `values`.
fn tensor<B: Backend>(backend: &B, values: Vec<f32>, width: usize) -> B::Tensor {
    let rows = (values.len() / width) as u32;
    let table = backend.embedding(Weight::Float(values), width).unwrap();
    backend.embed(&table, &(0..rows).collect::<Vec<_>>(), 1.0).unwrap()
}

fn matrix<B: Backend>(backend: &B, rows: usize, width: usize, seed: usize) -> B::Tensor {
    tensor(backend, numbers(rows * width, seed), width)
}

fn values<B: Backend>(backend: &B, tensor: B::Tensor) -> Vec<f32> {
    backend.to_matrix(tensor).unwrap().values().to_vec()
}

fn assert_close(found: &[f32], expected: &[f32], tolerance: f32, what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (index, (found, expected)) in found.iter().zip(expected).enumerate() {
        assert!((found - expected).abs() < tolerance, "{what}: number {index} is {found} for {expected}");
    }
}

#[test]
fn activations_are_the_same() {
    fn activated<B: Backend>(backend: &B, activation: Activation) -> Vec<f32> {
        let size = 80;
        let identity = (0..size * size).map(|index| if index % (size + 1) == 0 { 1.0 } else { 0.0 }).collect();
        let linear = backend.linear(Weight::Float(identity), None, (size, size)).unwrap();
        let x = tensor(backend, (0..80).map(|step| (step as f32 - 40.0) / 8.0).collect(), size);
        values(backend, backend.apply(&linear, &x, activation).unwrap())
    }
    for name in ["relu", "gelu", "gelu_new", "swish", "tanh"] {
        let activation = Activation::named(name).unwrap();
        let expected = activated(&candle(DType::F32), activation);
        assert_close(&activated(&cpu(), activation), &expected, 1e-5, name);
    }
}

#[test]
fn normalisations_are_the_same() {
    const DIM: usize = 27;
    /// The normalised sum of two matrices, computed at once and in two steps, and normalised heads.
    fn normalized<B: Backend>(backend: &B, layer: bool) -> [Vec<f32>; 3] {
        let (weight, bias) = (numbers(DIM, 1), numbers(DIM, 2));
        let norm = match layer {
            true => backend.layer_norm(weight, bias, 1e-5).unwrap(),
            false => backend.rms_norm(weight, 1e-6).unwrap(),
        };
        let (x, residual) = (|| matrix(backend, 4, DIM, 3), matrix(backend, 4, DIM, 4));
        let sum = backend.add(x(), &residual).unwrap();
        let at_once = backend.add_and_normalize(&norm, x(), &residual).unwrap();
        let heads = backend.normalize_heads(&norm, matrix(backend, 2, 3 * DIM, 5)).unwrap();
        [at_once, backend.normalize(&norm, &sum).unwrap(), heads].map(|x| values(backend, x))
    }
    for layer in [true, false] {
        let (found, expected) = (normalized(&cpu(), layer), normalized(&candle(DType::F32), layer));
        assert_eq!(found[0], found[1]);
        for (found, expected) in found.iter().zip(&expected) {
            assert_close(found, expected, 1e-4, "norm");
        }
    }
}

#[test]
fn rotated_products_depend_on_distance_alone() {
    fn check<B: Backend>(backend: &B) {
        let rope = Rope::new(10_000.0, 6, RopeScaling::None);
        let x = || matrix(backend, 2, 12, 7);
        let rotated = |positions: &[usize]| {
            let table = backend.rope_table(&rope, positions).unwrap();
            values(backend, backend.rotate(x(), &table).unwrap())
        };
        assert_eq!(rotated(&[0, 0]), values(backend, x()));
        let product = |rows: Vec<f32>| rows[..6].iter().zip(&rows[12..18]).map(|(a, b)| a * b).sum::<f32>();
        assert!((product(rotated(&[2, 9])) - product(rotated(&[52, 59]))).abs() < 1e-4);
        assert!((product(rotated(&[2, 9])) - product(rotated(&[2, 8]))).abs() > 1e-3);
    }
    check(&cpu());
    check(&candle(DType::F32));
}

#[test]
fn linear_maps_have_the_same_outputs_and_the_same_best() {
    fn linear<B: Backend>(backend: &B, (outputs, inputs): (usize, usize)) -> B::Linear {
        let weight = Weight::Float(numbers(outputs * inputs, 1));
        backend.linear(weight, Some(numbers(outputs, 2)), (outputs, inputs)).unwrap()
    }
    fn outputs<B: Backend>(backend: &B, shape: (usize, usize)) -> Vec<f32> {
        let x = matrix(backend, 7, shape.1, 3);
        backend.outputs(&linear(backend, shape), &x).unwrap().values().to_vec()
    }
    fn best<B: Backend>(backend: &B, shape: (usize, usize), count: usize, without: &[Vec<u32>]) -> Vec<Best> {
        let x = matrix(backend, 7, shape.1, 3);
        backend.best(&linear(backend, shape), &x, count, without).unwrap()
    }
    for shape in [(5, 3), (64, 32), (4500, 32)] {
        let expected = outputs(&cpu(), shape);
        for (dtype, tolerance) in [(DType::F32, 1e-4), (DType::F16, 0.05), (DType::BF16, 0.3)] {
            assert_close(&outputs(&candle(dtype), shape), &expected, tolerance, &format!("{dtype:?} {shape:?}"));
        }
        let last = shape.0 as u32 - 1;
        let some: Vec<Vec<u32>> = (0..7).map(|row| if row == 2 { vec![] } else { vec![row % 3, last] }).collect();
        for (count, without) in [(1, vec![]), (9, vec![]), (9, some), (129, vec![])] {
            let expected = best(&cpu(), shape, count, &without);
            for (found, expected) in best(&candle(DType::F32), shape, count, &without).iter().zip(expected) {
                let ids = |best: &Best| best.top.iter().map(|(id, _)| *id).collect::<Vec<_>>();
                assert_eq!(ids(found), ids(&expected), "{shape:?} {count}");
                assert!((found.log_normalizer - expected.log_normalizer).abs() < 1e-4, "{shape:?} {count}");
            }
        }
    }
}

/// Rows that are kept after each of the first steps: beams that grow, change their order and their number, and a source
/// that ends.
const SELECTIONS: [&[usize]; 5] = [&[0, 0, 1, 2, 2], &[1, 0, 2, 3, 4], &[0, 1, 3, 3], &[3, 2, 0], &[0, 2, 1]];

/// What an encoder-decoder's search of three sources finds, in more steps than caches have room for at first.
fn found_in_search<B: Backend>(backend: &B, relative: Option<&Arc<RelativeBias>>) -> Vec<f32> {
    let (heads, dim) = (Heads::new(3, 12), 12);
    let sources = backend.sources(&[5, 1, 3], 0).unwrap();
    let bias = relative.map(|bias| backend.source_bias(bias, &sources).unwrap());
    let mut found = vec![backend.attend_within(&sources, &matrix(backend, 9, 36, 1), heads, bias.as_ref()).unwrap()];
    let mut rows = backend.rows(&sources).unwrap();
    let [mut source_caches, mut step_caches] = [(); 2].map(|()| [(); 2].map(|()| backend.kv_cache(heads)));
    for (layer, cache) in source_caches.iter_mut().enumerate() {
        let projected = matrix(backend, 9, 24, 2 + layer);
        let keys_and_values = KeysAndValues::of_projected(&projected, 0, dim);
        backend.append(cache, Tokens::Sources(&sources), keys_and_values).unwrap();
    }
    let mut count = 3;
    for step in 0..40 {
        backend.begin_step(&mut rows, count).unwrap();
        let bias = relative.map(|bias| backend.step_bias(bias, step).unwrap());
        for layer in 0..2 {
            let projected = matrix(backend, count, 36, 10 * step + layer);
            let keys_and_values = KeysAndValues::of_projected(&projected, dim, dim);
            let tokens = || Tokens::Step(&rows);
            backend.append(&mut step_caches[layer], tokens(), keys_and_values).unwrap();
            found.push(backend.attend(&step_caches[layer], tokens(), &projected, bias.as_ref()).unwrap());
            let queries = matrix(backend, count, dim, 10 * step + layer);
            found.push(backend.attend(&source_caches[layer], tokens(), &queries, None).unwrap());
        }
        if let Some(selection) = SELECTIONS.get(step) {
            let caches = source_caches.iter_mut().chain(&mut step_caches);
            backend.select(&mut rows, caches, selection).unwrap();
            count = selection.len();
        }
    }
    assert!(backend.begin_step(&mut rows, count + 1).is_err());
    assert!(backend.select(&mut rows, step_caches.iter_mut(), &[count]).is_err());
    backend.select(&mut rows, step_caches.iter_mut(), &[]).unwrap();
    found.into_iter().flat_map(|found| values(backend, found)).collect()
}

#[test]
fn searches_find_the_same() {
    let weight: Vec<f32> = (0..24).map(|index| index as f32 / 7.0 - 1.0).collect();
    let buckets = Buckets { count: 8, max_distance: 20, both_ways: true };
    let bias = Arc::new(RelativeBias::new(&weight, buckets, 3));
    let both = [None, Some(&bias)].map(|bias| {
        let found = found_in_search(&cpu(), bias);
        assert_close(&found, &found_in_search(&candle(DType::F32), bias), 1e-5, "search");
        found
    });
    assert_ne!(both[0], both[1], "the bias counts");
}

/// What a decoder-only model finds: prompts that are read in more than one block after `prefix` tokens, and then a search.
fn found_after_prompts<B: Backend>(backend: &B, prefix: usize, window: Option<usize>) -> Vec<f32> {
    let heads = Heads { queries_per_kv_head: 2, window, ..Heads::new(4, 24) };
    let lengths = [700, 1, 530];
    let sources = backend.sources(&lengths, prefix).unwrap();
    let mut caches = [(); 2].map(|()| {
        // More is kept than these sources begin with.
        let kept = backend.sources(&[prefix + 3], 0).unwrap();
        let mut cache = backend.kv_cache(heads);
        let (keys, values) = (matrix(backend, prefix + 3, 12, 77), matrix(backend, prefix + 3, 12, 78));
        backend.append(&mut cache, Tokens::Sources(&kept), KeysAndValues::separate(&keys, &values)).unwrap();
        backend.kv_cache_after(&cache)
    });
    let append = |cache: &mut B::KvCache, tokens: Tokens<'_, B::Sources, B::Rows>, count, seed| {
        let (keys, values) = (matrix(backend, count, 12, seed), matrix(backend, count, 12, seed + 1));
        backend.append(cache, tokens, KeysAndValues::separate(&keys, &values)).unwrap();
    };
    let mut found = Vec::new();
    for (layer, cache) in caches.iter_mut().enumerate() {
        append(cache, Tokens::Sources(&sources), 1231, layer);
        found.push(backend.attend(cache, Tokens::Sources(&sources), &matrix(backend, 1231, 24, 3), None).unwrap());
    }
    let mut rows = backend.rows(&sources).unwrap();
    let mut prompts = lengths.map(|length| prefix + length).to_vec();
    for step in 0..40 {
        assert_eq!(backend.source_lengths(&rows), prompts);
        backend.begin_step(&mut rows, prompts.len()).unwrap();
        for (layer, cache) in caches.iter_mut().enumerate() {
            append(cache, Tokens::Step(&rows), prompts.len(), 10 * step + layer);
            let queries = matrix(backend, prompts.len(), 24, 10 * step);
            found.push(backend.attend(cache, Tokens::Step(&rows), &queries, None).unwrap());
        }
        if let Some(selection) = SELECTIONS.get(step) {
            backend.select(&mut rows, caches.iter_mut(), selection).unwrap();
            prompts = selection.iter().map(|row| prompts[*row]).collect();
        }
    }
    found.into_iter().flat_map(|found| values(backend, found)).collect()
}

#[test]
fn searches_after_prompts_find_the_same() {
    let mut all = Vec::new();
    for (prefix, window) in [(0, None), (5, None), (5, Some(600)), (0, Some(20)), (40, Some(7)), (3, Some(1))] {
        let found = found_after_prompts(&cpu(), prefix, window);
        let in_tensors = found_after_prompts(&candle(DType::F32), prefix, window);
        assert_close(&found, &in_tensors, 1e-5, &format!("search after prompts, prefix {prefix}, window {window:?}"));
        assert!(!all.contains(&found), "prefix {prefix} or window {window:?} does not count");
        all.push(found);
    }
}
