//! From a filter to a condition of SQL. Values are bound, never spliced.
//!
//! On events, a filter holds for a row or not. On visits, a filter that names anything of an event holds for a visit that has
//! an event for which the whole filter holds; only where rows are grouped by page, the entry page stands for the page. What a
//! visit "has done" is asked of all of its events, on events as on visits.

use super::dimensions::{Column, MATCHING, Source, Table, column, is_of_events, is_of_visits_only, is_page};
use crate::events::dialect::Dialect;
use crate::events::event::ENGAGEMENT;
use crate::events::statement::{Param, Statement};
use shared::query::{Compare, Dimension, Filter, Operator};

/// What conditions are made for.
#[derive(Clone, Copy, Debug)]
pub struct Filtering<'a> {
    /// The engine's spelling.
    pub dialect: Dialect,
    /// The site's id.
    pub site_id: &'a str,
    /// The first local date of the range; a matching event of a visit is no earlier.
    pub first_date: jiff::civil::Date,
    /// True where rows are grouped by page, so that visits are looked at by their entry page.
    pub by_entry_page: bool,
}

impl Filtering<'_> {
    /// The condition for a row of `source`.
    pub fn condition(&self, filter: &Filter, source: Source) -> Statement {
        if source.table == Table::Visits && names_itself(filter, &|dimension| self.needs_events(dimension)) {
            return self.has_matching_event(filter, source);
        }
        match filter {
            Filter::Compare(compare) => self.compare(compare, source),
            Filter::And(all) => self.join(all, " AND ", source),
            Filter::Or(any) => self.join(any, " OR ", source),
            Filter::Not(inner) => {
                let mut not = Statement::plain("NOT ");
                not.append(&self.condition(inner, source));
                not
            }
            Filter::HasDone(inner) => self.has_matching_event(inner, source),
        }
    }

    fn needs_events(&self, dimension: &Dimension) -> bool {
        is_of_events(dimension) && !(self.by_entry_page && is_page(dimension))
    }

    fn join(&self, filters: &[Filter], word: &str, source: Source) -> Statement {
        if filters.is_empty() {
            return Statement::plain(if word == " AND " { "1 = 1" } else { "1 = 0" });
        }
        let mut joined = Statement::plain("(");
        for (at, filter) in filters.iter().enumerate() {
            if at > 0 {
                joined.push(word);
            }
            joined.append(&self.condition(filter, source));
        }
        joined.push(")");
        joined
    }

    fn has_matching_event(&self, filter: &Filter, source: Source) -> Statement {
        let mut matching = Statement::plain(format!(
            "{}.visit_id IN (SELECT f.visit_id FROM events f ",
            source.alias
        ));
        if names(filter, &is_of_visits_only) {
            matching.append(&join_visits(MATCHING, self.site_id));
        }
        matching.push("WHERE f.site_id = ").text(self.site_id);
        matching.push(" AND f.local_date >= ").push(self.dialect.date_value());
        matching.params.push(Param::Text(self.first_date.to_string()));
        matching.push(" AND f.name <> ").text(ENGAGEMENT);
        matching
            .push(" AND ")
            .append(&self.condition(filter, MATCHING))
            .push(")");
        matching
    }

    fn compare(&self, compare: &Compare, source: Source) -> Statement {
        let column = column(&compare.dimension, source);
        let negated = matches!(
            compare.operator,
            Operator::IsNot | Operator::ContainsNot | Operator::MatchesNot
        );
        let mut condition = Statement::plain(if negated { "NOT (" } else { "(" });
        match compare.operator {
            Operator::Is | Operator::IsNot => self.is_one_of(&mut condition, &column, compare),
            Operator::Contains | Operator::ContainsNot => {
                let folded_needle = self.dialect.lower("?");
                self.any_of(&mut condition, compare, |condition, value| {
                    let text = labelled(self.dialect, &column);
                    let (text, needle) = match compare.case_sensitive {
                        true => (text, "?"),
                        false => (self.folded(text), folded_needle.as_str()),
                    };
                    condition.push(&self.dialect.contains(&text.sql, needle));
                    condition.params.extend(text.params);
                    condition.params.push(Param::Text(value.to_owned()));
                });
            }
            Operator::Matches | Operator::MatchesNot => {
                self.any_of(&mut condition, compare, |condition, pattern| {
                    let text = labelled(self.dialect, &column);
                    let pattern = if compare.case_sensitive {
                        pattern.to_owned()
                    } else {
                        format!("(?i){pattern}")
                    };
                    condition.push(&self.dialect.matches(&text.sql));
                    condition.params.extend(text.params);
                    condition.params.push(Param::Text(pattern));
                });
            }
        }
        condition.push(")");
        condition
    }

    fn any_of(&self, condition: &mut Statement, compare: &Compare, one: impl Fn(&mut Statement, &str)) {
        for (at, value) in compare.values.iter().enumerate() {
            if at > 0 {
                condition.push(" OR ");
            }
            one(condition, value);
        }
    }

    fn folded(&self, text: Statement) -> Statement {
        Statement {
            sql: self.dialect.lower(&text.sql),
            params: text.params,
            ..Statement::default()
        }
    }

    fn is_one_of(&self, condition: &mut Statement, column: &Column<'_>, compare: &Compare) {
        let plain = value(self.dialect, column);
        let folds = !compare.case_sensitive;
        condition.append(&if folds { self.folded(plain) } else { plain });
        condition.push(" IN (");
        let is_label = |value: &str| match folds {
            true => value.to_lowercase() == column.empty.to_lowercase(),
            false => value == column.empty,
        };
        // The label of the empty value stands for it, and for itself.
        let empty = compare.values.iter().any(|value| is_label(value)).then_some("");
        for (at, value) in compare.values.iter().map(String::as_str).chain(empty).enumerate() {
            if at > 0 {
                condition.push(", ");
            }
            let mut bound = Statement::default();
            bound.text(value);
            condition.append(&if folds { self.folded(bound) } else { bound });
        }
        condition.push(")");
    }
}

/// The visits of the events of `source`.
pub fn join_visits(source: Source, site_id: &str) -> Statement {
    let (events, visits) = (source.alias, source.visits);
    let mut join = Statement::plain(format!(
        "JOIN visits {visits} ON {visits}.visit_id = {events}.visit_id AND {visits}.site_id = "
    ));
    join.text(site_id).push(" ");
    join
}

/// True when a filter names a dimension of the kind.
pub fn names(filter: &Filter, kind: &dyn Fn(&Dimension) -> bool) -> bool {
    match filter {
        Filter::Compare(compare) => kind(&compare.dimension),
        Filter::And(filters) | Filter::Or(filters) => filters.iter().any(|filter| names(filter, kind)),
        Filter::Not(inner) | Filter::HasDone(inner) => names(inner, kind),
    }
}

/// True when a filter names a dimension of the kind for the row itself, not for what else was done in its visit.
fn names_itself(filter: &Filter, kind: &dyn Fn(&Dimension) -> bool) -> bool {
    match filter {
        Filter::Compare(compare) => kind(&compare.dimension),
        Filter::And(filters) | Filter::Or(filters) => filters.iter().any(|filter| names_itself(filter, kind)),
        Filter::Not(inner) => names_itself(inner, kind),
        Filter::HasDone(_) => false,
    }
}

/// True when a filter asks for what else was done in the visit.
pub fn asks_for_more(filter: &Filter) -> bool {
    match filter {
        Filter::Compare(_) => false,
        Filter::And(filters) | Filter::Or(filters) => filters.iter().any(asks_for_more),
        Filter::Not(inner) => asks_for_more(inner),
        Filter::HasDone(_) => true,
    }
}

/// The value of a column; empty when it has none.
fn value(dialect: Dialect, column: &Column<'_>) -> Statement {
    match column.key {
        None => Statement::plain(column.sql.clone()),
        Some(key) => {
            let mut value = Statement::plain(dialect.map_value(&column.sql));
            value.params.push(Param::Text(key.to_owned()));
            value
        }
    }
}

/// The value of a column, or the label of the empty value.
pub fn labelled(dialect: Dialect, column: &Column<'_>) -> Statement {
    let value = value(dialect, column);
    if column.is_labelled {
        return value;
    }
    Statement {
        sql: format!("coalesce(nullif({}, ''), '{}')", value.sql, column.empty),
        params: value.params,
        ..Statement::default()
    }
}
