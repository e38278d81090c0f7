//! The tree of a page → its blocks in reading order: what each says, and where on the page it stands.
//!
//! References to footnotes and struck-out words are not text. Exponents are written as such: `10⁶`. Items of numbered lists begin with their
//! number.

use std::hash::{DefaultHasher, Hash, Hasher};

use scraper::{ElementRef, Html, Node};

use super::super::lines::join_lines;
use super::super::superscripts;
use super::block_elements::BLOCK_ELEMENTS;
use super::furniture::{ElementRole, is_without_text, role_of};
use crate::document::{ParagraphKind, Section};

/// Stands for `<br>` until the paragraph ends. Cleaned text never contains it.
const BREAK: char = '\u{b}';

/// Stands between the kicker and the headline of a heading that holds both. Cleaned text never contains it.
pub(super) const KICKER_END: char = '\u{1f}';

/// A text in one element that is longer than this many bytes is prose.
const MIN_PROSE_BYTES: usize = 80;

/// A paragraph of a page.
#[derive(Clone, Debug)]
pub(super) struct Block {
    /// What it says. A heading may hold [`KICKER_END`].
    pub(super) section: Section,
    /// What it is, by the elements around it.
    pub(super) role: ElementRole,
    /// Bytes of the text that are links.
    pub(super) link_bytes: usize,
    /// Hash of the names and classes of its element and of those around it.
    pub(super) path: u64,
    /// The same without its own element.
    pub(super) parent_path: u64,
    /// Words that are struck out.
    pub(super) struck_out: Vec<String>,
}

impl Block {
    /// True if it holds at least a sentence, which items of a menu do not.
    pub(super) fn is_prose(&self) -> bool {
        self.section.text.len() > 60 && self.section.text.contains(['.', '!', '?'])
    }

    /// True if most of it is links.
    pub(super) fn is_links(&self) -> bool {
        self.link_bytes * 2 > self.section.text.trim().len()
    }
}

/// What holds for all text within an element.
#[derive(Clone, Copy)]
struct ElementContext {
    role: ElementRole,
    is_link: bool,
    path: u64,
    parent_path: u64,
}

/// A step of the walk through the tree, which does not recurse.
enum TreeStep<Place> {
    Enter(Place, ElementContext),
    Leave { is_block: bool, has_kind: bool, is_list: bool },
}

/// The blocks of `page`. With `knows_furniture`, each has its role and navigation is left out; otherwise everything is
/// content.
pub(super) fn collect_blocks(page: &Html, knows_furniture: bool) -> Vec<Block> {
    let measures = measure_elements(page);
    let all_prose_bytes = measures.first().map_or(0, |measure| measure.prose_bytes);
    let outermost = ElementContext { role: ElementRole::Content, is_link: false, path: 0, parent_path: 0 };
    let mut collector = BlockCollector::default();
    let mut steps = vec![TreeStep::Enter(*page.root_element(), outermost)];
    let mut next_element = 0;
    while let Some(step) = steps.pop() {
        let (node, around) = match step {
            TreeStep::Enter(node, context) => (node, context),
            TreeStep::Leave { is_block, has_kind, is_list } => {
                if is_block {
                    collector.end_paragraph();
                }
                if is_list {
                    collector.next_numbers.pop();
                }
                if has_kind {
                    collector.kinds.pop();
                }
                continue;
            }
        };
        let follows_element = node.prev_sibling().is_some_and(|sibling| sibling.value().is_element());
        if let Node::Text(text) = node.value() {
            if follows_element && collector.kind() == ParagraphKind::Heading {
                collector.separate(text);
            }
            collector.push_text(text, around);
        }
        let Some(element) = ElementRef::wrap(node) else { continue };
        let name = element.value().name();
        let number = next_element;
        let Some(measure) = measures.get(number) else { break };
        let is_large = measure.prose_bytes > 0 && measure.prose_bytes * 3 >= all_prose_bytes;
        let own_role = match (knows_furniture, is_without_text(name)) {
            (true, _) => role_of(element, is_large),
            (false, true) => ElementRole::WithoutText,
            (false, false) => ElementRole::Content,
        };
        let is_mark = matches!(name, "sup" | "del" | "s" | "strike");
        if own_role >= ElementRole::Navigation || is_mark {
            next_element += measure.elements;
            if is_mark {
                let text: String = element.text().collect();
                if name == "sup" { collector.superscript(text.trim(), around) } else { collector.strike_out(&text) }
            }
            continue;
        }
        next_element += 1;
        if name == "br" {
            collector.line_break();
            continue;
        }
        if matches!(name, "td" | "th") && !collector.text.trim().is_empty() {
            collector.text.push_str("; ");
        }
        let is_block = BLOCK_ELEMENTS.contains(&name);
        let mut context = around;
        context.role = around.role.max(own_role);
        context.is_link |= name == "a";
        if is_block {
            collector.end_paragraph();
            context.parent_path = around.path;
            context.path = path_hash(around.path, name, element.value().attr("class"));
        } else if follows_element {
            collector.separate(element.text().find(|text| !text.is_empty()).unwrap_or_default());
        }
        let kind = paragraph_kind(name);
        collector.kinds.extend(kind);
        let is_list = matches!(name, "ol" | "ul");
        if is_list {
            collector.next_numbers.push(first_number(element));
        } else if name == "li" {
            collector.begin_item(element);
        }
        steps.push(TreeStep::Leave { is_block, has_kind: kind.is_some(), is_list });
        let children: Vec<_> = node.children().map(|child| TreeStep::Enter(child, context)).collect();
        steps.extend(children.into_iter().rev());
    }
    collector.end_paragraph();
    collector.blocks
}

/// The number of the first item of `list`, if its items have numbers.
fn first_number(list: ElementRef<'_>) -> Option<u32> {
    let is_numbered = list.value().name() == "ol" && list.attr("reversed").is_none();
    is_numbered.then(|| list.attr("start").and_then(|start| start.trim().parse().ok()).unwrap_or(1))
}

/// How much an element holds.
#[derive(Clone, Copy)]
struct ElementMeasure {
    /// Elements, including itself.
    elements: usize,
    /// Bytes of prose.
    prose_bytes: usize,
}

/// A step of the measuring walk.
enum MeasuringVisit<Place> {
    Enter(Place),
    Leave { is_silent: bool },
}

/// The measure of each element of `page`, in document order. Depth is bounded, so time is linear.
fn measure_elements(page: &Html) -> Vec<ElementMeasure> {
    let mut measures: Vec<ElementMeasure> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let mut silent = 0_usize;
    let mut visits = vec![MeasuringVisit::Enter(*page.root_element())];
    while let Some(visit) = visits.pop() {
        match visit {
            MeasuringVisit::Enter(node) => match node.value() {
                Node::Text(text) if silent == 0 && text.trim().len() > MIN_PROSE_BYTES => {
                    open.iter().for_each(|number| measures[*number].prose_bytes += text.trim().len());
                }
                Node::Element(element) => {
                    let is_silent = is_without_text(element.name());
                    silent += usize::from(is_silent);
                    open.push(measures.len());
                    measures.push(ElementMeasure { elements: 1, prose_bytes: 0 });
                    visits.push(MeasuringVisit::Leave { is_silent });
                    let children: Vec<_> = node.children().map(MeasuringVisit::Enter).collect();
                    visits.extend(children.into_iter().rev());
                }
                _ => {}
            },
            MeasuringVisit::Leave { is_silent } => {
                silent -= usize::from(is_silent);
                if let Some(number) = open.pop() {
                    measures[number].elements = measures.len() - number;
                }
            }
        }
    }
    measures
}

/// The path of an element within an element with the path `around`.
fn path_hash(around: u64, name: &str, class: Option<&str>) -> u64 {
    let mut hasher = DefaultHasher::new();
    (around, name, class).hash(&mut hasher);
    hasher.finish()
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

/// The blocks so far, and the paragraph that is being read.
#[derive(Default)]
struct BlockCollector {
    blocks: Vec<Block>,
    text: String,
    /// The context of the text; `None` while it is blank.
    context: Option<ElementContext>,
    /// Furniture and captions within the paragraph, which become a block of their own.
    other: String,
    other_context: Option<ElementContext>,
    link_bytes: usize,
    struck_out: Vec<String>,
    /// What encloses the text, outermost first.
    kinds: Vec<ParagraphKind>,
    /// For each list around the text, the number of its next item, if its items have numbers.
    next_numbers: Vec<Option<u32>>,
    /// The number of the item that begins here.
    number: Option<u32>,
}

impl BlockCollector {
    fn kind(&self) -> ParagraphKind {
        self.kinds.last().copied().unwrap_or(ParagraphKind::Body)
    }

    fn is_verbatim(&self) -> bool {
        self.kind() == ParagraphKind::Verbatim
    }

    /// Counts `item`. Its first paragraph gets the number, unless it holds more than paragraphs, as an entry of a ticker does.
    fn begin_item(&mut self, item: ElementRef<'_>) {
        self.number = None;
        let Some(Some(next)) = self.next_numbers.last_mut() else { return };
        let number = item.attr("value").and_then(|value| value.trim().parse().ok()).unwrap_or(*next);
        *next = number.saturating_add(1);
        let mut names = item.child_elements().map(|child| child.value().name());
        let is_plain = names.all(|name| !BLOCK_ELEMENTS.contains(&name) || matches!(name, "p" | "ol" | "ul"));
        self.number = Some(number).filter(|_| is_plain);
    }

    fn push_text(&mut self, text: &str, context: ElementContext) {
        if text.trim().is_empty() {
            self.text.push_str(text);
            return;
        }
        match self.context {
            Some(begun) if context.role > begun.role => {
                self.other.push_str(text);
                self.other_context = self.other_context.or(Some(context));
                return;
            }
            Some(begun) if context.role < begun.role => {
                self.other.push_str(&std::mem::take(&mut self.text));
                self.other_context = self.other_context.or(Some(begun));
                self.context = Some(context);
                self.link_bytes = 0;
            }
            Some(_) => {}
            None => self.context = Some(context),
        }
        self.text.push_str(text);
        self.link_bytes += if context.is_link { text.trim().len() } else { 0 };
    }

    /// Adds the content of `<sup>`. A number after ten or a unit is an exponent; other numbers and marks refer to a footnote
    /// and are dropped.
    fn superscript(&mut self, mark: &str, context: ElementContext) {
        if let Some(text) = superscripts::text_after(&self.text, mark) {
            self.push_text(&text, context);
        }
    }

    fn strike_out(&mut self, text: &str) {
        if !text.trim().is_empty() {
            self.struck_out.push(text.to_owned());
        }
    }

    /// Separates the text from `next`, which begins another element, where only the style of the page does: kicker and
    /// headline, or two labels.
    fn separate(&mut self, next: &str) {
        let ends = |last: char| last.is_lowercase() || last.is_ascii_digit() || ".!?:)“”\"«".contains(last);
        let begins = |first: char| first.is_uppercase() || "„“\"»".contains(first);
        let is_glued = self.text.ends_with(ends) && next.starts_with(begins);
        if is_glued && self.kind() == ParagraphKind::Heading && !self.text.ends_with(['.', '!', '?', ':']) {
            self.text.push(KICKER_END);
        } else if is_glued {
            self.text.push(' ');
        }
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
            text = join_lines(&text.replace(BREAK, "\n"));
        }
        let kind = self.kind();
        let struck_out = std::mem::take(&mut self.struck_out);
        let link_bytes = std::mem::take(&mut self.link_bytes);
        if let Some(context) = self.context.take() {
            if let Some(number) = self.number.take().filter(|_| kind == ParagraphKind::ListItem) {
                text.insert_str(0, &format!("{number}. "));
            }
            self.push_block(Section { kind, text }, context, link_bytes, struck_out);
        } else if let Some(last) = self.blocks.last_mut() {
            last.struck_out.extend(struck_out);
        }
        let other = std::mem::take(&mut self.other);
        if let Some(context) = self.other_context.take() {
            self.push_block(Section { kind: ParagraphKind::Body, text: other }, context, 0, Vec::new());
        }
    }

    fn push_block(&mut self, section: Section, context: ElementContext, link_bytes: usize, struck_out: Vec<String>) {
        let ElementContext { role, path, parent_path, .. } = context;
        self.blocks.push(Block { section, role, link_bytes, path, parent_path, struck_out });
    }
}
