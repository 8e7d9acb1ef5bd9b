//! The browser tests: node's own runner, playwright-core and the system's Chromium against the built server.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use super::counts::Counts;
use super::rust::counted;
use crate::setup;

const FOLDER: &str = "tests/browser";

/// Runs every `tests/browser/*.test.mjs`.
pub(super) fn run(vitrine: &Path) -> Result<Counts> {
    let tools = setup::for_browser()?;
    let files = files()?;
    if files.is_empty() {
        bail!("{FOLDER} holds no *.test.mjs");
    }
    // One file after the other: each starts servers and a browser, and two at once would only wait for each other.
    let mut node = Command::new(&tools.node);
    node.args(["--test", "--test-concurrency=1"]).args(files);
    counted(
        node.env("TEST_VITRINE_BIN", vitrine)
            .env("TEST_CHROMIUM", &tools.chromium),
    )
}

fn files() -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(FOLDER).with_context(|| format!("cannot read {FOLDER}"))?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.to_string_lossy().ends_with(".test.mjs") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
