//! German forms of a name and the English ones that may stand for it.

/// How German words for a place, its people or an organisation begin, and how English ones do; all in lower case.
pub(super) struct Counterpart {
    /// A trailing hyphen marks a stem that is no word without an ending (`brit-`).
    pub(super) german: &'static [&'static str],
    /// An empty form lets English do without.
    pub(super) english: &'static [&'static str],
}

/// True if a word of `text` begins with `prefix`.
pub(super) fn has_word_prefix(text: &str, prefix: &str) -> bool {
    text.match_indices(prefix).any(|(at, _)| !text[..at].ends_with(char::is_alphanumeric))
}

/// True if `name`, in lower case, is an English form of `entry` and a word of `german` is a German one.
pub(super) fn is_counterpart(entry: &Counterpart, name: &str, german: &[&str]) -> bool {
    let begins_form = |form: &&str| !form.is_empty() && form.split(' ').any(|part| name.starts_with(part));
    let is_german = |word: &&str| {
        let lower = word.to_lowercase();
        entry.german.iter().any(|form| lower.contains(form.trim_end_matches('-')))
    };
    entry.english.iter().any(begins_form) && german.iter().any(is_german)
}
