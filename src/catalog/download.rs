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
const FIRST_RETRY_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_RETRY_PAUSE: Duration = Duration::from_secs(8);
/// Seconds. A server that asks for a longer pause is not waited for.
const LONGEST_WAIT_SECONDS: u64 = 60;
/// An answer that brought this many bytes resets the count of failures.
const MIN_PROGRESS_BYTES: u64 = 256 << 10;
/// Downloads with a wrong digest after which the file is given up.
const MAX_WRONG_FILES: u32 = 2;

/// A file as the hub describes it, before its bytes are fetched.
#[derive(Clone, Debug)]
pub(super) struct AnnouncedFile {
    pub(super) name: String,
    pub(super) digest: FileDigest,
    pub(super) size: u64,
    /// The SHA-256 that the catalogue demands, if it has one.
    pub(super) sha256: Option<String>,
    /// The path of the file on the hub.
    pub(super) path: String,
}

/// Counts failed requests to the hub and pauses between attempts.
pub(super) struct Retry<'a> {
    what: &'a str,
    max_retries: u32,
    failed_requests: u32,
    listener: &'a Listener<'a>,
}

impl<'a> Retry<'a> {
    pub(super) fn new(what: &'a str, max_retries: u32, listener: &'a Listener<'a>) -> Self {
        Self { what, max_retries, failed_requests: 0, listener }
    }

    /// Resets the count of failures after progress.
    pub(super) fn progressed(&mut self) {
        self.failed_requests = 0;
    }

    /// Pauses before the next attempt, or returns the failure if there is none left.
    pub(super) fn pause(&mut self, failure: RequestError) -> Result<(), RequestError> {
        let seconds_asked_for = match &failure {
            RequestError::Refused { seconds, .. } => *seconds,
            _ => None,
        };
        if !failure.is_passing()
            || self.failed_requests >= self.max_retries
            || seconds_asked_for.is_some_and(|seconds| seconds > LONGEST_WAIT_SECONDS)
        {
            return Err(failure);
        }
        let doubled_pause = FIRST_RETRY_PAUSE * 2_u32.saturating_pow(self.failed_requests.min(16));
        let retry_pause = seconds_asked_for.map_or(doubled_pause.min(LONGEST_RETRY_PAUSE), Duration::from_secs);
        self.failed_requests += 1;
        (self.listener)(FetchEvent::Retrying { what: self.what, after: retry_pause, reason: &failure.reason() });
        thread::sleep(retry_pause);
        Ok(())
    }
}

/// The cache that downloaded files go to, and who is told about it.
pub(super) struct Destination<'a> {
    pub(super) layout: &'a RepositoryCache<'a>,
    /// The name as it was given.
    pub(super) name: &'a str,
    pub(super) listener: &'a Listener<'a>,
}

/// Whether the cache has the blob of `file` with the right length.
pub(super) fn is_present(repository_cache: &RepositoryCache<'_>, file: &AnnouncedFile) -> bool {
    fs::metadata(repository_cache.blob(&file.digest)).is_ok_and(|blob| blob.is_file() && blob.len() == file.size)
}

/// Bytes of `file` that are still to be fetched.
pub(super) fn missing_bytes(repository_cache: &RepositoryCache<'_>, file: &AnnouncedFile) -> u64 {
    if is_present(repository_cache, file) {
        return 0;
    }
    let bytes_present = fs::metadata(repository_cache.part(&file.digest)).map_or(0, |part| part.len());
    if bytes_present > file.size { file.size } else { file.size - bytes_present }
}

/// Fetches `file` unless the cache has it. `progress` is called with the number of bytes that arrived.
pub(super) fn download(
    client: &Client<'_>,
    destination: &Destination<'_>,
    file: &AnnouncedFile,
    progress: &dyn Fn(u64),
) -> Result<(), RequestError> {
    let repository_cache = destination.layout;
    if is_present(repository_cache, file) {
        return Ok(());
    }
    let report_waiting = || (destination.listener)(FetchEvent::Waiting { model: destination.name, file: &file.name });
    let _lock = Lock::take(&repository_cache.lock(&file.digest), report_waiting).map_err(RequestError::Other)?;
    if is_present(repository_cache, file) {
        // Another process fetched it in the meantime.
        return Ok(());
    }
    let path = repository_cache.part(&file.digest);
    let cannot_write = |source| RequestError::Other(Error::Write { path: path.clone(), source });
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(cannot_write)?;
    }
    let mut retry = Retry::new(&file.name, client.hub.retries, destination.listener);
    let mut wrong_downloads = 0;
    loop {
        let mut part = File::options().create(true).truncate(false).write(true).open(&path).map_err(cannot_write)?;
        let mut bytes_present = part.metadata().map_err(cannot_write)?.len();
        if bytes_present > file.size {
            part.set_len(0).map_err(cannot_write)?;
            bytes_present = 0;
        }
        if bytes_present < file.size {
            let mut bytes_received = 0;
            let outcome = append_to_part(client, file, (&mut part, bytes_present), &mut |bytes| {
                bytes_received += bytes;
                progress(bytes);
            });
            if bytes_received >= MIN_PROGRESS_BYTES {
                retry.progressed();
            }
            match outcome {
                Ok(()) => {}
                Err(RequestError::Other(Error::Write { source, .. })) => return Err(cannot_write(source)),
                Err(failure) => {
                    if matches!(failure, RequestError::Refused { status: 416, .. }) {
                        part.set_len(0).map_err(cannot_write)?;
                    }
                    retry.pause(failure)?;
                    continue;
                }
            }
        }
        part.sync_all().map_err(cannot_write)?;
        drop(part);
        match digest_mismatch(&path, file).map_err(cannot_write)? {
            None => break,
            Some((expected, found)) => {
                fs::remove_file(&path).map_err(cannot_write)?;
                wrong_downloads += 1;
                if wrong_downloads >= MAX_WRONG_FILES {
                    let (name, file) = (destination.name.to_owned(), file.name.clone());
                    return Err(RequestError::Other(Error::Checksum { name, file, expected, found }));
                }
                (destination.listener)(FetchEvent::Retrying {
                    what: &file.name,
                    after: Duration::ZERO,
                    reason: "wrong checksum",
                });
            }
        }
    }
    fs::rename(&path, repository_cache.blob(&file.digest)).map_err(cannot_write)
}

/// The expected and the found digest of the file at `path`, if they differ.
fn digest_mismatch(path: &Path, file: &AnnouncedFile) -> std::io::Result<Option<(String, String)>> {
    let found_digest = file.digest.rehash(path)?;
    if found_digest != file.digest {
        return Ok(Some((file.digest.text().to_owned(), found_digest.text().to_owned())));
    }
    match &file.sha256 {
        Some(expected) if expected != file.digest.text() => {
            let found_digest = digest::sha256(path)?;
            Ok((found_digest != *expected).then(|| (expected.clone(), found_digest)))
        }
        _ => Ok(None),
    }
}

/// Appends the bytes after the first `bytes_present`, or fetches the whole file if the server does not support ranges.
fn append_to_part(
    client: &Client<'_>,
    file: &AnnouncedFile,
    (part, bytes_present): (&mut File, u64),
    progress: &mut dyn FnMut(u64),
) -> Result<(), RequestError> {
    let broken_answer = |text: &str| RequestError::Broken(text.to_owned().into());
    let cannot_write = |source| RequestError::Other(Error::Write { path: Default::default(), source });
    let answer = client.ask(Method::Get(bytes_present), &file.path)?;
    let range_start = match answer.status.as_u16() {
        206 => {
            let content_range = header(&answer.headers, "content-range").unwrap_or_default();
            let first_byte =
                content_range.strip_prefix("bytes ").and_then(|content_range| content_range.split('-').next());
            first_byte
                .and_then(|first_byte| first_byte.parse::<u64>().ok())
                .ok_or_else(|| broken_answer("the range in the answer has no start"))?
        }
        _ => 0,
    };
    if range_start != bytes_present && range_start != 0 {
        return Err(broken_answer("the answer is another range than the requested one"));
    }
    // A login page, or an error page with a success status, has another length. Keep what was fetched.
    let content_length =
        header(&answer.headers, "content-length").and_then(|content_length| content_length.parse::<u64>().ok());
    if content_length.is_some_and(|content_length| content_length != file.size - range_start) {
        return Err(broken_answer("the answer has another length than the file"));
    }
    if range_start == 0 && bytes_present > 0 {
        part.set_len(0).map_err(cannot_write)?;
    }
    part.seek(SeekFrom::Start(range_start)).map_err(cannot_write)?;
    let mut bytes_left = file.size - range_start;
    let mut reader = answer.reader();
    let mut buffer = vec![0; 64 << 10];
    while bytes_left > 0 {
        let bytes_wanted = buffer.len().min(usize::try_from(bytes_left).unwrap_or(usize::MAX));
        let bytes_read = match reader.read(&mut buffer[..bytes_wanted]) {
            Ok(0) => return Err(broken_answer("the connection ended too soon")),
            Ok(bytes_read) => bytes_read,
            Err(error) => return Err(RequestError::Broken(error.into())),
        };
        part.write_all(&buffer[..bytes_read]).map_err(cannot_write)?;
        bytes_left -= bytes_read as u64;
        progress(bytes_read as u64);
    }
    Ok(())
}
