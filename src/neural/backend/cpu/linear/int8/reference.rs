//! The products of 8-bit weights in plain code, which every kernel must match to the bit.

use super::kernel::{Epilogue, PackedWeights};
use super::quantize::QuantizedActivations;

/// Compares the kernel behind `pack` with plain code, over shapes that are and are not multiples of its tiles.
pub(super) fn check(pack: impl Fn(&[i8], usize) -> Box<dyn PackedWeights>) {
    let mut state = 1_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state >> 8
    };
    for (outputs, inputs) in [(1, 1), (5, 3), (32, 64), (33, 300), (100, 256), (700, 30), (64, 2048)] {
        let values: Vec<i8> = (0..outputs * inputs).map(|_| (next() % 255) as i8).collect();
        let scales: Vec<f32> = (0..outputs).map(|_| next() as f32 / 1e9).collect();
        let some: Vec<f32> = (0..outputs).map(|_| next() as f32 / 1e6 - 8.0).collect();
        let weights = pack(&values, inputs);
        for (rows, bias) in [(0, None), (1, Some(&some)), (11, None), (12, Some(&some)), (37, Some(&some))] {
            let x: Vec<f32> = (0..rows * inputs).map(|_| next() as f32 / 1e6 - 8.0).collect();
            let x = QuantizedActivations::new(&x, inputs, weights.levels());
            let epilogue = Epilogue { scales: scales.clone(), bias: bias.cloned() };
            let mut y = vec![1.0; 3];
            weights.product(&x, &epilogue, &mut y).unwrap();
            assert_eq!(y, product(&values, inputs, &x, &epilogue), "{rows} rows of {inputs} to {outputs}");
        }
    }
}

fn product(values: &[i8], inputs: usize, x: &QuantizedActivations, epilogue: &Epilogue) -> Vec<f32> {
    let zero = i32::from(x.levels().zero());
    let mut y = Vec::new();
    for (row, row_scale) in x.values().chunks_exact(inputs).zip(x.scales()) {
        for (output, weights) in values.chunks_exact(inputs).enumerate() {
            let products = row.iter().zip(weights).map(|(x, w)| (i32::from(*x) - zero) * i32::from(*w));
            let value = products.sum::<i32>() as f32 * (row_scale * epilogue.scales[output]);
            y.push(epilogue.bias.as_ref().map_or(value, |bias| value + bias[output]));
        }
    }
    y
}
