//! Gemma 3 (Gemma Team, 2025), text only: most layers look back a fixed number of tokens and rotate by frequencies of their own, every
//! few layers look at all. There is a normalisation before and after each block, and `1 +` its weights counts. Source of the details:
//! `modeling_gemma3.py` of transformers, and `convert_hf_to_gguf.py` and `llama-model.cpp` of llama.cpp.
//!
//! Models that see pictures too hold the text model as a part; the rest of them is not read.

use serde::Deserialize;
use serde_json::Value;

use super::causal_config::CausalConfig;
use super::config;
use super::family::{Family, ModelSpec};
use crate::neural::backend::{Activation, Heads};
use crate::neural::causal::{CausalLayerKind, CausalLayerShape, CausalSpec, HeadNorms, LayerNorms};
use crate::neural::error::Error;
use crate::neural::weights::Checkpoint;

/// Gemma 3 of 4 billion parameters and more, of which the text model is a part; and GGUF files of any size.
pub(super) const GEMMA3: Family = Family {
    name: "gemma3",
    about: "Gemma 3, which follows instructions, such as google/gemma-3-4b-it",
    spec: |checkpoint| spec(checkpoint.config().get("text_config").unwrap_or(checkpoint.config()), checkpoint),
};

/// Gemma 3 of one billion parameters and fewer, which is a text model alone.
pub(super) const GEMMA3_TEXT: Family = Family {
    name: "gemma3_text",
    about: "Gemma 3 without pictures, such as google/gemma-3-1b-it",
    spec: |checkpoint| spec(checkpoint.config(), checkpoint),
};

/// What Gemma adds. The defaults are those of transformers and llama.cpp.
#[derive(Deserialize)]
struct GemmaConfig {
    #[serde(default = "default_window")]
    sliding_window: Option<usize>,
    layer_types: Option<Vec<String>>,
    /// Of so many layers, the last looks at all tokens.
    sliding_window_pattern: Option<usize>,
    /// What newer files call it, some of them besides.
    #[serde(rename = "_sliding_window_pattern")]
    private_pattern: Option<usize>,
    #[serde(default = "default_global_base")]
    rope_theta: f64,
    #[serde(default = "default_local_base")]
    rope_local_base_freq: f64,
    query_pre_attn_scalar: Option<f64>,
    attn_logit_softcapping: Option<f64>,
    final_logit_softcapping: Option<f64>,
    #[serde(default)]
    use_bidirectional_attention: Option<bool>,
}

fn default_window() -> Option<usize> {
    Some(4096)
}

fn default_global_base() -> f64 {
    1e6
}

fn default_local_base() -> f64 {
    1e4
}

/// The pattern of all published models.
const DEFAULT_PATTERN: usize = 6;

/// Layers of the largest Gemma 3. GGUF files do not say how products are scaled; llama.cpp tells this model by its layers.
const LARGEST_LAYERS: usize = 62;

/// The rotations of layers that look at all tokens, and of the others: their index in [`CausalSpec::ropes`].
const GLOBAL: usize = 0;
const LOCAL: usize = 1;

fn spec(json: &Value, checkpoint: &Checkpoint) -> Result<ModelSpec, Error> {
    let config = CausalConfig::parse(json)?;
    let gemma: GemmaConfig = config::parse(json)?;
    let refused = |reason: String| Err(Error::Config { reason });
    for (field, is_set) in [
        ("attn_logit_softcapping", gemma.attn_logit_softcapping.is_some()),
        ("final_logit_softcapping", gemma.final_logit_softcapping.is_some()),
        ("use_bidirectional_attention", gemma.use_bidirectional_attention == Some(true)),
    ] {
        if is_set {
            return refused(format!("{field} is not supported"));
        }
    }
    let Some(window @ 1..) = gemma.sliding_window else {
        return refused("sliding_window must be at least 1".into());
    };
    let is_gguf = checkpoint.gguf().is_some();
    let heads = config.heads();
    let scalar = gemma.query_pre_attn_scalar.unwrap_or(match (is_gguf, config.num_hidden_layers) {
        (true, LARGEST_LAYERS) => config.hidden_size as f64 / config.num_attention_heads as f64,
        (true, _) => config.head_dim() as f64,
        (false, _) => 256.0,
    });
    if scalar <= 0.0 {
        return refused("query_pre_attn_scalar is not above 0".into());
    }
    // transformers 5 has parameters for each kind of layer, older files for those that look at all.
    let parameters = config.rope_parameters();
    let of_kind = |kind: &str| parameters.and_then(|all| all.get(kind));
    let global_parameters = of_kind("full_attention").or(parameters);
    let mut ropes = vec![config.rope_in(global_parameters, gemma.rope_theta)?; 2];
    ropes[LOCAL] = config.rope_in(of_kind("sliding_attention"), gemma.rope_local_base_freq)?;
    // Where the checkpoint has no table of outputs, it is that of the tokens; all published models are so.
    let prefixes = ["", "language_model.", "model.language_model."];
    let has_tokens = |prefix: &&&str| checkpoint.has(&format!("{prefix}model.embed_tokens.weight"));
    Ok(ModelSpec::Causal(Box::new(CausalSpec {
        info: config.info(),
        prefix: prefixes.iter().find(has_tokens).copied().unwrap_or_default(),
        output: (config.tie_word_embeddings == Some(false)).then_some("lm_head.weight"),
        embedding_scale: (config.hidden_size as f32).sqrt(),
        layers: layer_kinds(&gemma, config.num_hidden_layers, window)?,
        layer: CausalLayerShape {
            dim: config.hidden_size,
            heads: Heads { scale: scalar.sqrt().recip() as f32, ..heads },
            ffn: config.intermediate_size,
            activation: config.activation(Activation::GeluTanh)?,
            epsilon: config.rms_norm_eps,
            // Those who write GGUF files have added it.
            norm_offset: if is_gguf { 0.0 } else { 1.0 },
            biased: false,
            head_norms: HeadNorms::BeforeRotation { query: "self_attn.q_norm", key: "self_attn.k_norm" },
            norms: LayerNorms {
                before_attention: "input_layernorm",
                after_attention: Some("post_attention_layernorm"),
                before_feed_forward: "pre_feedforward_layernorm",
                after_feed_forward: Some("post_feedforward_layernorm"),
            },
        },
        ropes,
    })))
}

/// Which layers look at all tokens.
fn layer_kinds(gemma: &GemmaConfig, layers: usize, window: usize) -> Result<Vec<CausalLayerKind>, Error> {
    let local = CausalLayerKind { rope: LOCAL, window: Some(window) };
    let global = CausalLayerKind { rope: GLOBAL, window: None };
    let Some(types) = &gemma.layer_types else {
        let pattern = gemma.sliding_window_pattern.or(gemma.private_pattern).unwrap_or(DEFAULT_PATTERN).max(1);
        return Ok((1..=layers).map(|number| if number % pattern == 0 { global } else { local }).collect());
    };
    if types.len() != layers {
        return Err(Error::Config { reason: format!("layer_types has {} entries for {layers} layers", types.len()) });
    }
    let kind = |name: &String| match name.as_str() {
        "sliding_attention" => Ok(local),
        "full_attention" => Ok(global),
        other => Err(Error::Config { reason: format!("layer_types {other:?} is not supported") }),
    };
    types.iter().map(kind).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn described(change: impl FnOnce(&mut Value)) -> Result<CausalSpec, String> {
        let mut config = json!({
            "model_type": "gemma3_text", "vocab_size": 20, "hidden_size": 16, "intermediate_size": 8, "num_hidden_layers": 7,
            "num_attention_heads": 2, "head_dim": 8, "sliding_window": 4, "sliding_window_pattern": 6,
            "_sliding_window_pattern": 6,
        });
        change(&mut config);
        let checkpoint = Checkpoint::open(&config.to_string(), &[]).unwrap();
        match (GEMMA3_TEXT.spec)(&checkpoint) {
            Ok(ModelSpec::Causal(spec)) => Ok(*spec),
            Ok(ModelSpec::EncoderDecoder(_)) => Err("no decoder".into()),
            Err(error) => Err(error.to_string()),
        }
    }

    #[test]
    fn every_sixth_layer_looks_at_all_and_embeddings_are_scaled() {
        let spec = described(|_| {}).unwrap();
        let windows: Vec<bool> = spec.layers.iter().map(|layer| layer.window.is_some()).collect();
        assert_eq!(windows, [true, true, true, true, true, false, true]);
        assert_eq!((spec.embedding_scale, spec.layer.heads.scale), (4.0, 1.0 / 16.0));
        assert_eq!(spec.ropes.iter().map(|rope| rope.base).collect::<Vec<_>>(), [1e6, 1e4]);
    }

    #[test]
    fn what_other_gemmas_have_is_refused_by_name() {
        for (field, value, named) in [
            ("attn_logit_softcapping", json!(50.0), "attn_logit_softcapping"),
            ("final_logit_softcapping", json!(30.0), "final_logit_softcapping"),
            ("use_bidirectional_attention", json!(true), "use_bidirectional_attention"),
            ("sliding_window", json!(0), "sliding_window"),
            ("layer_types", json!(["full_attention"]), "layer_types"),
            ("layer_types", json!(["a", "a", "a", "a", "a", "a", "a"]), "layer_types"),
            ("hidden_activation", json!("silu"), "silu"),
            ("query_pre_attn_scalar", json!(0), "query_pre_attn_scalar"),
        ] {
            let message = described(|config| config[field] = value).err().unwrap_or_default();
            assert!(message.contains(named), "{field}: {message}");
        }
    }
}
