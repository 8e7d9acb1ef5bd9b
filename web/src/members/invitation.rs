//! `/invitations/<token>`: what an invited person sees.

use crate::app::session::Loaded;
use crate::client::{accounts, members};
use crate::router::{Step, query, routes, use_router};
use crate::ui::dom;
use crate::ui::error_box::ErrorBox;
use crate::ui::icon::icon;
use crate::ui::part;
use crate::ui::tasks::spawn;
use crate::ui::theme::ThemeButton;
use leptos::prelude::*;
use shared::account::Account;
use shared::member::Invitation;
use shared::problem::ProblemCode;
use shared::site::Role;

/// The invitation, and who is asked.
#[component]
pub fn InvitationPage(
    /// The secret in the link.
    token: String,
) -> impl IntoView {
    dom::set_title("Invitation");
    let token = StoredValue::new(token);
    let invitation = RwSignal::new(None as Loaded<(Invitation, Option<Account>)>);
    let load = Callback::new(move |()| {
        spawn(async move {
            let answer = match members::look(&token.get_value()).await {
                Ok(found) => Ok((found, accounts::me().await.ok())),
                Err(failure) => Err(failure),
            };
            invitation.try_set(Some(answer));
        });
    });
    load.run(());
    let body = move || match invitation.get() {
        None => view! { <h1 tabindex="-1">"Invitation"</h1> }.into_any(),
        Some(Ok((found, account))) => offer(token, found, account),
        Some(Err(failure)) if failure.status() == 404 => gone(),
        Some(Err(failure)) => view! { <h1 class="sr-only" tabindex="-1">"Invitation"</h1>
        <ErrorBox message=failure.message() wait_s=failure.wait_s() retry=load /> }
        .into_any(),
    };
    view! {
        <main id="main" class="main auth" tabindex="-1">
            <div class="auth-head"><span class="brand">{icon("brand")}<span>"Vitrine"</span></span><ThemeButton /></div>
            <div class="card auth-card">{part(body)}</div>
        </main>
    }
}

fn gone() -> AnyView {
    view! {
        <h1 tabindex="-1">{ProblemCode::InvitationNotFound.title()}</h1>
        <a class="btn" href="/sites">"Go to the start page"</a>
    }
    .into_any()
}

fn offer(token: StoredValue<String>, invitation: Invitation, account: Option<Account>) -> AnyView {
    let router = use_router();
    let (busy, error) = (RwSignal::new(false), RwSignal::new(String::new()));
    let accept = move |_| {
        busy.set(true);
        error.set(String::new());
        spawn(async move {
            let answer = members::accept(&token.get_value()).await;
            busy.try_set(false);
            match answer {
                Ok(site) => router.go(&routes::dashboard(&site.domain), Step::Push),
                Err(failure) if failure.status() == 404 => {
                    error
                        .try_set("This account can't accept the invitation. It may be for another address.".to_owned());
                }
                Err(failure) => drop(error.try_set(failure.message())),
            }
        });
    };
    let what = match invitation.role {
        Role::Owner => format!(
            "{} offers you the site {}. You will own it.",
            invitation.inviter, invitation.domain
        ),
        Role::Viewer => format!(
            "{} invites you to view the dashboard of {}.",
            invitation.inviter, invitation.domain
        ),
    };
    let login = format!(
        "/login?next={}",
        query::encode(&format!("/invitations/{}", token.get_value()))
    );
    let action = match account {
        Some(account) => view! {
            <p class="muted">{format!("You are signed in as {}.", account.email)}</p>
            <button type="button" class="btn primary wide" prop:disabled=busy on:click=accept>"Accept"</button>
        }
        .into_any(),
        None => view! { <a class="btn primary wide" href=login>"Sign in or create an account"</a> }.into_any(),
    };
    let bound = invitation
        .email_bound
        .then(|| view! { <p class="muted">"Only the account of the invited address can accept."</p> });
    view! {
        <h1 tabindex="-1">"Invitation"</h1>
        <p>{what}</p>
        {bound}
        {action}
        <p class="field-error" role="alert">{error}</p>
    }
    .into_any()
}
