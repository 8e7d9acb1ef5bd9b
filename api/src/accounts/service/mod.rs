//! What accounts can do.

use super::model;
use super::store;
pub use super::store::AccountRow;
use crate::audit::{self, Action};
use crate::config::RegistrationPolicy;
use crate::error::{Error, Result};
use crate::kit::clock::rfc3339;
use crate::kit::secret;
use crate::sites;
use crate::state::State;
use shared::account::{Account, ChangePassword, CreateAccount, CreateSession, DeleteAccount, Registration};
use shared::ids::AccountId;
use shared::problem::ProblemCode;

/// A session lasts so long after sign-in.
pub const SESSION_DAYS: i64 = 30;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

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

/// Makes an account and signs it in.
pub async fn create(state: &State, given: CreateAccount) -> Result<SignedUp> {
    if !registration(state).await?.open {
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
    let password_hash = state.passwords.hash(&given.password).await?;
    let account = AccountRow {
        id: state.ids.next("acc"),
        email,
        name,
        password_hash,
        created_at: state.clock.now_ms(),
    };

    let mut tx = state.db.begin().await?;
    // Two first sign-ups at once: the row of `first_account` lets one through.
    let is_first = store::count_accounts(&mut tx.link()).await? == 0 && {
        store::claim_first_account(&mut tx.link(), &account.id).await?
    };
    if state.config.registration == RegistrationPolicy::First && !is_first {
        return Err(closed());
    }
    store::insert_account(&mut tx.link(), &account).await.map_err(|error| {
        if error.is_unique_violation() {
            Error::new(ProblemCode::Conflict).detail("There is an account with this address already")
        } else {
            error.into()
        }
    })?;
    let session = insert_session(state, &mut tx, &account.id).await?;
    tx.commit().await?;
    Ok(SignedUp { account, session })
}

fn closed() -> Error {
    Error::new(ProblemCode::Forbidden).detail("This server takes no new accounts")
}

/// Signs in. An unknown address costs and answers what a wrong password does.
pub async fn sign_in(state: &State, given: CreateSession) -> Result<SignedUp> {
    model::any_password("/password", &given.password).map_err(|error| Error::fields(vec![error]))?;
    let email = given.email.trim().to_lowercase();
    let found = {
        let mut conn = state.db.read().await?;
        store::find_account_by_email(&mut conn.link(), &email).await?
    };
    let hash = found.as_ref().map(|account| account.password_hash.as_str());
    if !state.passwords.verify(&given.password, hash).await? {
        return Err(wrong_password());
    }
    let account = found.ok_or_else(wrong_password)?;
    let mut tx = state.db.begin().await?;
    store::delete_expired_sessions(&mut tx.link(), state.clock.now_ms()).await?;
    let session = insert_session(state, &mut tx, &account.id).await?;
    tx.commit().await?;
    Ok(SignedUp { account, session })
}

fn wrong_password() -> Error {
    Error::new(ProblemCode::InvalidPassword).detail("Wrong e-mail address or password")
}

async fn insert_session(state: &State, tx: &mut crate::db::Tx, account_id: &str) -> Result<String> {
    let session = secret::text(32, &secret::BASE32);
    let now = state.clock.now_ms();
    let id_hash = session_hash(state, &session);
    store::insert_session(&mut tx.link(), &id_hash, account_id, now, now + SESSION_DAYS * DAY_MS).await?;
    Ok(session)
}

/// The hash under which a session's secret is stored.
pub fn session_hash(state: &State, session: &str) -> String {
    secret::hex(&state.seal.lookup("session", session))
}

/// The account of a live session.
pub async fn find_by_session(state: &State, id_hash: &str) -> Result<Option<AccountRow>> {
    let mut conn = state.db.read().await?;
    Ok(store::find_account_by_session(&mut conn.link(), id_hash, state.clock.now_ms()).await?)
}

/// Ends a session.
pub async fn sign_out(state: &State, id_hash: &str) -> Result<()> {
    let mut tx = state.db.begin().await?;
    store::delete_session(&mut tx.link(), id_hash).await?;
    Ok(tx.commit().await?)
}

/// Changes the password and ends every other session.
pub async fn change_password(
    state: &State,
    account: &AccountRow,
    session_hash: &str,
    given: ChangePassword,
) -> Result<()> {
    let current = model::any_password("/current_password", &given.current_password);
    let new = model::new_password("/new_password", &given.new_password);
    let wrong = [current.err(), new.err()].into_iter().flatten().collect::<Vec<_>>();
    if !wrong.is_empty() {
        return Err(Error::fields(wrong));
    }
    confirm(state, account, &given.current_password, "/current_password").await?;
    let password_hash = state.passwords.hash(&given.new_password).await?;
    let mut tx = state.db.begin().await?;
    store::update_password(&mut tx.link(), &account.id, &password_hash).await?;
    store::delete_other_sessions(&mut tx.link(), &account.id, session_hash).await?;
    Ok(tx.commit().await?)
}

/// Deletes the account, its sites, keys, links and sessions; the sites' events follow.
pub async fn delete(state: &State, account: &AccountRow, given: DeleteAccount) -> Result<()> {
    model::any_password("/password", &given.password).map_err(|error| Error::fields(vec![error]))?;
    confirm(state, account, &given.password, "/password").await?;
    let mut tx = state.db.begin().await?;
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
    if state.passwords.verify(password, Some(&account.password_hash)).await? {
        Ok(())
    } else {
        Err(Error::field(
            pointer,
            "invalid_password",
            "Incorrect password. Please try again.",
        ))
    }
}

/// The account as its holder sees it.
pub fn view(account: &AccountRow) -> Account {
    Account {
        id: AccountId(account.id.clone()),
        email: account.email.clone(),
        name: account.name.clone(),
        created_at: rfc3339(account.created_at),
    }
}
