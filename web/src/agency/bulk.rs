//! What is made for many sites at once: portals and share links, and what became of each.

use super::overview::Overview;
use crate::client::json::Json;
use crate::client::{Failure, agency};
use crate::sites::managed::Call;
use crate::ui::button::{button, submit};
use crate::ui::copy::CopyField;
use crate::ui::dialog::Dialog;
use crate::ui::field::{Field, FieldSpec};
use crate::ui::{Views, dynamic, part_if};
use leptos::prelude::*;
use serde_json::Value;

const NAME: FieldSpec = FieldSpec {
    placeholder: "Monthly report",
    help: "Each of the links gets it.",
    ..FieldSpec::text("bulk-name", "Name")
};

/// What became of one site: its domain, and a link or why there is none.
type Made = (String, Result<String, String>);

#[derive(Clone, Copy)]
struct Bulk {
    all: Overview,
    busy: RwSignal<bool>,
    naming: RwSignal<bool>,
    name: RwSignal<String>,
    error: RwSignal<String>,
    made: RwSignal<Vec<Made>>,
}

/// The bar above the table, and the dialogs that it opens.
pub fn bulk(all: Overview) -> AnyView {
    let text = || RwSignal::new(String::new());
    let bulk = Bulk {
        all,
        busy: RwSignal::new(false),
        naming: RwSignal::new(false),
        name: text(),
        error: text(),
        made: RwSignal::new(Vec::new()),
    };
    let count = move || all.chosen.with(Vec::len);
    let words = move || match count() {
        0 => "Choose sites to make links for them".to_owned(),
        1 => "1 site chosen".to_owned(),
        more => format!("{more} sites chosen"),
    };
    let rests = move || count() == 0 || bulk.busy.get();
    let portals = move |_| {
        if !untrack(rests) {
            let call = agency::make_portals(all.chosen.get_untracked());
            bulk.make(Box::pin(call), "portal");
        }
    };
    let links = move |_| {
        if !untrack(rests) {
            bulk.error.set(String::new());
            bulk.naming.set(true);
        }
    };
    let off = move || dynamic(move || rests().to_string());
    view! {
        <div class="bulk">
            <p class="muted" role="status">{dynamic(words)}</p>
            <button type="button" class="btn" class:off=rests aria-disabled=off() on:click=portals>"Make portal links"</button>
            <button type="button" class="btn" class:off=rests aria-disabled=off() on:click=links>"Make share links"</button>
            <p class="field-error" role="alert">{move || if bulk.naming.get() { String::new() } else { bulk.error.get() }}</p>
        </div>
        {part_if(move || bulk.naming.get().then(|| bulk.ask_name()))}
        {part_if(move || bulk.made.with(|made| (!made.is_empty()).then(|| bulk.results(made))))}
    }
    .into_any()
}

impl Bulk {
    fn make(self, call: Call<Value>, key: &'static str) {
        self.error.set(String::new());
        let then = move |outcome: Result<Value, Failure>| match outcome {
            Ok(answer) => {
                self.naming.set(false);
                let results = answer.items("results").iter();
                self.made.set(results.map(|result| self.read(result, key)).collect());
                self.all.chosen.set(Vec::new());
                self.all.load();
            }
            Err(failure) => self
                .error
                .set(failure.field("name").unwrap_or_else(|| failure.message())),
        };
        self.all.office.call(self.busy, call, Box::new(then));
    }

    fn read(self, result: &Value, key: &str) -> Made {
        let id = result.text("site_id");
        let domain = self.all.list.with_untracked(|list| match list {
            Some(Ok(sites)) => {
                let site = sites.iter().find(|site| site.text("site_id") == id);
                site.map(|site| site.text("domain").to_owned())
            }
            _ => None,
        });
        let url = result.get(key).and_then(|made| made.maybe_text("url"));
        let why = || {
            let problem = result.get("problem");
            problem.and_then(|problem| problem.maybe_text("detail").or_else(|| problem.maybe_text("title")))
        };
        let outcome = url.ok_or_else(|| why().unwrap_or_else(|| "No link was made".to_owned()));
        (domain.unwrap_or_else(|| id.to_owned()), outcome)
    }

    fn ask_name(self) -> AnyView {
        let close = Callback::new(move |()| self.naming.set(false));
        let on_submit = move |event: web_sys::SubmitEvent| {
            event.prevent_default();
            let name = self.name.get_untracked().trim().to_owned();
            if name.is_empty() {
                self.error.set("Enter a name".to_owned());
            } else if !self.busy.get_untracked() {
                let call = agency::make_share_links(self.all.chosen.get_untracked(), name);
                self.make(Box::pin(call), "share_link");
            }
        };
        view! {
            <Dialog title="Make share links" class="narrow" on_close=close>
                <form class="stack" on:submit=on_submit novalidate>
                    <Field spec=NAME value=self.name error=self.error />
                    <p class="muted">"Anyone with a link can view that site's dashboard in read-only mode."</p>
                    <div class="actions">{button("Cancel", close)} {submit("Make share links", self.busy)}</div>
                </form>
            </Dialog>
        }
        .into_any()
    }

    fn results(self, made: &[Made]) -> AnyView {
        let close = Callback::new(move |()| self.made.set(Vec::new()));
        let rows = made.iter().map(|(domain, outcome)| match outcome {
            Ok(url) => view! { <li><b>{domain.clone()}</b> <CopyField name=format!("Link of {domain}") label="Copy link" text=url.clone() /></li> }.into_any(),
            Err(why) => view! { <li><b>{domain.clone()}</b> <p class="field-error">{why.clone()}</p></li> }.into_any(),
        });
        let good = made
            .iter()
            .filter_map(|(domain, outcome)| Some(format!("{domain}\t{}", outcome.as_ref().ok()?)));
        let lines: Vec<String> = good.collect();
        let rows = rows.views();
        let whole = (lines.len() > 1).then(|| {
            view! { <CopyField name="All links, one a line" label="Copy all" text=lines.join("\n") /> }
        });
        view! {
            <Dialog title="Links" on_close=close>
                {whole}
                <ul class="made">{rows}</ul>
            </Dialog>
        }
        .into_any()
    }
}
