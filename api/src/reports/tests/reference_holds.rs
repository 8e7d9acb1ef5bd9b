//! The reference's view of one moment: what it is called, which goals it reaches, which filters hold for it.

use super::reference::{Moment, Reference, Visit};
use super::reference_filters::{compares, has_shape, is_about_events, is_goal, positive};
use super::world::GoalSpec;
use crate::goals::model::Target;
use jiff::civil::Date;
use shared::query::{Dimension, Filter, FixedDimension};

impl Reference {
    pub(super) fn reaches(&self, goal: &GoalSpec, moment: &Moment) -> bool {
        match &goal.1 {
            Target::Page(path) => moment.act.name == "pageview" && has_shape(&moment.act.pathname, path),
            Target::Event(name, props) => {
                moment.act.name == *name
                    && props
                        .iter()
                        .all(|(key, value)| moment.act.props.contains(&(key.clone(), value.clone())))
            }
        }
    }

    /// True when a filter keeps a visit: by any event of it if the filter is about events, by its first moment otherwise.
    /// `by_page`: the entry page stands for the page.
    pub(super) fn keeps(&self, filter: &Filter, visit: &Visit, first_date: Date, by_page: bool) -> bool {
        if is_about_events(filter, by_page) {
            return self.has_done(filter, visit, first_date);
        }
        match filter {
            Filter::And(all) => all.iter().all(|filter| self.keeps(filter, visit, first_date, by_page)),
            Filter::Or(any) => any.iter().any(|filter| self.keeps(filter, visit, first_date, by_page)),
            Filter::Not(inner) => !self.keeps(inner, visit, first_date, by_page),
            Filter::HasDone(inner) => self.has_done(inner, visit, first_date),
            Filter::Compare(_) => self.holds(filter, &visit.moments[0], first_date),
        }
    }

    fn has_done(&self, filter: &Filter, visit: &Visit, first_date: Date) -> bool {
        let mut events = visit
            .moments
            .iter()
            .filter(|m| m.act.name != "engagement" && m.date >= first_date);
        events.any(|moment| self.holds(filter, moment, first_date))
    }

    pub(super) fn holds(&self, filter: &Filter, moment: &Moment, first_date: Date) -> bool {
        match filter {
            Filter::And(all) => all.iter().all(|filter| self.holds(filter, moment, first_date)),
            Filter::Or(any) => any.iter().any(|filter| self.holds(filter, moment, first_date)),
            Filter::Not(inner) => !self.holds(inner, moment, first_date),
            Filter::HasDone(inner) => self.has_done(inner, &self.visits[moment.visit], first_date),
            Filter::Compare(compare) if is_goal(&compare.dimension) => {
                let (asked, negated) = positive(compare);
                let mut reached = self.goals.iter().filter(|goal| self.reaches(goal, moment));
                reached.any(|goal| compares(&asked, goal.0)) != negated
            }
            Filter::Compare(compare) => compares(compare, &self.name(&compare.dimension, moment)),
        }
    }

    pub(super) fn name(&self, dimension: &Dimension, moment: &Moment) -> String {
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
            Dimension::Fixed(F::Currency) => (moment.act.revenue.map_or("", |(_, currency)| currency), "(none)"),
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
