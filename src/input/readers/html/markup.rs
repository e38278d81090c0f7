//! Markup → markup that a parser reads in linear time: without tags that are nested too deep or are too long.

use std::borrow::Cow;
use std::collections::HashMap;

/// How deep elements may be nested. Anything deeper is read as if it were at this depth. At every tag a parser looks
/// through all open elements, so its time grows with length times depth.
const MAX_ELEMENT_DEPTH: usize = 256;

/// How many formatting elements may be open at once. A parser reopens all of them in every paragraph.
const MAX_OPEN_FORMATTING: usize = 16;

/// Tags longer than this many bytes are dropped. They hold embedded pictures, and a parser compares every attribute of a
/// tag with all others.
const MAX_TAG_BYTES: usize = 64 * 1024;

/// Elements that have no content or are closed by the next of their kind, so they never nest by themselves.
const NEVER_NESTED_ELEMENTS: &[&str] = &[
    "area", "base", "br", "col", "colgroup", "dd", "dt", "embed", "hr", "img", "input", "li", "link", "meta",
    "optgroup", "option", "p", "param", "source", "tbody", "td", "tfoot", "th", "thead", "tr", "track", "wbr",
];

/// Elements that a parser keeps open beyond the end of their paragraph.
const FORMATTING_ELEMENTS: &[&str] =
    &["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];

/// Elements whose content is not markup.
const RAW_ELEMENTS: &[&str] = &["script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"];

/// `markup` without tags that would nest deeper than [`MAX_ELEMENT_DEPTH`].
///
/// Counts rather than parses: an element that is never closed, or closed by another, counts as open to the end. In broken
/// pages this may drop a tag too many, which costs a paragraph break, but never one too few.
pub(super) fn flatten(markup: &str) -> Cow<'_, str> {
    let mut kept_markup = String::new();
    let mut copied_end = 0;
    let mut open_elements: HashMap<String, usize> = HashMap::new();
    let mut element_depth = 0_usize;
    let mut markup_position = 0;
    while let Some(tag_offset) = markup[markup_position..].find('<') {
        let tag_start = markup_position + tag_offset;
        let Some(tag_end_at) = tag_end(markup, tag_start) else { break };
        markup_position = tag_end_at;
        let tag = &markup[tag_start..tag_end_at];
        let is_end_tag = tag.starts_with("</");
        let Some(name) = element_name(tag) else { continue };
        let is_raw = RAW_ELEMENTS.contains(&name.as_str());
        let in_picture =
            ["svg", "math"].iter().any(|element| open_elements.get(*element).is_some_and(|count| *count > 0));
        let nests = if in_picture { !tag.ends_with("/>") } else { !NEVER_NESTED_ELEMENTS.contains(&name.as_str()) };
        let mut is_dropped = tag.len() > MAX_TAG_BYTES;
        if nests && is_end_tag {
            if let Some(count) = open_elements.get_mut(&name).filter(|count| **count > 0) {
                *count -= 1;
                is_dropped |= element_depth > MAX_ELEMENT_DEPTH;
                element_depth -= 1;
            }
        } else if nests
            && FORMATTING_ELEMENTS.contains(&name.as_str())
            && open_formatting(&open_elements) >= MAX_OPEN_FORMATTING
        {
            is_dropped = true;
        } else if nests && !is_raw {
            element_depth += 1;
            is_dropped |= element_depth > MAX_ELEMENT_DEPTH;
            *open_elements.entry(name).or_default() += 1;
        } else if !is_end_tag && is_raw {
            markup_position = end_of_raw_element(markup, tag_end_at, &name);
        }
        if is_dropped {
            kept_markup.push_str(&markup[copied_end..tag_start]);
            kept_markup.push(' ');
            copied_end = tag_end_at;
        }
    }
    if copied_end == 0 {
        return Cow::Borrowed(markup);
    }
    kept_markup.push_str(&markup[copied_end..]);
    Cow::Owned(kept_markup)
}

/// The name of the element that `tag` opens or closes, in lower case; `None` if it is a comment or no tag.
fn element_name(tag: &str) -> Option<String> {
    let tag_rest = tag.trim_start_matches(['<', '/']);
    let name_length =
        tag_rest.find(|end: char| end.is_whitespace() || end == '/' || end == '>').unwrap_or(tag_rest.len());
    let element_name = &tag_rest[..name_length];
    element_name.starts_with(|first: char| first.is_ascii_alphabetic()).then(|| element_name.to_ascii_lowercase())
}

/// How many formatting elements are open.
fn open_formatting(open_elements: &HashMap<String, usize>) -> usize {
    FORMATTING_ELEMENTS.iter().filter_map(|name| open_elements.get(*name)).sum()
}

/// The end of the tag or comment that starts at `tag_start`. If it is neither, the byte after its `<`; `None` if it never
/// ends.
fn tag_end(markup: &str, tag_start: usize) -> Option<usize> {
    let tag_rest = &markup[tag_start..];
    if tag_rest.starts_with("<!--") {
        return tag_rest.find("-->").map(|comment_end| tag_start + comment_end + 3);
    }
    let second = tag_rest.as_bytes().get(1)?;
    if !second.is_ascii_alphabetic() && !matches!(second, b'/' | b'!' | b'?') {
        return Some(tag_start + 1);
    }
    let mut open_quote = None;
    let mut previous_byte = b' ';
    for (tag_offset, byte) in tag_rest.bytes().enumerate() {
        match (open_quote, byte) {
            (None, b'>') => return Some(tag_start + tag_offset + 1),
            // A quotation mark opens a value only after an equals sign. Elsewhere it is a typing error.
            (None, b'"' | b'\'') if previous_byte == b'=' => open_quote = Some(byte),
            (Some(quote), _) if byte == quote => open_quote = None,
            _ => {}
        }
        if !byte.is_ascii_whitespace() {
            previous_byte = byte;
        }
    }
    None
}

/// Where the content of a raw element called `element_name` ends: at its end tag, or with the text.
fn end_of_raw_element(markup: &str, start: usize, element_name: &str) -> usize {
    let mut markup_position = start;
    while let Some(end_tag_offset) = markup[markup_position..].find("</") {
        let end_tag_start = markup_position + end_tag_offset;
        let after_slash = &markup.as_bytes()[end_tag_start + 2..];
        if after_slash
            .get(..element_name.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(element_name.as_bytes()))
        {
            return end_tag_start;
        }
        markup_position = end_tag_start + 2;
    }
    markup.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_markup_is_not_flattened() {
        let markup = "<!-- <div> --><p a='>'>x < y</p><script>'<div>'</script>".repeat(300) + "<div";
        assert!(matches!(flatten(&markup), Cow::Borrowed(_)));
        assert_eq!(flatten(&format!("a<img src='{}'>b", "x".repeat(MAX_TAG_BYTES))), "a b");
    }
}
