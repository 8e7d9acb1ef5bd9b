//! `/settings/portal/domain`: the domain of its own under which the account's portals answer.

use super::office::{Office, office_page, shown};
use crate::app::session::Loaded;
use crate::client::{Failure, agency};
use crate::format::date;
use crate::ui::button::submit;
use crate::ui::confirm::ConfirmButton;
use crate::ui::copy::CopyField;
use crate::ui::countdown::{countdown, wait_line, waiting};
use crate::ui::field::{Field, FieldSpec};
use crate::ui::markup::{Markup, written};
use crate::ui::status::{Level, status};
use crate::ui::{dom, dynamic, part, part_if};
use leptos::prelude::*;
use shared::branding::{BrandDomain, DomainReason, DomainState};

const DOMAIN: FieldSpec = FieldSpec {
    placeholder: "reports.youragency.com",
    help: "A subdomain of yours that is used for nothing else.",
    ..FieldSpec::text("brand-domain", "Custom domain")
};

type Place = RwSignal<Loaded<Option<BrandDomain>>>;

/// The page.
pub fn domain_page() -> AnyView {
    let office = Office::here();
    let place: Place = RwSignal::new(None);
    let load = move || office.load(place, Box::pin(agency::domain()));
    load();
    let body = move |domain: Option<BrandDomain>| match domain {
        Some(domain) => claimed(office, place, domain),
        None => claim(office, place),
    };
    let body = view! {
        <p class="muted lead">"Under a domain of your own, every portal of the account answers there, and only portals."</p>
        {shown(place, Callback::new(move |()| load()), body)}
    };
    office_page("settings", "/settings/portal/domain", "Domain", body.into_any())
}

/// The form that claims a domain.
fn claim(office: Office, place: Place) -> AnyView {
    let (domain, error) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (busy, left) = (RwSignal::new(false), RwSignal::new(0_u32));
    countdown(left, Callback::new(|()| ()));
    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let wanted = domain.get_untracked().trim().to_owned();
        if wanted.is_empty() {
            error.set("Enter a domain".to_owned());
            return;
        }
        if left.get_untracked() > 0 {
            return;
        }
        error.set(String::new());
        let then = move |outcome: Result<BrandDomain, Failure>| match outcome {
            Ok(found) => {
                place.set(Some(Ok(Some(found))));
                office.say("Domain saved");
                dom::focus("#record-title");
            }
            Err(failure) => refused(office, &failure, error, left),
        };
        office.call(busy, Box::pin(agency::set_domain(wanted)), Box::new(then));
    };
    view! {
        <form class="card block stack" on:submit=on_submit novalidate>
            <Field spec=DOMAIN value=domain error=error />
            {wait_line(left)}
            <div class="actions start">{submit("Save", busy)}</div>
        </form>
    }
    .into_any()
}

/// Says why a call was refused, or how long to wait.
fn refused(office: Office, failure: &Failure, error: RwSignal<String>, left: RwSignal<u32>) {
    match failure.wait_s() {
        Some(seconds) => {
            left.set(seconds);
            office.say(&waiting(seconds));
        }
        None => error.set(failure.field("domain").unwrap_or_else(|| failure.message())),
    }
}

/// A domain that is claimed: how it stands, its record, and what can be done.
fn claimed(office: Office, place: Place, domain: BrandDomain) -> AnyView {
    let (checking, removing) = (RwSignal::new(false), RwSignal::new(false));
    let error = RwSignal::new(String::new());
    let left = RwSignal::new(0_u32);
    countdown(left, Callback::new(|()| ()));
    let known = RwSignal::new(domain.clone());
    let verify = move |_| {
        if checking.get_untracked() || left.get_untracked() > 0 {
            return;
        }
        error.set(String::new());
        let then = move |outcome: Result<BrandDomain, Failure>| match outcome {
            Ok(found) => {
                office.say(words(&found).1);
                known.set(found);
            }
            Err(failure) => refused(office, &failure, error, left),
        };
        office.call(checking, Box::pin(agency::verify_domain()), Box::new(then));
    };
    let remove = Callback::new(move |()| {
        error.set(String::new());
        let then = move |outcome: Result<(), Failure>| match outcome {
            Err(failure) if failure.status() != 404 => refused(office, &failure, error, left),
            _ => {
                place.set(Some(Ok(None)));
                office.say("Domain removed");
                dom::focus("#brand-domain");
            }
        };
        office.call(removing, Box::pin(agency::remove_domain()), Box::new(then));
    });
    let state = move |markup: &mut Markup| {
        markup.raw("<p class=\"state-line\">");
        if checking.get() {
            status(Level::Unknown, "Checking", markup);
        } else {
            known.with(|known| {
                let (level, word) = words(known);
                status(level, word, markup);
            });
        }
        markup.raw("</p>");
    };
    let why = move || known.with(explain);
    let times = move || {
        known.with(|known| {
            let at = |name: &str, instant: &Option<String>| {
                instant
                    .as_deref()
                    .map(|at| format!("{name} {}", date::instant(at, None)))
            };
            let told = [
                at("Checked", &known.checked_at),
                at("verified", &known.verified_at),
                at("the claim ends", &known.lapses_at),
            ];
            told.into_iter().flatten().collect::<Vec<_>>().join(" · ")
        })
    };
    let label = move || if checking.get() { "Checking…" } else { "Verify" };
    let rests = move || checking.get() || left.get() > 0;
    let record = domain.record;
    view! {
        <section class="card block" aria-labelledby="domain-title">
            <div class="row-between">
                <h2 id="domain-title">{domain.domain.clone()}</h2>
                <ConfirmButton label="Remove" question="Remove?" about=domain.domain busy=removing on_confirm=remove />
            </div>
            {written("", Box::new(state))}
            {part_if(move || why().map(|words| view! { <p>{words}</p> }))}
            <p class="facts">{dynamic(times)}</p>
            <div class="actions start">
                <button type="button" class="btn primary" class:off=rests aria-disabled=dynamic(move || rests().to_string()) on:click=verify>{dynamic(label)}</button>
            </div>
            {wait_line(left)}
            <p class="field-error" role="alert">{error}</p>
        </section>
        <section class="card block" aria-labelledby="record-title">
            <h2 id="record-title" tabindex="-1">"The record to add"</h2>
            <p class="muted">"Add it where the domain's name servers are managed, then verify it."</p>
            <dl class="record">
                <div><dt>"Type"</dt><dd class="mono">{record.kind}</dd></div>
                <div><dt>"Host"</dt><dd><CopyField name="Host" label="Copy host" text=record.host /></dd></div>
                <div><dt>"Target"</dt><dd><CopyField name="Target" label="Copy target" text=record.target /></dd></div>
            </dl>
        </section>
        {part(move || known.with(|known| (known.state == DomainState::Verified).then(tls)))}
    }
    .into_any()
}

fn tls() -> AnyView {
    view! { <p class="muted small">"Portal links carry this domain now. Its certificate is a matter of the proxy in front of this server."</p> }
        .into_any()
}

fn words(domain: &BrandDomain) -> (Level, &'static str) {
    match domain.state {
        DomainState::Verified => (Level::Good, "Verified"),
        DomainState::NotVerified => (Level::Warn, "Not verified"),
    }
}

fn explain(domain: &BrandDomain) -> Option<&'static str> {
    if domain.state == DomainState::Verified {
        return None;
    }
    Some(match domain.reason? {
        DomainReason::RecordNotFound => {
            "Record not found yet. DNS changes usually take a few minutes, sometimes an hour."
        }
        DomainReason::WrongTarget => "The record leads elsewhere. Its target has to be the one below, exactly.",
        DomainReason::NoAnswer => "The domain's name servers did not answer. Try again in a few minutes.",
    })
}
