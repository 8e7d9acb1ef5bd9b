//! The password of a protected link, asked for before anything is shown.

use crate::client::sites;
use crate::ui::button::submit;
use crate::ui::countdown::{countdown, wait_line};
use crate::ui::dom;
use crate::ui::field::{Field, FieldSpec};
use crate::ui::tasks::spawn;
use leptos::prelude::*;
use shared::problem::ProblemCode;
use std::sync::Arc;

const PASSWORD: FieldSpec = FieldSpec::password("link-password", "Password");
const WRONG: &str = "Incorrect password. Please try again.";

/// What the gate knocks at.
#[derive(Clone, PartialEq)]
pub struct Locked {
    /// The domain in the link.
    pub domain: String,
    /// The link's token.
    pub token: Arc<str>,
}

/// The gate. `on_open` takes the grant; `on_gone` hears that there is no such link any more.
pub fn gate(locked: Locked, on_open: Callback<Arc<str>>, on_gone: Callback<()>) -> AnyView {
    dom::set_title(&locked.domain);
    let name = locked.domain.clone();
    dom::focus("#link-password");
    let (password, error) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (busy, wait_s) = (RwSignal::new(false), RwSignal::new(0));
    countdown(wait_s, Callback::new(|()| {}));
    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let entered = password.get_untracked();
        if entered.is_empty() {
            error.set("Enter the password".to_owned());
            return;
        }
        if busy.get_untracked() || wait_s.get_untracked() > 0 {
            return;
        }
        busy.set(true);
        let Locked { domain, token } = locked.clone();
        spawn(async move {
            let answer = sites::unlock(&domain, token, entered).await;
            busy.try_set(false);
            let failure = match answer {
                Ok(grant) => return on_open.run(grant),
                Err(failure) if failure.status() == 404 => return on_gone.run(()),
                Err(failure) => failure,
            };
            match failure.wait_s() {
                Some(seconds) => drop(wait_s.try_set(seconds)),
                None if failure.is(ProblemCode::InvalidPassword) => {
                    error.try_set(WRONG.to_owned());
                    dom::select("#link-password");
                }
                None => drop(error.try_set(failure.field("password").unwrap_or_else(|| failure.message()))),
            }
        });
    };
    view! {
        <div class="gate">
            <h1 tabindex="-1">"Enter the password to view this dashboard"</h1>
            <form class="card auth-card" on:submit=on_submit novalidate>
                // Tells password managers whose password is asked for.
                <input type="text" name="username" autocomplete="username" hidden prop:value=name />
                <Field spec=PASSWORD value=password error=error />
                {wait_line(wait_s)}
                {submit("View dashboard", busy)}
            </form>
        </div>
    }
    .into_any()
}
