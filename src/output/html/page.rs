//! The page of one article.

use std::io::{self, Write};

use maud::{Markup, html};

use super::super::format::OutputFormat;
use super::super::layout;
use super::super::view::{PageLink, PageView};
use super::article::{self, ArticlePlace};
use super::markup::{Escaped, document, footer, left_out_list, notice, put, views};
use crate::document::Overview;

/// Writes a page, which links to its neighbours and to the briefing of `format`.
pub(super) fn write(page: &PageView<'_>, format: &OutputFormat, out: &mut dyn Write) -> io::Result<()> {
    let PageView { entry, provenance, .. } = *page;
    let left_out = entry.translation.article().left_out();
    let overview = Overview::for_entry(entry, provenance);
    let markup = html! {
        nav.back aria-label="Briefing" { (steps(page, format)) } "\n"
        main {
            (notice(&overview))
            (views(&overview))
            article data-cite=(Escaped(&layout::citation(entry, provenance))) {
                (article::header(entry, ArticlePlace::OwnPage))
                (article::summary(entry, "", ArticlePlace::OwnPage))
                (article::text(entry, ArticlePlace::OwnPage))
            } "\n"
            @if !left_out.is_empty() {
                section.after.left-out { h2 { "What was left out" } (left_out_list(left_out)) } "\n"
            }
            nav.back.below aria-label="Next article" { (steps(page, format)) } "\n"
        } "\n"
        (footer(provenance))
    };
    document(&entry.english_title(), out, |out| put(&markup, out))
}

/// Links to the page before, to the briefing and to the page after.
fn steps(page: &PageView<'_>, format: &OutputFormat) -> Markup {
    let way_up = layout::way_up(&page.entry.page);
    let briefing = format!("{way_up}{}", format.briefing_file);
    let number = page.entry.index + 1;
    let target = |link: &PageLink| format!("{way_up}{}", layout::url(&format.page_file(&link.page)));
    html! {
        span.step {
            @if let Some(link) = page.previous {
                a rel="prev" href=(target(link)) { "← " (Escaped(&link.english_title)) }
            }
        } " "
        span.step {
            a href={ (briefing) "#contents" } { "contents" } " · "
            a href={ (briefing) "#a" (number) } { "article " (number) " in the briefing" }
        } " "
        span.step {
            @if let Some(link) = page.next {
                a rel="next" href=(target(link)) { (Escaped(&link.english_title)) " →" }
            }
        }
    }
}
