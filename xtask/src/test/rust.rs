//! The Rust suites, with cargo-nextest where it is installed and plain `cargo test` elsewhere.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};

use super::counts::Counts;
use super::postgres::Server;
use crate::{process, setup};

/// Names the PostgreSQL on which each test makes a database of its own; unset means SQLite.
const DATABASE: &str = "VITRINE_TEST_DATABASE";

/// Every test of the default members.
pub(super) fn on_sqlite(vitrine: &Path) -> Result<Counts> {
    let mut command = if has_nextest() { nextest() } else { cargo_test() };
    counted(command.env("VITRINE_BIN", vitrine).env_remove(DATABASE))
}

/// The tests that talk to a store, on a PostgreSQL of our own.
pub(super) fn on_postgres(vitrine: &Path) -> Result<Counts> {
    let server = Server::start(&setup::for_postgres()?)?;
    let mut command = if has_nextest() { nextest() } else { cargo_test() };
    // Chosen by filter and not by package: another package selection could change features and compile everything anew.
    command.args(if has_nextest() {
        ["-E", "binary_id(tests::it)"]
    } else {
        ["--test", "it"]
    });
    counted(command.env("VITRINE_BIN", vitrine).env(DATABASE, server.url()))
}

/// The web crate's pure code.
pub(super) fn web_crate() -> Result<Counts> {
    counted(Command::new("cargo").args(["test", "--locked", "--package", "web"]))
}

fn has_nextest() -> bool {
    process::answer(Command::new("cargo").args(["nextest", "--version"])).is_some()
}

fn nextest() -> Command {
    let mut command = Command::new("cargo");
    command.args([
        "nextest",
        "run",
        "--locked",
        "--no-fail-fast",
        "--config-file",
        "xtask/nextest.toml",
    ]);
    command
}

fn cargo_test() -> Command {
    let mut command = Command::new("cargo");
    // Without documentation tests, like nextest.
    command.args(["test", "--locked", "--no-fail-fast", "--tests"]);
    command
}

/// Runs a test runner and reads its closing lines.
pub(super) fn counted(command: &mut Command) -> Result<Counts> {
    let (status, output) = process::watched(command)?;
    let mut counts = Counts::read(&output).with_context(|| format!("`{}` ran no test", process::shown(command)))?;
    if !status.success() && counts.failed == 0 {
        // A crash of the test program itself leaves no count behind.
        counts.failed = 1;
    }
    Ok(counts)
}
