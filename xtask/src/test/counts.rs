//! Reading the closing lines of the test runners.

use std::fmt;
use std::ops::AddAssign;

/// How many tests a runner says it ran.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    /// Tests that passed.
    pub(super) passed: u64,
    /// Tests that failed.
    pub(super) failed: u64,
    /// Tests that were left out.
    pub(super) skipped: u64,
}

impl Counts {
    /// Adds up the closing lines of cargo test, cargo nextest or node's runner; None when there are none.
    pub(super) fn read(output: &str) -> Option<Self> {
        let mut sum = None;
        for line in output.lines() {
            let line = plain(line);
            if let Some(counts) = Self::of_cargo(&line)
                .or_else(|| Self::of_nextest(&line))
                .or_else(|| Self::of_node(&line))
            {
                *sum.get_or_insert_default() += counts;
            }
        }
        sum
    }

    /// `test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s`
    fn of_cargo(line: &str) -> Option<Self> {
        let line = line.strip_prefix("test result: ")?;
        Some(Self {
            passed: before(line, "passed"),
            failed: before(line, "failed"),
            skipped: before(line, "ignored"),
        })
    }

    /// `Summary [   0.021s] 4 tests run: 3 passed (1 slow), 1 failed, 2 skipped`
    fn of_nextest(line: &str) -> Option<Self> {
        let line = line.trim_start().strip_prefix("Summary [")?;
        let failed = before(line, "failed") + before(line, "timed");
        Some(Self {
            passed: before(line, "passed"),
            failed,
            skipped: before(line, "skipped"),
        })
    }

    /// `ℹ pass 3` or `# pass 3`, one line a count.
    fn of_node(line: &str) -> Option<Self> {
        let (word, number) = line
            .strip_prefix("ℹ ")
            .or_else(|| line.strip_prefix("# "))?
            .split_once(' ')?;
        let number = number.parse().ok()?;
        match word {
            "pass" => Some(Self {
                passed: number,
                ..Self::default()
            }),
            "fail" | "cancelled" => Some(Self {
                failed: number,
                ..Self::default()
            }),
            "skipped" | "todo" => Some(Self {
                skipped: number,
                ..Self::default()
            }),
            _ => None,
        }
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            to,
            "{} passed, {} failed, {} skipped",
            self.passed, self.failed, self.skipped
        )
    }
}

/// The number right before a word, 0 when the word does not occur.
fn before(line: &str, word: &str) -> u64 {
    let words: Vec<&str> = line.split([' ', ';', ',', ':']).filter(|it| !it.is_empty()).collect();
    let at = words.iter().position(|it| *it == word);
    at.and_then(|at| words.get(at.checked_sub(1)?)?.parse().ok())
        .unwrap_or(0)
}

/// The line without terminal colours.
fn plain(line: &str) -> String {
    let mut plain = String::new();
    let mut rest = line.chars();
    while let Some(next) = rest.next() {
        if next == '\u{1b}' {
            rest.by_ref().find(char::is_ascii_alphabetic);
        } else {
            plain.push(next);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::Counts;

    #[test]
    fn closing_lines_are_counted() {
        let cases = [
            ("", None),
            ("running 3 tests\ntest a ... ok", None),
            (
                "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s",
                Some((3, 0, 1)),
            ),
            (
                "test result: ok. 3 passed; 0 failed; 0 ignored\ntest result: FAILED. 1 passed; 2 failed; 0 ignored",
                Some((4, 2, 0)),
            ),
            (
                "     Summary [   0.021s] 4 tests run: 3 passed (1 slow), 1 failed, 2 skipped",
                Some((3, 1, 2)),
            ),
            (
                "     Summary [ 120.0s] 4 tests run: 2 passed, 1 failed, 1 timed out, 0 skipped",
                Some((2, 2, 0)),
            ),
            (
                "\u{1b}[32;1m     Summary\u{1b}[0m [   0.021s] \u{1b}[1m1\u{1b}[0m test run: \u{1b}[1m1\u{1b}[0m \u{1b}[32;1mpassed\u{1b}[0m, 0 skipped",
                Some((1, 0, 0)),
            ),
            (
                "ℹ tests 5\nℹ pass 3\nℹ fail 1\nℹ cancelled 0\nℹ skipped 1\nℹ todo 0\nℹ duration_ms 4.2",
                Some((3, 1, 1)),
            ),
            ("# tests 2\n# pass 2\n# fail 0", Some((2, 0, 0))),
        ];
        for (output, expected) in cases {
            let expected = expected.map(|(passed, failed, skipped)| Counts {
                passed,
                failed,
                skipped,
            });
            assert_eq!(Counts::read(output), expected, "{output}");
        }
    }
}
