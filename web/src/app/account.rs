//! The pages of the program of the account.

use super::not_found::not_found;
use crate::accounts::{account_page::AccountPage, login::LoginPage};
use crate::api_keys::ApiKeysPage;
use crate::members::invitation::InvitationPage;
use crate::router::routes::Route;
use crate::sites::overview::SitesPage;
use leptos::prelude::*;

/// The view of a route; that of another program's is "not found".
pub fn page(route: Route) -> AnyView {
    match route {
        Route::Login => view! { <LoginPage /> }.into_any(),
        Route::Sites => view! { <SitesPage /> }.into_any(),
        Route::Account => view! { <AccountPage /> }.into_any(),
        Route::ApiKeys => view! { <ApiKeysPage /> }.into_any(),
        Route::Invitation(token) => view! { <InvitationPage token=token /> }.into_any(),
        _ => view! { {not_found()} }.into_any(),
    }
}
