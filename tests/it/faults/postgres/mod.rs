//! The metadata store is away, stands still, is full or far away (T81).

mod away;
mod far;
mod secrets;

use crate::support::{Actor, Answer, TestApp};
use serde_json::{Value, json};
use std::future::Future;
use std::time::{Duration, Instant};

/// A 503 has to come within this; the machine that runs the tests gets a little more.
const LIMIT: Duration = Duration::from_millis(2_300);
const BACK_WITHIN: Duration = Duration::from_secs(5);
/// Longer than anything is remembered of a site.
const LONG: Duration = Duration::from_secs(8);

struct World {
    app: TestApp,
    owner: Actor,
    site_id: String,
    token: String,
    links: String,
}

impl World {
    async fn on(url: &str) -> Self {
        let url = url.to_owned();
        let app = TestApp::start_with(|config| config.database_url = url).await;
        let (owner, site_id) = app.owner_of("a.example").await;
        let links = format!("/api/v1/sites/{site_id}/share-links");
        let link = owner
            .post(&links, json!({"name": "Client"}))
            .await
            .expect_status(201)
            .json();
        let world = Self {
            token: link["token"].as_str().unwrap().to_owned(),
            app,
            owner,
            site_id,
            links,
        };
        world.event().await.expect_status(202);
        world.share().await.expect_status(200);
        world
    }

    async fn event(&self) -> Answer {
        let event = json!({"n": "pageview", "u": "https://a.example/", "d": "a.example"});
        let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
        self.app
            .anonymous()
            .with("user-agent", firefox)
            .post("/api/event", event)
            .await
    }

    async fn share(&self) -> Answer {
        self.app
            .anonymous()
            .with_token(&self.token)
            .get("/api/v1/share/a.example")
            .await
    }

    async fn link_id(&self) -> String {
        let links = self.owner.get(&self.links).await.expect_status(200).json();
        links["data"][0]["id"].as_str().unwrap().to_owned()
    }

    /// Everything that needs the store is 503 in time, and never says that something is not there.
    async fn expect_away(&self, link_id: &str) {
        let link = format!("{}/{link_id}", self.links);
        let site = format!("/api/v1/sites/{}", self.site_id);
        let query = json!({"metrics": ["visitors"], "date_range": "day"});
        let wrong = self.app.anonymous().with_token("vs_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
        let sign_in = json!({"email": "owner@a.example", "password": crate::support::PASSWORD});
        unavailable("read", self.owner.get(&site)).await;
        unavailable("resolve", self.share()).await;
        unavailable("resolve what there is not", wrong.get("/api/v1/share/a.example")).await;
        unavailable("ask", self.owner.post(&format!("{site}/query"), query)).await;
        unavailable("create", self.owner.post(&self.links, json!({"name": "Half"}))).await;
        unavailable("revoke", self.owner.delete(&link)).await;
        unavailable("sign in", self.app.anonymous().post("/api/v1/session", sign_in)).await;
        self.owner.get("/healthz").await.expect_status(200);
        self.owner.get("/readyz").await.expect_status(503);
    }

    /// Events of a site that was known are taken for as long as it takes.
    async fn expect_counting(&self) {
        let until = Instant::now() + LONG;
        while Instant::now() < until {
            self.event().await.expect_status(202);
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
    }

    /// Everything works again soon, and nothing was done by halves.
    async fn expect_back(&self, link_id: &str) {
        let since = Instant::now();
        let site = format!("/api/v1/sites/{}", self.site_id);
        while self.owner.get(&site).await.status != 200 || self.share().await.status >= 500 {
            assert!(since.elapsed() < BACK_WITHIN, "not back after {:?}", since.elapsed());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        self.owner.get("/readyz").await.expect_status(200);
        // What was answered 503 happened as a whole or not at all: a link has its entry in the history, and can be opened.
        let links = self.owner.get(&self.links).await.expect_status(200).json();
        for link in links["data"].as_array().unwrap() {
            let reader = self.app.anonymous().with_token(link["token"].as_str().unwrap());
            reader.get("/api/v1/share/a.example").await.expect_status(200);
        }
        let again = self.owner.delete(&format!("{}/{link_id}", self.links)).await;
        assert!(matches!(again.status, 204 | 404), "{}", again.text());
        self.share().await.expect_status(404);
        let made = self
            .owner
            .post(&self.links, json!({"name": "Whole"}))
            .await
            .expect_status(201);
        assert!(made.json()["token"].is_string());
        self.event().await.expect_status(202);
    }
}

/// Asks, and expects a 503 in time.
async fn unavailable(what: &str, asked: impl Future<Output = Answer>) {
    let since = Instant::now();
    let answer = tokio::time::timeout(Duration::from_secs(20), asked).await;
    let answer = answer.unwrap_or_else(|_| panic!("{what}: no answer"));
    let took = since.elapsed();
    assert_eq!(answer.status, 503, "{what}: {}", answer.text());
    let problem: Value = answer.json();
    assert_eq!(problem["code"], "unavailable", "{what}: {problem}");
    assert!(answer.header("retry-after").is_some(), "{what}");
    assert!(took < LIMIT, "{what}: 503 after {took:?}");
}
