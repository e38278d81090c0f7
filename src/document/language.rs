//! The language that a text is in.

use std::fmt;

/// A language, by its names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Language {
    /// Its tag of BCP 47, which is what pages and machines call it: `fr`.
    pub tag: &'static str,
    /// What English calls it.
    pub name: &'static str,
}

impl Language {
    /// What articles are written in, where nothing says otherwise.
    pub const GERMAN: Self = Self { tag: "de", name: "German" };
    /// What they are translated to.
    pub const ENGLISH: Self = Self { tag: "en", name: "English" };
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
