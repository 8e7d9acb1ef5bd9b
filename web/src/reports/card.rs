//! A card of lists behind tabs.

use super::bars::bars;
use super::dash::{Dash, use_dash};
use super::view::{Details, View};
use super::{funnel, map, question, scope, words};
use crate::client::json::Json;
use crate::client::remote::{Call, Remote};
use crate::ui::icon::icon;
use crate::ui::tabs::tab_list;
use crate::ui::{Views, dom, dynamic, part, part_if};
use leptos::prelude::*;
use shared::query::{Dimension, FixedDimension, Operator};

/// A tab of a card; several dimensions share one tab behind a small select.
pub struct Tab {
    /// What the tab says.
    pub label: &'static str,
    /// Name and dimension of each choice that every site has.
    pub choices: &'static [(&'static str, FixedDimension)],
    /// What the tab shows of them.
    pub kind: Kind,
}

/// What a tab shows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The values of a dimension with their visitors.
    List,
    /// The countries on a map.
    Map,
    /// The values of one of the site's properties.
    Properties,
    /// One of the site's funnels.
    Funnels,
    /// The revenue of a dimension's values, or of a property's.
    Revenue,
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
    /// Takes the whole width, and stays away while there is nothing to show.
    pub wide: bool,
}

/// A filter by one value of the first makes the second worth seeing instead.
const DRILLS: [(FixedDimension, FixedDimension); 2] = [
    (FixedDimension::Browser, FixedDimension::BrowserVersion),
    (FixedDimension::Os, FixedDimension::OsVersion),
];

/// A card; the chosen tab is remembered in this browser.
pub fn card(spec: &'static CardSpec) -> AnyView {
    let dash = use_dash();
    let memory = format!("vitrine.tab.{}", spec.key);
    let remembered = dom::remembered(&memory).unwrap_or_default();
    let start = spec.tabs.iter().position(|tab| tab.label == remembered);
    let (tab, choice) = (RwSignal::new(start.unwrap_or(spec.first)), RwSignal::new(String::new()));
    let kind = Memo::new(move |_| spec.tabs[tab.get()].kind);
    let known = dash.board.follow(Box::new(move || listing(dash, kind.get())));
    let choices = Memo::new(move |_| choices(&spec.tabs[tab.get()], known));
    let chosen = Memo::new(move |_| {
        let (wanted, choices) = (choice.get(), choices.get());
        let found = choices.iter().find(|(_, key)| *key == wanted).or(choices.first());
        found.map(|(_, key)| key.clone())
    });
    let details = move || {
        let of = chosen.get().filter(|_| kind.get() != Kind::Funnels)?;
        let details = Details::of_key(&of)?;
        Some(dash.view.with(|view| drilled(details, view)))
    };
    let details = Memo::new(move |_| details());
    let asked = dash.ask(Box::new(move |view, today| match (details.get()?, kind.get()) {
        (_, Kind::Map) => Some(question::countries(view, today)),
        (details, _) => Some(question::card(view, today, &details)),
    }));
    let funnel = dash.board.follow(Box::new(move || {
        let id = chosen.get().filter(|_| kind.get() == Kind::Funnels)?;
        Some(Call {
            path: format!("/funnels/{id}/query"),
            body: Some(dash.view.with(|view| scope::funnel(view, dash.today.get()))),
            live: dash.is_live(),
            every: false,
        })
    }));
    let pick = Callback::new(move |index: usize| {
        tab.set(index);
        choice.set(String::new());
        dom::remember(&memory, Some(spec.tabs[index].label));
    });
    let empty = move || asked.answer().is_none_or(|answer| answer.rows.is_empty());
    let no_goals = move || dash.goals.list(|_| ()).is_empty();
    let away = move || spec.wide && kind.get() == Kind::List && empty() && no_goals();
    let body = move || match kind.get() {
        Kind::Funnels => funnel::funnel(known, funnel),
        Kind::Map => map::map(dash, asked),
        _ => bars(dash, asked),
    };
    let foot = move || details.get().map(|details| foot(dash, details));
    let labels = spec.tabs.iter().map(|tab| tab.label).collect();
    view! {
        <section class="card panel" class:full=spec.wide prop:hidden=dynamic(away) aria-labelledby=format!("{}-title", spec.key)>
            <header class="panel-head">
                <h2 id=format!("{}-title", spec.key)>{spec.title}</h2>
                {tab_list(spec.key, spec.title, labels, tab, pick)}
            </header>
            <div id=format!("{}-panel", spec.key) role="tabpanel" aria-label=move || spec.tabs[tab.get()].label class="panel-body">
                {part_if(move || select(choices, chosen, choice))}
                {part(body)}
            </div>
            <footer class="panel-foot">{part_if(foot)}</footer>
        </section>
    }
    .into_any()
}

/// What must be known of the site before a tab has choices.
fn listing(dash: Dash, kind: Kind) -> Option<Call> {
    match kind {
        Kind::Properties | Kind::Revenue => Some(Call::get(format!(
            "/suggestions?dimension=event:props&limit=50&{}",
            dash.scope()
        ))),
        Kind::Funnels => Some(Call::get("/funnels?limit=100".to_owned())),
        _ => None,
    }
}

/// Name and key of each choice of a tab.
fn choices(tab: &Tab, known: Remote) -> Vec<(String, String)> {
    let key = |dimension: Dimension| match tab.kind {
        Kind::Revenue => Details::Revenue(dimension).key(),
        _ => Details::Of(dimension).key(),
    };
    let fixed = tab
        .choices
        .iter()
        .map(|(name, fixed)| ((*name).to_owned(), key((*fixed).into())));
    let of_site = known.list(|item| {
        // While the tab changes, the list is still the other one's: funnels have ids, properties have none.
        let wanted = match tab.kind {
            Kind::List | Kind::Map => false,
            kind => item.get("id").is_some() == (kind == Kind::Funnels),
        };
        let name = item.text("name").to_owned();
        let key = match tab.kind {
            Kind::Funnels => item.text("id").to_owned(),
            _ => key(Dimension::Prop(name.clone())),
        };
        wanted.then_some((name, key))
    });
    let of_site = of_site.into_iter().flatten();
    fixed.chain(of_site).collect()
}

fn drilled(details: Details, view: &View) -> Details {
    let drill = DRILLS.iter().find(|(from, _)| {
        let from = Dimension::Fixed(*from);
        let one = |filter: &super::filter::Condition| {
            filter.dimension == from && filter.operator == Operator::Is && filter.values.len() == 1
        };
        details == Details::Of(from.clone()) && view.filters.iter().any(one)
    });
    drill.map_or(details, |(_, to)| Details::Of((*to).into()))
}

fn foot(dash: Dash, details: Details) -> AnyView {
    let name = format!("Details: {}", words::details(&details));
    let href = move || dash.href(|view| view.opened(details.clone()));
    view! { <a class="quiet-link" href=dynamic(href) aria-label=name>{icon("list")} "Details"</a> }.into_any()
}

fn select(
    choices: Memo<Vec<(String, String)>>,
    chosen: Memo<Option<String>>,
    choice: RwSignal<String>,
) -> Option<AnyView> {
    let choices = choices.get();
    if choices.len() < 2 {
        return None;
    }
    let chosen = chosen.get_untracked();
    let options = choices.into_iter().map(|(name, key)| {
        let selected = chosen.as_ref() == Some(&key);
        view! { <option value=key selected=selected>{name}</option> }
    });
    Some(
        view! {
            <select class="select small" aria-label="Show" on:change=move |event| choice.set(event_target_value(&event))>
                {options.views()}
            </select>
        }
        .into_any(),
    )
}
