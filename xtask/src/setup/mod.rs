//! Setting up a machine: looks at what is there, installs what is missing, and never touches the rest.
//!
//! Each file asks for one thing and returns where it is. What cargo compiles for us lies in the user's cache, shared by
//! all work trees; what belongs to one work tree lies in `.tools/` and `node_modules/`; only Debian's packages (and
//! rustup's wasm target) change the machine itself. macOS gets a line with the Homebrew command instead.

mod cargo_tools;
mod chromium;
mod duckdb;
mod node;
mod postgres;
mod python;
pub(crate) mod system;
mod wasm;

use std::path::{Path, PathBuf};

use crate::process;
use anyhow::{Context as _, Result};

use crate::report;
pub(crate) use postgres::Binaries as PostgresBinaries;
pub(crate) use system::is_root;
pub(crate) use wasm::Toolchain;

/// Flags of `cargo xtask setup`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Also set up what only the tests need: Chromium, PostgreSQL, ClickHouse's engine, the browser tests' packages.
    #[arg(long)]
    tests: bool,
}

/// What the web app's build needs.
pub(crate) struct BuildTools {
    /// The Rust toolchain that compiles to wasm.
    pub(crate) wasm: Toolchain,
    /// Folders to put first in PATH: wasm-opt, Node.js, Trunk, wasm-bindgen.
    pub(crate) path: Vec<PathBuf>,
}

/// What the browser tests need.
pub(crate) struct BrowserTools {
    /// Node.js, whose test runner runs them.
    pub(crate) node: PathBuf,
    /// The browser that they drive.
    pub(crate) chromium: PathBuf,
}

/// What `cargo xtask lighthouse` needs.
pub(crate) struct Lighthouse {
    /// Node.js, which runs it.
    pub(crate) node: PathBuf,
    /// The browser that it drives.
    pub(crate) chromium: PathBuf,
}

/// Runs `cargo xtask setup`.
pub(crate) fn verb(args: &Args) -> Result<()> {
    for_building()?;
    if args.tests {
        for_browser()?;
        for_postgres()?;
        for_clickhouse()?;
        for_tracing()?;
    }
    report::result(if args.tests {
        "ready to build and to test"
    } else {
        "ready to build"
    });
    Ok(())
}

/// Sets up everything that `run` and `demo` need.
pub(crate) fn for_building() -> Result<BuildTools> {
    for_server()?;
    let wasm = wasm::ensure()?;
    let node = node::ensure_program()?;
    // Node lies among the system's programs, where another Rust may be; the one that runs us comes first.
    let rust = process::find("cargo").context("cargo is in PATH")?;
    let mut path = vec![node::binaries("xtask/npm")?, folder(&rust)?, folder(&node)?];
    path.extend(cargo_tools::ensure()?);
    Ok(BuildTools { wasm, path })
}

/// Sets up what building the server alone needs.
pub(crate) fn for_server() -> Result<()> {
    system::ensure_compiler()?;
    node::ensure_packages("xtask/npm")?;
    duckdb::ensure()
}

/// Sets up the browser tests.
pub(crate) fn for_browser() -> Result<BrowserTools> {
    let node = node::ensure_program()?;
    node::ensure_packages("tests/browser")?;
    let chromium = chromium::ensure(&node)?;
    Ok(BrowserTools { node, chromium })
}

/// Sets up Lighthouse.
pub(crate) fn for_lighthouse() -> Result<Lighthouse> {
    // Its browser is the tests' own.
    let BrowserTools { node, chromium } = for_browser()?;
    node::ensure_packages("xtask/npm/lighthouse")?;
    Ok(Lighthouse { node, chromium })
}

/// Finds or sets up Node.js, for scripts of our own.
pub(crate) fn for_scripts() -> Result<PathBuf> {
    node::ensure_program()
}

/// Sets up what tests run the server under: strace, which shows the order of syncing and answering.
pub(crate) fn for_tracing() -> Result<()> {
    if cfg!(not(target_os = "linux")) || process::find("strace").is_some() {
        return Ok(());
    }
    system::install("strace", &["strace"], "strace")
}

/// Sets up PostgreSQL's server programs and returns where they are.
pub(crate) fn for_postgres() -> Result<PostgresBinaries> {
    postgres::ensure()
}

/// Sets up the engine that stands in for a ClickHouse server, and returns the Python that runs it.
pub(crate) fn for_clickhouse() -> Result<PathBuf> {
    Ok(python::ensure("chdb", "tests/clickhouse/requirements.txt", false)?.join("python"))
}

/// Sets up schemathesis.
pub(crate) fn for_fuzzing() -> Result<PathBuf> {
    Ok(python::ensure("schemathesis", "tests/fuzz/requirements.txt", true)?.join("st"))
}

/// Finds or sets up the wasm toolchain alone, for lints.
pub(crate) fn for_wasm() -> Result<Toolchain> {
    wasm::ensure()
}

fn folder(program: &Path) -> Result<PathBuf> {
    Ok(program.parent().context("a program lies in a folder")?.to_owned())
}
