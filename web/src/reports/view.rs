//! The state of a dashboard: what the URL says, and the URL of any other state. Pure.
//!
//! Keys are those of ui.md's table (`period`, `date`, `from`, `to`, `interval`, `metric`, `compare`, `cfrom`, `cto`,
//! `match`, `f`, `d`, `q`, `sort`, `v`). What is not understood in a known key is dropped; unknown keys (`auth`, `theme`, …) are kept.

use super::date::Date;
use super::filter::{self, Condition};
pub use super::listed::Details;
use super::period::{Period, Span};
use crate::router::query::{self, Pairs};
use shared::query::{Comparison, ComparisonMode, Dimension, Direction, FixedDimension, Metric, OrderBy, OrderKey};

/// What to compare with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compare {
    /// Nothing.
    Off,
    /// The range of the same length just before.
    Previous,
    /// The same dates a year before.
    YearBefore,
    /// Dates of one's own, both included.
    Custom(Date, Date),
}

/// Everything that a dashboard shows, but for the data.
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    /// The period that the URL names.
    pub span: Option<Span>,
    /// The period where the URL names none.
    pub fallback: Period,
    /// The size of the chart's buckets; the server's choice when `None`.
    pub interval: Option<FixedDimension>,
    /// What the chart plots.
    pub metric: Metric,
    /// What to compare with; `None` where the URL does not say.
    pub compare: Option<Compare>,
    /// Move the other range so that it begins on the same weekday.
    pub match_weekday: bool,
    /// All of them hold.
    pub filters: Vec<Condition>,
    /// The details that are open.
    pub details: Option<Details>,
    /// What the details are searched for.
    pub search: String,
    /// What the rows of the details are sorted by; their first metric, descending, when `None`.
    pub sort: Option<OrderBy>,
    /// The visit that is open, by its id.
    pub visit: Option<String>,
    rest: Pairs,
}

/// The metrics of the tiles, in their order.
pub const METRICS: [Metric; 6] = [
    Metric::Visitors,
    Metric::Visits,
    Metric::Pageviews,
    Metric::ViewsPerVisit,
    Metric::BounceRate,
    Metric::VisitDuration,
];

/// The metrics of the tiles while the visitors are those who reached a goal.
pub const GOAL_METRICS: [Metric; 5] = [
    Metric::Visitors,
    Metric::Events,
    Metric::ConversionRate,
    Metric::TotalRevenue,
    Metric::AverageRevenue,
];

const INTERVALS: [(FixedDimension, &str); 5] = [
    (FixedDimension::TimeMinute, "minute"),
    (FixedDimension::TimeHour, "hour"),
    (FixedDimension::TimeDay, "day"),
    (FixedDimension::TimeWeek, "week"),
    (FixedDimension::TimeMonth, "month"),
];

/// The word of a bucket size.
pub fn interval_word(interval: FixedDimension) -> &'static str {
    INTERVALS
        .iter()
        .find(|(known, _)| *known == interval)
        .map_or("day", |(_, word)| word)
}

/// The bucket size of a word.
pub fn interval_of_word(word: &str) -> Option<FixedDimension> {
    INTERVALS
        .iter()
        .find(|(_, known)| *known == word)
        .map(|(interval, _)| *interval)
}

impl View {
    /// Reads the URL's query string.
    pub fn read(query_string: &str, fallback: Period) -> Self {
        let (mut known, mut filters, mut rest) = (Pairs::new(), Vec::new(), Pairs::new());
        for (key, value) in query::parse(query_string) {
            match key.as_str() {
                "f" => {
                    filter::read_term(&mut filters, &value);
                }
                "period" | "date" | "from" | "to" | "interval" | "metric" | "compare" | "cfrom" | "cto" | "match"
                | "d" | "q" | "sort" | "v" => known.push((key, value)),
                _ => rest.push((key, value)),
            }
        }
        let text = |key| query::first(&known, key);
        let date = |key| text(key).and_then(Date::parse);
        let range = |from, to| date(from).zip(date(to)).filter(|(from, to)| from <= to);
        let custom = range("from", "to");
        let span = text("period")
            .and_then(Period::from_word)
            .map(|period| Span {
                period,
                date: date("date"),
                custom: custom.filter(|_| period == Period::Custom),
            })
            .filter(|span| span.period != Period::Custom || span.custom.is_some());
        let compare = text("compare").and_then(|word| match word {
            "off" => Some(Compare::Off),
            "prev" => Some(Compare::Previous),
            "yoy" => Some(Compare::YearBefore),
            "custom" => range("cfrom", "cto").map(|(from, to)| Compare::Custom(from, to)),
            _ => None,
        });
        let details = text("d").and_then(Details::of_key);
        let in_details = |key| text(key).filter(|_| details.is_some());
        View {
            span,
            fallback,
            interval: text("interval").and_then(interval_of_word),
            metric: text("metric")
                .and_then(Metric::from_word)
                .filter(|metric| METRICS.contains(metric) || GOAL_METRICS.contains(metric))
                .unwrap_or(Metric::Visitors),
            compare,
            match_weekday: text("match") == Some("dow"),
            filters,
            search: in_details("q").unwrap_or_default().to_owned(),
            sort: in_details("sort").and_then(read_sort),
            visit: in_details("v").map(str::to_owned),
            details,
            rest,
        }
    }

    /// The query string of this state, with its `?`.
    pub fn href(&self) -> String {
        let mut pairs = self.rest.clone();
        let mut push = |key: &str, value: String| pairs.push((key.to_owned(), value));
        if let Some(span) = self.span {
            push("period", span.period.word().to_owned());
            if let Some(date) = span.date {
                push("date", date.to_string());
            }
            if let Some((from, to)) = span.custom {
                push("from", from.to_string());
                push("to", to.to_string());
            }
        }
        if let Some(interval) = self.interval {
            push("interval", interval_word(interval).to_owned());
        }
        if self.metric != Metric::Visitors {
            push("metric", self.metric.as_str().to_owned());
        }
        match self.compare {
            None => {}
            Some(Compare::Off) => push("compare", "off".to_owned()),
            Some(Compare::Previous) => push("compare", "prev".to_owned()),
            Some(Compare::YearBefore) => push("compare", "yoy".to_owned()),
            Some(Compare::Custom(from, to)) => {
                push("compare", "custom".to_owned());
                push("cfrom", from.to_string());
                push("cto", to.to_string());
            }
        }
        if self.match_weekday {
            push("match", "dow".to_owned());
        }
        for term in self.filters.iter().flat_map(Condition::terms) {
            push("f", term);
        }
        if let Some(details) = &self.details {
            push("d", details.key());
            if !self.search.is_empty() {
                push("q", self.search.clone());
            }
            if let Some(OrderBy(key, direction)) = &self.sort {
                let key = match key {
                    OrderKey::Metric(metric) => metric.as_str(),
                    OrderKey::Dimension(_) => "name",
                };
                push("sort", format!("{key}:{}", direction.as_str()));
            }
            if let Some(visit) = &self.visit {
                push("v", visit.clone());
            }
        }
        query::write(&pairs)
    }

    /// True while a filter asks for a goal, so that the visitors are those who reached it.
    pub fn has_goal(&self) -> bool {
        self.filters
            .iter()
            .any(|filter| filter.dimension == FixedDimension::Goal.into())
    }

    /// What the chart plots: the chosen metric, where it has a meaning.
    pub fn plotted(&self) -> Metric {
        let tiles: &[Metric] = if self.has_goal() { &GOAL_METRICS } else { &METRICS };
        if tiles.contains(&self.metric) {
            self.metric
        } else {
            Metric::Visitors
        }
    }

    /// The period that is shown.
    pub fn shown(&self) -> Span {
        self.span.unwrap_or_else(|| Span::of(self.fallback))
    }

    /// What is compared with, where the period allows it: the previous period unless the URL says otherwise.
    pub fn compared(&self) -> Compare {
        if self.shown().period.compares() {
            self.compare.unwrap_or(Compare::Previous)
        } else {
            Compare::Off
        }
    }

    /// The comparison for a query.
    pub fn comparison(&self) -> Option<Comparison> {
        let (mode, date_range) = match self.compared() {
            Compare::Off => return None,
            Compare::Previous => (ComparisonMode::PreviousPeriod, None),
            Compare::YearBefore => (ComparisonMode::YearOverYear, None),
            Compare::Custom(from, to) => (ComparisonMode::Custom, Some((from.to_string(), to.to_string()))),
        };
        let match_day_of_week = self.match_weekday && mode != ComparisonMode::Custom;
        Some(Comparison {
            mode,
            date_range,
            match_day_of_week,
        })
    }

    /// This state with another period; a bucket size belonged to the old one.
    pub fn with_span(mut self, span: Span) -> Self {
        self.span = Some(span);
        self.interval = None;
        self
    }

    /// This state with a value's filter turned on, or off when it was on.
    pub fn toggled(mut self, dimension: &Dimension, value: &str) -> Self {
        if !filter::remove(&mut self.filters, dimension, value) {
            filter::add(&mut self.filters, dimension.clone(), shared::query::Operator::Is, value);
        }
        self.closed()
    }

    /// This state without open details.
    pub fn closed(mut self) -> Self {
        self.details = None;
        self.search.clear();
        self.sort = None;
        self.visit = None;
        self
    }

    /// This state with other details open.
    pub fn opened(self, details: Details) -> Self {
        View {
            details: Some(details),
            ..self.closed()
        }
    }

    /// True when an `is` filter names this value.
    pub fn has_filter(&self, dimension: &Dimension, value: &str) -> bool {
        self.filters.iter().any(|filter| {
            filter.dimension == *dimension
                && filter.operator == shared::query::Operator::Is
                && filter.values.iter().any(|known| known == value)
        })
    }
}

/// Reads `visitors:asc` or `name:desc`.
fn read_sort(text: &str) -> Option<OrderBy> {
    let (key, direction) = text.split_once(':')?;
    let key = match key {
        // Which one it is, the details say.
        "name" => OrderKey::Dimension(FixedDimension::Time.into()),
        word => OrderKey::Metric(Metric::from_word(word)?),
    };
    Some(OrderBy(key, Direction::from_word(direction)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_survives_its_url() {
        for url in [
            "?",
            "?period=day",
            "?period=day&date=2026-03-09",
            "?auth=abc&theme=dark&period=custom&from=2026-01-01&to=2026-01-31",
            "?period=7d&interval=hour&metric=bounce_rate",
            "?compare=off",
            "?compare=yoy&match=dow",
            "?compare=custom&cfrom=2025-01-01&cto=2025-01-31",
            "?f=country:is:DE&f=country:is:FR&f=page:has:%2Fblog:a%26b",
            "?f=props.a%253Ab:isnot:x&d=source&q=goo",
            "?d=revenue.props.product&sort=name:desc",
            "?d=page&sort=bounce_rate:asc",
            "?metric=conversion_rate&f=goal:is:Signup&d=visits&v=vis_1",
        ] {
            assert_eq!(View::read(&url[1..], Period::Days(28)).href(), url);
        }
    }

    #[test]
    fn bad_values_are_dropped_and_unknown_keys_kept() {
        for (query, href) in [
            ("period=nope&x=1", "?x=1"),
            ("period=custom&from=2026-02-01", "?"),
            ("period=custom&from=2026-02-02&to=2026-02-01", "?"),
            ("period=day&date=2026-02-30", "?period=day"),
            ("metric=revenue&interval=second&compare=maybe", "?"),
            ("compare=custom&cfrom=x&cto=y", "?"),
            ("f=page&f=x:y:z&d=time", "?"),
            ("q=lost&sort=visitors:asc&v=vis_1&embed=true", "?embed=true"),
            ("d=page&sort=visitors:up", "?d=page"),
            ("d=revenue.nope&sort=x", "?"),
        ] {
            assert_eq!(View::read(query, Period::Day).href(), href, "{query}");
        }
    }

    #[test]
    fn a_second_click_removes_the_filter() {
        let view = View::read("f=page:isnot:%2F", Period::Day);
        let page = Dimension::Fixed(FixedDimension::Page);
        let once = view.clone().toggled(&page, "/");
        assert!(once.has_filter(&page, "/"));
        assert_eq!(once.toggled(&page, "/"), view);
    }

    #[test]
    fn nothing_is_compared_where_there_is_nothing_before() {
        for (query, compared) in [
            ("", true),
            ("period=all", false),
            ("period=realtime&compare=yoy", false),
            ("compare=off", false),
            ("period=day&compare=yoy", true),
        ] {
            assert_eq!(
                View::read(query, Period::Day).comparison().is_some(),
                compared,
                "{query}"
            );
        }
    }
}
