//! Where a dimension's values stand, and what an absent value is called.

use shared::query::{Dimension, FixedDimension};

/// The table that a part of a question reads, under the names that its SQL gives it.
#[derive(Clone, Copy, Debug)]
pub struct Source {
    /// Which table.
    pub table: Table,
    /// Its alias.
    pub alias: &'static str,
    /// The alias under which the visits are joined, where events are read.
    pub visits: &'static str,
}

/// A table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// Events; attributes of the visit stand there too, but for the exit page.
    Events,
    /// Visits, with the page of an event taken for the visit's entry page.
    Visits,
    /// Days, rolled up by one dimension.
    Rollups,
    /// The same by a dimension with many values.
    LongRollups,
    /// Its months.
    LongMonths,
    /// Visits by day, rolled up. Text is labelled there.
    VisitDays,
    /// Events by whom, rolled up by one dimension of theirs. Text is labelled there.
    AudienceDays,
    /// Events and visits by page, rolled up. Text is labelled there.
    PageDays,
}

impl Table {
    /// Its name in the store.
    pub fn name(self) -> &'static str {
        match self {
            Table::Events => "events",
            Table::Visits => "visits",
            Table::Rollups => "rollups",
            Table::LongRollups => "long_rollups",
            Table::LongMonths => "long_months",
            Table::VisitDays => "visit_days",
            Table::AudienceDays => "audience_days",
            Table::PageDays => "page_days",
        }
    }
}

/// The events that are counted.
pub const EVENTS: Source = Source {
    table: Table::Events,
    alias: "e",
    visits: "ev",
};
/// The events that a visit is looked for in.
pub const MATCHING: Source = Source {
    table: Table::Events,
    alias: "f",
    visits: "fv",
};
/// The events that are asked which goals they reach.
pub const REACHING: Source = Source {
    table: Table::Events,
    alias: "b",
    visits: "bv",
};
/// The visits that are counted.
pub const VISITS: Source = Source {
    table: Table::Visits,
    alias: "v",
    visits: "v",
};

/// The days of visits that are rolled up.
pub const VISIT_DAYS: Source = Source {
    table: Table::VisitDays,
    alias: "d",
    visits: "d",
};
/// The days of events that are rolled up.
pub const AUDIENCE_DAYS: Source = Source {
    table: Table::AudienceDays,
    alias: "d",
    visits: "d",
};

/// The days of pages that are rolled up.
pub const PAGE_DAYS: Source = Source {
    table: Table::PageDays,
    alias: "d",
    visits: "d",
};

/// A column, and what stands for an empty value.
#[derive(Clone, Debug)]
pub struct Column<'a> {
    /// SQL without values; for a property, of the map.
    pub sql: String,
    /// The key in the map, for a property.
    pub key: Option<&'a str>,
    /// The label of the empty value.
    pub empty: &'static str,
    /// True where the label stands in the column itself.
    pub is_labelled: bool,
}

/// The column of a dimension that is no time.
pub fn column(dimension: &Dimension, source: Source) -> Column<'_> {
    let fixed = match dimension {
        Dimension::Prop(key) => {
            return Column {
                sql: format!("{}.props", source.alias),
                key: Some(key),
                empty: "(none)",
                is_labelled: false,
            };
        }
        Dimension::Fixed(fixed) => *fixed,
    };
    let name = name(fixed, source.table);
    let alias = if fixed == FixedDimension::ExitPage {
        source.visits
    } else {
        source.alias
    };
    // Events without money have no currency at all.
    let sql = match fixed {
        FixedDimension::Currency => format!("coalesce({alias}.{name}, '')"),
        _ => format!("{alias}.{name}"),
    };
    Column {
        sql,
        key: None,
        empty: empty_label(fixed),
        is_labelled: matches!(source.table, Table::VisitDays | Table::AudienceDays | Table::PageDays),
    }
}

/// The name of a dimension's column in a table.
pub fn name(fixed: FixedDimension, table: Table) -> &'static str {
    use FixedDimension::*;
    match (fixed, table) {
        (Page | Hostname | EventName, Table::AudienceDays) => "value",
        (Page, Table::PageDays) => "page",
        (_, Table::PageDays) => "value",
        (Page, Table::Events) => "pathname",
        (Hostname, Table::Events) => "hostname",
        (Page | EntryPage, _) => "entry_page",
        (Hostname, Table::Visits) => "entry_hostname",
        (ExitPage, _) => "exit_page",
        (EventName | Goal, _) => "name",
        (Currency, _) => "currency",
        (visit, _) => visit.as_str().trim_start_matches("visit:").trim_start_matches("time:"),
    }
}

/// What stands for the empty value of a dimension.
pub fn empty_label(fixed: FixedDimension) -> &'static str {
    match fixed {
        FixedDimension::Source | FixedDimension::Referrer => "Direct / None",
        _ => "(none)",
    }
}

/// True for what an event has and a visit has not.
pub fn is_of_events(dimension: &Dimension) -> bool {
    is_prop(dimension) || is_page(dimension) || is_name(dimension)
}

/// True for a property of an event.
pub fn is_prop(dimension: &Dimension) -> bool {
    matches!(dimension, Dimension::Prop(_))
}

/// True for the page and hostname of an event, for which the entry page can stand.
pub fn is_page(dimension: &Dimension) -> bool {
    matches!(
        dimension,
        Dimension::Fixed(FixedDimension::Page | FixedDimension::Hostname)
    )
}

/// True for what tells one event from another on the same page.
pub fn is_name(dimension: &Dimension) -> bool {
    use FixedDimension::{Currency, EventName, Goal};
    matches!(dimension, Dimension::Fixed(EventName | Goal | Currency))
}

/// True for what only the visits table knows.
pub fn is_of_visits_only(dimension: &Dimension) -> bool {
    matches!(dimension, Dimension::Fixed(FixedDimension::ExitPage))
}
