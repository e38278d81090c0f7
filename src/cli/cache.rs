//! `depesche cache`: shows, clears, exports and imports the translation memory.

use std::fmt::Write;
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use depesche::catalog::ByteSize;
use depesche::memory::{self, Store, tmx};

use super::args::CacheCommand;
use super::console::Console;
use super::error::{Error, Result};
use super::stdout::print;

/// Runs `command` on the memory at `memory_path`.
pub(super) fn run(command: CacheCommand, memory_path: Option<PathBuf>, console: &Console) -> Result<ExitCode> {
    let memory_path = memory_path.ok_or(Error::NoMemory)?;
    match command {
        CacheCommand::Stat => return print(memory_statistics(&memory_path)?.as_bytes()),
        CacheCommand::Clear => {
            let count = if memory_path.exists() { Store::clear(&memory_path)? } else { 0 };
            console.say(&format!("removed {count} sentences from {}", memory_path.display()));
        }
        CacheCommand::Export { file } if file.as_os_str() == "-" => {
            tmx::export(&open_memory_at(&memory_path, console)?, &mut BufWriter::new(io::stdout().lock()))?;
        }
        CacheCommand::Export { file } => {
            let count = tmx::export_to(&open_memory_at(&memory_path, console)?, &file)?;
            console.say(&format!("wrote {count} sentences to {}", file.display()));
        }
        CacheCommand::Import { file } => {
            let memory::Imported { taken, passed_over } = tmx::import(&open_memory_at(&memory_path, console)?, &file)?;
            console.say(&format!("added {taken} sentences from {}", file.display()));
            if passed_over > 0 {
                console.say(&format!("skipped {passed_over} that depesche did not write"));
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn open_memory_at(memory_path: &Path, console: &Console) -> std::result::Result<Store, memory::Error> {
    let (store, set_aside) = Store::open(memory_path)?;
    if let Some(set_aside) = set_aside {
        console.event(depesche::pipeline::Event::MemorySetAside(&set_aside));
    }
    Ok(store)
}

/// Path, size and counts of the translation memory. Does not create a memory.
fn memory_statistics(memory_path: &Path) -> std::result::Result<String, memory::Error> {
    let statistics =
        if memory_path.exists() { Store::open(memory_path)?.0.statistics()? } else { memory::Statistics::default() };
    let mut memory_facts = format!("{:12} {}\n", "memory", memory_path.display());
    let mut add_memory_fact = |fact_name: &str, fact_value: &str| {
        // Writing to a string cannot fail.
        let _ = writeln!(memory_facts, "{fact_name:12} {fact_value}");
    };
    add_memory_fact("size", &ByteSize(statistics.bytes).to_string());
    add_memory_fact("sentences", &statistics.sentences.iter().map(|(_, count)| count).sum::<u64>().to_string());
    for (model, count) in &statistics.sentences {
        add_memory_fact("model", &format!("{count} of {model}"));
    }
    Ok(memory_facts)
}
