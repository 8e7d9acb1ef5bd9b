//! Requests that are slow, torn or ambiguous (T76).

use super::is_thorough;
use crate::support::{Actor, Answer, Program, TestApp};
use std::net::SocketAddr;
use std::process::Command;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What came back until the server closed or `limit` was over, and whether it closed.
async fn said(stream: &mut TcpStream, limit: Duration) -> (String, bool) {
    let mut answer = Vec::new();
    let read = tokio::time::timeout(limit, stream.read_to_end(&mut answer)).await;
    (String::from_utf8_lossy(&answer).into_owned(), read.is_ok())
}

fn status(answer: &str) -> u16 {
    answer
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok())
        .unwrap_or(0)
}

/// An answer as it came over the wire.
fn parsed(answer: &str) -> Answer {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let fields = head.lines().skip(1).filter_map(|line| line.split_once(": "));
    let pair = |(name, value): (&str, &str)| Some((name.parse().ok()?, value.parse().ok()?));
    Answer {
        status: status(answer),
        headers: fields.filter_map(pair).collect(),
        body: body.as_bytes().to_vec(),
    }
}

async fn ask(address: SocketAddr, request: &[u8]) -> (String, bool) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    // A server that has seen enough closes before everything is written.
    let _closed = stream.write_all(request).await;
    said(&mut stream, Duration::from_secs(1)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn t76_ambiguous_requests_are_refused_and_the_connection_ends() {
    let app = TestApp::start().await;
    let post = "POST /api/event HTTP/1.1\r\nHost: a.example\r\n";
    let get = "GET /healthz HTTP/1.1\r\nHost: a.example\r\n";
    let next = "GET /healthz HTTP/1.1\r\nHost: a.example\r\n\r\n";
    let cases = [
        (
            "two lengths",
            format!("{post}Content-Length: 0\r\nContent-Length: 5\r\n\r\n{next}"),
        ),
        (
            "length and chunks",
            format!("{post}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{next}"),
        ),
        (
            "two encodings",
            format!("{post}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n{next}"),
        ),
        ("a signed length", format!("{post}Content-Length: +4\r\n\r\nabcd{next}")),
        ("a folded header", format!("{get}X-Long: a\r\n b\r\n\r\n")),
        ("a space before the colon", format!("{get}X-Odd : a\r\n\r\n")),
        ("no version", "GET /healthz\r\n\r\n".to_owned()),
        (
            "two lengths, with bare line feeds",
            format!("{post}Content-Length: 0\nContent-Length: 5\n\n{next}"),
        ),
        (
            "length and chunks, with bare line feeds",
            format!("{post}Content-Length: 4\nTransfer-Encoding: chunked\n\n0\r\n\r\n{next}"),
        ),
        (
            "a bare line feed after a chunk's size",
            format!("{post}Transfer-Encoding: chunked\r\n\r\n5;a\nhello\r\n0\r\n\r\n{next}"),
        ),
        (
            "a bare carriage return",
            format!("{get}X-Odd: a\rContent-Length: 5\r\n\r\n{next}"),
        ),
        (
            "a header of 200 KB",
            format!("{get}X-Long: {}\r\n\r\n", "a".repeat(200_000)),
        ),
        (
            "an address of 200 KB",
            format!("GET /{} HTTP/1.1\r\nHost: a.example\r\n\r\n", "a".repeat(200_000)),
        ),
        (
            "two hundred headers",
            format!("{get}{}\r\n", "X-Many: a\r\n".repeat(200)),
        ),
    ];
    for (what, request) in cases {
        let (answer, closed) = ask(app.address, request.as_bytes()).await;
        let status = status(&answer);
        assert!(matches!(status, 0 | 400 | 413 | 414 | 431), "{what}: {answer}");
        assert!(closed, "{what}: the connection stays open: {answer}");
        assert_eq!(
            answer.matches("HTTP/1.1 ").count().min(2),
            usize::from(status > 0),
            "{what}: {answer}"
        );
    }
    app.anonymous().get("/healthz").await.expect_status(200);
}

/// RFC 9112 (2.2) lets a line end so, and what reads HTTP here does. Nothing may follow from it: such a head is one request, of the
/// same meaning.
#[tokio::test(flavor = "multi_thread")]
async fn t76_bare_line_feeds_end_a_line_and_nothing_else() {
    let app = TestApp::start().await;
    let torn = "GET /healthz HTTP/1.1\nHost: a.example\nX-A: b\n\n";
    let last = "GET /healthz HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n";
    let (answer, closed) = ask(app.address, format!("{torn}{last}").as_bytes()).await;
    assert!(closed, "{answer}");
    let answers = answer.matches("HTTP/1.1 ").count();
    assert_eq!(answers, answer.matches("HTTP/1.1 200 OK").count(), "{answer}");
    assert_eq!(answers, 2, "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn t76_large_heads_are_414_and_431_and_the_connection_ends() {
    let app = TestApp::start().await;
    let get = |target: &str, headers: &str| format!("GET {target} HTTP/1.1\r\nHost: a.example\r\n{headers}\r\n");
    let long = |length: usize| "a".repeat(length);
    let many = format!("X-Many: {}\r\n", long(400)).repeat(80);
    for (status, request) in [
        (414, get(&format!("/{}", long(16_000)), "")),
        (414, get(&format!("/api/v1/sites?cursor={}", long(16_000)), "")),
        (431, get("/healthz", &format!("X-Long: {}\r\n", long(32_000)))),
        (431, get("/healthz", &many)),
    ] {
        let (answer, closed) = ask(app.address, request.as_bytes()).await;
        assert!(closed, "the connection stays open: {answer}");
        let answer = parsed(&answer);
        match status {
            414 => answer.expect_status(414).expect_problem("uri_too_long"),
            _ => answer.expect_status(431).expect_problem("headers_too_large"),
        };
    }
    // Half of it is ordinary.
    let headers = format!("X-Long: {}\r\nConnection: close\r\n", long(16_000));
    let (answer, _) = ask(
        app.address,
        get(&format!("/healthz?{}", long(8_000)), &headers).as_bytes(),
    )
    .await;
    parsed(&answer).expect_status(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn t76_wrong_methods_are_405_with_what_is_allowed() {
    let app = TestApp::start().await;
    for (method, path) in [
        ("DELETE", "/api/event"),
        ("PUT", "/api/v1/session"),
        ("TRACE", "/api/v1/sites"),
    ] {
        let request = format!("{method} {path} HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n");
        let (answer, _) = ask(app.address, request.as_bytes()).await;
        assert!(matches!(status(&answer), 405 | 501), "{method} {path}: {answer}");
        let allow = answer.lines().find(|line| line.to_lowercase().starts_with("allow: "));
        assert!(status(&answer) == 501 || allow.is_some(), "{method} {path}: {answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn t76_slow_senders_are_let_go() {
    let app = TestApp::start().await;
    let head = async {
        let mut stream = TcpStream::connect(app.address).await.unwrap();
        stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: a").await.unwrap();
        let since = Instant::now();
        let (answer, closed) = said(&mut stream, Duration::from_secs(12)).await;
        assert!(closed, "a head that does not end: {answer}");
        assert!(matches!(status(&answer), 0 | 408), "{answer}");
        assert!(since.elapsed() < Duration::from_secs(7), "{:?}", since.elapsed());
    };
    let body = async {
        let mut stream = TcpStream::connect(app.address).await.unwrap();
        let head = "POST /api/event HTTP/1.1\r\nHost: a.example\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n";
        stream.write_all(head.as_bytes()).await.unwrap();
        let since = Instant::now();
        let (mut reading, mut writing) = stream.split();
        let drip = async {
            while writing.write_all(b" ").await.is_ok() {
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            std::future::pending::<()>().await;
        };
        let mut answer = Vec::new();
        // Until the connection ends, by a reset where something of the body was not read any more.
        let read = async { while reading.read_buf(&mut answer).await.is_ok_and(|length| length > 0) {} };
        tokio::select! {
            () = read => {}
            () = drip => {}
            () = tokio::time::sleep(Duration::from_secs(20)) => panic!("a body that drips is waited for"),
        }
        let answer = String::from_utf8_lossy(&answer);
        assert_eq!(status(&answer), 408, "{answer}");
        let answer = parsed(&answer).expect_problem("request_timeout");
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
        crate::faults::figure("slow_body_ms", since.elapsed().as_millis());
        assert!(since.elapsed() < Duration::from_secs(10), "{:?}", since.elapsed());
    };
    tokio::join!(head, body);
}

/// How long the slowest but for one in twenty calls takes.
async fn p95(actor: &Actor) -> Duration {
    let mut took = Vec::new();
    for _ in 0..400 {
        let since = Instant::now();
        actor.get("/api/v1/me").await.expect_status(200);
        took.push(since.elapsed());
    }
    took.sort_unstable();
    took[took.len() * 95 / 100]
}

#[tokio::test(flavor = "multi_thread")]
async fn t76_idle_connections_do_not_slow_others_down() {
    let program = Program::new();
    let running = program.start().await;
    let owner = running.actor();
    crate::durability::set_up(&owner).await;
    let many = if is_thorough() { 2_000 } else { 300 };
    let own = std::process::id().to_string();
    let raised = Command::new("prlimit").args(["--pid", &own, "--nofile=4096"]).status();
    assert!(raised.is_ok_and(|status| status.success()));
    p95(&owner).await;
    let before = p95(&owner).await;
    let mut idle = Vec::new();
    for n in 0..many {
        let mut stream = TcpStream::connect(running.address()).await.unwrap();
        // Every second one has asked something before.
        if n % 2 == 0 {
            stream
                .write_all(b"GET /healthz HTTP/1.1\r\nHost: a.example\r\n\r\n")
                .await
                .unwrap();
        }
        idle.push(stream);
    }
    let beside = p95(&owner).await;
    for (name, took) in [("p95_us", before), ("p95_beside_idle_us", beside)] {
        crate::faults::figure(name, took.as_micros());
    }
    if is_thorough() {
        // Below some milliseconds other processes of the machine decide.
        let limit = (before * 2).max(Duration::from_millis(5));
        assert!(beside < limit, "{before:?} alone, {beside:?} beside {many}");
    }
    drop(idle);
    running.terminate().await;
}
