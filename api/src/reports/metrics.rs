//! What each metric counts, and on which rows.

use super::dimensions::is_of_events;
use shared::query::{Dimension, Metric};

/// Rows that a metric is counted on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Page views and custom events.
    Events,
    /// Visits, by the day or hour on which they began.
    Visits,
    /// Time and depth of a page in a visit.
    Engagement,
}

/// The part that a metric is counted on, under the dimensions of a question.
pub fn part_of(metric: Metric, dimensions: &[Dimension]) -> Part {
    match metric {
        Metric::Visits if dimensions.iter().any(is_of_events) => Part::Events,
        Metric::Visits | Metric::ViewsPerVisit | Metric::BounceRate | Metric::VisitDuration => Part::Visits,
        Metric::TimeOnPage | Metric::ScrollDepth => Part::Engagement,
        _ => Part::Events,
    }
}

/// True for whole numbers that are 0 where nothing is; the others have no meaning there.
pub fn is_count(metric: Metric) -> bool {
    matches!(
        metric,
        Metric::Visitors | Metric::Visits | Metric::Pageviews | Metric::Events
    )
}

/// SQL of a metric on the rows of its part. `Engagement` reads the sums of each page in each visit.
pub fn sql(metric: Metric, part: Part) -> &'static str {
    match (metric, part) {
        (Metric::Visitors | Metric::Percentage, _) => "count(DISTINCT e.visitor)",
        (Metric::Pageviews, _) => "sum(CASE WHEN e.name = 'pageview' THEN 1 ELSE 0 END)",
        (Metric::Events, _) => "count(*)",
        (Metric::Visits, Part::Events) => "count(DISTINCT e.visit_id)",
        (Metric::Visits, _) => "count(*)",
        (Metric::BounceRate, _) => "100.0 * sum(CASE WHEN v.is_bounce THEN 1 ELSE 0 END) / nullif(count(*), 0)",
        (Metric::VisitDuration, _) => "sum(v.end_ms - v.start_ms) / 1000.0 / nullif(count(*), 0)",
        (Metric::ViewsPerVisit, _) => "1.0 * sum(v.pageviews) / nullif(count(*), 0)",
        (Metric::TimeOnPage, _) => "sum(engagement_ms) / 1000.0 / nullif(count(*), 0)",
        (Metric::ScrollDepth, _) => "1.0 * sum(scroll_depth) / nullif(count(scroll_depth), 0)",
        // Refused before anything is compiled: there are no goals yet.
        (Metric::ConversionRate | Metric::GroupConversionRate | Metric::TotalRevenue | Metric::AverageRevenue, _) => {
            "NULL"
        }
    }
}
