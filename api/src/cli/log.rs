//! Where the log goes: stderr, for people on a terminal, as JSON lines elsewhere. Where traces go, if anywhere.

use crate::app::StartError;
use crate::config::Config;
use crate::telemetry::{self, REQUESTS, Telemetry};
use std::io::IsTerminal;
use std::panic::{self, PanicHookInfo};
use tracing_subscriber::filter::{FilterExt, LevelFilter, filter_fn};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, Registry, fmt};

/// Starts logging, and tracing if `traces` are wanted and the settings name a collector.
pub fn init(config: &Config, traces: bool) -> Result<Telemetry, StartError> {
    let filter = EnvFilter::try_new(&config.log).map_err(|error| StartError(format!("settings: log: {error}")))?;
    // Spans of requests are for the collector alone.
    let is_log = filter_fn(|it| it.target() != REQUESTS).with_max_level_hint(LevelFilter::TRACE);
    let lines = fmt::layer::<Registry>().with_writer(std::io::stderr);
    let lines = match std::io::stderr().is_terminal() {
        true => lines.boxed(),
        false => lines.json().boxed(),
    };
    let mut layers = vec![lines.with_filter(filter.and(is_log)).boxed()];
    let mut telemetry = Telemetry::default();
    if traces {
        let made = telemetry::layer(&config.otel);
        let made = made.map_err(|error| StartError(format!("settings: otel.endpoint: {error}")))?;
        if let Some((layer, started)) = made {
            layers.push(layer);
            telemetry = started;
        }
    }
    let started = tracing_subscriber::registry().with(layers).try_init();
    started.map_err(|error| StartError(format!("log: {error}")))?;
    panic::set_hook(Box::new(tell_panic));
    Ok(telemetry)
}

/// A panic is a line of the log, like everything else. Words that were put together when it happened may hold what a caller sent, and
/// are left out; the place tells which they were.
fn tell_panic(panic: &PanicHookInfo<'_>) {
    let location = panic.location().map(ToString::to_string).unwrap_or_default();
    let what = panic
        .payload()
        .downcast_ref::<&'static str>()
        .copied()
        .unwrap_or_default();
    tracing::error!(location, what, "a part of the program panicked");
}
