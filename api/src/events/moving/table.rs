//! What moves: three tables, as rows that every engine reads and writes alike.

use crate::events::dialect::Dialect;
use crate::events::event::Attributes;
use crate::events::imported::{NUMBERS, TEXTS};
use crate::events::statement::Statement;
use jiff::civil::Date;

/// What has no value, where columns are joined to one text, and what stands between them.
const NOTHING: &str = "\u{1d}";
const BETWEEN: &str = "\u{1f}";
/// Numbers of events from here on carry the number of their data folder.
const NUMBERED: i64 = 1 << super::SEQ_BITS;

/// A table that moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// `events`.
    Events,
    /// `visits`.
    Visits,
    /// `imported_days`.
    ImportedDays,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The number of an event.
    Id,
    /// A whole number, or none.
    Int,
    /// A whole number that uses all 64 bits.
    Unsigned,
    /// Days from 1970-01-01.
    Day,
    /// Yes or no.
    Bool,
    /// Text, or none.
    Text,
    /// The keys of the properties as one text, none where there are none; their values are the next column.
    PropKeys,
    /// The values.
    PropValues,
    /// Thousandths of what the engines keep as a decimal number, or none.
    Thousandths,
}

/// A column and what it holds.
pub type Column = (&'static str, Kind);

impl Table {
    /// Every table that moves.
    pub const ALL: [Table; 3] = [Table::Events, Table::Visits, Table::ImportedDays];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Table::Events => "events",
            Table::Visits => "visits",
            Table::ImportedDays => "imported_days",
        }
    }

    /// Its columns, in the order in which rows travel.
    pub fn columns(self) -> Vec<Column> {
        let text = |name: &&'static str| (*name, Kind::Text);
        let attributes = Attributes::COLUMNS.iter().map(text);
        match self {
            Table::Events => EVENTS.into_iter().chain(attributes).collect(),
            Table::Visits => VISITS.into_iter().chain(attributes).collect(),
            Table::ImportedDays => {
                let own = DAYS.into_iter().chain(TEXTS.iter().map(text));
                own.chain(NUMBERS.map(|name| (name, Kind::Int))).collect()
            }
        }
    }

    /// What is counted of a day beside its rows: a word for people, and SQL.
    fn counts(self, dialect: Dialect) -> Vec<(&'static str, String)> {
        let pageviews = "sum(CASE WHEN name = 'pageview' THEN 1 ELSE 0 END)".to_owned();
        let revenue = format!("sum({})", thousandths("revenue"));
        match self {
            Table::Events => vec![
                ("visitors", "count(DISTINCT visitor)".to_owned()),
                ("page views", pageviews),
                ("thousandths of revenue", revenue),
                ("properties", format!("sum({})", dialect.map_size("props"))),
            ],
            Table::Visits => vec![
                ("page views", "sum(pageviews)".to_owned()),
                ("bounces", "sum(CASE WHEN is_bounce THEN 1 ELSE 0 END)".to_owned()),
                ("milliseconds", "sum(end_ms - start_ms)".to_owned()),
            ],
            Table::ImportedDays => vec![
                ("visitors", "sum(visitors)".to_owned()),
                ("page views", "sum(pageviews)".to_owned()),
            ],
        }
    }

    /// Words for what [`Table::days`] answers behind the day.
    pub fn words(self, dialect: Dialect) -> Vec<&'static str> {
        let counts = self.counts(dialect).into_iter().map(|(word, _)| word);
        ["rows"].into_iter().chain(counts).chain(["the rows' sum"]).collect()
    }

    /// Asks for each day of a site: its number, its rows, what is counted of it, and a sum over everything in its rows. Numbers of events
    /// are taken as they are after the move.
    pub fn days(self, dialect: Dialect, number: i64, site_id: &str) -> Statement {
        let (day, whole) = (dialect.day_number("local_date"), |sql: &str| {
            format!("coalesce({}, 0)", dialect.whole(sql))
        });
        let columns = self.columns().into_iter();
        let texts = columns.map(|column| {
            let value = expression(column, dialect, number);
            format!("coalesce(CAST({value} AS VARCHAR), '{NOTHING}')")
        });
        let row = format!("concat_ws('{BETWEEN}', {})", texts.collect::<Vec<_>>().join(", "));
        let sum = format!("sum({})", dialect.text_hash(&row));
        let counts = self.counts(dialect).into_iter().map(|(_, sql)| sql);
        let counts = ["count(*)".to_owned()].into_iter().chain(counts).chain([sum]);
        let counts = counts.map(|sql| whole(&sql)).collect::<Vec<_>>().join(", ");
        let mut statement = Statement::plain(format!(
            "SELECT {day} AS day, {counts} FROM {} WHERE site_id = ",
            self.name()
        ));
        statement.text(site_id).push(" GROUP BY day ORDER BY day");
        statement
    }

    /// Asks for the rows of a site's day, with the numbers that events have after the move.
    pub fn rows(self, dialect: Dialect, number: i64, site_id: &str, day: Date) -> Statement {
        let columns = self.columns().into_iter();
        let columns = columns.map(|column| expression(column, dialect, number));
        let mut statement = Statement::plain(format!(
            "SELECT {} FROM {} WHERE site_id = ",
            columns.collect::<Vec<_>>().join(", "),
            self.name()
        ));
        statement
            .text(site_id)
            .push(&format!(" AND local_date = {}", dialect.date_value()));
        statement
            .params
            .push(crate::events::statement::Param::Text(day.to_string()));
        statement
    }
}

/// A column as it travels. `number` is the data folder's.
fn expression((name, kind): Column, dialect: Dialect, number: i64) -> String {
    match kind {
        Kind::Id => {
            let prefix = number << super::SEQ_BITS;
            format!("CASE WHEN {name} < {NUMBERED} THEN {name} + {prefix} ELSE {name} END")
        }
        Kind::Day => dialect.day_number(name),
        Kind::Bool => format!("CAST({name} AS INTEGER)"),
        Kind::Int | Kind::Unsigned | Kind::Text => name.to_owned(),
        Kind::PropKeys | Kind::PropValues => {
            let (keys, values) = dialect.joined_map("props");
            let joined = if kind == Kind::PropKeys { keys } else { values };
            format!(
                "CASE WHEN {} = 0 THEN NULL ELSE {joined} END",
                dialect.map_size("props")
            )
        }
        Kind::Thousandths => thousandths("revenue"),
    }
}

fn thousandths(decimal: &str) -> String {
    format!("CAST(CAST({decimal} AS DECIMAL(38, 3)) * 1000 AS BIGINT)")
}

const EVENTS: [Column; 19] = [
    ("event_id", Kind::Id),
    ("visit_id", Kind::Id),
    ("site_id", Kind::Text),
    ("time_ms", Kind::Int),
    ("local_date", Kind::Day),
    ("visitor", Kind::Unsigned),
    ("name", Kind::Text),
    ("hostname", Kind::Text),
    ("pathname", Kind::Text),
    ("interactive", Kind::Bool),
    ("engagement_ms", Kind::Int),
    ("scroll_depth", Kind::Int),
    ("prop_keys", Kind::PropKeys),
    ("prop_values", Kind::PropValues),
    ("revenue_thousandths", Kind::Thousandths),
    ("currency", Kind::Text),
    ("import_id", Kind::Text),
    ("entry_hostname", Kind::Text),
    ("entry_page", Kind::Text),
];

const VISITS: [Column; 17] = [
    ("visit_id", Kind::Id),
    ("site_id", Kind::Text),
    ("visitor", Kind::Unsigned),
    ("last_visitor", Kind::Unsigned),
    ("start_ms", Kind::Int),
    ("end_ms", Kind::Int),
    ("exit_ms", Kind::Int),
    ("local_date", Kind::Day),
    ("exit_hostname", Kind::Text),
    ("exit_page", Kind::Text),
    ("pageviews", Kind::Int),
    ("events", Kind::Int),
    ("interactive_events", Kind::Int),
    ("is_bounce", Kind::Bool),
    ("entry_hostname", Kind::Text),
    ("entry_page", Kind::Text),
    ("import_id", Kind::Text),
];

const DAYS: [Column; 4] = [
    ("import_id", Kind::Text),
    ("site_id", Kind::Text),
    ("local_date", Kind::Day),
    ("family", Kind::Text),
];
