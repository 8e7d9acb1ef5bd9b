//! How many questions one share link may have computed at once, so that one recipient leaves room for the others.

use shared::ids::ShareLinkId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, Weak};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Questions of one link that are computed at once; the others wait for their turn.
const AT_ONCE: usize = 4;
/// Links without a waiting question are swept when so many are known.
const SWEEP_AT: usize = 1024;

/// The turns of all links.
#[derive(Clone, Debug, Default)]
pub struct LinkTurns(Arc<Mutex<HashMap<ShareLinkId, Weak<Semaphore>>>>);

/// The turns of one link.
#[derive(Clone, Debug)]
pub struct Turns(Arc<Semaphore>);

/// A turn; it ends when dropped.
#[derive(Debug)]
pub struct Turn(#[expect(dead_code, reason = "held, not read")] OwnedSemaphorePermit);

impl LinkTurns {
    /// The turns of a link, shared by all of its requests.
    pub fn of(&self, link_id: &ShareLinkId) -> Turns {
        let mut links = self.0.lock().expect("nothing panics while it holds the lock");
        if let Some(turns) = links.get(link_id).and_then(Weak::upgrade) {
            return Turns(turns);
        }
        if links.len() >= SWEEP_AT {
            links.retain(|_, turns| turns.strong_count() > 0);
        }
        let turns = Arc::new(Semaphore::new(AT_ONCE));
        links.insert(link_id.clone(), Arc::downgrade(&turns));
        Turns(turns)
    }
}

impl Turns {
    /// Waits for a turn.
    pub async fn take(&self) -> Turn {
        let turns = self.0.clone();
        Turn(turns.acquire_owned().await.expect("the semaphore is never closed"))
    }
}
