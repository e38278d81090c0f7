//! Turns a briefing into bytes: one renderer a format, and the folder that they are written to.
//!
//! A briefing is a sequence of [`Part`]s. An article's parts are rendered as soon as the article is through, and the
//! parts that need the final counts at the end, so memory holds one article however many there are.
//!
//! Promises: the same briefing gives the same bytes; text of an article never becomes markup; no page is ever seen half
//! written; nothing is written outside the folder that was asked for, and no file is replaced that was not made here.
//! Never computes a score, an order or a cut.
//!
//! To add a format: write one file with a [`Format`] const and name it in [`FORMATS`]. The tests walk the table over
//! the canned briefings; `BLESS=1 cargo test` writes the new golden files.

mod error;
mod folder;
mod html;
mod inputs;
mod json;
mod layout;
mod lock;
mod markdown;
mod mentions;
mod names;
mod record;
mod report;
mod spool;
mod text;

use std::fmt;
use std::io::{self, Write};

use crate::document::{Briefing, Entry, FolderDigest, Mention, Overview, Provenance};

pub use error::Error;
pub use folder::Folder;
pub use record::RECORD;
pub use report::REPORT;

/// Every format, in the order in which help texts list them.
pub const FORMATS: &[Format] = &[markdown::FORMAT, html::FORMAT, json::FORMAT, text::FORMAT];

/// One way to write a briefing and the pages of its articles.
pub struct Format {
    /// What the user calls it.
    pub name: &'static str,
    /// Extension of an article's page, without the dot; no two formats share one.
    pub extension: &'static str,
    /// File name of the briefing, on top of the folder.
    pub briefing: &'static str,
    /// One line for the help text.
    pub about: &'static str,
    /// What stands between two [`Part::Article`]s: a list separator, for formats that have lists.
    pub between: &'static str,
    /// Renders one part.
    pub render: fn(&Part<'_>, &mut dyn Write) -> io::Result<()>,
}

impl Format {
    /// The format called `name`.
    pub fn named(name: &str) -> Option<&'static Self> {
        FORMATS.iter().find(|format| format.name == name)
    }
}

impl fmt::Debug for Format {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Format").field(&self.name).finish()
    }
}

/// A piece of output that is rendered on its own.
///
/// A briefing is `Opening Contents* BeforeArticles Article* AfterArticles LeftOut* Closing`, each starred part once for
/// every entry; a [`Part::Page`] is a file of its own. Where the overview has a digest, [`Part::Opening`] shows its main points,
/// and in the place of `Contents*` stands `(Topic (Story Copy* EndOfStory)* EndOfTopic)*`, which names every article too. The
/// parts around the stars get the [`Overview`], so that they can open and close what encloses them and give final counts.
#[derive(Clone, Copy, Debug)]
pub enum Part<'a> {
    /// The whole file of one article.
    Page {
        /// The article.
        entry: &'a Entry,
        /// Which models and settings made it.
        provenance: &'a Provenance,
    },
    /// The top of the briefing.
    Opening(&'a Overview),
    /// One line of the table of contents.
    Contents(&'a Mention),
    /// The head of a topic.
    Topic {
        /// The digest that it is of.
        digest: &'a FolderDigest,
        /// Which of the topics it is.
        place: usize,
    },
    /// A story of a topic: the article with the fullest text.
    Story(&'a Mention),
    /// A near-duplicate of the article of the story.
    Copy(&'a Mention),
    /// After the copies of a story.
    EndOfStory,
    /// After the stories of a topic.
    EndOfTopic,
    /// Between the table of contents and the first article.
    BeforeArticles(&'a Overview),
    /// One article in the briefing.
    Article {
        /// The article.
        entry: &'a Entry,
        /// Whether its text is repeated here; if not, the briefing points to the article's page.
        full_text: bool,
    },
    /// After the last article: what failed.
    AfterArticles(&'a Overview),
    /// What was set aside of one article; most have nothing to say here.
    LeftOut(&'a Entry),
    /// The end of the briefing: which models and settings were used.
    Closing(&'a Overview),
}

/// What to write, and how freely.
#[derive(Clone, Debug)]
pub struct Options {
    /// The formats; each gets a briefing and a page for every article.
    pub formats: Vec<&'static Format>,
    /// Replace files that were not made here.
    pub force: bool,
    /// Repeat the full bilingual text of every article in the briefing, rather than point to the article's page.
    pub full_text: bool,
}

impl Default for Options {
    /// Markdown, HTML and JSON, with the full text, careful.
    fn default() -> Self {
        Self { formats: vec![&markdown::FORMAT, &html::FORMAT, &json::FORMAT], force: false, full_text: true }
    }
}

/// Renders a briefing that is whole in memory.
///
/// # Errors
/// Whatever `out` reports.
pub fn render(format: &Format, briefing: &Briefing, full_text: bool, out: &mut dyn Write) -> io::Result<()> {
    let overview = &briefing.overview;
    (format.render)(&Part::Opening(overview), out)?;
    let mention = |index: usize| {
        briefing.entries.get(index).map(Mention::new).ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))
    };
    contents(overview, mention, |part| (format.render)(part, out))?;
    (format.render)(&Part::BeforeArticles(overview), out)?;
    for (place, entry) in briefing.entries.iter().enumerate() {
        if place > 0 {
            out.write_all(format.between.as_bytes())?;
        }
        (format.render)(&Part::Article { entry, full_text }, out)?;
    }
    (format.render)(&Part::AfterArticles(overview), out)?;
    for entry in &briefing.entries {
        (format.render)(&Part::LeftOut(entry), out)?;
    }
    (format.render)(&Part::Closing(overview), out)
}

/// Gives `emit` the parts of the table of contents in their order; `mention` looks an article up by its number.
fn contents(
    overview: &Overview,
    mut mention: impl FnMut(usize) -> io::Result<Mention>,
    mut emit: impl FnMut(&Part<'_>) -> io::Result<()>,
) -> io::Result<()> {
    let Some(digest) = &overview.digest else {
        return (0..overview.articles).try_for_each(|index| emit(&Part::Contents(&mention(index)?)));
    };
    for (place, topic) in digest.topics.iter().enumerate() {
        emit(&Part::Topic { digest, place })?;
        for story in &topic.stories {
            emit(&Part::Story(&mention(story.article)?))?;
            story.copies.iter().try_for_each(|&copy| emit(&Part::Copy(&mention(copy)?)))?;
            emit(&Part::EndOfStory)?;
        }
        emit(&Part::EndOfTopic)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::{Path, PathBuf};

    use super::*;
    use crate::document::canned::CANNED;

    fn rendered(format: &Format, briefing: &Briefing, full_text: bool) -> String {
        let mut bytes = Vec::new();
        render(format, briefing, full_text, &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    fn page(format: &Format, briefing: &Briefing) -> Option<String> {
        let mut bytes = Vec::new();
        let part = Part::Page { entry: briefing.entries.first()?, provenance: &briefing.overview.provenance };
        (format.render)(&part, &mut bytes).unwrap();
        Some(String::from_utf8(bytes).unwrap())
    }

    /// Compares with the golden file, or writes it where `BLESS` is set.
    fn compare(golden: &Path, actual: &str) {
        if std::env::var_os("BLESS").is_some() {
            fs::create_dir_all(golden.parent().unwrap()).unwrap();
            fs::write(golden, actual).unwrap();
        }
        let expected = fs::read_to_string(golden).unwrap_or_default();
        let differs = expected.lines().zip(actual.lines()).position(|(expected, actual)| expected != actual);
        let line = differs.unwrap_or_else(|| expected.lines().count().min(actual.lines().count()));
        assert!(
            expected == actual,
            "{} line {}: BLESS=1 renews it\n golden: {:?}\n actual: {:?}",
            golden.display(),
            line + 1,
            expected.lines().nth(line),
            actual.lines().nth(line),
        );
    }

    #[test]
    fn every_format_renders_every_canned_briefing_as_its_golden_file() {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden/canned");
        for format in FORMATS {
            for (name, briefing) in CANNED {
                let briefing = briefing();
                compare(&folder.join(format!("{name}.{}", format.extension)), &rendered(format, &briefing, true));
                if let Some(page) = page(format, &briefing) {
                    compare(&folder.join(format!("{name}.page.{}", format.extension)), &page);
                }
            }
        }
    }

    #[test]
    fn rendering_twice_gives_the_same_bytes() {
        for format in FORMATS {
            for (name, briefing) in CANNED {
                let briefing = briefing();
                for full_text in [true, false] {
                    let (first, second) =
                        (rendered(format, &briefing, full_text), rendered(format, &briefing, full_text));
                    assert_eq!(first, second, "{name} as {}", format.name);
                }
            }
        }
    }

    #[test]
    fn nothing_for_people_holds_control_characters_of_the_article() {
        for format in FORMATS.iter().filter(|format| format.name != "json") {
            for (name, briefing) in CANNED {
                let output = rendered(format, &briefing(), true);
                let control =
                    output.chars().find(|character| character.is_control() && !matches!(character, '\n' | '\t'));
                assert_eq!(control, None, "{name} as {}", format.name);
            }
        }
    }

    #[test]
    fn a_briefing_without_full_text_is_no_longer_than_one_with() {
        for format in FORMATS {
            let briefing = crate::document::canned::ordinary();
            let (long, short) = (rendered(format, &briefing, true), rendered(format, &briefing, false));
            assert!(short.len() < long.len(), "{}", format.name);
        }
    }

    #[test]
    fn no_two_formats_share_a_name_an_extension_or_a_briefing() {
        let keys: [fn(&Format) -> &'static str; 3] =
            [|format| format.name, |format| format.extension, |format| format.briefing];
        for key in keys {
            assert_eq!(FORMATS.iter().map(key).collect::<BTreeSet<_>>().len(), FORMATS.len());
        }
        for format in FORMATS {
            assert!(Format::named(format.name).is_some_and(|found| found.name == format.name));
            assert!(format.briefing.ends_with(&format!(".{}", format.extension)), "{}", format.name);
        }
    }
}
