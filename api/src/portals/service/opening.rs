//! What a client's token opens: the portal is looked up in the store for every call.

use super::super::store::{self, OpenedRow, PortalSiteRow};
use super::token_hash;
use crate::branding;
use crate::error::Result;
use crate::http::client_address::ClientAddress;
use crate::monitors;
use crate::sites::service::{SiteRow, favicon_of};
use crate::state::State;
use shared::health::HealthSummary;
use shared::portal::{PortalSite, PortalView};
use shared::problem::ProblemCode;

/// The portal of a token. Under an account's own domain (`host_account`) it must be one of that account's.
///
/// A wrong token costs the same look-up as a right one; thirty from an address in any minute are refused for a while.
async fn open(state: &State, address: ClientAddress, host_account: Option<&str>, token: &str) -> Result<OpenedRow> {
    let tried = state.token_limits.begin(address).await?;
    let hash = token_hash(state, token);
    let found = {
        let mut conn = state.db.read().await?;
        store::find_by_token(&mut conn.link(), &hash).await?
    };
    let is_meant = |row: &OpenedRow| host_account.is_none_or(|account_id| account_id == row.account_id);
    match found.filter(is_meant) {
        Some(row) => Ok(row),
        None => {
            state.token_limits.note_failure(tried, false).await;
            Err(ProblemCode::PortalNotFound.into())
        }
    }
}

/// Who may frame the page of a portal; counts that it was opened if it is `shown`. 404 for a dead one.
pub async fn framing(
    state: &State,
    address: ClientAddress,
    host_account: Option<&str>,
    token: &str,
    shown: bool,
) -> Result<String> {
    let row = open(state, address, host_account, token).await?;
    if shown {
        state.portal_opens.count(&row.id, state.clock.now_ms());
    }
    Ok(row.frame_ancestors)
}

/// What a portal shows.
pub async fn show(
    state: &State,
    address: ClientAddress,
    host_account: Option<&str>,
    token: &str,
) -> Result<PortalView> {
    let row = open(state, address, host_account, token).await?;
    let rows = {
        let mut conn = state.db.read().await?;
        store::list_sites(&mut conn.link(), &row.id, &row.account_id).await?
    };
    let mut sites = Vec::new();
    for site in rows {
        let health = monitors::service::summary(state, &site.id).await?;
        sites.push(view(site.into(), health));
    }
    Ok(PortalView {
        brand: branding::service::of_account(state, &row.account_id).await?,
        name: row.name,
        sites,
    })
}

fn view(site: SiteRow, health: HealthSummary) -> PortalSite {
    let favicon = favicon_of(&site);
    PortalSite {
        domain: site.domain,
        favicon,
        timezone: site.timezone,
        updated_at: updated_at(&health),
        health,
    }
}

/// When anything was last measured: instants of one form and zone compare as text.
fn updated_at(health: &HealthSummary) -> Option<String> {
    let instants = [
        &health.lighthouse.measured_at,
        &health.links.measured_at,
        &health.domain.measured_at,
        &health.certificate.measured_at,
        &health.uptime.measured_at,
    ];
    instants.into_iter().flatten().max().cloned()
}

impl From<PortalSiteRow> for SiteRow {
    fn from(row: PortalSiteRow) -> Self {
        Self {
            id: row.id,
            domain: row.domain,
            timezone: row.timezone,
            currency: row.currency,
            favicon: row.favicon,
            created_at: row.created_at,
        }
    }
}
