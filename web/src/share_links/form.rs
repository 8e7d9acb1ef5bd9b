//! The form that makes or changes a link.

use super::fields::Fields;
use super::manage::Links;
use crate::app::unsaved;
use crate::client::share_links;
use crate::ui::button::{button, submit};
use crate::ui::dom;
use crate::ui::tasks::spawn;
use leptos::prelude::*;
use shared::problem::ProblemCode;
use shared::share_link::ShareLink;

/// The form; `None` makes a new link.
pub fn link_form(links: Links, link: Option<ShareLink>, on_close: Callback<()>) -> AnyView {
    let editing = link.as_ref().map(|link| link.id.clone());
    let is_new = editing.is_none();
    let fields = links.zone.with_value(|zone| Fields::new(link, zone));
    let busy = RwSignal::new(false);
    dom::focus("#link-name");
    unsaved::watch(move || fields.is_changed());
    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let (create, update) = match is_new {
            true => (fields.create_body(), None),
            false => (None, fields.update_body()),
        };
        if create.is_none() && update.is_none() {
            return;
        }
        busy.set(true);
        let editing = editing.clone();
        spawn(async move {
            let Some(site) = links.site.try_get_value() else { return };
            let answer = match (create, update, &editing) {
                (Some(body), ..) => share_links::create(&site, &body).await,
                (_, Some(body), Some(id)) => share_links::update(&site, id, &body).await,
                _ => return,
            };
            busy.try_set(false);
            match answer {
                Ok(link) => {
                    on_close.run(());
                    if is_new {
                        links.fresh.try_set(Some(link.id.clone()));
                    }
                    links.put(link);
                    links
                        .announce
                        .run(if is_new { "Share link created" } else { "Saved" }.to_owned());
                }
                Err(failure) => {
                    if let Some(failure) = links.session.check(failure, links.router) {
                        if failure.is(ProblemCode::LimitReached) {
                            links.load();
                        }
                        fields.complain(&failure);
                    }
                }
            }
        });
    };
    let on_key = move |event: web_sys::KeyboardEvent| {
        if event.key() == "Escape" && !untrack(|| fields.is_changed()) {
            on_close.run(());
        }
    };
    let note = is_new.then(|| {
        view! { <p class="field-help">"Anyone with the link can view this dashboard in read-only mode."</p> }
    });
    view! {
        <form class="card block stack" autocomplete="off" on:submit=on_submit on:keydown=on_key novalidate>
            {fields.view(links.segments)}
            {note}
            <div class="actions start">
                {submit(if is_new { "Create share link" } else { "Save" }, busy)}
                {button("Cancel", on_close)}
            </div>
        </form>
    }
    .into_any()
}
