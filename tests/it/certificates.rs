//! Certificates of every state (T66).

use crate::monitors::{after, checks, watch};
use crate::notices::{self, receiver};
use crate::support::peers::tls::{Authority, Identity, params, serve};
use crate::support::peers::{Dns, PUBLIC, PUBLIC_ADDRESS, Reply, Web};
use crate::support::{Actor, TestApp};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

const DAY: i64 = 86_400;
/// Seconds from midnight to the time at which tests begin.
const NOON: i64 = 43_200;

struct World {
    app: TestApp,
    dns: Dns,
    owner: Actor,
    site_id: String,
    root: Authority,
}

impl World {
    async fn start() -> Self {
        let dns = Dns::start().await;
        let root = Authority::root("Root");
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), root.pem()).unwrap();
        let (address, path) = (dns.address, file.path().to_owned());
        let app = TestApp::start_with(move |config| {
            config.egress_allow = vec![PUBLIC.parse().unwrap()];
            config.egress_ca_file = path;
            config.dns_server = Some(address);
            config.monitors.references = Vec::new();
        })
        .await;
        let (owner, site_id) = app.owner_of("a.example").await;
        dns.point("tls.example", PUBLIC_ADDRESS);
        Self {
            app,
            dns,
            owner,
            site_id,
            root,
        }
    }

    /// A certificate of the root's for the name, valid around the tests.
    fn good(&self) -> Identity {
        self.root.issue(&params(&["tls.example"], -DAY, 90 * DAY))
    }

    /// Checks a certificate that a server on the port shows, now; answers the monitor.
    async fn look(&self, port: u16) -> Value {
        let url = format!("https://tls.example:{port}/");
        let settings = json!({"url": url, "timeout_ms": 2000});
        watch(&self.owner, &self.site_id, "certificate", settings).await;
        after(&self.app, 0).await;
        let path = format!("/api/v1/sites/{}/monitors/certificate", self.site_id);
        self.owner.get(&path).await.expect_status(200).json()
    }
}

/// A server that says the same to everyone, at once.
async fn shout(words: &'static [u8]) -> u16 {
    let listener = TcpListener::bind((PUBLIC_ADDRESS, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _gone = stream.write_all(words).await;
            let mut rest = [0; 1024];
            while stream.read(&mut rest).await.is_ok_and(|count| count > 0) {}
        }
    });
    port
}

fn told(check: &Value) -> Value {
    json!([check["outcome"], check["reason"]])
}

#[tokio::test]
async fn t66_each_state_of_a_certificate_is_told() {
    let world = World::start().await;
    let other = Authority::root("Another root");
    let between = world.root.intermediate("Between");
    let long = (0..200)
        .map(|n| format!("n{n}.example"))
        .chain(["tls.example".to_owned()]);
    let long = long.collect::<Vec<_>>();
    let long = long.iter().map(String::as_str).collect::<Vec<_>>();
    let leaf = |from: i64, until: i64| world.root.issue(&params(&["tls.example"], from, until));
    let of_between = || between.issue(&params(&["tls.example"], -DAY, 90 * DAY));
    let of_other = || other.issue(&params(&["tls.example"], -DAY, 90 * DAY));
    for (identity, outcome, reason) in [
        (world.good(), "ok", json!(null)),
        (of_between().with(between.der()), "ok", json!(null)),
        (leaf(-90 * DAY, -DAY), "failed", json!("expired")),
        (leaf(DAY, 90 * DAY), "failed", json!("not_yet_valid")),
        (leaf(-DAY, 10 * DAY), "warning", json!("expiring")),
        (
            Identity::self_signed(&params(&["tls.example"], -DAY, 90 * DAY)),
            "failed",
            json!("self_signed"),
        ),
        (
            world.root.issue(&params(&["other.example"], -DAY, 90 * DAY)),
            "failed",
            json!("wrong_name"),
        ),
        (of_between(), "failed", json!("incomplete_chain")),
        (of_other().with(other.der()), "failed", json!("untrusted")),
        (of_other(), "failed", json!("incomplete_chain")),
        (world.root.issue(&params(&long, -DAY, 90 * DAY)), "ok", json!(null)),
    ] {
        let address = serve(PUBLIC_ADDRESS, identity).await;
        world.app.step(1);
        let monitor = world.look(address.port()).await;
        assert_eq!(told(&monitor), json!([outcome, reason]), "{monitor}");
    }
    let latest = checks(&world.owner, &world.site_id, "certificate").await[0]["facts"].clone();
    assert_eq!(
        (&latest["names_total"], latest["names"].as_array().unwrap().len()),
        (&json!(201), 20)
    );
    assert_eq!(latest["issuer"], "Test Trust, Root");
    assert_eq!(latest["valid_until"], "2026-06-08T00:00:00.000Z");
    assert_eq!(
        (&latest["chain_length"], &latest["tls_version"]),
        (&json!(1), &json!("1.3"))
    );
}

#[tokio::test]
async fn t66_the_ends_of_validity_are_exact_to_the_second() {
    let world = World::start().await;
    let from_to = |from: i64, until: i64| params(&["tls.example"], NOON + from, NOON + until);
    let soon = 14 * DAY;
    for (identity, outcome, reason) in [
        (from_to(1, 90 * DAY), "failed", json!("not_yet_valid")),
        (from_to(0, 90 * DAY), "ok", json!(null)),
        (from_to(-1, 90 * DAY), "ok", json!(null)),
        (from_to(-DAY, soon), "ok", json!(null)),
        (from_to(-DAY, soon - 1), "warning", json!("expiring")),
        (from_to(-DAY, 1), "warning", json!("expiring")),
        (from_to(-DAY, 0), "warning", json!("expiring")),
        (from_to(-DAY, -1), "failed", json!("expired")),
    ] {
        let address = serve(PUBLIC_ADDRESS, world.root.issue(&identity)).await;
        let monitor = world.look(address.port()).await;
        assert_eq!(told(&monitor), json!([outcome, reason]), "{monitor}");
    }
}

#[tokio::test]
async fn t66_what_time_does_to_a_certificate_is_told_without_a_new_check() {
    let world = World::start().await;
    let address = serve(
        PUBLIC_ADDRESS,
        world.root.issue(&params(&["tls.example"], -DAY, 15 * DAY)),
    )
    .await;
    world.look(address.port()).await;
    let state = async || {
        let summary = api::monitors::service::summary(&world.app.state, &world.site_id)
            .await
            .unwrap();
        let score = summary.score.map(|score| score.value);
        (serde_json::to_value(summary.certificate.state).unwrap(), score)
    };
    assert_eq!(state().await, (json!("valid"), Some(100)));
    world.app.step(12 * 3600);
    assert_eq!(state().await, (json!("valid"), Some(100)));
    world.app.step(1);
    assert_eq!(state().await, (json!("expiring"), Some(50)));
}

#[tokio::test]
async fn t66_a_server_without_a_certificate_of_ours_is_told_apart_from_one_that_is_away() {
    let world = World::start().await;
    // An alert: this version of the protocol is not spoken.
    let old = shout(b"\x15\x03\x01\x00\x02\x02\x46").await;
    let plain = shout(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
    let stalled = Web::start(PUBLIC_ADDRESS, |_| Reply::Silence).await;
    let closed = {
        let listener = TcpListener::bind((PUBLIC_ADDRESS, 0)).await.unwrap();
        listener.local_addr().unwrap().port()
    };
    for (port, expected) in [
        (old, json!(["failed", "tls_failed"])),
        (plain, json!(["failed", "tls_failed"])),
        (stalled.address.port(), json!(["unknown", "timeout"])),
        (closed, json!(["unknown", "no_connection"])),
    ] {
        assert_eq!(told(&world.look(port).await), expected);
    }
    world.dns.point("tls.example", "127.0.0.1");
    let refused = world
        .owner
        .put(
            &format!("/api/v1/sites/{}/monitors/certificate", world.site_id),
            json!({"enabled": true, "url": "https://tls.example/"}),
        )
        .await;
    refused.expect_status(422).expect_pointers(&["/url"]);
}

#[tokio::test]
async fn an_incident_of_a_certificate_opens_at_once_and_anew_when_it_gets_worse() {
    let world = World::start().await;
    let address = serve(PUBLIC_ADDRESS, world.root.issue(&params(&["tls.example"], -DAY, DAY))).await;
    let receiver = receiver().await;
    let channels = format!("/api/v1/sites/{}/notice-channels", world.site_id);
    let hook = json!({"kind": "webhook", "url": receiver.url("/")});
    let hook = world.owner.add(&channels, hook).await;
    world.look(address.port()).await;
    for _ in 0..3 {
        after(&world.app, 6 * 3600 + 1200).await;
        api::notices::settle(&world.app.state).await.unwrap();
    }
    // What is worse is told, and not that what was better is over.
    let secret = world.owner.get(&format!("{channels}/{hook}/secret")).await.json();
    let told = notices::told(&receiver, secret["secret"].as_str().unwrap());
    let told = told
        .iter()
        .map(|(_, kind, body)| json!([kind, body["data"]["incident"]["reason"]]));
    assert_eq!(
        told.collect::<Vec<_>>(),
        [
            json!(["incident.opened", "expiring"]),
            json!(["incident.opened", "expired"])
        ]
    );
    let path = format!("/api/v1/sites/{}/incidents", world.site_id);
    let all = world.owner.get(&path).await.expect_status(200).json()["data"].clone();
    let told = all
        .as_array()
        .unwrap()
        .iter()
        .map(|it| json!([it["reason"], it["closed_at"].is_null()]));
    assert_eq!(
        told.collect::<Vec<_>>(),
        [json!(["expired", true]), json!(["expiring", false])]
    );
}

#[tokio::test]
async fn a_page_behind_a_bad_certificate_is_down() {
    let world = World::start().await;
    let good = serve(PUBLIC_ADDRESS, world.good()).await;
    let bad = serve(
        PUBLIC_ADDRESS,
        Identity::self_signed(&params(&["tls.example"], -DAY, 90 * DAY)),
    )
    .await;
    for (port, expected) in [
        (good.port(), json!(["ok", null])),
        (bad.port(), json!(["failed", "tls_failed"])),
    ] {
        let url = format!("https://tls.example:{port}/");
        watch(&world.owner, &world.site_id, "uptime", json!({"url": url})).await;
        after(&world.app, 1).await;
        assert_eq!(told(&checks(&world.owner, &world.site_id, "uptime").await[0]), expected);
    }
}
