//! When an incident opens and closes. Pure.

use shared::monitor::{MonitorKind, Outcome, Reason};

/// What a monitor knew before a check.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Before {
    /// Failures in a row.
    pub failures: i64,
    /// When the first of them was.
    pub failing_since: Option<i64>,
    /// Why the open incident began, if there is one.
    pub open: Option<Reason>,
}

/// What a check changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct After {
    /// Failures in a row.
    pub failures: i64,
    /// When the first of them was.
    pub failing_since: Option<i64>,
    /// Whether an open incident ends.
    pub closes: bool,
    /// Whether an incident begins, why, and since when.
    pub opens: Option<(Reason, i64)>,
}

/// So many failures in a row open an incident. What a certificate or a registry says is no matter of luck; an answer is.
fn threshold(kind: MonitorKind, reason: Reason) -> i64 {
    match (kind, reason) {
        (MonitorKind::Uptime, _) | (MonitorKind::Certificate, Reason::TlsFailed) => 2,
        _ => 1,
    }
}

/// What a check at an instant changes. Links and Lighthouse have findings and a score, but no incidents.
pub fn after(
    kind: MonitorKind,
    before: Before,
    outcome: Outcome,
    reason: Option<Reason>,
    maintenance: bool,
    at: i64,
) -> After {
    let same = After {
        failures: before.failures,
        failing_since: before.failing_since,
        closes: false,
        opens: None,
    };
    let has_incidents = !matches!(kind, MonitorKind::Links | MonitorKind::Lighthouse);
    if outcome == Outcome::Unknown || maintenance || !has_incidents {
        return same;
    }
    let Some(reason) = reason.filter(|_| outcome != Outcome::Ok) else {
        return After {
            failures: 0,
            failing_since: None,
            closes: before.open.is_some(),
            opens: None,
        };
    };
    let (failures, since) = (before.failures + 1, before.failing_since.unwrap_or(at));
    // A certificate that was about to expire and has expired is news; a site that is down for another reason is not.
    let is_news = match before.open {
        None => failures >= threshold(kind, reason),
        // What may be a matter of luck is no news beside what is not.
        Some(open) => kind != MonitorKind::Uptime && open != reason && threshold(kind, reason) == 1,
    };
    After {
        failures,
        failing_since: Some(since),
        closes: is_news && before.open.is_some(),
        opens: is_news.then_some((reason, if before.open.is_some() { at } else { since })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use MonitorKind::{Certificate, Links, Uptime};
    use Outcome::{Failed, Ok, Unknown, Warning};
    use Reason::{Expired, Expiring, Timeout, WrongStatus};

    #[test]
    fn two_failures_open_and_one_success_closes() {
        let mut before = Before::default();
        let mut told = Vec::new();
        for (n, (outcome, reason, maintenance)) in [
            (Failed, Some(Timeout), false),
            (Unknown, Some(Reason::OwnNetwork), false),
            (Failed, Some(WrongStatus), true),
            (Failed, Some(WrongStatus), false),
            (Failed, Some(Timeout), false),
            (Ok, None, false),
            (Failed, Some(Timeout), false),
            (Ok, None, false),
        ]
        .into_iter()
        .enumerate()
        {
            let after = after(Uptime, before, outcome, reason, maintenance, n as i64);
            if after.closes {
                told.push(format!("{n} closes"));
                before.open = None;
            }
            if let Some((reason, since)) = after.opens {
                told.push(format!("{n} opens since {since}"));
                before.open = Some(reason);
            }
            (before.failures, before.failing_since) = (after.failures, after.failing_since);
        }
        assert_eq!(told, ["3 opens since 0", "5 closes"]);
    }

    #[test]
    fn a_certificate_that_gets_worse_is_news() {
        let open = |reason| Before {
            failures: 3,
            failing_since: Some(1),
            open: Some(reason),
        };
        let worse = after(Certificate, open(Expiring), Failed, Some(Expired), false, 9);
        assert_eq!((worse.closes, worse.opens), (true, Some((Expired, 9))));
        let same = after(Certificate, open(Expiring), Warning, Some(Expiring), false, 9);
        assert_eq!((same.closes, same.opens), (false, None));
        let blip = after(Certificate, open(Expiring), Failed, Some(Reason::TlsFailed), false, 9);
        assert_eq!((blip.closes, blip.opens), (false, None));
        let first = after(Certificate, Before::default(), Warning, Some(Expiring), false, 9);
        assert_eq!(first.opens, Some((Expiring, 9)));
        let links = after(Links, Before::default(), Warning, Some(Reason::BrokenLinks), false, 9);
        assert_eq!((links.failures, links.opens), (0, None));
    }
}
