//! Shared by the formats for people: bilingual sentences, clean text, links, and the wording of counts.

use std::borrow::Cow;
use std::io;
use std::ops::Range;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::view::BriefingView;
use crate::document::{
    Date, Difference, Entry, Flag, FolderDigest, Highlight, IndexedName, Language, Mention, NameKind, Note, Overview,
    Paragraph, ParagraphKind, Provenance, Sentence, SentenceRef, Time, TranslatedParagraph, Version,
    keep_first_of_overlapping,
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

/// The notes that say that the English may be wrong.
pub(super) fn doubts(notes: &[Note]) -> impl Iterator<Item = &Note> {
    notes.iter().filter(|note| note.flag.is_doubt())
}

/// The words of `sentence` that the reasons of `notes` quote, as ranges in order. A reason quotes words between “ and ”.
pub(super) fn quoted_in_reasons(sentence: &str, notes: &[Note]) -> Vec<Range<usize>> {
    let mut quoted_ranges: Vec<Range<usize>> = Vec::new();
    for doubt_reason in doubts(notes).filter_map(|note| note.reason.as_deref()) {
        for quoted_words in doubt_reason
            .split('“')
            .skip(1)
            .filter_map(|after_mark| after_mark.split_once('”'))
            .map(|(quoted_words, _)| quoted_words)
        {
            let is_whole_word = |quoted_range: &Range<usize>| {
                let word_continues = |outer_character: Option<char>, inner_character: Option<char>| {
                    outer_character.is_some_and(char::is_alphanumeric)
                        && inner_character.is_some_and(char::is_alphanumeric)
                };
                !word_continues(sentence[..quoted_range.start].chars().next_back(), quoted_words.chars().next())
                    && !word_continues(sentence[quoted_range.end..].chars().next(), quoted_words.chars().next_back())
            };
            let quoted_places = sentence.match_indices(quoted_words).filter(|_| !quoted_words.is_empty());
            quoted_ranges.extend(
                quoted_places
                    .map(|(quote_start, quoted_part)| quote_start..quote_start + quoted_part.len())
                    .filter(is_whole_word),
            );
        }
    }
    quoted_ranges.sort_by_key(|quoted_range| (quoted_range.start, std::cmp::Reverse(quoted_range.end)));
    keep_first_of_overlapping(&mut quoted_ranges, |quoted_range| quoted_range);
    quoted_ranges
}

/// Where an article comes from, as shown under its headline.
pub(super) struct Byline<'a> {
    /// Newspaper or site.
    pub(super) outlet: Option<&'a str>,
    /// Names of the authors.
    pub(super) author: Option<&'a str>,
    /// Day of publication.
    pub(super) published: Option<Date>,
    /// Time of that day.
    pub(super) time: Option<Time>,
    /// Day of the last change, if it is another.
    pub(super) updated: Option<Date>,
    /// Address of the article: `http` or `https`, without spaces and control characters.
    pub(super) link: Option<&'a str>,
    /// Path of the file.
    pub(super) source: &'a str,
}

impl<'a> Byline<'a> {
    /// That of `entry`.
    pub(super) fn new(entry: &'a Entry) -> Self {
        let article = entry.translation.article();
        let shown = |text: Option<&'a str>| text.filter(|text| !text.trim().is_empty());
        Self {
            outlet: shown(article.outlet()),
            author: shown(article.author()),
            published: entry.date,
            time: entry.time,
            updated: article.updated().filter(|updated| Some(*updated) != entry.date),
            link: article.url().and_then(web_address),
            source: article.source(),
        }
    }

    /// As one line of plain text, without link and source: `Ostsee-Bote · Jana Brandt · 3 May 2024 · updated 4 May 2024`.
    pub(super) fn text(&self) -> String {
        let names = [self.outlet, self.author].into_iter().flatten().map(one_line);
        let published = self.published.map(|day| moment(day, self.time));
        let updated = self.updated.map(|day| format!("updated {}", date(day)));
        names.chain(published).chain(updated).collect::<Vec<_>>().join(" · ")
    }
}

/// What to cite `entry` as: outlet and author or file, headline in both languages, date, address, translator.
pub(super) fn citation(entry: &Entry, provenance: &Provenance) -> String {
    let byline = Byline::new(entry);
    let names: Vec<&str> = [byline.outlet, byline.author].into_iter().flatten().collect();
    let whence = if names.is_empty() { byline.source.to_owned() } else { names.join(", ") };
    let german = entry.translation.article().title().map(|title| format!(" („{title}“)")).unwrap_or_default();
    let headline = format!("{}{german}", entry.english_title());
    let date = byline.published.map(|day| moment(day, byline.time));
    let has_second = entry.translation.flags().any(|flag| flag == Flag::SecondTranslator);
    let second = provenance.second_translator.as_ref().filter(|_| has_second);
    let second = second.map(|model| format!(" and {}", model.name)).unwrap_or_default();
    let translator = provenance.translator.as_ref();
    let translator = translator.map(|model| format!("machine translation by {}{second}", model.name));
    let rest = date.into_iter().chain(byline.link.map(str::to_owned)).chain(translator);
    one_line(&[format!("{whence}: {headline}")].into_iter().chain(rest).collect::<Vec<_>>().join(", "))
}

/// `url`, if it is an address of the web that a reader may follow.
pub(super) fn web_address(url: &str) -> Option<&str> {
    let scheme = url.split_once("://")?.0;
    let is_web = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    (is_web && !url.contains(|character: char| character.is_control() || character.is_whitespace())).then_some(url)
}

/// The host of a web address, without `www.`: `ostsee-bote.example`.
pub(super) fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    host.strip_prefix("www.").unwrap_or(host)
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

/// A date, and the time of that day if it is known: 12 March 2024, 14:30.
pub(super) fn moment(day: Date, time: Option<Time>) -> String {
    let date = date(day);
    time.map_or_else(|| date.clone(), |time| format!("{date}, {time}"))
}

/// Heading of the topic at `index`: its keywords, or "Other articles". `None` if there is no other topic to tell it from.
pub(super) fn topic_name(digest: &FolderDigest, index: usize) -> Option<String> {
    match &digest.topics.get(index)?.label[..] {
        [] if digest.topics.len() == 1 => None,
        [] => Some("Other articles".to_owned()),
        words => Some(words.join(" · ")),
    }
}

/// The indexed names of each kind that there are.
pub(super) fn names_by_kind(digest: &FolderDigest) -> impl Iterator<Item = (NameKind, Vec<&IndexedName>)> {
    let names = |kind| digest.names.iter().filter(move |name| name.kind == kind).collect();
    NameKind::ALL.into_iter().map(move |kind| (kind, names(kind))).filter(|(_, names): &(_, Vec<_>)| !names.is_empty())
}

/// The outlet if there is one, `source`, and the date with its time if there is one, with `between` between them.
pub(super) fn origin(mention: &Mention, outlet: impl Fn(&str) -> String, source: String, between: &str) -> String {
    let outlet = mention.outlet.as_deref().filter(|name| !name.trim().is_empty()).map(outlet);
    outlet
        .into_iter()
        .chain([source])
        .chain(mention.date.map(|day| moment(day, mention.time)))
        .collect::<Vec<_>>()
        .join(between)
}

/// One of two versions of a sentence, ready to be shown.
pub(super) struct ShownVersion {
    /// When the report is from: its time, its date, or its number in the briefing.
    pub(super) when: String,
    /// The German words that differ.
    pub(super) words: String,
    /// English sentence.
    pub(super) english: String,
    /// German sentence.
    pub(super) german: String,
    /// See [`Sentence::notes`].
    pub(super) notes: Vec<Note>,
}

/// The versions of a sentence that two reports have, the earlier one first.
pub(super) fn versions(difference: &Difference, view: &BriefingView<'_>) -> io::Result<[ShownVersion; 2]> {
    let (earlier, later) = (view.entry(difference.earlier.article)?, view.entry(difference.later.article)?);
    let day_tells = earlier.date != later.date && earlier.date.is_some() && later.date.is_some();
    let time_tells = earlier.date == later.date && earlier.time != later.time;
    let when = |entry: &Entry| match (entry.date, entry.time) {
        (Some(day), _) if day_tells => date(day),
        (_, Some(time)) if time_tells => time.to_string(),
        (Some(day), None) if time_tells => date(day),
        _ => format!("article {}", entry.index + 1),
    };
    let shown = |entry: &Entry, version: &Version| {
        let sentence = entry.translation.sentence(version.place.paragraph, version.place.sentence);
        let (german, sentence) = sentence.ok_or(io::ErrorKind::NotFound)?;
        Ok(ShownVersion {
            when: when(entry),
            words: version.words.clone(),
            english: sentence.english.clone(),
            german: german.to_owned(),
            notes: sentence.notes.clone(),
        })
    };
    let versions: io::Result<Vec<ShownVersion>> = [(&earlier, &difference.earlier), (&later, &difference.later)]
        .map(|(entry, version)| shown(entry, version))
        .into_iter()
        .collect();
    versions?.try_into().map_err(|_| io::ErrorKind::NotFound.into())
}

/// What two reports say differently, in their German words: `the reports differ: 14:00: 3 · 21:00: 5`.
pub(super) fn difference_line(versions: &[ShownVersion; 2]) -> String {
    let part = |version: &ShownVersion| {
        let words = if version.words.is_empty() { "no negation" } else { &version.words };
        format!("{}: {}", version.when, one_line(words))
    };
    format!("the reports differ: {} · {}", part(&versions[0]), part(&versions[1]))
}

/// The differences in the story of `highlight` that are about its sentences.
pub(super) fn disputed<'a>(highlight: &Highlight, digest: &'a FolderDigest) -> Vec<&'a Difference> {
    let stories = digest.topics.iter().flat_map(|topic| &topic.stories);
    let story = stories.filter(|story| story.article == highlight.article.index);
    let differences = story.flat_map(|story| &story.differences);
    differences.filter(|difference| highlight.evidence.contains(&difference.later.place)).collect()
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

/// A web address between `<` and `>` of a Markdown link: what could end or change it is percent-encoded.
pub(super) fn link_target(url: &str) -> String {
    const IN_MARKDOWN: &AsciiSet =
        &percent_encoding::CONTROLS.add(b'<').add(b'>').add(b'\\').add(b' ').add(b'"').add(b'`');
    utf8_percent_encode(url, IN_MARKDOWN).to_string()
}

/// Relative path from a page to the top of the output folder.
pub(super) fn way_up(page: &str) -> String {
    "../".repeat(page.matches('/').count())
}

/// Title of the briefing. Without summaries it is a collection of translations.
pub(super) fn heading(overview: &Overview) -> &str {
    let general = if overview.provenance.summarizer.is_some() { "Briefing" } else { "Translations" };
    overview.title.as_deref().filter(|title| !title.trim().is_empty()).unwrap_or(general)
}

/// The days from the first to the last date of the articles: `3 May 2024 – 12 June 2024`.
fn days(overview: &Overview) -> Option<String> {
    let (first, last) = overview.dates?;
    Some(if first == last { date(first) } else { format!("{} – {}", date(first), date(last)) })
}

/// The counts at the top, each with its noun.
pub(super) fn counts(overview: &Overview) -> Vec<String> {
    let mut counts: Vec<String> = days(overview).into_iter().collect();
    counts.extend([count(overview.articles, "article"), count(overview.sentences, "sentence")]);
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
    if overview.second_asked > 0 {
        let asked = count(overview.second_asked, "text");
        counts.push(format!("{asked} asked of the second translator ({} shown)", overview.second_shown));
    }
    if let Some(subject) = overview.subject.as_ref().filter(|subject| subject.passed_over > 0) {
        counts.push(count(subject.passed_over, "other article") + &format!(" without “{}”", one_line(&subject.term)));
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
    if let Some(model) = &provenance.second_translator {
        facts.push(("Second translator", model.name.clone()));
        if let Some(licence) = &model.licence {
            facts.push(("Second model licence", licence.clone()));
        }
        facts.push(("Second model SHA-256", model.digest.clone()));
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
    fn the_words_that_reasons_quote_are_found_on_either_side_as_whole_words() {
        let note = |flag, reason: &str| Note { flag, reason: Some(reason.into()) };
        let notes = [
            note(Flag::Number, "“30” is missing; “30 Schiffe” is missing"),
            note(Flag::Untranslated, "“Mord”, “Fähre” is German"),
            note(Flag::Repaired, "“haben” again and again"),
            note(Flag::Loop, "“” again and again; “open"),
        ];
        for (text, expected) in [
            ("Am Montag haben 30 Schiffe angelegt, nicht 300.", vec!["30 Schiffe"]),
            ("Mord at 30, Mordfall, Fähre.", vec!["Mord", "30", "Fähre"]),
            ("Nichts davon.", vec![]),
        ] {
            let found: Vec<_> = quoted_in_reasons(text, &notes).into_iter().map(|range| &text[range]).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn only_addresses_of_the_web_are_links() {
        for (url, link) in [
            ("https://a.example/b?c=d&e=\"f\"", true),
            ("HTTP://a.example", true),
            ("javascript:alert(1)", false),
            ("data:text/html,x", false),
            ("javascript://a.example/%0aalert(1)", false),
            ("//a.example", false),
            ("a.html", false),
            ("https://a.example/b c", false),
            ("https://a.example/\u{1b}", false),
            ("", false),
        ] {
            assert_eq!(web_address(url).is_some(), link, "{url}");
        }
        assert_eq!(host("https://www.a.example/b"), "a.example");
        assert_eq!(host("https://a.example?b"), "a.example");
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
