//! The languages that an article, or part of one, may be in.

use std::fmt;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// One of [`Language::ALL`], by its names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Language {
    /// BCP 47 tag, as used in HTML and JSON: `fr`.
    pub tag: &'static str,
    /// English name of the language.
    pub name: &'static str,
}

impl Language {
    /// The source language of an article, by default.
    pub const GERMAN: Self = Self { tag: "de", name: "German" };
    /// The target language of a translation.
    pub const ENGLISH: Self = Self { tag: "en", name: "English" };

    /// Every language that the program can name.
    #[rustfmt::skip]
    pub const ALL: &[Self] = &[
        Self::GERMAN,
        Self::ENGLISH,
        Self { tag: "ar", name: "Arabic" },
        Self { tag: "bg", name: "Bulgarian" },
        Self { tag: "cs", name: "Czech" },
        Self { tag: "da", name: "Danish" },
        Self { tag: "el", name: "Greek" },
        Self { tag: "es", name: "Spanish" },
        Self { tag: "fa", name: "Persian" },
        Self { tag: "fi", name: "Finnish" },
        Self { tag: "fr", name: "French" },
        Self { tag: "he", name: "Hebrew" },
        Self { tag: "hr", name: "Croatian" },
        Self { tag: "hu", name: "Hungarian" },
        Self { tag: "it", name: "Italian" },
        Self { tag: "ja", name: "Japanese" },
        Self { tag: "ko", name: "Korean" },
        Self { tag: "nb", name: "Norwegian" },
        Self { tag: "nl", name: "Dutch" },
        Self { tag: "pl", name: "Polish" },
        Self { tag: "pt", name: "Portuguese" },
        Self { tag: "ro", name: "Romanian" },
        Self { tag: "ru", name: "Russian" },
        Self { tag: "sk", name: "Slovak" },
        Self { tag: "sv", name: "Swedish" },
        Self { tag: "tr", name: "Turkish" },
        Self { tag: "uk", name: "Ukrainian" },
        Self { tag: "zh", name: "Chinese" },
    ];

    /// The language with the BCP 47 tag `tag`; `None` if it is not in [`Language::ALL`].
    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.iter().find(|language| language.tag == tag).copied()
    }
}

impl Default for Language {
    fn default() -> Self {
        Self::GERMAN
    }
}

impl fmt::Display for Language {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name)
    }
}

impl Serialize for Language {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.tag)
    }
}

impl<'de> Deserialize<'de> for Language {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let tag = String::deserialize(deserializer)?;
        Self::from_tag(&tag).ok_or_else(|| D::Error::custom(format_args!("unknown language {tag:?}")))
    }
}
