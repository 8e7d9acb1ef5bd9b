//! The notes of the days that the chart shows, each with a way to change and to delete it.

use super::form::{Entry, form};
use crate::app::session::use_session;
use crate::client::annotations;
use crate::client::json::Json;
use crate::format::date;
use crate::reports::dash::Dash;
use crate::reports::date::Date;
use crate::router::use_router;
use crate::ui::announce::announcer;
use crate::ui::confirm::ConfirmButton;
use crate::ui::dialog::Dialog;
use crate::ui::tasks::spawn;
use crate::ui::{Views, dom, part};
use leptos::prelude::*;
use serde_json::Value;

/// The dialog; `open` takes it away.
pub fn dialog(dash: Dash, open: RwSignal<bool>) -> AnyView {
    let entry = Entry::new(dash.today.get_untracked());
    let close = Callback::new(move |()| open.set(false));
    let rows = move || {
        let notes = dash.notes.list(|note| row(dash, entry, note));
        if notes.is_empty() {
            return view! { <p class="muted">"No notes on the days that the chart shows."</p> }.into_any();
        }
        view! { <ul class="notes">{notes.into_iter().views()}</ul> }.into_any()
    };
    view! { <Dialog title="Notes" on_close=close>{part(rows)} {form(dash, entry)}</Dialog> }.into_any()
}

fn row(dash: Dash, entry: Entry, note: &Value) -> AnyView {
    let (session, router, announce) = (use_session(), use_router(), announcer());
    let (id, text) = (note.text("id").to_owned(), note.text("text").to_owned());
    let hidden = note.get("hidden").and_then(Value::as_bool) == Some(true);
    let day = note.text("date").to_owned();
    let shown = Date::parse(&day).map(date::day).unwrap_or_default();
    let busy = RwSignal::new(false);
    let (known, about) = (id.clone(), format!("note “{text}”"));
    let words = text.clone();
    let edit = move |_| {
        entry.load(known.clone(), &day, &words, hidden);
        dom::focus("#note-text");
    };
    let delete = Callback::new(move |()| {
        busy.set(true);
        let id = id.clone();
        spawn(async move {
            let site = dash.site.with_value(|site| site.id.clone());
            let answer = annotations::delete(&site, &id).await;
            busy.try_set(false);
            match answer {
                Ok(()) => {
                    entry.forget(&id);
                    dash.notes.retry();
                    announce.run("Note deleted".to_owned());
                    dom::focus("#note-text");
                }
                Err(failure) => {
                    if let Some(failure) = session.check(failure, router) {
                        entry.error.try_set(failure.message());
                    }
                }
            }
        });
    });
    let label = format!("Edit {about}");
    view! {
        <li>
            <div>
                <p class="muted">{shown} {hidden.then_some(" · hidden from share links")}</p>
                <p>{text}</p>
            </div>
            <div class="link-actions">
                <button type="button" class="btn" aria-label=label on:click=edit>"Edit"</button>
                <ConfirmButton label="Delete" question="Delete?" about=about busy=busy on_confirm=delete />
            </div>
        </li>
    }
    .into_any()
}
