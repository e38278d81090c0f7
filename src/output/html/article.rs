//! One article: headlines, where it comes from, summary with its evidence, and the bilingual text.

use maud::{Markup, html};

use super::super::layout::{self, BilingualSentence, Byline, bilingual_sentences};
use super::markup::{Escaped, Marked, day, flags, kinds};
use crate::document::{Entry, Language, Paragraph, ParagraphKind, SentenceRef};

/// Where an article appears. Determines ids and heading levels.
#[derive(Clone, Copy)]
pub(super) enum ArticlePlace {
    /// On a page of its own.
    OwnPage,
    /// Among others in the briefing.
    Briefing {
        /// See [`Entry::index`].
        index: usize,
    },
}

impl ArticlePlace {
    /// The id of a sentence, unique within a file.
    pub(super) fn id(self, sentence: SentenceRef) -> String {
        let (paragraph, sentence) = (sentence.paragraph + 1, sentence.sentence + 1);
        match self {
            Self::OwnPage => format!("p{paragraph}-s{sentence}"),
            Self::Briefing { index } => format!("a{}-p{paragraph}-s{sentence}", index + 1),
        }
    }
}

/// Headlines with their flags, where the article comes from, and its language.
pub(super) fn header(entry: &Entry, place: ArticlePlace) -> Markup {
    let byline = Byline::new(entry);
    let language = entry.translation.title().map_or(Language::GERMAN, |title| title.language);
    html! {
        header class=[kinds(entry.title_notes())] {
            p.source {
                @if let Some(outlet) = byline.outlet { strong { (Escaped(outlet)) } " · " }
                @if let Some(author) = byline.author { (Escaped(author)) " · " }
                @if let Some(date) = byline.published { (day(date, byline.time)) " · " }
                @if let Some(date) = byline.updated { "updated " (day(date, None)) " · " }
                @if let Some(link) = byline.link {
                    a.link href=(Escaped(link)) rel="external noopener noreferrer" { (Escaped(layout::host(link))) } " · "
                }
                (Escaped(byline.source))
            }
            @match place {
                ArticlePlace::OwnPage => h1 { (Escaped(&entry.english_title())) },
                ArticlePlace::Briefing { index } => h2 { span.number { (index + 1) } " " (Escaped(&entry.english_title())) },
            }
            @if let Some(title) = entry.translation.article().title() { p.original lang=(language.tag) { (Escaped(title)) } }
            (flags(entry.title_notes().iter()))
            @if let Some(foreign) = layout::foreign(entry) { p.foreign { (Escaped(&foreign)) } }
        } "\n"
    }
}

/// The summary. Its evidence links to the text, which is in `text_file` (empty: this file) at `text_place`.
pub(super) fn summary(entry: &Entry, text_file: &str, text_place: ArticlePlace) -> Markup {
    let Some(summary) = &entry.summary else { return Markup::default() };
    html! {
        div.summary {
            p.label { "Summary" }
            @if summary.points.is_empty() { p { "Nothing in this article could be quoted." } }
            @else {
                ul {
                    @for point in &summary.points {
                        @let point_notes = point.notes(&entry.translation);
                        @let german = |place: &SentenceRef| Some(entry.translation.sentence(place.paragraph, place.sentence)?.0);
                        "\n" li class=[kinds(&point_notes)] {
                            div.en {
                                p { (Marked(point.english(), &point_notes)) }
                                @if let Some(note) = point.origin().note() { p.flags { span.flag { (note) } } }
                                (flags(layout::doubts(&point_notes)))
                                @if let Some(written) = point.written() { p.written lang="de" { (Escaped(written)) } }
                            }
                            div.original {
                                @for place in point.evidence() {
                                    @if let Some(german) = german(place) { (evidence(german, *place, text_file, text_place)) }
                                }
                            }
                        }
                    }
                }
            }
        } "\n"
    }
}

/// A German sentence that is a link to its place in the text.
pub(super) fn evidence(german: &str, place: SentenceRef, text_file: &str, text_place: ArticlePlace) -> Markup {
    html! {
        a.evidence lang="de" href={ (text_file) "#" (text_place.id(place)) } title=(layout::position(place)) {
            (Escaped(german))
        }
    }
}

/// The bilingual text of the HTML page of an article.
pub(super) fn text(entry: &Entry, place: ArticlePlace) -> Markup {
    let paragraphs: Vec<_> = entry.translation.pairs().enumerate().collect();
    // Consecutive list items form one list.
    let runs = paragraphs.chunk_by(|(_, (one, _)), (_, (other, _))| {
        (one.kind(), other.kind()) == (ParagraphKind::ListItem, ParagraphKind::ListItem)
    });
    html! {
        div.text {
            "\n" div.columns aria-hidden="true" { span.label { "English" } span.label { "German" } } "\n"
            @for run in runs {
                @let items = html! {
                    @for (index, (paragraph, translated)) in run {
                        (block(*index, paragraph, &bilingual_sentences(paragraph, translated), place))
                    }
                };
                @match run {
                    [(_, (paragraph, _)), ..] if paragraph.kind() == ParagraphKind::ListItem => { ul { "\n" (items) } "\n" },
                    _ => (items),
                }
            }
        } "\n"
    }
}

/// One paragraph of the bilingual text.
fn block(index: usize, paragraph: &Paragraph, sentences: &[BilingualSentence<'_>], place: ArticlePlace) -> Markup {
    let kind = paragraph.kind();
    let id = |sentence| place.id(SentenceRef { paragraph: index, sentence });
    let number = html! { span.number aria-hidden="true" { (index + 1) } };
    let pairs = html! {
        @for sentence in sentences {
            "\n" div.pair class=[kinds(sentence.notes)] id=(id(sentence.index)) {
                (english(sentence, kind, place))
                p.original lang=(sentence.language.tag) { (Marked(sentence.german, sentence.notes)) }
                (flags(layout::notes(kind, sentence.notes)))
            }
        }
        "\n"
    };
    html! {
        @match kind {
            ParagraphKind::Heading => div.paragraph.heading { (number) (pairs) },
            ParagraphKind::Body => div.paragraph { (number) (pairs) },
            ParagraphKind::ListItem => li.paragraph.list-item { (number) (pairs) },
            ParagraphKind::Quote => blockquote.paragraph.quote { (number) (pairs) },
            ParagraphKind::Verbatim => div.paragraph {
                (number)
                // Shown once and whole, with an id for every sentence, so that every link leads somewhere.
                @for sentence in sentences.iter().skip(1) { span id=(id(sentence.index)) {} }
                pre id=(id(0)) tabindex="0" { (Escaped(paragraph.text())) }
            },
        }
        "\n"
    }
}

/// The English side of a sentence.
fn english(sentence: &BilingualSentence<'_>, kind: ParagraphKind, place: ArticlePlace) -> Markup {
    // An untranslated sentence is in its own language on this side too.
    let is_left = sentence.english == sentence.german && sentence.language != Language::GERMAN;
    let lang = is_left.then_some(sentence.language.tag);
    let text = html! {
        @if sentence.english.trim().is_empty() { "—" } @else { (Marked(sentence.english, sentence.notes)) }
    };
    html! {
        @match (kind, place) {
            (ParagraphKind::Heading, ArticlePlace::OwnPage) => h2.en lang=[lang] { (text) },
            (ParagraphKind::Heading, ArticlePlace::Briefing { .. }) => h3.en lang=[lang] { (text) },
            _ => p.en lang=[lang] { (text) },
        }
    }
}
