//! The visits: the latest on a card, all of them in a dialog, and there one visit with what happened in it.

use super::bars::{label, nothing, skeleton};
use super::dash::{Dash, use_dash};
use super::details::{closing, more_button};
use super::timeline::timeline;
use super::view::{Details, View};
use crate::client::Failure;
use crate::client::json::Json;
use crate::client::remote::{Call, Remote};
use crate::format::{date, duration, number};
use crate::router::query;
use crate::ui::dialog::Dialog;
use crate::ui::error_box::ErrorBox;
use crate::ui::icon::icon;
use crate::ui::markup::{Markup, written};
use crate::ui::tasks::{effect, spawn};
use crate::ui::{dynamic, part, part_if};
use leptos::prelude::*;
use serde_json::Value;
use shared::query::FixedDimension;

/// Visits of the card.
const CARD_VISITS: u32 = 6;
/// Visits of one page of the dialog.
const PAGE_VISITS: u32 = 50;

/// The card.
pub fn visits_card() -> AnyView {
    let dash = use_dash();
    let latest = dash.board.follow(Box::new(move || {
        Some(Call {
            path: format!("/visits?limit={CARD_VISITS}&{}", dash.scope()),
            body: None,
            live: dash.is_live(),
            every: false,
        })
    }));
    let write = move |markup: &mut Markup| match latest.answer.get() {
        _ if latest.failure.with(Option::is_some) => {}
        None => skeleton(markup),
        Some(answer) => dash.view.with(|view| list(dash, view, answer.items("data"), markup)),
    };
    let all = move || dash.href(|view| view.opened(Details::Visits));
    view! {
        <section class="card panel full" aria-labelledby="visits-title">
            <header class="panel-head"><h2 id="visits-title">"Visits"</h2></header>
            <div class="panel-body" class:stale=latest.pending>
                {part_if(move || error(latest))}
                {written("details-in", Box::new(write))}
            </div>
            <footer class="panel-foot">
                <a class="quiet-link" href=dynamic(all) aria-label="Details: Visits">{icon("list")} "Details"</a>
            </footer>
        </section>
    }
    .into_any()
}

/// Why there is nothing to show, with a way to try again.
pub fn error(remote: Remote) -> Option<AnyView> {
    let failure = remote.failure.get()?;
    let retry = Callback::new(move |()| remote.retry());
    Some(view! { <ErrorBox message="Could not load" wait_s=failure.wait_s() retry=retry /> }.into_any())
}

fn list(dash: Dash, view: &View, visits: &[Value], markup: &mut Markup) {
    if visits.is_empty() {
        nothing(markup);
        return;
    }
    let zone = dash.site.with_value(|site| site.timezone.clone());
    markup.raw("<table class=\"table visits\"><thead><tr><th scope=\"col\">Began</th><th scope=\"col\">Place</th>");
    markup.raw(
        "<th scope=\"col\">Source</th><th scope=\"col\">Entry page</th><th scope=\"col\" class=\"num\">Pageviews</th>",
    );
    markup.raw("<th scope=\"col\" class=\"num\">Duration</th></tr></thead><tbody>");
    for visit in visits {
        let id = visit.text("id");
        let mut open = view.clone().opened(Details::Visits);
        open.visit = Some(id.to_owned());
        markup
            .raw("<tr><th scope=\"row\"><a class=\"row-link\" data-key=\"")
            .text(id)
            .raw("\" href=\"")
            .text(&open.href());
        markup
            .raw("\">")
            .text(&date::instant(visit.text("started_at"), Some(&zone)))
            .raw("</a></th>");
        markup
            .raw("<td data-label=\"Place\">")
            .text(&place(visit))
            .raw("</td><td data-label=\"Source\">");
        markup
            .text(match visit.text("source") {
                "" => "Direct / None",
                source => source,
            })
            .raw("</td><td class=\"long\" data-label=\"Entry page\">");
        markup
            .text(visit.text("entry_page"))
            .raw("</td><td class=\"num\" data-label=\"Pageviews\">");
        markup
            .text(&number::full(visit.number("pageviews")))
            .raw("</td><td class=\"num\" data-label=\"Duration\">");
        markup
            .text(&duration::short(visit.number("duration_s")))
            .raw("</td></tr>");
    }
    markup.raw("</tbody></table>");
}

/// `Berlin, Germany`, as far as it is known.
pub fn place(visit: &Value) -> String {
    let country = visit.text("country");
    let country = match country {
        "" => String::new(),
        code => label(&FixedDimension::Country.into(), code),
    };
    let parts = [visit.text("city"), country.as_str()]
        .into_iter()
        .filter(|part| !part.is_empty());
    let place = parts.collect::<Vec<_>>().join(", ");
    if place.is_empty() { "Unknown".to_owned() } else { place }
}

/// The visits that are loaded so far.
#[derive(Clone, Copy)]
struct Pages {
    visits: RwSignal<Vec<Value>>,
    next: RwSignal<Option<String>>,
    pending: RwSignal<bool>,
    failure: RwSignal<Option<Failure>>,
    /// Counts the calls; late answers of older ones are dropped.
    round: RwSignal<u32>,
}

impl Pages {
    fn load(self, dash: Dash, scope: String, cursor: Option<String>) {
        let round = self.round.get_untracked() + 1;
        self.round.set(round);
        self.pending.set(true);
        let after = cursor
            .as_ref()
            .map(|cursor| format!("&cursor={}", query::encode(cursor)));
        let call = Call::get(format!(
            "/visits?limit={PAGE_VISITS}&{scope}{}",
            after.unwrap_or_default()
        ));
        spawn(async move {
            let answer = dash.board.call(call).await;
            if self.round.try_get_untracked() != Some(round) {
                return;
            }
            self.pending.set(false);
            self.failure.set(answer.as_ref().err().cloned());
            if let Ok(answer) = answer {
                self.next.set(answer.maybe_text("next_cursor"));
                self.visits.update(|visits| {
                    if cursor.is_none() {
                        visits.clear();
                    }
                    visits.extend_from_slice(answer.items("data"));
                });
            }
        });
    }
}

/// The dialog: the list, or the visit that the URL names.
pub fn dialog(dash: Dash) -> AnyView {
    let pages = Pages {
        visits: RwSignal::new(Vec::new()),
        next: RwSignal::new(None),
        pending: RwSignal::new(true),
        failure: RwSignal::new(None),
        round: RwSignal::new(0),
    };
    let scope = Memo::new(move |_| dash.scope());
    effect(move || pages.load(dash, scope.get(), None));
    let open = Memo::new(move |_| dash.view.with(|view| view.visit.clone()));
    let body = move || match open.get() {
        Some(id) => timeline(dash, id),
        None => all(dash, pages, scope),
    };
    view! { <Dialog title="Visits" class="wide" on_close=closing(dash)>{part(body)}</Dialog> }.into_any()
}

fn all(dash: Dash, pages: Pages, scope: Memo<String>) -> AnyView {
    let write = move |markup: &mut Markup| {
        pages.visits.with(|visits| match visits.is_empty() {
            true if pages.failure.with(Option::is_some) => {}
            true if pages.pending.get() => skeleton(markup),
            _ => dash.view.with(|view| list(dash, view, visits, markup)),
        });
    };
    let error = move || {
        let failure = pages.failure.get()?;
        let retry = Callback::new(move |()| pages.load(dash, scope.get_untracked(), None));
        Some(view! { <ErrorBox message="Could not load" wait_s=failure.wait_s() retry=retry /> })
    };
    let label = Signal::derive(move || pages.next.get().map(|_| "Load more".to_owned()));
    let more = Callback::new(move |()| pages.load(dash, scope.get_untracked(), pages.next.get_untracked()));
    view! {
        <div class="details" class:stale=pages.pending aria-busy=move || pages.pending.get().to_string()>
            {written("details-in", Box::new(write))}
            {part_if(error)}
        </div>
        <div class="actions">{more_button(label, pages.pending, more)}</div>
    }
    .into_any()
}
