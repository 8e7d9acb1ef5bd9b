//! `/<domain>/settings/funnels`.

use super::form::funnel_form;
use super::row::funnel_row;
use crate::client::{funnels, goals};
use crate::router::routes;
use crate::sites::managed::{Desk, Listed, managed};
use crate::ui::dom;
use crate::ui::icon::icon;
use crate::ui::{Views, part_if};
use leptos::prelude::*;
use shared::funnel::{Funnel, GoalName};
use shared::site::Site;

/// Says that the form makes a funnel.
pub const NEW: &str = "new";

/// What the parts of the page share.
#[derive(Clone, Copy)]
pub struct Funnels {
    /// The page's desk.
    pub desk: Desk,
    /// The funnels, and the goals that may be steps.
    pub listed: Listed<(Vec<Funnel>, Vec<GoalName>)>,
    /// What the page's one form is about: nothing, [`NEW`], or a funnel's id.
    pub open: RwSignal<String>,
    /// The goals that may be steps, as they were loaded last.
    pub goals: StoredValue<Vec<GoalName>>,
}

impl Funnels {
    /// True while the form is there.
    pub fn is_open(self) -> bool {
        !self.open.with(String::is_empty)
    }

    /// Takes the form away; the keyboard goes on at the button above.
    pub fn close(self) {
        self.open.set(String::new());
        dom::focus(".create");
    }
}

/// A site's funnels, for its owner.
pub fn funnels_page(domain: String) -> AnyView {
    managed(domain, "funnels", "Funnels", page)
}

fn page(site: Site) -> AnyView {
    let desk = Desk::new(site.id);
    let all = Funnels {
        desk,
        listed: Listed::new(desk, |site| {
            Box::pin(async move {
                let funnels = funnels::list(site.clone()).await?;
                let goals = goals::list(site).await?.into_iter().map(|goal| GoalName {
                    id: goal.id,
                    name: goal.name,
                });
                Ok((funnels, goals.collect()))
            })
        }),
        open: RwSignal::new(String::new()),
        goals: StoredValue::new(Vec::new()),
    };
    let creating = Memo::new(move |_| all.open.with(|open| open == NEW));
    let form = move || creating.get().then(|| funnel_form(all, None));
    let enough = move || {
        let list = all.listed.list.get();
        list.and_then(Result::ok).is_some_and(|(_, goals)| goals.len() > 1)
    };
    let create = move || {
        enough().then(|| {
            view! {
                <button type="button" class="btn primary create" prop:disabled=move || all.is_open() on:click=move |_| all.open.set(NEW.to_owned())>
                    {icon("plus")}<span>"Create funnel"</span>
                </button>
            }
        })
    };
    let list = move |(list, goals): (Vec<Funnel>, Vec<GoalName>)| {
        let can_make = goals.len() > 1;
        all.goals.set_value(goals);
        if list.is_empty() {
            let domain = site.domain.clone();
            return part_if(move || (!creating.get()).then(|| nothing(can_make, &domain))).into_any();
        }
        let rows = list.into_iter().map(|funnel| funnel_row(all, funnel)).views();
        view! { <ul class="links">{rows}</ul> }.into_any()
    };
    view! {
        <div class="page-head">
            <h1 tabindex="-1">"Funnels"</h1>
            <div class="page-tools">{part_if(create)}</div>
        </div>
        {part_if(form)}
        {all.listed.shown(list)}
        <p class="muted small">"A funnel is walked within one visit, its steps in their order."</p>
    }
    .into_any()
}

fn nothing(can_make: bool, domain: &str) -> AnyView {
    let goals = (!can_make).then(|| {
        let href = routes::site_settings(domain, "goals");
        view! {
            <p class="muted">"Its steps are goals. This site needs two of them first."</p>
            <a class="btn" href=href>"Goals"</a>
        }
    });
    view! {
        <div class="card empty">
            <h2>"No funnels yet"</h2>
            <p class="muted">"A funnel tells how many visitors go from one goal to the next, and where they leave."</p>
            {goals}
        </div>
    }
    .into_any()
}
