//! The families of models that can be loaded, one file for each family or for families that share their tensor names.
//!
//! A family is data. It reads `config.json` and describes the model (a [`ModelSpec`]): sizes, tensor names, which
//! normalisation stands where. `encoder_decoder.rs` and `causal.rs` build models from that description, on any backend.
//!
//! To add a family, write its file with a [`Family`] and name it in [`FAMILIES`]. A difference that a description cannot
//! express yet becomes a field of it, never a copy of a model.

mod bart;
mod bergamot;
mod causal_config;
mod config;
mod family;
mod gemma;
mod hunyuan;
mod llama;
mod qwen;
mod t5;

pub use family::Family;
pub(super) use family::ModelSpec;

/// Every family that can be loaded.
pub const FAMILIES: &[Family] = &[
    bart::MARIAN,
    bergamot::BERGAMOT,
    bart::BART,
    bart::PEGASUS,
    bart::MBART,
    bart::M2M_100,
    t5::T5,
    t5::MT5,
    qwen::QWEN2,
    qwen::QWEN3,
    llama::LLAMA,
    llama::MISTRAL,
    hunyuan::HUNYUAN_V1_DENSE,
    gemma::GEMMA3,
    gemma::GEMMA3_TEXT,
];
