//! Groups of copies, each one story. Stories are numbered in the order of their first articles.

use std::cmp::Reverse;
use std::fs::File;
use std::io;

use super::copies;
use super::document_frequencies::DocumentFrequencies;
use super::external_sort::ExternalSorter;
use super::groups::Groups;
use super::sketch::SketchText;
use super::sketch_file::{ArticleFacts, SketchFile};
use super::vectors::{Vector, normalized};
use crate::document::Story;

/// The stories of a folder, with the sketches on disk.
pub(super) struct Stories {
    sketches: SketchFile,
    groups: Groups,
    /// The article that represents each story: the one with the fullest text, among equals the first.
    articles: Vec<u32>,
    /// In how many stories each German stem occurs.
    frequencies: DocumentFrequencies,
}

impl Stories {
    /// Groups the articles of `sketches`. `bands` are as for [`copies::story_starts`]; `scratch` is an empty file.
    pub(super) fn from_sketches(mut sketches: SketchFile, bands: ExternalSorter, scratch: File) -> io::Result<Self> {
        let starts = copies::story_starts(&mut sketches, bands, ExternalSorter::new(scratch))?;
        let groups = Groups::from_first_members(&starts);
        let fullest_first = |number: &u32| (Reverse(sketches.facts(*number).shingles), *number);
        let articles: Vec<u32> =
            groups.iter().filter_map(|story| story.iter().copied().min_by_key(fullest_first)).collect();
        let mut frequencies = DocumentFrequencies::new();
        for &article in &articles {
            frequencies.add(sketches.terms(article)?.into_iter().map(|(stem, _)| stem));
        }
        Ok(Self { sketches, groups, articles, frequencies })
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
        Story { article, copies: members.filter(|member| *member != article).collect() }
    }
}
