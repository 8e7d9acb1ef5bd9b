//! Lighthouse's scores: the real programs on pages that mean no good (T63), and Google's API.
//!
//! The programs are those of `cargo xtask lighthouse`, which `cargo xtask test` sets up too.

use crate::monitors::{after, checks, watch};
use crate::support::peers::{Dns, PRIVATE_ADDRESS, PUBLIC, PUBLIC_ADDRESS, Reply, Web};
use crate::support::{Actor, TestApp};
use api::config::Config;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::net::{TcpListener, UdpSocket};

async fn start(change: impl FnOnce(&mut Config)) -> TestApp {
    let dns = Dns::start().await;
    TestApp::start_with(move |config| {
        config.egress_allow = vec![PUBLIC.parse().unwrap()];
        config.dns_server = Some(dns.address);
        config.monitors.references = Vec::new();
        change(config);
    })
    .await
}

async fn measured(app: &TestApp, domain: &str, url: &str) -> (Actor, String, Value) {
    let (owner, site_id) = app.owner_of(domain).await;
    watch(&owner, &site_id, "lighthouse", json!({"url": url})).await;
    after(app, 0).await;
    let check = checks(&owner, &site_id, "lighthouse").await[0].clone();
    (owner, site_id, check)
}

async fn get(owner: &Actor, site_id: &str, what: &str) -> Value {
    owner
        .get(&format!("/api/v1/sites/{site_id}/{what}"))
        .await
        .expect_status(200)
        .json()
}

#[tokio::test]
async fn without_a_program_and_a_key_nothing_is_measured_and_it_says_so() {
    let app = start(|_| {}).await;
    let (owner, site_id, check) = measured(&app, "a.example", "http://127.0.1.1:8080/").await;
    assert_eq!(
        json!([check["outcome"], check["reason"]]),
        json!(["unknown", "not_configured"])
    );
    assert_eq!(
        get(&owner, &site_id, "lighthouse-findings").await,
        json!({"data": [], "next_cursor": null})
    );
}

fn report(performance: f64) -> String {
    json!({"captchaResult": "CAPTCHA_NOT_NEEDED", "lighthouseResult": {
        "lighthouseVersion": "12.8.2",
        "categories": {
            "performance": {"score": performance, "auditRefs": [{"id": "unused-javascript"}]},
            "accessibility": {"score": 1.0, "auditRefs": []}
        },
        "audits": {
            "largest-contentful-paint": {"numericValue": 2500.5},
            "unused-javascript": {"title": "Reduce unused JavaScript", "description": "Cut [what is unused](https://x.example/).",
                "score": 0.3, "displayValue": "Est savings of 40 KiB", "metricSavings": {"LCP": 300, "FCP": 150}}
        }
    }})
    .to_string()
}

#[tokio::test]
async fn googles_api_measures_where_there_is_a_key() {
    let google = Web::start(PUBLIC_ADDRESS, |request| match request {
        request if request.contains("broken") => Reply::status(500, "", "{\"error\": {\"message\": \"s3cret-key\"}}"),
        request if request.contains("often") => Reply::status(429, "", ""),
        request if request.contains("strategy=desktop") => Reply::ok(&report(0.95)),
        _ => Reply::ok(&report(0.5)),
    })
    .await;
    let api = google.url("/v5/runPagespeed");
    let app = start(move |config| {
        config.lighthouse.pagespeed_key = "s3cret-key".to_owned();
        config.lighthouse.pagespeed_url = api;
    })
    .await;
    let (owner, site_id, check) = measured(&app, "a.example", "http://127.0.1.1:8080/page?a=b&c").await;
    assert_eq!(check["outcome"], "ok", "{check}");
    let facts = &check["facts"];
    assert_eq!(
        json!([facts["mobile"]["performance"], facts["desktop"]["performance"]]),
        json!([50, 95])
    );
    assert_eq!(
        json!([
            facts["version"],
            facts["mobile"]["largest_contentful_paint_ms"],
            facts["mobile"]["seo"]
        ]),
        json!(["12.8.2", 2500.5, null])
    );
    let asked = google.requests();
    let expected = "GET /v5/runPagespeed?url=http%3A%2F%2F127.0.1.1%3A8080%2Fpage%3Fa%3Db%26c&strategy=mobile&category=performance\
                    &category=accessibility&category=best-practices&category=seo&locale=en&key=s3cret-key HTTP/1.1\r\n";
    assert!(asked[0].starts_with(expected), "{asked:?}");
    let findings = get(&owner, &site_id, "lighthouse-findings").await;
    let expected = |device: &str| {
        json!({"device": device, "audit": "unused-javascript", "title": "Reduce unused JavaScript", "description": "Cut what is unused.",
            "category": "performance", "score": 30, "measured": "Est savings of 40 KiB", "savings_ms": 300.0})
    };
    assert_eq!(findings["data"], json!([expected("mobile"), expected("desktop")]));
    let health = get(&owner, &site_id, "health").await;
    let points = |part: &str| {
        let parts = health["components"].as_array().unwrap();
        parts.iter().find(|it| it["part"] == part).unwrap()["points"].clone()
    };
    assert_eq!(
        json!([points("lighthouse_mobile"), points("lighthouse_desktop")]),
        json!([7.5, 14.25])
    );

    for (domain, url, reason) in [
        ("b.example", "http://127.0.1.1:8080/broken", "tool_failed"),
        ("c.example", "http://127.0.1.1:8080/often", "asked_too_often"),
    ] {
        let (_, _, check) = measured(&app, domain, url).await;
        assert_eq!(json!([check["outcome"], check["reason"]]), json!(["unknown", reason]));
    }
}

/// The programs that `cargo xtask test` names: a script that starts Lighthouse, and Chromium. Without them, as on the second run on
/// PostgreSQL, the tests that need them say so and pass; with them everything must be there.
fn programs(folder: &Path) -> Option<(PathBuf, PathBuf)> {
    let named = |name| std::env::var_os(name).map(PathBuf::from);
    let (Some(node), Some(chromium)) = (named("TEST_LIGHTHOUSE_NODE"), named("TEST_CHROMIUM")) else {
        eprintln!("skipped: TEST_LIGHTHOUSE_NODE and TEST_CHROMIUM are not set");
        return None;
    };
    let package =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../xtask/npm/lighthouse/node_modules/lighthouse/cli/index.js");
    assert!(package.exists(), "`cargo xtask test` installs {}", package.display());
    let script = folder.join("lighthouse");
    std::fs::write(
        &script,
        format!("#!/bin/sh\nexec '{}' '{}' \"$@\"\n", node.display(), package.display()),
    )
    .unwrap();
    let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&script, executable).unwrap();
    Some((script, chromium))
}

/// An app that measures with the programs; none when they are not there.
async fn with_programs(folder: &Path, timeout_s: u64, memory_mb: u64) -> Option<TestApp> {
    let (command, chromium) = programs(folder)?;
    let app = start(move |config| {
        config.lighthouse.command = command;
        config.lighthouse.chromium = chromium;
        // Tests may run as root, whom Chromium gives no sandbox.
        config.lighthouse.sandbox = false;
        config.lighthouse.timeout_s = timeout_s;
        config.lighthouse.memory_mb = memory_mb;
    });
    Some(app.await)
}

/// Fails when a process or a file of a run is left.
fn assert_nothing_is_left(app: &TestApp) {
    let place = app.folder().canonicalize().unwrap().join(".lighthouse-run");
    assert!(!place.exists(), "{} is left", place.display());
    let place = place.display().to_string();
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        let said = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
        assert!(
            !String::from_utf8_lossy(&said).contains(&place),
            "{:?} is left",
            entry.path()
        );
    }
}

#[tokio::test]
async fn a_page_is_measured_as_a_phone_and_as_a_desktop() {
    let folder = tempfile::tempdir().unwrap();
    let Some(app) = with_programs(folder.path(), 90, 2048).await else {
        return;
    };
    let page = "<!doctype html><html lang=en><title>Page</title><meta name=viewport content='width=device-width'><h1>Welcome</h1>\
                <img src=/picture width=10 height=10><p>Some words to be read.</p>";
    let web = Web::start(PUBLIC_ADDRESS, move |request| match request.split(' ').nth(1) {
        Some("/") => Reply::ok(page),
        _ => Reply::status(404, "", ""),
    })
    .await;
    let (owner, site_id, check) = measured(&app, "a.example", &web.url("/")).await;
    assert_eq!(
        json!([check["outcome"], check["reason"]]),
        json!(["ok", null]),
        "{check}"
    );
    for device in ["mobile", "desktop"] {
        let scores = &check["facts"][device];
        // How fast it was is this machine's matter.
        for category in ["performance", "accessibility", "best_practices", "seo"] {
            assert!(scores[category].as_u64().is_some(), "{category}: {check}");
        }
        assert!(scores["first_contentful_paint_ms"].as_f64().unwrap() > 0.0, "{check}");
    }
    let findings = get(&owner, &site_id, "lighthouse-findings").await["data"]
        .as_array()
        .unwrap()
        .clone();
    let of = |device: &str| {
        findings
            .iter()
            .filter(|it| it["device"] == device)
            .map(|it| it["audit"].clone())
            .collect::<Vec<_>>()
    };
    assert!(of("mobile").contains(&json!("image-alt")), "{findings:?}");
    assert!(of("desktop").contains(&json!("image-alt")), "{findings:?}");
    assert_nothing_is_left(&app);
}

/// Counts who comes to an address of this machine, by TCP and by UDP.
async fn canaries() -> (u16, Arc<AtomicU64>) {
    let tcp = TcpListener::bind((PRIVATE_ADDRESS, 0)).await.unwrap();
    let port = tcp.local_addr().unwrap().port();
    let udp = UdpSocket::bind((PRIVATE_ADDRESS, port)).await.unwrap();
    let hits = Arc::new(AtomicU64::new(0));
    let (by_tcp, by_udp) = (hits.clone(), hits.clone());
    tokio::spawn(async move {
        while tcp.accept().await.is_ok() {
            by_tcp.fetch_add(1, Ordering::SeqCst);
        }
    });
    tokio::spawn(async move {
        let mut buffer = [0; 1500];
        while udp.recv_from(&mut buffer).await.is_ok() {
            by_udp.fetch_add(1, Ordering::SeqCst);
        }
    });
    (port, hits)
}

/// A page that tries every way inside; it says at `/tried` that its script ran.
fn hostile(port: u16) -> String {
    format!(
        "<!doctype html><title>Page</title><h1>Welcome</h1>
        <link rel=dns-prefetch href=//127.0.0.1:{port}><link rel=preconnect href=http://127.0.0.1:{port}>
        <link rel=prefetch href=http://127.0.0.1:{port}/a><link rel=stylesheet href=http://localhost:{port}/b>
        <img src=http://127.0.0.1:{port}/c><img src=http://2130706433:{port}/d><img src=http://169.254.169.254/latest/meta-data>
        <iframe src=http://127.0.0.1:{port}/e></iframe><iframe src=file:///etc/passwd></iframe>
        <script>
        const inside = '127.0.0.1:{port}';
        for (const scheme of ['http', 'https']) fetch(scheme + '://' + inside + '/f', {{mode: 'no-cors'}}).catch(() => 0);
        navigator.sendBeacon('http://' + inside + '/g', 'x');
        try {{ new WebSocket('ws://' + inside + '/h'); new WebSocket('wss://' + inside + '/i'); }} catch (_) {{}}
        try {{ new EventSource('http://' + inside + '/j'); }} catch (_) {{}}
        try {{ new WebTransport('https://' + inside + '/k'); }} catch (_) {{}}
        try {{
            const peer = new RTCPeerConnection({{iceServers: [{{urls: 'stun:' + inside}},
                {{urls: ['turn:' + inside, 'turn:' + inside + '?transport=tcp', 'turns:' + inside], username: 'u', credential: 'p'}}]}});
            peer.createDataChannel('x');
            peer.createOffer().then(offer => peer.setLocalDescription(offer));
            peer.addIceCandidate({{sdpMid: '0', candidate: 'candidate:1 1 udp 1 127.0.0.1 {port} typ host'}}).catch(() => 0);
        }} catch (_) {{}}
        if (navigator.serviceWorker) navigator.serviceWorker.register('/worker.js').catch(() => 0);
        open('http://' + inside + '/l'); open('http://' + inside + '/m', '_blank', 'popup');
        const saved = document.createElement('a'); saved.href = '/file'; saved.download = 'file.bin'; document.body.append(saved); saved.click();
        const form = document.createElement('form'); form.method = 'post'; form.target = 'x'; form.action = 'http://' + inside + '/n';
        document.body.append(form); form.submit();
        fetch('/tried');
        for (let n = 0; n < 20; n++) alert(n);
        </script>"
    )
}

#[tokio::test]
async fn t63_a_measured_page_reaches_nothing_private_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let Some(app) = with_programs(folder.path(), 20, 2048).await else {
        return;
    };
    let (port, hits) = canaries().await;
    let page = hostile(port);
    let worker = format!("fetch('http://127.0.0.1:{port}/worker', {{mode: 'no-cors'}}).catch(() => 0);");
    let inside = format!("http://127.0.0.1:{port}/moved");
    let web = Web::start(PUBLIC_ADDRESS, move |request| match request.split(' ').nth(1) {
        Some("/") => Reply::ok(&page),
        Some("/worker.js") => Reply::status(200, "content-type: text/javascript\r\n", &worker),
        Some("/file") => Reply::status(200, "content-type: application/octet-stream\r\n", &"x".repeat(100_000)),
        Some("/tried") => Reply::ok("1"),
        _ => Reply::redirect(302, &inside),
    })
    .await;
    let begun = Instant::now();
    let (_, _, check) = measured(&app, "a.example", &web.url("/")).await;
    assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
    assert!(
        web.requests().iter().any(|it| it.starts_with("GET /tried")),
        "{check}: {:?}",
        web.requests()
    );
    assert_eq!(hits.load(Ordering::SeqCst), 0, "{check}");
    assert_nothing_is_left(&app);
    // A page that is itself inside is not opened at all.
    let (_, _, check) = measured(&app, "b.example", &web.url("/moved")).await;
    assert_eq!(check["outcome"], "unknown", "{check}");
    assert_eq!(hits.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn t63_a_page_that_never_ends_or_takes_all_memory_is_ended() {
    let folder = tempfile::tempdir().unwrap();
    let Some(app) = with_programs(folder.path(), 12, 600).await else {
        return;
    };
    let web = Web::start(PUBLIC_ADDRESS, |request| match request.split(' ').nth(1) {
        Some("/loop") => Reply::ok("<!doctype html><h1>Welcome</h1><script>for (;;) {}</script>"),
        Some("/memory") => Reply::ok(
            "<!doctype html><h1>Welcome</h1><script>window.kept = [];
             setInterval(() => { if (kept.length < 64) kept.push(new Uint8Array(33554432).fill(7)); }, 20)</script>",
        ),
        _ => Reply::status(404, "", ""),
    })
    .await;
    for (domain, path, reason) in [
        ("a.example", "/loop", "timeout"),
        ("b.example", "/memory", "tool_failed"),
    ] {
        let begun = Instant::now();
        let (_, _, check) = measured(&app, domain, &web.url(path)).await;
        assert_eq!(
            json!([check["outcome"], check["reason"]]),
            json!(["unknown", reason]),
            "{path}"
        );
        assert!(
            begun.elapsed() < Duration::from_secs(40),
            "{path}: {:?}",
            begun.elapsed()
        );
        assert_nothing_is_left(&app);
    }
}
