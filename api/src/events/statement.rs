//! A question to the engine: SQL with bound values, and the cells of its answer.

use std::ops::Range;

/// SQL and its values. Text that a caller sent is only ever among the values.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Statement {
    /// SQL with one `?` a value.
    pub sql: String,
    /// The values, in order.
    pub params: Vec<Param>,
    /// Where it reads rows that other questions may read too, in order.
    pub scans: Vec<Scan>,
}

/// A part of a statement of the form `table alias WHERE condition`, after its `FROM`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Scan {
    /// The alias.
    pub alias: &'static str,
    /// Where it stands in the SQL.
    pub sql: Range<usize>,
    /// Which of the values are its own.
    pub params: Range<usize>,
}

/// A bound value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Param {
    /// A whole number.
    Int(i64),
    /// Text.
    Text(String),
}

/// A value of an answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing.
    Null,
    /// A whole number.
    Int(i64),
    /// A floating-point number.
    Float(f64),
    /// Text.
    Text(String),
}

impl Statement {
    /// Appends SQL without values.
    pub fn push(&mut self, sql: &str) -> &mut Self {
        self.sql.push_str(sql);
        self
    }

    /// Appends a `?` and its value.
    pub fn bind(&mut self, param: Param) -> &mut Self {
        self.sql.push('?');
        self.params.push(param);
        self
    }

    /// Appends a whole number as a value.
    pub fn int(&mut self, value: i64) -> &mut Self {
        self.bind(Param::Int(value))
    }

    /// Appends text as a value.
    pub fn text(&mut self, value: impl Into<String>) -> &mut Self {
        self.bind(Param::Text(value.into()))
    }

    /// Appends another statement.
    pub fn append(&mut self, other: &Statement) -> &mut Self {
        let (sql, params) = (self.sql.len(), self.params.len());
        let moved = other.scans.iter().map(|scan| Scan {
            alias: scan.alias,
            sql: scan.sql.start + sql..scan.sql.end + sql,
            params: scan.params.start + params..scan.params.end + params,
        });
        self.scans.extend(moved);
        self.sql.push_str(&other.sql);
        self.params.extend_from_slice(&other.params);
        self
    }

    /// Appends `table alias WHERE condition` as rows that other questions may read too.
    pub fn scan(&mut self, alias: &'static str, rows: &Statement) -> &mut Self {
        let (sql, params) = (self.sql.len(), self.params.len());
        self.sql.push_str(&rows.sql);
        self.params.extend_from_slice(&rows.params);
        self.scans.push(Scan {
            alias,
            sql: sql..self.sql.len(),
            params: params..self.params.len(),
        });
        self
    }

    /// SQL without values.
    pub fn plain(sql: impl Into<String>) -> Self {
        Self {
            sql: sql.into(),
            params: Vec::new(),
            scans: Vec::new(),
        }
    }
}

impl Cell {
    /// As text; empty when it is none.
    pub fn into_text(self) -> String {
        match self {
            Cell::Text(text) => text,
            Cell::Int(n) => n.to_string(),
            Cell::Float(x) => x.to_string(),
            Cell::Null => String::new(),
        }
    }

    /// As a whole number, if it is one.
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Cell::Int(n) => Some(*n),
            _ => None,
        }
    }
}
