//! As much HTTP/1.1 as downloads need: requests without a body, and answers, broken where the test demands it.

use std::io::{self, BufRead, Write};
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use super::Gate;

/// Request line and headers.
pub(super) struct Head {
    pub(super) method: String,
    pub(super) path: String,
    /// Names in lower case.
    pub(super) headers: Vec<(String, String)>,
}

/// The next request, or `None` at the end of the connection.
pub(super) fn read(reader: &mut impl BufRead) -> io::Result<Option<Head>> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split_whitespace().map(str::to_owned);
    let (Some(method), Some(path)) = (words.next(), words.next()) else { return Ok(None) };
    let mut headers = Vec::new();
    loop {
        line.clear();
        if reader.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    Ok(Some(Head { method, path, headers }))
}

/// How the end of a body is marked.
pub(super) enum Framing {
    /// By its length, which is wrong by this many bytes.
    Length(i64),
    Chunked,
    UntilClose,
}

/// How a body is sent.
pub(super) enum Pace {
    Whole,
    CutAfter(usize),
    StallAfter(usize),
    Drip(usize, Duration),
}

/// What happens to the connection after an answer.
pub(super) enum After {
    Next,
    Close,
}

/// An answer before it is sent.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Vec<u8>,
    pub(super) framing: Framing,
    pub(super) pace: Pace,
}

impl Answer {
    pub(super) fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { status, headers: Vec::new(), body: body.into(), framing: Framing::Length(0), pace: Pace::Whole }
    }

    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Sends the answer, without the body if the request was `HEAD`.
    pub(super) fn send(self, stream: &mut TcpStream, head_only: bool, gate: &Gate) -> io::Result<After> {
        let mut head = format!("HTTP/1.1 {} {}\r\n", self.status, reason(self.status));
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        let mut after = After::Next;
        match self.framing {
            Framing::Length(wrong_by) => {
                let length = i64::try_from(self.body.len()).unwrap() + wrong_by;
                head.push_str(&format!("Content-Length: {length}\r\n"));
                if wrong_by != 0 && !head_only {
                    after = After::Close;
                }
            }
            Framing::Chunked => head.push_str("Transfer-Encoding: chunked\r\n"),
            Framing::UntilClose => {
                head.push_str("Connection: close\r\n");
                after = After::Close;
            }
        }
        head.push_str("\r\n");
        stream.write_all(head.as_bytes())?;
        if head_only {
            return Ok(after);
        }
        let chunked = matches!(self.framing, Framing::Chunked);
        let mut write = |piece: &[u8]| -> io::Result<()> {
            if chunked && !piece.is_empty() {
                write!(stream, "{:x}\r\n", piece.len())?;
                stream.write_all(piece)?;
                stream.write_all(b"\r\n")
            } else {
                stream.write_all(piece)
            }
        };
        match self.pace {
            Pace::Whole => self.body.chunks(4096).try_for_each(&mut write)?,
            Pace::CutAfter(bytes) => {
                write(&self.body[..bytes.min(self.body.len())])?;
                return Ok(After::Close);
            }
            Pace::StallAfter(bytes) => {
                let (before, behind) = self.body.split_at(bytes.min(self.body.len()));
                write(before)?;
                gate.pass();
                write(behind)?;
            }
            Pace::Drip(bytes, pause) => {
                for piece in self.body.chunks(bytes) {
                    write(piece)?;
                    thread::sleep(pause);
                }
            }
        }
        if chunked {
            stream.write_all(b"0\r\n\r\n")?;
        }
        Ok(after)
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        206 => "Partial Content",
        302 => "Found",
        307 => "Temporary Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        416 => "Range Not Satisfiable",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        _ => "Other",
    }
}
