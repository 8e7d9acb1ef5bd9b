//! What can be done with a brand.

pub mod domains;

use super::logo;
use super::model;
use super::store::{self, BrandingRow};
use crate::audit::{self, Action};
use crate::auth::caller::Caller;
use crate::error::{Error, Result};
use crate::kit::name::Name;
use crate::kit::secret;
use crate::state::State;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use shared::accent::Accent;
use shared::branding::{Brand, Branding, SetBranding};
use shared::problem::ProblemCode;

const MAX_COMPANY_CHARS: usize = 60;

pub use logo::MAX_BYTES as MAX_LOGO_BYTES;
pub use model::host;

fn view(row: BrandingRow) -> Branding {
    Branding {
        colours: row.accent.as_deref().and_then(Accent::of),
        logo_url: row.logo_hash.as_deref().map(logo_url),
        company_name: row.company_name,
        accent: row.accent,
        hide_footer: row.hide_footer,
        on_share_links: row.on_share_links,
        on_mails: row.on_mails,
    }
}

fn brand(row: BrandingRow) -> Brand {
    let row = view(row);
    Brand {
        company_name: row.company_name,
        logo_url: row.logo_url,
        colours: row.colours,
        hide_footer: row.hide_footer,
    }
}

fn logo_url(hash: &str) -> String {
    format!("/logos/{hash}.png")
}

/// The brand of an account.
pub async fn get(state: &State, account_id: &str) -> Result<Branding> {
    let mut conn = state.db.read().await?;
    let found = store::find_branding(&mut conn.link(), account_id).await?;
    Ok(view(found.unwrap_or_default()))
}

/// The brand that an account's portals carry.
pub async fn of_account(state: &State, account_id: &str) -> Result<Brand> {
    let mut conn = state.db.read().await?;
    let found = store::find_branding(&mut conn.link(), account_id).await?;
    Ok(brand(found.unwrap_or_default()))
}

/// The brand that a site's shared dashboards carry; an empty one when its owner wants none there.
pub async fn of_shared_site(state: &State, site_id: &str) -> Result<Brand> {
    let mut conn = state.db.read().await?;
    let found = store::find_branding_of_site(&mut conn.link(), site_id).await?;
    Ok(brand(found.filter(|row| row.on_share_links).unwrap_or_default()))
}

/// The name under which mails about a site are sent, when its owner wants them to carry the company's.
pub async fn sender_name(state: &State, site_id: &str) -> Result<Option<String>> {
    let mut conn = state.db.read().await?;
    let found = store::find_branding_of_site(&mut conn.link(), site_id).await?;
    Ok(found.filter(|row| row.on_mails).and_then(|row| row.company_name))
}

/// Changes the whole brand but for its logo.
pub async fn set(state: &State, caller: &Caller, given: SetBranding) -> Result<Branding> {
    let within = |name: String| Name::within("/company_name", &name, MAX_COMPANY_CHARS);
    let company_name = given.company_name.map(within).transpose()?.map(|name| name.name);
    let accent = given.accent.map(|hex| hex.to_ascii_lowercase());
    if accent.as_deref().is_some_and(|hex| Accent::of(hex).is_none()) {
        return Err(Error::field("/accent", "invalid", "Give a colour such as #0f766e"));
    }
    let row = BrandingRow {
        company_name,
        accent,
        hide_footer: given.hide_footer,
        on_share_links: given.on_share_links,
        on_mails: given.on_mails,
        logo_hash: None,
    };
    let mut tx = state.db.begin().await?;
    store::upsert_branding(&mut tx.link(), caller.account_id(), &row).await?;
    audit::record(state, &mut tx, caller.actor(), Action::SetBranding, None, None).await?;
    tx.commit().await?;
    get(state, caller.account_id()).await
}

/// Draws a logo anew and keeps it; one picture is decoded at a time.
pub async fn set_logo(state: &State, caller: &Caller, bytes: Vec<u8>) -> Result<Branding> {
    let _turn = state.logo_turn.acquire().await.map_err(Error::internal)?;
    let drawn = tokio::task::spawn_blocking(move || logo::redraw(&bytes));
    let png = drawn.await.map_err(Error::internal)??;
    let hash = secret::hex(&Sha256::digest(&png));
    let mut tx = state.db.begin().await?;
    let text = STANDARD.encode(&png);
    store::upsert_logo(&mut tx.link(), caller.account_id(), Some(&text), Some(&hash)).await?;
    audit::record(state, &mut tx, caller.actor(), Action::SetLogo, None, None).await?;
    tx.commit().await?;
    get(state, caller.account_id()).await
}

/// Removes the logo; 404 when there is none.
pub async fn remove_logo(state: &State, caller: &Caller) -> Result<()> {
    let mut tx = state.db.begin().await?;
    let found = store::find_branding(&mut tx.link(), caller.account_id()).await?;
    found.and_then(|row| row.logo_hash).ok_or(ProblemCode::NotFound)?;
    store::upsert_logo(&mut tx.link(), caller.account_id(), None, None).await?;
    audit::record(state, &mut tx, caller.actor(), Action::RemoveLogo, None, None).await?;
    Ok(tx.commit().await?)
}

/// The PNG of a hash.
pub async fn logo_of(state: &State, hash: &str) -> Result<Vec<u8>> {
    let mut conn = state.db.read().await?;
    let text = store::find_logo(&mut conn.link(), hash)
        .await?
        .ok_or(ProblemCode::NotFound)?;
    STANDARD.decode(text).map_err(Error::internal)
}
