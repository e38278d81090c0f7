//! Environment variables → the hub, the cache and the proxies, as Hugging Face's own tools read them.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use depesche::catalog::{DEFAULT_ENDPOINT, Hub, Proxies, Token};

/// The variables that are read, in the order in which `doctor` shows them.
pub(super) const VARIABLES: [&str; 20] = [
    "DEPESCHE_MEMORY",
    "HF_HOME",
    "HF_HUB_CACHE",
    "HUGGINGFACE_HUB_CACHE",
    "XDG_CACHE_HOME",
    "HF_ENDPOINT",
    "HF_TOKEN",
    "HUGGING_FACE_HUB_TOKEN",
    "HF_TOKEN_PATH",
    "HF_HUB_OFFLINE",
    "TRANSFORMERS_OFFLINE",
    "HF_HUB_DOWNLOAD_TIMEOUT",
    "http_proxy",
    "HTTP_PROXY",
    "https_proxy",
    "HTTPS_PROXY",
    "all_proxy",
    "ALL_PROXY",
    "no_proxy",
    "NO_PROXY",
];

/// The hub that the environment describes; `offline` on the command line adds to it.
pub(super) fn hub(offline: bool) -> Hub {
    let hub = read(variable);
    Hub { offline: offline || hub.offline, ..hub }
}

/// The value of a variable that is set to something.
pub(super) fn variable(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}

/// Where the translation memory is, unless the command line says it; `None` where no folder for it is known.
pub(super) fn memory() -> Option<PathBuf> {
    memory_of(variable)
}

fn memory_of(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let path = |name: &str| variable(name).map(PathBuf::from);
    path("DEPESCHE_MEMORY").or_else(|| Some(caches(path)?.join("depesche").join("memory.redb")))
}

/// The user's cache folder; `path` is the value of a variable.
fn caches(path: impl Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    path("XDG_CACHE_HOME").or_else(|| Some(path("HOME").or_else(env::home_dir)?.join(".cache")))
}

fn read(variable: impl Fn(&str) -> Option<OsString>) -> Hub {
    let text = |name: &str| variable(name).and_then(|value| value.into_string().ok());
    let first = |names: &[&str]| names.iter().find_map(|name| text(name));
    let path = |name: &str| variable(name).map(PathBuf::from);
    let home = path("HF_HOME").or_else(|| Some(caches(path)?.join("huggingface")));
    let cache = path("HF_HUB_CACHE").or_else(|| path("HUGGINGFACE_HUB_CACHE"));
    let token_file = path("HF_TOKEN_PATH").or_else(|| Some(home.as_ref()?.join("token")));
    let token = first(&["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"]).or_else(|| fs::read_to_string(token_file?).ok());
    let is_true = |name| text(name).is_some_and(|value| matches!(&*value.to_lowercase(), "1" | "on" | "yes" | "true"));
    let seconds = text("HF_HUB_DOWNLOAD_TIMEOUT").and_then(|text| text.trim().parse::<f64>().ok());
    let patience =
        seconds.filter(|seconds| *seconds > 0.0).and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    let endpoint = text("HF_ENDPOINT").unwrap_or_else(|| DEFAULT_ENDPOINT.into());
    let defaults = Hub::default();
    Hub {
        cache: cache.or_else(|| Some(home.as_ref()?.join("hub"))),
        endpoint: endpoint.trim_end_matches('/').to_owned(),
        token: token.and_then(|token| Token::new(&token)),
        offline: is_true("HF_HUB_OFFLINE") || is_true("TRANSFORMERS_OFFLINE"),
        proxies: Proxies {
            http: first(&["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"]),
            https: first(&["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]),
            none: first(&["no_proxy", "NO_PROXY"]),
        },
        patience: patience.unwrap_or(defaults.patience),
        retries: defaults.retries,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(variables: &[(&str, &str)]) -> Hub {
        read(|name| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value)))
    }

    #[test]
    fn the_hub_cache_is_where_hugging_face_looks_for_it() {
        for (variables, expected) in [
            (&[("HF_HUB_CACHE", "/c"), ("HF_HOME", "/h"), ("HOME", "/u")][..], "/c"),
            (&[("HUGGINGFACE_HUB_CACHE", "/c"), ("HF_HOME", "/h")], "/c"),
            (&[("HF_HOME", "/h"), ("XDG_CACHE_HOME", "/x"), ("HOME", "/u")], "/h/hub"),
            (&[("XDG_CACHE_HOME", "/x"), ("HOME", "/u")], "/x/huggingface/hub"),
            (&[("HOME", "/u")], "/u/.cache/huggingface/hub"),
        ] {
            assert_eq!(with(variables).cache, Some(PathBuf::from(expected)), "{variables:?}");
        }
    }

    #[test]
    fn the_memory_is_where_it_is_said_to_be_or_in_the_cache_folder() {
        for (variables, expected) in [
            (&[("DEPESCHE_MEMORY", "/m"), ("XDG_CACHE_HOME", "/x")][..], "/m"),
            (&[("XDG_CACHE_HOME", "/x"), ("HOME", "/u")], "/x/depesche/memory.redb"),
            (&[("HOME", "/u")], "/u/.cache/depesche/memory.redb"),
        ] {
            let variable = |name: &str| variables.iter().find(|(known, _)| *known == name).map(|it| it.1.into());
            assert_eq!(memory_of(variable), Some(PathBuf::from(expected)), "{variables:?}");
        }
    }

    #[test]
    fn what_is_set_is_honoured_and_what_is_not_has_its_default() {
        let plain = with(&[("HOME", "/nowhere")]);
        assert_eq!((plain.endpoint.as_str(), plain.offline, plain.token), (DEFAULT_ENDPOINT, false, None));
        let set = with(&[
            ("HF_ENDPOINT", "https://mirror/"),
            ("HF_TOKEN", "hf_x"),
            ("HF_HUB_OFFLINE", "YES"),
            ("HF_HUB_DOWNLOAD_TIMEOUT", "2.5"),
            ("ALL_PROXY", "socks5://p:1"),
            ("https_proxy", "http://q:2"),
        ]);
        assert_eq!((set.endpoint.as_str(), set.offline, set.patience.as_millis()), ("https://mirror", true, 2500));
        assert!(set.token.is_some());
        assert_eq!(set.proxies.http.as_deref(), Some("socks5://p:1"));
        assert_eq!(set.proxies.https.as_deref(), Some("http://q:2"));
        assert!(!with(&[("HF_HUB_OFFLINE", "0")]).offline);
    }
}
