//! The brand's logo: taken at once, removed after asking once more.

use super::white_label::Draft;
use crate::client::{Failure, agency};
use crate::ui::confirm::ConfirmButton;
use crate::ui::{dom, dynamic, part_if};
use leptos::prelude::*;
use shared::branding::Branding;

/// The API takes no larger file.
const MOST_BYTES: f64 = 1_048_576.0;

/// The section.
pub fn logo(draft: Draft) -> AnyView {
    let (busy, error) = (RwSignal::new(false), RwSignal::new(String::new()));
    let on_change = move |event: web_sys::Event| {
        let Some(input) = dom::input_of(&event) else { return };
        let Some(file) = input.files().and_then(|files| files.get(0)) else {
            return;
        };
        error.set(String::new());
        if file.size() > MOST_BYTES {
            error.set("The file is larger than 1 MiB".to_owned());
            return;
        }
        let then = move |outcome: Result<Branding, Failure>| {
            // The same file may be chosen again.
            input.set_value("");
            match outcome {
                Ok(branding) => {
                    draft.logo.set(branding.logo_url);
                    draft.office.say("Logo saved");
                }
                Err(failure) => error.set(failure.within("").unwrap_or_else(|| failure.message())),
            }
        };
        draft
            .office
            .call(busy, Box::pin(agency::set_logo(file)), Box::new(then));
    };
    let remove = Callback::new(move |()| {
        let then = move |outcome: Result<(), Failure>| match outcome {
            Err(failure) if failure.status() != 404 => error.set(failure.message()),
            _ => {
                draft.logo.set(None);
                draft.office.say("Logo removed");
                dom::focus("#brand-logo");
            }
        };
        draft.office.call(busy, Box::pin(agency::remove_logo()), Box::new(then));
    });
    let shown = move || {
        draft.logo.get().map(|url| {
            view! {
                <div class="row-between">
                    <span class="portal-logo"><img src=url alt="The logo as it is now" /></span>
                    <ConfirmButton label="Remove" question="Remove?" about="the logo" busy=busy on_confirm=remove />
                </div>
            }
        })
    };
    let words = move || if busy.get() { "Sending…" } else { "" };
    view! {
        <section class="card block">
            {part_if(shown)}
            <div class="field">
                <label for="brand-logo">"Logo"</label>
                <input id="brand-logo" type="file" class="input" accept="image/png,image/jpeg,image/webp"
                    aria-describedby="logo-help logo-error" prop:disabled=busy on:change=on_change />
                <p class="field-help" id="logo-help">"PNG, JPEG or WebP, at most 1 MiB. It is shown on white in both themes."</p>
                <p class="field-help" role="status">{dynamic(words)}</p>
                <p class="field-error" id="logo-error" role="alert">{error}</p>
            </div>
        </section>
    }
    .into_any()
}
