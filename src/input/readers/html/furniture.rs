//! What an element of a page is to the reader of its article: part of it, a caption, furniture that stands around and
//! between the paragraphs, navigation, or nothing to read at all.

use scraper::node::Element;
use scraper::{ElementRef, Node};

use super::block_elements::BLOCK_ELEMENTS;

/// What an element is to the reader of an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum ElementRole {
    /// Part of the article, unless something around it is not.
    Content,
    /// The caption of a picture, and whose picture it is.
    Caption,
    /// A box, banner or notice around or between the paragraphs.
    Furniture,
    /// Menus, buttons and dialogs, and text that only screen readers or nobody sees. It is not read at all.
    Navigation,
    /// An element that never holds text to read.
    WithoutText,
}

/// Elements that never hold text to read.
const ELEMENTS_WITHOUT_TEXT: &[&str] = &[
    "audio", "button", "canvas", "dialog", "embed", "head", "iframe", "input", "map", "math", "menu", "noscript",
    "object", "script", "select", "style", "svg", "template", "textarea", "video",
];

/// Elements that stand around an article. `form` is not among them, because some sites wrap the whole page in one.
const FURNITURE_ELEMENTS: &[&str] = &["aside", "footer"];

/// Elements that lead elsewhere.
const NAVIGATION_ELEMENTS: &[&str] = &["label", "nav"];

/// Values of `role` that mark navigation.
const NAVIGATION_ROLES: &[&str] = &["alertdialog", "banner", "dialog", "menu", "navigation", "search"];

/// Values of `role` that mark furniture.
const FURNITURE_ROLES: &[&str] = &["alert", "complementary", "contentinfo"];

/// Words in `class` or `id` that mark furniture.
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

/// Words in `class` of elements that only screen readers read out.
const SCREEN_READER_NAMES: &[&str] =
    &["sr-only", "sronly", "visually-hidden", "visuallyhidden", "screen-reader-text", "screenreader-only"];

/// What `element` is by its name, its attributes and its content. `is_large` says that it holds a large part of the
/// page's prose: then it is the article, whatever its attributes say.
pub(super) fn role_of(element: ElementRef<'_>, is_large: bool) -> ElementRole {
    let name = element.value().name();
    if is_without_text(name) {
        ElementRole::WithoutText
    } else if NAVIGATION_ELEMENTS.contains(&name) || is_menu(element) || is_silent_mark(element) {
        ElementRole::Navigation
    } else if FURNITURE_ELEMENTS.contains(&name) {
        ElementRole::Furniture
    } else if is_large {
        ElementRole::Content
    } else {
        marked_role(element.value())
    }
}

/// True for what screen readers pass over within a paragraph, unless it is an initial or several words: icons, whose names may be
/// their text, and marks.
fn is_silent_mark(element: ElementRef<'_>) -> bool {
    if element.attr("aria-hidden") != Some("true") || BLOCK_ELEMENTS.contains(&element.value().name()) {
        return false;
    }
    let text: String = element.text().take(MAX_MARK_TEXTS).flat_map(str::chars).take(MAX_MARK_CHARACTERS).collect();
    let text = text.trim();
    let is_initial = text.chars().count() == 1 && text.chars().all(char::is_alphabetic);
    !is_initial && text.split_whitespace().nth(3).is_none()
}

/// How many runs of text, and characters of them, of a mark are looked at.
const MAX_MARK_TEXTS: usize = 20;
const MAX_MARK_CHARACTERS: usize = 80;

/// True if elements called `name` never hold text to read.
pub(super) fn is_without_text(name: &str) -> bool {
    ELEMENTS_WITHOUT_TEXT.contains(&name)
}

/// What `element` is by its attributes.
fn marked_role(element: &Element) -> ElementRole {
    let is_role_of = |roles: &[&str]| element.attr("role").is_some_and(|role| roles.contains(&role));
    let is_hidden = element.attr("hidden").is_some();
    // Screen readers pass over it, but it may be seen: a text behind a veil. Boxes that are closed have it, too.
    let is_silent_box = element.attr("aria-hidden") == Some("true") && BLOCK_ELEMENTS.contains(&element.name());
    let is_for_screen_readers = element.classes().any(|class| {
        let lower = class.to_ascii_lowercase();
        SCREEN_READER_NAMES.iter().any(|name| lower == *name || lower.ends_with(&format!("-{name}")))
    });
    // The whole page is often marked with everything it contains.
    let is_whole = matches!(element.name(), "html" | "body" | "main" | "article");
    if is_hidden || is_for_screen_readers || is_role_of(NAVIGATION_ROLES) {
        ElementRole::Navigation
    } else if is_role_of(FURNITURE_ROLES) || !is_whole && (is_silent_box || has_furniture_name(element)) {
        ElementRole::Furniture
    } else if element.name() == "figcaption" {
        ElementRole::Caption
    } else {
        ElementRole::Content
    }
}

/// True if a word of the class or the identifier of `element` marks furniture.
fn has_furniture_name(element: &Element) -> bool {
    let is_furniture_name = |attribute_value: &str| {
        let lower_value = attribute_value.to_ascii_lowercase();
        lower_value.split(|character: char| !character.is_alphanumeric()).any(|word| FURNITURE_NAMES.contains(&word))
    };
    [element.attr("class"), element.attr("id")].into_iter().flatten().any(is_furniture_name)
}

/// True if `list` is a list of at least two links of up to three words each, and of nothing else.
fn is_menu(list: ElementRef<'_>) -> bool {
    if !matches!(list.value().name(), "ul" | "ol") {
        return false;
    }
    let mut link_count = 0;
    for node in list.descendants() {
        let Node::Text(text) = node.value() else { continue };
        if text.trim().is_empty() {
            continue;
        }
        let mut ancestors = node.ancestors().take(4).filter_map(ElementRef::wrap);
        if !ancestors.any(|element| element.value().name() == "a") || text.split_whitespace().nth(3).is_some() {
            return false;
        }
        link_count += 1;
    }
    link_count > 1
}
