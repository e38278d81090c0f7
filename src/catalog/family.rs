//! The files that the tokenizer of each family needs, and which of several sets to use.

/// A family of models that the program can run, and what it needs besides configuration and weights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FamilyFiles {
    /// `model_type` in config.json.
    pub name: &'static str,
    /// Alternative sets of tokenizer files, best first.
    pub files: Vec<&'static [&'static str]>,
}

/// The set of tokenizer files to use: the first complete one, else the first with any file present, else the first.
pub(super) fn best_set<'a>(tokenizer_file_sets: &[&'a [&'a str]], has_file: impl Fn(&str) -> bool) -> &'a [&'a str] {
    let complete_set = tokenizer_file_sets.iter().find(|set| set.iter().all(|name| has_file(name)));
    let partial_set = || tokenizer_file_sets.iter().find(|set| set.iter().any(|name| has_file(name)));
    complete_set.or_else(partial_set).or(tokenizer_file_sets.first()).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_several_sets_of_files_the_first_that_is_whole_is_taken() {
        let sets: &[&[&str]] = &[&["a"], &["b", "c"], &["b"]];
        let best = |there: &[&str]| best_set(sets, |name| there.contains(&name));
        for (there, expected) in
            [(&["a", "b"][..], sets[0]), (&["b", "c"], sets[1]), (&["b"], sets[2]), (&["c"], sets[1]), (&[], sets[0])]
        {
            assert_eq!(best(there), expected, "{there:?}");
        }
        assert!(best_set(&[], |_| true).is_empty());
    }
}
