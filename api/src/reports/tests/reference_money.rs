//! The reference's view of money.

use super::reference::Reference;
use super::reference_filters::{compares, is_goal, positive};
use crate::reports::dates::Period;
use shared::query::{Dimension, Filter, FixedDimension, Query};
use std::collections::{BTreeMap, BTreeSet};

impl Reference {
    /// Money of one currency; by goal, that of the goal's own; under a filter for goals of one currency, that of theirs.
    pub(super) fn money(&self, query: &Query, period: &Period, of: fn(&[i64]) -> f64) -> BTreeMap<Vec<String>, f64> {
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
}
