//! Invitations to the account's address, on the page of its sites. Absent: declining one; it ends by itself.

use crate::app::session::use_session;
use crate::client::members;
use crate::router::{Step, routes, use_router};
use crate::ui::tasks::spawn;
use crate::ui::{Views, part_if};
use leptos::prelude::*;
use shared::member::ReceivedInvitation;
use shared::site::Role;

/// The invitations; nothing where there are none, or where they can't be loaded.
pub fn received() -> AnyView {
    let list = RwSignal::new(Vec::<ReceivedInvitation>::new());
    spawn(async move {
        if let Ok(found) = members::received().await {
            list.try_set(found);
        }
    });
    let rows = move || {
        let invitations = list.get();
        if invitations.is_empty() {
            return None;
        }
        let rows = invitations.into_iter().map(row);
        Some(view! {
            <section class="card block notice" aria-labelledby="received">
                <h2 id="received">"Invitations"</h2>
                <ul class="notes">{rows.views()}</ul>
            </section>
        })
    };
    view! { {part_if(rows)} }.into_any()
}

fn row(invitation: ReceivedInvitation) -> AnyView {
    let (session, router) = (use_session(), use_router());
    let (busy, error) = (RwSignal::new(false), RwSignal::new(String::new()));
    let ReceivedInvitation {
        token,
        domain,
        role,
        inviter,
        ..
    } = invitation;
    let words = match role {
        Role::Owner => format!("{inviter} offers you the site {domain}. You will own it."),
        Role::Viewer => format!("{inviter} invites you to view the dashboard of {domain}."),
    };
    let accept = move |_| {
        let token = token.clone();
        busy.set(true);
        spawn(async move {
            let answer = members::accept(&token).await;
            busy.try_set(false);
            match answer {
                Ok(site) => router.go(&routes::dashboard(&site.domain), Step::Push),
                Err(failure) => {
                    if let Some(failure) = session.check(failure, router) {
                        error.try_set(failure.message());
                    }
                }
            }
        });
    };
    let label = format!("Accept invitation to {domain}");
    view! {
        <li>
            <div><p>{words}</p><p class="field-error" role="alert">{error}</p></div>
            <div class="link-actions">
                <button type="button" class="btn primary" aria-label=label prop:disabled=busy on:click=accept>"Accept"</button>
            </div>
        </li>
    }
    .into_any()
}
