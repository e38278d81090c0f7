//! Requests to the hub: redirects, proxies, the token and the meaning of answers.
//!
//! The only file that opens a socket. The token is sent to the hub's own address only, wherever a redirect leads.

use std::io::Read;
use std::time::Duration;

use serde_json::Value;
use ureq::http::{HeaderMap, StatusCode};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Proxy};

use super::error::Error;
use super::hub::Hub;

/// Redirects that are followed; no honest hub needs more.
const MAX_REDIRECTS: usize = 10;
/// Bytes of the longest JSON that is read; descriptions of some repositories list thousands of files.
const MAX_JSON_BYTES: u64 = 64 << 20;

/// A client of one hub.
pub(super) struct Client<'a> {
    pub(super) hub: &'a Hub,
    http_agent: Agent,
    https_agent: Agent,
    direct_agent: Agent,
}

/// The method of a request to the hub.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    /// The headers of the hub's own answer, which identify a file.
    Head,
    /// The body, from this byte offset.
    Get(u64),
}

/// A successful answer of the hub.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    /// Headers of the last response.
    pub(super) headers: HeaderMap,
    /// Headers of the first response that names a commit: the hub's own description of the file.
    pub(super) about: Option<HeaderMap>,
    body: ureq::Body,
}

impl Answer {
    /// The body of the answer, of any length.
    pub(super) fn reader(self) -> impl Read {
        self.body.into_with_config().limit(u64::MAX).reader()
    }
}

/// Why a request failed. The caller knows what it was for.
#[derive(Debug)]
pub(super) enum RequestError {
    /// No connection can be made.
    Unreachable(ureq::Error),
    /// The connection broke or timed out.
    Broken(Box<dyn std::error::Error + Send + Sync>),
    /// The hub refused the request.
    Refused {
        status: u16,
        /// The hub's error code.
        code: String,
        message: String,
        /// Seconds to wait before a retry.
        seconds: Option<u64>,
        /// Whether the hub itself refused, not the target of a redirect.
        from_hub: bool,
        with_token: bool,
    },
    /// The answer does not follow the hub's protocol.
    Protocol(String),
    /// Any other error, such as one of the disk.
    Other(Error),
}

impl RequestError {
    /// Whether asking the hub again may succeed.
    pub(super) fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable(_) | Self::Broken(_) => true,
            // Links to the storage expire; the hub gives a new one.
            Self::Refused { status, from_hub, .. } => {
                matches!(status, 408 | 416 | 429 | 500 | 502..=504) || (*status == 403 && !from_hub)
            }
            Self::Protocol(_) | Self::Other(_) => false,
        }
    }

    /// Why the request failed, in a few words.
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
            let invalid_proxy = || Error::Proxy { value: proxy.clone().unwrap_or_default() };
            let proxy = proxy.as_deref().map(Proxy::new).transpose().map_err(|_| invalid_proxy())?;
            // Organisations with a proxy add their certificates to those of the system.
            let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build();
            Ok(Agent::config_builder()
                .proxy(proxy)
                .tls_config(tls)
                .http_status_as_error(false)
                // We follow redirects ourselves, to keep the token from other servers.
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
        let (http_agent, https_agent) = (agent(&hub.proxies.http)?, agent(&hub.proxies.https)?);
        Ok(Self { hub, http_agent, https_agent, direct_agent: agent(&None)? })
    }

    /// Requests `path` of the hub and follows redirects.
    pub(super) fn ask(&self, method: Method, path: &str) -> Result<Answer, RequestError> {
        let mut url = format!("{}{path}", self.hub.endpoint);
        let mut about: Option<HeaderMap> = None;
        for _ in 0..MAX_REDIRECTS {
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
            let (response_head, mut body) = request.call().map_err(request_error)?.into_parts();
            if about.is_none() && response_head.headers.contains_key("x-repo-commit") {
                about = Some(response_head.headers.clone());
            }
            let status = response_head.status;
            let redirect_target = header(&response_head.headers, "location").filter(|_| status.is_redirection());
            if status.is_success()
                || (method == Method::Head && redirect_target.is_some() && knows_file(about.as_ref()))
            {
                return Ok(Answer { status, headers: response_head.headers, about, body });
            }
            let Some(redirect_target) = redirect_target else {
                let message = header(&response_head.headers, "x-error-message").map(str::to_owned);
                return Err(RequestError::Refused {
                    status: status.as_u16(),
                    code: header(&response_head.headers, "x-error-code").unwrap_or_default().to_owned(),
                    message: message.unwrap_or_else(|| error_message(&mut body)),
                    seconds: header(&response_head.headers, "retry-after").and_then(|text| text.trim().parse().ok()),
                    from_hub,
                    with_token: token.is_some(),
                });
            };
            // Show origins only: the rest of a link may hold a signature.
            let refused_redirect = || {
                RequestError::Protocol(format!("it redirects from {} to {:?}", origin(&url), origin(redirect_target)))
            };
            url = redirected_url(&url, redirect_target).ok_or_else(refused_redirect)?;
        }
        Err(RequestError::Protocol(format!("it redirects more than {MAX_REDIRECTS} times")))
    }

    /// Requests JSON from the hub.
    pub(super) fn json(&self, path: &str) -> Result<Value, RequestError> {
        let answer = self.ask(Method::Get(0), path)?;
        let mut json_bytes = Vec::new();
        let read = answer.reader().take(MAX_JSON_BYTES).read_to_end(&mut json_bytes);
        read.map_err(|error| RequestError::Broken(error.into()))?;
        serde_json::from_slice(&json_bytes).map_err(|_| RequestError::Protocol("the answer is not JSON".into()))
    }

    fn agent(&self, url: &str) -> &Agent {
        match self.hub.proxies.none.as_deref() {
            Some(none) if is_direct(host(url), none) => &self.direct_agent,
            _ if url.starts_with("https:") => &self.https_agent,
            _ => &self.http_agent,
        }
    }
}

/// Whether the hub has identified the file.
fn knows_file(about: Option<&HeaderMap>) -> bool {
    about.is_some_and(|headers| headers.contains_key("x-linked-etag"))
}

pub(super) fn header<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

/// The hub's error message, if the body has one.
fn error_message(body: &mut ureq::Body) -> String {
    let error_body = body.with_config().limit(64 << 10).read_to_string().unwrap_or_default();
    let error_json: Option<Value> = serde_json::from_str(&error_body).ok();
    let message = error_json.as_ref().and_then(|json| json.get("error")?.as_str());
    message.unwrap_or_default().chars().take(200).collect()
}

fn request_error(error: ureq::Error) -> RequestError {
    use ureq::{Error as Cause, Timeout};
    match error {
        Cause::HostNotFound | Cause::ConnectionFailed | Cause::Timeout(Timeout::Connect | Timeout::Resolve) => {
            RequestError::Unreachable(error)
        }
        Cause::Io(ref cause) if cause.kind() == std::io::ErrorKind::ConnectionRefused => {
            RequestError::Unreachable(error)
        }
        Cause::Io(_) | Cause::Timeout(_) => RequestError::Broken(error.into()),
        Cause::Tls(_) | Cause::Rustls(_) | Cause::BadUri(_) => RequestError::Unreachable(error),
        Cause::Protocol(_) => RequestError::Broken(error.into()),
        error => RequestError::Protocol(error.to_string()),
    }
}

/// Scheme, host and port of an address.
fn origin(url: &str) -> &str {
    let host_start = url.find("://").map_or(0, |position| position + 3);
    let host_end = url[host_start..].find(['/', '?', '#']).map_or(url.len(), |position| host_start + position);
    &url[..host_end]
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

/// Whether `host` is one of the hosts, or in one of the domains, that the list `no_proxy` names, as curl reads it.
fn is_direct(host: &str, no_proxy: &str) -> bool {
    no_proxy.split(',').map(str::trim).filter(|no_proxy_entry| !no_proxy_entry.is_empty()).any(|no_proxy_entry| {
        let domain = no_proxy_entry.trim_start_matches('*').trim_start_matches('.').to_ascii_lowercase();
        let host = host.to_ascii_lowercase();
        no_proxy_entry == "*"
            || host == domain
            || host.strip_suffix(&domain).is_some_and(|subdomain| subdomain.ends_with('.'))
    })
}

/// The address that `redirect_target`, a redirect from `base_url`, stands for.
fn redirected_url(base_url: &str, redirect_target: &str) -> Option<String> {
    if redirect_target.starts_with("https://") || redirect_target.starts_with("http://") {
        // Never from https to http.
        return (!base_url.starts_with("https:") || redirect_target.starts_with("https:"))
            .then(|| redirect_target.to_owned());
    }
    if let Some(target_without_scheme) = redirect_target.strip_prefix("//") {
        return Some(format!("{}://{target_without_scheme}", base_url.split("://").next()?));
    }
    redirect_target.starts_with('/').then(|| format!("{}{redirect_target}", origin(base_url)))
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
            assert_eq!(redirected_url(base, place).as_deref(), expected, "{base} {place}");
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
