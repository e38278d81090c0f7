//! WARC → the pages in a web archive, each an article with its address and the day it was fetched.
//!
//! A page is a response with status 200 and HTML in it. Everything else is counted, with the reason. In a compressed archive
//! each record is a gzip member of its own.
//!
//! Promises: archives of any size are split in little memory; what a page unpacks to is bounded.

use std::io::{self, BufRead, BufReader, Cursor, Read, Seek, SeekFrom};

use encoding_rs::Encoding;
use flate2::bufread::{DeflateDecoder, GzDecoder, ZlibDecoder};

use super::super::encoding::declared_in_markup;
use super::super::input_format::InputFormat;
use super::super::listing::{Found, Part};
use super::super::source::{MAX_BYTES, ReadError, Source};
use super::super::text;
use super::html;
use super::stated_day::stated_day;
use crate::document::ArticleDraft;

/// WARC.
pub(super) const INPUT_FORMAT: InputFormat = InputFormat {
    name: "WARC",
    extensions: &["warc", "warc.gz"],
    shared_extensions: &[],
    about: "a web archive, compressed or not: each HTML response is an article with its address",
    sniff: |beginning| beginning.starts_with(b"WARC/") || is_gzip(beginning) && begins_as_warc(beginning),
    split: Some(split),
    unpack: None,
    read,
};

/// The longest head of a record, or of a response in it.
const MAX_HEAD_BYTES: u64 = 256 * 1024;

/// Bytes that are read at once.
const BLOCK_BYTES: usize = 64 * 1024;

/// What the user can do about a damaged archive.
const FETCH_AGAIN_HINT: &str = "copy or download the archive again";

/// The address of a page, or why a record is none; and how many bytes of the record follow.
type DescribedRecord = (Result<String, String>, u64);

/// Fields of the head of a record, or of a response, with their names in lower case.
#[derive(Default)]
struct WarcHead {
    first_line: String,
    fields: Vec<(String, String)>,
}

impl WarcHead {
    fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// The head at the beginning of `reader`, up to its empty line; `None` at the end of the file.
fn read_warc_head(reader: &mut impl BufRead) -> io::Result<Option<WarcHead>> {
    let mut head = WarcHead::default();
    let mut limited = reader.take(MAX_HEAD_BYTES);
    let mut line = Vec::new();
    loop {
        line.clear();
        if limited.read_until(b'\n', &mut line)? == 0 {
            let is_whole = head.first_line.is_empty() && head.fields.is_empty() && limited.limit() > 0;
            return if is_whole { Ok(None) } else { Err(io::ErrorKind::UnexpectedEof.into()) };
        }
        let text = String::from_utf8_lossy(&line);
        let text = text.trim_end();
        if text.is_empty() {
            // Empty lines end the record before.
            if head.first_line.is_empty() {
                continue;
            }
            return Ok(Some(head));
        }
        if head.first_line.is_empty() {
            head.first_line = text.to_owned();
        } else if let Some((name, value)) = text.split_once(':') {
            head.fields.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
}

fn is_gzip(beginning: &[u8]) -> bool {
    beginning.starts_with(&[0x1f, 0x8b])
}

/// True if `compressed` unpacks to what begins as a record does.
fn begins_as_warc(compressed: &[u8]) -> bool {
    let mut start = [0; 5];
    GzDecoder::new(compressed).read_exact(&mut start).is_ok() && &start == b"WARC/"
}

/// Passes the pages to `found`, called by their addresses, and counts the other records.
fn split(source: &mut Source, found: &mut dyn FnMut(Found)) -> io::Result<()> {
    let is_compressed = is_gzip(&source.range(0, 2)?);
    source.file.seek(SeekFrom::Start(0))?;
    let file = CountedReader { inner: &mut source.file, position: 0 };
    let mut reader = BufReader::with_capacity(BLOCK_BYTES, file);
    let skipped = &mut source.skipped_records;
    let mut pass = |record: Result<String, String>, start: u64, end: u64| match record {
        Ok(address) => found(Found::Article(Part::new(address, start..end))),
        Err(reason) => *skipped.entry(reason).or_default() += 1,
    };
    loop {
        let start = position_in_archive(&reader);
        if reader.fill_buf()?.is_empty() {
            return Ok(());
        }
        if is_compressed {
            let mut member = GzDecoder::new(&mut reader);
            let record = {
                let mut unpacked = BufReader::with_capacity(BLOCK_BYTES, &mut member);
                let record = describe_record(&mut unpacked)?;
                let mut rest = Vec::new();
                // To its end, where the next member begins. A second record in it means that the file was compressed as a
                // whole.
                io::copy(&mut unpacked.by_ref(), &mut RecordTail { kept: &mut rest })?;
                if !rest.is_empty() {
                    return Err(io::Error::other("it was compressed as a whole; unpack it with gunzip"));
                }
                record
            };
            drop(member);
            if let Some((record, _)) = record {
                pass(record, start, position_in_archive(&reader));
            }
        } else {
            let Some((record, rest)) = describe_record(&mut reader)? else { return Ok(()) };
            let copied = io::copy(&mut reader.by_ref().take(rest), &mut io::sink())?;
            if copied < rest {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            pass(record, start, position_in_archive(&reader));
        }
    }
}

/// A writer that keeps nothing but marks of records.
struct RecordTail<'buffer> {
    kept: &'buffer mut Vec<u8>,
}

impl io::Write for RecordTail<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.kept.is_empty()
            && let Some(at) = bytes.windows(10).position(|window| window.starts_with(b"\r\n\r\nWARC/1"))
        {
            self.kept.extend_from_slice(&bytes[at + 3..at + 10]);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A reader that knows where it is.
struct CountedReader<Inner> {
    inner: Inner,
    position: u64,
}

impl<Inner: Read> Read for CountedReader<Inner> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(buffer)?;
        self.position += length as u64;
        Ok(length)
    }
}

/// Where the next byte of `reader` is in the file.
fn position_in_archive<Inner>(reader: &BufReader<CountedReader<Inner>>) -> u64 {
    reader.get_ref().position - reader.buffer().len() as u64
}

/// The address of the page in the next record, or why it is none; and how many bytes of the record follow. `None` at the end
/// of the file.
fn describe_record(reader: &mut impl BufRead) -> io::Result<Option<DescribedRecord>> {
    let Some(head) = read_warc_head(reader)? else { return Ok(None) };
    if !head.first_line.starts_with("WARC/") {
        return Err(io::Error::other("a record does not begin where the one before it ends"));
    }
    let length: u64 = head.field("content-length").and_then(|length| length.parse().ok()).unwrap_or_default();
    let kind = head.field("warc-type").unwrap_or("unknown");
    let address = head.field("warc-target-uri").unwrap_or_default().trim_matches(['<', '>']).to_owned();
    let is_page = |media_type: &str| {
        ["text/html", "application/xhtml"].iter().any(|kind| media_type.trim().to_lowercase().starts_with(kind))
    };
    if kind == "resource" {
        let media_type = head.field("content-type").unwrap_or_default();
        let page = if is_page(media_type) { Ok(address) } else { Err(not_html(media_type)) };
        return Ok(Some((page, length)));
    }
    if kind != "response" {
        return Ok(Some((Err(format!("type {kind}")), length)));
    }
    let mut limited = reader.take(length);
    let response = read_warc_head(&mut limited).ok().flatten();
    let rest = limited.limit();
    let page = match response {
        Some(response) if response.first_line.starts_with("HTTP/") => {
            let status = response.first_line.split_whitespace().nth(1).unwrap_or_default().to_owned();
            let media_type = response.field("content-type").unwrap_or_default();
            if status != "200" {
                Err(format!("status {status}"))
            } else if is_page(media_type) {
                Ok(address)
            } else {
                Err(not_html(media_type))
            }
        }
        _ => Err("no response of a web server".to_owned()),
    };
    Ok(Some((page, rest)))
}

fn not_html(media_type: &str) -> String {
    let plain = media_type.split(';').next().unwrap_or_default().trim();
    if plain.is_empty() { "no media type".to_owned() } else { format!("{plain} is no HTML") }
}

fn read(source: &mut Source) -> Result<ArticleDraft, ReadError> {
    let damaged = |what: &str| ReadError::Damaged { what: what.to_owned(), hint: FETCH_AGAIN_HINT };
    if source.part.is_none() {
        take_only_page(source)?;
    }
    let packed = source.bytes()?;
    let unpacked = if is_gzip(&packed) { unpack_page(GzDecoder::new(packed.as_slice()))? } else { packed };
    let mut reader = Cursor::new(unpacked.as_slice());
    let head = read_warc_head(&mut reader).ok().flatten().ok_or_else(|| damaged("its record has no head"))?;
    let mut body = Vec::new();
    let length = head.field("content-length").and_then(|length| length.parse().ok()).unwrap_or(u64::MAX);
    let mut media_type = head.field("content-type").map(str::to_owned);
    let mut block = reader.take(length);
    if head.field("warc-type") == Some("response") {
        let response = read_warc_head(&mut block).ok().flatten().ok_or_else(|| damaged("its response has no head"))?;
        block.read_to_end(&mut body)?;
        body = page_content(&response, body)?;
        media_type = response.field("content-type").map(str::to_owned);
    } else {
        block.read_to_end(&mut body)?;
    }
    let mut page = Source::from_bytes(body);
    let stated = media_type.as_deref().and_then(charset_of_media_type);
    let text = text::decode(&mut page, |bytes| stated.or_else(|| declared_in_markup(bytes)))?;
    let mut draft = html::parse(&text)?;
    draft.left_out.append(&mut page.left_out);
    let address = head.field("warc-target-uri").map(|address| address.trim_matches(['<', '>']).to_owned());
    draft.url = draft.url.or(address.filter(|address| address.starts_with("http")));
    draft.retrieved = head.field("warc-date").and_then(stated_day);
    Ok(draft)
}

/// Makes the only page of an archive that was not split the part.
fn take_only_page(source: &mut Source) -> Result<(), ReadError> {
    let mut parts = Vec::new();
    let split = split(source, &mut |found| {
        if let Found::Article(part) = found {
            parts.push(part);
        }
    });
    if parts.len() > 1 {
        return Err(ReadError::Several);
    }
    source.part = parts.pop();
    if source.part.is_some() {
        return Ok(());
    }
    if source.file_length()? == 0 {
        return Err(ReadError::Empty);
    }
    let what = match split {
        Err(cause) => cause.to_string(),
        Ok(()) => "there is no HTML page with status 200 in it".to_owned(),
    };
    Err(ReadError::Damaged { what, hint: FETCH_AGAIN_HINT })
}

/// What the server sent, without the wrappings of the transfer.
fn page_content(response: &WarcHead, body: Vec<u8>) -> Result<Vec<u8>, ReadError> {
    let is =
        |field: &str, value: &str| response.field(field).is_some_and(|stated| stated.to_lowercase().contains(value));
    // Some crawlers store the body unpacked and leave the field as it was.
    let body = if is("transfer-encoding", "chunked") { without_chunk_lengths(&body).unwrap_or(body) } else { body };
    if is("content-encoding", "gzip") && is_gzip(&body) {
        return unpack_page(GzDecoder::new(body.as_slice()));
    }
    if is("content-encoding", "deflate") {
        let with_head = unpack_page(ZlibDecoder::new(body.as_slice()));
        return with_head.or_else(|_| unpack_page(DeflateDecoder::new(body.as_slice()))).or(Ok(body));
    }
    let packed = ["br", "zstd", "compress"].into_iter().find(|packing| is("content-encoding", packing));
    match packed {
        Some(packing) if std::str::from_utf8(&body).is_err() && !looks_like_html(&body) => Err(ReadError::Damaged {
            what: format!("the page is compressed as {packing}, which is not read"),
            hint: "unpack the archive with warcio recompress or a similar tool",
        }),
        _ => Ok(body),
    }
}

fn looks_like_html(body: &[u8]) -> bool {
    body.trim_ascii_start().starts_with(b"<")
}

/// What `packed` unpacks to, up to the limit for an article.
fn unpack_page(packed: impl Read) -> Result<Vec<u8>, ReadError> {
    let mut bytes = Vec::new();
    let outcome = packed.take(MAX_BYTES + 1).read_to_end(&mut bytes);
    if bytes.len() as u64 > MAX_BYTES {
        return Err(ReadError::TooLarge { limit: MAX_BYTES });
    }
    match outcome {
        Ok(_) => Ok(bytes),
        Err(cause) => {
            Err(ReadError::Damaged { what: format!("it cannot be unpacked: {cause}"), hint: FETCH_AGAIN_HINT })
        }
    }
}

/// `body` without the lengths between its chunks; `None` if there are none.
fn without_chunk_lengths(body: &[u8]) -> Option<Vec<u8>> {
    let mut whole = Vec::with_capacity(body.len());
    let mut rest = body;
    loop {
        let end = rest.iter().position(|byte| *byte == b'\n')?;
        let line = std::str::from_utf8(&rest[..end]).ok()?.trim();
        let digits = line.split(';').next().unwrap_or_default().trim();
        let length = usize::from_str_radix(digits, 16).ok()?;
        rest = &rest[end + 1..];
        if length == 0 {
            return Some(whole);
        }
        // The last chunk of a page that was cut is kept.
        let Some(chunk) = rest.get(..length) else {
            whole.extend_from_slice(rest);
            return Some(whole);
        };
        whole.extend_from_slice(chunk);
        rest = rest[length..].strip_prefix(b"\r\n").or_else(|| rest[length..].strip_prefix(b"\n"))?;
    }
}

/// The encoding in `text/html; charset=utf-8`.
fn charset_of_media_type(media_type: &str) -> Option<&'static Encoding> {
    let lower = media_type.to_lowercase();
    let (_, label) = lower.split_once("charset=")?;
    Encoding::for_label(label.split(';').next()?.trim_matches(['"', '\'', ' ']).as_bytes())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;
    use crate::document::Date;

    fn record(kind: &str, address: &str, block: &[u8]) -> Vec<u8> {
        let length = block.len();
        let head = format!(
            "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {address}\r\nWARC-Date: 2024-05-07T10:00:00Z\r\nContent-Length: {length}\r\n\r\n"
        );
        [head.as_bytes(), block, b"\r\n\r\n"].concat()
    }

    fn response(status: &str, fields: &str, body: &[u8]) -> Vec<u8> {
        [format!("HTTP/1.1 {status}\r\n{fields}\r\n").as_bytes(), body].concat()
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn records() -> Vec<Vec<u8>> {
        let html = "Content-Type: text/html; charset=iso-8859-1\r\n";
        let page = "<title>Gr\u{fc}\u{df}e</title><p>Die F\u{e4}hre f\u{e4}hrt."
            .chars()
            .map(|it| it as u8)
            .collect::<Vec<_>>();
        let chunked = b"5\r\n<p>Ei\r\n4\r\nns.<\r\n0\r\n\r\n";
        vec![
            record("warcinfo", "", b"software: x\r\n"),
            record("response", "https://bote.example/a", &response("200 OK", html, &page)),
            record("response", "https://bote.example/b", &response("404 Not Found", html, b"<p>Weg.")),
            record(
                "response",
                "https://bote.example/c.png",
                &response("200 OK", "Content-Type: image/png\r\n", b"\x89PNG"),
            ),
            record("request", "https://bote.example/a", b"GET / HTTP/1.1\r\n\r\n"),
            record(
                "response",
                "<https://bote.example/d>",
                &response("200 OK", &format!("{html}Transfer-Encoding: chunked\r\n"), chunked),
            ),
            record(
                "response",
                "https://bote.example/e",
                &response("200 OK", &format!("{html}Content-Encoding: gzip\r\n"), &gzip(b"<p>Zwei.")),
            ),
        ]
    }

    /// Pages by address, how many other records there are by reason, and how splitting ended.
    type Outcome = (Vec<(String, ArticleDraft)>, Vec<(String, usize)>, io::Result<()>);

    fn read_all(archive: &[u8]) -> Outcome {
        let mut source = Source::from_bytes(archive.to_vec());
        let mut parts = Vec::new();
        let outcome = split(&mut source, &mut |found| match found {
            Found::Article(part) | Found::File(part, _) => parts.push(part),
        });
        let read_part = |part: Part| {
            let mut source = Source::from_bytes(archive.to_vec());
            source.part = Some(part.clone());
            (part.id, read(&mut source).unwrap())
        };
        (parts.into_iter().map(read_part).collect(), source.skipped_records.into_iter().collect(), outcome)
    }

    #[test]
    fn each_page_is_an_article_and_the_rest_is_counted() {
        let plain = records().concat();
        let compressed: Vec<u8> = records().iter().flat_map(|record| gzip(record)).collect();
        for archive in [plain, compressed] {
            let (pages, skipped, outcome) = read_all(&archive);
            outcome.unwrap();
            let found: Vec<_> = pages.iter().map(|(id, draft)| (id.as_str(), draft.sections[0].text.trim())).collect();
            let expected = [("a", "Die Fähre fährt."), ("d", "Eins.<"), ("e", "Zwei.")];
            assert_eq!(
                found,
                expected
                    .map(|(name, text)| (format!("https://bote.example/{name}"), text))
                    .iter()
                    .map(|(id, text)| (id.as_str(), *text))
                    .collect::<Vec<_>>()
            );
            let first = &pages[0].1;
            assert_eq!((first.title.as_deref(), first.url.as_deref()), (Some("Grüße"), Some("https://bote.example/a")));
            assert_eq!((first.published, first.retrieved), (None, Date::new(2024, 5, 7)));
            let reasons = [("image/png is no HTML", 1), ("status 404", 1), ("type request", 1), ("type warcinfo", 1)];
            assert_eq!(skipped, reasons.map(|(reason, count)| (reason.to_owned(), count)));
        }
    }

    #[test]
    fn an_archive_that_is_cut_keeps_its_whole_pages() {
        let archive = records().concat();
        let (pages, _, outcome) = read_all(&archive[..archive.len() - 20]);
        assert!(outcome.is_err() && pages.len() == 2);
        let (_, _, outcome) = read_all(&gzip(&records().concat()));
        assert!(outcome.unwrap_err().to_string().contains("gunzip"));
    }

    #[test]
    fn a_page_that_unpacks_without_end_is_refused() {
        let bomb = gzip(&vec![b' '; 2 * MAX_BYTES as usize]);
        let fields = "Content-Type: text/html\r\nContent-Encoding: gzip\r\n";
        let archive = record("response", "https://bote.example/a", &response("200 OK", fields, &bomb));
        assert!(matches!(read(&mut Source::from_bytes(archive)), Err(ReadError::TooLarge { .. })));
        let fields = "Content-Type: text/html\r\nContent-Encoding: br\r\n";
        let archive = record("response", "https://bote.example/a", &response("200 OK", fields, b"\x8b\xff\x80"));
        assert!(read(&mut Source::from_bytes(archive)).unwrap_err().to_string().contains("compressed as br"));
    }

    #[test]
    fn what_is_no_archive_says_so() {
        for bytes in [&b"Text\n\n"[..], b"WARC/1.0\r\n", b"WARC/1.0\r\n\r\n", b"\x1f\x8b\x08"] {
            assert!(
                matches!(read(&mut Source::from_bytes(bytes.to_vec())), Err(ReadError::Damaged { .. })),
                "{bytes:?}"
            );
        }
        assert!(matches!(read(&mut Source::from_bytes(Vec::new())), Err(ReadError::Empty)));
        assert_eq!(without_chunk_lengths(b"x"), None);
        assert_eq!(without_chunk_lengths(b"5\r\nab"), Some(b"ab".to_vec()));
        let several: Vec<u8> = records().concat();
        assert!(matches!(read(&mut Source::from_bytes(several)), Err(ReadError::Several)));
    }
}
