//! Months by one attribute of whom and one thing more: what a year under a filter of one country, browser, system or device is answered from.

use super::audience_days::{self, AUDIENCE};
use super::visit_days::{self, CHANGING};
use super::{COLUMNS, LONG, of_days, stored};
use crate::events::dialect::Dialect;
use crate::events::statement::{Param, Statement};
use crate::reports::dimensions::{self, AUDIENCE_DAYS, Source, Table, VISIT_DAYS};
use crate::reports::metrics::{Component, Part};
use jiff::civil::Date;
use shared::ids::SiteId;
use shared::query::FixedDimension;

/// The tables, the second of pairs with many values.
pub(super) const TABLES: [&str; 2] = ["audience_months", "long_audience_months"];

/// What months are counted by together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pair {
    /// One of [`AUDIENCE`].
    audience: FixedDimension,
    /// None where months are counted by whom alone.
    family: Option<FixedDimension>,
}

impl Pair {
    /// The pair that has all of what a question names; none where there is none.
    pub(super) fn of(named: impl Iterator<Item = FixedDimension>) -> Option<Self> {
        let mut named: Vec<FixedDimension> = named.collect();
        named.sort_unstable();
        named.dedup();
        let at = named.iter().position(|fixed| AUDIENCE.contains(fixed))?;
        let pair = Self {
            audience: named.swap_remove(at),
            family: named.pop(),
        };
        (named.is_empty() && pair.family.is_none_or(|family| families().any(|known| known == family))).then_some(pair)
    }

    fn all() -> impl Iterator<Item = Self> {
        AUDIENCE.into_iter().flat_map(|audience| {
            let families = families().filter(move |family| *family != audience);
            let families = [None].into_iter().chain(families.map(Some));
            families.map(move |family| Self { audience, family })
        })
    }

    /// The days that its months are added up from, and under whose names they are asked.
    pub(super) fn source(self) -> Source {
        match self.family {
            Some(family) if audience_days::FAMILIES.contains(&family) => AUDIENCE_DAYS,
            _ => VISIT_DAYS,
        }
    }

    fn table(self) -> &'static str {
        let is_long = self.family.is_some_and(|family| LONG.contains(&family));
        TABLES[usize::from(is_long)]
    }

    fn name(self, fixed: FixedDimension) -> &'static str {
        dimensions::name(fixed, self.source().table)
    }

    /// SQL of its months, as a table with the names of the days.
    pub(super) fn rows(self) -> String {
        let numbers: Vec<&str> = COLUMNS.into_iter().filter_map(stored).collect();
        let value = self.family.map(|family| format!(", value AS {}", self.name(family)));
        format!(
            "(SELECT site_id, local_date, audience_value AS {}{}, {} FROM {} WHERE audience = '{}' AND family = '{}')",
            self.name(self.audience),
            value.unwrap_or_default(),
            numbers.join(", "),
            self.table(),
            self.audience.as_str(),
            self.family.map_or("", FixedDimension::as_str),
        )
    }

    /// Adds a month of a site up.
    fn statement(self, dialect: Dialect, site_id: &SiteId, month: Date) -> Statement {
        let source = self.source();
        let of_visits = source.table == Table::VisitDays;
        let (audience, value) = (self.name(self.audience), self.family.map(|family| self.name(family)));
        let mut insert = Statement::plain(format!(
            "INSERT INTO {} ({}) SELECT ",
            self.table(),
            columns().join(", ")
        ));
        insert.text(site_id.as_str());
        insert.push(&format!(", {}, ", dialect.date_value()));
        insert.params.push(Param::Text(month.to_string()));
        insert.text(self.audience.as_str()).push(", ");
        insert.text(self.family.map_or("", FixedDimension::as_str));
        let text = value.map_or("''".to_owned(), |value| format!("d.{value}"));
        insert.push(&format!(", d.{audience}, {text}"));
        for component in COLUMNS {
            let column = match (component, self.family) {
                (Component::Visitors, Some(changing)) if CHANGING.contains(&changing) => {
                    Some(format!("first_{}", visit_days::name(changing)))
                }
                (Component::Visitors, _) if of_visits => Some("first".to_owned()),
                _ if of_visits || component.part() == Part::Events => stored(component).map(str::to_owned),
                _ => None,
            };
            let sum = column.map_or("0".to_owned(), |column| format!("sum(d.{column})"));
            insert.push(&format!(", {}", dialect.whole(&sum)));
        }
        insert.push(&format!(" FROM {} d WHERE ", source.table.name()));
        insert.append(&of_days(dialect, site_id, "d", (month, month.last_of_month())));
        match (of_visits, self.family) {
            (false, Some(family)) => {
                insert.push(" AND d.family = ").text(family.as_str());
            }
            // Of visits that are gone.
            (_, Some(FixedDimension::ExitPage)) => {
                insert.push(" AND d.exit_page IS NOT NULL");
            }
            _ => {}
        }
        let groups = [Some(audience), value].into_iter().flatten();
        let groups: Vec<String> = groups.map(|name| format!("d.{name}")).collect();
        let groups = groups.join(", ");
        insert.push(&format!(" GROUP BY {groups} ORDER BY {groups}"));
        insert
    }
}

/// What months are counted by beside whom. Places within a country would be many and are rarely asked for.
fn families() -> impl Iterator<Item = FixedDimension> {
    AUDIENCE.into_iter().chain(CHANGING).chain(audience_days::FAMILIES)
}

/// The columns of both tables, in the order in which they are filled.
pub(super) fn columns() -> Vec<&'static str> {
    let own = ["site_id", "local_date", "audience", "family", "audience_value", "value"];
    own.into_iter().chain(COLUMNS.into_iter().filter_map(stored)).collect()
}

/// Adds a month of a site up from its days; the month's first day stands for it.
pub(super) fn statements(dialect: Dialect, site_id: &SiteId, month: Date) -> Vec<Statement> {
    Pair::all()
        .map(|pair| pair.statement(dialect, site_id, month))
        .collect()
}
