//! Files stay short enough to read in one sitting. They grow by splitting along verbs.

use super::{File, Finding};

const EXTENSIONS: [&str; 4] = [".rs", ".css", ".js", ".mjs"];
const WARN_ABOVE: usize = 250;
const FAIL_ABOVE: usize = 400;
const FAIL_ABOVE_IN_TESTS: usize = 500;

/// Finds a file over the limit.
pub(super) fn check(file: &File) -> Vec<Finding> {
    let limit = if file.path.starts_with("tests/") {
        FAIL_ABOVE_IN_TESTS
    } else {
        FAIL_ABOVE
    };
    let lines = lines(file);
    if lines <= limit {
        return Vec::new();
    }
    vec![Finding::new(
        file,
        limit + 1,
        format!("{lines} lines, the limit is {limit}: split it by verb"),
    )]
}

/// Tells of a file that is on its way to the limit.
pub(super) fn warning(file: &File) -> Option<Finding> {
    let lines = lines(file);
    let soon = lines > WARN_ABOVE && lines <= FAIL_ABOVE && !file.path.starts_with("tests/");
    soon.then(|| Finding::new(file, WARN_ABOVE + 1, format!("warning: {lines} lines, aim at 120")))
}

/// The lines of a source file, 0 of any other.
fn lines(file: &File) -> usize {
    let is_source = EXTENSIONS.iter().any(|extension| file.path.ends_with(extension));
    if is_source { file.text.lines().count() } else { 0 }
}
