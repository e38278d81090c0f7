//! Escaped text, and the shell of every HTML file.
//!
//! The content security policy admits the built-in style sheet and nothing else.

use std::io::{self, Write};

use maud::{DOCTYPE, Escaper, Markup, PreEscaped, Render, html};

use super::super::layout::{self, clean};
use crate::document::{Date, LeftOut, Provenance};

/// The style sheet of every file.
pub(super) const STYLE: &str = include_str!("style.css");

/// SHA-256 of [`STYLE`] in Base64. A test compares them and says what to put here.
pub(super) const STYLE_DIGEST: &str = "C8KVwyiAwJ56cvLtVWtJq7D2zMTjDXjILW3V3ESvVBo=";

/// Escapes text of an article, the user or the system, and replaces control characters.
pub(super) struct Escaped<'a>(pub(super) &'a str);

impl Render for Escaped<'_> {
    fn render_to(&self, buffer: &mut String) {
        // Writing to a string cannot fail.
        let _ = std::fmt::Write::write_str(&mut Escaper::new(buffer), &clean(self.0));
    }
}

/// Writes `markup` to `out`.
pub(super) fn put(markup: &Markup, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(markup.0.as_bytes())
}

/// Writes `open`, what `content` writes, and `close`.
pub(super) fn enclosed(
    open: &str,
    close: &str,
    out: &mut dyn Write,
    content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    out.write_all(open.as_bytes())?;
    content(out)?;
    out.write_all(close.as_bytes())
}

/// Writes a whole file with the content that `body` writes.
pub(super) fn document(
    title: &str,
    out: &mut dyn Write,
    body: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    put(&html! { (DOCTYPE) "\n" }, out)?;
    enclosed("<html lang=\"en\">\n", "</html>\n", out, |out| {
        put(&head(title), out)?;
        enclosed("\n<body>\n", "</body>\n", out, body)
    })
}

fn head(title: &str) -> Markup {
    let policy = format!("default-src 'none'; style-src 'sha256-{STYLE_DIGEST}'; base-uri 'none'; form-action 'none'");
    html! {
        head {
            "\n" meta charset="utf-8";
            "\n" meta http-equiv="Content-Security-Policy" content=(policy);
            "\n" meta name="viewport" content="width=device-width, initial-scale=1";
            "\n" meta name="color-scheme" content="light dark";
            "\n" meta name="referrer" content="no-referrer";
            "\n" title { (Escaped(title)) }
            "\n" style { (PreEscaped(STYLE)) }
            "\n"
        }
    }
}

/// A checkbox that hides all sentences without a doubt. The style sheet does the work.
pub(super) fn only_doubts(doubtful: usize) -> Markup {
    html! {
        @if doubtful > 0 {
            p.only {
                input type="checkbox" id="only-doubts";
                " " label for="only-doubts" { "Show only what may be wrong (" (doubtful) ")" }
            } "\n"
        }
    }
}

/// The date of an article, to follow its source.
pub(super) fn day(date: Option<Date>) -> Markup {
    html! { @if let Some(date) = date { " · " time datetime=(date) { (layout::date(date)) } } }
}

/// A list of passages that were left out.
pub(super) fn left_out_list(left_out: &[LeftOut]) -> Markup {
    html! {
        ul {
            @for passage in left_out {
                "\n" li {
                    p lang="de" { (Escaped(&passage.text)) }
                    p.rule { "rule " code { (passage.rule) } }
                }
            }
        }
    }
}

/// Models and settings.
pub(super) fn footer(provenance: &Provenance) -> Markup {
    let facts = layout::facts(provenance);
    html! {
        @if !facts.is_empty() {
            footer {
                h2 { "How this was made" }
                dl {
                    @for (name, value) in &facts { "\n" dt { (Escaped(name)) } dd { (Escaped(value)) } }
                }
            } "\n"
        }
    }
}
