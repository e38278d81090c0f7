//! `depesche doctor`: what this machine has, what the environment says, and what would be used.

use std::fmt::Write;
use std::thread;

use depesche::catalog::{ByteSize, Catalog, DEFAULT_TRANSLATOR, Hub, Manifest, free_disk};
use depesche::generation::{self, DEVICE_KINDS, DeviceChoice, DeviceKind, Opened, Unavailable};
use depesche::hint::Hint;

use super::config::Config;
use super::environment::{VARIABLES, default_memory_file, variable};
use super::program::PROGRAM;

/// Memory and disk below which a run with a small model may fail.
const LITTLE: ByteSize = ByteSize(1_000_000_000);

/// The report: a verdict, then every fact. Contacts no server.
pub(super) fn report(hub: Hub) -> String {
    let mut problems: Vec<String> = Vec::new();
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
    match free_memory() {
        Some(free) => {
            doctor_fact("memory", &format!("{free} free"));
            problems.extend((free.0 < LITTLE.0).then(|| format!("only {free} of memory are free")));
        }
        None => doctor_fact("memory", "the system does not say how much is free"),
    }
    let here = std::env::current_dir().unwrap_or_default();
    if let Some(free) = free_disk(&here) {
        doctor_fact("disk", &format!("{free} free in {}", here.display()));
        problems.extend((free.0 < LITTLE.0).then(|| format!("only {free} of this disk are free")));
    }
    for kind in DEVICE_KINDS {
        doctor_fact("device", &format!("{} ({}): {}", kind.name, kind.about, device_state(kind)));
    }
    let devices = DeviceChoice::default().open();
    let used_device = devices.as_ref().map_or("none", |devices| devices.kind().name);
    problems.extend(devices.as_ref().err().map(|error| format!("no device: {error}")));
    doctor_fact("", &format!("{used_device} would be used (--device chooses another)"));
    if used_device == "cpu" {
        doctor_fact("precision", "int8, because the device is a CPU (--precision f32 is slower and exact)");
    } else {
        doctor_fact("precision", "half, because the device is a GPU (--precision f32 is slower and exact)");
    }

    match Config::read() {
        Ok(config) => doctor_fact("config", &config.described()),
        Err(error) => {
            doctor_fact("config", &error.to_string());
            problems.push(format!("the configuration file: {error}"));
        }
    }
    match default_memory_file() {
        Some(file) => {
            let size = std::fs::metadata(&file).map(|file| ByteSize(file.len()).to_string());
            let free = free_disk(&file).map(|free| format!(", {free} free there")).unwrap_or_default();
            doctor_fact(
                "translations",
                &format!("{} ({}{free})", file.display(), size.unwrap_or("not there yet".into())),
            );
        }
        None => doctor_fact("translations", "no folder for the translation memory is known (--memory names a file)"),
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
    if let Err(error) = catalog.present(DEFAULT_TRANSLATOR) {
        problems.push(format!("the translator: {error}"));
    }
    let verdict = if problems.is_empty() { "all is well".to_owned() } else { problems.join("; ") };
    format!("{:12} {verdict}\n{doctor_report}", "verdict")
}

/// The memory that programs can still have; known on Linux.
fn free_memory() -> Option<ByteSize> {
    let facts = std::fs::read_to_string("/proc/meminfo").ok()?;
    let kilobytes = facts.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?.split_whitespace().next()?;
    Some(ByteSize(kilobytes.parse::<u64>().ok()? * 1024))
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
