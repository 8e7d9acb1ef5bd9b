//! Light, dark, or what the system says.
//!
//! `page/boot.js` applies the choice before the first paint; `theme=` in the URL wins over it for that view and is
//! never stored.

use super::{dom, icon::icon};
use leptos::prelude::*;

const KEY: &str = "vitrine.theme";

/// A button that goes round system, light and dark.
#[component]
pub fn ThemeButton() -> impl IntoView {
    let choice = RwSignal::new(dom::remembered(KEY).unwrap_or_default());
    let describe = move || match choice.with(|choice| (choice == "light", choice == "dark")) {
        (true, _) => ("Theme: light", "sun"),
        (_, true) => ("Theme: dark", "moon"),
        _ => ("Theme: system", "system"),
    };
    let on_click = move |_| {
        let next = match choice.get_untracked().as_str() {
            "light" => "dark",
            "dark" => "",
            _ => "light",
        };
        dom::remember(KEY, (!next.is_empty()).then_some(next));
        if let Some(root) = document().document_element() {
            let _ = match next {
                "" => root.remove_attribute("data-theme"),
                theme => root.set_attribute("data-theme", theme),
            };
        }
        choice.set(next.to_owned());
    };
    view! {
        <button type="button" class="icon-btn" aria-label=move || describe().0 title=move || describe().0 on:click=on_click>
            {move || icon(describe().1)}
        </button>
    }
}
