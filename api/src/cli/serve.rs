//! `vitrine serve`.

use super::print;
use crate::app::{self, StartError, Started};
use crate::config::Config;
use crate::kit::clock::Clock;
use crate::kit::ids::Ids;
use crate::state::State;
use std::time::Duration;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Serves until a signal.
pub async fn serve(config: Config) -> Result<(), StartError> {
    let state = app::open(config, Clock::system(), Ids::random()).await?;
    run(state, |_| String::new()).await
}

/// Starts, prints the ready line and what `more` adds, and stops cleanly on SIGTERM or Ctrl+C; a second signal ends the
/// process at once.
pub async fn run(state: State, more: impl FnOnce(&str) -> String) -> Result<(), StartError> {
    let Started {
        address,
        state,
        handle,
        server,
    } = app::start(state).await?;
    // Set before anyone is told that the server is ready, so that a signal never meets the default action.
    let mut signals = Signals::new()?;
    let stopping = state.stopping.clone();
    let delay = Duration::from_millis(state.config.stop_delay_ms);
    let on_signal = actix_web::rt::spawn(async move {
        signals.next().await;
        tracing::info!("stopping");
        stopping.tell();
        actix_web::rt::spawn(async move {
            signals.next().await;
            std::process::exit(1);
        });
        // `/readyz` says 503 from now on, and everything else goes on until a balancer has seen that.
        tokio::time::sleep(delay).await;
        handle.stop(true).await;
    });
    let url = format!("http://{address}");
    print(&format!("vitrine listening on {url}\n{}", more(&url)))?;
    let served = server.await;
    on_signal.abort();
    Started::finish(&state).await;
    served.map_err(|error| StartError(format!("the server failed: {error}")))
}

struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn new() -> Result<Self, StartError> {
        let fail = |cause: std::io::Error| StartError(format!("signal handlers can't be set: {cause}"));
        Ok(Self {
            terminate: signal(SignalKind::terminate()).map_err(fail)?,
            interrupt: signal(SignalKind::interrupt()).map_err(fail)?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
