//! Loops that are compiled for several instruction sets. The best one that the machine has is picked at run time.
//!
//! The loops are plain Rust that the compiler vectorises, written in [`LANES`] lanes and without fused multiply-add. Every
//! instruction set, and every make of processor, therefore gives the same numbers to the bit.

/// Numbers that a loop handles side by side: one register of AVX-512, two of AVX2, four of SSE or Neon.
pub(in crate::neural) const LANES: usize = 16;

/// Compiles a function for AVX-512, for AVX2 and for the target of the build, and calls the best of them.
///
/// The crate `multiversion` does the same. It was tried and gave the same bits in 0.96 to 1.12 of the time, so it would add a dependency
/// and gain nothing.
macro_rules! vectorized {
    ($(#[$meta:meta])* $vis:vis fn $name:ident($($arg:ident: $type:ty),* $(,)?) $(-> $ret:ty)? $body:block) => {
        $(#[$meta])*
        $vis fn $name($($arg: $type),*) $(-> $ret)? {
            #[inline(always)]
            fn plain($($arg: $type),*) $(-> $ret)? $body

            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
                fn avx512($($arg: $type),*) $(-> $ret)? {
                    plain($($arg),*)
                }
                #[target_feature(enable = "avx2")]
                fn avx2($($arg: $type),*) $(-> $ret)? {
                    plain($($arg),*)
                }
                if is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512bw")
                    && is_x86_feature_detected!("avx512dq")
                    && is_x86_feature_detected!("avx512vl")
                {
                    // SAFETY: the machine has the instructions that the function was compiled for.
                    return unsafe { avx512($($arg),*) };
                }
                if is_x86_feature_detected!("avx2") {
                    // SAFETY: as above.
                    return unsafe { avx2($($arg),*) };
                }
            }
            plain($($arg),*)
        }
    };
}

pub(in crate::neural) use vectorized;

/// Prefetches `numbers` into the cache. A hint on x86-64, nothing elsewhere.
#[inline(always)]
pub(in crate::neural) fn prefetch<T>(numbers: &[T]) {
    #[cfg(target_arch = "x86_64")]
    for line in numbers.chunks(64 / size_of::<T>().max(1)) {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: a hint reads nothing, whatever the address is.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(line.as_ptr().cast()) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = numbers;
}

/// The sum of all lanes, added half to half, in the same order for every instruction set.
#[inline(always)]
pub(in crate::neural) fn sum_lanes(lanes: [f32; LANES]) -> f32 {
    let mut eight = [0.0; 8];
    for (lane, sum) in eight.iter_mut().enumerate() {
        *sum = lanes[lane] + lanes[lane + 8];
    }
    let mut four = [0.0; 4];
    for (lane, sum) in four.iter_mut().enumerate() {
        *sum = eight[lane] + eight[lane + 4];
    }
    (four[0] + four[2]) + (four[1] + four[3])
}

/// The largest of all lanes.
#[inline(always)]
pub(in crate::neural) fn max_lanes(lanes: [f32; LANES]) -> f32 {
    let mut eight = [f32::NEG_INFINITY; 8];
    for (lane, largest) in eight.iter_mut().enumerate() {
        *largest = larger(lanes[lane], lanes[lane + 8]);
    }
    eight.into_iter().fold(f32::NEG_INFINITY, larger)
}

/// The larger of two numbers; `left` if either is NaN. Compiles to one instruction, unlike [`f32::max`].
#[inline(always)]
pub(in crate::neural) fn larger(left: f32, right: f32) -> f32 {
    if right > left { right } else { left }
}
