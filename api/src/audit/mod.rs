//! Who did what to what. Rows hold ids only: what has a name is looked up when the log is read, and is nameless once it
//! is gone. The site's owner reads the log of the site.

mod routes;
mod store;

pub use routes::configure;

use crate::db::{Result, Tx};
use crate::http::page::Wanted;
use crate::kit::clock::rfc3339;
use crate::state::State;
use shared::audit::{AuditAccount, AuditApiKey, AuditEntry};
use shared::ids::{AccountId, ApiKeyId};
use shared::page::Page;

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
    CreateSegment,
    UpdateSegment,
    DeleteSegment,
    CreateGoal,
    UpdateGoal,
    DeleteGoal,
    CreateFunnel,
    UpdateFunnel,
    DeleteFunnel,
    CreateAnnotation,
    UpdateAnnotation,
    DeleteAnnotation,
    CreateApiKey,
    RevokeApiKey,
    CreateImport,
    DeleteImport,
    CreateShield,
    DeleteShield,
    ChangeRetention,
    SetMonitor,
    CreateMaintenanceWindow,
    UpdateMaintenanceWindow,
    DeleteMaintenanceWindow,
    CreateNoticeChannel,
    ConfirmNoticeChannel,
    UpdateNoticeChannel,
    DeleteNoticeChannel,
    SetQuietHours,
    SetPortal,
    CreatePortalToken,
    RevokePortalToken,
    CreatePortalGroup,
    UpdatePortalGroup,
    DeletePortalGroup,
    SetBranding,
    SetLogo,
    RemoveLogo,
    ClaimDomain,
    ReleaseDomain,
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
            Action::CreateSegment => "create_segment",
            Action::UpdateSegment => "update_segment",
            Action::DeleteSegment => "delete_segment",
            Action::CreateGoal => "create_goal",
            Action::UpdateGoal => "update_goal",
            Action::DeleteGoal => "delete_goal",
            Action::CreateFunnel => "create_funnel",
            Action::UpdateFunnel => "update_funnel",
            Action::DeleteFunnel => "delete_funnel",
            Action::CreateAnnotation => "create_annotation",
            Action::UpdateAnnotation => "update_annotation",
            Action::DeleteAnnotation => "delete_annotation",
            Action::CreateApiKey => "create_api_key",
            Action::RevokeApiKey => "revoke_api_key",
            Action::CreateImport => "create_import",
            Action::DeleteImport => "delete_import",
            Action::CreateShield => "create_shield",
            Action::DeleteShield => "delete_shield",
            Action::ChangeRetention => "change_retention",
            Action::SetMonitor => "set_monitor",
            Action::CreateMaintenanceWindow => "create_maintenance_window",
            Action::UpdateMaintenanceWindow => "update_maintenance_window",
            Action::DeleteMaintenanceWindow => "delete_maintenance_window",
            Action::CreateNoticeChannel => "create_notice_channel",
            Action::ConfirmNoticeChannel => "confirm_notice_channel",
            Action::UpdateNoticeChannel => "update_notice_channel",
            Action::DeleteNoticeChannel => "delete_notice_channel",
            Action::SetQuietHours => "set_quiet_hours",
            Action::SetPortal => "set_portal",
            Action::CreatePortalToken => "create_portal_token",
            Action::RevokePortalToken => "revoke_portal_token",
            Action::CreatePortalGroup => "create_portal_group",
            Action::UpdatePortalGroup => "update_portal_group",
            Action::DeletePortalGroup => "delete_portal_group",
            Action::SetBranding => "set_branding",
            Action::SetLogo => "set_logo",
            Action::RemoveLogo => "remove_logo",
            Action::ClaimDomain => "claim_domain",
            Action::ReleaseDomain => "release_domain",
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

/// One page of what was done to a site, latest first.
pub async fn list(state: &State, site_id: &str, wanted: &Wanted) -> crate::error::Result<Page<AuditEntry>> {
    let (at, id) = wanted.after.clone().unwrap_or((i64::MAX, String::new()));
    let mut conn = state.db.read().await?;
    let rows = store::list_entries(&mut conn.link(), site_id, (at, &id), i64::from(wanted.limit) + 1).await?;
    let (rows, next_cursor) = wanted.cut(rows, |row| (row.at, &row.id));
    Ok(Page {
        data: rows.into_iter().map(view).collect(),
        next_cursor,
    })
}

fn view(row: store::EntryRow) -> AuditEntry {
    let account_id = row.account_id;
    AuditEntry {
        id: row.id,
        at: rfc3339(row.at),
        account: row.account_name.map(|name| AuditAccount {
            id: AccountId(account_id),
            name,
        }),
        api_key: row.api_key_id.map(|id| AuditApiKey {
            id: ApiKeyId(id),
            name: row.api_key_name,
        }),
        action: row.action,
        subject_id: row.subject_id,
        subject_name: row.subject_name,
    }
}
