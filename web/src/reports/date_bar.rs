//! The bar that stays in view: period, comparison and filters.

use super::chips::chips;
use super::compare_menu::compare_menu;
use super::custom_range::custom_range;
use super::dash::{Overlay, use_dash};
use super::filter_dialog::filter_dialog;
use super::locked::locked;
use super::period_menu::period_menu;
use super::shortcuts::shortcut_sheet;
use crate::ui::icon::icon;
use crate::ui::{part, place};
use leptos::prelude::*;

/// The sticky bar under the header; `end` stands after the menus.
pub fn date_bar(end: AnyView) -> AnyView {
    let overlay = use_dash().overlay;
    let filter = view! {
        <button type="button" class="btn filter-btn" on:click=move |_| overlay.set(Some(Overlay::Filters))>{icon("filter")}"Filter"</button>
    };
    place(
        "date-bar",
        vec![period_menu(), compare_menu(), filter.into_any(), end, locked(), chips()],
    )
}

/// Whatever lies over the dashboard.
pub fn overlays() -> AnyView {
    let overlay = use_dash().overlay;
    part(move || match overlay.get() {
        None => ().into_any(),
        Some(Overlay::Range) => custom_range(false),
        Some(Overlay::Comparison) => custom_range(true),
        Some(Overlay::Filters) => filter_dialog(),
        Some(Overlay::Shortcuts) => shortcut_sheet(),
    })
    .into_any()
}
