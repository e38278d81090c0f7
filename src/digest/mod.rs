//! Entries, one after the other → what the folder says as a whole: main points, topics, copies folded together.
//!
//! [`Collector::add`] keeps a sketch of an entry, about two kilobytes whatever its length, and forgets the entry;
//! [`Collector::digest`] compares the sketches. `sketch.rs` is what is kept, `dates.rs` which day an article states,
//! `copies.rs` finds near-duplicates, `topics.rs` groups and names, `lead.rs` chooses the main points.
//!
//! Promises: every entry is in exactly one story of one topic; the digest depends on the entries and their order alone (hashes
//! are our own, sums are in a fixed order, ties go to the earlier entry); time grows little faster than the number of
//! entries. Never changes a sentence, never drops an article.

mod copies;
mod dates;
mod lead;
mod sketch;
mod topics;

use crate::document::{Digest, Entry, Mention, Story, Topic};

pub use dates::stated;
use sketch::Sketch;

/// Sketches of the entries so far.
#[derive(Debug, Default)]
pub struct Collector {
    seen: Vec<Seen>,
}

/// What is kept of an entry.
#[derive(Debug)]
struct Seen {
    mention: Mention,
    sketch: Sketch,
}

/// A story before it is written down: indices of its article and of the copies.
#[derive(Debug)]
struct Group {
    article: usize,
    copies: Vec<usize>,
}

impl Collector {
    /// Keeps what is needed of `entry`. Entries come in the order of the briefing.
    pub fn add(&mut self, entry: &Entry) {
        self.seen.push(Seen { mention: Mention::of(entry), sketch: Sketch::of(entry) });
    }

    /// What the entries say together; `None` if there are fewer than two, since one article is its own digest.
    pub fn digest(self) -> Option<Digest> {
        if self.seen.len() < 2 {
            return None;
        }
        let signatures: Vec<_> = self.seen.iter().map(|seen| &seen.sketch.signature).collect();
        let stories = copies::folded(&signatures);
        let vectors = topics::vectors(stories.iter().map(|story| self.seen[story.article].sketch.terms.as_slice()));
        let clusters = topics::clusters(&vectors);
        let lead = lead::highlights(&self.seen, &stories, &clusters, &vectors);
        let labels = topics::labels(&self.seen, &stories, &clusters);
        let mut topics: Vec<Topic> = Vec::new();
        let mut others = Topic::default();
        for (cluster, label) in clusters.iter().zip(labels) {
            let stories = cluster.iter().map(|&story| self.story(&stories[story]));
            if cluster.len() > 1 {
                topics.push(Topic { label, stories: stories.collect() });
            } else {
                others.stories.extend(stories);
            }
        }
        if !others.stories.is_empty() {
            topics.push(others);
        }
        for topic in &mut topics {
            topic.stories.sort_by_key(|story| (story.article.date.is_none(), story.article.date, story.article.index));
        }
        Some(Digest { lead, topics })
    }

    fn story(&self, group: &Group) -> Story {
        let mention = |&index: &usize| self.seen[index].mention.clone();
        Story { article: mention(&group.article), copies: group.copies.iter().map(mention).collect() }
    }
}

/// FNV-1a of `bytes`, mixed once more: the same on every machine and in every version of the compiler.
fn hash(bytes: impl IntoIterator<Item = u8>) -> u64 {
    let start = 0xcbf2_9ce4_8422_2325_u64;
    mixed(bytes.into_iter().fold(start, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)))
}

/// The finaliser of SplitMix64: every bit of `value` decides on every bit of the result.
fn mixed(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{
        Article, Draft, ParagraphKind, Point, Section, Sentence, SentenceRef, Summary, TranslatedParagraph, Translation,
    };
    use crate::segment;

    /// An entry whose English is the German, word for word, and whose summary is its first sentence.
    fn entry(index: usize, title: &str, paragraphs: &[&str]) -> Entry {
        let section = |text: &&str| Section { kind: ParagraphKind::Body, text: (*text).into() };
        let draft =
            Draft { title: Some(title.into()), sections: paragraphs.iter().map(section).collect(), ..Draft::default() };
        let article = Article::new(format!("{index}.txt"), draft).unwrap();
        let sentence = |text: &str| Sentence { english: text.into(), ..Sentence::default() };
        let translated = article
            .paragraphs()
            .iter()
            .map(|paragraph| {
                let spans = segment::sentences(paragraph.text(), paragraph.kind());
                let english = spans.sentences(paragraph.text()).map(sentence).collect();
                TranslatedParagraph::new(spans, english).unwrap()
            })
            .collect();
        let title = article.title().map(sentence);
        let translation = Translation::new(article, title, translated).unwrap();
        let first = SentenceRef { paragraph: 0, sentence: 0 };
        let english = translation.sentence(0, 0).unwrap().1.english.clone();
        let points = vec![Point::new(english, vec![first], &translation).unwrap()];
        let date = stated(translation.article());
        Entry { index, page: index.to_string(), date, translation, summary: Some(Summary { points, writing: None }) }
    }

    const BRIDGE: &[&str] = &[
        "Ulm, 14. März 2024 – Die neue Brücke über die Donau wird teurer als geplant. Statt vier kostet der Bau sechs \
         Millionen Euro, sagte die Bürgermeisterin im Rat.",
        "Grund sind die Preise für Stahl. Die Brücke soll im Herbst für Fußgänger öffnen, die Donau bleibt so lange gesperrt.",
    ];
    const BRIDGE_BEFORE: &[&str] = &[
        "Ulm, 2. Februar 2024 – Der Rat hat den Bau der Brücke über die Donau beschlossen. Die Bürgermeisterin rechnet mit \
         vier Millionen Euro.",
        "Die Brücke für Fußgänger ersetzt die Fähre. Stahl und Holz liefert eine Firma aus der Region.",
    ];
    const BEES: &[&str] = &[
        "Der warme Winter weckt die Bienen zu früh. Imker im Allgäu fürchten, dass der Nektar fehlt.",
        "Ein Forscher rät, die Völker zu füttern. Blüten gibt es erst im April.",
    ];
    const CHESS: &[&str] =
        &["Eine Schülerin aus Gera ist Meisterin im Schach. Sie schlug im Finale den Titelverteidiger."];

    fn digest(entries: &[Entry]) -> Digest {
        let mut collector = Collector::default();
        entries.iter().for_each(|entry| collector.add(entry));
        collector.digest().unwrap()
    }

    /// Every topic as its stories, every story as the indices of its article and the copies.
    fn shape(digest: &Digest) -> Vec<Vec<Vec<usize>>> {
        let story =
            |story: &Story| [&story.article].into_iter().chain(&story.copies).map(|found| found.index).collect();
        digest.topics.iter().map(|topic| topic.stories.iter().map(story).collect()).collect()
    }

    fn folder() -> Vec<Entry> {
        // The dispatch as another paper prints it: another title and place, the last sentence cut.
        let copy = [BRIDGE[0], "Grund sind die Preise für Stahl. Die Brücke soll im Herbst für Fußgänger öffnen."];
        vec![
            entry(0, "Imker sorgen sich um ihre Bienen", BEES),
            entry(1, "Sechs Millionen Euro für die Brücke", &copy),
            entry(2, "Schach: Meisterin aus Gera", CHESS),
            entry(3, "Brücke über die Donau wird teurer", BRIDGE),
            entry(4, "Rat beschließt Brücke über die Donau", BRIDGE_BEFORE),
        ]
    }

    #[test]
    fn articles_are_grouped_by_topic_and_date_with_copies_under_the_fullest() {
        let digest = digest(&folder());
        assert_eq!(shape(&digest), [vec![vec![4], vec![3, 1]], vec![vec![0], vec![2]]]);
        assert!(digest.topics[1].label.is_empty());
        assert!(digest.topics[0].label.iter().any(|word| word == "Brücke"), "{:?}", digest.topics[0].label);
    }

    #[test]
    fn the_lead_says_what_most_articles_are_about_first_and_no_story_twice() {
        let digest = digest(&folder());
        let lead: Vec<_> = digest.lead.iter().map(|highlight| highlight.article.index).collect();
        assert!([3, 4].contains(&lead[0]), "{lead:?}");
        assert_eq!(lead.len(), 3);
        assert!(!lead.contains(&1));
        for highlight in &digest.lead {
            assert!(!highlight.evidence.is_empty() && highlight.german == highlight.english);
        }
    }

    #[test]
    fn another_order_of_the_folder_gives_the_same_topics() {
        let stories = |order: &[usize]| {
            let all = folder();
            let entries: Vec<_> = order.iter().map(|&place| all[place].clone()).collect();
            shape(&digest(&entries))
        };
        let known = stories(&[0, 1, 2, 3, 4]);
        assert_eq!(stories(&[4, 3, 2, 1, 0])[0], known[0]);
        assert_eq!(stories(&[3, 0, 4, 2, 1])[0], known[0]);
    }

    #[test]
    fn one_article_has_no_digest_and_no_summary_no_lead() {
        let mut collector = Collector::default();
        assert!(Collector::default().digest().is_none());
        collector.add(&folder()[0]);
        assert!(collector.digest().is_none());
        let entries: Vec<_> = folder().into_iter().map(|entry| Entry { summary: None, ..entry }).collect();
        let digest = digest(&entries);
        assert!(digest.lead.is_empty());
        assert_eq!(digest.topics.len(), 2);
    }

    #[test]
    fn a_thousand_copies_are_one_story_and_take_no_quadratic_time() {
        let entries: Vec<_> = (0..1000).map(|index| entry(index, "Brücke", BRIDGE)).collect();
        let digest = digest(&entries);
        assert_eq!(digest.topics.len(), 1);
        assert_eq!(digest.topics[0].stories.len(), 1);
        assert_eq!(digest.topics[0].stories[0].copies.len(), 999);
    }
}
