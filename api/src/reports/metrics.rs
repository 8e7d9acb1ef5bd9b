//! What each metric counts.
//!
//! A metric is computed from components, each a plain aggregate that one part of a question delivers. Components of several
//! parts are added, so that a part may stand beside another (days that were imported beside days that were collected), and
//! rates are quotients of sums.

use super::dimensions::is_of_events;
use crate::events::dialect::Dialect;
use shared::query::{Dimension, Metric};

/// Rows that components are counted on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Page views and custom events.
    Events,
    /// Visits, by the day or hour on which they began.
    Visits,
    /// Time and depth of a page in a visit.
    Engagement,
    /// The events of a group, whether they reach the goals of the question or not.
    Everyone,
    /// Page views by page, where rows are exit pages.
    Viewed,
}

/// Which money counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counts {
    /// All.
    Everything,
    /// That of the row's goal, in the goal's own currency.
    GoalsCurrency,
    /// That of one currency, which is the value of the SQL's only `?`.
    OneCurrency,
}

/// An aggregate of a part. Names of columns are those of [`Component::sql`]'s source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Component {
    /// Distinct visitors.
    Visitors,
    /// Page views.
    Pageviews,
    /// Page views and custom events.
    Events,
    /// Distinct visits with such an event.
    EventVisits,
    /// Visits that began.
    Visits,
    /// Visits that bounced.
    Bounces,
    /// Their lengths in milliseconds.
    DurationMs,
    /// Their page views.
    VisitPageviews,
    /// Engaged milliseconds.
    EngagedMs,
    /// Pages in visits that were engaged with.
    EngagedPages,
    /// Deepest scroll positions, added.
    ScrollDepths,
    /// Pages in visits whose scroll position is known.
    ScrolledPages,
    /// Distinct visitors of the group without the goals.
    Everyone,
    /// Views of the page that is the row's exit page.
    Viewed,
    /// Thousandths of money.
    Revenue,
    /// Events with money.
    RevenueEvents,
    /// The first of their currencies by alphabet.
    FirstCurrency,
    /// The last of their currencies by alphabet.
    LastCurrency,
}

impl Component {
    /// The part that delivers it.
    pub fn part(self) -> Part {
        match self {
            Component::Visits | Component::Bounces | Component::DurationMs | Component::VisitPageviews => Part::Visits,
            Component::EngagedMs | Component::EngagedPages | Component::ScrollDepths | Component::ScrolledPages => {
                Part::Engagement
            }
            Component::Everyone => Part::Everyone,
            Component::Viewed => Part::Viewed,
            _ => Part::Events,
        }
    }

    /// SQL on the rows of its part: `e` are events, `v` visits; engagement reads the sums of each page in each visit.
    pub fn sql(self, counts: Counts) -> &'static str {
        match self {
            Component::Visitors | Component::Everyone => "count(DISTINCT e.visitor)",
            Component::Pageviews | Component::Viewed => "sum(CASE WHEN e.name = 'pageview' THEN 1 ELSE 0 END)",
            Component::Events | Component::Visits | Component::EngagedPages => "count(*)",
            Component::EventVisits => "count(DISTINCT e.visit_id)",
            Component::Bounces => "sum(CASE WHEN v.is_bounce THEN 1 ELSE 0 END)",
            Component::DurationMs => "sum(v.end_ms - v.start_ms)",
            Component::VisitPageviews => "sum(v.pageviews)",
            Component::EngagedMs => "sum(engagement_ms)",
            Component::ScrollDepths => "sum(scroll_depth)",
            Component::ScrolledPages => "count(scroll_depth)",
            Component::Revenue if counts == Counts::OneCurrency => {
                "sum(CASE WHEN e.currency = ? THEN CAST(e.revenue * 1000 AS BIGINT) END)"
            }
            Component::RevenueEvents if counts == Counts::OneCurrency => "count(CASE WHEN e.currency = ? THEN 1 END)",
            Component::FirstCurrency if counts == Counts::OneCurrency => {
                "min(CASE WHEN e.currency = ? THEN e.currency END)"
            }
            Component::LastCurrency if counts == Counts::OneCurrency => {
                "max(CASE WHEN e.currency = ? THEN e.currency END)"
            }
            Component::Revenue if counts == Counts::GoalsCurrency => {
                "sum(CASE WHEN e.currency = e.goal_currency THEN CAST(e.revenue * 1000 AS BIGINT) END)"
            }
            Component::RevenueEvents if counts == Counts::GoalsCurrency => {
                "count(CASE WHEN e.currency = e.goal_currency THEN 1 END)"
            }
            Component::FirstCurrency if counts == Counts::GoalsCurrency => {
                "min(CASE WHEN e.currency = e.goal_currency THEN e.currency END)"
            }
            Component::LastCurrency if counts == Counts::GoalsCurrency => {
                "max(CASE WHEN e.currency = e.goal_currency THEN e.currency END)"
            }
            Component::Revenue => "sum(CAST(e.revenue * 1000 AS BIGINT))",
            Component::RevenueEvents => "count(e.revenue)",
            Component::FirstCurrency => "min(e.currency)",
            Component::LastCurrency => "max(e.currency)",
        }
    }

    /// How the values of several parts become one.
    pub fn combined(self, column: &str) -> String {
        let word = match self {
            Component::FirstCurrency => "min",
            Component::LastCurrency => "max",
            _ => "sum",
        };
        format!("{word}({column})")
    }
}

/// The components of a metric, under the dimensions of a question.
pub fn components(metric: Metric, dimensions: &[Dimension]) -> &'static [Component] {
    use Component::*;
    match metric {
        Metric::Visitors | Metric::Percentage => &[Visitors],
        Metric::ConversionRate if !dimensions.iter().any(Dimension::is_time) => &[Visitors],
        Metric::ConversionRate | Metric::GroupConversionRate => &[Visitors, Everyone],
        Metric::Pageviews => &[Pageviews],
        Metric::Events => &[Events],
        Metric::Visits if dimensions.iter().any(is_of_events) => &[EventVisits],
        Metric::Visits => &[Visits],
        Metric::ExitRate => &[Visits, Viewed],
        Metric::BounceRate => &[Bounces, Visits],
        Metric::VisitDuration => &[DurationMs, Visits],
        Metric::ViewsPerVisit => &[VisitPageviews, Visits],
        Metric::TimeOnPage => &[EngagedMs, EngagedPages],
        Metric::ScrollDepth => &[ScrollDepths, ScrolledPages],
        Metric::TotalRevenue => &[Revenue, FirstCurrency, LastCurrency],
        Metric::AverageRevenue => &[Revenue, RevenueEvents, FirstCurrency, LastCurrency],
    }
}

/// What a rate of a whole range is divided by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whole {
    /// All visitors under the same filters.
    Visitors,
    /// All visitors under the same filters but for goals and properties.
    Everyone,
}

/// A metric that is a part of the whole range.
pub fn whole_of(metric: Metric, dimensions: &[Dimension]) -> Option<Whole> {
    match metric {
        Metric::Percentage => Some(Whole::Visitors),
        Metric::ConversionRate if !dimensions.iter().any(Dimension::is_time) => Some(Whole::Everyone),
        _ => None,
    }
}

/// SQL of a metric from its combined components, in the order of [`components`].
pub fn expression(metric: Metric, parts: &[String], dialect: Dialect) -> String {
    let ratio = |times: &str| format!("{times} * {} / nullif({}, 0)", parts[0], parts[1]);
    match metric {
        Metric::Visitors | Metric::Visits | Metric::Pageviews | Metric::Events => format!("coalesce({}, 0)", parts[0]),
        Metric::Percentage => parts[0].clone(),
        Metric::ConversionRate | Metric::GroupConversionRate if parts.len() == 1 => parts[0].clone(),
        // A group that reached no goal is at zero, not without a rate.
        Metric::ConversionRate | Metric::GroupConversionRate => {
            format!("1e2 * coalesce({}, 0) / nullif({}, 0)", parts[0], parts[1])
        }
        Metric::BounceRate | Metric::ExitRate => ratio("1e2"),
        Metric::VisitDuration | Metric::TimeOnPage => ratio("1e-3"),
        Metric::ViewsPerVisit | Metric::ScrollDepth => ratio("1e0"),
        Metric::TotalRevenue => format!("CASE WHEN {} = {} THEN {} END", parts[1], parts[2], parts[0]),
        Metric::AverageRevenue => format!(
            "CASE WHEN {} = {} THEN {} END",
            parts[2],
            parts[3],
            dialect.rounded(&format!("(1e0 * {} / nullif({}, 0))", parts[0], parts[1]))
        ),
    }
}

/// True for whole numbers that are 0 where nothing is; the others have no meaning there.
pub fn is_count(metric: Metric) -> bool {
    matches!(
        metric,
        Metric::Visitors | Metric::Visits | Metric::Pageviews | Metric::Events
    )
}

/// True for amounts of money, whose cell is followed by one with the currency.
pub fn is_money(metric: Metric) -> bool {
    matches!(metric, Metric::TotalRevenue | Metric::AverageRevenue)
}
