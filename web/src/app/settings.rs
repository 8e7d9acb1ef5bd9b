//! The pages of the program of the settings.

use super::not_found::NotFound;
use crate::accounts::account_page::AccountPage;
use crate::api_keys::ApiKeysPage;
use crate::imports::manage::ImportsPage;
use crate::members::{invitation::InvitationPage, people::PeoplePage};
use crate::router::routes::Route;
use crate::segments::manage::SegmentsPage;
use crate::share_links::manage::ShareLinksPage;
use crate::sites::general::GeneralPage;
use leptos::prelude::*;

/// The view of a route; that of another program's is "not found".
pub fn page(route: Route) -> AnyView {
    match route {
        Route::General(domain) => view! { <GeneralPage domain=domain /> }.into_any(),
        Route::ShareLinks(domain) => view! { <ShareLinksPage domain=domain /> }.into_any(),
        Route::Segments(domain) => view! { <SegmentsPage domain=domain /> }.into_any(),
        Route::Imports(domain) => view! { <ImportsPage domain=domain /> }.into_any(),
        Route::People(domain) => view! { <PeoplePage domain=domain /> }.into_any(),
        Route::Invitation(token) => view! { <InvitationPage token=token /> }.into_any(),
        Route::Account => view! { <AccountPage /> }.into_any(),
        Route::ApiKeys => view! { <ApiKeysPage /> }.into_any(),
        _ => view! { <NotFound /> }.into_any(),
    }
}
