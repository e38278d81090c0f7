//! A headline in capitals → the headline in ordinary case. Models have seen few headlines in capitals, and copy them.
//!
//! German nouns have a capital, so each word is written as the rest of the article writes it. A word that occurs nowhere
//! else is in lower case if it is a stop word, else it gets a capital.

use std::collections::HashMap;

use crate::document::{Article, ParagraphKind};
use crate::lexicon::german::is_stop_word;
use crate::segment::words::words;

/// True if `text` has no lower-case letter and at least two words of four or more capitals.
pub(super) fn is_in_capitals(text: &str) -> bool {
    let is_long = |word: &&str| word.chars().filter(|letter| letter.is_uppercase()).count() >= 4;
    words(text).filter(is_long).count() >= 2 && !text.contains(|letter: char| letter.is_lowercase() && letter != 'ß')
}

/// How an article writes its words outside passages in capitals: the word in lower case → its usual form.
#[derive(Default)]
pub(super) struct Usage<'a>(HashMap<String, &'a str>);

impl<'a> Usage<'a> {
    /// The words of `article`. Of a word in two forms, the lower-case form counts: the other may only open a sentence.
    pub(super) fn in_article(article: &'a Article) -> Self {
        let prose = article.paragraphs().iter().filter(|paragraph| paragraph.kind() != ParagraphKind::Verbatim);
        let mut usage = HashMap::new();
        for word in prose.map(|paragraph| paragraph.text()).filter(|text| !is_in_capitals(text)).flat_map(words) {
            let known = usage.entry(word.to_lowercase()).or_insert(word);
            if word.starts_with(char::is_lowercase) {
                *known = word;
            }
        }
        Self(usage)
    }

    /// `text`, which is in capitals, in ordinary case.
    pub(super) fn recased(&self, text: &str) -> String {
        let mut recased = String::with_capacity(text.len());
        let mut end = 0;
        for word in words(text) {
            let start = word.as_ptr() as usize - text.as_ptr() as usize;
            recased.push_str(&text[end..start]);
            let lowercase = word.to_lowercase();
            let is_first = end == 0;
            match self.0.get(&lowercase) {
                _ if is_stop_word(word) && !is_first => recased.push_str(&lowercase),
                Some(known) if !is_first || known.starts_with(char::is_uppercase) => recased.push_str(known),
                // A short word that is no stop word is usually an acronym.
                None if word.chars().count() <= 3 && !is_stop_word(word) => recased.push_str(word),
                _ => {
                    let mut letters = lowercase.chars();
                    recased.extend(letters.next().into_iter().flat_map(char::to_uppercase));
                    recased.push_str(letters.as_str());
                }
            }
            end = start + word.len();
        }
        recased.push_str(&text[end..]);
        recased
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{ArticleDraft, Section};

    #[test]
    fn a_headline_is_written_as_its_article_writes() {
        let text = "Die Polizei sucht Zeugen. Der Einbruch geschah am Montag. Die SPD schweigt.";
        let sections = vec![Section { kind: ParagraphKind::Body, text: text.into() }];
        let article = Article::new("a", ArticleDraft { sections, ..ArticleDraft::default() }).unwrap();
        let usage = Usage::in_article(&article);
        for (capitals, wanted) in [
            ("EINBRUCH IN DER INNENSTADT: POLIZEI SUCHT ZEUGEN", "Einbruch in der Innenstadt: Polizei sucht Zeugen"),
            ("DIE SPD UND DAS THW", "Die SPD und das THW"),
            ("SUCHT DIE POLIZEI NOCH?", "Sucht die Polizei noch?"),
        ] {
            assert_eq!(usage.recased(capitals), wanted);
        }
    }

    #[test]
    fn only_headlines_are_in_capitals() {
        for (text, wanted) in [
            ("STADT BAUT BRÜCKE", true),
            ("DIE GROßE STRAßE", true),
            ("ARD und ZDF", false),
            ("NATO", false),
            ("EU, NATO, UNO", false),
            ("12.30", false),
        ] {
            assert_eq!(is_in_capitals(text), wanted, "{text}");
        }
    }
}
