//! Plain English text and nothing else, for those who want just the translation.
//!
//! One paragraph a line, nothing escaped but control characters.

use std::io::{self, Write};

use super::layout::{self, clean, one_line, rows};
use super::{Format, Part};
use crate::document::{Entry, Mention, Note, ParagraphKind, PointOrigin};

pub(super) const FORMAT: Format = Format {
    name: "text",
    extension: "txt",
    briefing: "briefing.txt",
    about: "the English alone, as plain text",
    between: "",
    render,
};

fn render(part: &Part<'_>, out: &mut dyn Write) -> io::Result<()> {
    match part {
        Part::Page { entry, .. } => article(entry, true, out),
        Part::Opening(overview) => {
            underlined(layout::heading(&overview.provenance), '=', out)?;
            writeln!(out, "\n{}\n", layout::counts(overview).join(", "))?;
            let mut lead = overview.digest.iter().flat_map(|digest| &digest.lead);
            lead.try_for_each(|point| writeln!(out, "* {} ({})", one_line(&point.english), point.article.index + 1))
        }
        Part::Contents(mention) => {
            let (title, source) = (one_line(&mention.english_title), one_line(&mention.source));
            writeln!(out, "{}. {title} ({source})", mention.index + 1)
        }
        Part::Topic { digest, place } => {
            if *place > 0 || !digest.lead.is_empty() {
                writeln!(out)?;
            }
            layout::topic_name(digest, *place).map_or(Ok(()), |name| underlined(&one_line(&name), '-', out))
        }
        Part::Story(article) => writeln!(out, "{}", mention(article)),
        Part::Copy(copy) => writeln!(out, "   nearly the same: {}", mention(copy)),
        Part::EndOfStory | Part::EndOfTopic | Part::BeforeArticles(_) => Ok(()),
        Part::Article { entry, full_text } => {
            writeln!(out, "\n")?;
            article(entry, *full_text, out)
        }
        Part::AfterArticles(overview) => {
            if overview.failures.is_empty() {
                return Ok(());
            }
            writeln!(out, "\n")?;
            underlined("What failed", '=', out)?;
            writeln!(out)?;
            for failure in &overview.failures {
                writeln!(out, "{}: {}", one_line(&failure.source), one_line(&failure.error))?;
            }
            Ok(())
        }
        // What was left out is German: it is in the other formats.
        Part::LeftOut(_) => Ok(()),
        Part::Closing(overview) => {
            let facts = layout::facts(&overview.provenance);
            if facts.is_empty() {
                return Ok(());
            }
            writeln!(out, "\n")?;
            underlined("How this was made", '=', out)?;
            writeln!(out)?;
            facts.iter().try_for_each(|(name, value)| writeln!(out, "{name}: {}", one_line(value)))
        }
    }
}

fn mention(mention: &Mention) -> String {
    let origin = layout::origin(mention, one_line(&mention.source), ", ");
    format!("{}. {} ({origin})", mention.index + 1, one_line(&mention.english_title))
}

fn article(entry: &Entry, full_text: bool, out: &mut dyn Write) -> io::Result<()> {
    underlined(&one_line(&entry.english_title()), '=', out)?;
    writeln!(out)?;
    if let Some(foreign) = layout::foreign(entry) {
        writeln!(out, "({foreign})\n")?;
    }
    let points = entry.summary.iter().flat_map(|summary| &summary.points);
    let mut has_summary = false;
    for point in points {
        // Here no German stands beside it that would tell.
        let note = match point.origin() {
            PointOrigin::Unsupported => " (not borne out by the article)",
            PointOrigin::Quoted | PointOrigin::Written | PointOrigin::Replacement => "",
        };
        writeln!(out, "* {}{note}", one_line(point.english()))?;
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
    let mut after = None;
    for (paragraph, translated) in entry.translation.pairs() {
        let kind = paragraph.kind();
        // List items stand together, everything else apart.
        if after.is_some_and(|after| (after, kind) != (ParagraphKind::ListItem, ParagraphKind::ListItem)) {
            writeln!(out)?;
        }
        after = Some(kind);
        let rows = rows(paragraph, translated);
        let english = rows.iter().map(|row| one_line(row.english) + &doubts(row.notes)).collect::<Vec<_>>().join(" ");
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
    let doubts: Vec<String> = notes.iter().filter(|note| note.flag.is_doubt()).map(layout::note).collect();
    if doubts.is_empty() { String::new() } else { format!(" [{}]", doubts.join("; ")) }
}

/// A heading that is underlined.
fn underlined(text: &str, line: char, out: &mut dyn Write) -> io::Result<()> {
    let length = text.chars().count();
    writeln!(out, "{text}\n{}", line.to_string().repeat(length))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::canned;

    #[test]
    fn a_page_holds_the_english_and_no_german() {
        let briefing = canned::ordinary();
        let mut bytes = Vec::new();
        let part = Part::Page { entry: &briefing.entries[0], provenance: &briefing.overview.provenance };
        render(&part, &mut bytes).unwrap();
        let page = String::from_utf8(bytes).unwrap();
        let (paragraph, translated) = briefing.entries[0].translation.pairs().next().unwrap();
        for sentence in translated.sentences() {
            assert!(page.contains(&sentence.english), "{page}");
        }
        assert!(!page.contains(paragraph.text()), "{page}");
    }
}
