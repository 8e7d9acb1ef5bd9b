//! The page of the program of an account's dashboards.

use super::not_found::not_found;
use crate::router::routes::Route;
use crate::sites::site_page::SitePage;
use leptos::prelude::*;

/// The view of a route; that of another program's is "not found".
pub fn page(route: Route) -> AnyView {
    match route {
        Route::Dashboard(domain) => view! { <SitePage domain=domain /> }.into_any(),
        _ => view! { {not_found()} }.into_any(),
    }
}
