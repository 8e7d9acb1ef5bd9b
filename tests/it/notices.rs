//! Notices: who is told, of what, how often; channels and webhooks (T58, T59, T67).

use crate::monitors::{after, watch};
use crate::support::peers::{Dns, PRIVATE_ADDRESS, PUBLIC, PUBLIC_ADDRESS, Reply, Smtp, Web};
use crate::support::{Actor, TestApp};
use api::config::{Config, MailTls};
use serde_json::{Value, json};
use standardwebhooks::Webhook;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};

/// A site whose state a test changes, a mail server and whoever may be told.
pub struct World {
    pub app: TestApp,
    pub dns: Dns,
    pub smtp: Smtp,
    pub owner: Actor,
    pub site_id: String,
    status: Arc<AtomicU16>,
    site: Web,
}

/// Settings under which checks and webhooks reach `PUBLIC`, and mails the server.
pub fn settings(dns: &Dns, smtp: &Smtp) -> impl FnOnce(&mut Config) + use<> {
    let (dns, smtp) = (dns.address, smtp.address);
    move |config| {
        config.egress_allow = vec![PUBLIC.parse().unwrap()];
        config.dns_server = Some(dns);
        config.monitors.references = Vec::new();
        config.mail.host = smtp.ip().to_string();
        config.mail.port = smtp.port();
        config.mail.tls = MailTls::None;
        config.mail.from = "Vitrine <notices@sender.example>".to_owned();
    }
}

impl World {
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    pub async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        let (dns, smtp) = (Dns::start().await, Smtp::start().await);
        let usual = settings(&dns, &smtp);
        let app = TestApp::start_with(move |config| {
            usual(config);
            change(config);
        })
        .await;
        let (owner, site_id) = app.owner_of("a.example").await;
        let status = Arc::new(AtomicU16::new(200));
        let answering = status.clone();
        let site = Web::start(PUBLIC_ADDRESS, move |_| {
            Reply::status(answering.load(Ordering::SeqCst), "", "page")
        })
        .await;
        Self {
            app,
            dns,
            smtp,
            owner,
            site_id,
            status,
            site,
        }
    }

    pub fn path(&self, rest: &str) -> String {
        format!("/api/v1/sites/{}/{rest}", self.site_id)
    }

    /// Begins to watch the site's uptime.
    pub async fn watch(&self) {
        watch(&self.owner, &self.site_id, "uptime", json!({"url": self.site.url("/")})).await;
        self.after(0).await;
    }

    /// Lets so many seconds pass: checks what is due and sends what waits.
    pub async fn after(&self, seconds: u64) {
        after(&self.app, seconds).await;
        api::notices::settle(&self.app.state).await.unwrap();
    }

    /// Lets so many seconds pass, and sends what waits without a check.
    pub async fn wait(&self, seconds: u64) {
        self.app.step(seconds);
        api::notices::settle(&self.app.state).await.unwrap();
    }

    /// The site fails twice: an incident.
    pub async fn goes_down(&self) {
        self.status.store(503, Ordering::SeqCst);
        self.after(70).await;
        self.after(70).await;
    }

    /// The site answers again.
    pub async fn comes_up(&self) {
        self.status.store(200, Ordering::SeqCst);
        self.after(70).await;
    }

    /// Adds a webhook; its id.
    pub async fn hook(&self, url: &str) -> String {
        let body = json!({"kind": "webhook", "url": url});
        self.owner.add(&self.path("notice-channels"), body).await
    }

    /// Adds an address and confirms it with the code that came; its id.
    pub async fn address(&self, address: &str) -> String {
        let body = json!({"kind": "mail", "address": address});
        let id = self.owner.add(&self.path("notice-channels"), body).await;
        self.wait(0).await;
        let mail = self.smtp.mails().pop().unwrap();
        assert_eq!(mail.to, [address]);
        let path = self.path(&format!("notice-channels/{id}/confirm"));
        let confirmed = self.owner.post(&path, json!({"code": code_in(&mail.text())})).await;
        assert_eq!(confirmed.expect_status(200).json()["silent_because"], json!(null));
        id
    }

    /// What a channel is signed with.
    pub async fn secret(&self, channel_id: &str) -> String {
        let path = self.path(&format!("notice-channels/{channel_id}/secret"));
        let told = self.owner.get(&path).await.expect_status(200).json();
        told["secret"].as_str().unwrap().to_owned()
    }

    /// What became of notices, latest first.
    pub async fn deliveries(&self, of: &str) -> Vec<Value> {
        let path = self.path(&format!("notice-deliveries?limit=100{of}"));
        let listed = self.owner.get(&path).await.expect_status(200).json();
        listed["data"].as_array().unwrap().clone()
    }
}

/// The code in a mail.
pub fn code_in(text: &str) -> String {
    let is_code = |line: &&str| line.len() == 9 && line.as_bytes()[4] == b'-';
    text.lines().find(is_code).unwrap().to_owned()
}

/// What a receiver was sent: its headers by name, and its body.
pub fn received(web: &Web) -> Vec<(Vec<(String, String)>, String)> {
    let parse = |request: String| {
        let (head, body) = request.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("POST "), "{head}");
        let headers = head.lines().skip(1).filter_map(|line| line.split_once(": "));
        let headers = headers.map(|(name, value)| (name.to_lowercase(), value.to_owned()));
        (headers.collect(), body.to_owned())
    };
    web.requests().into_iter().map(parse).collect()
}

/// What a receiver was told, each with a signature that the reference library makes too: id, type and body.
pub fn told(web: &Web, secret: &str) -> Vec<(String, String, Value)> {
    let check = |(headers, body): (Vec<(String, String)>, String)| {
        let header = |name: &str| headers.iter().find(|(found, _)| found == name).unwrap().1.clone();
        let (id, timestamp) = (header("webhook-id"), header("webhook-timestamp").parse().unwrap());
        let signed = Webhook::new(secret)
            .unwrap()
            .sign(&id, timestamp, body.as_bytes())
            .unwrap();
        assert_eq!(header("webhook-signature"), signed);
        assert_eq!(header("content-type"), "application/json");
        let body = serde_json::from_str::<Value>(&body).unwrap();
        (id, body["type"].as_str().unwrap().to_owned(), body)
    };
    received(web).into_iter().map(check).collect()
}

/// The types of what a receiver was told.
pub fn types(web: &Web, secret: &str) -> Vec<String> {
    told(web, secret).into_iter().map(|(_, kind, _)| kind).collect()
}

/// A receiver that takes everything.
pub async fn receiver() -> Web {
    Web::start(PUBLIC_ADDRESS, |_| Reply::status(204, "", "")).await
}

#[tokio::test]
async fn an_incident_is_told_once_when_it_opens_and_once_when_it_closes() {
    let world = World::start().await;
    let receiver = receiver().await;
    let hook = world.hook(&receiver.url("/hook?of=a")).await;
    let mail = world.address("team@b.example").await;
    let secret = world.secret(&hook).await;
    world.watch().await;
    world.goes_down().await;
    world.after(200).await;
    world.comes_up().await;
    world.after(200).await;

    let all = told(&receiver, &secret);
    assert_eq!(types(&receiver, &secret), ["incident.opened", "incident.closed"]);
    assert_ne!(all[0].0, all[1].0);
    let opened = &all[0].2;
    assert_eq!(
        opened["data"]["site"],
        json!({"id": world.site_id, "domain": "a.example"})
    );
    let incident = &opened["data"]["incident"];
    assert_eq!(
        json!([
            incident["kind"],
            incident["reason"],
            incident["opened_at"],
            incident["closed_at"]
        ]),
        json!(["uptime", "wrong_status", "2026-03-10T12:01:10.000Z", null])
    );
    assert_eq!(opened["timestamp"], "2026-03-10T12:02:20.000Z");
    assert_eq!(all[1].2["data"]["incident"]["id"], incident["id"]);
    assert_eq!(all[1].2["data"]["incident"]["closed_at"], "2026-03-10T12:06:50.000Z");
    assert!(receiver.requests()[0].starts_with("POST /hook?of=a HTTP/1.1\r\n"));

    let mails = world.smtp.mails();
    let subjects = mails.iter().map(|mail| mail.header("subject").unwrap());
    let expected = [
        "Code for the notices of a.example",
        "a.example is down",
        "a.example is up again",
    ];
    assert_eq!(subjects.collect::<Vec<_>>(), expected);
    assert!(mails.iter().all(|mail| mail.to == ["team@b.example"]));
    let text = mails[2].text();
    assert!(text.contains("Why: the answer had an unexpected status"), "{text}");
    assert!(text.contains("Since: 2026-03-10 13:01 CET"), "{text}");
    assert!(text.contains("Lasted: 5 min"), "{text}");

    let deliveries = world.deliveries("").await;
    let states = deliveries
        .iter()
        .map(|it| json!([it["event"], it["state"], it["attempts"], it["reason"]]));
    let by_both = |event: &str| {
        [
            json!([event, "delivered", 1, null]),
            json!([event, "delivered", 1, null]),
        ]
    };
    let mut expected = [by_both("incident.closed"), by_both("incident.opened")].concat();
    expected.push(json!(["confirmation", "delivered", 1, null]));
    assert_eq!(states.collect::<Vec<_>>(), expected);
    let of_mail = world.deliveries(&format!("&channel_id={mail}")).await;
    assert_eq!(of_mail.len(), 3);
    let id = of_mail[0]["id"].as_str().unwrap();
    assert_eq!(mails[2].header("message-id").unwrap(), format!("<{id}@sender.example>"));
    assert_eq!(world.deliveries(&format!("&channel_id={hook}")).await[0]["status"], 204);
    // In pages.
    let first = world.owner.get(&world.path("notice-deliveries?limit=2")).await.json();
    let cursor = first["next_cursor"].as_str().unwrap();
    let next = world
        .owner
        .get(&world.path(&format!("notice-deliveries?limit=2&cursor={cursor}")))
        .await;
    assert_eq!(next.json()["data"], json!(deliveries[2..4]));
}

#[tokio::test]
async fn a_channel_is_made_turned_off_and_deleted_by_its_owner() {
    let world = World::start().await;
    let receiver = receiver().await;
    let channels = world.path("notice-channels");
    let hook = world.hook(&receiver.url("/")).await;
    let secret = world.secret(&hook).await;
    assert!(secret.starts_with("whsec_"), "{secret}");
    let listed = world.owner.get(&channels).await.expect_status(200).json();
    assert_eq!(json!([listed["limit"], listed["mail_available"]]), json!([10, true]));
    let expected = json!([{"id": hook, "kind": "webhook", "address": null, "url": receiver.url("/"), "enabled": true,
        "confirmed": true, "ignores_quiet_hours": false, "silent_because": null, "created_at": "2026-03-10T12:00:00.000Z"}]);
    assert_eq!(listed["data"], expected);
    let path = format!("{channels}/{hook}");
    assert_eq!(world.owner.get(&path).await.json(), expected[0]);

    for (body, pointers) in [
        (json!({"kind": "pigeon"}), vec!["/kind"]),
        (json!({"kind": "mail"}), vec!["/address"]),
        (json!({"kind": "mail", "address": "no address"}), vec!["/address"]),
        (
            json!({"kind": "mail", "address": "a@b.example", "url": "https://b.example/"}),
            vec!["/url"],
        ),
        (
            json!({"kind": "webhook", "address": "a@b.example"}),
            vec!["/address", "/url"],
        ),
        (json!({"kind": "webhook", "url": "ftp://b.example/"}), vec!["/url"]),
    ] {
        let refused = world.owner.post(&channels, body).await.expect_status(422);
        refused.expect_problem("invalid").expect_pointers(&pointers);
    }
    let again = json!({"kind": "webhook", "url": receiver.url("/")});
    world
        .owner
        .post(&channels, again)
        .await
        .expect_status(409)
        .expect_problem("conflict");

    let off = world
        .owner
        .patch(&path, json!({"enabled": false}))
        .await
        .expect_status(200)
        .json();
    assert_eq!(json!([off["enabled"], off["silent_because"]]), json!([false, "off"]));
    world.watch().await;
    world.goes_down().await;
    world.comes_up().await;
    assert_eq!(receiver.hits(), 0);
    world
        .owner
        .patch(&path, json!({"enabled": true}))
        .await
        .expect_status(200);
    world.goes_down().await;
    assert_eq!(types(&receiver, &secret), ["incident.opened"]);
    world.owner.delete(&path).await.expect_status(204);
    world.owner.get(&path).await.expect_status(404);
    world.comes_up().await;
    assert_eq!(receiver.hits(), 1);

    for n in 0..10 {
        world.hook(&receiver.url(&format!("/{n}"))).await;
    }
    let eleventh = json!({"kind": "webhook", "url": receiver.url("/more")});
    let refused = world.owner.post(&channels, eleventh).await.expect_status(409);
    refused.expect_problem("limit_reached");
}

#[tokio::test]
async fn secrets_and_urls_of_channels_are_sealed() {
    let world = World::start().await;
    let receiver = receiver().await;
    let hook = world.hook(&receiver.url("/services/T0/B0/capability")).await;
    world.address("someone.else@b.example").await;
    let secret = world.secret(&hook).await;
    let code = code_in(&world.smtp.mails()[0].text()).replace('-', "");
    let plain = [secret.as_str(), "T0/B0/capability", "someone.else@b.example", &code];
    world.app.assert_stored_nowhere(&plain).await;
}

#[tokio::test]
async fn t67_a_test_goes_out_at_once_and_six_times_a_minute() {
    let world = World::start().await;
    let receiver = receiver().await;
    let hook = world.hook(&receiver.url("/")).await;
    let secret = world.secret(&hook).await;
    world
        .owner
        .put(&world.path("quiet-hours"), json!({"from": "00:00", "until": "23:59"}))
        .await;
    let test = world.path(&format!("notice-channels/{hook}/test"));
    for _ in 0..6 {
        let begun = world
            .owner
            .send(reqwest::Method::POST, &test, None)
            .await
            .expect_status(202)
            .json();
        assert_eq!(json!([begun["event"], begun["state"]]), json!(["test", "waiting"]));
    }
    let refused = world
        .owner
        .send(reqwest::Method::POST, &test, None)
        .await
        .expect_status(429);
    assert_eq!(refused.header("retry-after"), Some("60"));
    world.wait(0).await;
    assert_eq!(types(&receiver, &secret), ["test"; 6]);
    assert_eq!(told(&receiver, &secret)[0].2["data"]["incident"], json!(null));
    world.app.step(60);
    let path = world.path(&format!("notice-channels/{hook}"));
    world
        .owner
        .patch(&path, json!({"enabled": false}))
        .await
        .expect_status(200);
    let refused = world
        .owner
        .send(reqwest::Method::POST, &test, None)
        .await
        .expect_status(409);
    refused.expect_problem("conflict");
}

#[tokio::test]
async fn t58_a_webhook_reaches_nothing_private() {
    let world = World::start().await;
    let canary = Web::start(PRIVATE_ADDRESS, |_| Reply::ok("")).await;
    let port = canary.address.port();
    world.dns.point("inside.example", PRIVATE_ADDRESS);
    for host in [
        "127.0.0.1",
        "2130706433",
        "[::ffff:127.0.0.1]",
        "inside.example",
        "169.254.169.254",
    ] {
        let body = json!({"kind": "webhook", "url": format!("http://{host}:{port}/")});
        let refused = world
            .owner
            .post(&world.path("notice-channels"), body)
            .await
            .expect_status(422);
        assert_eq!(refused.json()["errors"][0]["code"], "blocked", "{host}");
    }
    // T59: public when it was saved, private when it is called; and a receiver that sends on to the inside.
    world.dns.point("turning.example", PUBLIC_ADDRESS);
    let turning = world.hook(&format!("http://turning.example:{port}/")).await;
    world.dns.point("turning.example", PRIVATE_ADDRESS);
    let inside = canary.url("/");
    let sending_on = Web::start(PUBLIC_ADDRESS, move |_| Reply::redirect(307, &inside)).await;
    let sending_on = world.hook(&sending_on.url("/")).await;
    for (id, reason, status) in [
        (turning, "blocked", json!(null)),
        (sending_on, "redirected", json!(307)),
    ] {
        let test = world.path(&format!("notice-channels/{id}/test"));
        world
            .owner
            .send(reqwest::Method::POST, &test, None)
            .await
            .expect_status(202);
        world.wait(0).await;
        let of_it = world.deliveries(&format!("&channel_id={id}")).await;
        let left = json!([of_it[0]["state"], of_it[0]["reason"], of_it[0]["status"]]);
        assert_eq!(left, json!(["waiting", reason, status]));
    }
    assert_eq!(canary.hits(), 0);
}

#[tokio::test]
async fn a_receiver_that_is_gone_is_told_nothing_more() {
    let world = World::start().await;
    let status = Arc::new(AtomicU16::new(410));
    let answering = status.clone();
    let receiver = Web::start(PUBLIC_ADDRESS, move |_| {
        Reply::status(answering.load(Ordering::SeqCst), "", "")
    })
    .await;
    let hook = world.hook(&receiver.url("/")).await;
    world.watch().await;
    world.goes_down().await;
    world.comes_up().await;
    world.after(100_000).await;
    assert_eq!(receiver.hits(), 1);
    let deliveries = world.deliveries("").await;
    let left = json!([deliveries[0]["state"], deliveries[0]["reason"], deliveries[0]["status"]]);
    assert_eq!((deliveries.len(), left), (1, json!(["failed", "gone", 410])));
    let path = world.path(&format!("notice-channels/{hook}"));
    let channel = world.owner.get(&path).await.json();
    assert_eq!(
        json!([channel["enabled"], channel["silent_because"]]),
        json!([false, "gone"])
    );
    status.store(200, Ordering::SeqCst);
    let on = world
        .owner
        .patch(&path, json!({"enabled": true}))
        .await
        .expect_status(200)
        .json();
    assert_eq!(on["silent_because"], json!(null));
    world.goes_down().await;
    assert_eq!(receiver.hits(), 2);
}

#[tokio::test]
async fn whom_a_site_told_is_forgotten_when_it_goes_to_another_owner() {
    let world = World::start().await;
    let receiver = receiver().await;
    world.hook(&receiver.url("/")).await;
    let bob = world.app.owner("bob@b.example").await;
    let transfer = json!({"email": "bob@b.example"});
    let offered = world
        .owner
        .post(&world.path("transfer"), transfer)
        .await
        .expect_status(201)
        .json();
    bob.accept(&offered).await.expect_status(200);
    let listed = bob.get(&world.path("notice-channels")).await.expect_status(200).json();
    assert_eq!(listed["data"], json!([]));
    world.owner.get(&world.path("notice-channels")).await.expect_status(403);
}
