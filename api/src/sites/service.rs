//! What can be done with sites.

pub use super::store::SiteRow;
use super::store::{self, MemberRow};
use super::{favicon, model};
use crate::audit::{self, Action};
use crate::auth::caller::Caller;
use crate::db::{Link, Tx};
use crate::error::{Error, Result, chain};
use crate::http::page::Wanted;
use crate::imports;
use crate::kit::clock::rfc3339;
use crate::monitors;
use crate::notices;
use crate::share_links;
use crate::state::State;
use jiff::tz::TimeZone;
use shared::ids::SiteId;
use shared::page::Page;
use shared::patch::Patch;
use shared::problem::{FieldError, ProblemCode};
use shared::site::{CreateSite, Role, Site, UpdateSite};
use std::time::Duration;

/// Whoever deletes a site waits so long for its events to be erased.
const ERASURE_PATIENCE: Duration = Duration::from_secs(5);

/// The zone of a stored name. A name that a later zone database lost counts in UTC.
pub fn zone_of(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or(TimeZone::UTC)
}

/// The site as an account sees it.
pub fn view(site: &SiteRow, role: Role) -> Site {
    Site {
        id: SiteId(site.id.clone()),
        domain: site.domain.clone(),
        timezone: site.timezone.clone(),
        currency: site.currency.clone(),
        favicon: favicon_of(site),
        role,
        created_at: rfc3339(site.created_at),
    }
}

/// The site's picture as a `data:` URL.
pub fn favicon_of(site: &SiteRow) -> String {
    site.favicon.clone().unwrap_or_else(|| favicon::draw(&site.domain))
}

/// A site and the account's role on it; `None` when the account has none, or there is no such site.
pub async fn find_of(state: &State, site_id: &str, account_id: &str) -> Result<Option<(SiteRow, Role)>> {
    let mut conn = state.db.read().await?;
    let found = store::find_site_of(&mut conn.link(), site_id, account_id).await?;
    Ok(found.map(|member| (member.site(), member.role())))
}

/// The same by the site's domain.
pub async fn find_by_domain_of(state: &State, domain: &str, account_id: &str) -> Result<Option<(SiteRow, Role)>> {
    let mut conn = state.db.read().await?;
    let found = store::find_site_by_domain_of(&mut conn.link(), &domain.to_lowercase(), account_id).await?;
    Ok(found.map(|member| (member.site(), member.role())))
}

/// One page of the caller's sites, oldest first.
pub async fn list(state: &State, caller: &Caller, wanted: &Wanted) -> Result<Page<Site>> {
    let (created_at, id) = wanted.after.clone().unwrap_or((i64::MIN, String::new()));
    let limit = i64::from(wanted.limit) + 1;
    let mut conn = state.db.read().await?;
    let only = caller.bound_site_id();
    let found = store::list_sites_of(&mut conn.link(), caller.account_id(), only, (created_at, &id), limit).await?;
    let sites = found.iter().map(|row: &MemberRow| (row.site(), row.role())).collect();
    let (sites, next_cursor) = wanted.cut(sites, |(site, _)| (site.created_at, &site.id));
    Ok(Page {
        data: sites.iter().map(|(site, role)| view(site, *role)).collect(),
        next_cursor,
    })
}

/// Adds a site to the caller's account.
pub async fn create(state: &State, caller: &Caller, given: CreateSite) -> Result<Site> {
    if caller.bound_site_id().is_some() {
        return Err(Error::new(ProblemCode::Forbidden).detail("A key that is bound to a site adds no other"));
    }
    let domain = model::domain("/domain", &given.domain);
    let timezone = model::timezone("/timezone", given.timezone.as_deref().unwrap_or("UTC"));
    let currency = model::currency("/currency", given.currency.as_deref().unwrap_or("EUR"));
    let site = match (domain, timezone, currency) {
        (Ok(domain), Ok(timezone), Ok(currency)) => SiteRow {
            id: state.ids.next("site"),
            domain,
            timezone,
            currency,
            favicon: None,
            created_at: state.clock.now_ms(),
        },
        (domain, timezone, currency) => return Err(all(domain.err(), timezone.err(), currency.err())),
    };
    let mut tx = state.db.begin().await?;
    store::insert_site(&mut tx.link(), &site).await.map_err(domain_taken)?;
    store::insert_owner(&mut tx.link(), &site.id, caller.account_id(), site.created_at).await?;
    audit::record(state, &mut tx, caller.actor(), Action::CreateSite, Some(&site.id), None).await?;
    tx.commit().await?;
    state.sites.forget();
    Ok(view(&site, Role::Owner))
}

fn all(a: Option<FieldError>, b: Option<FieldError>, c: Option<FieldError>) -> Error {
    Error::fields([a, b, c].into_iter().flatten().collect())
}

fn domain_taken(error: crate::db::Error) -> Error {
    if error.is_unique_violation() {
        Error::new(ProblemCode::Conflict).detail("This domain is on this server already")
    } else {
        error.into()
    }
}

/// Changes a site. What the change does not name stays as it is when the row is held.
pub async fn update(state: &State, caller: &Caller, site: &SiteRow, given: UpdateSite) -> Result<Site> {
    let mut wrong = Vec::new();
    let domain = value("/domain", given.domain, model::domain, &mut wrong);
    let timezone = value("/timezone", given.timezone, model::timezone, &mut wrong);
    let currency = value("/currency", given.currency, model::currency, &mut wrong);
    let favicon = match given.favicon {
        Patch::Absent => None,
        Patch::Null => Some(None),
        Patch::Value(image) => match favicon::check("/favicon", &image) {
            Ok(image) => Some(Some(image)),
            Err(error) => {
                wrong.push(error);
                None
            }
        },
    };
    if !wrong.is_empty() {
        return Err(Error::fields(wrong));
    }
    let mut tx = state.db.begin().await?;
    lock_owned(&mut tx, &site.id, caller.account_id()).await?;
    let before = store::find_site(&mut tx.link(), &site.id).await?;
    let before = before.ok_or(ProblemCode::NotFound)?;
    let site = SiteRow {
        domain: domain.unwrap_or_else(|| before.domain.clone()),
        timezone: timezone.unwrap_or_else(|| before.timezone.clone()),
        currency: currency.unwrap_or_else(|| before.currency.clone()),
        favicon: favicon.unwrap_or_else(|| before.favicon.clone()),
        ..before.clone()
    };
    store::update_site(&mut tx.link(), &site).await.map_err(domain_taken)?;
    if site.domain != before.domain {
        monitors::service::follow_domain(state, &mut tx, &site.id).await?;
    }
    if site.timezone != before.timezone {
        notices::service::follow_zone(state, &mut tx, &site.id).await?;
    }
    audit::record(state, &mut tx, caller.actor(), Action::UpdateSite, Some(&site.id), None).await?;
    tx.commit().await?;
    state.sites.forget();
    Ok(view(&site, Role::Owner))
}

/// The checked value of a field that can't be empty; none when it stays.
fn value(
    pointer: &str,
    patch: Patch<String>,
    check: impl Fn(&str, &str) -> Result<String, FieldError>,
    wrong: &mut Vec<FieldError>,
) -> Option<String> {
    let checked = match patch {
        Patch::Absent => return None,
        Patch::Null => Err(FieldError::new(pointer, "required", "This field can't be empty")),
        Patch::Value(value) => check(pointer, &value),
    };
    checked.map_err(|error| wrong.push(error)).ok()
}

/// Deletes the site's events; settings and links stay.
pub async fn reset(state: &State, caller: &Caller, site: &SiteRow) -> Result<()> {
    let mut tx = state.db.begin().await?;
    store::insert_erasure(&mut tx.link(), &site.id, state.clock.now_ms()).await?;
    audit::record(state, &mut tx, caller.actor(), Action::ResetSite, Some(&site.id), None).await?;
    tx.commit().await?;
    erase(state, &site.id).await
}

/// Deletes the site and kills its links; its events follow.
pub async fn delete(state: &State, caller: &Caller, site: &SiteRow) -> Result<()> {
    let mut tx = state.db.begin().await?;
    lock_owned(&mut tx, &site.id, caller.account_id()).await?;
    delete_in(state, &mut tx, &site.id).await?;
    audit::record(state, &mut tx, caller.actor(), Action::DeleteSite, Some(&site.id), None).await?;
    tx.commit().await?;
    erase_events(state, std::slice::from_ref(&site.id)).await;
    Ok(())
}

/// Deletes every site that an account owns, in the account's own transaction; answers their ids.
pub async fn delete_all_of(state: &State, tx: &mut Tx, account_id: &str) -> Result<Vec<String>> {
    let ids = store::list_owned_site_ids(&mut tx.link(), account_id).await?;
    let mut deleted = Vec::new();
    for id in ids {
        // A transfer that was accepted meanwhile has taken the site out of this account, a deletion out of the world.
        let is_held = store::lock_site(&mut tx.link(), &id).await?;
        if is_held && store::is_owner(&mut tx.link(), &id, account_id).await? {
            delete_in(state, tx, &id).await?;
            deleted.push(id);
        }
    }
    Ok(deleted)
}

async fn delete_in(state: &State, tx: &mut Tx, site_id: &str) -> Result<()> {
    share_links::service::revoke_all_of(state, tx, site_id).await?;
    store::delete_site(&mut tx.link(), site_id).await?;
    store::insert_erasure(&mut tx.link(), site_id, state.clock.now_ms()).await?;
    Ok(())
}

/// Erases the events of sites that are gone; nobody can ask for them any more. Returns when they are erased, or after a while when the event
/// store is away: it goes on by itself. What fails is tried again at the next start.
pub async fn erase_events(state: &State, site_ids: &[String]) {
    state.sites.forget();
    let (state, site_ids) = (state.clone(), site_ids.to_vec());
    let erasing = tokio::spawn(async move {
        for site_id in site_ids {
            if let Err(error) = erase(&state, &site_id).await {
                tracing::error!(site_id, cause = %chain(&error), "events of a deleted site are not erased yet");
            }
        }
    });
    if tokio::time::timeout(ERASURE_PATIENCE, erasing).await.is_err() {
        tracing::warn!("events of deleted sites are erased as soon as the event store takes it");
    }
}

async fn erase(state: &State, site_id: &str) -> Result<()> {
    // First, so that none of them brings anything after the erasure.
    imports::service::forget_site(state, site_id).await?;
    state.events.delete_site(&SiteId(site_id.to_owned())).await?;
    let mut tx = state.db.begin().await?;
    store::delete_erasure(&mut tx.link(), site_id).await?;
    Ok(tx.commit().await?)
}

/// Finishes erasures that a stop interrupted; called at start.
pub async fn finish_erasures(state: &State) -> Result<()> {
    let pending = {
        let mut conn = state.db.read().await?;
        store::list_erasures(&mut conn.link()).await?
    };
    erase_events(state, &pending).await;
    Ok(())
}

/// The zone in which each site's days are counted.
pub async fn zones(link: &mut Link<'_>) -> Result<Vec<(String, TimeZone)>> {
    let sites = store::list_timezones(link).await?;
    Ok(sites.into_iter().map(|(id, name)| (id, zone_of(&name))).collect())
}

/// The name of a site's zone; none when the site is gone.
pub async fn timezone_of(tx: &mut Tx, site_id: &str) -> Result<Option<String>> {
    let found = store::find_site(&mut tx.link(), site_id).await?;
    Ok(found.map(|site| site.timezone))
}

/// The domain of a site; none when the site is gone.
pub async fn domain_of(tx: &mut Tx, site_id: &str) -> Result<Option<String>> {
    let found = store::find_site(&mut tx.link(), site_id).await?;
    Ok(found.map(|site| site.domain))
}

/// True when the account owns the site.
pub async fn is_owner(tx: &mut Tx, site_id: &SiteId, account_id: &str) -> Result<bool> {
    Ok(store::is_owner(&mut tx.link(), site_id.as_str(), account_id).await?)
}

/// Holds a site's row until the transaction ends, for its owner; 403 when it was transferred meanwhile.
pub async fn lock_owned(tx: &mut Tx, site_id: &str, account_id: &str) -> Result<()> {
    lock(tx, site_id).await?;
    match store::is_owner(&mut tx.link(), site_id, account_id).await? {
        true => Ok(()),
        false => Err(Error::new(ProblemCode::Forbidden).detail("Only the site's owner may do that")),
    }
}

/// Holds a site's row until the transaction ends; 404 when it is gone meanwhile.
pub async fn lock(tx: &mut Tx, site_id: &str) -> Result<()> {
    match store::lock_site(&mut tx.link(), site_id).await? {
        true => Ok(()),
        false => Err(ProblemCode::NotFound.into()),
    }
}
