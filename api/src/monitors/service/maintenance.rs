//! Maintenance windows: times for which checks do not count.

use crate::audit::{self, Action};
use crate::auth::caller::Caller;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::http::page::Wanted;
use crate::kit::clock::rfc3339;
use crate::monitors::store::maintenance::{self as store, WindowRow};
use crate::sites::service::{SiteRow, lock};
use crate::state::State;
use jiff::Timestamp;
use shared::ids::MaintenanceId;
use shared::maintenance::{CreateMaintenanceWindow, MaintenanceWindow, UpdateMaintenanceWindow};
use shared::page::Page;
use shared::patch::Patch;
use shared::problem::{FieldError, ProblemCode};

/// Windows of a site that are not over.
const MOST_WINDOWS: i64 = 100;
const MAX_NOTE_CHARS: usize = 200;
const LONGEST_MS: i64 = 31 * 86_400_000;
/// Years that an instant may be of: 1990 to 2200.
const INSTANTS_MS: std::ops::Range<i64> = 631_152_000_000..7_289_654_400_000;

fn view(row: WindowRow) -> MaintenanceWindow {
    MaintenanceWindow {
        id: MaintenanceId(row.id),
        note: row.note,
        starts_at: rfc3339(row.starts_at),
        ends_at: rfc3339(row.ends_at),
    }
}

fn instant(pointer: &str, given: &str) -> Result<i64, FieldError> {
    let parsed = given.parse::<Timestamp>().map(Timestamp::as_millisecond);
    match parsed {
        Ok(at) if INSTANTS_MS.contains(&at) => Ok(at),
        _ => Err(FieldError::new(
            pointer,
            "invalid",
            "An instant like 2026-01-31T22:00:00Z, from 1990 to 2200",
        )),
    }
}

fn note(given: &str) -> Result<String, FieldError> {
    let note = given.trim();
    if note.chars().count() > MAX_NOTE_CHARS {
        return Err(FieldError::new("/note", "too_long", "At most 200 characters"));
    }
    match note.chars().any(char::is_control) {
        true => Err(FieldError::new("/note", "invalid", "It has invisible characters")),
        false => Ok(note.to_owned()),
    }
}

/// The end must come after the beginning, and not too long after it.
fn check(row: &WindowRow) -> Result<()> {
    match row.ends_at - row.starts_at {
        1..=LONGEST_MS => Ok(()),
        ..=0 => Err(Error::field("/ends_at", "invalid", "It must end after it begins")),
        _ => Err(Error::field("/ends_at", "out_of_range", "At most 31 days")),
    }
}

/// The windows of a site, latest first.
pub async fn list(state: &State, site: &SiteRow, wanted: &Wanted) -> Result<Page<MaintenanceWindow>> {
    let (at, id) = wanted.after.clone().unwrap_or((i64::MAX, String::new()));
    let limit = i64::from(wanted.limit) + 1;
    let mut conn = state.db.read().await?;
    let rows = store::list_windows(&mut conn.link(), &site.id, (at, &id), limit).await?;
    let (rows, next_cursor) = wanted.cut(rows, |row| (row.starts_at, &row.id));
    Ok(Page {
        data: rows.into_iter().map(view).collect(),
        next_cursor,
    })
}

/// One window of a site.
pub async fn get(state: &State, site: &SiteRow, id: &str) -> Result<MaintenanceWindow> {
    let mut conn = state.db.read().await?;
    let found = store::find_window(&mut conn.link(), &site.id, id).await?;
    found.map(view).ok_or_else(|| ProblemCode::NotFound.into())
}

/// Makes a window.
pub async fn create(
    state: &State,
    caller: &Caller,
    site: &SiteRow,
    given: CreateMaintenanceWindow,
) -> Result<MaintenanceWindow> {
    let note = note(given.note.as_deref().unwrap_or_default());
    let (starts_at, ends_at) = (
        instant("/starts_at", &given.starts_at),
        instant("/ends_at", &given.ends_at),
    );
    let (note, starts_at, ends_at) = match (note, starts_at, ends_at) {
        (Ok(note), Ok(starts_at), Ok(ends_at)) => (note, starts_at, ends_at),
        (note, starts_at, ends_at) => {
            let wrong = [note.err(), starts_at.err(), ends_at.err()];
            return Err(Error::fields(wrong.into_iter().flatten().collect()));
        }
    };
    let now = state.clock.now_ms();
    let row = WindowRow {
        id: state.ids.next("mnt"),
        note,
        starts_at,
        ends_at,
    };
    check(&row)?;
    if ends_at <= now {
        return Err(Error::field("/ends_at", "invalid", "It is over already"));
    }
    let mut tx = state.db.begin().await?;
    lock(&mut tx, &site.id).await?;
    if store::count_windows(&mut tx.link(), &site.id, now).await? >= MOST_WINDOWS {
        let detail = format!("A site has at most {MOST_WINDOWS} windows that are not over");
        return Err(Error::new(ProblemCode::LimitReached).detail(detail));
    }
    store::insert_window(&mut tx.link(), &site.id, &row).await?;
    record(state, &mut tx, caller, Action::CreateMaintenanceWindow, site, &row.id).await?;
    tx.commit().await?;
    Ok(view(row))
}

async fn record(state: &State, tx: &mut Tx, caller: &Caller, action: Action, site: &SiteRow, id: &str) -> Result<()> {
    Ok(audit::record(state, tx, caller.actor(), action, Some(&site.id), Some(id)).await?)
}

/// Changes a window; checks that were made stay as they are.
pub async fn update(
    state: &State,
    caller: &Caller,
    site: &SiteRow,
    id: &str,
    given: UpdateMaintenanceWindow,
) -> Result<MaintenanceWindow> {
    let required = |pointer: &str| Error::field(pointer, "required", "It can't be empty");
    let one = |error: FieldError| Error::fields(vec![error]);
    let mut tx = state.db.begin().await?;
    lock(&mut tx, &site.id).await?;
    let found = store::find_window(&mut tx.link(), &site.id, id).await?;
    let mut row = found.ok_or(ProblemCode::NotFound)?;
    match given.note {
        Patch::Absent => {}
        Patch::Null => row.note = String::new(),
        Patch::Value(given) => row.note = note(&given).map_err(one)?,
    }
    match given.starts_at {
        Patch::Absent => {}
        Patch::Null => return Err(required("/starts_at")),
        Patch::Value(given) => row.starts_at = instant("/starts_at", &given).map_err(one)?,
    }
    match given.ends_at {
        Patch::Absent => {}
        Patch::Null => return Err(required("/ends_at")),
        Patch::Value(given) => row.ends_at = instant("/ends_at", &given).map_err(one)?,
    }
    check(&row)?;
    store::update_window(&mut tx.link(), &site.id, &row).await?;
    record(state, &mut tx, caller, Action::UpdateMaintenanceWindow, site, id).await?;
    tx.commit().await?;
    Ok(view(row))
}

/// Deletes a window; checks that were made within it stay marked.
pub async fn delete(state: &State, caller: &Caller, site: &SiteRow, id: &str) -> Result<()> {
    let mut tx = state.db.begin().await?;
    lock(&mut tx, &site.id).await?;
    if store::delete_window(&mut tx.link(), &site.id, id).await? == 0 {
        return Err(ProblemCode::NotFound.into());
    }
    record(state, &mut tx, caller, Action::DeleteMaintenanceWindow, site, id).await?;
    Ok(tx.commit().await?)
}
