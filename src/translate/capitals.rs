//! A headline in capitals → the headline in ordinary case. Models have seen few headlines in capitals, and copy them.
//!
//! German nouns have a capital, so each word is written as the rest of the article writes it. A word that occurs nowhere
//! else is in lower case if it is a stop word, else it gets a capital.

use std::collections::HashMap;

use crate::document::{Article, ParagraphKind};
use crate::lexicon::german::is_stop_word;
use crate::segment::words::words;

/// True if `headline` has no lower-case letter and at least two words of four or more capitals.
pub(super) fn is_in_capitals(headline: &str) -> bool {
    let is_long_capitals = |word: &&str| word.chars().filter(|letter| letter.is_uppercase()).count() >= 4;
    words(headline).filter(is_long_capitals).count() >= 2
        && !headline.contains(|letter: char| letter.is_lowercase() && letter != 'ß')
}

/// How an article writes its words outside passages in capitals: the word in lower case → its usual form.
#[derive(Default)]
pub(super) struct WordUsage<'a>(HashMap<String, &'a str>);

impl<'a> WordUsage<'a> {
    /// The words of `article`. Of a word in two forms, the lower-case form counts: the other may only open a sentence.
    pub(super) fn in_article(article: &'a Article) -> Self {
        let prose_paragraphs =
            article.paragraphs().iter().filter(|paragraph| paragraph.kind() != ParagraphKind::Verbatim);
        let mut usage_of_words = HashMap::new();
        for article_word in
            prose_paragraphs.map(|paragraph| paragraph.text()).filter(|text| !is_in_capitals(text)).flat_map(words)
        {
            let known_form = usage_of_words.entry(article_word.to_lowercase()).or_insert(article_word);
            if article_word.starts_with(char::is_lowercase) {
                *known_form = article_word;
            }
        }
        Self(usage_of_words)
    }

    /// `headline`, which is in capitals, in ordinary case.
    pub(super) fn recased(&self, headline: &str) -> String {
        let mut recased_headline = String::with_capacity(headline.len());
        let mut copied_end = 0;
        for headline_word in words(headline) {
            let word_start = headline_word.as_ptr() as usize - headline.as_ptr() as usize;
            recased_headline.push_str(&headline[copied_end..word_start]);
            let lower_word = headline_word.to_lowercase();
            let is_first_word = copied_end == 0;
            match self.0.get(&lower_word) {
                _ if is_stop_word(headline_word) && !is_first_word => recased_headline.push_str(&lower_word),
                Some(usual_form) if !is_first_word || usual_form.starts_with(char::is_uppercase) => {
                    recased_headline.push_str(usual_form)
                }
                // A short word that is no stop word is usually an acronym.
                None if headline_word.chars().count() <= 3 && !is_stop_word(headline_word) => {
                    recased_headline.push_str(headline_word)
                }
                _ => {
                    let mut lower_letters = lower_word.chars();
                    recased_headline.extend(lower_letters.next().into_iter().flat_map(char::to_uppercase));
                    recased_headline.push_str(lower_letters.as_str());
                }
            }
            copied_end = word_start + headline_word.len();
        }
        recased_headline.push_str(&headline[copied_end..]);
        recased_headline
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
        let usage = WordUsage::in_article(&article);
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
