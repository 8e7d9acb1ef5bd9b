//! The form that adds a channel.

use super::page::Notices;
use crate::app::unsaved;
use crate::client::{Failure, notices};
use crate::ui::button::{button, submit};
use crate::ui::field::{Field, FieldSpec};
use crate::ui::{dom, part, part_if};
use leptos::prelude::*;
use serde_json::Value;

const ADDRESS: FieldSpec = FieldSpec {
    kind: "email",
    placeholder: "ops@example.com",
    help: "An address that is not your own gets a code first, which you enter here.",
    ..FieldSpec::text("channel-address", "Address")
};
const URL: FieldSpec = FieldSpec {
    kind: "url",
    placeholder: "https://example.com/hooks/vitrine",
    help: "It is called with a signed POST, as Standard Webhooks have it.",
    ..FieldSpec::text("channel-url", "URL")
};

/// The form.
pub fn channel_form(all: Notices) -> AnyView {
    let text = || RwSignal::new(String::new());
    let (address, url, error) = (text(), text(), text());
    let (busy, always) = (RwSignal::new(false), RwSignal::new(false));
    let sends_mail = all.channels.list.with_untracked(|list| match list {
        Some(Ok(list)) => list.get("mail_available").and_then(Value::as_bool) != Some(false),
        _ => true,
    });
    let is_mail = RwSignal::new(sends_mail);
    unsaved::watch(move || !address.with(String::is_empty) || !url.with(String::is_empty));
    dom::focus("#channel-address, #channel-url");
    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let mail = is_mail.get_untracked();
        let (kind, key, value) = match mail {
            true => ("mail", "address", address.get_untracked()),
            false => ("webhook", "url", url.get_untracked()),
        };
        let value = value.trim().to_owned();
        if value.is_empty() {
            error.set(if mail { "Enter an address" } else { "Enter a URL" }.to_owned());
            return;
        }
        let site = all.vitals.desk.site.get_value();
        let then = move |outcome: Result<(), Failure>| match outcome {
            Ok(()) => {
                all.close();
                all.channels.load();
                all.deliveries.begin();
                all.vitals.desk.announce.run("Channel added".to_owned());
            }
            Err(failure) => error.set(failure.field(key).unwrap_or_else(|| failure.message())),
        };
        let call = notices::create(site, kind, key, value, always.get_untracked());
        all.vitals.desk.change(busy, Box::pin(call), Box::new(then));
    };
    let choice = move |mail: bool, label: &'static str| {
        let off = mail && !sends_mail;
        let choose = move |_| {
            is_mail.set(mail);
            error.set(String::new());
        };
        view! {
            <label class="check" class:muted=off>
                <input type="radio" name="channel-kind" prop:checked=move || is_mail.get() == mail prop:disabled=off on:change=choose />
                <span>{label}</span>
            </label>
        }
        .into_any()
    };
    let field = move || match is_mail.get() {
        true => view! { <Field spec=ADDRESS value=address error=error /> }.into_any(),
        false => view! { <Field spec=URL value=url error=error /> }.into_any(),
    };
    let no_mail = move || {
        (!sends_mail).then(
            || view! { <p class="field-note">"This server sends no mail: its operator has set up no mail server."</p> },
        )
    };
    view! {
        <form class="card block stack" on:submit=on_submit novalidate>
            <fieldset class="field">
                <legend>"By"</legend>
                {choice(true, "Mail")}
                {choice(false, "Webhook")}
                {part_if(no_mail)}
            </fieldset>
            {part(field)}
            <label class="check">
                <input type="checkbox" prop:checked=always on:change=move |event| always.set(event_target_checked(&event)) />
                <span>"Tell in quiet hours too"</span>
            </label>
            <div class="actions start">
                {submit("Add channel", busy)}
                {button("Cancel", Callback::new(move |()| all.close()))}
            </div>
        </form>
    }
    .into_any()
}
