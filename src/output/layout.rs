//! What the formats for people have in common: the rows of the bilingual text, clean characters, links and counts.

use std::borrow::Cow;
use std::ops::Range;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::document::{
    Date, Entry, Flag, FolderDigest, Language, Mention, Note, Overview, Paragraph, ParagraphKind, Provenance, Sentence,
    SentenceRef, TranslatedParagraph,
};
use crate::lexicon::english::MONTHS;

/// A German sentence and its English, ready to be shown.
pub(super) struct BilingualSentence<'a> {
    /// Index of the sentence in its paragraph.
    pub(super) index: usize,
    /// The German sentence.
    pub(super) german: &'a str,
    /// The English sentence.
    pub(super) english: &'a str,
    /// What the source is in.
    pub(super) language: Language,
    /// How sure the model is; see [`Sentence::score`].
    pub(super) score: Option<f32>,
    /// What the reader should know.
    pub(super) notes: &'a [Note],
}

/// The notes of text in which no sentence was found.
const VERBATIM: [Note; 1] = [Note { flag: Flag::Verbatim, reason: None }];

/// The sentences of a paragraph. Text in which no sentence was found counts as one that stands for itself, so that
/// nothing of an article is ever missing.
pub(super) fn bilingual_sentences<'a>(
    paragraph: &'a Paragraph,
    translated: &'a TranslatedParagraph,
) -> Vec<BilingualSentence<'a>> {
    let text = paragraph.text();
    if translated.spans().is_empty() {
        let language = Language::GERMAN;
        return vec![BilingualSentence {
            index: 0,
            german: text,
            english: text,
            language,
            score: None,
            notes: &VERBATIM,
        }];
    }
    let bilingual = |(index, (range, sentence)): (usize, (Range<usize>, &'a Sentence))| BilingualSentence {
        index,
        german: text.get(range).unwrap_or_default(),
        english: &sentence.english,
        language: sentence.language,
        score: sentence.score,
        notes: &sentence.notes,
    };
    translated.pairs().enumerate().map(bilingual).collect()
}

/// The notes worth showing to the reader. That code is not translated goes without saying.
pub(super) fn notes(kind: ParagraphKind, notes: &[Note]) -> impl Iterator<Item = &Note> {
    notes.iter().filter(move |note| kind != ParagraphKind::Verbatim || note.flag != Flag::Verbatim)
}

/// A note as a reader sees it: what the flag means, and what raised it.
pub(super) fn note(note: &Note) -> String {
    match &note.reason {
        Some(reason) => format!("{}: {}", note.flag.about(), one_line(reason)),
        None => note.flag.about().to_owned(),
    }
}

/// That an article is not German at all, if so.
pub(super) fn foreign(entry: &Entry) -> Option<String> {
    entry.translation.foreign().map(|language| format!("This article is in {language}, not in German."))
}

/// The place of a sentence as people count, from 1.
pub(super) fn place(place: SentenceRef) -> String {
    format!("paragraph {}, sentence {}", place.paragraph + 1, place.sentence + 1)
}

/// `date` as English papers write it: 12 March 2024.
pub(super) fn date(date: Date) -> String {
    let month = MONTHS.get(usize::from(date.month()).wrapping_sub(1)).copied().unwrap_or_default();
    format!("{} {month} {}", date.day(), date.year())
}

/// What the topic at `place` of `digest` is called: its words, or that it holds the rest. Where there are no others, what
/// belongs to no topic needs no name.
pub(super) fn topic_name(digest: &FolderDigest, place: usize) -> Option<String> {
    match &digest.topics.get(place)?.label[..] {
        [] if digest.topics.len() == 1 => None,
        [] => Some("Other articles".to_owned()),
        words => Some(words.join(" · ")),
    }
}

/// Where a mentioned article comes from and of which day it is, as two texts with `between` them.
pub(super) fn origin(mention: &Mention, source: String, between: &str) -> String {
    match mention.date {
        Some(day) => format!("{source}{between}{}", date(day)),
        None => source,
    }
}

/// `text` with every control character but line feeds and tabs replaced: a terminal obeys them, HTML forbids them.
pub(super) fn clean(text: &str) -> Cow<'_, str> {
    let is_control = |character: char| character.is_control() && !matches!(character, '\n' | '\t');
    if !text.contains(is_control) {
        return Cow::Borrowed(text);
    }
    // A carriage return before a line feed says nothing, alone it is a line break of old.
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    Cow::Owned(text.replace(is_control, "\u{fffd}"))
}

/// `text` on one line, with control characters replaced.
pub(super) fn one_line(text: &str) -> String {
    clean(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The characters that are percent-encoded in URLs.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_');

/// A relative path as a URL: every byte that is not plain in all of HTML, Markdown and URLs is percent-encoded.
pub(super) fn url(path: &str) -> String {
    utf8_percent_encode(path, ENCODED).to_string()
}

/// The way from a page to the top of the folder.
pub(super) fn way_up(page: &str) -> String {
    "../".repeat(page.matches('/').count())
}

/// What the whole is called: a run without a summariser gives translations.
pub(super) fn heading(provenance: &Provenance) -> &'static str {
    if provenance.summarizer.is_some() { "Briefing" } else { "Translations" }
}

/// The counts that stand on top, each with its noun.
pub(super) fn counts(overview: &Overview) -> Vec<String> {
    let mut counts = vec![count(overview.articles, "article"), count(overview.sentences, "sentence")];
    if overview.doubtful > 0 {
        counts.push(format!("{} that may be wrong", overview.doubtful));
    }
    if let Some(writing) = &overview.writing {
        if writing.in_parts > 0 {
            counts.push(count(writing.in_parts, "article") + " summarised in parts");
        }
        if writing.rewritten > 0 {
            counts.push(count(writing.rewritten, "summary sentence") + " written a second time");
        }
        let unsupported = writing.replaced + writing.flagged + writing.dropped;
        if unsupported > 0 {
            let what = [(writing.replaced, "replaced"), (writing.flagged, "flagged"), (writing.dropped, "dropped")];
            let what: Vec<_> =
                what.iter().filter(|(times, _)| *times > 0).map(|(times, done)| format!("{times} {done}")).collect();
            let sentences = count(unsupported, "summary sentence");
            counts.push(format!("{sentences} not borne out ({})", what.join(", ")));
        }
    }
    if overview.foreign > 0 {
        counts.push(count(overview.foreign, "article") + " not in German");
    }
    if overview.left_out > 0 {
        counts.push(count(overview.left_out, "passage") + " left out");
    }
    if !overview.failures.is_empty() {
        counts.push(format!("{} failed", overview.failures.len()));
    }
    counts
}

/// `number` with its noun, in the plural unless it is one, and with separators between thousands.
pub(super) fn count(number: usize, noun: &str) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{grouped} {noun}{}", if number == 1 { "" } else { "s" })
}

/// Name and value of everything that made a briefing, in the order in which it is shown.
pub(super) fn facts(provenance: &Provenance) -> Vec<(&str, String)> {
    let mut facts = Vec::new();
    if !provenance.program.is_empty() {
        facts.push(("Program", provenance.program.clone()));
    }
    if let Some(model) = &provenance.translator {
        facts.push(("Translator", model.name.clone()));
        if let Some(licence) = &model.licence {
            facts.push(("Model licence", licence.clone()));
        }
        facts.push(("Model SHA-256", model.digest.clone()));
    }
    if let Some(summarizer) = &provenance.summarizer {
        facts.push(("Summariser", summarizer.clone()));
    }
    facts.extend(provenance.settings.iter().map(|(name, value)| (name.as_str(), value.clone())));
    facts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Spans;

    #[test]
    fn text_without_sentences_stands_for_itself() {
        let paragraph = Paragraph::new(ParagraphKind::Body, "* * *").unwrap();
        let translated = TranslatedParagraph::new(Spans::default(), Vec::new()).unwrap();
        let sentences = bilingual_sentences(&paragraph, &translated);
        assert_eq!((sentences.len(), sentences[0].german, sentences[0].english), (1, "* * *", "* * *"));
    }

    #[test]
    fn german_and_english_stand_side_by_side_in_order() {
        let paragraph = Paragraph::new(ParagraphKind::Body, "Eins. Zwei.").unwrap();
        let sentence = |english: &str| Sentence { english: english.into(), ..Sentence::default() };
        let spans = Spans::new(paragraph.text(), vec![0..5, 6..11]).unwrap();
        let translated = TranslatedParagraph::new(spans, vec![sentence("One."), sentence("Two.")]).unwrap();
        let sentences = bilingual_sentences(&paragraph, &translated);
        let found: Vec<_> =
            sentences.iter().map(|sentence| (sentence.index, sentence.german, sentence.english)).collect();
        assert_eq!(found, [(0, "Eins.", "One."), (1, "Zwei.", "Two.")]);
    }

    #[test]
    fn control_characters_are_replaced_and_line_breaks_kept() {
        for (text, expected) in
            [("plain\n\ttext", "plain\n\ttext"), ("a\u{1b}[31m\0", "a\u{fffd}[31m\u{fffd}"), ("a\r\nb\rc", "a\nb\nc")]
        {
            assert_eq!(clean(text), expected);
        }
        assert_eq!(one_line(" a\r\n b\u{85}c "), "a b\u{fffd}c");
    }

    #[test]
    fn urls_are_plain_everywhere() {
        assert_eq!(url("über/a b(1)#?%.md"), "%C3%BCber/a%20b%281%29%23%3F%25.md");
    }

    #[test]
    fn counts_have_separators_and_plurals() {
        for (number, expected) in [(0, "0 files"), (1, "1 file"), (999, "999 files"), (1_234_567, "1,234,567 files")] {
            assert_eq!(count(number, "file"), expected);
        }
    }
}
