//! How far an import is, in words and on one line of the terminal.

use crate::imports::model::Progress;
use crate::imports::running::Fault;
use crate::kit::clock::Clock;
use std::cell::RefCell;
use std::fmt::Write as _;
use std::io::{IsTerminal, Write};
use std::rc::Rc;

/// Where stderr is no terminal, a line is written this often.
const LINE_EVERY_MS: u64 = 10_000;
/// Bad lines that are shown.
const MOST_FAULTS: usize = 5;

/// Shows how far an import is, on stderr.
pub struct Display {
    clock: Clock,
    name: String,
    began_ms: u64,
    told_ms: u64,
    /// Lines that an earlier call had read.
    before: Option<u64>,
    is_terminal: bool,
    faults: Rc<RefCell<Vec<Fault>>>,
}

impl Display {
    /// A display for a file.
    pub fn new(clock: &Clock, name: &str) -> Self {
        let now_ms = clock.monotonic_ms();
        Self {
            clock: clock.clone(),
            name: name.to_owned(),
            began_ms: now_ms,
            told_ms: now_ms,
            before: None,
            is_terminal: std::io::stderr().is_terminal(),
            faults: Rc::default(),
        }
    }

    /// The bad lines so far.
    pub fn faults(&self) -> Rc<RefCell<Vec<Fault>>> {
        self.faults.clone()
    }

    /// Shows how far it is.
    pub fn show(&mut self, progress: &Progress, percent: Option<i64>) {
        let lines = progress.tally.lines;
        let before = *self.before.get_or_insert(lines);
        let now_ms = self.clock.monotonic_ms();
        if !self.is_terminal && now_ms - self.told_ms < LINE_EVERY_MS {
            return;
        }
        self.told_ms = now_ms;
        let rate = (lines.saturating_sub(before)) * 1000 / (now_ms - self.began_ms).max(1);
        let percent = percent.map_or(String::new(), |percent| format!(", {percent} %"));
        let text = format!(
            "{}: {} lines, {} a second{percent}",
            self.name,
            grouped(lines),
            grouped(rate)
        );
        // What can't be shown is not worth stopping for.
        let _unshown = match self.is_terminal {
            true => write!(std::io::stderr(), "\r\x1b[2K{text}"),
            false => writeln!(std::io::stderr(), "{text}"),
        };
    }

    /// Leaves the line.
    pub fn end(&self) {
        if self.is_terminal {
            let _unshown = write!(std::io::stderr(), "\r\x1b[2K");
        }
    }

    /// Seconds since it began.
    pub fn seconds(&self) -> f64 {
        (self.clock.monotonic_ms() - self.began_ms) as f64 / 1000.0
    }
}

/// What became of a file's lines.
pub fn summary(name: &str, progress: &Progress, faults: &[Fault], seconds: f64) -> String {
    let tally = &progress.tally;
    let days = match (progress.first_day, progress.last_day) {
        (Some(first), Some(last)) if first == last => format!(" on {first}"),
        (Some(first), Some(last)) => format!(" from {first} to {last}"),
        _ => String::new(),
    };
    let mut text = format!(
        "{name}: {} lines read in {seconds:.1} s, {} taken{days}\n",
        grouped(tally.lines),
        grouped(tally.taken)
    );
    for (count, why) in [
        (tally.covered, "on days that have numbers already"),
        (tally.bots, "by robots"),
        (tally.assets, "for files, feeds and the like"),
        (tally.statuses, "with another status than 200 to 299 and 304"),
        (tally.methods, "with another method than GET"),
        (tally.hosts, "to other hosts"),
        (tally.shields, "kept out by the site's shields"),
        (tally.future, "later than now"),
        (tally.past, "before 1990"),
        (tally.bad, "that can't be read"),
    ] {
        if count > 0 {
            // Writing to a String can't fail.
            let _ = writeln!(text, "  left out: {} {why}", grouped(count));
        }
    }
    if faults.is_empty() {
        for bad in &progress.bad_lines {
            let _ = writeln!(text, "  line {}: {}", bad.line, bad.detail);
        }
    }
    for fault in faults.iter().take(MOST_FAULTS) {
        let _ = writeln!(text, "  line {}: {}: {:?}", fault.line, fault.detail, fault.text);
    }
    text
}

/// `1,234,567`.
fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn numbers_are_grouped_by_thousands() {
        for (n, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(n), text);
        }
    }
}
