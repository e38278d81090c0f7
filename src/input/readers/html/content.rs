//! HTML within another file, such as a mail or the entry of a feed → draft: all of its text, because nothing stands around
//! it that is not part of it.
//!
//! Promises: what is not text of the article is listed. A table that only arranges paragraphs is no table.

use std::collections::HashSet;

use scraper::{ElementRef, Html, Node, Selector};

use super::super::super::boilerplate::CAPTION;
use super::super::super::characters::one_line;
use super::super::super::source::ReadError;
use super::article;
use super::block_elements::BLOCK_ELEMENTS;
use super::blocks;
use super::markup;
use crate::document::{ArticleDraft, LeftOut};

/// Elements that are set aside.
pub(in super::super) struct SetAside {
    /// CSS selectors of the elements.
    pub(in super::super) selectors: &'static str,
    /// True if everything after such an element, beside it, goes with it.
    pub(in super::super) with_rest: bool,
    /// The rule under which their text is listed.
    pub(in super::super) rule: &'static str,
}

/// What is set aside wherever it stands: captions, and text that nobody sees.
const ALWAYS_SET_ASIDE: &[SetAside] = &[
    SetAside { selectors: "figcaption", with_rest: false, rule: CAPTION },
    SetAside {
        selectors: "[style*='display:none'], [style*='display: none'], [hidden]",
        with_rest: false,
        rule: article::PAGE,
    },
];

/// All text of `markup` but the elements of `set_aside`, which are listed. If nothing would be left, nothing of it is set
/// aside.
///
/// # Errors
/// If there is no text.
pub(in super::super) fn read(markup: &str, set_aside: &[SetAside]) -> Result<ArticleDraft, ReadError> {
    let flat = markup::flatten(markup);
    let mut page = Html::parse_document(&flat);
    unfold_layout_tables(&mut page);
    let mut left_out = Vec::new();
    for aside in ALWAYS_SET_ASIDE.iter().chain(set_aside) {
        take_out_elements(&mut page, aside, &mut left_out);
    }
    let mut draft = article::choose(blocks::collect_blocks(&page, false), None, None);
    if draft.sections.is_empty() && !left_out.is_empty() {
        page = Html::parse_document(&flat);
        unfold_layout_tables(&mut page);
        left_out.clear();
        draft = article::choose(blocks::collect_blocks(&page, false), None, None);
    }
    if draft.sections.is_empty() {
        return Err(ReadError::NoText);
    }
    draft.left_out.extend(left_out);
    Ok(draft)
}

/// Removes the elements of `aside` from `page`, and lists their text.
fn take_out_elements(page: &mut Html, aside: &SetAside, left_out: &mut Vec<LeftOut>) {
    let Ok(selector) = Selector::parse(aside.selectors) else { return };
    let mut ids = Vec::new();
    let mut seen = HashSet::new();
    for element in page.select(&selector) {
        // Within an element that goes already.
        if element.ancestors().any(|around| seen.contains(&around.id())) || !seen.insert(element.id()) {
            continue;
        }
        ids.push(element.id());
        if aside.with_rest {
            let rest = element.next_siblings().map(|sibling| sibling.id());
            ids.extend(rest.take_while(|id| seen.insert(*id)));
        }
    }
    for id in ids {
        let Some(node) = page.tree.get(id) else { continue };
        let text = match ElementRef::wrap(node) {
            Some(element) => text_of(element),
            None => node.value().as_text().map(|text| one_line(text)).unwrap_or_default(),
        };
        if !text.is_empty() {
            left_out.push(LeftOut { text, rule: aside.rule.to_owned() });
        }
        if let Some(mut node) = page.tree.get_mut(id) {
            node.detach();
        }
    }
}

/// The text of an element on one line, without scripts and styles.
fn text_of(element: ElementRef<'_>) -> String {
    let mut text = String::new();
    for node in element.descendants() {
        let parent = node.parent().and_then(ElementRef::wrap);
        let is_shown = parent.is_none_or(|parent| !matches!(parent.value().name(), "script" | "style" | "title"));
        if let Some(piece) = node.value().as_text().filter(|_| is_shown) {
            text.push_str(piece);
        } else if node.value().as_element().is_some_and(|it| BLOCK_ELEMENTS.contains(&it.name()) || it.name() == "br") {
            text.push(' ');
        }
    }
    one_line(&text)
}

/// Turns tables that hold paragraphs, headings or other tables into plain blocks: they only say where these stand.
fn unfold_layout_tables(page: &mut Html) {
    let Ok(holder) = Selector::parse("td table, td p, td div, td h1, td h2, td h3, td ul, th table") else { return };
    let is_table_part = |name: &str| matches!(name, "table" | "tbody" | "thead" | "tfoot" | "tr" | "td" | "th");
    let mut ids = Vec::new();
    let mut seen = HashSet::new();
    for element in page.select(&holder) {
        for around in element.ancestors() {
            let Some(outer) = ElementRef::wrap(around) else { continue };
            if !is_table_part(outer.value().name()) {
                continue;
            }
            if !seen.insert(outer.id()) {
                break;
            }
            if outer.value().name() == "table" {
                ids.push(outer.id());
                let within = outer.descendants().filter_map(ElementRef::wrap);
                // Rows of a table within this one belong to that.
                let own = within.filter(|part| {
                    let mut outside = part.ancestors().filter_map(ElementRef::wrap);
                    let table = outside.find(|it| it.value().name() == "table");
                    is_table_part(part.value().name()) && table.is_some_and(|table| table.id() == outer.id())
                });
                ids.extend(own.map(|part| part.id()));
            }
        }
    }
    let Some(block) = Html::parse_fragment("<div></div>")
        .tree
        .nodes()
        .find_map(|node| node.value().as_element().filter(|it| it.name() == "div").map(|it| it.name.clone()))
    else {
        return;
    };
    for id in ids {
        if let Some(mut node) = page.tree.get_mut(id)
            && let Node::Element(element) = node.value()
        {
            element.name = block.clone();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::ParagraphKind::{self, Body, Heading, ListItem};

    /// Paragraphs by kind, and what was left out by rule.
    type Outcome = (Vec<(ParagraphKind, String)>, Vec<(String, String)>);

    fn read_all(markup: &str, set_aside: &[SetAside]) -> Outcome {
        let draft = read(markup, set_aside).unwrap();
        let sections = draft.sections.iter().map(|it| (it.kind, one_line(&it.text))).collect();
        (sections, draft.left_out.into_iter().map(|it| (it.rule, it.text)).collect())
    }

    #[test]
    fn all_text_is_read_and_what_is_set_aside_is_listed() {
        let quotes = [SetAside { selectors: "blockquote[type=cite]", with_rest: false, rule: "quoted-reply" }];
        let markup = "<style>p{}</style><p>Guten Tag,</p><div class=footer>Ihr Amt</div>\
                      <span style='display:none'>Vorschau</span><blockquote type=cite>Alt <b>und</b> fern</blockquote>";
        let (sections, left_out) = read_all(markup, &quotes);
        assert_eq!(sections, [(Body, "Guten Tag,".to_owned()), (Body, "Ihr Amt".to_owned())]);
        let listed = [("page", "Vorschau"), ("quoted-reply", "Alt und fern")];
        assert_eq!(left_out, listed.map(|(rule, text)| (rule.to_owned(), text.to_owned())));
        let only_quote = read_all("<blockquote type=cite>Nur das.</blockquote>", &quotes);
        assert_eq!((only_quote.0.len(), only_quote.1.len()), (1, 0));
        assert!(matches!(read("<style>p{}</style>", &[]), Err(ReadError::NoText)));
    }

    #[test]
    fn what_follows_a_mark_may_go_with_it() {
        let replies = [SetAside { selectors: "#reply", with_rest: true, rule: "quoted-reply" }];
        let (sections, left_out) = read_all("<p>Neu.</p><div id=reply>Von: A</div><p>Alt.</p><p>Älter.</p>", &replies);
        assert_eq!(sections, [(Body, "Neu.".to_owned())]);
        assert_eq!(left_out.len(), 3);
    }

    #[test]
    fn a_table_that_arranges_paragraphs_is_no_table() {
        let markup = "<table><tr><td><table><tr><td><h2>Neues</h2><p>Ein Absatz.</p></td></tr></table>\
                      <table><tr><td>Kiel<td>3</table></td></tr></table>";
        let (sections, _) = read_all(markup, &[]);
        let expected = [(Heading, "Neues"), (Body, "Ein Absatz."), (ListItem, "Kiel; 3")];
        assert_eq!(sections, expected.map(|(kind, text)| (kind, text.to_owned())));
    }

    #[test]
    fn nesting_costs_no_stack_and_little_time() {
        let markup = "<table><tr><td>".repeat(20_000) + "Unten." + &"<div hidden>".repeat(20_000);
        assert!(!read(&markup, &[]).unwrap().sections.is_empty());
    }
}
