//! Settings of the hub and the cache: everything about fetching that the environment decides.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// The hub that is used unless another one is named.
pub const DEFAULT_ENDPOINT: &str = "https://huggingface.co";

/// The hub and the cache. `cli` reads them from the environment; this room never does.
#[derive(Clone, Debug, PartialEq)]
pub struct Hub {
    /// The folder in which Hugging Face's tools keep models; `None` if no home folder is known.
    pub cache: Option<PathBuf>,
    /// Address of the hub, without a trailing slash.
    pub endpoint: String,
    /// The user's token; most models need none.
    pub token: Option<HubToken>,
    /// Open no socket, even if files are missing.
    pub offline: bool,
    /// The proxies to the hub.
    pub proxies: Proxies,
    /// How long a connection may be silent before it counts as broken.
    pub patience: Duration,
    /// How often a failed request is repeated.
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

/// Addresses of the proxies between this machine and the hub.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Proxies {
    /// The proxy for `http:` addresses.
    pub http: Option<String>,
    /// The proxy for `https:` addresses.
    pub https: Option<String>,
    /// Hosts that are reached directly, separated by commas.
    pub none: Option<String>,
}

/// A secret that is sent to the hub only and never printed.
#[derive(Clone, PartialEq)]
pub struct HubToken(String);

impl HubToken {
    /// The token in `token_text`, or `None` if it is blank or has characters that no token has.
    pub fn new(token_text: &str) -> Option<Self> {
        let token_text = token_text.trim();
        let is_visible_ascii = !token_text.is_empty() && token_text.bytes().all(|byte| byte.is_ascii_graphic());
        is_visible_ascii.then(|| Self(token_text.to_owned()))
    }

    pub(super) fn secret(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for HubToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("HubToken(…)")
    }
}

/// What happens while a model is fetched.
#[derive(Clone, Copy, Debug)]
pub enum FetchEvent<'a> {
    /// The licence of what is about to be fetched.
    Licence {
        /// The model's name.
        model: &'a str,
        /// The licence; `None` if its authors state none.
        licence: Option<&'a str>,
        /// Authors to credit.
        attribution: Option<&'a str>,
    },
    /// Sizes are known and the download begins.
    Fetching {
        /// The model's name.
        model: &'a str,
        /// The address of the hub.
        endpoint: &'a str,
        /// Bytes of the model to fetch.
        missing: u64,
    },
    /// Bytes of the model fetched so far.
    Progress(u64),
    /// Another process is fetching the same file.
    Waiting {
        /// The model's name.
        model: &'a str,
        /// The file of the model that both processes fetch.
        file: &'a str,
    },
    /// A request failed and will be repeated.
    Retrying {
        /// What was requested of the hub.
        what: &'a str,
        /// Pause before the retry.
        after: Duration,
        /// Why the request failed.
        reason: &'a str,
    },
    /// The model is complete and verified.
    Fetched {
        /// The model's name.
        model: &'a str,
    },
}

/// Is told what happens while a model is fetched.
pub type Listener<'a> = dyn Fn(FetchEvent<'_>) + 'a;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_does_not_show_itself_and_fits_on_a_line() {
        let token = HubToken::new(" hf_secret\n").unwrap();
        assert_eq!((token.secret(), format!("{token:?}").contains("secret")), ("hf_secret", false));
        for text in ["", "  \n", "two words", "line\nfeed"] {
            assert!(HubToken::new(text).is_none(), "{text:?}");
        }
    }
}
