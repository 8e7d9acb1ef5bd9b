//! What can be done with shields.

use super::model::{self, Shields};
use super::store::{self, ShieldRow};
use crate::audit::{self, Action};
use crate::auth::caller::Caller;
use crate::db::{Link, Tx};
use crate::error::{Error, Result};
use crate::http::page::Wanted;
use crate::ingest::visitor::local_date;
use crate::kit::clock::rfc3339;
use crate::kit::name::Name;
use crate::sites::service::{SiteRow, lock, zone_of};
use crate::state::State;
use jiff::Span;
use jiff::tz::TimeZone;
use serde::Deserialize;
use shared::ids::ShieldId;
use shared::problem::ProblemCode;
use shared::shield::{CreateShield, DropReason, DroppedEventList, DroppedEvents, Shield, ShieldKind, ShieldList};
use std::net::IpAddr;
use utoipa::IntoParams;

const MOST_SHIELDS: usize = 200;
const MAX_NOTE_CHARS: usize = 60;
const DEFAULT_DAYS: i64 = 30;
const MOST_DAYS: i64 = 400;

/// The query parameters of what was left out.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Lately {
    /// So many days, the last one being today: 1 to 400; 30 when absent.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 400)]
    days: Option<String>,
}

impl Lately {
    fn days(&self) -> Result<i64> {
        let Some(text) = &self.days else {
            return Ok(DEFAULT_DAYS);
        };
        let days = text.parse().ok().filter(|days| (1..=MOST_DAYS).contains(days));
        days.ok_or_else(|| Error::field("?days", "out_of_range", format!("days must be 1 to {MOST_DAYS}")))
    }
}

/// The word of a stored row; the schema allows no others.
fn kind_of(word: &str) -> Option<ShieldKind> {
    ShieldKind::ALL.into_iter().find(|kind| kind.as_str() == word)
}

/// The shields of a site, ready to be asked.
pub async fn of_site(link: &mut Link<'_>, site_id: &str) -> Result<Shields> {
    let rows = store::list_shields(link, site_id).await?;
    let stored = rows
        .into_iter()
        .filter_map(|row| Some((kind_of(&row.kind)?, row.value)));
    Ok(Shields::of(stored))
}

fn view(row: ShieldRow) -> Option<Shield> {
    Some(Shield {
        kind: kind_of(&row.kind)?,
        id: ShieldId(row.id),
        value: row.value,
        note: row.note,
        created_at: rfc3339(row.created_at),
    })
}

/// The shields of a site, told to a caller at `address`.
pub async fn list(state: &State, site: &SiteRow, address: IpAddr, wanted: &Wanted) -> Result<ShieldList> {
    let mut conn = state.db.read().await?;
    let rows = store::list_shields(&mut conn.link(), &site.id).await?;
    let (rows, next_cursor) = wanted.cut_whole(rows, |row| &row.id);
    Ok(ShieldList {
        data: rows.into_iter().filter_map(view).collect(),
        next_cursor,
        your_address: model::own(address),
    })
}

/// Makes a shield; it holds from the next event on.
pub async fn create(state: &State, caller: &Caller, site: &SiteRow, given: CreateShield) -> Result<Shield> {
    let note = match given.note.trim() {
        "" => String::new(),
        note => Name::within("/note", note, MAX_NOTE_CHARS)?.name,
    };
    let row = ShieldRow {
        id: state.ids.next("shd"),
        kind: given.kind.as_str().to_owned(),
        value: model::value(given.kind, &given.value)?,
        note,
        created_at: state.clock.now_ms(),
    };
    let mut tx = state.db.begin().await?;
    lock(&mut tx, &site.id).await?;
    let there = store::list_shields(&mut tx.link(), &site.id).await?;
    if there
        .iter()
        .any(|shield| shield.kind == row.kind && shield.value == row.value)
    {
        return Err(Error::new(ProblemCode::Conflict).detail("This shield is there already"));
    }
    if there.len() >= MOST_SHIELDS {
        let detail = format!("A site has at most {MOST_SHIELDS} shields");
        return Err(Error::new(ProblemCode::LimitReached).detail(detail));
    }
    store::insert_shield(&mut tx.link(), &site.id, &row).await?;
    record(state, &mut tx, caller, Action::CreateShield, site, &row.id).await?;
    tx.commit().await?;
    state.sites.forget();
    view(row).ok_or_else(|| Error::internal("a kind that was just written is known"))
}

async fn record(state: &State, tx: &mut Tx, caller: &Caller, action: Action, site: &SiteRow, id: &str) -> Result<()> {
    Ok(audit::record(state, tx, caller.actor(), action, Some(&site.id), Some(id)).await?)
}

/// Deletes a shield.
pub async fn delete(state: &State, caller: &Caller, site: &SiteRow, id: &str) -> Result<()> {
    let mut tx = state.db.begin().await?;
    lock(&mut tx, &site.id).await?;
    if store::delete_shield(&mut tx.link(), &site.id, id).await? == 0 {
        return Err(ProblemCode::NotFound.into());
    }
    record(state, &mut tx, caller, Action::DeleteShield, site, id).await?;
    tx.commit().await?;
    state.sites.forget();
    Ok(())
}

/// What was left out lately, what this process still holds in memory included.
pub async fn dropped(state: &State, site: &SiteRow, lately: &Lately) -> Result<DroppedEventList> {
    let today = local_date(&zone_of(&site.timezone), state.clock.now_ms());
    let from = today.saturating_sub(Span::new().days(lately.days()? - 1));
    state.dropped.write(&state.db).await?;
    let mut conn = state.db.read().await?;
    let rows = store::list_dropped(&mut conn.link(), &site.id, &from.to_string()).await?;
    let data = rows.into_iter().filter_map(|row| {
        Some(DroppedEvents {
            reason: DropReason::ALL
                .into_iter()
                .find(|reason| reason.as_str() == row.reason)?,
            date: row.local_date,
            events: row.events,
        })
    });
    Ok(DroppedEventList {
        data: data.collect(),
        next_cursor: None,
    })
}

/// Deletes counts that nobody can ask for any more.
pub async fn forget_old(state: &State) -> Result<()> {
    let today = local_date(&TimeZone::UTC, state.clock.now_ms());
    // A day more, because in some zone it is still yesterday.
    let first_kept = today.saturating_sub(Span::new().days(MOST_DAYS + 1));
    let mut tx = state.db.begin().await?;
    store::delete_dropped_before(&mut tx.link(), &first_kept.to_string()).await?;
    Ok(tx.commit().await?)
}
