//! All rows of one dimension, in a dialog with a URL of its own: search, sort, more rows on request, and a file of them.

use super::csv;
use super::dash::{Dash, use_dash};
use super::details_rows::table;
use super::view::Details;
use super::{question, visits, words};
use crate::client::Failure;
use crate::client::answer::{Answer, Row};
use crate::router::Step;
use crate::ui::button::button;
use crate::ui::dialog::Dialog;
use crate::ui::error_box::ErrorBox;
use crate::ui::tasks::{effect, spawn};
use crate::ui::{dom, part_if};
use leptos::html;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use shared::query::Query;
use std::sync::Arc;
use std::time::Duration;

/// Typing rests this long before it is searched for.
const TYPING: Duration = Duration::from_millis(250);
/// The most rows of a file.
const FILE_ROWS: u32 = 10_000;

/// The rows that are loaded so far.
#[derive(Clone, Copy)]
pub struct Rows {
    /// What is listed.
    pub details: StoredValue<Details>,
    /// The rows.
    pub rows: RwSignal<Vec<Row>>,
    /// How many there are altogether.
    pub total: RwSignal<u64>,
    /// True while a call is on its way.
    pub pending: RwSignal<bool>,
    /// Why the last call gave nothing.
    pub failure: RwSignal<Option<Failure>>,
    /// Counts the questions; late answers of older ones are dropped.
    round: RwSignal<u32>,
}

impl Rows {
    fn query(self, dash: Dash, offset: u32) -> Query {
        let (view, today) = (dash.view.get_untracked(), dash.today.get_untracked());
        self.details
            .with_value(|details| question::details(&view, today, details, offset))
    }

    fn load(self, dash: Dash, offset: u32) {
        let query = self.query(dash, offset);
        let round = self.round.get_untracked() + 1;
        self.round.set(round);
        self.pending.set(true);
        spawn(async move {
            let answer = dash.board.ask_once(query).await;
            if self.round.try_get_untracked() != Some(round) {
                return;
            }
            self.pending.set(false);
            match answer {
                Ok(answer) => self.show(answer, offset == 0),
                Err(failure) => self.failure.set(Some(failure)),
            }
        });
    }

    fn show(self, answer: Answer, first: bool) {
        self.failure.set(None);
        self.total.set(answer.meta.total_rows.unwrap_or(0));
        self.rows.update(|rows| {
            if first {
                rows.clear();
            }
            rows.extend(answer.rows);
        });
    }

    /// Saves all rows as a file, whatever is loaded.
    fn save(self, dash: Dash) {
        let mut query = self.query(dash, 0);
        query.pagination.limit = FILE_ROWS;
        query.include.comparison = None;
        let domain = dash.site.with_value(|site| site.domain.clone());
        let name = self.details.with_value(Details::key).replace('.', "-");
        spawn(async move {
            match dash.board.ask_once(query).await {
                Ok(answer) => dom::save(
                    &format!("{domain} {name}.csv"),
                    "text/csv",
                    csv::write(&answer).as_bytes(),
                ),
                Err(failure) => drop(self.failure.try_set(Some(failure))),
            }
        });
    }
}

/// The dialog while the URL names details.
pub fn details_dialog() -> AnyView {
    let dash = use_dash();
    // The dialog stays while its search text, its order and its visit change.
    let open = Memo::new(move |_| dash.view.with(|view| view.details.clone()));
    part_if(move || {
        open.get().map(|details| match details {
            Details::Visits => visits::dialog(dash),
            details => dialog(dash, details),
        })
    })
    .into_any()
}

/// Closes the details.
pub fn closing(dash: Dash) -> Callback<()> {
    Callback::new(move |()| {
        if dash.view.with_untracked(|view| view.details.is_some()) {
            dash.go(Step::Push, |view| view.closed());
        }
    })
}

fn dialog(dash: Dash, details: Details) -> AnyView {
    let title = words::details(&details);
    let state = Rows {
        details: StoredValue::new(details),
        rows: RwSignal::new(Vec::new()),
        total: RwSignal::new(0),
        pending: RwSignal::new(true),
        failure: RwSignal::new(None),
        round: RwSignal::new(0),
    };
    effect(move || {
        dash.view.track();
        state.load(dash, 0);
    });
    let load_more = Callback::new(move |()| state.load(dash, state.rows.with_untracked(|rows| rows.len() as u32)));
    let count = Signal::derive(move || {
        let (loaded, total) = (state.rows.with(Vec::len) as u64, state.total.get());
        (loaded < total && !state.failure.with(Option::is_some)).then(|| format!("Load more ({loaded} of {total})"))
    });
    let error = move || {
        state.failure.get().map(|failure| {
            let retry = Callback::new(move |()| state.load(dash, 0));
            view! { <ErrorBox message="Could not load" wait_s=failure.wait_s() retry=retry /> }
        })
    };
    let save = Callback::new(move |()| state.save(dash));
    view! {
        <Dialog title=title class="wide" on_close=closing(dash)>
            <div class="search-row">{search(dash)} {button("Download CSV", save)}</div>
            <div class="details" class:stale=state.pending aria-busy=move || state.pending.get().to_string()>
                {table(dash, state)}
                {part_if(error)}
            </div>
            <div class="actions">{more_button(count, state.pending, load_more)}</div>
        </Dialog>
    }
    .into_any()
}

/// The button that loads the next page, while `label` says that there is one.
pub fn more_button(label: Signal<Option<String>>, pending: RwSignal<bool>, load: Callback<()>) -> AnyView {
    let button = move || {
        let label = label.get()?;
        Some(view! {
            <button type="button" class="btn" prop:disabled=pending on:click=move |_| load.run(())>{label}</button>
        })
    };
    view! { {part_if(button)} }.into_any()
}

fn search(dash: Dash) -> AnyView {
    let input = NodeRef::<html::Input>::new();
    effect(move || {
        if let Some(input) = input.get() {
            request_animation_frame(move || drop(input.focus()));
        }
    });
    let waiting = StoredValue::new(None::<Arc<TimeoutHandle>>);
    let on_input = move |event| {
        let text = event_target_value(&event);
        if let Some(waiting) = waiting.get_value() {
            waiting.clear();
        }
        let search = move || {
            dash.go(Step::Replace, |mut view| {
                view.search = text;
                view
            });
        };
        waiting.set_value(set_timeout_with_handle(search, TYPING).ok().map(Arc::new));
    };
    let start = dash.view.with_untracked(|view| view.search.clone());
    view! {
        <input class="input" type="search" placeholder="Search" aria-label="Search" node_ref=input
            prop:value=start on:input=on_input />
    }
    .into_any()
}
