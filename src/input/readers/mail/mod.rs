//! The bytes of one mail → draft, and the files that are attached to it.
//!
//! The subject is the title, the sender the author, and the day it was sent the day of publication. Plain text is taken
//! rather than HTML, unless it says much less. Quoted mails, signatures and heads of forwarded mails are set aside, and
//! attachments are named.
//!
//! Promises: nothing is loaded; nesting costs no stack; text in a wrong or unnamed encoding is decoded as in any other file.

use std::borrow::Cow;

use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;
use mail_parser::{Address, Encoding, HeaderName, Message, MessageParser, MessagePart, MimeHeaders, PartType};

use super::super::characters::{self, is_web_address, one_line};
use super::super::encoding::{self, undeclared};
use super::super::listing::PackedFile;
use super::super::source::ReadError;
use super::html::content::{self, SetAside};
use super::{mail_quotes, plain_text};
use crate::document::{ArticleDraft, Date, LeftOut, ParagraphKind, Section};
use crate::guarded::guarded;

/// The largest mail in bytes, with its attachments.
pub(super) const MAX_MAIL_BYTES: u64 = 64 * 1024 * 1024;

/// The most attachments of a mail that are read. The others are named all the same.
const MAX_ATTACHMENTS: usize = 200;

/// The most mails within mails. A parser that drops them uses stack for each level.
const MAX_NESTED_MAILS: usize = 1000;

/// Rule of mails that are quoted in a reply.
const QUOTED_REPLY: &str = "quoted-reply";

/// Rule of signatures, and of what a mailing list adds.
const SIGNATURE: &str = "signature";

/// Rule of recipients, and of heads of forwarded mails.
const MAIL_HEADERS: &str = "mail-headers";

/// Rule of the names of attachments.
const ATTACHMENT: &str = "attachment";

/// What mail programs put around quotations and signatures.
const HTML_QUOTES: &[SetAside] = &[
    SetAside {
        selectors: ".moz-signature, .gmail_signature, .gmail_signature_prefix, #Signature, .protonmail_signature_block, \
                    #ms-outlook-mobile-signature",
        with_rest: false,
        rule: SIGNATURE,
    },
    SetAside {
        selectors: ".moz-cite-prefix, blockquote[type=cite], blockquote.gmail_quote, .gmail_attr, .yahoo_quoted, .protonmail_quote",
        with_rest: false,
        rule: QUOTED_REPLY,
    },
    SetAside {
        selectors: "#divRplyFwdMsg, #appendonsend, div[style*='border-top:solid #E1E1E1'], div[style*='border-top:solid #B5C4DF']",
        with_rest: true,
        rule: QUOTED_REPLY,
    },
];

/// Extensions of attached files without a name, by their type.
const EXTENSIONS: &[(&str, &str)] = &[
    ("text/plain", "txt"),
    ("text/html", "html"),
    ("text/markdown", "md"),
    ("text/csv", "csv"),
    ("text/vtt", "vtt"),
    ("message/rfc822", "eml"),
    ("message/global", "eml"),
    ("application/pdf", "pdf"),
    ("application/xhtml+xml", "xhtml"),
    ("application/epub+zip", "epub"),
    ("application/rss+xml", "rss"),
    ("application/atom+xml", "atom"),
    ("application/json", "json"),
    ("application/mbox", "mbox"),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    ("application/vnd.oasis.opendocument.text", "odt"),
];

/// The article that the mail in `bytes` is.
///
/// # Errors
/// If it is no mail, is encrypted, or holds neither text nor a subject.
pub(super) fn read(bytes: &[u8]) -> Result<ArticleDraft, ReadError> {
    let bytes = &*with_blank_line(bytes);
    let message = parse(bytes)?;
    let subject = message.subject().map(|subject| header_text(&message, HeaderName::Subject, subject));
    let subject = subject.map(|subject| one_line(&subject)).filter(|subject| !subject.is_empty());
    let mut draft = ArticleDraft {
        author: message.from().and_then(|from| names(&message, from)),
        published: message.date().and_then(|sent| Date::new(sent.year, sent.month, sent.day)),
        outlet: text_header(&message, "Organization"),
        url: text_header(&message, "Archived-At")
            .map(|url| url.trim_matches(['<', '>']).to_owned())
            .filter(|url| is_web_address(url)),
        ..ArticleDraft::default()
    };
    let is_forward = subject.as_deref().is_some_and(mail_quotes::is_forward);
    for part in body(&message, bytes) {
        match part {
            BodyPart::Plain(text) => add_plain(&mut draft, &text, is_forward),
            BodyPart::Html(markup) => add_html(&mut draft, &markup, is_forward),
        }
    }
    for header in [HeaderName::To, HeaderName::Cc] {
        let recipients = message.header_values(header.clone()).filter_map(|value| value.as_address());
        let recipients: Vec<String> = recipients.filter_map(|address| names(&message, address)).collect();
        if !recipients.is_empty() {
            draft.left_out.push(left_out(&format!("{}: {}", header.as_str(), recipients.join(", ")), MAIL_HEADERS));
        }
    }
    for (number, part) in attachments(&message) {
        draft.left_out.push(left_out(&format!("{} ({})", file_name(part, number), media_type(part)), ATTACHMENT));
    }
    if draft.sections.is_empty() {
        let text = subject.ok_or(ReadError::NoText)?;
        draft.sections.push(Section { kind: ParagraphKind::Body, text });
        return Ok(draft);
    }
    draft.title = merge_titles(subject, draft.title.take(), &mut draft.sections);
    Ok(draft)
}

/// The files that are attached to the mail in `bytes`, each with its number.
///
/// # Errors
/// If it is no mail.
pub(super) fn attached_files(bytes: &[u8]) -> Result<Vec<(usize, PackedFile)>, ReadError> {
    let bytes = &*with_blank_line(bytes);
    let message = parse(bytes)?;
    let files = attachments(&message).take(MAX_ATTACHMENTS);
    Ok(files.map(|(number, part)| (number, packed_file(&message, part, number, bytes))).collect())
}

/// The attached file with this number.
///
/// # Errors
/// If it is no mail.
pub(super) fn attached_file(bytes: &[u8], number: usize) -> Result<Option<PackedFile>, ReadError> {
    let bytes = &*with_blank_line(bytes);
    let message = parse(bytes)?;
    let found = attachments(&message).find(|(other, _)| *other == number);
    Ok(found.map(|(number, part)| packed_file(&message, part, number, bytes)))
}

/// `bytes` with a blank line between head and text where it is missing: before the first line that cannot belong to a head, if no
/// line of a head follows.
fn with_blank_line(bytes: &[u8]) -> Cow<'_, [u8]> {
    let mut text_start = None;
    let mut at = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let content = line.trim_ascii_end();
        if content.is_empty() {
            break;
        }
        let is_of_head = at > 0 && line.starts_with(b" ") || line.starts_with(b"\t") || is_mbox_line(content);
        if is_header(content) {
            text_start = None;
        } else if !is_of_head {
            text_start = text_start.or(Some(at));
        }
        at += line.len();
    }
    match text_start {
        Some(start) => Cow::Owned([&bytes[..start], b"\n", &bytes[start..]].concat()),
        None => Cow::Borrowed(bytes),
    }
}

/// True for the line before each mail in a mailbox.
fn is_mbox_line(line: &[u8]) -> bool {
    line.starts_with(b"From ") || line.starts_with(b">From ")
}

fn is_header(line: &[u8]) -> bool {
    let name = line.iter().position(|byte| *byte == b':').map(|end| &line[..end]);
    name.is_some_and(|name| {
        !name.is_empty()
            && name.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ')
            && !name.trim_ascii_end().contains(&b' ')
    })
}

/// True if `text` begins as a mail does that a server has seen: with headers, one of which only mails have.
pub(super) fn begins_as_mail(text: &str) -> bool {
    let mut names: Vec<String> = Vec::new();
    for line in text.lines() {
        if line.is_empty() {
            break;
        }
        if line.starts_with([' ', '\t']) && !names.is_empty() {
            continue;
        }
        match header_name(line) {
            Some(name) => names.push(name.to_ascii_lowercase()),
            None => break,
        }
    }
    let has = |wanted: &[&str]| names.iter().any(|name| wanted.contains(&name.as_str()));
    has(&["message-id", "mime-version", "received", "return-path", "delivered-to", "x-mailer"])
        && has(&["from", "subject", "date", "to"])
}

/// The name in a header such as `Subject: Halle`.
pub(super) fn header_name(line: &str) -> Option<&str> {
    let (name, _) = line.split_once(':')?;
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic());
    is_name.then_some(name)
}

fn parse(bytes: &[u8]) -> Result<Message<'_>, ReadError> {
    let nested = [&b"message/rfc822"[..], b"message/global", b"multipart/digest"];
    if nested.iter().map(|mark| count_ignoring_case(bytes, mark)).sum::<usize>() > MAX_NESTED_MAILS {
        return Err(ReadError::Damaged {
            what: "too many mails are attached within each other".to_owned(),
            hint: "save the attached mails as files of their own",
        });
    }
    // Its arithmetic on offsets may panic where a mail ends within a boundary.
    let message = guarded(|| MessageParser::default().parse(bytes)).flatten();
    message.filter(|message| !message.parts.is_empty()).ok_or_else(|| ReadError::Damaged {
        what: "there are no headers of a mail at its beginning".to_owned(),
        hint: "save the mail from the mail program as .eml, or the text alone as .txt",
    })
}

/// How often `mark`, which is in lower case, stands in `bytes`.
fn count_ignoring_case(bytes: &[u8], mark: &[u8]) -> usize {
    let slash = mark.iter().position(|byte| *byte == b'/').unwrap_or_default();
    let is_here = |at: &usize| {
        let begin = at.checked_sub(slash);
        let found = begin.and_then(|begin| bytes.get(begin..begin + mark.len()));
        found.is_some_and(|found| found.eq_ignore_ascii_case(mark))
    };
    bytes.iter().enumerate().filter(|(_, byte)| **byte == b'/').map(|(at, _)| at).filter(is_here).count()
}

fn left_out(text: &str, rule: &str) -> LeftOut {
    LeftOut { text: text.to_owned(), rule: rule.to_owned() }
}

/// A part of the text.
enum BodyPart {
    Plain(String),
    Html(String),
}

/// The parts of the text, in the plainer of its forms, unless that says much less.
fn body(message: &Message<'_>, raw: &[u8]) -> Vec<BodyPart> {
    let parts = |ids: &[u32]| -> Vec<BodyPart> {
        let parts = ids.iter().filter_map(|id| message.part(*id));
        parts
            .filter_map(|part| match &part.body {
                PartType::Text(text) => Some(BodyPart::Plain(plain_text_of(part, text, raw))),
                PartType::Html(text) => Some(BodyPart::Html(part_text(part, text, raw))),
                _ => None,
            })
            .collect()
    };
    if message.text_body.is_empty() && message.html_body.is_empty() {
        let unknown = parts_beside_text(message).filter(|part| is_unknown_text(message, part));
        return unknown
            .filter_map(|part| Some(BodyPart::Plain(plain_text_of(part, part.text_contents()?, raw))))
            .collect();
    }
    let plain = parts(&message.text_body);
    if message.text_body == message.html_body {
        return plain;
    }
    let html = parts(&message.html_body);
    if letters(&plain) * 3 < letters(&html) { html } else { plain }
}

/// How many letters a reader sees in `parts`.
fn letters(parts: &[BodyPart]) -> usize {
    let count = |text: &str| text.chars().filter(|character| character.is_alphanumeric()).count();
    let of_part = |part: &BodyPart| match part {
        BodyPart::Plain(text) => count(text),
        BodyPart::Html(markup) => content::read(markup, &[])
            .map(|draft| draft.sections.iter().map(|section| count(&section.text)).sum())
            .unwrap_or_default(),
    };
    parts.iter().map(of_part).sum()
}

/// The text of `part`. If its encoding is not stated, or not what is stated, it is found as in any other file.
fn part_text(part: &MessagePart<'_>, decoded: &str, raw: &[u8]) -> String {
    if !decoded.contains('\u{fffd}') {
        return decoded.to_owned();
    }
    let bytes = raw.get(part.offset_body as usize..part.offset_end as usize).unwrap_or_default();
    let bytes = match part.encoding {
        Encoding::None => Some(bytes.to_vec()),
        Encoding::QuotedPrintable => quoted_printable_decode(bytes),
        Encoding::Base64 => base64_decode(bytes),
    };
    let found = bytes.and_then(|bytes| encoding::decode(&bytes, undeclared).ok());
    found.filter(|text| !text.contains('\u{fffd}')).unwrap_or_else(|| decoded.to_owned())
}

/// The text of a plain `part`, with the line breaks of its writer.
fn plain_text_of(part: &MessagePart<'_>, decoded: &str, raw: &[u8]) -> String {
    let text = part_text(part, decoded, raw);
    let attribute = |name: &str| part.content_type().and_then(|kind| kind.attribute(name));
    let is_flowed = attribute("format").is_some_and(|format| format.eq_ignore_ascii_case("flowed"));
    let deletes_space = attribute("delsp").is_some_and(|value| value.eq_ignore_ascii_case("yes"));
    if is_flowed { unflow(&text, deletes_space) } else { text }
}

/// Joins the lines of `text` that the sender's mail program divided: those that end in a space (RFC 3676).
fn unflow(text: &str, deletes_space: bool) -> String {
    let mut joined = String::with_capacity(text.len());
    let mut open_depth = None;
    for line in text.lines() {
        let content = line.trim_start_matches('>');
        let depth = line.len() - content.len();
        let content = content.strip_prefix(' ').unwrap_or(content);
        let is_signature_mark = content == "-- ";
        if open_depth == Some(depth) && !is_signature_mark {
            joined.push_str(content);
        } else {
            if !joined.is_empty() {
                joined.push('\n');
            }
            let quote = ">".repeat(depth);
            joined.push_str(&quote);
            joined.push_str(if depth > 0 { " " } else { "" });
            joined.push_str(content);
        }
        open_depth = (content.ends_with(' ') && !is_signature_mark).then_some(depth);
        if open_depth.is_some() && deletes_space {
            joined.pop();
        }
    }
    joined
}

fn add_plain(draft: &mut ArticleDraft, text: &str, is_forward: bool) {
    let parts = mail_quotes::take_apart(&without_armour(&characters::clean(text)), is_forward);
    let rules = [(parts.quoted, QUOTED_REPLY), (parts.signatures, SIGNATURE), (parts.heads, MAIL_HEADERS)];
    draft.left_out.extend(rules.iter().flat_map(|(texts, rule)| texts.iter().map(|text| left_out(text, rule))));
    // A part without text is no error: another part may have some.
    let Ok(found) = plain_text::parse(&parts.own) else { return };
    let is_first = draft.sections.is_empty();
    if is_first {
        draft.title = found.title;
    } else {
        draft.sections.extend(found.title.map(|text| Section { kind: ParagraphKind::Heading, text }));
    }
    draft.sections.extend(found.sections);
    draft.left_out.extend(found.left_out);
}

/// `text` without the lines that sign it (`-----BEGIN PGP SIGNED MESSAGE-----`).
fn without_armour(text: &str) -> String {
    if !text.contains("-----BEGIN PGP SIGNED MESSAGE-----") {
        return text.to_owned();
    }
    let mut kept = Vec::new();
    let (mut in_head, mut in_signature) = (false, false);
    for line in text.lines() {
        match line.trim_end() {
            "-----BEGIN PGP SIGNED MESSAGE-----" => in_head = true,
            "-----BEGIN PGP SIGNATURE-----" => in_signature = true,
            "-----END PGP SIGNATURE-----" => in_signature = false,
            "" if in_head => in_head = false,
            _ if in_head || in_signature => {}
            line => kept.push(line.strip_prefix("- ").unwrap_or(line)),
        }
    }
    kept.join("\n")
}

fn add_html(draft: &mut ArticleDraft, markup: &str, is_forward: bool) {
    let set_aside = if is_forward { &HTML_QUOTES[..1] } else { HTML_QUOTES };
    let Ok(found) = content::read(markup, set_aside) else { return };
    draft.sections.extend(found.sections);
    draft.left_out.extend(found.left_out);
}

/// The title of an article whose file says `stated`, and whose text begins with `found`, which may be a heading then.
fn merge_titles(stated: Option<String>, found: Option<String>, sections: &mut Vec<Section>) -> Option<String> {
    let Some(stated) = stated else { return found };
    if let Some(text) = found.filter(|found| one_line(found) != stated) {
        sections.insert(0, Section { kind: ParagraphKind::Heading, text });
    }
    Some(stated)
}

/// The parts of `message` that are no text of its own, each with its number.
fn attachments<'message>(
    message: &'message Message<'_>,
) -> impl Iterator<Item = (usize, &'message MessagePart<'message>)> {
    let parts = parts_beside_text(message).filter(|part| !is_unknown_text(message, part));
    parts.enumerate().map(|(index, part)| (index + 1, part))
}

fn parts_beside_text<'message>(
    message: &'message Message<'_>,
) -> impl Iterator<Item = &'message MessagePart<'message>> {
    message.attachments.iter().filter_map(|id| message.part(*id))
}

/// True for text of a kind that nobody knows, or that is not stated, if the mail has no other and it was not sent as a file. It is read
/// as plain text (RFC 2046, section 4.1.4).
fn is_unknown_text(message: &Message<'_>, part: &MessagePart<'_>) -> bool {
    let has_text = !message.text_body.is_empty() || !message.html_body.is_empty();
    let kind = part.content_type().filter(|kind| kind.ctype().eq_ignore_ascii_case("text") && !has_text);
    let Some(kind) = kind else { return false };
    let subtype = kind.subtype().unwrap_or_default().to_lowercase();
    let has_reader = EXTENSIONS.iter().any(|(name, _)| name.strip_prefix("text/") == Some(&subtype));
    let is_data = OTHER_TEXT_TYPES.contains(&subtype.as_str()) || has_reader;
    let is_file = part.attachment_name().is_some() || part.content_disposition().is_some_and(|it| it.is_attachment());
    !is_data && !is_file
}

/// Subtypes of text that hold data.
const OTHER_TEXT_TYPES: &[&str] =
    &["calendar", "css", "directory", "javascript", "rtf", "vcard", "x-vcard", "x-amp-html", "xml"];

fn media_type(part: &MessagePart<'_>) -> String {
    match part.content_type() {
        Some(kind) => format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or_default()).to_lowercase(),
        None if matches!(part.body, PartType::Message(_)) => "message/rfc822".to_owned(),
        None => "text/plain".to_owned(),
    }
}

/// The name of an attached file, or what it is called by its number and type.
fn file_name(part: &MessagePart<'_>, number: usize) -> String {
    let kind = media_type(part);
    let extension = EXTENSIONS.iter().find(|(name, _)| *name == kind).map(|(_, extension)| *extension);
    let stated = part.attachment_name().map(one_line).filter(|name| !name.is_empty());
    let has_extension =
        |name: &str| name.rsplit_once('.').is_some_and(|(stem, end)| !stem.is_empty() && !end.is_empty());
    match (stated, extension) {
        (Some(name), _) if has_extension(&name) => name,
        (Some(name), Some(extension)) => format!("{name}.{extension}"),
        (Some(name), None) => name,
        (None, Some(extension)) => format!("attachment {number}.{extension}"),
        (None, None) => format!("attachment {number}"),
    }
}

fn packed_file(message: &Message<'_>, part: &MessagePart<'_>, number: usize, raw: &[u8]) -> PackedFile {
    // The bytes of a mail within this one are not copied when it is parsed.
    let is_plain_mail = matches!(part.body, PartType::Message(_)) && part.encoding == Encoding::None;
    let raw = if message.raw_message.len() == raw.len() { raw } else { &message.raw_message };
    let nested = raw.get(part.offset_body as usize..part.offset_end as usize).filter(|_| is_plain_mail);
    let bytes = match (&part.body, nested) {
        (_, Some(nested)) => nested.to_vec(),
        (PartType::Text(text) | PartType::Html(text), None) => part_text(part, text, raw).into_bytes(),
        (_, None) => part.contents().to_vec(),
    };
    PackedFile { name: file_name(part, number), bytes }
}

/// The names in `address`, or the addresses of those without one.
fn names(message: &Message<'_>, address: &Address<'_>) -> Option<String> {
    let shown = |name: Option<&str>| name.map(one_line).filter(|name| !name.is_empty());
    let names: Vec<String> =
        address.iter().filter_map(|one| shown(one.name()).or_else(|| shown(one.address()))).collect();
    let joined = names.join(", ");
    let fixed = if joined.contains('\u{fffd}') { header_text(message, HeaderName::From, &joined) } else { joined };
    (!fixed.is_empty()).then_some(fixed)
}

fn text_header(message: &Message<'_>, name: &'static str) -> Option<String> {
    let value = message.header_values(name).find_map(|value| value.as_text().map(str::to_owned))?;
    Some(one_line(&value)).filter(|text| !text.is_empty())
}

/// The text of a header. If its bytes are in an encoding that is not stated, it is found as in any other file.
fn header_text(message: &Message<'_>, name: HeaderName<'static>, decoded: &str) -> String {
    let header = message.headers().iter().find(|header| header.name == name);
    let raw = header.and_then(|it| message.raw_message.get(it.offset_start as usize..it.offset_end as usize));
    let has_encoded_words = raw.is_some_and(|raw| raw.windows(2).any(|pair| pair == b"=?"));
    let found = raw.filter(|_| decoded.contains('\u{fffd}') && !has_encoded_words);
    found.and_then(|raw| encoding::decode(raw, undeclared).ok()).unwrap_or_else(|| decoded.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(draft: &ArticleDraft) -> Vec<&str> {
        draft.sections.iter().map(|section| section.text.as_str()).collect()
    }

    fn listed(draft: &ArticleDraft) -> Vec<(&str, &str)> {
        draft.left_out.iter().map(|passage| (passage.rule.as_str(), passage.text.as_str())).collect()
    }

    #[test]
    fn a_mail_is_an_article_with_its_subject_sender_and_day() {
        let draft = read(include_bytes!("../../../../tests/formats/presse.eml")).unwrap();
        assert_eq!(draft.title.as_deref(), Some("Ahlhausen kauft die Güterhalle und baut eine Bücherei"));
        assert_eq!((draft.author.as_deref(), draft.outlet.as_deref()), (Some("Jana Ohm"), Some("Stadt Ahlhausen")));
        assert_eq!(draft.published, Date::new(2024, 5, 7));
        assert_eq!(draft.sections.len(), 3);
        assert!(draft.sections[0].text.ends_with("zur Stadtbücherei werden."), "{:?}", texts(&draft));
        let quoted = "Am 6. Mai 2024 um 18:02 schrieb Kai Lund <lund@bote.example>:\n> Liegt der Beschluss schon vor?\n\
                      > Wir drucken am Dienstag.";
        let expected = [
            (QUOTED_REPLY, quoted),
            (SIGNATURE, "Jana Ohm\nPressestelle, Markt 1, 21000 Ahlhausen"),
            (MAIL_HEADERS, "To: Redaktion"),
            (ATTACHMENT, "Zeitplan für die Halle.txt (text/plain)"),
            (ATTACHMENT, "halle.png (image/png)"),
        ];
        assert_eq!(listed(&draft), expected);
    }

    #[test]
    fn text_in_an_unnamed_encoding_is_decoded_as_in_any_other_file() {
        let mail = b"From: J\xfcrgen Thies <a@b.example>\nSubject: Gr\xfc\xdfe aus K\xf6ln\n\nSch\xf6ne Gr\xfc\xdfe aus K\xf6ln.\n";
        let draft = read(mail).unwrap();
        assert_eq!(draft.title.as_deref(), Some("Grüße aus Köln"));
        assert_eq!(texts(&draft), ["Schöne Grüße aus Köln."]);
        for (encoding, body) in [("quoted-printable", "Sch=F6ne Gr=FC=DFe."), ("base64", "U2No9m5lIEdy/N9lLg==")] {
            let mail =
                format!("Subject: a\nContent-Type: text/plain\nContent-Transfer-Encoding: {encoding}\n\n{body}\n");
            assert_eq!(texts(&read(mail.as_bytes()).unwrap()), ["Schöne Grüße."], "{encoding}");
        }
    }

    #[test]
    fn text_of_a_kind_that_nobody_knows_is_text() {
        for kind in ["text", "text; charset=utf-8", "text/x-eigen", "text/plan"] {
            let mail = format!("Subject: a\nContent-Type: {kind}\n\nDie Halle ist da.\n");
            let draft = read(mail.as_bytes()).unwrap();
            assert_eq!((texts(&draft), draft.left_out.len()), (vec!["Die Halle ist da."], 0), "{kind}");
            assert_eq!(attached_files(mail.as_bytes()).unwrap().len(), 0, "{kind}");
        }
        let file = "Subject: a\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/x-eigen; name=a.txt\n\nDie Halle.\n--b\n\
                    Content-Type: text/calendar\n\nBEGIN:VCALENDAR\n--b--\n";
        assert_eq!(attached_files(file.as_bytes()).unwrap().len(), 2);
    }

    #[test]
    fn a_text_right_after_its_head_is_found() {
        for (mail, text) in [
            (
                "From: Kai <kai@bote.example>\nSubject: Halle\nDie Stadt kauft sie.\nNun ist sie da.\n",
                "Die Stadt kauft sie. Nun ist sie da.",
            ),
            ("Die Stadt kauft die Halle\n am Fluss.\n\n", "Die Stadt kauft die Halle am Fluss."),
            ("Subject: a\nzerbrochene Zeile\nFrom: Kai\n\nDie Halle.\n", "Die Halle."),
            ("From kai Fri May  3 10:00:00 2024\nSubject: a\n\nDie Halle.\n", "Die Halle."),
        ] {
            let draft = read(mail.as_bytes()).unwrap();
            assert_eq!(one_line(&texts(&draft).join(" ")), text, "{mail}");
        }
    }

    #[test]
    fn lines_that_a_mail_program_divided_are_whole() {
        for (text, joined) in [
            ("Die Halle \nist da.\nGut.", "Die Halle ist da.\nGut."),
            ("> Die Halle \n> ist da.\nGut.", "> Die Halle ist da.\nGut."),
            ("Ende.\n-- \nJana \nOhm", "Ende.\n-- \nJana Ohm"),
            ("> Eins \nzwei", "> Eins \nzwei"),
        ] {
            assert_eq!(unflow(text, false), joined);
        }
        assert_eq!(unflow("Don \naudampf", true), "Donaudampf");
    }

    #[test]
    fn what_a_mail_is_about_is_read_in_every_form() {
        for (head, body, sections) in [
            ("Subject: Halle gekauft\n", "", vec!["Halle gekauft"]),
            (
                "Subject: a\n",
                "\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nDie Halle.\n-----BEGIN PGP SIGNATURE-----\nxyz\n-----END PGP SIGNATURE-----\n",
                vec!["Die Halle."],
            ),
            (
                "Subject: a\nContent-Type: multipart/alternative; boundary=b\n",
                "\n--b\n\nSehen Sie online.\n--b\nContent-Type: text/html\n\n<p>Die Stadt kauft die Halle am Fluss.<p>Sie kostet \
                 3 Millionen Euro und wird eine Bücherei.\n--b--\n",
                vec!["Die Stadt kauft die Halle am Fluss.", "Sie kostet 3 Millionen Euro und wird eine Bücherei."],
            ),
            (
                "Subject: a\nContent-Type: text/html\n",
                "\n<p>Gern.</p><div class=gmail_quote><div class=gmail_attr>Am Freitag schrieb Kai:</div>\
                 <blockquote class=gmail_quote>Passt es?</blockquote></div>",
                vec!["Gern."],
            ),
            (
                "Subject: Fwd: a\n",
                "\nVon: Kai\nDatum: Freitag\nBetreff: a\n\nDie Halle ist da.\n",
                vec!["Die Halle ist da."],
            ),
        ] {
            let draft = read(format!("{head}{body}").as_bytes()).unwrap();
            assert_eq!(
                draft.sections.iter().map(|it| one_line(&it.text)).collect::<Vec<_>>(),
                sections,
                "{head}{body}"
            );
        }
    }

    #[test]
    fn what_is_no_mail_or_is_nested_without_end_is_an_error() {
        let nested = "Content-Type: message/rfc822\n\n".repeat(100_000);
        for (mail, words) in [
            (nested.as_str(), "within each other"),
            ("Content-Type: multipart/mixed; boundary=x\n\n", "there is no text in it"),
            ("From: a\n\n", "there is no text in it"),
        ] {
            let error = read(mail.as_bytes()).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        }
        let deep = "Content-Type: message/rfc822\n\n".repeat(MAX_NESTED_MAILS) + "Subject: a\n\nUnten.";
        assert!(attached_files(deep.as_bytes()).is_ok());
        let boundaries = "Content-Type: multipart/mixed; boundary=b\n\n--b\n".repeat(50_000);
        drop(read(boundaries.as_bytes()));
    }

    #[test]
    fn the_files_of_a_mail_are_those_that_were_attached() {
        let inner = "From: Kai\nSubject: Innen\n\nDer innere Text.\n";
        let mail = format!(
            "Subject: Außen\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nAnbei.\n--b\nContent-Type: message/rfc822\n\n\
             {inner}--b\nContent-Type: text/html; charset=iso-8859-1; name=seite\nContent-Disposition: attachment\n\n<p>Text.</p>\n--b--\n"
        );
        let files = attached_files(mail.as_bytes()).unwrap();
        let found: Vec<_> = files.iter().map(|(number, file)| (*number, file.name.as_str())).collect();
        assert_eq!(found, [(1, "attachment 1.eml"), (2, "seite.html")]);
        assert_eq!(String::from_utf8_lossy(&files[0].1.bytes).trim_end(), inner.trim_end());
        assert_eq!(attached_file(mail.as_bytes(), 2).unwrap().unwrap(), files[1].1);
        assert_eq!(attached_file(mail.as_bytes(), 3).unwrap(), None);
    }

    #[test]
    fn a_mail_is_known_by_headers_that_only_mails_have() {
        for (text, is_mail) in [
            ("Received: x\n\ty\nFrom: a\n\nText", true),
            ("Subject: a\nMIME-Version: 1.0\n", true),
            ("Subject: a\nFrom: b\n\nText", false),
            ("Von: a\nMessage-ID: b\nDate: c", true),
            ("Titel: eine Halle\n\nText", false),
            ("", false),
        ] {
            assert_eq!(begins_as_mail(text), is_mail, "{text}");
        }
    }
}
