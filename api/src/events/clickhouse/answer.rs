//! Answers: lines of JSON, the first with names and the second with types.

use crate::events::error::EngineError;
use crate::events::statement::Cell;
use jiff::civil::{Date, date};
use serde_json::Value;

/// Cuts chunks into lines and lines into cells.
#[derive(Debug, Default)]
pub(super) struct Lines {
    rest: Vec<u8>,
    names_seen: bool,
    kinds: Option<Vec<Kind>>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Int,
    Float,
    Date,
    Text,
}

impl Lines {
    /// The rows that are whole with this chunk.
    pub(super) fn take(&mut self, chunk: &[u8]) -> Result<Vec<Vec<Cell>>, EngineError> {
        let mut rows = Vec::new();
        self.rest.extend_from_slice(chunk);
        let mut from = 0;
        while let Some(length) = self.rest[from..].iter().position(|byte| *byte == b'\n') {
            let line = self.rest[from..from + length].to_vec();
            from += length + 1;
            rows.extend(self.line(&line)?);
        }
        self.rest.drain(..from);
        Ok(rows)
    }

    /// Says that no more comes; an answer that was cut off is an error.
    pub(super) fn end(self) -> Result<(), EngineError> {
        match self.rest.is_empty() && self.kinds.is_some() {
            true => Ok(()),
            false => Err(EngineError::Away("the answer was cut off".into())),
        }
    }

    fn line(&mut self, line: &[u8]) -> Result<Option<Vec<Cell>>, EngineError> {
        let strange = |what: String| EngineError::Other(format!("an answer that can't be read: {what}"));
        let values: Vec<Value> = serde_json::from_slice(line).map_err(|error| strange(error.to_string()))?;
        let Some(kinds) = &self.kinds else {
            if self.names_seen {
                let kinds = values.iter().map(|name| Kind::of(name.as_str().unwrap_or_default()));
                self.kinds = Some(kinds.collect());
            }
            self.names_seen = true;
            return Ok(None);
        };
        Ok(Some(
            kinds.iter().zip(values).map(|(kind, value)| kind.cell(value)).collect(),
        ))
    }
}

impl Kind {
    fn of(name: &str) -> Self {
        let mut name = name;
        for wrapper in ["LowCardinality(", "Nullable("] {
            name = name.strip_prefix(wrapper).unwrap_or(name);
        }
        match name {
            _ if name.starts_with("Int") || name.starts_with("UInt") || name.starts_with("Bool") => Kind::Int,
            _ if name == "Date" || name == "Date32" => Kind::Date,
            _ if name.starts_with("Float") || name.starts_with("Decimal") => Kind::Float,
            _ => Kind::Text,
        }
    }

    fn cell(self, value: Value) -> Cell {
        match (self, value) {
            (_, Value::Null) => Cell::Null,
            (Kind::Int, Value::Bool(value)) => Cell::Int(i64::from(value)),
            (Kind::Int, Value::Number(number)) => match (number.as_i64(), number.as_u64()) {
                (Some(number), _) => Cell::Int(number),
                // Visitors' numbers use all 64 bits; as a cell they are only compared.
                (None, Some(number)) => Cell::Int(number.cast_signed()),
                (None, None) => Cell::Float(number.as_f64().unwrap_or_default()),
            },
            (Kind::Float, Value::Number(number)) => number.as_f64().map_or(Cell::Null, Cell::Float),
            // As the embedded engine answers dates: in days from 1970-01-01.
            (Kind::Date, Value::String(text)) => match text.parse::<Date>() {
                Ok(day) => Cell::Int((day - date(1970, 1, 1)).get_days().into()),
                Err(_) => Cell::Text(text),
            },
            (_, Value::String(text)) => Cell::Text(text),
            (_, other) => Cell::Text(other.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_in_pieces() {
        let text = "[\"a\",\"b\",\"c\"]\n[\"UInt64\",\"Nullable(Float64)\",\"LowCardinality(String)\"]\n\
                    [18446744073709551615,null,\"x\\ny\"]\n[7,1.5,\"\"]\n";
        for size in [1, 5, text.len()] {
            let mut lines = Lines::default();
            let rows = text.as_bytes().chunks(size).map(|chunk| lines.take(chunk).unwrap());
            let rows: Vec<Vec<Cell>> = rows.flatten().collect();
            assert_eq!(
                rows,
                [
                    vec![Cell::Int(-1), Cell::Null, Cell::Text("x\ny".into())],
                    vec![Cell::Int(7), Cell::Float(1.5), Cell::Text(String::new())],
                ]
            );
            lines.end().unwrap();
        }
    }

    #[test]
    fn an_answer_that_was_cut_off_is_none() {
        let mut lines = Lines::default();
        assert_eq!(
            lines.take(b"[\"a\"]\n[\"Int64\"]\n[1").unwrap(),
            Vec::<Vec<Cell>>::new()
        );
        assert!(matches!(lines.end(), Err(EngineError::Away(_))));
        assert!(matches!(Lines::default().end(), Err(EngineError::Away(_))));
    }
}
