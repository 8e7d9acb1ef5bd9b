//! The files of an export: Plausible's names and columns.

use crate::reports::goals::names_goal;
use shared::query::{Dimension, Filter, FixedDimension, Metric};

/// One list of an export.
#[derive(Clone, Debug)]
pub struct File {
    /// Its name, without the ending.
    pub name: &'static str,
    /// The names of the columns: one for each dimension, then one for each metric.
    pub columns: Vec<&'static str>,
    /// What rows are grouped by.
    pub dimensions: Vec<Dimension>,
    /// What is counted.
    pub metrics: Vec<Metric>,
}

use FixedDimension as D;
use Metric as M;

fn file(name: &'static str, dimensions: &[D], columns: &[&'static str], metrics: &[M]) -> File {
    File {
        name,
        columns: columns.to_vec(),
        dimensions: dimensions
            .iter()
            .map(|dimension| Dimension::Fixed(*dimension))
            .collect(),
        metrics: metrics.to_vec(),
    }
}

/// Lists by name whose rows have the same columns: visitors with how they behaved, or visitors alone.
const OF_VISITS: [(&str, D); 8] = [
    ("sources", D::Source),
    ("channels", D::Channel),
    ("referrers", D::Referrer),
    ("utm_mediums", D::UtmMedium),
    ("utm_sources", D::UtmSource),
    ("utm_campaigns", D::UtmCampaign),
    ("utm_contents", D::UtmContent),
    ("utm_terms", D::UtmTerm),
];
const OF_VISITORS: [(&str, &[D]); 8] = [
    ("countries", &[D::Country]),
    ("regions", &[D::Region]),
    ("cities", &[D::City]),
    ("browsers", &[D::Browser]),
    ("browser_versions", &[D::Browser, D::BrowserVersion]),
    ("operating_systems", &[D::Os]),
    ("operating_system_versions", &[D::Os, D::OsVersion]),
    ("devices", &[D::Device]),
];

/// The files of an export under these filters. Where a goal is asked for, lists count its conversions.
pub fn files(filters: &[Filter], hourly: bool) -> Vec<File> {
    let time = if hourly { D::TimeHour } else { D::TimeDay };
    let mut files = vec![file(
        "visitors",
        &[time],
        &[
            "date",
            "visitors",
            "pageviews",
            "visits",
            "views_per_visit",
            "bounce_rate",
            "visit_duration",
        ],
        &[
            M::Visitors,
            M::Pageviews,
            M::Visits,
            M::ViewsPerVisit,
            M::BounceRate,
            M::VisitDuration,
        ],
    )];
    let plainly_by_goal = |filter: &Filter| matches!(filter, Filter::Compare(_)) && names_goal(filter);
    let converting = filters.iter().any(plainly_by_goal);
    let names = |dimensions: &[D]| match dimensions.len() {
        1 => vec!["name"],
        _ => vec!["name", "version"],
    };
    let mut list = |name: &'static str, dimensions: &[D], columns: &[&'static str], metrics: &[M]| {
        let mut all = names(dimensions);
        match converting {
            true => {
                all.extend(["conversions", "conversion_rate"]);
                files.push(file(name, dimensions, &all, &[M::Visitors, M::ConversionRate]));
            }
            false => {
                all.extend(columns);
                files.push(file(name, dimensions, &all, metrics));
            }
        }
    };
    for (name, dimension) in OF_VISITS {
        let metrics = [M::Visitors, M::BounceRate, M::VisitDuration];
        list(
            name,
            &[dimension],
            &["visitors", "bounce_rate", "visit_duration"],
            &metrics,
        );
    }
    list(
        "pages",
        &[D::Page],
        &["visitors", "pageviews", "bounce_rate", "time_on_page", "scroll_depth"],
        &[M::Visitors, M::Pageviews, M::BounceRate, M::TimeOnPage, M::ScrollDepth],
    );
    list(
        "entry_pages",
        &[D::EntryPage],
        &["unique_entrances", "total_entrances", "bounce_rate", "visit_duration"],
        &[M::Visitors, M::Visits, M::BounceRate, M::VisitDuration],
    );
    list(
        "exit_pages",
        &[D::ExitPage],
        &["unique_exits", "total_exits", "exit_rate"],
        &[M::Visitors, M::Visits, M::ExitRate],
    );
    for (name, dimensions) in OF_VISITORS {
        list(name, dimensions, &["visitors"], &[M::Visitors]);
    }
    files.push(file(
        "conversions",
        &[D::Goal],
        &["name", "unique_conversions", "total_conversions"],
        &[M::Visitors, M::Events],
    ));
    files
}

/// The rows of one property in `custom_props`; the name of the property stands before them.
pub fn property(key: &str) -> File {
    File {
        name: "custom_props",
        columns: vec!["property", "value", "visitors", "events", "percentage"],
        dimensions: vec![Dimension::Prop(key.to_owned())],
        metrics: vec![M::Visitors, M::Events, M::Percentage],
    }
}
