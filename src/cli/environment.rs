//! The environment → the hub, its cache, the proxies and the translation memory.
//!
//! Variables of the hub are read as Hugging Face's own tools read them, on every system. Other files are kept where the system keeps
//! caches (`etcetera`).

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use depesche::catalog::{DEFAULT_ENDPOINT, Hub, HubToken, Proxies};
use etcetera::BaseStrategy;

/// Names the file of the translation memory.
pub(super) const MEMORY_VARIABLE: &str = "DEPESCHE_MEMORY";
/// Names the configuration file.
pub(super) const CONFIG_VARIABLE: &str = "DEPESCHE_CONFIG";

/// Every variable that is read, in the order in which `doctor` shows them.
pub(super) const VARIABLES: [&str; 21] = [
    MEMORY_VARIABLE,
    CONFIG_VARIABLE,
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

/// The hub that the environment describes. `offline` is the option on the command line.
pub(super) fn hub(offline: bool) -> Hub {
    let described = hub_from(variable);
    Hub { offline: offline || described.offline, ..described }
}

/// The value of a variable, unless it is empty.
pub(super) fn variable(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}

/// The default file of the translation memory; `None` if no folder for it is known.
pub(super) fn default_memory_file() -> Option<PathBuf> {
    let system_cache_folder = etcetera::base_strategy::choose_native_strategy().ok().map(|system| system.cache_dir());
    memory_file_from(variable, system_cache_folder, Path::exists)
}

/// The file of the translation memory: that of `DEPESCHE_MEMORY`, else a file in `XDG_CACHE_HOME`, in `~/.cache` if an earlier version
/// made it there, or in `system_cache_folder`, the system's own cache folder.
fn memory_file_from(
    variable: impl Fn(&str) -> Option<OsString>,
    system_cache_folder: Option<PathBuf>,
    file_exists: impl Fn(&Path) -> bool,
) -> Option<PathBuf> {
    let path_in_variable = |name: &str| variable(name).map(PathBuf::from);
    let memory_file_in = |folder: PathBuf| folder.join("depesche").join("memory.redb");
    let earlier_memory_file =
        || path_in_variable("HOME").map(|home| memory_file_in(home.join(".cache"))).filter(|file| file_exists(file));
    path_in_variable(MEMORY_VARIABLE)
        .or_else(|| path_in_variable("XDG_CACHE_HOME").map(memory_file_in))
        .or_else(earlier_memory_file)
        .or_else(|| system_cache_folder.map(memory_file_in))
}

/// The folder in which Hugging Face's tools keep theirs, on every system; `path` reads a variable.
fn hugging_face_cache_folder(path: impl Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    path("XDG_CACHE_HOME").or_else(|| Some(path("HOME").or_else(env::home_dir)?.join(".cache")))
}

fn hub_from(variable: impl Fn(&str) -> Option<OsString>) -> Hub {
    let text_in_variable = |name: &str| variable(name).and_then(|value| value.into_string().ok());
    let first_text_in = |names: &[&str]| names.iter().find_map(|name| text_in_variable(name));
    let path_in_variable = |name: &str| variable(name).map(PathBuf::from);
    let hugging_face_home =
        path_in_variable("HF_HOME").or_else(|| Some(hugging_face_cache_folder(path_in_variable)?.join("huggingface")));
    let hub_cache = path_in_variable("HF_HUB_CACHE").or_else(|| path_in_variable("HUGGINGFACE_HUB_CACHE"));
    let token_file = path_in_variable("HF_TOKEN_PATH").or_else(|| Some(hugging_face_home.as_ref()?.join("token")));
    let token = first_text_in(&["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"]).or_else(|| fs::read_to_string(token_file?).ok());
    let is_true = |name| {
        text_in_variable(name).is_some_and(|value| matches!(&*value.to_lowercase(), "1" | "on" | "yes" | "true"))
    };
    let seconds = text_in_variable("HF_HUB_DOWNLOAD_TIMEOUT").and_then(|timeout| timeout.trim().parse::<f64>().ok());
    let patience =
        seconds.filter(|seconds| *seconds > 0.0).and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    let endpoint = text_in_variable("HF_ENDPOINT").unwrap_or_else(|| DEFAULT_ENDPOINT.into());
    let defaults = Hub::default();
    Hub {
        cache: hub_cache.or_else(|| Some(hugging_face_home.as_ref()?.join("hub"))),
        endpoint: endpoint.trim_end_matches('/').to_owned(),
        token: token.and_then(|token| HubToken::new(&token)),
        offline: is_true("HF_HUB_OFFLINE") || is_true("TRANSFORMERS_OFFLINE"),
        proxies: Proxies {
            http: first_text_in(&["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"]),
            https: first_text_in(&["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]),
            none: first_text_in(&["no_proxy", "NO_PROXY"]),
        },
        patience: patience.unwrap_or(defaults.patience),
        retries: defaults.retries,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(variables: &[(&str, &str)]) -> Hub {
        hub_from(|name| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value)))
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
        let native = || Some(PathBuf::from("/native"));
        for (variables, existing, expected) in [
            (&[("DEPESCHE_MEMORY", "/m"), ("XDG_CACHE_HOME", "/x")][..], "/u/.cache/depesche/memory.redb", "/m"),
            (&[("XDG_CACHE_HOME", "/x"), ("HOME", "/u")], "", "/x/depesche/memory.redb"),
            (&[("HOME", "/u")], "/u/.cache/depesche/memory.redb", "/u/.cache/depesche/memory.redb"),
            (&[("HOME", "/u")], "", "/native/depesche/memory.redb"),
            (&[], "", "/native/depesche/memory.redb"),
        ] {
            let variable = |name: &str| variables.iter().find(|(known, _)| *known == name).map(|it| it.1.into());
            let found = memory_file_from(variable, native(), |path| path == Path::new(existing));
            assert_eq!(found, Some(PathBuf::from(expected)), "{variables:?} {existing}");
        }
        assert_eq!(memory_file_from(|_| None, None, |_| true), None);
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
