//! What owners and invited people can do.

mod invited;
mod manage;

pub use invited::{accept, accept_in, check, list_received, look};
pub use manage::{get, invite, leave, list, offer, remove};

use super::store::InvitationRow;
use crate::error::{Error, Result};
use crate::kit::secret;
use crate::state::State;

fn token_hash(state: &State, token: &str) -> String {
    secret::hex(&state.seal.lookup("invitation", token))
}

fn unseal(state: &State, id: &str, sealed: &str) -> Result<String> {
    let token = state.seal.open(id, &secret::unhex(sealed));
    token.ok_or_else(|| Error::internal(format!("the token of {id} can't be unsealed")))
}

/// The only address that may accept is this one, or there is none such.
fn is_for(invitation: &InvitationRow, email: &str) -> bool {
    invitation.email.as_deref().is_none_or(|only| only == email)
}
