//! The link checker on a farm of links.

use crate::monitors::{after, checks, watch};
use crate::support::peers::{Dns, PRIVATE_ADDRESS, PUBLIC, PUBLIC_ADDRESS, Reply, Web};
use crate::support::{Actor, TestApp};
use api::config::Config;
use serde_json::{Value, json};

async fn start(dns: &Dns, change: impl FnOnce(&mut Config)) -> (TestApp, Actor, String) {
    let address = dns.address;
    let app = TestApp::start_with(move |config| {
        config.egress_allow = vec![PUBLIC.parse().unwrap()];
        config.dns_server = Some(address);
        config.monitors.references = Vec::new();
        config.monitors.crawl_pause_ms = 0;
        change(config);
    })
    .await;
    let (owner, site_id) = app.owner_of("a.example").await;
    (app, owner, site_id)
}

/// The path of a request.
fn path(request: &str) -> &str {
    request.split(' ').nth(1).unwrap()
}

fn page(links: &[&str]) -> Reply {
    let links = links.iter().map(|to| format!("<a href=\"{to}\">x</a>"));
    Reply::ok(&links.collect::<String>())
}

async fn crawl(app: &TestApp, owner: &Actor, site_id: &str, web: &Web) -> Value {
    app.step(1);
    watch(owner, site_id, "links", json!({"url": web.url("/")})).await;
    after(app, 0).await;
    checks(owner, site_id, "links").await[0].clone()
}

async fn findings(owner: &Actor, site_id: &str, query: &str) -> Vec<Value> {
    let all = owner
        .get(&format!("/api/v1/sites/{site_id}/link-findings{query}"))
        .await
        .expect_status(200)
        .json();
    all["data"].as_array().unwrap().clone()
}

#[tokio::test]
async fn links_are_working_broken_or_redirecting() {
    let dns = Dns::start().await;
    let (app, owner, site_id) = start(&dns, |_| {}).await;
    let canary = Web::start(PRIVATE_ADDRESS, |_| Reply::ok("secret")).await;
    let other = Web::start("127.0.1.2", |request| match path(request) {
        "/robots.txt" => Reply::ok("User-agent: *\nDisallow: /private\n"),
        "/gone" => Reply::status(410, "", ""),
        "/forbidden" => Reply::status(403, "", ""),
        // Answers GET alone.
        "/get" if request.starts_with("HEAD") => Reply::status(405, "", ""),
        _ => Reply::ok("other"),
    })
    .await;
    let closed = {
        let listener = tokio::net::TcpListener::bind((PUBLIC_ADDRESS, 0)).await.unwrap();
        format!("http://{}/", listener.local_addr().unwrap())
    };
    let elsewhere = ["/", "/gone", "/forbidden", "/get", "/private/x"].map(|path| other.url(path));
    let (inside, away) = (canary.url("/"), closed.clone());
    let web = Web::start(PUBLIC_ADDRESS, move |request| match path(request) {
        "/robots.txt" => Reply::ok("User-agent: Vitrine\nDisallow: /hidden\n"),
        "/" => {
            let mut links = vec![
                "/about",
                "/missing",
                "/old",
                "/hidden/x",
                "/file.pdf",
                "/#top",
                "mailto:a@b.example",
            ];
            links.extend(elsewhere.iter().map(String::as_str));
            links.extend([inside.as_str(), away.as_str(), "http://nowhere.example/"]);
            page(&links)
        }
        "/about" => page(&["/", "/missing", "/old", "/deep"]),
        "/deep" => page(&["/"]),
        "/old" => Reply::redirect(301, "/about"),
        "/file.pdf" => Reply::status(200, "content-type: application/pdf\r\n", "pdf"),
        _ => Reply::status(404, "", ""),
    })
    .await;
    let check = crawl(&app, &owner, &site_id, &web).await;
    assert_eq!(
        json!([check["outcome"], check["reason"]]),
        json!(["warning", "broken_links"])
    );
    // Working: /, /about, /deep, /file.pdf, other's / and /get. Skipped: hidden, forbidden, private, the canary.
    let expected = json!({"kind": "links", "pages": 3, "working": 6, "broken": 4, "redirecting": 1, "skipped": 4, "truncated": false});
    assert_eq!(check["facts"], expected);
    let told = |it: &Value| json!([it["url"], it["state"], it["status"], it["reason"], it["pages"]]);
    let all = findings(&owner, &site_id, "").await;
    let mut broken = vec![
        json!([web.url("/missing"), "broken", 404, null, 2]),
        json!([closed, "broken", null, "no_connection", 1]),
        json!([other.url("/gone"), "broken", 410, null, 1]),
        json!(["http://nowhere.example/", "broken", null, "name_not_found", 1]),
    ];
    broken[1..].sort_by_key(|row| row[0].as_str().unwrap().to_owned());
    assert_eq!(all[..4].iter().map(told).collect::<Vec<_>>(), broken);
    assert_eq!(all[0]["found_on"], web.url("/"));
    assert_eq!(
        (told(&all[4]), &all[4]["target"]),
        (
            json!([web.url("/old"), "redirecting", 200, null, 2]),
            &json!(web.url("/about"))
        )
    );
    assert_eq!(all.len(), 5);
    assert_eq!(findings(&owner, &site_id, "?state=redirecting").await.len(), 1);
    assert_eq!(findings(&owner, &site_id, "?state=broken&limit=2").await.len(), 2);
    let wrong = owner
        .get(&format!("/api/v1/sites/{site_id}/link-findings?state=odd"))
        .await;
    wrong.expect_status(422).expect_pointers(&["?state"]);
    assert_eq!(canary.hits(), 0);
    let asked = web.requests();
    let paths = asked.iter().map(|request| path(request)).collect::<Vec<_>>();
    assert!(!paths.contains(&"/hidden/x") && paths.iter().filter(|path| **path == "/robots.txt").count() == 1);
    assert!(
        asked.iter().all(|request| request.to_lowercase().contains("vitrine/")),
        "we say who we are"
    );
    let asked = other.requests();
    assert!(asked.iter().all(|request| path(request) != "/private/x"));

    let health = owner.get(&format!("/api/v1/sites/{site_id}/health")).await.json();
    let links = health["components"]
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["part"] == "links")
        .unwrap()
        .clone();
    assert_eq!(
        json!([links["points"], links["evidence"]]),
        json!([0.0, "4 of 11 links broken, 1 redirecting"])
    );
    assert_eq!(health["gains"][0]["action"], "Repair 4 broken links");
}

#[tokio::test]
async fn what_robots_txt_forbids_is_not_crawled() {
    let dns = Dns::start().await;
    let (app, owner, site_id) = start(&dns, |_| {}).await;
    for (robots, outcome, reason) in [
        (Reply::ok("User-agent: *\nDisallow: /\n"), "unknown", json!("robots")),
        (Reply::status(503, "", ""), "unknown", json!("robots")),
        (Reply::status(404, "", ""), "ok", json!(null)),
        (Reply::ok("User-agent: other\nDisallow: /\n"), "ok", json!(null)),
        (Reply::ok("<html>no robots here</html>"), "ok", json!(null)),
    ] {
        let web = Web::start(PUBLIC_ADDRESS, move |request| match path(request) {
            "/robots.txt" => robots.clone(),
            _ => page(&["/"]),
        })
        .await;
        let check = crawl(&app, &owner, &site_id, &web).await;
        assert_eq!(json!([check["outcome"], check["reason"]]), json!([outcome, reason]));
        assert!(
            outcome == "ok" || web.hits() == 1,
            "nothing but robots.txt is asked for"
        );
    }
}

#[tokio::test]
async fn a_site_without_end_is_crawled_within_bounds() {
    let dns = Dns::start().await;
    let (app, owner, site_id) = start(&dns, |config| {
        config.monitors.crawl_pages = 20;
        config.monitors.crawl_links = 30;
    })
    .await;
    // Each page links to two more that nobody has seen.
    let web = Web::start(PUBLIC_ADDRESS, |request| {
        let at = path(request).trim_start_matches('/');
        page(&[&format!("/{at}0"), &format!("/{at}1")])
    })
    .await;
    let check = crawl(&app, &owner, &site_id, &web).await;
    let facts = &check["facts"];
    assert_eq!(
        json!([facts["pages"], facts["truncated"], facts["working"]]),
        json!([20, true, 30])
    );
    // What is not read for more is asked for with HEAD.
    let gets = web
        .requests()
        .iter()
        .filter(|request| request.starts_with("GET"))
        .count();
    assert_eq!((gets, web.hits()), (21, 32));
}

#[tokio::test]
async fn a_site_that_is_away_keeps_what_was_known_of_its_links() {
    let dns = Dns::start().await;
    let (app, owner, site_id) = start(&dns, |_| {}).await;
    let web = Web::start(PUBLIC_ADDRESS, |request| match path(request) {
        "/" => page(&["/missing"]),
        _ => Reply::status(404, "", ""),
    })
    .await;
    dns.point("farm.example", PUBLIC_ADDRESS);
    let url = format!("http://farm.example:{}/", web.address.port());
    watch(&owner, &site_id, "links", json!({"url": url})).await;
    after(&app, 0).await;
    dns.point("farm.example", "127.0.1.99");
    after(&app, 2 * 86_400).await;
    let latest = checks(&owner, &site_id, "links").await;
    assert_eq!(
        json!([latest[0]["outcome"], latest[0]["reason"]]),
        json!(["unknown", "no_connection"])
    );
    assert_eq!(findings(&owner, &site_id, "").await.len(), 1);
    let summary = api::monitors::service::summary(&app.state, &site_id).await.unwrap();
    assert_eq!((summary.links.broken, summary.links.working), (Some(1), Some(0)));
}
