//! The bar that stays in view: period, comparison and filters.

use super::chips::Chips;
use super::compare_menu::CompareMenu;
use super::custom_range::CustomRange;
use super::dash::{Overlay, use_dash};
use super::filter_dialog::FilterDialog;
use super::locked::locked;
use super::period_menu::PeriodMenu;
use super::shortcuts::ShortcutSheet;
use crate::ui::icon::icon;
use crate::ui::part;
use leptos::prelude::*;

/// The sticky bar under the header.
#[component]
pub fn DateBar(
    /// What stands after the menus.
    end: ViewFn,
) -> impl IntoView {
    let overlay = use_dash().overlay;
    view! {
        <div class="date-bar">
            <PeriodMenu />
            <CompareMenu />
            <button type="button" class="btn filter-btn" on:click=move |_| overlay.set(Some(Overlay::Filters))>{icon("filter")}"Filter"</button>
            {end.run()}
            {locked()}
            <Chips />
        </div>
    }
}

/// Whatever lies over the dashboard.
#[component]
pub fn Overlays() -> impl IntoView {
    let overlay = use_dash().overlay;
    part(move || match overlay.get() {
        None => ().into_any(),
        Some(Overlay::Range) => view! { <CustomRange comparison=false /> }.into_any(),
        Some(Overlay::Comparison) => view! { <CustomRange comparison=true /> }.into_any(),
        Some(Overlay::Filters) => view! { <FilterDialog /> }.into_any(),
        Some(Overlay::Shortcuts) => view! { <ShortcutSheet /> }.into_any(),
    })
}
