//! The program's side: nobody changes the event file until it is released, whether a server has it open or not.

use super::socket::{ALIVE, ASK, DONE, HELD, KEPT, path};
use super::{Failure, Result};
use crate::events::{FolderLock, OpenError};
use std::path::Path;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::net::UnixStream;
use tokio::net::unix::OwnedReadHalf;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// The server is told this often that the program lives.
const BEAT: Duration = Duration::from_secs(5);
/// A server that starts, or that serves another backup, is asked again for so long.
const TRIES: u32 = 100;
const PAUSE: Duration = Duration::from_millis(100);

/// The event file, as it is.
#[derive(Debug)]
pub enum Hold {
    /// No server has the folder, and none gets it meanwhile.
    Alone(#[expect(dead_code, reason = "held, never read")] FolderLock),
    /// A server holds still.
    Server(Server),
}

/// A server that holds still for as long as this lives.
#[derive(Debug)]
pub struct Server {
    done: oneshot::Sender<()>,
    beating: JoinHandle<std::io::Result<()>>,
    lines: Lines<BufReader<OwnedReadHalf>>,
}

impl Hold {
    /// Takes the folder, or asks the server that has it.
    pub async fn take(data_dir: &Path) -> Result<Self> {
        for _ in 0..TRIES {
            match FolderLock::take(data_dir) {
                Ok(lock) => return Ok(Hold::Alone(lock)),
                Err(OpenError::InUse(_)) => {}
                Err(error) => return Err(Failure(error.to_string())),
            }
            if let Ok(stream) = UnixStream::connect(path(data_dir)).await {
                return ask(stream).await;
            }
            tokio::time::sleep(PAUSE).await;
        }
        Err(Failure(format!(
            "another process uses the data folder {}, and it is no server that answers on {}: wait until it is done",
            data_dir.display(),
            path(data_dir).display()
        )))
    }

    /// Lets the server go on. An error says that it did not hold still until here, so that what was copied is worth nothing.
    pub async fn release(self) -> Result<()> {
        let Hold::Server(mut server) = self else { return Ok(()) };
        let gone = || Failure("the server stopped while the backup was taken: take it again".to_owned());
        server.done.send(()).map_err(|()| gone())?;
        let said = server.lines.next_line().await;
        let beat = server.beating.await;
        match (said, beat) {
            (Ok(Some(line)), Ok(Ok(()))) if line == KEPT => Ok(()),
            _ => Err(gone()),
        }
    }
}

async fn ask(stream: UnixStream) -> Result<Hold> {
    let fail = |cause: std::io::Error| Failure(format!("the server does not answer: {cause}"));
    let (from, mut to) = stream.into_split();
    let mut lines = BufReader::new(from).lines();
    to.write_all(format!("{ASK}\n").as_bytes()).await.map_err(fail)?;
    match lines.next_line().await.map_err(fail)? {
        Some(line) if line == HELD => {}
        Some(cause) => return Err(Failure(format!("the server can't hold its event file still: {cause}"))),
        None => return Err(Failure("the server went away: take the backup again".to_owned())),
    }
    let (done, mut is_done) = oneshot::channel();
    let beating = tokio::spawn(async move {
        loop {
            let word = tokio::select! {
                told = &mut is_done => match told {
                    Ok(()) => DONE,
                    // Given up: closing the connection says so.
                    Err(_) => return Ok(()),
                },
                () = tokio::time::sleep(BEAT) => ALIVE,
            };
            to.write_all(format!("{word}\n").as_bytes()).await?;
            if word == DONE {
                return Ok(());
            }
        }
    });
    Ok(Hold::Server(Server { done, beating, lines }))
}
