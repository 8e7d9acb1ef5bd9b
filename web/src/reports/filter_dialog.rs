//! The dialog in which the filters of the dashboard are made and changed.

use super::builder::{Asker, Builder};
use super::dash::use_dash;
use super::scope;
use crate::client::Access;
use crate::router::Step;
use crate::ui::button::button;
use crate::ui::dialog::Dialog;
use crate::ui::dom;
use leptos::prelude::*;
use shared::ids::SiteId;

/// All filters at once, with suggestions from the data of the period.
pub fn filter_dialog() -> AnyView {
    let dash = use_dash();
    let (view, today) = (dash.view.get_untracked(), dash.today.get_untracked());
    let (site, access) = dash.board.key().unwrap_or((SiteId(String::new()), Access::Session));
    let mut unfiltered = view.clone();
    unfiltered.filters.clear();
    let asker = Asker {
        site,
        access,
        scope: scope::scope(&unfiltered, today),
    };
    let builder = Builder::new(view.filters, asker);
    let close = Callback::new(move |()| dash.overlay.set(None));
    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if let Some(conditions) = builder.conditions() {
            dash.overlay.set(None);
            dash.go(Step::Push, |mut view| {
                view.filters = conditions;
                view
            });
        }
    };
    dom::focus(".condition:last-of-type input");
    view! {
        <Dialog title="Filters" on_close=close>
            <form class="stack" on:submit=on_submit novalidate>
                {builder.view()}
                <div class="actions">
                    {button("Cancel", close)}
                    <button type="submit" class="btn primary">"Apply"</button>
                </div>
            </form>
        </Dialog>
    }
    .into_any()
}
