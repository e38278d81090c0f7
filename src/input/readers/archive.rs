//! A document that is a ZIP archive of XML files → its files, read within limits.
//!
//! Limits count the bytes that come out, not those that the archive claims. Nothing is written, and names are only compared,
//! so a path in a name leads nowhere.

use std::io::Read;

use zip::ZipArchive;
use zip::result::ZipError;

use super::super::encoding::{self, declared_in_markup};
use super::super::source::{ReadError, SeekableRead, Source};
use crate::guarded::guarded;

/// The largest archive in bytes. Pictures take most of it.
const MAX_ARCHIVE_BYTES: u64 = 512 * 1024 * 1024;

/// The largest file in an archive that is read, in bytes.
const MAX_FILE_BYTES: u64 = 32 * 1024 * 1024;

/// The most files of an archive.
const MAX_FILES: usize = 100_000;

const DAMAGED_HINT: &str = "open it in the program that made it and save it again";
const PASSWORD_HINT: &str = "save a copy without a password";

/// First bytes of a compound file: an old document, or a new one that is encrypted.
const COMPOUND_FILE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// The ZIP archive of XML files that a document is.
pub(super) struct DocumentArchive<'source> {
    files: ZipArchive<&'source mut Box<dyn SeekableRead>>,
}

impl<'source> DocumentArchive<'source> {
    /// Opens the archive that the source is.
    ///
    /// # Errors
    /// If it is empty, too large, encrypted, damaged, or no archive.
    pub(super) fn open(source: &'source mut Source) -> Result<Self, ReadError> {
        let beginning = source.beginning()?;
        if beginning.trim_ascii().is_empty() {
            return Err(ReadError::Empty);
        }
        if beginning.starts_with(COMPOUND_FILE) {
            return Err(ReadError::Damaged {
                what: "it is protected by a password, or in an older format than its name says".into(),
                hint: "open it and save a copy without a password in the new format",
            });
        }
        if source.file_length()? > MAX_ARCHIVE_BYTES {
            return Err(ReadError::TooLarge { limit: MAX_ARCHIVE_BYTES });
        }
        let files = guarded(|| ZipArchive::new(&mut source.file));
        match files {
            Some(Ok(files)) if files.len() <= MAX_FILES => Ok(Self { files }),
            Some(Ok(_)) => Err(damaged_document("it holds more files than any document")),
            _ => Err(damaged_document("it is no ZIP archive, or damaged or cut off")),
        }
    }

    /// The names of the files in it, in their order.
    pub(super) fn names(&self) -> Vec<String> {
        self.files.file_names().filter_map(Result::ok).map(|name| name.into_owned()).collect()
    }

    /// The bytes of the file called `name`; `None` if there is none.
    ///
    /// # Errors
    /// If it is too large when it is unpacked, encrypted or damaged.
    pub(super) fn bytes(&mut self, name: &str) -> Result<Option<Vec<u8>>, ReadError> {
        let unpack = || -> Result<Option<Vec<u8>>, ReadError> {
            let file = match self.files.by_name(name) {
                Ok(file) => file,
                Err(ZipError::FileNotFound) => return Ok(None),
                Err(ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED)) => return Err(encrypted_document()),
                Err(_) => return Err(damaged_document(&format!("{name} in it is damaged"))),
            };
            let mut bytes = Vec::new();
            match file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes) {
                Ok(_) if bytes.len() as u64 > MAX_FILE_BYTES => Err(ReadError::TooLarge { limit: MAX_FILE_BYTES }),
                Ok(_) => Ok(Some(bytes)),
                Err(_) => Err(damaged_document(&format!("{name} in it is damaged"))),
            }
        };
        guarded(unpack).unwrap_or_else(|| Err(damaged_document(&format!("{name} in it is damaged"))))
    }

    /// The text of the XML or HTML file called `name`; `None` if there is none.
    ///
    /// # Errors
    /// As [`bytes`](Self::bytes), and if it is no text.
    pub(super) fn text(&mut self, name: &str) -> Result<Option<String>, ReadError> {
        let Some(bytes) = self.bytes(name)? else { return Ok(None) };
        let text = encoding::decode(&bytes, declared_in_markup);
        text.map(Some).map_err(|_| damaged_document(&format!("{name} in it is no text")))
    }
}

/// The error of a document that a password protects.
pub(super) fn encrypted_document() -> ReadError {
    ReadError::Damaged { what: "it is protected by a password".into(), hint: PASSWORD_HINT }
}

/// The error of a damaged document.
pub(super) fn damaged_document(what: &str) -> ReadError {
    ReadError::Damaged { what: what.to_owned(), hint: DAMAGED_HINT }
}

/// The path that `link_target` in the file called `base_file` leads to, within the archive: `../a.xml` in `text/b.xml` is `a.xml`.
pub(super) fn path_in_archive(base_file: &str, link_target: &str) -> String {
    let link_target = link_target.split(['#', '?']).next().unwrap_or_default();
    let base_folder = base_file.rsplit_once('/').map_or("", |(base_folder, _)| base_folder);
    let joined_path =
        if link_target.starts_with('/') { link_target.to_owned() } else { format!("{base_folder}/{link_target}") };
    let mut path_parts: Vec<&str> = Vec::new();
    for path_part in joined_path.split('/') {
        match path_part {
            "" | "." => {}
            ".." => drop(path_parts.pop()),
            _ => path_parts.push(path_part),
        }
    }
    path_parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_within_the_archive() {
        for (base, target, path) in [
            ("OEBPS/content.opf", "text/a.xhtml#b", "OEBPS/text/a.xhtml"),
            ("OEBPS/text/a.xhtml", "../b.xhtml", "OEBPS/b.xhtml"),
            ("content.opf", "../../../etc/passwd", "etc/passwd"),
            ("a/b", "/c", "c"),
            ("", "c", "c"),
        ] {
            assert_eq!(path_in_archive(base, target), path);
        }
    }
}
