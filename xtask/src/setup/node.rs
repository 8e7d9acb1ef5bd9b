//! Node.js, and folders of npm packages installed exactly as their lock says.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use super::system;
use crate::{process, report, stamp, workspace};

/// What playwright-core asks for.
const OLDEST_MAJOR: u32 = 20;

/// Installs a folder's npm packages when its lock has changed since the last time.
pub(super) fn ensure(folder: &str) -> Result<()> {
    let folder = Path::new(folder);
    let kept = folder.join("node_modules/.vitrine-stamp");
    let inputs = [folder.join("package.json"), folder.join("package-lock.json")];
    let [package, lock] = &inputs;
    let now = stamp::of(&[package, lock], &[], &[std::env::consts::OS, std::env::consts::ARCH])?;
    if stamp::is(&kept, &now) {
        return Ok(());
    }
    ensure_node()?;
    report::step(format!("installing the npm packages of {}", folder.display()));
    // No package of ours needs its install scripts, and what doesn't run can't harm.
    let mut npm = Command::new("npm");
    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
        .current_dir(folder);
    process::run(&mut npm).with_context(|| {
        format!(
            "npm cannot install {}; check the network and npm's registry setting",
            folder.display()
        )
    })?;
    stamp::keep(&kept, &now)
}

/// The absolute folder of the programs that a folder's packages bring.
pub(super) fn binaries(folder: &str) -> Result<PathBuf> {
    Ok(workspace::root()?.join(folder).join("node_modules/.bin"))
}

fn ensure_node() -> Result<()> {
    let mut missing = Vec::new();
    if process::find("node").is_none() {
        missing.push("nodejs");
    }
    if process::find("npm").is_none() {
        missing.push("npm");
    }
    if !missing.is_empty() {
        system::install("Node.js", &missing, "brew install node")?;
    }
    let version = process::answer(Command::new("node").arg("--version")).context("`node --version` fails")?;
    if major(&version).is_none_or(|major| major < OLDEST_MAJOR) {
        report::note(format!(
            "Node.js {version} builds the app; the browser tests want {OLDEST_MAJOR} or newer"
        ));
    }
    Ok(())
}

/// Fails when the installed Node.js is too old for the browser tests.
pub(crate) fn demand_for_browser_tests() -> Result<()> {
    let version = process::answer(Command::new("node").arg("--version")).context("Node.js is missing")?;
    if major(&version).is_none_or(|major| major < OLDEST_MAJOR) {
        bail!(
            "the browser tests need Node.js {OLDEST_MAJOR} or newer, found {version}: install one and put it in PATH"
        );
    }
    Ok(())
}

fn major(version: &str) -> Option<u32> {
    version.strip_prefix('v')?.split('.').next()?.parse().ok()
}
