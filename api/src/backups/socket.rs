//! The server's side: a socket in the data folder over which a program on the same machine asks to hold the event file still.
//!
//! Who may write into the data folder may ask. The hold lasts as long as the connection: it ends when the program says so, is
//! killed or falls silent, and when the server stops.

use crate::error::chain;
use crate::state::State;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};

/// The first line of the program, with the protocol's version.
pub(super) const ASK: &str = "hold 1";
/// The server holds still.
pub(super) const HELD: &str = "held";
/// The program still copies.
pub(super) const ALIVE: &str = "alive";
/// The program is done.
pub(super) const DONE: &str = "done";
/// The server held still until here.
pub(super) const KEPT: &str = "kept";

/// A program that says nothing for so long is taken for dead.
const SILENCE: Duration = Duration::from_secs(30);

/// The socket of a data folder.
pub(super) fn path(data_dir: &Path) -> PathBuf {
    data_dir.join("backup.sock")
}

/// Answers, one program at a time, until the process stops.
pub async fn serve(state: State) {
    let path = path(&state.config.data_dir);
    let listener = match listen(&path) {
        Ok(listener) => listener,
        Err(cause) => {
            tracing::warn!(socket = %path.display(), %cause, "backups can't be taken while the server runs: the socket can't be made");
            return;
        }
    };
    loop {
        let accepted = tokio::select! {
            () = state.stopping.wait() => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, _)) => hold(&state, stream).await,
            Err(cause) => {
                tracing::warn!(%cause, "a backup can't reach the server");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
    }
    // What is left of it would only be refused by the next program, and replaced by the next start.
    let _ = std::fs::remove_file(&path);
}

/// The folder is this process's own, so that a socket that lies there is a dead server's.
fn listen(path: &Path) -> io::Result<UnixListener> {
    match std::fs::remove_file(path) {
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => return Err(cause),
        _ => {}
    }
    let listener = UnixListener::bind(path)?;
    #[cfg(unix)]
    std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    Ok(listener)
}

async fn hold(state: &State, stream: UnixStream) {
    let start_ms = state.clock.monotonic_ms();
    match answer(state, stream).await {
        Ok(()) => {
            let duration_ms = state.clock.monotonic_ms().saturating_sub(start_ms);
            tracing::info!(duration_ms, "the event file was held still for a backup");
        }
        Err(cause) => tracing::warn!(%cause, "a backup that was being taken is incomplete"),
    }
}

async fn answer(state: &State, stream: UnixStream) -> io::Result<()> {
    let (from, mut to) = stream.into_split();
    let mut lines = BufReader::new(from).lines();
    let mut next = async || match tokio::time::timeout(SILENCE, lines.next_line()).await {
        Ok(line) => line,
        Err(_) => Err(io::Error::new(io::ErrorKind::TimedOut, "the program fell silent")),
    };
    if next().await?.as_deref() != Some(ASK) {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "not a question that the server knows",
        ));
    }
    let held = match state.events.hold().await {
        Ok(held) => held,
        Err(error) => {
            let cause = error
                .source
                .as_ref()
                .map_or_else(|| "busy".to_owned(), |cause| chain(cause.as_ref()));
            let line = format!("{}\n", cause.replace('\n', " "));
            to.write_all(line.as_bytes()).await?;
            return Err(io::Error::other(cause));
        }
    };
    to.write_all(format!("{HELD}\n").as_bytes()).await?;
    loop {
        let line = tokio::select! {
            () = state.stopping.wait() => return Err(io::Error::other("the server stops")),
            line = next() => line?,
        };
        match line.as_deref() {
            Some(ALIVE) => {}
            Some(DONE) => break,
            _ => return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the program went away")),
        }
    }
    held.release().await.map_err(io::Error::other)?;
    to.write_all(format!("{KEPT}\n").as_bytes()).await
}
