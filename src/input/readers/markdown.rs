//! Markdown → draft: CommonMark with tables, footnotes and front matter.
//!
//! The title comes from the front matter, else from the first first-level heading, else from a heading at the very
//! beginning; author, outlet, address and days from the front matter and from bylines. Links become their text, pictures are dropped,
//! code is verbatim, a row of a table becomes one list item, items of numbered lists keep their numbers, and raw HTML is read as HTML.
//! Words are never changed.

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::super::characters::is_web_address;
use super::super::encoding::undeclared;
use super::super::input_format::InputFormat;
use super::super::source::{ReadError, Source};
use super::super::text;
use super::lines::join_lines;
use super::stated_day::stated_day;
use super::{byline, html, superscripts};
use crate::document::{ArticleDraft, LeftOut, ParagraphKind, Section};
use crate::lexicon::german;

/// Markdown.
pub(super) const INPUT_FORMAT: InputFormat = InputFormat {
    name: "Markdown",
    extensions: &["md", "markdown"],
    shared_extensions: &[],
    about: "CommonMark with front matter, tables and footnotes; code is passed through untranslated",
    sniff: |_| false,
    split: None,
    unpack: None,
    read,
};

fn read(source: &mut Source) -> Result<ArticleDraft, ReadError> {
    parse_markdown(&text::decode(source, undeclared)?)
}

fn parse_markdown(text: &str) -> Result<ArticleDraft, ReadError> {
    let mut markdown_parsing = MarkdownParsing::default();
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS
        | Options::ENABLE_PLUSES_DELIMITED_METADATA_BLOCKS;
    for event in Parser::new_ext(text, options) {
        markdown_parsing.event(event);
    }
    markdown_parsing.end_paragraph();
    let MarkdownParsing { sections, front_matter, title_heading, left_out, .. } = markdown_parsing;
    if sections.is_empty() {
        return Err(ReadError::NoText);
    }
    let mut draft = ArticleDraft { sections, left_out, ..front_matter };
    let heading = title_heading.and_then(|index| Some((index, draft.sections.get(index)?.text.trim().to_owned())));
    // If there is nothing but one heading, it is the text.
    let heading = heading.filter(|(_, text)| draft.title.as_ref().is_none_or(|title| title == text));
    let mut text_start = 0;
    if let Some((index, text)) = heading.filter(|_| draft.sections.len() > 1) {
        draft.title = Some(text);
        draft.sections.remove(index);
        text_start = index;
    }
    if draft.title.is_some() {
        let mut text_sections = draft.sections.split_off(text_start);
        let is_prose = |section: &Section| matches!(section.kind, ParagraphKind::Body | ParagraphKind::Heading);
        let bylines = byline::take(&mut text_sections, |section| is_prose(section).then_some(section.text.trim()));
        draft.sections.append(&mut text_sections);
        draft.author = draft.author.or(bylines.author);
        draft.published = draft.published.or(bylines.day);
        let listed = bylines.lines.into_iter().map(|text| LeftOut { text, rule: byline::RULE.to_owned() });
        draft.left_out.extend(listed);
    }
    Ok(draft)
}

/// Rule of words that are struck out.
const STRUCK_OUT_RULE: &str = "struck-out";

/// A document while its events are read.
#[derive(Default)]
struct MarkdownParsing {
    sections: Vec<Section>,
    /// What the front matter states.
    front_matter: ArticleDraft,
    /// Index of the section that may become the title.
    title_heading: Option<usize>,
    /// True once `title_heading` is a first-level heading. Later headings do not replace it.
    has_first_level: bool,
    text: String,
    /// What encloses the text, outermost first.
    kinds: Vec<ParagraphKind>,
    /// For each list around the text, the number of its next item, if it has numbers.
    next_numbers: Vec<Option<u64>>,
    /// How many bytes the number takes at the start of the text.
    number_bytes: usize,
    /// Where in the text an element for a raised number or mark began.
    superscript_start: Option<usize>,
    /// How many pictures enclose the text. The description of a picture is not part of the article.
    open_pictures: usize,
    /// Words that are being struck out.
    struck_out: String,
    is_struck_out: bool,
    left_out: Vec<LeftOut>,
    in_html: bool,
    in_front_matter: bool,
}

impl MarkdownParsing {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(&tag),
            Event::End(tag) => self.end(tag),
            Event::Text(_) | Event::Code(_) if self.open_pictures > 0 => {}
            Event::Text(text) | Event::Code(text) if self.is_struck_out => self.struck_out.push_str(&text),
            Event::Text(text) | Event::Code(text) => self.text.push_str(&text),
            Event::InlineMath(text) | Event::DisplayMath(text) => self.text.push_str(&text),
            Event::Html(markup) => self.text.push_str(&markup),
            Event::SoftBreak | Event::HardBreak => self.text.push('\n'),
            Event::InlineHtml(markup) => self.inline_html(&markup),
            Event::Rule => self.end_paragraph(),
            Event::FootnoteReference(_) | Event::TaskListMarker(_) => {}
        }
    }

    /// Reads a tag of HTML within a paragraph. Most are of no consequence for what the text says.
    fn inline_html(&mut self, tag: &str) {
        let name = tag.trim_start_matches('<').trim_end_matches(['>', '/', ' ']).to_ascii_lowercase();
        match name.split(' ').next().unwrap_or_default() {
            "br" => self.text.push(' '),
            "sup" => self.superscript_start = Some(self.text.len()),
            "/sup" => {
                let start = self.superscript_start.take().filter(|start| *start <= self.text.len());
                if let Some(mark) = start.map(|start| self.text.split_off(start)) {
                    self.text.push_str(&superscripts::text_after(&self.text, mark.trim()).unwrap_or_default());
                }
            }
            "del" | "s" | "strike" => self.is_struck_out = true,
            "/del" | "/s" | "/strike" => self.end_struck_out(),
            _ => {}
        }
    }

    fn end_struck_out(&mut self) {
        self.is_struck_out = false;
        let text = std::mem::take(&mut self.struck_out);
        if !text.trim().is_empty() {
            self.left_out.push(LeftOut { text, rule: STRUCK_OUT_RULE.to_owned() });
        }
    }

    fn start(&mut self, tag: &Tag<'_>) {
        match tag {
            Tag::Image { .. } => self.open_pictures += 1,
            Tag::Strikethrough => self.is_struck_out = true,
            Tag::TableCell if !self.text.trim().is_empty() => self.text.push_str("; "),
            Tag::TableCell => {}
            Tag::List(first) => {
                self.end_paragraph();
                self.next_numbers.push(*first);
            }
            Tag::MetadataBlock(_) => {
                self.end_paragraph();
                self.in_front_matter = true;
            }
            Tag::HtmlBlock => {
                self.end_paragraph();
                self.in_html = true;
            }
            tag => {
                if let Some(kind) = paragraph_kind(tag) {
                    self.end_paragraph();
                    self.kinds.push(kind);
                    if let (Tag::Item, Some(Some(number))) = (tag, self.next_numbers.last_mut()) {
                        self.text = format!("{number}. ");
                        self.number_bytes = self.text.len();
                        *number = number.saturating_add(1);
                    }
                } else if matches!(tag, Tag::Paragraph) && self.text.len() > self.number_bytes {
                    self.end_paragraph();
                }
            }
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Image => self.open_pictures = self.open_pictures.saturating_sub(1),
            TagEnd::Strikethrough => self.end_struck_out(),
            TagEnd::List(_) => {
                self.next_numbers.pop();
            }
            TagEnd::Paragraph => self.end_paragraph(),
            TagEnd::MetadataBlock(_) => {
                let block = std::mem::take(&mut self.text);
                self.front_matter = front_matter(&block);
                self.in_front_matter = false;
            }
            TagEnd::HtmlBlock => {
                self.in_html = false;
                let markup = std::mem::take(&mut self.text);
                self.sections.extend(html::sections_of_fragment(&markup));
            }
            TagEnd::Heading(level) => {
                let section_index = self.sections.len();
                self.end_paragraph();
                self.kinds.pop();
                let is_first_level = level == HeadingLevel::H1;
                let has_text = self.sections.len() > section_index;
                // A heading of a lower level becomes the title only if nothing precedes it.
                if has_text && !self.has_first_level && (is_first_level || section_index == 0) {
                    self.title_heading = Some(section_index);
                    self.has_first_level = is_first_level;
                }
            }
            TagEnd::Item
            | TagEnd::BlockQuote(_)
            | TagEnd::CodeBlock
            | TagEnd::TableHead
            | TagEnd::TableRow
            | TagEnd::FootnoteDefinition => {
                self.end_paragraph();
                self.kinds.pop();
            }
            _ => {}
        }
    }

    /// Ends the paragraph that is being read, if there is one.
    fn end_paragraph(&mut self) {
        if self.in_html || self.in_front_matter {
            return;
        }
        if self.is_struck_out {
            // An element that is never closed ends with its paragraph.
            self.end_struck_out();
        }
        self.superscript_start = None;
        let text = std::mem::take(&mut self.text);
        let number_bytes = std::mem::take(&mut self.number_bytes);
        if text.get(number_bytes..).is_some_and(|text| !text.trim().is_empty()) {
            // `3. Mai 2024` looks like the third item of a list.
            let first = text[number_bytes..].split(|it: char| !it.is_alphabetic()).next().unwrap_or_default();
            let is_day = number_bytes > 0 && german::month_or_abbreviation(&first.to_lowercase()).is_some();
            let kind = self.kinds.last().copied().filter(|_| !is_day).unwrap_or(ParagraphKind::Body);
            let text = if kind == ParagraphKind::Verbatim { text } else { join_lines(&text) };
            self.sections.push(Section { kind, text });
        }
    }
}

/// The kind of the paragraphs in `tag`, if it differs from what is around it.
fn paragraph_kind(tag: &Tag<'_>) -> Option<ParagraphKind> {
    match tag {
        Tag::Heading { .. } => Some(ParagraphKind::Heading),
        Tag::Item | Tag::TableHead | Tag::TableRow => Some(ParagraphKind::ListItem),
        Tag::BlockQuote(_) => Some(ParagraphKind::Quote),
        Tag::CodeBlock(_) => Some(ParagraphKind::Verbatim),
        Tag::FootnoteDefinition(_) => Some(ParagraphKind::Body),
        _ => None,
    }
}

/// What front matter states about the article.
fn front_matter(block: &str) -> ArticleDraft {
    let value = |keys: &[&str]| {
        let found = keys.iter().find_map(|key| front_matter_value(block, key))?;
        let plain = found.trim_matches(['[', ']', ' ']).replace(['"', '\''], "");
        Some(plain).filter(|text| !text.is_empty() && !text.starts_with(['>', '|', '{', '&']))
    };
    ArticleDraft {
        title: front_matter_title(block),
        published: value(&["date", "published", "publishdate", "datum"]).and_then(|day| stated_day(&day)),
        updated: value(&["updated", "lastmod", "modified", "last_modified_at"]).and_then(|day| stated_day(&day)),
        author: value(&["author", "authors", "autor", "autorin"]),
        outlet: value(&["outlet", "publisher", "publication", "site", "medium"]).filter(|name| !is_web_address(name)),
        url: value(&["url", "canonical_url", "canonical", "link", "source"]).filter(|url| is_web_address(url)),
        ..ArticleDraft::default()
    }
}

/// The value of `title` in front matter, unless it continues on the next lines.
fn front_matter_title(block: &str) -> Option<String> {
    let title = front_matter_value(block, "title")?;
    // The text of a block scalar (`title: >`) is on the next lines. The document's first heading serves as well.
    (!title.is_empty() && ![">", "|", ">-", "|-"].contains(&title.as_str())).then_some(title)
}

/// The value of `key` in front matter, which is YAML or TOML.
fn front_matter_value(block: &str, key: &str) -> Option<String> {
    let after_key = block.lines().find_map(|line| {
        let key_text = line.get(..key.len()).filter(|key_text| key_text.eq_ignore_ascii_case(key))?;
        line[key_text.len()..].trim_start().strip_prefix([':', '='])
    })?;
    let value = after_key.trim();
    let quoted = ['"', '\''].into_iter().find_map(|quote| value.strip_prefix(quote)?.strip_suffix(quote));
    Some(quoted.unwrap_or(value).replace("\\\"", "\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Date;
    use ParagraphKind::{Body, Heading, ListItem, Quote, Verbatim};

    fn check(text: &str, title: Option<&str>, sections: &[(ParagraphKind, &str)]) {
        let draft = parse_markdown(text).unwrap();
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
                (ListItem, "1. eins"),
                (ListItem, "2. zwei"),
                (ListItem, "mehr"),
            ],
        );
    }

    #[test]
    fn front_matter_and_bylines_are_metadata() {
        let draft = parse_markdown(
            "---\ntitle: Halle gekauft\nauthor: [\"Jana Ohm\", 'Kai Lund']\npublished: 7.5.2024\nlastmod: 2024-05-08T10:00:00Z\n\
             publisher: Der Bote\nsource: https://bote.example/halle\n---\n\nText.\n",
        )
        .unwrap();
        assert_eq!((draft.author.as_deref(), draft.outlet.as_deref()), (Some("Jana Ohm, Kai Lund"), Some("Der Bote")));
        assert_eq!((draft.published, draft.updated), (Date::new(2024, 5, 7), Date::new(2024, 5, 8)));
        assert_eq!(draft.url.as_deref(), Some("https://bote.example/halle"));
        let draft = parse_markdown("# Halle gekauft\n\n*Von Jana Ohm*\n\n3. Mai 2024\n\nText.\n").unwrap();
        assert_eq!((draft.author.as_deref(), draft.published), (Some("Jana Ohm"), Date::new(2024, 5, 3)));
        assert_eq!((draft.sections.len(), draft.left_out.len()), (1, 2));
    }

    #[test]
    fn marks_of_html_within_a_paragraph_mean_what_they_do_on_a_page() {
        let draft = parse_markdown(
            "Die 41.230<sup>2</sup> Leute sparen 10<sup>6</sup> kWh auf 3 km<sup>2</sup>, <del>drei</del> fünf.",
        )
        .unwrap();
        assert_eq!(draft.sections[0].text, "Die 41.230 Leute sparen 10⁶ kWh auf 3 km²,  fünf.");
        assert_eq!(draft.left_out[0].text, "drei");
        assert_eq!(parse_markdown("Nie <s>geschlossen\n\nDanach.").unwrap().sections[1].text, "Danach.");
        check("Offen <sup>2\n\nDanach.</sup>", None, &[(Body, "Offen 2"), (Body, "Danach.")]);
    }

    #[test]
    fn numbers_of_lists_stay() {
        check(
            "3. drei\n4. vier\n   - innen\n5. fünf\n\n- Punkt\n",
            None,
            &[
                (ListItem, "3. drei"),
                (ListItem, "4. vier"),
                (ListItem, "innen"),
                (ListItem, "5. fünf"),
                (ListItem, "Punkt"),
            ],
        );
        check("1. \n2. zwei\n", None, &[(ListItem, "2. zwei")]);
        check("3. Mai: Der Bau beginnt.\n", None, &[(Body, "3. Mai: Der Bau beginnt.")]);
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
    fn words_divided_at_the_end_of_a_line_are_put_together() {
        check("Im alten Güter-\nbahnhof von 10-\njährigen.", None, &[(Body, "Im alten Güterbahnhof von 10-jährigen.")]);
        check(
            "- eine Straße, die Vor-\n  und Nachteile hat",
            None,
            &[(ListItem, "eine Straße, die Vor- und Nachteile hat")],
        );
    }

    #[test]
    fn what_is_struck_out_is_listed_and_not_read() {
        let draft = parse_markdown("Es kamen ~~3~~ 5 Leute, ~~sagt *man*~~ heißt es.").unwrap();
        assert_eq!(
            draft.sections[0].text.split_whitespace().collect::<Vec<_>>().join(" "),
            "Es kamen 5 Leute, heißt es."
        );
        let left_out: Vec<_> = draft.left_out.iter().map(|passage| passage.text.as_str()).collect();
        assert_eq!(left_out, ["3", "sagt man"]);
    }

    #[test]
    fn a_document_without_text_is_an_error() {
        assert!(matches!(parse_markdown("![](a.png)\n\n---\n"), Err(ReadError::NoText)));
    }

    #[test]
    fn deep_nesting_is_read() {
        let text = format!("{}Text.", "> ".repeat(10_000));
        assert_eq!(parse_markdown(&text).unwrap().sections.len(), 1);
    }
}
