//! `vitrine serve`.

use super::print;
use crate::app::{self, StartError, Started};
use crate::config::Config;
use crate::kit::clock::Clock;
use crate::kit::ids::Ids;
use crate::state::State;
use tokio::signal::unix::{SignalKind, signal};

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
    let url = format!("http://{address}");
    print(&format!("vitrine listening on {url}\n{}", more(&url)))?;

    let on_signal = actix_web::rt::spawn(async move {
        next_signal().await;
        tracing::info!("stopping");
        actix_web::rt::spawn(async {
            next_signal().await;
            std::process::exit(1);
        });
        handle.stop(true).await;
    });
    let served = server.await;
    on_signal.abort();
    Started::finish(&state).await;
    served.map_err(|error| StartError(format!("the server failed: {error}")))
}

async fn next_signal() {
    let mut terminate = signal(SignalKind::terminate()).expect("signal handlers can be set");
    let mut interrupt = signal(SignalKind::interrupt()).expect("signal handlers can be set");
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}
