//! The pages of the program of what a site measures.

use super::not_found::not_found;
use crate::annotations::manage::NotesPage;
use crate::funnels::manage::funnels_page;
use crate::goals::manage::goals_page;
use crate::imports::manage::ImportsPage;
use crate::router::routes::Route;
use crate::shields::manage::shields_page;
use leptos::prelude::*;

/// The view of a route; that of another program's is "not found".
pub fn page(route: Route) -> AnyView {
    match route {
        Route::Goals(domain) => goals_page(domain),
        Route::Funnels(domain) => funnels_page(domain),
        Route::Shields(domain) => shields_page(domain),
        Route::Notes(domain) => view! { <NotesPage domain=domain /> }.into_any(),
        Route::Imports(domain) => view! { <ImportsPage domain=domain /> }.into_any(),
        _ => view! { {not_found()} }.into_any(),
    }
}
