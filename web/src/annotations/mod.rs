//! Annotations: what the owner notes for a day, shown on the chart.
//!
//! Everybody who reads the dashboard sees them there (`reports::chart`), recipients of share links only those that are not
//! hidden: the server decides that. Only an owner gets the button and the dialog of this folder.

mod dialog;
mod form;

use crate::reports::dash::use_dash;
use crate::ui::icon::icon;
use crate::ui::part_if;
use leptos::prelude::*;

/// The owner's button in the head of the chart, and the dialog that it opens.
pub fn notes_button() -> AnyView {
    let dash = use_dash();
    let open = RwSignal::new(false);
    let dialog = move || open.get().then(|| dialog::dialog(dash, open));
    view! {
        <button type="button" class="btn small" on:click=move |_| open.set(true)>{icon("flag")}"Notes"</button>
        {part_if(dialog)}
    }
    .into_any()
}
