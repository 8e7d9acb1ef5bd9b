//! Metrics.

use crate::words::words;
use serde::{Deserialize, Serialize};

words! {
    /// What a query counts.
    Metric, "metric" {
        /// Distinct visitors; a visitor counts once on each local day.
        Visitors = "visitors",
        /// Visits, counted where they began.
        Visits = "visits",
        /// Page views.
        Pageviews = "pageviews",
        /// Page views a visit.
        ViewsPerVisit = "views_per_visit",
        /// Percent of visits with fewer than two page views and no interactive event.
        BounceRate = "bounce_rate",
        /// Mean length of a visit in seconds, visits of zero seconds included.
        VisitDuration = "visit_duration",
        /// Percent of a page's views that were the last of their visit; by `visit:exit_page` alone.
        ExitRate = "exit_rate",
        /// Page views and custom events.
        Events = "events",
        /// Percent of the visitors who did what the goal filter asks.
        ConversionRate = "conversion_rate",
        /// Percent within each row's own group.
        GroupConversionRate = "group_conversion_rate",
        /// Percent of all visitors of the range under the same filters.
        Percentage = "percentage",
        /// Mean engaged seconds a visitor spent on a page.
        TimeOnPage = "time_on_page",
        /// Mean of the deepest scroll position, in percent of the page.
        ScrollDepth = "scroll_depth",
        /// Revenue.
        TotalRevenue = "total_revenue",
        /// Revenue a conversion.
        AverageRevenue = "average_revenue",
    }
}
