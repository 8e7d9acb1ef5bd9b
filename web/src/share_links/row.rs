//! One link of the list: copy, embed, change, revoke.

use super::embed::embed_code;
use super::form::link_form;
use super::manage::Links;
use crate::client::share_links;
use crate::format::{date, number};
use crate::ui::confirm::ConfirmButton;
use crate::ui::copy::CopyField;
use crate::ui::dom;
use crate::ui::part;
use crate::ui::tasks::{later, spawn};
use leptos::prelude::*;
use shared::share_link::ShareLink;
use std::time::Duration;

/// As long as the row takes to fold away (`.link.leaving` in the styles).
const FOLD: Duration = Duration::from_millis(200);

/// A link's row.
pub fn link_row(links: Links, link: ShareLink) -> AnyView {
    let id = link.id.clone();
    let fresh = links.fresh.with_untracked(|fresh| fresh.as_ref() == Some(&id));
    if fresh {
        // Its button takes the focus once.
        links.fresh.update_untracked(|fresh| *fresh = None);
    }
    let (editing, leaving, busy) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(false));
    let error = RwSignal::new(String::new());
    let revoke = Callback::new({
        let id = id.clone();
        move |()| {
            let id = id.clone();
            busy.set(true);
            error.set(String::new());
            spawn(async move {
                let Some(site) = links.site.try_get_value() else { return };
                let answer = share_links::revoke(&site, &id).await;
                busy.try_set(false);
                let gone = match answer {
                    Ok(()) => true,
                    Err(failure) if failure.status() == 404 => true,
                    Err(failure) => {
                        if let Some(failure) = links.session.check(failure, links.router) {
                            error.try_set(failure.message());
                        }
                        false
                    }
                };
                if gone {
                    leaving.try_set(true);
                    links.announce.run("Link revoked".to_owned());
                    later(
                        move || links.change(|list| list.data.retain(|link| link.id != id)),
                        FOLD,
                    );
                }
            });
        }
    });
    let body = move || {
        let link = link.clone();
        if editing.get() {
            link_form(links, Some(link), Callback::new(move |()| editing.set(false)))
        } else {
            shown(links, link, fresh, editing, busy, revoke)
        }
    };
    view! {
        <li class:leaving=leaving>
            {part(body)}
            <p class="field-error" role="alert">{error}</p>
        </li>
    }
    .into_any()
}

fn shown(
    links: Links,
    link: ShareLink,
    fresh: bool,
    editing: RwSignal<bool>,
    busy: RwSignal<bool>,
    revoke: Callback<()>,
) -> AnyView {
    let edit = move |_| editing.set(true);
    let code = links.domain.with_value(|domain| embed_code(&link, domain));
    view! {
        <div class="card link" class:fresh=fresh>
            <div class="link-head">
                <h2 class="link-name">{link.name.clone()}</h2>
                <span class="pill">{if link.protected { "Protected" } else { "Open" }}</span>
            </div>
            <CopyField name=link.name.clone() label="Copy link" text=link.url.clone() focus=fresh />
            {code}
            <div class="link-foot">
                <p class="facts">{facts(links, &link)}</p>
                <div class="link-actions">
                    <button type="button" class="btn" aria-label=format!("Edit {}", link.name) on:click=edit>"Edit"</button>
                    <ConfirmButton label="Revoke" question="Revoke?" about=link.name busy=busy on_confirm=revoke />
                </div>
            </div>
        </div>
    }
    .into_any()
}

fn facts(links: Links, link: &ShareLink) -> String {
    let zone = links.zone.get_value();
    let segment = link
        .segment
        .as_ref()
        .map_or("All data", |segment| segment.name.as_str());
    let created = date::instant_day(&link.created_at, Some(&zone));
    let opened = match (&link.last_opened_at, link.opens) {
        (Some(at), 1) => format!("Opened once, {}", date::instant(at, Some(&zone))),
        (Some(at), opens) => {
            format!(
                "Opened {} times, last {}",
                number::full(opens as f64),
                date::instant(at, Some(&zone))
            )
        }
        (None, _) => "Never opened".to_owned(),
    };
    let expires = link.expires_at.as_ref().map(|at| {
        let word = if js_sys::Date::parse(at) < dom::now_ms() {
            "Expired"
        } else {
            "Expires"
        };
        format!(" · {word} {}", date::instant(at, Some(&zone)))
    });
    format!(
        "{segment} · Created {created}{} · {opened}",
        expires.unwrap_or_default()
    )
}
