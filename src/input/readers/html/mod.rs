//! HTML → draft: the article of a saved page without its menus, forms and scripts.
//!
//! The readability crate chooses the main text. Where it finds too little, as on short pages, the whole page is taken
//! without its furniture. Both become headings, paragraphs, list items, quotes and code in the same way.
//!
//! Promises: any input is read without recursion, in time that grows linearly with its length. Scripts never run, and
//! nothing is loaded.

mod furniture;
mod markup;
mod metadata;
mod sections;

use dom_smoothie::{Config, Readability};
use scraper::{ElementRef, Html, Node, Selector};

use super::super::reader::Reader;
use super::super::source::{ReadError, Source};
use super::super::text;
use super::plain_text;
use crate::document::{ArticleDraft, ParagraphKind, Section};

/// HTML.
pub(super) const READER: Reader = Reader {
    name: "HTML",
    extensions: &["html", "htm", "xhtml"],
    about: "the main text of a saved page, without menus, forms and scripts",
    sniff: |beginning| is_page(&text::decode_beginning(beginning)),
    split: None,
    read,
};

/// Pages with more nodes than this, or with more bytes in one run of text, are not given to the readability crate, whose
/// time grows faster than linearly.
const MAX_SCORED: usize = 30_000;

/// True if `text` begins as an HTML page does.
fn is_page(text: &str) -> bool {
    let mut rest = text.trim_start_matches(|character: char| character.is_whitespace() || character == '\u{feff}');
    if rest.starts_with("<?xml") {
        rest = rest.split_once("?>").map_or("", |(_, after)| after).trim_start();
    }
    ["<!doctype html", "<html"].iter().any(|opening| {
        let begins = rest.get(..opening.len()).is_some_and(|start| start.eq_ignore_ascii_case(opening));
        begins && !rest[opening.len()..].starts_with(|next: char| next.is_alphanumeric() || next == '-')
    })
}

/// The paragraphs of a piece of HTML. Only what never holds text is taken for furniture.
pub(super) fn sections_of_fragment(fragment: &str) -> Vec<Section> {
    sections::collect(&Html::parse_fragment(&markup::flatten(fragment)), false)
}

fn read(source: &mut Source) -> Result<ArticleDraft, ReadError> {
    parse(&text::decode(source, true)?)
}

fn parse(text: &str) -> Result<ArticleDraft, ReadError> {
    let flat = markup::flatten(text);
    let page = Html::parse_document(&flat);
    let whole = sections::collect(&page, true);
    let mut sections = main_text(&flat, &page, &whole).unwrap_or(whole);
    if sections.is_empty() {
        // Everything looked like furniture. All of it is better than nothing.
        sections = sections::collect(&page, false);
    }
    if sections.is_empty() {
        let has_script = Selector::parse("script").is_ok_and(|script| page.select(&script).next().is_some());
        return Err(if has_script { ReadError::Scripted } else { ReadError::NoText });
    }
    let title = metadata::title(&page);
    let published = metadata::published(&page);
    // A mail or a text file that was wrapped in a page as it is.
    if let [Section { kind: ParagraphKind::Verbatim, text: verbatim }] = sections.as_slice() {
        let plain = plain_text::parse(verbatim)?;
        return Ok(ArticleDraft { title: title.or(plain.title), published, ..plain });
    }
    if sections.len() > 1 {
        let is_title = |section: &Section| {
            section.kind == ParagraphKind::Heading && Some(metadata::one_line(&section.text)) == title
        };
        sections.iter().position(is_title).map(|index| sections.remove(index));
    }
    Ok(ArticleDraft { title, sections, published, ..ArticleDraft::default() })
}

/// What the readability crate takes for the article. `None` if it finds nothing, or less than a third of the prose on the
/// `whole` page: then it is more likely that it missed the article than that two thirds are furniture.
fn main_text(markup: &str, page: &Html, whole: &[Section]) -> Option<Vec<Section>> {
    let is_long = |node: &Node| node.as_text().is_some_and(|text| text.len() > MAX_SCORED);
    let is_scored = |name: &str| !matches!(name, "script" | "style" | "template" | "noscript");
    let is_huge = page.tree.nodes().len() > MAX_SCORED
        || page.tree.nodes().any(|node| {
            let parent = node.parent().and_then(ElementRef::wrap);
            is_long(node.value()) && parent.is_none_or(|element| is_scored(element.value().name()))
        });
    if is_huge {
        return None;
    }
    let config = Config { disable_json_ld: true, keep_classes: true, ..Config::default() };
    let article = Readability::new(markup, None, Some(config)).ok()?.parse().ok()?;
    let sections = sections::collect(&Html::parse_document(&article.content), true);
    (!sections.is_empty() && prose_bytes(&sections) * 3 >= prose_bytes(whole)).then_some(sections)
}

/// Bytes of the sections that hold at least a sentence, which items of a menu do not.
fn prose_bytes(sections: &[Section]) -> usize {
    let is_prose = |text: &str| text.len() > 60 && text.contains(['.', '!', '?']);
    sections.iter().map(|section| section.text.as_str()).filter(|text| is_prose(text)).map(str::len).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ParagraphKind::{Body, Heading, ListItem, Quote, Verbatim};

    const PROSE: &str = "Der Gemeinderat hat am Montag nach langer Debatte beschlossen, die alte Halle am Fluss zu kaufen \
                         und dort im nächsten Jahr eine Bücherei einzurichten. Das kostet 3,5 Millionen Euro.";

    fn drafted(markup: &str) -> (Option<String>, Vec<(ParagraphKind, String)>) {
        let draft = parse(markup).unwrap();
        let text = |section: Section| match section.kind {
            Verbatim => section.text,
            _ => metadata::one_line(&section.text),
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
        assert!(matches!(parse("<html></html>"), Err(ReadError::NoText)));
        assert!(matches!(parse("<div id=root></div><script src=app.js></script>"), Err(ReadError::Scripted)));
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
