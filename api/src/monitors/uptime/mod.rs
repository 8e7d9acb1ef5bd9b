//! Uptime: whether a page answers as expected, and how fast. Promises nothing about the page beyond its status and one text.

use super::model::expects;
use super::record::{Findings, Found};
use super::store::MonitorRow;
use crate::egress::{Egress, Request};
use shared::facts::{Facts, UptimeFacts};
use shared::monitor::{Outcome, Reason};
use std::time::Duration;
use url::Url;

/// Asks for a page and looks at its answer.
pub async fn check(egress: &Egress, monitor: &MonitorRow, url: &Url) -> Found {
    let budget = Duration::from_millis(monitor.timeout_ms.unsigned_abs());
    let answer = match egress.fetch(Request::get(url.clone()).within(budget)).await {
        Ok(answer) => answer,
        Err(fault) => return Found::without_answer(egress.reason(fault, url).await),
    };
    let status = answer.status.as_u16();
    let has_keyword = monitor
        .keyword
        .as_ref()
        .is_none_or(|keyword| answer.text().contains(keyword));
    let reason = if !expects(&monitor.expected_status, status) {
        Some(Reason::WrongStatus)
    } else if !has_keyword {
        Some(Reason::KeywordMissing)
    } else {
        None
    };
    Found {
        outcome: if reason.is_none() { Outcome::Ok } else { Outcome::Failed },
        reason,
        response_ms: Some(answer.took.as_millis() as i64),
        facts: Some(Facts::Uptime(UptimeFacts {
            status: Some(status),
            redirects: answer.redirects,
        })),
        findings: Findings::None,
    }
}
