//! What accounts can do.

pub mod second_factor;
pub mod sessions;

use super::model;
use super::store;
pub use super::store::AccountRow;
use crate::audit::{self, Action};
use crate::auth::browser::Browser;
use crate::config::RegistrationPolicy;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::kit::clock::rfc3339;
use crate::members;
use crate::sites;
use crate::state::State;
use shared::account::{Account, ChangePassword, CreateAccount, CreateSession, DeleteAccount, Registration};
use shared::ids::AccountId;
use shared::problem::ProblemCode;

/// A fresh session: the account and the cookie's value.
#[derive(Debug)]
pub struct SignedUp {
    /// The account.
    pub account: AccountRow,
    /// The secret that goes into the cookie and nowhere else.
    pub session: String,
}

/// Whether anyone could sign up now.
pub async fn registration(state: &State) -> Result<Registration> {
    let mut conn = state.db.read().await?;
    let first = store::count_accounts(&mut conn.link()).await? == 0;
    let open = match state.config.registration {
        RegistrationPolicy::First => first,
        RegistrationPolicy::Open => true,
        RegistrationPolicy::Closed => false,
    };
    Ok(Registration { open, first })
}

/// Makes an account and signs it in. With an invitation it joins the site too, and registration may be closed.
pub async fn create(state: &State, browser: &Browser, given: CreateAccount) -> Result<SignedUp> {
    if given.invitation.is_none() && !registration(state).await?.open {
        return Err(closed());
    }
    let email = model::email("/email", &given.email);
    let name = model::name("/name", &given.name);
    let password = model::new_password("/password", &given.password);
    let (email, name) = match (email, name, password) {
        (Ok(email), Ok(name), Ok(())) => (email, name),
        (email, name, password) => {
            return Err(Error::fields(
                [email.err(), password.err(), name.err()]
                    .into_iter()
                    .flatten()
                    .collect(),
            ));
        }
    };
    if let Some(token) = &given.invitation {
        // Before anything that costs or tells: a stranger learns nothing about addresses here.
        members::service::check(state, browser.address, token, &email).await?;
    }
    let password_hash = state.passwords.hash(&given.password).await?;
    let account = AccountRow {
        id: state.ids.next("acc"),
        email,
        name,
        password_hash,
        totp: false,
        created_at: state.clock.now_ms(),
    };

    let mut tx = state.db.begin().await?;
    // Two first sign-ups at once: the row of `first_account` lets one through.
    let is_first = store::count_accounts(&mut tx.link()).await? == 0 && {
        store::claim_first_account(&mut tx.link(), &account.id).await?
    };
    if given.invitation.is_none() && state.config.registration == RegistrationPolicy::First && !is_first {
        return Err(closed());
    }
    store::insert_account(&mut tx.link(), &account).await.map_err(|error| {
        if error.is_unique_violation() {
            Error::new(ProblemCode::Conflict).detail("There is an account with this address already")
        } else {
            error.into()
        }
    })?;
    if let Some(token) = &given.invitation {
        members::service::accept_in(state, &mut tx, &account, token).await?;
    }
    let session = sessions::begin(state, &mut tx, &account.id, browser).await?;
    tx.commit().await?;
    Ok(SignedUp { account, session })
}

fn closed() -> Error {
    Error::new(ProblemCode::Forbidden).detail("This server takes no new accounts")
}

/// Signs in. An unknown address costs and answers what a wrong password does; codes are asked of who knows the password.
pub async fn sign_in(state: &State, browser: &Browser, given: CreateSession) -> Result<SignedUp> {
    model::any_password("/password", &given.password).map_err(|error| Error::fields(vec![error]))?;
    // What is no address belongs to nobody; the look-up is made all the same.
    let email = model::email("/email", &given.email).unwrap_or_default();
    let found = {
        let mut conn = state.db.read().await?;
        store::find_account_by_email(&mut conn.link(), &email).await?
    };
    let hash = found.as_ref().map(|account| account.password_hash.as_str());
    if !state.passwords.verify(&given.password, hash).await? {
        return Err(wrong_password());
    }
    let account = found.ok_or_else(wrong_password)?;
    if account.totp {
        if given.code.is_none() {
            return Err(ProblemCode::SecondFactorRequired.into());
        }
        state.sign_in_limits.charge_code(&account.id, browser.address).await?;
    }
    let mut tx = state.db.begin().await?;
    let now = held(&mut tx, &account).await?.ok_or_else(wrong_password)?;
    match &given.code {
        Some(code) if account.totp => second_factor::take(state, &mut tx, &account, code).await?,
        // Turned on while the password was checked.
        _ if now.totp => return Err(ProblemCode::SecondFactorRequired.into()),
        _ => {}
    }
    let session = sessions::begin(state, &mut tx, &account.id, browser).await?;
    tx.commit().await?;
    Ok(SignedUp { account, session })
}

fn wrong_password() -> Error {
    Error::new(ProblemCode::InvalidPassword).detail("Wrong e-mail address or password")
}

/// Holds an account until the transaction ends and answers what it is now; none when it is gone, or when its password is no longer
/// the one that was known when the slow check began.
async fn held(tx: &mut Tx, known: &AccountRow) -> Result<Option<AccountRow>> {
    if !store::lock_account(&mut tx.link(), &known.id).await? {
        return Ok(None);
    }
    let found = store::find_account_by_email(&mut tx.link(), &known.email).await?;
    Ok(found.filter(|now| now.password_hash == known.password_hash))
}

/// Holds an account for a change that its password was asked for.
async fn hold_confirmed(tx: &mut Tx, account: &AccountRow, pointer: &str) -> Result<()> {
    held(tx, account).await?.map(drop).ok_or_else(|| not_confirmed(pointer))
}

/// Holds an account until the transaction ends, so that things of its own are counted and added one after the other.
pub async fn lock(tx: &mut Tx, account_id: &str) -> Result<()> {
    match store::lock_account(&mut tx.link(), account_id).await? {
        true => Ok(()),
        false => Err(ProblemCode::Unauthenticated.into()),
    }
}

/// Changes the password and ends every other session.
pub async fn change_password(state: &State, opened: &sessions::Opened, given: ChangePassword) -> Result<()> {
    let account = &opened.account;
    let current = model::any_password("/current_password", &given.current_password);
    let new = model::new_password("/new_password", &given.new_password);
    let wrong = [current.err(), new.err()].into_iter().flatten().collect::<Vec<_>>();
    if !wrong.is_empty() {
        return Err(Error::fields(wrong));
    }
    confirm(state, account, &given.current_password, "/current_password").await?;
    let password_hash = state.passwords.hash(&given.new_password).await?;
    let mut tx = state.db.begin().await?;
    hold_confirmed(&mut tx, account, "/current_password").await?;
    store::update_password(&mut tx.link(), &account.id, &password_hash).await?;
    sessions::end_others_in(&mut tx, opened).await?;
    Ok(tx.commit().await?)
}

/// Deletes the account, its sites, keys, links and sessions; the sites' events follow.
pub async fn delete(state: &State, account: &AccountRow, given: DeleteAccount) -> Result<()> {
    confirm(state, account, &given.password, "/password").await?;
    let mut tx = state.db.begin().await?;
    hold_confirmed(&mut tx, account, "/password").await?;
    let erased = sites::service::delete_all_of(state, &mut tx, &account.id).await?;
    store::delete_account(&mut tx.link(), &account.id).await?;
    if store::count_accounts(&mut tx.link()).await? == 0 {
        store::release_first_account(&mut tx.link()).await?;
    }
    audit::record(
        state,
        &mut tx,
        audit::Actor::account(&account.id),
        Action::DeleteAccount,
        None,
        None,
    )
    .await?;
    tx.commit().await?;
    sites::service::erase_events(state, &erased).await;
    Ok(())
}

/// Asks for the password once more; a wrong one is a wrong field, since the session is valid.
async fn confirm(state: &State, account: &AccountRow, password: &str, pointer: &str) -> Result<()> {
    model::any_password(pointer, password).map_err(|error| Error::fields(vec![error]))?;
    if state.passwords.verify(password, Some(&account.password_hash)).await? {
        Ok(())
    } else {
        Err(not_confirmed(pointer))
    }
}

fn not_confirmed(pointer: &str) -> Error {
    Error::field(pointer, "invalid_password", "Incorrect password. Please try again.")
}

/// The account as its holder sees it.
pub fn view(account: &AccountRow) -> Account {
    Account {
        id: AccountId(account.id.clone()),
        email: account.email.clone(),
        name: account.name.clone(),
        totp: account.totp,
        created_at: rfc3339(account.created_at),
    }
}
