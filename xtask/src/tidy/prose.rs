//! A folder's `mod.rs` opens with what the folder promises, its invariants, and what is absent.

use super::{File, Finding};

/// Finds a `mod.rs` without prose.
pub(super) fn check(file: &File) -> Vec<Finding> {
    let mut findings = Vec::new();
    if file.path.ends_with("/mod.rs") && !file.text.starts_with("//!") {
        findings.push(Finding::new(
            file,
            1,
            "begin with `//!`: what this folder promises, and what is absent",
        ));
    }
    findings
}
