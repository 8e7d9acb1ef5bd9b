//! All rows of one dimension, in a dialog with a URL of its own: search, sort, and more rows on request.

use super::dash::{Dash, use_dash};
use super::details_rows::table;
use super::filter::{dimension_key, dimension_of_key};
use super::{question, words};
use crate::client::answer::{Answer, Row};
use crate::client::{Failure, board::Board};
use crate::router::Step;
use crate::ui::dialog::Dialog;
use crate::ui::error_box::ErrorBox;
use crate::ui::part_if;
use leptos::html;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::query::{Dimension, Direction, Query};
use std::time::Duration;

/// Typing rests this long before it is searched for.
const TYPING: Duration = Duration::from_millis(250);

/// The rows that are loaded so far.
#[derive(Clone, Copy)]
pub struct Rows {
    /// The rows.
    pub rows: RwSignal<Vec<Row>>,
    /// How many there are altogether.
    pub total: RwSignal<u64>,
    /// True while a call is on its way.
    pub pending: RwSignal<bool>,
    /// Why the last call gave nothing.
    pub failure: RwSignal<Option<Failure>>,
    /// Sorted column (0 is the name) and direction.
    pub sort: RwSignal<(usize, Direction)>,
    /// Counts the questions; late answers of older ones are dropped.
    round: RwSignal<u32>,
}

impl Rows {
    fn load(self, board: Board, query: Query) {
        let first = query.pagination.offset == 0;
        let round = self.round.get_untracked() + 1;
        self.round.set(round);
        self.pending.set(true);
        spawn_local(async move {
            let answer = board.ask_once(query).await;
            if self.round.try_get_untracked() != Some(round) {
                return;
            }
            self.pending.set(false);
            match answer {
                Ok(answer) => self.show(answer, first),
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
}

/// The dialog while the URL names a dimension.
#[component]
pub fn Details() -> impl IntoView {
    let dash = use_dash();
    // The dialog stays while its search text changes.
    let key = Memo::new(move |_| {
        dash.view
            .with(|view| view.details.as_ref().map(dimension_key).unwrap_or_default())
    });
    part_if(move || dimension_of_key(&key.get()).map(|dimension| dialog(dash, dimension)))
}

fn dialog(dash: Dash, dimension: Dimension) -> AnyView {
    let state = Rows {
        rows: RwSignal::new(Vec::new()),
        total: RwSignal::new(0),
        pending: RwSignal::new(true),
        failure: RwSignal::new(None),
        sort: RwSignal::new((1, Direction::Desc)),
        round: RwSignal::new(0),
    };
    let asked = dimension.clone();
    let query = move |offset: u32| {
        let (view, today) = (dash.view.get_untracked(), dash.today.get_untracked());
        question::details(&view, today, &asked, state.sort.get_untracked(), offset)
    };
    let query = StoredValue::new(query);
    let load = Callback::new(move |offset: u32| state.load(dash.board, query.with_value(|query| query(offset))));
    Effect::new(move |_| {
        dash.view.track();
        state.sort.track();
        load.run(0);
    });
    let close = Callback::new(move |()| {
        if dash.view.with_untracked(|view| view.details.is_some()) {
            dash.go(Step::Push, |view| view.closed());
        }
    });
    let more = move |_| load.run(state.rows.with_untracked(|rows| rows.len() as u32));
    let more_button = move || {
        let (loaded, total) = (state.rows.with(Vec::len) as u64, state.total.get());
        (loaded < total && !state.failure.with(Option::is_some)).then(|| {
            view! {
                <button type="button" class="btn" prop:disabled=state.pending on:click=more>
                    {format!("Load more ({loaded} of {total})")}
                </button>
            }
        })
    };
    let error = move || {
        state.failure.get().map(|failure| {
            let retry = Callback::new(move |()| load.run(0));
            view! { <ErrorBox message="Could not load" wait_s=failure.wait_s() retry=retry /> }
        })
    };
    let title = words::dimension_plural(&dimension);
    view! {
        <Dialog title=title class="wide" on_close=close>
            {search(dash)}
            <div class="details" class:stale=state.pending aria-busy=move || state.pending.get().to_string()>
                {table(dash, state, dimension)}
                {part_if(error)}
            </div>
            <div class="actions">{part_if(more_button)}</div>
        </Dialog>
    }
    .into_any()
}

fn search(dash: Dash) -> AnyView {
    let input = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        if let Some(input) = input.get() {
            request_animation_frame(move || drop(input.focus()));
        }
    });
    let waiting = StoredValue::new(None::<TimeoutHandle>);
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
        waiting.set_value(set_timeout_with_handle(search, TYPING).ok());
    };
    let start = dash.view.with_untracked(|view| view.search.clone());
    view! {
        <input class="input" type="search" placeholder="Search" aria-label="Search" node_ref=input
            prop:value=start on:input=on_input />
    }
    .into_any()
}
