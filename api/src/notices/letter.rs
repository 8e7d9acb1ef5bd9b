//! What a mail says: a subject, plain text, and the same as simple HTML. Pure.
//!
//! No remote content, no script, no style but that of the reader's program. What comes from outside (a domain) is cleaned of
//! control characters, so that it adds no header, and escaped.

use super::model::length;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use shared::monitor::{Incident, MonitorKind, Reason};
use shared::notice::{NoticeData, NoticeEvent};

/// A mail's content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// One line.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}

/// What a notice says. `base_url` is the server's address or empty, `code` that of a confirmation.
pub fn letter(event: NoticeEvent, data: &NoticeData, zone: &TimeZone, base_url: &str, code: Option<&str>) -> Letter {
    let domain = clean(&data.site.domain);
    let (subject, mut lines) = match (&data.incident, event) {
        (Some(incident), _) => (headline(event, incident, &domain), particulars(incident, zone)),
        (None, NoticeEvent::Confirmation) => confirmation(&domain, code.unwrap_or_default()),
        (None, _) => (
            format!("Test of the notices of {domain}"),
            vec![format!(
                "When an incident of {domain} opens or closes, it is told to this address."
            )],
        ),
    };
    if event != NoticeEvent::Confirmation && !base_url.is_empty() {
        lines.push(format!("{base_url}/{domain}/health"));
    }
    let footer = match event {
        NoticeEvent::Confirmation => "Who did not ask for this can leave it be: nothing more is sent.".to_owned(),
        _ => format!("Sent because this address was confirmed for the notices of {domain}."),
    };
    let subject = clean(&subject);
    let mut text = format!("{subject}\n\n");
    let mut html = format!("<!doctype html><html><body><h1>{}</h1>", escape(&subject));
    for line in &lines {
        text.push_str(line);
        text.push('\n');
        let line = escape(line);
        match line.starts_with("http") {
            true => html.push_str(&format!("<p><a href=\"{line}\">{line}</a></p>")),
            false => html.push_str(&format!("<p>{line}</p>")),
        }
    }
    text.push_str(&format!("\n-- \n{footer}\n"));
    html.push_str(&format!("<hr><p><small>{}</small></p></body></html>", escape(&footer)));
    Letter { subject, text, html }
}

fn confirmation(domain: &str, code: &str) -> (String, Vec<String>) {
    let half = code.len() / 2;
    let (first, second) = code.split_at_checked(half).unwrap_or((code, ""));
    let lines = vec![
        format!("The owner of {domain} would like to send notices about that site to this address."),
        "Give them this code if you want that:".to_owned(),
        format!("{first}-{second}"),
        "It is good for 24 hours.".to_owned(),
    ];
    (format!("Code for the notices of {domain}"), lines)
}

fn headline(event: NoticeEvent, incident: &Incident, domain: &str) -> String {
    let lasted = length(incident).unwrap_or_default();
    let thing = match incident.kind {
        MonitorKind::Uptime => {
            return match event {
                NoticeEvent::IncidentClosed => format!("{domain} is up again"),
                NoticeEvent::IncidentPassed => format!("{domain} was down for {lasted}"),
                _ => format!("{domain} is down"),
            };
        }
        MonitorKind::Certificate => format!("The certificate of {domain}"),
        MonitorKind::Domain => format!("The registration of {domain}"),
        MonitorKind::Links => format!("The links of {domain}"),
        MonitorKind::Lighthouse => format!("The speed of {domain}"),
    };
    match (event, incident.reason) {
        (NoticeEvent::IncidentClosed, _) => format!("{thing}: in order again"),
        (NoticeEvent::IncidentPassed, _) => format!("{thing}: not in order for {lasted}"),
        (_, Reason::Expiring) => format!("{thing} ends soon"),
        (_, Reason::Expired) => format!("{thing} has ended"),
        _ => format!("{thing}: not in order"),
    }
}

fn particulars(incident: &Incident, zone: &TimeZone) -> Vec<String> {
    let mut lines = vec![
        format!("Why: {}", words(incident.reason)),
        format!("Since: {}", wall(&incident.opened_at, zone)),
    ];
    if let Some(closed_at) = &incident.closed_at {
        lines.push(format!("Until: {}", wall(closed_at, zone)));
        lines.extend(length(incident).map(|length| format!("Lasted: {length}")));
    }
    lines
}

/// An instant as the site's clock shows it: `2026-03-10 13:01 CET`.
fn wall(instant: &str, zone: &TimeZone) -> String {
    match instant.parse::<Timestamp>() {
        Ok(at) => at
            .to_zoned_datetime(zone.clone())
            .strftime("%Y-%m-%d %H:%M %Z")
            .to_string(),
        Err(_) => instant.to_owned(),
    }
}

fn words(reason: Reason) -> &'static str {
    match reason {
        Reason::NameNotFound => "the name has no address",
        Reason::NoConnection => "no connection came about",
        Reason::TlsFailed => "the encrypted connection failed",
        Reason::Timeout => "no whole answer came in time",
        Reason::BrokenAnswer => "the answer broke off",
        Reason::WrongStatus => "the answer had an unexpected status",
        Reason::KeywordMissing => "the page lacks its keyword",
        Reason::BadRedirect => "a redirect leads nowhere",
        Reason::Expiring => "the end comes near",
        Reason::Expired => "it is over",
        Reason::NotYetValid => "it is not valid yet",
        Reason::SelfSigned => "it vouches for itself",
        Reason::WrongName => "it is for another name",
        Reason::IncompleteChain => "a certificate between it and a known authority is not sent",
        Reason::Untrusted => "no known authority vouches for it",
        other => other.as_str(),
    }
}

/// Without characters that could end a header or hide something.
pub fn clean(text: &str) -> String {
    let is_hidden = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}');
    text.chars().map(|c| if is_hidden(c) { ' ' } else { c }).collect()
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::ids::{IncidentId, SiteId};
    use shared::notice::NoticeSite;

    fn data(kind: MonitorKind, reason: Reason, closed_at: Option<&str>, domain: &str) -> NoticeData {
        NoticeData {
            site: NoticeSite {
                id: SiteId("site_1".to_owned()),
                domain: domain.to_owned(),
            },
            incident: Some(Incident {
                id: IncidentId("inc_1".to_owned()),
                kind,
                reason,
                opened_at: "2026-03-10T12:01:10.000Z".to_owned(),
                closed_at: closed_at.map(str::to_owned),
            }),
        }
    }

    #[test]
    fn a_letter_says_what_why_and_when() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let data = data(
            MonitorKind::Uptime,
            Reason::Timeout,
            Some("2026-03-10T13:14:40.000Z"),
            "a.example",
        );
        let made = letter(NoticeEvent::IncidentPassed, &data, &zone, "https://v.example", None);
        assert_eq!(made.subject, "a.example was down for 1 h 13 min");
        let text = "a.example was down for 1 h 13 min\n\nWhy: no whole answer came in time\nSince: 2026-03-10 13:01 CET\n\
                    Until: 2026-03-10 14:14 CET\nLasted: 1 h 13 min\nhttps://v.example/a.example/health\n\n-- \n\
                    Sent because this address was confirmed for the notices of a.example.\n";
        assert_eq!(made.text, text);
        assert!(made.html.contains("<a href=\"https://v.example/a.example/health\">"));
    }

    #[test]
    fn headlines_fit_their_kind() {
        use NoticeEvent::{IncidentClosed, IncidentOpened, IncidentPassed};
        for (event, kind, reason, expected) in [
            (
                IncidentOpened,
                MonitorKind::Uptime,
                Reason::WrongStatus,
                "a.example is down",
            ),
            (
                IncidentClosed,
                MonitorKind::Uptime,
                Reason::WrongStatus,
                "a.example is up again",
            ),
            (
                IncidentOpened,
                MonitorKind::Certificate,
                Reason::Expiring,
                "The certificate of a.example ends soon",
            ),
            (
                IncidentOpened,
                MonitorKind::Domain,
                Reason::Expired,
                "The registration of a.example has ended",
            ),
            (
                IncidentOpened,
                MonitorKind::Certificate,
                Reason::WrongName,
                "The certificate of a.example: not in order",
            ),
            (
                IncidentPassed,
                MonitorKind::Certificate,
                Reason::WrongName,
                "The certificate of a.example: not in order for less than a minute",
            ),
        ] {
            let data = data(kind, reason, Some("2026-03-10T12:01:20.000Z"), "a.example");
            assert_eq!(letter(event, &data, &TimeZone::UTC, "", None).subject, expected);
        }
    }

    #[test]
    fn nothing_from_outside_adds_a_header_or_markup() {
        let odd = "a.example\r\nBcc: x@y.example\u{2028}<img src=x onerror=1>";
        let data = data(MonitorKind::Uptime, Reason::Timeout, None, odd);
        let made = letter(NoticeEvent::IncidentOpened, &data, &TimeZone::UTC, "", None);
        assert!(!made.subject.contains(['\r', '\n', '\u{2028}']), "{made:?}");
        assert!(!made.html.contains("<img"), "{made:?}");
    }
}
