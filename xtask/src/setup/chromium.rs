//! A Chromium for the browser tests: the one that TEST_CHROMIUM names, one in PATH, or one installed now.
//!
//! Debian has it as a package. Ubuntu has only a snap, which can't see the tests' temporary folders: there Playwright
//! fetches its own build.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use super::system;
use crate::{process, report};

const NAMES: [&str; 4] = ["chromium", "google-chrome", "google-chrome-stable", "chrome"];
const MACOS: [&str; 2] = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
];
const PLAYWRIGHT: &str = "tests/browser";
const OR_NAME_ONE: &str = "install Chromium or Google Chrome yourself, or name one in TEST_CHROMIUM";

/// Finds a browser or installs one, and returns its program.
pub(super) fn ensure(node: &Path) -> Result<PathBuf> {
    if let Some(named) = std::env::var_os("TEST_CHROMIUM").map(PathBuf::from) {
        if !named.is_file() {
            bail!("TEST_CHROMIUM names {}, which is no file", named.display());
        }
        return Ok(named);
    }
    if let Some(found) = found() {
        return Ok(found);
    }
    if system::is_ubuntu() {
        return playwrights_own(node);
    }
    system::install(
        "Chromium",
        &["chromium", "fonts-liberation"],
        "brew install --cask google-chrome",
    )
    .context(OR_NAME_ONE)?;
    found().with_context(|| format!("Chromium is installed, but its program is not in PATH; {OR_NAME_ONE}"))
}

fn found() -> Option<PathBuf> {
    let in_path = NAMES
        .iter()
        .filter_map(|name| process::find(name))
        .find(|file| !file.starts_with("/snap"));
    in_path.or_else(|| MACOS.iter().map(PathBuf::from).find(|file| file.is_file()))
}

fn playwrights_own(node: &Path) -> Result<PathBuf> {
    let place = "process.stdout.write(require('playwright-core').chromium.executablePath())";
    let mut ask = Command::new(node);
    ask.args(["--input-type=commonjs", "-e", place]).current_dir(PLAYWRIGHT);
    let program = process::answer(&mut ask).context("Playwright does not tell where its Chromium belongs")?;
    let program = PathBuf::from(program);
    if !program.is_file() {
        report::step("installing Playwright's Chromium (Ubuntu's is a snap)");
        let mut install = Command::new(node);
        install.args([
            "node_modules/playwright-core/cli.js",
            "install",
            "--with-deps",
            "chromium",
        ]);
        process::run(install.current_dir(PLAYWRIGHT)).context(OR_NAME_ONE)?;
    }
    Ok(program)
}
