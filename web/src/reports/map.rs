//! The countries on a map, and beside it as a list. The drawing is fetched when it is first shown (`web/map`).

use super::bars::{bars, label};
use super::dash::{Asked, Dash};
use crate::client;
use crate::format::number;
use crate::router::Step;
use crate::ui::markup::each;
use crate::ui::tasks::{effect, spawn};
use leptos::html;
use leptos::prelude::*;
use shared::query::FixedDimension;
use wasm_bindgen::JsCast;

const DRAWING: &str = "/assets/world-1.svg";
const SHADES: f64 = 5.0;

/// Map and list; a click on a country turns its filter on or off.
pub fn map(dash: Dash, asked: Asked) -> AnyView {
    let element = NodeRef::<html::Div>::new();
    let drawn = RwSignal::new(false);
    spawn(async move {
        let drawing = client::asset(DRAWING).await;
        if let (Ok(drawing), Some(element)) = (drawing, element.try_get_untracked().flatten()) {
            element.set_inner_html(&drawing);
            drawn.try_set(true);
        }
    });
    effect(move || {
        if let (true, Some(answer), Some(element)) = (drawn.get(), asked.answer(), element.get()) {
            let top = answer.rows.iter().filter_map(|row| row.number(0)).fold(1.0, f64::max);
            each(&element, "path", |path| {
                let code = path.get_attribute("data-c").unwrap_or_default();
                let row = answer.rows.iter().find(|row| row.name() == code);
                let visitors = row.and_then(|row| row.number(0)).unwrap_or(0.0);
                // Few countries have most visitors: the shades follow the logarithm.
                let share = (visitors + 1.0).ln() / (top + 1.0).ln();
                let shade = (share * SHADES).ceil().min(SHADES) as usize;
                let _ = path.set_attribute("class", ["", "h1", "h2", "h3", "h4", "h5"][shade]);
                let name = label(&FixedDimension::Country.into(), &code);
                let _ = path.set_attribute("data-name", &format!("{name}: {}", number::full(visitors)));
            });
        }
    });
    let pointed = RwSignal::new(String::new());
    let attribute = |event: &web_sys::Event, name: &str| {
        let target = event.target()?.dyn_into::<web_sys::Element>().ok()?;
        target.get_attribute(name)
    };
    let on_click = move |event: web_sys::MouseEvent| {
        if let Some(code) = attribute(&event, "data-c") {
            dash.go(Step::Push, |view| view.toggled(&FixedDimension::Country.into(), &code));
        }
    };
    let on_move = move |event: web_sys::PointerEvent| pointed.set(attribute(&event, "data-name").unwrap_or_default());
    view! {
        <figure class="map" class:stale=move || asked.is_stale()>
            // The list below says the same to those who don't point.
            <div class="map-drawing" aria-hidden="true" node_ref=element on:click=on_click on:pointermove=on_move
                on:pointerleave=move |_| pointed.set(String::new())></div>
            <figcaption aria-hidden="true">{pointed}</figcaption>
        </figure>
        <div class="map-list">{bars(dash, asked)}</div>
    }
    .into_any()
}
