//! Someone who calls the API: with a cookie jar, a key or a share token.

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, ORIGIN};
use reqwest::{Client, Method};
use serde_json::{Value, json};

/// The password of every account.
pub const PASSWORD: &str = "correct horse battery";

/// A caller.
#[derive(Clone)]
pub struct Actor {
    client: Client,
    base: String,
    headers: HeaderMap,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Actor {
    /// Somebody with an empty cookie jar, whose browser sends our own origin.
    pub fn new(base: String) -> Self {
        let client = Client::builder()
            .cookie_store(true)
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none());
        let headers = HeaderMap::from_iter([(ORIGIN, HeaderValue::from_str(&base).unwrap())]);
        Self {
            client: client.build().unwrap(),
            base,
            headers,
        }
    }

    /// The same caller with one more header.
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut other = self.clone();
        other.headers.insert(
            HeaderName::try_from(name).unwrap(),
            HeaderValue::from_str(value).unwrap(),
        );
        other
    }

    /// The same caller at another address.
    pub fn at(&self, base: &str) -> Self {
        Self {
            base: base.to_owned(),
            ..self.with(ORIGIN.as_str(), base)
        }
    }

    /// The same caller without a header.
    pub fn without(&self, name: &str) -> Self {
        let mut other = self.clone();
        other.headers.remove(name);
        other
    }

    /// A header that the caller sends.
    pub fn sends(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// A script with an API key: no cookies, no origin.
    pub fn with_key(&self, key: &str) -> Self {
        Self::new(self.base.clone())
            .without("origin")
            .with(AUTHORIZATION.as_str(), &format!("Bearer {key}"))
    }

    /// A recipient with a share token.
    pub fn with_token(&self, token: &str) -> Self {
        Self::new(self.base.clone()).with(AUTHORIZATION.as_str(), &format!("Share {token}"))
    }

    /// Sends a request.
    pub async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let mut request = self
            .client
            .request(method, format!("{}{path}", self.base))
            .headers(self.headers.clone());
        if let Some(body) = body {
            request = request.json(&body);
        }
        Answer::of(request).await
    }

    /// Sends raw bytes with a content type.
    pub async fn send_bytes(&self, method: Method, path: &str, content_type: &str, body: Vec<u8>) -> Answer {
        let request = self
            .client
            .request(method, format!("{}{path}", self.base))
            .headers(self.headers.clone());
        Answer::of(request.header("content-type", content_type).body(body)).await
    }

    /// Sends JSON; nothing when the server is gone before the whole answer has come.
    pub async fn try_post(&self, path: &str, body: Value) -> Option<Answer> {
        self.try_send(Method::POST, path, Some(body)).await
    }

    /// Sends a request; nothing when the server is gone before the whole answer has come.
    pub async fn try_send(&self, method: Method, path: &str, body: Option<Value>) -> Option<Answer> {
        let mut request = self
            .client
            .request(method, format!("{}{path}", self.base))
            .headers(self.headers.clone());
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await.ok()?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Some(Answer {
            status,
            headers,
            body: response.bytes().await.ok()?.to_vec(),
        })
    }

    /// Begins to read an answer that goes on.
    pub async fn open(&self, path: &str) -> reqwest::Response {
        let request = self.client.get(format!("{}{path}", self.base));
        request.headers(self.headers.clone()).send().await.unwrap()
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, Some(body)).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PUT, path, Some(body)).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PATCH, path, Some(body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None).await
    }

    /// Signs in; the cookie jar keeps the session.
    pub async fn sign_in(&self, email: &str) -> Answer {
        let body = json!({"email": email, "password": PASSWORD});
        self.post("/api/v1/session", body).await
    }

    /// The account's id.
    pub async fn account_id(&self) -> String {
        let me = self.get("/api/v1/me").await.expect_status(200).json();
        me["id"].as_str().unwrap().to_owned()
    }

    /// Adds a site; answers its id.
    pub async fn add_site(&self, domain: &str) -> String {
        let answer = self
            .post("/api/v1/sites", json!({"domain": domain, "timezone": "Europe/Berlin"}))
            .await;
        answer.expect_status(201).json()["id"].as_str().unwrap().to_owned()
    }

    /// Turns a site's portal on; answers its token.
    pub async fn add_portal(&self, site_id: &str) -> String {
        let path = format!("/api/v1/sites/{site_id}/portal");
        self.put(&path, json!({"enabled": true})).await.expect_status(200);
        let made = self
            .post(&format!("{path}/token"), json!({}))
            .await
            .expect_status(201)
            .json();
        made["token"].as_str().unwrap().to_owned()
    }

    /// Makes a share link; answers the link.
    pub async fn add_link(&self, site_id: &str, name: &str) -> Value {
        let answer = self
            .post(&format!("/api/v1/sites/{site_id}/share-links"), json!({"name": name}))
            .await;
        answer.expect_status(201).json()
    }

    /// Invites a viewer, by address or by link; answers the invitation.
    pub async fn invite(&self, site_id: &str, email: Option<&str>) -> Value {
        let body = json!({"email": email, "role": "viewer"});
        let answer = self.post(&format!("/api/v1/sites/{site_id}/members"), body).await;
        answer.expect_status(201).json()
    }

    /// Accepts an invitation.
    pub async fn accept(&self, invitation: &Value) -> Answer {
        let token = invitation["invite_url"].as_str().unwrap().rsplit('/').next().unwrap();
        let path = format!("/api/v1/invitations/{token}/accept");
        self.send(Method::POST, &path, None).await
    }

    /// Makes a share link with whatever it has; answers the link.
    pub async fn add_link_with(&self, site_id: &str, body: Value) -> Value {
        let answer = self.post(&format!("/api/v1/sites/{site_id}/share-links"), body).await;
        answer.expect_status(201).json()
    }

    /// Makes a segment; answers it.
    pub async fn add_segment(&self, site_id: &str, name: &str, filters: Value) -> Value {
        let body = json!({"name": name, "filters": filters});
        let answer = self.post(&format!("/api/v1/sites/{site_id}/segments"), body).await;
        answer.expect_status(201).json()
    }

    /// Makes a goal; answers its id.
    pub async fn add_goal(&self, site_id: &str, body: Value) -> String {
        self.add(&format!("/api/v1/sites/{site_id}/goals"), body).await
    }

    /// Makes what a path makes; answers its id.
    pub async fn add(&self, path: &str, body: Value) -> String {
        let made = self.post(path, body).await.expect_status(201).json();
        made["id"].as_str().unwrap().to_owned()
    }

    /// Makes an API key; answers its secret.
    pub async fn add_key(&self, scopes: &[&str], site_id: Option<&str>) -> String {
        let body = json!({"name": "script", "scopes": scopes, "site_id": site_id});
        let answer = self.post("/api/v1/api-keys", body).await;
        answer.expect_status(201).json()["key"].as_str().unwrap().to_owned()
    }
}

impl Answer {
    async fn of(request: reqwest::RequestBuilder) -> Self {
        let mut response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        // A stream goes on for ever: its beginning is its answer.
        let goes_on = headers
            .get(CONTENT_TYPE)
            .is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"));
        let body = match goes_on {
            true => response.chunk().await.unwrap().unwrap_or_default(),
            false => response.bytes().await.unwrap(),
        };
        Self {
            status,
            headers,
            body: body.to_vec(),
        }
    }

    /// Fails the test, with the body, when the status is another.
    #[track_caller]
    pub fn expect_status(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }

    /// Fails the test unless this is a problem document of the code and its status.
    #[track_caller]
    pub fn expect_problem(self, code: &str) -> Self {
        assert_eq!(
            self.header("content-type"),
            Some("application/problem+json"),
            "{}",
            self.text()
        );
        let problem = self.json();
        assert_eq!(problem["code"], code, "{problem}");
        assert_eq!(problem["status"], self.status, "{problem}");
        assert_eq!(problem["type"], format!("/problems/{code}"), "{problem}");
        self
    }

    /// Fails the test unless the problem points at exactly these fields.
    #[track_caller]
    pub fn expect_pointers(self, pointers: &[&str]) -> Self {
        let problem = self.json();
        let found = problem["errors"].as_array().into_iter().flatten();
        let found = found
            .map(|error| error["pointer"].as_str().unwrap_or(""))
            .collect::<Vec<_>>();
        assert_eq!(found, pointers, "{problem}");
        self
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}
