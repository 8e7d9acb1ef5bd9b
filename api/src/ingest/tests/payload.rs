//! Bodies that are read, and bodies that are refused (T51).

use crate::ingest::payload::*;

#[test]
fn what_plausibles_clients_send_is_read() {
    let tracker = br#"{"n":"pageview","v":36,"u":"https://a.example/x","d":"a.example","r":null,"h":1}"#;
    let read = parse(tracker).unwrap();
    assert_eq!((read.name.as_str(), read.h, read.referrer), ("pageview", true, None));
    let engagement =
        br#"{"n":"engagement","sd":null,"d":"a.example","u":"https://a.example/x","p":{},"e":3120,"v":36}"#;
    assert_eq!(parse(engagement).unwrap().e, Some(3120.0));
    let old = br#"{"n":"Signup","u":"https://a.example/","d":"a.example","r":"","w":1200,"h":0,"p":"{\"plan\":\"pro\",\"n\":3}"}"#;
    let props = vec![("plan".to_owned(), "pro".to_owned()), ("n".to_owned(), "3".to_owned())];
    assert_eq!(parse(old).unwrap().props, props);
    let revenue =
        br#"{"n":"Buy","u":"https://a.example/","d":"a.example","$":{"amount":"10.50","currency":"EUR"},"i":false}"#;
    let read = parse(revenue).unwrap();
    assert_eq!(
        read.revenue,
        Some(GivenRevenue {
            amount: "10.50".into(),
            currency: "EUR".into()
        })
    );
    assert_eq!(read.interactive, Some(false));
    let none = br#"{"n":"Click","u":"https://a.example/","d":"a.example","$":{}}"#;
    assert_eq!(parse(none).unwrap().revenue, None);
}

#[test]
fn what_can_not_be_read_is_refused() {
    let with = |field: &str| format!(r#"{{"n":"pageview","u":"https://a.example/","d":"a.example",{field}}}"#);
    let deep = format!("{}{}", "[".repeat(1000), "]".repeat(1000));
    let lists = format!("[{}]", vec!["{}"; 10_000].join(","));
    for (body, status) in [
        (String::new(), 400),
        ("\u{feff}{}".into(), 400),
        ("null".into(), 422),
        ("{}".into(), 422),
        (lists, 400),
        (with(&format!(r#""p":{{"a":{deep}}}"#)), 400),
        (with(r#""n":"x""#), 422),
        (with(r#""name":"x""#), 422),
        (with(r#""p":{"a":1,"a":2}"#), 422),
        (with(r#""e":NaN"#), 400),
        (with(r#""e":1e999"#), 400),
        (with(r#""r":"\ud800""#), 400),
        (with(r#""p":[1]"#), 422),
        (with(r#""$":{"amount":{},"currency":"EUR"}"#), 422),
    ] {
        let refused = parse(body.as_bytes()).unwrap_err();
        assert_eq!(refused.code.status(), status, "{}", &body[..body.len().min(80)]);
    }
    assert_eq!(parse(b"{\"n\":\"\xff\"}").unwrap_err().code.status(), 400);
    assert!(
        parse(with(r#""ip":[1],"timestamp":"then""#).as_bytes()).is_ok(),
        "ignored without a key"
    );
}
