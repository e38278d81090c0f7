//! GitHub-flavoured Markdown that also reads well in a terminal.
//!
//! Each English paragraph is followed by its German as a quotation. Every sentence is on a line of its own, after its
//! address in superscript: `³·²` is the second sentence of the third paragraph, in both languages and in the summary.
//! Everything in an article that could be markup is escaped.

use std::io::{self, Write};

use super::changes;
use super::format::OutputFormat;
use super::layout::{self, BilingualSentence, Byline, bilingual_sentences, clean, one_line};
use super::view::{BriefingView, PageView};
use crate::document::{Changes, Entry, FolderDigest, Mention, Note, Overview, ParagraphKind, SentenceRef};

pub(super) const OUTPUT_FORMAT: OutputFormat = OutputFormat {
    name: "markdown",
    extension: "md",
    briefing_file: "briefing.md",
    about: "bilingual text for editors, terminals and GitHub",
    is_for_people: true,
    is_text: true,
    links_pages: false,
    write_page,
    write_briefing,
};

/// Explains the addresses in the output itself.
const LEGEND: &str = "Raised digits are paragraph and sentence: ³·² is the second sentence of the third paragraph.";

fn write_page(page: &PageView<'_>, out: &mut dyn Write) -> io::Result<()> {
    let PageView { entry, provenance, .. } = *page;
    writeln!(out, "# {}\n", markdown_escaped(&entry.english_title()))?;
    write_notice(&Overview::for_entry(entry, provenance), out)?;
    write_byline(entry, out)?;
    write_summary(entry, "##", out)?;
    writeln!(out, "\n## Full text")?;
    write_bilingual_text(entry, "###", out)?;
    if !entry.translation.article().left_out().is_empty() {
        writeln!(out, "\n## Left out\n")?;
        write_left_out(entry, out)?;
    }
    writeln!(out, "\n---\n\n{LEGEND}\n")?;
    for (index, (name, value)) in layout::facts(provenance).iter().enumerate() {
        write!(out, "{}{}: {}", if index > 0 { " · " } else { "" }, markdown_escaped(name), code_span(value))?;
    }
    writeln!(out, "\n\n[Back to the briefing](<{}{}>)", layout::way_up(&entry.page), OUTPUT_FORMAT.briefing_file)
}

fn write_briefing(view: &BriefingView<'_>, out: &mut dyn Write) -> io::Result<()> {
    let overview = view.overview;
    writeln!(out, "# {}\n", markdown_escaped(layout::heading(overview)))?;
    write_notice(overview, out)?;
    writeln!(out, "{}", layout::counts(overview).join(" · "))?;
    if overview.articles > 0 {
        writeln!(out, "\n{LEGEND}")?;
    }
    if let Some(changes) = &overview.changes {
        write_since_last(changes, view, out)?;
    }
    match &overview.digest {
        Some(digest) => {
            write_lead(digest, view, out)?;
            write_topics(digest, view, out)?;
            write_names(digest, out)?;
        }
        None if overview.articles > 0 => write_contents(view, out)?,
        None => {}
    }
    for entry in view.entries() {
        write_article(&entry?, view.full_text, out)?;
    }
    write_failures(overview, out)?;
    if overview.left_out > 0 {
        writeln!(out, "\n---\n\n## What was left out")?;
        for entry in view.entries_with_left_out() {
            let entry = entry?;
            writeln!(out, "\n### {}\n", markdown_escaped(&entry.english_title()))?;
            write_left_out(&entry, out)?;
        }
    }
    let facts = layout::facts(&overview.provenance);
    if !facts.is_empty() {
        writeln!(out, "\n---\n\n## How this was made\n")?;
    }
    facts.iter().try_for_each(|(name, value)| writeln!(out, "- {}: {}", markdown_escaped(name), code_span(value)))
}

/// What to know before quoting, as a paragraph.
fn write_notice(overview: &Overview, out: &mut dyn Write) -> io::Result<()> {
    overview.notice().map_or(Ok(()), |notice| writeln!(out, "**{}**\n", markdown_escaped(&notice)))
}

/// Table of contents without topics.
fn write_contents(view: &BriefingView<'_>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n## Contents\n")?;
    for article in view.mentions() {
        writeln!(out, "- {}", article_reference(&article?))?;
    }
    Ok(())
}

/// What is new, changed and gone since the last run.
fn write_since_last(changes: &Changes, view: &BriefingView<'_>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n## {}\n\n{}\n", changes::HEADING, changes::counts(changes))?;
    for index in &changes.new {
        writeln!(out, "- new: {}", article_reference(&view.mention(*index)?))?;
    }
    for change in changes::changed(changes, view) {
        let change = change?;
        writeln!(out, "- changed ({}): {}", change.counts, article_reference(&change.article))?;
        if let Some(title) = change.former_title {
            writeln!(
                out,
                "  - headline before: {} · „{}“",
                markdown_escaped(&title.english),
                markdown_escaped(&title.german)
            )?;
        }
        for sentence in &change.added {
            let (english, german) = (markdown_escaped(&sentence.english), markdown_escaped(&sentence.german));
            let address = raised_address(sentence.place);
            writeln!(out, "  - {address} {english}{} · „{german}“", doubts_in_brackets(&sentence.notes))?;
        }
        for sentence in change.removed {
            writeln!(
                out,
                "  - no longer there: {} · „{}“",
                markdown_escaped(&sentence.english),
                markdown_escaped(&sentence.german)
            )?;
        }
    }
    for gone in &changes.gone {
        writeln!(out, "- gone: {} · {}", markdown_escaped(&gone.english_title), code_span(&gone.source))?;
    }
    Ok(())
}

/// The main points of the folder.
fn write_lead(digest: &FolderDigest, view: &BriefingView<'_>, out: &mut dyn Write) -> io::Result<()> {
    if !digest.lead.is_empty() {
        writeln!(out, "\n## In short")?;
    }
    for highlight in &digest.lead {
        let (english, article_mention) = (markdown_escaped(&highlight.english), &highlight.article);
        let (doubts, article_number) = (doubts_in_brackets(&highlight.notes), article_mention.index + 1);
        writeln!(
            out,
            "\n- {english}{doubts} [{}](#article-{article_number})\n",
            markdown_escaped(&article_mention.english_title)
        )?;
        for difference in layout::disputed(highlight, digest) {
            let difference_line = layout::difference_line(&layout::versions(difference, view)?);
            writeln!(out, "  *({})*\n", markdown_escaped(&difference_line))?;
        }
        let evidence_addresses: Vec<_> = highlight.evidence.iter().map(|place| raised_address(*place)).collect();
        writeln!(out, "  > {} {}", evidence_addresses.join(" "), markdown_escaped(&highlight.german))?;
    }
    Ok(())
}

/// Table of contents by topic, with near-duplicates under their story.
fn write_topics(digest: &FolderDigest, view: &BriefingView<'_>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n## Contents")?;
    for (index, topic) in digest.topics.iter().enumerate() {
        if let Some(name) = layout::topic_name(digest, index) {
            writeln!(out, "\n### {}", markdown_escaped(&name))?;
        }
        writeln!(out)?;
        for story in &topic.stories {
            writeln!(out, "- {}", article_reference(&view.mention(story.article)?))?;
            for copy in &story.copies {
                writeln!(out, "  - nearly the same: {}", article_reference(&view.mention(*copy)?))?;
            }
            for difference in &story.differences {
                let versions = layout::versions(difference, view)?;
                writeln!(out, "  - **{}**", markdown_escaped(&layout::difference_line(&versions)))?;
                for version in &versions {
                    let (english, german) = (markdown_escaped(&version.english), markdown_escaped(&version.german));
                    writeln!(
                        out,
                        "    - {}: {english}{} · „{german}“",
                        markdown_escaped(&version.when),
                        doubts_in_brackets(&version.notes)
                    )?;
                }
            }
        }
    }
    Ok(())
}

/// People, organisations and places, with the articles that name each.
fn write_names(digest: &FolderDigest, out: &mut dyn Write) -> io::Result<()> {
    if !digest.names.is_empty() {
        writeln!(out, "\n## Who and where")?;
    }
    for (kind, names) in layout::names_by_kind(digest) {
        writeln!(out, "\n### {}\n", kind.heading())?;
        for name in names {
            let german = if name.german == name.english {
                String::new()
            } else {
                format!(" („{}“)", markdown_escaped(&name.german))
            };
            let links = name.articles.iter().map(|article| format!("[{0}](#article-{0})", article + 1));
            let more = if name.more_articles > 0 { format!(" and {} more", name.more_articles) } else { String::new() };
            writeln!(
                out,
                "- {}{german}: {}{more}",
                markdown_escaped(&name.english),
                links.collect::<Vec<_>>().join(", ")
            )?;
        }
    }
    Ok(())
}

/// A link to an article, with its number, outlet, source and date. A headline that failed a check shows its German.
fn article_reference(article: &Mention) -> String {
    let (article_number, linked_title) = (article.index + 1, markdown_escaped(&article.english_title));
    let doubts = doubts_in_brackets(&article.title_notes);
    let german = article.german_title.as_deref().filter(|_| !doubts.is_empty());
    let german = german.map(|linked_title| format!(" · „{}“", markdown_escaped(linked_title))).unwrap_or_default();
    let origin = layout::origin(article, markdown_escaped, code_span(&article.source), " · ");
    format!("{article_number} · [{linked_title}](#article-{article_number}){doubts}{german} · {origin}")
}

/// An article of the briefing.
fn write_article(entry: &Entry, full_text: bool, out: &mut dyn Write) -> io::Result<()> {
    let article_number = entry.index + 1;
    // Anchors made from headings differ between programs. This one works everywhere.
    writeln!(out, "\n---\n\n<a id=\"article-{article_number}\"></a>\n")?;
    writeln!(out, "## {article_number} · {}\n", markdown_escaped(&entry.english_title()))?;
    write_byline(entry, out)?;
    write_summary(entry, "###", out)?;
    if full_text {
        writeln!(out, "\n### Full text")?;
        write_bilingual_text(entry, "####", out)
    } else {
        writeln!(out, "\n[Full text](<{}.md>)", layout::url(&entry.page))
    }
}

/// German title with the notes on its English, where the article comes from, and its language.
fn write_byline(entry: &Entry, out: &mut dyn Write) -> io::Result<()> {
    if let Some((title, translated)) = entry.translation.article().title().zip(entry.translation.title()) {
        writeln!(
            out,
            "> **{}**{}\n",
            markdown_escaped(title),
            notes_in_brackets(ParagraphKind::Heading, &translated.notes)
        )?;
    }
    let byline = Byline::new(entry);
    let whence = byline.text();
    if !whence.is_empty() {
        write!(out, "{} · ", markdown_escaped(&whence))?;
    }
    if let Some(link) = byline.link {
        write!(out, "[{}](<{}>) · ", markdown_escaped(layout::host(link)), layout::link_target(link))?;
    }
    writeln!(out, "{}", code_span(byline.source))?;
    layout::foreign(entry).map_or(Ok(()), |foreign| writeln!(out, "\n**{}**", markdown_escaped(&foreign)))
}

fn write_summary(entry: &Entry, level: &str, out: &mut dyn Write) -> io::Result<()> {
    let Some(summary) = &entry.summary else { return Ok(()) };
    writeln!(out, "\n{level} Summary")?;
    if summary.points.is_empty() {
        return writeln!(out, "\nNothing in this article could be quoted.");
    }
    for point in &summary.points {
        let note = point.origin().note().map(|note| format!(" *({note})*")).unwrap_or_default();
        let doubts = doubts_in_brackets(&point.notes(&entry.translation));
        writeln!(out, "\n- {}{note}{doubts}\n", markdown_escaped(point.english()))?;
        if let Some(written) = point.written() {
            writeln!(out, "  *{}*\n", markdown_escaped(written))?;
        }
        for place in point.evidence() {
            if let Some((german, _)) = entry.translation.sentence(place.paragraph, place.sentence) {
                writeln!(out, "  > {} {}", raised_address(*place), markdown_escaped(german))?;
            }
        }
    }
    Ok(())
}

/// The bilingual text, with subheadings at `level`.
fn write_bilingual_text(entry: &Entry, level: &str, out: &mut dyn Write) -> io::Result<()> {
    for (paragraph_index, (paragraph, translated)) in entry.translation.pairs().enumerate() {
        let sentences = bilingual_sentences(paragraph, translated);
        let kind = paragraph.kind();
        // Prefixes of the first line and of the other lines.
        let (first_prefix, other_prefix) = match kind {
            ParagraphKind::Verbatim => {
                write_code_block(paragraph.text(), out)?;
                continue;
            }
            ParagraphKind::Heading => (format!("{level} "), ""),
            ParagraphKind::Body => (String::new(), ""),
            ParagraphKind::ListItem => ("- ".to_owned(), "  "),
            ParagraphKind::Quote => ("> ".to_owned(), "> "),
        };
        writeln!(out)?;
        for (line_index, sentence) in sentences.iter().enumerate() {
            let line_prefix = if line_index == 0 { &first_prefix } else { other_prefix };
            let address_prefix = match kind {
                // The address would become part of the heading's anchor.
                ParagraphKind::Heading => String::new(),
                _ => raised_address(SentenceRef { paragraph: paragraph_index, sentence: sentence.index }) + " ",
            };
            writeln!(
                out,
                "{line_prefix}{address_prefix}{}{}",
                english_or_dash(sentence),
                notes_in_brackets(kind, sentence.notes)
            )?;
        }
        writeln!(out, "{}", other_prefix.trim_end())?;
        for sentence in &sentences {
            let place = SentenceRef { paragraph: paragraph_index, sentence: sentence.index };
            writeln!(out, "{other_prefix}> {} {}", raised_address(place), markdown_escaped(sentence.german))?;
        }
    }
    Ok(())
}

fn english_or_dash(sentence: &BilingualSentence<'_>) -> String {
    if sentence.english.trim().is_empty() { "—".to_owned() } else { markdown_escaped(sentence.english) }
}

/// Notes on a sentence, each in brackets.
fn notes_in_brackets(kind: ParagraphKind, notes: &[Note]) -> String {
    layout::notes(kind, notes).map(|note| format!(" *({})*", markdown_escaped(&layout::note(note)))).collect()
}

/// What may be wrong with a sentence, each doubt in brackets.
fn doubts_in_brackets(notes: &[Note]) -> String {
    layout::doubts(notes).map(|note| format!(" *({})*", markdown_escaped(&layout::note(note)))).collect()
}

fn write_failures(overview: &Overview, out: &mut dyn Write) -> io::Result<()> {
    if !overview.failures.is_empty() {
        writeln!(out, "\n---\n\n## What failed\n")?;
    }
    for failure in &overview.failures {
        writeln!(out, "- {}: {}", code_span(&failure.source), markdown_escaped(&failure.error))?;
        if let Some(hint) = &failure.hint {
            writeln!(out, "  *Hint:* {}", markdown_escaped(hint))?;
        }
    }
    Ok(())
}

fn write_left_out(entry: &Entry, out: &mut dyn Write) -> io::Result<()> {
    let passages = entry.translation.article().left_out().iter();
    passages.enumerate().try_for_each(|(index, passage)| {
        let separator = if index > 0 { "\n" } else { "" };
        writeln!(out, "{separator}- rule {}\n\n  > {}", code_span(&passage.rule), markdown_escaped(&passage.text))
    })
}

/// Address of a sentence: paragraph and sentence in superscript, counted from 1.
fn raised_address(place: SentenceRef) -> String {
    const RAISED: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let raised = |number: usize| -> String {
        number.to_string().bytes().map(|ascii_digit| RAISED[usize::from(ascii_digit - b'0') % RAISED.len()]).collect()
    };
    format!("{}·{}", raised(place.paragraph + 1), raised(place.sentence + 1))
}

/// `text` on one line, with everything escaped that could be markup at any position in a line.
fn markdown_escaped(text: &str) -> String {
    let markdown_line = one_line(text);
    let mut escaped_markdown = String::with_capacity(markdown_line.len() + markdown_line.len() / 16);
    // A number that starts the line and could begin a list.
    let leading_digits =
        markdown_line.len() - markdown_line.trim_start_matches(|character: char| character.is_ascii_digit()).len();
    let number_end =
        (leading_digits > 0 && markdown_line[leading_digits..].starts_with(['.', ')'])).then_some(leading_digits);
    let mut character_before = ' ';
    for (character_offset, character) in markdown_line.char_indices() {
        let next_character = markdown_line[character_offset + character.len_utf8()..].chars().next();
        let is_markup = match character {
            '\\' | '`' | '*' | '[' | ']' | '<' | '>' | '|' | '~' | '#' | '$' => true,
            // An underscore within a word is no markup: file_name.
            '_' => !(character_before.is_alphanumeric() && next_character.is_some_and(char::is_alphanumeric)),
            '&' => next_character
                .is_some_and(|next_character| next_character.is_ascii_alphabetic() || next_character == '#'),
            '+' | '-' | '=' => character_offset == 0,
            '.' | ')' => number_end == Some(character_offset),
            _ => false,
        };
        if is_markup {
            escaped_markdown.push('\\');
        }
        escaped_markdown.push(character);
        character_before = character;
    }
    escaped_markdown
}

/// `text` as a code span, whatever backticks it contains.
fn code_span(text: &str) -> String {
    let code_line = one_line(text);
    if code_line.is_empty() {
        return "—".to_owned();
    }
    let code_fence = "`".repeat(longest_run_of(&code_line, '`') + 1);
    let code_padding = if code_line.starts_with('`') || code_line.ends_with('`') { " " } else { "" };
    format!("{code_fence}{code_padding}{code_line}{code_padding}{code_fence}")
}

/// `text` as a code block with a fence longer than any in it.
fn write_code_block(text: &str, out: &mut dyn Write) -> io::Result<()> {
    let code_fence = "`".repeat((longest_run_of(text, '`') + 1).max(3));
    writeln!(out, "\n{code_fence}text\n{}\n{code_fence}", clean(text))
}

/// Length of the longest run of `wanted`.
fn longest_run_of(text: &str, wanted: char) -> usize {
    text.split(|character| character != wanted).map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use pulldown_cmark::{Event, Options, Parser, Tag};

    use super::super::format::canned_files::briefing_in;
    use super::*;
    use crate::document::canned::{self, CANNED};

    /// Every extension that adds markup, but none that changes plain text.
    fn dialect() -> Options {
        Options::all() - Options::ENABLE_SMART_PUNCTUATION - Options::ENABLE_HEADING_ATTRIBUTES
    }

    /// The plain text of `markdown` once rendered.
    fn seen(markdown: &str) -> String {
        let text = |event| match event {
            Event::Text(text) | Event::Code(text) => Some(text.to_string()),
            Event::SoftBreak => Some(" ".to_owned()),
            _ => None,
        };
        Parser::new_ext(markdown, dialect()).filter_map(text).collect()
    }

    #[test]
    fn no_text_becomes_markup() {
        for text in [
            "# Kopf",
            "## a ##",
            "- Punkt",
            "+ Punkt",
            "* Punkt",
            "1. Punkt",
            "12) Punkt",
            "> Zitat",
            "---",
            "===",
            "***",
            "___",
            "**fett** *kursiv* __fett__ _kursiv_",
            "snake_case_name",
            "a_ _b",
            "`code` ``x``",
            "[a](b) ![a](b) [a]: b",
            "[^1] [x]",
            "<script>alert(1)</script> <http://a.b>",
            "a | b",
            "| a |",
            "|---|",
            "~~weg~~ ~~~",
            "&amp; &#60; & c",
            "C:\\pfad\\*",
            "$x$ $$y$$",
            "1.5 Prozent",
            "3. Mai",
            "- [ ] tun",
            ": Begriff",
            "Preis: 5 $ und 6 $",
            "\\",
        ] {
            let escaped = markdown_escaped(text);
            let parsed = Parser::new_ext(&escaped, dialect());
            let markup: Vec<_> = parsed
                .filter(|event| !matches!(event, Event::Text(_) | Event::Start(Tag::Paragraph) | Event::End(_)))
                .collect();
            assert!(markup.is_empty(), "{text:?} as {escaped:?} gives {markup:?}");
            assert_eq!(seen(&escaped), text, "{escaped:?}");
        }
    }

    #[test]
    fn a_code_span_shows_what_it_was_given() {
        for text in ["a.txt", "a`b.txt", "`", "``a", "<b>|*"] {
            assert_eq!(seen(&code_span(text)), text);
        }
    }

    #[test]
    fn a_code_block_ends_where_it_should() {
        let text = "```\n~~~~\n````\n# kein Kopf";
        let mut bytes = Vec::new();
        write_code_block(text, &mut bytes).unwrap();
        assert_eq!(seen(&String::from_utf8(bytes).unwrap()).trim_end(), text);
    }

    #[test]
    fn every_sentence_is_seen_as_it_is() {
        for (name, briefing) in CANNED {
            let briefing = briefing();
            let seen = seen(&briefing_in(&OUTPUT_FORMAT, &briefing, true));
            for entry in &briefing.entries {
                for (paragraph, translated) in entry.translation.pairs() {
                    if paragraph.kind() == ParagraphKind::Verbatim {
                        continue;
                    }
                    for sentence in bilingual_sentences(paragraph, translated) {
                        assert!(seen.contains(&one_line(sentence.german)), "{name}: {}", sentence.german);
                        assert!(seen.contains(&one_line(sentence.english)), "{name}: {}", sentence.english);
                    }
                }
            }
        }
    }

    #[test]
    fn the_only_html_is_the_anchors_of_the_articles() {
        for (name, briefing) in CANNED {
            let briefing = briefing();
            let markdown = briefing_in(&OUTPUT_FORMAT, &briefing, true);
            let html: Vec<_> = Parser::new_ext(&markdown, dialect())
                .filter_map(|event| match event {
                    Event::Html(html) | Event::InlineHtml(html) => Some(html.trim().to_owned()),
                    _ => None,
                })
                .collect();
            for (place, html) in html.iter().filter(|html| *html != "</a>").enumerate() {
                assert_eq!(html.trim_end_matches("</a>"), format!("<a id=\"article-{}\">", place + 1), "{name}");
            }
        }
    }

    #[test]
    fn evidence_and_text_have_the_same_address() {
        let markdown = briefing_in(&OUTPUT_FORMAT, &canned::ordinary(), true);
        let evidence = "> ³·² Über ihre Klage will das Oberverwaltungsgericht im Frühjahr entscheiden.";
        assert_eq!(markdown.matches(evidence).count(), 2, "in the summary and in the text");
        assert!(LEGEND.contains(&raised_address(SentenceRef { paragraph: 2, sentence: 1 })));
    }
}
