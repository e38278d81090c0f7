//! A mailbox → its mails, each an article of its own, as are the attachments that a reader knows.
//!
//! A mail begins with a line `From ADDRESS DAY`, after an empty line. In the text such a line is written `>From`, with one
//! more `>` if it has some. Not every program does that, so a line counts if it ends as a time and a year do, or if headers
//! follow.
//!
//! Promises: the file is read line by line, then mail by mail.

use std::io;

use super::super::input_format::InputFormat;
use super::super::listing::{Found, PackedFile, Part};
use super::super::source::{ReadError, Source};
use super::byte_lines;
use super::mail::{self, MAX_MAIL_BYTES};
use crate::document::ArticleDraft;

/// MBOX.
pub(super) const INPUT_FORMAT: InputFormat = InputFormat {
    name: "MBOX",
    extensions: &["mbox", "mbx"],
    shared_extensions: &[],
    about: "a mailbox: each mail is an article, as is each of its attachments that can be read",
    sniff,
    split: Some(split),
    unpack: Some(unpack),
    read,
};

/// How much of a line is looked at.
const MAIL_LINE_BYTES: usize = 200;

/// How much of a mail is searched for a sign of attachments.
const MAIL_HEADER_BYTES: u64 = 64 * 1024;

/// The subject of a mail in which some programs keep their own data.
const INTERNAL_SUBJECT: &[u8] = b"DON'T DELETE THIS MESSAGE -- FOLDER INTERNAL DATA";

fn sniff(beginning: &[u8]) -> bool {
    let mut lines = beginning.split(|byte| *byte == b'\n');
    let first = lines.next().unwrap_or_default();
    first.starts_with(b"From ") && has_time_and_year(first) && lines.next().is_some_and(is_mail_header)
}

fn split(source: &mut Source, found: &mut dyn FnMut(Found)) -> io::Result<()> {
    let starts = mail_starts(source)?;
    let length = source.file_length()?;
    let mail_ends = starts.iter().skip(1).copied().chain([length]);
    let mut mail_number = 0;
    for (mail_start, mail_end) in starts.iter().copied().zip(mail_ends) {
        let mail_head = source.range(mail_start, MAIL_HEADER_BYTES.min(mail_end - mail_start))?;
        let head_has = |header_mark: &[u8]| {
            mail_head.windows(header_mark.len()).any(|window| window.eq_ignore_ascii_case(header_mark))
        };
        if head_has(INTERNAL_SUBJECT) {
            *source.skipped_records.entry("data of the mail program".to_owned()).or_default() += 1;
            continue;
        }
        mail_number += 1;
        let id = format!("mail {mail_number}");
        found(Found::Article(Part::new(id.clone(), mail_start..mail_end)));
        let has_attachments = head_has(b"multipart/") || head_has(b"message/") || head_has(b"content-disposition");
        if !has_attachments || mail_end - mail_start > MAX_MAIL_BYTES {
            continue;
        }
        let bytes = unquoted_mail(source.range(mail_start, mail_end - mail_start)?);
        for (attachment_number, file) in mail::attached_files(&bytes).unwrap_or_default() {
            let id = format!("{id}, {}", file.name);
            let part = Part { member: Some(attachment_number), ..Part::new(id, mail_start..mail_end) };
            found(Found::File(part, file));
        }
    }
    Ok(())
}

/// Where the mails of the file begin.
fn mail_starts(source: &mut Source) -> io::Result<Vec<u64>> {
    let mut mail_starts = Vec::new();
    let mut may_start = true;
    let mut doubtful_mail = None;
    byte_lines::for_each(source, MAIL_LINE_BYTES, &mut |line| {
        if let Some(doubtful_start) = doubtful_mail.take()
            && is_mail_header(line.beginning)
        {
            mail_starts.push(doubtful_start);
        }
        if may_start && line.beginning.starts_with(b"From ") {
            if has_time_and_year(line.beginning) {
                mail_starts.push(line.start)
            } else {
                doubtful_mail = Some(line.start)
            }
        }
        // Blank lines before the first mail are no mail.
        may_start = line.beginning.is_empty();
        Ok(())
    })?;
    Ok(mail_starts)
}

/// True if `mail_line` has a time of day and a year.
fn has_time_and_year(mail_line: &[u8]) -> bool {
    let is_digit = |byte_index: usize| mail_line.get(byte_index).is_some_and(u8::is_ascii_digit);
    let is_clock_colon = |byte_index: &usize| {
        mail_line[*byte_index] == b':'
            && *byte_index >= 2
            && is_digit(byte_index - 2)
            && is_digit(byte_index - 1)
            && is_digit(byte_index + 1)
    };
    let has_clock = (0..mail_line.len()).any(|byte_index| is_clock_colon(&byte_index));
    has_clock && mail_line.split(|byte| !byte.is_ascii_digit()).any(|digits| digits.len() == 4)
}

/// True for `Subject: Halle`, and for a line that only mailboxes have before the headers.
fn is_mail_header(line: &[u8]) -> bool {
    let text = String::from_utf8_lossy(line);
    text.starts_with(">From ") || mail::header_name(&text).is_some_and(|name| !name.contains(' '))
}

fn unpack(source: &mut Source) -> Result<Option<PackedFile>, ReadError> {
    let Some(number) = source.part.as_ref().and_then(|part| part.member) else { return Ok(None) };
    mail::attached_file(&unquoted_mail(source.bytes_within(MAX_MAIL_BYTES)?), number)
}

fn read(source: &mut Source) -> Result<ArticleDraft, ReadError> {
    if source.part.is_none() {
        return read_whole(source);
    }
    mail::read(&unquoted_mail(source.bytes_within(MAX_MAIL_BYTES)?))
}

/// A mailbox that was not split: standard input, or a file without mails.
fn read_whole(source: &mut Source) -> Result<ArticleDraft, ReadError> {
    let bytes = source.bytes_within(MAX_MAIL_BYTES)?;
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(ReadError::Empty);
    }
    match mail_starts(source)?.len() {
        0 => Err(ReadError::Damaged {
            what: "no line begins a mail as in a mailbox".to_owned(),
            hint: "a mail of its own ends in .eml; export the mailbox again from the mail program",
        }),
        1 => mail::read(&unquoted_mail(bytes)),
        _ => Err(ReadError::Several),
    }
}

/// The mail in `bytes` without the line that begins it, and with its lines as they were before they were put in a mailbox.
fn unquoted_mail(bytes: Vec<u8>) -> Vec<u8> {
    let mut mail = Vec::with_capacity(bytes.len());
    let mut is_mail_head = true;
    for mail_line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let quote_count = mail_line.iter().take_while(|byte| **byte == b'>').count();
        let is_from_line = mail_line[quote_count..].starts_with(b"From ");
        if is_mail_head && (is_from_line || mail_line.trim_ascii().is_empty()) {
            continue;
        }
        is_mail_head = false;
        mail.extend_from_slice(if is_from_line && quote_count > 0 { &mail_line[1..] } else { mail_line });
    }
    mail
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(content: &[u8]) -> Vec<Part> {
        let mut parts = Vec::new();
        split(&mut Source::from_bytes(content.to_vec()), &mut |found| match found {
            Found::Article(part) | Found::File(part, _) => parts.push(part),
        })
        .unwrap();
        parts
    }

    fn read_part(content: &[u8], part: &Part) -> ArticleDraft {
        let mut source = Source::from_bytes(content.to_vec());
        source.part = Some(part.clone());
        read(&mut source).unwrap()
    }

    #[test]
    fn each_mail_is_an_article() {
        let mailbox = include_bytes!("../../../tests/formats/postfach.mbox");
        let found = parts(mailbox);
        let [first, second] = found.as_slice() else { panic!("{found:?}") };
        let draft = read_part(mailbox, first);
        assert_eq!((first.id.as_str(), draft.title.as_deref()), ("mail 1", Some("Fähre fährt wieder")));
        assert_eq!(draft.author.as_deref(), Some("Jürgen Thies"));
        assert!(draft.sections[2].text.starts_with("From Kiel to Ahlhausen"), "{draft:?}");
        let draft = read_part(mailbox, second);
        assert_eq!((draft.title.as_deref(), draft.sections.len()), (Some("Freibad"), 3));
    }

    #[test]
    fn a_line_in_the_text_begins_no_mail() {
        for (mailbox, count) in [
            ("From a@b Mon May  6 10:00:00 2024\nSubject: a\n\nText.\n\nFrom the start it was clear.\n", 1),
            ("From a@b Mon May  6 10:00:00 2024\nSubject: a\n\nText.\nFrom a@b Mon May  6 10:00:00 2024\n", 1),
            ("From a@b Mon May  6 10:00:00 2024\nSubject: a\n\nText.\n\nFrom - \nSubject: b\n\nText.\n", 2),
            ("\n\nFrom a@b\nSubject: a\n\nText.\n\nFrom ???@??? Mon May  6 10:00:00 2024\n\n", 2),
            ("Subject: a\n\nText.\n", 0),
            ("", 0),
        ] {
            assert_eq!(parts(mailbox.as_bytes()).len(), count, "{mailbox}");
        }
    }

    #[test]
    fn quoted_from_lines_are_as_they_were() {
        let mail = b"From a@b\n>From c\nSubject: a\n\n>From d\n>>From e\n> From f\n".to_vec();
        assert_eq!(unquoted_mail(mail), b"Subject: a\n\nFrom d\n>From e\n> From f\n");
    }

    #[test]
    fn data_of_the_mail_program_is_counted_and_attachments_are_parts() {
        let mailbox =
            b"From M Mon May  6 10:00:00 2024\nSubject: DON'T DELETE THIS MESSAGE -- FOLDER INTERNAL DATA\n\nx\n\n\
            From a Mon May  6 10:00:00 2024\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nText.\n--b\n\
            Content-Type: text/plain; name=plan.txt\nContent-Disposition: attachment\n\nDer Plan.\n--b--\n";
        let mut source = Source::from_bytes(mailbox.to_vec());
        let mut ids = Vec::new();
        split(&mut source, &mut |found| match found {
            Found::Article(part) => ids.push(part.id),
            Found::File(part, file) => ids.push(format!("{}: {}", part.id, String::from_utf8_lossy(&file.bytes))),
        })
        .unwrap();
        assert_eq!(ids, ["mail 1", "mail 1, plan.txt: Der Plan."]);
        assert_eq!(source.skipped_records.values().sum::<usize>(), 1);
    }

    #[test]
    fn a_mailbox_that_cannot_be_split_is_one_mail_or_an_error() {
        let mail = "From a Mon May  6 10:00:00 2024\nSubject: a\n\nText.\n\n";
        assert!(read(&mut Source::from_bytes(mail.into())).is_ok());
        assert!(matches!(read(&mut Source::from_bytes(mail.repeat(2).into())), Err(ReadError::Several)));
        assert!(matches!(read(&mut Source::from_bytes(b"Text.".to_vec())), Err(ReadError::Damaged { .. })));
    }
}
