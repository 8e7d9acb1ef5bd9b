//! The commands of the `vitrine` program.

mod backup;
mod demo;
mod import;
mod log;
mod move_store;
mod progress;
mod rebuild;
mod serve;
mod steps;

use crate::app::{self, StartError};
use crate::config::{Config, DEFAULTS, Flags};
use crate::kit::clock::Clock;
use crate::routes;
use clap::{Parser, Subcommand};
use std::io::Write;
use std::process::ExitCode;

/// Show a site's traffic and health to people without an account.
///
/// Without a command the server starts: metadata in SQLite and events in DuckDB, both in the data folder, at
/// http://127.0.0.1:8080. The first line on stdout, once it is ready, is `vitrine listening on http://<address>`.
#[derive(Debug, Parser)]
#[command(name = "vitrine", version, after_long_help = after_help())]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    flags: Flags,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Starts the server (the default)
    Serve,
    /// Brings the databases' schemas up to date and ends
    Migrate,
    /// Brings numbers from before into a site: access logs, Plausible's export
    #[command(subcommand)]
    Import(import::Import),
    /// Copies everything that is stored, as it is at one instant, also while the server runs
    Backup(backup::Backup),
    /// Restores a backup into an empty data folder
    Restore(backup::Restore),
    /// Looks through everything that is stored and says what is wrong; nothing is changed
    Check,
    /// Moves all events from DuckDB to ClickHouse or back, by days; started again, it goes on and copies what has changed
    MigrateStore(move_store::MoveStore),
    /// Counts anew what days are counted beforehand, in a data folder that no server uses
    RebuildRollups,
    /// Prints the API document (OpenAPI 3.1, YAML)
    Openapi,
    /// Prints the settings with their defaults and explanations (TOML)
    Settings,
    /// Starts a server with a demo account and a year of made-up visits, in a folder that is thrown away
    Demo {
        /// So many times the visits of a small site; 55 make ten million events of the first site
        #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(i64).range(1..=1000))]
        times: i64,
    },
}

fn after_help() -> String {
    "Settings: every one has a default; `vitrine settings` prints them all, explained.\n\
     A flag wins over the environment (VITRINE_LISTEN, VITRINE_DATA_DIR, VITRINE_BASE_URL, VITRINE_DATABASE_URL, …), \n\
     the environment over the TOML file that --config names. Unknown settings are refused.\n\n\
     Behind a TLS proxy:  vitrine --base-url https://stats.example.org  with  VITRINE_TRUSTED_PROXIES=127.0.0.1\n\
     On PostgreSQL:       VITRINE_DATABASE_URL=postgres://user:password@host/vitrine vitrine\n\
     Stop with Ctrl+C or SIGTERM: requests in flight are finished, nothing that was accepted is lost."
        .to_owned()
}

/// Runs the program.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _unwritable = writeln!(std::io::stderr(), "vitrine: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> Result<(), StartError> {
    match cli.command {
        Some(Command::Settings) => return print(DEFAULTS),
        Some(Command::Openapi) => {
            let config = load(&cli.flags)?;
            return print(&routes::openapi_yaml(&routes::Limits::new(&config.limits)));
        }
        _ => {}
    }
    let config = load(&cli.flags)?;
    let serves = matches!(cli.command, None | Some(Command::Serve | Command::Demo { .. }));
    actix_web::rt::System::new().block_on(async {
        let telemetry = log::init(&config, serves)?;
        let ran = match cli.command {
            None | Some(Command::Serve) => serve::serve(config).await,
            Some(Command::Migrate) => migrate(config).await,
            Some(Command::Demo { times }) => demo::demo(config, times).await,
            Some(Command::MigrateStore(what)) => move_store::move_store(config, what).await,
            Some(Command::RebuildRollups) => rebuild::rebuild_rollups(config).await,
            Some(Command::Import(what)) => import::import(config, what).await,
            Some(Command::Backup(given)) => backup::backup(config, given).await,
            Some(Command::Restore(given)) => backup::restore(config, given).await,
            Some(Command::Check) => backup::check(config).await,
            Some(Command::Openapi | Command::Settings) => Ok(()),
        };
        telemetry.finish().await;
        ran
    })
}

fn load(flags: &Flags) -> Result<Config, StartError> {
    Config::load(flags).map_err(|error| StartError(format!("settings: {error}")))
}

/// Opening the stores migrates them.
async fn migrate(config: Config) -> Result<(), StartError> {
    let state = app::open(config, Clock::system(), crate::kit::ids::Ids::random()).await?;
    let engine = state.db.engine();
    app::Started::finish(&state).await;
    print(&format!("{engine} and the event store are up to date\n"))
}

fn print(text: &str) -> Result<(), StartError> {
    let mut stdout = std::io::stdout().lock();
    let written = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
    written.map_err(|error| StartError(format!("stdout: {error}")))
}
