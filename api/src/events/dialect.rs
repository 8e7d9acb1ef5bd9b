//! The few things that the engines spell differently.

use super::statement::Statement;

/// An engine's SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// DuckDB.
    DuckDb,
}

impl Dialect {
    /// The whole part of `a / b` for whole numbers of zero and more.
    pub fn whole_division(self, a: &str, b: i64) -> String {
        match self {
            Dialect::DuckDb => format!("({a}) // {b}"),
        }
    }

    /// The days from 1970-01-01 to a date column.
    pub fn day_number(self, date: &str) -> String {
        match self {
            Dialect::DuckDb => format!("date_diff('day', DATE '1970-01-01', {date})"),
        }
    }

    /// The months from January of year 0 to a date column.
    pub fn month_number(self, date: &str) -> String {
        match self {
            Dialect::DuckDb => format!("(year({date}) * 12 + month({date}) - 1)"),
        }
    }

    /// A bound ISO date, as a date.
    pub fn date_value(self) -> &'static str {
        match self {
            Dialect::DuckDb => "CAST(? AS DATE)",
        }
    }

    /// True where `text` contains the bound text.
    pub fn contains(self, text: &str, needle: &str) -> String {
        match self {
            Dialect::DuckDb => format!("contains({text}, {needle})"),
        }
    }

    /// True where the bound RE2 pattern matches somewhere in `text`.
    pub fn matches(self, text: &str) -> String {
        match self {
            Dialect::DuckDb => format!("regexp_matches({text}, ?)"),
        }
    }

    /// A row for each of the listed values, under a name; lists of one `SELECT` go side by side.
    pub fn each_of(self, values: &Statement, name: &str) -> Statement {
        match self {
            Dialect::DuckDb => Statement {
                sql: format!("unnest(CAST([{}] AS VARCHAR[])) AS {name}", values.sql),
                params: values.params.clone(),
            },
        }
    }

    /// A row for each key of a map column, under a name.
    pub fn each_key(self, map: &str, name: &str) -> String {
        match self {
            Dialect::DuckDb => format!("unnest(map_keys({map})) AS {name}"),
        }
    }

    /// The keys and the values of a map column, each as one text with U+001E between.
    pub fn joined_map(self, map: &str) -> (String, String) {
        match self {
            Dialect::DuckDb => (
                format!("array_to_string(map_keys({map}), chr(30))"),
                format!("array_to_string(map_values({map}), chr(30))"),
            ),
        }
    }

    /// Two values as one that is compared by the first, then by the second.
    pub fn pair(self, values: &str) -> String {
        match self {
            Dialect::DuckDb => format!("row({values})"),
        }
    }

    /// The value of the bound key in a map column; empty when it has none.
    pub fn map_value(self, map: &str) -> String {
        match self {
            Dialect::DuckDb => format!("coalesce({map}[?], '')"),
        }
    }

    /// A whole number that sums may be cast to, so that every engine answers the same type.
    pub fn whole(self, expression: &str) -> String {
        match self {
            Dialect::DuckDb => format!("CAST({expression} AS BIGINT)"),
        }
    }
}
