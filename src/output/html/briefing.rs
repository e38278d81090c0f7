//! The briefing: main points, table of contents, articles, failures and passages that were left out.

use std::io::{self, Write};

use maud::{Markup, html};

use super::super::changes;
use super::super::layout::{self, ShownVersion};
use super::super::view::BriefingView;
use super::article::{self, ArticlePlace};
use super::markup::{
    Escaped, Marked, day, document, enclosed, flags, footer, kinds, left_out_list, notice, put, views,
};
use crate::document::{Changes, Entry, FolderDigest, FormerSentence, Highlight, IndexedName, Mention, Overview};

/// Number of articles up to which all groups of the contents are open.
const MOST_OPEN: usize = 60;

/// Writes the briefing. `extension` is that of the pages it links to.
pub(super) fn write(view: &BriefingView<'_>, extension: &str, out: &mut dyn Write) -> io::Result<()> {
    let overview = view.overview;
    let heading = layout::heading(overview);
    document(&format!("{heading} · Depesche"), out, |out| {
        put(&masthead(heading, overview), out)?;
        enclosed("<main class=\"briefing\">\n", "</main>\n", out, |out| {
            put(&views(overview), out)?;
            if let Some(changes) = &overview.changes {
                since_last(changes, view, extension, out)?;
            }
            if let Some(digest) = &overview.digest {
                put(&lead(digest, view, extension)?, out)?;
            }
            if overview.articles > 0 {
                enclosed("<nav class=\"contents\" aria-labelledby=\"contents\">", "</nav>\n", out, |out| {
                    put(&html! { h2.label id="contents" { "Contents" } "\n" }, out)?;
                    match &overview.digest {
                        Some(digest) => topics(digest, view, out),
                        None => contents(view, out),
                    }
                })?;
            }
            if let Some(digest) = &overview.digest {
                put(&names(digest), out)?;
            }
            put(&html! { div id="articles" {} }, out)?;
            for entry in view.entries() {
                put(&article(&entry?, view, extension), out)?;
            }
            put(&failures(overview), out)?;
            if overview.left_out > 0 {
                left_out(view, out)?;
            }
            Ok(())
        })?;
        put(&footer(&overview.provenance), out)
    })
}

fn masthead(heading: &str, overview: &Overview) -> Markup {
    // Allow line breaks between counts, but not within one.
    let counts = layout::counts(overview).join(" · ").replace(' ', "\u{a0}").replace("\u{a0}·\u{a0}", " · ");
    html! {
        a.skip href="#articles" { "Skip to the articles" } "\n"
        header.masthead {
            p.label { "Depesche" }
            h1 { (Escaped(heading)) }
            p.counts { (counts) }
            (notice(overview))
        } "\n"
    }
}

/// What is new, changed and gone since the last run.
fn since_last(changes: &Changes, view: &BriefingView<'_>, extension: &str, out: &mut dyn Write) -> io::Result<()> {
    let link = |article: &Mention| {
        html! { a href={ "#a" (article.index + 1) } { (article.index + 1) " · " (Escaped(&article.english_title)) } }
    };
    enclosed("<section class=\"summary changes\" aria-labelledby=\"since-last\">", "</section>\n", out, |out| {
        put(
            &html! { h2.label id="since-last" { (changes::HEADING) } p.counts { (changes::counts(changes)) } "\n" },
            out,
        )?;
        if !changes.new.is_empty() {
            enclosed("<h3>New</h3><ul>", "</ul>\n", out, |out| {
                changes.new.iter().try_for_each(|index| {
                    let article = view.mention(*index)?;
                    put(&html! { "\n" li { (link(&article)) } }, out)
                })
            })?;
        }
        if !changes.changed.is_empty() {
            put(&html! { h3 { "Changed" } "\n" }, out)?;
        }
        for change in changes::changed(changes, view) {
            let change = change?;
            let page = format!("{}.{extension}", layout::url(&change.article.page));
            let (file, place) = match view.full_text {
                true => ("", ArticlePlace::Briefing { index: change.article.index }),
                false => (page.as_str(), ArticlePlace::OwnPage),
            };
            let former = |label: &str, sentence: &FormerSentence| {
                html! {
                    "\n" li.former {
                        div.en { p.label { (label) } p { (Escaped(&sentence.english)) } }
                        div.original { p lang="de" { (Escaped(&sentence.german)) } }
                    }
                }
            };
            let markup = html! {
                p.change { (link(&change.article)) " " span.meta { (change.counts) } }
                ul {
                    @if let Some(title) = change.former_title { (former("headline before", title)) }
                    @for sentence in &change.added {
                        "\n" li class=[kinds(&sentence.notes)] {
                            div.en {
                                p { (Marked(&sentence.english, &sentence.notes)) }
                                (flags(layout::doubts(&sentence.notes)))
                            }
                            div.original { (article::evidence(&sentence.german, sentence.place, file, place)) }
                        }
                    }
                    @for sentence in change.removed { (former("no longer there", sentence)) }
                } "\n"
            };
            put(&markup, out)?;
        }
        if !changes.gone.is_empty() {
            let gone = html! {
                h3 { "Gone" }
                ul {
                    @for gone in &changes.gone {
                        "\n" li {
                            div.en { p { (Escaped(&gone.english_title)) } p.source { (Escaped(&gone.source)) } }
                            @if let Some(title) = &gone.german_title { div.original { p lang="de" { (Escaped(title)) } } }
                        }
                    }
                } "\n"
            };
            put(&gone, out)?;
        }
        Ok(())
    })
}

/// The main points of the folder.
fn lead(digest: &FolderDigest, view: &BriefingView<'_>, extension: &str) -> io::Result<Markup> {
    let mut points = Vec::new();
    for highlight in &digest.lead {
        let differences = layout::disputed(highlight, digest).into_iter();
        let lines = differences.map(|difference| Ok(layout::difference_line(&layout::versions(difference, view)?)));
        points.push((highlight, lines.collect::<io::Result<Vec<String>>>()?));
    }
    Ok(html! {
        @if !points.is_empty() {
            section.summary.lead aria-labelledby="in-short" {
                h2.label id="in-short" { "In short" }
                ul {
                    @for (highlight, differences) in &points {
                        "\n" li class=[kinds(&highlight.notes)] {
                            (point(highlight, differences, view.full_text, extension))
                        }
                    }
                }
            } "\n"
        }
    })
}

/// A main point, with what other reports of the same say differently. Its German leads to the sentence, which is in this file
/// if that has the full text.
fn point(highlight: &Highlight, differences: &[String], full_text: bool, extension: &str) -> Markup {
    let article = &highlight.article;
    let page = format!("{}.{extension}", layout::url(&article.page));
    let (file, place) = match full_text {
        true => ("", ArticlePlace::Briefing { index: article.index }),
        false => (page.as_str(), ArticlePlace::OwnPage),
    };
    html! {
        div.en {
            p { (Marked(&highlight.english, &highlight.notes)) }
            (flags(layout::doubts(&highlight.notes)))
            @for line in differences { p.flags { span.flag.doubt { (Escaped(line)) } } }
            p.from { a href={ "#a" (article.index + 1) } { (article.index + 1) " · " (Escaped(&article.english_title)) } }
        }
        div.original {
            @if let Some(first) = highlight.evidence.first() { (article::evidence(&highlight.german, *first, file, place)) }
        }
    }
}

/// What two reports of a story say differently, in the table of contents.
fn difference(versions: &[ShownVersion; 2]) -> Markup {
    html! {
        "\n" li.differs {
            p.flags { span.flag.doubt { (Escaped(&layout::difference_line(versions))) } }
            @for version in versions {
                p.en { strong { (Escaped(&version.when)) } " " (Marked(&version.english, &version.notes)) }
                (flags(layout::doubts(&version.notes)))
                p.original lang="de" { (Escaped(&version.german)) }
            }
        }
    }
}

/// Table of contents without topics.
fn contents(view: &BriefingView<'_>, out: &mut dyn Write) -> io::Result<()> {
    enclosed("<ol>", "</ol>\n", out, |out| view.mentions().try_for_each(|article| put(&row(&article?, None), out)))
}

/// Table of contents by topic, with near-duplicates after their story. A topic can be folded.
fn topics(digest: &FolderDigest, view: &BriefingView<'_>, out: &mut dyn Write) -> io::Result<()> {
    for (index, topic) in digest.topics.iter().enumerate() {
        let rows = |out: &mut dyn Write| {
            enclosed("<ol>", "</ol>\n", out, |out| {
                for story in &topic.stories {
                    put(&row(&view.mention(story.article)?, None), out)?;
                    story
                        .copies
                        .iter()
                        .try_for_each(|copy| put(&row(&view.mention(*copy)?, Some("nearly the same")), out))?;
                    for told in &story.differences {
                        put(&difference(&layout::versions(told, view)?), out)?;
                    }
                }
                Ok(())
            })
        };
        let Some(name) = layout::topic_name(digest, index) else {
            rows(out)?;
            continue;
        };
        let articles: usize = topic.stories.iter().map(|story| 1 + story.copies.len()).sum();
        let open = if view.overview.articles <= MOST_OPEN { "<details open>" } else { "<details>" };
        enclosed(open, "</details>\n", out, |out| {
            put(&html! { summary { h3 { (Escaped(&name)) } " " span.count { (articles) } } }, out)?;
            rows(out)
        })?;
    }
    Ok(())
}

/// People, organisations and places, with the articles that name each.
fn names(digest: &FolderDigest) -> Markup {
    html! {
        @if !digest.names.is_empty() {
            section.names aria-labelledby="names" {
                h2.label id="names" { "Who and where" } "\n"
                @for (kind, names) in layout::names_by_kind(digest) {
                    details {
                        summary { h3 { (kind.heading()) } " " span.count { (names.len()) } }
                        ul { @for name in names { (indexed_name(name)) } }
                    } "\n"
                }
            } "\n"
        }
    }
}

fn indexed_name(name: &IndexedName) -> Markup {
    html! {
        "\n" li {
            (Escaped(&name.english))
            @if name.german != name.english { " " span.original lang="de" { (Escaped(&name.german)) } }
            @for article in &name.articles { " " a href={ "#a" (article + 1) } { (article + 1) } }
            @if name.more_articles > 0 { " and " (name.more_articles) " more" }
        }
    }
}

/// A line of the table of contents. A headline that failed a check shows its German.
fn row(article: &Mention, relation: Option<&str>) -> Markup {
    let outlet = article.outlet.as_deref().filter(|outlet| !outlet.trim().is_empty());
    let doubts = kinds(&article.title_notes);
    let classes: Vec<&str> = relation.map(|_| "copy").into_iter().chain(doubts.as_deref()).collect();
    let class = (!classes.is_empty()).then(|| classes.join(" "));
    html! {
        "\n" li class=[class] data-folder=[article.source.rsplit_once('/').map(|(folder, _)| Escaped(folder))] {
            span.number { (article.index + 1) } " "
            a href={ "#a" (article.index + 1) } { (Escaped(&article.english_title)) } " "
            span.meta {
                @if let Some(relation) = relation { (relation) " · " }
                (Escaped(outlet.unwrap_or(&article.source)))
                @if let Some(date) = article.date { " · " (day(date, article.time)) }
            }
            @if doubts.is_some() {
                @if let Some(title) = &article.german_title { " " span.original lang="de" { (Escaped(title)) } }
                // Their reasons stand at the article: a line of the contents is short.
                p.flags {
                    @for note in layout::doubts(&article.title_notes) { span.flag.doubt { (note.flag.about()) } " " }
                }
            }
        }
    }
}

fn article(entry: &Entry, view: &BriefingView<'_>, extension: &str) -> Markup {
    let place = ArticlePlace::Briefing { index: entry.index };
    let page = format!("{}.{extension}", layout::url(&entry.page));
    let (text_file, text_place) = if view.full_text { ("", place) } else { (page.as_str(), ArticlePlace::OwnPage) };
    let number = entry.index + 1;
    html! {
        article id={ "a" (number) } data-cite=(Escaped(&layout::citation(entry, &view.overview.provenance))) {
            (article::header(entry, place))
            (article::summary(entry, text_file, text_place))
            @if view.full_text {
                // Without a summary, the text is all there is to show.
                details open[entry.summary.is_none()] {
                    summary { "Full text" }
                    (article::text(entry, place))
                }
            } @else {
                p.own-page { a href=(page) { "Full text" } }
            }
            p.steps {
                @if entry.index > 0 { a href={ "#a" (number - 1) } { "← previous" } " · " }
                a href="#contents" { "contents" }
                @if number < view.overview.articles { " · " a href={ "#a" (number + 1) } { "next →" } }
            }
        } "\n"
    }
}

fn failures(overview: &Overview) -> Markup {
    html! {
        @if overview.articles == 0 { p.nothing { "There are no articles." } "\n" }
        @if !overview.failures.is_empty() {
            section.after {
                h2 { "What failed" }
                ul {
                    @for failure in &overview.failures {
                        "\n" li {
                            p.source { (Escaped(&failure.source)) }
                            p { (Escaped(&failure.error)) }
                            @if let Some(hint) = &failure.hint { p.rule { "Hint: " (Escaped(hint)) } }
                        }
                    }
                }
            } "\n"
        }
    }
}

/// The passages that were left out, by article.
fn left_out(view: &BriefingView<'_>, out: &mut dyn Write) -> io::Result<()> {
    enclosed("<section class=\"after left-out\">", "</section>\n", out, |out| {
        put(&html! { h2 { "What was left out" } "\n" }, out)?;
        for entry in view.entries_with_left_out() {
            let entry = entry?;
            let left_out = entry.translation.article().left_out();
            let details = html! {
                details {
                    summary { (Escaped(&entry.english_title())) " · " (layout::count(left_out.len(), "passage")) }
                    (left_out_list(left_out))
                } "\n"
            };
            put(&details, out)?;
        }
        Ok(())
    })
}
