//! Whom to ask, and within what: what every kind of question needs.

use super::dates::Period;
use super::goals::names_goal;
use super::imported;
use super::service;
use crate::auth::scope::Scope;
use crate::error::Result;
use crate::events::Events;
use crate::goals::{self, model::KnownGoal};
use crate::kit::clock::Clock;
use crate::state::State;
use shared::query::{DateRange, Filter, Query};
use shared::query_result::QueryResult;
use tokio::sync::OnceCell;

/// The stores, the time and the scope of a request, with the goals that its filters may name.
#[derive(Clone, Debug)]
pub struct Desk {
    /// The events.
    pub events: Events,
    /// The time.
    pub clock: Clock,
    /// What may be seen.
    pub scope: Scope,
    /// The site's goals; none when neither the request nor its scope names one.
    pub goals: Vec<KnownGoal>,
    /// False leaves out days that were imported as totals.
    pub counts_imports: bool,
    /// Whether the site has any such days, once it was asked.
    pub has_totals: OnceCell<bool>,
}

impl Desk {
    /// A desk for questions under these filters; `by_goal` when they group by goal as well.
    pub async fn new(state: &State, scope: &Scope, filters: &[Filter], by_goal: bool) -> Result<Self> {
        let forced = scope.forced_filter().is_some_and(names_goal);
        let goals = match by_goal || forced || filters.iter().any(names_goal) {
            true => goals::service::known(state, scope.site_id()).await?,
            false => Vec::new(),
        };
        Ok(Self {
            events: state.events.clone(),
            clock: state.clock.clone(),
            scope: scope.clone(),
            goals,
            counts_imports: true,
            has_totals: OnceCell::new(),
        })
    }

    /// Answers a question.
    pub async fn answer(&self, query: Query) -> Result<QueryResult> {
        service::answer(self, query).await
    }

    /// True when the site has days that were imported as totals, and they count here.
    pub(super) async fn has_totals(&self) -> Result<bool> {
        if !self.counts_imports {
            return Ok(false);
        }
        let ask = || imported::has_any(&self.events, self.scope.site_id());
        Ok(*self.has_totals.get_or_try_init(ask).await?)
    }

    /// The period of a range.
    pub async fn period(&self, range: &DateRange) -> Result<Period> {
        service::period_of(&self.events, &self.clock, &self.scope, &self.goals, range).await
    }
}
