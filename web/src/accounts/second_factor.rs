//! The second factor: set up with an authenticator, recovery codes shown once, turned off with the password.

use super::username;
use crate::app::session::use_session;
use crate::client::{Failure, accounts};
use crate::router::use_router;
use crate::ui::announce::announcer;
use crate::ui::button::{button, submit};
use crate::ui::copy::CopyField;
use crate::ui::dom;
use crate::ui::field::{Field, FieldSpec};
use crate::ui::tasks::spawn;
use crate::ui::{Views, part};
use leptos::prelude::*;
use shared::account::Account;
use shared::second_factor::{ConfirmPassword, ConfirmTotp, TotpSetup};

const PASSWORD: FieldSpec = FieldSpec::password("totp-password", "Your password");
const CODE: FieldSpec = FieldSpec {
    autocomplete: "one-time-code",
    help: "The six digits that the authenticator shows now.",
    ..FieldSpec::text("totp-code", "Code")
};

/// Where the section stands.
#[derive(Clone)]
enum Stage {
    /// On or off, as the account says.
    Rest,
    /// The secret is to be typed or scanned, and a code to be given.
    Confirm(TotpSetup),
    /// The recovery codes are shown, this once.
    Codes(Vec<String>),
}

/// What the password is given for.
#[derive(Clone, Copy)]
enum Wish {
    SetUp,
    TurnOff,
    NewCodes,
}

/// What the parts of the section share.
#[derive(Clone, Copy)]
struct Factor {
    account: RwSignal<Option<Account>>,
    stage: RwSignal<Stage>,
    text: RwSignal<String>,
    error: RwSignal<String>,
    busy: RwSignal<bool>,
    refused: Callback<Failure>,
}

impl Factor {
    fn mark(self, on: bool) {
        self.account.try_update(|account| {
            if let Some(account) = account {
                account.totp = on;
            }
        });
    }

    fn show(self, stage: Stage) {
        self.text.try_set(String::new());
        self.stage.try_set(stage);
    }

    fn ask(self, wish: Wish) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        let body = ConfirmPassword {
            password: self.text.get_untracked(),
        };
        spawn(async move {
            let outcome = match wish {
                Wish::SetUp => accounts::set_up_totp(&body).await.map(Stage::Confirm),
                Wish::NewCodes => {
                    let made = accounts::renew_recovery_codes(&body).await;
                    made.map(|made| Stage::Codes(made.recovery_codes))
                }
                Wish::TurnOff => accounts::turn_off_totp(&body).await.map(|()| {
                    self.mark(false);
                    Stage::Rest
                }),
            };
            self.busy.try_set(false);
            match outcome {
                Ok(stage) => self.show(stage),
                Err(failure) => self.refused.run(failure),
            }
        });
    }

    fn confirm(self) {
        self.busy.set(true);
        let body = ConfirmTotp {
            code: self.text.get_untracked().trim().to_owned(),
        };
        spawn(async move {
            let outcome = accounts::turn_on_totp(&body).await;
            self.busy.try_set(false);
            match outcome {
                Ok(made) => {
                    self.mark(true);
                    self.show(Stage::Codes(made.recovery_codes));
                }
                Err(failure) => self.refused.run(failure),
            }
        });
    }
}

/// The section of the account page.
pub fn second_factor(account: RwSignal<Option<Account>>) -> AnyView {
    let (router, session) = (use_router(), use_session());
    let announce = announcer();
    let error = RwSignal::new(String::new());
    let refused = Callback::new(move |failure: Failure| {
        if let Some(failure) = session.check(failure, router) {
            error.try_set(failure.message());
        }
    });
    let factor = Factor {
        account,
        stage: RwSignal::new(Stage::Rest),
        text: RwSignal::new(String::new()),
        error,
        busy: RwSignal::new(false),
        refused,
    };
    let is_on = Memo::new(move |_| account.with(|account| account.as_ref().map(|account| account.totp)));
    let body = move || match factor.stage.get() {
        Stage::Rest => rest(factor, is_on.get()),
        Stage::Confirm(setup) => confirm(factor, setup),
        Stage::Codes(codes) => {
            announce.run("Two-factor sign-in is on".to_owned());
            recovery_codes(factor, &codes)
        }
    };
    view! {
        <section class="card block" aria-labelledby="totp-title">
            <h2 id="totp-title">"Two-factor sign-in"</h2>
            {part(body)}
        </section>
    }
    .into_any()
}

fn rest(factor: Factor, is_on: Option<bool>) -> AnyView {
    let Some(on) = is_on else {
        return ().into_any();
    };
    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        factor.ask(if on { Wish::NewCodes } else { Wish::SetUp });
    };
    let words = if on {
        "On. Signing in asks for a code of your authenticator, or a recovery code."
    } else {
        "Off. With it, signing in asks for a code of an authenticator app as well as the password."
    };
    let off = on.then(|| button("Turn off", Callback::new(move |()| factor.ask(Wish::TurnOff))));
    view! {
        <p class="muted">{words}</p>
        <form class="stack" on:submit=on_submit novalidate>
            {username(factor.account)}
            <Field spec=PASSWORD value=factor.text error=factor.error />
            <div class="actions start">
                {submit(if on { "New recovery codes" } else { "Set up" }, factor.busy)}
                {off}
            </div>
        </form>
    }
    .into_any()
}

fn confirm(factor: Factor, setup: TotpSetup) -> AnyView {
    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if !factor.busy.get_untracked() {
            factor.confirm();
        }
    };
    dom::focus("#totp-code");
    view! {
        <p>"Scan this with your authenticator, or enter the secret there."</p>
        <img class="qr" src=setup.qr alt="QR code of the secret" width="176" height="176" />
        <CopyField name="Secret" label="Copy secret" text=setup.secret />
        <form class="stack" on:submit=on_submit novalidate>
            <Field spec=CODE value=factor.text error=factor.error />
            <div class="actions start">
                {submit("Turn on", factor.busy)}
                {button("Cancel", Callback::new(move |()| factor.show(Stage::Rest)))}
            </div>
        </form>
    }
    .into_any()
}

fn recovery_codes(factor: Factor, codes: &[String]) -> AnyView {
    let items = codes
        .iter()
        .map(|code| view! { <li><code>{code.clone()}</code></li> })
        .views();
    view! {
        <p><strong>"Keep these recovery codes now."</strong>" Each signs in once without the authenticator. They can't be shown again."</p>
        <ul class="recovery">{items}</ul>
        <CopyField name="Recovery codes" label="Copy codes" text=codes.join(" ") focus=true />
        <div class="actions start">{button("Done", Callback::new(move |()| factor.show(Stage::Rest)))}</div>
    }
    .into_any()
}
