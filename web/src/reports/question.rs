//! What the dashboard's panels ask, from its state. Pure.

use super::date::Date;
use super::period::Period;
use super::view::{Compare, Details, GOAL_METRICS, METRICS, View};
use crate::client::board::Question;
use shared::query::{Compare as Comparing, DateRange};
use shared::query::{
    Dimension, Direction, Filter, FixedDimension, Include, Metric, Operator, OrderBy, OrderKey, Pagination, Query,
};

/// Rows of a card.
pub const CARD_ROWS: u32 = 9;
/// Rows of one page of the details.
pub const DETAIL_ROWS: u32 = 100;

fn base(view: &View, today: Date, metrics: Vec<Metric>) -> Query {
    Query {
        metrics,
        date_range: view.shown().range(today),
        dimensions: Vec::new(),
        filters: view.filters.iter().map(|filter| filter.to_query()).collect(),
        order_by: Vec::new(),
        pagination: Pagination { limit: 1000, offset: 0 },
        include: Include {
            comparison: view.comparison(),
            ..Include::default()
        },
    }
}

fn live(view: &View, today: Date, query: Query) -> Question {
    Question {
        query,
        live: view.shown().includes_now(today),
    }
}

/// The visitors of the last five minutes, whatever the state.
pub fn current_visitors() -> Question {
    Question {
        query: total(DateRange::Realtime),
        live: true,
    }
}

/// All visitors of a range, unfiltered.
pub fn total(range: DateRange) -> Query {
    Query {
        metrics: vec![Metric::Visitors],
        date_range: range,
        dimensions: Vec::new(),
        filters: Vec::new(),
        order_by: Vec::new(),
        pagination: Pagination { limit: 1, offset: 0 },
        include: Include::default(),
    }
}

/// The visitors of the last 24 hours by the hour, for a site's card.
pub fn sparkline() -> Query {
    Query {
        dimensions: vec![FixedDimension::TimeHour.into()],
        pagination: Pagination { limit: 100, offset: 0 },
        include: Include {
            time_labels: true,
            ..Include::default()
        },
        ..total(DateRange::Last24h)
    }
}

/// The numbers of the tiles.
pub fn tiles(view: &View, today: Date, revenue: bool) -> Question {
    live(view, today, base(view, today, tile_metrics(view, revenue)))
}

/// What the tiles show; money only where a goal brings some.
pub fn tile_metrics(view: &View, revenue: bool) -> Vec<Metric> {
    match (view.has_goal(), revenue) {
        (false, _) => METRICS.to_vec(),
        (true, true) => GOAL_METRICS.to_vec(),
        (true, false) => GOAL_METRICS[..3].to_vec(),
    }
}

/// The chart's line. `window` is the last half hour as two instants, which realtime plots.
pub fn chart(view: &View, today: Date, window: (String, String)) -> Question {
    let mut query = base(view, today, vec![view.plotted()]);
    let realtime = view.shown().period == Period::Realtime;
    let size = if realtime {
        FixedDimension::TimeMinute
    } else {
        view.interval.unwrap_or(FixedDimension::Time)
    };
    if realtime {
        query.date_range = DateRange::Custom(window.0, window.1);
    }
    query.dimensions = vec![size.into()];
    query.pagination.limit = 10_000;
    query.include.time_labels = true;
    live(view, today, query)
}

/// Visits by the hour of the week.
pub fn heat(view: &View, today: Date) -> Question {
    let mut query = base(view, today, vec![Metric::Visits]);
    query.dimensions = vec![FixedDimension::TimeHourOfWeek.into()];
    query.include.comparison = None;
    live(view, today, query)
}

/// The first rows of a card.
pub fn card(view: &View, today: Date, details: &Details) -> Question {
    let mut query = rows(view, today, details);
    query.metrics = card_metrics(view, details);
    query.pagination.limit = CARD_ROWS;
    live(view, today, query)
}

/// The rows of every country, for the map.
pub fn countries(view: &View, today: Date) -> Question {
    let mut question = card(view, today, &Details::Of(FixedDimension::Country.into()));
    question.query.pagination.limit = 300;
    question
}

fn rows(view: &View, today: Date, details: &Details) -> Query {
    let mut query = base(view, today, Vec::new());
    // Rows are compared only on request: it doubles the work.
    if matches!(view.compare, None | Some(Compare::Off)) {
        query.include.comparison = None;
    }
    match details {
        Details::Of(dimension) => {
            query.dimensions = vec![dimension.clone()];
            if *dimension == FixedDimension::EventName.into() {
                query.filters.push(is_not(FixedDimension::EventName, "pageview"));
            }
            if matches!(dimension, Dimension::Prop(_)) {
                query.filters.push(Filter::compare(
                    Operator::IsNot,
                    dimension.clone(),
                    vec!["(none)".to_owned()],
                ));
            }
        }
        Details::Revenue(dimension) => {
            query.dimensions = vec![dimension.clone(), FixedDimension::Currency.into()];
            query.filters.push(is_not(FixedDimension::Currency, "(none)"));
            query.include.comparison = None;
        }
        Details::Visits => {}
    }
    query
}

/// One page of all rows of the details.
pub fn details(view: &View, today: Date, details: &Details, offset: u32) -> Query {
    let mut query = rows(view, today, details);
    query.metrics = detail_metrics(view, details);
    query.pagination = Pagination {
        limit: DETAIL_ROWS,
        offset,
    };
    query.include.total_rows = true;
    let Some(dimension) = query.dimensions.first().cloned() else {
        return query;
    };
    let OrderBy(key, direction) = order(view, details);
    let key = match key {
        OrderKey::Dimension(_) => OrderKey::Dimension(dimension.clone()),
        metric => metric,
    };
    query.order_by = vec![OrderBy(key, direction)];
    let search = view.search.trim();
    if !search.is_empty() {
        query.filters.push(Filter::Compare(Comparing {
            operator: Operator::Contains,
            dimension,
            values: vec![search.to_owned()],
            case_sensitive: false,
        }));
    }
    query
}

/// What the rows of the details are sorted by.
pub fn order(view: &View, details: &Details) -> OrderBy {
    let metrics = detail_metrics(view, details);
    let known = view.sort.clone().filter(|OrderBy(key, _)| match key {
        OrderKey::Metric(metric) => metrics.contains(metric),
        OrderKey::Dimension(_) => true,
    });
    let first = metrics.first().copied().unwrap_or(Metric::Visitors);
    known.unwrap_or(OrderBy(OrderKey::Metric(first), Direction::Desc))
}

fn card_metrics(view: &View, details: &Details) -> Vec<Metric> {
    match details {
        Details::Revenue(_) => vec![Metric::TotalRevenue],
        Details::Of(Dimension::Fixed(FixedDimension::EventName) | Dimension::Prop(_)) if !view.has_goal() => {
            vec![Metric::Visitors, Metric::Events]
        }
        Details::Of(Dimension::Fixed(FixedDimension::Goal)) => {
            vec![Metric::Visitors, Metric::Events, Metric::ConversionRate]
        }
        _ if view.has_goal() => vec![Metric::Visitors, Metric::ConversionRate],
        _ => vec![Metric::Visitors, Metric::Percentage],
    }
}

/// The columns of the details.
pub fn detail_metrics(view: &View, details: &Details) -> Vec<Metric> {
    use FixedDimension::{EventName, ExitPage, Goal, Hostname, Page};
    match details {
        Details::Revenue(_) => vec![Metric::TotalRevenue, Metric::AverageRevenue],
        Details::Of(Dimension::Fixed(Goal)) => vec![Metric::Visitors, Metric::Events, Metric::ConversionRate],
        _ if view.has_goal() => vec![Metric::Visitors, Metric::Events, Metric::ConversionRate],
        Details::Of(Dimension::Fixed(EventName) | Dimension::Prop(_)) => vec![Metric::Visitors, Metric::Events],
        Details::Of(Dimension::Fixed(Page | Hostname)) => {
            vec![Metric::Visitors, Metric::Percentage, Metric::Pageviews]
        }
        Details::Of(Dimension::Fixed(ExitPage)) => {
            vec![Metric::Visitors, Metric::Percentage, Metric::Visits, Metric::ExitRate]
        }
        _ => vec![
            Metric::Visitors,
            Metric::Percentage,
            Metric::BounceRate,
            Metric::VisitDuration,
        ],
    }
}

fn is_not(dimension: FixedDimension, value: &str) -> Filter {
    Filter::compare(Operator::IsNot, dimension, vec![value.to_owned()])
}
