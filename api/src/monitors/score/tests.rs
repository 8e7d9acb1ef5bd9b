//! The formula by its numbers.

use super::*;
use HealthPart::{Certificate, Domain, LighthouseDesktop, LighthouseMobile, Links, Uptime};

fn part(part: HealthPart, measured: Result<Measured, Reason>) -> Part {
    Part {
        part,
        measured,
        measured_at: None,
    }
}

const UP: Measured = Measured::Uptime {
    up: 10_000,
    down: 0,
    is_down: false,
};

fn all() -> Vec<Part> {
    vec![
        part(LighthouseMobile, Ok(Measured::Performance(60))),
        part(LighthouseDesktop, Ok(Measured::Performance(100))),
        part(Uptime, Ok(UP)),
        part(
            Links,
            Ok(Measured::Links {
                working: 98,
                broken: 2,
                redirecting: 0,
            }),
        ),
        part(
            Domain,
            Ok(Measured::Expiry {
                days_left: 29,
                valid: true,
            }),
        ),
        part(
            Certificate,
            Ok(Measured::Expiry {
                days_left: 14,
                valid: true,
            }),
        ),
    ]
}

#[test]
fn the_weights_are_a_hundred_and_each_point_is_explained() {
    let parts = all();
    assert_eq!(parts.iter().map(|part| weight(part.part)).sum::<f64>(), 100.0);
    let points = components(&parts)
        .into_iter()
        .map(|it| it.points.unwrap())
        .collect::<Vec<_>>();
    assert_eq!(points, [9.0, 15.0, 25.0, 20.0, 5.0, 10.0]);
    assert_eq!(score(&parts).unwrap().value, 84);
    assert_eq!(score(&parts).unwrap().band, Band::Good);
}

#[test]
fn what_was_not_measured_is_left_out_and_the_rest_rescaled() {
    let mut parts = all();
    for n in [0, 1, 3] {
        parts[n].measured = Err(Reason::Off);
    }
    // 25 + 5 + 10 of 45.
    assert_eq!(score(&parts).unwrap().value, 89);
    assert_eq!(components(&parts)[0].points, None);
    assert_eq!(components(&parts)[0].reason, Some(Reason::Off));
    for part in &mut parts {
        part.measured = Err(Reason::Waiting);
    }
    assert_eq!(score(&parts), None);
    assert!(gains(&parts).is_empty());
}

#[test]
fn each_part_has_its_scale() {
    let links = |working, broken, redirecting| Measured::Links {
        working,
        broken,
        redirecting,
    };
    let expiry = |days_left, valid| Measured::Expiry { days_left, valid };
    let uptime = |up, down, is_down| Measured::Uptime { up, down, is_down };
    for (which, measured, points) in [
        (Uptime, uptime(999, 1, false), 25.0),
        (Uptime, uptime(95, 5, false), 0.0),
        (Uptime, uptime(1, 99, false), 0.0),
        (Uptime, uptime(1000, 0, true), 0.0),
        (Links, links(100, 0, 0), 25.0),
        (Links, links(0, 0, 0), 25.0),
        (Links, links(95, 5, 0), 12.5),
        (Links, links(90, 10, 0), 0.0),
        (Links, links(0, 0, 100), 0.0),
        (Links, links(90, 0, 10), 22.5),
        (Domain, expiry(30, true), 10.0),
        (Domain, expiry(0, true), 5.0),
        (Domain, expiry(-1, true), 0.0),
        (Certificate, expiry(14, true), 10.0),
        (Certificate, expiry(13, true), 5.0),
        (Certificate, expiry(300, false), 0.0),
    ] {
        let found = components(&[part(which, Ok(measured.clone()))])[0].points;
        assert_eq!(found, Some(points), "{which:?} {measured:?}");
    }
    for (value, expected) in [
        (0, Band::Poor),
        (59, Band::Poor),
        (60, Band::Fair),
        (79, Band::Fair),
        (80, Band::Good),
    ] {
        assert_eq!(band(value), expected, "{value}");
    }
}

#[test]
fn gains_are_what_the_formula_says_after_the_repair() {
    let gains = gains(&all());
    let told = gains
        .iter()
        .map(|it| (it.action.as_str(), it.value, it.gain))
        .collect::<Vec<_>>();
    let expected = [
        ("Bring Lighthouse's performance on phones to 90", 89, 5),
        ("Repair 2 broken links", 89, 5),
        ("Renew the domain", 89, 5),
    ];
    assert_eq!(told, expected);
}
