//! A button that opens a small panel of choices below it.

use super::dom;
use super::icon::icon;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// A button and its panel. Choosing a link or button in it, Esc and a click elsewhere close it; arrow keys walk.
#[component]
pub fn Menu(
    /// What the button shows.
    #[prop(into)]
    label: Signal<String>,
    /// What the button is for, to a screen reader.
    name: &'static str,
    /// An extra class of the wrapper.
    #[prop(optional)]
    class: &'static str,
    /// An icon before the label.
    #[prop(optional)]
    symbol: Option<&'static str>,
    /// The choices.
    children: ChildrenFn,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let root = NodeRef::<html::Div>::new();
    let button = NodeRef::<html::Button>::new();
    let children = StoredValue::new(children);
    let close_and_return = move || {
        open.set(false);
        if let Some(button) = button.get_untracked() {
            dom::focus_element(&button);
        }
    };
    let outside = window_event_listener(leptos::ev::pointerdown, move |event| {
        if open.get_untracked() {
            let target = event
                .target()
                .and_then(|target| target.dyn_into::<web_sys::Node>().ok());
            if !root.get_untracked().is_some_and(|root| root.contains(target.as_ref())) {
                open.set(false);
            }
        }
    });
    on_cleanup(move || outside.remove());
    let on_key = move |event: web_sys::KeyboardEvent| {
        let step = match event.key().as_str() {
            "Escape" if open.get_untracked() => {
                close_and_return();
                0
            }
            "ArrowDown" => 1,
            "ArrowUp" => -1,
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        if step == 0 {
            return;
        }
        open.set(true);
        request_animation_frame(move || {
            if let Some(root) = root.get_untracked() {
                move_focus(&root, step);
            }
        });
    };
    let on_choice = move |event: web_sys::MouseEvent| {
        let target = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        if target
            .and_then(|target| target.closest("a, button").ok().flatten())
            .is_some()
        {
            close_and_return();
        }
    };
    view! {
        <div class=format!("menu {class}") node_ref=root on:keydown=on_key>
            <button
                type="button"
                class="btn menu-btn"
                node_ref=button
                aria-expanded=move || open.get().to_string()
                aria-label=move || format!("{name}: {}", label.get())
                on:click=move |_| open.update(|open| *open = !*open)
            >
                {symbol.map(icon)}
                <span class="menu-label">{label}</span>
                {icon("chevron")}
            </button>
            {move || open.get().then(|| view! {
                <div class="menu-panel" on:click=on_choice>{children.with_value(|children| children())}</div>
            })}
        </div>
    }
}

/// Moves the focus among the choices, round the ends.
fn move_focus(root: &web_sys::Element, step: i32) {
    let Ok(items) = root.query_selector_all(".menu-panel a, .menu-panel button") else {
        return;
    };
    let count = items.length() as i32;
    let active = document().active_element();
    let at = (0..count).find(|at| {
        let item = items
            .get(*at as u32)
            .and_then(|item| item.dyn_into::<web_sys::Element>().ok());
        item == active
    });
    let next = match at {
        Some(at) => (at + step).rem_euclid(count.max(1)),
        None if step > 0 => 0,
        None => count - 1,
    };
    if let Some(item) = items
        .get(next.max(0) as u32)
        .and_then(|item| item.dyn_into::<web_sys::Element>().ok())
    {
        dom::focus_element(&item);
    }
}
