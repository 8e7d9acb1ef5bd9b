//! One visit: who, from where, and which way through the pages.

use super::Site;
use super::dice::Dice;
use crate::events::event::{Attributes, ENGAGEMENT, InboxEvent, PAGEVIEW};
use jiff::civil::Date;

const COUNTRIES: &[(u32, (&str, &str, &str))] = &[
    (26, ("DE", "DE-BE", "Berlin")),
    (12, ("DE", "DE-BY", "Munich")),
    (13, ("US", "US-CA", "San Francisco")),
    (9, ("US", "US-NY", "New York")),
    (10, ("GB", "GB-ENG", "London")),
    (8, ("FR", "FR-IDF", "Paris")),
    (6, ("NL", "NL-NH", "Amsterdam")),
    (5, ("AT", "AT-9", "Vienna")),
    (4, ("CH", "CH-ZH", "Zurich")),
    (4, ("SE", "SE-AB", "Stockholm")),
    (3, ("CA", "CA-ON", "Toronto")),
    (3, ("IN", "IN-KA", "Bengaluru")),
    (3, ("BR", "BR-SP", "São Paulo")),
    (2, ("JP", "JP-13", "Tokyo")),
    (2, ("AU", "AU-NSW", "Sydney")),
    (2, ("PL", "PL-14", "Warsaw")),
];

const DEVICES: &[(u32, [&str; 5])] = &[
    (24, ["Chrome", "141.0", "Windows", "10", "Desktop"]),
    (13, ["Chrome", "141.0", "macOS", "10.15", "Desktop"]),
    (9, ["Safari", "18.6", "macOS", "10.15", "Desktop"]),
    (8, ["Firefox", "143.0", "Windows", "10", "Desktop"]),
    (6, ["Firefox", "143.0", "Linux", "", "Desktop"]),
    (6, ["Edge", "141.0", "Windows", "10", "Desktop"]),
    (18, ["Safari", "18.6", "iOS", "18.6", "Mobile"]),
    (15, ["Chrome", "141.0", "Android", "15", "Mobile"]),
    (3, ["Samsung Internet", "28.0", "Android", "14", "Mobile"]),
    (3, ["Safari", "18.6", "iOS", "18.6", "Tablet"]),
];

/// Appends the events of one visit.
pub(super) fn walk(site: &Site, day: Date, at_ms: i64, person: u64, dice: &mut Dice, events: &mut Vec<InboxEvent>) {
    let profile = &site.profile;
    let attributes = attributes(site, person, dice);
    let event = |name: &str, time_ms: i64, pathname: &str| {
        let local_date = site.zone.to_datetime(instant(time_ms)).date().max(day);
        // A visit over midnight goes on under the next day's number.
        let overnight = local_date > day;
        InboxEvent {
            site_id: site.id.clone(),
            time_ms,
            local_date,
            visitor: if overnight { Dice::new(person).number() } else { person },
            visitor_before: overnight.then_some(person),
            name: name.to_owned(),
            hostname: site.domain.clone(),
            pathname: pathname.to_owned(),
            interactive: true,
            props: Vec::new(),
            revenue: None,
            engagement_ms: None,
            scroll_depth: None,
            attributes: attributes.clone(),
        }
    };
    let mut now_ms = at_ms;
    let mut path = dice.weighted(profile.pages.iter().map(|page| (page.entry, page.path)));
    for step in 0..12 {
        events.push(event(PAGEVIEW, now_ms, path));
        // Most read for a short while, a few for long.
        let read_ms = 3_000 + dice.below(20_000) * (1 + dice.below(6)) * (1 + dice.below(2));
        if dice.chance(70) {
            events.push(InboxEvent {
                engagement_ms: i32::try_from(read_ms * 4 / 5).ok(),
                scroll_depth: u8::try_from(15 + dice.below(86)).ok(),
                ..event(ENGAGEMENT, now_ms + read_ms, path)
            });
        }
        now_ms += read_ms + 500;
        if step == 0 && dice.chance(profile.event.1) {
            let (key, values) = profile.prop;
            let value = values[dice.index(values.len())];
            events.push(InboxEvent {
                props: vec![(key.to_owned(), value.to_owned())],
                ..event(profile.event.0, now_ms, path)
            });
        }
        if !dice.chance(profile.stay_percent) {
            break;
        }
        path = dice.weighted(profile.pages.iter().map(|page| (page.next, page.path)));
    }
}

fn instant(ms: i64) -> jiff::Timestamp {
    jiff::Timestamp::from_millisecond(ms).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
}

/// The place and device belong to the person; the way here to the visit.
fn attributes(site: &Site, person: u64, dice: &mut Dice) -> Attributes {
    let mut own = Dice::new(person);
    let (country, region, city) = own.weighted(COUNTRIES.iter().copied());
    let [browser, browser_version, os, os_version, device] = own.weighted(DEVICES.iter().copied());
    let origin = dice.weighted(site.profile.origins.iter().map(|origin| (origin.weight, *origin)));
    let tagged = !origin.campaign.is_empty();
    Attributes {
        source: origin.source.to_owned(),
        channel: origin.channel.to_owned(),
        referrer: origin.referrer.to_owned(),
        utm_source: if tagged {
            origin.source.to_lowercase()
        } else {
            String::new()
        },
        utm_medium: origin.medium.to_owned(),
        utm_campaign: origin.campaign.to_owned(),
        country: country.to_owned(),
        region: region.to_owned(),
        city: city.to_owned(),
        browser: browser.to_owned(),
        browser_version: browser_version.to_owned(),
        os: os.to_owned(),
        os_version: os_version.to_owned(),
        device: device.to_owned(),
        ..Attributes::default()
    }
}
