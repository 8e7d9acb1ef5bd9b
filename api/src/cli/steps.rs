//! What a long command works on, on stderr: one line that is written over on a terminal, a line now and then elsewhere.

use crate::backups::Tell;
use crate::kit::clock::Clock;
use std::io::{IsTerminal, Write};
use std::sync::{Arc, Mutex};

/// A terminal is written to this often.
const TERMINAL_EVERY_MS: u64 = 200;
/// Where stderr is no terminal, the same step is told again this often.
const LINE_EVERY_MS: u64 = 10_000;
const MEGABYTE: f64 = 1_000_000.0;

#[derive(Default)]
struct Told {
    step: String,
    at_ms: u64,
}

/// Tells each step.
pub fn steps(clock: &Clock) -> Tell {
    let (clock, told) = (clock.clone(), Mutex::new(Told::default()));
    let is_terminal = std::io::stderr().is_terminal();
    Arc::new(move |step, done, total| {
        let now_ms = clock.monotonic_ms();
        let mut told = told.lock().expect("nothing panics while it holds the lock");
        let pause_ms = if is_terminal { TERMINAL_EVERY_MS } else { LINE_EVERY_MS };
        let is_new = told.step != step;
        if !is_new && now_ms.saturating_sub(told.at_ms) < pause_ms {
            return;
        }
        *told = Told {
            step: step.to_owned(),
            at_ms: now_ms,
        };
        let far = match total {
            0 => String::new(),
            _ => format!(": {:.1} of {:.1} MB", done as f64 / MEGABYTE, total as f64 / MEGABYTE),
        };
        let mut stderr = std::io::stderr().lock();
        // Nobody may be there to read it.
        let _unread = match is_terminal {
            true => write!(stderr, "\r\x1b[K{step}{far}").and_then(|()| stderr.flush()),
            false => writeln!(stderr, "{step}{far}"),
        };
    })
}

/// Ends the line on a terminal.
pub fn end() {
    if std::io::stderr().is_terminal() {
        let _unread = write!(std::io::stderr(), "\r\x1b[K");
    }
}
