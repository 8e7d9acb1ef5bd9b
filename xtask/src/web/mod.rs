//! Building the web app: Trunk, then compression at the highest level, then the size budget.
//!
//! The result, `web/dist`, holds each compressible file three times (plain, `.br`, `.gz`); the server negotiates. The
//! step is skipped when neither the sources nor the compiler have changed since it last succeeded.

mod budget;
mod compress;

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::setup::BuildTools;
use crate::{process, report, stamp, workspace};

const DIST: &str = "web/dist";

/// What the app is made of. xtask's own files count: they hold the compression and the tools' versions.
const INPUTS: [&str; 8] = [
    "web",
    "shared",
    "Cargo.lock",
    "Cargo.toml",
    "Trunkfile.toml",
    ".cargo/config.toml",
    "xtask/npm/package-lock.json",
    "xtask/src/web",
];

/// Builds the web app unless it is current. An app over its budget can still be run; [`check_budget`] fails on it.
pub(crate) fn build(tools: &BuildTools) -> Result<()> {
    let kept = workspace::tools().join("web.stamp");
    let now = stamp::of(&INPUTS.map(Path::new), &[Path::new(DIST)], &[&tools.wasm.version()?])?;
    if Path::new(DIST).join("index.html").is_file() && stamp::is(&kept, &now) {
        report::note("the web app is current");
        return Ok(());
    }
    report::step("building the web app with Trunk (minutes the first time)");
    let mut trunk = Command::new("trunk");
    trunk.args(["--config", "Trunkfile.toml", "build", "--skip-version-check"]);
    trunk.env("PATH", process::path_with(&tools.path)?);
    // Trunk 0.21 reads NO_COLOR as a boolean and stops at the usual `1`.
    trunk.env_remove("NO_COLOR");
    // Its errors carry the stack of Trunk itself, which helps nobody here.
    trunk.env("RUST_BACKTRACE", "0");
    tools.wasm.apply(&mut trunk);
    process::run(&mut trunk).context("the web app does not build; Trunk's lines above say why")?;
    report::step("compressing web/dist");
    compress::folder(Path::new(DIST))?;
    stamp::keep(&kept, &now)
}

/// Prints what a first visit loads and fails when that is over the budget.
pub(crate) fn check_budget() -> Result<()> {
    report::step("weighing the web app");
    budget::check(Path::new(DIST))
}
