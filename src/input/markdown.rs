//! Markdown → draft: CommonMark with tables, footnotes and front matter.
//!
//! The title is the one in the front matter, else the first heading of the first level, else a heading that the text
//! opens with. Links become their text, pictures go, code is verbatim, a row of a table becomes one list item, and raw
//! HTML is read as HTML. Never changes a word.

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::{ReadError, Reader, html};
use crate::document::{Date, Draft, ParagraphKind, Section};

/// Markdown.
pub(super) const READER: Reader = Reader {
    name: "Markdown",
    extensions: &["md", "markdown"],
    about: "CommonMark with front matter, tables and footnotes; code is passed through untranslated",
    read,
};

fn read(text: &str) -> Result<Draft, ReadError> {
    let mut reading = Reading::default();
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS
        | Options::ENABLE_PLUSES_DELIMITED_METADATA_BLOCKS;
    for event in Parser::new_ext(text, options) {
        reading.event(event);
    }
    reading.flush();
    let Reading { sections, title, published, first_heading, .. } = reading;
    if sections.is_empty() {
        return Err(ReadError::NoText);
    }
    let mut draft = Draft { title, sections, published, ..Draft::default() };
    let Some(place) = first_heading else { return Ok(draft) };
    let heading = draft.sections.get(place).map(|section| section.text.trim().to_owned());
    // A document of headings only keeps them all as text.
    if draft.sections.len() > 1 && (draft.title.is_none() || draft.title == heading) {
        draft.title = heading;
        draft.sections.remove(place);
    }
    Ok(draft)
}

/// A document halfway through its events.
#[derive(Default)]
struct Reading {
    sections: Vec<Section>,
    /// The title in the front matter.
    title: Option<String>,
    /// The date in the front matter.
    published: Option<Date>,
    /// Place of the heading that may serve as the title.
    first_heading: Option<usize>,
    /// True once `first_heading` is of the first level, which is final.
    settled: bool,
    text: String,
    /// What encloses the text, outermost first.
    kinds: Vec<ParagraphKind>,
    /// Pictures that enclose the text: what describes a picture is not part of the article.
    pictures: usize,
    in_html: bool,
    in_front_matter: bool,
}

impl Reading {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(&tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::Code(text) if self.pictures == 0 => self.text.push_str(&text),
            Event::InlineMath(text) | Event::DisplayMath(text) => self.text.push_str(&text),
            Event::Html(markup) => self.text.push_str(&markup),
            Event::SoftBreak | Event::HardBreak => self.text.push(' '),
            Event::InlineHtml(markup) if markup.starts_with("<br") => self.text.push(' '),
            Event::Rule => self.flush(),
            Event::Text(_)
            | Event::Code(_)
            | Event::InlineHtml(_)
            | Event::FootnoteReference(_)
            | Event::TaskListMarker(_) => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>) {
        match tag {
            Tag::Image { .. } => self.pictures += 1,
            Tag::TableCell if !self.text.trim().is_empty() => self.text.push_str("; "),
            Tag::TableCell => {}
            Tag::MetadataBlock(_) => {
                self.flush();
                self.in_front_matter = true;
            }
            Tag::HtmlBlock => {
                self.flush();
                self.in_html = true;
            }
            tag => {
                if let Some(kind) = kind(tag) {
                    self.flush();
                    self.kinds.push(kind);
                } else if matches!(tag, Tag::Paragraph) {
                    self.flush();
                }
            }
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Image => self.pictures = self.pictures.saturating_sub(1),
            TagEnd::Paragraph => self.flush(),
            TagEnd::MetadataBlock(_) => {
                let block = std::mem::take(&mut self.text);
                self.title = front_matter_title(&block);
                self.published = front_matter(&block, "date").and_then(|date| Date::from_iso(&date));
                self.in_front_matter = false;
            }
            TagEnd::HtmlBlock => {
                self.in_html = false;
                let markup = std::mem::take(&mut self.text);
                self.sections.extend(html::sections_of_fragment(&markup));
            }
            TagEnd::Heading(level) => {
                let place = self.sections.len();
                self.flush();
                self.kinds.pop();
                let first_level = level == HeadingLevel::H1;
                // A heading of a lower level serves only where nothing stands before it; one without text never does.
                if self.sections.len() > place && !self.settled && (first_level || place == 0) {
                    self.first_heading = Some(place);
                    self.settled = first_level;
                }
            }
            TagEnd::Item
            | TagEnd::BlockQuote(_)
            | TagEnd::CodeBlock
            | TagEnd::TableHead
            | TagEnd::TableRow
            | TagEnd::FootnoteDefinition => {
                self.flush();
                self.kinds.pop();
            }
            _ => {}
        }
    }

    /// Ends the paragraph that is being read, if there is one.
    fn flush(&mut self) {
        if self.in_html || self.in_front_matter {
            return;
        }
        let text = std::mem::take(&mut self.text);
        if !text.trim().is_empty() {
            let kind = self.kinds.last().copied().unwrap_or(ParagraphKind::Body);
            self.sections.push(Section { kind, text });
        }
    }
}

/// What the text within `tag` is, where that differs from what is around it.
fn kind(tag: &Tag<'_>) -> Option<ParagraphKind> {
    match tag {
        Tag::Heading { .. } => Some(ParagraphKind::Heading),
        Tag::Item | Tag::TableHead | Tag::TableRow => Some(ParagraphKind::ListItem),
        Tag::BlockQuote(_) => Some(ParagraphKind::Quote),
        Tag::CodeBlock(_) => Some(ParagraphKind::Verbatim),
        Tag::FootnoteDefinition(_) => Some(ParagraphKind::Body),
        _ => None,
    }
}

/// The value of `title` in front matter, unless it stands on other lines.
fn front_matter_title(block: &str) -> Option<String> {
    let title = front_matter(block, "title")?;
    // A block scalar (`title: >`) has its text on the next lines; the document's first heading is as good.
    (!title.is_empty() && ![">", "|", ">-", "|-"].contains(&title.as_str())).then_some(title)
}

/// The value of `key` in front matter, YAML or TOML.
fn front_matter(block: &str, key: &str) -> Option<String> {
    let value = block.lines().find_map(|line| {
        let start = line.get(..key.len()).filter(|start| start.eq_ignore_ascii_case(key))?;
        line[start.len()..].trim_start().strip_prefix([':', '='])
    })?;
    let value = value.trim();
    let quoted = ['"', '\''].into_iter().find_map(|quote| value.strip_prefix(quote)?.strip_suffix(quote));
    Some(quoted.unwrap_or(value).replace("\\\"", "\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ParagraphKind::{Body, Heading, ListItem, Quote, Verbatim};

    fn check(text: &str, title: Option<&str>, sections: &[(ParagraphKind, &str)]) {
        let draft = read(text).unwrap();
        let found: Vec<_> = draft.sections.iter().map(|section| (section.kind, section.text.trim())).collect();
        assert_eq!((draft.title.as_deref(), found.as_slice()), (title, sections), "{text}");
    }

    #[test]
    fn every_kind_of_block_is_told_apart() {
        check(
            "---\ntitle: \"Neues aus dem Hafen\"\ndate: 2024-05-03\n---\n\n\
             Ein Satz mit [Verweis](https://example.org) und *Nachdruck*,\nder weitergeht. ![Bild](b.png)\n\n\
             ## Was fehlt\n\n- ein Kran\n- eine Straße,\n  die trägt\n\n> Wir warten.\n>\n> Seit Jahren.\n\n\
             ```\nlet a = 1;\n  b\n```\n\n1. eins\n\n2. zwei\n\n   mehr\n",
            Some("Neues aus dem Hafen"),
            &[
                (Body, "Ein Satz mit Verweis und Nachdruck, der weitergeht."),
                (Heading, "Was fehlt"),
                (ListItem, "ein Kran"),
                (ListItem, "eine Straße, die trägt"),
                (Quote, "Wir warten."),
                (Quote, "Seit Jahren."),
                (Verbatim, "let a = 1;\n  b"),
                (ListItem, "eins"),
                (ListItem, "zwei"),
                (ListItem, "mehr"),
            ],
        );
    }

    #[test]
    fn a_row_of_a_table_is_one_item() {
        check(
            "| Stadt | Anteil |\n|---|---|\n| Kiel | 3,5 % |\n",
            None,
            &[(ListItem, "Stadt; Anteil"), (ListItem, "Kiel; 3,5 %")],
        );
    }

    #[test]
    fn the_title_is_not_said_twice() {
        check("# Titel\n\nText.", Some("Titel"), &[(Body, "Text.")]);
        check("---\ntitle: Titel\n---\n# Titel\n\nText.", Some("Titel"), &[(Body, "Text.")]);
        check("---\ntitle: Titel\n---\n# Anders\n\nText.", Some("Titel"), &[(Heading, "Anders"), (Body, "Text.")]);
        check("+++\ntitle = 'Titel'\n+++\nText.", Some("Titel"), &[(Body, "Text.")]);
        check("## Dachzeile\n\n# Titel\n\nText.", Some("Titel"), &[(Heading, "Dachzeile"), (Body, "Text.")]);
        check("## Titel\n\nText.", Some("Titel"), &[(Body, "Text.")]);
        check("Text.\n\n## Mehr\n\nText.", None, &[(Body, "Text."), (Heading, "Mehr"), (Body, "Text.")]);
        check("# Titel\n", None, &[(Heading, "Titel")]);
        check("# ![](a.png)\n\nText.\n\n#\n", None, &[(Body, "Text.")]);
        check("Titel\n=====\n\nText.", Some("Titel"), &[(Body, "Text.")]);
    }

    #[test]
    fn raw_html_is_read_as_html() {
        check(
            "Eins.\n\n<div class=\"x\">\n<p>Zwei <b>und mehr.</b></p>\n</div>\n\n<!-- weg -->\n\nDrei<br>vier <b>x</b>.",
            None,
            &[(Body, "Eins."), (Body, "Zwei und mehr."), (Body, "Drei vier x.")],
        );
    }

    #[test]
    fn a_rule_at_the_top_is_no_front_matter() {
        check("---\n\nText.\n", None, &[(Body, "Text.")]);
    }

    #[test]
    fn a_document_without_text_is_an_error() {
        assert_eq!(read("![](a.png)\n\n---\n"), Err(ReadError::NoText));
    }

    #[test]
    fn deep_nesting_is_read() {
        let text = format!("{}Text.", "> ".repeat(10_000));
        assert_eq!(read(&text).unwrap().sections.len(), 1);
    }
}
