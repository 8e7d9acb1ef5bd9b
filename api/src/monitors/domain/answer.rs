//! What a registry's answer says (RFC 9083). Pure.

use jiff::{Timestamp, ToSpan};
use serde::Deserialize;
use serde_json::Value;
use shared::facts::DomainFacts;
use shared::monitor::Reason;

const MAX_REGISTRAR_CHARS: usize = 100;
/// A domain that ended so long ago is registered by nobody, one that ends so far off by nobody either: 100 years are the most
/// that anyone sells.
const PAST_HOURS: i64 = 365 * 24;
const FUTURE_HOURS: i64 = 101 * 366 * 24;

#[derive(Deserialize)]
struct Domain {
    #[serde(rename = "objectClassName")]
    class: Option<String>,
    #[serde(rename = "ldhName")]
    name: Option<String>,
    #[serde(default)]
    events: Vec<Event>,
    #[serde(default)]
    entities: Vec<Value>,
}

#[derive(Deserialize)]
struct Event {
    #[serde(rename = "eventAction")]
    action: Option<String>,
    #[serde(rename = "eventDate")]
    date: Option<String>,
}

/// Reads an answer to the question for a domain.
pub fn read(body: &[u8], domain: &str, now: Timestamp) -> Result<DomainFacts, Reason> {
    let told = serde_json::from_slice::<Domain>(body).map_err(|_| Reason::BrokenAnswer)?;
    let is_meant = |name: &str| name.trim_end_matches('.').eq_ignore_ascii_case(domain);
    let is_domain = told.class.as_deref() == Some("domain");
    if !is_domain || !told.name.as_deref().is_none_or(is_meant) {
        return Err(Reason::BrokenAnswer);
    }
    let ends = told
        .events
        .iter()
        .filter(|event| event.action.as_deref() == Some("expiration"));
    // A date without a zone says nothing to the hour, and may be no date at all.
    let ends = ends.filter_map(|event| event.date.as_deref()?.parse::<Timestamp>().ok());
    let expires_at = ends.filter(|at| is_likely(*at, now)).max().ok_or(Reason::NotTold)?;
    Ok(DomainFacts {
        domain: domain.to_owned(),
        expires_at: Some(format!("{expires_at:.3}")),
        registrar: told.entities.iter().find_map(registrar),
    })
}

fn is_likely(at: Timestamp, now: Timestamp) -> bool {
    let oldest = now.checked_sub(PAST_HOURS.hours());
    let latest = now.checked_add(FUTURE_HOURS.hours());
    oldest.is_ok_and(|oldest| at >= oldest) && latest.is_ok_and(|latest| at <= latest)
}

/// The name of an entity that is the registrar, from its jCard (RFC 7095).
fn registrar(entity: &Value) -> Option<String> {
    let mut roles = entity["roles"].as_array()?.iter();
    if !roles.any(|role| role == "registrar") {
        return None;
    }
    let mut properties = entity["vcardArray"][1].as_array()?.iter();
    let name = properties.find(|property| property[0] == "fn")?[3].as_str()?;
    let plain = name.chars().filter(|c| !c.is_control()).take(MAX_REGISTRAR_CHARS);
    let plain = plain.collect::<String>().trim().to_owned();
    (!plain.is_empty()).then_some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read_events(events: Value) -> Result<Option<String>, Reason> {
        let body = json!({"objectClassName": "domain", "ldhName": "A.EXAMPLE", "events": events}).to_string();
        let now = "2026-03-10T12:00:00Z".parse().unwrap();
        read(body.as_bytes(), "a.example", now).map(|facts| facts.expires_at)
    }

    #[test]
    fn t65_only_a_date_that_can_be_is_an_end() {
        let good = Ok(Some("2026-09-01T04:00:00.000Z".to_owned()));
        for (date, expected) in [
            ("2026-09-01T04:00:00Z", good.clone()),
            ("2026-09-01T06:00:00+02:00", good.clone()),
            ("2026-03-01T00:00:00Z", Ok(Some("2026-03-01T00:00:00.000Z".to_owned()))),
            ("2026-09-01T04:00:00", Err(Reason::NotTold)),
            ("2026-09-01", Err(Reason::NotTold)),
            ("0000-00-00T00:00:00Z", Err(Reason::NotTold)),
            ("0000-01-01T00:00:00Z", Err(Reason::NotTold)),
            ("1970-01-01T00:00:00Z", Err(Reason::NotTold)),
            ("9999-12-31T23:59:59Z", Err(Reason::NotTold)),
            ("+999999-12-31T23:59:59Z", Err(Reason::NotTold)),
            ("soon", Err(Reason::NotTold)),
            ("", Err(Reason::NotTold)),
        ] {
            let events = json!([{"eventAction": "registration", "eventDate": "1999-01-01T00:00:00Z"},
                                {"eventAction": "expiration", "eventDate": date}]);
            assert_eq!(read_events(events), expected, "{date}");
        }
        assert_eq!(read_events(json!([])), Err(Reason::NotTold));
        assert_eq!(
            read_events(json!([{"eventAction": "expiration"}])),
            Err(Reason::NotTold)
        );
        let other = json!([{"eventAction": "registrar expiration", "eventDate": "2026-09-01T04:00:00Z"}]);
        assert_eq!(read_events(other), Err(Reason::NotTold));
        assert_eq!(read_events(json!("none")), Err(Reason::BrokenAnswer));
    }

    #[test]
    fn what_is_no_answer_to_the_question_is_broken() {
        let now = "2026-03-10T12:00:00Z".parse().unwrap();
        for body in [
            "",
            "<html>",
            "[]",
            "null",
            r#"{"objectClassName":"entity"}"#,
            r#"{"objectClassName":"domain","ldhName":"other.example"}"#,
            r#"{"errorCode":404}"#,
        ] {
            assert_eq!(
                read(body.as_bytes(), "a.example", now).err(),
                Some(Reason::BrokenAnswer),
                "{body}"
            );
        }
    }

    #[test]
    fn the_registrar_is_told_when_it_has_a_name() {
        let entity = |roles: Value, name: Value| json!({"roles": roles, "vcardArray": ["vcard", [["version", {}, "text", "4.0"], ["fn", {}, "text", name]]]});
        assert_eq!(
            registrar(&entity(json!(["registrar"]), json!("Ex\u{1b}ample Ltd"))).as_deref(),
            Some("Example Ltd")
        );
        assert_eq!(registrar(&entity(json!(["registrant"]), json!("A Person"))), None);
        assert_eq!(registrar(&entity(json!(["registrar"]), json!(7))), None);
        assert_eq!(registrar(&json!({"roles": ["registrar"]})), None);
    }
}
