//! Folders → a Hugging Face hub on loopback, the one that the tests use, until it is stopped.
//!
//! For trying by hand what a download does (`HF_ENDPOINT=http://127.0.0.1:8091 depesche models fetch …`), and for
//! `tests/hub_interop.py`.
//!
//!     cargo run --example hub_server -- 8091 some/model=tests/parity/marian/complete
#![allow(clippy::print_stdout, reason = "an example speaks")]

#[allow(dead_code, unused_imports, clippy::unwrap_used, reason = "written for the tests")]
#[path = "../tests/it/hub/mod.rs"]
mod hub;

use std::error::Error;
use std::fs;
use std::io::Write;

use hub::{Files, Hub, Repository};

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let port: u16 = args.next().ok_or("usage: hub_server PORT ORG/NAME=FOLDER…")?.parse()?;
    let mut repositories = Vec::new();
    for arg in args {
        let (id, folder) = arg.split_once('=').ok_or("a repository is given as ORG/NAME=FOLDER")?;
        let mut files = Files::new();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_type()?.is_file() {
                files.insert(entry.file_name().to_string_lossy().into_owned(), fs::read(entry.path())?);
            }
        }
        repositories.push(Repository::new(id, files));
    }
    let hub = Hub::start_at(port, repositories);
    println!("HF_ENDPOINT={}", hub.endpoint());
    std::io::stdout().flush()?;
    loop {
        std::thread::park();
    }
}
