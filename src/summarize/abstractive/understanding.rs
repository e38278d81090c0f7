//! Sentences as written → with their English and their vectors, and the vectors of the articles they are compared with.

use std::collections::BTreeMap;

use super::draft::SummaryDraft;
use super::language::SummaryLanguage;
use super::writer::Writer;
use super::written_sentence::WrittenSentence;

/// Translates sentences that were written in German, and gives all of them their vectors if the writer has an encoder.
///
/// # Errors
/// Those of the writer of summaries.
pub(super) fn understand<'a, W: Writer>(
    sentences: impl Iterator<Item = &'a mut WrittenSentence>,
    writer: &W,
    language: SummaryLanguage,
) -> Result<(), W::Error> {
    let mut understood: Vec<&mut WrittenSentence> = sentences.collect();
    if understood.is_empty() {
        return Ok(());
    }
    let written_texts: Vec<String> = understood.iter().map(|sentence| sentence.text().to_owned()).collect();
    let texts: Vec<&str> = written_texts.iter().map(String::as_str).collect();
    if language == SummaryLanguage::German {
        for (sentence, translated) in understood.iter_mut().zip(writer.translate(&texts)?) {
            sentence.english = translated.english;
            sentence.notes = translated.notes;
        }
    }
    if let Some(vectors) = writer.sentence_vectors(&texts)? {
        for (sentence, vector) in understood.iter_mut().zip(vectors) {
            sentence.vector = Some(vector);
        }
    }
    Ok(())
}

/// Gives the articles of `drafts` the vectors of their sentences, if the writer has an encoder.
///
/// # Errors
/// Those of the writer of summaries.
pub(super) fn understand_articles<W: Writer>(drafts: &mut [SummaryDraft<'_>], writer: &W) -> Result<(), W::Error> {
    // Each text with the index of its draft. Articles about which nothing was written need no vectors.
    let mut source_texts: Vec<(usize, &str)> = Vec::new();
    for (draft_index, draft) in drafts.iter().enumerate().filter(|(_, draft)| !draft.sentences.is_empty()) {
        source_texts.extend(draft.sources.texts().map(|text| (draft_index, text)));
    }
    let only_texts: Vec<&str> = source_texts.iter().map(|(_, text)| *text).collect();
    let Some(vectors) = writer.sentence_vectors(&only_texts)? else { return Ok(()) };
    let mut vectors_by_draft: BTreeMap<usize, Vec<Vec<f32>>> = BTreeMap::new();
    for ((draft_index, _), vector) in source_texts.iter().zip(vectors) {
        vectors_by_draft.entry(*draft_index).or_default().push(vector);
    }
    for (draft_index, sentence_vectors) in vectors_by_draft {
        drafts[draft_index].sources.add_vectors(&sentence_vectors);
    }
    Ok(())
}
