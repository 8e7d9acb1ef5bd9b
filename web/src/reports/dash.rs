//! What the parts of one dashboard share.

use super::date::Date;
use super::period::Period;
use super::scope;
use super::view::View;
use crate::client::Failure;
use crate::client::answer::Answer;
use crate::client::board::{Board, Panel, Question};
use crate::client::remote::{Call, Remote};
use crate::format::date;
use crate::router::{Router, Step};
use crate::ui::error_box::ErrorBox;
use leptos::prelude::*;
use shared::ids::SiteId;
use std::sync::Arc;

/// The site that a dashboard shows.
#[derive(Clone, PartialEq)]
pub struct SiteFacts {
    /// The id to ask data of.
    pub id: SiteId,
    /// The site's domain.
    pub domain: String,
    /// The site's IANA time zone.
    pub timezone: String,
    /// An image as a `data:` URL.
    pub favicon: String,
}

/// What lies over the dashboard without being part of its state.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Overlay {
    /// The dialog for a custom period.
    Range,
    /// The dialog for a custom comparison.
    Comparison,
    /// The list of keyboard shortcuts.
    Shortcuts,
    /// The dialog in which filters are made and changed.
    Filters,
}

/// What a panel asks in a state, on a day.
type Asking = Box<dyn Fn(&View, Date) -> Option<Question> + Send + Sync>;

/// The state of a dashboard and the ways to change it.
#[derive(Clone, Copy)]
pub struct Dash {
    /// The site.
    pub site: StoredValue<SiteFacts>,
    /// What the URL says.
    pub view: Memo<View>,
    /// Where panels ask.
    pub board: Board,
    /// Today in the site's zone.
    pub today: RwSignal<Date>,
    /// The last half hour as two instants, moved on each minute.
    pub window: RwSignal<(String, String)>,
    /// The period that is shown when the URL names none.
    pub fallback: RwSignal<Period>,
    /// False until it is known which period that is.
    pub settled: RwSignal<bool>,
    /// Hears that neither the last days nor today have a visit.
    pub on_empty: Callback<()>,
    /// What lies over it.
    pub overlay: RwSignal<Option<Overlay>>,
    /// The site's goals.
    pub goals: Remote,
    /// What the owner noted for days; `None` while no chart has asked for them.
    pub notes: Remote,
    /// First and last day of the chart, for which notes are wanted.
    pub noted: RwSignal<Option<(Date, Date)>>,
    router: Router,
}

impl Dash {
    /// The state of a dashboard of `site`.
    pub fn new(site: SiteFacts, board: Board, router: Router, on_empty: Callback<()>) -> Self {
        let fallback = RwSignal::new(Period::Days(28));
        let today = RwSignal::new(date::today(&site.timezone));
        let view = Memo::new(move |_| View::read(&router.query.get(), fallback.get()));
        let noted = RwSignal::new(None);
        let notes = move || {
            let (from, to): (Date, Date) = noted.get()?;
            Some(Call::every(format!("/annotations?from={from}&to={to}&limit=100")))
        };
        Dash {
            site: StoredValue::new(site),
            view,
            board,
            today,
            window: RwSignal::new(half_hour()),
            fallback,
            settled: RwSignal::new(view.with_untracked(|view| view.span.is_some())),
            on_empty,
            overlay: RwSignal::new(None),
            goals: board.follow(Box::new(|| Some(Call::get("/goals?limit=100".to_owned())))),
            notes: board.follow(Box::new(notes)),
            noted,
            router,
        }
    }

    /// Moves today and the last half hour along with the clock.
    pub fn tick(self) {
        let today = self.site.with_value(|site| date::today(&site.timezone));
        if today != self.today.get_untracked() {
            self.today.set(today);
        }
        let window = half_hour();
        if self.window.with_untracked(|old| *old != window) {
            self.window.set(window);
        }
    }

    /// Adds a panel that asks what `question` says of the present state; nothing where that is `None`.
    pub fn ask(self, question: Asking) -> Asked {
        let question = move || self.view.with(|view| question(view, self.today.get()));
        Asked {
            panel: self.board.ask(Box::new(question)),
            settled: self.settled,
        }
    }

    /// True when a goal of the site counts revenue.
    pub fn has_revenue(self) -> bool {
        self.goals
            .list(|goal| goal.get("currency").is_some_and(|currency| currency.is_string()))
            .contains(&true)
    }

    /// Range and filters for the calls beside the questions.
    pub fn scope(self) -> String {
        self.view.with(|view| scope::scope(view, self.today.get()))
    }

    /// True when what is shown changes with every visit.
    pub fn is_live(self) -> bool {
        self.view.with(|view| view.shown().includes_now(self.today.get()))
    }

    /// The link to another state.
    pub fn href(self, change: impl FnOnce(View) -> View) -> String {
        change(self.view.get()).href()
    }

    /// Goes to another state.
    pub fn go(self, step: Step, change: impl FnOnce(View) -> View) {
        self.router.go(&change(self.view.get_untracked()).href(), step);
    }
}

/// A panel of the board; it shows as loading until the period is settled.
#[derive(Clone, Copy)]
pub struct Asked {
    /// As the board knows it.
    pub panel: RwSignal<Panel>,
    settled: RwSignal<bool>,
}

impl Asked {
    /// The newest answer.
    pub fn answer(self) -> Option<Arc<Answer>> {
        if self.settled.get() {
            self.panel.with(|panel| panel.answer.clone())
        } else {
            None
        }
    }

    /// Why there is none.
    pub fn failure(self) -> Option<Failure> {
        self.panel.with(|panel| panel.failure.clone())
    }

    /// True while a newer answer is on its way.
    pub fn is_pending(self) -> bool {
        !self.settled.get() || self.panel.with(|panel| panel.pending)
    }

    /// True while an old answer stands in for a newer one.
    pub fn is_stale(self) -> bool {
        self.settled.get() && self.panel.with(|panel| panel.pending && panel.answer.is_some())
    }

    /// The failure with a way to try again; nothing where there is none.
    pub fn error(self, dash: Dash) -> Option<AnyView> {
        self.failure().map(|failure| {
            let retry = Callback::new(move |()| dash.board.retry(self.panel));
            view! { <ErrorBox message="Could not load" wait_s=failure.wait_s() retry=retry /> }.into_any()
        })
    }
}

fn half_hour() -> (String, String) {
    (date::minutes_from_now(-29), date::minutes_from_now(1))
}

/// The dashboard that this part belongs to.
pub fn use_dash() -> Dash {
    use_context::<Dash>().expect("parts of a dashboard are rendered inside one")
}
