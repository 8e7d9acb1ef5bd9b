//! The pages of the program of an account's portals.

use super::not_found::not_found;
use crate::agency::{domain, overview, portals, white_label};
use crate::router::routes::Route;
use leptos::prelude::*;

/// The view of a route; that of another program's is "not found".
pub fn page(route: Route) -> AnyView {
    match route {
        Route::Overview => overview::overview_page(),
        Route::Portals => portals::portals_page(),
        Route::WhiteLabel => white_label::white_label_page(),
        Route::BrandDomain => domain::domain_page(),
        _ => view! { {not_found()} }.into_any(),
    }
}
