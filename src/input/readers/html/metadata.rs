//! What a page says about its article in its head and headings: title, outlet, author, address and dates.

use std::collections::HashMap;

use scraper::{ElementRef, Html, Selector};

use super::super::super::characters::{is_web_address, letters, one_line};
use super::super::byline;
use super::blocks::{Block, KICKER_END};
use super::json_ld::{self, JsonLd};
use crate::document::{ArticleDraft, Date, ParagraphKind};

/// Names of `meta` elements that hold the day of publication.
const PUBLISHED: &[&str] = &[
    "article:published_time",
    "og:article:published_time",
    "datePublished",
    "date",
    "dc.date",
    "dc.date.issued",
    "dcterms.created",
    "dcterms.issued",
    "parsely-pub-date",
    "pubdate",
    "publishdate",
];

/// Names of `meta` elements that hold the day of the last change.
const UPDATED: &[&str] =
    &["article:modified_time", "og:updated_time", "dateModified", "last-modified", "dcterms.modified"];

/// Names of `meta` elements that hold the name of the newspaper or site.
const OUTLET: &[&str] = &["og:site_name", "application-name"];

/// Names of `meta` elements that hold the names of the authors.
const AUTHOR: &[&str] = &["author", "article:author", "dc.creator"];

/// A draft without text that holds what the page says about its article.
pub(super) fn describe(page: &Html, blocks: &[Block]) -> ArticleDraft {
    let json_ld = json_ld::read(page);
    let day = |stated: &Option<String>| stated.as_deref().and_then(day_of);
    ArticleDraft {
        title: title(page, blocks, &json_ld),
        published: day(&json_ld.published).or_else(|| published(page)),
        updated: day(&json_ld.modified).or_else(|| meta(page, UPDATED).find_map(|stated| day_of(&stated))),
        outlet: outlet(page, &json_ld),
        author: author(page, &json_ld),
        url: url(page, &json_ld),
        ..ArticleDraft::default()
    }
}

/// The contents of the `meta` elements with one of `names`, in the order of the names.
fn meta(page: &Html, names: &[&str]) -> impl Iterator<Item = String> + use<> {
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
    let times = || selectors.iter().flat_map(|selector| page.select(selector)).take(MAX_HINTED);
    let day = |element: ElementRef<'_>| element.attr("datetime").and_then(day_of);
    let is_own = |element: &ElementRef<'_>| stands_with_heading(*element, &heading);
    times().filter(is_own).find_map(day).or_else(|| times().find_map(day))
}

/// True unless `element` stands in an `article` without the headline, which is another article.
fn stands_with_heading(element: ElementRef<'_>, heading: &Selector) -> bool {
    let mut around = element.ancestors().filter_map(ElementRef::wrap);
    let article = around.find(|ancestor| ancestor.value().name() == "article");
    article.is_none_or(|article| article.select(heading).next().is_some())
}

/// The name of the newspaper or site. A page may state its address instead, or the program that it was made with.
fn outlet(page: &Html, json_ld: &JsonLd) -> Option<String> {
    let stated: Vec<String> = json_ld.publisher.iter().cloned().chain(meta(page, OUTLET)).collect();
    let is_platform = |name: &&String| PLATFORMS.iter().any(|platform| name.eq_ignore_ascii_case(platform));
    let mut named = stated.iter().filter(|name| is_name(name));
    let host = || stated.iter().find_map(|address| Some(host_of(address)?.to_owned()));
    named.clone().find(|name| !is_platform(name)).or_else(|| named.next()).cloned().or_else(host)
}

/// Programs and sites that call themselves the publisher of what others publish with them.
const PLATFORMS: &[&str] = &["Blogger", "WordPress", "WordPress.com", "Medium", "Substack", "Tumblr", "Ghost", "Wix"];

/// The name of the machine in an address of the web: `bote.example` of `https://www.bote.example/a`.
fn host_of(address: &str) -> Option<&str> {
    let rest = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"))?;
    let host = rest.split(['/', '?', '#', ':']).next().unwrap_or_default();
    Some(host.strip_prefix("www.").unwrap_or(host)).filter(|host| host.contains('.'))
}

/// The names of the authors, separated by commas: those of persons if the page states any.
fn author(page: &Html, json_ld: &JsonLd) -> Option<String> {
    let outlet = outlet(page, json_ld);
    let is_person = |name: &String| !is_outlet(name, outlet.as_deref());
    let in_json_ld: Vec<String> =
        json_ld.authors.iter().map(|name| one_line(name)).filter(|name| is_name(name)).collect();
    let in_json_ld = (!in_json_ld.is_empty()).then(|| in_json_ld.join(", "));
    let in_meta = || meta(page, AUTHOR).find(|name| is_name(name));
    in_json_ld
        .clone()
        .filter(is_person)
        .or_else(|| in_meta().filter(is_person))
        .or_else(|| labelled_author(page))
        .or_else(|| linked_author(page))
        .or(in_json_ld)
        .or_else(in_meta)
}

/// The author in the labels that `twitter:label1` names and `twitter:data1` holds.
fn labelled_author(page: &Html) -> Option<String> {
    let labels = [("twitter:label1", "twitter:data1"), ("twitter:label2", "twitter:data2")];
    labels.into_iter().find_map(|(label, data)| {
        let label = meta(page, std::slice::from_ref(&label)).next()?.to_lowercase();
        let names_author = ["written by", "verfasst von", "geschrieben von", "autor", "von"].contains(&label.as_str());
        meta(page, std::slice::from_ref(&data)).next().filter(|name| names_author && is_name(name))
    })
}

/// The author in an element that is marked as such, of the article with the headline.
fn linked_author(page: &Html) -> Option<String> {
    let text = |element: ElementRef<'_>| one_line(&element.text().take(MAX_NAME_TEXTS).collect::<String>());
    let marked = Selector::parse("[rel~='author'], [itemprop='author']").ok()?;
    if let Some(name) = page.select(&marked).map(text).find(|name| is_name(name)) {
        return Some(name);
    }
    let heading = Selector::parse("h1").ok()?;
    let hinted = Selector::parse(
        "a[href*='/autor'], a[href*='/author/'], [class*='author'], [class*='Author'], [class*='autor'], [class*='byline']",
    )
    .ok()?;
    let is_own = |element: &ElementRef<'_>| stands_with_heading(*element, &heading);
    page.select(&hinted).take(MAX_HINTED).filter(is_own).map(text).find_map(|found| {
        let plain = found.trim_matches([',', ' ', '|', '•']);
        let stated = byline::parse(plain, None).and_then(|byline| byline.author);
        stated.or_else(|| byline::is_person(plain).then(|| plain.to_owned()))
    })
}

/// The most elements that are searched for an author or a day. Each is compared with the article around it.
const MAX_HINTED: usize = 200;

/// The most runs of text in an element that names authors.
const MAX_NAME_TEXTS: usize = 20;

/// True if `author` is no person but the outlet, by its name, its initials or its address.
pub(super) fn is_outlet(author: &str, outlet: Option<&str>) -> bool {
    let own = letters(author);
    let is_same = |outlet: &str| {
        let initials: String = outlet.split_whitespace().filter_map(|word| word.chars().next()).collect();
        letters(outlet) == own || initials.chars().count() > 1 && letters(&initials) == own
    };
    outlet.is_some_and(is_same) || author.contains("www.")
}

/// True for text that can name somebody: addresses and sentences cannot.
fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 120
        && !text.contains("://")
        && !text.contains('@')
        && text.contains(char::is_alphabetic)
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

/// The title of the article, without its kicker if the heading has one of its own: what a first-level heading and the page's
/// other statements of its title agree on; else another heading that is one of those statements; else the first heading that
/// is not the name of the site; else the first statement, without the name of the site.
fn title(page: &Html, blocks: &[Block], json_ld: &JsonLd) -> Option<String> {
    let select = |css: &str| -> Vec<ElementRef<'_>> {
        Selector::parse(css).map(|selector| page.select(&selector).collect()).unwrap_or_default()
    };
    let shared = meta(page, &["og:title"]).next();
    let in_json_ld = json_ld.headline.as_deref().map(one_line);
    let window = select("title").first().map(|element| one_line(&element.text().collect::<String>()));
    let stated: Vec<String> =
        [shared.clone(), window, in_json_ld].into_iter().flatten().filter(|title| !title.is_empty()).collect();
    // A heading as its block has it tells its kicker from its headline.
    let heading_blocks: HashMap<String, String> = blocks
        .iter()
        .filter(|block| block.section.kind == ParagraphKind::Heading)
        .map(|block| (letters(&block.section.text), one_line(&block.section.text)))
        .collect();
    let mut headings: Vec<Headline> = Vec::new();
    let mut breadcrumbs: Vec<Headline> = Vec::new();
    for element in select("h1") {
        let list = if is_breadcrumb(element) { &mut breadcrumbs } else { &mut headings };
        list.extend(Headline::new(element, &heading_blocks));
    }
    let site_of = |title: &str| title[without_site(title).len()..].trim_matches(SITE_MARKS).to_owned();
    let sites: Vec<String> = stated.iter().map(|title| site_of(title)).filter(|site| !site.is_empty()).collect();
    let is_no_site = |heading: &&Headline| !sites.contains(&heading.whole);
    let confirmed = headings.iter().filter(is_no_site).filter_map(|heading| heading.confirmed(&stated));
    // A page may have two headlines, of which the networks and the window are told one.
    let times_stated =
        |headline: &String| stated.iter().filter(|title| letters(without_site(title)) == letters(headline)).count();
    confirmed
        .max_by_key(|headline| (times_stated(headline), headline.len()))
        .map(|headline| agreed(headline, shared.as_deref()))
        .or_else(|| stated.iter().find_map(|title| heading_blocks.get(&letters(title)).map(|it| with_kicker(it))))
        .or_else(|| headings.iter().find(is_no_site).map(|heading| heading.unconfirmed(&stated)))
        .or_else(|| breadcrumbs.first().map(|heading| heading.whole.clone()))
        .or_else(|| stated.first().map(|title| without_site(title).to_owned()))
}

/// What stands between a title and the name of its site.
const SITE_MARKS: [char; 8] = [' ', '|', '–', '—', '-', '·', ':', '»'];

/// A first-level heading.
struct Headline {
    /// All of it, with a colon after its kicker.
    whole: String,
    /// Its parts, if the page styles them differently: kicker and headline.
    parts: Vec<String>,
}

impl Headline {
    /// `None` if it is blank.
    fn new(element: ElementRef<'_>, heading_blocks: &HashMap<String, String>) -> Option<Self> {
        let text = one_line(&element.text().collect::<String>());
        let marked = heading_blocks.get(&letters(&text)).cloned().unwrap_or(text);
        let mut parts: Vec<String> = marked.split(KICKER_END).map(one_line).filter(|part| !part.is_empty()).collect();
        let own_text = element.children().filter_map(|child| child.value().as_text());
        if parts.len() == 1 && own_text.into_iter().all(|text| text.trim().is_empty()) {
            let elements = element.child_elements().filter(|child| child.attr("aria-hidden") != Some("true"));
            let texts = elements.map(|child| one_line(&child.text().collect::<String>()));
            parts = texts.map(|text| text.trim_end_matches(':').to_owned()).filter(|text| !text.is_empty()).collect();
        }
        let whole = if parts.len() == 2 { parts.join(": ") } else { with_kicker(&marked) };
        (!whole.is_empty()).then_some(Self { whole, parts })
    }

    /// The heading, or the headline of it, if one of the `stated` titles holds it.
    fn confirmed(&self, stated: &[String]) -> Option<String> {
        let holds = |title: &String, text: &str| letters(title).contains(&letters(text));
        if let [_, headline] = self.parts.as_slice() {
            let is_stated = stated.iter().any(|title| holds(title, headline));
            return is_stated.then(|| headline.clone());
        }
        stated.iter().any(|title| holds(title, &self.whole)).then(|| self.whole.clone())
    }

    /// The heading without its kicker, if a stated title begins with the kicker.
    fn unconfirmed(&self, stated: &[String]) -> String {
        match self.parts.as_slice() {
            [kicker, headline] if stated.iter().any(|title| letters(title).starts_with(&letters(kicker))) => {
                headline.clone()
            }
            _ => self.whole.clone(),
        }
    }
}

/// The title that a heading and the social networks' title agree on: if one of them has a kicker and the other has not, what the
/// networks are told.
fn agreed(headline: String, shared: Option<&str>) -> String {
    let Some(shared) = shared.map(without_site) else { return headline };
    let is_same_with_kicker = |longer: &str, shorter: &str| {
        longer
            .strip_suffix(shorter)
            .is_some_and(|kicker| kicker.ends_with(": ") && kicker.chars().count() <= MAX_KICKER)
    };
    let is_agreed = is_same_with_kicker(&headline, shared) || is_same_with_kicker(shared, &headline);
    if is_agreed { shared.to_owned() } else { headline }
}

/// The longest kicker in characters, with its colon.
const MAX_KICKER: usize = 60;

/// True for the last of the links that lead to a page, which some sites make a heading.
fn is_breadcrumb(heading: ElementRef<'_>) -> bool {
    let is_marked = |element: ElementRef<'_>| {
        element.value().attrs().any(|(name, value)| {
            let is_mark = |text: &str| text.to_ascii_lowercase().contains("breadcrumb");
            is_mark(name) || matches!(name, "class" | "id" | "itemtype" | "aria-label") && is_mark(value)
        })
    };
    let around = heading.ancestors().take(4).filter_map(ElementRef::wrap);
    is_marked(heading) || around.into_iter().any(|element| is_marked(element) || element.value().name() == "nav")
}

/// A heading as it is shown: its kicker, if it has one, is followed by a colon.
pub(super) fn with_kicker(heading: &str) -> String {
    one_line(&heading.replace(KICKER_END, ": "))
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
