//! Which elements of a page are furniture: menus, forms, banners, and whatever else is not part of an article.

use scraper::ElementRef;

/// Elements that are not part of an article. `form` is not among them, because some sites wrap the whole page in one.
const FURNITURE: &[&str] = &[
    "aside", "audio", "button", "canvas", "dialog", "embed", "footer", "head", "iframe", "input", "label", "map",
    "math", "menu", "nav", "noscript", "object", "script", "select", "style", "svg", "template", "textarea", "video",
];

/// Those of [`FURNITURE`] that hold text for readers all the same.
const FURNITURE_WITH_TEXT: &[&str] = &["aside", "footer", "label", "nav"];

/// Values of `role` that mark furniture.
const FURNITURE_ROLES: &[&str] =
    &["alert", "alertdialog", "banner", "complementary", "contentinfo", "dialog", "menu", "navigation", "search"];

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

/// True if elements called `name` never hold text for readers.
pub(super) fn is_element_without_text(name: &str) -> bool {
    FURNITURE.contains(&name) && !FURNITURE_WITH_TEXT.contains(&name)
}

/// True if `element` is not part of an article by its name, its attributes or its content.
pub(super) fn is_furniture(element: ElementRef<'_>) -> bool {
    FURNITURE.contains(&element.value().name()) || is_marked(element) || is_menu(element)
}

/// True if the attributes of `element` mark it as furniture.
fn is_marked(element: ElementRef<'_>) -> bool {
    let element = element.value();
    let is_furniture_name = |value: &str| {
        let lower = value.to_ascii_lowercase();
        lower.split(|character: char| !character.is_alphanumeric()).any(|word| FURNITURE_NAMES.contains(&word))
    };
    // The whole page is often marked with everything it contains.
    let is_whole = matches!(element.name(), "html" | "body" | "main" | "article");
    element.attr("hidden").is_some()
        || element.attr("aria-hidden") == Some("true")
        || element.attr("role").is_some_and(|role| FURNITURE_ROLES.contains(&role))
        || !is_whole && [element.attr("class"), element.attr("id")].into_iter().flatten().any(is_furniture_name)
}

/// True if `list` is a list of at least two links of up to three words each, and of nothing else.
fn is_menu(list: ElementRef<'_>) -> bool {
    if !matches!(list.value().name(), "ul" | "ol") {
        return false;
    }
    let mut links = 0;
    for node in list.descendants() {
        let Some(text) = node.value().as_text().filter(|text| !text.trim().is_empty()) else { continue };
        let mut ancestors = node.ancestors().take(4).filter_map(ElementRef::wrap);
        if !ancestors.any(|element| element.value().name() == "a") || text.split_whitespace().nth(3).is_some() {
            return false;
        }
        links += 1;
    }
    links > 1
}
