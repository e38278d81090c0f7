//! What decides a result, written once: named values → lines for the reader and a key.
//!
//! Whoever owns a knob adds it here. From the same [`Settings`] come the provenance at the end of a briefing and the keys of the
//! translation memory. The key depends on names and values alone, never on how something is printed.

use std::fmt;

use sha2::{Digest, Sha256};

/// The value of a setting.
#[derive(Clone, Debug, PartialEq)]
pub enum SettingValue {
    /// Not set.
    Unset,
    /// On or off.
    Switch(bool),
    /// A count, an index or a token.
    Count(u64),
    /// A fraction.
    Number(f32),
    /// A word, a name or a digest.
    Text(String),
    /// Several values.
    List(Vec<Self>),
}

/// Named values in the order in which a reader sees them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    settings: Vec<Setting>,
}

#[derive(Clone, Debug, PartialEq)]
struct Setting {
    name: String,
    /// `None` for what only informs the reader.
    value: Option<SettingValue>,
    /// What the reader sees; `None` for what would tell nobody anything.
    shown: Option<String>,
}

impl Settings {
    /// Adds a setting that decides the result and is not shown.
    pub fn add(&mut self, name: &str, value: impl Into<SettingValue>) {
        self.push(name, Some(value.into()), None);
    }

    /// Adds a setting that decides the result, shown as its value.
    pub fn show(&mut self, name: &str, value: impl Into<SettingValue>) {
        let value = value.into();
        let text = value.to_string();
        self.push(name, Some(value), Some(text));
    }

    /// Adds a setting that decides the result, shown as `text`.
    pub fn show_as(&mut self, name: &str, value: impl Into<SettingValue>, text: &str) {
        self.push(name, Some(value.into()), Some(text.to_owned()));
    }

    /// Adds a fact for the reader that decides nothing, such as a licence.
    pub fn note(&mut self, name: &str, text: &str) {
        self.push(name, None, Some(text.to_owned()));
    }

    /// Shows the setting `name` no longer. It decides the result all the same.
    pub fn hide(&mut self, name: &str) {
        for setting in self.settings.iter_mut().filter(|setting| setting.name == name) {
            setting.shown = None;
        }
    }

    /// Adds all settings of `other`.
    pub fn extend(&mut self, other: Self) {
        self.settings.extend(other.settings);
    }

    /// The same settings with `prefix` before each name: `beams` becomes `summariser beams`.
    #[must_use]
    pub fn prefixed(mut self, prefix: &str) -> Self {
        for setting in &mut self.settings {
            setting.name = format!("{prefix} {}", setting.name);
        }
        self
    }

    /// Names and texts of the settings that are shown.
    pub fn lines(&self) -> Vec<(String, String)> {
        let shown = |setting: &Setting| Some((setting.name.clone(), setting.shown.clone()?));
        self.settings.iter().filter_map(shown).collect()
    }

    /// SHA-256 over the names and values that decide the result. Two settings have the same key exactly if they decide alike.
    pub fn key(&self) -> [u8; 32] {
        let mut hasher = Sha256::new();
        for Setting { name, value, .. } in &self.settings {
            if let Some(value) = value {
                hash_bytes(&mut hasher, name.as_bytes());
                value.hash(&mut hasher);
            }
        }
        hasher.finalize().into()
    }

    fn push(&mut self, name: &str, value: Option<SettingValue>, shown: Option<String>) {
        self.settings.push(Setting { name: name.to_owned(), value, shown });
    }
}

impl SettingValue {
    /// Feeds the kind and the value, so that no two values give the same bytes.
    fn hash(&self, hasher: &mut Sha256) {
        match self {
            Self::Unset => hasher.update([0]),
            Self::Switch(is_on) => hasher.update([1, u8::from(*is_on)]),
            Self::Count(count) => {
                hasher.update([2]);
                hasher.update(count.to_le_bytes());
            }
            Self::Number(number) => {
                hasher.update([3]);
                hasher.update(number.to_bits().to_le_bytes());
            }
            Self::Text(text) => {
                hasher.update([4]);
                hash_bytes(hasher, text.as_bytes());
            }
            Self::List(values) => {
                hasher.update([5]);
                hasher.update((values.len() as u64).to_le_bytes());
                values.iter().for_each(|value| value.hash(hasher));
            }
        }
    }
}

/// Feeds `bytes` with their length, so that no two lists of texts run together into the same bytes.
fn hash_bytes(hasher: &mut Sha256, bytes: &[u8]) {
    hasher.update((bytes.len() as u64).to_le_bytes());
    hasher.update(bytes);
}

impl fmt::Display for SettingValue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unset => formatter.write_str("not set"),
            Self::Switch(is_on) => formatter.write_str(if *is_on { "on" } else { "off" }),
            Self::Count(count) => count.fmt(formatter),
            Self::Number(number) => number.fmt(formatter),
            Self::Text(text) => text.fmt(formatter),
            Self::List(values) => {
                for (index, value) in values.iter().enumerate() {
                    if index > 0 {
                        formatter.write_str(", ")?;
                    }
                    value.fmt(formatter)?;
                }
                Ok(())
            }
        }
    }
}

impl From<bool> for SettingValue {
    fn from(is_on: bool) -> Self {
        Self::Switch(is_on)
    }
}

impl From<u32> for SettingValue {
    fn from(count: u32) -> Self {
        Self::Count(count.into())
    }
}

impl From<usize> for SettingValue {
    fn from(count: usize) -> Self {
        Self::Count(count as u64)
    }
}

impl From<f32> for SettingValue {
    fn from(number: f32) -> Self {
        Self::Number(number)
    }
}

impl From<&str> for SettingValue {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for SettingValue {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl<T: Into<SettingValue>> From<Option<T>> for SettingValue {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Unset, Into::into)
    }
}

impl<T: Into<SettingValue>> From<Vec<T>> for SettingValue {
    fn from(values: Vec<T>) -> Self {
        Self::List(values.into_iter().map(Into::into).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(pairs: &[(&str, SettingValue)]) -> Settings {
        let mut settings = Settings::default();
        pairs.iter().for_each(|(name, value)| settings.add(name, value.clone()));
        settings
    }

    #[test]
    fn the_reader_sees_what_is_shown_in_the_order_of_the_settings() {
        let mut model = Settings::default();
        model.show("beams", 4_usize);
        model.add("rules", 1_u32);
        model.note("licence", "MIT");
        let mut all = Settings::default();
        all.show("repair", true);
        all.extend(model.prefixed("summariser"));
        all.show_as("length", 160_usize, "160 tokens");
        all.show("secret", 1_u32);
        all.hide("secret");
        let lines = all.lines();
        let lines: Vec<(&str, &str)> = lines.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        let expected =
            [("repair", "on"), ("summariser beams", "4"), ("summariser licence", "MIT"), ("length", "160 tokens")];
        assert_eq!(lines, expected);
    }

    #[test]
    fn what_decides_has_a_key_and_what_informs_has_none() {
        let plain = settings(&[("beams", 4_usize.into())]);
        let mut shown = Settings::default();
        shown.note("licence", "MIT");
        shown.show_as("beams", 4_usize, "four");
        assert_eq!(plain.key(), shown.key());
    }

    #[test]
    fn no_two_settings_run_together() {
        let text = |text: &str| SettingValue::from(text);
        let list = |values: &[u32]| SettingValue::from(values.to_vec());
        let all = [
            settings(&[]),
            settings(&[("a", text("1"))]),
            settings(&[("a", text("1")), ("b", text("2"))]),
            settings(&[("b", text("2")), ("a", text("1"))]),
            settings(&[("a", text("1b")), ("", text("2"))]),
            settings(&[("a", SettingValue::Unset)]),
            settings(&[("a", false.into())]),
            settings(&[("a", 0_u32.into())]),
            settings(&[("a", 0.0_f32.into())]),
            settings(&[("a", (-0.0_f32).into())]),
            settings(&[("a", text(""))]),
            settings(&[("a", list(&[]))]),
            settings(&[("a", list(&[1, 2]))]),
            settings(&[("a", SettingValue::List(vec![list(&[1]), list(&[2])]))]),
            settings(&[("a", SettingValue::List(vec![list(&[1, 2]), list(&[])]))]),
        ];
        let mut keys: Vec<_> = all.iter().map(Settings::key).collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), all.len());
    }

    #[test]
    fn keys_are_the_same_in_every_build() {
        // A key that changes makes every translation memory forget what it knows.
        let all = settings(&[
            ("a", SettingValue::Unset),
            ("b", true.into()),
            ("c", 7_u32.into()),
            ("d", 0.5_f32.into()),
            ("e", "text".into()),
            ("f", vec![vec![1_u32], vec![2, 3]].into()),
        ]);
        let digits: String = all.key().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(digits, "d7918c970ede5e9dd8c9de3c82aaafaf0741956b1df2fc9a6d25c2794603ef38");
    }
}
