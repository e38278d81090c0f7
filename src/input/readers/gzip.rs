//! A gzip file → the one file that is compressed in it, which is read by its own extension: `bote.html.gz`.
//!
//! Promises: no more is unpacked than an article may hold.

use std::io::Read;

use flate2::bufread::MultiGzDecoder;

use super::super::input_format::InputFormat;
use super::super::listing::PackedFile;
use super::super::source::{MAX_BYTES, ReadError, Source};
use crate::document::ArticleDraft;

/// GZIP.
pub(super) const INPUT_FORMAT: InputFormat = InputFormat {
    name: "GZIP",
    extensions: &["gz"],
    shared_extensions: &[],
    about: "one compressed article in any of the other formats",
    sniff: |beginning| beginning.starts_with(&[0x1f, 0x8b]),
    split: None,
    unpack: Some(unpack),
    read,
};

/// What the user can do about a damaged file.
const COPY_AGAIN: &str = "copy the file again, or unpack it with gunzip";

/// The file in it. It has no name: that of the gzip file without `.gz` is its own.
fn unpack(source: &mut Source) -> Result<Option<PackedFile>, ReadError> {
    let packed = source.bytes()?;
    if packed.is_empty() {
        return Err(ReadError::Empty);
    }
    let mut bytes = Vec::new();
    let outcome = MultiGzDecoder::new(packed.as_slice()).take(MAX_BYTES + 1).read_to_end(&mut bytes);
    if bytes.len() as u64 > MAX_BYTES {
        return Err(ReadError::TooLarge { limit: MAX_BYTES });
    }
    match outcome {
        Ok(_) => Ok(Some(PackedFile { name: String::new(), bytes })),
        Err(cause) => Err(ReadError::Damaged { what: format!("it cannot be unpacked: {cause}"), hint: COPY_AGAIN }),
    }
}

/// Files that are packed too often within each other.
fn read(_: &mut Source) -> Result<ArticleDraft, ReadError> {
    Err(ReadError::Damaged { what: "it is compressed several times".to_owned(), hint: COPY_AGAIN })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    #[test]
    fn a_file_is_unpacked_up_to_the_limit() {
        let gzip = |bytes: &[u8]| {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
            encoder.write_all(bytes).unwrap();
            encoder.finish().unwrap()
        };
        let unpacked = |bytes: Vec<u8>| unpack(&mut Source::from_bytes(bytes));
        assert_eq!(unpacked(gzip(b"Text.")).unwrap().unwrap().bytes, b"Text.");
        assert_eq!(unpacked([gzip(b"Text. "), gzip(b"Mehr.")].concat()).unwrap().unwrap().bytes, b"Text. Mehr.");
        let bomb = gzip(&vec![0; 2 * MAX_BYTES as usize]);
        assert!(matches!(unpacked(bomb), Err(ReadError::TooLarge { .. })));
        let whole = gzip(b"Text.");
        assert!(matches!(unpacked(whole[..whole.len() - 9].to_vec()), Err(ReadError::Damaged { .. })));
        assert!(matches!(unpacked(Vec::new()), Err(ReadError::Empty)));
    }
}
