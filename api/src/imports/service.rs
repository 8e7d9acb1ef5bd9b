//! Running, listing and removing imports.

use super::access_log;
use super::books::Books;
use super::input::{Input, Source};
use super::model::Progress;
use super::plausible;
use super::running::{Fault, Running};
use super::spool::Spool;
use super::store;
pub use super::store::ImportRow;
use crate::audit::{self, Action};
use crate::auth::caller::Caller;
use crate::error::{Error, Result, chain};
use crate::http::page::Wanted;
use crate::kit::clock::rfc3339;
use crate::sites::service::SiteRow;
use crate::state::State;
use shared::ids::ImportId;
use shared::import::{Import, ImportKind, ImportList, ImportStatus};
use shared::problem::ProblemCode;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, Notify, OwnedMutexGuard};

/// What another program has entered is looked for this often.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// What failed for want of room or of a store is tried again after so long.
const PAUSE: Duration = Duration::from_secs(10);

const UNPOISONED: &str = "nothing panics while it holds the lock";
/// So many imports run side by side, each of another site.
const MOST_AT_ONCE: usize = 3;

/// What the server's imports share.
#[derive(Clone, Debug)]
pub struct Imports {
    turn: Arc<Mutex<()>>,
    entered: Arc<Notify>,
    /// The sites that something is done for.
    busy: Arc<Busy>,
    spool: Spool,
}

type Busy = std::sync::Mutex<HashSet<String>>;

/// Keeps everybody else from doing something for a site.
struct Hold {
    busy: Arc<Busy>,
    site_id: String,
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.busy.lock().expect(UNPOISONED).remove(&self.site_id);
    }
}

impl Imports {
    /// Imports with their waiting files.
    pub fn new(spool: Spool) -> Self {
        Self {
            turn: Arc::default(),
            entered: Arc::default(),
            busy: Arc::default(),
            spool,
        }
    }

    /// Holds a site; none while somebody else does.
    fn hold(&self, site_id: &str) -> Option<Hold> {
        let is_free = self.busy.lock().expect(UNPOISONED).insert(site_id.to_owned());
        is_free.then(|| Hold {
            busy: self.busy.clone(),
            site_id: site_id.to_owned(),
        })
    }

    /// Waits until no import writes, and holds them while it is kept.
    pub async fn turn(&self) -> OwnedMutexGuard<()> {
        self.turn.clone().lock_owned().await
    }

    /// The waiting files.
    pub fn spool(&self) -> Spool {
        self.spool.clone()
    }

    /// Tells the worker that there is something to do.
    pub fn wake(&self) {
        self.entered.notify_one();
    }
}

/// Runs the imports whose files wait until the process ends: those of a site one after another, those of a few sites at once,
/// so that a long one keeps nobody else's waiting.
pub async fn work(state: State) {
    if let Err(error) = settle(&state).await {
        tracing::warn!(cause = %chain(&error), "imports that were interrupted are not settled");
    }
    futures_util::future::join_all((0..MOST_AT_ONCE).map(|_| work_on(&state))).await;
}

async fn work_on(state: &State) {
    loop {
        match step(state).await {
            Ok(true) => {}
            Ok(false) => {
                // Either there is something now, or it is time to look.
                let _ = tokio::time::timeout(LOOK_EVERY, state.imports.entered.notified()).await;
            }
            Err(error) => {
                tracing::warn!(cause = %chain(&error), "an import can't go on now; it is tried again");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// Tidies up after a stop: what a program ran with its own hands waits for it, and files of no import go.
async fn settle(state: &State) -> Result<()> {
    let mut tx = state.db.begin().await?;
    let problem = "The program was stopped. Give it the file again: it goes on where it was.";
    store::stop_orphans(&mut tx.link(), problem, state.clock.now_ms()).await?;
    let names = store::list_spooled(&mut tx.link()).await?;
    tx.commit().await?;
    let spool = state.imports.spool();
    tokio::task::spawn_blocking(move || spool.keep_only(&names))
        .await
        .map_err(Error::internal)
}

/// Does what is next; false when there is nothing.
async fn step(state: &State) -> Result<bool> {
    let open = {
        let mut conn = state.db.read().await?;
        store::list_open_imports(&mut conn.link()).await?
    };
    let spool = state.imports.spool();
    let is_here = |row: &ImportRow| row.spool.as_ref().is_none_or(|name| spool.has(name));
    let free = |row: ImportRow| Some((state.imports.hold(&row.site_id)?, row));
    let Some((_hold, row)) = open.into_iter().filter(is_here).find_map(free) else {
        return Ok(false);
    };
    // Somebody else may have ended it since the list was read.
    let Some(row) = Books::of(state).find(&row.site_id, &row.id).await? else {
        return Ok(true);
    };
    if !matches!(row.status.as_str(), "removing" | "waiting" | "running") || !is_here(&row) {
        return Ok(true);
    }
    if row.status == "removing" {
        take_out(state, &row).await?;
        return Ok(true);
    }
    let source = Source::Spooled(spool.clone(), row.spool.clone().unwrap_or_default());
    let opened = {
        let source = source.clone();
        tokio::task::spawn_blocking(move || Input::open(&source)).await
    };
    let ended = match opened.map_err(Error::internal)? {
        Ok(input) => run(state, row.clone(), source, input, &mut |_, _| {}, &mut |_| {}).await,
        Err(error) => end(state, &row, Some(&format!("the file can't be read: {error}"))).await,
    };
    match ended {
        Err(error) if error.code.status() == 503 => return Err(error),
        Err(error) => {
            tracing::error!(import = row.id, cause = %chain(&error), "an import failed");
            end(
                state,
                &row,
                Some("Something went wrong on the server; its log says what."),
            )
            .await?;
        }
        Ok(()) => {}
    }
    if let Some(name) = &row.spool {
        spool.remove(name);
    }
    Ok(true)
}

/// Runs an import to its end, which it notes. The error is of the server's stores; what is wrong with the file stands in
/// the import.
pub async fn run(
    state: &State,
    row: ImportRow,
    source: Source,
    input: Input,
    on_progress: &mut dyn FnMut(&Progress, Option<i64>),
    on_fault: &mut dyn FnMut(&Fault),
) -> Result<()> {
    let Some(site) = state.sites.by_id(&row.site_id).await? else {
        return Ok(());
    };
    let is_log = row.kind == "access_log";
    let mut running = Running {
        row,
        site,
        on_progress,
        on_fault,
    };
    let problem = match is_log {
        true => access_log::run(state, &mut running, input).await?,
        false => plausible::run(state, &mut running, source).await?,
    };
    end(state, &running.row, problem.as_deref()).await
}

async fn end(state: &State, row: &ImportRow, problem: Option<&str>) -> Result<()> {
    let mut tx = state.db.begin().await?;
    store::finish_import(&mut tx.link(), &row.id, problem, state.clock.now_ms()).await?;
    Ok(tx.commit().await?)
}

/// The imports of a site, latest first.
pub async fn list(state: &State, site: &SiteRow, wanted: &Wanted) -> Result<ImportList> {
    let (at, id) = wanted.after.clone().unwrap_or((i64::MAX, String::new()));
    let mut conn = state.db.read().await?;
    let rows = store::list_imports(&mut conn.link(), &site.id, (at, &id), i64::from(wanted.limit) + 1).await?;
    let (rows, next_cursor) = wanted.cut(rows, |row| (row.created_at, &row.id));
    Ok(ImportList {
        data: rows.into_iter().map(view).collect(),
        next_cursor,
    })
}

/// One import of a site.
pub async fn get(state: &State, site: &SiteRow, id: &str) -> Result<Import> {
    let found = Books::of(state).find(&site.id, id).await?;
    found.map(view).ok_or_else(|| ProblemCode::NotFound.into())
}

/// Removes an import with everything that it brought; one that runs is stopped.
pub async fn remove(state: &State, caller: &Caller, site: &SiteRow, id: &str) -> Result<()> {
    let mut tx = state.db.begin().await?;
    let found = store::find_import(&mut tx.link(), &site.id, id).await?;
    let row = found.ok_or(ProblemCode::NotFound)?;
    store::mark_removed(&mut tx.link(), &site.id, id).await?;
    audit::record(
        state,
        &mut tx,
        caller.actor(),
        Action::DeleteImport,
        Some(&site.id),
        Some(id),
    )
    .await?;
    tx.commit().await?;
    take_out(state, &row).await
}

async fn take_out(state: &State, row: &ImportRow) -> Result<()> {
    let _turn = state.imports.turn().await;
    state.events.delete_import(&row.id).await?;
    let mut tx = state.db.begin().await?;
    store::delete_import(&mut tx.link(), &row.id).await?;
    tx.commit().await?;
    if let Some(name) = &row.spool {
        state.imports.spool().remove(name);
    }
    Ok(())
}

/// Forgets the imports of a site whose events are about to be erased; none of them brings anything after this.
pub async fn forget_site(state: &State, site_id: &str) -> Result<()> {
    let _turn = state.imports.turn().await;
    let mut tx = state.db.begin().await?;
    store::delete_imports(&mut tx.link(), site_id).await?;
    tx.commit().await?;
    state.imports.spool().remove_of(site_id);
    Ok(())
}

/// An import as its owner sees it.
pub fn view(row: ImportRow) -> Import {
    let progress = Progress::of_text(&row.progress);
    let status = match row.status.as_str() {
        "waiting" => ImportStatus::Waiting,
        "running" => ImportStatus::Running,
        "done" => ImportStatus::Done,
        "removing" => ImportStatus::Removing,
        _ => ImportStatus::Failed,
    };
    let percent = if status == ImportStatus::Done {
        Some(100)
    } else {
        row.percent
    };
    Import {
        id: ImportId(row.id),
        kind: match row.kind.as_str() {
            "plausible" => ImportKind::Plausible,
            _ => ImportKind::AccessLog,
        },
        name: row.name,
        status,
        percent: percent.map(|percent| percent as f64),
        tally: progress.tally,
        first_day: progress.first_day.map(|day| day.to_string()),
        last_day: progress.last_day.map(|day| day.to_string()),
        bad_lines: progress.bad_lines,
        problem: row.problem,
        created_at: rfc3339(row.created_at),
        finished_at: row.finished_at.map(rfc3339),
    }
}
