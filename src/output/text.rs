//! Plain English text, for readers who want only the translation.
//!
//! One paragraph per line. Nothing is escaped except control characters.

use std::io::{self, Write};

use super::changes;
use super::format::OutputFormat;
use super::layout::{self, Byline, bilingual_sentences, clean, one_line};
use super::view::{BriefingView, PageView};
use crate::document::{Changes, Entry, FolderDigest, Mention, Note, Overview, ParagraphKind, PointOrigin};

pub(super) const OUTPUT_FORMAT: OutputFormat = OutputFormat {
    name: "text",
    extension: "txt",
    briefing_file: "briefing.txt",
    about: "the English alone, as plain text",
    is_for_people: true,
    is_text: true,
    links_pages: false,
    write_page,
    write_briefing,
};

fn write_page(page: &PageView<'_>, out: &mut dyn Write) -> io::Result<()> {
    let PageView { entry, provenance, .. } = *page;
    let notice = Overview::for_entry(entry, provenance).notice();
    notice.map_or(Ok(()), |notice| writeln!(out, "{}\n\n", one_line(&notice)))?;
    article(entry, true, out)
}

// Passages that were left out are German, so only the other formats show them.
fn write_briefing(view: &BriefingView<'_>, out: &mut dyn Write) -> io::Result<()> {
    let overview = view.overview;
    underlined(&one_line(layout::heading(overview)), '=', out)?;
    if let Some(notice) = overview.notice() {
        writeln!(out, "\n{}", one_line(&notice))?;
    }
    writeln!(out, "\n{}\n", layout::counts(overview).join(", "))?;
    if let Some(changes) = &overview.changes {
        since_last(changes, view, out)?;
    }
    match &overview.digest {
        Some(digest) => digest_of_folder(digest, view, out)?,
        None => {
            for article in view.mentions() {
                writeln!(out, "{}", reference(&article?))?;
            }
        }
    }
    for entry in view.entries() {
        writeln!(out, "\n")?;
        article(&entry?, view.full_text, out)?;
    }
    if !overview.failures.is_empty() {
        writeln!(out, "\n")?;
        underlined("What failed", '=', out)?;
        writeln!(out)?;
        for failure in &overview.failures {
            writeln!(out, "{}: {}", one_line(&failure.source), one_line(&failure.error))?;
        }
    }
    let facts = layout::facts(&overview.provenance);
    if !facts.is_empty() {
        writeln!(out, "\n")?;
        underlined("How this was made", '=', out)?;
        writeln!(out)?;
        facts.iter().try_for_each(|(name, value)| writeln!(out, "{name}: {}", one_line(value)))?;
    }
    Ok(())
}

/// What is new, changed and gone since the last run.
fn since_last(changes: &Changes, view: &BriefingView<'_>, out: &mut dyn Write) -> io::Result<()> {
    underlined(changes::HEADING, '-', out)?;
    writeln!(out, "{}", changes::counts(changes))?;
    for index in &changes.new {
        writeln!(out, "new: {}", reference(&view.mention(*index)?))?;
    }
    for change in changes::changed(changes, view) {
        let change = change?;
        writeln!(out, "changed: {} ({})", reference(&change.article), change.counts)?;
        if let Some(title) = change.former_title {
            writeln!(out, "   headline before: {}", one_line(&title.english))?;
        }
        for sentence in &change.added {
            writeln!(out, "   + {}{}", one_line(&sentence.english), doubts(&sentence.notes))?;
        }
        for sentence in change.removed {
            writeln!(out, "   - {}", one_line(&sentence.english))?;
        }
    }
    for gone in &changes.gone {
        writeln!(out, "gone: {}", changes::gone_line(gone))?;
    }
    writeln!(out)
}

/// The main points of the folder, and its articles by topic.
fn digest_of_folder(digest: &FolderDigest, view: &BriefingView<'_>, out: &mut dyn Write) -> io::Result<()> {
    for point in &digest.lead {
        let (english, doubts) = (one_line(&point.english), doubts(&point.notes));
        writeln!(out, "* {english}{doubts} ({})", point.article.index + 1)?;
        for difference in layout::disputed(point, digest) {
            writeln!(out, "  ({})", layout::difference_line(&layout::versions(difference, view)?))?;
        }
    }
    for (index, topic) in digest.topics.iter().enumerate() {
        if index > 0 || !digest.lead.is_empty() {
            writeln!(out)?;
        }
        if let Some(name) = layout::topic_name(digest, index) {
            underlined(&one_line(&name), '-', out)?;
        }
        for story in &topic.stories {
            writeln!(out, "{}", reference(&view.mention(story.article)?))?;
            for copy in &story.copies {
                writeln!(out, "   nearly the same: {}", reference(&view.mention(*copy)?))?;
            }
            for difference in &story.differences {
                let versions = layout::versions(difference, view)?;
                writeln!(out, "   {}", layout::difference_line(&versions))?;
                for version in &versions {
                    let (english, doubts) = (one_line(&version.english), doubts(&version.notes));
                    writeln!(out, "     {}: {english}{doubts}", version.when)?;
                }
            }
        }
    }
    for (kind, names) in layout::names_by_kind(digest) {
        writeln!(out)?;
        underlined(kind.heading(), '-', out)?;
        for name in names {
            let numbers: Vec<String> = name.articles.iter().map(|article| (article + 1).to_string()).collect();
            let more = if name.more_articles > 0 { format!(" and {} more", name.more_articles) } else { String::new() };
            writeln!(out, "{}: {}{more}", one_line(&name.english), numbers.join(", "))?;
        }
    }
    Ok(())
}

fn reference(article: &Mention) -> String {
    let origin = layout::origin(article, one_line, one_line(&article.source), ", ");
    let doubts = doubts(&article.title_notes);
    format!("{}. {}{doubts} ({origin})", article.index + 1, one_line(&article.english_title))
}

fn article(entry: &Entry, full_text: bool, out: &mut dyn Write) -> io::Result<()> {
    underlined(&one_line(&entry.english_title()), '=', out)?;
    writeln!(out)?;
    let title_doubts = doubts(entry.title_notes());
    if !title_doubts.is_empty() {
        writeln!(out, "headline:{title_doubts}")?;
    }
    let byline = Byline::new(entry);
    let whence = byline.text();
    if !whence.is_empty() {
        writeln!(out, "{whence}")?;
    }
    if let Some(link) = byline.link {
        writeln!(out, "{link}")?;
    }
    writeln!(out, "{}\n", one_line(byline.source))?;
    if let Some(foreign) = layout::foreign(entry) {
        writeln!(out, "({foreign})\n")?;
    }
    let points = entry.summary.iter().flat_map(|summary| &summary.points);
    let mut has_summary = false;
    for point in points {
        // `PointOrigin::note` speaks of the German beside the point, which is not shown here.
        let note = match point.origin() {
            PointOrigin::Unsupported => " (not borne out by the article)",
            PointOrigin::Quoted | PointOrigin::Written | PointOrigin::Replacement => "",
        };
        let doubts = doubts(&point.notes(&entry.translation));
        writeln!(out, "* {}{note}{doubts}", one_line(point.english()))?;
        if let Some(written) = point.written() {
            writeln!(out, "  ({})", one_line(written))?;
        }
        has_summary = true;
    }
    if !full_text {
        return writeln!(out, "{}Full text: {}.txt", if has_summary { "\n" } else { "" }, entry.page);
    }
    if has_summary {
        writeln!(out)?;
    }
    let mut previous = None;
    for (paragraph, translated) in entry.translation.pairs() {
        let kind = paragraph.kind();
        // No blank line between list items.
        if previous.is_some_and(|previous| (previous, kind) != (ParagraphKind::ListItem, ParagraphKind::ListItem)) {
            writeln!(out)?;
        }
        previous = Some(kind);
        let sentences = bilingual_sentences(paragraph, translated);
        let marked = sentences.iter().map(|sentence| one_line(sentence.english) + &doubts(sentence.notes));
        let english = marked.collect::<Vec<_>>().join(" ");
        match kind {
            ParagraphKind::Heading => underlined(&english, '-', out)?,
            ParagraphKind::Body => writeln!(out, "{english}")?,
            ParagraphKind::ListItem => writeln!(out, "- {english}")?,
            ParagraphKind::Quote => writeln!(out, "> {english}")?,
            ParagraphKind::Verbatim => {
                clean(paragraph.text()).lines().try_for_each(|line| writeln!(out, "    {line}"))?;
            }
        }
    }
    Ok(())
}

/// What may be wrong with a sentence, in brackets.
fn doubts(notes: &[Note]) -> String {
    let texts: Vec<String> = layout::doubts(notes).map(layout::note).collect();
    if texts.is_empty() { String::new() } else { format!(" [{}]", texts.join("; ")) }
}

/// An underlined heading.
fn underlined(text: &str, line: char, out: &mut dyn Write) -> io::Result<()> {
    let length = text.chars().count();
    writeln!(out, "{text}\n{}", line.to_string().repeat(length))
}

#[cfg(test)]
mod tests {
    use super::super::format::canned_files::page_in;
    use super::*;
    use crate::document::canned;

    #[test]
    fn a_page_holds_the_english_and_no_german() {
        let briefing = canned::ordinary();
        let page = page_in(&OUTPUT_FORMAT, &briefing, 0);
        let (paragraph, translated) = briefing.entries[0].translation.pairs().next().unwrap();
        for sentence in translated.sentences() {
            assert!(page.contains(&sentence.english), "{page}");
        }
        assert!(!page.contains(paragraph.text()), "{page}");
    }
}
