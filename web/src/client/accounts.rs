//! Accounts and the session.

use super::{Access, Failure, read, send, write};
use gloo_net::http::Method;
use shared::account::{Account, ChangePassword, CreateAccount, CreateSession, DeleteAccount, Registration};
use shared::ids::SessionId;
use shared::page::Page;
use shared::second_factor::{ConfirmPassword, ConfirmTotp, RecoveryCodes, TotpSetup};
use shared::session::Session;

/// May anyone sign up now?
pub async fn registration() -> Result<Registration, Failure> {
    read(&send(Method::GET, "/registration", None, &Access::Session, None).await?)
}

/// Makes an account and signs it in.
pub async fn sign_up(body: &CreateAccount) -> Result<Account, Failure> {
    read(&send(Method::POST, "/accounts", write(body), &Access::Session, None).await?)
}

/// Signs in.
pub async fn sign_in(body: &CreateSession) -> Result<Account, Failure> {
    read(&send(Method::POST, "/session", write(body), &Access::Session, None).await?)
}

/// Ends the session.
pub async fn sign_out() -> Result<(), Failure> {
    send(Method::DELETE, "/session", None, &Access::Session, None)
        .await
        .map(drop)
}

/// Who is signed in.
pub async fn me() -> Result<Account, Failure> {
    read(&send(Method::GET, "/me", None, &Access::Session, None).await?)
}

/// Sets a new password.
pub async fn change_password(body: &ChangePassword) -> Result<(), Failure> {
    send(Method::PUT, "/me/password", write(body), &Access::Session, None)
        .await
        .map(drop)
}

/// Deletes the account with everything in it.
pub async fn delete_account(body: &DeleteAccount) -> Result<(), Failure> {
    send(Method::DELETE, "/me", write(body), &Access::Session, None)
        .await
        .map(drop)
}

/// Where the account is signed in, newest first.
pub async fn sessions() -> Result<Vec<Session>, Failure> {
    let page: Page<Session> = read(&send(Method::GET, "/me/sessions?limit=100", None, &Access::Session, None).await?)?;
    Ok(page.data)
}

/// Ends one session.
pub async fn end_session(id: &SessionId) -> Result<(), Failure> {
    let path = format!("/me/sessions/{id}");
    send(Method::DELETE, &path, None, &Access::Session, None)
        .await
        .map(drop)
}

/// Ends every session but this one.
pub async fn end_other_sessions() -> Result<(), Failure> {
    send(Method::DELETE, "/me/sessions", None, &Access::Session, None)
        .await
        .map(drop)
}

/// Makes a secret for an authenticator.
pub async fn set_up_totp(body: &ConfirmPassword) -> Result<TotpSetup, Failure> {
    read(&send(Method::POST, "/me/totp", write(body), &Access::Session, None).await?)
}

/// Puts the secret in force.
pub async fn turn_on_totp(body: &ConfirmTotp) -> Result<RecoveryCodes, Failure> {
    read(&send(Method::PUT, "/me/totp", write(body), &Access::Session, None).await?)
}

/// Turns the second factor off.
pub async fn turn_off_totp(body: &ConfirmPassword) -> Result<(), Failure> {
    send(Method::DELETE, "/me/totp", write(body), &Access::Session, None)
        .await
        .map(drop)
}

/// Replaces the recovery codes.
pub async fn renew_recovery_codes(body: &ConfirmPassword) -> Result<RecoveryCodes, Failure> {
    let path = "/me/totp/recovery-codes";
    read(&send(Method::POST, path, write(body), &Access::Session, None).await?)
}
