//! A Hugging Face hub on loopback: the routes that downloads use, answered as huggingface.co answers them, a record of every request,
//! and misbehaviour on demand.
//!
//! Like the real one it consists of two servers: the hub, and a "CDN" on another port, to which the hub redirects requests for large
//! files. Nothing waits for time to pass: a stalled connection stalls until [`Hub::release`].
//!
//! To add a way to fail, add a [`Trouble`] and apply it in `answer.rs`.

mod answer;
mod repository;
mod weights;
mod wire;

use std::collections::VecDeque;
use std::io::{BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::{self, JoinHandle};
use std::time::Duration;

pub(crate) use repository::{Access, Files, Repository, git_digest, sha256};
pub(crate) use weights::{pickle, shards};

/// A token with access to [`Access::Gated`] and [`Access::Private`] repositories.
pub(crate) const MEMBER: &str = "hf_member";
/// A valid token without access to any of them.
pub(crate) const STRANGER: &str = "hf_stranger";

/// How long a test waits before it fails; far more than any machine needs.
const PATIENCE: Duration = Duration::from_secs(120);

/// The kind of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Point {
    /// The description of a repository: the model info, or the list of files.
    Info,
    /// The address of a file.
    Resolve,
    /// The bytes of a file, on the hub or on the CDN.
    Bytes,
    /// Anything else.
    Nothing,
}

/// What goes wrong with an answer.
#[derive(Clone, Debug)]
pub(crate) enum Trouble {
    /// This status without a body.
    Status(u16),
    /// Status 429 with these seconds to wait.
    TooManyRequests(Option<u64>),
    /// A redirect to the same address.
    RedirectLoop,
    /// An HTML page with status 200, like the login page of a public network.
    LoginPage,
    /// This many bytes of the body, then the connection is closed.
    Cut(usize),
    /// This many bytes of the body, then nothing until the test releases it.
    Stall(usize),
    /// The body in pieces of this size with pauses between them.
    Drip(usize, Duration),
    /// One flipped bit in the body.
    WrongBytes,
    /// The whole file with status 200, whatever range was requested.
    IgnoreRange,
    /// The body in chunks, without a length.
    Chunked,
    /// The body without a length, ended by closing the connection.
    NoLength,
    /// A length that is wrong by this many bytes.
    WrongLength(i64),
    /// This header with another value.
    Header(&'static str, String),
}

/// A request as received.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) at: Point,
    /// The file, or for [`Point::Info`] the repository.
    pub(crate) name: String,
    pub(crate) method: String,
    /// Path and query as sent.
    pub(crate) path: String,
    /// Names in lower case.
    headers: Vec<(String, String)>,
    /// Whether it went to the CDN.
    pub(crate) on_cdn: bool,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

struct Misbehaviour {
    at: Point,
    name: String,
    times: usize,
    trouble: Trouble,
}

/// State that the servers and the test share.
struct Shared {
    cdn: SocketAddr,
    repositories: Mutex<Vec<Repository>>,
    misbehaviour: Mutex<VecDeque<Misbehaviour>>,
    requests: Mutex<Vec<Request>>,
    connections: AtomicUsize,
    stopping: AtomicBool,
    gate: Gate,
}

/// Where stalled connections wait.
#[derive(Default)]
struct Gate {
    state: Mutex<GateState>,
    changed: Condvar,
}

#[derive(Default)]
struct GateState {
    waiting: usize,
    open: bool,
}

impl Gate {
    /// Waits until the gate is open.
    fn pass(&self) {
        let mut state = lock(&self.state);
        state.waiting += 1;
        self.changed.notify_all();
        state = self.changed.wait_while(state, |state| !state.open).unwrap();
        state.waiting -= 1;
    }

    fn open(&self) {
        lock(&self.state).open = true;
        self.changed.notify_all();
    }

    fn until(&self, waiting: usize) {
        let state = lock(&self.state);
        let arrived = self.changed.wait_timeout_while(state, PATIENCE, |state| state.waiting < waiting).unwrap();
        assert!(!arrived.1.timed_out(), "no connection stalled");
    }
}

/// The hub; it stops when it is dropped.
pub(crate) struct Hub {
    address: SocketAddr,
    shared: Arc<Shared>,
    servers: Vec<JoinHandle<()>>,
}

impl Hub {
    /// A hub with `repositories` on two free ports.
    pub(crate) fn start(repositories: impl IntoIterator<Item = Repository>) -> Self {
        Self::start_at(0, repositories)
    }

    /// A hub at this port; 0 is any free one.
    pub(crate) fn start_at(port: u16, repositories: impl IntoIterator<Item = Repository>) -> Self {
        let hub = TcpListener::bind(("127.0.0.1", port)).unwrap();
        let cdn = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let shared = Arc::new(Shared {
            cdn: cdn.local_addr().unwrap(),
            repositories: Mutex::new(repositories.into_iter().collect()),
            misbehaviour: Mutex::default(),
            requests: Mutex::default(),
            connections: AtomicUsize::new(0),
            stopping: AtomicBool::new(false),
            gate: Gate::default(),
        });
        let address = hub.local_addr().unwrap();
        let servers = [(hub, false), (cdn, true)].map(|(listener, is_cdn)| {
            let shared = Arc::clone(&shared);
            thread::spawn(move || accept(&listener, &shared, is_cdn))
        });
        Self { address, shared, servers: servers.into() }
    }

    /// The value for `HF_ENDPOINT`.
    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Replaces the repository of the same name.
    pub(crate) fn publish(&self, repository: Repository) {
        let mut repositories = lock(&self.shared.repositories);
        repositories.retain(|known| known.id != repository.id);
        repositories.push(repository);
    }

    /// Spoils the next `times` requests for `name` at `at`. Several calls for one name apply in turn.
    pub(crate) fn misbehave(&self, at: Point, name: &str, times: usize, trouble: Trouble) {
        lock(&self.shared.misbehaviour).push_back(Misbehaviour { at, name: name.to_owned(), times, trouble });
    }

    /// Every request since the start, in order of arrival.
    pub(crate) fn requests(&self) -> Vec<Request> {
        lock(&self.shared.requests).clone()
    }

    /// The requests for the bytes of the file `name`.
    pub(crate) fn downloads(&self, name: &str) -> Vec<Request> {
        let asked = |request: &Request| request.at == Point::Bytes && request.method == "GET" && request.name == name;
        self.requests().into_iter().filter(asked).collect()
    }

    /// The distinct files whose bytes were requested, by name.
    pub(crate) fn downloaded(&self) -> Vec<String> {
        let bytes = self.requests().into_iter().filter(|request| request.at == Point::Bytes && request.method == "GET");
        let mut names: Vec<String> = bytes.map(|request| request.name).collect();
        names.sort();
        names.dedup();
        names
    }

    /// The number of connections to both servers.
    pub(crate) fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }

    /// Waits until this many connections stall.
    pub(crate) fn wait_until_stalled(&self, connections: usize) {
        self.shared.gate.until(connections);
    }

    /// Releases all stalled connections, present and future.
    pub(crate) fn release(&self) {
        self.shared.gate.open();
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        self.shared.stopping.store(true, Ordering::SeqCst);
        self.shared.gate.open();
        // A connection wakes up the accepting thread.
        for address in [self.address, self.shared.cdn] {
            let _ = TcpStream::connect(address);
        }
        for server in self.servers.drain(..) {
            let _ = server.join();
        }
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>, is_cdn: bool) {
    for stream in listener.incoming() {
        if shared.stopping.load(Ordering::SeqCst) {
            return;
        }
        let Ok(stream) = stream else { continue };
        shared.connections.fetch_add(1, Ordering::SeqCst);
        let shared = Arc::clone(shared);
        thread::spawn(move || converse(stream, &shared, is_cdn));
    }
}

/// Answers requests until either side closes the connection. Both servers are proxies of themselves too: requests for the CDN are
/// answered by the CDN, all others by the hub.
fn converse(stream: TcpStream, shared: &Shared, mut is_cdn: bool) {
    let Ok(reading) = stream.try_clone() else { return };
    let (mut reader, mut writer) = (BufReader::new(reading), stream);
    // Send small pieces at once.
    let _ = writer.set_nodelay(true);
    while let Ok(Some(mut head)) = wire::read(&mut reader) {
        if head.method == "CONNECT" {
            is_cdn = head.path == shared.cdn.to_string();
            if writer.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").is_err() {
                return;
            }
            continue;
        }
        if let Some((authority, path)) = head.path.strip_prefix("http://").and_then(|rest| rest.split_once('/')) {
            is_cdn = authority == shared.cdn.to_string();
            head.path = format!("/{path}");
        }
        let (request, answer) = answer::to(head, shared, is_cdn);
        let head_only = request.method == "HEAD";
        lock(&shared.requests).push(request);
        if !matches!(answer.send(&mut writer, head_only, &shared.gate), Ok(wire::After::Next)) {
            return;
        }
    }
}

/// Ignores poisoning: a thread that panicked fails its test anyway.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}
