//! What a page says about its article in its head and headings: title, outlet, author, address and dates.

use std::collections::HashMap;

use scraper::{ElementRef, Html, Selector};

use super::super::super::characters::one_line;
use super::blocks::{Block, KICKER_END};
use super::json_ld::{self, JsonLd};
use crate::document::{ArticleDraft, Date, ParagraphKind};

/// Names of `meta` elements that hold the day of publication.
const PUBLISHED: &[&str] =
    &["article:published_time", "datePublished", "date", "dc.date", "dcterms.created", "pubdate"];

/// Names of `meta` elements that hold the day of the last change.
const UPDATED: &[&str] = &["article:modified_time", "dateModified", "last-modified", "dcterms.modified"];

/// Names of `meta` elements that hold the name of the newspaper or site.
const OUTLET: &[&str] = &["og:site_name", "application-name"];

/// Names of `meta` elements that hold the names of the authors.
const AUTHOR: &[&str] = &["author", "article:author", "dc.creator"];

/// A draft without text that holds what the page says about its article.
pub(super) fn describe(page: &Html, blocks: &[Block]) -> ArticleDraft {
    let json_ld = json_ld::read(page);
    let day = |stated: &Option<String>| stated.as_deref().and_then(day_of);
    ArticleDraft {
        title: title(page, blocks),
        published: day(&json_ld.published).or_else(|| published(page)),
        updated: day(&json_ld.modified).or_else(|| meta(page, UPDATED).find_map(|stated| day_of(&stated))),
        outlet: json_ld.publisher.clone().or_else(|| meta(page, OUTLET).next()),
        author: author(page, &json_ld),
        url: url(page, &json_ld),
        ..ArticleDraft::default()
    }
}

/// The contents of the `meta` elements with one of `names`, in the order of the names.
fn meta(page: &Html, names: &'static [&'static str]) -> impl Iterator<Item = String> {
    let selector = Selector::parse("meta[content]").ok();
    let elements: Vec<ElementRef<'_>> = selector.iter().flat_map(|selector| page.select(selector)).collect();
    let contents: Vec<String> = names
        .iter()
        .flat_map(|name| {
            let has_name = move |element: &&ElementRef<'_>| {
                let own = ["property", "name", "itemprop"].into_iter().filter_map(|key| element.attr(key));
                own.into_iter().any(|own| own.eq_ignore_ascii_case(name))
            };
            elements.iter().filter(has_name).filter_map(|element| element.attr("content"))
        })
        .map(one_line)
        .filter(|content| !content.is_empty())
        .collect();
    contents.into_iter()
}

/// The day that a machine-readable time begins with.
fn day_of(time: &str) -> Option<Date> {
    Date::from_iso(time.trim().get(..10)?)
}

/// The day of publication as `meta` or `time` elements state it.
fn published(page: &Html) -> Option<Date> {
    if let Some(date) = meta(page, PUBLISHED).find_map(|stated| day_of(&stated)) {
        return Some(date);
    }
    let heading = Selector::parse("h1").ok()?;
    let selectors: Vec<Selector> = ["[itemprop='datePublished']", "article time", "main time", "time"]
        .into_iter()
        .filter_map(|css| Selector::parse(css).ok())
        .collect();
    let times = || selectors.iter().flat_map(|selector| page.select(selector));
    let day = |element: ElementRef<'_>| element.attr("datetime").and_then(day_of);
    // A time in an `article` without the headline is that of another article.
    let is_own = |element: &ElementRef<'_>| {
        let mut around = element.ancestors().filter_map(ElementRef::wrap);
        let article = around.find(|ancestor| ancestor.value().name() == "article");
        article.is_none_or(|article| article.select(&heading).next().is_some())
    };
    times().filter(is_own).find_map(day).or_else(|| times().find_map(day))
}

/// The names of the authors, separated by commas.
fn author(page: &Html, json_ld: &JsonLd) -> Option<String> {
    let named = |names: &[String]| {
        let names: Vec<String> = names.iter().map(|name| one_line(name)).filter(|name| is_name(name)).collect();
        (!names.is_empty()).then(|| names.join(", "))
    };
    let linked = || {
        let selector = Selector::parse("[rel='author'], [itemprop='author']").ok()?;
        page.select(&selector).map(|element| one_line(&element.text().collect::<String>())).find(|name| is_name(name))
    };
    named(&json_ld.authors).or_else(|| meta(page, AUTHOR).find(|name| is_name(name))).or_else(linked)
}

/// True for text that can name authors: addresses and sentences cannot.
fn is_name(text: &str) -> bool {
    !text.is_empty() && text.len() <= 120 && !text.contains("://") && text.contains(char::is_alphabetic)
}

/// The address under which the article was published.
fn url(page: &Html, json_ld: &JsonLd) -> Option<String> {
    let canonical = || {
        let selector = Selector::parse("link[rel='canonical'][href]").ok()?;
        page.select(&selector).find_map(|link| link.attr("href")).map(str::to_owned)
    };
    let addresses = [canonical(), meta(page, &["og:url"]).next(), json_ld.url.clone()];
    addresses.into_iter().flatten().find(|address| is_web_address(address))
}

/// True for an absolute address of the web without white space or control characters.
fn is_web_address(address: &str) -> bool {
    let is_plain = |character: char| !character.is_whitespace() && !character.is_control();
    (address.starts_with("https://") || address.starts_with("http://")) && address.chars().all(is_plain)
}

/// The title of the article: the longest first-level heading, or headline of one with a kicker, that is also part of the
/// window's or the social networks' title; else the first heading that is not the name of the site; else the social
/// networks' or the window's title without the name of the site.
fn title(page: &Html, blocks: &[Block]) -> Option<String> {
    let select = |css: &str| -> Vec<ElementRef<'_>> {
        Selector::parse(css).map(|selector| page.select(&selector).collect()).unwrap_or_default()
    };
    let text_of = |element: &ElementRef<'_>| one_line(&element.text().collect::<String>());
    let shared =
        select("meta[property='og:title']").first().and_then(|meta| meta.value().attr("content")).map(one_line);
    let window = select("title").first().map(text_of);
    let stated: Vec<String> = shared.into_iter().chain(window).filter(|title| !title.is_empty()).collect();
    // A heading as its block has it tells its kicker from its headline.
    let heading_blocks: HashMap<String, String> = blocks
        .iter()
        .filter(|block| block.section.kind == ParagraphKind::Heading)
        .map(|block| (letters(&block.section.text), one_line(&block.section.text)))
        .collect();
    let with_mark = |heading: String| heading_blocks.get(&letters(&heading)).cloned().unwrap_or(heading);
    let headings: Vec<String> = select("h1").iter().map(text_of).map(with_mark).collect();
    let candidates = headings.iter().flat_map(|heading| {
        let parts = heading.split(KICKER_END).filter(move |part| *part != heading).map(one_line);
        std::iter::once(with_kicker(heading)).chain(parts)
    });
    let candidates: Vec<String> = candidates.filter(|heading| !heading.is_empty()).collect();
    let is_stated = |heading: &&String| stated.iter().any(|title| without_site(title).contains(heading.as_str()));
    let is_site = |heading: &str| stated.iter().any(|title| without_site(title) != title && title.ends_with(heading));
    let confirmed = candidates.iter().filter(is_stated).max_by_key(|heading| heading.len());
    let heading = confirmed.or_else(|| candidates.iter().find(|heading| !is_site(heading)));
    heading.cloned().or_else(|| stated.first().map(|title| without_site(title).to_owned()))
}

/// A heading as it is shown: its kicker, if it has one, is followed by a colon.
pub(super) fn with_kicker(heading: &str) -> String {
    one_line(&heading.replace(KICKER_END, ": "))
}

/// The letters and digits of `text` in lower case: what two ways to read a page agree on.
pub(super) fn letters(text: &str) -> String {
    text.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// `title` without the name of the site at its end: what follows the last bar or spaced dash, if it is the shorter side
/// and has at most four words.
fn without_site(title: &str) -> &str {
    let separators = [" | ", " – ", " — ", " - ", " · ", " :: ", " » "];
    let last = separators.iter().filter_map(|separator| Some((title.rfind(separator)?, separator.len()))).max();
    match last {
        Some((at, length)) if title.len() - at - length < at && title[at + length..].split(' ').count() <= 4 => {
            title[..at].trim_end()
        }
        _ => title,
    }
}
