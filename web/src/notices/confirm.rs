//! The code that confirms a mail address.

use super::channel::Channel;
use crate::client::notices;
use crate::ui::button::submit;
use crate::ui::dynamic;
use leptos::prelude::*;

/// The field for the code, with a way to have another one sent. Several channels may wait at once: each has its own id.
pub fn confirm_form(row: Channel) -> AnyView {
    let code = RwSignal::new(String::new());
    let id = row.id.with_value(|id| format!("code-{id}"));
    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if row.busy.get_untracked() {
            return;
        }
        let typed = code.get_untracked().trim().to_owned();
        if typed.is_empty() {
            row.error.set("Enter the code".to_owned());
            return;
        }
        let (site, channel) = row.key();
        let call = notices::confirm(site, channel, typed);
        row.call(
            Box::pin(call),
            "Address confirmed",
            Box::new(move || row.all.channels.load()),
        );
    };
    let again = move |_| {
        if row.busy.get_untracked() {
            return;
        }
        let (site, channel) = row.key();
        let after = move || row.all.deliveries.begin();
        row.call(
            Box::pin(notices::send_code(site, channel)),
            "Another code is on its way",
            Box::new(after),
        );
    };
    let wrong = move || (!row.error.with(String::is_empty)).to_string();
    view! {
        <form class="code-form" on:submit=on_submit novalidate>
            <label for=id.clone()>"Code from the mail"</label>
            <input id=id class="input mono" type="text" autocomplete="one-time-code" autocapitalize="characters" spellcheck="false"
                aria-invalid=dynamic(wrong) prop:value=code on:input=move |event| code.set(event_target_value(&event)) />
            {submit("Confirm", row.busy)}
            <button type="button" class="btn" aria-busy=dynamic(move || row.busy.get().to_string()) on:click=again>"Send another code"</button>
        </form>
    }
    .into_any()
}
