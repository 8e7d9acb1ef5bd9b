//! `cargo xtask test`: every test there is, with nothing to start by hand.
//!
//! The Rust suite runs on SQLite, then the part that talks to a store again on a PostgreSQL that this command starts
//! and stops, and the part about events on that and ClickHouse's engine; the web crate's pure code is tested natively; the browser tests drive the built server. A failure in one
//! suite does not keep the others from running. The last lines count what ran.

mod browser;
mod clickhouse;
mod counts;
mod postgres;
mod rust;

use std::path::Path;

use anyhow::{Result, bail};

use crate::{report, server, setup, web};
pub(crate) use clickhouse::Server as ClickhouseServer;
use counts::Counts;
pub(crate) use postgres::Server as PostgresServer;

/// Flags of `cargo xtask test`.
#[derive(clap::Args, Default)]
pub(crate) struct Args {
    /// Run only these suites (may be given more than once).
    #[arg(long, value_enum)]
    only: Vec<Suite>,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Suite {
    /// The Rust tests, on SQLite.
    Sqlite,
    /// The tests in `tests/it`, on PostgreSQL.
    Postgres,
    /// The tests of the event store and of questions, on PostgreSQL and ClickHouse.
    Clickhouse,
    /// The web crate's tests, compiled natively.
    Web,
    /// The browser tests.
    Browser,
}

impl Suite {
    const ALL: [Self; 5] = [Self::Sqlite, Self::Postgres, Self::Clickhouse, Self::Web, Self::Browser];

    fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
            Self::Clickhouse => "clickhouse",
            Self::Web => "web",
            Self::Browser => "browser",
        }
    }

    fn run(self, vitrine: &Path) -> Result<Counts> {
        report::step(format!("testing: {}", self.name()));
        match self {
            Self::Sqlite => rust::on_sqlite(vitrine),
            Self::Postgres => rust::on_postgres(vitrine),
            Self::Clickhouse => rust::on_clickhouse(vitrine),
            Self::Web => rust::web_crate(),
            Self::Browser => browser::run(vitrine),
        }
    }
}

/// Sets up, builds and tests; fails when a test failed or a suite ran none.
pub(crate) fn verb(args: &Args) -> Result<()> {
    let tools = setup::for_building()?;
    web::build(&tools)?;
    let vitrine = server::build()?;
    let chosen = Suite::ALL
        .into_iter()
        .filter(|suite| args.only.is_empty() || args.only.contains(suite));
    let mut lines = Vec::new();
    let mut total = Counts::default();
    let mut broken = Vec::new();
    for suite in chosen {
        match suite.run(&vitrine) {
            Ok(counts) => {
                if counts.failed > 0 || counts.passed == 0 {
                    broken.push(suite.name());
                }
                lines.push(format!("{}: {counts}", suite.name()));
                total += counts;
            }
            Err(error) => {
                broken.push(suite.name());
                lines.push(format!("{}: did not run: {error:#}", suite.name()));
            }
        }
    }
    report::step("tested");
    lines.iter().for_each(report::result);
    report::result(format!("total: {total}"));
    if !broken.is_empty() {
        bail!("not every test passed: {}", broken.join(", "));
    }
    Ok(())
}
