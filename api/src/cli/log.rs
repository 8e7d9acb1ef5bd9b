//! Where the log goes: stderr, for people on a terminal, as JSON lines elsewhere.

use crate::app::StartError;
use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;

/// Starts logging.
pub fn init(filter: &str) -> Result<(), StartError> {
    let filter = EnvFilter::try_new(filter).map_err(|error| StartError(format!("settings: log: {error}")))?;
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    let started = if std::io::stderr().is_terminal() {
        builder.try_init()
    } else {
        builder.json().try_init()
    };
    started.map_err(|error| StartError(format!("log: {error}")))
}
