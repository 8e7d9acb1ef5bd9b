//! One segment of the list: its conditions, the links that use it, edit, delete.

use super::form::segment_form;
use super::manage::Segments;
use crate::client::segments;
use crate::reports::sentence;
use crate::ui::confirm::ConfirmButton;
use crate::ui::tasks::spawn;
use crate::ui::{Views, part};
use leptos::prelude::*;
use shared::segment::Segment;

/// A segment's row.
pub fn segment_row(all: Segments, segment: Segment) -> AnyView {
    let editing = RwSignal::new(false);
    let body = move || {
        let segment = segment.clone();
        match editing.get() {
            true => segment_form(all, Some(segment), Callback::new(move |()| editing.set(false))),
            false => shown(all, segment, editing),
        }
    };
    view! { <li>{part(body)}</li> }.into_any()
}

fn shown(all: Segments, segment: Segment, editing: RwSignal<bool>) -> AnyView {
    let (busy, error) = (RwSignal::new(false), RwSignal::new(String::new()));
    let id = segment.id.clone();
    let delete = Callback::new(move |()| {
        let id = id.clone();
        busy.set(true);
        error.set(String::new());
        spawn(async move {
            let Some(site) = all.site.try_get_value() else { return };
            let answer = segments::delete(&site, &id).await;
            busy.try_set(false);
            match answer {
                Err(failure) if failure.status() != 404 => {
                    if let Some(failure) = all.session.check(failure, all.router) {
                        error.try_set(failure.message());
                    }
                }
                _ => {
                    all.list.try_update(|list| {
                        if let Some(Ok(list)) = list {
                            list.retain(|segment| segment.id != id);
                        }
                    });
                    all.announce.run("Segment deleted".to_owned());
                }
            }
        });
    });
    let conditions = segment
        .filters
        .iter()
        .map(|filter| view! { <li>{sentence::filter(filter)}</li> });
    let edit_name = format!("Edit {}", segment.name);
    view! {
        <div class="card link">
            <h2 class="link-name">{segment.name.clone()}</h2>
            <ul class="conditions">{conditions.views()}</ul>
            <div class="link-foot">
                <p class="facts">{used_by(&segment)}</p>
                <div class="link-actions">
                    <button type="button" class="btn" aria-label=edit_name on:click=move |_| editing.set(true)>"Edit"</button>
                    <ConfirmButton label="Delete" question="Delete?" about=segment.name busy=busy on_confirm=delete />
                </div>
            </div>
            <p class="field-error" role="alert">{error}</p>
        </div>
    }
    .into_any()
}

/// Which share links are bound to a segment.
pub fn used_by(segment: &Segment) -> String {
    let names: Vec<&str> = segment.share_links.iter().map(|link| link.name.as_str()).collect();
    match names.len() {
        0 => "No share link uses it".to_owned(),
        1 => format!("Share link: {}", names[0]),
        _ => format!("Share links: {}", names.join(", ")),
    }
}
