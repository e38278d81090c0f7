//! The page of one article.

use std::io::{self, Write};

use maud::html;

use super::super::layout;
use super::article::{self, ArticlePlace};
use super::markup::{Escaped, document, footer, left_out_list, notice, put, views};
use crate::document::{Entry, Overview, Provenance};

/// Writes the page of `entry`, which links back to the briefing in the file `briefing`.
pub(super) fn write(entry: &Entry, provenance: &Provenance, briefing: &str, out: &mut dyn Write) -> io::Result<()> {
    let briefing = format!("{}{briefing}", layout::way_up(&entry.page));
    let left_out = entry.translation.article().left_out();
    let overview = Overview::for_entry(entry, provenance);
    let page = html! {
        nav.back aria-label="Briefing" {
            a href={ (briefing) "#a" (entry.index + 1) } { "← Article " (entry.index + 1) " in the briefing" }
            " · " a href={ (briefing) "#contents" } { "contents" }
        } "\n"
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
        } "\n"
        (footer(provenance))
    };
    document(&entry.english_title(), out, |out| put(&page, out))
}
