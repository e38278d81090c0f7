//! Everything that decides what a briefing says → its provenance.

use super::job::Job;
use super::summaries::Summaries;
use super::translator::LoadedTranslator;
use crate::document::{self, Provenance};
use crate::settings::Settings;
use crate::translate::TranslateOptions;

/// The provenance of a briefing: everything that decides what it says, and nothing else. `digest` is the SHA-256 of the
/// translator's weights and `model_settings` what else decides what it writes.
pub(super) fn provenance(
    job: &Job,
    translator: &LoadedTranslator,
    digest: String,
    model_settings: &Settings,
    summaries: &Summaries,
) -> Provenance {
    let LoadedTranslator { model, options, .. } = translator;
    let mut provenance_settings = model_settings.clone();
    provenance_settings.extend(translation_settings(options));
    provenance_settings.extend(summaries.settings());
    provenance_settings.show_as(
        "boilerplate",
        job.input.keep_boilerplate,
        if job.input.keep_boilerplate { "kept" } else { "set aside" },
    );
    if !job.input.fields.is_empty() {
        let record_fields = job.input.fields.iter().map(ToString::to_string).collect::<Vec<_>>();
        provenance_settings.show("fields of records", record_fields.join(", "));
    }
    // The translator's digest and licence have a place of their own.
    provenance_settings.hide("SHA-256");
    provenance_settings.hide("licence");
    Provenance {
        program: job.program.clone(),
        translator: Some(document::ModelIdentity {
            name: model.name().to_owned(),
            digest,
            licence: model.licence().map(str::to_owned),
        }),
        summarizer: summaries.name(),
        settings: provenance_settings.lines(),
    }
}

/// The settings of a translation.
fn translation_settings(options: &TranslateOptions) -> Settings {
    // Destructured, so that a new option cannot be forgotten here.
    let TranslateOptions { search, schedule: _, longest_sentence, context, repair, clock, other_languages, glossary } =
        options;
    let mut translation_settings = search.settings();
    translation_settings.show_as("longest sentence", *longest_sentence, &format!("{longest_sentence} tokens"));
    // Part of the search, which counts the start mark as well.
    translation_settings.note("longest translation", &format!("{} tokens", search.max_length.saturating_sub(1)));
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
    translation_settings
}
