//! One channel: whether it tells, and what can be done with it.

use super::confirm::confirm_form;
use super::page::{Notices, name};
use super::words;
use crate::client::json::Json;
use crate::client::{Failure, notices};
use crate::sites::managed::Call;
use crate::ui::confirm::ConfirmButton;
use crate::ui::copy::CopyField;
use crate::ui::countdown::{countdown, wait_line, waiting};
use crate::ui::markup::{Markup, written};
use crate::ui::status::{Level, status};
use crate::ui::tasks::{later, spawn};
use crate::ui::toggle::toggle;
use crate::ui::{dom, dynamic, part_if};
use leptos::prelude::*;
use serde_json::Value;
use std::time::Duration;

/// A delivery takes a moment; the list is asked again after so long.
const SOON: Duration = Duration::from_secs(2);

/// One channel of the list.
#[derive(Clone, Copy)]
pub struct Channel {
    /// The page.
    pub all: Notices,
    /// Its id.
    pub id: StoredValue<String>,
    /// What is wrong.
    pub error: RwSignal<String>,
    /// True while a call about it is under way.
    pub busy: RwSignal<bool>,
    /// Seconds until asking again makes sense.
    left: RwSignal<u32>,
}

impl Channel {
    /// Makes a call about it; `said` is announced when it was taken.
    pub fn call(self, call: Call<()>, said: &'static str, after: Box<dyn FnOnce()>) {
        self.error.set(String::new());
        let then = move |outcome: Result<(), Failure>| match outcome {
            Ok(()) => {
                self.all.vitals.desk.announce.run(said.to_owned());
                after();
            }
            Err(failure) => match failure.wait_s() {
                Some(seconds) => {
                    self.left.set(seconds);
                    self.all.vitals.desk.announce.run(waiting(seconds));
                }
                None => self
                    .error
                    .set(failure.field("code").unwrap_or_else(|| failure.message())),
            },
        };
        self.all.vitals.desk.change(self.busy, call, Box::new(then));
    }

    /// The site and the channel, for a call.
    pub fn key(self) -> (shared::ids::SiteId, String) {
        (self.all.vitals.desk.site.get_value(), self.id.get_value())
    }

    /// Reads it, as it is now.
    fn with<T>(self, read: impl FnOnce(&Value) -> T) -> Option<T> {
        self.id.with_value(|id| self.all.channel(id, read))
    }

    /// Whether a flag of it stands.
    fn flag(self, key: &str) -> bool {
        self.with(|channel| channel.get(key).and_then(Value::as_bool) == Some(true))
            .unwrap_or(false)
    }

    /// The switch of a flag.
    fn switch(self, key: &'static str, label: String) -> AnyView {
        let flip = Callback::new(move |on: bool| {
            let (site, id) = self.key();
            let call = notices::set_flag(site, id, key, on);
            let channels = self.all.channels;
            self.call(Box::pin(call), "Saved", Box::new(move || channels.load()));
        });
        toggle(label, Signal::derive(move || self.flag(key)), self.busy, flip)
    }

    fn test(self) {
        if self.busy.get_untracked() || self.left.get_untracked() > 0 {
            return;
        }
        let (site, id) = self.key();
        let deliveries = self.all.deliveries;
        let after = move || {
            deliveries.begin();
            later(move || deliveries.begin_if_there(), SOON);
        };
        self.call(Box::pin(notices::test(site, id)), "Test sent", Box::new(after));
    }
}

/// The row of a channel, by its id.
pub fn channel_row(all: Notices, id: String) -> AnyView {
    let row = Channel {
        all,
        id: StoredValue::new(id),
        error: RwSignal::new(String::new()),
        busy: RwSignal::new(false),
        left: RwSignal::new(0),
    };
    countdown(row.left, Callback::new(|()| ()));
    let known = untrack(|| row.with(|channel| (name(channel), channel.text("kind") == "mail")));
    let (name, is_mail) = known.unwrap_or_default();
    let silence = Memo::new(move |_| row.with(|channel| channel.maybe_text("silent_because")).flatten());
    let is_unconfirmed = Memo::new(move |_| silence.with(|why| why.as_deref() == Some("unconfirmed")));
    let state = move |markup: &mut Markup| {
        silence.with(|why| match why.as_deref() {
            None => status(Level::Good, "Tells", markup),
            Some("off") => status(Level::Off, words::silence("off"), markup),
            Some(why) => status(Level::Warn, words::silence(why), markup),
        });
    };
    let delete = Callback::new(move |()| {
        let (site, id) = row.key();
        let after = move || {
            all.channels.load();
            all.deliveries.begin();
            dom::focus(".create");
        };
        row.call(Box::pin(notices::delete(site, id)), "Channel deleted", Box::new(after));
    });
    let rests = move || row.left.get() != 0;
    let test = format!("Send test to {name}");
    let kind = if is_mail { "Mail" } else { "Webhook" };

    let secret = (!is_mail).then(|| secret(row));
    let switch = row.switch("enabled", format!("Tell {name}"));
    let in_quiet = row.switch("ignores_quiet_hours", format!("Tell {name} in quiet hours too"));
    view! {
        <li>
            <div class="card link">
                <div class="link-head">
                    <h3 class="link-name">{name.clone()} " " <span class="pill">{kind}</span></h3>
                    {switch}
                </div>
                {written("state", Box::new(state))}
                {part_if(move || is_unconfirmed.get().then(|| confirm_form(row)))}
                <div class="switch-line">{in_quiet} <span class="muted">"Tell in quiet hours too"</span></div>
                <div class="actions start">
                    <button type="button" class="btn" class:off=rests aria-disabled=dynamic(move || rests().to_string()) aria-label=test on:click=move |_| row.test()>"Send test"</button>
                    {secret}
                    <ConfirmButton label="Delete" question="Delete?" about=name busy=row.busy on_confirm=delete />
                </div>
                {wait_line(row.left)}
                <p class="field-error" role="alert">{row.error}</p>
            </div>
        </li>
    }
    .into_any()
}

/// The webhook's secret, once it is asked for.
fn secret(row: Channel) -> AnyView {
    let shown = RwSignal::new(None::<String>);
    let ask = move |_| {
        let (site, id) = row.key();
        spawn(async move {
            match notices::secret(site, id).await {
                Ok(answer) => drop(shown.try_set(Some(answer.text("secret").to_owned()))),
                Err(failure) => {
                    if let Some(failure) = row.all.vitals.desk.told(failure) {
                        row.error.try_set(failure.message());
                    }
                }
            }
        });
    };
    let body = move || match shown.get() {
        None => view! { <button type="button" class="btn" on:click=ask>"Show secret"</button> }.into_any(),
        Some(secret) => {
            view! { <CopyField name="Secret of the webhook" label="Copy secret" text=secret focus=true /> }.into_any()
        }
    };
    view! { {part_if(move || Some(body()))} }.into_any()
}
