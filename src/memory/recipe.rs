//! What decides a translation → the key under which it is kept.

use sha2::{Digest, Sha256};

use crate::settings::Settings;

/// Everything but the text that decides its translation, and by which the memory finds it again.
///
/// Two runs have the same recipe exactly if they translate every text alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipe {
    digest: [u8; 32],
    model: String,
}

impl Recipe {
    /// The recipe of a model with these settings. `model` is its name for people and decides nothing.
    pub fn new(model: &str, settings: &Settings) -> Self {
        Self { digest: settings.key(), model: model.to_owned() }
    }

    /// The same recipe with further settings.
    #[must_use]
    pub fn with(&self, settings: &Settings) -> Self {
        let digest = Sha256::new().chain_update(self.digest).chain_update(settings.key()).finalize();
        Self { digest: digest.into(), model: self.model.clone() }
    }

    /// SHA-256 over the settings.
    pub(super) fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    /// The name of the model whose translations the memory holds.
    pub(super) fn model(&self) -> &str {
        &self.model
    }

    /// The key of the translation of `text`.
    pub(super) fn key(&self, text: &str) -> [u8; 32] {
        key(&self.digest, text)
    }
}

/// The key of the translation of `text` under the recipe with this digest.
pub(super) fn key(recipe: &[u8; 32], text: &str) -> [u8; 32] {
    Sha256::new().chain_update(recipe).chain_update(text).finalize().into()
}
