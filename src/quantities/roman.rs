//! Roman numerals.

/// The value of a Roman numeral from II to XXXIX, as popes, wars and chapters have them. A single letter may be anything,
/// and higher numerals are more often acronyms.
pub fn roman_numeral(word: &str) -> Option<f64> {
    const ONES: [&str; 10] = ["", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"];
    let roman_tens = word.bytes().take_while(|letter| *letter == b'X').count();
    let (_, ones_letters) = word.split_at_checked(roman_tens)?;
    let roman_ones = ONES.iter().position(|numeral| *numeral == ones_letters)?;
    (word.len() > 1 && roman_tens <= 3).then_some((10 * roman_tens + roman_ones) as f64)
}
