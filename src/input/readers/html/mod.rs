//! HTML → draft: the article of a saved page without its menus, forms and scripts.
//!
//! The readability crate chooses the main text, and `article.rs` adds what it missed: the standfirst, and paragraphs that
//! stand on the page as those do that were chosen. Where it finds too little, as on short pages, the whole page is taken
//! without its furniture. Prose on the page that is not taken is listed as left out.
//!
//! Promises: any input is read without recursion, in time that grows linearly with its length. Scripts never run, and
//! nothing is loaded.

mod article;
mod block_elements;
mod blocks;
pub(super) mod content;
mod furniture;
mod json_ld;
mod markup;
mod metadata;

use dom_smoothie::{Config, Readability};
use scraper::{ElementRef, Html, Node, Selector};

use blocks::Block;

use super::super::encoding::declared_in_markup;
use super::super::input_format::InputFormat;
use super::super::source::{ReadError, Source};
use super::super::text;
use super::plain_text;
use crate::document::{ArticleDraft, ParagraphKind, Section};
use furniture::ElementRole;
use metadata::is_outlet;

/// HTML.
pub(super) const INPUT_FORMAT: InputFormat = InputFormat {
    name: "HTML",
    extensions: &["html", "htm", "xhtml"],
    shared_extensions: &[],
    about: "the main text of a saved page, without menus, forms and scripts",
    sniff: |beginning| is_page(&text::decode_beginning(beginning)),
    split: None,
    unpack: None,
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
    let page = Html::parse_fragment(&markup::flatten(fragment));
    blocks::collect_blocks(&page, false).into_iter().map(|block| block.section).collect()
}

/// The paragraphs of a whole page, such as a chapter of a book. Only what never holds text is taken for furniture.
pub(super) fn sections_of_page(page: &str) -> Vec<Section> {
    let page = Html::parse_document(&markup::flatten(page));
    let sections = blocks::collect_blocks(&page, false).into_iter().map(|block| block.section);
    sections.map(|section| Section { text: section.text.replace(blocks::KICKER_END, ": "), ..section }).collect()
}

fn read(source: &mut Source) -> Result<ArticleDraft, ReadError> {
    parse(&text::decode(source, declared_in_markup)?)
}

/// The article of the page `text`, which is decoded and clean.
///
/// # Errors
/// If there is no text.
pub(super) fn parse(text: &str) -> Result<ArticleDraft, ReadError> {
    let flat = markup::flatten(text);
    let page = Html::parse_document(&flat);
    let mut all = blocks::collect_blocks(&page, true);
    if !all.iter().any(|block| block.role == ElementRole::Content) {
        // Everything looked like furniture. All of it is better than nothing.
        all = blocks::collect_blocks(&page, false);
    }
    if all.is_empty() {
        let has_script = Selector::parse("script").is_ok_and(|script| page.select(&script).next().is_some());
        return Err(if has_script { ReadError::Scripted } else { ReadError::NoText });
    }
    let described = metadata::describe(&page, &all);
    let main_text = main_text(&flat, &page, &all);
    let mut article = article::choose(all, main_text.as_deref(), described.title.as_deref());
    // A mail or a text file that was wrapped in a page as it is.
    if let [Section { kind: ParagraphKind::Verbatim, text: verbatim }] = article.sections.as_slice() {
        let plain = plain_text::parse(verbatim)?;
        let title = described.title.or(plain.title);
        return Ok(ArticleDraft { title, sections: plain.sections, left_out: article.left_out, ..described });
    }
    let known_author = described.author.as_deref().filter(|author| !is_outlet(author, described.outlet.as_deref()));
    let stated = article::take_bylines(&mut article, known_author);
    let author = known_author.map(str::to_owned).or(stated.author).or_else(|| described.author.clone());
    let published = described.published.or(stated.day);
    Ok(ArticleDraft { sections: article.sections, left_out: article.left_out, author, published, ..described })
}

/// What the readability crate takes for the article. `None` if it finds nothing, or less than a third of the prose among
/// the blocks of the page: then it is more likely that it missed the article than that two thirds are furniture.
fn main_text(markup: &str, page: &Html, all: &[Block]) -> Option<Vec<Section>> {
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
    let chosen = blocks::collect_blocks(&Html::parse_document(&article.content), true);
    let is_content = |block: &&Block| block.role == ElementRole::Content;
    let prose_bytes = |blocks: &[Block]| -> usize {
        blocks.iter().filter(is_content).filter(|block| block.is_prose()).map(|block| block.section.text.len()).sum()
    };
    let is_enough = prose_bytes(&chosen) * 3 >= prose_bytes(all);
    let sections: Vec<_> = chosen.into_iter().filter(|block| is_content(&block)).map(|block| block.section).collect();
    (!sections.is_empty() && is_enough).then_some(sections)
}

#[cfg(test)]
mod tests {
    use super::super::super::characters::one_line;
    use super::*;
    use ParagraphKind::{Body, Heading, ListItem, Quote, Verbatim};

    const PROSE: &str = "Der Gemeinderat hat am Montag nach langer Debatte beschlossen, die alte Halle am Fluss zu kaufen \
                         und dort im nächsten Jahr eine Bücherei einzurichten. Das kostet 3,5 Millionen Euro.";

    fn drafted(markup: &str) -> (Option<String>, Vec<(ParagraphKind, String)>) {
        let draft = parse(markup).unwrap();
        let text = |section: Section| match section.kind {
            Verbatim => section.text,
            _ => one_line(&section.text),
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
    fn what_only_screen_readers_miss_is_read_or_listed() {
        let page = format!(
            "<article><h1>Halle</h1><p><span aria-hidden=true>D</span>ie Halle ist <i aria-hidden=true>arrow_forward</i>da. {PROSE}</p>\
             <div aria-hidden=true><p>{PROSE} Das ist verschleiert.</p></div><p>{PROSE} Ende.</p><div class=promo>Kurze Werbung</div>\
             <p>{PROSE}</p></article>"
        );
        let draft = parse(&page).unwrap();
        assert!(one_line(&draft.sections[0].text).starts_with("Die Halle ist da. Der"), "{draft:?}");
        let listed: Vec<&str> = draft.left_out.iter().map(|passage| passage.text.as_str()).collect();
        assert!(listed.iter().any(|text| text.ends_with("Das ist verschleiert.")), "{listed:?}");
        assert!(listed.contains(&"Kurze Werbung"), "{listed:?}");
    }

    #[test]
    fn items_of_numbered_lists_have_their_numbers() {
        check(
            "<p>So geht es.</p><ol start=3><li>Dach<ul><li>Ziegel</ul><li><p>Fenster</p><p>Glas</p><li value=9>Tür<li></ol>\
             <ol reversed><li>Platz</ol><ol><li><div>Eintrag</div></ol>",
            None,
            &[
                (Body, "So geht es."),
                (ListItem, "3. Dach"),
                (ListItem, "Ziegel"),
                (ListItem, "4. Fenster"),
                (ListItem, "Glas"),
                (ListItem, "9. Tür"),
                (ListItem, "Platz"),
                (ListItem, "Eintrag"),
            ],
        );
    }

    #[test]
    fn bylines_in_the_text_are_metadata() {
        let page = |head: &str, lines: &str, end: &str| {
            format!(
                "<head>{head}</head><article><h1>Halle gekauft</h1>{lines}<p>{PROSE}</p><p>{PROSE}</p>{end}</article>"
            )
        };
        let meta = |name: &str| {
            format!("<meta name=author content='{name}'><meta property=og:site_name content='Ahlhauser Bote'>")
        };
        for (markup, author, day, listed) in [
            (page("", "<p>Von Jana Ohm, Ulm</p>", ""), Some("Jana Ohm"), None, vec!["Von Jana Ohm, Ulm"]),
            (page(&meta("Ahlhauser Bote"), "<p>Von Jana Ohm</p>", ""), Some("Jana Ohm"), None, vec!["Von Jana Ohm"]),
            (
                page(&meta("AB"), "<p>3. Mai 2024, 18 Uhr</p>", ""),
                Some("AB"),
                Some("2024-05-03"),
                vec!["3. Mai 2024, 18 Uhr"],
            ),
            (
                page(&meta("Jana Ohm"), "", "<p>Jana Ohm</p><p>Von Haus zu Haus</p>"),
                Some("Jana Ohm"),
                None,
                vec!["Jana Ohm"],
            ),
            (page(&meta("j.ohm@bote.example"), "", ""), None, None, vec![]),
            (page("", "", "<h2>3. Mai 2024</h2><p>Der Bau beginnt.</p>"), None, None, vec![]),
        ] {
            let draft = parse(&markup).unwrap();
            assert_eq!(draft.author.as_deref(), author, "{markup}");
            assert_eq!(draft.published.map(|day| day.to_string()).as_deref(), day, "{markup}");
            let found: Vec<&str> = draft.left_out.iter().map(|passage| passage.text.as_str()).collect();
            assert_eq!(found, listed, "{markup}");
        }
    }

    #[test]
    fn outlet_and_author_are_names_whatever_the_page_puts_in_their_place() {
        let json = |publisher: &str| {
            format!(
                r#"<script type="application/ld+json">{{"@type":"NewsArticle","publisher":{{"name":"{publisher}"}},"author":{{"name":"{publisher}"}}}}</script>"#
            )
        };
        let site = "<meta property=og:site_name content='Der Bote'>";
        for (head, outlet, author) in [
            (json("Bote GmbH &amp; Co. KG"), Some("Bote GmbH & Co. KG"), Some("Jana Ohm")),
            (json("https://www.bote.example/"), Some("bote.example"), Some("Jana Ohm")),
            (json("https://www.bote.example/") + site, Some("Der Bote"), Some("Jana Ohm")),
            (json("Blogger") + site, Some("Der Bote"), Some("Blogger")),
            (
                json("Der Bote")
                    + "<meta name=twitter:label1 content='Verfasst von'><meta name=twitter:data1 content='Kai Lund'>",
                Some("Der Bote"),
                Some("Kai Lund"),
            ),
        ] {
            let body = "<article><h1>Halle</h1><p>von <a href='/autoren/jana-ohm'>Jana Ohm</a></p>";
            let draft = parse(&format!(
                "<head>{head}</head>{body}<p>{PROSE}</p></article><article><a href='/autor/x'>Eva Lang</a></article>"
            ))
            .unwrap();
            assert_eq!((draft.outlet.as_deref(), draft.author.as_deref()), (outlet, author), "{head}");
        }
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

    /// A page with `body` within its article, after the headline.
    fn page(body: &str) -> String {
        format!("<title>Halle gekauft</title><main><article><h1>Halle gekauft</h1>{body}</article></main>")
    }

    fn texts(draft: &ArticleDraft) -> Vec<String> {
        draft.sections.iter().map(|section| one_line(&section.text)).collect()
    }

    fn left_out(draft: &ArticleDraft) -> Vec<(&str, String)> {
        draft.left_out.iter().map(|passage| (passage.rule.as_str(), one_line(&passage.text))).collect()
    }

    const MORE: [&str; 4] = [
        "Gegen den Standort hatten Anwohner aus der Gartenstraße mehr als 800 Unterschriften gesammelt. Sie fürchten Lärm.",
        "Ein Gutachten des Landesamts kommt zu dem Schluss, dass der Umbau keinen Lärm macht, solange die Fenster zu sind.",
        "Die Bürgermeisterin nannte den Beschluss einen Meilenstein. Die Stadt werde damit als erste im Land ein Haus der Bücher haben.",
        "Im Herbst will der Rat außerdem über ein Parkhaus entscheiden. Dafür liegen drei Entwürfe vor, die alle Bäume kosten.",
    ];

    fn paragraphs(texts: &[&str]) -> String {
        texts.iter().map(|text| format!("<p>{text}</p>")).collect()
    }

    #[test]
    fn the_standfirst_is_the_first_paragraph() {
        let standfirst = "Ein Haus am Fluss soll Bücher und Menschen zusammenbringen. Was es kostet, ist noch offen.";
        let text = paragraphs(&[PROSE, MORE[0], MORE[1], MORE[2]]);
        for before in [
            format!(
                "<header><span class=kicker>Kultur</span><h1>Halle gekauft</h1><p class=lead>{standfirst}</p></header>"
            ),
            format!("<header><h1>Halle gekauft</h1><h2>{standfirst}</h2><p>Von Jana Ohm</p></header>"),
            format!("<h1>Halle gekauft</h1><div class=intro><div>{standfirst}</div><ul><li><a href=a>a</a></ul></div>"),
        ] {
            let markup =
                format!("<title>Halle gekauft</title><main><article>{before}<div class=body>{text}</div></article>");
            let draft = parse(&markup).unwrap();
            let found = texts(&draft);
            let at = |wanted: &str| found.iter().position(|text| text == wanted);
            assert!(at(standfirst).is_some() && at(standfirst) < at(PROSE), "{before}: {found:?}");
        }
    }

    #[test]
    fn an_article_may_stand_in_two_containers() {
        let items = |texts: &[&str]| -> String {
            texts.iter().map(|it| format!("<div class=item><p>{it}</p></div>")).collect()
        };
        let first = items(&[PROSE, MORE[0], MORE[1]]);
        let second = items(&[MORE[2], MORE[3]]);
        let teasers =
            "<aside><h3>Mehr</h3><ul><li><a href=x>Freibad öffnet</a><li><a href=y>Bücherei zu</a></ul></aside>";
        let box_of = |items: &str| {
            format!("<div class=rel><div class=flex><div class=stream>{items}</div>{teasers}</div></div>")
        };
        let draft = parse(&page(&format!("{}{}", box_of(&first), box_of(&second)))).unwrap();
        assert_eq!(texts(&draft), [PROSE, MORE[0], MORE[1], MORE[2], MORE[3]]);
    }

    #[test]
    fn a_name_that_marks_the_whole_text_does_not_make_it_furniture() {
        for mark in
            ["class='content paywall'", "class=promo", "aria-hidden=true", "hidden", "id=related", "role=banner"]
        {
            let draft = parse(&page(&format!("<p>{PROSE}</p><div {mark}>{}</div>", paragraphs(&MORE)))).unwrap();
            assert_eq!(texts(&draft), [PROSE, MORE[0], MORE[1], MORE[2], MORE[3]], "{mark}");
            let draft = parse(&page(&format!("{}<div {mark}><p>Jetzt ein Abo!</p></div>", paragraphs(&MORE)))).unwrap();
            assert_eq!(texts(&draft), MORE, "{mark}");
        }
    }

    #[test]
    fn prose_that_is_not_taken_is_listed() {
        let teaser = "Das Freibad öffnet wegen einer Baustelle erst im Juni, teilte die Stadt am Montag mit.";
        let after = format!("<section class=more><h2>Aus dem Ressort</h2><h3>Freibad zu</h3><p>{teaser}</p></section>");
        let markup = page(&paragraphs(&[PROSE, MORE[0], MORE[1]])).replace("</main>", &format!("{after}</main>"));
        let draft = parse(&markup).unwrap();
        assert_eq!(texts(&draft), [PROSE, MORE[0], MORE[1]]);
        assert_eq!(left_out(&draft), [("outside-article", teaser.to_owned())]);
    }

    #[test]
    fn captions_are_listed_and_not_read() {
        let figure = "<figure><img src=a.jpg><figcaption>Die Halle am Fluss. Foto: Jana Ohm</figcaption></figure>";
        let draft = parse(&page(&format!("{figure}{}", paragraphs(&MORE)))).unwrap();
        assert_eq!(texts(&draft), MORE);
        assert_eq!(left_out(&draft), [("caption", "Die Halle am Fluss. Foto: Jana Ohm".to_owned())]);
    }

    #[test]
    fn marks_mean_what_they_mean() {
        for (markup, text) in [
            ("Die Stadt hat 41.230<sup>2</sup> Einwohner.", "Die Stadt hat 41.230 Einwohner."),
            ("Das spart 10<sup>6</sup> Watt.", "Das spart 10⁶ Watt."),
            ("Das sind 10<sup>-12</sup> Meter.", "Das sind 10⁻¹² Meter."),
            ("Auf 30 m<sup>2</sup> wohnt er.", "Auf 30 m² wohnt er."),
            ("Am Fluss<sup>[3]</sup> ist es still<sup>*</sup>.", "Am Fluss ist es still."),
            ("Der 1<sup>er</sup> Preis.", "Der 1er Preis."),
            ("<sup>2</sup> Stand: Ende 2023", "Stand: Ende 2023"),
            ("Es kamen <del>3</del> <ins>5</ins> Leute für <s>2,1</s> 2,4 Euro.", "Es kamen 5 Leute für 2,4 Euro."),
            (
                "Auf ihrer <a href=x>Seite<span class=sr-only>Link öffnet</span></a> steht es.",
                "Auf ihrer Seite steht es.",
            ),
            ("<span class=drop-cap>D</span>ie Halle.", "Die Halle."),
            ("<span>Stand 18:50 Uhr</span><span>Lesedauer 4 Min.</span>", "Stand 18:50 Uhr Lesedauer 4 Min."),
            ("Im H<sub>2</sub>O", "Im H2O"),
        ] {
            let draft = parse(&format!("<p>{markup}")).unwrap();
            assert_eq!(texts(&draft), [text], "{markup}");
        }
        let struck = parse("<p>Es kamen <del>3</del> 5 Leute.<p><del>Und niemand sonst.</del>").unwrap();
        assert_eq!(
            left_out(&struck),
            [("struck-out", "3".to_owned()), ("struck-out", "Und niemand sonst.".to_owned())]
        );
    }

    #[test]
    fn a_kicker_is_not_glued_to_the_title() {
        let markup = |head: &str| {
            format!(
                "<title>{head}</title><h1><span class=kicker>Kultur in Ulm</span><span>Halle gekauft</span></h1>{}",
                paragraphs(&MORE)
            )
        };
        let draft = parse(&markup("Halle gekauft | Der Bote")).unwrap();
        assert_eq!(draft.title.as_deref(), Some("Halle gekauft"));
        assert_eq!(
            (texts(&draft), left_out(&draft)),
            (MORE.map(str::to_owned).to_vec(), vec![("kicker", "Kultur in Ulm".into())])
        );
        let draft = parse(&markup("Der Bote")).unwrap();
        assert_eq!(draft.title.as_deref(), Some("Kultur in Ulm: Halle gekauft"));
        assert_eq!(texts(&draft), MORE);
    }

    #[test]
    fn a_page_says_when_by_whom_and_where_it_was_published() {
        let json_ld = r#"<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2024-05-07T18:50:00+02:00",
            "dateModified":"2024-05-08","author":[{"name":"Jana Ohm"},{"name":"Kai Lund"}],"publisher":{"name":"Der Bote"}}</script>"#;
        let meta = "<meta property='article:published_time' content='2024-05-06'><meta name=author content='Eva Lang'>\
                    <meta property='og:site_name' content='Bote Online'><link rel=canonical href='https://bote.example/halle'>\
                    <meta property='article:modified_time' content='2024-05-09T08:00'>";
        let read = |head: &str| {
            let draft = parse(&format!("{head}{}", page(&paragraphs(&MORE)))).unwrap();
            let day = |date: Option<crate::document::Date>| date.map(|date| date.to_string()).unwrap_or_default();
            let [outlet, author, url] = [draft.outlet, draft.author, draft.url].map(Option::unwrap_or_default);
            [day(draft.published), day(draft.updated), outlet, author, url]
        };
        assert_eq!(read(json_ld), ["2024-05-07", "2024-05-08", "Der Bote", "Jana Ohm, Kai Lund", ""]);
        assert_eq!(read(meta), ["2024-05-06", "2024-05-09", "Bote Online", "Eva Lang", "https://bote.example/halle"]);
        let both = ["2024-05-07", "2024-05-08", "Der Bote", "Jana Ohm, Kai Lund", "https://bote.example/halle"];
        assert_eq!(read(&format!("{meta}{json_ld}")), both);
        let bad = "<link rel=canonical href='javascript:alert(1)'><meta property='og:url' content='/halle'>\
                   <meta name=author content='https://bote.example/eva'>";
        assert_eq!(read(bad), [""; 5]);
    }

    #[test]
    fn the_time_of_the_article_is_not_that_of_a_ticker() {
        let time = |day: &str| format!("<time datetime='{day}T10:00'>{day}</time>");
        let day = |markup: &str| parse(markup).unwrap().published.map(|date| date.to_string());
        let text = paragraphs(&MORE);
        let ticker = format!("<div class=ticker><a href=x>Sport</a> {}</div>", time("2021-01-01"));
        let teaser = format!("<article><h2>Sport</h2>{}</article>", time("2021-01-02"));
        let article = format!("<article><h1>Halle</h1><p>{}</p>{text}</article>", time("2024-05-07"));
        for markup in [
            format!("{ticker}{article}"),
            format!("{teaser}{article}"),
            format!("{ticker}{article}{teaser}"),
            format!("<h1>Halle</h1>{}{text}{teaser}", time("2024-05-07")),
        ] {
            assert_eq!(day(&markup).as_deref(), Some("2024-05-07"), "{markup}");
        }
    }

    #[test]
    fn many_of_anything_are_read_in_linear_time() {
        for unit in ["<h1>Titel</h1><p>Text.", "a<sup>2</sup>", "<p><s>weg</s>da", "<span>Wort</span><span>Wort</span>"]
        {
            let draft = parse(&unit.repeat(20_000)).unwrap();
            assert!(!draft.sections.is_empty(), "{unit}");
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
