//! The same questions, answered slowly and obviously: loops over acts, one definition after the other.

use super::reference_filters::{
    by_page, compares, is_engagement, is_event_dimension, is_goal, is_page, positive, unconverted,
};
use super::reference_time::{first_label, time_label};
use super::world::{Act, GoalSpec, goal_specs};
use crate::reports::comparison;
use crate::reports::dates::{Period, Range, instant};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use shared::query::{Dimension, Direction, Filter, FixedDimension, Metric, OrderBy, OrderKey, Query};
use std::collections::{BTreeMap, BTreeSet};

/// An act within its visit.
#[derive(Clone, Debug)]
pub(super) struct Moment {
    pub act: Act,
    pub date: Date,
    pub visit: usize,
}

#[derive(Clone, Debug)]
pub(super) struct Visit {
    pub moments: Vec<Moment>,
}

pub(super) struct Reference {
    zone: TimeZone,
    pub(super) goals: Vec<GoalSpec>,
    moments: Vec<Moment>,
    pub(super) visits: Vec<Visit>,
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
            goals: goal_specs(),
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
        // What earned nothing is a group all the same.
        if query
            .metrics
            .iter()
            .any(|metric| matches!(metric, Metric::TotalRevenue | Metric::AverageRevenue))
        {
            for group in self.each(query, period, |_| 1.0).into_keys() {
                groups.insert(group, vec![None; query.metrics.len()]);
            }
        }
        // So is a page on which visits ended but no view counts, although its rate has no meaning.
        if query.metrics.contains(&Metric::ExitRate) {
            for group in self.visits(query, period, |visits| visits.len() as f64).into_keys() {
                groups.entry(group).or_insert_with(|| vec![None; query.metrics.len()]);
            }
        }
        // Engagement makes no row of its own beside what is counted.
        let mixed = query.metrics.iter().any(|metric| !is_engagement(*metric));
        let mut metrics: Vec<(usize, &Metric)> = query.metrics.iter().enumerate().collect();
        metrics.sort_by_key(|(_, metric)| {
            (
                is_engagement(**metric),
                **metric == Metric::GroupConversionRate || **metric == Metric::ConversionRate,
            )
        });
        for (at, metric) in metrics {
            for (group, number) in self.metric(*metric, query, period) {
                // Neither makes a group in which nobody converted.
                let rate = matches!(metric, Metric::ConversionRate | Metric::GroupConversionRate);
                if (mixed && is_engagement(*metric) || rate && number == 0.0) && !groups.contains_key(&group) {
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
            Metric::ConversionRate if !query.dimensions.iter().any(Dimension::is_time) => {
                let everyone = Query {
                    dimensions: Vec::new(),
                    ..unconverted(query)
                };
                let total = self.visitors(&everyone, period).into_values().next().unwrap_or(0.0);
                let mut groups = self.visitors(query, period);
                if query.dimensions.is_empty() {
                    groups.entry(Vec::new()).or_default();
                }
                groups.retain(|_, _| total > 0.0);
                groups
                    .into_iter()
                    .map(|(group, count)| (group, 100.0 * count / total))
                    .collect()
            }
            Metric::ConversionRate | Metric::GroupConversionRate => {
                let converted = self.visitors(query, period);
                let everyone = self.visitors(&unconverted(query), period).into_iter();
                everyone
                    .map(|(group, all)| {
                        let rate = 100.0 * converted.get(&group).unwrap_or(&0.0) / all;
                        (group, rate)
                    })
                    .collect()
            }
            Metric::ExitRate => {
                let pages = by_page(query);
                let views = self.counted(&pages, period, false);
                let mut viewed: BTreeMap<Vec<String>, f64> = BTreeMap::new();
                for (group, _) in views.filter(|(_, moment)| moment.act.name == "pageview") {
                    *viewed.entry(group).or_default() += 1.0;
                }
                let mut exits = self.visits(query, period, |visits| visits.len() as f64);
                exits.retain(|group, _| viewed.contains_key(group));
                let rate = |(group, exits): (Vec<String>, f64)| (group.clone(), 100.0 * exits / viewed[&group]);
                exits.into_iter().map(rate).collect()
            }
            Metric::TotalRevenue => self.money(query, period, |amounts| amounts.iter().sum::<i64>() as f64 / 1000.0),
            Metric::AverageRevenue => self.money(query, period, |amounts| {
                (amounts.iter().sum::<i64>() as f64 / amounts.len() as f64).round() / 1000.0
            }),
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
        }
    }

    fn visitors(&self, query: &Query, period: &Period) -> BTreeMap<Vec<String>, f64> {
        self.distinct(query, period, |m| (m.act.who, m.date))
    }

    /// Money of one currency; by goal, that of the goal's own; under a filter for goals of one currency, that of theirs.
    fn money(&self, query: &Query, period: &Period, of: fn(&[i64]) -> f64) -> BTreeMap<Vec<String>, f64> {
        let by_goal = query.dimensions.iter().position(is_goal);
        let mut groups: BTreeMap<Vec<String>, Vec<(i64, &str)>> = BTreeMap::new();
        for (group, moment) in self.counted(query, period, false) {
            let Some((amount, currency)) = moment.act.revenue else {
                continue;
            };
            let own = match by_goal {
                Some(at) => Some(self.goals.iter().find(|goal| goal.0 == group[at]).unwrap().2),
                None => self.asked_currency(query).map(Some),
            };
            if own.is_none_or(|own| own == Some(currency)) {
                groups.entry(group).or_default().push((amount, currency));
            }
        }
        groups.retain(|_, amounts| amounts.iter().all(|(_, currency)| *currency == amounts[0].1));
        let amounts = |all: Vec<(i64, &str)>| all.into_iter().map(|(amount, _)| amount).collect::<Vec<_>>();
        groups
            .into_iter()
            .map(|(group, all)| (group, of(&amounts(all))))
            .collect()
    }

    /// The one currency of the goals that a question asks for by name, unless its rows are by currency.
    fn asked_currency(&self, query: &Query) -> Option<&'static str> {
        if query.dimensions.contains(&Dimension::Fixed(FixedDimension::Currency)) {
            return None;
        }
        let mut found = BTreeSet::new();
        for filter in &query.filters {
            let Filter::Compare(compare) = filter else { continue };
            if is_goal(&compare.dimension) && !positive(compare).1 {
                let named = self.goals.iter().filter(|goal| compares(compare, goal.0));
                found.extend(named.filter_map(|goal| goal.2));
            }
        }
        found.pop_first().filter(|_| found.is_empty())
    }

    fn counted(
        &self,
        query: &Query,
        period: &Period,
        engagement: bool,
    ) -> impl Iterator<Item = (Vec<String>, &Moment)> {
        let query = query.clone();
        let period = period.clone();
        let first_date = period.dates().0;
        self.moments.iter().flat_map(move |moment| {
            let inside = is_inside(&period, moment.act.at_ms, moment.date);
            let holds = query
                .filters
                .iter()
                .all(|filter| self.holds(filter, moment, first_date));
            let kind = (moment.act.name == "engagement") == engagement;
            let mut groups: Vec<Vec<String>> = Vec::from_iter((inside && holds && kind).then(Vec::new));
            for dimension in &query.dimensions {
                let names = match time_label(dimension, &self.zone, moment.act.at_ms) {
                    Some(label) => vec![first_label(label, &period, dimension, &self.zone)],
                    None if is_goal(dimension) => {
                        let reached = self.goals.iter().filter(|goal| self.reaches(goal, moment));
                        reached.map(|goal| goal.0.to_owned()).collect()
                    }
                    None => vec![self.name(dimension, moment)],
                };
                let with = |group: Vec<String>| {
                    names
                        .iter()
                        .map(move |name| [&group[..], std::slice::from_ref(name)].concat())
                };
                groups = groups.into_iter().flat_map(with).collect();
            }
            groups.into_iter().map(move |group| (group, moment))
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

    pub(super) fn exit_page(&self) -> &str {
        let last = self.moments.iter().rev().find(|m| m.act.name == "pageview");
        &last.unwrap_or(&self.moments[0]).act.pathname
    }
}

fn is_inside(period: &Period, ms: i64, date: Date) -> bool {
    match period.range {
        Range::Days { first, last } => first <= date && date <= last,
        Range::Instants { from_ms, to_ms } => from_ms <= ms && ms < to_ms,
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
