//! Translated articles for the tests of this room.

use crate::document::{Article, ArticleDraft, ParagraphKind, Section, Sentence, TranslatedParagraph, Translation};
use crate::segment::sentences;

pub(super) const BODY: ParagraphKind = ParagraphKind::Body;

/// A translation whose English is `EN` and the German; empty where the German contains `unübersetzt`.
pub(super) fn translation(title: Option<&str>, paragraphs: &[(ParagraphKind, &str)]) -> Translation {
    let sections = paragraphs.iter().map(|(kind, text)| Section { kind: *kind, text: (*text).into() }).collect();
    let draft = ArticleDraft { title: title.map(str::to_owned), sections, ..ArticleDraft::default() };
    let article = Article::new("a.txt", draft).unwrap();
    let english = |german: &str| {
        let english = if german.contains("unübersetzt") { String::new() } else { format!("EN {german}") };
        Sentence { english, ..Sentence::default() }
    };
    let translated = article
        .paragraphs()
        .iter()
        .map(|paragraph| {
            let spans = sentences(paragraph.text(), paragraph.kind());
            let english = spans.sentences(paragraph.text()).map(english).collect();
            TranslatedParagraph::new(spans, english).unwrap()
        })
        .collect();
    let title = article.title().map(english);
    Translation::new(article, title, translated).unwrap()
}
