//! Everything that decides what a briefing says → its provenance.

use super::job::Job;
use super::summaries::Summaries;
use super::translator::LoadedTranslator;
use crate::document::{self, Provenance};
use crate::settings::Settings;
use crate::translate::TranslateOptions;

/// The provenance of a briefing: everything that decides what it says, and nothing else. `digest` is the SHA-256 of the
/// translator's weights and `of_model` what else decides what it writes.
pub(super) fn provenance(
    job: &Job,
    translator: &LoadedTranslator,
    digest: String,
    of_model: &Settings,
    summaries: &Summaries,
) -> Provenance {
    let LoadedTranslator { model, options, .. } = translator;
    let mut settings = of_model.clone();
    settings.extend(of_translation(options));
    settings.extend(summaries.settings());
    settings.show_as(
        "boilerplate",
        job.input.keep_boilerplate,
        if job.input.keep_boilerplate { "kept" } else { "set aside" },
    );
    if !job.input.fields.is_empty() {
        let fields = job.input.fields.iter().map(ToString::to_string).collect::<Vec<_>>();
        settings.show("fields of records", fields.join(", "));
    }
    // The translator's digest and licence have a place of their own.
    settings.hide("SHA-256");
    settings.hide("licence");
    Provenance {
        program: job.program.clone(),
        translator: Some(document::ModelIdentity {
            name: model.name().to_owned(),
            digest,
            licence: model.licence().map(str::to_owned),
        }),
        summarizer: summaries.name(),
        settings: settings.lines(),
    }
}

/// The settings of a translation.
fn of_translation(options: &TranslateOptions) -> Settings {
    // Destructured, so that a new option cannot be forgotten here.
    let TranslateOptions { search, schedule: _, longest_sentence, context, repair, clock, other_languages, glossary } =
        options;
    let mut settings = search.settings();
    settings.show_as("longest sentence", *longest_sentence, &format!("{longest_sentence} tokens"));
    // Part of the search, which counts the start mark as well.
    settings.note("longest translation", &format!("{} tokens", search.max_length.saturating_sub(1)));
    settings.show("second attempts", *repair);
    settings.show("clock times", clock.name());
    if *context > 0 {
        settings.show_as("context", *context, &format!("{context} sentences before"));
    }
    settings.show("other languages", other_languages.name());
    if !glossary.is_empty() {
        let digest = glossary.digest();
        let text = format!("{} terms, SHA-256 {digest}", glossary.terms().len());
        settings.show_as("glossary", digest, &text);
    }
    settings
}
