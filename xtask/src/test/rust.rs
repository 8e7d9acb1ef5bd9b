//! The Rust suites, with cargo-nextest where it is installed and plain `cargo test` elsewhere.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};

use super::clickhouse;
use super::counts::Counts;
use super::postgres::Server;
use crate::{process, setup};

/// Names the PostgreSQL on which each test makes a database of its own; unset means SQLite.
const DATABASE: &str = "TEST_DATABASE_URL";
/// Names the ClickHouse on which each test makes a database of its own; unset means DuckDB.
const CLICKHOUSE: &str = "TEST_CLICKHOUSE_URL";
/// What is asked of ClickHouse: its engine answers one question at a time there.
const ON_CLICKHOUSE: &str = "(package(api) & test(reports::tests)) | (binary_id(tests::it) & \
    (test(clickhouse) | test(cluster) | test(move_store) | test(export) | test(import) | test(visits::) | test(goals) | test(t78)))";

/// Every test of the default members.
pub(super) fn on_sqlite(vitrine: &Path) -> Result<Counts> {
    setup::for_tracing()?;
    let measuring = setup::for_lighthouse()?;
    // Without documentation tests, which nextest does not run either.
    let mut command = if has_nextest() {
        nextest(&[])
    } else {
        cargo_test(&["--tests"])
    };
    command
        .env("TEST_LIGHTHOUSE_NODE", measuring.node)
        .env("TEST_CHROMIUM", measuring.chromium);
    counted(
        command
            .env("TEST_VITRINE_BIN", vitrine)
            .env_remove(DATABASE)
            .env_remove(CLICKHOUSE),
    )
}

/// The tests that talk to a store, on a PostgreSQL of our own.
pub(super) fn on_postgres(vitrine: &Path) -> Result<Counts> {
    setup::for_tracing()?;
    let server = Server::start(&setup::for_postgres()?)?;
    // Chosen by filter, not by package: another choice of packages could change features and compile everything anew.
    let mut command = if has_nextest() {
        nextest(&["-E", "binary_id(tests::it)"])
    } else {
        cargo_test(&["--test", "it"])
    };
    counted(
        command
            .env("TEST_VITRINE_BIN", vitrine)
            .env(DATABASE, server.url())
            .env_remove(CLICKHOUSE),
    )
}

/// What events and questions are tested by, on PostgreSQL and ClickHouse of our own; a server that `TEST_CLICKHOUSE_URL` names is taken
/// instead of the engine alone.
pub(super) fn on_clickhouse(vitrine: &Path) -> Result<Counts> {
    setup::for_tracing()?;
    let postgres = Server::start(&setup::for_postgres()?)?;
    let (_engine, url) = match std::env::var(CLICKHOUSE) {
        Ok(url) => (None, url),
        Err(_) => {
            let engine = clickhouse::Server::start(&setup::for_clickhouse()?)?;
            let url = engine.url();
            (Some(engine), url)
        }
    };
    let mut command = if has_nextest() {
        nextest(&["-E", ON_CLICKHOUSE])
    } else {
        cargo_test(&["--test", "it", "clickhouse"])
    };
    command
        .env("TEST_VITRINE_BIN", vitrine)
        .env(DATABASE, postgres.url())
        .env(CLICKHOUSE, url)
        .env("TEST_QUESTIONS", "100");
    counted(&mut command)
}

/// The web crate's pure code.
pub(super) fn web_crate() -> Result<Counts> {
    counted(Command::new("cargo").args(["test", "--locked", "--package", "web"]))
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

fn has_nextest() -> bool {
    process::answer(Command::new("cargo").args(["nextest", "--version"])).is_some()
}

fn nextest(which: &[&str]) -> Command {
    let mut command = Command::new("cargo");
    command
        .args([
            "nextest",
            "run",
            "--locked",
            "--no-fail-fast",
            "--config-file",
            "xtask/nextest.toml",
        ])
        .args(which);
    command
}

fn cargo_test(which: &[&str]) -> Command {
    let mut command = Command::new("cargo");
    command.args(["test", "--locked", "--no-fail-fast"]).args(which);
    command
}
