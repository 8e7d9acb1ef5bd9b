//! Python programs of our own use, each set of packages in an environment of its own in the user's cache.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use super::system;
use crate::{process, report, stamp, workspace};

/// An environment with the packages of a requirements file; answers its folder of programs.
///
/// With `whole`, what the packages depend on comes too; without it the file names all that is needed.
pub(super) fn ensure(name: &str, requirements: &str, whole: bool) -> Result<PathBuf> {
    let home = workspace::cache()?.join(name);
    let programs = home.join("bin");
    let kept = home.join(".vitrine-stamp");
    let now = stamp::of(&[Path::new(requirements)], &[], &[])?;
    if programs.is_dir() && stamp::is(&kept, &now) {
        return Ok(programs);
    }
    if process::answer(Command::new("python3").args(["-m", "ensurepip", "--version"])).is_none() {
        system::install("Python with venv", &["python3", "python3-venv"], "brew install python3")?;
    }
    report::step(format!("installing {name}"));
    process::run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&home))?;
    let mut pip = Command::new(programs.join("pip"));
    pip.args(["install", "--quiet", "--requirement", requirements]);
    if !whole {
        pip.arg("--no-deps");
    }
    process::run(&mut pip)
        .with_context(|| format!("pip cannot install {name}; check the network and pip's index setting"))?;
    stamp::keep(&kept, &now)?;
    Ok(programs)
}
