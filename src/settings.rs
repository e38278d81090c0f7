//! What decides a result, written once: named values → lines for the reader and a key.
//!
//! Whoever owns a knob adds it here. From the same [`Settings`] come the provenance at the end of a briefing and the keys of the
//! translation memory. The key depends on names and values alone, never on how something is printed.

use std::fmt;

use sha2::{Digest, Sha256};

/// The value of a setting.
#[derive(Clone, Debug, PartialEq)]
pub enum SettingValue {
    /// A setting that is not set.
    Unset,
    /// A setting that is on or off.
    Switch(bool),
    /// A setting that is a count, an index or a token.
    Count(u64),
    /// A setting that is a fraction.
    Number(f32),
    /// A setting that is a word, a name or a digest.
    Text(String),
    /// A setting with several values.
    List(Vec<Self>),
}

/// Named settings in the order in which a reader sees them.
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
    shown_text: Option<String>,
}

impl Settings {
    /// Adds a setting that decides the result and is not shown.
    pub fn add(&mut self, setting_name: &str, value: impl Into<SettingValue>) {
        self.push(setting_name, Some(value.into()), None);
    }

    /// Adds a setting that decides the result, shown as its value.
    pub fn show(&mut self, setting_name: &str, value: impl Into<SettingValue>) {
        let value = value.into();
        let shown_text = value.to_string();
        self.push(setting_name, Some(value), Some(shown_text));
    }

    /// Adds a setting that decides the result, shown as `shown_text`.
    pub fn show_as(&mut self, setting_name: &str, value: impl Into<SettingValue>, shown_text: &str) {
        self.push(setting_name, Some(value.into()), Some(shown_text.to_owned()));
    }

    /// Adds a fact for the reader that decides nothing, such as a licence.
    pub fn note(&mut self, setting_name: &str, shown_text: &str) {
        self.push(setting_name, None, Some(shown_text.to_owned()));
    }

    /// Shows the setting `setting_name` no longer. It decides the result all the same.
    pub fn hide(&mut self, setting_name: &str) {
        for setting in self.settings.iter_mut().filter(|setting| setting.name == setting_name) {
            setting.shown_text = None;
        }
    }

    /// Adds all of `more_settings`.
    pub fn extend(&mut self, more_settings: Self) {
        self.settings.extend(more_settings.settings);
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
        let shown_line = |setting: &Setting| Some((setting.name.clone(), setting.shown_text.clone()?));
        self.settings.iter().filter_map(shown_line).collect()
    }

    /// SHA-256 over the names and values that decide the result. Two settings have the same key exactly if they decide alike.
    pub fn key(&self) -> [u8; 32] {
        let mut key_hasher = Sha256::new();
        for Setting { name, value, .. } in &self.settings {
            if let Some(value) = value {
                hash_bytes(&mut key_hasher, name.as_bytes());
                value.hash(&mut key_hasher);
            }
        }
        key_hasher.finalize().into()
    }

    fn push(&mut self, setting_name: &str, value: Option<SettingValue>, shown_text: Option<String>) {
        self.settings.push(Setting { name: setting_name.to_owned(), value, shown_text });
    }
}

impl SettingValue {
    /// Feeds the kind and the value of a setting to the hasher of the key, so that no two values give the same bytes.
    fn hash(&self, key_hasher: &mut Sha256) {
        match self {
            Self::Unset => key_hasher.update([0]),
            Self::Switch(is_on) => key_hasher.update([1, u8::from(*is_on)]),
            Self::Count(count) => {
                key_hasher.update([2]);
                key_hasher.update(count.to_le_bytes());
            }
            Self::Number(number) => {
                key_hasher.update([3]);
                key_hasher.update(number.to_bits().to_le_bytes());
            }
            Self::Text(text) => {
                key_hasher.update([4]);
                hash_bytes(key_hasher, text.as_bytes());
            }
            Self::List(setting_values) => {
                key_hasher.update([5]);
                key_hasher.update((setting_values.len() as u64).to_le_bytes());
                setting_values.iter().for_each(|value| value.hash(key_hasher));
            }
        }
    }
}

/// Feeds `bytes` with their length to the hasher of the key, so that no two lists of texts run together into the same bytes.
fn hash_bytes(key_hasher: &mut Sha256, bytes: &[u8]) {
    key_hasher.update((bytes.len() as u64).to_le_bytes());
    key_hasher.update(bytes);
}

impl fmt::Display for SettingValue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unset => formatter.write_str("not set"),
            Self::Switch(is_on) => formatter.write_str(if *is_on { "on" } else { "off" }),
            Self::Count(count) => count.fmt(formatter),
            Self::Number(number) => number.fmt(formatter),
            Self::Text(text) => text.fmt(formatter),
            Self::List(setting_values) => {
                for (value_index, value) in setting_values.iter().enumerate() {
                    if value_index > 0 {
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
