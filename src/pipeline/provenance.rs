//! Everything that decides what a briefing says → its provenance.

use super::models::{RunModels, RunTranslator};
use crate::document::{ModelIdentity, Provenance};
use crate::glossary::SearchTerm;
use crate::input::ReadOptions;
use crate::settings::Settings;
use crate::translate::TranslateOptions;

/// The provenance of what a run writes: everything that decides what it says, and nothing else. `program` is the name and version of the
/// program.
pub(super) fn provenance(
    program: &str,
    input: &ReadOptions,
    about: Option<&SearchTerm>,
    models: &RunModels,
) -> Provenance {
    let RunModels { first, second, summaries } = models;
    let mut provenance_settings = of_translator(first);
    provenance_settings.extend(translation_settings(&first.loaded.options));
    if let Some(second) = second {
        let mut second_settings = of_translator(second);
        second_settings.extend(of_search(&second.loaded.options));
        provenance_settings.extend(second_settings.prefixed("second translator"));
    }
    provenance_settings.extend(summaries.settings());
    provenance_settings.show_as(
        "boilerplate",
        input.keep_boilerplate,
        if input.keep_boilerplate { "kept" } else { "set aside" },
    );
    if !input.fields.is_empty() {
        let record_fields = input.fields.iter().map(ToString::to_string).collect::<Vec<_>>();
        provenance_settings.show("fields of records", record_fields.join(", "));
    }
    if let Some(term) = about {
        provenance_settings.show("about", term.text());
    }
    Provenance {
        program: program.to_owned(),
        translator: Some(identity(first)),
        second_translator: second.as_ref().map(identity),
        summarizer: summaries.name(),
        settings: provenance_settings.lines(),
    }
}

fn identity(translator: &RunTranslator) -> ModelIdentity {
    let model = &translator.loaded.model;
    ModelIdentity {
        name: model.name().to_owned(),
        digest: translator.weights_digest.clone(),
        licence: model.licence().map(str::to_owned),
    }
}

/// The settings of a translator. Its digest and licence are shown in a place of their own.
fn of_translator(translator: &RunTranslator) -> Settings {
    let mut settings = translator.settings.clone();
    settings.hide("SHA-256");
    settings.hide("licence");
    settings
}

/// The settings of a translation.
fn translation_settings(options: &TranslateOptions) -> Settings {
    // Destructured, so that a new option cannot be forgotten here.
    let TranslateOptions {
        search: _,
        schedule: _,
        longest_sentence: _,
        context,
        repair,
        clock,
        other_languages,
        glossary,
        corrections,
    } = options;
    let mut translation_settings = of_search(options);
    translation_settings.show("second attempts", *repair);
    translation_settings.show("clock times", clock.name());
    if *context > 0 {
        translation_settings.show_as("context", *context, &format!("{context} sentences before"));
    }
    translation_settings.show("other languages", other_languages.name());
    if !glossary.is_empty() {
        let glossary_digest = glossary.digest();
        let glossary_text = format!("{} terms, SHA-256 {glossary_digest}", glossary.terms().len());
        translation_settings.show_as("glossary", glossary_digest, &glossary_text);
    }
    if !corrections.is_empty() {
        let digest = corrections.digest();
        let text = format!("{} sentences by a person, SHA-256 {digest}", corrections.len());
        translation_settings.show_as("corrections", digest, &text);
    }
    translation_settings
}

/// The settings of a translation that differ between the translators of a run.
fn of_search(options: &TranslateOptions) -> Settings {
    let TranslateOptions { search, longest_sentence, .. } = options;
    let mut settings = search.settings();
    settings.show_as("longest sentence", *longest_sentence, &format!("{longest_sentence} tokens"));
    // Part of the search, which counts the start mark as well.
    settings.note("longest translation", &format!("{} tokens", search.max_length.saturating_sub(1)));
    settings
}
