//! Models compiled into the program, so that the first run needs no network.

/// A model whose files are compiled in.
pub(super) struct EmbeddedModel {
    /// The name of the model in the catalogue.
    pub(super) name: &'static str,
    /// Files of the model as (name, content).
    pub(super) files: &'static [(&'static str, &'static [u8])],
}

#[cfg(feature = "embedded-model")]
macro_rules! embedded {
    ($folder:literal, $($file:literal),+) => {
        &[$(($file, include_bytes!(concat!("../../models/", $folder, "/", $file)))),+]
    };
}

/// Every embedded model, the default first.
pub(super) const EMBEDDED_MODELS: &[EmbeddedModel] = &[
    #[cfg(feature = "embedded-model")]
    EmbeddedModel {
        name: super::manifest::DEFAULT_TRANSLATOR,
        files: embedded!(
            "small-de-en",
            "config.json",
            "generation_config.json",
            "model.safetensors",
            "source.spm",
            "target.spm",
            "vocab.json"
        ),
    },
];
