//! The few things that the engines spell differently.

use super::statement::Statement;

/// An engine's SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// DuckDB.
    DuckDb,
    /// ClickHouse.
    ClickHouse,
}

impl Dialect {
    /// The whole part of `a / b` for whole numbers of zero and more.
    pub fn whole_division(self, a: &str, b: i64) -> String {
        match self {
            Dialect::DuckDb => format!("({a}) // {b}"),
            Dialect::ClickHouse => format!("intDiv({a}, {b})"),
        }
    }

    /// The days from 1970-01-01 to a date column.
    pub fn day_number(self, date: &str) -> String {
        match self {
            Dialect::DuckDb => format!("date_diff('day', DATE '1970-01-01', {date})"),
            Dialect::ClickHouse => format!("dateDiff('day', toDate32('1970-01-01'), {date})"),
        }
    }

    /// The months from January of year 0 to a date column.
    pub fn month_number(self, date: &str) -> String {
        match self {
            Dialect::DuckDb => format!("(year({date}) * 12 + month({date}) - 1)"),
            Dialect::ClickHouse => format!("(toInt64(toYear({date})) * 12 + toMonth({date}) - 1)"),
        }
    }

    /// A bound ISO date, as a date.
    pub fn date_value(self) -> &'static str {
        match self {
            Dialect::DuckDb => "CAST(? AS DATE)",
            Dialect::ClickHouse => "toDate32(?)",
        }
    }

    /// True where `text` contains the bound text.
    pub fn contains(self, text: &str, needle: &str) -> String {
        match self {
            Dialect::DuckDb => format!("contains({text}, {needle})"),
            Dialect::ClickHouse => format!("position({text}, {needle}) > 0"),
        }
    }

    /// True where the bound RE2 pattern matches somewhere in `text`.
    pub fn matches(self, text: &str) -> String {
        match self {
            Dialect::DuckDb => format!("regexp_matches({text}, ?)"),
            // There a dot matches line breaks unless `(?-s)` is said, whose question mark is no value's place.
            Dialect::ClickHouse => format!("match({text}, concat('(', char(63), '-s)', ?))"),
        }
    }

    /// A row for each place of two lists of equal length, their values under two names.
    pub fn each_pair(
        self,
        (left, left_name): (&Statement, &str),
        (right, right_name): (&Statement, &str),
    ) -> Statement {
        let mut each = Statement::default();
        match self {
            Dialect::DuckDb => each
                .push("unnest(CAST([")
                .append(left)
                .push(&format!("] AS VARCHAR[])) AS {left_name}, unnest(CAST(["))
                .append(right)
                .push(&format!("] AS VARCHAR[])) AS {right_name}")),
            Dialect::ClickHouse => each
                .push("arrayJoin(arrayZip(CAST([")
                .append(left)
                .push("] AS Array(Nullable(String))), CAST([")
                .append(right)
                .push(&format!(
                    "] AS Array(Nullable(String))))) AS pair, pair.1 AS {left_name}, pair.2 AS {right_name}"
                )),
        };
        each
    }

    /// A row for each key of a map column, under a name.
    pub fn each_key(self, map: &str, name: &str) -> String {
        match self {
            Dialect::DuckDb => format!("unnest(map_keys({map})) AS {name}"),
            Dialect::ClickHouse => format!("arrayJoin(mapKeys({map})) AS {name}"),
        }
    }

    /// The number of keys of a map column.
    pub fn map_size(self, map: &str) -> String {
        match self {
            Dialect::DuckDb => format!("CAST(len(map_keys({map})) AS INTEGER)"),
            Dialect::ClickHouse => format!("CAST(length(mapKeys({map})) AS INTEGER)"),
        }
    }

    /// 32 bits that tell a text from others, the same in every engine.
    pub fn text_hash(self, text: &str) -> String {
        match self {
            Dialect::DuckDb => format!("CAST('0x' || substr(md5({text}), 1, 8) AS BIGINT)"),
            Dialect::ClickHouse => format!("toInt64(reinterpretAsUInt32(reverse(substring(MD5({text}), 1, 4))))"),
        }
    }

    /// The keys and the values of a map column, each as one text with U+001E between.
    pub fn joined_map(self, map: &str) -> (String, String) {
        match self {
            Dialect::DuckDb => (
                format!("array_to_string(map_keys({map}), chr(30))"),
                format!("array_to_string(map_values({map}), chr(30))"),
            ),
            Dialect::ClickHouse => (
                format!("arrayStringConcat(mapKeys({map}), char(30))"),
                format!("arrayStringConcat(mapValues({map}), char(30))"),
            ),
        }
    }

    /// Two values as one that is compared by the first, then by the second.
    pub fn pair(self, values: &str) -> String {
        match self {
            Dialect::DuckDb => format!("row({values})"),
            Dialect::ClickHouse => format!("tuple({values})"),
        }
    }

    /// The value of the bound key in a map column; empty when it has none.
    pub fn map_value(self, map: &str) -> String {
        match self {
            Dialect::DuckDb => format!("coalesce({map}[?], '')"),
            // A key that is not there has the type's default.
            Dialect::ClickHouse => format!("{map}[?]"),
        }
    }

    /// A whole number that sums may be cast to, so that every engine answers the same type.
    pub fn whole(self, expression: &str) -> String {
        match self {
            Dialect::DuckDb => format!("CAST({expression} AS BIGINT)"),
            // What is divided by NULL is NULL with infinity behind it, which a plain cast stumbles over.
            Dialect::ClickHouse => format!("accurateCastOrNull({expression}, 'Int64')"),
        }
    }

    /// A text in lower case, beyond ASCII too.
    pub fn lower(self, text: &str) -> String {
        match self {
            Dialect::DuckDb => format!("lower({text})"),
            Dialect::ClickHouse => format!("lowerUTF8({text})"),
        }
    }

    /// A number as the whole number next to it; a half goes away from zero.
    pub fn rounded(self, number: &str) -> String {
        match self {
            Dialect::DuckDb => format!("round({number})"),
            // There halves go to the even number.
            Dialect::ClickHouse => format!("(sign({number}) * floor(abs({number}) + 0.5))"),
        }
    }
}
