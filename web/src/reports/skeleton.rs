//! The dashboard before its site is known: the same places and heights, no words but the domain.

use crate::ui::Views;
use leptos::prelude::*;

/// The empty dashboard of a domain.
pub fn skeleton(domain: &str) -> AnyView {
    let panel = |_| view! { <div class="card panel"></div> };
    view! {
        <div class="dashboard" aria-busy="true">
            <header class="site-head">
                <span class="favicon skeleton"></span>
                <h1 tabindex="-1">{domain.to_owned()}</h1>
            </header>
            <div class="date-bar"></div>
            <div class="card overview skeleton-block"></div>
            <div class="cards" aria-hidden="true">{(0..4).map(panel).views()}</div>
        </div>
    }
    .into_any()
}
