//! The briefing: main points, table of contents, articles, failures and passages that were left out.

use std::io::{self, Write};

use maud::{Markup, html};

use super::super::layout;
use super::super::view::BriefingView;
use super::article::{self, ArticlePlace};
use super::markup::{Escaped, day, document, enclosed, footer, left_out_list, only_doubts, put};
use crate::document::{Entry, FolderDigest, Mention, Overview};

/// Writes the briefing. `extension` is that of the pages it links to.
pub(super) fn write(view: &BriefingView<'_>, extension: &str, out: &mut dyn Write) -> io::Result<()> {
    let overview = view.overview;
    let heading = layout::heading(&overview.provenance);
    document(&format!("{heading} · Depesche"), out, |out| {
        put(&masthead(heading, overview), out)?;
        if let Some(digest) = &overview.digest {
            put(&lead(digest, extension), out)?;
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
        enclosed("<main id=\"articles\" class=\"briefing\">\n", "</main>\n", out, |out| {
            for entry in view.entries() {
                put(&article(&entry?, view.full_text, extension), out)?;
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
            h1 { (heading) }
            p.counts { (counts) }
        } "\n"
        (only_doubts(overview.doubtful))
    }
}

/// The main points of the folder.
fn lead(digest: &FolderDigest, extension: &str) -> Markup {
    html! {
        @if !digest.lead.is_empty() {
            section.summary.lead {
                h2 { span.label { "In short" } }
                ul {
                    @for highlight in &digest.lead {
                        @let article = &highlight.article;
                        @let page = format!("{}.{extension}", layout::url(&article.page));
                        "\n" li {
                            p {
                                (Escaped(&highlight.english)) " "
                                a.source href={ "#a" (article.index + 1) } { (Escaped(&article.english_title)) }
                            }
                            div {
                                p.evidence {
                                    span lang="de" { (Escaped(&highlight.german)) }
                                    // The page always has the text, the briefing may not.
                                    @for place in &highlight.evidence {
                                        " " a.place href={ (page) "#" (ArticlePlace::OwnPage.id(*place)) } {
                                            (layout::position(*place))
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
}

/// Table of contents without topics.
fn contents(view: &BriefingView<'_>, out: &mut dyn Write) -> io::Result<()> {
    enclosed("<ol>\n", "</ol>", out, |out| {
        for article in view.mentions() {
            let article = article?;
            let item = html! {
                li {
                    span.number aria-hidden="true" { (article.index + 1) }
                    div { (titles(&article)) p.source { (Escaped(&article.source)) } }
                } "\n"
            };
            put(&item, out)?;
        }
        Ok(())
    })
}

/// Table of contents by topic, with near-duplicates under their story.
fn topics(digest: &FolderDigest, view: &BriefingView<'_>, out: &mut dyn Write) -> io::Result<()> {
    for (index, topic) in digest.topics.iter().enumerate() {
        if let Some(name) = layout::topic_name(digest, index) {
            put(&html! { h3 { (Escaped(&name)) } "\n" }, out)?;
        }
        enclosed("<ol>", "</ol>\n", out, |out| {
            for story in &topic.stories {
                enclosed("\n<li>", "</li>", out, |out| {
                    let article = view.mention(story.article)?;
                    put(&html! { span.number aria-hidden="true" { (article.index + 1) } }, out)?;
                    enclosed("<div>", "</div>", out, |out| {
                        put(&titles(&article), out)?;
                        put(&html! { p.source { (Escaped(&article.source)) (day(article.date)) } }, out)?;
                        story.copies.iter().try_for_each(|index| put(&copy(&view.mention(*index)?), out))
                    })
                })?;
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// English title as a link to the article, and German title.
fn titles(article: &Mention) -> Markup {
    html! {
        p { a href={ "#a" (article.index + 1) } { (Escaped(&article.english_title)) } }
        @if let Some(title) = &article.german_title { p lang="de" { (Escaped(title)) } }
    }
}

/// A near-duplicate of the article above it.
fn copy(article: &Mention) -> Markup {
    html! {
        p.source {
            "nearly the same: "
            a href={ "#a" (article.index + 1) } { (article.index + 1) " · " (Escaped(&article.english_title)) }
            " · " (Escaped(&article.source)) (day(article.date))
        }
    }
}

fn article(entry: &Entry, full_text: bool, extension: &str) -> Markup {
    let place = ArticlePlace::Briefing { index: entry.index };
    let page = format!("{}.{extension}", layout::url(&entry.page));
    let (text_file, text_place) = if full_text { ("", place) } else { (page.as_str(), ArticlePlace::OwnPage) };
    html! {
        article id={ "a" (entry.index + 1) } {
            (article::header(entry, place))
            (article::summary(entry, place, text_file, text_place))
            @if full_text {
                // Without a summary, the text is all there is to show.
                details open[entry.summary.is_none()] {
                    summary { (place.heading(1, &html! { "Full text, German and English" })) }
                    (article::text(entry, place))
                    p.place.own-page { a href=(page) { "This article on a page of its own" } }
                }
            } @else {
                p { a href=(page) { "Full text, German and English" } }
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
