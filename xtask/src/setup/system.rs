//! Debian's packages, and the line that says what to do where there is no apt.

use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context as _, Result, bail};

use crate::{process, report};

static LISTS_ARE_FRESH: AtomicBool = AtomicBool::new(false);

/// A C compiler and linker, for the crates that carry C (SQLite, ring).
pub(super) fn ensure_compiler() -> Result<()> {
    if process::find("cc").is_some() {
        return Ok(());
    }
    install("a C compiler", &["gcc", "libc6-dev"], "xcode-select --install")
}

/// Installs Debian packages; elsewhere fails with the command to run.
pub(crate) fn install(what: &str, packages: &[&str], elsewhere: &str) -> Result<()> {
    let wanted = packages.join(" ");
    if process::find("apt-get").is_none() {
        bail!("{what} is missing: install it (macOS: `{elsewhere}`) and run this again");
    }
    report::step(format!("installing {what}: apt-get install {wanted}"));
    if !LISTS_ARE_FRESH.swap(true, Ordering::Relaxed) {
        process::run(apt()?.args(["-qq", "update"])).context("cannot refresh apt's package lists")?;
    }
    process::run(
        apt()?
            .args([
                "-qq",
                "-o",
                "Dpkg::Use-Pty=0",
                "install",
                "-y",
                "--no-install-recommends",
            ])
            .args(packages),
    )
    .with_context(|| format!("cannot install {what}; run `apt-get install {wanted}` as root, then this again"))
}

/// Whether apt knows a package, on lists that are fresh.
pub(super) fn apt_has(package: &str) -> Result<bool> {
    if process::find("apt-get").is_none() {
        return Ok(false);
    }
    if !LISTS_ARE_FRESH.swap(true, Ordering::Relaxed) {
        process::run(apt()?.args(["-qq", "update"])).context("cannot refresh apt's package lists")?;
    }
    Ok(process::answer(Command::new("apt-cache").args(["show", package])).is_some_and(|text| !text.is_empty()))
}

/// Whether this is Ubuntu, where some of Debian's packages are stand-ins for snaps.
pub(super) fn is_ubuntu() -> bool {
    std::fs::read_to_string("/etc/os-release").is_ok_and(|text| text.lines().any(|line| line == "ID=ubuntu"))
}

/// Whether this process is root's.
pub(crate) fn is_root() -> bool {
    process::answer(Command::new("id").arg("-u")).as_deref() == Some("0")
}

fn apt() -> Result<Command> {
    let mut command = if is_root() {
        Command::new("apt-get")
    } else if process::find("sudo").is_some() {
        let mut sudo = Command::new("sudo");
        sudo.args(["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
        sudo
    } else {
        bail!("apt-get needs root, and there is no sudo: run `cargo xtask setup --tests` as root once");
    };
    command.env("DEBIAN_FRONTEND", "noninteractive");
    Ok(command)
}
