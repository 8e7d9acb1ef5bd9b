//! How long a site's events are kept, and the deletion of older ones.

use super::service::{SiteRow, lock, zone_of};
use super::store;
use crate::audit::{self, Action};
use crate::auth::caller::Caller;
use crate::error::{Error, Result, chain};
use crate::ingest::visitor::local_date;
use crate::monitors;
use crate::notices;
use crate::shields;
use crate::state::State;
use jiff::Span;
use shared::ids::SiteId;
use shared::shield::Retention;
use std::time::Duration;

const MOST_DAYS: i64 = 3650;
const SWEEP_EVERY: Duration = Duration::from_secs(3600);

/// What a site keeps.
pub async fn get(state: &State, site: &SiteRow) -> Result<Retention> {
    let mut conn = state.db.read().await?;
    let days = store::find_retention(&mut conn.link(), &site.id).await?;
    Ok(Retention { days })
}

/// Changes what a site keeps; older events go before this returns.
pub async fn set(state: &State, caller: &Caller, site: &SiteRow, given: Retention) -> Result<Retention> {
    if given.days.is_some_and(|days| !(1..=MOST_DAYS).contains(&days)) {
        let detail = format!("1 to {MOST_DAYS} days, or null to keep events for ever");
        return Err(Error::field("/days", "out_of_range", detail));
    }
    let mut tx = state.db.begin().await?;
    lock(&mut tx, &site.id).await?;
    store::update_retention(&mut tx.link(), &site.id, given.days).await?;
    audit::record(
        state,
        &mut tx,
        caller.actor(),
        Action::ChangeRetention,
        Some(&site.id),
        None,
    )
    .await?;
    tx.commit().await?;
    if let Some(days) = given.days {
        sweep_site(state, &site.id, &site.timezone, days).await?;
    }
    Ok(given)
}

/// Deletes what is older than each site keeps, at start and each hour, until the process ends.
pub async fn work(state: State) {
    let mut tick = tokio::time::interval(SWEEP_EVERY);
    loop {
        tick.tick().await;
        if let Err(error) = sweep(&state).await {
            tracing::error!(cause = %chain(&error), "events that are too old are not deleted yet");
        }
    }
}

/// Deletes what is older than each site keeps.
pub async fn sweep(state: &State) -> Result<()> {
    shields::service::forget_old(state).await?;
    monitors::service::history::forget_old(state).await?;
    notices::service::forget_old(state).await?;
    let sites = {
        let mut conn = state.db.read().await?;
        store::list_retentions(&mut conn.link()).await?
    };
    for (site_id, timezone, days) in sites {
        sweep_site(state, &site_id, &timezone, days).await?;
    }
    Ok(())
}

async fn sweep_site(state: &State, site_id: &str, timezone: &str, days: i64) -> Result<()> {
    let today = local_date(&zone_of(timezone), state.clock.now_ms());
    let first_kept = today.saturating_sub(Span::new().days(days));
    let events = state
        .events
        .delete_before(&SiteId(site_id.to_owned()), first_kept)
        .await?;
    if events > 0 {
        tracing::info!(site_id, events, days, "events that were too old are deleted");
    }
    Ok(())
}
