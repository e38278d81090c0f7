//! `exp`, softmax and log-sum-exp, in plain arithmetic that the compiler turns into vector instructions.
//!
//! `rten-vecmath` has the same functions, but not the same bits on every machine: it uses fused multiply-add where there is
//! one, and sums in as many lanes as a register of the machine has. Here all machines agree.

use super::simd::{LANES, larger, max_lanes, sum_lanes, vectorized};

/// `eˣ` for `x` ≤ 88, with a relative error below 2 × 10⁻⁷; 0 below −87.
///
/// Cody and Waite's range reduction `x = n ln 2 + r`, then the polynomial of Cephes' `expf` in `r`.
#[inline(always)]
pub(in crate::neural) fn exp(x: f32) -> f32 {
    // Adding 1.5 · 2²³ rounds to the nearest integer and leaves it in the low bits; subtracting it gives the integer back.
    const ROUND: f32 = 12_582_912.0;
    let bounded = if x < -87.0 { -87.0 } else { x };
    let bounded = if bounded > 88.0 { 88.0 } else { bounded };
    let shifted = bounded * std::f32::consts::LOG2_E + ROUND;
    let n = shifted - ROUND;
    let r = bounded - n * 0.693_359_4 + n * 2.121_944_4e-4;
    let mut polynomial = 1.987_569_1e-4;
    polynomial = polynomial * r + 1.398_199_9e-3;
    polynomial = polynomial * r + 8.333_452e-3;
    polynomial = polynomial * r + 4.166_579_6e-2;
    polynomial = polynomial * r + 1.666_666_5e-1;
    polynomial = polynomial * r + 0.5;
    let mantissa = polynomial * r * r + r + 1.0;
    let exponent = (shifted.to_bits().wrapping_add(127)) << 23;
    let value = mantissa * f32::from_bits(exponent);
    if x < -87.0 { 0.0 } else { value }
}

vectorized! {
    /// The largest of some activations or logits; negative infinity if there are none.
    pub(in crate::neural) fn largest(values: &[f32]) -> f32 {
        largest_of(values)
    }
}

#[inline(always)]
fn largest_of(values: &[f32]) -> f32 {
    let (chunks, rest) = values.as_chunks::<LANES>();
    let mut lanes = [f32::NEG_INFINITY; LANES];
    for chunk in chunks {
        for (lane, value) in lanes.iter_mut().zip(chunk) {
            *lane = larger(*lane, *value);
        }
    }
    rest.iter().copied().fold(max_lanes(lanes), larger)
}

vectorized! {
    /// `Σ e^(x - largest)`.
    pub(in crate::neural) fn sum_exp(values: &[f32], largest: f32) -> f32 {
        let (chunks, rest) = values.as_chunks::<LANES>();
        let mut lanes = [0.0_f32; LANES];
        for chunk in chunks {
            for (lane, value) in lanes.iter_mut().zip(chunk) {
                *lane += exp(value - largest);
            }
        }
        rest.iter().fold(sum_lanes(lanes), |sum, value| sum + exp(value - largest))
    }
}

/// `ln Σ eˣ` over all logits; negative infinity if none is finite. A logit minus this is a log-probability.
///
/// The sum has a fixed order, so a row of logits gives the same bits in every batch.
pub fn log_sum_exp(logits: &[f32]) -> f32 {
    let largest = largest(logits);
    if largest.is_finite() { largest + sum_exp(logits, largest).ln() } else { f32::NEG_INFINITY }
}

/// Turns attention `weights` into probabilities in place.
#[inline(always)]
pub(in crate::neural) fn softmax(weights: &mut [f32]) {
    let largest = largest_of(weights);
    for weight in &mut *weights {
        *weight = exp(*weight - largest);
    }
    let (chunks, rest) = weights.as_chunks::<LANES>();
    let mut lanes = [0.0_f32; LANES];
    for chunk in chunks {
        for (lane, weight) in lanes.iter_mut().zip(chunk) {
            *lane += weight;
        }
    }
    let inverse = rest.iter().fold(sum_lanes(lanes), |sum, weight| sum + weight).recip();
    for weight in weights {
        *weight *= inverse;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_is_what_the_docs_say() {
        for step in -87_000..88_000 {
            let x = step as f32 / 1000.0;
            let expected = f64::from(x).exp();
            let error = (f64::from(exp(x)) - expected).abs() / expected;
            assert!(error < 2e-7, "exp({x}) = {} for {expected}: {error}", exp(x));
        }
        assert_eq!(exp(0.0), 1.0);
        assert_eq!(exp(f32::NEG_INFINITY), 0.0);
    }

    #[test]
    fn the_sum_is_that_of_a_precise_computation() {
        let logits: Vec<f32> = (0..1003).map(|index| (index * 7919 % 997) as f32 / 60.0 - 9.0).collect();
        let expected = logits.iter().map(|logit| f64::from(*logit).exp()).sum::<f64>().ln();
        assert!((f64::from(log_sum_exp(&logits)) - expected).abs() < 1e-5);
        assert_eq!(log_sum_exp(&[f32::NEG_INFINITY; 3]), f32::NEG_INFINITY);
    }

    #[test]
    fn probabilities_add_up_to_one() {
        let mut weights: Vec<f32> = (0..37).map(|index| (index * 31 % 17) as f32 / 3.0).collect();
        softmax(&mut weights);
        assert!((weights.iter().sum::<f32>() - 1.0).abs() < 1e-6);
    }
}
