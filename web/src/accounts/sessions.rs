//! Where the account is signed in, and how to end that.

use crate::app::session::{Loaded, use_session};
use crate::client::accounts;
use crate::format::date;
use crate::router::use_router;
use crate::ui::announce::announcer;
use crate::ui::confirm::ConfirmButton;
use crate::ui::error_box::ErrorBox;
use crate::ui::tasks::spawn;
use crate::ui::{Views, part, part_if};
use leptos::prelude::*;
use shared::session::Session;

/// What ends.
#[derive(Clone)]
enum Ending {
    One(shared::ids::SessionId),
    Others,
}

/// The list of sessions.
pub fn sessions() -> AnyView {
    let (router, session) = (use_router(), use_session());
    let announce = announcer();
    let list = RwSignal::new(None as Loaded<Vec<Session>>);
    let (busy, error) = (RwSignal::new(false), RwSignal::new(String::new()));
    let load = Callback::new(move |()| {
        spawn(async move {
            match accounts::sessions().await {
                Ok(sessions) => drop(list.try_set(Some(Ok(sessions)))),
                Err(failure) => {
                    if let Some(failure) = session.check(failure, router) {
                        list.try_set(Some(Err(failure)));
                    }
                }
            }
        });
    });
    load.run(());
    let end = Callback::new(move |ending: Ending| {
        busy.set(true);
        error.set(String::new());
        spawn(async move {
            let answer = match &ending {
                Ending::One(id) => accounts::end_session(id).await,
                Ending::Others => accounts::end_other_sessions().await,
            };
            busy.try_set(false);
            match answer {
                Err(failure) if failure.status() != 404 => {
                    if let Some(failure) = session.check(failure, router) {
                        error.try_set(failure.message());
                    }
                }
                _ => {
                    announce.run("Signed out there".to_owned());
                    load.run(());
                }
            }
        });
    });
    let row = move |known: Session| {
        let what = known.user_agent.unwrap_or_else(|| "Unknown browser".to_owned());
        let facts = format!(
            "Signed in {} · Last used {}",
            date::instant_day(&known.created_at, None),
            date::instant(&known.last_used_at, None)
        );
        let id = known.id;
        let action = if known.current {
            view! { <span class="pill">"This one"</span> }.into_any()
        } else {
            let confirm = Callback::new(move |()| end.run(Ending::One(id.clone())));
            view! { <ConfirmButton label="Sign out" question="Sign out?" about=what.clone() busy=busy on_confirm=confirm /> }
                .into_any()
        };
        view! { <li class="row-between"><div><strong>{what}</strong><p class="facts">{facts}</p></div>{action}</li> }
    };
    let body = move || match list.get() {
        None => ().into_any(),
        Some(Err(failure)) => {
            view! { <ErrorBox message=failure.message() wait_s=failure.wait_s() retry=load /> }.into_any()
        }
        Some(Ok(sessions)) => view! { <ul class="stack">{sessions.into_iter().map(row).views()}</ul> }.into_any(),
    };
    let others = move || {
        let several = list.with(|list| matches!(list, Some(Ok(sessions)) if sessions.len() > 2));
        several.then(|| {
            let confirm = Callback::new(move |()| end.run(Ending::Others));
            view! {
                <ConfirmButton label="Sign out everywhere else" question="Sign out all others?" about=""
                    busy=busy on_confirm=confirm />
            }
        })
    };
    view! {
        <section class="card block" aria-labelledby="sessions-title">
            <h2 id="sessions-title">"Sessions"</h2>
            {part(body)}
            <div class="actions start">{part_if(others)}</div>
            <p class="field-error" role="alert">{error}</p>
        </section>
    }
    .into_any()
}
