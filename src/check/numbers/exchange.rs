//! Values of one class that were exchanged: one of the German is lost, and another is in the English instead.

/// A value as a German or English sentence states it.
#[derive(Clone, Copy, Debug)]
pub(super) struct StatedValue<'a, Value> {
    pub(super) value: Value,
    pub(super) text: &'a str,
}

/// The text of the first German value that is not in the English, if the English has a value that is not in the German.
/// A value that is merely lost may be paraphrased: `im Oktober`, `last month`.
pub(super) fn exchanged_value<'a, Value: PartialEq>(
    german_values: &[StatedValue<'a, Value>],
    english_values: &[StatedValue<'_, Value>],
) -> Option<&'a str> {
    let is_invented = english_values
        .iter()
        .any(|stated_value| german_values.iter().all(|counterpart| counterpart.value != stated_value.value));
    let lost_value = german_values
        .iter()
        .find(|stated_value| english_values.iter().all(|counterpart| counterpart.value != stated_value.value))?;
    is_invented.then_some(lost_value.text)
}
