//! One key of the list, and the secret of a new one.

use super::Keys;
use super::form::scope_words;
use crate::client::api_keys;
use crate::format::date;
use crate::ui::confirm::ConfirmButton;
use crate::ui::copy::CopyField;
use crate::ui::dynamic;
use crate::ui::tasks::spawn;
use leptos::prelude::*;
use shared::api_key::{ApiKey, NewApiKey};

/// The secret of a key that was just made.
pub fn secret(made: NewApiKey) -> AnyView {
    view! {
        <section class="card block notice" aria-labelledby="secret-title">
            <h2 id="secret-title">"Copy the key now"</h2>
            <p>"It is shown this once and can't be shown again."</p>
            <CopyField name=made.name label="Copy key" text=made.key focus=true />
        </section>
    }
    .into_any()
}

/// A key's row.
pub fn key_row(keys: Keys, key: &ApiKey) -> AnyView {
    let (busy, error) = (RwSignal::new(false), RwSignal::new(String::new()));
    let id = key.id.clone();
    let revoke = Callback::new(move |()| {
        let id = id.clone();
        busy.set(true);
        spawn(async move {
            let answer = api_keys::revoke(&id).await;
            busy.try_set(false);
            match answer {
                Err(failure) if failure.status() != 404 => {
                    if let Some(failure) = keys.session.check(failure, keys.router) {
                        error.try_set(failure.message());
                    }
                }
                _ => {
                    keys.made.try_update(|made| made.take_if(|made| made.id == id));
                    keys.change(|list| list.retain(|key| key.id != id));
                    keys.announce.run("API key revoked".to_owned());
                }
            }
        });
    });
    let site_id = key.site_id.clone();
    let site = move || {
        let Some(id) = &site_id else {
            return "All sites".to_owned();
        };
        keys.session.sites.with(|sites| match sites {
            Some(Ok(sites)) => sites
                .iter()
                .find(|site| site.id == *id)
                .map_or("A deleted site".to_owned(), |s| s.domain.clone()),
            _ => "\u{a0}".to_owned(),
        })
    };
    let scopes = key
        .scopes
        .iter()
        .map(|scope| scope_words(*scope))
        .collect::<Vec<_>>()
        .join(", ");
    let created = date::instant_day(&key.created_at, None);
    let used = key.last_used_at.as_ref().map_or("Never used".to_owned(), |at| {
        format!("Last used {}", date::instant(at, None))
    });
    view! {
        <li class="card link">
            <div class="link-head">
                <h2 class="link-name">{key.name.clone()}</h2>
                <code>{format!("{}…", key.hint)}</code>
            </div>
            <p class="small">{scopes} " · " {dynamic(site)}</p>
            <div class="link-foot">
                <p class="facts">{format!("Created {created} · {used}")}</p>
                <div class="link-actions">
                    <ConfirmButton label="Revoke" question="Revoke?" about=key.name.clone() busy=busy on_confirm=revoke />
                </div>
            </div>
            <p class="field-error" role="alert">{error}</p>
        </li>
    }
    .into_any()
}
