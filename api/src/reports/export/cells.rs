//! Cells of an export: text that is no formula, numbers that are numbers.

use shared::query_result::Number;
use std::borrow::Cow;

/// Characters with which spreadsheets begin a formula or a command, and their full-width twins.
const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\0', '＝', '＋', '－', '＠'];

/// Text that no spreadsheet takes for a formula: an apostrophe stands before one that begins like it.
pub fn defused(text: &str) -> Cow<'_, str> {
    match text.starts_with(FORMULA) {
        true => Cow::Owned(format!("'{text}")),
        false => Cow::Borrowed(text),
    }
}

/// A number as a cell; empty where it has no meaning.
pub fn number(number: Option<Number>) -> String {
    match number {
        None => String::new(),
        Some(Number::Int(count)) => count.to_string(),
        Some(Number::Float(mean)) => mean.to_string(),
        Some(Number::Money(money)) => money.value(),
    }
}

#[cfg(test)]
mod tests {
    use super::{defused, number};
    use shared::query_result::Number;

    #[test]
    fn t73_formulas_are_defused_and_nothing_else_changes() {
        for formula in [
            "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\0=1", "＝1", "＋1", "－1", "＠1",
        ] {
            assert_eq!(defused(formula), format!("'{formula}"));
        }
        for text in ["", "/blog", "a=b", " =1", "'quoted", "\"q\"", "Zürich", "1-2"] {
            assert_eq!(defused(text), text);
        }
        assert_eq!(number(Some(Number::Float(-1.5))), "-1.5");
        assert_eq!(number(None), "");
    }

    proptest::proptest! {
        #[test]
        fn t73_what_is_written_is_read_again(cells in proptest::collection::vec(".*", 1..5)) {
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(cells.iter().map(|_| "name")).unwrap();
            writer.write_record(cells.iter().map(|cell| defused(cell).into_owned())).unwrap();
            let bytes = writer.into_inner().unwrap();
            let mut reader = csv::Reader::from_reader(&bytes[..]);
            let read = reader.records().next().unwrap().unwrap();
            for (cell, read) in cells.iter().zip(&read) {
                proptest::prop_assert_eq!(read.strip_prefix('\'').filter(|_| read != cell).unwrap_or(read), cell);
                proptest::prop_assert!(!read.starts_with(super::FORMULA));
            }
        }
    }
}
