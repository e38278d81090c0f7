//! Entries, one after the other → what the folder says as a whole: main points, topics, copies grouped into stories.
//!
//! [`DigestCollector::add`] writes a sketch of an entry to disk, two or three kilobytes whatever its length, and forgets the entry;
//! [`DigestCollector::digest`] compares the sketches. `sketch.rs` is what is kept, `sketch_file.rs` where; `signature.rs` and
//! `copies.rs` find near-duplicates, `stories.rs` groups them, `contradictions.rs` finds what they say differently; `topics.rs` groups
//! and labels stories; `lead.rs` chooses the main points;
//! `names.rs` lists people, organisations and places.
//! `external_sort.rs`, `groups.rs` and `document_frequencies.rs` keep memory small.
//!
//! Every entry is in exactly one story of one topic. The digest depends on the entries and their order alone: hashes are our
//! own, sums have a fixed order, ties go to the earlier entry. Time grows little faster than the number of entries, memory by
//! a hundred bytes per entry. Never changes a sentence, never drops an article.

mod contradictions;
mod copies;
mod document_frequencies;
mod external_sort;
mod groups;
mod hashing;
mod lead;
mod names;
mod signature;
mod sketch;
mod sketch_file;
mod stories;
mod topics;
mod vectors;

use std::cmp::Reverse;
use std::fs::File;
use std::io;

use crate::document::{Entry, FolderDigest, Story, Topic};

use external_sort::SketchSorter;
use names::NameIndex;
use sketch::Sketch;
use sketch_file::{ArticleFacts, SketchFile};
use stories::Stories;
use topics::Labeller;

/// Collects sketches of entries and makes a digest of them.
#[derive(Debug)]
pub struct DigestCollector {
    sketches: SketchFile,
    /// Every band of every signature (upper half) with the number of its article (lower half).
    bands: SketchSorter,
    /// An empty file to sort pairs of articles in.
    pairs: File,
    names: NameIndex,
}

impl DigestCollector {
    /// A collector without entries. Each call of `scratch_file` returns an empty file that can be read and written.
    ///
    /// # Errors
    /// Those of `scratch_file`.
    pub fn new(scratch_file: impl Fn() -> io::Result<File>) -> io::Result<Self> {
        Ok(Self {
            sketches: SketchFile::new(scratch_file()?),
            bands: SketchSorter::new(scratch_file()?),
            pairs: scratch_file()?,
            names: NameIndex::default(),
        })
    }

    /// Keeps a sketch of what the digest needs of `entry`. Entries come in the order of the briefing, from [`Entry::index`] 0.
    ///
    /// # Errors
    /// If the sketch cannot be written. The entry is then missing, and no digest can be made.
    pub fn add(&mut self, entry: &Entry) -> io::Result<()> {
        let sketch = Sketch::from_entry(entry);
        let article_number = self.sketches.len() as u128;
        sketch.signature.bands().try_for_each(|band| self.bands.push((u128::from(band) << 32) | article_number))?;
        self.names.add(entry);
        self.sketches.push(&sketch, entry)
    }

    /// The digest of all entries; `None` if there are fewer than two.
    ///
    /// # Errors
    /// If the sketches cannot be read, or there is no room to sort.
    pub fn digest(self) -> io::Result<Option<FolderDigest>> {
        let Self { sketches, bands, pairs, names } = self;
        if sketches.len() < 2 {
            return Ok(None);
        }
        let mut stories = Stories::from_sketches(sketches, bands, pairs)?;
        let topics = topics::topics(&mut stories)?;
        // Topics with the most stories first, among equals the one that begins first.
        let mut topic_order: Vec<u32> = (0..topics.len()).collect();
        topic_order.sort_by_key(|&topic| (Reverse(topics.get(topic).len()), topic));
        let ordered_topics = || topic_order.iter().map(|&topic| topics.get(topic));

        let mut lead_highlights = Vec::new();
        for story in lead::lead_stories(&mut stories, ordered_topics())? {
            let (representative, article_facts) = (stories.article(story), stories.facts(story));
            lead_highlights.extend(stories.text(story)?.highlight(
                representative,
                article_facts.date,
                article_facts.time,
            ));
        }
        let labeller = Labeller::new(&mut stories)?;
        let mut listed_topics: Vec<Topic> = Vec::new();
        let mut other_stories: Vec<u32> = Vec::new();
        for topic in ordered_topics() {
            if topic.len() > 1 {
                let topic_label = labeller.label(&mut stories, topic)?;
                listed_topics.push(Topic { label: topic_label, stories: by_date(&stories, topic.to_vec()) });
            } else {
                other_stories.extend(topic);
            }
        }
        if !other_stories.is_empty() {
            listed_topics.push(Topic { label: Vec::new(), stories: by_date(&stories, other_stories) });
        }
        Ok(Some(FolderDigest { lead: lead_highlights, topics: listed_topics, names: names.listed() }))
    }
}

/// The stories `story_numbers` by date; those without a date come last.
fn by_date(stories: &Stories, mut story_numbers: Vec<u32>) -> Vec<Story> {
    story_numbers.sort_by_key(|&story| {
        let ArticleFacts { date, time, .. } = stories.facts(story);
        (date.is_none(), date, time, stories.article(story))
    });
    story_numbers.into_iter().map(|story| stories.to_story(story)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{
        Article, ArticleDraft, DifferenceKind, ParagraphKind, Point, Section, Sentence, SentenceRef, Summary,
        TranslatedParagraph, Translation,
    };
    use crate::publication::{publication_date, publication_time};
    use crate::segment;

    /// An entry whose English is the German, word for word, and whose summary is its first sentence.
    fn entry(index: usize, title: &str, paragraphs: &[&str]) -> Entry {
        let section = |text: &&str| Section { kind: ParagraphKind::Body, text: (*text).into() };
        let draft = ArticleDraft {
            title: Some(title.into()),
            sections: paragraphs.iter().map(section).collect(),
            ..ArticleDraft::default()
        };
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
        let date = publication_date(translation.article());
        let time = date.and_then(|date| publication_time(translation.article(), date));
        let summary = Some(Summary { points, writing: None });
        Entry { index, page: index.to_string(), date, time, translation, summary }
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

    fn digest(entries: &[Entry]) -> FolderDigest {
        let mut collector = collector();
        entries.iter().for_each(|entry| collector.add(entry).unwrap());
        collector.digest().unwrap().unwrap()
    }

    fn collector() -> DigestCollector {
        DigestCollector::new(tempfile::tempfile).unwrap()
    }

    /// Every topic as its stories, every story as the indices of its article and the copies.
    fn shape(digest: &FolderDigest) -> Vec<Vec<Vec<usize>>> {
        let story = |story: &Story| [&story.article].into_iter().chain(&story.copies).copied().collect();
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
    fn of_reports_that_contradict_each_other_the_newest_leads_and_the_differences_are_said() {
        let report = |time: &str, killed: &str, hurt: &str, rest: &str| {
            format!(
                "Ahlhausen, 7. Mai 2024, {time} Uhr – Bei einem Zugunglück in der Nähe von Ahlhausen sind am Dienstag nach \
                 Angaben der Polizei {killed} Menschen getötet worden. {hurt} Reisende wurden verletzt. Der Regionalzug war \
                 auf der Strecke nach Münster aus den Schienen gesprungen. Die Ursache ist noch unklar. Die Bahn sperrte die \
                 Strecke bis auf Weiteres. Rettungskräfte aus drei Landkreisen waren im Einsatz.{rest}"
            )
        };
        let earlier = report("14", "3", "41", " Zeugen berichteten von einem lauten Knall in der Nähe.");
        let later = report("21", "5", "58", "");
        for order in [[&earlier, &later], [&later, &earlier]] {
            let newest = usize::from(order[1] == &later);
            let entries: Vec<_> =
                order.iter().enumerate().map(|(index, text)| entry(index, "Zugunglück", &[text])).collect();
            let digest = digest(&entries);
            assert_eq!(shape(&digest), [vec![vec![newest, 1 - newest]]]);
            let differences = &digest.topics[0].stories[0].differences;
            let words: Vec<_> = differences
                .iter()
                .map(|difference| (difference.earlier.words.as_str(), difference.later.words.as_str()))
                .collect();
            assert_eq!(words, [("3", "5"), ("41", "58")]);
            for difference in differences {
                assert_eq!((difference.earlier.article, difference.later.article), (1 - newest, newest));
                assert_eq!(difference.kind, DifferenceKind::Number);
            }
            assert_eq!(digest.lead[0].article.index, newest);
        }
        let same = entry(1, "Zugunglück", &[&later]);
        let digest = digest(&[entry(0, "Zugunglück", &[&later]), same]);
        assert!(digest.topics[0].stories[0].differences.is_empty());
    }

    #[test]
    fn another_order_of_the_folder_gives_the_same_topics() {
        let stories = |order: &[usize]| {
            let all = folder();
            let entries: Vec<_> = order.iter().map(|&place| all[place].clone()).collect();
            let mut shape = shape(&digest(&entries));
            shape.iter_mut().flatten().flatten().for_each(|article| *article = order[*article]);
            shape
        };
        let known = stories(&[0, 1, 2, 3, 4]);
        assert_eq!(stories(&[4, 3, 2, 1, 0])[0], known[0]);
        assert_eq!(stories(&[3, 0, 4, 2, 1])[0], known[0]);
    }

    #[test]
    fn one_article_has_no_digest_and_no_summary_no_lead() {
        assert!(collector().digest().unwrap().is_none());
        let mut collector = collector();
        collector.add(&folder()[0]).unwrap();
        assert!(collector.digest().unwrap().is_none());
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
