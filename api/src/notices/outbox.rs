//! Who sends what waits, and when.
//!
//! A look each second, and whenever something was written, takes what is due, so many at once by kind: a mail server that hangs
//! does not hold webhooks up. A turn is taken by a conditional update that moves the notice's due time to the end of the lease; a
//! try ends before its lease does. Whether the site is quiet is asked when a turn comes; whoever changes quiet hours, a channel or the
//! site's zone makes due what was put off (`store::outbox::make_due`).

use super::hook;
use super::letter::letter;
use super::mail::Mailer;
use super::model::{event_of, pause_ms};
use super::quiet::Quiet;
use super::service::unseal;
use super::store::channels;
use super::store::outbox::{self, DueRow, Tried};
use crate::branding;
use crate::config::Config;
use crate::db::Db;
use crate::error::{Error, Result, chain};
use crate::http::limits::WindowLimit;
use crate::http::shared_limit::SharedLimit;
use crate::kit::clock::{Clock, rfc3339};
use crate::kit::secret::{BASE32, text};
use crate::sites::service::zone_of;
use crate::state::State;
use shared::notice::{NoticeData, NoticeEvent, Obstacle, WebhookBody};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

const LOOK_EVERY: Duration = Duration::from_secs(1);
/// What failed for want of the store is tried again after so long.
const PAUSE: Duration = Duration::from_secs(5);
/// A stop waits so long for each kind.
const STOP_PATIENCE: Duration = Duration::from_secs(4);
/// Longer than any try.
const LEASE_MS: i64 = 90_000;
/// Kinds of channels, and their turns at once.
const LANES: [(&str, u32); 2] = [("mail", 4), ("webhook", 8)];

const HOUR_MS: u64 = 3_600_000;
/// Tests that an account may send in any 60 seconds.
const TESTS_PER_MINUTE: u32 = 6;
/// Codes of confirmation that an account may have sent in any hour, and that one address may get in any day.
const CODES_PER_HOUR: u32 = 10;
const CODES_PER_ADDRESS: u32 = 3;

/// What the server's notices share.
#[derive(Clone, Debug)]
pub struct Notices {
    /// Sends mails; none when the operator has set up no mail server.
    pub(super) mailer: Option<Mailer>,
    /// Tests of channels, by account.
    pub(super) test_limit: WindowLimit,
    /// Codes of confirmation, by account and by address.
    pub(super) code_limits: [SharedLimit; 2],
    turns: [Arc<Semaphore>; LANES.len()],
    entered: Arc<Notify>,
}

impl Notices {
    /// Nothing under way. The error names a setting.
    pub fn new(config: &Config, clock: &Clock, db: &Db) -> Result<Self, String> {
        Ok(Self {
            mailer: Mailer::new(config)?,
            test_limit: WindowLimit::new(TESTS_PER_MINUTE, clock.clone()),
            code_limits: [
                SharedLimit::in_any(HOUR_MS, "codes_of_account", CODES_PER_HOUR, clock.clone(), db),
                SharedLimit::in_any(24 * HOUR_MS, "codes_to_address", CODES_PER_ADDRESS, clock.clone(), db),
            ],
            turns: LANES.map(|(_, turns)| Arc::new(Semaphore::new(turns as usize))),
            entered: Arc::default(),
        })
    }

    /// Waits until nothing is being sent, for a while, and lets nothing begin: what was taken but not noted as taken would be
    /// sent again.
    pub async fn finish(&self) {
        for (turns, (_, most)) in self.turns.iter().zip(LANES) {
            match tokio::time::timeout(STOP_PATIENCE, turns.acquire_many(most)).await {
                Ok(Ok(all)) => all.forget(),
                Ok(Err(_)) => {}
                Err(_) => tracing::warn!("a notice is still being sent; it may arrive twice"),
            }
        }
    }

    /// Says that something may be due.
    pub fn wake(&self) {
        self.entered.notify_one();
    }
}

/// Why a try failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Missed {
    obstacle: Obstacle,
    status: Option<u16>,
    is_final: bool,
    asked_s: Option<i64>,
}

impl Missed {
    /// For a reason; it is tried again.
    pub fn of(obstacle: Obstacle) -> Self {
        Self {
            obstacle,
            status: None,
            is_final: false,
            asked_s: None,
        }
    }

    /// With the status that the receiver answered.
    pub fn with_status(self, status: u16) -> Self {
        Self {
            status: Some(status),
            ..self
        }
    }

    /// It is not tried again.
    pub fn for_good(self) -> Self {
        Self { is_final: true, ..self }
    }

    /// The receiver asks for so many seconds of patience.
    pub fn asked(self, asked_s: Option<i64>) -> Self {
        Self { asked_s, ..self }
    }
}

/// Sends what is due until the process stops.
pub async fn work(state: State) {
    loop {
        let stopping = state.stopping.clone();
        let pause = match look(&state).await {
            Ok(()) => LOOK_EVERY,
            Err(error) => {
                tracing::warn!(cause = %chain(&error), "notices can't be sent now");
                PAUSE
            }
        };
        tokio::select! {
            () = stopping.wait() => return,
            _ = tokio::time::timeout(pause, state.notices.entered.notified()) => {}
        }
    }
}

/// Sends what is due, until nothing is and nothing is under way; for tests, whose clock stands.
pub async fn settle(state: &State) -> Result<()> {
    loop {
        look(state).await?;
        let lanes = || state.notices.turns.iter().zip(LANES);
        for (turns, (_, most)) in lanes() {
            drop(turns.acquire_many(most).await);
        }
        // Who has all turns at once knows that nobody else, such as the server's own look, sends anything.
        let all = lanes()
            .map(|(turns, (_, most))| turns.try_acquire_many(most))
            .collect::<Result<Vec<_>, _>>();
        if all.is_ok() && !is_any_due(state).await? {
            return Ok(());
        }
    }
}

async fn is_any_due(state: &State) -> Result<bool> {
    let now = state.clock.now_ms();
    let mut conn = state.db.read().await?;
    for (kind, _) in LANES {
        if !outbox::list_due(&mut conn.link(), kind, now, 1).await?.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Begins what is due and has room.
async fn look(state: &State) -> Result<()> {
    for (turns, (kind, most)) in state.notices.turns.iter().zip(LANES) {
        let mut free = Vec::new();
        while free.len() < most as usize
            && let Ok(permit) = turns.clone().try_acquire_owned()
        {
            free.push(permit);
        }
        if !free.is_empty() {
            begin(state, kind, free).await?;
        }
    }
    Ok(())
}

async fn begin(state: &State, kind: &str, mut free: Vec<OwnedSemaphorePermit>) -> Result<()> {
    let now = state.clock.now_ms();
    let due = {
        let mut conn = state.db.read().await?;
        outbox::list_due(&mut conn.link(), kind, now, free.len() as i64).await?
    };
    if due.is_empty() {
        return Ok(());
    }
    let mut taken = Vec::new();
    let mut tx = state.db.begin().await?;
    for notice in due {
        if let Some(until) = quiet_until(&notice, now) {
            outbox::postpone(&mut tx.link(), &notice, until).await?;
            continue;
        }
        let lease = text(16, &BASE32);
        if outbox::lease(&mut tx.link(), &notice, &lease, now + LEASE_MS).await? == 1 {
            taken.push((notice, lease));
        }
    }
    tx.commit().await?;
    for (notice, lease) in taken {
        let permit = free.pop();
        tokio::spawn(take_turn(state.clone(), notice, lease, permit));
    }
    Ok(())
}

/// When a notice may be sent that has to wait now. Tests and codes are waited for by someone.
fn quiet_until(notice: &DueRow, now: i64) -> Option<i64> {
    let is_awaited = matches!(event_of(&notice.event), NoticeEvent::Test | NoticeEvent::Confirmation);
    if is_awaited || notice.ignores_quiet_hours {
        return None;
    }
    let quiet = Quiet {
        from: notice.quiet_from?,
        until: notice.quiet_until?,
    };
    quiet.end(&zone_of(&notice.timezone), now)
}

async fn take_turn(state: State, notice: DueRow, lease: String, permit: Option<OwnedSemaphorePermit>) {
    let settled = match send(&state, &notice).await {
        Ok(tried) => settle_turn(&state, &notice, &lease, tried).await,
        Err(error) => Err(error),
    };
    if let Err(error) = settled {
        tracing::error!(notice = notice.id, cause = %chain(&error), "a try is not noted; the notice is sent again");
    }
    drop(permit);
    state.notices.wake();
}

/// Sends a notice; the receiver's status, or why it did not arrive. An error is our own fault.
async fn send(state: &State, notice: &DueRow) -> Result<Result<Option<u16>, Missed>> {
    let event = event_of(&notice.event);
    let data = serde_json::from_str::<NoticeData>(&notice.payload).map_err(Error::internal)?;
    let target = unseal(state, &notice.channel_id, &notice.target_sealed)?;
    match &notice.secret_sealed {
        Some(sealed) => {
            let secret = unseal(state, &notice.channel_id, sealed)?;
            let body = WebhookBody {
                event,
                timestamp: rfc3339(notice.created_at),
                data,
            };
            let body = serde_json::to_string(&body).map_err(Error::internal)?;
            Ok(hook::send(state, notice, &target, &secret, body).await.map(Some))
        }
        None => {
            let Some(mailer) = &state.notices.mailer else {
                return Ok(Err(Missed::of(Obstacle::MailOff)));
            };
            let code = match (event, &notice.code_sealed) {
                (NoticeEvent::Confirmation, Some(sealed)) => Some(unseal(state, &notice.channel_id, sealed)?),
                // It was confirmed meanwhile, with the code of an earlier mail.
                (NoticeEvent::Confirmation, None) => return Ok(Err(Missed::of(Obstacle::Overtaken).for_good())),
                _ => None,
            };
            let zone = zone_of(&notice.timezone);
            let letter = letter(event, &data, &zone, &state.config.base_url, code.as_deref());
            // Whoever is asked for a confirmation may know nothing of the agency yet.
            let sender_name = match event {
                NoticeEvent::Confirmation => None,
                _ => branding::service::sender_name(state, &notice.site_id).await?,
            };
            let sent = mailer
                .send(&letter, &target, &notice.id, notice.created_at, sender_name)
                .await;
            Ok(sent.map(|()| None))
        }
    }
}

async fn settle_turn(state: &State, notice: &DueRow, lease: &str, tried: Result<Option<u16>, Missed>) -> Result<()> {
    let now = state.clock.now_ms();
    let left = match tried {
        Ok(status) => Tried {
            state: "delivered",
            due_at: now,
            reason: None,
            status: status.map(i64::from),
            ended_at: Some(now),
        },
        Err(missed) => {
            let pause = pause_ms(notice.attempts + 1, missed.asked_s).filter(|_| !missed.is_final);
            let is_dropped = missed.obstacle == Obstacle::Overtaken;
            Tried {
                state: match pause {
                    Some(_) => "waiting",
                    None if is_dropped => "dropped",
                    None => "failed",
                },
                due_at: now + pause.unwrap_or(0),
                reason: Some(missed.obstacle.as_str()),
                status: missed.status.map(i64::from),
                ended_at: pause.is_none().then_some(now),
            }
        }
    };
    let is_gone = left.reason == Some(Obstacle::Gone.as_str());
    let mut tx = state.db.begin().await?;
    if is_gone {
        // The channel's row is held before its notices, as by everyone else.
        channels::update_gone(&mut tx.link(), &notice.channel_id).await?;
    }
    if outbox::settle(&mut tx.link(), &notice.id, lease, &left).await? == 0 {
        // The turn is another's by now, or what was told of is told no more.
        return Ok(());
    }
    if is_gone {
        outbox::drop_of_channel(&mut tx.link(), &notice.channel_id, Obstacle::Gone.as_str(), now).await?;
    }
    Ok(tx.commit().await?)
}
