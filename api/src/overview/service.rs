//! How the sites of an account stand.

use super::store::{StandingRow, list_standings};
use crate::auth::access::scope_of_domain;
use crate::auth::caller::Caller;
use crate::error::Result;
use crate::http::page::Wanted;
use crate::kit::clock::rfc3339;
use crate::monitors;
use crate::reports::Desk;
use crate::sites::service::{SiteRow, favicon_of};
use crate::state::State;
use shared::ids::SiteId;
use shared::overview::{Overview, OverviewSite};
use shared::query::{DateRange, Include, Metric, Pagination, Query};
use shared::query_result::Number;

/// A score that is older says nothing about a site's place.
const SCORE_MS: i64 = 2 * 24 * 60 * 60 * 1000;

/// One page, worst first. The cursor is a place in that order; a site that moves meanwhile may be told twice or not at all.
pub async fn overview(state: &State, caller: &Caller, wanted: &Wanted) -> Result<Overview> {
    let now = state.clock.now_ms();
    let mut rows = {
        let mut conn = state.db.read().await?;
        list_standings(&mut conn.link(), caller.account_id(), now, now - SCORE_MS).await?
    };
    rows.sort_by(|one, other| place(one).cmp(&place(other)));
    let from = wanted
        .after
        .as_ref()
        .map_or(0, |(place, _)| usize::try_from(*place).unwrap_or(0) + 1);
    let rows = rows.into_iter().enumerate().skip(from).take(wanted.limit as usize + 1);
    let (rows, next_cursor) = wanted.cut(rows.collect(), |(place, _)| (*place as i64, "place"));
    let mut data = Vec::new();
    for (_, row) in rows {
        data.push(standing(state, caller, row).await?);
    }
    Ok(Overview { data, next_cursor })
}

/// Down first, then by score, then what has none; by domain within.
fn place(row: &StandingRow) -> (bool, bool, i64, &str) {
    (
        row.down == 0,
        row.score.is_none(),
        row.score.unwrap_or_default(),
        &row.domain,
    )
}

async fn standing(state: &State, caller: &Caller, row: StandingRow) -> Result<OverviewSite> {
    let site = SiteRow {
        id: row.id,
        domain: row.domain,
        timezone: row.timezone,
        currency: row.currency,
        favicon: row.favicon,
        created_at: row.created_at,
    };
    let health = monitors::service::summary(state, &site.id).await?;
    Ok(OverviewSite {
        visitors: visitors(state, caller, &site).await?,
        favicon: favicon_of(&site),
        score: health.score,
        state: health.uptime.state,
        open_incidents: u32::try_from(row.open_incidents).unwrap_or(u32::MAX),
        share_links: u32::try_from(row.share_links).unwrap_or(u32::MAX),
        has_portal: row.portals > 0,
        last_opened_at: row.link_opened_at.max(row.portal_opened_at).map(rfc3339),
        site_id: SiteId(site.id),
        domain: site.domain,
    })
}

/// Unique visitors of the last seven whole days.
async fn visitors(state: &State, caller: &Caller, site: &SiteRow) -> Result<i64> {
    let (_, scope) = scope_of_domain(state, caller, &site.domain).await?;
    let desk = Desk::new(state, &scope, &[], false).await?;
    let question = Query {
        metrics: vec![Metric::Visitors],
        date_range: DateRange::Days(7),
        dimensions: Vec::new(),
        filters: Vec::new(),
        order_by: Vec::new(),
        pagination: Pagination::default(),
        include: Include::default(),
    };
    let answer = desk.answer(question).await?;
    let value = answer
        .results
        .into_iter()
        .next()
        .and_then(|row| row.metrics.into_iter().next());
    Ok(match value {
        Some(Some(Number::Int(visitors))) => visitors,
        _ => 0,
    })
}
