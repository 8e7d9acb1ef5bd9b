//! A Chromium for the browser tests: the one that VITRINE_CHROMIUM names, one in PATH, or Debian's.

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};

use super::{node, system};
use crate::process;

const NAMES: [&str; 4] = ["chromium", "google-chrome", "google-chrome-stable", "chrome"];
const MACOS: [&str; 2] = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/// Finds a browser or installs one, and returns its program.
pub(super) fn ensure() -> Result<PathBuf> {
    node::demand_for_browser_tests()?;
    if let Some(named) = std::env::var_os("VITRINE_CHROMIUM") {
        let named = PathBuf::from(named);
        if !named.is_file() {
            bail!("VITRINE_CHROMIUM names {}, which is no file", named.display());
        }
        return Ok(named);
    }
    if let Some(found) = found() {
        return Ok(found);
    }
    if system::is_ubuntu() {
        bail!(
            "no Chromium, and Ubuntu has it only as a snap: `sudo snap install chromium`, or install google-chrome, \
             or name a browser in VITRINE_CHROMIUM"
        );
    }
    system::install(
        "Chromium",
        &["chromium", "fonts-liberation"],
        "brew install --cask google-chrome",
    )?;
    found().context("Chromium is installed, but its program is not in PATH")
}

fn found() -> Option<PathBuf> {
    let in_path = NAMES.iter().find_map(|name| process::find(name));
    in_path.or_else(|| MACOS.iter().map(PathBuf::from).find(|file| file.is_file()))
}
