//! What can be done with an account's own domain, and the look-ups that prove it.

use super::super::model;
use super::super::store::{self, DomainRow};
use crate::audit::{self, Action};
use crate::auth::caller::Caller;
use crate::egress::Alias;
use crate::error::{Error, Result, chain};
use crate::kit::clock::rfc3339;
use crate::kit::secret::{self, BASE32};
use crate::state::State;
use shared::branding::{BrandDomain, DnsRecord, DomainReason, DomainState, SetBrandDomain};
use shared::problem::ProblemCode;
use std::time::Duration;
use url::Url;

const HOUR_MS: i64 = 60 * 60 * 1000;
/// A claim that is not verified ends after so long.
const LAPSE_MS: i64 = 7 * 24 * HOUR_MS;
/// A verified domain is looked up anew after so long, so that a day never passes without.
const AGAIN_MS: i64 = 20 * HOUR_MS;
/// One that is not, or whose name servers were silent.
const SOON_MS: i64 = HOUR_MS;
/// So long a verified domain is believed while its name servers are silent.
const SILENCE_MS: i64 = 72 * HOUR_MS;
/// Whoever looks a domain up has so long.
const LEASE_MS: i64 = 60 * 1000;
/// 80 bits: nobody guesses the label of a claim to come.
const LABEL_CHARS: usize = 16;
const LOOK_EVERY: Duration = Duration::from_secs(60);
const AT_ONCE: i64 = 20;

/// The name to which claimed domains lead: the setting, or the server's own.
fn suffix(state: &State) -> Option<String> {
    let set = &state.config.own_domain_target;
    if !set.is_empty() {
        return model::host(set);
    }
    own_host(state)
}

/// The name of the setting `base_url`; none for an address.
fn own_host(state: &State) -> Option<String> {
    let url = Url::parse(&state.config.base_url).ok()?;
    model::host(url.host_str()?)
}

fn target(state: &State, row: &DomainRow) -> Result<String> {
    let suffix = suffix(state).ok_or_else(no_name)?;
    Ok(format!("{}.{suffix}", row.label))
}

fn no_name() -> Error {
    Error::new(ProblemCode::Conflict)
        .detail("This server has no name that a domain could lead to. Its operator sets base_url or own_domain_target")
}

fn view(state: &State, row: DomainRow) -> Result<BrandDomain> {
    Ok(BrandDomain {
        record: DnsRecord {
            kind: "CNAME".to_owned(),
            host: row.domain.clone(),
            target: target(state, &row)?,
        },
        domain: row.domain,
        state: if row.verified {
            DomainState::Verified
        } else {
            DomainState::NotVerified
        },
        reason: row.reason.as_deref().map(reason_of),
        created_at: rfc3339(row.created_at),
        checked_at: row.checked_at.map(rfc3339),
        verified_at: row.verified_at.map(rfc3339),
        lapses_at: row.lapses_at.map(rfc3339),
    })
}

fn reason_of(word: &str) -> DomainReason {
    match word {
        "wrong_target" => DomainReason::WrongTarget,
        "no_answer" => DomainReason::NoAnswer,
        _ => DomainReason::RecordNotFound,
    }
}

/// The claim of an account; 404 when it has none.
pub async fn get(state: &State, account_id: &str) -> Result<BrandDomain> {
    let mut conn = state.db.read().await?;
    let found = store::find_domain_of(&mut conn.link(), account_id).await?;
    view(state, found.ok_or(ProblemCode::NotFound)?)
}

/// Claims a domain in place of the one that the account has; the same one again changes nothing.
pub async fn claim(state: &State, caller: &Caller, given: &SetBrandDomain) -> Result<BrandDomain> {
    let domain = model::domain(&given.domain).map_err(|error| Error::fields(vec![error]))?;
    let suffix = suffix(state).ok_or_else(no_name)?;
    let is_ours = |ours: &str| domain == ours || domain.ends_with(&format!(".{ours}"));
    if is_ours(&suffix) || own_host(state).is_some_and(|ours| is_ours(&ours)) {
        return Err(Error::field("/domain", "invalid", "Enter a domain of your own"));
    }
    let account_id = caller.account_id();
    let now = state.clock.now_ms();
    let mut tx = state.db.begin().await?;
    store::delete_lapsed_domain(&mut tx.link(), &domain, now).await?;
    match store::find_domain(&mut tx.link(), &domain).await? {
        Some(row) if row.account_id == account_id => return view(state, row),
        Some(_) => return Err(taken()),
        None => {}
    }
    let row = DomainRow {
        domain,
        account_id: account_id.to_owned(),
        label: secret::text(LABEL_CHARS, &BASE32),
        verified: false,
        reason: None,
        created_at: now,
        checked_at: None,
        verified_at: None,
        lapses_at: Some(now + LAPSE_MS),
        due_at: now + SOON_MS,
    };
    store::delete_domain_of(&mut tx.link(), account_id).await?;
    match store::insert_domain(&mut tx.link(), &row).await {
        // Somebody else claimed it meanwhile.
        Err(error) if error.is_unique_violation() => return Err(taken()),
        inserted => inserted?,
    };
    audit::record(state, &mut tx, caller.actor(), Action::ClaimDomain, None, None).await?;
    tx.commit().await?;
    view(state, row)
}

fn taken() -> Error {
    Error::new(ProblemCode::Conflict).detail("This domain is claimed by another account")
}

/// Releases the account's domain at once; 404 when it has none.
pub async fn release(state: &State, caller: &Caller) -> Result<()> {
    let mut tx = state.db.begin().await?;
    if store::delete_domain_of(&mut tx.link(), caller.account_id()).await? == 0 {
        return Err(ProblemCode::NotFound.into());
    }
    audit::record(state, &mut tx, caller.actor(), Action::ReleaseDomain, None, None).await?;
    Ok(tx.commit().await?)
}

/// Looks the account's domain up now.
pub async fn verify(state: &State, account_id: &str) -> Result<BrandDomain> {
    let found = {
        let mut conn = state.db.read().await?;
        store::find_domain_of(&mut conn.link(), account_id).await?
    };
    let row = found.ok_or(ProblemCode::NotFound)?;
    state.domain_limit.charge(secret::limit_key(account_id))?;
    look_up(state, row).await?;
    get(state, account_id).await
}

/// The account whose domain a host is, while it is verified. Asked for each request that names a host that is not our own.
pub async fn account_of_host(state: &State, host: &str) -> Result<Option<String>> {
    let mut conn = state.db.read().await?;
    let found = store::find_domain(&mut conn.link(), host).await?;
    Ok(found.filter(|row| row.verified).map(|row| row.account_id))
}

/// The verified domain of an account, as an address without a trailing slash; with the scheme and port of `base_url`.
pub async fn address_of(state: &State, account_id: &str) -> Result<Option<String>> {
    let found = {
        let mut conn = state.db.read().await?;
        store::find_domain_of(&mut conn.link(), account_id).await?
    };
    let Some(row) = found.filter(|row| row.verified) else {
        return Ok(None);
    };
    let Ok(own) = Url::parse(&state.config.base_url) else {
        return Ok(None);
    };
    let port = own.port().map(|port| format!(":{port}")).unwrap_or_default();
    Ok(Some(format!("{}://{}{port}", own.scheme(), row.domain)))
}

/// Looks domains up when their turn has come, until the process stops.
pub async fn work(state: State) {
    loop {
        tokio::select! {
            () = state.stopping.wait() => return,
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
        if let Err(error) = look(&state).await {
            tracing::warn!(cause = %chain(&error), "own domains can't be looked up now");
        }
    }
}

/// Looks up the domains that are due.
pub async fn look(state: &State) -> Result<()> {
    loop {
        let now = state.clock.now_ms();
        let due = {
            let mut conn = state.db.read().await?;
            store::list_due_domains(&mut conn.link(), now, AT_ONCE).await?
        };
        if due.is_empty() {
            return Ok(());
        }
        for row in due {
            let mut tx = state.db.begin().await?;
            let is_mine = store::lease_domain(&mut tx.link(), &row, now + LEASE_MS).await? == 1;
            tx.commit().await?;
            if is_mine {
                look_up(state, row).await?;
            }
        }
    }
}

async fn look_up(state: &State, row: DomainRow) -> Result<()> {
    let alias = state.egress.alias(&row.domain).await;
    let target = target(state, &row)?;
    let row = after(row, &alias, &target, state.clock.now_ms());
    let mut tx = state.db.begin().await?;
    if store::update_domain(&mut tx.link(), &row).await? == 1 {
        store::delete_lapsed_domain(&mut tx.link(), &row.domain, state.clock.now_ms()).await?;
    }
    Ok(tx.commit().await?)
}

/// A claim after a look-up. What the name servers say counts at once; their silence only in the long run.
fn after(mut row: DomainRow, alias: &Alias, target: &str, now: i64) -> DomainRow {
    row.checked_at = Some(now);
    let reason = match alias {
        Alias::To(name) if name == target => None,
        Alias::To(_) => Some("wrong_target"),
        Alias::None => Some("record_not_found"),
        Alias::Unanswered => Some("no_answer"),
    };
    row.reason = reason.map(str::to_owned);
    if reason.is_none() {
        row.verified = true;
        row.verified_at = Some(now);
        row.lapses_at = None;
        row.due_at = now + AGAIN_MS;
        return row;
    }
    row.due_at = now + SOON_MS;
    let is_believed = *alias == Alias::Unanswered && row.verified_at.is_some_and(|at| now - at < SILENCE_MS);
    if row.verified && !is_believed {
        row.verified = false;
        row.lapses_at = Some(now + LAPSE_MS);
    }
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_name_servers_say_counts_at_once_and_silence_later() {
        let claim = DomainRow {
            domain: "reports.example".into(),
            account_id: "acc_1".into(),
            label: "l".into(),
            verified: false,
            reason: None,
            created_at: 0,
            checked_at: None,
            verified_at: None,
            lapses_at: Some(LAPSE_MS),
            due_at: 0,
        };
        let right = Alias::To("l.own.example".into());
        let verified = after(claim.clone(), &right, "l.own.example", 5);
        assert_eq!(
            (verified.verified, verified.lapses_at, verified.due_at),
            (true, None, 5 + AGAIN_MS)
        );
        let silent = after(verified.clone(), &Alias::Unanswered, "l.own.example", 6);
        assert!(silent.verified && silent.reason.as_deref() == Some("no_answer"));
        let long = after(silent, &Alias::Unanswered, "l.own.example", 6 + SILENCE_MS);
        assert!(!long.verified && long.lapses_at == Some(6 + SILENCE_MS + LAPSE_MS));
        for alias in [Alias::None, Alias::To("own.example".into())] {
            let gone = after(verified.clone(), &alias, "l.own.example", 7);
            assert!(!gone.verified, "{alias:?}");
        }
        let waiting = after(claim, &Alias::None, "l.own.example", 9);
        assert_eq!(waiting.lapses_at, Some(LAPSE_MS), "a look-up does not prolong a claim");
    }
}
