//! Domains: until when a site's domain is registered, as its registry tells by RDAP (RFC 9082, 9083).
//!
//! Promises. Those servers are asked that IANA's list names for the top-level domain, and where they send on to, through `egress`. A
//! domain that was told of is asked for once a day at most, however many sites, servers and people want to know: what was told meanwhile is told again. What is no
//! clear answer (404, 429, a page, a date that can't be) is `unknown`, never `expired`; what was known before stays known.
//!
//! Absent: WHOIS, registries without RDAP (many of countries' domains), names under a suffix that a hosting company gives away,
//! whose registration is not the owner's matter.

mod answer;
mod bootstrap;

use super::record::{Findings, Found};
use super::score::DOMAIN_SOON_DAYS;
use super::store::registrations as store;
use crate::egress::Request;
use crate::error::{Error, Result};
use crate::state::State;
use jiff::Timestamp;
use psl::{List, Psl, Type};
use shared::facts::{DomainFacts, Facts};
use shared::monitor::{Outcome, Reason};
use std::time::Duration;
use url::Url;

const DAY_MS: i64 = 86_400_000;
/// A question has so long, whoever asks: all sites of a domain are told what it found.
const BUDGET: Duration = Duration::from_secs(10);
/// A registry that was silent is asked again after so long.
const SILENT_MS: i64 = 60 * 60 * 1000;
/// Answers of registries are a few thousand bytes.
const MOST_ANSWER_BYTES: usize = 512 * 1024;

/// Asks until when a site's domain is registered, or tells what was told today.
pub async fn check(state: &State, host: &str) -> Result<Found> {
    let Some(domain) = registrable(host) else {
        return Ok(Found::unknown(Reason::NotTold));
    };
    let Some(server) = bootstrap::server_of(state, &domain).await? else {
        return Ok(Found::unknown(Reason::NotTold));
    };
    let now = state.clock.now_ms();
    let mut tx = state.db.begin().await?;
    // What is found when the server is killed while it asks.
    let unanswered = Reason::Timeout.as_str();
    let may_ask = store::reserve(&mut tx.link(), &domain, now, now - DAY_MS, unanswered).await? == 1;
    let known = store::find_registration(&mut tx.link(), &domain).await?;
    tx.commit().await?;
    if !may_ask {
        let reason = known
            .as_ref()
            .and_then(|row| row.reason.as_deref())
            .and_then(Reason::from_word);
        let facts = known.and_then(|row| serde_json::from_str(row.facts.as_deref()?).ok());
        return Ok(match (reason, facts) {
            (None, Some(facts)) => judge(facts, now),
            (reason, _) => Found::unknown(reason.unwrap_or(Reason::NotTold)),
        });
    }
    let told = ask(state, &server, &domain).await;
    let mut tx = state.db.begin().await?;
    match &told {
        Ok(facts) => {
            let facts = serde_json::to_string(facts).map_err(Error::internal)?;
            store::keep_facts(&mut tx.link(), &domain, &facts).await?;
        }
        Err(reason) => {
            let asked_at = match reason {
                Reason::OwnNetwork | Reason::Blocked => now - DAY_MS,
                Reason::Timeout | Reason::NoConnection => now - DAY_MS + SILENT_MS,
                _ => now,
            };
            store::keep_reason(&mut tx.link(), &domain, reason.as_str(), asked_at).await?;
        }
    }
    tx.commit().await?;
    Ok(match told {
        Ok(facts) => judge(facts, now),
        Err(reason) => Found::unknown(reason),
    })
}

async fn ask(state: &State, server: &Url, domain: &str) -> Result<DomainFacts, Reason> {
    let url = server.join(&format!("domain/{domain}")).map_err(|_| Reason::NotTold)?;
    let request = Request::get(url.clone())
        .within(BUDGET)
        .at_most(MOST_ANSWER_BYTES)
        .with_headers([("accept", "application/rdap+json, application/json")])
        .map_err(|fault| fault.reason())?;
    let answer = match state.egress.fetch(request).await {
        Ok(answer) => answer,
        Err(fault) => return Err(state.egress.reason(fault, &url).await),
    };
    match answer.status.as_u16() {
        200 if answer.truncated => Err(Reason::BrokenAnswer),
        200 => answer::read(&answer.body, domain, state.clock.now()),
        404 => Err(Reason::NotTold),
        429 => Err(Reason::AskedTooOften),
        _ => Err(Reason::WrongStatus),
    }
}

/// What is to be said of a registration at an instant.
fn judge(facts: DomainFacts, now_ms: i64) -> Found {
    let ends = facts
        .expires_at
        .as_deref()
        .and_then(|text| text.parse::<Timestamp>().ok());
    let (outcome, reason) = match ends.map(Timestamp::as_millisecond) {
        None => (Outcome::Unknown, Some(Reason::NotTold)),
        Some(ends) if now_ms > ends => (Outcome::Failed, Some(Reason::Expired)),
        Some(ends) if now_ms + DOMAIN_SOON_DAYS * DAY_MS > ends => (Outcome::Warning, Some(Reason::Expiring)),
        Some(_) => (Outcome::Ok, None),
    };
    Found {
        outcome,
        reason,
        response_ms: None,
        facts: Some(Facts::Domain(facts)),
        findings: Findings::None,
    }
}

/// The domain that someone registered for a host: one label below a public suffix. None for an address, for a suffix itself, and
/// below a suffix that is someone's own service.
fn registrable(host: &str) -> Option<String> {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let is_address = host.parse::<std::net::IpAddr>().is_ok() || !host.contains('.');
    let domain = List.domain(host.as_bytes()).filter(|_| !is_address)?;
    let is_service = domain.suffix().typ() == Some(Type::Private);
    let name = std::str::from_utf8(domain.as_bytes()).ok()?;
    (!is_service).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_registration_is_one_label_below_a_public_suffix() {
        for (host, expected) in [
            ("example.com", Some("example.com")),
            ("www.Example.com.", Some("example.com")),
            ("a.b.shop.co.uk", Some("shop.co.uk")),
            ("xn--mnchen-3ya.de", Some("xn--mnchen-3ya.de")),
            ("new.unknownsuffix", Some("new.unknownsuffix")),
            ("co.uk", None),
            ("com", None),
            ("me.github.io", None),
            ("192.0.2.7", None),
            ("localhost", None),
            ("", None),
        ] {
            assert_eq!(registrable(host).as_deref(), expected, "{host}");
        }
    }
}
