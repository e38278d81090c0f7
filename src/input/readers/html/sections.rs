//! The tree of a page → sections in reading order.

use scraper::{ElementRef, Html, Node};

use super::furniture::{is_element_without_text, is_furniture};
use crate::document::{ParagraphKind, Section};

/// Elements that begin and end a paragraph.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "caption",
    "center",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "hr",
    "html",
    "legend",
    "li",
    "main",
    "ol",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "tbody",
    "tfoot",
    "thead",
    "tr",
    "ul",
];

/// Stands for `<br>` until the paragraph ends. Cleaned text never contains it.
const BREAK: char = '\u{b}';

/// A step of the walk through the tree, which does not recurse.
enum Step<Node> {
    Enter(Node),
    Leave { is_block: bool, has_kind: bool },
}

/// The sections of `page` in order. With `skip_furniture`, elements that look like furniture are left out; otherwise only
/// those that never hold text.
pub(super) fn collect(page: &Html, skip_furniture: bool) -> Vec<Section> {
    let mut collector = Collector::default();
    let mut steps = vec![Step::Enter(*page.root_element())];
    while let Some(step) = steps.pop() {
        let node = match step {
            Step::Leave { is_block, has_kind } => {
                if is_block {
                    collector.end_paragraph();
                }
                if has_kind {
                    collector.kinds.pop();
                }
                continue;
            }
            Step::Enter(node) => node,
        };
        match node.value() {
            Node::Text(text) => collector.text.push_str(text),
            Node::Element(element) => {
                let name = element.name();
                let is_skipped = match ElementRef::wrap(node) {
                    Some(element) if skip_furniture => is_furniture(element),
                    _ => is_element_without_text(name),
                };
                if is_skipped {
                    continue;
                }
                if name == "br" {
                    collector.line_break();
                    continue;
                }
                if matches!(name, "td" | "th") && !collector.text.trim().is_empty() {
                    collector.text.push_str("; ");
                }
                let is_block = BLOCKS.contains(&name);
                if is_block {
                    collector.end_paragraph();
                }
                let kind = paragraph_kind(name);
                collector.kinds.extend(kind);
                steps.push(Step::Leave { is_block, has_kind: kind.is_some() });
                let children: Vec<_> = node.children().map(Step::Enter).collect();
                steps.extend(children.into_iter().rev());
            }
            _ => {}
        }
    }
    collector.end_paragraph();
    collector.sections
}

/// The kind of the paragraphs in an element called `name`, if it differs from what is around it.
fn paragraph_kind(name: &str) -> Option<ParagraphKind> {
    match name {
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => Some(ParagraphKind::Heading),
        "li" | "dd" | "tr" => Some(ParagraphKind::ListItem),
        "blockquote" => Some(ParagraphKind::Quote),
        "pre" => Some(ParagraphKind::Verbatim),
        _ => None,
    }
}

/// The sections so far, and the paragraph that is being read.
#[derive(Default)]
struct Collector {
    sections: Vec<Section>,
    text: String,
    /// What encloses the text, outermost first.
    kinds: Vec<ParagraphKind>,
}

impl Collector {
    fn is_verbatim(&self) -> bool {
        self.kinds.last() == Some(&ParagraphKind::Verbatim)
    }

    /// One line break is a space. Two in a row end a paragraph, as on old pages.
    fn line_break(&mut self) {
        if self.is_verbatim() || !self.text.trim_end_matches([' ', '\t']).ends_with(BREAK) {
            self.text.push(if self.is_verbatim() { '\n' } else { BREAK });
        } else {
            self.end_paragraph();
        }
    }

    fn end_paragraph(&mut self) {
        let mut text = std::mem::take(&mut self.text);
        if !self.is_verbatim() {
            text = text.replace(BREAK, "\n");
        }
        if !text.trim().is_empty() {
            let kind = self.kinds.last().copied().unwrap_or(ParagraphKind::Body);
            self.sections.push(Section { kind, text });
        }
    }
}
