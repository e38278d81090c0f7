//! Values of one class that were exchanged: one of the German is lost, and another is in the English instead.

/// A value as a text states it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stated<'a, Value> {
    pub(super) value: Value,
    pub(super) text: &'a str,
}

/// The text of the first German value that is not in the English, if the English has a value that is not in the German.
/// A value that is merely lost may be paraphrased: `im Oktober`, `last month`.
pub(super) fn exchanged<'a, Value: PartialEq>(
    german: &[Stated<'a, Value>],
    english: &[Stated<'_, Value>],
) -> Option<&'a str> {
    let is_invented = english.iter().any(|stated| german.iter().all(|known| known.value != stated.value));
    let lost = german.iter().find(|stated| english.iter().all(|known| known.value != stated.value))?;
    is_invented.then_some(lost.text)
}
