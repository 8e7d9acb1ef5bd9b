//! How one link stands.

use crate::egress::{Answer, Egress, Fault, Request};
use shared::monitor::Reason;
use std::time::Duration;
use url::Url;

const PATIENCE: Duration = Duration::from_secs(15);
/// A GET in place of HEAD needs no more of the body.
const MOST_BYTES: usize = 16 * 1024;

/// What a link came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It works.
    Working,
    /// It leads somewhere else, which works.
    Redirecting { status: u16, target: String },
    /// It leads nowhere.
    Broken {
        status: Option<u16>,
        reason: Option<Reason>,
    },
    /// It could not be looked at.
    Skipped,
}

/// Looks at a link.
pub async fn probe(egress: &Egress, url: &Url) -> Verdict {
    let head = egress.fetch(Request::head(url.clone()).within(PATIENCE)).await;
    let answer = match head {
        Ok(answer) if answer.status.as_u16() < 400 => Ok(answer),
        // Some answer HEAD with an error, or not at all, and GET as they should.
        Ok(_) | Err(Fault::Broken) => {
            egress
                .fetch(Request::get(url.clone()).within(PATIENCE).at_most(MOST_BYTES))
                .await
        }
        Err(fault) => Err(fault),
    };
    match answer {
        Ok(answer) => of_answer(&answer),
        Err(fault) => of_fault(egress, url, fault).await,
    }
}

/// What an answer says of the link that led to it.
pub fn of_answer(answer: &Answer) -> Verdict {
    match answer.status.as_u16() {
        // Whoever asks for a key, forbids robots, or is asked too often says nothing about the link.
        401 | 403 | 407 | 429 | 451 | 999 => Verdict::Skipped,
        status @ 400.. => Verdict::Broken {
            status: Some(status),
            reason: None,
        },
        status if answer.redirects > 0 => Verdict::Redirecting {
            status,
            target: answer.url.to_string(),
        },
        _ => Verdict::Working,
    }
}

/// What a fault says of the link.
pub async fn of_fault(egress: &Egress, url: &Url, fault: Fault) -> Verdict {
    if fault == Fault::Redirect
        && let Ok(answer) = egress
            .fetch(Request::get(url.clone()).within(PATIENCE).without_redirects())
            .await
        && let Some(target) = answer
            .location()
            .filter(|target| target.scheme() == "http" && url.scheme() == "https")
    {
        // We don't follow from https to http; browsers do.
        return Verdict::Redirecting {
            status: answer.status.as_u16(),
            target: target.to_string(),
        };
    }
    match egress.reason(fault, url).await {
        Reason::Blocked | Reason::OwnNetwork => Verdict::Skipped,
        reason => Verdict::Broken {
            status: None,
            reason: Some(reason),
        },
    }
}
