//! The candidates of an article → what every method knows about them: vectors, priors (position, title, length) and similarity
//! to the whole.

use super::candidates::{QuoteCandidate, QuoteCandidates};
use super::vectors::{StemVector, centroid, stem_vectors};
use crate::document::Translation;
use crate::segment::words;

/// Most candidates that are compared with each other, which takes quadratic time. Of a longer article (some thirty printed
/// pages) only the candidates with the highest centroid scores are compared, which takes linear time to find: an article of
/// 100,000 sentences gets a summary too, of at most 500 points.
const MAX_COMPARED: usize = 500;

/// Words in the first sentence of a news article, which says who did what, when and where. A scene opens with fewer.
const NEWS_OPENING_WORDS: f64 = 14.0;

/// The similarity of the first sentence to the others, times the square of its words over [`NEWS_OPENING_WORDS`], at which an
/// article is certainly news.
const CERTAIN_NEWS: f64 = 0.12;

/// What being first adds to a prior of 1 in an article that is certainly news. The sentence at index i gets this divided by
/// (i + 1)².
const FIRST_SENTENCE_PRIOR: f64 = 16.8;

/// The most that being first adds in any article.
const MAX_FIRST_SENTENCE_PRIOR: f64 = 100.0;

/// Exponent of the number of words in the prior of an article that is no news. Of two sentences equally close to the whole, the
/// longer one says more. News has been shortened by an editor, so there length does not count.
const LENGTH_EXPONENT: f64 = 0.4;

/// What a sentence of the title's words adds to its prior.
const TITLE_WORDS_PRIOR: f64 = 1.0;

/// Candidates with what is known about them. All lists have one entry per candidate.
pub(super) struct WeightedCandidates<'text> {
    /// At most [`MAX_COMPARED`], in the order of the article.
    pub(super) candidates: QuoteCandidates<'text>,
    pub(super) vectors: Vec<StemVector>,
    /// What position, title and length are worth; at least 1.
    pub(super) priors: Vec<f64>,
    /// Cosine with the centroid of all candidates, times the prior.
    pub(super) scores: Vec<f64>,
}

impl<'text> WeightedCandidates<'text> {
    /// Weighs `candidates`, which are those of `translation`.
    pub(super) fn new(mut candidates: QuoteCandidates<'text>, translation: &Translation) -> Self {
        let title_text = translation.article().title().unwrap_or_default();
        let texts = candidates.list.iter().map(|candidate| candidate.german).chain([title_text]);
        let mut vectors = stem_vectors(texts);
        let title_vector = vectors.pop().unwrap_or_default();
        let article_centroid = centroid(&vectors);
        let news = newsness(&candidates, &vectors);
        let first_sentence_prior = (FIRST_SENTENCE_PRIOR * news).min(MAX_FIRST_SENTENCE_PRIOR);
        let length_exponent = LENGTH_EXPONENT * (1.0 - news.min(1.0));
        let prior = |(candidate, vector): (&QuoteCandidate<'_>, &StemVector)| {
            let word_count = words::words(candidate.german).count() as f64;
            let position = ((candidate.index + 1) as f64).powi(2);
            (1.0 + first_sentence_prior / position + TITLE_WORDS_PRIOR * vector.cosine(&title_vector))
                * word_count.powf(length_exponent)
        };
        let mut priors: Vec<f64> = candidates.list.iter().zip(&vectors).map(prior).collect();
        let mut scores: Vec<f64> =
            vectors.iter().zip(&priors).map(|(vector, prior)| vector.cosine(&article_centroid) * prior).collect();
        if candidates.list.len() > MAX_COMPARED {
            let mut best_candidates: Vec<usize> = (0..scores.len()).collect();
            best_candidates.sort_by(|&left, &right| scores[right].total_cmp(&scores[left]));
            best_candidates.truncate(MAX_COMPARED);
            best_candidates.sort_unstable();
            candidates.list = best_candidates.iter().map(|&index| candidates.list[index]).collect();
            vectors = best_candidates.iter().map(|&index| std::mem::take(&mut vectors[index])).collect();
            priors = best_candidates.iter().map(|&index| priors[index]).collect();
            scores = best_candidates.iter().map(|&index| scores[index]).collect();
        }
        Self { candidates, vectors, priors, scores }
    }
}

/// How much an article looks like news: 0 is not at all, 1 and more is certainly. News says it all in a full first sentence that
/// the others resemble; a feature opens with a scene that they do not.
fn newsness(candidates: &QuoteCandidates<'_>, vectors: &[StemVector]) -> f64 {
    let (Some(opening), Some((first_vector, other_vectors))) = (candidates.list.first(), vectors.split_first()) else {
        return 0.0;
    };
    let fullness = words::words(opening.german).count() as f64 / NEWS_OPENING_WORDS;
    first_vector.cosine(&centroid(other_vectors)) * fullness.powi(2) / CERTAIN_NEWS
}
