//! SQLite connections that read.
//!
//! A pool of sqlx asks a connection whether it lives each time it is taken and each time it is given back. Each of these is a turn of the
//! thread behind the connection, as long as the read itself; there is no network here that a connection could lose.

use super::Result;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// A connection is replaced after so many uses, so that none stays whose thread has died.
const MOST_USES: u32 = 100_000;
const UNPOISONED: &str = "nothing panics with the lock";

/// A few connections to one file, opened when they are needed.
#[derive(Clone, Debug)]
pub struct Readers(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    options: SqliteConnectOptions,
    most: u32,
    patience: Duration,
    idle: Mutex<Vec<Used>>,
    turns: Arc<Semaphore>,
}

#[derive(Debug)]
struct Used {
    conn: SqliteConnection,
    uses: u32,
}

/// A connection that is given back when dropped.
#[derive(Debug)]
pub struct Reader {
    used: Option<Used>,
    home: Readers,
    _turn: OwnedSemaphorePermit,
}

impl Readers {
    /// At most so many connections; who waits longer for one than `patience` is told that the store is away.
    pub(super) fn new(options: SqliteConnectOptions, most: u32, patience: Duration) -> Self {
        Self(Arc::new(Inner {
            options,
            most,
            patience,
            idle: Mutex::default(),
            turns: Arc::new(Semaphore::new(most as usize)),
        }))
    }

    /// Takes a connection.
    pub async fn acquire(&self) -> Result<Reader> {
        let turn = tokio::time::timeout(self.0.patience, self.0.turns.clone().acquire_owned()).await;
        let turn = turn.map_err(|_| sqlx::Error::PoolTimedOut)?;
        let turn = turn.map_err(|_| sqlx::Error::PoolClosed)?;
        let idle = self.0.idle.lock().expect(UNPOISONED).pop();
        let used = match idle {
            Some(used) => used,
            None => Used {
                conn: self.0.options.connect().await?,
                uses: 0,
            },
        };
        Ok(Reader {
            used: Some(used),
            home: self.clone(),
            _turn: turn,
        })
    }

    /// Closes every connection, once each was given back.
    pub(super) async fn close(&self) {
        let all = self.0.turns.acquire_many(self.0.most).await;
        self.0.turns.close();
        let idle = std::mem::take(&mut *self.0.idle.lock().expect(UNPOISONED));
        for used in idle {
            if let Err(error) = used.conn.close().await {
                tracing::warn!(%error, "a reader of the metadata is not closed");
            }
        }
        drop(all);
    }
}

impl Deref for Reader {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.used.as_ref().expect("it is given back when dropped").conn
    }
}

impl DerefMut for Reader {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.used.as_mut().expect("it is given back when dropped").conn
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let Some(mut used) = self.used.take() else { return };
        used.uses += 1;
        if used.uses < MOST_USES {
            // Before the turn ends, so that whoever has the next one finds it.
            self.home.0.idle.lock().expect(UNPOISONED).push(used);
        }
    }
}
