//! How far an import is, and what it counted.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use shared::import::{BadLine, ImportTally};

/// Bad lines that are told one by one.
pub const MOST_BAD_LINES: usize = 5;

/// Where an import stands: kept by the engine with the events, and shown to the owner.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Progress {
    /// Bytes of the unpacked file that are done with.
    pub bytes: u64,
    /// Keyed hash of these bytes.
    pub prefix: String,
    /// What was counted.
    pub tally: ImportTally,
    /// The first lines that could not be read.
    pub bad_lines: Vec<BadLine>,
    /// The first day with numbers.
    pub first_day: Option<Date>,
    /// The last day with numbers.
    pub last_day: Option<Date>,
}

impl Progress {
    /// Reads what [`Progress::to_text`] wrote; a beginning when there is none.
    pub fn of_text(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_default()
    }

    /// As JSON.
    pub fn to_text(&self) -> String {
        serde_json::to_string(self).expect("progress is plain data")
    }

    /// Notes a day that numbers were taken for.
    pub fn cover(&mut self, day: Date) {
        self.first_day = Some(self.first_day.map_or(day, |first| first.min(day)));
        self.last_day = Some(self.last_day.map_or(day, |last| last.max(day)));
    }

    /// Counts a line, by its number in the file, that can't be read.
    pub fn bad(&mut self, line: u64, detail: &str) {
        self.tally.bad += 1;
        if self.bad_lines.len() < MOST_BAD_LINES {
            self.bad_lines.push(BadLine {
                line,
                detail: detail.to_owned(),
            });
        }
    }
}
