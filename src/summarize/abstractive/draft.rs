//! What a model wrote about one article → its summary: each sentence with its evidence, within the length asked for.

use super::evidence::{SentenceEvidence, SourceSentences};
use super::options::{OnUnsupported, WritingOptions};
use super::writing::WrittenText;
use super::written_sentence::WrittenSentence;
use crate::document::{Point, PointOrigin, SentenceRef, Summary, Translation, WritingCounts};
use crate::summarize::candidates::{QuoteCandidate, QuoteCandidates};
use crate::summarize::methods::METHODS;

/// The summary of an article before it is decided which sentences stay.
pub(super) struct SummaryDraft<'text> {
    pub(super) translation: &'text Translation,
    pub(super) sources: SourceSentences<'text>,
    /// Empty if the article is short enough to be its own summary.
    pub(super) sentences: Vec<WrittenSentence>,
    /// True if the article is short enough to be its own summary.
    is_short: bool,
    /// True if the article was read in parts.
    in_parts: bool,
}

impl<'text> SummaryDraft<'text> {
    /// A draft of what was written about `translation`; `None` stands for an article that is short enough to be its own summary.
    pub(super) fn new(
        translation: &'text Translation,
        written: Option<&WrittenText>,
        options: &WritingOptions,
    ) -> Self {
        let language = options.language;
        let paragraphs = written.map_or(&[][..], |text| text.paragraphs.as_slice());
        let sentences = paragraphs.iter().flat_map(|paragraph| language.whole_sentences(paragraph));
        Self {
            translation,
            sources: SourceSentences::new(translation, language),
            sentences: sentences.map(|sentence| WrittenSentence::new(sentence, language, false)).collect(),
            is_short: written.is_none(),
            in_parts: written.is_some_and(|text| text.in_parts),
        }
    }

    /// Looks up the evidence of each written sentence.
    pub(super) fn find_evidence(&mut self) {
        let mut previous_evidence: Option<SentenceRef> = None;
        for sentence in &mut self.sentences {
            sentence.evidence = self.sources.evidence(&sentence.statement(), previous_evidence);
            previous_evidence = sentence.evidence.sentences.first().copied().or(previous_evidence);
        }
    }

    /// The summary of the article.
    pub(super) fn summary(&self, options: &WritingOptions) -> Summary {
        let translation = self.translation;
        if self.is_short {
            return quoting_summary(translation, options, WritingCounts::default());
        }
        let candidates = QuoteCandidates::in_translation(translation);
        let mut budget = options.length.budget(candidates.sentences);
        let mut writing = WritingCounts { in_parts: usize::from(self.in_parts), ..WritingCounts::default() };
        let mut points: Vec<Point> = Vec::new();
        for sentence in &self.sentences {
            if !budget.is_open() || !points.is_empty() && !budget.has_room_for(&sentence.english) {
                break;
            }
            let point = if sentence.is_supported() {
                writing.supported += 1;
                writing.rewritten += usize::from(sentence.rewritten);
                let supported = sentence.point(sentence.evidence.sentences.clone(), translation);
                supported.map(|point| point.from_origin(PointOrigin::Written))
            } else {
                let substitute = self.substitute(sentence, &candidates, &points, options);
                match substitute.as_ref().map(Point::origin) {
                    None => writing.dropped += 1,
                    Some(PointOrigin::Unsupported) => writing.flagged += 1,
                    Some(_) => writing.replaced += 1,
                }
                substitute
            };
            if let Some(point) = point.filter(|point| points.is_empty() || budget.has_room_for(point.english())) {
                budget.take(point.english());
                points.push(point);
            }
        }
        if points.is_empty() {
            // No sentence of the written summary can stay.
            return quoting_summary(translation, options, writing);
        }
        Summary { points, writing: Some(writing) }
    }

    /// What is shown in place of a `sentence` that is not supported. `points` are those before it.
    fn substitute(
        &self,
        sentence: &WrittenSentence,
        candidates: &QuoteCandidates<'_>,
        points: &[Point],
        options: &WritingOptions,
    ) -> Option<Point> {
        let SentenceEvidence { sentences, nearest, .. } = &sentence.evidence;
        match options.on_unsupported {
            OnUnsupported::Drop => None,
            OnUnsupported::Flag => {
                let evidence = if sentences.is_empty() { vec![(*nearest)?] } else { sentences.clone() };
                Some(sentence.point(evidence, self.translation)?.from_origin(PointOrigin::Unsupported))
            }
            OnUnsupported::Replace => {
                let quote = replacement(candidates, (*nearest)?, points)?;
                Some(
                    Point::new(quote.english, vec![quote.address], self.translation)?
                        .from_origin(PointOrigin::Replacement),
                )
            }
        }
    }
}

/// The summary that quotes the `translation`, as it would be without a model.
fn quoting_summary(translation: &Translation, options: &WritingOptions, writing: WritingCounts) -> Summary {
    Summary { writing: Some(writing), ..METHODS[0].summarize(translation, &options.length) }
}

/// The candidate at `nearest`, or else the first in its paragraph, that no point rests on yet.
fn replacement<'a, 'text>(
    candidates: &'a QuoteCandidates<'text>,
    nearest: SentenceRef,
    points: &[Point],
) -> Option<&'a QuoteCandidate<'text>> {
    let is_used = |address: SentenceRef| points.iter().any(|point| point.evidence().contains(&address));
    let mut unused_candidates = candidates.list.iter().filter(|candidate| !is_used(candidate.address));
    let nearest_candidate = unused_candidates.clone().find(|candidate| candidate.address == nearest);
    // A sentence of the same paragraph is about the same thing. One from elsewhere would be a point that nobody made.
    nearest_candidate.or_else(|| unused_candidates.find(|candidate| candidate.address.paragraph == nearest.paragraph))
}
