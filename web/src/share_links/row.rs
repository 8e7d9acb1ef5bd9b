//! One link of the list: copy, rename, revoke.

use super::form::name_error;
use super::manage::Links;
use crate::client::share_links;
use crate::format::{date, number};
use crate::ui::button::submit;
use crate::ui::confirm::ConfirmButton;
use crate::ui::copy::CopyField;
use crate::ui::dom;
use crate::ui::field::{Field, FieldSpec};
use crate::ui::part;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::ids::ShareLinkId;
use shared::share_link::ShareLink;
use std::time::Duration;

/// As long as the row takes to fold away (`.link.leaving` in the styles).
const FOLD: Duration = Duration::from_millis(200);
const NAME: FieldSpec = FieldSpec::text("rename", "Name");

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
            spawn_local(async move {
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
                    set_timeout(
                        move || links.change(|list| list.data.retain(|link| link.id != id)),
                        FOLD,
                    );
                }
            });
        }
    });
    let name = link.name.clone();
    let title = move || {
        if editing.get() {
            rename_form(links, id.clone(), name.clone(), editing)
        } else {
            view! { <h2 class="link-name">{name.clone()}</h2> }.into_any()
        }
    };
    let edit = move |_| editing.set(true);
    view! {
        <li class="card link" class:fresh=fresh class:leaving=leaving>
            <div class="link-head">
                {part(title)}
                <span class="pill">{if link.protected { "Protected" } else { "Open" }}</span>
            </div>
            <CopyField name=link.name.clone() label="Copy link" text=link.url.clone() focus=fresh />
            <div class="link-foot">
                <p class="facts">{facts(links, &link)}</p>
                <div class="link-actions">
                    <button type="button" class="btn" aria-label=format!("Edit {}", link.name) on:click=edit>"Edit"</button>
                    <ConfirmButton label="Revoke" question="Revoke?" about=link.name.clone() busy=busy on_confirm=revoke />
                </div>
            </div>
            <p class="field-error" role="alert">{error}</p>
        </li>
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
    format!("{segment} · Created {created} · {opened}")
}

fn rename_form(links: Links, id: ShareLinkId, now: String, editing: RwSignal<bool>) -> AnyView {
    let (name, error) = (RwSignal::new(now), RwSignal::new(String::new()));
    let busy = RwSignal::new(false);
    dom::focus("#rename");
    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let wanted = name.get_untracked().trim().to_owned();
        if wanted.is_empty() {
            error.set("Enter a name".to_owned());
            return;
        }
        busy.set(true);
        let id = id.clone();
        spawn_local(async move {
            let Some(site) = links.site.try_get_value() else { return };
            let answer = share_links::rename(&site, &id, wanted).await;
            busy.try_set(false);
            match answer {
                Ok(link) => {
                    links.change(|list| {
                        if let Some(known) = list.data.iter_mut().find(|known| known.id == link.id) {
                            *known = link;
                        }
                    });
                    links.announce.run("Saved".to_owned());
                    editing.try_set(false);
                }
                Err(failure) => {
                    if let Some(failure) = links.session.check(failure, links.router) {
                        error.try_set(name_error(&failure));
                    }
                }
            }
        });
    };
    let on_key = move |event: web_sys::KeyboardEvent| {
        if event.key() == "Escape" {
            editing.set(false);
        }
    };
    view! {
        <form class="rename" on:submit=on_submit on:keydown=on_key novalidate>
            <Field spec=NAME value=name error=error />
            {submit("Save", busy)}
            <button type="button" class="btn" on:click=move |_| editing.set(false)>"Cancel"</button>
        </form>
    }
    .into_any()
}
