//! A mail in a file of its own → draft. The files attached to it are articles of their own, if a reader knows them.

use std::io;

use super::super::input_format::InputFormat;
use super::super::listing::{Found, PackedFile, Part};
use super::super::source::{ReadError, Source};
use super::super::text;
use super::mail::{self, MAX_MAIL_BYTES};
use crate::document::ArticleDraft;

/// EML.
pub(super) const INPUT_FORMAT: InputFormat = InputFormat {
    name: "EML",
    extensions: &["eml"],
    shared_extensions: &[],
    about: "a mail: subject, sender and text without quoted replies and signatures; each attachment that can be read is an article",
    sniff: |beginning| mail::begins_as_mail(&text::decode_beginning(beginning)),
    split: Some(split),
    unpack: Some(unpack),
    read,
};

/// Passes the mail and its attachments to `found`; nothing if it has none.
fn split(source: &mut Source, found: &mut dyn FnMut(Found)) -> io::Result<()> {
    let length = source.file_length()?;
    let Ok(bytes) = source.bytes_within(MAX_MAIL_BYTES) else { return Ok(()) };
    // What cannot be read fails when it is read, with the same error.
    let files = mail::attached_files(&bytes).unwrap_or_default();
    if files.is_empty() {
        return Ok(());
    }
    found(Found::Article(Part::new("", 0..length)));
    for (number, file) in files {
        let part = Part { member: Some(number), ..Part::new(file.name.clone(), 0..length) };
        found(Found::File(part, file));
    }
    Ok(())
}

fn unpack(source: &mut Source) -> Result<Option<PackedFile>, ReadError> {
    let Some(number) = source.part.as_ref().and_then(|part| part.member) else { return Ok(None) };
    mail::attached_file(&source.bytes_within(MAX_MAIL_BYTES)?, number)
}

fn read(source: &mut Source) -> Result<ArticleDraft, ReadError> {
    let bytes = source.bytes_within(MAX_MAIL_BYTES)?;
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(ReadError::Empty);
    }
    mail::read(&bytes)
}
