//! What the dashboard's panels ask, from its state. Pure.

use super::date::Date;
use super::period::Period;
use super::view::{Compare, METRICS, View};
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
pub fn tiles(view: &View, today: Date) -> Question {
    live(view, today, base(view, today, METRICS.to_vec()))
}

/// The chart's line. `window` is the last half hour as two instants, which realtime plots.
pub fn chart(view: &View, today: Date, window: (String, String)) -> Question {
    let mut query = base(view, today, vec![view.metric]);
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

/// The first rows of a card.
pub fn card(view: &View, today: Date, dimension: &Dimension) -> Question {
    let mut query = base(view, today, card_metrics(dimension));
    query.dimensions = vec![dimension.clone()];
    query.pagination.limit = CARD_ROWS;
    // Rows are compared only on request: it doubles the work.
    if matches!(view.compare, None | Some(Compare::Off)) {
        query.include.comparison = None;
    }
    if is_event_name(dimension) {
        query.filters.push(no_pageviews());
    }
    live(view, today, query)
}

/// One page of all rows of a dimension.
pub fn details(view: &View, today: Date, dimension: &Dimension, sort: (usize, Direction), offset: u32) -> Query {
    let mut query = card(view, today, dimension).query;
    query.metrics = detail_metrics(dimension);
    query.pagination = Pagination {
        limit: DETAIL_ROWS,
        offset,
    };
    query.include.total_rows = true;
    let key = match sort.0.checked_sub(1).and_then(|column| query.metrics.get(column)) {
        Some(metric) => OrderKey::Metric(*metric),
        None => OrderKey::Dimension(dimension.clone()),
    };
    query.order_by = vec![OrderBy(key, sort.1)];
    let search = view.search.trim();
    if !search.is_empty() {
        query.filters.push(Filter::Compare(Comparing {
            operator: Operator::Contains,
            dimension: dimension.clone(),
            values: vec![search.to_owned()],
            case_sensitive: false,
        }));
    }
    query
}

fn card_metrics(dimension: &Dimension) -> Vec<Metric> {
    if is_event_name(dimension) {
        vec![Metric::Visitors, Metric::Events]
    } else {
        vec![Metric::Visitors, Metric::Percentage]
    }
}

/// The columns of a dimension's details.
pub fn detail_metrics(dimension: &Dimension) -> Vec<Metric> {
    match dimension {
        Dimension::Fixed(FixedDimension::EventName) => vec![Metric::Visitors, Metric::Events],
        Dimension::Fixed(FixedDimension::Page | FixedDimension::Hostname) => {
            vec![Metric::Visitors, Metric::Percentage, Metric::Pageviews]
        }
        Dimension::Fixed(FixedDimension::ExitPage) => vec![Metric::Visitors, Metric::Percentage, Metric::Visits],
        _ => vec![
            Metric::Visitors,
            Metric::Percentage,
            Metric::BounceRate,
            Metric::VisitDuration,
        ],
    }
}

fn is_event_name(dimension: &Dimension) -> bool {
    *dimension == Dimension::Fixed(FixedDimension::EventName)
}

fn no_pageviews() -> Filter {
    Filter::compare(Operator::IsNot, FixedDimension::EventName, vec!["pageview".to_owned()])
}
