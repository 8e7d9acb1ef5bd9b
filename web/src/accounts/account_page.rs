//! `/settings/account`: who is signed in, password, second factor, sessions, deletion.

use super::second_factor::second_factor;
use super::sessions::sessions;
use super::username;
use crate::app::OwnerPage;
use crate::app::session::use_session;
use crate::app::unsaved;
use crate::client::accounts;
use crate::router::{Step, use_router};
use crate::ui::announce::announcer;
use crate::ui::button::submit;
use crate::ui::dom;
use crate::ui::field::{Field, FieldSpec};
use crate::ui::part_if;
use crate::ui::tasks::spawn;
use leptos::prelude::*;
use shared::account::{Account, ChangePassword, DeleteAccount};

const CURRENT: FieldSpec = FieldSpec::password("current", "Current password");
const NEW: FieldSpec = FieldSpec {
    autocomplete: "new-password",
    help: "At least 10 characters. All other sessions are signed out.",
    ..FieldSpec::password("new", "New password")
};
const CONFIRM: FieldSpec = FieldSpec {
    help: "Asked once more, because this can't be undone.",
    ..FieldSpec::password("confirm", "Password")
};

/// The account's settings.
#[component]
pub fn AccountPage() -> impl IntoView {
    dom::set_title("Account");
    let (router, session) = (use_router(), use_session());
    let account = RwSignal::new(None::<Account>);
    let error = text();
    spawn(async move {
        match accounts::me().await {
            Ok(me) => account.set(Some(me)),
            Err(failure) => {
                if let Some(failure) = session.check(failure, router) {
                    error.set(failure.message());
                }
            }
        }
    });
    let sign_out = move |_| {
        spawn(async move {
            match accounts::sign_out().await {
                Ok(()) => {
                    session.forget();
                    router.go("/login", Step::Push);
                }
                Err(failure) => {
                    if let Some(failure) = session.check(failure, router) {
                        error.set(failure.message());
                    }
                }
            }
        });
    };
    let who = move || {
        account
            .with(|account| {
                account
                    .as_ref()
                    .map(|account| (account.name.clone(), account.email.clone()))
            })
            .map(|(name, email)| view! { <p><strong>{name}</strong><br /><span class="muted">{email}</span></p> })
    };
    view! {
        <OwnerPage class="settings">
            <h1 tabindex="-1">"Account"</h1>
            <section class="card block row-between">
                <div class="who">{part_if(who)}</div>
                <button type="button" class="btn" on:click=sign_out>"Sign out"</button>
            </section>
            <p class="field-error" role="alert">{error}</p>
            <PasswordForm account=account />
            {second_factor(account)}
            {sessions()}
            <DeleteForm account=account />
        </OwnerPage>
    }
}

#[component]
fn PasswordForm(
    /// Who is signed in.
    account: RwSignal<Option<Account>>,
) -> impl IntoView {
    let (router, session) = (use_router(), use_session());
    let announce = announcer();
    let (current, new) = (text(), text());
    let (current_error, new_error, saved) = (text(), text(), text());
    let busy = RwSignal::new(false);
    unsaved::watch(move || !current.with(String::is_empty) || !new.with(String::is_empty));
    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        saved.set(String::new());
        busy.set(true);
        let body = ChangePassword {
            current_password: current.get_untracked(),
            new_password: new.get_untracked(),
        };
        spawn(async move {
            let answer = accounts::change_password(&body).await;
            busy.set(false);
            match answer {
                Ok(()) => {
                    current.set(String::new());
                    new.set(String::new());
                    saved.set("Saved".to_owned());
                    announce.run("Password changed".to_owned());
                }
                Err(failure) => {
                    let Some(failure) = session.check(failure, router) else {
                        return;
                    };
                    match failure.field("new_password") {
                        Some(words) => new_error.set(words),
                        None if failure.status() == 401 => current_error.set("This is not your password.".to_owned()),
                        None => {
                            current_error.set(failure.field("current_password").unwrap_or_else(|| failure.message()));
                        }
                    }
                }
            }
        });
    };
    view! {
        <section class="card block" aria-labelledby="password-title">
            <h2 id="password-title">"Change password"</h2>
            <form class="stack" on:submit=on_submit novalidate>
                {username(account)}
                <Field spec=CURRENT value=current error=current_error />
                <Field spec=NEW value=new error=new_error />
                <div class="actions start">
                    {submit("Change password", busy)}
                    <span class="saved">{saved}</span>
                </div>
            </form>
        </section>
    }
}

#[component]
fn DeleteForm(
    /// Who is signed in.
    account: RwSignal<Option<Account>>,
) -> impl IntoView {
    let (router, session) = (use_router(), use_session());
    let (password, error) = (text(), text());
    let busy = RwSignal::new(false);
    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        busy.set(true);
        let body = DeleteAccount {
            password: password.get_untracked(),
        };
        spawn(async move {
            let answer = accounts::delete_account(&body).await;
            busy.set(false);
            match answer {
                Ok(()) => {
                    session.forget();
                    router.go("/login", Step::Push);
                }
                Err(failure) => {
                    if let Some(failure) = session.check(failure, router) {
                        let wrong = failure.status() == 401;
                        error.set(if wrong {
                            "This is not your password.".to_owned()
                        } else {
                            failure.message()
                        });
                    }
                }
            }
        });
    };
    view! {
        <section class="card block danger" aria-labelledby="delete-title">
            <h2 id="delete-title">"Delete account"</h2>
            <p class="muted">"Your sites, their data, their share links and your API keys go with it, at once and for good."</p>
            <form class="stack" on:submit=on_submit novalidate>
                {username(account)}
                <Field spec=CONFIRM value=password error=error />
                <div class="actions start">
                    <button type="submit" class="btn bad"
                        prop:disabled=move || busy.get() || password.with(String::is_empty)>"Delete account"</button>
                </div>
            </form>
        </section>
    }
}

fn text() -> RwSignal<String> {
    RwSignal::new(String::new())
}
