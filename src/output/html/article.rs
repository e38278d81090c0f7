//! One article: headlines, summary with its evidence, and the bilingual text.

use maud::{Markup, html};

use super::super::layout::{self, BilingualSentence, bilingual_sentences, clean};
use super::markup::{Escaped, day};
use crate::document::{Entry, Language, Note, Paragraph, ParagraphKind, SentenceRef};

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

    /// A heading `below` levels below that of the article.
    pub(super) fn heading(self, below: usize, text: &Markup) -> Markup {
        let own = match self {
            Self::OwnPage => 1,
            Self::Briefing { .. } => 2,
        };
        match own + below {
            1 => html! { h1 { (text) } },
            2 => html! { h2 { (text) } },
            3 => html! { h3 { (text) } },
            _ => html! { h4 { (text) } },
        }
    }
}

/// Titles, source, date and language.
pub(super) fn header(entry: &Entry, place: ArticlePlace) -> Markup {
    let article = entry.translation.article();
    let title_notes = entry.translation.title().map_or(&[][..], |title| &title.notes);
    let language = entry.translation.title().map_or(Language::GERMAN, |title| title.language);
    html! {
        header {
            p.source { (Escaped(article.source())) (day(entry.date)) }
            (place.heading(0, &html! { (Escaped(&entry.english_title())) }))
            @if let Some(title) = article.title() { p.original lang=(language.tag) { (Escaped(title)) } }
            (notes(ParagraphKind::Heading, title_notes))
            @if let Some(foreign) = layout::foreign(entry) { p.foreign { (Escaped(&foreign)) } }
        } "\n"
    }
}

/// The summary. Its evidence links to the text, which is in `text_file` (empty: this file) at `text_place`.
pub(super) fn summary(entry: &Entry, place: ArticlePlace, text_file: &str, text_place: ArticlePlace) -> Markup {
    let Some(summary) = &entry.summary else { return Markup::default() };
    html! {
        section.summary {
            (place.heading(1, &html! { span.label { "Summary" } }))
            @if summary.points.is_empty() { p { "Nothing in this article could be quoted." } }
            ul {
                @for point in &summary.points {
                    "\n" li {
                        div {
                            p {
                                (Escaped(point.english()))
                                @if let Some(note) = point.origin().note() { " " span.note { (note) } }
                            }
                            @if let Some(written) = point.written() { p.written lang="de" { (Escaped(written)) } }
                        }
                        div {
                            @for evidence in point.evidence() {
                                @if let Some((german, _)) = entry.translation.sentence(evidence.paragraph, evidence.sentence) {
                                    p.evidence {
                                        span lang="de" { (Escaped(german)) } " "
                                        a.place href={ (text_file) "#" (text_place.id(*evidence)) } {
                                            (layout::position(*evidence))
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        } "\n"
    }
}

/// The bilingual text.
pub(super) fn text(entry: &Entry, place: ArticlePlace) -> Markup {
    let paragraphs: Vec<_> = entry.translation.pairs().enumerate().collect();
    // Consecutive list items form one list.
    let runs = paragraphs.chunk_by(|(_, (one, _)), (_, (other, _))| {
        (one.kind(), other.kind()) == (ParagraphKind::ListItem, ParagraphKind::ListItem)
    });
    html! {
        div.text {
            "\n" div.columns aria-hidden="true" { span.label { "German" } span.label { "English" } } "\n"
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
            @let is_doubtful = sentence.notes.iter().any(|note| note.flag.is_doubt());
            "\n" div.pair.doubt[is_doubtful] id=(id(sentence.index)) {
                (english(sentence, kind, place))
                p.original lang=(sentence.language.tag) { (Escaped(sentence.german)) }
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
        @if sentence.english.trim().is_empty() { "—" } @else { (Escaped(sentence.english)) }
        (notes(kind, sentence.notes))
    };
    html! {
        @match (kind, place) {
            (ParagraphKind::Heading, ArticlePlace::OwnPage) => h3.en lang=[lang] { (text) },
            (ParagraphKind::Heading, ArticlePlace::Briefing { .. }) => h4.en lang=[lang] { (text) },
            _ => p.en lang=[lang] { (text) },
        }
    }
}

/// Notes on a sentence.
fn notes(kind: ParagraphKind, notes: &[Note]) -> Markup {
    html! {
        @for note in layout::notes(kind, notes) {
            " " span.note title=[note.reason.as_deref().map(clean)] { (Escaped(&layout::note(note))) }
        }
    }
}
