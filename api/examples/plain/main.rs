//! DuckDB without Vitrine: makes up stores of any size for `cargo xtask bench`, and asks the questions of a dashboard of the raw events, as
//! somebody would who writes SQL by hand. It speaks JSON to the benchmark.

mod ask;
mod make;
mod sort;

use clap::{Parser, Subcommand};
use std::error::Error;
use std::path::Path;

/// What can go wrong here.
pub type Outcome<T> = Result<T, Box<dyn Error>>;

#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Fills the event file of a stopped server with a year of made-up visits
    Make(make::Args),
    /// Copies a site-by-site, sorted table of events into a file of its own
    Sort(sort::Args),
    /// Asks such a file what a dashboard asks; a line of JSON for each case
    Ask(ask::Args),
}

fn main() -> Outcome<()> {
    match Cli::parse().command {
        Command::Make(args) => make::make(&args),
        Command::Sort(args) => sort::sort(&args),
        Command::Ask(args) => ask::ask(&args),
    }
}

/// A path as a literal of SQL.
fn quoted(path: &Path) -> String {
    format!("'{}'", path.display().to_string().replace('\'', "''"))
}
