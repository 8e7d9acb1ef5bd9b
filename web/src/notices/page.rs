//! `/<domain>/health/notices`: the channels, the quiet hours, and what became of the notices.

use super::channel::channel_row;
use super::channel_form::channel_form;
use super::deliveries::deliveries;
use super::quiet::quiet_hours;
use crate::client::json::Json;
use crate::client::notices;
use crate::monitors::paged::Paged;
use crate::monitors::vitals::{Vitals, health_page, owners_only};
use crate::router::routes::HealthPage;
use crate::sites::managed::Listed;
use crate::ui::icon::icon;
use crate::ui::{Views, dom, part_if};
use leptos::prelude::*;
use serde_json::Value;

/// What the parts of the page share.
#[derive(Clone, Copy)]
pub struct Notices {
    /// The page.
    pub vitals: Vitals,
    /// The channels, with how many there may be.
    pub channels: Listed<Value>,
    /// What became of the notices.
    pub deliveries: Paged,
    /// True while the form is there.
    pub adding: RwSignal<bool>,
}

impl Notices {
    /// Reads a channel, as it is now.
    pub fn channel<T>(self, id: &str, read: impl FnOnce(&Value) -> T) -> Option<T> {
        self.channels.list.with(|list| match list {
            Some(Ok(list)) => list
                .items("data")
                .iter()
                .find(|channel| channel.text("id") == id)
                .map(read),
            _ => None,
        })
    }

    /// Takes the form away; the keyboard goes on at the button above.
    pub fn close(self) {
        self.adding.set(false);
        dom::focus(".create");
    }
}

/// A channel's address or URL.
pub fn name(channel: &Value) -> String {
    channel
        .maybe_text("address")
        .or_else(|| channel.maybe_text("url"))
        .unwrap_or_default()
}

/// The page.
pub fn notices_page(domain: String) -> AnyView {
    health_page(domain, HealthPage::Notices, "Notices", body)
}

fn body(vitals: Vitals, _: HealthPage) -> AnyView {
    if !vitals.is_owner {
        return owners_only();
    }
    let all = Notices {
        vitals,
        channels: Listed::new(vitals.desk, |site| Box::pin(notices::channels(site))),
        deliveries: Paged::new(vitals.desk, "notice-deliveries".to_owned()),
        adding: RwSignal::new(false),
    };
    let ids = |list: &Value| {
        let channels = list.items("data").iter();
        channels.map(|channel| channel.text("id").to_owned()).collect()
    };
    let list = move |ids: Vec<String>| {
        match ids.is_empty() {
        true => view! {
            <div class="card empty">
                <h2>"Nobody is told yet"</h2>
                <p class="muted">"A channel is told when an incident opens and when it closes: by mail, or by a signed call of a URL."</p>
            </div>
        }
        .into_any(),
        false => {
            let rows = ids.into_iter().map(|id| channel_row(all, id)).views();
            view! { <ul class="links">{rows}</ul> }.into_any()
        }
    }
    };
    let limit = move || {
        all.channels.list.with(|list| match list {
            Some(Ok(list)) => {
                let most = list.number("limit") as usize;
                Some(most).filter(|most| list.items("data").len() >= *most)
            }
            _ => None,
        })
    };
    let note = move || {
        limit().map(|most| view! { <p class="muted small">{format!("A site has at most {most} channels. Delete one to add another.")}</p> })
    };
    view! {
        <div class="page-head">
            <h2>"Channels"</h2>
            <div class="page-tools">
                <button type="button" class="btn primary create" prop:disabled=move || all.adding.get() || limit().is_some() on:click=move |_| all.adding.set(true)>
                    {icon("plus")}<span>"Add channel"</span>
                </button>
            </div>
        </div>
        {part_if(note)}
        {part_if(move || all.adding.get().then(|| channel_form(all)))}
        {all.channels.shown_by(ids, list)}
        {quiet_hours(vitals)}
        {deliveries(all)}
    }
    .into_any()
}
