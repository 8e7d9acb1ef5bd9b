//! Whether our own network is away, so that its trouble is not taken for everyone else's.

use crate::kit::clock::Clock;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use tokio::time::timeout;

/// A reference has so long to take a connection.
const PATIENCE: Duration = Duration::from_secs(3);
/// A storm of failures asks the references once in so long.
const HOLDS_MS: u64 = 5_000;

/// Places that are always there. They are asked only after a check has failed.
#[derive(Clone, Debug)]
pub struct OwnNetwork {
    references: Arc<[SocketAddr]>,
    clock: Clock,
    looked: Arc<Mutex<Option<(u64, bool)>>>,
}

impl OwnNetwork {
    /// The references of the settings; without any, the network is never away.
    pub fn new(references: &[SocketAddr], clock: &Clock) -> Self {
        Self {
            references: references.into(),
            clock: clock.clone(),
            looked: Arc::default(),
        }
    }

    /// True when no reference takes a connection.
    pub async fn is_away(&self) -> bool {
        if self.references.is_empty() {
            return false;
        }
        // Those who ask at the same time wait for one look.
        let mut looked = self.looked.lock().await;
        let now = self.clock.monotonic_ms();
        if let Some((at, away)) = *looked
            && now.saturating_sub(at) < HOLDS_MS
        {
            return away;
        }
        let mut away = true;
        for reference in self.references.iter() {
            if let Ok(Ok(_)) = timeout(PATIENCE, TcpStream::connect(reference)).await {
                away = false;
                break;
            }
        }
        *looked = Some((now, away));
        away
    }
}
