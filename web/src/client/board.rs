//! The fetch layer of a dashboard: panels state their question, one call carries all questions of a moment.
//!
//! A panel keeps its last answer while a newer one is on its way, and an answer that nobody waits for any more is
//! dropped, its call aborted. `refresh` asks live panels again without a sign of loading. Every 401 and 404 is handed
//! to the page, which then has no business showing data.

use super::answer::Answer;
use super::stats::{BATCH_MAX, ask, ask_one};
use super::{Access, Failure};
use crate::ui::tasks::{later, spawn};
use leptos::prelude::*;
use shared::ids::SiteId;
use shared::query::Query;
use shared::query_result::ForcedSegment;
use std::sync::Arc;
use std::time::Duration;
use web_sys::AbortController;

/// What a panel shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Panel {
    /// The newest answer; while `pending`, to the question before.
    pub answer: Option<Arc<Answer>>,
    /// Why there is none.
    pub failure: Option<Failure>,
    /// True while the present question has no outcome.
    pub pending: bool,
}

/// What a panel asks; `None` asks nothing and shows nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// The question.
    pub query: Query,
    /// True when the answer changes with every visit, so that `refresh` asks again.
    pub live: bool,
}

struct Slot {
    id: u32,
    /// Counts the questions; an outcome of another round is stale.
    round: u32,
    question: Option<Question>,
    wanted: bool,
    panel: RwSignal<Panel>,
}

struct Flight {
    id: u32,
    /// Slot and round of each question on board.
    seats: Vec<(u32, u32)>,
    abort: Option<AbortController>,
}

struct Inner {
    site: SiteId,
    access: Access,
    slots: Vec<Slot>,
    flights: Vec<Flight>,
    last_id: u32,
    scheduled: bool,
}

/// The panels of one dashboard.
#[derive(Clone, Copy)]
pub struct Board {
    inner: StoredValue<Inner, LocalStorage>,
    failures_in_a_row: RwSignal<u32>,
    on_refused: Callback<Failure>,
    /// Counts the refreshes.
    pub beat: RwSignal<u32>,
    /// The segment that the answers say they are bound to.
    pub forced: RwSignal<Option<Arc<ForcedSegment>>>,
}

impl Board {
    /// An empty board; `on_refused` hears of every 401 and 404.
    pub fn new(site: SiteId, access: Access, on_refused: Callback<Failure>) -> Self {
        let inner = Inner {
            site,
            access,
            slots: Vec::new(),
            flights: Vec::new(),
            last_id: 0,
            scheduled: false,
        };
        let board = Board {
            inner: StoredValue::new_local(inner),
            failures_in_a_row: RwSignal::new(0),
            on_refused,
            beat: RwSignal::new(0),
            forced: RwSignal::new(None),
        };
        on_cleanup(move || board.abort_all());
        board
    }

    /// How many calls failed since the last that did not.
    pub fn failures_in_a_row(self) -> u32 {
        self.failures_in_a_row.get_untracked()
    }

    /// Adds a panel that asks `question` whenever it changes, until the owner of the calling scope goes away.
    pub fn ask(self, question: Box<dyn Fn() -> Option<Question> + Send + Sync>) -> RwSignal<Panel> {
        let panel = RwSignal::new(Panel {
            pending: true,
            ..Panel::default()
        });
        let mut id = 0;
        self.inner.update_value(|inner| {
            inner.last_id += 1;
            id = inner.last_id;
            inner.slots.push(Slot {
                id,
                round: 0,
                question: None,
                wanted: false,
                panel,
            });
        });
        Effect::new(move |before: Option<Option<Question>>| {
            let question = question();
            let same_query = matches!((&before, &question), (Some(Some(a)), Some(b)) if a.query == b.query);
            self.inner.try_update_value(|inner| {
                if let Some(slot) = inner.slots.iter_mut().find(|slot| slot.id == id) {
                    slot.question = question.clone();
                    if !same_query {
                        slot.round += 1;
                        slot.wanted = question.is_some();
                    }
                }
            });
            if !same_query {
                panel.update(|panel| {
                    panel.pending = question.is_some();
                    if question.is_none() {
                        panel.answer = None;
                    }
                });
                self.schedule();
            }
            question
        });
        on_cleanup(move || {
            self.inner
                .try_update_value(|inner| inner.slots.retain(|slot| slot.id != id));
        });
        panel
    }

    /// Asks the question of one panel again, after a failure.
    pub fn retry(self, panel: RwSignal<Panel>) {
        self.inner.try_update_value(|inner| {
            if let Some(slot) = inner.slots.iter_mut().find(|slot| slot.panel == panel) {
                slot.wanted = slot.question.is_some();
            }
        });
        panel.update(|panel| panel.pending = true);
        self.schedule();
    }

    /// Asks all live questions again, but for those that are on their way. When the last call as a whole failed, every
    /// question that it left without an answer is asked again too: nobody may be there to press a button.
    pub fn refresh(self) {
        let cut_off = self.failures_in_a_row() > 0;
        self.inner.try_update_value(|inner| {
            let Inner { slots, flights, .. } = inner;
            for slot in slots {
                let on_its_way = flights
                    .iter()
                    .any(|flight| flight.seats.contains(&(slot.id, slot.round)));
                let failed = cut_off && slot.panel.try_with_untracked(|panel| panel.failure.is_some()) == Some(true);
                let live = slot.question.as_ref().is_some_and(|question| question.live || failed);
                slot.wanted |= live && !on_its_way;
            }
        });
        self.schedule();
        self.beat.try_update(|count| *count += 1);
    }

    /// Drops all answers and all calls: nothing of what was shown stays in memory.
    pub fn clear(self) {
        self.abort_all();
        self.forced.try_set(None);
        self.inner.try_update_value(|inner| {
            for slot in inner.slots.drain(..) {
                slot.panel.try_set(Panel::default());
            }
        });
    }

    /// Asks one question outside the batches, for parts that come and go; a 401 or 404 is handed to the page as well.
    pub async fn ask_once(self, query: Query) -> Result<Answer, Failure> {
        let (site, access) = self.key().ok_or(Failure::Aborted)?;
        let answer = ask_one(&site, &access, query).await;
        if let Err(failure) = &answer
            && matches!(failure.status(), 401 | 404)
        {
            self.refuse(failure.clone());
        }
        answer
    }

    /// What is asked, and with which key; `None` when the dashboard is gone.
    pub fn key(self) -> Option<(SiteId, Access)> {
        self.inner
            .try_with_value(|inner| (inner.site.clone(), inner.access.clone()))
    }

    /// Hands a dead key to the page.
    pub fn refuse(self, failure: Failure) {
        self.on_refused.try_run(failure);
    }

    fn abort_all(self) {
        self.inner.try_update_value(|inner| {
            for flight in inner.flights.drain(..) {
                if let Some(abort) = flight.abort {
                    abort.abort();
                }
            }
        });
    }

    /// Sends after the effects of this moment have run, so that their questions travel together.
    fn schedule(self) {
        let first = self
            .inner
            .try_update_value(|inner| !std::mem::replace(&mut inner.scheduled, true));
        if first == Some(true) {
            later(move || self.send_wanted(), Duration::ZERO);
        }
    }

    fn send_wanted(self) {
        let mut batches = Vec::new();
        self.inner.try_update_value(|inner| {
            inner.scheduled = false;
            let Inner {
                slots,
                flights,
                last_id,
                ..
            } = inner;
            flights.retain(|flight| {
                let awaited = flight
                    .seats
                    .iter()
                    .any(|seat| slots.iter().any(|slot| *seat == (slot.id, slot.round)));
                if let (false, Some(abort)) = (awaited, &flight.abort) {
                    abort.abort();
                }
                awaited
            });
            let mut wanted: Vec<_> = slots
                .iter_mut()
                .filter_map(|slot| {
                    let wanted = std::mem::take(&mut slot.wanted);
                    let question = slot.question.as_ref().filter(|_| wanted)?;
                    Some(((slot.id, slot.round), question.query.clone()))
                })
                .collect();
            while !wanted.is_empty() {
                let rest = wanted.split_off(wanted.len().min(BATCH_MAX));
                let (seats, queries): (Vec<_>, Vec<_>) = std::mem::replace(&mut wanted, rest).into_iter().unzip();
                let abort = AbortController::new().ok();
                *last_id += 1;
                flights.push(Flight {
                    id: *last_id,
                    seats: seats.clone(),
                    abort: abort.clone(),
                });
                batches.push((
                    *last_id,
                    seats,
                    queries,
                    abort,
                    inner.site.clone(),
                    inner.access.clone(),
                ));
            }
        });
        for (flight, seats, queries, abort, site, access) in batches {
            spawn(async move {
                let signal = abort.map(|abort| abort.signal());
                let outcomes = ask(&site, &access, queries, signal.as_ref()).await;
                self.land(flight, &seats, outcomes);
            });
        }
    }

    fn land(self, flight: u32, seats: &[(u32, u32)], outcomes: Result<Vec<Result<Answer, Failure>>, Failure>) {
        let outcomes = match outcomes {
            Err(Failure::Aborted) => return,
            Err(failure) => {
                self.failures_in_a_row.try_update(|count| *count += 1);
                if matches!(failure.status(), 401 | 404) {
                    self.on_refused.try_run(failure);
                    return;
                }
                seats.iter().map(|_| Err(failure.clone())).collect()
            }
            Ok(outcomes) => {
                self.failures_in_a_row.try_set(0);
                outcomes
            }
        };
        let mut named = outcomes.iter().flatten();
        if let Some(segment) = named.find_map(|answer| answer.meta.segment.as_ref()) {
            let known = self
                .forced
                .try_with_untracked(|known| known.as_deref() == Some(segment));
            if known == Some(false) {
                self.forced.set(Some(Arc::new(segment.clone())));
            }
        }
        let mut news = Vec::new();
        self.inner.try_update_value(|inner| {
            inner.flights.retain(|other| other.id != flight);
            for (seat, outcome) in seats.iter().zip(outcomes) {
                if let Some(slot) = inner.slots.iter().find(|slot| *seat == (slot.id, slot.round)) {
                    news.push((slot.panel, outcome));
                }
            }
        });
        for (panel, outcome) in news {
            show(panel, outcome);
        }
    }
}

/// Puts an outcome on a panel; a failed refresh leaves what is there.
fn show(panel: RwSignal<Panel>, outcome: Result<Answer, Failure>) {
    let Some(before) = panel.try_get_untracked() else {
        return;
    };
    let after = match outcome {
        Ok(answer) => Panel {
            answer: Some(Arc::new(answer)),
            failure: None,
            pending: false,
        },
        Err(_) if !before.pending && before.failure.is_none() => return,
        Err(failure) => Panel {
            answer: None,
            failure: Some(failure),
            pending: false,
        },
    };
    if after != before {
        panel.set(after);
    }
}
