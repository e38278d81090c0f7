//! One file of the hub → one verified blob of the cache.
//!
//! Bytes are collected in a partial file, from which the next attempt or the next process resumes. It is renamed to the blob only if
//! its length and digest are those that the hub announced.

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::thread;
use std::time::Duration;

use super::cache::RepositoryCache;
use super::digest::{self, FileDigest};
use super::error::Error;
use super::http::{Client, Method, RequestError, header};
use super::hub::{FetchEvent, Listener};
use super::lock::Lock;

/// Pause before the first retry; doubled for each further one.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(8);
/// Seconds. A server that asks for a longer pause is not waited for.
const LONGEST_WAIT: u64 = 60;
/// An answer that brought this many bytes resets the count of failures.
const PROGRESS: u64 = 256 << 10;
/// Downloads with a wrong digest after which the file is given up.
const WRONG_FILES: u32 = 2;

/// A file as the hub describes it, before its bytes are fetched.
#[derive(Clone, Debug)]
pub(super) struct AnnouncedFile {
    pub(super) name: String,
    pub(super) digest: FileDigest,
    pub(super) size: u64,
    /// The SHA-256 that the catalogue demands, if it has one.
    pub(super) sha256: Option<String>,
    /// Its path on the hub.
    pub(super) path: String,
}

/// Counts failures and pauses between attempts.
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

    /// Resets the count of failures after progress.
    pub(super) fn progressed(&mut self) {
        self.failed = 0;
    }

    /// Pauses before the next attempt, or returns the failure if there is none left.
    pub(super) fn pause(&mut self, failure: RequestError) -> Result<(), RequestError> {
        let asked = match &failure {
            RequestError::Refused { seconds, .. } => *seconds,
            _ => None,
        };
        if !failure.is_passing() || self.failed >= self.limit || asked.is_some_and(|seconds| seconds > LONGEST_WAIT) {
            return Err(failure);
        }
        let doubled = FIRST_PAUSE * 2_u32.saturating_pow(self.failed.min(16));
        let after = asked.map_or(doubled.min(LONGEST_PAUSE), Duration::from_secs);
        self.failed += 1;
        (self.listener)(FetchEvent::Retrying { what: self.what, after, reason: &failure.reason() });
        thread::sleep(after);
        Ok(())
    }
}

/// Where files go, and who is told about it.
pub(super) struct Destination<'a> {
    pub(super) layout: &'a RepositoryCache<'a>,
    /// The name as it was given.
    pub(super) name: &'a str,
    pub(super) listener: &'a Listener<'a>,
}

/// Whether the cache has the blob of `file` with the right length.
pub(super) fn is_present(layout: &RepositoryCache<'_>, file: &AnnouncedFile) -> bool {
    fs::metadata(layout.blob(&file.digest)).is_ok_and(|found| found.is_file() && found.len() == file.size)
}

/// Bytes of `file` that are still to be fetched.
pub(super) fn missing(layout: &RepositoryCache<'_>, file: &AnnouncedFile) -> u64 {
    if is_present(layout, file) {
        return 0;
    }
    let have = fs::metadata(layout.part(&file.digest)).map_or(0, |part| part.len());
    if have > file.size { file.size } else { file.size - have }
}

/// Fetches `file` unless the cache has it. `progress` is called with the number of bytes that arrived.
pub(super) fn download(
    client: &Client<'_>,
    to: &Destination<'_>,
    file: &AnnouncedFile,
    progress: &dyn Fn(u64),
) -> Result<(), RequestError> {
    let layout = to.layout;
    if is_present(layout, file) {
        return Ok(());
    }
    let waiting = || (to.listener)(FetchEvent::Waiting { model: to.name, file: &file.name });
    let _lock = Lock::take(&layout.lock(&file.digest), waiting).map_err(RequestError::Other)?;
    if is_present(layout, file) {
        // Another process fetched it in the meantime.
        return Ok(());
    }
    let path = layout.part(&file.digest);
    let write = |source| RequestError::Other(Error::Write { path: path.clone(), source });
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
                Err(RequestError::Other(Error::Write { source, .. })) => return Err(write(source)),
                Err(failure) => {
                    if matches!(failure, RequestError::Refused { status: 416, .. }) {
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
                fs::remove_file(&path).map_err(write)?;
                wrong += 1;
                if wrong >= WRONG_FILES {
                    let (name, file) = (to.name.to_owned(), file.name.clone());
                    return Err(RequestError::Other(Error::Checksum { name, file, expected, found }));
                }
                (to.listener)(FetchEvent::Retrying {
                    what: &file.name,
                    after: Duration::ZERO,
                    reason: "wrong checksum",
                });
            }
        }
    }
    fs::rename(&path, layout.blob(&file.digest)).map_err(write)
}

/// The expected and the found digest of the file at `path`, if they differ.
fn check(path: &Path, file: &AnnouncedFile) -> std::io::Result<Option<(String, String)>> {
    let found = file.digest.rehash(path)?;
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

/// Appends the bytes after the first `have`, or fetches the whole file if the server does not support ranges.
fn append(
    client: &Client<'_>,
    file: &AnnouncedFile,
    (part, have): (&mut File, u64),
    progress: &mut dyn FnMut(u64),
) -> Result<(), RequestError> {
    let broken = |text: &str| RequestError::Broken(text.to_owned().into());
    let write = |source| RequestError::Other(Error::Write { path: Default::default(), source });
    let answer = client.ask(Method::Get(have), &file.path)?;
    let begins = match answer.status.as_u16() {
        206 => {
            let range = header(&answer.headers, "content-range").unwrap_or_default();
            let first = range.strip_prefix("bytes ").and_then(|range| range.split('-').next());
            first
                .and_then(|first| first.parse::<u64>().ok())
                .ok_or_else(|| broken("the range in the answer has no start"))?
        }
        _ => 0,
    };
    if begins != have && begins != 0 {
        return Err(broken("the answer is another range than the requested one"));
    }
    // A login page, or an error page with a success status, has another length. Keep what was fetched.
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
            Err(error) => return Err(RequestError::Broken(error.into())),
        };
        part.write_all(&buffer[..count]).map_err(write)?;
        left -= count as u64;
        progress(count as u64);
    }
    Ok(())
}
