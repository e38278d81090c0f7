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
    let mut doctor_report = String::new();
    let mut doctor_fact = |fact_name: &str, fact_value: &str| {
        // Writing to a string cannot fail.
        let _ = writeln!(doctor_report, "{fact_name:12} {fact_value}");
    };
    doctor_fact("program", PROGRAM);
    doctor_fact("processor", &format!("{}, {}", std::env::consts::ARCH, generation::features().join(" ")));
    doctor_fact("int8 kernel", &generation::int8_kernel());
    let cores = thread::available_parallelism().map_or(1, usize::from);
    doctor_fact("workers", &format!("{cores}, one per available core (--workers changes it)"));
    for kind in DEVICE_KINDS {
        doctor_fact("device", &format!("{} ({}): {}", kind.name, kind.about, device_state(kind)));
    }
    let devices = DeviceChoice::default().open();
    let used_device = devices.as_ref().map_or("none", |devices| devices.kind().name);
    doctor_fact("", &format!("{used_device} would be used (--device chooses another)"));
    if used_device == "cpu" {
        doctor_fact("precision", "int8, because the device is a CPU (--precision f32 is slower and exact)");
    } else {
        doctor_fact("precision", "half, because the device is a GPU (--precision f32 is slower and exact)");
    }

    match Config::read() {
        Ok(config) => doctor_fact("config", &config.described()),
        Err(error) => doctor_fact("config", &error.to_string()),
    }
    match &hub.cache {
        Some(cache) if cache.is_dir() => doctor_fact("cache", &cache.display().to_string()),
        Some(cache) => doctor_fact("cache", &format!("{} (not there yet)", cache.display())),
        None => doctor_fact("cache", "none: set HF_HOME"),
    }
    doctor_fact("hub", &without_secret(&hub.endpoint));
    doctor_fact("token", if hub.token.is_some() { "set; it is sent to the hub only" } else { "none" });
    doctor_fact("network", if hub.offline { "off: no socket is opened" } else { "used only to fetch models" });
    let proxy = |address: &Option<String>| address.as_deref().map_or("none".to_owned(), without_secret);
    doctor_fact("http proxy", &proxy(&hub.proxies.http));
    doctor_fact("https proxy", &proxy(&hub.proxies.https));
    doctor_fact("no proxy", hub.proxies.none.as_deref().unwrap_or("none"));
    for name in VARIABLES {
        if let Some(fact_value) = variable(name) {
            let is_secret = name.contains("TOKEN") && !name.ends_with("PATH");
            let fact_value = if is_secret { "(hidden)".into() } else { without_secret(&fact_value.to_string_lossy()) };
            doctor_fact("environment", &format!("{name}={fact_value}"));
        }
    }
    let families = generation::families();
    doctor_fact("families", &families.iter().map(|family| family.name).collect::<Vec<_>>().join(", "));
    let catalog = Catalog { hub, families };
    for known in Manifest::all() {
        if catalog.present(&known.name).is_ok() {
            doctor_fact("model", &format!("{} is there", known.name));
        }
    }
    doctor_fact("translator", &format!("{DEFAULT_TRANSLATOR}, unless --translator names another"));
    doctor_report
}

/// The devices of a kind, or why none can be used and what would change that.
fn device_state(kind: &DeviceKind) -> String {
    let device_count = match (kind.count)() {
        Ok(device_count) => device_count,
        Err(error) => return reason_and_hint(&error),
    };
    let device_states = (0..device_count).map(|device_number| match (kind.open)(device_number) {
        Ok(Opened { model, free_memory, .. }) => {
            let free_memory_text =
                free_memory.map(|bytes| format!(", {:.1} GB free", bytes as f64 / 1e9)).unwrap_or_default();
            // The CPU has no number.
            let number_text = kind.feature.map(|_| format!("{device_number} is ")).unwrap_or_default();
            format!("{number_text}{model}{free_memory_text}")
        }
        Err(error) => format!("{device_number}: {}", reason_and_hint(&error)),
    });
    let device_states: Vec<String> = device_states.collect();
    if device_states.is_empty() { "none is there".to_owned() } else { device_states.join("; ") }
}

/// The error and its hint on one line.
fn reason_and_hint(error: &Unavailable) -> String {
    error.hint().map_or_else(|| error.to_string(), |hint| format!("{error}; {hint}"))
}

/// An address without the password that it may contain.
fn without_secret(address: &str) -> String {
    match (address.find("://"), address.rfind('@')) {
        (Some(scheme_end), Some(password_end)) if scheme_end < password_end => {
            format!("{}://…{}", &address[..scheme_end], &address[password_end..])
        }
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
