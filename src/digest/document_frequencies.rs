//! Counts in how many texts each stem occurs, approximately and in fixed memory.
//!
//! A count-min sketch (Cormode and Muthukrishnan, "An improved data stream summary", 2005) that raises only the smallest of a
//! stem's counters (Estan and Varghese, 2002): counts are never too low, and hardly ever too high in a folder of some ten
//! thousand articles.

use super::hashing::mixed_hash;

/// Rows of counters of stems, each with a hash function of its own.
const COUNTER_ROWS: usize = 4;

/// Counters per row. All rows take four megabytes.
const COUNTERS_PER_ROW: usize = 1 << 18;

/// In how many texts each stem occurs.
#[derive(Debug)]
pub(super) struct DocumentFrequencies {
    counters: Vec<u32>,
    texts: u32,
}

impl DocumentFrequencies {
    /// Counts of no text.
    pub(super) fn new() -> Self {
        Self { counters: vec![0; COUNTER_ROWS * COUNTERS_PER_ROW], texts: 0 }
    }

    /// Counts a text with the distinct stems `story_stems`.
    pub(super) fn add(&mut self, story_stems: impl Iterator<Item = u64>) {
        self.texts += 1;
        for story_stem in story_stems {
            let raised_count = self.count(story_stem) + 1;
            for counter_index in counter_indices(story_stem) {
                self.counters[counter_index] = self.counters[counter_index].max(raised_count);
            }
        }
    }

    /// The inverse document frequency of `stem`: ln(1 + n / df), with n texts of which df have the stem.
    pub(super) fn weight(&self, stem: u64) -> f64 {
        (1.0 + f64::from(self.texts) / f64::from(self.count(stem).max(1))).ln()
    }

    fn count(&self, stem: u64) -> u32 {
        counter_indices(stem).map(|counter_index| self.counters[counter_index]).min().unwrap_or_default()
    }
}

/// The counter of `stem` in each row.
fn counter_indices(stem: u64) -> impl Iterator<Item = usize> {
    (0..COUNTER_ROWS).map(move |counter_row| {
        counter_row * COUNTERS_PER_ROW + mixed_hash(stem ^ counter_row as u64) as usize % COUNTERS_PER_ROW
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_never_too_low_and_seldom_too_high() {
        let mut frequencies = DocumentFrequencies::new();
        // A stem of every text, one of every second, …, and one that no other text has.
        let stems = |text: u64| (0..10).map(move |power| mixed_hash(((text >> power) << 8) | power));
        (0..20_000).for_each(|text| frequencies.add(stems(text)));
        let (mut exact, mut all) = (0, 0);
        for text in (0..20_000).step_by(32) {
            for (power, stem) in stems(text).enumerate() {
                let (wanted, found) =
                    ((1 << power).min(20_000 - (text >> power << power)) as u32, frequencies.count(stem));
                assert!(found >= wanted && found <= wanted + 2, "{found} for {wanted}");
                exact += u32::from(found == wanted);
                all += 1;
            }
        }
        assert!(exact * 100 > all * 99, "{exact} of {all}");
    }
}
