//! Word that the process is about to stop, for what would go on for ever.

use std::sync::Arc;
use tokio::sync::watch;

/// Tells once, to everyone who waits.
#[derive(Clone, Debug)]
pub struct Stopping(Arc<watch::Sender<bool>>);

impl Default for Stopping {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }
}

impl Stopping {
    /// Says that the process stops.
    pub fn tell(&self) {
        self.0.send_replace(true);
    }

    /// True from when the process was told to stop.
    pub fn is_told(&self) -> bool {
        *self.0.borrow()
    }

    /// Returns when the process stops.
    pub async fn wait(&self) {
        // Fails when the sender is gone, which `self` holds.
        let _ = self.0.subscribe().wait_for(|stops| *stops).await;
    }
}
