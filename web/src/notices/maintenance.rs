//! `/<domain>/health/maintenance`: times for which checks do not count.

use super::maintenance_form::maintenance_form;
use crate::client::json::Json;
use crate::client::{Failure, notices};
use crate::format::date;
use crate::monitors::vitals::{Vitals, health_page, owners_only};
use crate::router::routes::HealthPage;
use crate::sites::managed::{Call, Listed};
use crate::ui::confirm::ConfirmButton;
use crate::ui::icon::icon;
use crate::ui::markup::{Markup, written};
use crate::ui::status::{Level, status};
use crate::ui::{Views, dom, part_if};
use leptos::prelude::*;
use serde_json::Value;

/// What the parts of the page share.
#[derive(Clone, Copy)]
pub struct Windows {
    /// The page.
    pub vitals: Vitals,
    /// The windows.
    pub list: Listed<Value>,
    /// True while the form is there.
    pub adding: RwSignal<bool>,
}

impl Windows {
    /// Takes the form away; the keyboard goes on at the button above.
    pub fn close(self) {
        self.adding.set(false);
        dom::focus(".create");
    }
}

/// The page.
pub fn maintenance_page(domain: String) -> AnyView {
    health_page(domain, HealthPage::Maintenance, "Maintenance", body)
}

fn body(vitals: Vitals, _: HealthPage) -> AnyView {
    if !vitals.is_owner {
        return owners_only();
    }
    let all = Windows {
        vitals,
        list: Listed::new(vitals.desk, |site| Box::pin(notices::windows(site))),
        adding: RwSignal::new(false),
    };
    let list = move |list: Value| {
        match list.items("data") {
        [] => view! {
            <div class="card empty">
                <h2>"No maintenance windows"</h2>
                <p class="muted">"Plan one before work on the site: uptime leaves its checks out, no incident opens, nobody is told."</p>
            </div>
        }
        .into_any(),
        windows => {
            let rows = windows.iter().map(|window| row(all, window)).views();
            view! { <ul class="links">{rows}</ul> }.into_any()
        }
    }
    };
    view! {
        <div class="page-head">
            <p class="muted lead">"Checks in these times do not count."</p>
            <div class="page-tools">
                <button type="button" class="btn primary create" prop:disabled=all.adding on:click=move |_| all.adding.set(true)>
                    {icon("plus")}<span>"Add window"</span>
                </button>
            </div>
        </div>
        {part_if(move || all.adding.get().then(|| maintenance_form(all)))}
        {all.list.shown(list)}
    }
    .into_any()
}

/// Whether a window lies ahead, is under way, or is over.
#[derive(Clone, Copy, PartialEq)]
enum Phase {
    Ahead,
    Now,
    Over,
}

fn row(all: Windows, window: &Value) -> AnyView {
    let vitals = all.vitals;
    let (id, note) = (window.text("id").to_owned(), window.text("note").to_owned());
    let (from, to) = (window.text("starts_at").to_owned(), window.text("ends_at").to_owned());
    let (starts, ends) = (js_sys::Date::parse(&from), js_sys::Date::parse(&to));
    let phase = Memo::new(move |_| match vitals.now_ms.get() {
        now if now < starts => Phase::Ahead,
        now if now < ends => Phase::Now,
        _ => Phase::Over,
    });
    let (busy, error) = (RwSignal::new(false), RwSignal::new(String::new()));
    let call = move |call: Call<()>, said: &'static str| {
        let then = move |outcome: Result<(), Failure>| match outcome {
            Err(failure) if failure.status() != 404 => error.set(failure.message()),
            _ => {
                all.list.load();
                vitals.desk.announce.run(said.to_owned());
                dom::focus(".create");
            }
        };
        vitals.desk.change(busy, call, Box::new(then));
    };
    let ended = StoredValue::new(id.clone());
    let end = move |_| {
        let now: String = js_sys::Date::new_0().to_iso_string().into();
        let ending = notices::end_window(vitals.desk.site.get_value(), ended.get_value(), now);
        call(Box::pin(ending), "Window ended");
    };
    let remove = Callback::new(move |()| {
        let removing = notices::delete_window(vitals.desk.site.get_value(), id.clone());
        call(Box::pin(removing), "Window removed");
    });
    let state = move |markup: &mut Markup| match phase.get() {
        Phase::Ahead => status(Level::Unknown, "Ahead", markup),
        Phase::Now => status(Level::Warn, "Under way", markup),
        Phase::Over => status(Level::Off, "Over", markup),
    };
    let times = format!("{} – {}", vitals.instant(&from), vitals.instant(&to));
    let heading = if note.is_empty() {
        "Maintenance".to_owned()
    } else {
        note
    };
    let about = format!(
        "{heading}, {}",
        vitals.zone.with_value(|zone| date::instant(&from, Some(zone)))
    );
    let early = move || {
        (phase.get() == Phase::Now)
            .then(|| view! { <button type="button" class="btn" prop:disabled=busy on:click=end>"End now"</button> })
    };
    view! {
        <li>
            <div class="card link">
                <div class="link-head">
                    <h2 class="link-name">{heading}</h2>
                    {written("", Box::new(state))}
                </div>
                <div class="link-foot">
                    <p class="facts">{times}</p>
                    <div class="link-actions">
                        {part_if(early)}
                        <ConfirmButton label="Remove" question="Remove?" about=about busy=busy on_confirm=remove />
                    </div>
                </div>
                <p class="field-error" role="alert">{error}</p>
            </div>
        </li>
    }
    .into_any()
}
