//! What can be done with segments.

use super::model::{MOST_SEGMENTS, filters_of_text, filters_to_text};
use super::store::{self, SegmentRow};
use crate::audit::{self, Action};
use crate::auth::caller::Caller;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::http::page::Wanted;
use crate::kit::clock::rfc3339;
use crate::kit::name::Name;
use crate::reports;
use crate::share_links;
use crate::sites::service::{SiteRow, lock};
use crate::state::State;
use shared::ids::SegmentId;
use shared::patch::Patch;
use shared::problem::ProblemCode;
use shared::query::Filter;
use shared::query_result::ForcedSegment;
use shared::segment::{CreateSegment, Segment, SegmentList, ShareLinkName, UpdateSegment};

/// A segment as a share link forces it on every question. `filters` is what the store holds.
pub fn forced(name: String, filters: &str) -> Result<ForcedSegment> {
    Ok(ForcedSegment {
        name,
        filters: filters_of_text(filters)?,
    })
}

/// The name of a segment of the site, to bind a link to; 422 at `/segment_id` when there is none.
pub async fn name_of(tx: &mut Tx, site_id: &str, id: &SegmentId) -> Result<String> {
    let found = store::find_segment(&mut tx.link(), site_id, id.as_str()).await?;
    match found {
        Some(row) => Ok(row.name),
        None => Err(Error::field("/segment_id", "not_found", "No such segment on this site")),
    }
}

/// The names of the segments whose conditions name a goal.
pub async fn naming_goal(tx: &mut Tx, site_id: &str, goal: &str) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for row in store::list_segments(&mut tx.link(), site_id).await? {
        if reports::service::name_goal(&filters_of_text(&row.filters)?, goal) {
            names.push(row.name);
        }
    }
    Ok(names)
}

fn view(row: SegmentRow, share_links: Vec<ShareLinkName>) -> Result<Segment> {
    Ok(Segment {
        filters: filters_of_text(&row.filters)?,
        id: SegmentId(row.id),
        name: row.name,
        share_links,
        created_at: rfc3339(row.created_at),
        updated_at: rfc3339(row.updated_at),
    })
}

/// A page of the segments of a site by name; with the bound links where the caller may see links.
pub async fn list(state: &State, site: &SiteRow, with_links: bool, wanted: &Wanted) -> Result<SegmentList> {
    let segments = all(state, site, with_links).await?;
    let (data, next_cursor) = wanted.cut_whole(segments, |segment| segment.id.as_str());
    Ok(SegmentList { data, next_cursor })
}

/// The segments of a site by name; with the bound links where the caller may see links.
pub async fn all(state: &State, site: &SiteRow, with_links: bool) -> Result<Vec<Segment>> {
    let mut conn = state.db.read().await?;
    let rows = store::list_segments(&mut conn.link(), &site.id).await?;
    let bound = match with_links {
        true => share_links::service::bound(&mut conn.link(), &site.id).await?,
        false => Vec::new(),
    };
    let data = rows.into_iter().map(|row| {
        let links = bound.iter().filter(|(segment_id, _)| *segment_id == row.id);
        let links = links.map(|(_, link)| link.clone()).collect();
        view(row, links)
    });
    data.collect()
}

/// One segment of a site.
pub async fn get(state: &State, site: &SiteRow, id: &str, with_links: bool) -> Result<Segment> {
    let found = all(state, site, with_links).await?.into_iter();
    let mut found = found.filter(|segment| segment.id.as_str() == id);
    found.next().ok_or_else(|| ProblemCode::NotFound.into())
}

/// Checks filters and writes them as they are stored.
async fn checked(state: &State, filters: &[Filter]) -> Result<String> {
    let text = filters_to_text(filters)?;
    reports::service::check_patterns(&state.events, filters).await?;
    Ok(text)
}

/// Makes a segment.
pub async fn create(state: &State, caller: &Caller, site: &SiteRow, given: CreateSegment) -> Result<Segment> {
    let name = Name::new(&given.name)?;
    let filters = checked(state, &given.filters).await?;
    let mut tx = state.db.begin().await?;
    lock(&mut tx, &site.id).await?;
    let there = store::list_segments(&mut tx.link(), &site.id).await?;
    if there.len() >= MOST_SEGMENTS {
        let detail = format!("A site has at most {MOST_SEGMENTS} segments");
        return Err(Error::new(ProblemCode::LimitReached).detail(detail));
    }
    check_name(&there, &name, None)?;
    let now = state.clock.now_ms();
    let row = SegmentRow {
        id: state.ids.next("seg"),
        name: name.name,
        name_key: name.key,
        filters,
        created_at: now,
        updated_at: now,
    };
    store::insert_segment(&mut tx.link(), &site.id, &row).await?;
    record(state, &mut tx, caller, Action::CreateSegment, site, &row.id).await?;
    tx.commit().await?;
    view(row, Vec::new())
}

fn check_name(there: &[SegmentRow], name: &Name, own_id: Option<&str>) -> Result<()> {
    let taken = there
        .iter()
        .any(|row| row.name_key == name.key && Some(row.id.as_str()) != own_id);
    match taken {
        true => Err(Error::new(ProblemCode::NameTaken).detail("A segment with this name already exists")),
        false => Ok(()),
    }
}

async fn record(state: &State, tx: &mut Tx, caller: &Caller, action: Action, site: &SiteRow, id: &str) -> Result<()> {
    Ok(audit::record(state, tx, caller.actor(), action, Some(&site.id), Some(id)).await?)
}

/// Changes a segment. New filters hold at once for every link that is bound to it.
pub async fn update(state: &State, caller: &Caller, site: &SiteRow, id: &str, given: UpdateSegment) -> Result<Segment> {
    let name = match given.name {
        Patch::Absent => None,
        Patch::Null => return Err(Error::field("/name", "required", "Enter a name")),
        Patch::Value(name) => Some(Name::new(&name)?),
    };
    let filters = match given.filters {
        Patch::Absent => None,
        Patch::Null => return Err(Error::field("/filters", "required", "Enter at least one condition")),
        Patch::Value(filters) => Some(checked(state, &filters).await?),
    };
    let mut tx = state.db.begin().await?;
    lock(&mut tx, &site.id).await?;
    let there = store::list_segments(&mut tx.link(), &site.id).await?;
    let found = there.iter().find(|row| row.id == id);
    let mut row = found.cloned().ok_or(ProblemCode::NotFound)?;
    if let Some(name) = name {
        check_name(&there, &name, Some(id))?;
        (row.name, row.name_key) = (name.name, name.key);
    }
    row.filters = filters.unwrap_or(row.filters);
    row.updated_at = state.clock.now_ms();
    store::update_segment(&mut tx.link(), &site.id, &row).await?;
    record(state, &mut tx, caller, Action::UpdateSegment, site, id).await?;
    tx.commit().await?;
    get(state, site, id, true).await
}

/// Deletes a segment that no link is bound to; 409 with the links' names otherwise.
pub async fn delete(state: &State, caller: &Caller, site: &SiteRow, id: &str) -> Result<()> {
    let mut tx = state.db.begin().await?;
    // Links are bound under the same lock, so that what is looked at here stays.
    lock(&mut tx, &site.id).await?;
    let bound = share_links::service::bound(&mut tx.link(), &site.id).await?;
    let names: Vec<String> = bound
        .into_iter()
        .filter(|(segment_id, _)| segment_id == id)
        .map(|(_, link)| link.name)
        .collect();
    if !names.is_empty() {
        let detail = format!("These share links use the segment: {}", names.join(", "));
        return Err(Error::new(ProblemCode::SegmentInUse).detail(detail));
    }
    if store::delete_segment(&mut tx.link(), &site.id, id).await? == 0 {
        return Err(ProblemCode::NotFound.into());
    }
    record(state, &mut tx, caller, Action::DeleteSegment, site, id).await?;
    Ok(tx.commit().await?)
}
