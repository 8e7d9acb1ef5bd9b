//! Quiet hours of a site.

use super::super::quiet::Quiet;
use super::super::store;
use crate::audit::{self, Action};
use crate::auth::caller::Caller;
use crate::error::{Error, Result};
use crate::sites::service::{SiteRow, lock_owned};
use crate::state::State;
use shared::notice::QuietHours;

/// When a site's notices wait.
pub async fn get(state: &State, site: &SiteRow) -> Result<QuietHours> {
    let mut conn = state.db.read().await?;
    let found = store::quiet::find_quiet(&mut conn.link(), &site.id).await?;
    let told = found.map(|(from, until)| Quiet { from, until }.told());
    Ok(told.unwrap_or(QuietHours {
        from: None,
        until: None,
    }))
}

/// Changes when a site's notices wait; those that wait now go by the new hours.
pub async fn set(state: &State, caller: &Caller, site: &SiteRow, given: QuietHours) -> Result<QuietHours> {
    let quiet = Quiet::new(&given).map_err(Error::fields)?;
    let mut tx = state.db.begin().await?;
    lock_owned(&mut tx, &site.id, caller.account_id()).await?;
    match quiet {
        Some(Quiet { from, until }) => store::quiet::upsert_quiet(&mut tx.link(), &site.id, from, until).await?,
        None => store::quiet::delete_quiet(&mut tx.link(), &site.id).await?,
    };
    store::outbox::make_due(&mut tx.link(), &site.id, state.clock.now_ms()).await?;
    let actor = caller.actor();
    audit::record(state, &mut tx, actor, Action::SetQuietHours, Some(&site.id), None).await?;
    tx.commit().await?;
    state.notices.wake();
    Ok(given)
}
