//! What can be done with notices.

pub mod channels;
pub mod confirming;
pub mod deliveries;
pub mod quiet;
pub mod telling;

use super::store;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::kit::secret;
use crate::state::State;

/// Ended notices are kept for so long.
const KEPT_MS: i64 = 90 * 86_400_000;

/// What is sealed of a channel.
pub(super) fn unseal(state: &State, channel_id: &str, sealed: &str) -> Result<String> {
    let opened = state.seal.open(channel_id, &secret::unhex(sealed));
    opened.ok_or_else(|| Error::internal(format!("what is sealed of {channel_id} can't be unsealed")))
}

fn seal(state: &State, channel_id: &str, plain: &str) -> String {
    secret::hex(&state.seal.seal(channel_id, plain))
}

/// Forgets whom a site tells; called when it goes to another owner.
pub async fn forget_channels(tx: &mut Tx, site_id: &str) -> Result<()> {
    store::channels::delete_channels(&mut tx.link(), site_id).await?;
    Ok(())
}

/// Asks anew when a site's notices may be sent: its zone, in which it is quiet, is another.
pub async fn follow_zone(state: &State, tx: &mut Tx, site_id: &str) -> Result<()> {
    store::outbox::make_due(&mut tx.link(), site_id, state.clock.now_ms()).await?;
    Ok(())
}

/// Deletes what ended long ago; called each hour.
pub async fn forget_old(state: &State) -> Result<()> {
    let before = state.clock.now_ms() - KEPT_MS;
    let mut tx = state.db.begin().await?;
    store::outbox::delete_old_notices(&mut tx.link(), before).await?;
    Ok(tx.commit().await?)
}
