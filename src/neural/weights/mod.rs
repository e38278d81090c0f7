//! Files of weights → named matrices and vectors.
//!
//! [`Checkpoint`] is what families read. Below it stands one [`TensorFile`](tensor_file::TensorFile) for each format, and at
//! the bottom [`Weight`], the numbers of one tensor as they are stored. A damaged file is an error, never a panic, and
//! cannot ask for more memory than it has bytes.
//!
//! To add a format, write its `TensorFile` in a file of its own, and add a variant to [`WeightFile`].

mod checkpoint;
mod gguf;
mod gguf_metadata;
mod marian;
mod pickle;
mod pickle_machine;
mod safetensors;
mod tensor_file;
mod weight;

pub use checkpoint::{Checkpoint, WeightFile};
pub use gguf_metadata::GgufMetadata;
pub(super) use weight::{BLOCK, GgufRows, Weight};
