//! One file of the hub → one verified blob of the cache.
//!
//! Bytes gather in a part that the next attempt, or the next process, goes on from. Only what has the length and the digest
//! that the hub announced gets the name of a blob.

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::thread;
use std::time::Duration;

use super::Error;
use super::cache::Layout;
use super::digest::{self, Digest};
use super::http::{Client, Failure, Method, header};
use super::hub::{Event, Listener};
use super::lock::Lock;

/// Before the first repetition; doubled for each one more.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(8);
/// A server that asks for more time than this is not waited for.
const LONGEST_WAIT: u64 = 60;
/// So many bytes in one answer are progress: the failure after them is counted as the first again.
const PROGRESS: u64 = 256 << 10;
/// Files that came whole but wrong, before it is no accident.
const WRONG_FILES: u32 = 2;

/// A file as the hub announces it.
#[derive(Clone, Debug)]
pub(super) struct Announced {
    pub(super) name: String,
    pub(super) digest: Digest,
    pub(super) size: u64,
    /// What the catalogue knows of it.
    pub(super) sha256: Option<String>,
    /// Its path on the hub.
    pub(super) path: String,
}

/// Repeats what may succeed a little later.
pub(super) struct Retry<'a> {
    what: &'a str,
    limit: u32,
    failed: u32,
    listener: &'a Listener<'a>,
}

impl<'a> Retry<'a> {
    pub(super) fn new(what: &'a str, limit: u32, listener: &'a Listener<'a>) -> Self {
        Self { what, limit, failed: 0, listener }
    }

    /// Something came: the next failure is the first again.
    pub(super) fn progressed(&mut self) {
        self.failed = 0;
    }

    /// Pauses before the next attempt, or gives the failure back if there will be none.
    pub(super) fn pause(&mut self, failure: Failure) -> Result<(), Failure> {
        let asked = match &failure {
            Failure::Refused { seconds, .. } => *seconds,
            _ => None,
        };
        if !failure.is_passing() || self.failed >= self.limit || asked.is_some_and(|seconds| seconds > LONGEST_WAIT) {
            return Err(failure);
        }
        let doubled = FIRST_PAUSE * 2_u32.saturating_pow(self.failed.min(16));
        let after = asked.map_or(doubled.min(LONGEST_PAUSE), Duration::from_secs);
        self.failed += 1;
        (self.listener)(Event::Retrying { what: self.what, after, reason: &failure.reason() });
        thread::sleep(after);
        Ok(())
    }
}

/// Where the files go, and who is told.
pub(super) struct Destination<'a> {
    pub(super) layout: &'a Layout<'a>,
    /// The name as it was given.
    pub(super) name: &'a str,
    pub(super) listener: &'a Listener<'a>,
}

/// Whether the blob of `file` is there and as long as it should be.
pub(super) fn is_present(layout: &Layout<'_>, file: &Announced) -> bool {
    fs::metadata(layout.blob(&file.digest)).is_ok_and(|found| found.is_file() && found.len() == file.size)
}

/// Bytes of `file` that are still to come.
pub(super) fn missing(layout: &Layout<'_>, file: &Announced) -> u64 {
    if is_present(layout, file) {
        return 0;
    }
    let have = fs::metadata(layout.part(&file.digest)).map_or(0, |part| part.len());
    if have > file.size { file.size } else { file.size - have }
}

/// Fetches `file`, unless it is there. `progress` is told the bytes of it that came.
pub(super) fn download(
    client: &Client<'_>,
    to: &Destination<'_>,
    file: &Announced,
    progress: &dyn Fn(u64),
) -> Result<(), Failure> {
    let layout = to.layout;
    if is_present(layout, file) {
        return Ok(());
    }
    let waiting = || (to.listener)(Event::Waiting { model: to.name, file: &file.name });
    let _lock = Lock::take(&layout.lock(&file.digest), waiting).map_err(Failure::Other)?;
    if is_present(layout, file) {
        // Another process has fetched it meanwhile.
        return Ok(());
    }
    let path = layout.part(&file.digest);
    let write = |source| Failure::Other(Error::Write { path: path.clone(), source });
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(write)?;
    }
    let mut retry = Retry::new(&file.name, client.hub.retries, to.listener);
    let mut wrong = 0;
    loop {
        let mut part = File::options().create(true).truncate(false).write(true).open(&path).map_err(write)?;
        let mut have = part.metadata().map_err(write)?.len();
        if have > file.size {
            part.set_len(0).map_err(write)?;
            have = 0;
        }
        if have < file.size {
            let mut came = 0;
            let outcome = append(client, file, (&mut part, have), &mut |bytes| {
                came += bytes;
                progress(bytes);
            });
            if came >= PROGRESS {
                retry.progressed();
            }
            match outcome {
                Ok(()) => {}
                Err(Failure::Other(Error::Write { source, .. })) => return Err(write(source)),
                Err(failure) => {
                    if matches!(failure, Failure::Refused { status: 416, .. }) {
                        part.set_len(0).map_err(write)?;
                    }
                    retry.pause(failure)?;
                    continue;
                }
            }
        }
        part.sync_all().map_err(write)?;
        drop(part);
        match check(&path, file).map_err(write)? {
            None => break,
            Some((expected, found)) => {
                // Whatever it is, it is not kept.
                fs::remove_file(&path).map_err(write)?;
                wrong += 1;
                if wrong >= WRONG_FILES {
                    let (name, file) = (to.name.to_owned(), file.name.clone());
                    return Err(Failure::Other(Error::Checksum { name, file, expected, found }));
                }
                (to.listener)(Event::Retrying { what: &file.name, after: Duration::ZERO, reason: "wrong checksum" });
            }
        }
    }
    fs::rename(&path, layout.blob(&file.digest)).map_err(write)
}

/// What the file at `path` should be and is, if it is not `file`.
fn check(path: &Path, file: &Announced) -> std::io::Result<Option<(String, String)>> {
    let found = file.digest.of_same_kind(path)?;
    if found != file.digest {
        return Ok(Some((file.digest.text().to_owned(), found.text().to_owned())));
    }
    match &file.sha256 {
        Some(expected) if expected != file.digest.text() => {
            let found = digest::sha256(path)?;
            Ok((found != *expected).then(|| (expected.clone(), found)))
        }
        _ => Ok(None),
    }
}

/// Appends what is missing after `have` bytes, or all of it where the server will not send a part.
fn append(
    client: &Client<'_>,
    file: &Announced,
    (part, have): (&mut File, u64),
    progress: &mut dyn FnMut(u64),
) -> Result<(), Failure> {
    let broken = |text: &str| Failure::Broken(text.to_owned().into());
    let write = |source| Failure::Other(Error::Write { path: Default::default(), source });
    let answer = client.ask(Method::Get(have), &file.path)?;
    let begins = match answer.status.as_u16() {
        206 => {
            let range = header(&answer.headers, "content-range").unwrap_or_default();
            let first = range.strip_prefix("bytes ").and_then(|range| range.split('-').next());
            first.and_then(|first| first.parse::<u64>().ok()).ok_or_else(|| broken("a range without its place"))?
        }
        _ => 0,
    };
    if begins != have && begins != 0 {
        return Err(broken("another part than was asked for"));
    }
    // A page that asks for a login, or an error with the status of success: what is there already stays.
    let length = header(&answer.headers, "content-length").and_then(|length| length.parse::<u64>().ok());
    if length.is_some_and(|length| length != file.size - begins) {
        return Err(broken("the answer has another length than the file"));
    }
    if begins == 0 && have > 0 {
        part.set_len(0).map_err(write)?;
    }
    part.seek(SeekFrom::Start(begins)).map_err(write)?;
    let mut left = file.size - begins;
    let mut reader = answer.reader();
    let mut buffer = vec![0; 64 << 10];
    while left > 0 {
        let wanted = buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        let count = match reader.read(&mut buffer[..wanted]) {
            Ok(0) => return Err(broken("the connection ended too soon")),
            Ok(count) => count,
            Err(error) => return Err(Failure::Broken(error.into())),
        };
        part.write_all(&buffer[..count]).map_err(write)?;
        left -= count as u64;
        progress(count as u64);
    }
    Ok(())
}
