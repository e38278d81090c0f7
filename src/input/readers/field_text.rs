//! The text of a field in a record or feed → paragraphs: as HTML if it looks like it, else as plain text.

use super::super::characters;
use super::super::entities;
use super::super::source::ReadError;
use super::html::content;
use super::lines::join_lines;
use super::plain_text;
use crate::document::{ArticleDraft, ParagraphKind, Section};

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Markup {
    /// HTML, as the file says.
    Html,
    /// Plain text, as the file says.
    Plain,
    /// The file does not say.
    Unknown,
}

/// The paragraphs of `text`, and what in it is no text of the article. A first line that looks like a title is one.
///
/// # Errors
/// If there is no text.
pub(super) fn read(text: &str, markup: Markup) -> Result<ArticleDraft, ReadError> {
    let clean = characters::clean(text);
    if is_html(&clean, markup) { content::read(&clean, &[]) } else { plain_text::parse(&clean) }
}

/// `text` on one line, without markup.
pub(super) fn one_line(text: &str, markup: Markup) -> String {
    let clean = characters::clean(text);
    if !is_html(&clean, markup) {
        return join_lines(&clean);
    }
    let sections = content::read(&clean, &[]).map(|draft| draft.sections).unwrap_or_default();
    let lines: Vec<String> = sections.iter().map(|section| join_lines(&section.text)).collect();
    lines.join(" ")
}

/// Puts `found`, which was read from a field, at the end of `draft`, which has a title of its own if `stated` says so.
pub(super) fn append(draft: &mut ArticleDraft, found: ArticleDraft, stated: Option<&str>) {
    if let Some(title) = found.title {
        let is_same = stated.is_some_and(|stated| characters::letters(stated) == characters::letters(&title));
        if stated.is_none() && draft.title.is_none() && draft.sections.is_empty() {
            draft.title = Some(title);
        } else if !is_same {
            draft.sections.push(Section { kind: ParagraphKind::Heading, text: title });
        }
    }
    draft.sections.extend(found.sections);
    draft.left_out.extend(found.left_out);
}

fn is_html(text: &str, markup: Markup) -> bool {
    match markup {
        Markup::Html => true,
        Markup::Plain => false,
        Markup::Unknown => has_tag(text) || matches!(entities::decode(text), std::borrow::Cow::Owned(_)),
    }
}

/// True if `text` has a tag of HTML: `<p>`, `</b>`, `<a href=…>`. `<3` and `a < b` are none.
fn has_tag(text: &str) -> bool {
    text.match_indices('<').any(|(start, _)| {
        let rest = &text[start + 1..];
        let name = rest.strip_prefix('/').unwrap_or(rest);
        let length = name.bytes().take_while(u8::is_ascii_alphanumeric).count();
        let is_name = TAGS.iter().any(|tag| tag.eq_ignore_ascii_case(&name[..length]));
        is_name && name[length..].starts_with(['>', ' ', '/', '\n', '\t'])
    })
}

/// Elements of HTML that text is marked up with.
const TAGS: &[&str] = &[
    "a",
    "abbr",
    "article",
    "b",
    "blockquote",
    "body",
    "br",
    "center",
    "code",
    "dd",
    "div",
    "dl",
    "dt",
    "em",
    "figure",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "html",
    "i",
    "iframe",
    "img",
    "li",
    "ol",
    "p",
    "pre",
    "q",
    "s",
    "script",
    "section",
    "small",
    "span",
    "strong",
    "style",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "tr",
    "u",
    "ul",
    "video",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_read_where_it_is_and_nowhere_else() {
        for (text, markup, texts) in [
            ("<p>Eins &amp; zwei.</p><p>Drei.", Markup::Unknown, vec!["Eins & zwei.", "Drei."]),
            ("M&uuml;nster liegt da.", Markup::Unknown, vec!["Münster liegt da."]),
            ("Wenn a < b ist, gilt <3.", Markup::Unknown, vec!["Wenn a < b ist, gilt <3."]),
            ("Das Tag <p> ist da.", Markup::Plain, vec!["Das Tag <p> ist da."]),
            ("Eins.\n\nZwei.", Markup::Unknown, vec!["Eins.", "Zwei."]),
        ] {
            let draft = read(text, markup).unwrap();
            assert_eq!(draft.sections.iter().map(|it| it.text.trim()).collect::<Vec<_>>(), texts, "{text}");
        }
        assert_eq!(one_line("<b>Halle</b>\n gekauft", Markup::Unknown), "Halle gekauft");
        assert_eq!(one_line("5 < 6", Markup::Unknown), "5 < 6");
    }
}
