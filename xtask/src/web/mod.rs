//! Building the web app: Trunk once for each of its programs, then compression at the highest level, then the size
//! budget.
//!
//! The result, `web/dist`, holds the programs' pages by name and their files side by side, and each compressible file three times (plain, `.br`, `.gz`); the server negotiates. The
//! step is skipped when neither the sources nor the compiler have changed since it last succeeded.

mod budget;
mod compress;

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::setup::BuildTools;
use crate::{process, report, stamp, workspace};

const DIST: &str = "web/dist";

/// The app's programs; each has a page of its name in `web/`.
const APPS: [&str; 8] = [
    "share",
    "dashboard",
    "account",
    "settings",
    "measuring",
    "health",
    "portal",
    "agency",
];

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
    let is_there = |app: &str| Path::new(DIST).join(format!("{app}.html")).is_file();
    if APPS.iter().all(|app| is_there(app)) && stamp::is(&kept, &now) {
        report::note("the web app is current");
        return Ok(());
    }
    for app in APPS {
        report::step(format!(
            "building the web app's {app} with Trunk (minutes the first time)"
        ));
        trunk(app, tools)?;
    }
    gather()?;
    report::step("compressing web/dist");
    compress::folder(Path::new(DIST))?;
    stamp::keep(&kept, &now)
}

fn trunk(app: &str, tools: &BuildTools) -> Result<()> {
    let mut trunk = Command::new("trunk");
    trunk.args(["--config", "Trunkfile.toml", "build", "--skip-version-check", "--dist"]);
    trunk.arg(workspace::tools().join("web").join(app));
    trunk.arg(format!("web/{app}.html"));
    trunk.env("PATH", process::path_with(&tools.path)?);
    // Trunk 0.21 reads NO_COLOR as a boolean and stops at the usual `1`.
    trunk.env_remove("NO_COLOR");
    // Its errors carry the stack of Trunk itself, which helps nobody here.
    trunk.env("RUST_BACKTRACE", "0");
    tools.wasm.apply(&mut trunk);
    process::run(&mut trunk).context("the web app does not build; Trunk's lines above say why")
}

/// Puts what Trunk built into one folder. The pages get their programs' names; the styles, which carry a hash of their
/// content, are the same files for all.
fn gather() -> Result<()> {
    let dist = Path::new(DIST);
    if dist.is_dir() {
        fs::remove_dir_all(dist).with_context(|| format!("cannot empty {DIST}"))?;
    }
    fs::create_dir_all(dist).with_context(|| format!("cannot create {DIST}"))?;
    for app in APPS {
        let built = workspace::tools().join("web").join(app);
        for entry in fs::read_dir(&built).with_context(|| format!("Trunk wrote no {}", built.display()))? {
            let entry = entry?;
            let name = match entry.file_name() {
                name if name == "index.html" => format!("{app}.html").into(),
                name => name,
            };
            fs::copy(entry.path(), dist.join(&name))
                .with_context(|| format!("cannot write {DIST}/{}", name.display()))?;
        }
    }
    Ok(())
}

/// Prints what a first visit loads and fails when that is over the budget.
pub(crate) fn check_budget() -> Result<()> {
    report::step("weighing the web app");
    budget::check(Path::new(DIST), &APPS)
}
