//! The form that makes a key.

use super::Keys;
use crate::app::unsaved;
use crate::client::api_keys;
use crate::ui::Views;
use crate::ui::button::{button, submit};
use crate::ui::dom;
use crate::ui::dynamic;
use crate::ui::field::{Field, FieldSpec};
use crate::ui::tasks::spawn;
use leptos::prelude::*;
use shared::api_key::{ApiKey, ApiScope, CreateApiKey};
use shared::ids::SiteId;

const NAME: FieldSpec = FieldSpec {
    placeholder: "What the key is for",
    ..FieldSpec::text("key-name", "Name")
};

/// What a scope allows, in words.
pub fn scope_words(scope: ApiScope) -> &'static str {
    match scope {
        ApiScope::StatsRead => "Read statistics",
        ApiScope::SitesRead => "Read sites",
        ApiScope::SitesWrite => "Add, change and delete sites",
        ApiScope::LinksRead => "Read share links",
        ApiScope::LinksWrite => "Create and revoke share links",
        ApiScope::EventsWrite => "Send events",
    }
}

/// Asks for name, scopes and site, and makes the key.
#[component]
pub fn CreateForm(
    /// The page.
    keys: Keys,
    /// Takes the form away.
    on_close: Callback<()>,
) -> impl IntoView {
    let (name, name_error) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let scopes = RwSignal::new(vec![ApiScope::StatsRead]);
    let scopes_error = RwSignal::new(String::new());
    let site = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    dom::focus("#key-name");
    unsaved::watch(move || !name.with(String::is_empty));
    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let wanted = name.get_untracked().trim().to_owned();
        name_error.set(if wanted.is_empty() {
            "Enter a name".to_owned()
        } else {
            String::new()
        });
        let none = scopes.with_untracked(Vec::is_empty);
        scopes_error.set(if none {
            "Choose at least one".to_owned()
        } else {
            String::new()
        });
        if wanted.is_empty() || none || busy.get_untracked() {
            return;
        }
        busy.set(true);
        let site = site.get_untracked();
        let body = CreateApiKey {
            name: wanted,
            scopes: scopes.get_untracked(),
            site_id: (!site.is_empty()).then_some(SiteId(site)),
        };
        spawn(async move {
            let answer = api_keys::create(&body).await;
            busy.try_set(false);
            match answer {
                Ok(made) => {
                    let key = ApiKey {
                        id: made.id.clone(),
                        name: made.name.clone(),
                        hint: made.hint.clone(),
                        scopes: made.scopes.clone(),
                        site_id: made.site_id.clone(),
                        created_at: made.created_at.clone(),
                        last_used_at: None,
                    };
                    keys.change(|list| list.push(key));
                    keys.made.try_set(Some(made));
                    keys.announce.run("API key created".to_owned());
                    on_close.run(());
                }
                Err(failure) => {
                    if let Some(failure) = keys.session.check(failure, keys.router) {
                        match failure.field("scopes") {
                            Some(words) => scopes_error.try_set(words),
                            None => name_error.try_set(failure.field("name").unwrap_or_else(|| failure.message())),
                        };
                    }
                }
            }
        });
    };
    let checkbox = |scope: ApiScope| {
        let toggle = move |_| {
            scopes_error.set(String::new());
            scopes.update(|scopes| match scopes.iter().position(|known| *known == scope) {
                Some(at) => drop(scopes.remove(at)),
                None => scopes.push(scope),
            });
        };
        view! {
            <label class="check">
                <input type="checkbox" prop:checked=move || scopes.with(|scopes| scopes.contains(&scope)) on:change=toggle />
                <span>{scope_words(scope)} " " <code>{scope.as_str()}</code></span>
            </label>
        }
    };
    let sites = move || {
        keys.session.sites.with(|sites| match sites {
            Some(Ok(sites)) => {
                let option = |site: &shared::site::Site| view! { <option value=site.id.0.clone()>{site.domain.clone()}</option> };
                sites.iter().map(option).views()
            }
            _ => Vec::new(),
        })
    };
    view! {
        <form class="card block stack" on:submit=on_submit novalidate>
            <Field spec=NAME value=name error=name_error />
            <fieldset class="field">
                <legend>"Scopes"</legend>
                {ApiScope::ALL.map(checkbox).into_iter().views()}
                <p class="field-error" role="alert">{scopes_error}</p>
            </fieldset>
            <div class="field">
                <label for="key-site">"Site"</label>
                <select id="key-site" class="select" on:change=move |event| site.set(event_target_value(&event))>
                    <option value="">"All sites"</option>
                    {dynamic(sites)}
                </select>
            </div>
            <div class="actions start">
                {submit("Create API key", busy)}
                {button("Cancel", on_close)}
            </div>
        </form>
    }
}
