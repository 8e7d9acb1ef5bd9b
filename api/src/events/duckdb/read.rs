//! Questions, and stopping them.

use super::super::error::EngineError;
use super::super::statement::{Cell, Param, Statement};
use super::engine_error;
use ::duckdb::types::{ToSqlOutput, Value, ValueRef};
use ::duckdb::{Connection, InterruptHandle, ToSql, params_from_iter};
use std::borrow::Cow;
use std::sync::{Arc, Mutex};

/// A question that runs or is about to.
#[derive(Clone)]
pub(super) struct Job {
    interrupt: Arc<InterruptHandle>,
    phase: Arc<Mutex<Phase>>,
}

#[derive(Clone, Copy, PartialEq)]
enum Phase {
    Waiting,
    Running,
    Over,
    Stopped,
}

impl Job {
    pub(super) fn new(conn: &Connection) -> Self {
        Self {
            interrupt: conn.interrupt_handle(),
            phase: Arc::new(Mutex::new(Phase::Waiting)),
        }
    }

    /// Moves to `next`; answers the phase before. An interrupt is sent under the same lock, so that it never reaches the next
    /// question on the connection.
    fn enter(&self, next: Phase) -> Phase {
        let mut phase = self.phase.lock().expect("no thread panics with the lock");
        let before = *phase;
        if before == Phase::Running && next == Phase::Stopped {
            self.interrupt.interrupt();
        }
        if before != Phase::Stopped {
            *phase = next;
        }
        before
    }

    pub(super) fn run(&self, conn: &Connection, statement: &Statement) -> Result<Vec<Vec<Cell>>, EngineError> {
        let mut answer = Vec::new();
        self.run_each(conn, statement, &mut |row| {
            answer.push(row);
            true
        })?;
        Ok(answer)
    }

    /// Hands each row to `take`, until that says that it is enough.
    pub(super) fn run_each(
        &self,
        conn: &Connection,
        statement: &Statement,
        take: &mut dyn FnMut(Vec<Cell>) -> bool,
    ) -> Result<(), EngineError> {
        if self.enter(Phase::Running) == Phase::Stopped {
            return Err(EngineError::Interrupted);
        }
        let answer = rows(conn, statement, take).map_err(engine_error);
        self.enter(Phase::Over);
        answer
    }
}

/// Stops the question when it is dropped.
pub(super) struct StopOnDrop(pub(super) Job);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.enter(Phase::Stopped);
    }
}

impl ToSql for Param {
    fn to_sql(&self) -> ::duckdb::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Param::Int(n) => ToSqlOutput::Borrowed(ValueRef::BigInt(*n)),
            Param::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
        })
    }
}

fn rows(conn: &Connection, statement: &Statement, take: &mut dyn FnMut(Vec<Cell>) -> bool) -> ::duckdb::Result<()> {
    let (sql, params) = spelled(statement);
    let mut prepared = conn.prepare(&sql)?;
    let mut rows = prepared.query(params_from_iter(params))?;
    let width = rows.as_ref().map_or(0, |statement| statement.column_count());
    while let Some(row) = rows.next()? {
        let cells = (0..width).map(|at| row.get::<_, Value>(at).map(cell));
        if !take(cells.collect::<::duckdb::Result<Vec<_>>>()?) {
            break;
        }
    }
    Ok(())
}

/// The SQL, and the values that are to be bound: written out where that is harmless.
pub(super) fn spelled(statement: &Statement) -> (Cow<'_, str>, &[Param]) {
    match written_out(statement) {
        Some(sql) => (sql.into(), &[]),
        None => (statement.sql.as_str().into(), &statement.params),
    }
}

/// The SQL with its values written out; none when one of them holds anything but what is harmless within quotes, and all are bound.
///
/// DuckDB plans a statement with bound values twice, at first without knowing them; for a question about rolled days that is a good part of
/// its time.
fn written_out(statement: &Statement) -> Option<String> {
    let is_harmless = |byte: u8| byte.is_ascii_alphanumeric() || b" -_.:/()".contains(&byte);
    let mut places = statement.sql.split('?');
    let mut sql = places.next()?.to_owned();
    let mut params = statement.params.iter();
    for place in places {
        match params.next()? {
            // Two hyphens would begin a comment.
            Param::Int(n) if *n < 0 => sql.push_str(&format!("({n})")),
            Param::Int(n) => sql.push_str(&n.to_string()),
            Param::Text(text) if text.bytes().all(is_harmless) => sql.push_str(&format!("'{text}'")),
            Param::Text(_) => return None,
        }
        sql.push_str(place);
    }
    params.next().is_none().then_some(sql)
}

fn cell(value: Value) -> Cell {
    match value {
        Value::Null => Cell::Null,
        Value::Boolean(b) => Cell::Int(i64::from(b)),
        Value::TinyInt(n) => Cell::Int(n.into()),
        Value::SmallInt(n) => Cell::Int(n.into()),
        Value::Int(n) | Value::Date32(n) => Cell::Int(n.into()),
        Value::BigInt(n) => Cell::Int(n),
        Value::HugeInt(n) => i64::try_from(n).map_or(Cell::Float(n as f64), Cell::Int),
        Value::UTinyInt(n) => Cell::Int(n.into()),
        Value::USmallInt(n) => Cell::Int(n.into()),
        Value::UInt(n) => Cell::Int(n.into()),
        // Visitors' numbers use all 64 bits; as a cell they are only compared.
        Value::UBigInt(n) => Cell::Int(n.cast_signed()),
        Value::Float(x) => Cell::Float(x.into()),
        Value::Double(x) => Cell::Float(x),
        Value::Text(text) | Value::Enum(text) => Cell::Text(text),
        Value::Union(inner) => cell(*inner),
        other => Cell::Text(format!("{other:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(text: &str) -> Option<String> {
        let mut statement = Statement::plain("SELECT 1 - ");
        statement.int(-2).push(", ").int(3).push(", ").text(text);
        written_out(&statement)
    }

    #[test]
    fn harmless_values_are_written_out_and_others_are_bound() {
        assert_eq!(
            with("a/b c-d_e.f:(g)").unwrap(),
            "SELECT 1 - (-2), 3, 'a/b c-d_e.f:(g)'"
        );
        assert_eq!(with("").unwrap(), "SELECT 1 - (-2), 3, ''");
        for text in [
            "'", "a'b", "''", "\\", "?", "\0", "\n", "\u{2019}", "ü", "\"", ";", "%", "$1",
        ] {
            assert_eq!(with(text), None, "{text}");
        }
    }

    #[test]
    fn a_question_mark_that_is_no_place_leaves_all_values_bound() {
        let mut statement = Statement::plain("SELECT '?', ");
        statement.int(1);
        assert_eq!(written_out(&statement), None);
    }
}
