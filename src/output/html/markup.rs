//! Escaped text, and the shell of every HTML file.
//!
//! The content security policy admits the built-in style sheet and script, and nothing else.

use std::io::{self, Write};

use maud::{DOCTYPE, Escaper, Markup, PreEscaped, Render, html};

use super::super::layout::{self, clean};
use crate::document::{Date, Flag, LeftOut, Note, Overview, Provenance, Time};

/// The style sheet of every file.
pub(super) const STYLE: &str = include_str!("style.css");

/// SHA-256 of [`STYLE`] in Base64. A test compares them and says what to put here.
pub(super) const STYLE_DIGEST: &str = "UF/2FaFLPdgkXEMWw6Ts/ippFOZBt5SkiSXW1HX21q4=";

/// The script of every file: filter, keys and citations. Without it a file lacks these and nothing else.
pub(super) const SCRIPT: &str = include_str!("script.js");

/// SHA-256 of [`SCRIPT`] in Base64. A test compares them and says what to put here.
pub(super) const SCRIPT_DIGEST: &str = "YN0/8EMdG7fXMLCNPYQwhRjQNV5nlSIxhrDtFtn4rUI=";

/// Escapes text of an article, the user or the system, and replaces control characters.
pub(in crate::output) struct Escaped<'a>(pub(in crate::output) &'a str);

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
        enclosed("\n<body>\n", "</body>\n", out, |out| {
            body(out)?;
            put(&html! { script { (PreEscaped(SCRIPT)) } "\n" }, out)
        })
    })
}

fn head(title: &str) -> Markup {
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{STYLE_DIGEST}'; script-src 'sha256-{SCRIPT_DIGEST}'; base-uri 'none'; \
         form-action 'none'"
    );
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

/// Text with the words marked that the reasons of its notes quote.
pub(in crate::output) struct Marked<'a>(pub(in crate::output) &'a str, pub(in crate::output) &'a [Note]);

impl Render for Marked<'_> {
    fn render_to(&self, buffer: &mut String) {
        let Self(text, notes) = *self;
        let mut end = 0;
        for range in layout::quoted_in_reasons(text, notes) {
            Escaped(&text[end..range.start]).render_to(buffer);
            buffer.push_str("<mark>");
            Escaped(&text[range.clone()]).render_to(buffer);
            buffer.push_str("</mark>");
            end = range.end;
        }
        Escaped(&text[end..]).render_to(buffer);
    }
}

/// `notes` as labels in a line of their own, so that a copied sentence does not contain them.
pub(super) fn flags<'a>(notes: impl Iterator<Item = &'a Note>) -> Markup {
    let notes: Vec<&Note> = notes.collect();
    html! {
        @if !notes.is_empty() {
            p.flags { @for note in notes { span.flag.doubt[note.flag.is_doubt()] { (Escaped(&layout::note(note))) } " " } }
        }
    }
}

/// The number of a kind of doubt in class names and ids: `k1` and so on. The style sheet knows [`MOST_KINDS`].
fn kind_number(flag: Flag) -> Option<usize> {
    Some(1 + Flag::ALL.iter().filter(|known| known.is_doubt()).position(|known| *known == flag)?)
}

/// The most kinds of doubts that the style sheet can tell apart.
#[cfg(test)]
pub(super) const MOST_KINDS: usize = 24;

/// Classes of a sentence with `notes`, by which the view of the doubts finds it; `None` if there is no doubt.
pub(super) fn kinds(notes: &[Note]) -> Option<String> {
    let numbers = notes.iter().filter_map(|note| kind_number(note.flag));
    let classes: String = numbers.map(|number| format!(" k{number}")).collect();
    (!classes.is_empty()).then(|| format!("doubt{classes}"))
}

/// The notice of an HTML page: what to know before quoting.
pub(super) fn notice(overview: &Overview) -> Markup {
    html! { @if let Some(notice) = overview.notice() { p.notice { (Escaped(&notice)) } "\n" } }
}

/// Switches between languages, and between everything and what failed a check. The style sheet does the work.
pub(super) fn views(overview: &Overview) -> Markup {
    let doubts = overview.flags.iter().filter_map(|(flag, count)| Some((kind_number(*flag)?, flag, count)));
    html! {
        div.views {
            fieldset {
                legend { "Language" }
                @for (id, name) in [("both", "both"), ("english", "English"), ("german", "German")] {
                    label { input type="radio" name="language" id=(id) checked[id == "both"]; (name) } " "
                }
            }
            @if overview.doubtful() > 0 {
                fieldset {
                    legend { "Show" }
                    label { input type="radio" name="show" id="everything" checked; "everything" } " "
                    label {
                        input type="radio" name="show" id="doubts"; "all that failed a check (" (overview.doubtful()) ")"
                    } " "
                    @for (number, flag, count) in doubts {
                        label title=(flag.about()) {
                            input type="radio" name="show" id={ "k" (number) }; (flag) " (" (count) ")"
                        } " "
                    }
                }
            }
        } "\n"
    }
}

/// A date, with its time if that is known, for people and machines.
pub(super) fn day(date: Date, time: Option<Time>) -> Markup {
    html! { time datetime={ (date) @if let Some(time) = time { "T" (time) } } { (layout::moment(date, time)) } }
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
