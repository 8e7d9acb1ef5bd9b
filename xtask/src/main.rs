//! The project's own commands, run as `cargo xtask <verb>`.
//!
//! Every step says what it does, skips what is already there, and fails with one line that names the remedy.
//! Nothing here is needed to understand the product; it replaces a folder of shell scripts.

mod bench;
mod check_import;
mod ci;
mod demo;
mod faults;
mod fuzz;
mod lighthouse;
mod openapi;
mod owner;
mod process;
mod report;
mod run;
mod server;
mod setup;
mod stamp;
mod test;
mod tidy;
mod web;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Vitrine's own commands.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Set up what is missing for building (and, with --tests, for testing).
    Setup(setup::Args),
    /// Build the web app into web/dist, compressed and within its size budget.
    Web,
    /// Set up, build, and start the server on ./data.
    Run(run::Args),
    /// Set up, build, and start the server on a throwaway data folder with a demo account.
    Demo(demo::Args),
    /// Set up and pass every test: on SQLite, on PostgreSQL, in the web crate, in a browser.
    Test(test::Args),
    /// Let disks, databases and processes fail, on each set of stores; writes target/faults.json.
    Faults(faults::Args),
    /// Write openapi.yaml from the server's code, or check that it is current.
    Openapi(openapi::Args),
    /// Measure the release build beside bare actix-web and plain DuckDB; --timing compares what must not be told apart.
    Bench(bench::Args),
    /// Measure the demo's share link with Lighthouse, as a phone sees it.
    Lighthouse,
    /// Ask the running server everything that openapi.yaml allows and forbids, with schemathesis, under each kind of key.
    FuzzApi(fuzz::Args),
    /// Compare an imported access log with what GoAccess counts in it: of real requests through nginx, or of files of yours.
    CheckImport(check_import::Args),
    /// Check file lengths, module prose and who imports whom.
    Tidy,
    /// What CI runs: formatting, lints, tidy, licences, tests, API document, size budget.
    Ci(ci::Args),
}

fn main() -> ExitCode {
    let verb = Cli::parse().verb;
    let outcome = workspace::enter().and_then(|()| match verb {
        Verb::Setup(args) => setup::verb(&args),
        Verb::Web => setup::for_building()
            .and_then(|tools| web::build(&tools))
            .and_then(|()| web::check_budget()),
        Verb::Run(args) => run::verb(&args),
        Verb::Demo(args) => demo::verb(&args),
        Verb::Test(args) => test::verb(&args),
        Verb::Faults(args) => faults::verb(&args),
        Verb::Openapi(args) => openapi::verb(&args),
        Verb::Bench(args) => bench::verb(&args),
        Verb::FuzzApi(args) => fuzz::verb(&args),
        Verb::Lighthouse => lighthouse::verb(),
        Verb::CheckImport(args) => check_import::verb(&args),
        Verb::Tidy => tidy::verb(),
        Verb::Ci(args) => ci::verb(&args),
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report::failure(&error);
            ExitCode::FAILURE
        }
    }
}
