//! What cargo-nextest says of each test.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// A test that ran.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Outcome {
    /// The number of its fault.
    pub(super) number: u32,
    /// Its name.
    pub(super) test: String,
    /// The stores on which it ran.
    pub(super) stores: &'static str,
    /// Whether it passed.
    pub(super) passed: bool,
    /// How long it took.
    pub(super) seconds: f64,
    /// What it measured, by the names that it gave.
    pub(super) figures: BTreeMap<String, f64>,
}

impl Outcome {
    /// The outcome in the report.
    pub(super) fn json(&self) -> Value {
        let result = if self.passed { "passed" } else { "failed" };
        let mut told = json!({"test": self.test, "stores": self.stores, "result": result, "seconds": self.seconds});
        if !self.figures.is_empty() {
            told["figures"] = json!(self.figures);
        }
        told
    }
}

/// The outcomes in a run's output. A failure is told again at the end; it counts once. What a test prints comes after its outcome.
pub(super) fn read(output: &str, stores: &'static str) -> Vec<Outcome> {
    let mut outcomes: Vec<Outcome> = Vec::new();
    let mut current = None;
    for line in output.lines() {
        if let Some(outcome) = line_of(line, stores) {
            let known = outcomes.iter().position(|known| known.test == outcome.test);
            current = Some(known.unwrap_or_else(|| {
                outcomes.push(outcome);
                outcomes.len() - 1
            }));
        } else if let (Some((name, value)), Some(current)) = (figure_of(line), current) {
            outcomes[current].figures.insert(name.to_owned(), value);
        }
    }
    outcomes
}

/// `figure: p99_ms=12`
fn figure_of(line: &str) -> Option<(&str, f64)> {
    let (name, value) = line.trim_start().strip_prefix("figure: ")?.split_once('=')?;
    Some((name, value.trim().parse().ok()?))
}

/// `        PASS [   9.453s] (1/4) tests::it durability::t78_every_accepted_event`
fn line_of(line: &str, stores: &'static str) -> Option<Outcome> {
    let (word, rest) = line.trim_start().split_once(" [")?;
    let passed = match word {
        "PASS" => true,
        "FAIL" | "TIMEOUT" | "ABORT" | "SIGABRT" | "SIGSEGV" | "SIGKILL" => false,
        _ => return None,
    };
    let (seconds, rest) = rest.split_once("s]")?;
    let test = rest.split_whitespace().last()?;
    let name = test.rsplit("::").next()?;
    let number = name.strip_prefix('t')?.split('_').next()?.parse().ok()?;
    Some(Outcome {
        number,
        test: test.to_owned(),
        stores,
        passed,
        seconds: seconds.trim_start_matches(['>', ' ']).parse().ok()?,
        figures: BTreeMap::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn outcomes_are_read_from_lines() {
        let output = "   Compiling api v0.1.0\n\
                      \x20       PASS [   9.453s] (1/3) tests::it durability::t78_every_event\n\
                      \x20       SLOW [> 60.000s] (2/3) tests::it stores::t82_away\n\
                      \x20       FAIL [   0.500s] (2/3) tests::it stores::t82_away\n\
                      \x20 stdout ───\n\
                      \x20   figure: retries_per_minute=118\n\
                      \x20   figure: not a number=x\n\
                      \x20       PASS [   0.100s] (3/3) tests::it links::a_link\n\
                      \x20    Summary [  12.0s] 3 tests run\n\
                      \x20       FAIL [   0.500s] (2/3) tests::it stores::t82_away\n";
        let outcomes = read(output, "sqlite");
        assert_eq!(outcomes[1].figures, [("retries_per_minute".to_owned(), 118.0)].into());
        let read: Vec<(u32, String, bool, f64)> = outcomes
            .into_iter()
            .map(|outcome| (outcome.number, outcome.test, outcome.passed, outcome.seconds))
            .collect();
        assert_eq!(
            read,
            [
                (78, "durability::t78_every_event".to_owned(), true, 9.453),
                (82, "stores::t82_away".to_owned(), false, 0.5),
            ]
        );
    }
}
