//! Parts → a ZIP archive that is the same for the same parts: no time, no name of a system.
//!
//! Parts are written as they come, so memory holds none of them.

use std::io::{self, Write};

use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, DateTime, ZipWriter};

/// A ZIP archive of an output format that is being written.
pub(super) struct ArchiveWriter<'a> {
    zip: ZipWriter<StreamWriter<&'a mut dyn Write>>,
}

impl<'a> ArchiveWriter<'a> {
    /// A ZIP archive without parts, written to `out`.
    pub(super) fn new(out: &'a mut dyn Write) -> Self {
        Self { zip: ZipWriter::new_stream(out) }
    }

    /// Begins a part of the archive; everything written until the next one is its content.
    pub(super) fn part(&mut self, part_name: &str) -> io::Result<&mut dyn Write> {
        self.begin_part(part_name, CompressionMethod::Deflated)
    }

    /// Adds a part of the archive that is not compressed.
    pub(super) fn stored(&mut self, part_name: &str, part_content: &str) -> io::Result<()> {
        self.begin_part(part_name, CompressionMethod::Stored)?.write_all(part_content.as_bytes())
    }

    fn begin_part(&mut self, part_name: &str, compression: CompressionMethod) -> io::Result<&mut dyn Write> {
        let part_options =
            SimpleFileOptions::default().compression_method(compression).last_modified_time(DateTime::default());
        self.zip.start_file(part_name, part_options)?;
        Ok(&mut self.zip)
    }

    /// Writes the directory of the archive.
    pub(super) fn finish(self) -> io::Result<()> {
        self.zip.finish()?;
        Ok(())
    }
}

/// Reads archives back in tests of the formats that write them.
#[cfg(test)]
pub(super) mod unpacking {
    use std::io::{Cursor, Read};

    /// The parts of an archive of texts with their names, in order.
    pub(in crate::output) fn unpacked_parts(archive_bytes: Vec<u8>) -> Vec<(String, String)> {
        let mut archive = zip::ZipArchive::new(Cursor::new(archive_bytes)).unwrap();
        let part_count = archive.len();
        let unpacked_part = |part_index| {
            let mut part = archive.by_index(part_index).unwrap();
            let mut part_text = String::new();
            part.read_to_string(&mut part_text).unwrap();
            (part.name().unwrap().into_owned(), part_text)
        };
        (0..part_count).map(unpacked_part).collect()
    }
}
