//! Signing in and up, and the account's own settings.
//!
//! A wrong password and an unknown address look the same. The first account may always be made; later ones when the
//! server says so. Absent: resetting a forgotten password.

pub mod account_page;
pub mod login;
mod second_factor;
mod sessions;

use crate::ui::dynamic;
use leptos::prelude::*;
use shared::account::Account;

/// Tells password managers whose password is asked for.
fn username(account: RwSignal<Option<Account>>) -> AnyView {
    let email = move || {
        account.with(|account| {
            account
                .as_ref()
                .map(|account| account.email.clone())
                .unwrap_or_default()
        })
    };
    view! { <input type="text" name="username" autocomplete="username" hidden prop:value=dynamic(email) /> }.into_any()
}
