//! What is kept of an event.

use crate::error::Error;
use crate::events::event::{InboxEvent, Revenue};
use crate::ingest::normalize::*;
use crate::ingest::place::Place;
use crate::ingest::{agent, payload};
use jiff::civil::Date;
use shared::ids::SiteId;

const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

fn normal(body: &str) -> Result<InboxEvent, Error> {
    let context = Context {
        site_id: SiteId("site_a".into()),
        time_ms: 0,
        local_date: Date::constant(1970, 1, 1),
        visitor: 1,
        visitor_before: None,
    };
    let payload = payload::parse(body.as_bytes())?;
    let place = Place {
        country: "DE".into(),
        ..Place::default()
    };
    normalize(payload, &agent::of_header(BROWSER), place).map(|normalized| normalized.event(context))
}

#[test]
fn an_event_is_cut_to_what_is_stored() {
    let event = normal(
        r#"{"n":" Signup ","u":"https://www.a.example/join?utm_source=hn&token=abc","d":"a.example",
            "r":"https://news.ycombinator.com/item?id=1","p":{"url":"https://b.example/?token=abc","password":"x","empty":""},
            "$":{"amount":19.99,"currency":"eur"},"i":false}"#,
    )
    .unwrap();
    assert_eq!(
        (event.name.as_str(), event.hostname.as_str(), event.pathname.as_str()),
        ("Signup", "a.example", "/join")
    );
    let props = [
        ("url", "https://b.example/?token=(redacted)"),
        ("password", "(redacted)"),
    ];
    assert_eq!(
        event.props,
        props.map(|(key, value)| (key.to_owned(), value.to_owned()))
    );
    assert_eq!(
        event.revenue,
        Some(Revenue {
            thousandths: 19_990,
            currency: "EUR".into()
        })
    );
    assert!(!event.interactive);
    let attributes = event.attributes;
    assert_eq!(
        [&attributes.source, &attributes.channel, &attributes.country],
        ["Hacker News", "Organic Social", "DE"]
    );
    assert_eq!(
        [&attributes.referrer, &attributes.browser],
        ["news.ycombinator.com/item", "Firefox"]
    );
}

#[test]
fn engagement_is_bounded() {
    let at = |fields: &str| {
        normal(&format!(
            r#"{{"n":"engagement","u":"https://a.example/","d":"a.example",{fields}}}"#
        ))
        .unwrap()
    };
    for (fields, ms, depth) in [
        (r#""e":1234,"sd":56"#, 1234, Some(56)),
        (r#""e":-5,"sd":255"#, 0, None),
        (r#""e":1e12,"sd":null"#, 86_400_000, None),
        (r#""e":null,"sd":100"#, 0, Some(100)),
    ] {
        let event = at(fields);
        assert_eq!((event.engagement_ms, event.scroll_depth), (Some(ms), depth), "{fields}");
    }
}

#[test]
fn what_can_not_be_counted_is_refused_by_name() {
    let long = "x".repeat(121);
    for (fields, pointer) in [
        (r#""n":" ""#.to_owned(), "/name"),
        (format!(r#""n":"{long}""#), "/name"),
        (
            r#""n":"Buy","$":{"amount":"many","currency":"EUR"}"#.into(),
            "/revenue/amount",
        ),
        (
            r#""n":"Buy","$":{"amount":1e300,"currency":"EUR"}"#.into(),
            "/revenue/amount",
        ),
        (
            r#""n":"Buy","$":{"amount":"NaN","currency":"EUR"}"#.into(),
            "/revenue/amount",
        ),
        (
            r#""n":"Buy","$":{"amount":1,"currency":"Euro"}"#.into(),
            "/revenue/currency",
        ),
    ] {
        let refused = normal(&format!(r#"{{"u":"https://a.example/","d":"a.example",{fields}}}"#)).unwrap_err();
        assert_eq!(refused.errors[0].pointer, pointer, "{fields}");
    }
}

#[test]
fn many_and_long_properties_are_cut() {
    let props: Vec<String> = (0..50).map(|n| format!(r#""k{n}":"{}""#, "ü".repeat(3000))).collect();
    let body = format!(
        r#"{{"n":"x","u":"https://a.example/","d":"a.example","p":{{{}}}}}"#,
        props.join(",")
    );
    let event = normal(&body).unwrap();
    assert_eq!(event.props.len(), 30);
    assert!(event.props.iter().all(|(_, value)| value.len() == 2000));
}
