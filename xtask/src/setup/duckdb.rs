//! The prebuilt DuckDB library that npm carries: pinned and checksummed by package-lock.json, no compile of 38 minutes.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use crate::{report, stamp, workspace};

/// Copies the library to `.tools/duckdb/`, where `.cargo/config.toml` lets the build look for it.
pub(super) fn ensure() -> Result<()> {
    let (library, platform) = match (std::env::consts::OS, std::env::consts::ARCH) {
        ("linux", "x86_64") => ("libduckdb.so", "linux-x64"),
        ("linux", "aarch64") => ("libduckdb.so", "linux-arm64"),
        ("macos", "x86_64") => ("libduckdb.dylib", "darwin-x64"),
        ("macos", "aarch64") => ("libduckdb.dylib", "darwin-arm64"),
        (os, arch) => bail!("there is no prebuilt DuckDB for {os} on {arch}: build with --features api/bundled"),
    };
    let lock = Path::new("xtask/npm/package-lock.json");
    let folder = workspace::tools().join("duckdb");
    let (to, kept) = (folder.join(library), folder.join("stamp"));
    let now = stamp::of(&[lock], &[], &[platform])?;
    if to.is_file() && stamp::is(&kept, &now) {
        return Ok(());
    }
    let package = format!("xtask/npm/node_modules/@duckdb/node-bindings-{platform}");
    let from = Path::new(&package).join(library);
    report::step(format!("copying {library} to {}", folder.display()));
    if !from.is_file() {
        bail!(
            "{} is missing: remove xtask/npm/node_modules and run `cargo xtask setup` again",
            from.display()
        );
    }
    fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    // A running server has the old file mapped: put the new one beside it and rename.
    let fresh = folder.join(format!("{library}.new"));
    fs::copy(&from, &fresh).with_context(|| format!("cannot write {}", fresh.display()))?;
    fs::rename(&fresh, &to).with_context(|| format!("cannot write {}", to.display()))?;
    stamp::keep(&kept, &now)
}
