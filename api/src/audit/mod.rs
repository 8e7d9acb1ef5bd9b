//! Who did what to what. Rows hold ids only; no route reads them yet, an operator does with SQL.

mod store;

use crate::db::{Result, Tx};
use crate::state::State;

/// Who did it.
#[derive(Clone, Copy, Debug)]
pub struct Actor<'a> {
    account_id: &'a str,
    api_key_id: Option<&'a str>,
}

impl<'a> Actor<'a> {
    /// A signed-in account.
    pub fn account(account_id: &'a str) -> Self {
        Self {
            account_id,
            api_key_id: None,
        }
    }

    /// A script with an account's key.
    pub fn api_key(account_id: &'a str, api_key_id: &'a str) -> Self {
        Self {
            account_id,
            api_key_id: Some(api_key_id),
        }
    }
}

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each name says what was done")]
pub enum Action {
    DeleteAccount,
    TurnOnSecondFactor,
    TurnOffSecondFactor,
    RenewRecoveryCodes,
    CreateSite,
    UpdateSite,
    ResetSite,
    DeleteSite,
    InviteMember,
    OfferSite,
    WithdrawInvitation,
    JoinSite,
    TransferSite,
    RemoveMember,
    LeaveSite,
    CreateShareLink,
    UpdateShareLink,
    RevokeShareLink,
    CreateApiKey,
    RevokeApiKey,
}

impl Action {
    fn as_str(self) -> &'static str {
        match self {
            Action::DeleteAccount => "delete_account",
            Action::TurnOnSecondFactor => "turn_on_second_factor",
            Action::TurnOffSecondFactor => "turn_off_second_factor",
            Action::RenewRecoveryCodes => "renew_recovery_codes",
            Action::CreateSite => "create_site",
            Action::UpdateSite => "update_site",
            Action::ResetSite => "reset_site",
            Action::DeleteSite => "delete_site",
            Action::InviteMember => "invite_member",
            Action::OfferSite => "offer_site",
            Action::WithdrawInvitation => "withdraw_invitation",
            Action::JoinSite => "join_site",
            Action::TransferSite => "transfer_site",
            Action::RemoveMember => "remove_member",
            Action::LeaveSite => "leave_site",
            Action::CreateShareLink => "create_share_link",
            Action::UpdateShareLink => "update_share_link",
            Action::RevokeShareLink => "revoke_share_link",
            Action::CreateApiKey => "create_api_key",
            Action::RevokeApiKey => "revoke_api_key",
        }
    }
}

/// Records an action in the transaction that does it.
pub async fn record(
    state: &State,
    tx: &mut Tx,
    actor: Actor<'_>,
    action: Action,
    site_id: Option<&str>,
    subject_id: Option<&str>,
) -> Result<()> {
    let id = state.ids.next("aud");
    let entry = store::Entry {
        id: &id,
        at: state.clock.now_ms(),
        account_id: actor.account_id,
        api_key_id: actor.api_key_id,
        site_id,
        action: action.as_str(),
        subject_id,
    };
    store::insert(&mut tx.link(), &entry).await
}
