//! Which hub, which cache, and how patient: everything about fetching that the environment decides.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// The hub that is asked unless another is named.
pub const DEFAULT_ENDPOINT: &str = "https://huggingface.co";

/// The hub and the cache. The program's front reads the environment; this room never does.
#[derive(Clone, Debug, PartialEq)]
pub struct Hub {
    /// The folder that all of Hugging Face's tools keep models in; `None` if there is no place for one.
    pub cache: Option<PathBuf>,
    /// Where the hub is, without a slash at the end.
    pub endpoint: String,
    /// Who we are; most models need no token.
    pub token: Option<Token>,
    /// Open no socket, whatever is missing.
    pub offline: bool,
    /// Ways to the outside.
    pub proxies: Proxies,
    /// How long a connection may bring nothing before it counts as broken.
    pub patience: Duration,
    /// How often a request that failed is tried again before it fails for good.
    pub retries: u32,
}

impl Default for Hub {
    fn default() -> Self {
        Self {
            cache: None,
            endpoint: DEFAULT_ENDPOINT.into(),
            token: None,
            offline: false,
            proxies: Proxies::default(),
            patience: Duration::from_secs(10),
            retries: 5,
        }
    }
}

/// Addresses of proxies.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Proxies {
    /// For `http:` addresses.
    pub http: Option<String>,
    /// For `https:` addresses.
    pub https: Option<String>,
    /// Hosts that are reached directly, with commas between.
    pub none: Option<String>,
}

/// A secret that shows itself to the hub alone.
#[derive(Clone, PartialEq)]
pub struct Token(String);

impl Token {
    /// The token that `text` holds, or `None` if it is blank or no token can look so.
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        let visible = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
        visible.then(|| Self(text.to_owned()))
    }

    pub(super) fn secret(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Token(…)")
    }
}

/// What happens while a model is fetched.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// The licence of what is about to be fetched.
    Licence {
        /// The model's name.
        model: &'a str,
        /// The licence; `None` if its authors state none.
        licence: Option<&'a str>,
        /// Whom to name.
        attribution: Option<&'a str>,
    },
    /// The sizes are known, and the bytes begin to come.
    Fetching {
        /// The model's name.
        model: &'a str,
        /// The hub.
        endpoint: &'a str,
        /// Bytes that are missing.
        missing: u64,
    },
    /// So many of the missing bytes are there.
    Progress(u64),
    /// Another process fetches the same file.
    Waiting {
        /// The model's name.
        model: &'a str,
        /// The file.
        file: &'a str,
    },
    /// Something failed and is tried again.
    Retrying {
        /// What is tried.
        what: &'a str,
        /// After how long.
        after: Duration,
        /// Why it failed.
        reason: &'a str,
    },
    /// The model is there, whole and verified.
    Fetched {
        /// The model's name.
        model: &'a str,
    },
}

/// Who is told.
pub type Listener<'a> = dyn Fn(Event<'_>) + 'a;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_does_not_show_itself_and_fits_on_a_line() {
        let token = Token::new(" hf_secret\n").unwrap();
        assert_eq!((token.secret(), format!("{token:?}").contains("secret")), ("hf_secret", false));
        for text in ["", "  \n", "two words", "line\nfeed"] {
            assert!(Token::new(text).is_none(), "{text:?}");
        }
    }
}
