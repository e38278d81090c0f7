//! A request → the answer that huggingface.co would give, spoilt as the test demands.

use serde_json::{Value, json};

use super::repository::{Access, Repository, git_digest, is_large, sha256};
use super::wire::{Answer, Framing, Head, Pace};
use super::{MEMBER, Point, Request, STRANGER, Shared, Trouble, lock};

/// What a request asks for.
enum Route {
    Info { id: String, revision: String, blobs: bool },
    Tree { id: String, revision: String },
    Resolve { id: String, revision: String, file: String },
    Small { id: String, commit: String, file: String },
    Large { id: String, digest: String },
    Nothing,
}

/// Who asks, by the token of the request.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Caller {
    Anonymous,
    Stranger,
    Member,
    /// A token that the hub does not know.
    Impostor,
}

/// The answer to `head`, and the request to record.
pub(super) fn to(head: Head, shared: &Shared, is_cdn: bool) -> (Request, Answer) {
    let repositories = lock(&shared.repositories);
    let route = route(&head.path, is_cdn);
    let (at, name) = match &route {
        Route::Info { id, .. } | Route::Tree { id, .. } => (Point::Info, id.clone()),
        Route::Resolve { file, .. } => (Point::Resolve, file.clone()),
        Route::Small { file, .. } => (Point::Bytes, file.clone()),
        Route::Large { id, digest } => {
            let known = repositories.iter().find(|known| known.id == *id).and_then(|known| known.large(digest));
            (Point::Bytes, known.map(|(name, _)| name.to_owned()).unwrap_or_default())
        }
        Route::Nothing => (Point::Nothing, head.path.clone()),
    };
    let Head { method, path, headers } = head;
    let mut request = Request { at, name, method, path, headers, on_cdn: is_cdn };
    let mut answer = honest(&route, &request, &repositories, shared);
    if at == Point::Resolve && matches!(answer.status, 200 | 206) {
        // No redirect.
        request.at = Point::Bytes;
    }
    let trouble = next_trouble(&[at, request.at], &request, shared);
    if matches!(trouble, Some(Trouble::IgnoreRange)) {
        let mut whole = request.clone();
        whole.headers.retain(|(name, _)| name != "range");
        answer = honest(&route, &whole, &repositories, shared);
    }
    let answer = spoil(answer, trouble, &request);
    (request, answer)
}

fn next_trouble(points: &[Point], request: &Request, shared: &Shared) -> Option<Trouble> {
    // Trouble with bytes applies only to requests for bytes.
    let applies = |at: Point| points.contains(&at) && (at != Point::Bytes || request.method == "GET");
    let mut all = lock(&shared.misbehaviour);
    let next = all.iter_mut().find(|next| next.times > 0 && next.name == request.name && applies(next.at))?;
    next.times -= 1;
    Some(next.trouble.clone())
}

fn spoil(mut answer: Answer, trouble: Option<Trouble>, request: &Request) -> Answer {
    let Some(trouble) = trouble else { return answer };
    match trouble {
        Trouble::Status(status) => return Answer::new(status, ""),
        Trouble::TooManyRequests(seconds) => {
            let refused = Answer::new(429, r#"{"error":"We had to rate limit your IP."}"#);
            return match seconds {
                Some(seconds) => refused.with("Retry-After", seconds.to_string()),
                None => refused,
            };
        }
        Trouble::RedirectLoop => return Answer::new(302, "").with("Location", request.path.clone()),
        Trouble::LoginPage => {
            let page = "<!doctype html><title>Welcome</title><p>Please log in to use this network.</p>";
            return Answer::new(200, page).with("Content-Type", "text/html; charset=utf-8");
        }
        Trouble::Cut(bytes) => answer.pace = Pace::CutAfter(bytes),
        Trouble::Stall(bytes) => answer.pace = Pace::StallAfter(bytes),
        Trouble::Drip(bytes, pause) => answer.pace = Pace::Drip(bytes, pause),
        Trouble::WrongBytes => {
            let middle = answer.body.len() / 2;
            answer.body[middle] ^= 1;
        }
        Trouble::IgnoreRange => {}
        Trouble::Chunked => answer.framing = Framing::Chunked,
        Trouble::NoLength => answer.framing = Framing::UntilClose,
        Trouble::WrongLength(by) => answer.framing = Framing::Length(by),
        Trouble::Header(name, value) => {
            answer.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
            return answer.with(name, value);
        }
    }
    answer
}

fn route(path: &str, is_cdn: bool) -> Route {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let parts: Vec<String> = path.split('/').skip(1).map(decode).collect();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let id = |org: &str, name: &str| format!("{org}/{name}");
    // The revision of a pull request has slashes, which some clients do not encode.
    let revision = |rest: &[&str]| match rest {
        ["refs", kind, number, rest @ ..] => (format!("refs/{kind}/{number}"), rest.join("/")),
        [revision, rest @ ..] => ((*revision).to_owned(), rest.join("/")),
        [] => Default::default(),
    };
    match parts[..] {
        ["repos", org, name, digest] if is_cdn => Route::Large { id: id(org, name), digest: digest.into() },
        _ if is_cdn => Route::Nothing,
        ["api", "models", org, name] => {
            Route::Info { id: id(org, name), revision: "main".into(), blobs: wants_blobs(query) }
        }
        ["api", "models", org, name, "revision", ref rest @ ..] => {
            Route::Info { id: id(org, name), revision: revision(rest).0, blobs: wants_blobs(query) }
        }
        ["api", "models", org, name, "tree", ref rest @ ..] => {
            Route::Tree { id: id(org, name), revision: revision(rest).0 }
        }
        ["api", "resolve-cache", "models", org, name, commit, ref file @ ..] => {
            Route::Small { id: id(org, name), commit: commit.into(), file: file.join("/") }
        }
        [org, name, "resolve", ref rest @ ..] => {
            let (revision, file) = revision(rest);
            Route::Resolve { id: id(org, name), revision, file }
        }
        _ => Route::Nothing,
    }
}

fn wants_blobs(query: &str) -> bool {
    query.split('&').any(|pair| matches!(pair.split_once('='), Some(("blobs", "true" | "True" | "1"))))
}

/// The answer of huggingface.co.
fn honest(route: &Route, request: &Request, repositories: &[Repository], shared: &Shared) -> Answer {
    let authorization = request.header("authorization");
    if request.on_cdn {
        // Storage servers refuse a request with both a signed link and a token.
        return match route {
            Route::Large { .. } if authorization.is_some() => Answer::new(400, "Only one auth mechanism allowed"),
            Route::Large { id, digest } => {
                let known = repositories.iter().find(|known| known.id == *id).and_then(|known| known.large(digest));
                match known {
                    Some((_, content)) => part(content, &format!("\"{}\"", &digest[..32]), request),
                    None => Answer::new(403, "<Error><Code>AccessDenied</Code></Error>"),
                }
            }
            _ => Answer::new(403, "<Error><Code>AccessDenied</Code></Error>"),
        };
    }
    let caller = match authorization.map(|value| value.strip_prefix("Bearer ").unwrap_or(value)) {
        None => Caller::Anonymous,
        Some(MEMBER) => Caller::Member,
        Some(STRANGER) => Caller::Stranger,
        Some(_) => Caller::Impostor,
    };
    if caller == Caller::Impostor {
        return refusal(401, None, "Invalid credentials in Authorization header");
    }
    let (id, revision) = match route {
        Route::Info { id, revision, .. } | Route::Tree { id, revision } | Route::Resolve { id, revision, .. } => {
            (id, revision)
        }
        Route::Small { id, commit, .. } => (id, commit),
        Route::Large { .. } | Route::Nothing => return refusal(404, None, "Sorry, we can't find the page"),
    };
    if let Some(renamed) = repositories.iter().find(|known| known.former.contains(id)) {
        return Answer::new(307, "").with("Location", request.path.replacen(id.as_str(), &renamed.id, 1));
    }
    let found = repositories.iter().find(|known| known.id == *id);
    let Some(repository) = found.filter(|known| known.access != Access::Private || caller == Caller::Member) else {
        // A private repository looks like one that does not exist.
        return match caller {
            Caller::Anonymous => refusal(401, None, "Invalid username or password."),
            _ => refusal(404, Some("RepoNotFound"), "Repository not found"),
        };
    };
    let Some(commit) = repository.commit_id(revision) else {
        return refusal(404, Some("RevisionNotFound"), &format!("Invalid rev id: {revision}"));
    };
    let file = match route {
        Route::Info { blobs, .. } => return json_answer(&info(repository, commit, *blobs)),
        Route::Tree { .. } => return json_answer(&tree(repository, commit)),
        Route::Resolve { file, .. } | Route::Small { file, .. } => file,
        Route::Large { .. } | Route::Nothing => unreachable!("answered above"),
    };
    if repository.access == Access::Gated && caller != Caller::Member {
        let status = if caller == Caller::Anonymous { 401 } else { 403 };
        let message = format!("Access to model {id} is restricted and you are not in the authorized list.");
        return refusal(status, Some("GatedRepo"), &message).with("X-Repo-Commit", commit);
    }
    let Some(content) = repository.file(commit, file) else {
        return refusal(404, Some("EntryNotFound"), "Entry not found").with("X-Repo-Commit", commit);
    };
    let at_once = repository.small_files_at_once || matches!(route, Route::Small { .. });
    if is_large(file) {
        let digest = sha256(content);
        let link =
            format!("http://{}/repos/{id}/{digest}?filename={file}&Expires=2000000000&Signature=c2ln", shared.cdn);
        sent_on(302, link, &digest, content, commit)
    } else if at_once {
        part(content, &format!("\"{}\"", git_digest(content)), request).with("X-Repo-Commit", commit)
    } else {
        let digest = git_digest(content);
        let link = format!("/api/resolve-cache/models/{id}/{commit}/{file}?etag=%22{digest}%22");
        sent_on(307, link, &digest, content, commit)
    }
}

fn sent_on(status: u16, location: String, digest: &str, content: &[u8], commit: &str) -> Answer {
    let body = format!("Redirecting to {location}");
    Answer::new(status, body)
        .with("Content-Type", "text/plain; charset=utf-8")
        .with("Location", location)
        .with("X-Repo-Commit", commit)
        .with("X-Linked-Size", content.len().to_string())
        .with("X-Linked-Etag", format!("\"{digest}\""))
        .with("Accept-Ranges", "bytes")
}

/// The content, or the requested range of it.
fn part(content: &[u8], etag: &str, request: &Request) -> Answer {
    let total = content.len();
    let same = request.header("if-range").is_none_or(|condition| condition == etag);
    let range = request.header("range").filter(|_| same).and_then(|range| range.strip_prefix("bytes="));
    let range = range.and_then(|range| range.split_once('-'));
    let number = |text: &str| text.parse::<usize>().ok();
    let answer = match range {
        Some((first, last)) if number(first).is_some() => {
            let first = number(first).unwrap_or_default();
            let end = number(last).map_or(total, |last| (last + 1).min(total));
            if first >= end {
                return Answer::new(416, "").with("Content-Range", format!("bytes */{total}"));
            }
            Answer::new(206, &content[first..end]).with("Content-Range", format!("bytes {first}-{}/{total}", end - 1))
        }
        _ => Answer::new(200, content),
    };
    answer.with("Content-Type", "application/octet-stream").with("ETag", etag).with("Accept-Ranges", "bytes")
}

fn info(repository: &Repository, commit: &str, blobs: bool) -> Value {
    let siblings = repository.commits[commit].iter().map(|(name, content)| match (blobs, is_large(name)) {
        (false, _) => json!({"rfilename": name}),
        (true, false) => json!({"rfilename": name, "blobId": git_digest(content), "size": content.len()}),
        (true, true) => json!({
            "rfilename": name,
            "blobId": git_digest(pointer(content).as_bytes()),
            "size": content.len(),
            "lfs": {"sha256": sha256(content), "size": content.len(), "pointerSize": pointer(content).len()},
        }),
    });
    let mut tags = vec!["transformers".to_owned(), "marian".into(), "translation".into(), "de".into(), "en".into()];
    let mut card = json!({"language": ["de", "en"]});
    if let Some(licence) = &repository.licence {
        tags.push(format!("license:{licence}"));
        card["license"] = json!(licence);
    }
    json!({
        "_id": "621ffdc036468d709f174338",
        "id": repository.id,
        "modelId": repository.id,
        "author": repository.id.split('/').next(),
        "sha": commit,
        "lastModified": "2023-08-16T11:27:46.000Z",
        "createdAt": "2022-03-02T23:29:04.000Z",
        "private": repository.access == Access::Private,
        "gated": if repository.access == Access::Gated { json!("manual") } else { json!(false) },
        "disabled": false,
        "downloads": 1,
        "likes": 0,
        "library_name": "transformers",
        "pipeline_tag": "translation",
        "tags": tags,
        "cardData": card,
        "siblings": siblings.collect::<Vec<_>>(),
    })
}

fn tree(repository: &Repository, commit: &str) -> Value {
    let files = repository.commits[commit].iter().map(|(name, content)| {
        let mut file = json!({"type": "file", "oid": git_digest(content), "size": content.len(), "path": name});
        if is_large(name) {
            let pointer = pointer(content);
            file["oid"] = json!(git_digest(pointer.as_bytes()));
            file["lfs"] = json!({"oid": sha256(content), "size": content.len(), "pointerSize": pointer.len()});
        }
        file
    });
    files.collect()
}

/// The pointer that git stores in place of a large file.
fn pointer(content: &[u8]) -> String {
    format!("version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize {}\n", sha256(content), content.len())
}

fn json_answer(value: &Value) -> Answer {
    Answer::new(200, value.to_string()).with("Content-Type", "application/json; charset=utf-8")
}

fn refusal(status: u16, code: Option<&str>, message: &str) -> Answer {
    let answer = Answer::new(status, json!({"error": message}).to_string())
        .with("Content-Type", "application/json; charset=utf-8")
        .with("X-Error-Message", message);
    match code {
        Some(code) => answer.with("X-Error-Code", code),
        None => answer,
    }
}

fn decode(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, behind @ ..] = rest {
        let code = match (first, behind) {
            (b'%', [high, low, ..]) => {
                std::str::from_utf8(&[*high, *low]).ok().and_then(|code| u8::from_str_radix(code, 16).ok())
            }
            _ => None,
        };
        bytes.push(code.unwrap_or(*first));
        rest = if code.is_some() { &behind[2..] } else { behind };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
