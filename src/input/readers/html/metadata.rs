//! What a page says about its article in its head and headings: title and day of publication.

use scraper::{ElementRef, Html, Selector};

use crate::document::Date;

/// Names of `meta` elements that hold the day of publication.
const PUBLISHED: &[&str] =
    &["article:published_time", "datePublished", "date", "dc.date", "dcterms.created", "pubdate"];

/// The day of publication, as the page states it for machines.
pub(super) fn published(page: &Html) -> Option<Date> {
    let meta = Selector::parse("meta[content]").ok()?;
    let stated = |element: ElementRef<'_>| {
        let name = ["property", "name", "itemprop"].into_iter().find_map(|name| element.attr(name))?;
        let is_known = PUBLISHED.iter().any(|known| known.eq_ignore_ascii_case(name));
        is_known.then(|| Date::from_iso(element.attr("content")?)).flatten()
    };
    if let Some(date) = page.select(&meta).find_map(stated) {
        return Some(date);
    }
    // The first time on a page is that of its article. Those of other articles follow its text.
    let time = Selector::parse("time[datetime]").ok()?;
    page.select(&time).find_map(|element| Date::from_iso(element.attr("datetime")?))
}

/// The title of the article: the longest first-level heading that is also part of the window's or the social networks'
/// title; else the first one that is not the name of the site; else the social networks' or the window's title without
/// the name of the site.
pub(super) fn title(page: &Html) -> Option<String> {
    let select = |css: &str| -> Vec<ElementRef<'_>> {
        Selector::parse(css).map(|selector| page.select(&selector).collect()).unwrap_or_default()
    };
    let text_of = |element: &ElementRef<'_>| one_line(&element.text().collect::<String>());
    let shared =
        select("meta[property='og:title']").first().and_then(|meta| meta.value().attr("content")).map(one_line);
    let window = select("title").first().map(text_of);
    let stated: Vec<String> = shared.into_iter().chain(window).filter(|title| !title.is_empty()).collect();
    let headings: Vec<String> =
        select("h1").iter().map(text_of).filter(|heading: &String| !heading.is_empty()).collect();
    let is_stated = |heading: &&String| stated.iter().any(|title| without_site(title).contains(heading.as_str()));
    let is_site = |heading: &str| stated.iter().any(|title| without_site(title) != title && title.ends_with(heading));
    let confirmed = headings.iter().filter(is_stated).max_by_key(|heading| heading.len());
    let heading = confirmed.or_else(|| headings.iter().find(|heading| !is_site(heading)));
    heading.cloned().or_else(|| stated.first().map(|title| without_site(title).to_owned()))
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

/// `text` with every run of white space replaced by one space.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
