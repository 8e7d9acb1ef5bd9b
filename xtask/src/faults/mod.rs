//! `cargo xtask faults`: what happens when disks, databases and processes fail, test by test.
//!
//! The tests carry the number of their fault in their names (`t78_…`). They run on each set of stores, the long ones too, which the ordinary
//! suite leaves out. `target/faults.json` tells for each number the tests, their results and seconds, and what they measured (a line
//! `figure: name=number` that a test prints); a number without a test is missing.

mod outcome;

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

use crate::test::{ClickhouseServer, PostgresServer};
use crate::{process, report, server, setup, workspace};
use outcome::Outcome;

/// The faults that are told of, by their numbers.
const NUMBERS: RangeInclusive<u32> = 76..=85;
const REPORT: &str = "faults.json";

/// Flags of `cargo xtask faults`.
#[derive(clap::Args, Default)]
pub(crate) struct Args {
    /// Run only these numbers (may be given more than once).
    #[arg(long, value_name = "NUMBER")]
    only: Vec<u32>,
    /// Run only on these stores (may be given more than once).
    #[arg(long, value_enum)]
    on: Vec<Stores>,
    /// Have them happen to this `vitrine` instead of a debug build, which takes fewer events a second.
    #[arg(long, value_name = "PATH")]
    program: Option<PathBuf>,
}

/// Where metadata and events are.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Stores {
    /// SQLite and DuckDB.
    Sqlite,
    /// PostgreSQL and DuckDB.
    Postgres,
    /// SQLite and ClickHouse's engine; where `TEST_CLICKHOUSE_URL` names a server, that.
    Clickhouse,
}

impl Stores {
    const ALL: [Self; 3] = [Self::Sqlite, Self::Postgres, Self::Clickhouse];

    fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
            Self::Clickhouse => "clickhouse",
        }
    }

    /// Tests of other stores alone, which would say nothing here.
    fn elsewhere(self) -> &'static str {
        match self {
            Self::Sqlite => "(faults::postgres|stores::clickhouse)",
            Self::Postgres => "stores::clickhouse",
            Self::Clickhouse => "faults::postgres",
        }
    }
}

/// Runs the tests and writes the report; fails when one failed.
pub(crate) fn verb(args: &Args) -> Result<()> {
    setup::for_server()?;
    setup::for_tracing()?;
    let vitrine = match &args.program {
        Some(program) => std::path::absolute(program)?,
        None => server::build()?,
    };
    let postgres = setup::for_postgres()?;
    let folder = postgres.postgres.parent().context("a program lies in a folder")?;
    let numbers: Vec<u32> = NUMBERS
        .filter(|number| args.only.is_empty() || args.only.contains(number))
        .collect();
    let mut outcomes = Vec::new();
    for stores in Stores::ALL {
        if !args.on.is_empty() && !args.on.contains(&stores) {
            continue;
        }
        report::step(format!("failing on: {}", stores.name()));
        let mut command = nextest(&numbers, stores);
        command
            .env("TEST_VITRINE_BIN", &vitrine)
            .env("TEST_POSTGRES_BIN", folder)
            .env("TEST_FAULTS", "1");
        outcomes.extend(run(stores, &mut command, &postgres)?);
    }
    write(&numbers, &outcomes)?;
    let failed: Vec<&str> = outcomes
        .iter()
        .filter(|it| !it.passed)
        .map(|it| it.test.as_str())
        .collect();
    if !failed.is_empty() {
        bail!("not every fault was survived: {}", failed.join(", "));
    }
    Ok(())
}

fn run(stores: Stores, command: &mut Command, postgres: &setup::PostgresBinaries) -> Result<Vec<Outcome>> {
    let named = std::env::var("TEST_CLICKHOUSE_URL").ok();
    command
        .env_remove("TEST_DATABASE_URL")
        .env_remove("TEST_CLICKHOUSE_URL");
    // Both end with this function.
    let _postgres = match stores {
        Stores::Postgres => {
            let server = PostgresServer::start(postgres)?;
            command.env("TEST_DATABASE_URL", server.url());
            Some(server)
        }
        Stores::Sqlite | Stores::Clickhouse => None,
    };
    let _clickhouse = match (stores, named) {
        (Stores::Clickhouse, Some(url)) => {
            command.env("TEST_CLICKHOUSE_URL", url);
            None
        }
        (Stores::Clickhouse, None) => {
            let server = ClickhouseServer::start(&setup::for_clickhouse()?)?;
            command.env("TEST_CLICKHOUSE_URL", server.url());
            Some(server)
        }
        (Stores::Sqlite | Stores::Postgres, _) => None,
    };
    let (status, output) = process::watched(command)?;
    let outcomes = outcome::read(&output, stores.name());
    if outcomes.is_empty() {
        bail!("`{}` ran no test ({status})", process::shown(command));
    }
    Ok(outcomes)
}

fn nextest(numbers: &[u32], stores: Stores) -> Command {
    let numbers: Vec<String> = numbers.iter().map(u32::to_string).collect();
    let named = format!("test(/(^|::)t({})_/)", numbers.join("|"));
    let elsewhere = format!(" and not test(/^{}::/)", stores.elsewhere());
    let mut command = Command::new("cargo");
    command.args(["nextest", "run", "--locked", "--no-fail-fast"]);
    // One at a time: a test that measures must not wait for another's load.
    command.args([
        "--config-file",
        "xtask/nextest.toml",
        "--test-threads",
        "1",
        "--color",
        "never",
        "--success-output",
        "immediate",
    ]);
    command.args(["-E", &(named + &elsewhere)]);
    command
}

/// Writes the report, and says it in a line for each number.
fn write(numbers: &[u32], outcomes: &[Outcome]) -> Result<()> {
    let mut report = BTreeMap::new();
    for number in numbers {
        let tests: Vec<&Outcome> = outcomes.iter().filter(|outcome| outcome.number == *number).collect();
        let result = match () {
            () if tests.is_empty() => "missing",
            () if tests.iter().all(|outcome| outcome.passed) => "passed",
            () => "failed",
        };
        report::result(format!("T{number}: {result} ({} tests)", tests.len()));
        let tests: Vec<Value> = tests.into_iter().map(Outcome::json).collect();
        report.insert(format!("T{number}"), json!({"result": result, "tests": tests}));
    }
    let path = target()?.join(REPORT);
    std::fs::write(&path, serde_json::to_string_pretty(&report)? + "\n")
        .with_context(|| format!("{} can't be written", path.display()))?;
    report::result(format!("written: {}", path.display()));
    Ok(())
}

/// The folder `target`, above the profiles.
fn target() -> Result<PathBuf> {
    let profile = workspace::artefacts()?;
    Ok(profile.parent().map_or_else(|| profile.clone(), Path::to_owned))
}
