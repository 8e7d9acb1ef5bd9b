//! Webhooks: a signed POST through the guarded door outward.

use super::outbox::Missed;
use super::sign::signature;
use super::store::outbox::DueRow;
use crate::egress::{Fault, Request};
use crate::state::State;
use shared::notice::Obstacle;
use std::time::Duration;
use url::Url;

/// A receiver has so long to answer.
const BUDGET: Duration = Duration::from_secs(15);
/// Nobody reads what it says besides its status.
const MOST_ANSWER_BYTES: usize = 1024;

/// Sends a body; the status of the receiver who took it.
pub async fn send(state: &State, due: &DueRow, url: &str, secret: &str, body: String) -> Result<u16, Missed> {
    let url = Url::parse(url).map_err(|_| Missed::of(Obstacle::Blocked))?;
    // The time of this try, so that a receiver can refuse what someone else sends again.
    let timestamp_s = state.clock.now_ms().div_euclid(1000);
    let signed = signature(secret, &due.id, timestamp_s, &body).ok_or(Missed::of(Obstacle::BrokenAnswer))?;
    let timestamp = timestamp_s.to_string();
    let request = Request::post(url, body.into_bytes())
        .within(BUDGET)
        .at_most(MOST_ANSWER_BYTES)
        .with_headers([
            ("content-type", "application/json"),
            ("webhook-id", &due.id),
            ("webhook-timestamp", &timestamp),
            ("webhook-signature", &signed),
        ])
        .map_err(|fault| Missed::of(obstacle(fault)))?;
    let answer = state
        .egress
        .fetch(request)
        .await
        .map_err(|fault| Missed::of(obstacle(fault)))?;
    let status = answer.status.as_u16();
    let asked = answer.header("retry-after").and_then(|text| text.trim().parse().ok());
    match status {
        200..=299 => Ok(status),
        300..=399 => Err(Missed::of(Obstacle::Redirected).with_status(status)),
        410 => Err(Missed::of(Obstacle::Gone).with_status(status).for_good()),
        429 | 503 => Err(Missed::of(Obstacle::WrongStatus).with_status(status).asked(asked)),
        _ => Err(Missed::of(Obstacle::WrongStatus).with_status(status)),
    }
}

fn obstacle(fault: Fault) -> Obstacle {
    match fault {
        Fault::Blocked => Obstacle::Blocked,
        Fault::NameServer | Fault::NameNotFound => Obstacle::NameNotFound,
        Fault::NoRoute | Fault::NoConnection => Obstacle::NoConnection,
        Fault::Tls => Obstacle::TlsFailed,
        Fault::Timeout => Obstacle::Timeout,
        Fault::Broken => Obstacle::BrokenAnswer,
        Fault::Redirect => Obstacle::Redirected,
    }
}
