//! What models compute with. A [`Backend`] offers tensors and the verbs on them, from a matrix product to attention over
//! a cache; models are generic over it, and `load` chooses one.
//!
//! `cpu/` has loops over plain matrices. Nothing is padded, and caches are never moved: a row is a path through what was
//! appended. `candle/` has candle's tensor operations on padded blocks. It runs on any device, on the CPU too, where tests
//! compare the two.
//!
//! The other files are what both have in common: the shapes and tables that verbs take.

mod activation;
#[cfg(test)]
mod agreement;
pub(super) mod candle;
pub(super) mod cpu;
mod heads;
mod relative_bias;
mod rope;
mod verbs;

pub(super) use activation::Activation;
pub(super) use heads::Heads;
pub(super) use relative_bias::{Buckets, RelativeBias};
pub(super) use rope::{Rope, RopeScaling};
pub(super) use verbs::{Backend, KeysAndValues, Tokens};
