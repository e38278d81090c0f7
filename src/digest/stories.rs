//! Groups of copies, each one story. Stories are numbered in the order of their first articles.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fs::File;
use std::io;

use super::contradictions::contradictions;
use super::copies;
use super::document_frequencies::DocumentFrequencies;
use super::external_sort::ExternalSorter;
use super::groups::Groups;
use super::sketch::SketchText;
use super::sketch_file::{ArticleFacts, SketchFile};
use super::vectors::{Vector, normalized};
use crate::document::{Difference, Story, Version};

/// The stories of a folder, with the sketches on disk.
pub(super) struct Stories {
    sketches: SketchFile,
    groups: Groups,
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
    pub(super) fn from_sketches(mut sketches: SketchFile, bands: ExternalSorter, scratch: File) -> io::Result<Self> {
        let starts = copies::story_starts(&mut sketches, bands, ExternalSorter::new(scratch))?;
        let groups = Groups::from_first_members(&starts);
        let fullest_first = |number: &u32| (Reverse(sketches.facts(*number).shingles), *number);
        let mut articles: Vec<u32> =
            groups.iter().filter_map(|story| story.iter().copied().min_by_key(fullest_first)).collect();
        let mut differences = BTreeMap::new();
        for story in (0..groups.len()).filter(|story| groups.get(*story).len() > 1) {
            if let Some((newest, found)) = contradicting(&mut sketches, groups.get(story), articles[story as usize])? {
                articles[story as usize] = newest;
                differences.insert(story, found);
            }
        }
        let mut frequencies = DocumentFrequencies::new();
        for &article in &articles {
            frequencies.add(sketches.terms(article)?.into_iter().map(|(stem, _)| stem));
        }
        Ok(Self { sketches, groups, articles, differences, frequencies })
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

    /// What is known about that article without reading its sketch.
    pub(super) fn facts(&self, story: u32) -> ArticleFacts {
        self.sketches.facts(self.articles[story as usize])
    }

    /// The texts of that article.
    pub(super) fn text(&mut self, story: u32) -> io::Result<SketchText> {
        self.sketches.text(self.articles[story as usize])
    }

    /// The tf-idf vector of that article, of length 1.
    pub(super) fn vector(&mut self, story: u32) -> io::Result<Vector> {
        let mut vector = self.sketches.terms(self.articles[story as usize])?;
        vector.iter_mut().for_each(|(stem, weight)| *weight *= self.frequencies.weight(*stem));
        Ok(normalized(vector))
    }

    /// `story` as it appears in a digest.
    pub(super) fn to_story(&self, story: u32) -> Story {
        let article = self.article(story);
        let members = self.groups.get(story).iter().map(|&member| member as usize);
        let differences = self.differences.get(&story).cloned().unwrap_or_default();
        Story { article, copies: members.filter(|member| *member != article).collect(), differences }
    }
}

/// Most copies of an article that are searched for contradictions: the newest.
const MAX_COMPARED: usize = 32;

/// Most differences that are told of a story.
const MAX_DIFFERENCES: usize = 8;

/// The newest of `members` and what the others say differently; `None` if they do not contradict it. Where no date says which
/// is newer, `fullest` counts as the newest.
fn contradicting(
    sketches: &mut SketchFile,
    members: &[u32],
    fullest: u32,
) -> io::Result<Option<(u32, Vec<Difference>)>> {
    let mut newest_first = members.to_vec();
    newest_first.sort_by_key(|&member| {
        let ArticleFacts { changed, time, .. } = sketches.facts(member);
        (Reverse(changed), Reverse(time), member != fullest, member)
    });
    let Some((&newest, others)) = newest_first.split_first() else { return Ok(None) };
    let sentences = sketches.sentences(newest)?;
    let mut differences: Vec<Difference> = Vec::new();
    for &other in others.iter().take(MAX_COMPARED) {
        let other_sentences = sketches.sentences(other)?;
        for contradiction in contradictions(&sentences, &other_sentences) {
            let [index, other_index] = contradiction.indices;
            let [words, other_words] = contradiction.words;
            let later = Version { article: newest as usize, place: sentences[index].place, words };
            let earlier =
                Version { article: other as usize, place: other_sentences[other_index].place, words: other_words };
            let is_known = differences.iter().any(|known| known.later == later && known.earlier.words == earlier.words);
            if !is_known && differences.len() < MAX_DIFFERENCES {
                differences.push(Difference { kind: contradiction.kind, earlier, later });
            }
        }
    }
    Ok((!differences.is_empty()).then_some((newest, differences)))
}
