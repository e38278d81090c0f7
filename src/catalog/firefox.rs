//! The files of one of Firefox's translation models, among the names in a folder or a repository.
//!
//! Mozilla names them by the pair of languages: `model.deen.intgemm.alphas.bin`, and `vocab.deen.spm` or `srcvocab.deen.spm` and
//! `trgvocab.deen.spm`, each packed (`.gz`) or not. Everywhere else in the program they have the names of [`VOCABULARIES`], whatever the pair is.

use std::io::{self, Read};

use flate2::read::GzDecoder;

/// The names of vocabularies without a pair: one for both languages, or one for each.
pub(super) const VOCABULARIES: [&str; 3] = ["vocab.spm", "srcvocab.spm", "trgvocab.spm"];

/// The family of such models.
pub(super) const FAMILY: &str = "bergamot";

/// How the names of packed files end.
const PACKED: &str = ".gz";

/// The largest vocabulary that is unpacked, in bytes.
const MAX_VOCABULARY_BYTES: u64 = 64 << 20;

/// The pair that is taken where there are several.
const GERMAN_TO_ENGLISH: &str = "deen";

/// Whether `file_name` is that of the weights of such a model, packed or not.
pub fn is_firefox_model(file_name: &str) -> bool {
    let unpacked = file_name.strip_suffix(PACKED).unwrap_or(file_name);
    unpacked.starts_with("model.") && unpacked.contains("intgemm") && unpacked.ends_with(".bin")
}

/// Whether `file_name` is that of a file of such a model, as far as the program reads it.
pub(super) fn is_part(file_name: &str) -> bool {
    is_firefox_model(file_name) || VOCABULARIES.iter().any(|vocabulary| is_called(file_name, vocabulary))
}

/// The weights among `file_names`: those of `pair`, else those from German to English, else the only ones.
pub(super) fn weights<'a>(file_names: &[&'a str], pair: Option<&str>) -> Option<&'a str> {
    let mut models: Vec<&str> = file_names.iter().copied().filter(|name| is_firefox_model(name)).collect();
    models.sort_unstable();
    let of_pair = |pair: &str| models.iter().copied().find(|name| pair_in(name) == Some(pair));
    match (pair, models.as_slice()) {
        (Some(pair), _) => of_pair(pair),
        (None, [only]) => Some(only),
        (None, _) => of_pair(GERMAN_TO_ENGLISH),
    }
}

/// The file among `file_names` that is the `vocabulary` of the model with these `weights`.
pub(super) fn vocabulary<'a>(file_names: &[&'a str], weights: &str, vocabulary: &str) -> Option<&'a str> {
    let mut candidates: Vec<&str> = file_names.iter().copied().filter(|name| is_called(name, vocabulary)).collect();
    candidates.sort_unstable();
    let of_pair = candidates.iter().copied().find(|name| pair_in(name).is_some() && pair_in(name) == pair_in(weights));
    of_pair.or(match candidates.as_slice() {
        [only] => Some(only),
        _ => None,
    })
}

/// Whether `file_name` is `vocabulary`, with or without a pair.
fn is_called(file_name: &str, vocabulary: &str) -> bool {
    let Some((stem, extension)) = vocabulary.rsplit_once('.') else { return false };
    let unpacked = file_name.strip_suffix(PACKED).unwrap_or(file_name);
    let middle = unpacked.strip_prefix(stem).and_then(|rest| rest.strip_suffix(extension));
    middle.is_some_and(|middle| middle.starts_with('.') && middle.ends_with('.'))
}

/// The bytes of the vocabulary `file_name`, which is stored as `bytes`.
///
/// # Errors
/// If it is packed and damaged, or larger than any vocabulary.
pub(super) fn unpacked(file_name: &str, bytes: Vec<u8>) -> io::Result<Vec<u8>> {
    if !file_name.ends_with(PACKED) {
        return Ok(bytes);
    }
    let mut unpacked = Vec::new();
    GzDecoder::new(bytes.as_slice()).take(MAX_VOCABULARY_BYTES + 1).read_to_end(&mut unpacked)?;
    if unpacked.len() as u64 > MAX_VOCABULARY_BYTES {
        return Err(io::Error::other("it is larger than any vocabulary when it is unpacked"));
    }
    Ok(unpacked)
}

/// The pair of languages in the name of a file: two codes of two or three letters, after the first dot.
fn pair_in(file_name: &str) -> Option<&str> {
    let pair = file_name.split('.').nth(1)?;
    let is_pair = (4..=6).contains(&pair.len()) && pair.bytes().all(|byte| byte.is_ascii_lowercase());
    is_pair.then_some(pair)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn the_files_of_a_pair_belong_together() {
        let names = [
            "README.md",
            "lex.50.50.deen.s2t.bin",
            "model.deen.intgemm.alphas.bin",
            "model.ende.intgemm.alphas.bin",
            "model.safetensors",
            "pytorch_model.bin",
            "srcvocab.ende.spm",
            "trgvocab.ende.spm",
            "vocab.deen.spm",
        ];
        let [german, english] = [names[2], names[3]];
        assert_eq!(weights(&names, None), Some(german));
        assert_eq!(weights(&names, Some("ende")), Some(english));
        assert_eq!(weights(&names, Some("fren")), None);
        assert_eq!(weights(&names[3..], None), Some(english));
        assert_eq!(weights(&["pytorch_model.bin", "model.bin"], None), None);
        assert_eq!(vocabulary(&names, german, "vocab.spm"), Some("vocab.deen.spm"));
        assert_eq!(vocabulary(&names, english, "srcvocab.spm"), Some("srcvocab.ende.spm"));
        assert_eq!(vocabulary(&["vocab.spm"], "model.intgemm.alphas.bin", "vocab.spm"), Some("vocab.spm"));
        assert_eq!(vocabulary(&["vocab.csen.spm", "vocab.fren.spm"], german, "vocab.spm"), None);
        let packed = ["model.deen.intgemm.alphas.bin.gz", "vocab.deen.spm.gz"];
        assert_eq!(weights(&packed, None), Some(packed[0]));
        assert_eq!(vocabulary(&packed, packed[0], "vocab.spm"), Some(packed[1]));
        let parts: Vec<&str> = names.into_iter().filter(|name| is_part(name)).collect();
        assert_eq!(parts, [german, english, names[6], names[7], names[8]]);
    }

    #[test]
    fn what_is_packed_is_unpacked_and_what_is_damaged_is_an_error() {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(b"pieces").unwrap();
        let packed = encoder.finish().unwrap();
        assert_eq!(unpacked("vocab.deen.spm.gz", packed.clone()).unwrap(), b"pieces");
        assert_eq!(unpacked("vocab.deen.spm", packed.clone()).unwrap(), packed);
        assert!(unpacked("vocab.deen.spm.gz", packed[..packed.len() - 4].to_vec()).is_err());
    }
}
