//! `/<domain>/settings/shields`.

use super::form::shield_form;
use super::kinds::{meaning, title};
use super::left_out::left_out;
use crate::client::{Failure, shields};
use crate::format::place;
use crate::sites::managed::{Desk, Listed, managed};
use crate::ui::Views;
use crate::ui::confirm::ConfirmButton;
use leptos::prelude::*;
use shared::shield::{Shield, ShieldKind, ShieldList};
use shared::site::Site;

/// What the parts of the page share.
#[derive(Clone, Copy)]
pub struct Shields {
    /// The page's desk.
    pub desk: Desk,
    /// The shields, and the address of who asks.
    pub shields: Listed<ShieldList>,
}

/// A site's shields, for its owner.
pub fn shields_page(domain: String) -> AnyView {
    managed(domain, "shields", "Shields", page)
}

fn page(site: Site) -> AnyView {
    let desk = Desk::new(site.id);
    let all = Shields {
        desk,
        shields: Listed::new(desk, |site| Box::pin(shields::list(site))),
    };
    let sections = ShieldKind::ALL.into_iter().map(|kind| section(all, kind)).views();
    view! {
        <div class="page-head"><h1 tabindex="-1">"Shields"</h1></div>
        <p class="muted lead">"What is kept out here is not counted from the next event on. What was counted before stays."</p>
        {sections}
        {left_out(desk)}
    }
    .into_any()
}

fn section(all: Shields, kind: ShieldKind) -> AnyView {
    let list = move |list: ShieldList| {
        let rows = list.data.into_iter().filter(|shield| shield.kind == kind);
        let rows = rows.map(|shield| row(all, shield)).views();
        match rows.is_empty() {
            true => ().into_any(),
            false => view! { <ul class="entries">{rows}</ul> }.into_any(),
        }
    };
    let id = format!("shields-{}", kind.as_str());
    view! {
        <section class="card block" aria-labelledby=id.clone()>
            <h2 id=id.clone()>{title(kind)}</h2>
            <p class="muted">{meaning(kind)}</p>
            {all.shields.shown(list)}
            {shield_form(all, kind)}
        </section>
    }
    .into_any()
}

fn row(all: Shields, shield: Shield) -> AnyView {
    let (busy, error) = (RwSignal::new(false), RwSignal::new(String::new()));
    let (id, kind) = (shield.id, shield.kind);
    let remove = Callback::new(move |()| {
        error.set(String::new());
        let call = shields::delete(all.desk.site.get_value(), id.clone());
        let then = move |outcome: Result<(), Failure>| match outcome {
            Err(failure) if failure.status() != 404 => error.set(failure.message()),
            _ => {
                all.shields.load();
                all.desk.announce.run("Shield removed".to_owned());
            }
        };
        all.desk.change(busy, Box::pin(call), Box::new(then));
    });
    let value = match kind {
        ShieldKind::Country => view! { <span>{place::country(&shield.value)}</span> }.into_any(),
        _ => view! { <span class="mono">{shield.value.clone()}</span> }.into_any(),
    };
    view! {
        <li>
            <p class="entry">{value}<span class="muted">{shield.note}</span></p>
            <ConfirmButton label="Remove" question="Remove?" about=shield.value busy=busy on_confirm=remove />
            <p class="field-error" role="alert">{error}</p>
        </li>
    }
    .into_any()
}
