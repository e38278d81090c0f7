//! Requests to the hub: redirects, proxies, the token and what an answer means.
//!
//! The only file that opens a socket. The token goes to the hub's own address and to no other, whoever sends us there.

use std::io::Read;
use std::time::Duration;

use serde_json::Value;
use ureq::http::{HeaderMap, StatusCode};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Proxy};

use super::Error;
use super::hub::Hub;

/// More than any honest hub needs.
const REDIRECTS: usize = 10;
/// The largest description of a repository that is read: some have thousands of files.
const LARGEST_JSON: u64 = 64 << 20;

/// A hub that can be asked.
pub(super) struct Client<'a> {
    pub(super) hub: &'a Hub,
    http: Agent,
    https: Agent,
    direct: Agent,
}

/// What is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    /// The headers of the hub's own answer: it says where a file is, and what it is.
    Head,
    /// The body, from this byte on.
    Get(u64),
}

/// An answer that is no refusal.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    /// Of the last response.
    pub(super) headers: HeaderMap,
    /// Of the first response that names a commit: the hub's own word about the file.
    pub(super) about: Option<HeaderMap>,
    body: ureq::Body,
}

impl Answer {
    /// The body, of any length.
    pub(super) fn reader(self) -> impl Read {
        self.body.into_with_config().limit(u64::MAX).reader()
    }
}

/// Why a request came to nothing; what it was for is known to the caller.
#[derive(Debug)]
pub(super) enum Failure {
    /// There is no connection to be had.
    Unreachable(ureq::Error),
    /// The connection broke, or brought nothing for too long.
    Broken(Box<dyn std::error::Error + Send + Sync>),
    /// The server refuses.
    Refused {
        status: u16,
        /// What the hub calls the reason.
        code: String,
        message: String,
        /// Seconds after which to come again.
        seconds: Option<u64>,
        /// Whether the refusal came from the hub itself, and not from where it sent us.
        from_hub: bool,
        with_token: bool,
    },
    /// The answer makes no sense.
    Protocol(String),
    /// Not a matter of the network.
    Other(Error),
}

impl Failure {
    /// Whether the same request may succeed a little later.
    pub(super) fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable(_) | Self::Broken(_) => true,
            // A link to the storage is good for a while only: asked again, the hub gives a new one.
            Self::Refused { status, from_hub, .. } => {
                matches!(status, 408 | 416 | 429 | 500 | 502..=504) || (*status == 403 && !from_hub)
            }
            Self::Protocol(_) | Self::Other(_) => false,
        }
    }

    /// In a few words.
    pub(super) fn reason(&self) -> String {
        match self {
            Self::Unreachable(error) => error.to_string(),
            Self::Broken(error) => error.to_string(),
            Self::Refused { status, .. } => format!("status {status}"),
            Self::Protocol(reason) => reason.clone(),
            Self::Other(error) => error.to_string(),
        }
    }
}

impl<'a> Client<'a> {
    pub(super) fn new(hub: &'a Hub) -> Result<Self, Error> {
        let agent = |proxy: &Option<String>| -> Result<Agent, Error> {
            let invalid = || Error::Proxy { value: proxy.clone().unwrap_or_default() };
            let proxy = proxy.as_deref().map(Proxy::new).transpose().map_err(|_| invalid())?;
            // The certificates of the system are those that an organisation with a proxy of its own adds to.
            let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build();
            Ok(Agent::config_builder()
                .proxy(proxy)
                .tls_config(tls)
                .http_status_as_error(false)
                // Redirects are followed here, so that the token does not go along.
                .max_redirects(0)
                .max_redirects_will_error(false)
                .user_agent(concat!("depesche/", env!("CARGO_PKG_VERSION")))
                .accept_encoding("identity")
                .timeout_connect(Some(hub.patience))
                .timeout_recv_response(Some(hub.patience.max(Duration::from_secs(1)) * 3))
                .timeout_per_read(Some(hub.patience))
                .build()
                .into())
        };
        let (http, https, direct) = (agent(&hub.proxies.http)?, agent(&hub.proxies.https)?, agent(&None)?);
        Ok(Self { hub, http, https, direct })
    }

    /// Asks for `path` of the hub, and follows where it sends us.
    pub(super) fn ask(&self, method: Method, path: &str) -> Result<Answer, Failure> {
        let mut url = format!("{}{path}", self.hub.endpoint);
        let mut about: Option<HeaderMap> = None;
        for _ in 0..REDIRECTS {
            let from_hub = origin(&url) == origin(&self.hub.endpoint);
            let token = self.hub.token.as_ref().filter(|_| from_hub);
            let agent = self.agent(&url);
            let mut request = match method {
                Method::Head => agent.head(&url),
                Method::Get(_) => agent.get(&url),
            };
            if let Some(token) = token {
                request = request.header("Authorization", format!("Bearer {}", token.secret()));
            }
            if let Method::Get(from @ 1..) = method {
                request = request.header("Range", format!("bytes={from}-"));
            }
            let (parts, mut body) = request.call().map_err(failure)?.into_parts();
            if about.is_none() && parts.headers.contains_key("x-repo-commit") {
                about = Some(parts.headers.clone());
            }
            let status = parts.status;
            let place = header(&parts.headers, "location").filter(|_| status.is_redirection());
            if status.is_success() || (method == Method::Head && place.is_some() && knows_file(about.as_ref())) {
                return Ok(Answer { status, headers: parts.headers, about, body });
            }
            let Some(place) = place else {
                let message = header(&parts.headers, "x-error-message").map(str::to_owned);
                return Err(Failure::Refused {
                    status: status.as_u16(),
                    code: header(&parts.headers, "x-error-code").unwrap_or_default().to_owned(),
                    message: message.unwrap_or_else(|| error_of(&mut body)),
                    seconds: header(&parts.headers, "retry-after").and_then(|text| text.trim().parse().ok()),
                    from_hub,
                    with_token: token.is_some(),
                });
            };
            // The rest of a link may hold a signature, which is nobody's business.
            let refused = || Failure::Protocol(format!("it redirects from {} to {:?}", origin(&url), origin(place)));
            url = join(&url, place).ok_or_else(refused)?;
        }
        Err(Failure::Protocol(format!("it redirects more than {REDIRECTS} times")))
    }

    /// Asks for JSON.
    pub(super) fn json(&self, path: &str) -> Result<Value, Failure> {
        let answer = self.ask(Method::Get(0), path)?;
        let mut bytes = Vec::new();
        let read = answer.reader().take(LARGEST_JSON).read_to_end(&mut bytes);
        read.map_err(|error| Failure::Broken(error.into()))?;
        serde_json::from_slice(&bytes).map_err(|_| Failure::Protocol("the answer is not JSON".into()))
    }

    fn agent(&self, url: &str) -> &Agent {
        match self.hub.proxies.none.as_deref() {
            Some(none) if is_direct(host(url), none) => &self.direct,
            _ if url.starts_with("https:") => &self.https,
            _ => &self.http,
        }
    }
}

/// Whether the hub has said which file it is.
fn knows_file(about: Option<&HeaderMap>) -> bool {
    about.is_some_and(|headers| headers.contains_key("x-linked-etag"))
}

pub(super) fn header<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

/// The hub's own words for what is wrong, if the body has any.
fn error_of(body: &mut ureq::Body) -> String {
    let text = body.with_config().limit(64 << 10).read_to_string().unwrap_or_default();
    let value: Option<Value> = serde_json::from_str(&text).ok();
    let message = value.as_ref().and_then(|value| value.get("error")?.as_str());
    message.unwrap_or_default().chars().take(200).collect()
}

fn failure(error: ureq::Error) -> Failure {
    use ureq::{Error as Cause, Timeout};
    match error {
        Cause::HostNotFound | Cause::ConnectionFailed | Cause::Timeout(Timeout::Connect | Timeout::Resolve) => {
            Failure::Unreachable(error)
        }
        Cause::Io(ref cause) if cause.kind() == std::io::ErrorKind::ConnectionRefused => Failure::Unreachable(error),
        Cause::Io(_) | Cause::Timeout(_) => Failure::Broken(error.into()),
        Cause::Tls(_) | Cause::Rustls(_) | Cause::BadUri(_) => Failure::Unreachable(error),
        Cause::Protocol(_) => Failure::Broken(error.into()),
        error => Failure::Protocol(error.to_string()),
    }
}

/// Scheme, host and port of an address.
fn origin(url: &str) -> &str {
    let after = url.find("://").map_or(0, |place| place + 3);
    let end = url[after..].find(['/', '?', '#']).map_or(url.len(), |place| after + place);
    &url[..end]
}

/// The host of an address, without its port.
fn host(url: &str) -> &str {
    let authority = origin(url).split("://").last().unwrap_or_default();
    let authority = authority.rsplit('@').next().unwrap_or_default();
    match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    }
}

/// Whether `host` is one of the hosts, or in one of the domains, that the list `none` names, as curl reads it.
fn is_direct(host: &str, none: &str) -> bool {
    none.split(',').map(str::trim).filter(|entry| !entry.is_empty()).any(|entry| {
        let domain = entry.trim_start_matches('*').trim_start_matches('.').to_ascii_lowercase();
        let host = host.to_ascii_lowercase();
        entry == "*" || host == domain || host.strip_suffix(&domain).is_some_and(|rest| rest.ends_with('.'))
    })
}

/// Where `place`, found in an answer from `base`, is.
fn join(base: &str, place: &str) -> Option<String> {
    if place.starts_with("https://") || place.starts_with("http://") {
        // What began in private goes on in private.
        return (!base.starts_with("https:") || place.starts_with("https:")).then(|| place.to_owned());
    }
    if let Some(rest) = place.strip_prefix("//") {
        return Some(format!("{}://{rest}", base.split("://").next()?));
    }
    place.starts_with('/').then(|| format!("{}{place}", origin(base)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_leads_where_it_says_and_never_from_https_to_http() {
        for (base, place, expected) in [
            ("https://hub/a/b?c", "/d/e", Some("https://hub/d/e")),
            ("https://hub/a", "https://cdn:8/x", Some("https://cdn:8/x")),
            ("https://hub/a", "//cdn/x", Some("https://cdn/x")),
            ("https://hub/a", "http://cdn/x", None),
            ("http://hub/a", "http://cdn/x", Some("http://cdn/x")),
            ("http://hub/a", "x", None),
            ("http://hub/a", "file:///x", None),
        ] {
            assert_eq!(join(base, place).as_deref(), expected, "{base} {place}");
        }
    }

    #[test]
    fn no_proxy_names_hosts_and_domains() {
        for (url, none, direct) in [
            ("http://localhost:8000/x", "localhost,127.0.0.1", true),
            ("https://hub.corp.example/x", ".corp.example", true),
            ("https://hub.corp.example/x", "corp.example", true),
            ("https://notcorp.example/x", "corp.example", false),
            ("https://hub.co", "*", true),
            ("https://hub.co", " , ", false),
            ("http://[::1]:80/x", "::1", true),
        ] {
            assert_eq!(is_direct(host(url), none), direct, "{url} {none}");
        }
    }

    #[test]
    fn the_origin_of_an_address_is_all_before_its_path() {
        for (url, expected) in [
            ("https://hub.co/a", "https://hub.co"),
            ("http://127.0.0.1:80", "http://127.0.0.1:80"),
            ("http://hub.co@evil.co/a", "http://hub.co@evil.co"),
            ("https://hub.co?x=/", "https://hub.co"),
        ] {
            assert_eq!(origin(url), expected);
        }
    }
}
