//! The same questions, answered slowly and obviously: loops over acts, one definition after the other.

use super::reference_filters::{compares, is_about_events, is_event_dimension, is_page};
use super::world::Act;
use crate::reports::comparison;
use crate::reports::dates::{Period, Range, instant};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use shared::query::{Dimension, Direction, Filter, FixedDimension, Metric, OrderBy, OrderKey, Query};
use std::collections::{BTreeMap, BTreeSet};

/// An act within its visit.
#[derive(Clone, Debug)]
struct Moment {
    act: Act,
    date: Date,
    visit: usize,
}

#[derive(Clone, Debug)]
struct Visit {
    moments: Vec<Moment>,
}

pub(super) struct Reference {
    zone: TimeZone,
    moments: Vec<Moment>,
    visits: Vec<Visit>,
}

/// The names of a group and its numbers.
pub(super) type Answer = (Vec<String>, Vec<Option<f64>>);

impl Reference {
    pub(super) fn new(zone: &TimeZone, acts: &[Act]) -> Self {
        let mut people: BTreeMap<u64, Vec<Act>> = BTreeMap::new();
        for act in acts {
            people.entry(act.who).or_default().push(act.clone());
        }
        let mut visits: Vec<Visit> = Vec::new();
        for acts in people.into_values() {
            let mut last_ms = i64::MIN / 2;
            for act in acts {
                let goes_on = act.at_ms - last_ms <= 30 * 60 * 1000;
                if !goes_on && act.name == "engagement" {
                    continue;
                }
                if !goes_on {
                    visits.push(Visit { moments: Vec::new() });
                }
                last_ms = act.at_ms;
                let date = zone.to_datetime(instant(act.at_ms)).date();
                let visit = visits.len() - 1;
                visits[visit].moments.push(Moment { act, date, visit });
            }
        }
        let moments = visits.iter().flat_map(|visit| visit.moments.clone()).collect();
        Self {
            zone: zone.clone(),
            moments,
            visits,
        }
    }

    /// Every group of a question in a period, in the order of the question, without pagination.
    pub(super) fn answer(&self, query: &Query, order_by: &[OrderBy], period: &Period) -> Vec<Answer> {
        let mut groups: BTreeMap<Vec<String>, Vec<Option<f64>>> = BTreeMap::new();
        if query.dimensions.is_empty() {
            groups.insert(Vec::new(), vec![None; query.metrics.len()]);
        }
        // Engagement makes no row of its own beside what is counted.
        let mixed = query.metrics.iter().any(|metric| !is_engagement(*metric));
        let (engagement, counted): (Vec<_>, Vec<_>) = query
            .metrics
            .iter()
            .enumerate()
            .partition(|(_, metric)| is_engagement(**metric));
        for (at, metric) in counted.into_iter().chain(engagement) {
            for (group, number) in self.metric(*metric, query, period) {
                if mixed && is_engagement(*metric) && !groups.contains_key(&group) {
                    continue;
                }
                groups.entry(group).or_insert_with(|| vec![None; query.metrics.len()])[at] = Some(number);
            }
        }
        for numbers in groups.values_mut() {
            for (metric, number) in query.metrics.iter().zip(numbers) {
                if matches!(
                    metric,
                    Metric::Visitors | Metric::Visits | Metric::Pageviews | Metric::Events
                ) {
                    number.get_or_insert(0.0);
                }
            }
        }
        let mut answer: Vec<Answer> = groups.into_iter().collect();
        answer.sort_by(|a, b| {
            for OrderBy(key, direction) in order_by {
                let ordering = match key {
                    OrderKey::Metric(metric) => {
                        let at = query.metrics.iter().position(|known| known == metric).unwrap();
                        match (a.1[at], b.1[at]) {
                            (Some(x), Some(y)) if *direction == Direction::Desc => y.total_cmp(&x),
                            (Some(x), Some(y)) => x.total_cmp(&y),
                            (x, y) => x.is_none().cmp(&y.is_none()),
                        }
                    }
                    OrderKey::Dimension(_) => a.0[0].cmp(&b.0[0]),
                };
                if ordering.is_ne() {
                    return ordering;
                }
            }
            a.0.cmp(&b.0)
        });
        answer
    }

    /// One metric of every group that has it.
    fn metric(&self, metric: Metric, query: &Query, period: &Period) -> BTreeMap<Vec<String>, f64> {
        let of_visits = |dimension: &Dimension| !is_event_dimension(dimension);
        match metric {
            Metric::Visitors => self.distinct(query, period, |m| (m.act.who, m.date)),
            Metric::Visits if !query.dimensions.iter().all(of_visits) => {
                self.distinct(query, period, |m| (m.visit as u64, Date::ZERO))
            }
            Metric::Events => self.each(query, period, |_| 1.0),
            Metric::Pageviews => self.each(query, period, |m| f64::from(u8::from(m.act.name == "pageview"))),
            Metric::Percentage => {
                let all = Query {
                    dimensions: Vec::new(),
                    ..query.clone()
                };
                let total = self
                    .distinct(&all, period, |m| (m.act.who, m.date))
                    .values()
                    .sum::<f64>();
                let groups = self.distinct(query, period, |m| (m.act.who, m.date));
                if query.dimensions.is_empty() && total == 0.0 {
                    return BTreeMap::new();
                }
                groups
                    .into_iter()
                    .map(|(group, count)| (group, 100.0 * count / total))
                    .collect()
            }
            Metric::Visits => self.visits(query, period, |visits| visits.len() as f64),
            Metric::BounceRate => self.visits(query, period, |visits| {
                100.0 * visits.iter().filter(|visit| visit.is_bounce()).count() as f64 / visits.len() as f64
            }),
            Metric::VisitDuration => self.visits(query, period, |visits| {
                visits.iter().map(|visit| visit.duration_ms()).sum::<i64>() as f64 / 1000.0 / visits.len() as f64
            }),
            Metric::ViewsPerVisit => self.visits(query, period, |visits| {
                visits.iter().map(|visit| visit.pageviews()).sum::<usize>() as f64 / visits.len() as f64
            }),
            Metric::TimeOnPage => self.pages(query, period, |moments| {
                Some(
                    moments
                        .iter()
                        .map(|m| f64::from(m.act.engagement_ms.unwrap_or(0)))
                        .sum::<f64>()
                        / 1000.0,
                )
            }),
            Metric::ScrollDepth => self.pages(query, period, |moments| {
                moments.iter().filter_map(|m| m.act.scroll_depth).max().map(f64::from)
            }),
            other => panic!("{other} is refused"),
        }
    }

    fn counted(
        &self,
        query: &Query,
        period: &Period,
        engagement: bool,
    ) -> impl Iterator<Item = (Vec<String>, &Moment)> {
        let query = query.clone();
        let period = period.clone();
        self.moments.iter().filter_map(move |moment| {
            let inside = is_inside(&period, moment.act.at_ms, moment.date);
            let holds = query.filters.iter().all(|filter| self.holds(filter, moment));
            let kind = (moment.act.name == "engagement") == engagement;
            (inside && holds && kind).then(|| {
                let names = query.dimensions.iter().map(|dimension| {
                    match time_label(dimension, &self.zone, moment.act.at_ms) {
                        Some(label) => first_label(label, &period, dimension, &self.zone),
                        None => self.name(dimension, moment),
                    }
                });
                (names.collect(), moment)
            })
        })
    }

    fn distinct(&self, query: &Query, period: &Period, key: fn(&Moment) -> (u64, Date)) -> BTreeMap<Vec<String>, f64> {
        let mut sets: BTreeMap<Vec<String>, BTreeSet<(u64, Date)>> = BTreeMap::new();
        for (group, moment) in self.counted(query, period, false) {
            sets.entry(group).or_default().insert(key(moment));
        }
        sets.into_iter().map(|(group, set)| (group, set.len() as f64)).collect()
    }

    fn each(&self, query: &Query, period: &Period, value: fn(&Moment) -> f64) -> BTreeMap<Vec<String>, f64> {
        let mut sums: BTreeMap<Vec<String>, f64> = BTreeMap::new();
        for (group, moment) in self.counted(query, period, false) {
            *sums.entry(group).or_default() += value(moment);
        }
        sums
    }

    fn pages(&self, query: &Query, period: &Period, of: fn(&[&Moment]) -> Option<f64>) -> BTreeMap<Vec<String>, f64> {
        let mut pages: BTreeMap<(Vec<String>, usize, String, String), Vec<&Moment>> = BTreeMap::new();
        for (group, moment) in self.counted(query, period, true) {
            let page = (
                group,
                moment.visit,
                moment.act.hostname.clone(),
                moment.act.pathname.clone(),
            );
            pages.entry(page).or_default().push(moment);
        }
        let mut means: BTreeMap<Vec<String>, Vec<f64>> = BTreeMap::new();
        for ((group, ..), moments) in pages {
            means.entry(group).or_default().extend(of(&moments));
        }
        means.retain(|_, values| !values.is_empty());
        means
            .into_iter()
            .map(|(group, values)| (group, values.iter().sum::<f64>() / values.len() as f64))
            .collect()
    }

    fn visits(&self, query: &Query, period: &Period, of: impl Fn(&[&Visit]) -> f64) -> BTreeMap<Vec<String>, f64> {
        let by_page = query.dimensions.iter().any(is_page);
        let first_date = period.dates().0;
        let mut groups: BTreeMap<Vec<String>, Vec<&Visit>> = BTreeMap::new();
        for visit in &self.visits {
            let first = &visit.moments[0];
            let kept = query
                .filters
                .iter()
                .all(|filter| self.keeps(filter, visit, first_date, by_page));
            if !is_inside(period, first.act.at_ms, first.date) || !kept {
                continue;
            }
            let names =
                query
                    .dimensions
                    .iter()
                    .map(|dimension| match time_label(dimension, &self.zone, first.act.at_ms) {
                        Some(label) => first_label(label, period, dimension, &self.zone),
                        None => self.name(dimension, first),
                    });
            groups.entry(names.collect()).or_default().push(visit);
        }
        groups.into_iter().map(|(group, visits)| (group, of(&visits))).collect()
    }

    /// True when a filter keeps a visit: by any event of it if the filter is about events, by its first moment otherwise.
    /// `by_page`: the entry page stands for the page.
    fn keeps(&self, filter: &Filter, visit: &Visit, first_date: Date, by_page: bool) -> bool {
        if is_about_events(filter, by_page) {
            let mut events = visit
                .moments
                .iter()
                .filter(|m| m.act.name != "engagement" && m.date >= first_date);
            return events.any(|moment| self.holds(filter, moment));
        }
        match filter {
            Filter::And(all) => all.iter().all(|filter| self.keeps(filter, visit, first_date, by_page)),
            Filter::Or(any) => any.iter().any(|filter| self.keeps(filter, visit, first_date, by_page)),
            Filter::Not(inner) => !self.keeps(inner, visit, first_date, by_page),
            Filter::Compare(_) => self.holds(filter, &visit.moments[0]),
        }
    }

    fn holds(&self, filter: &Filter, moment: &Moment) -> bool {
        match filter {
            Filter::And(all) => all.iter().all(|filter| self.holds(filter, moment)),
            Filter::Or(any) => any.iter().any(|filter| self.holds(filter, moment)),
            Filter::Not(inner) => !self.holds(inner, moment),
            Filter::Compare(compare) => compares(compare, &self.name(&compare.dimension, moment)),
        }
    }

    fn name(&self, dimension: &Dimension, moment: &Moment) -> String {
        use FixedDimension as F;
        let visit = &self.visits[moment.visit];
        let first = &visit.moments[0].act;
        let (value, empty) = match dimension {
            Dimension::Prop(key) => (
                moment
                    .act
                    .props
                    .iter()
                    .find(|(known, _)| known == key)
                    .map_or("", |(_, value)| value.as_str()),
                "(none)",
            ),
            Dimension::Fixed(F::Page) => (moment.act.pathname.as_str(), "(none)"),
            Dimension::Fixed(F::Hostname) => (moment.act.hostname.as_str(), "(none)"),
            Dimension::Fixed(F::EventName) => (moment.act.name.as_str(), "(none)"),
            Dimension::Fixed(F::EntryPage) => (first.pathname.as_str(), "(none)"),
            Dimension::Fixed(F::ExitPage) => (visit.exit_page(), "(none)"),
            Dimension::Fixed(F::Source) => (first.attributes.source.as_str(), "Direct / None"),
            Dimension::Fixed(F::Country) => (first.attributes.country.as_str(), "(none)"),
            Dimension::Fixed(F::Browser) => (first.attributes.browser.as_str(), "(none)"),
            Dimension::Fixed(F::UtmCampaign) => (first.attributes.utm_campaign.as_str(), "(none)"),
            other => panic!("{other:?} is not asked"),
        };
        if value.is_empty() {
            empty.to_owned()
        } else {
            value.to_owned()
        }
    }
}

impl Visit {
    fn pageviews(&self) -> usize {
        self.moments.iter().filter(|m| m.act.name == "pageview").count()
    }

    fn is_bounce(&self) -> bool {
        let custom = |m: &Moment| !matches!(m.act.name.as_str(), "pageview" | "engagement");
        self.pageviews() < 2 && !self.moments.iter().any(|m| custom(m) && m.act.interactive)
    }

    fn duration_ms(&self) -> i64 {
        self.moments.last().unwrap().act.at_ms - self.moments[0].act.at_ms
    }

    fn exit_page(&self) -> &str {
        let last = self.moments.iter().rev().find(|m| m.act.name == "pageview");
        &last.unwrap_or(&self.moments[0]).act.pathname
    }
}

fn is_engagement(metric: Metric) -> bool {
    matches!(metric, Metric::TimeOnPage | Metric::ScrollDepth)
}

fn is_inside(period: &Period, ms: i64, date: Date) -> bool {
    match period.range {
        Range::Days { first, last } => first <= date && date <= last,
        Range::Instants { from_ms, to_ms } => from_ms <= ms && ms < to_ms,
    }
}

/// The label of the bucket of an instant, in zones whose offset changes by whole hours.
fn time_label(dimension: &Dimension, zone: &TimeZone, ms: i64) -> Option<String> {
    let Dimension::Fixed(fixed) = dimension else {
        return None;
    };
    let date = zone.to_datetime(instant(ms)).date();
    match fixed {
        FixedDimension::TimeHour => {
            let offset = zone.to_offset(instant(ms));
            let wall = ms + i64::from(offset.seconds()) * 1000;
            Some(
                instant(ms - wall.rem_euclid(3_600_000))
                    .display_with_offset(offset)
                    .to_string(),
            )
        }
        FixedDimension::TimeDay => Some(date.to_string()),
        FixedDimension::TimeWeek => {
            let back = i64::from(date.weekday().to_monday_zero_offset());
            Some(date.checked_sub(jiff::Span::new().days(back)).unwrap().to_string())
        }
        FixedDimension::TimeMonth => Some(date.first_of_month().to_string()),
        _ => None,
    }
}

/// An hour that the period begins within is called after the period's beginning.
fn first_label(label: String, period: &Period, dimension: &Dimension, zone: &TimeZone) -> String {
    let (from_ms, _) = period.instants();
    let begins_within = time_label(dimension, zone, from_ms).is_some_and(|first| first == label);
    match *dimension == Dimension::Fixed(FixedDimension::TimeHour) && begins_within {
        true => crate::reports::dates::label(zone, from_ms),
        false => label,
    }
}

/// The period that a question compares with.
pub(super) fn other(query: &Query, period: &Period) -> Option<Period> {
    query
        .include
        .comparison
        .as_ref()
        .map(|asked| comparison::other(period, asked).unwrap())
}
