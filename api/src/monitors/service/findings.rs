//! Single findings of the latest checks.

use crate::error::Result;
use crate::http::page::Wanted;
use crate::monitors::store::findings::{LighthouseRow, LinkRow, list_lighthouse, list_links};
use crate::sites::service::SiteRow;
use crate::state::State;
use shared::facts::{Device, LighthouseFinding, LighthouseFindingList, LinkFinding, LinkState};
use shared::monitor::Reason;
use shared::page::Page;

/// The links that the latest crawl found broken or redirecting; broken ones first.
pub async fn links(
    state: &State,
    site: &SiteRow,
    only: Option<LinkState>,
    wanted: &Wanted,
) -> Result<Page<LinkFinding>> {
    let (after, _) = wanted.after.clone().unwrap_or((-1, String::new()));
    let only = only.map_or("", |state| match state {
        LinkState::Broken => "broken",
        LinkState::Redirecting => "redirecting",
    });
    let mut conn = state.db.read().await?;
    let rows = list_links(&mut conn.link(), &site.id, only, after, i64::from(wanted.limit) + 1).await?;
    let (rows, next_cursor) = wanted.cut(rows, |row| (row.position, "link"));
    Ok(Page {
        data: rows.into_iter().map(view).collect(),
        next_cursor,
    })
}

fn view(row: LinkRow) -> LinkFinding {
    LinkFinding {
        id: row.position.to_string(),
        url: row.url,
        state: match row.state.as_str() {
            "broken" => LinkState::Broken,
            _ => LinkState::Redirecting,
        },
        status: row.status.and_then(|status| u16::try_from(status).ok()),
        reason: row.reason.as_deref().and_then(Reason::from_word),
        target: row.target,
        found_on: row.found_on,
        pages: row.pages,
    }
}

/// What the latest runs of Lighthouse would have better.
pub async fn lighthouse(state: &State, site: &SiteRow) -> Result<LighthouseFindingList> {
    let mut conn = state.db.read().await?;
    let rows = list_lighthouse(&mut conn.link(), &site.id).await?;
    Ok(LighthouseFindingList {
        data: rows.into_iter().map(view_lighthouse).collect(),
        next_cursor: None,
    })
}

fn view_lighthouse(row: LighthouseRow) -> LighthouseFinding {
    LighthouseFinding {
        device: match row.device.as_str() {
            "desktop" => Device::Desktop,
            _ => Device::Mobile,
        },
        audit: row.audit,
        title: row.title,
        description: row.description,
        category: row.category,
        score: u8::try_from(row.score).unwrap_or_default(),
        measured: row.measured,
        savings_ms: row.savings_us.map(|us| us as f64 / 1000.0),
    }
}
