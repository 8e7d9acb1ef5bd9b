//! A move of the events to another engine while the server goes on: asked for through the metadata store, done by the server.
//!
//! Promise: questions are answered and events are taken all the time. The server copies the days that are over; `vitrine migrate-store`
//! copies what is left while the server is stopped, and compares. A wish outlives the server: one that starts goes on with it.
//!
//! Absent: changing over. That is a start with another `events_url`.

mod store;

use crate::db::Db;
use crate::error::{Error, Result, chain};
use crate::events::Events;
use crate::events::moving::{Move, MoveError, Moved};
use crate::kit::seal::Seal;
use crate::state::State;
use jiff::Span;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use std::time::Duration;

const CONTEXT: &str = "store_move";
/// Wishes are looked for this often, and progress is written this often.
const EVERY: Duration = Duration::from_secs(1);
/// Days that are over in every time zone, and whose visits over midnight are too, are so long ago.
const CLOSED_AFTER_DAYS: i64 = 3;

/// How far the server is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// What is done.
    pub moved: Moved,
    /// True when nothing more comes.
    pub is_ended: bool,
    /// Why it ended early.
    pub problem: Option<String>,
}

/// The wish of a data folder, in the metadata store.
#[derive(Clone, Debug)]
pub struct Wish {
    db: Db,
    seal: Seal,
    /// The data folder's name.
    node: String,
}

impl Wish {
    /// The wish of a data folder of that name.
    pub fn of(db: Db, seal: Seal, node: String) -> Self {
        Self { db, seal, node }
    }

    fn wish(&self) -> String {
        format!("store_move:{}", self.node)
    }

    fn told(&self) -> String {
        format!("store_move_told:{}", self.node)
    }

    /// Asks for a move to a URL, which may hold a password.
    pub async fn make(&self, to: &str) -> Result<()> {
        let mut tx = self.db.begin().await?;
        store::delete(&mut tx.link(), &self.told()).await?;
        let sealed = self.seal.stable_id(CONTEXT, to);
        store::set(&mut tx.link(), &self.wish(), &sealed).await?;
        Ok(tx.commit().await?)
    }

    /// Where to, when a move is wished for.
    async fn find(&self) -> Result<Option<String>> {
        let mut conn = self.db.read().await?;
        let sealed = store::find(&mut conn.link(), &self.wish()).await?;
        Ok(sealed.and_then(|(sealed,)| self.seal.open_id(CONTEXT, &sealed)))
    }

    /// How far the server is; none when it has not begun.
    pub async fn asked(&self) -> Result<Option<Told>> {
        let mut conn = self.db.read().await?;
        let told = store::find(&mut conn.link(), &self.told()).await?;
        told.map(|(told,)| serde_json::from_str(&told).map_err(Error::internal))
            .transpose()
    }

    /// Says how far the server is; a wish that has ended is none any more.
    async fn tell(&self, told: &Told) -> Result<()> {
        let text = serde_json::to_string(told).map_err(Error::internal)?;
        let mut tx = self.db.begin().await?;
        store::set(&mut tx.link(), &self.told(), &text).await?;
        if told.is_ended {
            store::delete(&mut tx.link(), &self.wish()).await?;
        }
        Ok(tx.commit().await?)
    }
}

/// Does what is wished for, until the process stops.
pub async fn work(state: State) {
    let mut ticks = tokio::time::interval(EVERY);
    let node = match Events::folder_name(&state.config.data_dir).await {
        Ok(node) => node,
        Err(error) => {
            tracing::error!(%error, "the data folder has no name; moves of the events are not done");
            return;
        }
    };
    let wish = Wish::of(state.db.clone(), state.seal.clone(), node);
    let done = async {
        loop {
            ticks.tick().await;
            match wish.find().await {
                Ok(Some(to)) => copy(&state, &wish, &to).await,
                Ok(None) => {}
                Err(error) => {
                    tracing::warn!(cause = %chain(&error), "wishes for a move of the events can't be read yet")
                }
            }
        }
    };
    tokio::select! {
        // A copy that is cut short goes on with the next start.
        () = state.stopping.wait() => {}
        () = done => {}
    }
}

async fn copy(state: &State, wish: &Wish, to: &str) {
    tracing::info!("copying events to another engine");
    let (sender, mut latest) = tokio::sync::watch::channel(Moved::default());
    let copying = async {
        let copied = copy_closed_days(state, to, &sender).await;
        drop(sender);
        copied
    };
    let telling = async {
        while latest.changed().await.is_ok() {
            let moved = latest.borrow_and_update().clone();
            let told = Told {
                moved,
                ..Told::default()
            };
            if let Err(error) = wish.tell(&told).await {
                tracing::warn!(cause = %chain(&error), "how far the move is can't be written");
            }
            tokio::time::sleep(EVERY).await;
        }
    };
    let (copied, ()) = tokio::join!(copying, telling);
    let (moved, problem) = match copied {
        Ok(moved) => (moved, None),
        Err(error) => (Moved::default(), Some(chain(&error))),
    };
    tracing::info!(?moved, ?problem, "copied events to another engine");
    let told = Told {
        moved,
        is_ended: true,
        problem,
    };
    // Otherwise the wish stays, and what is there is found to be the same.
    if let Err(error) = wish.tell(&told).await {
        tracing::warn!(cause = %chain(&error), "the end of the move can't be written");
    }
}

async fn copy_closed_days(
    state: &State,
    to: &str,
    progress: &tokio::sync::watch::Sender<Moved>,
) -> std::result::Result<Moved, MoveError> {
    let config = &state.config;
    let moving: Move = state
        .events
        .moving_to(&config.events, to, &config.data_dir, &state.db)
        .await?;
    let moved = moving
        .run(Some(closed(state)), &mut |moved| {
            progress.send_replace(moved.clone());
        })
        .await;
    moving.close().await;
    moved
}

/// The first day that is not over.
fn closed(state: &State) -> Date {
    let today = TimeZone::UTC.to_datetime(state.clock.now()).date();
    today.saturating_sub(Span::new().days(CLOSED_AFTER_DAYS - 1))
}
