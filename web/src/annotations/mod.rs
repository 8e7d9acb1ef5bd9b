//! Annotations: what the owner notes for a day, shown on the chart.
//!
//! Everybody who reads the dashboard sees them there (`reports::chart`), recipients of share links only those that are not
//! hidden: the server decides that. The owner writes them on a page of the site's settings, so that the dashboard stays small.

mod form;
pub mod manage;
mod row;

use crate::router::routes;
use crate::ui::icon::icon;
use leptos::prelude::*;

/// The owner's way from the head of the chart to the notes.
pub fn notes_link(domain: &str) -> AnyView {
    view! { <a class="btn small" href=routes::site_settings(domain, "notes")>{icon("flag")}"Notes"</a> }.into_any()
}
