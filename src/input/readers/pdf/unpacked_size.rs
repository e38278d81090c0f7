//! How large the compressed streams of a PDF file are when they are unpacked, without keeping what comes out.
//!
//! A file of a few kilobytes can unpack to gigabytes. The crate that interprets pages has no limit, so this is asked before.
//! Streams are found by their keyword, wherever they stand in the file.

use std::io::{self, Read};

use flate2::read::ZlibDecoder;

/// How many bytes before a stream may hold its dictionary.
const DICTIONARY_BYTES: usize = 4096;

/// The most filters that are applied to a stream one after the other.
const MAX_FILTERS: usize = 4;

/// The longest compressed stream in bytes that is written in letters, as old programs do. It is not unpacked here.
const MAX_LETTERED_BYTES: usize = 128 * 1024;

/// How many times the longest stream all streams together may be.
const MAX_STREAMS: u64 = 16;

/// The length of the longest stream of `file` when it is unpacked, in bytes. `None` if one is longer than `limit` or is
/// compressed again and again, or if all together are too long. Streams of pictures do not count.
pub(super) fn longest_stream(file: &[u8], limit: u64) -> Option<u64> {
    let mut longest_stream = 0;
    let mut all_streams = 0;
    let mut searched_from = 0;
    while let Some(keyword_at) = find_in_file(file, b"stream", searched_from) {
        searched_from = keyword_at + b"stream".len();
        if file[..keyword_at].ends_with(b"end") {
            continue;
        }
        let after_keyword = &file[searched_from..];
        let data = [&b"\r\n"[..], b"\n", b"\r"]
            .into_iter()
            .find_map(|data_end| after_keyword.strip_prefix(data_end))
            .unwrap_or(after_keyword);
        let before_keyword = &file[keyword_at.saturating_sub(DICTIONARY_BYTES)..keyword_at];
        let dictionary = before_keyword
            .windows(3)
            .rposition(|window| window == b"obj")
            .map_or(before_keyword, |dictionary_start| &before_keyword[dictionary_start..]);
        let data_end = find_in_file(data, b"endstream", 0).unwrap_or(data.len());
        let dictionary_has = |name: &[u8]| count_in(dictionary, name) > 0;
        if !(dictionary_has(b"/Image") && dictionary_has(b"/Width") && !dictionary_has(b"/Form")) {
            let length = unpacked_length(dictionary, data, data_end, limit)?;
            all_streams += length;
            longest_stream = longest_stream.max(length);
            if longest_stream > limit || all_streams > limit * MAX_STREAMS {
                return None;
            }
        }
        searched_from += data_end;
    }
    Some(longest_stream)
}

/// The length of a stream with this dictionary when it is unpacked, or just more than `limit`. Its `data` go on to the end of
/// the file, and seem to end at `end`.
fn unpacked_length(dictionary: &[u8], data: &[u8], end: usize, limit: u64) -> Option<u64> {
    let count_of = |names: &[&[u8]]| names.iter().map(|name| count_in(dictionary, name)).sum::<usize>();
    let deflated = count_of(&[b"/FlateDecode", b"/Fl ", b"/Fl]"]);
    let otherwise = count_of(&[b"/LZWDecode", b"/LZW ", b"/LZW]"]);
    let lettered = count_of(&[b"/ASCII85Decode", b"/A85", b"/ASCIIHexDecode", b"/AHx"]);
    let repeated = count_of(&[b"/RunLengthDecode", b"/RL ", b"/RL]"]);
    if deflated + otherwise + repeated + lettered > MAX_FILTERS || deflated.min(otherwise) + repeated.min(deflated) > 0
    {
        return None;
    }
    let is_compressed = deflated + otherwise + repeated > 0;
    if is_compressed && lettered > 0 {
        return (end <= MAX_LETTERED_BYTES && deflated + otherwise <= 1).then_some(end as u64);
    }
    let is_zlib = data.first().is_some_and(|first| first & 0x0f == 8);
    Some(match () {
        () if otherwise > 1 => return None,
        () if otherwise > 0 => lzw_length(&data[..end], limit),
        () if repeated > 0 => end as u64 * 64,
        () if is_zlib => inflated_length(data, deflated.max(1), limit),
        () => end as u64,
    })
}

/// The length of what begins at the start of `data` after `layers` of inflating, or just more than `limit`.
fn inflated_length(data: &[u8], layers: usize, limit: u64) -> u64 {
    let mut reader: Box<dyn Read + '_> = Box::new(data);
    for _ in 0..layers {
        // An inner layer may be longer than what comes of it, but not much.
        reader = Box::new(ZlibDecoder::new(reader.take(limit.saturating_mul(4))));
    }
    let mut length = 0;
    let mut buffer = [0; 16 * 1024];
    while length <= limit {
        match reader.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => length += count as u64,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            // What is damaged ends there.
            Err(_) => break,
        }
    }
    length
}

/// The length of LZW `data` when they are unpacked, or just more than `limit`.
fn lzw_length(data: &[u8], limit: u64) -> u64 {
    const CLEAR: usize = 256;
    const END: usize = 257;
    const CODES: usize = 4096;
    let mut lengths = vec![1_u64; CODES];
    let (mut next_code, mut previous_code) = (END + 1, None);
    let (mut held_bits, mut bits) = (0_u32, 0_u32);
    let mut unpacked_length = 0;
    for byte in data {
        held_bits = held_bits << 8 | u32::from(*byte);
        bits += 8;
        let code_width = (usize::BITS - next_code.leading_zeros()).clamp(9, 12);
        if bits < code_width {
            continue;
        }
        bits -= code_width;
        let code = (held_bits >> bits) as usize;
        held_bits &= (1 << bits) - 1;
        if code == CLEAR {
            (next_code, previous_code) = (END + 1, None);
            continue;
        }
        if code == END || unpacked_length > limit {
            break;
        }
        let after_previous = previous_code.map_or(1, |previous_code: usize| lengths[previous_code] + 1);
        unpacked_length += if code < next_code { lengths[code] } else { after_previous };
        if previous_code.is_some() && next_code < CODES {
            lengths[next_code] = after_previous;
            next_code += 1;
        }
        previous_code = Some(code);
    }
    unpacked_length
}

/// How often `wanted` occurs in `bytes`.
fn count_in(bytes: &[u8], wanted: &[u8]) -> usize {
    bytes.windows(wanted.len()).filter(|window| *window == wanted).count()
}

/// Where `wanted` next occurs in `bytes`, at or after `from`.
fn find_in_file(bytes: &[u8], wanted: &[u8], from: usize) -> Option<usize> {
    bytes.get(from..)?.windows(wanted.len()).position(|window| window == wanted).map(|at| from + at)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::ZlibEncoder;

    use super::*;

    fn deflated(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn file(dictionary: &str, data: &[u8]) -> Vec<u8> {
        [format!("%PDF-1.5\n1 0 obj\n<<{dictionary}>>\nstream\r\n").as_bytes(), data, b"\nendstream\nendobj"].concat()
    }

    #[test]
    fn what_unpacks_to_too_much_is_found_however_it_is_packed() {
        let zeros = deflated(&[0; 300_000]);
        for (dictionary, data, length) in [
            ("/Filter /FlateDecode", zeros.clone(), Some(300_000)),
            ("/Filter [/FlateDecode /FlateDecode]", deflated(&zeros), Some(300_000)),
            ("/Filter /FlateDecode", deflated(&[0; 2_000_000]), None),
            ("/Filter [/Fl /Fl /Fl /Fl /Fl /FlateDecode]", zeros.clone(), None),
            ("/Filter [/FlateDecode /LZWDecode]", zeros.clone(), None),
            ("/Filter [/ASCIIHexDecode /FlateDecode]", vec![b'0'; 200_000], None),
            ("/Filter [/ASCII85Decode /FlateDecode]", vec![b'0'; 2_000], Some(2001)),
            ("", b"BT (Hallo) Tj ET".to_vec(), Some(17)),
            ("/Subtype /Image /Width 9999 /Filter /FlateDecode", deflated(&[0; 2_000_000]), Some(0)),
        ] {
            assert_eq!(longest_stream(&file(dictionary, &data), 1_000_000), length, "{dictionary}");
        }
    }

    #[test]
    fn a_stream_that_claims_to_end_early_is_unpacked_to_its_end() {
        // A stored block holds the keyword as it is.
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::none());
        encoder.write_all(b"endstream").unwrap();
        encoder.write_all(&[0; 2_000_000]).unwrap();
        assert_eq!(longest_stream(&file("/Filter /FlateDecode", &encoder.finish().unwrap()), 1_000_000), None);
    }

    #[test]
    fn lengths_of_lzw_are_counted() {
        // The example of the PDF specification: 45 45 45 45 45 65 45 45 45 66.
        assert_eq!(lzw_length(&[0x80, 0x0b, 0x60, 0x50, 0x22, 0x0c, 0x0c, 0x85, 0x01], 1_000), 10);
    }
}
