//! Tabs: one of several panels.

use super::dom;
use super::{Views, dynamic};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// The list of tabs of the panel `<key>-panel`; arrow keys walk round. Nothing where there is only one.
pub fn tab_list(
    key: &'static str,
    name: &'static str,
    labels: Vec<&'static str>,
    tab: RwSignal<usize>,
    pick: Callback<usize>,
) -> AnyView {
    let count = labels.len();
    if count < 2 {
        return ().into_any();
    }
    let on_key = move |event: web_sys::KeyboardEvent| {
        let step = match event.key().as_str() {
            "ArrowRight" => 1,
            "ArrowLeft" => count - 1,
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        let next = (tab.get_untracked() + step) % count;
        pick.run(next);
        let list = event
            .current_target()
            .and_then(|list| list.dyn_into::<web_sys::Element>().ok());
        if let Some(button) = list.and_then(|list| list.children().item(next as u32)) {
            dom::focus_element(&button);
        }
    };
    let tabs = labels.into_iter().enumerate().map(|(index, label)| {
        let selected = move || tab.get() == index;
        view! {
            <button type="button" role="tab" class="tab"
                aria-selected=dynamic(move || selected().to_string())
                aria-controls=format!("{key}-panel")
                tabindex=dynamic(move || if selected() { "0" } else { "-1" })
                on:click=move |_| pick.run(index)>
                {label}
            </button>
        }
    });
    view! { <div class="tabs" role="tablist" aria-label=name on:keydown=on_key>{tabs.views()}</div> }.into_any()
}
