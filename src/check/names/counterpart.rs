//! German forms of a name and the English ones that may stand for it.

/// How German words for a place, its people or an organisation begin, and how English ones do; all in lower case.
pub(super) struct Counterpart {
    /// German forms of the name. A trailing hyphen marks a stem that is no word without an ending (`brit-`).
    pub(super) german: &'static [&'static str],
    /// English forms of the name. An empty form lets English do without.
    pub(super) english: &'static [&'static str],
}

/// True if a word of the English `lower_english` begins with `prefix`.
pub(super) fn has_word_prefix(lower_english: &str, prefix: &str) -> bool {
    lower_english
        .match_indices(prefix)
        .any(|(prefix_start, _)| !lower_english[..prefix_start].ends_with(char::is_alphanumeric))
}

/// True if `english_name`, in lower case, is an English form of `counterpart` and a word of `german_words` is a German one.
pub(super) fn is_counterpart(counterpart: &Counterpart, english_name: &str, german_words: &[&str]) -> bool {
    let begins_form = |name_form: &&str| {
        !name_form.is_empty()
            && name_form.split(' ').any(|form_part| english_name.starts_with(form_part.trim_end_matches('-')))
    };
    let is_german = |german_word: &&str| {
        let lower_word = german_word.to_lowercase();
        counterpart.german.iter().any(|name_form| lower_word.contains(name_form.trim_end_matches('-')))
    };
    counterpart.english.iter().any(begins_form) && german_words.iter().any(is_german)
}
