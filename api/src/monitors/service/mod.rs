//! What can be done with monitors.

pub mod findings;
pub mod health;
pub mod history;
pub mod maintenance;
mod measured;
mod summary;

pub use summary::summary;

use super::model::{Settings, lane, outcome_of};
use super::store::{self, MonitorRow};
use crate::audit::{self, Action};
use crate::auth::caller::Caller;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::http::page::Wanted;
use crate::kit::clock::rfc3339;
use crate::kit::secret::limit_key;
use crate::notices::service::telling;
use crate::sites::service::{SiteRow, lock};
use crate::state::State;
use shared::monitor::{Monitor, MonitorKind, MonitorList, Reason, SetMonitor};
use shared::problem::ProblemCode;
use url::Url;

/// What a monitor looks at: the owner's URL, or the site's own.
pub fn url_of(given: Option<&str>, domain: &str) -> Option<Url> {
    match given {
        Some(given) => Url::parse(given).ok(),
        None => Url::parse(&format!("https://{domain}/")).ok(),
    }
}

/// A monitor that nobody has set: off.
fn unset(site: &SiteRow, kind: MonitorKind) -> MonitorRow {
    let settings = Settings::of(kind);
    MonitorRow {
        site_id: site.id.clone(),
        kind: kind.as_str().to_owned(),
        enabled: false,
        url: None,
        interval_s: settings.interval_s,
        timeout_ms: settings.timeout_ms,
        keyword: None,
        expected_status: settings.expected_status,
        lane: lane(kind, None).to_owned(),
        due_at: 0,
        outcome: None,
        reason: None,
        checked_at: None,
        known_outcome: None,
        known_reason: None,
        known_at: None,
        known_facts: None,
        failures: 0,
        failing_since: None,
    }
}

fn view(site: &SiteRow, kind: MonitorKind, row: &MonitorRow) -> Monitor {
    let waiting = match (row.enabled, &row.outcome) {
        (false, _) => Some(Reason::Off),
        (true, None) => Some(Reason::Waiting),
        (true, Some(_)) => row.reason.as_deref().and_then(Reason::from_word),
    };
    let outcome = row.outcome.as_deref().filter(|_| row.enabled).map(outcome_of);
    let url = url_of(row.url.as_deref(), &site.domain);
    Monitor {
        kind,
        enabled: row.enabled,
        url: url.map_or_else(String::new, String::from),
        interval_s: row.interval_s,
        timeout_ms: row.timeout_ms,
        keyword: row.keyword.clone(),
        expected_status: row.expected_status.split(',').map(str::to_owned).collect(),
        outcome,
        reason: waiting,
        checked_at: row.checked_at.map(rfc3339),
        next_check_at: row.enabled.then(|| rfc3339(row.due_at)),
    }
}

/// A page of the monitors of a site.
pub async fn list(state: &State, site: &SiteRow, wanted: &Wanted) -> Result<MonitorList> {
    let (data, next_cursor) = wanted.cut_whole(all(state, site).await?, |monitor| monitor.kind.as_str());
    Ok(MonitorList { data, next_cursor })
}

/// The monitors of a site, one of each kind.
pub async fn all(state: &State, site: &SiteRow) -> Result<Vec<Monitor>> {
    let mut conn = state.db.read().await?;
    let rows = store::list_monitors(&mut conn.link(), &site.id).await?;
    let data = MonitorKind::ALL.map(|kind| view(site, kind, &row_of(site, kind, &rows)));
    Ok(data.to_vec())
}

fn row_of(site: &SiteRow, kind: MonitorKind, rows: &[MonitorRow]) -> MonitorRow {
    let found = rows.iter().find(|row| row.kind == kind.as_str());
    found.cloned().unwrap_or_else(|| unset(site, kind))
}

/// One monitor of a site, set or not.
pub async fn get(state: &State, site: &SiteRow, kind: MonitorKind) -> Result<Monitor> {
    let mut conn = state.db.read().await?;
    let rows = store::list_monitors(&mut conn.link(), &site.id).await?;
    Ok(view(site, kind, &row_of(site, kind, &rows)))
}

/// Sets a monitor; one that is turned on is checked at once.
pub async fn set(
    state: &State,
    caller: &Caller,
    site: &SiteRow,
    kind: MonitorKind,
    given: SetMonitor,
) -> Result<Monitor> {
    let mut wrong = Vec::new();
    let settings = Settings::new(kind, &given).unwrap_or_else(|errors| {
        wrong = errors;
        Settings::of(kind)
    });
    let url = match given.url.as_deref().map(|url| state.egress.guard.url("/url", url)) {
        None => None,
        Some(Ok(url)) => Some(url),
        Some(Err(error)) => {
            wrong.push(error);
            None
        }
    };
    if !wrong.is_empty() {
        return Err(Error::fields(wrong));
    }
    if let Some(url) = &url {
        if kind == MonitorKind::Certificate && url.scheme() != "https" {
            return Err(Error::field("/url", "invalid", "Only https has a certificate"));
        }
        if !state.egress.may_be_saved(url).await {
            return Err(Error::field("/url", "blocked", "This address may not be checked"));
        }
    }
    let row = MonitorRow {
        enabled: given.enabled,
        url: url.map(String::from),
        interval_s: settings.interval_s,
        timeout_ms: settings.timeout_ms,
        keyword: settings.keyword,
        expected_status: settings.expected_status,
        due_at: state.clock.now_ms(),
        ..unset(site, kind)
    };
    let mut tx = state.db.begin().await?;
    lock(&mut tx, &site.id).await?;
    let most = state.config.monitors.per_account;
    if row.enabled && store::count_enabled(&mut tx.link(), &site.id, &row.kind).await? >= most {
        let detail = format!("An account has at most {most} monitors");
        return Err(Error::new(ProblemCode::LimitReached).detail(detail));
    }
    let before = row_of(site, kind, &store::list_monitors(&mut tx.link(), &site.id).await?);
    store::upsert_monitor(&mut tx.link(), &row).await?;
    if before.url != row.url {
        store::forget_known(&mut tx.link(), &site.id, &row.kind).await?;
    }
    if !row.enabled || before.url != row.url {
        withdraw_incident(state, &mut tx, &site.id, &row.kind).await?;
    }
    let actor = caller.actor();
    audit::record(
        state,
        &mut tx,
        actor,
        Action::SetMonitor,
        Some(&site.id),
        Some(&row.kind),
    )
    .await?;
    tx.commit().await?;
    state.monitors.wake();
    get(state, site, kind).await
}

/// An incident of what is no longer looked at can't end by itself: it ends here, without a word.
async fn withdraw_incident(state: &State, tx: &mut Tx, site_id: &str, kind: &str) -> Result<()> {
    if let Some(open) = store::incidents::find_open(&mut tx.link(), site_id, kind).await? {
        store::incidents::close_incident(&mut tx.link(), site_id, kind, state.clock.now_ms()).await?;
        telling::withdrawn(state, tx, &open.id).await?;
    }
    Ok(())
}

/// Looks at a site's new domain from now on, where a monitor has no address of its own; in the transaction that changes it.
pub async fn follow_domain(state: &State, tx: &mut Tx, site_id: &str) -> Result<()> {
    for mut row in store::list_monitors(&mut tx.link(), site_id).await? {
        if row.url.is_none() {
            row.due_at = state.clock.now_ms();
            store::upsert_monitor(&mut tx.link(), &row).await?;
            store::forget_known(&mut tx.link(), site_id, &row.kind).await?;
            withdraw_incident(state, tx, site_id, &row.kind).await?;
        }
    }
    Ok(())
}

/// Makes a monitor due now; at most six a minute and site. One that is under way is not begun again.
pub async fn run(state: &State, site: &SiteRow, kind: MonitorKind) -> Result<Monitor> {
    state.monitors.run_limit.charge(limit_key(&site.id))?;
    let monitor = get(state, site, kind).await?;
    if !monitor.enabled {
        return Err(Error::new(ProblemCode::Conflict).detail("This monitor is off"));
    }
    let mut tx = state.db.begin().await?;
    store::make_due(&mut tx.link(), &site.id, kind.as_str(), state.clock.now_ms()).await?;
    tx.commit().await?;
    state.monitors.wake();
    get(state, site, kind).await
}

/// The kind that a path names; 404 for any other word.
pub fn kind_of(word: &str) -> Result<MonitorKind> {
    MonitorKind::of(word).ok_or_else(|| ProblemCode::NotFound.into())
}
