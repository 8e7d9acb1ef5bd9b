//! Accounts and the session.

use super::{Access, Failure, read, send, write};
use gloo_net::http::Method;
use shared::account::{Account, ChangePassword, CreateAccount, CreateSession, DeleteAccount, Registration};

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
