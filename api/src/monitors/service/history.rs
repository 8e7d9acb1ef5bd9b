//! What was found before: checks, incidents, uptime over time; and what is forgotten.

use super::health::incident;
use super::summary::percentage;
use crate::error::Result;
use crate::http::page::Wanted;
use crate::kit::clock::rfc3339;
use crate::monitors::model::outcome_of;
use crate::monitors::store::checks::{self, CheckRow, SlotRow};
use crate::monitors::store::{incidents, maintenance, registrations, scores};
use crate::sites::service::SiteRow;
use crate::state::State;
use shared::health::{Uptime, UptimeBucket, UptimePeriod};
use shared::ids::CheckId;
use shared::monitor::{Check, Incident, MonitorKind, Reason};
use shared::page::Page;

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;
/// Whatever is older is deleted.
const KEPT_DAYS: i64 = 400;

/// The checks of a monitor, latest first.
pub async fn checks(state: &State, site: &SiteRow, kind: MonitorKind, wanted: &Wanted) -> Result<Page<Check>> {
    let (at, id) = wanted.after.clone().unwrap_or((i64::MAX, String::new()));
    let limit = i64::from(wanted.limit) + 1;
    let mut conn = state.db.read().await?;
    let rows = checks::list_checks(&mut conn.link(), &site.id, kind.as_str(), (at, &id), limit).await?;
    let (rows, next_cursor) = wanted.cut(rows, |row| (row.at, &row.id));
    Ok(Page {
        data: rows.into_iter().map(|row| view(kind, row)).collect(),
        next_cursor,
    })
}

fn view(kind: MonitorKind, row: CheckRow) -> Check {
    Check {
        id: CheckId(row.id),
        kind,
        checked_at: rfc3339(row.at),
        outcome: outcome_of(&row.outcome),
        reason: row.reason.as_deref().and_then(Reason::from_word),
        response_ms: row.response_ms,
        maintenance: row.maintenance,
        facts: row.facts.as_deref().and_then(|facts| serde_json::from_str(facts).ok()),
    }
}

/// The incidents of a site, latest first.
pub async fn incidents(state: &State, site: &SiteRow, wanted: &Wanted) -> Result<Page<Incident>> {
    let (at, id) = wanted.after.clone().unwrap_or((i64::MAX, String::new()));
    let mut conn = state.db.read().await?;
    let limit = i64::from(wanted.limit) + 1;
    let rows = incidents::list_incidents(&mut conn.link(), &site.id, (at, &id), limit).await?;
    let (rows, next_cursor) = wanted.cut(rows, |row| (row.opened_at, &row.id));
    Ok(Page {
        data: rows.into_iter().filter_map(incident).collect(),
        next_cursor,
    })
}

/// A period's length and the length of its stretches, in milliseconds.
fn stretches(period: UptimePeriod) -> (i64, i64) {
    match period {
        UptimePeriod::Day => (DAY_MS, HOUR_MS / 2),
        UptimePeriod::Week => (7 * DAY_MS, 3 * HOUR_MS),
        UptimePeriod::Month => (30 * DAY_MS, 12 * HOUR_MS),
        UptimePeriod::Quarter => (90 * DAY_MS, DAY_MS),
    }
}

/// Uptime over a period that ends now.
pub async fn uptime(state: &State, site: &SiteRow, period: UptimePeriod) -> Result<Uptime> {
    let (length, stretch) = stretches(period);
    let now = state.clock.now_ms();
    let first = now - now.rem_euclid(stretch) - length + stretch;
    let mut conn = state.db.read().await?;
    let slots = checks::list_slots(&mut conn.link(), &site.id, first).await?;
    let buckets = (0..length / stretch).map(|n| {
        let from = first + n * stretch;
        bucket(
            from,
            slots.iter().filter(|slot| (from..from + stretch).contains(&slot.slot)),
        )
    });
    let sum = |of: fn(&SlotRow) -> i64| slots.iter().map(of).sum();
    Ok(Uptime {
        percentage: percentage(sum(|slot| slot.up), sum(|slot| slot.down)),
        buckets: buckets.collect(),
    })
}

fn bucket<'a>(from: i64, slots: impl Iterator<Item = &'a SlotRow>) -> UptimeBucket {
    let mut all = SlotRow::default();
    for slot in slots {
        all.up += slot.up;
        all.down += slot.down;
        all.unknown += slot.unknown;
        all.maintenance += slot.maintenance;
        all.response_ms_sum += slot.response_ms_sum;
        all.response_ms_max = all.response_ms_max.max(slot.response_ms_max);
    }
    let has_times = all.up > 0;
    UptimeBucket {
        from: rfc3339(from),
        up: all.up,
        down: all.down,
        unknown: all.unknown,
        maintenance: all.maintenance,
        mean_response_ms: has_times.then(|| all.response_ms_sum as f64 / all.up as f64),
        longest_response_ms: has_times.then_some(all.response_ms_max),
    }
}

/// Deletes what is too old to be asked for; called each hour.
pub async fn forget_old(state: &State) -> Result<()> {
    let now = state.clock.now_ms();
    let before = now - KEPT_DAYS * DAY_MS;
    let dull = now - state.config.monitors.keep_checks_days * DAY_MS;
    let sites = {
        let mut conn = state.db.read().await?;
        checks::list_checked_sites(&mut conn.link()).await?
    };
    let mut tx = state.db.begin().await?;
    registrations::delete_old_registrations(&mut tx.link(), before).await?;
    tx.commit().await?;
    for site_id in sites {
        // A transaction a site, so that nobody waits long.
        let mut tx = state.db.begin().await?;
        checks::delete_old_checks(&mut tx.link(), &site_id, before, dull).await?;
        checks::delete_old_slots(&mut tx.link(), &site_id, before).await?;
        scores::delete_old_scores(&mut tx.link(), &site_id, before).await?;
        maintenance::delete_old_windows(&mut tx.link(), &site_id, before).await?;
        tx.commit().await?;
    }
    Ok(())
}
