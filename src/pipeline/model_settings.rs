//! A loaded model → everything about it that decides what it makes of a text.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use crate::catalog::{self, Model, Task};
use crate::generation::{self, Generator};
use crate::settings::Settings;

/// Raise this when the same release makes something else of a text with the same model and settings.
const RULES_VERSION: u32 = 1;

/// Files beside weights and tokenizer that decide what a model writes.
const CONFIGURATION_FILES: [&str; 3] = ["config.json", "generation_config.json", "target_vocab.json"];

/// The settings of `generator`, which was loaded from `model` to do `task`: weights, tokenizer and arithmetic, and the `program`. How
/// texts are searched is added with each search. `digest` is the SHA-256 of the weights.
///
/// # Errors
/// [`catalog::Error::Read`] if a file of the model cannot be read.
pub(super) fn model_settings(
    task: Task,
    model: &Model,
    generator: &Generator,
    digest: &str,
    program: &str,
) -> Result<Settings, catalog::Error> {
    let mut settings = Settings::default();
    settings.add("program", program);
    settings.add("rules", RULES_VERSION);
    settings.add("task", task.name());
    settings.show("SHA-256", digest);
    settings.note("licence", model.licence().unwrap_or("not stated"));
    settings.show_as("precision", generator.weight_format().name(), &precision_and_device(generator));
    settings.add("prefix", model.prefix());
    if let Some(prompt) = generator.translation_prompt() {
        settings.add("prompt", prompt);
    }
    // Products are rounded differently by processors with other vector instructions, and by GPUs.
    settings.add("arithmetic", generator.arithmetic());
    let families = generation::families();
    let tokenizer_files = families.iter().flat_map(|family| &family.files).copied().flatten().copied();
    let file_names: BTreeSet<&str> = CONFIGURATION_FILES.into_iter().chain(tokenizer_files).collect();
    for file_name in file_names {
        if let Some(file_bytes) = model.read(file_name)? {
            settings.add(
                file_name,
                Sha256::digest(file_bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>(),
            );
        }
    }
    Ok(settings)
}

/// How the weights are held, and where unless that is the processor.
fn precision_and_device(generator: &Generator) -> String {
    let (precision, device) = (generator.weight_format().name(), generator.device_kind());
    if device.feature.is_none() { precision.to_owned() } else { format!("{precision} on {}", device.name) }
}
