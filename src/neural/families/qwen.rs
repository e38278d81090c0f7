//! Qwen2 and Qwen3 (Yang et al., 2024 and 2025): decoder-only models with rotary positions and grouped-query attention. Qwen2 has
//! biases, Qwen3 normalises heads instead. Source of the details: `modeling_qwen2.py` and `modeling_qwen3.py` of transformers.

use serde_json::Value;

use super::causal_config::CausalConfig;
use super::family::{Family, ModelSpec};
use super::llama::plain_spec;
use crate::neural::causal::HeadNorms;
use crate::neural::error::Error;
use crate::neural::weights::Checkpoint;

/// Qwen2 and Qwen2.5.
pub(super) const QWEN2: Family = Family {
    name: "qwen2",
    about: "Qwen2 and Qwen2.5, which follow instructions",
    spec: |checkpoint| spec(true, HeadNorms::None, checkpoint),
};

/// Qwen3.
pub(super) const QWEN3: Family = Family {
    name: "qwen3",
    about: "Qwen3, which follows instructions, such as Qwen/Qwen3-4B-GGUF and NiuTrans/LMT-60-0.6B",
    spec: |checkpoint| spec(false, QWEN3_NORMS, checkpoint),
};

const QWEN3_NORMS: HeadNorms = HeadNorms::BeforeRotation { query: "self_attn.q_norm", key: "self_attn.k_norm" };

fn spec(biased: bool, head_norms: HeadNorms, checkpoint: &Checkpoint) -> Result<ModelSpec, Error> {
    if checkpoint.config().get("use_sliding_window").and_then(Value::as_bool) == Some(true) {
        return Err(Error::Config { reason: "use_sliding_window is not supported".into() });
    }
    let mut spec = plain_spec(&CausalConfig::parse(checkpoint.config())?)?;
    spec.layer.biased = biased;
    spec.layer.head_norms = head_norms;
    Ok(ModelSpec::Causal(Box::new(spec)))
}
