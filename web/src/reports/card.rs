//! A card of bar lists behind tabs.

use super::bars::bars;
use super::dash::use_dash;
use super::question;
use crate::ui::Views;
use crate::ui::dom;
use crate::ui::dynamic;
use crate::ui::icon::icon;
use leptos::prelude::*;
use shared::query::{Dimension, FixedDimension, Operator};
use wasm_bindgen::JsCast;

/// A tab of a card; several dimensions share one tab behind a small select.
pub struct Tab {
    /// What the tab says.
    pub label: &'static str,
    /// Name and dimension of each choice.
    pub choices: &'static [(&'static str, FixedDimension)],
}

/// One card.
pub struct CardSpec {
    /// Names the card in this browser's memory and in element ids.
    pub key: &'static str,
    /// The heading.
    pub title: &'static str,
    /// The tabs.
    pub tabs: &'static [Tab],
    /// The tab to begin with.
    pub first: usize,
}

/// A filter by one value of the first makes the second worth seeing instead.
const DRILLS: [(FixedDimension, FixedDimension); 2] = [
    (FixedDimension::Browser, FixedDimension::BrowserVersion),
    (FixedDimension::Os, FixedDimension::OsVersion),
];

/// A card; the chosen tab is remembered in this browser.
#[component]
pub fn Card(
    /// Which card.
    spec: &'static CardSpec,
    /// Stay away while there is nothing to show.
    #[prop(optional)]
    optional: bool,
) -> impl IntoView {
    let dash = use_dash();
    let memory = format!("vitrine.tab.{}", spec.key);
    let remembered = dom::remembered(&memory).unwrap_or_default();
    let start = spec
        .tabs
        .iter()
        .position(|tab| tab.label == remembered)
        .unwrap_or(spec.first);
    let (tab, choice) = (RwSignal::new(start), RwSignal::new(0_usize));
    let dimension = move || {
        let choices = spec.tabs[tab.get()].choices;
        let fixed = choices.get(choice.get()).unwrap_or(&choices[0]).1;
        let drill = DRILLS.iter().find(|(from, _)| *from == fixed).filter(|(from, _)| {
            let from = Dimension::Fixed(*from);
            dash.view.with(|view| {
                view.filters
                    .iter()
                    .any(|f| f.dimension == from && f.operator == Operator::Is && f.values.len() == 1)
            })
        });
        Dimension::Fixed(drill.map_or(fixed, |(_, to)| *to))
    };
    let asked = dash.ask(Box::new(move |view, today| question::card(view, today, &dimension())));
    let pick = move |index: usize| {
        tab.set(index);
        choice.set(0);
        dom::remember(&memory, Some(spec.tabs[index].label));
    };
    let pick = Callback::new(pick);
    let panel_id = format!("{}-panel", spec.key);
    let details = move || {
        let dimension = dimension();
        dash.href(|mut view| {
            view.details = Some(dimension);
            view
        })
    };
    let details_name = move || format!("Details: {}", super::words::dimension(&dimension()));
    let away = move || optional && asked.answer().is_none_or(|answer| answer.rows.is_empty());
    view! {
        <section class="card panel" class:optional=optional prop:hidden=dynamic(away) aria-labelledby=format!("{}-title", spec.key)>
            <header class="panel-head">
                <h2 id=format!("{}-title", spec.key)>{spec.title}</h2>
                {tab_list(spec, tab, pick)}
            </header>
            <div id=panel_id role="tabpanel" aria-label=move || spec.tabs[tab.get()].label class="panel-body">
                {move || choices(&spec.tabs[tab.get()], choice)}
                {bars(dash, asked)}
            </div>
            <footer class="panel-foot">
                <a class="quiet-link" href=dynamic(details) aria-label=dynamic(details_name)>{icon("list")} "Details"</a>
            </footer>
        </section>
    }
}

fn tab_list(spec: &'static CardSpec, tab: RwSignal<usize>, pick: Callback<usize>) -> AnyView {
    if spec.tabs.len() < 2 {
        return ().into_any();
    }
    let count = spec.tabs.len();
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
        let button = list.and_then(|list| list.children().item(next as u32));
        if let Some(button) = button {
            dom::focus_element(&button);
        }
    };
    let tabs = spec.tabs.iter().enumerate().map(|(index, item)| {
        let selected = move || tab.get() == index;
        view! {
            <button type="button" role="tab" class="tab"
                aria-selected=move || selected().to_string()
                aria-controls=format!("{}-panel", spec.key)
                tabindex=move || if selected() { "0" } else { "-1" }
                on:click=move |_| pick.run(index)>
                {item.label}
            </button>
        }
    });
    view! { <div class="tabs" role="tablist" aria-label=spec.title on:keydown=on_key>{tabs.views()}</div> }.into_any()
}

fn choices(tab: &'static Tab, choice: RwSignal<usize>) -> AnyView {
    if tab.choices.len() < 2 {
        return ().into_any();
    }
    let options = tab.choices.iter().enumerate().map(|(index, (label, _))| {
        view! { <option value=index.to_string() selected=move || choice.get() == index>{*label}</option> }
    });
    view! {
        <select class="select small" aria-label=tab.label
            on:change=move |event| choice.set(event_target_value(&event).parse().unwrap_or(0))>
            {options.views()}
        </select>
    }
    .into_any()
}
