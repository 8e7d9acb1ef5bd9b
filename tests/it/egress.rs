//! The door outward: what it never reaches, and what it does with those who misbehave (T58, T59, T61, T62).

use crate::support::START;
use crate::support::peers::{Dns, PRIVATE_ADDRESS, PUBLIC, PUBLIC_ADDRESS, Record, Reply, Web};
use api::config::{Config, Flags};
use api::egress::{Egress, Fault, Request};
use api::kit::clock::Clock;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;
use std::time::{Duration, Instant};
use url::Url;

fn clock() -> Clock {
    Clock::stepped(START.parse().unwrap())
}

/// A door that may reach `PUBLIC`, and asks `dns`.
fn door(dns: &Dns) -> Egress {
    let mut config = Config::load(&Flags::default()).unwrap();
    config.egress_allow = vec![PUBLIC.parse().unwrap()];
    config.dns_server = Some(dns.address);
    config.monitors.references = Vec::new();
    Egress::new(&config, &clock()).unwrap()
}

fn url(text: &str) -> Url {
    text.parse().unwrap()
}

#[tokio::test]
async fn t58_t61_a_url_that_may_not_be_checked_is_refused_before_any_connection() {
    let mut config = Config::load(&Flags::default()).unwrap();
    config.base_url = "https://stats.example.org".to_owned();
    let door = Egress::new(&config, &clock()).unwrap();
    let canary = Web::start(PRIVATE_ADDRESS, |_| Reply::ok("secret")).await;
    let port = canary.address.port();
    for host in [
        "127.0.0.1",
        "127.1",
        "0",
        "0.0.0.0",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[2001:0:4136:e378:8000:63bf:3fff:fdd2]",
        "[fd00::1]",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.0.1",
        "100.64.0.1",
        "169.254.169.254",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "localhost",
        "localhost.",
        "x.localhost",
        "metadata.google.internal",
        "printer.local",
        "STATS.example.org",
        "stats.example.org.",
    ] {
        let target = format!("http://{host}:{port}/");
        assert!(door.guard.url("/url", &target).is_err(), "{target}");
        let fault = door.fetch(Request::get(url(&target))).await.unwrap_err();
        assert_eq!(fault, Fault::Blocked, "{target}");
    }
    for wrong in [
        "http://[fe80::1%25lo]/",
        "file:///etc/passwd",
        "ftp://example.org/",
        "gopher://example.org/",
        "dict://example.org/",
        "data:text/html,x",
        "javascript:alert(1)",
        "view-source:http://example.org/",
        "chrome://version",
        "blob:http://example.org/x",
        "http://u:p@example.org/",
        "http://u@example.org/",
        "http://example.org:22/",
        "http://example.org:25/",
        "http://example.org:6379/",
        "http://example.org:0/",
        "http://exa\tmple.org/",
        "http://example.org/\n",
        " http://example.org/",
        "//example.org/",
        "example.org",
        "",
    ] {
        assert!(door.guard.url("/url", wrong).is_err(), "{wrong:?}");
    }
    let long = format!("http://example.org/{}", "x".repeat(9000));
    assert_eq!(door.guard.url("/url", &long).unwrap_err().code, "too_long");
    assert_eq!(
        door.guard
            .url("/url", "https://EXAMPLE.org:443/a?b#c")
            .unwrap()
            .as_str(),
        "https://example.org/a?b"
    );
    assert_eq!(canary.hits(), 0);
}

#[tokio::test]
async fn t61_the_servers_own_port_is_refused_even_where_the_network_is_allowed() {
    let dns = Dns::start().await;
    let door = door(&dns);
    let own = Web::start(PUBLIC_ADDRESS, |_| Reply::ok("own")).await;
    door.fetch(Request::get(url(&own.url("/")))).await.unwrap();
    door.guard.set_own_port(own.address.port());
    assert!(door.guard.url("/url", &own.url("/")).is_err());
    let fault = door.fetch(Request::get(url(&own.url("/")))).await.unwrap_err();
    assert_eq!(fault, Fault::Blocked);
    assert_eq!(own.hits(), 1);
}

#[tokio::test]
async fn t59_a_name_is_judged_by_every_address_that_it_has_when_it_is_connected_to() {
    let dns = Dns::start().await;
    let door = door(&dns);
    let canary = Web::start(PRIVATE_ADDRESS, |_| Reply::ok("secret")).await;
    let port = canary.address.port();
    let public = |n: u8| format!("127.0.1.{n}").parse().unwrap();
    let private = PRIVATE_ADDRESS.parse().unwrap();
    dns.set("both.example", Record::Addresses(vec![public(1), private]));
    dns.set(
        "six.example",
        Record::Addresses(vec![public(1), "::1".parse().unwrap()]),
    );
    dns.set(
        "mapped.example",
        Record::Addresses(vec!["::ffff:127.0.0.1".parse().unwrap()]),
    );
    dns.point("private.example", PRIVATE_ADDRESS);
    dns.set("alias.example", Record::Alias("second.example".to_owned()));
    dns.set("second.example", Record::Alias("private.example".to_owned()));
    for name in ["both", "six", "mapped", "private", "alias", "second"] {
        let target = url(&format!("http://{name}.example:{port}/"));
        assert!(door.guard.url("/url", target.as_str()).is_ok(), "{name} looks harmless");
        assert!(!door.may_be_saved(&target).await, "{name}");
        let fault = door.fetch(Request::get(target)).await.unwrap_err();
        assert_eq!(fault, Fault::Blocked, "{name}");
    }
    assert_eq!(canary.hits(), 0);
}

#[tokio::test]
async fn t59_a_name_that_changes_its_mind_is_looked_up_once_a_connection() {
    let dns = Dns::start().await;
    let door = door(&dns);
    let page = Web::start(PUBLIC_ADDRESS, |_| Reply::ok("page")).await;
    let port = page.address.port();
    let canary = tokio::net::TcpListener::bind((PRIVATE_ADDRESS, port)).await.unwrap();
    let sets = vec![
        vec![PUBLIC_ADDRESS.parse().unwrap()],
        vec![PRIVATE_ADDRESS.parse().unwrap()],
    ];
    dns.set("rebinding.example", Record::Alternating(sets));
    let target = url(&format!("http://rebinding.example:{port}/"));
    let mut outcomes = Vec::new();
    for _ in 0..6 {
        let answer = door.fetch(Request::get(target.clone())).await;
        outcomes.push(answer.map(|answer| answer.text()));
    }
    // No connection of before is used again: what was public has to be public still.
    let expected = [Ok("page".to_owned()), Err(Fault::Blocked)];
    assert_eq!(outcomes, expected.iter().cycle().take(6).cloned().collect::<Vec<_>>());
    let knocked = tokio::time::timeout(Duration::from_millis(50), canary.accept()).await;
    assert!(knocked.is_err(), "the canary was reached");
}

#[tokio::test]
async fn t59_each_redirect_passes_the_guard() {
    let dns = Dns::start().await;
    let door = door(&dns);
    let canary = Web::start(PRIVATE_ADDRESS, |_| Reply::ok("secret")).await;
    let inside = canary.url("/");
    let web = Web::start(PUBLIC_ADDRESS, move |request| {
        let path = request.split(' ').nth(1).unwrap().to_owned();
        let path = path.trim_start_matches('/');
        let (what, rest) = path.split_once('/').unwrap_or((path, ""));
        match what {
            "private" => Reply::redirect(rest.parse().unwrap(), &inside),
            "relative" => Reply::redirect(302, &inside.replace("http:", "")),
            "file" => Reply::redirect(302, "file:///etc/passwd"),
            "user" => Reply::redirect(302, "http://u:p@127.0.1.1/"),
            "port" => Reply::redirect(302, "http://127.0.1.1:6379/"),
            "nowhere" => Reply::status(302, "", ""),
            "hop" if rest == "0" => Reply::ok("there"),
            "hop" => Reply::redirect(307, &format!("/hop/{}", rest.parse::<u8>().unwrap() - 1)),
            _ => Reply::ok("page"),
        }
    })
    .await;
    let ask = async |path: &str| door.fetch(Request::get(url(&web.url(path)))).await;
    for status in [301, 302, 303, 307, 308] {
        let fault = ask(&format!("/private/{status}")).await.unwrap_err();
        assert_eq!(fault, Fault::Blocked, "{status}");
    }
    for (path, fault) in [
        ("/relative", Fault::Blocked),
        ("/file", Fault::Redirect),
        ("/user", Fault::Blocked),
        ("/port", Fault::Blocked),
        ("/nowhere", Fault::Redirect),
        ("/hop/6", Fault::Redirect),
    ] {
        assert_eq!(ask(path).await.unwrap_err(), fault, "{path}");
    }
    let there = ask("/hop/5").await.unwrap();
    assert_eq!((there.text().as_str(), there.redirects), ("there", 5));
    assert_eq!(canary.hits(), 0);
}

#[tokio::test]
async fn t59_keys_do_not_go_to_another_origin() {
    let dns = Dns::start().await;
    let door = door(&dns);
    let other = Web::start("127.0.1.2", |_| Reply::ok("other")).await;
    let to = other.url("/");
    let web = Web::start(PUBLIC_ADDRESS, move |request| match request.starts_with("GET /away") {
        true => Reply::redirect(302, &to),
        false => Reply::redirect(302, "/away"),
    })
    .await;
    let request = Request::get(url(&web.url("/")))
        .header("authorization".parse().unwrap(), "Bearer x".parse().unwrap())
        .header("cookie".parse().unwrap(), "a=b".parse().unwrap());
    assert_eq!(door.fetch(request).await.unwrap().text(), "other");
    for request in web.requests() {
        assert!(
            request.contains("authorization: Bearer x") && request.contains("cookie: a=b"),
            "{request}"
        );
    }
    let request = other.requests().concat();
    assert!(
        !request.contains("authorization") && !request.contains("cookie"),
        "{request}"
    );
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn head(headers: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\n{headers}\r\n").into_bytes()
}

#[tokio::test]
async fn t62_whoever_misbehaves_costs_bounded_time_and_memory() {
    let dns = Dns::start().await;
    let door = door(&dns);
    let bomb = gzipped(&vec![b'x'; 64 << 20]);
    let bomb = [
        head(&format!("content-encoding: gzip\r\ncontent-length: {}\r\n", bomb.len())),
        bomb,
    ]
    .concat();
    let zipped = gzipped(b"unzipped");
    let zipped = [head("content-encoding: gzip\r\n"), zipped].concat();
    let long_head = format!("HTTP/1.1 200 OK\r\nx: {}\r\n\r\n", "x".repeat(2 << 20)).into_bytes();
    let cases = [
        (
            "endless",
            Reply::Endless(head(""), vec![b'x'; 65536]),
            Ok((2 << 20, true)),
        ),
        ("bomb", Reply::Bytes(bomb), Ok((2 << 20, true))),
        ("zipped", Reply::Bytes(zipped), Ok((8, false))),
        ("empty", Reply::Bytes(head("content-length: 0\r\n")), Ok((0, false))),
        ("drip", Reply::Drip(head("")), Err(Fault::Timeout)),
        ("silence", Reply::Silence, Err(Fault::Timeout)),
        ("long head", Reply::Bytes(long_head), Err(Fault::Broken)),
        (
            "endless head",
            Reply::Endless(b"HTTP/1.1 200 OK\r\n".to_vec(), b"a: b\r\n".to_vec()),
            Err(Fault::Broken),
        ),
        (
            "short body",
            Reply::Bytes([head("content-length: 99\r\n"), b"x".to_vec()].concat()),
            Err(Fault::Broken),
        ),
        (
            "reset",
            Reply::Reset(head("content-length: 99\r\n")),
            Err(Fault::Broken),
        ),
        ("nothing", Reply::Bytes(Vec::new()), Err(Fault::Broken)),
        (
            "no http",
            Reply::Bytes(b"220 mail ready\r\n\r\n".to_vec()),
            Err(Fault::Broken),
        ),
        (
            "not gzip",
            Reply::Bytes([head("content-encoding: gzip\r\n"), b"plain text, no gzip".to_vec()].concat()),
            Err(Fault::Broken),
        ),
    ];
    for (name, reply, expected) in cases {
        let web = Web::start(PUBLIC_ADDRESS, move |_| reply.clone()).await;
        let begun = Instant::now();
        let answer = door
            .fetch(Request::get(url(&web.url("/"))).within(Duration::from_millis(700)))
            .await;
        let found = answer.map(|answer| (answer.body.len(), answer.truncated));
        assert_eq!(found, expected, "{name}");
        assert!(begun.elapsed() < Duration::from_secs(3), "{name}");
    }
}

#[tokio::test]
async fn our_own_networks_trouble_is_told_apart() {
    use shared::monitor::Reason;
    let dns = Dns::start().await;
    let closed = {
        let listener = tokio::net::TcpListener::bind((PUBLIC_ADDRESS, 0)).await.unwrap();
        listener.local_addr().unwrap()
    };
    let open = Web::start(PUBLIC_ADDRESS, |_| Reply::Silence).await;
    let mut config = Config::load(&Flags::default()).unwrap();
    config.egress_allow = vec![PUBLIC.parse().unwrap()];
    config.dns_server = Some(dns.address);
    dns.set("broken.example", Record::Failure);
    for (references, refused, unnamed) in [
        (vec![], Reason::NoConnection, Reason::NameNotFound),
        (vec![open.address], Reason::NoConnection, Reason::NameNotFound),
        (vec![closed, open.address], Reason::NoConnection, Reason::NameNotFound),
        (vec![closed], Reason::OwnNetwork, Reason::OwnNetwork),
    ] {
        config.monitors.references = references;
        let door = Egress::new(&config, &clock()).unwrap();
        let why = async |target: &str| {
            let target = url(target);
            let fault = door.fetch(Request::get(target.clone())).await.unwrap_err();
            door.reason(fault, &target).await
        };
        assert_eq!(why(&format!("http://{closed}/")).await, refused);
        assert_eq!(why("http://missing.example/").await, unnamed);
        // The name's own servers fail while ours answers.
        assert_eq!(why("http://broken.example/").await, Reason::NameNotFound);
    }
    dns.mute(true);
    let door = Egress::new(&config, &clock()).unwrap();
    let target = url("http://other.example/");
    let request = Request::get(target.clone()).within(Duration::from_millis(300));
    let fault = door.fetch(request).await.unwrap_err();
    assert_eq!(door.reason(fault, &target).await, Reason::OwnNetwork);
}
