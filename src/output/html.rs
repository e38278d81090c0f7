//! Self-contained HTML: German and English side by side, sentence by sentence; every summary point links to its evidence.
//!
//! One file, no script, nothing from outside: the content security policy forbids both, and admits exactly the style
//! sheet that is built in. All text goes through [`Text`], so none of it can become markup. Without the style sheet the
//! page still reads in order: English first, German after it.

use std::io::{self, Write};

use maud::{DOCTYPE, Escaper, Markup, PreEscaped, Render, html};

use super::layout::{self, Row, clean, rows};
use super::{Format, Part};
use crate::document::{
    Date, Entry, FolderDigest, Language, LeftOut, Mention, Note, Overview, Paragraph, ParagraphKind, Provenance,
    SentenceRef,
};

pub(super) const FORMAT: Format = Format {
    name: "html",
    extension: "html",
    briefing: "index.html",
    about: "bilingual pages for a browser, self-contained, for phone and print too",
    between: "",
    render,
};

/// The style sheet of every page.
const STYLE: &str = include_str!("html.css");

/// SHA-256 of [`STYLE`] in Base64; the test that compares them says what to put here.
const STYLE_DIGEST: &str = "C8KVwyiAwJ56cvLtVWtJq7D2zMTjDXjILW3V3ESvVBo=";

fn render(part: &Part<'_>, out: &mut dyn Write) -> io::Result<()> {
    let markup = match part {
        Part::Page { entry, provenance } => page(entry, provenance),
        Part::Opening(overview) => opening(overview),
        Part::Contents(article) => contents(article),
        Part::Topic { digest, place } => topic(digest, *place),
        Part::Story(article) => story(article),
        Part::Copy(article) => copy(article),
        Part::EndOfStory => PreEscaped("</div></li>".to_owned()),
        Part::EndOfTopic => PreEscaped("</ol>\n".to_owned()),
        Part::BeforeArticles(overview) => before_articles(overview),
        Part::Article { entry, full_text } => article(entry, *full_text),
        Part::AfterArticles(overview) => after_articles(overview),
        Part::LeftOut(entry) => left_out(entry),
        Part::Closing(overview) => closing(overview),
    };
    out.write_all(markup.0.as_bytes())
}

/// Text of the article, the user or the system: escaped, and without control characters.
struct Text<'a>(&'a str);

impl Render for Text<'_> {
    fn render_to(&self, buffer: &mut String) {
        // Writing to a string cannot fail.
        let _ = std::fmt::Write::write_str(&mut Escaper::new(buffer), &clean(self.0));
    }
}

/// Where an article stands: its own page, or among others in the briefing. Decides ids and the level of headings.
#[derive(Clone, Copy)]
enum Place {
    Page,
    Briefing { index: usize },
}

impl Place {
    /// The id of a sentence; no two are the same in a file.
    fn id(self, sentence: SentenceRef) -> String {
        let (paragraph, sentence) = (sentence.paragraph + 1, sentence.sentence + 1);
        match self {
            Self::Page => format!("p{paragraph}-s{sentence}"),
            Self::Briefing { index } => format!("a{}-p{paragraph}-s{sentence}", index + 1),
        }
    }

    /// A heading `below` levels under the article's own.
    fn heading(self, below: usize, text: &Markup) -> Markup {
        let own = match self {
            Self::Page => 1,
            Self::Briefing { .. } => 2,
        };
        match own + below {
            1 => html! { h1 { (text) } },
            2 => html! { h2 { (text) } },
            3 => html! { h3 { (text) } },
            _ => html! { h4 { (text) } },
        }
    }
}

fn head(title: &str) -> Markup {
    let policy = format!("default-src 'none'; style-src 'sha256-{STYLE_DIGEST}'; base-uri 'none'; form-action 'none'");
    html! {
        (DOCTYPE) "\n"
        (PreEscaped("<html lang=\"en\">\n"))
        head {
            "\n" meta charset="utf-8";
            "\n" meta http-equiv="Content-Security-Policy" content=(policy);
            "\n" meta name="viewport" content="width=device-width, initial-scale=1";
            "\n" meta name="color-scheme" content="light dark";
            "\n" meta name="referrer" content="no-referrer";
            "\n" title { (Text(title)) }
            "\n" style { (PreEscaped(STYLE)) }
            "\n"
        }
        (PreEscaped("\n<body>\n"))
    }
}

/// What hides every sentence without a doubt, for a reader who looks through the doubts. The style sheet does it all.
fn only_doubts(doubtful: usize) -> Markup {
    html! {
        @if doubtful > 0 {
            p.only {
                input type="checkbox" id="only-doubts";
                " " label for="only-doubts" { "Show only what may be wrong (" (doubtful) ")" }
            } "\n"
        }
    }
}

fn page(entry: &Entry, provenance: &Provenance) -> Markup {
    let briefing = format!("{}{}", layout::way_up(&entry.page), FORMAT.briefing);
    let left_out = entry.translation.article().left_out();
    html! {
        (head(&entry.english_title()))
        p.back { a href=(briefing) { "← Back to the briefing" } } "\n"
        (only_doubts(entry.translation.sentences().filter(|sentence| sentence.is_doubtful()).count()))
        main {
            article {
                (header(entry, Place::Page))
                (summary(entry, Place::Page, ("", Place::Page)))
                (Place::Page.heading(1, &html! { span.label { "Full text" } }))
                (text(entry, Place::Page))
            } "\n"
            @if !left_out.is_empty() {
                section.after.left-out { h2 { "What was left out" } (passages(left_out)) } "\n"
            }
        } "\n"
        (footer(provenance))
        (PreEscaped("</body>\n</html>\n"))
    }
}

fn opening(overview: &Overview) -> Markup {
    let heading = layout::heading(&overview.provenance);
    html! {
        (head(&format!("{heading} · Depesche")))
        a.skip href="#articles" { "Skip to the articles" } "\n"
        header.masthead {
            p.label { "Depesche" }
            h1 { (heading) }
            p.counts { (layout::counts(overview).join(" · ").replace(' ', "\u{a0}").replace("\u{a0}·\u{a0}", " · ")) }
        } "\n"
        (only_doubts(overview.doubtful))
        @if let Some(digest) = &overview.digest { (lead(digest)) }
        @if overview.articles > 0 {
            (PreEscaped("<nav class=\"contents\" aria-labelledby=\"contents\">"))
            h2.label id="contents" { "Contents" } "\n"
            @if overview.digest.is_none() { (PreEscaped("<ol>\n")) }
        }
    }
}

/// The main points of the folder.
fn lead(digest: &FolderDigest) -> Markup {
    html! {
        @if !digest.lead.is_empty() {
            section.summary.lead {
                h2 { span.label { "In short" } }
                ul {
                    @for highlight in &digest.lead {
                        @let article = &highlight.article;
                        @let page = format!("{}.{}", layout::url(&article.page), FORMAT.extension);
                        "\n" li {
                            p {
                                (Text(&highlight.english)) " "
                                a.source href={ "#a" (article.index + 1) } { (Text(&article.english_title)) }
                            }
                            div {
                                p.evidence {
                                    span lang="de" { (Text(&highlight.german)) }
                                    // Of the texts the page has them all, the briefing perhaps not.
                                    @for place in &highlight.evidence {
                                        " " a.place href={ (page) "#" (Place::Page.id(*place)) } { (layout::place(*place)) }
                                    }
                                }
                            }
                        }
                    }
                }
            } "\n"
        }
    }
}

/// The head of a topic and the beginning of its list, which [`Part::EndOfTopic`] ends.
fn topic(digest: &FolderDigest, place: usize) -> Markup {
    html! {
        @if let Some(name) = layout::topic_name(digest, place) { h3 { (Text(&name)) } "\n" }
        (PreEscaped("<ol>"))
    }
}

/// A link to an article, with its German title, source and date. Copies may follow: [`Part::EndOfStory`] ends it.
fn story(article: &Mention) -> Markup {
    html! {
        (PreEscaped("\n<li>"))
        span.number aria-hidden="true" { (article.index + 1) }
        (PreEscaped("<div>"))
        p { a href={ "#a" (article.index + 1) } { (Text(&article.english_title)) } }
        @if let Some(title) = &article.german_title { p lang="de" { (Text(title)) } }
        p.source { (Text(&article.source)) (day(article.date)) }
    }
}

fn copy(copy: &Mention) -> Markup {
    html! {
        p.source {
            "nearly the same: "
            a href={ "#a" (copy.index + 1) } { (copy.index + 1) " · " (Text(&copy.english_title)) }
            " · " (Text(&copy.source)) (day(copy.date))
        }
    }
}

/// The day behind the source of an article.
fn day(date: Option<Date>) -> Markup {
    html! { @if let Some(date) = date { " · " time datetime=(date) { (layout::date(date)) } } }
}

fn contents(article: &Mention) -> Markup {
    let number = article.index + 1;
    html! {
        li {
            span.number aria-hidden="true" { (number) }
            div {
                p { a href={ "#a" (number) } { (Text(&article.english_title)) } }
                @if let Some(title) = &article.german_title { p lang="de" { (Text(title)) } }
                p.source { (Text(&article.source)) }
            }
        } "\n"
    }
}

fn before_articles(overview: &Overview) -> Markup {
    html! {
        @if overview.articles > 0 {
            @if overview.digest.is_none() { (PreEscaped("</ol>")) }
            (PreEscaped("</nav>\n"))
        }
        (PreEscaped("<main id=\"articles\" class=\"briefing\">\n"))
    }
}

fn article(entry: &Entry, full_text: bool) -> Markup {
    let place = Place::Briefing { index: entry.index };
    let page = format!("{}.{}", layout::url(&entry.page), FORMAT.extension);
    let text_at = if full_text { ("", place) } else { (page.as_str(), Place::Page) };
    html! {
        article id={ "a" (entry.index + 1) } {
            (header(entry, place))
            (summary(entry, place, text_at))
            @if full_text {
                // Without a summary the text is all there is.
                details open[entry.summary.is_none()] {
                    summary { (place.heading(1, &html! { "Full text, German and English" })) }
                    (text(entry, place))
                    p.place.own-page { a href=(page) { "This article on a page of its own" } }
                }
            } @else {
                p { a href=(page) { "Full text, German and English" } }
            }
        } "\n"
    }
}

/// Headlines and source.
fn header(entry: &Entry, place: Place) -> Markup {
    let article = entry.translation.article();
    let title_notes = entry.translation.title().map_or(&[][..], |title| &title.notes);
    let language = entry.translation.title().map_or(Language::GERMAN, |title| title.language);
    html! {
        header {
            p.source { (Text(article.source())) (day(entry.date)) }
            (place.heading(0, &html! { (Text(&entry.english_title())) }))
            @if let Some(title) = article.title() { p.original lang=(language.tag) { (Text(title)) } }
            (notes(ParagraphKind::Heading, title_notes))
            @if let Some(foreign) = layout::foreign(entry) { p.foreign { (Text(&foreign)) } }
        } "\n"
    }
}

/// The summary, its evidence linked to where the text stands: a file (empty: this one) and a place in it.
fn summary(entry: &Entry, place: Place, text: (&str, Place)) -> Markup {
    let Some(summary) = &entry.summary else { return Markup::default() };
    let (file, text_place) = text;
    html! {
        section.summary {
            (place.heading(1, &html! { span.label { "Summary" } }))
            @if summary.points.is_empty() { p { "Nothing in this article could be quoted." } }
            ul {
                @for point in &summary.points {
                    "\n" li {
                        div {
                            p {
                                (Text(point.english()))
                                @if let Some(note) = point.origin().note() { " " span.note { (note) } }
                            }
                            @if let Some(written) = point.written() { p.written lang="de" { (Text(written)) } }
                        }
                        div {
                            @for evidence in point.evidence() {
                                @if let Some((german, _)) = entry.translation.sentence(evidence.paragraph, evidence.sentence) {
                                    p.evidence {
                                        span lang="de" { (Text(german)) } " "
                                        a.place href={ (file) "#" (text_place.id(*evidence)) } { (layout::place(*evidence)) }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        } "\n"
    }
}

/// The bilingual text.
fn text(entry: &Entry, place: Place) -> Markup {
    let paragraphs: Vec<_> = entry.translation.pairs().enumerate().collect();
    // List items that follow each other are one list.
    let runs = paragraphs.chunk_by(|(_, (one, _)), (_, (other, _))| {
        (one.kind(), other.kind()) == (ParagraphKind::ListItem, ParagraphKind::ListItem)
    });
    html! {
        div.text {
            "\n" div.columns aria-hidden="true" { span.label { "German" } span.label { "English" } } "\n"
            @for run in runs {
                @let items = html! {
                    @for (number, (paragraph, translated)) in run {
                        (block(*number, paragraph, &rows(paragraph, translated), place))
                    }
                };
                @match run {
                    [(_, (paragraph, _)), ..] if paragraph.kind() == ParagraphKind::ListItem => { ul { "\n" (items) } "\n" },
                    _ => (items),
                }
            }
        } "\n"
    }
}

/// One paragraph of the bilingual text.
fn block(paragraph: usize, german: &Paragraph, rows: &[Row<'_>], place: Place) -> Markup {
    let kind = german.kind();
    let id = |sentence| place.id(SentenceRef { paragraph, sentence });
    let number = html! { span.number aria-hidden="true" { (paragraph + 1) } };
    let pairs = html! {
        @for row in rows {
            "\n" div.pair.doubt[row.notes.iter().any(|note| note.flag.is_doubt())] id=(id(row.sentence)) {
                @let english = html! {
                    @if row.english.trim().is_empty() { "—" } @else { (Text(row.english)) }
                    (notes(kind, row.notes))
                };
                // What is left as it is has its own language on this side too.
                @let lang = (row.english == row.german && row.language != Language::GERMAN).then_some(row.language.tag);
                @if kind == ParagraphKind::Heading {
                    @match place {
                        Place::Page => h3.en lang=[lang] { (english) },
                        Place::Briefing { .. } => h4.en lang=[lang] { (english) },
                    }
                } @else {
                    p.en lang=[lang] { (english) }
                }
                p.original lang=(row.language.tag) { (Text(row.german)) }
            }
        }
        "\n"
    };
    html! {
        @match kind {
            ParagraphKind::Heading => div.paragraph.heading { (number) (pairs) },
            ParagraphKind::Body => div.paragraph { (number) (pairs) },
            ParagraphKind::ListItem => li.paragraph.list-item { (number) (pairs) },
            ParagraphKind::Quote => blockquote.paragraph.quote { (number) (pairs) },
            ParagraphKind::Verbatim => div.paragraph {
                (number)
                // Shown once and whole; an id for every sentence, so that no link leads nowhere.
                @for row in rows.iter().skip(1) { span id=(id(row.sentence)) {} }
                pre id=(id(0)) tabindex="0" { (Text(german.text())) }
            },
        }
        "\n"
    }
}

/// What the reader should know of a sentence.
fn notes(kind: ParagraphKind, notes: &[Note]) -> Markup {
    html! {
        @for note in layout::notes(kind, notes) {
            " " span.note title=[note.reason.as_deref().map(clean)] { (Text(&layout::note(note))) }
        }
    }
}

fn after_articles(overview: &Overview) -> Markup {
    html! {
        @if overview.articles == 0 { p.nothing { "There are no articles." } "\n" }
        @if !overview.failures.is_empty() {
            section.after {
                h2 { "What failed" }
                ul {
                    @for failure in &overview.failures {
                        "\n" li {
                            p.source { (Text(&failure.source)) }
                            p { (Text(&failure.error)) }
                            @if let Some(hint) = &failure.hint { p.rule { "Hint: " (Text(hint)) } }
                        }
                    }
                }
            } "\n"
        }
        @if overview.left_out > 0 {
            (PreEscaped("<section class=\"after left-out\"><h2>What was left out</h2>\n"))
        }
    }
}

fn left_out(entry: &Entry) -> Markup {
    let left_out = entry.translation.article().left_out();
    html! {
        @if !left_out.is_empty() {
            details {
                summary { (Text(&entry.english_title())) " · " (layout::count(left_out.len(), "passage")) }
                (passages(left_out))
            } "\n"
        }
    }
}

fn passages(left_out: &[LeftOut]) -> Markup {
    html! {
        ul {
            @for passage in left_out {
                "\n" li {
                    p lang="de" { (Text(&passage.text)) }
                    p.rule { "rule " code { (passage.rule) } }
                }
            }
        }
    }
}

fn closing(overview: &Overview) -> Markup {
    html! {
        @if overview.left_out > 0 { (PreEscaped("</section>\n")) }
        (PreEscaped("</main>\n"))
        (footer(&overview.provenance))
        (PreEscaped("</body>\n</html>\n"))
    }
}

fn footer(provenance: &Provenance) -> Markup {
    let facts = layout::facts(provenance);
    html! {
        @if !facts.is_empty() {
            footer {
                h2 { "How this was made" }
                dl {
                    @for (name, value) in &facts { "\n" dt { (Text(name)) } dd { (Text(value)) } }
                }
            } "\n"
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use scraper::{Html, Selector};
    use sha2::{Digest, Sha256};

    use super::*;
    use crate::document::Briefing;
    use crate::document::canned::{self, CANNED};
    use crate::output;

    fn briefing(briefing: &Briefing, full_text: bool) -> String {
        let mut bytes = Vec::new();
        output::render(&FORMAT, briefing, full_text, &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    /// Every file that the canned briefings give: the briefings with and without full text, and the pages.
    fn files() -> Vec<(String, String)> {
        let mut files = Vec::new();
        for (name, canned) in CANNED {
            let canned = canned();
            files.push((format!("{name} with full text"), briefing(&canned, true)));
            files.push((format!("{name} without full text"), briefing(&canned, false)));
            for entry in &canned.entries {
                let page = page(entry, &canned.overview.provenance).0;
                files.push((format!("{name} page {}", entry.index + 1), page));
            }
        }
        files
    }

    fn select(document: &Html, selector: &str) -> Vec<String> {
        document.select(&Selector::parse(selector).unwrap()).map(|element| element.text().collect()).collect()
    }

    fn attributes(document: &Html, name: &str) -> Vec<String> {
        let selector = Selector::parse(&format!("[{name}]")).unwrap();
        document.select(&selector).filter_map(|element| element.attr(name)).map(str::to_owned).collect()
    }

    #[test]
    fn the_policy_admits_the_style_sheet() {
        let digest = STANDARD.encode(Sha256::digest(STYLE));
        assert_eq!(STYLE_DIGEST, digest, "put the right value into STYLE_DIGEST");
    }

    #[test]
    fn every_tag_is_closed_where_it_was_opened() {
        const VOID: [&str; 3] = ["meta", "input", "!DOCTYPE"];
        for (name, file) in files() {
            let mut open: Vec<&str> = Vec::new();
            // Nothing but tags may hold a raw `<`: all text is escaped.
            for tag in file.split('<').skip(1) {
                let tag = &tag[..tag.find('>').unwrap_or_else(|| panic!("{name}: <{tag}"))];
                if let Some(closed) = tag.strip_prefix('/') {
                    assert_eq!(open.pop(), Some(closed), "{name}");
                } else {
                    let opened = tag.split_whitespace().next().unwrap();
                    if !VOID.contains(&opened) {
                        open.push(opened);
                    }
                }
            }
            assert!(open.is_empty(), "{name}: {open:?}");
        }
    }

    #[test]
    fn a_parser_has_nothing_to_repair() {
        for (name, file) in files() {
            // A parser that meets a tag where it may not stand closes others, and opens new ones at the next end tag.
            let elements = Html::parse_document(&file).select(&Selector::parse("*").unwrap()).count();
            let written = file.split('<').skip(1).filter(|tag| !tag.starts_with(['/', '!'])).count();
            assert_eq!(elements, written, "{name}");
        }
    }

    #[test]
    fn no_text_becomes_markup() {
        for (name, file) in files() {
            let document = Html::parse_document(&file);
            for forbidden in
                ["script", "img", "b", "i", "u", "iframe", "link", "object", "[onerror]", "[onmouseover]", "[style]"]
            {
                assert!(select(&document, forbidden).is_empty(), "{name}: {forbidden}");
            }
            for href in attributes(&document, "href") {
                assert!(!href.contains(':'), "{name}: {href}");
            }
            assert!(attributes(&document, "src").is_empty(), "{name}");
        }
    }

    #[test]
    fn every_sentence_is_seen_as_it_is() {
        for (name, canned) in CANNED {
            let canned = canned();
            let document = Html::parse_document(&briefing(&canned, true));
            let texts: BTreeSet<_> = select(&document, ".pair p, .pair h4, pre").into_iter().collect();
            for (paragraph, translated) in canned.entries.iter().flat_map(|entry| entry.translation.pairs()) {
                for row in rows(paragraph, translated) {
                    let german = clean(row.german).into_owned();
                    assert!(texts.contains(&german), "{name}: {german}");
                    let english = clean(row.english);
                    assert!(texts.iter().any(|text| text.starts_with(&*english)), "{name}: {english}");
                }
            }
        }
    }

    #[test]
    fn ids_are_unique_and_every_link_within_the_file_leads_somewhere() {
        for (name, file) in files() {
            let document = Html::parse_document(&file);
            let ids = attributes(&document, "id");
            let unique: BTreeSet<_> = ids.iter().cloned().collect();
            assert_eq!(ids.len(), unique.len(), "{name}");
            for target in attributes(&document, "href").iter().filter_map(|href| href.strip_prefix('#')) {
                assert!(unique.contains(target), "{name}: {target}");
            }
        }
    }

    #[test]
    fn headings_go_down_one_level_at_a_time() {
        for (name, file) in files() {
            let document = Html::parse_document(&file);
            let mut level = 0;
            for heading in document.select(&Selector::parse("h1, h2, h3, h4, h5, h6").unwrap()) {
                let next: usize = heading.value().name()[1..].parse().unwrap();
                assert!(next <= level + 1, "{name}: h{level} is followed by h{next}");
                level = next;
            }
        }
    }

    #[test]
    fn german_is_marked_as_german() {
        let document = Html::parse_document(&briefing(&canned::ordinary(), true));
        let german = select(&document, "[lang=de]").join("\n");
        for (paragraph, _) in canned::ordinary().entries.iter().flat_map(|entry| entry.translation.pairs()) {
            if paragraph.kind() == ParagraphKind::Heading {
                assert!(german.contains(paragraph.text()), "{}", paragraph.text());
            }
        }
    }

    #[test]
    fn nothing_comes_from_outside() {
        for (name, file) in files().into_iter().filter(|(name, _)| !name.starts_with("nasty")) {
            for outside in ["http:", "https:", "url(", "@import", "<script", "<link"] {
                assert!(!file.contains(outside), "{name}: {outside}");
            }
        }
    }
}
