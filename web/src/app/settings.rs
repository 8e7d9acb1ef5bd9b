//! The pages of the program of a site's settings.

use super::not_found::not_found;
use crate::members::people::PeoplePage;
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
        Route::People(domain) => view! { <PeoplePage domain=domain /> }.into_any(),
        _ => view! { {not_found()} }.into_any(),
    }
}
