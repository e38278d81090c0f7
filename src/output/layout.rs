//! Shared by the formats for people: bilingual sentences, clean text, links, and the wording of counts.

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
    /// German sentence.
    pub(super) german: &'a str,
    /// English sentence.
    pub(super) english: &'a str,
    /// Source language.
    pub(super) language: Language,
    /// See [`Sentence::score`].
    pub(super) score: Option<f32>,
    /// See [`Sentence::notes`].
    pub(super) notes: &'a [Note],
}

/// Notes of text without sentences.
const VERBATIM: [Note; 1] = [Note { flag: Flag::Verbatim, reason: None }];

/// The sentences of a paragraph. Text without sentences counts as one untranslated sentence, so that no part of an article
/// is missing.
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

/// The notes to show. That code is not translated goes without saying.
pub(super) fn notes(kind: ParagraphKind, notes: &[Note]) -> impl Iterator<Item = &Note> {
    notes.iter().filter(move |note| kind != ParagraphKind::Verbatim || note.flag != Flag::Verbatim)
}

/// The text of a note: the meaning of its flag, and the reason.
pub(super) fn note(note: &Note) -> String {
    match &note.reason {
        Some(reason) => format!("{}: {}", note.flag.about(), one_line(reason)),
        None => note.flag.about().to_owned(),
    }
}

/// A sentence that says so if an article is not in German.
pub(super) fn foreign(entry: &Entry) -> Option<String> {
    entry.translation.foreign().map(|language| format!("This article is in {language}, not in German."))
}

/// The position of a sentence, counted from 1.
pub(super) fn position(address: SentenceRef) -> String {
    format!("paragraph {}, sentence {}", address.paragraph + 1, address.sentence + 1)
}

/// `date` in British style: 12 March 2024.
pub(super) fn date(date: Date) -> String {
    let month = MONTHS.get(usize::from(date.month()).wrapping_sub(1)).copied().unwrap_or_default();
    format!("{} {month} {}", date.day(), date.year())
}

/// Heading of the topic at `index`: its keywords, or "Other articles". `None` if there is no other topic to tell it from.
pub(super) fn topic_name(digest: &FolderDigest, index: usize) -> Option<String> {
    match &digest.topics.get(index)?.label[..] {
        [] if digest.topics.len() == 1 => None,
        [] => Some("Other articles".to_owned()),
        words => Some(words.join(" · ")),
    }
}

/// `source`, followed by `between` and the date if there is one.
pub(super) fn origin(mention: &Mention, source: String, between: &str) -> String {
    match mention.date {
        Some(day) => format!("{source}{between}{}", date(day)),
        None => source,
    }
}

/// `text` with control characters replaced, except line feeds and tabs. Terminals obey them, and HTML forbids them.
pub(super) fn clean(text: &str) -> Cow<'_, str> {
    let is_control = |character: char| character.is_control() && !matches!(character, '\n' | '\t');
    if !text.contains(is_control) {
        return Cow::Borrowed(text);
    }
    // A carriage return alone is a line break on old systems.
    let lines = text.replace("\r\n", "\n").replace('\r', "\n");
    Cow::Owned(lines.replace(is_control, "\u{fffd}"))
}

/// `text` on one line, with control characters replaced.
pub(super) fn one_line(text: &str) -> String {
    clean(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The characters that [`url`] encodes.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_');

/// A relative path as a URL. Percent-encodes every byte that means something in HTML, Markdown or URLs.
pub(super) fn url(path: &str) -> String {
    utf8_percent_encode(path, ENCODED).to_string()
}

/// Relative path from a page to the top of the output folder.
pub(super) fn way_up(page: &str) -> String {
    "../".repeat(page.matches('/').count())
}

/// Title of the briefing. Without summaries it is a collection of translations.
pub(super) fn heading(provenance: &Provenance) -> &'static str {
    if provenance.summarizer.is_some() { "Briefing" } else { "Translations" }
}

/// The counts at the top, each with its noun.
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
            let all_fates =
                [(writing.replaced, "replaced"), (writing.flagged, "flagged"), (writing.dropped, "dropped")];
            let fates: Vec<_> = all_fates
                .iter()
                .filter(|(times, _)| *times > 0)
                .map(|(times, fate)| format!("{times} {fate}"))
                .collect();
            let sentences = count(unsupported, "summary sentence");
            counts.push(format!("{sentences} not borne out ({})", fates.join(", ")));
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

/// `number`, with thousands separators, and `noun`, in the plural unless the number is 1.
pub(super) fn count(number: usize, noun: &str) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{grouped} {noun}{}", if number == 1 { "" } else { "s" })
}

/// Name and value of everything that made a briefing, in display order.
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
