//! What can be done with annotations.

use super::store::{self, AnnotationRow};
use crate::audit::{self, Action};
use crate::auth::caller::Caller;
use crate::auth::scope::Scope;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::http::page::PageQuery;
use crate::kit::clock::rfc3339;
use crate::kit::name::Name;
use crate::reports::service::date;
use crate::sites::service::{SiteRow, lock};
use crate::state::State;
use serde::Deserialize;
use shared::annotation::{Annotation, AnnotationList, CreateAnnotation, UpdateAnnotation};
use shared::ids::AnnotationId;
use shared::patch::Patch;
use shared::problem::ProblemCode;
use utoipa::IntoParams;

const MOST_ANNOTATIONS: usize = 1000;
const MAX_TEXT_CHARS: usize = 200;
/// Every date that can be stored lies between.
const EVER: (&str, &str) = ("0000-01-01", "9999-12-31");

/// The query parameters of the list.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Between {
    /// No annotations of days before this date.
    #[param(format = Date)]
    from: Option<String>,
    /// No annotations of days after this date.
    #[param(format = Date)]
    to: Option<String>,
    /// At most so many rows: 1 to 100; 25 when absent.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Option<String>,
    /// What `next_cursor` of the page before said.
    #[param(pattern = "^[0-9a-f]{1,15}\\.[A-Za-z0-9_]{1,64}$")]
    cursor: Option<String>,
}

fn checked_date(pointer: &str, given: &str) -> Result<String> {
    match date(given) {
        Some(date) if (1990..=2200).contains(&date.year()) => Ok(date.to_string()),
        _ => Err(Error::field(
            pointer,
            "invalid",
            "A date like 2026-01-31, from 1990 to 2200",
        )),
    }
}

fn view(row: AnnotationRow) -> Annotation {
    Annotation {
        id: AnnotationId(row.id),
        date: row.date,
        text: row.text,
        hidden: row.hidden,
        created_at: rfc3339(row.created_at),
    }
}

/// True for what the request may see.
fn is_seen(scope: &Scope, row: &AnnotationRow) -> bool {
    !row.hidden || scope.link_id().is_none()
}

/// The annotations of a site that the request may see, by date.
pub async fn list(state: &State, site: &SiteRow, scope: &Scope, between: &Between) -> Result<AnnotationList> {
    let bound = |pointer: &str, given: &Option<String>, otherwise: &str| match given {
        Some(given) => checked_date(pointer, given),
        None => Ok(otherwise.to_owned()),
    };
    let (from, to) = (
        bound("?from", &between.from, EVER.0)?,
        bound("?to", &between.to, EVER.1)?,
    );
    let wanted = PageQuery::new(between.limit.clone(), between.cursor.clone()).wanted(&["note"])?;
    let mut conn = state.db.read().await?;
    let rows = store::list_annotations(&mut conn.link(), &site.id, &from, &to).await?;
    let seen = rows.into_iter().filter(|row| is_seen(scope, row)).collect();
    let (rows, next_cursor) = wanted.cut_whole(seen, |row| &row.id);
    Ok(AnnotationList {
        data: rows.into_iter().map(view).collect(),
        next_cursor,
    })
}

/// One annotation of a site.
pub async fn get(state: &State, site: &SiteRow, scope: &Scope, id: &str) -> Result<Annotation> {
    let mut conn = state.db.read().await?;
    let found = store::find_annotation(&mut conn.link(), &site.id, id).await?;
    let seen = found.filter(|row| is_seen(scope, row));
    seen.map(view).ok_or_else(|| ProblemCode::NotFound.into())
}

/// Makes an annotation.
pub async fn create(state: &State, caller: &Caller, site: &SiteRow, given: CreateAnnotation) -> Result<Annotation> {
    let row = AnnotationRow {
        id: state.ids.next("note"),
        date: checked_date("/date", &given.date)?,
        text: Name::within("/text", &given.text, MAX_TEXT_CHARS)?.name,
        hidden: given.hidden,
        created_at: state.clock.now_ms(),
    };
    let mut tx = state.db.begin().await?;
    lock(&mut tx, &site.id).await?;
    let there = store::list_annotations(&mut tx.link(), &site.id, EVER.0, EVER.1).await?;
    if there.len() >= MOST_ANNOTATIONS {
        let detail = format!("A site has at most {MOST_ANNOTATIONS} annotations");
        return Err(Error::new(ProblemCode::LimitReached).detail(detail));
    }
    store::insert_annotation(&mut tx.link(), &site.id, &row).await?;
    record(state, &mut tx, caller, Action::CreateAnnotation, site, &row.id).await?;
    tx.commit().await?;
    Ok(view(row))
}

async fn record(state: &State, tx: &mut Tx, caller: &Caller, action: Action, site: &SiteRow, id: &str) -> Result<()> {
    Ok(audit::record(state, tx, caller.actor(), action, Some(&site.id), Some(id)).await?)
}

/// Changes an annotation.
pub async fn update(
    state: &State,
    caller: &Caller,
    site: &SiteRow,
    id: &str,
    given: UpdateAnnotation,
) -> Result<Annotation> {
    let required = |pointer: &str| Error::field(pointer, "required", "It can't be empty");
    let mut tx = state.db.begin().await?;
    lock(&mut tx, &site.id).await?;
    let found = store::find_annotation(&mut tx.link(), &site.id, id).await?;
    let mut row = found.ok_or(ProblemCode::NotFound)?;
    match given.date {
        Patch::Absent => {}
        Patch::Null => return Err(required("/date")),
        Patch::Value(date) => row.date = checked_date("/date", &date)?,
    }
    match given.text {
        Patch::Absent => {}
        Patch::Null => return Err(required("/text")),
        Patch::Value(text) => row.text = Name::within("/text", &text, MAX_TEXT_CHARS)?.name,
    }
    match given.hidden {
        Patch::Absent => {}
        Patch::Null => return Err(required("/hidden")),
        Patch::Value(hidden) => row.hidden = hidden,
    }
    store::update_annotation(&mut tx.link(), &site.id, &row).await?;
    record(state, &mut tx, caller, Action::UpdateAnnotation, site, id).await?;
    tx.commit().await?;
    Ok(view(row))
}

/// Deletes an annotation.
pub async fn delete(state: &State, caller: &Caller, site: &SiteRow, id: &str) -> Result<()> {
    let mut tx = state.db.begin().await?;
    lock(&mut tx, &site.id).await?;
    if store::delete_annotation(&mut tx.link(), &site.id, id).await? == 0 {
        return Err(ProblemCode::NotFound.into());
    }
    record(state, &mut tx, caller, Action::DeleteAnnotation, site, id).await?;
    Ok(tx.commit().await?)
}
