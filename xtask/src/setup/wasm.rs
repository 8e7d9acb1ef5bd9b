//! A Rust toolchain that compiles to wasm32-unknown-unknown.
//!
//! With rustup it is the project's own toolchain and one more target. Where rustup's server can't be reached, Debian's
//! `rustc-web` builds the standard library from its packaged source. That takes a few environment variables for the
//! web app's build and leaves no trace in the manifests.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use super::system;
use crate::{process, report};

const TARGET: &str = "wasm32-unknown-unknown";
const DEBIAN_PACKAGES: [&str; 4] = ["rustc-web", "cargo-web", "rust-web-src", "lld-22"];
const DEBIAN_LINKER: &str = "wasm-ld-22";
const DEBIAN_STD: &str = "/usr/lib/rustlib/src/rust/library/std/Cargo.toml";

/// Which toolchain compiles the web app.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Toolchain {
    /// The one that compiles everything else.
    Own,
    /// Debian's, with the standard library built along.
    Debian,
}

impl Toolchain {
    /// Prepares a command whose cargo compiles to wasm.
    pub(crate) fn apply(self, command: &mut Command) {
        // `cargo run` points these at the toolchain that built this program.
        command.env_remove("CARGO").env_remove("LD_LIBRARY_PATH");
        if self == Self::Debian {
            command
                .env("RUSTUP_TOOLCHAIN", "debian")
                .env("RUSTC_BOOTSTRAP", "1")
                .env("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort")
                .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", DEBIAN_LINKER);
        }
    }

    /// The compiler's version, which the web app's build depends on.
    pub(crate) fn version(self) -> Result<String> {
        let mut rustc = Command::new("rustc");
        self.apply(&mut rustc);
        process::answer(rustc.arg("-vV")).context("`rustc -vV` fails: install Rust from rustup.rs")
    }
}

/// Finds the toolchain, or sets one up.
pub(super) fn ensure() -> Result<Toolchain> {
    if own_has_target() {
        return Ok(Toolchain::Own);
    }
    if debian_is_linked() && debian_is_complete() {
        return Ok(Toolchain::Debian);
    }
    if process::find("rustup").is_none() {
        bail!("this Rust lacks the target {TARGET}: install Rust from rustup.rs, or your distribution's wasm target");
    }
    report::step(format!("adding the wasm target: rustup target add {TARGET}"));
    let mut rustup = Command::new("rustup");
    rustup
        .args(["target", "add", TARGET])
        .env("RUSTUP_MAX_RETRIES", "1")
        .env("RUST_BACKTRACE", "0");
    if process::succeeds_within(&mut rustup, Duration::from_secs(180))? && own_has_target() {
        return Ok(Toolchain::Own);
    }
    debian()
}

fn debian() -> Result<Toolchain> {
    report::note("rustup can't fetch it; trying Debian's rustc-web instead");
    if !debian_is_complete() {
        if !system::apt_has(DEBIAN_PACKAGES[0])? {
            bail!("no wasm target: `rustup target add {TARGET}` fails and apt has no rustc-web; check the network");
        }
        system::install(
            "a Rust that builds for wasm",
            &DEBIAN_PACKAGES,
            "rustup target add wasm32-unknown-unknown",
        )?;
    }
    if !debian_is_linked() {
        report::step("naming it for rustup: rustup toolchain link debian /usr");
        process::run(Command::new("rustup").args(["toolchain", "link", "debian", "/usr"]))
            .context("rustup cannot link the toolchain")?;
    }
    Ok(Toolchain::Debian)
}

fn own_has_target() -> bool {
    let sysroot = process::answer(Command::new("rustc").args(["--print", "sysroot"]));
    sysroot.is_some_and(|sysroot| {
        Path::new(&sysroot)
            .join("lib/rustlib")
            .join(TARGET)
            .join("lib")
            .is_dir()
    })
}

fn debian_is_complete() -> bool {
    process::find(DEBIAN_LINKER).is_some()
        && Path::new(DEBIAN_STD).is_file()
        && ["rustc", "cargo"]
            .iter()
            .all(|program| Path::new("/usr/bin").join(program).is_file())
}

fn debian_is_linked() -> bool {
    let list = process::answer(Command::new("rustup").args(["toolchain", "list"]));
    list.is_some_and(|list| {
        list.lines()
            .any(|line| line.split_whitespace().next() == Some("debian"))
    })
}
