//! Who checks what, and when.
//!
//! A look each second takes what is due, at most so many at once, by lanes. A turn is taken by a conditional update that moves
//! the monitor's due time to the end of the lease: whoever comes second changes no row. A check ends before its
//! lease does; a server that is killed leaves a monitor that falls due again when the lease is over.

use super::record::{self, Found};
use super::service::url_of;
use super::store::{self, MonitorRow};
use super::{certificate, domain, lighthouse, links, uptime};
use crate::error::{Result, chain};
use crate::http::limits::WindowLimit;
use crate::kit::clock::Clock;
use crate::kit::secret::{BASE32, text};
use crate::state::State;
use shared::monitor::{MonitorKind, Reason};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

const LOOK_EVERY: Duration = Duration::from_secs(1);
/// What failed for want of the store is tried again after so long.
const PAUSE: Duration = Duration::from_secs(5);
/// Checks that the owner of a site may ask for in any 60 seconds.
const RUNS_PER_MINUTE: u32 = 6;

/// Lanes: their name, their turns at once (twenty in all), and how long a check may take.
const LANES: [(&str, u32, Duration); 4] = [
    ("quick", 10, Duration::from_secs(50)),
    ("slow", 6, Duration::from_secs(50)),
    ("crawl", 3, Duration::from_secs(900)),
    ("lighthouse", 1, Duration::from_secs(300)),
];
/// A lease is longer than a check by this.
const MARGIN: Duration = Duration::from_secs(10);

/// What the server's checks share.
#[derive(Clone, Debug)]
pub struct Monitors {
    /// Checks that owners ask for.
    pub run_limit: WindowLimit,
    turns: [Arc<Semaphore>; LANES.len()],
    entered: Arc<Notify>,
}

impl Monitors {
    /// No check under way.
    pub fn new(clock: &Clock) -> Self {
        Self {
            run_limit: WindowLimit::new(RUNS_PER_MINUTE, clock.clone()),
            turns: LANES.map(|(_, turns, _)| Arc::new(Semaphore::new(turns as usize))),
            entered: Arc::default(),
        }
    }

    /// Says that something may be due.
    pub fn wake(&self) {
        self.entered.notify_one();
    }
}

/// Checks what is due until the process stops.
pub async fn work(state: State) {
    loop {
        let stopping = state.stopping.clone();
        let pause = match look(&state).await {
            Ok(()) => LOOK_EVERY,
            Err(error) => {
                tracing::warn!(cause = %chain(&error), "checks can't be made now");
                PAUSE
            }
        };
        tokio::select! {
            () = stopping.wait() => return,
            _ = tokio::time::timeout(pause, state.monitors.entered.notified()) => {}
        }
    }
}

/// Makes the checks that are due, until none is and none is under way; for tests, whose clock stands.
pub async fn settle(state: &State) -> Result<()> {
    loop {
        look(state).await?;
        let lanes = || state.monitors.turns.iter().zip(LANES);
        for (turns, (_, most, _)) in lanes() {
            drop(turns.acquire_many(most).await);
        }
        // Who has all turns at once knows that nobody else, such as the server's own look, makes a check.
        let all = lanes()
            .map(|(turns, (_, most, _))| turns.try_acquire_many(most))
            .collect::<Result<Vec<_>, _>>();
        if all.is_ok() && !is_any_due(state).await? {
            return Ok(());
        }
    }
}

async fn is_any_due(state: &State) -> Result<bool> {
    let now = state.clock.now_ms();
    let mut conn = state.db.read().await?;
    for (lane, _, _) in LANES {
        if !store::list_due(&mut conn.link(), lane, now, 1).await?.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Begins what is due and has room.
async fn look(state: &State) -> Result<()> {
    for (turns, (lane, most, limit)) in state.monitors.turns.iter().zip(LANES) {
        let mut free = Vec::new();
        while free.len() < most as usize
            && let Ok(permit) = turns.clone().try_acquire_owned()
        {
            free.push(permit);
        }
        if !free.is_empty() {
            begin(state, lane, limit, free).await?;
        }
    }
    Ok(())
}

async fn begin(state: &State, lane: &str, limit: Duration, mut free: Vec<OwnedSemaphorePermit>) -> Result<()> {
    let now = state.clock.now_ms();
    let due = {
        let mut conn = state.db.read().await?;
        store::list_due(&mut conn.link(), lane, now, free.len() as i64).await?
    };
    if due.is_empty() {
        return Ok(());
    }
    let until = now + (limit + MARGIN).as_millis() as i64;
    let mut taken = Vec::new();
    let mut tx = state.db.begin().await?;
    for monitor in due {
        let lease = text(16, &BASE32);
        if store::lease(&mut tx.link(), &monitor, &lease, until).await? == 1 {
            taken.push((monitor, lease));
        }
    }
    tx.commit().await?;
    for (monitor, lease) in taken {
        let permit = free.pop();
        tokio::spawn(take_turn(state.clone(), monitor, lease, limit, permit));
    }
    Ok(())
}

async fn take_turn(
    state: State,
    monitor: MonitorRow,
    lease: String,
    limit: Duration,
    permit: Option<OwnedSemaphorePermit>,
) {
    let checked = tokio::time::timeout(limit, check(&state, &monitor)).await;
    let found = checked.unwrap_or_else(|_| Ok(Some(Found::unknown(Reason::Timeout))));
    let recorded = match found {
        Ok(Some(found)) => record::record(&state, &monitor, &lease, found).await,
        // The site is gone, and its monitors with it.
        Ok(None) => Ok(false),
        Err(error) => Err(error),
    };
    if let Err(error) = recorded {
        let (site_id, kind) = (&monitor.site_id, &monitor.kind);
        tracing::error!(site_id, kind, cause = %chain(&error), "a check is not recorded; it is made again");
    }
    drop(permit);
    state.monitors.wake();
}

/// Makes a check; none when the site is gone.
async fn check(state: &State, monitor: &MonitorRow) -> Result<Option<Found>> {
    let Some(site) = state.sites.by_id(&monitor.site_id).await? else {
        return Ok(None);
    };
    let Some(url) = url_of(monitor.url.as_deref(), &site.domain) else {
        return Ok(Some(Found::unknown(Reason::Blocked)));
    };
    Ok(match MonitorKind::of(&monitor.kind) {
        Some(MonitorKind::Uptime) => Some(uptime::check(&state.egress, monitor, &url).await),
        Some(MonitorKind::Certificate) => {
            let now_ms = || state.clock.now_ms();
            Some(certificate::check(&state.egress, monitor, &url, now_ms).await)
        }
        Some(MonitorKind::Links) => Some(links::check(&state.egress, &state.config.monitors, &url).await),
        Some(MonitorKind::Domain) => Some(domain::check(state, &site.domain).await?),
        Some(MonitorKind::Lighthouse) => Some(lighthouse::check(state, &url).await),
        None => Some(Found::unknown(Reason::NotConfigured)),
    })
}
