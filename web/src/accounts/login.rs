//! The page that signs in, or makes an account.

use crate::app::session::use_session;
use crate::client::{Failure, accounts};
use crate::router::{Step, query, use_router};
use crate::ui::button::submit_as;
use crate::ui::dom;
use crate::ui::field::{Field, FieldSpec};
use crate::ui::icon::icon;
use crate::ui::tasks::{effect, spawn};
use crate::ui::theme::ThemeButton;
use crate::ui::{dynamic, part_if};
use leptos::prelude::*;
use shared::account::{CreateAccount, CreateSession, Registration};
use shared::problem::ProblemCode;

const EMAIL: FieldSpec = FieldSpec {
    kind: "email",
    autocomplete: "username",
    ..FieldSpec::text("email", "E-mail")
};
const PASSWORD: FieldSpec = FieldSpec::password("password", "Password");
const NEW_PASSWORD: FieldSpec = FieldSpec {
    autocomplete: "new-password",
    help: "At least 10 characters.",
    ..FieldSpec::password("password", "Password")
};
const NAME: FieldSpec = FieldSpec {
    autocomplete: "name",
    ..FieldSpec::text("name", "Your name")
};

const CODE: FieldSpec = FieldSpec {
    autocomplete: "one-time-code",
    help: "What your authenticator shows, or a recovery code.",
    ..FieldSpec::text("code", "Code")
};

#[derive(Clone, Copy, PartialEq)]
enum Mode {
    SignIn,
    SignUp,
    First,
}

/// Sign-in; sign-up where the server takes new accounts.
#[component]
pub fn LoginPage() -> impl IntoView {
    let registration = RwSignal::new(None::<Registration>);
    spawn(async move {
        let closed = Registration {
            open: false,
            first: false,
        };
        registration.set(Some(accounts::registration().await.unwrap_or(closed)));
    });
    let mode = RwSignal::new(Mode::SignIn);
    effect(move || {
        if registration.with(|known| known.as_ref().is_some_and(|known| known.first)) {
            mode.set(Mode::First);
        }
    });
    let title = move || match mode.get() {
        Mode::SignIn => "Sign in",
        Mode::SignUp => "Create an account",
        Mode::First => "Create the first account",
    };
    effect(move || dom::set_title(title()));
    let other = move || {
        let open = registration.with(|known| known.as_ref().is_some_and(|known| known.open)) || invitation().is_some();
        let (question, label, next) = match mode.get() {
            Mode::SignIn => ("No account yet?", "Create one", Mode::SignUp),
            Mode::SignUp => ("Have an account?", "Sign in", Mode::SignIn),
            Mode::First => return None,
        };
        open.then(|| {
            view! {
                <p class="muted">{question} " "
                    <button type="button" class="link" on:click=move |_| mode.set(next)>{label}</button>
                </p>
            }
        })
    };
    let form = move || match mode.get() {
        Mode::SignIn => sign_in_form(),
        Mode::SignUp | Mode::First => sign_up_form(),
    };
    view! {
        <main id="main" class="main auth" tabindex="-1">
            <div class="auth-head"><span class="brand">{icon("brand")}<span>"Vitrine"</span></span><ThemeButton /></div>
            <div class="card auth-card">
                <h1 tabindex="-1">{dynamic(title)}</h1>
                {move || (mode.get() == Mode::First).then(|| view! {
                    <p class="muted">"This server is new. Whoever makes this account runs it."</p>
                })}
                {move || registration.with(Option::is_some).then(form)}
                {part_if(other)}
            </div>
        </main>
    }
}

/// Where to go after signing in: back to the wanted page, if it is one of ours.
fn next() -> String {
    let pairs = query::parse(&dom::place().1);
    let wanted = query::first(&pairs, "next").filter(|wanted| is_ours(wanted));
    wanted.unwrap_or("/sites").to_owned()
}

/// Whether a browser stays here when it goes there. `//host` leads away, and browsers take a backslash for a slash and read over tabs
/// and ends of lines.
fn is_ours(path: &str) -> bool {
    let is_plain = !path.contains(|sign: char| sign == '\\' || sign.is_control());
    is_plain && path.starts_with('/') && !path.starts_with("//")
}

/// The invitation that the person came from, if that is where they go on.
fn invitation() -> Option<String> {
    next().strip_prefix("/invitations/").map(query::decode)
}

fn sign_in_form() -> AnyView {
    let (router, session) = (use_router(), use_session());
    let (email, password) = (text(), text());
    let (email_error, password_error) = (text(), text());
    let (code, code_error) = (text(), text());
    // Asked for once the password was right and the account has a second factor.
    let with_code = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let body = CreateSession {
            email: email.get_untracked().trim().to_owned(),
            password: password.get_untracked(),
            code: with_code
                .get_untracked()
                .then(|| code.get_untracked().trim().to_owned()),
        };
        spawn(async move {
            let answer = accounts::sign_in(&body).await;
            busy.set(false);
            match answer {
                Ok(_) => {
                    session.forget();
                    router.go(&next(), Step::Replace);
                }
                Err(failure) if failure.is(ProblemCode::SecondFactorRequired) => {
                    with_code.set(true);
                    dom::focus("#code");
                }
                Err(failure) if failure.is(ProblemCode::InvalidCode) => {
                    code_error.set("Incorrect code. Please try again.".to_owned());
                    dom::select("#code");
                }
                Err(failure) => {
                    email_error.set(failure.field("email").unwrap_or_default());
                    let wrong = "Wrong e-mail or password.".to_owned();
                    let said = failure
                        .field("password")
                        .unwrap_or_else(|| if failure.status() == 401 { wrong } else { said(&failure) });
                    if email_error.with_untracked(String::is_empty) {
                        password_error.set(said);
                    }
                    dom::focus("#password");
                }
            }
        });
    };
    dom::focus("#email");
    let code_field = move || {
        with_code
            .get()
            .then(|| view! { <Field spec=CODE value=code error=code_error /> })
    };
    view! {
        <form class="stack" on:submit=on_submit novalidate>
            <Field spec=EMAIL value=email error=email_error />
            <Field spec=PASSWORD value=password error=password_error />
            {part_if(code_field)}
            {submit_as("btn primary wide", "Sign in", busy)}
        </form>
    }
    .into_any()
}

fn sign_up_form() -> AnyView {
    let (router, session) = (use_router(), use_session());
    let (name, email, password) = (text(), text(), text());
    let (name_error, email_error, password_error, form_error) = (text(), text(), text(), text());
    let busy = RwSignal::new(false);
    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        form_error.set(String::new());
        let body = CreateAccount {
            email: email.get_untracked().trim().to_owned(),
            password: password.get_untracked(),
            name: name.get_untracked().trim().to_owned(),
            invitation: invitation(),
        };
        // The invitation is accepted along with it, and its page would only say that it is used.
        let next = if body.invitation.is_some() {
            "/sites".to_owned()
        } else {
            next()
        };
        spawn(async move {
            let answer = accounts::sign_up(&body).await;
            busy.set(false);
            match answer {
                Ok(_) => {
                    session.forget();
                    router.go(&next, Step::Replace);
                }
                Err(failure) => {
                    let mut placed = false;
                    for (field, error) in [
                        ("name", name_error),
                        ("email", email_error),
                        ("password", password_error),
                    ] {
                        let words = failure.field(field).unwrap_or_default();
                        placed |= !words.is_empty();
                        error.set(words);
                    }
                    if !placed {
                        form_error.set(said(&failure));
                    }
                }
            }
        });
    };
    dom::focus("#name");
    // In a section, so that its elements are new ones: rows of the other form would be turned into these, and a browser goes on
    // treating a field that once was a password as one.
    view! {
        <section>
            <form class="stack" on:submit=on_submit novalidate>
                <Field spec=NAME value=name error=name_error />
                <Field spec=EMAIL value=email error=email_error />
                <Field spec=NEW_PASSWORD value=password error=password_error />
                <p class="field-error" role="alert">{form_error}</p>
                {submit_as("btn primary wide", "Create account", busy)}
            </form>
        </section>
    }
    .into_any()
}

fn text() -> RwSignal<String> {
    RwSignal::new(String::new())
}

fn said(failure: &Failure) -> String {
    match failure.wait_s() {
        Some(seconds) => format!("Too many requests. Try again in {seconds} s"),
        None => failure.message(),
    }
}

#[cfg(test)]
mod tests {
    use super::is_ours;

    #[test]
    fn a_page_to_go_on_to_is_one_of_ours() {
        for ours in [
            "/",
            "/sites",
            "/example.org?period=7d&f=a%5Cb",
            "/invitations/abc",
            "/a//b",
        ] {
            assert!(is_ours(ours), "{ours}");
        }
        for foreign in [
            "",
            "sites",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/\t\\evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "/\r\n/evil.example",
            "\t//evil.example",
            "/sites\\..\\x",
            "/\u{0}/evil.example",
            "/\u{85}/evil.example",
            "https://evil.example",
            "javascript:alert(1)",
        ] {
            assert!(!is_ours(foreign), "{foreign:?}");
        }
    }
}
