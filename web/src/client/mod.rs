//! The API as the app calls it: typed calls, one error type, and the batching of panels.
//!
//! Promises: no other folder makes requests; a recipient's calls carry the link's token or grant in a header and no cookie;
//! every error arrives as a [`Failure`] with the server's problem document when there is one. Absent: retries. Whoever
//! shows an error offers them.

pub mod accounts;
pub mod agency;
pub mod annotations;
pub mod answer;
pub mod api_keys;
pub mod audit;
pub mod board;
mod failure;
pub mod funnels;
pub mod goals;
pub mod health;
pub mod imports;
pub mod json;
pub mod members;
pub mod notices;
mod pages;
pub mod portals;
pub mod remote;
pub mod segments;
pub mod share_links;
pub mod shields;
pub mod sites;
pub mod stats;
pub mod stream;

use crate::router::query;
pub use failure::Failure;
use gloo_net::http::{Method, Request, RequestBuilder};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::pin::Pin;
use std::sync::Arc;
use web_sys::{AbortSignal, File, RequestCredentials};

/// With which key a call knocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access {
    /// The session cookie.
    Session,
    /// A share link's token, or the grant that stands for it.
    Share(Arc<str>),
    /// None: the path says what may be seen.
    Nobody,
}

/// The body of a 2xx answer, or why there is none. One type for all calls: a state machine of its own inside each
/// caller would cost more than the box.
type Sent = Pin<Box<dyn Future<Output = Result<String, Failure>>>>;

/// Sends one call.
fn send(method: Method, path: &str, body: Option<String>, access: &Access, signal: Option<&AbortSignal>) -> Sent {
    answer_of(request(method, path, body, access, signal), signal.cloned())
}

/// Sends a file of the account's as it is; `kind` is its media type.
fn upload(request: RequestBuilder, kind: &str, file: &File) -> Sent {
    let request = request.header("content-type", kind).body(file);
    answer_of(request.map_err(|_| Failure::Unreadable), None)
}

fn answer_of(request: Result<Request, Failure>, signal: Option<AbortSignal>) -> Sent {
    Box::pin(async move {
        let answer = request?.send().await;
        if signal.is_some_and(|signal| signal.aborted()) {
            return Err(Failure::Aborted);
        }
        let answer = answer.map_err(|_| Failure::Offline)?;
        let text = answer.text().await.map_err(|_| Failure::Offline)?;
        if answer.ok() {
            return Ok(text);
        }
        Err(Failure::Refused {
            status: answer.status(),
            retry_after_s: answer
                .headers()
                .get("retry-after")
                .and_then(|seconds| seconds.trim().parse().ok()),
            problem: failure::Problem::read(&text).map(Arc::new),
        })
    })
}

/// A text file of the app's own.
pub async fn asset(path: &str) -> Result<String, Failure> {
    let answer = RequestBuilder::new(path).send().await.map_err(|_| Failure::Offline)?;
    if !answer.ok() {
        return Err(Failure::Unreadable);
    }
    answer.text().await.map_err(|_| Failure::Offline)
}

fn request(
    method: Method,
    path: &str,
    body: Option<String>,
    access: &Access,
    signal: Option<&AbortSignal>,
) -> Result<Request, Failure> {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let pairs = query::parse(query);
    let mut request = RequestBuilder::new(&format!("/api/v1{path}"))
        .query(pairs.iter().map(|(key, value)| (key.as_str(), value)))
        .method(method)
        .abort_signal(signal);
    if *access != Access::Session {
        request = request.credentials(RequestCredentials::Omit);
    }
    if let Access::Share(token) = access {
        request = request.header("authorization", &format!("Share {token}"));
    }
    let request = match body {
        Some(json) => request.header("content-type", "application/json").body(json),
        None => request.build(),
    };
    request.map_err(|_| Failure::Unreadable)
}

fn read<T: DeserializeOwned>(body: &str) -> Result<T, Failure> {
    serde_json::from_str(body).map_err(|_| Failure::Unreadable)
}

fn write<T: Serialize>(body: &T) -> Option<String> {
    serde_json::to_string(body).ok()
}
