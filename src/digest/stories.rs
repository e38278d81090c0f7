//! Groups of copies, each one story. Stories are numbered in the order of their first articles.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fs::File;
use std::io;

use super::contradictions::contradictions;
use super::copies;
use super::document_frequencies::DocumentFrequencies;
use super::external_sort::SketchSorter;
use super::groups::ArticleGroups;
use super::sketch::SketchText;
use super::sketch_file::{ArticleFacts, SketchFile};
use super::vectors::{StemVector, normalized};
use crate::document::{Difference, Story, Version};

/// The stories of a folder, with the sketches on disk.
pub(super) struct Stories {
    sketches: SketchFile,
    groups: ArticleGroups,
    /// The article that represents each story: the newest if its articles contradict each other, else the one with the fullest
    /// text, among equals the first.
    articles: Vec<u32>,
    /// What the articles of a story say differently, by story.
    differences: BTreeMap<u32, Vec<Difference>>,
    /// In how many stories each German stem occurs.
    frequencies: DocumentFrequencies,
}

impl Stories {
    /// Groups the articles of `sketches`. `bands` are as for [`copies::story_starts`]; `scratch` is an empty file.
    pub(super) fn from_sketches(mut sketches: SketchFile, bands: SketchSorter, scratch: File) -> io::Result<Self> {
        let story_starts = copies::story_starts(&mut sketches, bands, SketchSorter::new(scratch))?;
        let story_groups = ArticleGroups::from_first_members(&story_starts);
        let fullest_first = |article_number: &u32| (Reverse(sketches.facts(*article_number).shingles), *article_number);
        let mut representatives: Vec<u32> =
            story_groups.iter().filter_map(|story| story.iter().copied().min_by_key(fullest_first)).collect();
        let mut differences = BTreeMap::new();
        for story in (0..story_groups.len()).filter(|story| story_groups.get(*story).len() > 1) {
            if let Some((newest_article, story_differences)) =
                contradicting(&mut sketches, story_groups.get(story), representatives[story as usize])?
            {
                representatives[story as usize] = newest_article;
                differences.insert(story, story_differences);
            }
        }
        let mut frequencies = DocumentFrequencies::new();
        for &representative in &representatives {
            frequencies.add(sketches.terms(representative)?.into_iter().map(|(stem, _)| stem));
        }
        Ok(Self { sketches, groups: story_groups, articles: representatives, differences, frequencies })
    }

    /// Number of stories.
    pub(super) fn len(&self) -> u32 {
        self.articles.len() as u32
    }

    /// Number of articles in `story`.
    pub(super) fn size(&self, story: u32) -> usize {
        self.groups.get(story).len()
    }

    /// The article that represents `story`.
    pub(super) fn article(&self, story: u32) -> usize {
        self.articles[story as usize] as usize
    }

    /// What is known about the article that represents `story` without reading its sketch.
    pub(super) fn facts(&self, story: u32) -> ArticleFacts {
        self.sketches.facts(self.articles[story as usize])
    }

    /// The texts of the article that represents `story`.
    pub(super) fn text(&mut self, story: u32) -> io::Result<SketchText> {
        self.sketches.text(self.articles[story as usize])
    }

    /// The tf-idf vector of the article that represents `story`, of length 1.
    pub(super) fn vector(&mut self, story: u32) -> io::Result<StemVector> {
        let mut story_vector = self.sketches.terms(self.articles[story as usize])?;
        story_vector.iter_mut().for_each(|(stem, weight)| *weight *= self.frequencies.weight(*stem));
        Ok(normalized(story_vector))
    }

    /// `story` as it appears in a digest.
    pub(super) fn to_story(&self, story: u32) -> Story {
        let representative = self.article(story);
        let story_articles = self.groups.get(story).iter().map(|&article_number| article_number as usize);
        let story_differences = self.differences.get(&story).cloned().unwrap_or_default();
        Story {
            article: representative,
            copies: story_articles.filter(|article_number| *article_number != representative).collect(),
            differences: story_differences,
        }
    }
}

/// Most copies of an article that are searched for contradictions: the newest.
const MAX_COMPARED_COPIES: usize = 32;

/// Most differences that are told of a story.
const MAX_STORY_DIFFERENCES: usize = 8;

/// The newest of `story_articles` and what the others say differently; `None` if they do not contradict it. Where no date says which
/// is newer, `fullest` counts as the newest.
fn contradicting(
    sketches: &mut SketchFile,
    story_articles: &[u32],
    fullest: u32,
) -> io::Result<Option<(u32, Vec<Difference>)>> {
    let mut newest_first = story_articles.to_vec();
    newest_first.sort_by_key(|&article_number| {
        let ArticleFacts { changed, time, .. } = sketches.facts(article_number);
        (Reverse(changed), Reverse(time), article_number != fullest, article_number)
    });
    let Some((&newest_article, older_articles)) = newest_first.split_first() else { return Ok(None) };
    let newest_sentences = sketches.sentences(newest_article)?;
    let mut story_differences: Vec<Difference> = Vec::new();
    for &older_article in older_articles.iter().take(MAX_COMPARED_COPIES) {
        let older_sentences = sketches.sentences(older_article)?;
        for contradiction in contradictions(&newest_sentences, &older_sentences) {
            let [newest_index, older_index] = contradiction.indices;
            let [newest_words, older_words] = contradiction.words;
            let later_version = Version {
                article: newest_article as usize,
                place: newest_sentences[newest_index].place,
                words: newest_words,
            };
            let earlier_version = Version {
                article: older_article as usize,
                place: older_sentences[older_index].place,
                words: older_words,
            };
            let is_known = story_differences.iter().any(|known_difference| {
                known_difference.later == later_version && known_difference.earlier.words == earlier_version.words
            });
            if !is_known && story_differences.len() < MAX_STORY_DIFFERENCES {
                story_differences.push(Difference {
                    kind: contradiction.kind,
                    earlier: earlier_version,
                    later: later_version,
                });
            }
        }
    }
    Ok((!story_differences.is_empty()).then_some((newest_article, story_differences)))
}
