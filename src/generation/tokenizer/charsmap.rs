//! Whether the table by which a SentencePiece model replaces characters (`precompiled_charsmap`) points only into itself.
//!
//! The table is a double-array trie of bytes and a text that the trie's values point into. The crate that looks up characters does not
//! check these indices, so a damaged table would panic in the middle of a text.
//! Layout: <https://github.com/s-yata/darts-clone> and SentencePiece's `Normalizer`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde_json::Value;

/// True if no lookup can leave the bytes of the charsmap.
pub(super) fn is_sound(charsmap: &[u8]) -> bool {
    let Some((length, trie_and_text)) = charsmap.split_first_chunk::<4>() else { return false };
    let Some((trie, replacements)) = trie_and_text.split_at_checked(u32::from_le_bytes(*length) as usize) else {
        return false;
    };
    let (trie_units, []) = trie.as_chunks::<4>() else { return false };
    let Ok(replacements) = std::str::from_utf8(replacements) else { return false };
    let trie_unit = |unit_index: usize| trie_units.get(unit_index).map(|unit| u32::from_le_bytes(*unit) as usize);
    let stays_inside = |unit_index: usize| {
        let Some(unit) = trie_unit(unit_index) else { return false };
        // A value leads nowhere, except at the root, where the search does not look.
        if unit >> 31 == 1 && unit_index != 0 {
            return true;
        }
        let next_unit = unit_index ^ ((unit >> 10) << ((unit & (1 << 9)) >> 6));
        // Any byte may come next.
        let is_inside = next_unit | 0xff < trie_units.len();
        let has_value = (unit >> 8) & 1 == 1;
        let is_replacement = |value: usize| replacements.is_char_boundary(value & 0x7fff_ffff);
        is_inside && (!has_value || trie_unit(next_unit).is_some_and(is_replacement))
    };
    !trie_units.is_empty() && (0..trie_units.len()).all(stays_inside)
}

/// True if every charsmap in a `tokenizer.json` is sound.
pub(super) fn are_sound(tokenizer_json: &Value) -> bool {
    match tokenizer_json {
        Value::Object(fields) => fields.iter().all(|(field_name, value)| match value {
            Value::String(charsmap) if field_name == "precompiled_charsmap" => {
                base64(charsmap).is_some_and(|charsmap| is_sound(&charsmap))
            }
            value => are_sound(value),
        }),
        Value::Array(values) => values.iter().all(are_sound),
        _ => true,
    }
}

/// The bytes that `text` encodes, with or without padding; `None` if it is not Base64.
fn base64(text: &str) -> Option<Vec<u8>> {
    STANDARD_NO_PAD.decode(text.trim_end_matches('=')).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tokenizers::normalizers::Precompiled;

    use super::*;

    /// A trie in which `a` leads to the text `text`, as far as units go.
    fn table(units: &[(usize, u32)], length: usize, text: &str) -> Vec<u8> {
        let mut trie = vec![0_u32; length];
        units.iter().for_each(|(place, unit)| trie[*place] = *unit);
        let trie: Vec<u8> = trie.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        [&(trie.len() as u32).to_le_bytes()[..], &trie, text.as_bytes()].concat()
    }

    /// The root leads to 0x100; `a` is at 0x100 ^ 0x61 = 0x161, has a value, and leads to 0x161 ^ 0x361 = 0x200.
    fn units(value: u32) -> Vec<(usize, u32)> {
        vec![(0, 0x100 << 10), (0x161, (0x361 << 10) | (1 << 8) | 0x61), (0x200, (1 << 31) | value)]
    }

    #[test]
    fn a_table_that_leads_out_of_itself_is_refused() {
        let whole = table(&units(2), 0x300, "x\0b\0");
        assert!(is_sound(&whole));
        let known = Precompiled::from(&whole).unwrap();
        assert_eq!(known.normalize_string("cab"), "cbb");
        // A value past the text, one within a character, a trie that ends early, missing bytes, nothing at all.
        for damaged in [
            table(&units(9), 0x300, "x\0b\0"),
            table(&units(1), 0x300, "ö"),
            table(&units(2)[..2], 0x200, "x\0b\0"),
            // A root that is a value and still leads on.
            table(&[(0, (1 << 31) | (0x1000 << 10))], 0x300, "x\0b\0"),
            whole[..100].to_vec(),
            vec![0; 4],
            vec![0xff; 4],
            Vec::new(),
        ] {
            assert!(!is_sound(&damaged), "{damaged:?}");
        }
        let json = |table: &str| serde_json::json!({ "normalizer": { "list": [{ "precompiled_charsmap": table }] } });
        // `AAAAAA==` are four nulls.
        assert_eq!(base64("AAECA/8="), Some(vec![0, 1, 2, 3, 255]));
        assert!(!are_sound(&json("AAAAAA==")) && !are_sound(&json("?")) && are_sound(&serde_json::json!([1])));
    }

    proptest! {
        #[test]
        fn what_is_sound_never_panics(
            changed in prop::collection::vec((0_usize..0x300, any::<u32>()), 0..4), text in "[a-e]{0,8}",
        ) {
            let mut units = units(2);
            // Anywhere, and near the path of the letters.
            units.extend(changed.iter().map(|(place, unit)| (*place, *unit)));
            units.extend(changed.iter().map(|(place, unit)| (0x161 + place % 4, (unit << 10) | 0x61)));
            let table = table(&units, 0x300, "x\0b\0");
            if is_sound(&table) {
                let _ = Precompiled::from(&table).unwrap().normalize_string(&text);
            }
        }
    }
}
