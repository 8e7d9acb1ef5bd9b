//! The page of the program of shared dashboards.

use super::not_found::not_found;
use crate::router::routes::Route;
use crate::share_links::open::SharePage;
use leptos::prelude::*;

/// The view of a route; that of another program's is "not found".
pub fn page(route: Route) -> AnyView {
    match route {
        Route::Share(domain) => view! { <SharePage domain=domain /> }.into_any(),
        _ => view! { {not_found()} }.into_any(),
    }
}
