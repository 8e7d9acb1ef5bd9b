//! Certificates: what a server shows, and whether it is good for its name now.
//!
//! The handshake believes everything, so that what is wrong can be told; the judgement is made afterwards, by the same rules as
//! every connection of ours. A server that can't be reached is uptime's matter: `unknown` here. Absent: revocation lists and
//! OCSP, which browsers no longer ask either.

mod judge;

use super::record::{Findings, Found};
use super::store::MonitorRow;
use crate::egress::{Egress, Fault};
use judge::judge;
use shared::facts::Facts;
use shared::monitor::{Outcome, Reason};
use std::time::Duration;
use url::Url;

/// Shakes hands and looks at what is shown.
pub async fn check(egress: &Egress, monitor: &MonitorRow, url: &Url, now_ms: impl Fn() -> i64) -> Found {
    let (Some(host), Some(port)) = (url.host(), url.port_or_known_default()) else {
        return Found::unknown(Reason::Blocked);
    };
    let host = host.to_owned();
    let budget = Duration::from_millis(monitor.timeout_ms.unsigned_abs());
    let shown = match egress.look_at_certificate(&host, port, budget).await {
        Ok(shown) => shown,
        Err(Fault::Tls) => return Found::without_answer(Reason::TlsFailed),
        Err(fault) => return Found::unknown(egress.reason(fault, url).await),
    };
    match judge(&egress.trust, &shown, &host, now_ms()) {
        Some((reason, facts)) => Found {
            outcome: match reason {
                None => Outcome::Ok,
                Some(Reason::Expiring) => Outcome::Warning,
                Some(_) => Outcome::Failed,
            },
            reason,
            response_ms: None,
            facts: Some(Facts::Certificate(facts)),
            findings: Findings::None,
        },
        None => Found::without_answer(Reason::TlsFailed),
    }
}
