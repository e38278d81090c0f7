//! Hashes that are the same on every machine and in every version of the compiler.

/// FNV-1a of `bytes`, mixed once more.
pub(super) fn stem_or_band_hash(bytes: impl IntoIterator<Item = u8>) -> u64 {
    let start = 0xcbf2_9ce4_8422_2325_u64;
    mixed_hash(bytes.into_iter().fold(start, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)))
}

/// The finaliser of SplitMix64: every bit of `value` affects every bit of the result.
pub(super) fn mixed_hash(value: u64) -> u64 {
    let folded = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let refolded = (folded ^ (folded >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    refolded ^ (refolded >> 31)
}
