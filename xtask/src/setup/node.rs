//! Node.js, and folders of npm packages installed exactly as their lock says.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use super::system;
use crate::{process, report, stamp, workspace};

/// What playwright-core demands.
const OLDEST_MAJOR: u32 = 20;

/// The folder whose lock names a Node.js, for distributions that are older.
const OWN: &str = "xtask/npm/node";

/// Finds a Node.js that is new enough: the system's, or one that npm itself carries.
pub(super) fn ensure_program() -> Result<PathBuf> {
    ensure_npm()?;
    let system = process::find("node").context("Node.js is installed, but `node` is not in PATH")?;
    let version = process::answer(Command::new(&system).arg("--version")).context("`node --version` fails")?;
    if major(&version).is_some_and(|major| major >= OLDEST_MAJOR) {
        return Ok(system);
    }
    let platform = match (std::env::consts::OS, std::env::consts::ARCH) {
        ("linux", "x86_64") => "linux-x64",
        ("linux", "aarch64") => "linux-arm64",
        _ => bail!("Node.js {version} is too old: install {OLDEST_MAJOR} or newer (macOS: `brew upgrade node`)"),
    };
    ensure_packages(OWN)?;
    Ok(workspace::root()?
        .join(OWN)
        .join(format!("node_modules/node-{platform}/bin/node")))
}

/// Installs a folder's npm packages when its lock has changed since the last time.
pub(super) fn ensure_packages(folder: &str) -> Result<()> {
    let folder = Path::new(folder);
    let kept = folder.join("node_modules/.vitrine-stamp");
    let (package, lock) = (folder.join("package.json"), folder.join("package-lock.json"));
    let now = stamp::of(&[&package, &lock], &[], &[std::env::consts::OS, std::env::consts::ARCH])?;
    if stamp::is(&kept, &now) {
        return Ok(());
    }
    ensure_npm()?;
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

fn ensure_npm() -> Result<()> {
    let missing: Vec<_> = [("node", "nodejs"), ("npm", "npm")]
        .iter()
        .filter(|(program, _)| process::find(program).is_none())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let packages: Vec<_> = missing.iter().map(|(_, package)| *package).collect();
    system::install("Node.js", &packages, "brew install node")
}

fn major(version: &str) -> Option<u32> {
    version.strip_prefix('v')?.split('.').next()?.parse().ok()
}
