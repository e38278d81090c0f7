//! `depesche doctor`: what this machine has, what the environment says, and what would be used.

use std::fmt::Write;
use std::thread;

use depesche::catalog::{Catalog, DEFAULT_TRANSLATOR, Hub, Manifest};
use depesche::generation::{self, DEVICE_KINDS, DeviceChoice, DeviceKind, Opened, Unavailable};
use depesche::hint::Hint;

use super::config::Config;
use super::environment::{VARIABLES, variable};
use super::program::PROGRAM;

/// The report. Contacts no server.
pub(super) fn report(hub: Hub) -> String {
    let mut report = String::new();
    let mut fact = |key: &str, value: &str| {
        // Writing to a string cannot fail.
        let _ = writeln!(report, "{key:12} {value}");
    };
    fact("program", PROGRAM);
    fact("processor", &format!("{}, {}", std::env::consts::ARCH, generation::features().join(" ")));
    fact("int8 kernel", &generation::int8_kernel());
    let cores = thread::available_parallelism().map_or(1, usize::from);
    fact("workers", &format!("{cores}, one per available core (--workers changes it)"));
    for kind in DEVICE_KINDS {
        fact("device", &format!("{} ({}): {}", kind.name, kind.about, device_state(kind)));
    }
    let devices = DeviceChoice::default().open();
    let used = devices.as_ref().map_or("none", |devices| devices.kind().name);
    fact("", &format!("{used} would be used (--device chooses another)"));
    if used == "cpu" {
        fact("precision", "int8, because the device is a CPU (--precision f32 is slower and exact)");
    } else {
        fact("precision", "half, because the device is a GPU (--precision f32 is slower and exact)");
    }

    match Config::read() {
        Ok(config) => fact("config", &config.described()),
        Err(error) => fact("config", &error.to_string()),
    }
    match &hub.cache {
        Some(cache) if cache.is_dir() => fact("cache", &cache.display().to_string()),
        Some(cache) => fact("cache", &format!("{} (not there yet)", cache.display())),
        None => fact("cache", "none: set HF_HOME"),
    }
    fact("hub", &without_secret(&hub.endpoint));
    fact("token", if hub.token.is_some() { "set; it is sent to the hub only" } else { "none" });
    fact("network", if hub.offline { "off: no socket is opened" } else { "used only to fetch models" });
    let proxy = |address: &Option<String>| address.as_deref().map_or("none".to_owned(), without_secret);
    fact("http proxy", &proxy(&hub.proxies.http));
    fact("https proxy", &proxy(&hub.proxies.https));
    fact("no proxy", hub.proxies.none.as_deref().unwrap_or("none"));
    for name in VARIABLES {
        if let Some(value) = variable(name) {
            let secret = name.contains("TOKEN") && !name.ends_with("PATH");
            let value = if secret { "(hidden)".into() } else { without_secret(&value.to_string_lossy()) };
            fact("environment", &format!("{name}={value}"));
        }
    }
    let families = generation::families();
    fact("families", &families.iter().map(|family| family.name).collect::<Vec<_>>().join(", "));
    let catalog = Catalog { hub, families };
    for known in Manifest::all() {
        if catalog.present(&known.name).is_ok() {
            fact("model", &format!("{} is there", known.name));
        }
    }
    fact("translator", &format!("{DEFAULT_TRANSLATOR}, unless --translator names another"));
    report
}

/// The devices of a kind, or why none can be used and what would change that.
fn device_state(kind: &DeviceKind) -> String {
    let count = match (kind.count)() {
        Ok(count) => count,
        Err(error) => return why(&error),
    };
    let states = (0..count).map(|number| match (kind.open)(number) {
        Ok(Opened { model, free_memory, .. }) => {
            let memory = free_memory.map(|bytes| format!(", {:.1} GB free", bytes as f64 / 1e9)).unwrap_or_default();
            // The CPU has no number.
            let number = kind.feature.map(|_| format!("{number} is ")).unwrap_or_default();
            format!("{number}{model}{memory}")
        }
        Err(error) => format!("{number}: {}", why(&error)),
    });
    let states: Vec<String> = states.collect();
    if states.is_empty() { "none is there".to_owned() } else { states.join("; ") }
}

/// The error and its hint on one line.
fn why(error: &Unavailable) -> String {
    error.hint().map_or_else(|| error.to_string(), |hint| format!("{error}; {hint}"))
}

/// An address without the password that it may contain.
fn without_secret(address: &str) -> String {
    match (address.find("://"), address.rfind('@')) {
        (Some(scheme), Some(at)) if scheme < at => format!("{}://…{}", &address[..scheme], &address[at..]),
        _ => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_of_proxies_are_not_shown() {
        for (address, shown) in
            [("http://me:secret@proxy:1", "http://…@proxy:1"), ("http://proxy:1", "http://proxy:1"), ("a@b", "a@b")]
        {
            assert_eq!(without_secret(address), shown);
        }
    }
}
