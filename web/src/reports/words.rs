//! What metrics, dimensions and periods are called. Pure.

use super::period::Period;
use super::view::Details;
use shared::query::{Dimension, FixedDimension, Metric};

/// A metric's name.
pub fn metric(metric: Metric) -> &'static str {
    match metric {
        Metric::Visitors => "Visitors",
        Metric::Visits => "Visits",
        Metric::Pageviews => "Pageviews",
        Metric::ViewsPerVisit => "Views per visit",
        Metric::BounceRate => "Bounce rate",
        Metric::VisitDuration => "Visit duration",
        Metric::ExitRate => "Exit rate",
        Metric::Events => "Events",
        Metric::ConversionRate => "Conversion rate",
        Metric::GroupConversionRate => "Group conversion rate",
        Metric::Percentage => "Share",
        Metric::TimeOnPage => "Time on page",
        Metric::ScrollDepth => "Scroll depth",
        Metric::TotalRevenue => "Revenue",
        Metric::AverageRevenue => "Average revenue",
    }
}

/// A dimension's name, for one value of it.
pub fn dimension(dimension: &Dimension) -> String {
    match dimension {
        Dimension::Prop(key) => key.clone(),
        Dimension::Fixed(fixed) => match fixed {
            FixedDimension::Page => "Page",
            FixedDimension::Hostname => "Hostname",
            FixedDimension::EventName => "Event",
            FixedDimension::Goal => "Goal",
            FixedDimension::Currency => "Currency",
            FixedDimension::EntryPage => "Entry page",
            FixedDimension::ExitPage => "Exit page",
            FixedDimension::Source => "Source",
            FixedDimension::Channel => "Channel",
            FixedDimension::Referrer => "Referrer",
            FixedDimension::UtmMedium => "UTM medium",
            FixedDimension::UtmSource => "UTM source",
            FixedDimension::UtmCampaign => "UTM campaign",
            FixedDimension::UtmContent => "UTM content",
            FixedDimension::UtmTerm => "UTM term",
            FixedDimension::Device => "Device",
            FixedDimension::Browser => "Browser",
            FixedDimension::BrowserVersion => "Browser version",
            FixedDimension::Os => "System",
            FixedDimension::OsVersion => "System version",
            FixedDimension::Country => "Country",
            FixedDimension::Region => "Region",
            FixedDimension::City => "City",
            _ => "Time",
        }
        .to_owned(),
    }
}

/// A dimension's name, for all values of it.
pub fn dimension_plural(of: &Dimension) -> String {
    let name = dimension(of);
    match (of, name.strip_suffix('y')) {
        (Dimension::Prop(_), _) => name,
        (_, Some(stem)) => format!("{stem}ies"),
        (_, None) => format!("{name}s"),
    }
}

/// What details list.
pub fn details(details: &Details) -> String {
    match details {
        Details::Of(dimension) => dimension_plural(dimension),
        Details::Revenue(dimension) => format!("Revenue by {}", self::dimension(dimension).to_ascii_lowercase()),
        Details::Visits => "Visits".to_owned(),
    }
}

/// A bucket size's name.
pub fn interval(interval: FixedDimension) -> &'static str {
    match interval {
        FixedDimension::TimeMinute => "Minutes",
        FixedDimension::TimeHour => "Hours",
        FixedDimension::TimeWeek => "Weeks",
        FixedDimension::TimeMonth => "Months",
        _ => "Days",
    }
}

/// A period's name without anchors.
pub fn period(period: Period) -> &'static str {
    match period {
        Period::Realtime => "Realtime",
        Period::Day => "Today",
        Period::Last24h => "Last 24 hours",
        Period::Days(7) => "Last 7 days",
        Period::Days(28) => "Last 28 days",
        Period::Days(30) => "Last 30 days",
        Period::Days(_) => "Last 91 days",
        Period::Month => "Month to date",
        Period::Months(6) => "Last 6 months",
        Period::Months(_) => "Last 12 months",
        Period::Year => "Year to date",
        Period::All => "All time",
        Period::Custom => "Custom range",
    }
}
