//! Articles that say the same in the same words, as one story; asked for by number, in the order of the first article of each.

use std::cmp::Reverse;
use std::fs::File;
use std::io;

use super::copies;
use super::frequencies::Frequencies;
use super::groups::Groups;
use super::shelf::{Fact, Shelf};
use super::sketch::Text;
use super::sorter::Sorter;
use super::vectors::{Vector, unit};
use crate::document::Story;

/// The stories of a folder; what is known of them is on disk.
pub(super) struct Stories {
    shelf: Shelf,
    groups: Groups,
    /// The article of each that has the fullest text, of equals the earliest: it stands for the story.
    articles: Vec<u32>,
    /// In how many stories each German stem is.
    frequencies: Frequencies,
}

impl Stories {
    /// The stories of the articles of `shelf`. `bands` are the bands of all signatures, each above the number of its article;
    /// `scratch` is an empty file.
    pub(super) fn of(mut shelf: Shelf, bands: Sorter, scratch: File) -> io::Result<Self> {
        let groups = Groups::of(&copies::first_of(&mut shelf, bands, Sorter::new(scratch))?);
        let fullness = |number: &u32| (Reverse(shelf.fact(*number).shingles), *number);
        let articles: Vec<u32> = groups.iter().filter_map(|story| story.iter().copied().min_by_key(fullness)).collect();
        let mut frequencies = Frequencies::new();
        for &article in &articles {
            frequencies.add(shelf.terms(article)?.into_iter().map(|(stem, _)| stem));
        }
        Ok(Self { shelf, groups, articles, frequencies })
    }

    /// How many there are.
    pub(super) fn len(&self) -> u32 {
        self.articles.len() as u32
    }

    /// Articles of `story`, copies counted.
    pub(super) fn size(&self, story: u32) -> usize {
        self.groups.get(story).len()
    }

    /// The article that stands for `story`.
    pub(super) fn article(&self, story: u32) -> usize {
        self.articles[story as usize] as usize
    }

    /// What is known of that article without a look at the disk.
    pub(super) fn fact(&self, story: u32) -> Fact {
        self.shelf.fact(self.articles[story as usize])
    }

    /// Its texts.
    pub(super) fn text(&mut self, story: u32) -> io::Result<Text> {
        self.shelf.text(self.articles[story as usize])
    }

    /// Its vector: each weight times what the stem says in this folder.
    pub(super) fn vector(&mut self, story: u32) -> io::Result<Vector> {
        let mut vector = self.shelf.terms(self.articles[story as usize])?;
        vector.iter_mut().for_each(|(stem, weight)| *weight *= self.frequencies.weight(*stem));
        Ok(unit(vector))
    }

    /// `story` as it is told.
    pub(super) fn told(&self, story: u32) -> Story {
        let article = self.article(story);
        let members = self.groups.get(story).iter().map(|&member| member as usize);
        Story { article, copies: members.filter(|member| *member != article).collect() }
    }
}
