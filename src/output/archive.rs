//! Parts → a ZIP archive that is the same for the same parts: no time, no name of a system.
//!
//! Parts are written as they come, so memory holds none of them.

use std::io::{self, Write};

use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, DateTime, ZipWriter};

/// An archive that is being written.
pub(super) struct Archive<'a> {
    zip: ZipWriter<StreamWriter<&'a mut dyn Write>>,
}

impl<'a> Archive<'a> {
    /// An archive without parts.
    pub(super) fn new(out: &'a mut dyn Write) -> Self {
        Self { zip: ZipWriter::new_stream(out) }
    }

    /// Begins a part; everything written until the next one is its content.
    pub(super) fn part(&mut self, name: &str) -> io::Result<&mut dyn Write> {
        self.begin(name, CompressionMethod::Deflated)
    }

    /// Adds a part that is not compressed.
    pub(super) fn stored(&mut self, name: &str, content: &str) -> io::Result<()> {
        self.begin(name, CompressionMethod::Stored)?.write_all(content.as_bytes())
    }

    fn begin(&mut self, name: &str, method: CompressionMethod) -> io::Result<&mut dyn Write> {
        let options = SimpleFileOptions::default().compression_method(method).last_modified_time(DateTime::default());
        self.zip.start_file(name, options)?;
        Ok(&mut self.zip)
    }

    /// Writes the directory of the archive.
    pub(super) fn finish(self) -> io::Result<()> {
        self.zip.finish()?;
        Ok(())
    }
}
