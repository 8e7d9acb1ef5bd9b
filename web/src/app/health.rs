//! The pages of the program of a site's health.

use super::not_found::not_found;
use crate::monitors::{formula, monitor_page, overview};
use crate::notices::{maintenance, page as notices};
use crate::router::routes::{HealthPage, Route};
use leptos::prelude::*;

/// The view of a route; that of another program's is "not found".
pub fn page(route: Route) -> AnyView {
    match route {
        Route::Health(domain, HealthPage::Overview) => overview::overview_page(domain),
        Route::Health(domain, HealthPage::Score) => formula::formula_page(domain),
        Route::Health(domain, HealthPage::Monitor(kind)) => monitor_page::monitor_page(domain, kind),
        Route::Health(domain, HealthPage::Notices) => notices::notices_page(domain),
        Route::Health(domain, HealthPage::Maintenance) => maintenance::maintenance_page(domain),
        _ => view! { {not_found()} }.into_any(),
    }
}
