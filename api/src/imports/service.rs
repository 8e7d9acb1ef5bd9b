//! Running, listing and removing imports.

use super::access_log;
use super::books::{Books, Given};
use super::input::{Input, Source};
use super::model::Progress;
use super::plausible;
use super::running::{Fault, Running};
use super::spool::{Spool, Taking};
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
use shared::import::{Import, ImportKind, ImportList, ImportStatus, LogFormat};
use shared::problem::ProblemCode;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, Notify, OwnedMutexGuard};

/// What another program has entered is looked for this often.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// What failed for want of room or of a store is tried again after so long.
const PAUSE: Duration = Duration::from_secs(10);

/// What the server's imports share.
#[derive(Clone, Debug)]
pub struct Imports {
    turn: Arc<Mutex<()>>,
    entered: Arc<Notify>,
    spool: Spool,
}

impl Imports {
    /// Imports with their waiting files.
    pub fn new(spool: Spool) -> Self {
        Self {
            turn: Arc::default(),
            entered: Arc::default(),
            spool,
        }
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

/// Runs the imports whose files wait, one after another, until the process ends.
pub async fn work(state: State) {
    if let Err(error) = settle(&state).await {
        tracing::warn!(cause = %chain(&error), "imports that were interrupted are not settled");
    }
    loop {
        match step(&state).await {
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
    let Some(row) = open.into_iter().find(is_here) else {
        return Ok(false);
    };
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

/// A file that is being taken in over HTTP.
#[derive(Debug)]
pub struct Upload {
    /// Its name in the spool.
    name: String,
    taking: Taking,
}

/// Begins to take a file of a site in.
pub fn receive(state: &State, site: &SiteRow) -> Result<Upload> {
    let name = Spool::name(&state.ids, &site.id);
    let taking = state.imports.spool().take(&name).map_err(unwritable)?;
    Ok(Upload { name, taking })
}

impl Upload {
    /// Adds bytes, off the async threads.
    pub async fn add(mut self, bytes: Vec<u8>) -> Result<Self> {
        let done = tokio::task::spawn_blocking(move || {
            self.taking.write(&bytes)?;
            Ok(self)
        });
        done.await.map_err(Error::internal)?.map_err(unwritable)
    }

    /// Enters the file as an import, to run when its turn comes.
    pub async fn enter(
        self,
        state: &State,
        caller: &Caller,
        site: &SiteRow,
        file_name: String,
        format: LogFormat,
    ) -> Result<Import> {
        let (books, name) = (Books::of(state), self.name.clone());
        let entered = self.enter_as(state, &books, caller, site, file_name, format).await;
        match entered {
            Ok(import) => {
                state.imports.wake();
                Ok(import)
            }
            Err(error) => {
                books.spool.remove(&name);
                Err(error)
            }
        }
    }

    async fn enter_as(
        self,
        state: &State,
        books: &Books,
        caller: &Caller,
        site: &SiteRow,
        file_name: String,
        format: LogFormat,
    ) -> Result<Import> {
        let (looking, site_id, name) = (books.clone(), site.id.clone(), self.name.clone());
        let looked = tokio::task::spawn_blocking(move || {
            self.taking.finish().map_err(unwritable)?;
            let source = Source::Spooled(looking.spool.clone(), name);
            let looked = Input::open(&source).and_then(|input| looking.look_at(&site_id, &source, &input));
            looked.map_err(|error| Error::field("", "invalid", format!("the file can't be read: {error}")))
        });
        let (kind, fingerprint) = looked.await.map_err(Error::internal)??;
        let given = Given {
            kind,
            format,
            name: file_name,
            fingerprint,
            spool: Some(self.name),
        };
        let mut tx = state.db.begin().await?;
        let row = books.enter(&mut tx, &site.id, given, None, false).await?;
        audit::record(
            state,
            &mut tx,
            caller.actor(),
            Action::CreateImport,
            Some(&site.id),
            Some(&row.id),
        )
        .await?;
        tx.commit().await?;
        Ok(view(row))
    }
}

fn unwritable(error: std::io::Error) -> Error {
    Error::new(ProblemCode::StorageFull).retry_after(30).caused_by(error)
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
