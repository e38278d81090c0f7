//! Roman numerals.

/// The value of a Roman numeral from II to XXXIX, as popes, wars and chapters have them. A single letter may be anything,
/// and higher numerals are more often acronyms.
pub(in crate::check) fn roman(word: &str) -> Option<f64> {
    const ONES: [&str; 10] = ["", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"];
    let tens = word.bytes().take_while(|letter| *letter == b'X').count();
    let (_, ones_numeral) = word.split_at_checked(tens)?;
    let ones = ONES.iter().position(|numeral| *numeral == ones_numeral)?;
    (word.len() > 1 && tens <= 3).then_some((10 * tens + ones) as f64)
}
