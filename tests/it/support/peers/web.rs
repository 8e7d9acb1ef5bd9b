//! A web server that answers what a test says, byte for byte, and counts who comes.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What the server does with a request.
#[derive(Clone, Debug)]
pub enum Reply {
    /// These bytes, then the end.
    Bytes(Vec<u8>),
    /// These bytes, then the same ones for ever.
    Endless(Vec<u8>, Vec<u8>),
    /// These bytes, then one byte each second.
    Drip(Vec<u8>),
    /// These bytes, then a reset.
    Reset(Vec<u8>),
    /// Nothing, with the connection open.
    Silence,
}

impl Reply {
    /// A page.
    pub fn ok(body: &str) -> Self {
        Self::status(200, "content-type: text/html\r\n", body)
    }

    /// A status with headers, each ending in a line break.
    pub fn status(status: u16, headers: &str, body: &str) -> Self {
        let length = body.len();
        Self::Bytes(format!("HTTP/1.1 {status} X\r\n{headers}content-length: {length}\r\n\r\n{body}").into_bytes())
    }

    /// A redirect.
    pub fn redirect(status: u16, to: &str) -> Self {
        Self::status(status, &format!("location: {to}\r\n"), "")
    }
}

type Script = Arc<dyn Fn(&str) -> Reply + Send + Sync>;

/// A running server; it ends with the test.
#[derive(Clone)]
pub struct Web {
    pub address: SocketAddr,
    hits: Arc<AtomicU64>,
    requests: Arc<Mutex<Vec<String>>>,
    script: Arc<Mutex<Script>>,
}

impl Web {
    /// Starts on an address, on a port that it picks.
    pub async fn start(address: &str, script: impl Fn(&str) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((address, 0)).await.unwrap();
        let web = Self {
            address: listener.local_addr().unwrap(),
            hits: Arc::default(),
            requests: Arc::default(),
            script: Arc::new(Mutex::new(Arc::new(script))),
        };
        let serving = web.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                serving.hits.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(serving.clone().converse(stream));
            }
        });
        web
    }

    /// How many connections came in.
    pub fn hits(&self) -> u64 {
        self.hits.load(Ordering::SeqCst)
    }

    /// What was asked: the heads of the requests, with what came of their bodies.
    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    /// The server's URL of a path.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    async fn converse(self, mut stream: TcpStream) {
        let request = read_request(&mut stream).await;
        self.requests.lock().unwrap().push(request.clone());
        let script = self.script.lock().unwrap().clone();
        let _gone = act(stream, script(&request)).await;
    }
}

/// A request with as much of a body as it says that it has.
pub(super) async fn read_request<S: AsyncReadExt + Unpin>(stream: &mut S) -> String {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some(end) = text.find("\r\n\r\n") {
            let lower = text.to_lowercase();
            let length = lower
                .split("content-length: ")
                .nth(1)
                .and_then(|rest| rest.lines().next());
            let length = length.and_then(|length| length.parse::<usize>().ok()).unwrap_or(0);
            if bytes.len() >= end + 4 + length {
                return text;
            }
        }
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => return text,
            Ok(count) => bytes.extend_from_slice(&buffer[..count]),
        }
    }
}

async fn act(mut stream: TcpStream, reply: Reply) -> std::io::Result<()> {
    match reply {
        Reply::Bytes(bytes) => {
            stream.write_all(&bytes).await?;
            stream.shutdown().await
        }
        Reply::Endless(head, again) => {
            stream.write_all(&head).await?;
            loop {
                stream.write_all(&again).await?;
            }
        }
        Reply::Drip(head) => {
            stream.write_all(&head).await?;
            loop {
                stream.write_all(b"x").await?;
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
        Reply::Reset(head) => {
            stream.write_all(&head).await?;
            stream.set_zero_linger()?;
            Ok(())
        }
        Reply::Silence => {
            let mut buffer = [0; 64];
            while stream.read(&mut buffer).await? > 0 {}
            Ok(())
        }
    }
}
