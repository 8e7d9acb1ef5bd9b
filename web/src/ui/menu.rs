//! A button that opens a small panel of choices below it.

use super::dom;
use super::icon::icon;
use super::markup::{Markup, Writer, written};
use super::{dynamic, part_if};
use leptos::html;
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen::JsCast;

/// What distinguishes one menu from another.
pub struct MenuSpec {
    /// What the button shows.
    pub label: Signal<String>,
    /// What the button is for, to a screen reader.
    pub name: &'static str,
    /// Extra classes of the wrapper.
    pub class: &'static str,
    /// An icon before the label; may be empty.
    pub symbol: &'static str,
    /// Writes the choices: links, and buttons whose `data-do` names what they do.
    pub write: Writer,
    /// Does what a button names.
    pub act: Callback<String>,
}

impl MenuSpec {
    /// A menu of links.
    pub fn links(label: Signal<String>, name: &'static str, write: Writer) -> Self {
        MenuSpec {
            label,
            name,
            class: "",
            symbol: "",
            write,
            act: Callback::new(|_| {}),
        }
    }
}

/// Begins or ends a choice that leads to a state.
pub fn item(markup: &mut Markup, href: &str, current: bool, name: &str, key: &'static str) {
    markup.raw("<li><a class=\"menu-item\" href=\"").text(href);
    markup
        .raw(if current {
            "\" aria-current=\"true\"><span>"
        } else {
            "\"><span>"
        })
        .text(name)
        .raw("</span>");
    if !key.is_empty() {
        markup.raw("<kbd aria-hidden=\"true\">").raw(key).raw("</kbd>");
    }
    markup.raw("</a></li>");
}

/// A button and its panel. Choosing a link or button in it, Esc, a click elsewhere and the focus going on close it; arrow keys walk.
pub fn menu(spec: MenuSpec) -> AnyView {
    let MenuSpec {
        label,
        name,
        class,
        symbol,
        write,
        act,
    } = spec;
    let open = RwSignal::new(false);
    let root = NodeRef::<html::Div>::new();
    let button = NodeRef::<html::Button>::new();
    let write = Arc::new(write);
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
        // Written anew, the panel would lose the focus that is in it.
        if !open.get_untracked() {
            open.set(true);
        }
        request_animation_frame(move || {
            if let Some(root) = root.get_untracked() {
                move_focus(&root, step);
            }
        });
    };
    let on_focus_out = move |event: web_sys::FocusEvent| {
        let next = event
            .related_target()
            .and_then(|target| target.dyn_into::<web_sys::Node>().ok());
        if let (Some(next), Some(root)) = (next, root.get_untracked())
            && !root.contains(Some(&next))
        {
            open.set(false);
        }
    };
    let on_choice = move |event: web_sys::MouseEvent| {
        let target = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        if let Some(choice) = target.and_then(|target| target.closest("a, button").ok().flatten()) {
            close_and_return();
            if let Some(what) = choice.get_attribute("data-do") {
                act.run(what);
            }
        }
    };
    let panel = move || {
        open.get().then(|| {
            let write = Arc::clone(&write);
            let panel = written("menu-panel", Box::new(move |markup: &mut Markup| write(markup)));
            view! { <div class="menu-place" on:click=on_choice>{panel}</div> }
        })
    };
    view! {
        <div class=format!("menu {class}") node_ref=root on:keydown=on_key on:focusout=on_focus_out>
            <button
                type="button"
                class="btn menu-btn"
                node_ref=button
                aria-expanded=dynamic(move || open.get().to_string())
                aria-label=dynamic(move || format!("{name}: {}", label.get()))
                on:click=move |_| open.update(|open| *open = !*open)
            >
                {(!symbol.is_empty()).then(|| icon(symbol))}
                <span class="menu-label">{label}</span>
                {icon("chevron")}
            </button>
            {part_if(panel)}
        </div>
    }
    .into_any()
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
