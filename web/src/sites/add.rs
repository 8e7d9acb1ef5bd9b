//! The dialog that adds a site.

use super::general_forms::zone_options;
use crate::app::session::use_session;
use crate::client::sites;
use crate::format::intl;
use crate::router::{Step, routes, use_router};
use crate::ui::button::{button, submit};
use crate::ui::dialog::Dialog;
use crate::ui::dom;
use crate::ui::field::{Field, FieldSpec};
use crate::ui::tasks::spawn;
use leptos::prelude::*;
use shared::problem::ProblemCode;
use shared::site::CreateSite;

const DOMAIN: FieldSpec = FieldSpec {
    placeholder: "example.com",
    autocomplete: "url",
    ..FieldSpec::text("domain", "Domain")
};

/// Asks for domain and time zone; the browser's zone is chosen to begin with.
#[component]
pub fn AddSite(
    /// Takes the dialog away.
    on_close: Callback<()>,
) -> impl IntoView {
    let (router, session) = (use_router(), use_session());
    let (zones, own) = intl::time_zones();
    let zone = RwSignal::new(own);
    let (domain, error) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let busy = RwSignal::new(false);
    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if domain.with_untracked(|domain| domain.trim().is_empty()) {
            error.set("Enter a domain".to_owned());
            return;
        }
        busy.set(true);
        let body = CreateSite {
            domain: domain.get_untracked().trim().to_owned(),
            timezone: Some(zone.get_untracked()),
            currency: None,
        };
        spawn(async move {
            let answer = sites::create(&body).await;
            busy.try_set(false);
            match answer {
                Ok(site) => {
                    let href = routes::dashboard(&site.domain);
                    session.put(site);
                    router.go(&href, Step::Push);
                }
                Err(failure) => {
                    let Some(failure) = session.check(failure, router) else {
                        return;
                    };
                    let taken = failure.is(ProblemCode::NameTaken) || failure.is(ProblemCode::Conflict);
                    let words = match taken {
                        true => "This domain is already in use".to_owned(),
                        false => failure.field("domain").unwrap_or_else(|| failure.message()),
                    };
                    error.try_set(words);
                }
            }
        });
    };
    dom::focus("#domain");
    view! {
        <Dialog title="Add a site" class="narrow" on_close=on_close>
            <form class="stack" on:submit=on_submit novalidate>
                <Field spec=DOMAIN value=domain error=error />
                <div class="field">
                    <label for="zone">"Time zone"</label>
                    <select id="zone" class="select" on:change=move |event| zone.set(event_target_value(&event))>
                        {zone_options(&zones, &zone.get_untracked())}
                    </select>
                    <p class="field-help">"Days begin and end in this zone."</p>
                </div>
                <div class="actions">
                    {button("Cancel", on_close)}
                    {submit("Add site", busy)}
                </div>
            </form>
        </Dialog>
    }
}
