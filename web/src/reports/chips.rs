//! The filters in force, each with a way to change it and to take it off.

use super::dash::{Overlay, use_dash};
use super::sentence;
use crate::ui::icon::icon;
use crate::ui::{Views, dynamic, part};
use leptos::prelude::*;

/// The filters as chips; nothing where there are none.
pub fn chips() -> AnyView {
    let dash = use_dash();
    part(move || {
        let filters = dash.view.with(|view| view.filters.clone());
        if filters.is_empty() {
            return ().into_any();
        }
        let several = filters.len() > 1;
        let chips = filters.into_iter().enumerate().map(|(index, filter)| {
            let words = sentence::condition(&filter);
            let href = move || {
                dash.href(|mut view| {
                    if index < view.filters.len() {
                        view.filters.remove(index);
                    }
                    view
                })
            };
            let name = format!("Remove filter: {words}");
            view! {
                <li class="chip">
                    <button type="button" class="chip-edit" title="Change filters" on:click=move |_| dash.overlay.set(Some(Overlay::Filters))>{words}</button>
                    <a class="chip-x" href=dynamic(href) aria-label=name>{icon("x")}</a>
                </li>
            }
        });
        let chips = chips.views();
        let clear = move || {
            dash.href(|mut view| {
                view.filters.clear();
                view
            })
        };
        let clear = several.then(|| view! { <li><a class="quiet-link" href=dynamic(clear)>"Clear all"</a></li> });
        view! { <ul class="chips" aria-label="Filters">{chips}{clear}</ul> }.into_any()
    })
    .into_any()
}
