//! Requests: sent, redirected, answered, within one budget.

use super::body;
use super::connect::Egress;
use super::fault::Fault;
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::header::{
    ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_ENCODING, COOKIE, HOST, HeaderMap, HeaderName, HeaderValue,
    LOCATION, USER_AGENT,
};
use hyper::{Method, StatusCode};
use hyper_util::rt::TokioIo;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};
use url::{Position, Url};

/// The most that any request takes, its redirects included.
const MOST_TIME: Duration = Duration::from_secs(30);
const MOST_REDIRECTS: u8 = 5;
/// The head of an answer.
const MOST_HEAD_BYTES: usize = 64 * 1024;
const MOST_HEADERS: usize = 200;
/// The decoded body of an answer.
pub const MOST_BODY_BYTES: usize = 2 * 1024 * 1024;

/// What is asked.
#[derive(Clone, Debug)]
pub struct Request {
    method: Method,
    url: Url,
    headers: HeaderMap,
    body: Bytes,
    budget: Duration,
    redirects: u8,
    cap: usize,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The last answer's status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body, decoded, up to the cap.
    pub body: Vec<u8>,
    /// True when the body is longer than the cap.
    pub truncated: bool,
    /// Where it came from.
    pub url: Url,
    /// How many redirects led there.
    pub redirects: u8,
    /// How long it took, redirects included.
    pub took: Duration,
}

impl Request {
    /// GET, with redirects followed.
    pub fn get(url: Url) -> Self {
        Self {
            method: Method::GET,
            url,
            headers: HeaderMap::new(),
            body: Bytes::new(),
            budget: MOST_TIME,
            redirects: MOST_REDIRECTS,
            cap: MOST_BODY_BYTES,
        }
    }

    /// HEAD, with redirects followed.
    pub fn head(url: Url) -> Self {
        Self {
            method: Method::HEAD,
            ..Self::get(url)
        }
    }

    /// POST; a redirect is the answer.
    pub fn post(url: Url, body: Vec<u8>) -> Self {
        Self {
            method: Method::POST,
            body: body.into(),
            redirects: 0,
            ..Self::get(url)
        }
    }

    /// Adds a header.
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// Adds headers; `Broken` when a value can stand in none.
    pub fn with_headers<'a>(
        mut self,
        headers: impl IntoIterator<Item = (&'static str, &'a str)>,
    ) -> Result<Self, Fault> {
        for (name, value) in headers {
            let value = HeaderValue::from_str(value).map_err(|_| Fault::Broken)?;
            self.headers.insert(HeaderName::from_static(name), value);
        }
        Ok(self)
    }

    /// Gives it less time than 30 seconds.
    pub fn within(mut self, budget: Duration) -> Self {
        self.budget = budget.min(MOST_TIME);
        self
    }

    /// Gives it the time and the size that a service of the operator's choice needs.
    pub fn of_operator(mut self, budget: Duration, bytes: usize) -> Self {
        self.budget = budget;
        self.cap = bytes;
        self
    }

    /// Takes redirects for answers.
    pub fn without_redirects(mut self) -> Self {
        self.redirects = 0;
        self
    }

    /// Reads less of the body than 2 MiB.
    pub fn at_most(mut self, bytes: usize) -> Self {
        self.cap = bytes.min(MOST_BODY_BYTES);
        self
    }
}

impl Answer {
    /// The body as text; what is no UTF-8 is replaced.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A header's value, if it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Where a redirect leads.
    pub fn location(&self) -> Option<Url> {
        location(&self.url, self.status, &self.headers)
    }
}

impl Egress {
    /// Sends a request and reads the answer.
    pub async fn fetch(&self, request: Request) -> Result<Answer, Fault> {
        let begun = Instant::now();
        let deadline = begun + request.budget;
        let all = self.follow(request, begun, deadline);
        timeout_at(deadline, all).await.unwrap_or(Err(Fault::Timeout))
    }

    async fn follow(&self, mut request: Request, begun: Instant, deadline: Instant) -> Result<Answer, Fault> {
        let (mut redirects, follow) = (0, request.redirects);
        loop {
            let mut answer = self.exchange(&request, deadline).await?;
            answer.redirects = redirects;
            answer.took = begun.elapsed();
            if follow == 0 || !is_redirect(answer.status) {
                return Ok(answer);
            }
            let next = answer.location().ok_or(Fault::Redirect)?;
            let is_downgrade = request.url.scheme() == "https" && next.scheme() != "https";
            if redirects == follow || is_downgrade || !matches!(next.scheme(), "http" | "https") {
                return Err(Fault::Redirect);
            }
            if next.origin() != request.url.origin() {
                request.headers.remove(AUTHORIZATION);
                request.headers.remove(COOKIE);
            }
            request.url = next;
            redirects += 1;
        }
    }

    /// One request on a connection of its own, and its answer.
    async fn exchange(&self, request: &Request, deadline: Instant) -> Result<Answer, Fault> {
        let stream = self.open(&request.url, deadline).await?;
        let handshake = http1::Builder::new()
            .max_header_size(MOST_HEAD_BYTES)
            .max_headers(MOST_HEADERS)
            .handshake(TokioIo::new(stream))
            .await;
        let (mut sender, connection) = handshake.map_err(|_| Fault::Broken)?;
        let asking = async {
            let answer = sender.send_request(self.head_of(request)?).await;
            let (head, incoming) = answer.map_err(|_| Fault::Broken)?.into_parts();
            let is_gzip = head
                .headers
                .get(CONTENT_ENCODING)
                .is_some_and(|encoding| encoding.as_bytes().eq_ignore_ascii_case(b"gzip"));
            let has_body = request.method != Method::HEAD && !(request.redirects > 0 && is_redirect(head.status));
            let (body, truncated) = match has_body {
                true => body::read(incoming, is_gzip, request.cap).await?,
                false => (Vec::new(), false),
            };
            Ok(Answer {
                status: head.status,
                headers: head.headers,
                body,
                truncated,
                url: request.url.clone(),
                redirects: 0,
                took: Duration::ZERO,
            })
        };
        // The connection lives as long as the exchange and ends with it.
        let mut connection = std::pin::pin!(connection);
        let mut asking = std::pin::pin!(asking);
        let mut is_open = true;
        loop {
            tokio::select! {
                answer = &mut asking => return answer,
                _ = &mut connection, if is_open => is_open = false,
            }
        }
    }

    fn head_of(&self, request: &Request) -> Result<hyper::Request<Full<Bytes>>, Fault> {
        let url = &request.url;
        let mut built = hyper::Request::builder()
            .method(request.method.clone())
            .uri(&url[Position::BeforePath..Position::AfterQuery])
            .body(Full::new(request.body.clone()))
            .map_err(|_| Fault::Broken)?;
        let headers = built.headers_mut();
        let host = &url[Position::BeforeHost..Position::AfterPort];
        headers.insert(HOST, HeaderValue::from_str(host).map_err(|_| Fault::Broken)?);
        let agent = HeaderValue::from_str(&self.user_agent).map_err(|_| Fault::Broken)?;
        headers.insert(USER_AGENT, agent);
        headers.insert(ACCEPT, HeaderValue::from_static("*/*"));
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        headers.extend(request.headers.clone());
        Ok(built)
    }
}

fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

fn location(from: &Url, status: StatusCode, headers: &HeaderMap) -> Option<Url> {
    let given = headers.get(LOCATION).filter(|_| is_redirect(status))?;
    let mut next = from.join(std::str::from_utf8(given.as_bytes()).ok()?).ok()?;
    next.set_fragment(None);
    Some(next)
}
