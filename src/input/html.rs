//! HTML → draft: the article of a saved page without its menus, forms and scripts.
//!
//! The main text is what a readability crate takes for it, or the whole page less its furniture where that finds too
//! little, as on short pages. Both are walked the same way into headings, paragraphs, list items, quotes and code.
//!
//! Promises: any bytes are read without recursion in time that grows with their length; elements nested deeper than
//! [`DEEPEST`] are flattened before they reach a parser. Never runs a script, never loads anything.

use std::borrow::Cow;
use std::collections::HashMap;

use dom_smoothie::{Config, Readability};
use scraper::{ElementRef, Html, Node, Selector};

use super::{ReadError, Reader, plain_text};
use crate::document::{Date, Draft, ParagraphKind, Section};

/// HTML.
pub(super) const READER: Reader = Reader {
    name: "HTML",
    extensions: &["html", "htm", "xhtml"],
    about: "the main text of a saved page, without menus, forms and scripts",
    read,
};

/// How deep elements may be nested; what lies deeper is read as if it lay here. Parsers look through all open elements
/// at every tag, so their time grows with length times depth.
const DEEPEST: usize = 256;

/// How many formatting elements may be open at once. A parser opens all of them anew in every paragraph.
const MOST_FORMATTING: usize = 16;

/// Pages with more nodes than this, or with more bytes in a single run of text, are not scored for readability, whose
/// time grows faster than they do.
const MOST_SCORED: usize = 30_000;

/// Names of `meta` elements that hold the day of publication.
const PUBLISHED: &[&str] =
    &["article:published_time", "datePublished", "date", "dc.date", "dcterms.created", "pubdate"];

/// Elements that hold no part of an article. A form is none of them: some sites wrap the whole page in one.
const FURNITURE: &[&str] = &[
    "aside", "audio", "button", "canvas", "dialog", "embed", "footer", "head", "iframe", "input", "label", "map",
    "math", "menu", "nav", "noscript", "object", "script", "select", "style", "svg", "template", "textarea", "video",
];

/// Values of `role` that hold no part of an article.
const FURNITURE_ROLES: &[&str] =
    &["alert", "alertdialog", "banner", "complementary", "contentinfo", "dialog", "menu", "navigation", "search"];

/// Words of `class` and `id` that only furniture has.
const FURNITURE_NAMES: &[&str] = &[
    "ad",
    "ads",
    "advertisement",
    "anzeige",
    "breadcrumb",
    "breadcrumbs",
    "comments",
    "consent",
    "cookie",
    "cookies",
    "footer",
    "kommentare",
    "menu",
    "navbar",
    "navigation",
    "newsletter",
    "paywall",
    "promo",
    "related",
    "share",
    "sharing",
    "sidebar",
    "social",
    "teilen",
    "werbung",
];

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

/// True if `text` begins as an HTML page does.
pub(super) fn is_page(text: &str) -> bool {
    let mut text = text.trim_start_matches(|character: char| character.is_whitespace() || character == '\u{feff}');
    if text.starts_with("<?xml") {
        text = text.split_once("?>").map_or("", |(_, rest)| rest).trim_start();
    }
    ["<!doctype html", "<html"].iter().any(|opening| {
        let begins = text.get(..opening.len()).is_some_and(|start| start.eq_ignore_ascii_case(opening));
        begins && !text[opening.len()..].starts_with(|next: char| next.is_alphanumeric() || next == '-')
    })
}

/// The paragraphs of a piece of HTML, nothing of it taken for furniture but what never holds text.
pub(super) fn sections_of_fragment(markup: &str) -> Vec<Section> {
    walk(&Html::parse_fragment(&flatten(markup)), false)
}

fn read(text: &str) -> Result<Draft, ReadError> {
    let markup = flatten(text);
    let page = Html::parse_document(&markup);
    let whole = walk(&page, true);
    let mut sections = main_text(&markup, &page, &whole).unwrap_or(whole);
    if sections.is_empty() {
        // Everything was furniture: better all of it than nothing.
        sections = walk(&page, false);
    }
    if sections.is_empty() {
        let scripted = Selector::parse("script").is_ok_and(|script| page.select(&script).next().is_some());
        return Err(if scripted { ReadError::Scripted } else { ReadError::NoText });
    }
    let title = title(&page);
    // A mail or a text file that was put on a page as it is.
    if let [Section { kind: ParagraphKind::Verbatim, text }] = sections.as_slice() {
        let mut draft = plain_text::read(text)?;
        draft.title = title.or(draft.title);
        draft.published = published(&page);
        return Ok(draft);
    }
    let repeats = |section: &Section| section.kind == ParagraphKind::Heading && Some(words(&section.text)) == title;
    if sections.len() > 1 {
        let place = sections.iter().position(repeats);
        place.map(|place| sections.remove(place));
    }
    Ok(Draft { title, sections, published: published(&page), ..Draft::default() })
}

/// The day of publication, as the page states it for machines.
fn published(page: &Html) -> Option<Date> {
    let meta = Selector::parse("meta[content]").ok()?;
    let stated = |element: ElementRef<'_>| {
        let name = ["property", "name", "itemprop"].into_iter().find_map(|name| element.attr(name))?;
        let known = PUBLISHED.iter().any(|known| known.eq_ignore_ascii_case(name));
        known.then(|| Date::from_iso(element.attr("content")?)).flatten()
    };
    if let Some(date) = page.select(&meta).find_map(stated) {
        return Some(date);
    }
    // Of several moments the first is that of the article; those of other articles stand behind its text.
    let time = Selector::parse("time[datetime]").ok()?;
    page.select(&time).find_map(|element| Date::from_iso(element.attr("datetime")?))
}

/// What the readability crate takes for the article; `None` where it finds nothing, or so little of the page's `whole`
/// text that it is more likely to have missed the article than the page to be furniture.
fn main_text(markup: &str, page: &Html, whole: &[Section]) -> Option<Vec<Section>> {
    let is_long = |node: &Node| node.as_text().is_some_and(|text| text.len() > MOST_SCORED);
    let in_article = |name: &str| !matches!(name, "script" | "style" | "template" | "noscript");
    let is_huge = page.tree.nodes().len() > MOST_SCORED
        || page.tree.nodes().any(|node| {
            let parent = node.parent().and_then(ElementRef::wrap);
            is_long(node.value()) && parent.is_none_or(|parent| in_article(parent.value().name()))
        });
    if is_huge {
        return None;
    }
    let config = Config { disable_json_ld: true, keep_classes: true, ..Config::default() };
    let article = Readability::new(markup, None, Some(config)).ok()?.parse().ok()?;
    let sections = walk(&Html::parse_document(&article.content), true);
    let prose = |sections: &[Section]| sections.iter().filter(|it| is_prose(it)).map(|it| it.text.len()).sum::<usize>();
    (!sections.is_empty() && prose(&sections) * 3 >= prose(whole)).then_some(sections)
}

/// A sentence or more: what a menu does not have.
fn is_prose(section: &Section) -> bool {
    section.text.len() > 60 && section.text.contains(['.', '!', '?'])
}

/// The page's title: the first-level heading that the page also gives to its window or to social networks, else its first
/// one that is not the name of the site, else what the page gives them, without the name of the site.
fn title(page: &Html) -> Option<String> {
    let select = |css: &str| Selector::parse(css).map(|selector| page.select(&selector).collect()).unwrap_or_default();
    let shared: Vec<ElementRef<'_>> = select("meta[property='og:title']");
    let shared = shared.first().and_then(|meta| meta.value().attr("content")).map(words);
    let window: Vec<ElementRef<'_>> = select("title");
    let window = window.first().map(|title| words(&title.text().collect::<String>()));
    let stated: Vec<String> = shared.into_iter().chain(window).filter(|title| !title.is_empty()).collect();
    let headings: Vec<ElementRef<'_>> = select("h1");
    let headings = headings.iter().map(|heading| words(&heading.text().collect::<String>()));
    let headings: Vec<String> = headings.filter(|heading| !heading.is_empty()).collect();
    let is_stated = |heading: &&String| stated.iter().any(|title| without_site(title).contains(heading.as_str()));
    let is_site = |heading: &str| stated.iter().any(|title| without_site(title) != title && title.ends_with(heading));
    let confirmed = headings.iter().filter(is_stated).max_by_key(|heading| heading.len());
    let confirmed = confirmed.or_else(|| headings.iter().find(|heading| !is_site(heading)));
    confirmed.cloned().or_else(|| stated.first().map(|title| without_site(title).to_owned()))
}

/// `title` without the name of the site at its end: the last part after a bar or a spaced dash, if it is the shorter one
/// and has no more than four words.
fn without_site(title: &str) -> &str {
    let separators = [" | ", " – ", " — ", " - ", " · ", " :: ", " » "];
    let cut = separators.iter().filter_map(|separator| Some((title.rfind(separator)?, separator.len()))).max();
    match cut {
        Some((at, length)) if title.len() - at - length < at && title[at + length..].split(' ').count() <= 4 => {
            title[..at].trim_end()
        }
        _ => title,
    }
}

/// `text` with its white space as single spaces.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A step of the walk through the tree, which is done without recursion.
enum Step<Place> {
    Enter(Place),
    Leave { block: bool, kind: bool },
}

/// The paragraphs of `page` in order; `sift` leaves furniture out.
fn walk(page: &Html, sift: bool) -> Vec<Section> {
    let mut sections = Sections::default();
    let mut steps = vec![Step::Enter(*page.root_element())];
    while let Some(step) = steps.pop() {
        let node = match step {
            Step::Leave { block, kind } => {
                if block {
                    sections.flush();
                }
                if kind {
                    sections.kinds.pop();
                }
                continue;
            }
            Step::Enter(node) => node,
        };
        match node.value() {
            Node::Text(text) => sections.text.push_str(text),
            Node::Element(element) => {
                let name = element.name();
                if FURNITURE.contains(&name) && (sift || !matches!(name, "aside" | "footer" | "label" | "nav"))
                    || sift && ElementRef::wrap(node).is_some_and(|it| is_furniture(it) || is_menu(it))
                {
                    continue;
                }
                if name == "br" {
                    sections.line_break();
                    continue;
                }
                if matches!(name, "td" | "th") && !sections.text.trim().is_empty() {
                    sections.text.push_str("; ");
                }
                let block = BLOCKS.contains(&name);
                if block {
                    sections.flush();
                }
                let kind = kind(name);
                sections.kinds.extend(kind);
                steps.push(Step::Leave { block, kind: kind.is_some() });
                let children: Vec<_> = node.children().map(Step::Enter).collect();
                steps.extend(children.into_iter().rev());
            }
            _ => {}
        }
    }
    sections.flush();
    sections.done
}

fn kind(name: &str) -> Option<ParagraphKind> {
    match name {
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => Some(ParagraphKind::Heading),
        "li" | "dd" | "tr" => Some(ParagraphKind::ListItem),
        "blockquote" => Some(ParagraphKind::Quote),
        "pre" => Some(ParagraphKind::Verbatim),
        _ => None,
    }
}

/// Whether an element says of itself that it is no part of the article.
fn is_furniture(element: ElementRef<'_>) -> bool {
    let element = element.value();
    let named = |value: &str| {
        let value = value.to_ascii_lowercase();
        value.split(|character: char| !character.is_alphanumeric()).any(|word| FURNITURE_NAMES.contains(&word))
    };
    // The page itself is often marked with everything that it contains.
    let holds_all = matches!(element.name(), "html" | "body" | "main" | "article");
    element.attr("hidden").is_some()
        || element.attr("aria-hidden") == Some("true")
        || element.attr("role").is_some_and(|role| FURNITURE_ROLES.contains(&role))
        || !holds_all && [element.attr("class"), element.attr("id")].into_iter().flatten().any(named)
}

/// Whether an element is a list of two or more links of at most three words each, and of nothing else.
fn is_menu(list: ElementRef<'_>) -> bool {
    if !matches!(list.value().name(), "ul" | "ol") {
        return false;
    }
    let mut links = 0;
    for node in list.descendants() {
        let Some(text) = node.value().as_text().filter(|text| !text.trim().is_empty()) else { continue };
        let mut around = node.ancestors().take(4).filter_map(ElementRef::wrap);
        if !around.any(|element| element.value().name() == "a") || text.split_whitespace().nth(3).is_some() {
            return false;
        }
        links += 1;
    }
    links > 1
}

/// Paragraphs in the making.
#[derive(Default)]
struct Sections {
    done: Vec<Section>,
    text: String,
    /// What encloses the text, outermost first.
    kinds: Vec<ParagraphKind>,
}

impl Sections {
    fn is_verbatim(&self) -> bool {
        self.kinds.last() == Some(&ParagraphKind::Verbatim)
    }

    /// Two line breaks in a row are how old pages end a paragraph; one is a space.
    fn line_break(&mut self) {
        if self.is_verbatim() || !self.text.trim_end_matches([' ', '\t']).ends_with(BREAK) {
            self.text.push(if self.is_verbatim() { '\n' } else { BREAK });
        } else {
            self.flush();
        }
    }

    fn flush(&mut self) {
        let text = std::mem::take(&mut self.text);
        let text = if self.is_verbatim() { text } else { text.replace(BREAK, "\n") };
        if !text.trim().is_empty() {
            let kind = self.kinds.last().copied().unwrap_or(ParagraphKind::Body);
            self.done.push(Section { kind, text });
        }
    }
}

/// Stands for `<br>` until the paragraph ends; cleaned text never contains it.
const BREAK: char = '\u{b}';

/// Elements without content, and elements that the next of their kind ends: they never nest by themselves.
const NEVER_DEEPER: &[&str] = &[
    "area", "base", "br", "col", "colgroup", "dd", "dt", "embed", "hr", "img", "input", "li", "link", "meta",
    "optgroup", "option", "p", "param", "source", "tbody", "td", "tfoot", "th", "thead", "tr", "track", "wbr",
];

/// Elements that a parser keeps open over the end of the paragraph that they were opened in.
const FORMATTING: &[&str] =
    &["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];

/// Elements whose content is not markup.
const RAW: &[&str] = &["script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"];

/// Tags longer than this are dropped. They hold embedded pictures; and a parser compares every attribute of a tag with
/// all others.
const LONGEST_TAG: usize = 64 * 1024;

/// `markup` without the tags that would nest deeper than [`DEEPEST`].
///
/// Counts rather than parses: an element that is never closed, or closed by another, counts as open to the end. That may
/// drop a tag too many in broken pages, which costs a paragraph break, and never one too few.
fn flatten(markup: &str) -> Cow<'_, str> {
    let mut kept = String::new();
    let mut copied = 0;
    let mut open: HashMap<String, usize> = HashMap::new();
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(found) = markup[at..].find('<') {
        let start = at + found;
        let Some(end) = markup_end(markup, start) else { break };
        at = end;
        let tag = &markup[start..end];
        let closes = tag.starts_with("</");
        let name = tag.trim_start_matches(['<', '/']);
        let name =
            &name[..name.find(|end: char| end.is_whitespace() || end == '/' || end == '>').unwrap_or(name.len())];
        if !name.starts_with(|first: char| first.is_ascii_alphabetic()) {
            continue;
        }
        let name = name.to_ascii_lowercase();
        let in_picture = ["svg", "math"].iter().any(|picture| open.get(*picture).is_some_and(|count| *count > 0));
        let nests = if in_picture { !tag.ends_with("/>") } else { !NEVER_DEEPER.contains(&name.as_str()) };
        let mut drop = tag.len() > LONGEST_TAG;
        if nests && closes {
            if let Some(count) = open.get_mut(&name).filter(|count| **count > 0) {
                *count -= 1;
                drop |= depth > DEEPEST;
                depth -= 1;
            }
        } else if nests && FORMATTING.contains(&name.as_str()) && formatting(&open) >= MOST_FORMATTING {
            drop = true;
        } else if nests && !RAW.contains(&name.as_str()) {
            depth += 1;
            drop |= depth > DEEPEST;
            *open.entry(name).or_default() += 1;
        } else if !closes && RAW.contains(&name.as_str()) {
            at = raw_end(markup, end, &name);
        }
        if drop {
            kept.push_str(&markup[copied..start]);
            kept.push(' ');
            copied = end;
        }
    }
    if copied == 0 {
        return Cow::Borrowed(markup);
    }
    kept.push_str(&markup[copied..]);
    Cow::Owned(kept)
}

/// How many formatting elements are open.
fn formatting(open: &HashMap<String, usize>) -> usize {
    FORMATTING.iter().filter_map(|name| open.get(*name)).sum()
}

/// The end of the tag or comment that starts at `start`; just past its `<` if it is neither, `None` if it never ends.
fn markup_end(markup: &str, start: usize) -> Option<usize> {
    let rest = &markup[start..];
    if rest.starts_with("<!--") {
        return rest.find("-->").map(|end| start + end + 3);
    }
    let second = rest.as_bytes().get(1)?;
    if !second.is_ascii_alphabetic() && !matches!(second, b'/' | b'!' | b'?') {
        return Some(start + 1);
    }
    let mut quote = None;
    let mut before = b' ';
    for (place, byte) in rest.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(start + place + 1),
            // A quotation mark opens a value only after an equals sign; elsewhere it is a slip of the pen.
            (None, b'"' | b'\'') if before == b'=' => quote = Some(byte),
            (Some(open), byte) if byte == open => quote = None,
            _ => {}
        }
        if !byte.is_ascii_whitespace() {
            before = byte;
        }
    }
    None
}

/// Where the content of a raw element called `name` ends: at its end tag, or with the text.
fn raw_end(markup: &str, from: usize, name: &str) -> usize {
    let mut at = from;
    while let Some(found) = markup[at..].find("</") {
        let end = at + found;
        let tail = &markup.as_bytes()[end + 2..];
        if tail.get(..name.len()).is_some_and(|tail| tail.eq_ignore_ascii_case(name.as_bytes())) {
            return end;
        }
        at = end + 2;
    }
    markup.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ParagraphKind::{Body, Heading, ListItem, Quote, Verbatim};

    const PROSE: &str = "Der Gemeinderat hat am Montag nach langer Debatte beschlossen, die alte Halle am Fluss zu kaufen \
                         und dort im nächsten Jahr eine Bücherei einzurichten. Das kostet 3,5 Millionen Euro.";

    fn drafted(markup: &str) -> (Option<String>, Vec<(ParagraphKind, String)>) {
        let draft = read(markup).unwrap();
        let text = |section: Section| match section.kind {
            Verbatim => section.text,
            _ => words(&section.text),
        };
        (draft.title, draft.sections.into_iter().map(|section| (section.kind, text(section))).collect())
    }

    fn check(markup: &str, title: Option<&str>, sections: &[(ParagraphKind, &str)]) {
        let (found_title, found) = drafted(markup);
        let found: Vec<_> = found.iter().map(|(kind, text)| (*kind, text.as_str())).collect();
        assert_eq!((found_title.as_deref(), found.as_slice()), (title, sections), "{markup}");
    }

    #[test]
    fn a_news_page_gives_its_article_only() {
        let page = format!(
            "<!DOCTYPE html><html><head><title>Halle gekauft | Der Bote</title><style>p {{}}</style></head><body>\
             <header><h1 class=logo>Der Bote</h1><nav><ul><li><a href=/>Start</a><li><a href=/s>Sport</a></ul></nav></header>\
             <div class='cookie-banner'><p>Wir verwenden Cookies. Das ist so.</p><button>Zustimmen</button></div>\
             <main><article><h1>Halle gekauft</h1><p>{PROSE}</p><div class=share-buttons><a href=#>Teilen</a></div>\
             <h2>Was nun kommt</h2><p>{PROSE}</p><ul><li>Zuerst wird das Dach erneuert.<li>Dann kommen die Fenster.</ul>\
             <blockquote><p>Wir freuen uns sehr über das neue Haus.</p></blockquote><p>{PROSE}</p></article></main>\
             <footer><p>Impressum und Datenschutz sind hier.</p></footer><script>var a = '<p>x</p>';</script></body></html>"
        );
        check(
            &page,
            Some("Halle gekauft"),
            &[
                (Body, PROSE),
                (Heading, "Was nun kommt"),
                (Body, PROSE),
                (ListItem, "Zuerst wird das Dach erneuert."),
                (ListItem, "Dann kommen die Fenster."),
                (Quote, "Wir freuen uns sehr über das neue Haus."),
                (Body, PROSE),
            ],
        );
    }

    #[test]
    fn a_short_page_is_read_whole() {
        check(
            "<title>Kurz</title><body><nav>Start Sport</nav><p>Ein Satz.<p>Noch <b>ein</b> Satz.</body>",
            Some("Kurz"),
            &[(Body, "Ein Satz."), (Body, "Noch ein Satz.")],
        );
        check("Nur Text", None, &[(Body, "Nur Text")]);
        check("<form><nav>Start</nav><p>Ein Satz.</form>", None, &[(Body, "Ein Satz.")]);
        check("<nav>Nur ein Menü</nav>", None, &[(Body, "Nur ein Menü")]);
    }

    #[test]
    fn a_list_of_short_links_is_a_menu_and_a_list_with_text_is_not() {
        check("<ul><li><a href=a>Start</a><li><a href=b>Sport</a></ul><p>Text.</p>", None, &[(Body, "Text.")]);
        check(
            "<p>Text.</p><ul><li><a href=a>Kiel</a> gewinnt<li><a href=b>Ulm</a></ul>",
            None,
            &[(Body, "Text."), (ListItem, "Kiel gewinnt"), (ListItem, "Ulm")],
        );
    }

    #[test]
    fn one_break_is_a_space_and_two_are_a_paragraph() {
        check(
            "<p>Eins<br>zwei<br/><br />drei</p><pre>a\n  b<br>c</pre><p>vier",
            None,
            &[(Body, "Eins zwei"), (Body, "drei"), (Verbatim, "a\n  b\nc"), (Body, "vier")],
        );
    }

    #[test]
    fn tables_and_nested_lists_are_items() {
        check(
            "<p>Text.</p><table><tr><th>Stadt<th>Anteil<tr><td>Kiel<td>3,5 %</table><ul><li>a<ul><li>b</ul>c</ul>",
            None,
            &[
                (Body, "Text."),
                (ListItem, "Stadt; Anteil"),
                (ListItem, "Kiel; 3,5 %"),
                (ListItem, "a"),
                (ListItem, "b"),
                (ListItem, "c"),
            ],
        );
    }

    #[test]
    fn the_title_is_the_articles_and_not_the_sites() {
        for (head, title) in [
            ("<h1>A</h1>", Some("A")),
            ("<title>Regen am See | Der Bote</title>", Some("Regen am See")),
            ("<title>Regen am See – Der Bote</title>", Some("Regen am See")),
            ("<title>Kiel – Bremen 3:1</title>", Some("Kiel – Bremen 3:1")),
            ("<meta property='og:title' content='Regen am See'><title>Der Bote</title>", Some("Regen am See")),
            ("<title>Regen am See - Bote</title><h1>Bote</h1><h1>Regen am See</h1>", Some("Regen am See")),
            ("<title>Der Rhein-Main-Bote</title>", Some("Der Rhein-Main-Bote")),
            ("", None),
        ] {
            assert_eq!(drafted(&format!("{head}<p>Text.</p>")).0.as_deref(), title, "{head}");
        }
    }

    #[test]
    fn a_page_that_is_one_block_of_plain_text_is_read_as_such() {
        check(
            "<html><body><pre>Der Titel\n\nEin Satz.\n</pre></body></html>",
            Some("Der Titel"),
            &[(Body, "Ein Satz.")],
        );
    }

    #[test]
    fn a_page_without_text_says_why() {
        assert_eq!(read("<html></html>"), Err(ReadError::NoText));
        assert_eq!(read("<div id=root></div><script src=app.js></script>"), Err(ReadError::Scripted));
    }

    #[test]
    fn depth_costs_neither_the_stack_nor_the_text() {
        for open in
            ["<div>", "<b>", "<ul><li>", "<table><tr><td>", "<blockquote>", "<div></b>", "<svg><tr>", "<font a=1><p>"]
        {
            let (_, sections) = drafted(&format!("<p>Vorher.</p>{}<p>Ein Satz.</p>", open.repeat(20_000)));
            let expected = if open.starts_with("<svg") { "Vorher." } else { "Ein Satz." };
            assert!(sections.iter().any(|(_, text)| text == expected), "{open}");
        }
        let closed = format!("{}Ein Satz.{}<p>Und noch einer.", "<div>".repeat(20_000), "</div>".repeat(20_000));
        assert_eq!(drafted(&closed).1.len(), 2);
    }

    #[test]
    fn ordinary_markup_is_not_flattened() {
        let markup = "<!-- <div> --><p a='>'>x < y</p><script>'<div>'</script>".repeat(300) + "<div";
        assert!(matches!(flatten(&markup), Cow::Borrowed(_)));
        assert_eq!(flatten(&format!("a<img src='{}'>b", "x".repeat(LONGEST_TAG))), "a b");
    }

    #[test]
    fn a_page_says_that_it_is_one() {
        for (text, page) in [
            ("<!DOCTYPE html>", true),
            ("\u{feff} \n<html lang=de>", true),
            ("<?xml version='1.0'?>\n<!doctype HTML PUBLIC>", true),
            ("<htmlx>", false),
            ("<p>", false),
            ("Text <html>", false),
            ("", false),
            ("<htm\u{e4}", false),
        ] {
            assert_eq!(is_page(text), page, "{text}");
        }
    }
}
