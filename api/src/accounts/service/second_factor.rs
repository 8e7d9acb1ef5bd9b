//! The second factor: set up, put in force, asked for, turned off.

use super::super::model;
use super::super::store::AccountRow;
use super::super::store::second_factors::{self as store, SecondFactorRow};
use super::super::totp::{Authenticator, SECRET_BYTES};
use super::{confirm, held, hold_confirmed};
use crate::audit::{self, Action, Actor};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::http::client_address::ClientAddress;
use crate::kit::secret;
use crate::state::State;
use shared::problem::ProblemCode;
use shared::second_factor::{ConfirmPassword, ConfirmTotp, RecoveryCodes, TotpSetup};

/// Makes a secret that is not in force yet; one that was never confirmed is forgotten.
pub async fn set_up(state: &State, account: &AccountRow, given: ConfirmPassword) -> Result<TotpSetup> {
    confirm(state, account, &given.password, "/password").await?;
    let authenticator = Authenticator::new(&account.email, &secret::bytes::<SECRET_BYTES>());
    let sealed = secret::hex(&state.seal.seal(&account.id, &authenticator.secret()));
    let mut tx = state.db.begin().await?;
    hold_confirmed(&mut tx, account, "/password").await?;
    if store::upsert_second_factor(&mut tx.link(), &account.id, &sealed, state.clock.now_ms()).await? == 0 {
        return Err(Error::new(ProblemCode::Conflict).detail("A second factor is on already. Turn it off first."));
    }
    tx.commit().await?;
    Ok(TotpSetup {
        secret: authenticator.secret(),
        otpauth_url: authenticator.url(),
        qr: authenticator.qr(),
    })
}

/// Puts the secret in force once a code proves that it arrived; answers the first recovery codes.
pub async fn turn_on(
    state: &State,
    account: &AccountRow,
    address: ClientAddress,
    given: ConfirmTotp,
) -> Result<RecoveryCodes> {
    state.sign_in_limits.charge_code(&account.id, address).await?;
    let mut tx = state.db.begin().await?;
    // Held, so that a sign-in that began without a code ends before this or asks for one.
    held(&mut tx, account).await?.ok_or(ProblemCode::Unauthenticated)?;
    let found = store::find_second_factor(&mut tx.link(), &account.id).await?;
    let Some(pending) = found.filter(|row| row.confirmed_at.is_none()) else {
        return Err(Error::new(ProblemCode::Conflict).detail("No second factor is being set up"));
    };
    let now = state.clock.now_ms();
    let step = authenticator(state, account, &pending)?.step_of(&model::code(&given.code), now);
    let step = step.ok_or_else(|| Error::field("/code", "invalid_code", "Incorrect code. Please try again."))?;
    if store::update_confirmed(&mut tx.link(), &account.id, &pending.secret_sealed, now).await? == 0 {
        return Err(Error::new(ProblemCode::Conflict).detail("No second factor is being set up"));
    }
    store::update_last_step(&mut tx.link(), &account.id, step).await?;
    let codes = insert_recovery_codes(state, &mut tx, &account.id).await?;
    record(state, &mut tx, account, Action::TurnOnSecondFactor).await?;
    tx.commit().await?;
    Ok(codes)
}

/// Turns the second factor off.
pub async fn turn_off(state: &State, account: &AccountRow, given: ConfirmPassword) -> Result<()> {
    confirm(state, account, &given.password, "/password").await?;
    let mut tx = state.db.begin().await?;
    hold_confirmed(&mut tx, account, "/password").await?;
    if store::delete_second_factor(&mut tx.link(), &account.id).await? == 0 {
        return Err(not_on());
    }
    record(state, &mut tx, account, Action::TurnOffSecondFactor).await?;
    Ok(tx.commit().await?)
}

/// Replaces the recovery codes, used or not.
pub async fn renew_recovery_codes(
    state: &State,
    account: &AccountRow,
    given: ConfirmPassword,
) -> Result<RecoveryCodes> {
    confirm(state, account, &given.password, "/password").await?;
    let mut tx = state.db.begin().await?;
    // Held, so that two renewals at once leave ten codes and not twenty.
    hold_confirmed(&mut tx, account, "/password").await?;
    if store::lock_confirmed(&mut tx.link(), &account.id).await? == 0 {
        return Err(not_on());
    }
    let codes = insert_recovery_codes(state, &mut tx, &account.id).await?;
    record(state, &mut tx, account, Action::RenewRecoveryCodes).await?;
    tx.commit().await?;
    Ok(codes)
}

fn not_on() -> Error {
    Error::new(ProblemCode::Conflict).detail("The account has no second factor")
}

/// Takes a code in the transaction that begins the session: an authenticator's that was not taken before, or a recovery
/// code. Tries are counted before anything is looked at.
pub async fn take(state: &State, tx: &mut Tx, account: &AccountRow, code: &str) -> Result<()> {
    let code = model::code(code);
    let found = store::find_second_factor(&mut tx.link(), &account.id).await?;
    let Some(row) = found.filter(|row| row.confirmed_at.is_some()) else {
        // Turned off while this sign-in was under way.
        return Ok(());
    };
    let taken = match authenticator(state, account, &row)?.step_of(&code, state.clock.now_ms()) {
        Some(step) => store::update_last_step(&mut tx.link(), &account.id, step).await?,
        None => store::delete_recovery_code(&mut tx.link(), &account.id, &hash(state, &account.id, &code)).await?,
    };
    match taken {
        0 => Err(ProblemCode::InvalidCode.into()),
        _ => Ok(()),
    }
}

fn authenticator(state: &State, account: &AccountRow, row: &SecondFactorRow) -> Result<Authenticator> {
    let secret = state.seal.open(&account.id, &secret::unhex(&row.secret_sealed));
    secret
        .and_then(|secret| Authenticator::from_base32(&account.email, &secret))
        .ok_or_else(|| Error::internal(format!("the authenticator of {} can't be unsealed", account.id)))
}

async fn insert_recovery_codes(state: &State, tx: &mut Tx, account_id: &str) -> Result<RecoveryCodes> {
    store::delete_recovery_codes(&mut tx.link(), account_id).await?;
    let mut recovery_codes = Vec::with_capacity(model::RECOVERY_CODES);
    for _ in 0..model::RECOVERY_CODES {
        let code = secret::text(model::RECOVERY_CODE_CHARS, &secret::BASE32);
        store::insert_recovery_code(&mut tx.link(), account_id, &hash(state, account_id, &code)).await?;
        let (head, tail) = code.split_at(model::RECOVERY_CODE_CHARS / 2);
        recovery_codes.push(format!("{head}-{tail}"));
    }
    Ok(RecoveryCodes { recovery_codes })
}

/// Fifty random bits under a key that is not in the database need no slow hash.
fn hash(state: &State, account_id: &str, code: &str) -> String {
    secret::hex(&state.seal.lookup("recovery", &format!("{account_id}:{code}")))
}

async fn record(state: &State, tx: &mut Tx, account: &AccountRow, action: Action) -> Result<()> {
    audit::record(state, tx, Actor::account(&account.id), action, None, None).await?;
    Ok(())
}
