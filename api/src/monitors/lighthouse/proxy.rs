//! A proxy on this machine through which a measured page reaches the network: every connection passes the guard, by the
//! addresses that are connected to. It lives as long as its run.

use crate::egress::{Egress, Fault};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, copy};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, timeout};
use url::{Position, Url};

const MOST_HEAD_BYTES: usize = 32 * 1024;
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);
/// Connections at once, and bytes that one of them brings.
const MOST_CONNECTIONS: usize = 64;
const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// A proxy that runs.
#[derive(Debug)]
pub struct Proxy {
    /// Where, on 127.0.0.1.
    pub port: u16,
    task: JoinHandle<()>,
}

impl Proxy {
    /// Starts one.
    pub async fn start(egress: Egress) -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        Ok(Self {
            port: listener.local_addr()?.port(),
            task: tokio::spawn(serve(listener, egress)),
        })
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(listener: TcpListener, egress: Egress) {
    let turns = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    // Dropped with this task, and every connection with it.
    let mut connections = JoinSet::new();
    loop {
        let Ok(turn) = turns.clone().acquire_owned().await else {
            return;
        };
        let Ok((stream, _)) = listener.accept().await else {
            return;
        };
        let egress = egress.clone();
        connections.spawn(async move {
            // A connection that breaks is the page's matter.
            let _ = converse(stream, &egress).await;
            drop(turn);
        });
        while connections.try_join_next().is_some() {}
    }
}

async fn converse(mut client: TcpStream, egress: &Egress) -> std::io::Result<()> {
    let Ok(Ok(Some((head, rest)))) = timeout(HEAD_TIMEOUT, read_head(&mut client)).await else {
        return refuse(&mut client, "400 Bad Request").await;
    };
    let Some(asked) = Asked::read(&head) else {
        return refuse(&mut client, "400 Bad Request").await;
    };
    let mut server = match connect(egress, &asked.url).await {
        Ok(server) => server,
        Err(Fault::Blocked) => return refuse(&mut client, "403 Forbidden").await,
        Err(_) => return refuse(&mut client, "502 Bad Gateway").await,
    };
    match &asked.head {
        None => client.write_all(b"HTTP/1.1 200 Connected\r\n\r\n").await?,
        Some(head) => server.write_all(head.as_bytes()).await?,
    }
    server.write_all(&rest).await?;
    exchange(client, server).await
}

async fn refuse(client: &mut TcpStream, status: &str) -> std::io::Result<()> {
    let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    client.write_all(answer.as_bytes()).await?;
    client.shutdown().await
}

async fn connect(egress: &Egress, url: &Url) -> Result<TcpStream, Fault> {
    let (Some(host), Some(port)) = (url.host(), url.port_or_known_default()) else {
        return Err(Fault::Blocked);
    };
    if !egress.guard.allows(url) {
        return Err(Fault::Blocked);
    }
    egress
        .connect(&host.to_owned(), port, Instant::now() + CONNECT_TIMEOUT)
        .await
}

/// Passes bytes on until one side has said all.
async fn exchange(client: TcpStream, server: TcpStream) -> std::io::Result<()> {
    let (client_in, mut client_out) = client.into_split();
    let (server_in, mut server_out) = server.into_split();
    let up = pass(client_in, &mut server_out);
    let down = pass(server_in, &mut client_out);
    let (up, down) = tokio::join!(up, down);
    up.and(down)
}

async fn pass(from: impl AsyncRead + Unpin, to: &mut (impl AsyncWrite + Unpin)) -> std::io::Result<()> {
    copy(&mut from.take(MOST_BYTES), to).await?;
    to.shutdown().await
}

/// The head of a request, and what came with it.
async fn read_head(client: &mut TcpStream) -> std::io::Result<Option<(String, Vec<u8>)>> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            let rest = bytes.split_off(end + 4);
            return Ok(String::from_utf8(bytes).ok().map(|head| (head, rest)));
        }
        let count = client.read(&mut buffer).await?;
        if count == 0 || bytes.len() > MOST_HEAD_BYTES {
            return Ok(None);
        }
        bytes.extend_from_slice(&buffer[..count]);
    }
}

/// What a request asks of the proxy.
#[derive(Debug, PartialEq, Eq)]
struct Asked {
    url: Url,
    /// The head to pass on; none for a tunnel.
    head: Option<String>,
}

impl Asked {
    fn read(head: &str) -> Option<Self> {
        let mut lines = head.trim_end().split("\r\n");
        let mut words = lines.next()?.split(' ');
        let (method, target, _) = (words.next()?, words.next()?, words.next()?);
        if method == "CONNECT" {
            let url = Url::parse(&format!("https://{target}/")).ok()?;
            let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
            return is_bare.then_some(Self { url, head: None });
        }
        let url = Url::parse(target).ok().filter(|url| url.scheme() == "http")?;
        let path = &url[Position::BeforePath..Position::AfterQuery];
        let is_of_proxy = |line: &&str| {
            let name = line.split(':').next().unwrap_or_default();
            [
                "connection",
                "proxy-connection",
                "keep-alive",
                "proxy-authorization",
                "upgrade",
            ]
            .iter()
            .any(|other| name.eq_ignore_ascii_case(other))
        };
        let kept = lines.filter(|line| !is_of_proxy(line)).collect::<Vec<_>>().join("\r\n");
        // One request a connection, so that the next one is looked at too.
        let head = format!("{method} {path} HTTP/1.1\r\n{kept}\r\nconnection: close\r\n\r\n");
        Some(Self { url, head: Some(head) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_passed_on_without_what_is_the_proxys() {
        let asked = Asked::read("GET http://a.example:81/b?c=d HTTP/1.1\r\nHost: a.example:81\r\nProxy-Connection: keep-alive\r\nAccept: */*\r\n\r\n").unwrap();
        assert_eq!(asked.url.as_str(), "http://a.example:81/b?c=d");
        let head = "GET /b?c=d HTTP/1.1\r\nHost: a.example:81\r\nAccept: */*\r\nconnection: close\r\n\r\n";
        assert_eq!(asked.head.as_deref(), Some(head));
        let tunnel = Asked::read("CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n").unwrap();
        assert_eq!((tunnel.url.as_str(), tunnel.head), ("https://a.example/", None));
        for wrong in [
            "",
            "GET",
            "GET / HTTP/1.1\r\n\r\n",
            "GET file:///etc/passwd HTTP/1.1\r\n\r\n",
            "GET https://a.example/ HTTP/1.1\r\n\r\n",
            "CONNECT a.example/b HTTP/1.1\r\n\r\n",
            "CONNECT a.example:443/?x HTTP/1.1\r\n\r\n",
        ] {
            assert_eq!(Asked::read(wrong), None, "{wrong:?}");
        }
    }
}
