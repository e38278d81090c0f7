//! Llama (Touvron et al., 2023) and Mistral (Jiang et al., 2023): decoder-only models with rotary positions and grouped-query
//! attention, without biases. EuroLLM and SalamandraTA are of this family. The tokens of some Mistral models look back a fixed number of
//! tokens. Source of the details: `modeling_llama.py` and `modeling_mistral.py` of transformers.
//!
//! GGUF files of the architecture `llama` have the rows of queries and keys in another order, which `weights` undoes.

use serde::Deserialize;

use super::causal_config::CausalConfig;
use super::config;
use super::family::{Family, ModelSpec};
use crate::neural::backend::Activation;
use crate::neural::causal::{CausalLayerKind, CausalLayerShape, CausalSpec, HeadNorms, LayerNorms};
use crate::neural::error::Error;
use crate::neural::weights::Checkpoint;

/// Llama 2 and 3, and models of their form.
pub(super) const LLAMA: Family = Family {
    name: "llama",
    about: "Llama and models of its form, such as utter-project/EuroLLM-1.7B-Instruct",
    spec: |checkpoint| {
        let spec = plain_spec(&CausalConfig::parse(checkpoint.config())?)?;
        Ok(ModelSpec::Causal(Box::new(spec)))
    },
};

/// Mistral.
pub(super) const MISTRAL: Family =
    Family { name: "mistral", about: "Mistral, which follows instructions", spec: mistral };

/// What Mistral adds.
#[derive(Deserialize)]
struct Window {
    sliding_window: Option<usize>,
}

fn mistral(checkpoint: &Checkpoint) -> Result<ModelSpec, Error> {
    let mut spec = plain_spec(&CausalConfig::parse(checkpoint.config())?)?;
    let Window { sliding_window } = config::parse(checkpoint.config())?;
    if sliding_window == Some(0) {
        return Err(Error::Config { reason: "sliding_window is 0".into() });
    }
    spec.layers.iter_mut().for_each(|layer| layer.window = sliding_window);
    Ok(ModelSpec::Causal(Box::new(spec)))
}

/// A model without anything that only some families have.
pub(super) fn plain_spec(config: &CausalConfig) -> Result<CausalSpec, Error> {
    Ok(CausalSpec {
        info: config.info(),
        prefix: "",
        output: (config.tie_word_embeddings != Some(true)).then_some("lm_head.weight"),
        embedding_scale: 1.0,
        layers: vec![CausalLayerKind { rope: 0, window: None }; config.num_hidden_layers],
        layer: CausalLayerShape {
            dim: config.hidden_size,
            heads: config.heads(),
            ffn: config.intermediate_size,
            activation: config.activation(Activation::Silu)?,
            epsilon: config.rms_norm_eps,
            norm_offset: 0.0,
            biased: false,
            head_norms: HeadNorms::None,
            norms: LayerNorms::PRE,
        },
        ropes: vec![config.rope()?],
    })
}
