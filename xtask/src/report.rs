//! What a command tells the person who started it: steps on stderr, results on stdout.

use std::io::Write as _;

/// Says that a step begins.
pub(crate) fn step(text: impl AsRef<str>) {
    eprintln!("==> {}", text.as_ref());
}

/// Says that there is nothing to do, or adds a detail to the step above.
pub(crate) fn note(text: impl AsRef<str>) {
    eprintln!("    {}", text.as_ref());
}

/// Says in one line why the command failed.
pub(crate) fn failure(error: &anyhow::Error) {
    eprintln!("error: {error:#}");
}

/// Prints a line of a result, for people and for programs that read our stdout.
pub(crate) fn result(text: impl AsRef<str>) {
    // A closed pipe (`| head`) is no error of ours.
    let _ = writeln!(std::io::stdout().lock(), "{}", text.as_ref());
}
