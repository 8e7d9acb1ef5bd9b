//! A mail server that keeps what it is given, and answers as a test says.

use super::tls::Identity;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;

/// A mail that was taken.
#[derive(Clone, Debug)]
pub struct Mail {
    /// The envelope's sender.
    pub from: String,
    /// The envelope's recipients.
    pub to: Vec<String>,
    /// The whole message.
    pub data: String,
}

impl Mail {
    /// A header's value, unfolded; none when there is none.
    pub fn header(&self, name: &str) -> Option<String> {
        let head = self.data.split("\r\n\r\n").next().unwrap().replace("\r\n ", " ");
        let mut lines = head.lines();
        lines.find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
        })
    }

    /// The names of its headers.
    pub fn header_names(&self) -> Vec<String> {
        let head = self.data.split("\r\n\r\n").next().unwrap();
        let lines = head.lines().filter(|line| !line.starts_with([' ', '\t']));
        lines
            .map(|line| line.split(':').next().unwrap().to_lowercase())
            .collect()
    }

    /// The parts' text, with what was quoted for the way read back.
    pub fn text(&self) -> String {
        let joined = self.data.replace("=\r\n", "");
        let bytes = joined.as_bytes();
        let mut plain = Vec::new();
        let mut at = 0;
        while at < bytes.len() {
            let pair = joined.get(at + 1..at + 3).filter(|_| bytes[at] == b'=');
            match pair.and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
                Some(byte) => {
                    plain.push(byte);
                    at += 3;
                }
                None => {
                    plain.push(bytes[at]);
                    at += 1;
                }
            }
        }
        String::from_utf8_lossy(&plain).into_owned()
    }
}

/// When the conversation turns to TLS.
#[derive(Clone)]
enum Encryption {
    Never,
    AtOnce(TlsAcceptor),
    OnDemand(TlsAcceptor),
}

/// A running mail server; it ends with the test.
#[derive(Clone)]
pub struct Smtp {
    pub address: SocketAddr,
    mails: Arc<Mutex<Vec<Mail>>>,
    answers: Arc<Mutex<HashMap<String, String>>>,
    said: Arc<Mutex<Vec<String>>>,
}

impl Smtp {
    /// Speaks plain text.
    pub async fn start() -> Self {
        Self::serve(Encryption::Never).await
    }

    /// Speaks TLS from the first byte on, or when it is asked to.
    pub async fn start_tls(identity: Identity, at_once: bool) -> Self {
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(identity.chain, identity.key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        Self::serve(match at_once {
            true => Encryption::AtOnce(acceptor),
            false => Encryption::OnDemand(acceptor),
        })
        .await
    }

    async fn serve(encryption: Encryption) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let smtp = Self {
            address: listener.local_addr().unwrap(),
            mails: Arc::default(),
            answers: Arc::default(),
            said: Arc::default(),
        };
        let serving = smtp.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (smtp, encryption) = (serving.clone(), encryption.clone());
                tokio::spawn(async move {
                    match encryption {
                        Encryption::Never => drop(smtp.converse(stream, None, true).await),
                        Encryption::AtOnce(acceptor) => {
                            if let Ok(stream) = acceptor.accept(stream).await {
                                drop(smtp.converse(stream, None, true).await);
                            }
                        }
                        Encryption::OnDemand(acceptor) => {
                            let Ok(Some(stream)) = smtp.converse(stream, Some("STARTTLS"), true).await else {
                                return;
                            };
                            if let Ok(stream) = acceptor.accept(stream).await {
                                drop(smtp.converse(stream, None, false).await);
                            }
                        }
                    }
                });
            }
        });
        smtp
    }

    /// Answers a command with a line from now on; `""` answers as usual again.
    pub fn answer(&self, command: &str, line: &str) {
        self.answers.lock().unwrap().insert(command.to_owned(), line.to_owned());
    }

    /// What was taken.
    pub fn mails(&self) -> Vec<Mail> {
        self.mails.lock().unwrap().clone()
    }

    /// Every line that was said to it, but for messages.
    pub fn said(&self) -> Vec<String> {
        self.said.lock().unwrap().clone()
    }

    /// Talks until the end, or until TLS is to begin: then the stream comes back.
    async fn converse<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        stream: S,
        offers: Option<&str>,
        greets: bool,
    ) -> std::io::Result<Option<S>> {
        let mut stream = BufReader::new(stream);
        if greets {
            stream.write_all(b"220 sink.example ready\r\n").await?;
        }
        let (mut from, mut to) = (String::new(), Vec::new());
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await? == 0 {
                return Ok(None);
            }
            let line = line.trim_end().to_owned();
            self.said.lock().unwrap().push(line.clone());
            let command = line.split([' ', ':']).next().unwrap().to_uppercase();
            let told = self.answers.lock().unwrap().get(&command).cloned().unwrap_or_default();
            let usual = match command.as_str() {
                "EHLO" => match offers {
                    Some(offer) => format!("250-sink.example\r\n250-8BITMIME\r\n250 {offer}"),
                    None => "250-sink.example\r\n250-8BITMIME\r\n250 AUTH PLAIN".to_owned(),
                },
                "AUTH" => "235 welcome".to_owned(),
                "DATA" => "354 go on".to_owned(),
                "STARTTLS" => "220 go on".to_owned(),
                _ => "250 fine".to_owned(),
            };
            let answer = if told.is_empty() { usual } else { told.clone() };
            match command.as_str() {
                "MAIL" => from = address(&line),
                "RCPT" if told.is_empty() => to.push(address(&line)),
                _ => {}
            }
            stream.write_all(format!("{answer}\r\n").as_bytes()).await?;
            match command.as_str() {
                "STARTTLS" if told.is_empty() => return Ok(Some(stream.into_inner())),
                "QUIT" => return Ok(None),
                "DATA" if told.is_empty() => {
                    let data = message(&mut stream).await?;
                    let refusal = self.answers.lock().unwrap().get(".").cloned().unwrap_or_default();
                    if refusal.is_empty() {
                        let mail = Mail {
                            from: from.clone(),
                            to: std::mem::take(&mut to),
                            data,
                        };
                        self.mails.lock().unwrap().push(mail);
                    }
                    let end = if refusal.is_empty() {
                        "250 taken".to_owned()
                    } else {
                        refusal
                    };
                    stream.write_all(format!("{end}\r\n").as_bytes()).await?;
                }
                _ => {}
            }
        }
    }
}

fn address(line: &str) -> String {
    let inner = line.split('<').nth(1).and_then(|rest| rest.split('>').next());
    inner.unwrap_or_default().to_owned()
}

async fn message<S: AsyncRead + Unpin>(stream: &mut BufReader<S>) -> std::io::Result<String> {
    let mut data = String::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 || line == ".\r\n" {
            return Ok(data);
        }
        data.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}
