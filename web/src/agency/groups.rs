//! Groups: several sites in one portal, behind one link.

use super::group_form::group_form;
use super::office::{Office, shown};
use super::row::Row;
use crate::app::session::Loaded;
use crate::client::Failure;
use crate::client::agency::{self, Holder};
use crate::client::json::Json;
use crate::ui::confirm::ConfirmButton;
use crate::ui::icon::icon;
use crate::ui::{Views, part, part_if};
use leptos::prelude::*;
use serde_json::Value;
use shared::ids::PortalGroupId;
use shared::portal::Portal;
use shared::site::{Role, Site};
use std::sync::Arc;

/// Says that the form makes a group.
const NEW: &str = "new";

/// What the parts of the section share.
#[derive(Clone, Copy)]
pub struct Groups {
    /// The page's office.
    pub office: Office,
    /// The sites that may be in a group: their ids and domains.
    pub sites: StoredValue<Vec<(String, String)>>,
    list: RwSignal<Loaded<Vec<Value>>>,
    /// What the one form is about: nothing, [`NEW`], or a group's id.
    open: RwSignal<String>,
}

impl Groups {
    /// Loads the groups anew.
    pub fn load(self) {
        self.office.load(self.list, Box::pin(agency::groups()));
    }

    /// Takes the form away; the keyboard goes on at the button above.
    pub fn close(self) {
        self.open.set(String::new());
        crate::ui::dom::focus(".create-group");
    }
}

/// The section.
pub fn groups(office: Office, sites: Arc<Vec<Site>>) -> AnyView {
    let own = sites.iter().filter(|site| site.role == Role::Owner);
    let mut own: Vec<(String, String)> = own.map(|site| (site.id.0.clone(), site.domain.clone())).collect();
    own.sort_by(|a, b| a.1.cmp(&b.1));
    let all = Groups {
        office,
        sites: StoredValue::new(own),
        list: RwSignal::new(None),
        open: RwSignal::new(String::new()),
    };
    all.load();
    let creating = Memo::new(move |_| all.open.with(|open| open == NEW));
    let list = move |list: Vec<Value>| match list.is_empty() {
        true => {
            view! { <p class="muted">"No groups yet. A group shows several sites in one portal, behind one link."</p> }
                .into_any()
        }
        false => {
            let cards = list.into_iter().map(|group| card(all, group)).views();
            view! { <ul class="links">{cards}</ul> }.into_any()
        }
    };
    let reload = Callback::new(move |()| all.load());
    view! {
        <section class="groups" aria-labelledby="groups-title">
            <div class="page-head">
                <h2 id="groups-title">"Groups"</h2>
                <div class="page-tools">
                    <button type="button" class="btn create-group" on:click=move |_| all.open.set(NEW.to_owned())>{icon("plus")}<span>"Create group"</span></button>
                </div>
            </div>
            {part_if(move || creating.get().then(|| group_form(all, None)))}
            {shown(all.list, reload, list)}
        </section>
    }
    .into_any()
}

fn card(all: Groups, group: Value) -> AnyView {
    let id = group.text("id").to_owned();
    let editing = Memo::new(move |_| all.open.with(|open| *open == id));
    let body = move || match editing.get() {
        true => group_form(all, Some(group.clone())),
        false => closed(all, &group),
    };
    view! { <li>{part(body)}</li> }.into_any()
}

fn closed(all: Groups, group: &Value) -> AnyView {
    let (id, name) = (group.text("id").to_owned(), group.text("name").to_owned());
    let Ok(portal) = serde_json::from_value::<Portal>(group.clone()) else {
        return ().into_any();
    };
    let holder = PortalGroupId(id.clone());
    let row = Row::new(all.office, Holder::Group(holder.clone()), name.clone(), None, portal);
    let members = group.texts("site_ids").unwrap_or_default();
    let domain = |id: &String| {
        let known = all.sites.with_value(|sites| {
            sites
                .iter()
                .find(|(site, _)| site == id)
                .map(|(_, domain)| domain.clone())
        });
        known.unwrap_or_else(|| "A site of another account".to_owned())
    };
    let domains: Vec<String> = members.iter().map(domain).collect();
    let busy = RwSignal::new(false);
    let delete = Callback::new(move |()| {
        let then = move |outcome: Result<(), Failure>| match outcome {
            Err(failure) if failure.status() != 404 => row.error.set(failure.message()),
            _ => {
                all.load();
                all.office.say("Group deleted");
                crate::ui::dom::focus(".create-group");
            }
        };
        all.office
            .call(busy, Box::pin(agency::delete_group(holder.clone())), Box::new(then));
    });
    let edit = move |_| all.open.set(id.clone());
    view! {
        <div class="card link">
            <div class="link-head">
                <h3 class="link-name">{name.clone()}</h3>
                {row.switch()}
            </div>
            <p class="facts">{domains.join(", ")}</p>
            {row.link()}
            <div class="group-actions">
                {row.actions()}
                <div class="actions start">
                    <button type="button" class="btn" aria-label=format!("Edit {name}") on:click=edit>"Edit"</button>
                    <ConfirmButton label="Delete" question="Delete?" about=name busy=busy on_confirm=delete />
                </div>
            </div>
        </div>
    }
    .into_any()
}
