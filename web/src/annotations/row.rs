//! One note of the list: its day and words, edit, delete.

use super::form::Entry;
use super::manage::Notes;
use crate::client::annotations;
use crate::format::date;
use crate::reports::date::Date;
use crate::ui::confirm::ConfirmButton;
use crate::ui::dom;
use crate::ui::tasks::spawn;
use leptos::prelude::*;
use shared::annotation::Annotation;

/// A note's row.
pub fn row(all: Notes, entry: Entry, note: Annotation) -> AnyView {
    let busy = RwSignal::new(false);
    let shown = Date::parse(&note.date).map(date::day).unwrap_or_default();
    let about = format!("note “{}”", note.text);
    let (id, text, hidden) = (note.id.clone(), note.text.clone(), note.hidden);
    let edit = move |_| {
        entry.load(&note);
        dom::focus("#note-text");
    };
    let delete = Callback::new(move |()| {
        busy.set(true);
        let id = id.clone();
        spawn(async move {
            let Some(site) = all.site.try_get_value() else { return };
            let answer = annotations::delete(&site, id.as_str()).await;
            busy.try_set(false);
            match answer {
                Err(failure) if failure.status() != 404 => {
                    if let Some(failure) = all.session.check(failure, all.router) {
                        entry.error.try_set(failure.message());
                    }
                }
                _ => {
                    entry.forget(id.as_str());
                    all.load();
                    all.announce.run("Note deleted".to_owned());
                    dom::focus("#note-text");
                }
            }
        });
    });
    let label = format!("Edit {about}");
    view! {
        <li class="card link">
            <p class="muted">{shown} {hidden.then_some(" · hidden from share links")}</p>
            <p>{text}</p>
            <div class="link-actions">
                <button type="button" class="btn" aria-label=label on:click=edit>"Edit"</button>
                <ConfirmButton label="Delete" question="Delete?" about=about busy=busy on_confirm=delete />
            </div>
        </li>
    }
    .into_any()
}
