//! The `vitrine` program: built once, in the development profile, for running and for testing.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::{process, report, workspace};

/// Builds the server and returns its program.
pub(crate) fn build() -> Result<PathBuf> {
    report::step("building the server (minutes the first time)");
    // All default members are selected, so that cargo resolves the same features here as for the tests and compiles
    // no dependency twice.
    process::run(Command::new("cargo").args(["build", "--locked", "--bin", "vitrine"]))
        .context("the server does not build; cargo's lines above say why")?;
    Ok(workspace::artefacts()?.join("vitrine"))
}
