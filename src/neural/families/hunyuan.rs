//! Hunyuan's dense models (Tencent, 2025), such as the translator Hy-MT2: like Llama, with heads of queries and keys that are normalised
//! after they are rotated, and with a larger base of rotations that the configuration states as a factor. Source of the details:
//! `modular_hunyuan_v1_dense.py` of transformers.

use super::causal_config::CausalConfig;
use super::family::{Family, ModelSpec};
use super::llama::plain_spec;
use crate::neural::causal::HeadNorms;
use crate::neural::error::Error;
use crate::neural::weights::Checkpoint;

/// Hunyuan's dense models.
pub(super) const HUNYUAN_V1_DENSE: Family = Family {
    name: "hunyuan_v1_dense",
    about: "Hunyuan's dense models, such as the translator tencent/Hy-MT2-1.8B",
    spec,
};

fn spec(checkpoint: &Checkpoint) -> Result<ModelSpec, Error> {
    let mut spec = plain_spec(&CausalConfig::parse(checkpoint.config())?)?;
    // GGUF files call the normalisations of heads alike in all families.
    spec.layer.head_norms = match checkpoint.gguf() {
        Some(_) => HeadNorms::AfterRotation { query: "self_attn.q_norm", key: "self_attn.k_norm" },
        None => HeadNorms::AfterRotation { query: "self_attn.query_layernorm", key: "self_attn.key_layernorm" },
    };
    Ok(ModelSpec::Causal(Box::new(spec)))
}
