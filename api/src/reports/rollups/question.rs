//! Which part of a question is answered from what is rolled up.

use super::audience_days::{self, AUDIENCE};
use super::audience_months::Pair;
use super::page_days;
use super::unsteady::{TORN, bit};
use super::visit_days::{CHANGING, STEADY};
use super::{family_of, stored, table_of};
use crate::events::rolled::{Days, RUNNING, Split, count};
use crate::reports::compile::Question;
use crate::reports::dimensions;
use crate::reports::metrics::{Component, Part};
use crate::reports::rows::Under;
use shared::query::{Compare, Dimension, Filter, FixedDimension, Operator};

/// More stretches than these, and the rows are asked: the condition would be longer than its worth.
const MOST_STRETCHES: usize = 60;

/// One day of so many is asked of the rows rather than that all days are asked in a way that costs more.
const FEW: usize = 8;

/// How a period is answered: from which table, and which of its days.
#[derive(Clone, Debug)]
pub struct Rolling {
    pub(super) table: Table,
    /// Where whole months are told apart, what they are answered from.
    pub(super) months: Option<Table>,
    pub(super) days: Split,
}

/// What a question is answered from on days that are rolled up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Table {
    /// Days counted by a family, '' as a whole.
    Rollups(&'static str),
    /// Their months.
    LongMonths(&'static str),
    /// Visits by day.
    VisitDays(Visitors),
    /// Events by a family and by whom.
    AudienceDays(FixedDimension),
    /// Pages, by what their visits had; and the visits that have a page, where it is one page.
    PageDays {
        by: Option<FixedDimension>,
        has_visits: bool,
    },
    /// Months counted by whom and one thing more.
    AudienceMonths(Pair),
}

/// How visitors are counted on visits by day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Visitors {
    /// By the marks of a visitor's first row of a day.
    First,
    /// By the marks of a visitor's first row of a day with a value of an attribute; of several, where a visitor's rows are few.
    FirstWith(Vec<FixedDimension>),
    /// Each once.
    Distinct,
}

impl Rolling {
    /// How a question is answered over a period of whole days; none when what it asks is not rolled up.
    pub fn of(question: &Question<'_>, under: Under, days: &Days) -> Option<Self> {
        let filters: Vec<Filter> = question.filters(under).collect();
        let asked = Asked::of(question, &filters)?;
        let plain = filters.is_empty() && asked.grouped.len() <= 1 && question.components().iter().all(is_stored);
        let family = match asked.grouped.first() {
            None => Some(""),
            Some(fixed) => family_of(&Dimension::Fixed(*fixed)),
        };
        if let (true, Some(family)) = (plain, family) {
            let rolling = Self::on(Table::Rollups(family), days.split(0))?;
            let is_by_time = question.dimensions.iter().any(Dimension::is_time);
            return Some(match table_of(family) {
                dimensions::Table::LongRollups if !is_by_time => {
                    rolling.by_months(Table::LongMonths(family), days.split_by_months(0))
                }
                _ => rolling,
            });
        }
        if asked.all(|fixed| STEADY.contains(&fixed) || CHANGING.contains(&fixed)) {
            return asked.on_visit_days(days);
        }
        asked.on_page_days(days).or_else(|| asked.on_audience_days(days))
    }

    fn on(table: Table, days: Split) -> Option<Self> {
        let some = days.rolled.len() + days.months.len();
        let is_worth_it = some > 0 && some + days.raw.len() <= MOST_STRETCHES;
        is_worth_it.then_some(Self {
            table,
            months: None,
            days,
        })
    }

    /// Answers months from what they are added up to.
    fn by_months(self, table: Table, days: Split) -> Self {
        Self {
            months: Some(table),
            days,
            ..self
        }
    }

    /// True for parts whose rolled days are answered from here; the others are asked of the rows for the whole period.
    pub fn covers(&self, part: Part) -> bool {
        match self.table {
            Table::AudienceDays(_) => part == Part::Events,
            Table::PageDays { has_visits, .. } => part == Part::Events || (has_visits && part == Part::Visits),
            _ => matches!(part, Part::Events | Part::Visits),
        }
    }

    /// True when the rows have something to add to the parts that are covered.
    pub fn has_raw(&self) -> bool {
        !self.days.raw.is_empty()
    }
}

fn is_stored(component: &Component) -> bool {
    stored(*component).is_some()
}

/// What a question names.
struct Asked<'a> {
    filters: &'a [Filter],
    grouped: Vec<FixedDimension>,
    filtered: Vec<FixedDimension>,
    components: Vec<Component>,
    /// True where rows are told apart by less than a month.
    is_by_day: bool,
}

impl<'a> Asked<'a> {
    /// None when something is named that is never rolled up.
    fn of(question: &Question<'_>, filters: &'a [Filter]) -> Option<Self> {
        use FixedDimension::{TimeDay, TimeMonth, TimeWeek};
        let (mut grouped, mut is_by_day) = (Vec::new(), false);
        for dimension in question.dimensions {
            match dimension {
                Dimension::Fixed(TimeMonth) => {}
                Dimension::Fixed(TimeDay | TimeWeek) => is_by_day = true,
                Dimension::Fixed(fixed) if !fixed.is_time() => grouped.push(*fixed),
                _ => return None,
            }
        }
        let mut filtered = Vec::new();
        for filter in filters {
            name_all(filter, &mut filtered)?;
        }
        let components = question.components();
        let of_events = |component: &&Component| component.part() == Part::Events;
        components.iter().filter(of_events).all(is_stored).then_some(Self {
            filters,
            grouped,
            filtered,
            components,
            is_by_day,
        })
    }

    fn named(&self) -> impl Iterator<Item = FixedDimension> {
        self.grouped.iter().chain(&self.filtered).copied()
    }

    fn all(&self, kind: impl FnMut(FixedDimension) -> bool) -> bool {
        self.named().all(kind)
    }

    fn counts_visitors(&self) -> bool {
        self.components.contains(&Component::Visitors)
    }

    /// True where each row that counts has the same value of a dimension as all others of its group, so that who is counted once for
    /// each value is counted once.
    fn is_told_apart_by(&self, fixed: FixedDimension) -> bool {
        self.grouped.contains(&fixed) || self.filters.iter().any(|filter| is_pinned(filter, fixed))
    }

    fn on_visit_days(&self, days: &Days) -> Option<Rolling> {
        let is_covered = |component: &Component| matches!(component.part(), Part::Events | Part::Visits);
        if !self.components.iter().any(is_covered) {
            return None;
        }
        let on = |visitors, unwanted| Rolling::on(Table::VisitDays(visitors), days.split(unwanted | RUNNING));
        if !self.counts_visitors() {
            return Some(self.by_months(on(Visitors::Distinct, 0)?, days, 0));
        }
        let distinct = on(Visitors::Distinct, TORN)?;
        let mut changing: Vec<FixedDimension> = self.named().filter(|fixed| CHANGING.contains(fixed)).collect();
        changing.sort_unstable();
        changing.dedup();
        let visitors = match changing.iter().all(|fixed| self.is_told_apart_by(*fixed)) {
            true if changing.is_empty() => Visitors::First,
            true => Visitors::FirstWith(changing),
            false => return Some(distinct),
        };
        let steady = self.named().fold(TORN, |bits, fixed| bits | bit(fixed));
        // A few days that are not steady are asked of the rows; when they are many, counting each visitor once costs less.
        let is_worth_it = |marked: &Rolling| {
            let more = count(&marked.days.raw) - count(&distinct.days.raw);
            more * FEW <= count(&distinct.days.rolled)
        };
        let is_sum = match &visitors {
            Visitors::FirstWith(attributes) => attributes.len() == 1,
            _ => true,
        };
        Some(match on(visitors, steady).filter(is_worth_it) {
            Some(marked) if is_sum => self.by_months(marked, days, steady),
            Some(marked) => marked,
            None => distinct,
        })
    }

    /// Answers months from what they are added up to, where there is that.
    fn by_months(&self, rolling: Rolling, days: &Days, unwanted: u32) -> Rolling {
        match Pair::of(self.named()) {
            Some(pair) if !self.is_by_day => {
                rolling.by_months(Table::AudienceMonths(pair), days.split_by_months(unwanted | RUNNING))
            }
            _ => rolling,
        }
    }

    fn on_page_days(&self, days: &Days) -> Option<Rolling> {
        use FixedDimension::Page;
        let mut by: Vec<FixedDimension> = self.named().filter(|fixed| *fixed != Page).collect();
        by.sort_unstable();
        by.dedup();
        let by = match by[..] {
            [] => None,
            [one] if page_days::BY.contains(&one) => Some(one),
            _ => return None,
        };
        let is_told_apart = |fixed| self.is_told_apart_by(fixed);
        if self.counts_visitors() && !(is_told_apart(Page) && by.is_none_or(is_told_apart)) {
            return None;
        }
        // Of a visit, each filter is asked of all of its events.
        let has_visits =
            by.is_none() && self.grouped.is_empty() && matches!(self.filters, [one] if is_pinned(one, Page));
        let is_covered = |component: &Component| match component.part() {
            Part::Events => true,
            part => has_visits && part == Part::Visits,
        };
        if !self.components.iter().any(is_covered) {
            return None;
        }
        Rolling::on(Table::PageDays { by, has_visits }, days.split(RUNNING))
    }

    fn on_audience_days(&self, days: &Days) -> Option<Rolling> {
        let mut families = audience_days::FAMILIES.into_iter();
        let family = families.find(|family| self.named().any(|fixed| fixed == *family))?;
        let of_events = self.components.iter().any(|component| component.part() == Part::Events);
        if !of_events || !self.all(|fixed| fixed == family || AUDIENCE.contains(&fixed)) {
            return None;
        }
        let unwanted = match self.counts_visitors() {
            false => 0,
            true if self.is_told_apart_by(family) => AUDIENCE.iter().fold(0, |bits, fixed| bits | bit(*fixed)),
            true => return None,
        };
        let rolling = Rolling::on(Table::AudienceDays(family), days.split(unwanted | RUNNING))?;
        Some(self.by_months(rolling, days, unwanted))
    }
}

/// Adds the dimensions that a filter names; none when it asks what is not rolled up.
fn name_all(filter: &Filter, named: &mut Vec<FixedDimension>) -> Option<()> {
    match filter {
        Filter::Compare(Compare {
            dimension: Dimension::Fixed(fixed),
            operator,
            values,
            ..
        }) => {
            named.push(*fixed);
            // Text is labelled: an empty value is not told from its label.
            let is_empty = |value: &String| value.is_empty();
            let is_exact = matches!(operator, Operator::Is | Operator::IsNot);
            (!(is_exact && values.iter().any(is_empty))).then_some(())
        }
        Filter::Compare(_) | Filter::HasDone(_) => None,
        Filter::And(filters) | Filter::Or(filters) => filters.iter().try_for_each(|filter| name_all(filter, named)),
        Filter::Not(inner) => name_all(inner, named),
    }
}

/// True when a filter holds for one value of a dimension only.
fn is_pinned(filter: &Filter, fixed: FixedDimension) -> bool {
    match filter {
        Filter::And(filters) => filters.iter().any(|filter| is_pinned(filter, fixed)),
        Filter::Or(filters) => match &filters[..] {
            [only] => is_pinned(only, fixed),
            _ => false,
        },
        Filter::Compare(compare) => {
            compare.dimension == Dimension::Fixed(fixed)
                && compare.operator == Operator::Is
                && compare.case_sensitive
                && compare.values.len() == 1
        }
        Filter::Not(_) | Filter::HasDone(_) => false,
    }
}
