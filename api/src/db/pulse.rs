//! Telling a PostgreSQL that is busy from one that is gone.
//!
//! A statement may take seconds, because of a lock or of much to do; a caller must not wait for a server that stands still or that no packet
//! reaches any more. So a statement that takes long is waited for only while the server still answers others: it is asked whether it speaks
//! TLS, which it says before anything else, whoever asks and however many connections it has. Connections from before a silence are given up
//! without a word, because asking each of them would take as long again.

use super::{Error, Result};
use sqlx::Connection;
use sqlx::pool::PoolConnectionMetadata;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpStream, UnixStream};
use tokio::time::Instant;

/// PostgreSQL ends a statement by itself a little earlier.
const STATEMENT_WITHIN: Duration = Duration::from_millis(5_500);
/// A statement that takes longer makes the server suspicious.
const SUSPICIOUS_AFTER: Duration = Duration::from_secs(1);
/// A server that is there says within this whether it speaks TLS, also one that is some hundred milliseconds away.
const BEAT_WITHIN: Duration = Duration::from_millis(700);
/// A connection that was idle answers within this.
const PING_WITHIN: Duration = Duration::from_secs(1);
/// `SSLRequest`: its length, and the number that stands for it (PostgreSQL's protocol, "Message Formats").
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];

/// Where a server is asked whether it is there, and when it last was not.
#[derive(Clone, Debug)]
pub struct Pulse(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    host: String,
    port: u16,
    socket: Option<PathBuf>,
    lost: Mutex<Option<Instant>>,
}

impl Pulse {
    /// The pulse of the server that the options lead to.
    pub(super) fn of(options: &PgConnectOptions) -> Self {
        Self(Arc::new(Inner {
            host: options.get_host().to_owned(),
            port: options.get_port(),
            socket: options.get_socket().cloned(),
            lost: Mutex::new(None),
        }))
    }

    /// Waits for a statement while the server is there. That no answer came does not tell whether the statement was carried out.
    pub(crate) async fn in_time<T>(&self, statement: impl Future<Output = Result<T>>) -> Result<T> {
        let waited = async {
            tokio::pin!(statement);
            loop {
                tokio::select! {
                    answer = &mut statement => return answer,
                    () = tokio::time::sleep(SUSPICIOUS_AFTER) => {}
                }
                tokio::select! {
                    answer = &mut statement => return answer,
                    beats = self.beats() => if !beats { return Err(Error::no_answer()) },
                }
            }
        };
        let answer = tokio::time::timeout(STATEMENT_WITHIN, waited).await;
        let answer = answer.unwrap_or_else(|_| Err(Error::no_answer()));
        if answer.as_ref().is_err_and(Error::is_no_answer) {
            self.lose();
        }
        answer
    }

    /// True for a connection from before the server was last lost.
    pub(super) fn is_lost(&self, connection: &PoolConnectionMetadata) -> bool {
        let lost = *self.0.lost.lock().expect("nothing panics with the lock");
        lost.is_some_and(|lost| lost.elapsed() < connection.age)
    }

    /// True when an idle connection can be used.
    pub(super) async fn is_alive(&self, connection: &mut PgConnection, known: &PoolConnectionMetadata) -> bool {
        if self.is_lost(known) {
            return false;
        }
        match tokio::time::timeout(PING_WITHIN, connection.ping()).await {
            Ok(answer) => answer.is_ok(),
            Err(_) => {
                self.lose();
                false
            }
        }
    }

    fn lose(&self) {
        *self.0.lost.lock().expect("nothing panics with the lock") = Some(Instant::now());
    }

    async fn beats(&self) -> bool {
        tokio::time::timeout(BEAT_WITHIN, self.beat())
            .await
            .is_ok_and(|beat| beat.is_ok())
    }

    async fn beat(&self) -> std::io::Result<()> {
        let Inner { host, port, socket, .. } = &*self.0;
        // As sqlx finds the socket: a folder is the host's name too.
        let folder = socket.clone().or_else(|| host.starts_with('/').then(|| host.into()));
        match folder {
            Some(folder) => ask(UnixStream::connect(folder.join(format!(".s.PGSQL.{port}"))).await?).await,
            None => ask(TcpStream::connect((host.as_str(), *port)).await?).await,
        }
    }
}

async fn ask(mut server: impl AsyncRead + AsyncWrite + Unpin) -> std::io::Result<()> {
    server.write_all(&SSL_REQUEST).await?;
    server.read_u8().await?;
    Ok(())
}
