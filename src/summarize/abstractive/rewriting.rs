//! Sentences that are not supported → written once more, each from the passage it is about.

use std::collections::BTreeMap;

use super::draft::SummaryDraft;
use super::evidence::SentenceEvidence;
use super::language::SummaryLanguage;
use super::options::WritingOptions;
use super::requests::request_for_passage;
use super::understanding::understand;
use super::writer::{Request, Writer, answers};
use super::written_sentence::WrittenSentence;
use crate::document::SentenceRef;
use crate::summarize::candidates::QuoteCandidates;

/// Where a sentence of a draft stands. Addresses sort in reading order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct DraftAddress {
    /// Index of the draft.
    draft: usize,
    /// Index of the sentence in its draft.
    sentence: usize,
}

/// Has the unsupported sentences of all drafts rewritten together, and takes those that are supported now.
///
/// # Errors
/// Those of the writer of summaries.
pub(super) fn rewrite_unsupported<W: Writer>(
    drafts: &mut [SummaryDraft<'_>],
    writer: &W,
    options: &WritingOptions,
) -> Result<(), W::Error> {
    let language = options.language;
    let mut requests: BTreeMap<DraftAddress, Request> = BTreeMap::new();
    for (draft_index, draft) in drafts.iter().enumerate() {
        for sentence in unsupported_sentences(draft, options) {
            let passage = passage_about(draft, &draft.sentences[sentence].evidence, language);
            let request = passage.and_then(|text| request_for_passage(text, writer, language));
            if let Some(request) = request {
                requests.insert(DraftAddress { draft: draft_index, sentence }, request);
            }
        }
    }
    if requests.is_empty() {
        return Ok(());
    }
    let written_sentences = |text: &str| -> Vec<WrittenSentence> {
        let whole = language.whole_sentences(text).into_iter();
        whole.map(|sentence| WrittenSentence::new(sentence, language, true)).collect()
    };
    let mut rewritten: BTreeMap<DraftAddress, Vec<WrittenSentence>> = answers(writer, requests, language)?
        .into_iter()
        .map(|(address, text)| (address, written_sentences(&text)))
        .collect();
    understand(rewritten.values_mut().flatten(), writer, language)?;
    for (address, candidates) in rewritten {
        replace_unsupported(&mut drafts[address.draft], address.sentence, candidates);
    }
    Ok(())
}

/// Indices of unsupported sentences within the length budget.
fn unsupported_sentences(draft: &SummaryDraft<'_>, options: &WritingOptions) -> Vec<usize> {
    let mut budget = options.length.budget(QuoteCandidates::in_translation(draft.translation).sentences);
    let within_budget = draft.sentences.iter().enumerate().take_while(|(index, sentence)| {
        let has_room = budget.is_open() && (*index == 0 || budget.has_room_for(&sentence.english));
        budget.take(&sentence.english);
        has_room
    });
    within_budget.filter(|(_, sentence)| !sentence.is_supported()).map(|(index, _)| index).collect()
}

/// The sentences of `evidence`, or the nearest one if it has none, with their neighbours; `None` if that is no text.
fn passage_about(draft: &SummaryDraft<'_>, evidence: &SentenceEvidence, language: SummaryLanguage) -> Option<String> {
    let SentenceEvidence { sentences, nearest, .. } = evidence;
    let mut around: Vec<SentenceRef> = Vec::new();
    for centre in if sentences.is_empty() { nearest.as_slice() } else { sentences } {
        let neighbours = centre.sentence.saturating_sub(1)..=centre.sentence + 1;
        around.extend(neighbours.map(|sentence| SentenceRef { sentence, ..*centre }));
    }
    around.sort_unstable();
    around.dedup();
    let text = |address: &SentenceRef| {
        let (german, translated) = draft.translation.sentence(address.paragraph, address.sentence)?;
        language.text(german, translated).map(str::trim)
    };
    let passage = around.iter().filter_map(text).collect::<Vec<_>>().join(" ");
    (!passage.is_empty()).then_some(passage)
}

/// Replaces the unsupported sentence at `index` by the first of `candidates` that is supported and not yet in the draft.
fn replace_unsupported(draft: &mut SummaryDraft<'_>, index: usize, candidates: Vec<WrittenSentence>) {
    let before = index.checked_sub(1).map(|before| &draft.sentences[before].evidence);
    let after = before.and_then(|evidence| evidence.sentences.first().copied());
    for mut candidate in candidates {
        candidate.evidence = draft.sources.evidence(&candidate.statement(), after);
        if candidate.is_supported() && draft.sentences.iter().all(|known| known.text() != candidate.text()) {
            draft.sentences[index] = candidate;
            return;
        }
    }
}
