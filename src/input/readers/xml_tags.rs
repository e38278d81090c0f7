//! A file of XML, of any size and however damaged → its tags and the text between them.
//!
//! It looks at marks only: names need not match, references may be unknown, and the encoding may be any in which marks are
//! ASCII. Comments, processing instructions and document types are passed over; no entity is expanded.
//!
//! Promises: one tag and one text are in memory, each up to the limit that is asked for; time is linear.

use std::io::{self, BufRead, BufReader, Read};

/// How much of a tag is kept. What follows are attributes that nobody reads.
const MAX_TAG_BYTES: usize = 8 * 1024;

/// Bytes that are read at once.
const BLOCK_BYTES: usize = 64 * 1024;

/// A piece of XML.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Token<'buffer> {
    /// A tag, with its marks.
    Tag(Tag<'buffer>),
    /// Text between tags, with its references as they are written.
    Text(&'buffer [u8]),
    /// Text of a CDATA section.
    Literal(&'buffer [u8]),
}

/// A start or end tag of an XML file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Tag<'buffer> {
    /// Where the tag begins, in bytes from where reading began.
    pub(super) start: u64,
    /// Where the tag ends.
    pub(super) end: u64,
    /// The tag's first bytes, from `<` to `>`.
    pub(super) markup: &'buffer [u8],
}

impl<'buffer> Tag<'buffer> {
    pub(super) fn is_end(&self) -> bool {
        self.markup.starts_with(b"</")
    }

    /// True for `<br/>`.
    pub(super) fn is_empty_element(&self) -> bool {
        self.markup.ends_with(b"/>")
    }

    /// The name with its prefix, such as `content:encoded`; empty if there is none.
    pub(super) fn name(&self) -> &'buffer str {
        let inner = self.markup.strip_prefix(b"</").or_else(|| self.markup.strip_prefix(b"<")).unwrap_or_default();
        let length = inner.iter().position(|byte| byte.is_ascii_whitespace() || b"/>".contains(byte));
        std::str::from_utf8(&inner[..length.unwrap_or(inner.len())]).unwrap_or_default()
    }

    /// The name of the tag without its prefix.
    pub(super) fn local_name(&self) -> &'buffer str {
        self.name().rsplit(':').next().unwrap_or_default()
    }

    /// The value of the attribute `name`, with its references as they are written.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        let text = String::from_utf8_lossy(self.markup);
        let mut rest = text.get(1 + self.name().len()..)?;
        while let Some((before, after)) = rest.split_once('=') {
            let key = before.split_whitespace().last().unwrap_or_default();
            let value = after.trim_start();
            let quote = value.chars().next().filter(|mark| matches!(mark, '"' | '\''))?;
            let (inner, next) = value[1..].split_once(quote)?;
            if key.rsplit(':').next() == Some(name) {
                return Some(inner.to_owned());
            }
            rest = next;
        }
        None
    }
}

/// Passes the tags and texts of `input` to `found`, texts up to `max_text` bytes, until it returns false.
///
/// # Errors
/// If `input` cannot be read.
pub(super) fn for_each(input: impl Read, max_text: usize, found: &mut dyn FnMut(Token<'_>) -> bool) -> io::Result<()> {
    let mut scanner = TagScanner { reader: BufReader::with_capacity(BLOCK_BYTES, input), position: 0 };
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        let has_mark = scanner.read_to(b"<", &mut buffer, max_text)?;
        if has_mark && buffer.last() == Some(&b'<') {
            buffer.pop();
        }
        if !buffer.is_empty() && !found(Token::Text(&buffer)) || !has_mark {
            return Ok(());
        }
        let start = scanner.position - 1;
        buffer.clear();
        let goes_on = match scanner.read_tag(&mut buffer, max_text)? {
            TagPiece::Tag => found(Token::Tag(Tag { start, end: scanner.position, markup: &buffer })),
            TagPiece::Literal => found(Token::Literal(&buffer)),
            TagPiece::Nothing => true,
        };
        if !goes_on {
            return Ok(());
        }
    }
}

/// What begins with `<`.
enum TagPiece {
    Tag,
    Literal,
    Nothing,
}

struct TagScanner<Inner> {
    reader: BufReader<Inner>,
    position: u64,
}

impl<Inner: Read> TagScanner<Inner> {
    fn byte(&mut self) -> io::Result<Option<u8>> {
        let byte = self.reader.fill_buf()?.first().copied();
        if byte.is_some() {
            self.reader.consume(1);
            self.position += 1;
        }
        Ok(byte)
    }

    /// Reads to the end of `mark`, and adds what is read to `kept`, mark included, up to `limit` bytes. False if the mark does
    /// not come.
    fn read_to(&mut self, mark: &[u8], kept: &mut Vec<u8>, limit: usize) -> io::Result<bool> {
        let mut last = Vec::with_capacity(mark.len() + 1);
        while let Some(byte) = self.byte()? {
            if kept.len() < limit {
                kept.push(byte);
            }
            last.push(byte);
            if last.len() > mark.len() {
                last.remove(0);
            }
            if last == mark {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Reads what begins with the `<` that was read, into `kept`.
    fn read_tag(&mut self, kept: &mut Vec<u8>, max_text: usize) -> io::Result<TagPiece> {
        kept.push(b'<');
        let mut quote = None;
        let mut brackets = 0_usize;
        while let Some(byte) = self.byte()? {
            if kept.len() < MAX_TAG_BYTES || byte == b'>' {
                kept.push(byte);
            }
            let special = kept.len() <= 9 && kept.get(1).is_some_and(|second| matches!(second, b'!' | b'?'));
            if special && kept == b"<!--" {
                self.read_to(b"-->", &mut Vec::new(), 0)?;
                return Ok(TagPiece::Nothing);
            } else if special && kept == b"<![CDATA[" {
                kept.clear();
                if self.read_to(b"]]>", kept, max_text.saturating_add(3))? && kept.ends_with(b"]]>") {
                    kept.truncate(kept.len() - 3);
                }
                kept.truncate(max_text);
                return Ok(TagPiece::Literal);
            } else if special && kept == b"<?" {
                self.read_to(b"?>", &mut Vec::new(), 0)?;
                return Ok(TagPiece::Nothing);
            }
            match (byte, quote) {
                (_, Some(mark)) if byte == mark => quote = None,
                (_, Some(_)) => {}
                // An apostrophe in a text after a lone `<` opens nothing.
                (b'"' | b'\'', None) if kept.ends_with(&[b'=', byte]) || kept.ends_with(&[b' ', byte]) => {
                    quote = Some(byte)
                }
                (b'[', None) if kept.starts_with(b"<!") => brackets += 1,
                (b']', None) => brackets = brackets.saturating_sub(1),
                (b'>', None) if brackets == 0 => {
                    return Ok(if kept.starts_with(b"<!") { TagPiece::Nothing } else { TagPiece::Tag });
                }
                _ => {}
            }
        }
        Ok(TagPiece::Nothing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str, max_text: usize) -> Vec<String> {
        let mut tokens = Vec::new();
        for_each(text.as_bytes(), max_text, &mut |token| {
            tokens.push(match token {
                Token::Tag(tag) => {
                    assert_eq!(&text.as_bytes()[tag.start as usize..tag.end as usize], tag.markup);
                    format!("{}{}", if tag.is_end() { "/" } else { "" }, tag.name())
                }
                Token::Text(text) => format!("\"{}\"", String::from_utf8_lossy(text)),
                Token::Literal(text) => format!("[{}]", String::from_utf8_lossy(text)),
            });
            true
        })
        .unwrap();
        tokens
    }

    #[test]
    fn tags_and_texts_come_in_order() {
        let text = "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b \"c>\">]><a x='1>2'>Eins<!-- <b> --><c:d/><![CDATA[<e>]]> zwei</a>";
        assert_eq!(tokens(text, 100), ["a", "\"Eins\"", "c:d", "[<e>]", "\" zwei\"", "/a"]);
        assert_eq!(tokens(text, 2), ["a", "\"Ei\"", "c:d", "[<e]", "\" z\"", "/a"]);
    }

    #[test]
    fn what_does_not_end_is_passed_over() {
        for text in ["<a", "<!-- a", "<![CDATA[a", "<?a", "<a x='", "", "<"] {
            assert!(tokens(text, 10).len() <= 1, "{text}");
        }
    }

    #[test]
    fn attributes_are_found_by_name() {
        let markup = br#"<link rel="alternate" atom:href='https://bote.example/?a=1' title="x = y"/>"#;
        let tag = Tag { start: 0, end: 0, markup };
        assert!(tag.is_empty_element());
        assert_eq!((tag.local_name(), tag.attribute("rel").as_deref()), ("link", Some("alternate")));
        assert_eq!(tag.attribute("href").as_deref(), Some("https://bote.example/?a=1"));
        assert_eq!(tag.attribute("title").as_deref(), Some("x = y"));
        assert_eq!(tag.attribute("type"), None);
    }
}
