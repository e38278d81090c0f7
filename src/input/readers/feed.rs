//! RSS and Atom → the entries of a feed, each an article of its own under its identifier or address.
//!
//! The text is the content of an entry, else its summary; a summary that says something else comes first. The title of the
//! feed is the outlet. An entry is read from its own bytes and the head of the feed.
//!
//! Promises: feeds of any size are split in little memory; damaged XML gives what is readable; no entity is expanded.

use std::io::{self, Seek, SeekFrom};
use std::ops::Range;

use super::super::characters::{self, is_web_address};
use super::super::encoding::{self, declared_in_markup};
use super::super::entities;
use super::super::input_format::InputFormat;
use super::super::listing::{Found, Part};
use super::super::source::{ReadError, Source};
use super::super::text;
use super::field_text::{self, Markup};
use super::stated_day::stated_day;
use super::xml_tags::{self, Tag, Token};
use crate::document::{ArticleDraft, Date, LeftOut, ParagraphKind, Section};

/// RSS and Atom.
pub(super) const INPUT_FORMAT: InputFormat = InputFormat {
    name: "RSS and Atom",
    extensions: &["rss", "atom"],
    shared_extensions: &["xml", "rdf"],
    about: "a feed: each entry is an article with its content or summary, author, address and dates",
    sniff: |beginning| is_feed(&text::decode_beginning(beginning)),
    split: Some(split),
    unpack: None,
    read,
};

/// Elements that hold an entry.
const ENTRIES: &[&str] = &["item", "entry"];

/// How much of an identifier is kept.
const MAX_ID_BYTES: usize = 300;

/// How much of a feed is searched for its title.
const MAX_HEAD_BYTES: u64 = 1 << 20;

/// Prefixes of elements that describe pictures and programmes.
const MEDIA_PREFIXES: &[&str] = &["media", "itunes", "googleplay", "podcast", "image"];

/// Prefixes of elements that mean what those without a prefix do. Others may use their names for something else.
const KNOWN_PREFIXES: &[&str] =
    &["", "a10", "atom", "content", "dc", "dcterms", "excerpt", "prism", "rdf", "rss", "xhtml"];

/// Rule of keywords of an entry.
const KEYWORDS: &str = "keywords";

/// Rule of a summary that the content repeats.
const TEASER: &str = "teaser";

/// How much of the letters of a summary must begin the content that repeats it.
const SUMMARY_LETTERS: usize = 60;

/// True if `text` begins as a feed does.
fn is_feed(text: &str) -> bool {
    let mut is_feed = false;
    // It is cut where the first bytes of the file end.
    let scanned = xml_tags::for_each(text.as_bytes(), 1024, &mut |token| match token {
        Token::Tag(tag) => {
            is_feed = matches!(tag.local_name(), "rss" | "feed" | "RDF") && !tag.is_end();
            false
        }
        Token::Text(text) => text.iter().all(|byte| byte.is_ascii_whitespace() || !byte.is_ascii()),
        Token::Literal(_) => false,
    });
    scanned.is_ok() && is_feed
}

/// Passes the entries to `found`, which are called by identifier, address or number.
fn split(source: &mut Source, found: &mut dyn FnMut(Found)) -> io::Result<()> {
    let mut number = 0;
    scan(source, &mut |id, range| {
        number += 1;
        let id = id.filter(|id| !id.is_empty()).unwrap_or_else(|| format!("entry {number}"));
        found(Found::Article(Part::new(id, range)));
    })
}

/// Passes the identifier and the bytes of each entry to `found`.
fn scan(source: &mut Source, found: &mut dyn FnMut(Option<String>, Range<u64>)) -> io::Result<()> {
    source.file.seek(SeekFrom::Start(0))?;
    let mut open: Option<OpenEntry> = None;
    xml_tags::for_each(&mut source.file, MAX_ID_BYTES, &mut |token| {
        match (token, &mut open) {
            (Token::Tag(tag), None) => {
                if ENTRIES.contains(&tag.local_name()) && !tag.is_end() && !tag.is_empty_element() {
                    open = Some(OpenEntry::new(&tag));
                }
            }
            (Token::Tag(tag), Some(entry)) => {
                if entry.is_ended_by(&tag) {
                    found(entry.id.take().or(entry.link.take()), entry.start..tag.end);
                    open = None;
                }
            }
            (Token::Text(text) | Token::Literal(text), Some(entry)) => entry.add_text(text),
            (Token::Text(_) | Token::Literal(_), None) => {}
        }
        true
    })?;
    match open {
        Some(entry) => Err(io::Error::other(format!(
            "entry {} does not end",
            entry.id.or(entry.link).unwrap_or_else(|| format!("at byte {}", entry.start))
        ))),
        None => Ok(()),
    }
}

/// An entry whose end has not come.
struct OpenEntry {
    start: u64,
    name: String,
    /// Elements of the same name within it.
    inner: usize,
    /// The element that is open, if its text is an identifier or an address.
    open: Option<&'static str>,
    id: Option<String>,
    link: Option<String>,
}

impl OpenEntry {
    fn new(tag: &Tag<'_>) -> Self {
        Self { start: tag.start, name: tag.name().to_owned(), inner: 0, open: None, id: None, link: None }
    }

    /// True if `tag` ends the entry. Otherwise it looks for what the entry is called.
    fn is_ended_by(&mut self, tag: &Tag<'_>) -> bool {
        if tag.name() == self.name {
            if tag.is_end() {
                if self.inner == 0 {
                    return true;
                }
                self.inner -= 1;
            } else if !tag.is_empty_element() {
                self.inner += 1;
            }
        }
        self.open = None;
        if !tag.is_end() {
            match tag.name() {
                "guid" | "id" | "atom:id" if self.id.is_none() => self.open = Some("id"),
                "link" | "atom:link" if self.link.is_none() => {
                    let is_page = tag.attribute("rel").is_none_or(|rel| rel == "alternate");
                    match tag.attribute("href").filter(|_| is_page) {
                        Some(address) => self.link = Some(entities::decode(&address).into_owned()),
                        None => self.open = Some("link"),
                    }
                }
                _ => {}
            }
        }
        false
    }

    fn add_text(&mut self, text: &[u8]) {
        let text = entities::decode(String::from_utf8_lossy(text).trim()).into_owned();
        match self.open {
            Some("id") => self.id.get_or_insert_default().push_str(&text),
            Some(_) => self.link.get_or_insert_default().push_str(&text),
            None => {}
        }
    }
}

/// What the head of a feed says.
#[derive(Default)]
struct Head {
    title: Option<String>,
    author: Option<String>,
}

fn read(source: &mut Source) -> Result<ArticleDraft, ReadError> {
    if source.part.is_none() {
        let mut ranges = Vec::new();
        let scanned = scan(source, &mut |_, range| ranges.push(range));
        match ranges.as_slice() {
            [range] => source.part = Some(Part::new("", range.clone())),
            [] => {
                if source.bytes()?.iter().all(u8::is_ascii_whitespace) {
                    return Err(ReadError::Empty);
                }
                let what = scanned.map_or_else(|cause| cause.to_string(), |()| "it is no feed with entries".to_owned());
                return Err(ReadError::Damaged { what, hint: "RSS and Atom are read, as UTF-8 or in 8 bits" });
            }
            _ => return Err(ReadError::Several),
        }
    }
    let start = source.part.as_ref().map_or(0, |part| part.range.start);
    let head_bytes = source.range(0, start.min(MAX_HEAD_BYTES))?;
    let entry_bytes = source.bytes()?;
    // The encoding is stated at the beginning of the file.
    let stated = declared_in_markup(&head_bytes);
    let decode = |bytes: &[u8]| encoding::decode(bytes, |_| stated).unwrap_or_default();
    let entry = parse_entry(&decode(&entry_bytes));
    entry.into_draft(parse_head(&decode(&head_bytes)))
}

/// An element of an entry or of the head of a feed.
struct Element {
    /// Its name, with its prefix.
    name: String,
    markup: String,
    /// What it holds, with its references replaced unless it holds elements.
    value: String,
    has_elements: bool,
}

impl Element {
    fn local_name(&self) -> &str {
        self.name.rsplit(':').next().unwrap_or_default()
    }

    fn prefix(&self) -> &str {
        self.name.split_once(':').map_or("", |(prefix, _)| prefix)
    }

    fn attribute(&self, name: &str) -> Option<String> {
        let tag = Tag { start: 0, end: 0, markup: self.markup.as_bytes() };
        tag.attribute(name).map(|value| entities::decode(&value).into_owned())
    }

    /// The text of the element `name` within it.
    fn inner(&self, name: &str) -> Option<String> {
        let elements = elements(&self.value, false);
        elements.into_iter().find(|element| element.local_name() == name).map(|element| element.value)
    }

    /// What its text is, by the attribute `type` of Atom.
    fn kind(&self) -> Markup {
        match self.attribute("type").as_deref() {
            Some("html" | "xhtml" | "text/html" | "application/xhtml+xml") => Markup::Html,
            _ if self.has_elements => Markup::Html,
            Some("text" | "text/plain") => Markup::Plain,
            _ => Markup::Unknown,
        }
    }

    fn one_line(&self) -> Option<String> {
        Some(field_text::one_line(&self.value, self.kind())).filter(|text| !text.is_empty())
    }
}

/// The elements in `text`: those within its only outermost element if `is_wrapped`, else the outermost ones.
fn elements(text: &str, is_wrapped: bool) -> Vec<Element> {
    let mut elements: Vec<Element> = Vec::new();
    let mut is_before = is_wrapped;
    let mut open = 0_usize;
    let mut raw = String::new();
    let mut plain = String::new();
    let end = |element: &mut Element, raw: &mut String, plain: &mut String| {
        element.value = if element.has_elements { std::mem::take(raw) } else { std::mem::take(plain) };
        raw.clear();
        plain.clear();
    };
    // Reading from memory cannot fail.
    let _ = xml_tags::for_each(text.as_bytes(), usize::MAX, &mut |token| {
        match token {
            Token::Tag(_) if is_before => is_before = false,
            Token::Tag(tag) => match elements.last_mut().filter(|_| open > 0) {
                None if tag.is_end() => {}
                None => {
                    let markup = String::from_utf8_lossy(tag.markup).into_owned();
                    let name = tag.name().to_owned();
                    elements.push(Element { name, markup, value: String::new(), has_elements: false });
                    open = usize::from(!tag.is_empty_element());
                }
                Some(element) => {
                    if tag.name() == element.name && tag.is_end() {
                        open -= 1;
                    } else if tag.name() == element.name && !tag.is_empty_element() {
                        open += 1;
                    }
                    if open == 0 {
                        end(element, &mut raw, &mut plain);
                    } else {
                        element.has_elements = true;
                        raw.push_str(&String::from_utf8_lossy(tag.markup));
                    }
                }
            },
            Token::Text(text) if open > 0 => {
                let text = String::from_utf8_lossy(text);
                raw.push_str(&text);
                plain.push_str(&entities::decode(&text));
            }
            Token::Literal(text) if open > 0 => {
                let text = String::from_utf8_lossy(text);
                raw.push_str(&text);
                plain.push_str(&text);
            }
            Token::Text(_) | Token::Literal(_) => {}
        }
        true
    });
    if let Some(element) = elements.last_mut().filter(|_| open > 0) {
        end(element, &mut raw, &mut plain);
    }
    elements
}

/// What the entry says.
#[derive(Default)]
struct Entry {
    title: Option<String>,
    content: Option<(String, Markup)>,
    summary: Option<(String, Markup)>,
    /// What the entry says about its programme or pictures.
    media_texts: Vec<(String, Markup)>,
    authors: Vec<String>,
    url: Option<String>,
    published: Option<Date>,
    updated: Option<Date>,
    outlet: Option<String>,
    keywords: Vec<String>,
}

fn parse_entry(text: &str) -> Entry {
    let mut entry = Entry::default();
    let mut permalink = None;
    let mut other_day = None;
    // The elements of an entry may all have the prefix that it has itself.
    let own_prefix = text.trim_start().trim_start_matches('<').split([' ', '>', '\n']).next().unwrap_or_default();
    let own_prefix = own_prefix.split_once(':').map_or("", |(prefix, _)| prefix);
    let is_known = |element: &Element| KNOWN_PREFIXES.contains(&element.prefix()) || element.prefix() == own_prefix;
    for element in elements(text, true) {
        let is_media = MEDIA_PREFIXES.contains(&element.prefix());
        let body = || Some((element.value.clone(), element.kind())).filter(|(text, _)| !text.trim().is_empty());
        let day = || stated_day(&element.value);
        match element.local_name() {
            "description" | "summary" | "subtitle" if is_media => entry.media_texts.extend(body()),
            "group" if is_media => {
                let text = element.inner("description").map(|text| (text, Markup::Plain));
                entry.media_texts.extend(text);
            }
            "author" if is_media => {
                let author = author(&element);
                if entry.authors.is_empty() {
                    entry.authors.extend(author);
                }
            }
            _ if is_media || !is_known(&element) => {}
            "title" => entry.title = entry.title.or_else(|| element.one_line()),
            "encoded" | "content" | "body" => {
                let found = body();
                let is_longer =
                    |other: &(String, Markup)| other.0.len() > entry.content.as_ref().map_or(0, |it| it.0.len());
                if found.as_ref().is_some_and(is_longer) {
                    entry.content = found;
                }
            }
            "description" | "summary" | "abstract" | "tagline" => entry.summary = entry.summary.or_else(body),
            "author" | "creator" | "contributor" => {
                let name = author(&element).filter(|name| !entry.authors.contains(name));
                if element.local_name() != "contributor" || entry.authors.is_empty() {
                    entry.authors.extend(name);
                }
            }
            "link" => {
                let is_page = element.attribute("rel").is_none_or(|rel| rel == "alternate");
                let address = element.attribute("href").unwrap_or_else(|| element.value.trim().to_owned());
                entry.url = entry.url.or_else(|| Some(address).filter(|it| is_page && is_web_address(it)));
            }
            "guid" | "id" => {
                let is_permalink = element.attribute("isPermaLink").is_none_or(|value| value != "false");
                permalink = Some(element.value.trim().to_owned()).filter(|it| is_permalink && is_web_address(it));
            }
            "pubDate" | "published" | "issued" | "pubdate" => entry.published = entry.published.or_else(day),
            "date" | "created" => other_day = other_day.or_else(day),
            "updated" | "modified" => entry.updated = entry.updated.or_else(day),
            "source" => {
                let title = if element.has_elements { element.inner("title") } else { element.one_line() };
                // An address is where the entry was taken from.
                entry.outlet = title
                    .map(|title| field_text::one_line(&title, Markup::Unknown))
                    .filter(|it| !it.is_empty() && !is_web_address(it));
            }
            "category" | "subject" | "keywords" => {
                let label = element.attribute("label").or_else(|| element.attribute("term"));
                entry.keywords.extend(label.or_else(|| element.one_line()));
            }
            _ => {}
        }
    }
    entry.url = entry.url.or(permalink);
    // An entry that states one day only was published then.
    entry.published = entry.published.or(other_day).or(entry.updated);
    entry.updated = entry.updated.filter(|updated| Some(*updated) != entry.published);
    entry
}

/// The name in an element: of Atom within `name`, of RSS in brackets after an address.
fn author(element: &Element) -> Option<String> {
    let text = if element.has_elements {
        element.inner("name").or_else(|| element.inner("email"))?
    } else {
        element.value.clone()
    };
    let line = field_text::one_line(&text, Markup::Unknown);
    let in_brackets = line.split_once('(').filter(|(address, _)| address.contains('@'));
    let name = in_brackets.and_then(|(_, rest)| rest.split_once(')')).map(|(name, _)| name.trim().to_owned());
    Some(name.filter(|name| !name.is_empty()).unwrap_or(line)).filter(|name| !name.is_empty())
}

/// What stands before the first entry.
fn parse_head(text: &str) -> Head {
    let mut head = Head::default();
    // `<rss><channel>…` or `<feed>…`: the elements of the innermost that is not closed.
    let mut inner = text;
    for name in ["<channel", "<feed", "<atom:feed"] {
        let opened = text.find(name).and_then(|at| Some(at + text[at..].find('>')? + 1));
        inner = opened.and_then(|at| text.get(at..)).unwrap_or(inner);
    }
    for element in elements(inner, false) {
        match element.name.as_str() {
            "title" | "atom:title" | "dc:title" => head.title = head.title.or_else(|| element.one_line()),
            "author" | "atom:author" => head.author = head.author.or_else(|| author(&element)),
            _ => {}
        }
    }
    head
}

impl Entry {
    fn into_draft(self, head: Head) -> Result<ArticleDraft, ReadError> {
        let Self { title, content, summary, media_texts, authors, url, published, updated, outlet, keywords } = self;
        let author = if authors.is_empty() { head.author } else { Some(authors.join(", ")) };
        let outlet = outlet.or(head.title);
        let mut draft = ArticleDraft { url, published, updated, author, outlet, ..ArticleDraft::default() };
        let read = |text: Option<(String, Markup)>| text.and_then(|(text, kind)| field_text::read(&text, kind).ok());
        let (content, summary) = (read(content), read(summary));
        let content_letters = content.as_ref().map(all_letters).unwrap_or_default();
        match (content, summary) {
            (Some(content), Some(summary)) => {
                let letters = all_letters(&summary);
                let known: String = letters.chars().take(SUMMARY_LETTERS).collect();
                if content_letters.contains(&known) {
                    let is_same = letters == content_letters;
                    let texts = summary.sections.into_iter().filter(|_| !is_same);
                    draft.left_out.extend(texts.map(|section| LeftOut { text: section.text, rule: TEASER.to_owned() }));
                } else {
                    field_text::append(&mut draft, summary, title.as_deref());
                }
                field_text::append(&mut draft, content, title.as_deref());
            }
            (Some(text), None) | (None, Some(text)) => field_text::append(&mut draft, text, title.as_deref()),
            (None, None) => {}
        }
        for text in media_texts.into_iter().filter_map(|text| read(Some(text))) {
            let known: String = draft.sections.iter().map(|section| characters::letters(&section.text)).collect();
            if draft.sections.is_empty() {
                field_text::append(&mut draft, text, title.as_deref());
            } else if !known.contains(&all_letters(&text)) {
                let texts = text.title.into_iter().chain(text.sections.into_iter().map(|section| section.text));
                draft.left_out.extend(texts.map(|text| LeftOut { text, rule: TEASER.to_owned() }));
            }
        }
        take_syndication_note(&mut draft);
        if !keywords.is_empty() {
            draft
                .left_out
                .push(LeftOut { text: characters::one_line(&keywords.join(", ")), rule: KEYWORDS.to_owned() });
        }
        if draft.sections.is_empty() {
            // A headline alone is the text.
            let text = title.ok_or(ReadError::NoText)?;
            draft.sections.push(Section { kind: ParagraphKind::Body, text });
        } else {
            draft.title = title.or(draft.title);
        }
        Ok(draft)
    }
}

/// The letters of a draft.
fn all_letters(draft: &ArticleDraft) -> String {
    let texts =
        draft.title.iter().map(String::as_str).chain(draft.sections.iter().map(|section| section.text.as_str()));
    texts.map(characters::letters).collect()
}

/// Sets aside the line that a blog adds to each entry of its feed: `Der Beitrag Halle erschien zuerst auf Bote.`
fn take_syndication_note(draft: &mut ArticleDraft) {
    let is_note = |text: &str| {
        let line = characters::one_line(text);
        (line.starts_with("The post ") && line.contains("appeared first on"))
            || (line.starts_with("Der Beitrag ")
                && (line.contains("erschien zuerst auf") || line.contains("erschien auf")))
    };
    if draft.sections.len() > 1
        && let Some(last) = draft.sections.pop_if(|section| is_note(&section.text))
    {
        draft.left_out.push(LeftOut { text: last.text, rule: TEASER.to_owned() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn articles(feed: &[u8]) -> Vec<(String, ArticleDraft)> {
        let mut parts = Vec::new();
        split(&mut Source::from_bytes(feed.to_vec()), &mut |found| match found {
            Found::Article(part) | Found::File(part, _) => parts.push(part),
        })
        .unwrap();
        let read_part = |part: Part| {
            let mut source = Source::from_bytes(feed.to_vec());
            source.part = Some(part.clone());
            (part.id, read(&mut source).unwrap())
        };
        parts.into_iter().map(read_part).collect()
    }

    fn texts(draft: &ArticleDraft) -> Vec<&str> {
        draft.sections.iter().map(|section| section.text.trim()).collect()
    }

    #[test]
    fn an_entry_of_rss_is_an_article() {
        let feed = r#"<?xml version="1.0"?><rss version="2.0" xmlns:content="x"><channel><title>Der Bote &amp; Co.</title>
            <link>https://bote.example/</link><item><title>Halle &lt;b&gt;gekauft&lt;/b&gt;</title><guid isPermaLink="false">n-17</guid>
            <link>https://bote.example/halle?a=1&amp;b=2</link><pubDate>Tue, 07 May 2024 00:30:00 +0200</pubDate>
            <dc:creator><![CDATA[Jana Ohm]]></dc:creator><category>Kultur</category><description>Ein Haus f&#252;r B&#xfc;cher.</description>
            <content:encoded><![CDATA[<p>Die Stadt kauft die Halle.</p><ul><li>Dach</li></ul><p>Der Beitrag Halle erschien zuerst auf Bote.</p>]]></content:encoded></item>
            <item><title>Freibad</title><link>https://bote.example/bad</link></item></channel></rss>"#;
        let found = articles(feed.as_bytes());
        let [(id, draft), (other_id, other)] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((id.as_str(), draft.title.as_deref()), ("n-17", Some("Halle gekauft")));
        assert_eq!(texts(draft), ["Ein Haus für Bücher.", "Die Stadt kauft die Halle.", "Dach"]);
        assert_eq!(draft.url.as_deref(), Some("https://bote.example/halle?a=1&b=2"));
        assert_eq!((draft.outlet.as_deref(), draft.author.as_deref()), (Some("Der Bote & Co."), Some("Jana Ohm")));
        assert_eq!((draft.published, draft.updated), (Date::new(2024, 5, 7), None));
        let listed: Vec<_> = draft.left_out.iter().map(|it| (it.rule.as_str(), it.text.trim())).collect();
        assert_eq!(listed, [(TEASER, "Der Beitrag Halle erschien zuerst auf Bote."), (KEYWORDS, "Kultur")]);
        assert_eq!((other_id.as_str(), texts(other)), ("https://bote.example/bad", vec!["Freibad"]));
    }

    #[test]
    fn an_entry_of_atom_is_an_article() {
        let feed = r#"<feed xmlns="http://www.w3.org/2005/Atom"><title type="text">Der Bote</title><author><name>Redaktion</name></author>
            <entry><id>urn:1</id><title type="html">A &amp;amp; B</title><link rel="self" href="https://bote.example/x"/>
            <link rel="alternate" href="https://bote.example/ab"/><published>2024-05-07T10:00:00Z</published>
            <updated>2024-05-08T10:00:00Z</updated><summary type="text">Wenn a &lt; b.</summary>
            <content type="xhtml"><div xmlns="x"><p>Eins.</p><p>Zwei.</p></div></content></entry></feed>"#;
        let found = articles(feed.as_bytes());
        let [(id, draft)] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((id.as_str(), draft.title.as_deref()), ("urn:1", Some("A & B")));
        assert_eq!(texts(draft), ["Wenn a < b.", "Eins.", "Zwei."]);
        assert_eq!((draft.outlet.as_deref(), draft.author.as_deref()), (Some("Der Bote"), Some("Redaktion")));
        assert_eq!(draft.url.as_deref(), Some("https://bote.example/ab"));
        assert_eq!((draft.published, draft.updated), (Date::new(2024, 5, 7), Date::new(2024, 5, 8)));
    }

    #[test]
    fn names_of_other_vocabularies_and_addresses_as_sources_mean_something_else() {
        let feed = "<rss><channel><title>Der Bote</title><item><title>a</title><x:description>Fremd.</x:description>\
                    <description>Eigen.</description><dc:source>https://bote.example</dc:source>\
                    <itunes:summary>Anders gesagt.</itunes:summary><itunes:subtitle>Eigen.</itunes:subtitle></item></channel></rss>";
        let (_, draft) = articles(feed.as_bytes()).remove(0);
        assert_eq!((texts(&draft), draft.outlet.as_deref()), (vec!["Eigen."], Some("Der Bote")));
        let listed: Vec<_> = draft.left_out.iter().map(|it| (it.rule.as_str(), it.text.trim())).collect();
        assert_eq!(listed, [(TEASER, "Anders gesagt.")]);
        let prefixed = "<y:feed><y:entry><y:title>b</y:title><y:summary>Ja.</y:summary></y:entry></y:feed>";
        assert_eq!(parse_entry(&prefixed["<y:feed>".len()..]).summary.unwrap().0, "Ja.");
    }

    #[test]
    fn a_teaser_that_the_content_repeats_is_listed_once() {
        let feed = "<rss><channel><item><title>a</title><description>Die Stadt kauft die Halle am Fluss […]</description>\
                    <content:encoded>&lt;p&gt;Die Stadt kauft die Halle am Fluss und baut.&lt;/p&gt;</content:encoded></item></channel></rss>";
        let (_, draft) = articles(feed.as_bytes()).remove(0);
        assert_eq!(texts(&draft), ["Die Stadt kauft die Halle am Fluss und baut."]);
        assert_eq!(draft.left_out[0].rule, TEASER);
    }

    #[test]
    fn damaged_feeds_and_other_encodings_are_read() {
        let latin: Vec<u8> = "<?xml version='1.0' encoding='iso-8859-1'?><rdf:RDF><channel><title>B\u{f6}te</title></channel>\
            <item><title>Gr\u{fc}\u{df}e</title><description>Sch\u{f6}n & gut &nbsp; &copy; <b>offen</description></item></rdf:RDF>"
            .chars().map(|it| it as u8).collect();
        let (id, draft) = articles(&latin).remove(0);
        assert_eq!(
            (id.as_str(), draft.title.as_deref(), draft.outlet.as_deref()),
            ("entry 1", Some("Grüße"), Some("Böte"))
        );
        assert!(texts(&draft)[0].starts_with("Schön & gut") && texts(&draft)[0].ends_with("offen"), "{draft:?}");
        let bombs = "<!DOCTYPE x [<!ENTITY a \"aaa\"><!ENTITY b \"&a;&a;\">]><rss><channel><item><title>&b;</title></item></channel></rss>";
        assert_eq!(texts(&articles(bombs.as_bytes()).remove(0).1), ["&b;"]);
    }

    #[test]
    fn another_reader_finds_the_same_entries() {
        let feed = include_bytes!("../../../tests/formats/bote.rss");
        let other = feed_rs::parser::parse(feed.as_slice()).unwrap();
        let found = articles(feed);
        assert_eq!(found.len(), other.entries.len());
        for ((id, draft), entry) in found.iter().zip(&other.entries) {
            let link = entry.links.first().map(|link| link.href.as_str());
            assert!(*id == entry.id || Some(id.as_str()) == link, "{id} {entry:?}");
            assert_eq!(draft.url.as_deref(), link);
            assert_eq!(draft.outlet, other.title.as_ref().map(|title| title.content.clone()));
            let author = entry.authors.first().and_then(|author| author.name.clone());
            assert_eq!(draft.author, author);
        }
    }

    #[test]
    fn what_is_no_feed_says_so_and_one_that_is_cut_keeps_its_whole_entries() {
        for text in ["", "<a><b/></a>", "kein XML", "<rss><channel></channel></rss>"] {
            let error = read(&mut Source::from_bytes(text.into())).unwrap_err();
            assert!(matches!(error, ReadError::Empty | ReadError::Damaged { .. }), "{text}");
        }
        let feed = "<feed><entry><title>a</title></entry><entry><id>b</id><title>b";
        let mut count = 0;
        let cut = split(&mut Source::from_bytes(feed.into()), &mut |_| count += 1);
        assert_eq!((count, cut.unwrap_err().to_string().as_str()), (1, "entry b does not end"));
        for (text, wanted) in [
            ("<?xml version='1.0'?>\n<!-- x --><rss version='2.0'>", true),
            ("\u{feff}<feed xmlns='x'>", true),
            ("<rdf:RDF>", true),
            ("<html><feed>", false),
            ("Text <rss>", false),
        ] {
            assert_eq!(is_feed(text), wanted, "{text}");
        }
    }
}
