//! Own domains: claims, their proof, and what answers under them (T46, T47).

use crate::support::peers::{Dns, Record};
use crate::support::{Actor, TestApp};
use api::branding::service::domains;
use serde_json::{Value, json};

const DOMAIN: &str = "/api/v1/branding/domain";
const OWN: &str = "stats.example";
const CLAIMED: &str = "reports.agency.example";

/// An app with a name of its own, and two accounts that act by keys: a session's writes come from the name's pages alone.
struct House {
    app: TestApp,
    dns: Dns,
    agency: Actor,
    other: Actor,
    agency_token: String,
    other_token: String,
}

async fn house() -> House {
    let dns = Dns::start().await;
    let app = TestApp::start().await;
    let mut keys = Vec::new();
    let mut tokens = Vec::new();
    for domain in ["a.example", "b.example"] {
        let (owner, site_id) = app.owner_of(domain).await;
        tokens.push(owner.add_portal(&site_id).await);
        keys.push(owner.add_key(&["links:read", "links:write", "sites:read"], None).await);
    }
    let address = dns.address;
    let app = app
        .restart_with(move |config| {
            config.base_url = format!("http://{OWN}");
            config.dns_server = Some(address);
        })
        .await;
    House {
        agency: app.anonymous().with_key(&keys[0]),
        other: app.anonymous().with_key(&keys[1]),
        agency_token: tokens.remove(0),
        other_token: tokens.remove(0),
        app,
        dns,
    }
}

impl House {
    async fn claim(&self, who: &Actor) -> Value {
        who.put(DOMAIN, json!({"domain": CLAIMED}))
            .await
            .expect_status(200)
            .json()
    }

    async fn verify(&self, who: &Actor) -> (String, Value) {
        // A minute later, so that the limit of looks is never met.
        self.app.step(60);
        let found = who
            .post(&format!("{DOMAIN}/verify"), json!({}))
            .await
            .expect_status(200)
            .json();
        (found["state"].as_str().unwrap().to_owned(), found["reason"].clone())
    }

    async fn verified(&self, who: &Actor) -> String {
        let claim = self.claim(who).await;
        let target = claim["record"]["target"].as_str().unwrap().to_owned();
        self.dns.set(CLAIMED, Record::Alias(target.clone()));
        assert_eq!(self.verify(who).await, ("verified".to_owned(), Value::Null));
        target
    }

    async fn under(&self, host: &str, path: &str) -> u16 {
        self.app.anonymous().with("host", host).get(path).await.status
    }

    fn portal(&self) -> String {
        format!("/api/v1/portal/{}", self.agency_token)
    }
}

#[tokio::test]
async fn t46_only_the_record_of_the_claim_proves_a_domain() {
    let house = house().await;
    house.agency.get(DOMAIN).await.expect_status(404);
    let claim = house.claim(&house.agency).await;
    let target = claim["record"]["target"].as_str().unwrap().to_owned();
    assert!(
        target.ends_with(".stats.example") && target.len() == 16 + ".stats.example".len(),
        "{target}"
    );
    assert_eq!(
        claim["record"],
        json!({"type": "CNAME", "host": CLAIMED, "target": target})
    );
    assert_eq!(
        (&claim["state"], &claim["lapses_at"]),
        (&json!("not_verified"), &json!("2026-03-17T12:00:00.000Z"))
    );
    let again = house.claim(&house.agency).await;
    assert_eq!(again["record"], claim["record"], "claiming anew changes nothing");
    assert_eq!(house.under(CLAIMED, &house.portal()).await, 421);

    let not = |reason: &str| ("not_verified".to_owned(), json!(reason));
    assert_eq!(house.verify(&house.agency).await, not("record_not_found"));
    house.dns.set(CLAIMED, Record::Alias(OWN.to_owned()));
    assert_eq!(house.verify(&house.agency).await, not("wrong_target"));
    house.dns.point(CLAIMED, "203.0.113.7");
    assert_eq!(house.verify(&house.agency).await, not("record_not_found"));
    house.dns.set(CLAIMED, Record::Failure);
    assert_eq!(house.verify(&house.agency).await, not("no_answer"));
    house.dns.set(CLAIMED, Record::Alias(target.to_uppercase()));
    assert_eq!(house.verify(&house.agency).await, ("verified".to_owned(), Value::Null));
    let found = house.agency.get(DOMAIN).await.json();
    assert_eq!(found["lapses_at"], Value::Null);
    assert_eq!(house.under(CLAIMED, &house.portal()).await, 200);
}

#[tokio::test]
async fn t46_a_claimed_domain_is_nobody_elses() {
    let house = house().await;
    let first = house.claim(&house.agency).await;
    for spelling in [CLAIMED, "Reports.Agency.EXAMPLE."] {
        let taken = house.other.put(DOMAIN, json!({"domain": spelling})).await;
        taken.expect_status(409).expect_problem("conflict");
    }
    let target = house.verified(&house.agency).await;
    let taken = house.other.put(DOMAIN, json!({"domain": CLAIMED})).await;
    taken.expect_status(409).expect_problem("conflict");
    // Once released, it is there for others, who have another record to add.
    house.agency.delete(DOMAIN).await.expect_status(204);
    house.agency.delete(DOMAIN).await.expect_status(404);
    assert_eq!(house.under(CLAIMED, &house.portal()).await, 421);
    let second = house.claim(&house.other).await;
    assert_ne!(second["record"], first["record"]);
    assert_eq!(
        house.verify(&house.other).await,
        ("not_verified".to_owned(), json!("wrong_target"))
    );
    assert_ne!(second["record"]["target"], target);
}

#[tokio::test]
async fn t46_a_domain_whose_record_goes_is_off_within_a_day() {
    let house = house().await;
    house.verified(&house.agency).await;
    let look = async |hours: u64| {
        house.app.step(hours * 3600);
        domains::look(&house.app.state).await.unwrap();
        house.under(CLAIMED, &house.portal()).await
    };
    assert_eq!(look(24).await, 200);
    // Silence is believed for three days.
    house.dns.mute(true);
    assert_eq!(look(24).await, 200);
    assert_eq!(look(47).await, 200);
    assert_eq!(look(2).await, 421);
    house.dns.mute(false);
    assert_eq!(look(2).await, 200, "it comes back by itself");
    house.dns.set(CLAIMED, Record::Alias("elsewhere.example".to_owned()));
    assert_eq!(look(24).await, 421);
    let found = house.agency.get(DOMAIN).await.json();
    assert_eq!(
        (&found["state"], &found["reason"]),
        (&json!("not_verified"), &json!("wrong_target"))
    );
    // A claim that stays unproven ends after a week.
    look(7 * 24).await;
    house.agency.get(DOMAIN).await.expect_status(404);
    house.claim(&house.other).await;
}

#[tokio::test]
async fn t47_under_an_own_domain_there_are_portals_of_its_account_and_nothing_else() {
    let house = house().await;
    house.verified(&house.agency).await;
    let portal = house.portal();
    for host in [
        CLAIMED,
        "Reports.Agency.Example",
        "reports.agency.example.",
        "reports.agency.example:8443",
    ] {
        assert_eq!(house.under(host, &portal).await, 200, "{host}");
    }
    let foreign = format!("/api/v1/portal/{}", house.other_token);
    assert_eq!(house.under(OWN, &foreign).await, 200);
    let visitor = house.app.anonymous().with("host", CLAIMED);
    visitor
        .get(&foreign)
        .await
        .expect_status(404)
        .expect_problem("portal_not_found");
    for path in [
        "/",
        "/login",
        "/sites",
        "/settings",
        "/a.example",
        "/share/a.example",
        "/api/v1/me",
        "/api/v1/sites",
        "/api/v1/branding",
        "/api/v1/registration",
        "/api/docs/",
        "/api/openapi.yaml",
        "/tls/ask?domain=reports.agency.example",
        "/portals",
        "/api/v1/portals",
        "/api/v1/share/a.example",
    ] {
        let answer = visitor.get(path).await.expect_status(404).expect_problem("not_found");
        assert_eq!(answer.header("set-cookie"), None, "{path}");
        assert_eq!(answer.header("strict-transport-security"), None);
    }
    for path in ["/api/v1/session", "/api/v1/accounts", &portal] {
        visitor
            .post(path, json!({"email": "x@example.net", "password": "x"}))
            .await
            .expect_status(404);
    }
    // A key opens nothing there either.
    house.agency.with("host", CLAIMED).get(DOMAIN).await.expect_status(404);
}

#[tokio::test]
async fn t46_the_host_header_alone_says_under_which_name_a_request_comes() {
    let house = house().await;
    house.verified(&house.agency).await;
    let foreign = format!("/api/v1/portal/{}", house.other_token);
    for header in ["x-forwarded-host", "forwarded", "x-original-host", "x-host"] {
        let value = if header == "forwarded" {
            "host=reports.agency.example"
        } else {
            CLAIMED
        };
        let spoofed = house.app.anonymous().with("host", OWN).with(header, value);
        spoofed.get(&foreign).await.expect_status(200);
        spoofed.get("/api/v1/registration").await.expect_status(200);
    }
    for host in [
        "unknown.example",
        "agency.example",
        "x.reports.agency.example",
        "xn--reports-.example",
    ] {
        let answer = house.app.anonymous().with("host", host).get(&house.portal()).await;
        let answer = answer.expect_status(421).expect_problem("misdirected");
        assert!(!answer.text().contains("a.example"), "{}", answer.text());
    }
    // Sites pass the script on under names of their own, and probes name addresses.
    for path in ["/js/script.js", "/healthz"] {
        assert_eq!(house.under("www.a.example", path).await, 200, "{path}");
    }
    assert_eq!(house.under("203.0.113.7", "/api/v1/registration").await, 200);
    // What the server counts is told under its own names alone.
    assert_eq!(house.under(OWN, "/metrics").await, 200);
    assert_eq!(house.under("www.a.example", "/metrics").await, 421);
    assert_eq!(house.under(CLAIMED, "/metrics").await, 404);
}

#[tokio::test]
async fn t46_a_host_that_cannot_be_read_is_not_the_servers_own() {
    let house = house().await;
    for host in [&b"st\xe4ts.example"[..], "stäts.example".as_bytes(), b"\xff"] {
        let request = reqwest::Client::new().get(house.app.url("/api/v1/registration"));
        let value = reqwest::header::HeaderValue::from_bytes(host).unwrap();
        let answer = request.header("host", value).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 421, "{host:?}");
    }
}

#[tokio::test]
async fn portals_are_handed_out_under_the_own_domain() {
    let house = house().await;
    let url = async || {
        let sites = house.agency.get("/api/v1/sites").await.json();
        let site_id = sites["data"][0]["id"].as_str().unwrap().to_owned();
        house
            .agency
            .get(&format!("/api/v1/sites/{site_id}/portal"))
            .await
            .json()["url"]
            .clone()
    };
    let token = &house.agency_token;
    assert_eq!(url().await, format!("http://{OWN}/portal/{token}"));
    house.verified(&house.agency).await;
    assert_eq!(url().await, format!("http://{CLAIMED}/portal/{token}"));
    house.agency.delete(DOMAIN).await.expect_status(204);
    assert_eq!(url().await, format!("http://{OWN}/portal/{token}"));
}

#[tokio::test]
async fn t47_a_proxy_asks_and_nobody_else() {
    let house = house().await;
    let ask = |domain: &str| format!("/tls/ask?domain={domain}");
    let proxy = house.app.anonymous();
    proxy.get(&ask(CLAIMED)).await.expect_status(404);
    house.claim(&house.agency).await;
    proxy.get(&ask(CLAIMED)).await.expect_status(404);
    house.verified(&house.agency).await;
    proxy.get(&ask(CLAIMED)).await.expect_status(200);
    proxy.get(&ask("Reports.agency.example.")).await.expect_status(200);
    for name in [OWN, "unknown.example", "127.0.0.1", "", "x.reports.agency.example"] {
        proxy.get(&ask(name)).await.expect_status(404);
    }
    for header in ["x-forwarded-for", "forwarded", "x-real-ip", "x-forwarded-host"] {
        let passed_on = proxy.with(header, "203.0.113.9");
        passed_on.get(&ask(CLAIMED)).await.expect_status(404);
    }
    house.app.step(60);
    for _ in 0..60 {
        proxy.get(&ask(CLAIMED)).await.expect_status(200);
    }
    proxy.get(&ask(CLAIMED)).await.expect_status(429);
}

#[tokio::test]
async fn a_domain_must_be_one_of_the_claimers_own() {
    let house = house().await;
    for domain in [
        "",
        "localhost",
        "10.0.0.1",
        "[::1]",
        "https://reports.example",
        "reports.example/x",
        "reports.example:80",
        "stats.example",
        "x.stats.example",
        "*.example.com",
        "a..b",
        "user@a.example",
    ] {
        let refused = house.agency.put(DOMAIN, json!({"domain": domain})).await;
        refused.expect_status(422).expect_pointers(&["/domain"]);
    }
    for _ in 0..6 {
        house
            .agency
            .post(&format!("{DOMAIN}/verify"), json!({}))
            .await
            .expect_status(404);
    }
    house.claim(&house.agency).await;
    for _ in 0..6 {
        house
            .agency
            .post(&format!("{DOMAIN}/verify"), json!({}))
            .await
            .expect_status(200);
    }
    house
        .agency
        .post(&format!("{DOMAIN}/verify"), json!({}))
        .await
        .expect_status(429);
    // Without a name of its own a server has nothing that a domain could lead to.
    let app = TestApp::start().await;
    let (owner, _) = app.owner_of("a.example").await;
    let refused = owner.put(DOMAIN, json!({"domain": CLAIMED})).await;
    refused.expect_status(409).expect_problem("conflict");
}
