//! `/<domain>/settings/goals`.

use super::form::goal_form;
use super::row::goal_row;
use crate::client::goals;
use crate::sites::managed::{Desk, Listed, managed};
use crate::ui::dom;
use crate::ui::icon::icon;
use crate::ui::{Views, part_if};
use leptos::prelude::*;
use shared::goal::Goal;
use shared::site::Site;

/// Says that the form makes a goal.
pub const NEW: &str = "new";

/// What the parts of the page share.
#[derive(Clone, Copy)]
pub struct Goals {
    /// The page's desk.
    pub desk: Desk,
    /// The goals.
    pub listed: Listed<Vec<Goal>>,
    /// What the page's one form is about: nothing, [`NEW`], or a goal's id.
    pub open: RwSignal<String>,
    /// The site's own currency.
    pub currency: StoredValue<String>,
}

impl Goals {
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

/// A site's goals, for its owner.
pub fn goals_page(domain: String) -> AnyView {
    managed(domain, "goals", "Goals", page)
}

fn page(site: Site) -> AnyView {
    let desk = Desk::new(site.id);
    let all = Goals {
        desk,
        listed: Listed::new(desk, |site| Box::pin(goals::list(site))),
        open: RwSignal::new(String::new()),
        currency: StoredValue::new(site.currency),
    };
    let creating = Memo::new(move |_| all.open.with(|open| open == NEW));
    let form = move || creating.get().then(|| goal_form(all));
    let list = move |list: Vec<Goal>| match list.is_empty() {
        true => part_if(move || (!creating.get()).then(nothing)).into_any(),
        false => {
            let rows = list.into_iter().map(|goal| goal_row(all, goal)).views();
            view! { <ul class="links">{rows}</ul> }.into_any()
        }
    };
    view! {
        <div class="page-head">
            <h1 tabindex="-1">"Goals"</h1>
            <div class="page-tools">
                <button type="button" class="btn primary create" prop:disabled=move || all.is_open() on:click=move |_| all.open.set(NEW.to_owned())>
                    {icon("plus")}<span>"Create goal"</span>
                </button>
            </div>
        </div>
        {part_if(form)}
        {all.listed.shown(list)}
        <p class="muted small">"A goal holds for the past too: it is looked for in everything that was counted."</p>
    }
    .into_any()
}

fn nothing() -> AnyView {
    view! {
        <div class="card empty">
            <h2>"No goals yet"</h2>
            <p class="muted">"A goal is what visitors should do: see a page, or cause an event such as a sign-up."</p>
        </div>
    }
    .into_any()
}
