//! Dates and times of day.

use super::intl;
use crate::reports::date::Date;
use js_sys::Date as JsDate;
use shared::query::FixedDimension;
use wasm_bindgen::JsValue;

const DAY_MS: f64 = 86_400_000.0;
const FULL: [(&str, &str); 4] = [
    ("day", "numeric"),
    ("month", "short"),
    ("year", "numeric"),
    ("timeZone", "UTC"),
];
const DAY: [(&str, &str); 3] = [("day", "numeric"), ("month", "short"), ("timeZone", "UTC")];
const WEEKDAY: [(&str, &str); 4] = [
    ("weekday", "short"),
    ("day", "numeric"),
    ("month", "short"),
    ("timeZone", "UTC"),
];
const MONTH: [(&str, &str); 3] = [("month", "long"), ("year", "numeric"), ("timeZone", "UTC")];
const MONTH_SHORT: [(&str, &str); 3] = [("month", "short"), ("year", "2-digit"), ("timeZone", "UTC")];
const HOUR: [(&str, &str); 2] = [("hour", "numeric"), ("timeZone", "UTC")];
const TIME: [(&str, &str); 3] = [("hour", "numeric"), ("minute", "2-digit"), ("timeZone", "UTC")];

fn utc(date: Date, minutes: i32) -> JsValue {
    JsValue::from_f64(date.days() as f64 * 86_400_000.0 + f64::from(minutes) * 60_000.0)
}

fn write(options: &[(&str, &str)], value: &JsValue) -> String {
    intl::format("DateTimeFormat", options, value)
}

/// `30 Oct 2026`.
pub fn day(date: Date) -> String {
    write(&FULL, &utc(date, 0))
}

/// `30 Oct`.
pub fn day_short(date: Date) -> String {
    write(&DAY, &utc(date, 0))
}

/// `October 2026`.
pub fn month(date: Date) -> String {
    write(&MONTH, &utc(date, 0))
}

/// `Mon`.
pub fn weekday(date: Date) -> String {
    write(&[("weekday", "short"), ("timeZone", "UTC")], &utc(date, 0))
}

/// `1 Oct 2026 – 30 Oct 2026`, or one day.
pub fn range(from: Date, to: Date) -> String {
    match (from == to, from.year == to.year) {
        (true, _) => day(from),
        (false, true) => format!("{} – {}", day_short(from), day(to)),
        (false, false) => format!("{} – {}", day(from), day(to)),
    }
}

/// A range without its year where that is this year's.
pub fn range_short(from: Date, to: Date, today: Date) -> String {
    match (from == to, from.year == today.year && to.year == today.year) {
        (true, true) => day_short(from),
        (false, true) => format!("{} – {}", day_short(from), day_short(to)),
        (_, false) => range(from, to),
    }
}

/// A time label of the server, short enough for an axis.
pub fn tick(label: &str, size: FixedDimension) -> String {
    let Some((date, minutes)) = wall_clock(label) else {
        return label.to_owned();
    };
    match size {
        FixedDimension::TimeHour if minutes % 60 == 0 => write(&HOUR, &utc(date, minutes)),
        FixedDimension::TimeMinute | FixedDimension::TimeHour => write(&TIME, &utc(date, minutes)),
        FixedDimension::TimeMonth => write(&MONTH_SHORT, &utc(date, 0)),
        _ => day_short(date),
    }
}

/// A time label of the server in full, for tooltips and tables.
pub fn bucket(label: &str, size: FixedDimension) -> String {
    let Some((date, minutes)) = wall_clock(label) else {
        return label.to_owned();
    };
    match size {
        FixedDimension::TimeMinute | FixedDimension::TimeHour => {
            format!(
                "{}, {}",
                write(&WEEKDAY, &utc(date, 0)),
                write(&TIME, &utc(date, minutes))
            )
        }
        FixedDimension::TimeWeek => format!("Week of {}", day(date)),
        FixedDimension::TimeMonth => month(date),
        _ => write(&WEEKDAY, &utc(date, 0)),
    }
}

/// Date and minutes of the wall clock that a label itself shows.
fn wall_clock(label: &str) -> Option<(Date, i32)> {
    let date = Date::parse(label.get(..10)?)?;
    let time = label.get(11..16).and_then(|time| {
        let (hours, minutes) = time.split_once(':')?;
        Some(hours.parse::<i32>().ok()? * 60 + minutes.parse::<i32>().ok()?)
    });
    Some((date, time.unwrap_or(0)))
}

/// An instant (RFC 3339) as a day in `zone`; the browser's own zone when `None`.
pub fn instant_day(instant: &str, zone: Option<&str>) -> String {
    instant_with(
        instant,
        zone,
        &[("day", "numeric"), ("month", "short"), ("year", "numeric")],
    )
}

/// The day of an instant (RFC 3339) in `zone`, short enough for an axis: `30 Oct`.
pub fn instant_day_short(instant: &str, zone: &str) -> String {
    instant_with(instant, Some(zone), &[("day", "numeric"), ("month", "short")])
}

/// The time of day of an instant (RFC 3339) in `zone`, to the minute.
pub fn hour(instant: &str, zone: &str) -> String {
    instant_with(instant, Some(zone), &[("timeStyle", "short")])
}

/// An instant (RFC 3339) as day and time in `zone`; the browser's own zone when `None`.
pub fn instant(instant: &str, zone: Option<&str>) -> String {
    instant_with(instant, zone, &[("dateStyle", "medium"), ("timeStyle", "short")])
}

/// The time of day of an instant (RFC 3339) in `zone`, to the second.
pub fn clock(instant: &str, zone: &str) -> String {
    instant_with(instant, Some(zone), &[("timeStyle", "medium")])
}

fn instant_with(instant: &str, zone: Option<&str>, options: &[(&str, &str)]) -> String {
    let mut options = options.to_vec();
    options.extend(zone.map(|zone| ("timeZone", zone)));
    let ms = JsDate::parse(instant);
    if ms.is_nan() {
        instant.to_owned()
    } else {
        write(&options, &JsValue::from_f64(ms))
    }
}

/// Today's date in a time zone.
pub fn today(zone: &str) -> Date {
    let now = JsDate::now();
    Date::parse(&iso(now, zone, &[])).unwrap_or_else(|| Date::from_days((now / DAY_MS) as i64))
}

/// The day, in a time zone, of the last moment before an instant (RFC 3339).
pub fn last_day(instant: &str, zone: &str) -> Option<Date> {
    Date::parse(&iso(JsDate::parse(instant) - 1.0, zone, &[]))
}

/// The instant at which a day ends in a time zone, as RFC 3339 in UTC.
pub fn end_of_day(day: Date, zone: &str) -> String {
    let wall = day.plus_days(1).days() as f64 * DAY_MS;
    // Twice: the first guess may lie on the other side of a clock change.
    let guess = wall - offset_ms(wall, zone);
    let at = wall - offset_ms(guess, zone);
    JsDate::new(&JsValue::from_f64(at)).to_iso_string().into()
}

/// The wall clock of a zone at an instant, as fields for date and time write it: `2026-01-31T22:00`.
pub fn wall(at_ms: f64, zone: &str) -> String {
    iso(at_ms, zone, &[("hour", "2-digit"), ("minute", "2-digit")]).replace(' ', "T")
}

/// The instant at which a zone's wall clock shows what a field for date and time says, as RFC 3339 in UTC; none of anything
/// else.
pub fn instant_of_wall(text: &str, zone: &str) -> Option<String> {
    let wall = JsDate::parse(&format!("{}Z", text.get(..16)?));
    if wall.is_nan() {
        return None;
    }
    // Twice: the first guess may lie on the other side of a clock change.
    let guess = wall - offset_ms(wall, zone);
    let at = wall - offset_ms(guess, zone);
    Some(JsDate::new(&JsValue::from_f64(at)).to_iso_string().into())
}

/// How far the clocks of a zone are ahead of UTC at an instant.
fn offset_ms(at: f64, zone: &str) -> f64 {
    let time = [("hour", "2-digit"), ("minute", "2-digit"), ("second", "2-digit")];
    let wall = iso(at, zone, &time).replace(' ', "T");
    let ahead = JsDate::parse(&format!("{wall}Z")) - (at / 1000.0).floor() * 1000.0;
    if ahead.is_nan() { 0.0 } else { ahead }
}

/// An instant in a zone as ISO 8601 writes it, a blank between day and time.
fn iso(at: f64, zone: &str, time: &[(&str, &str)]) -> String {
    // Swedish writes dates so.
    let mut options = vec![
        ("locale", "sv-SE"),
        ("year", "numeric"),
        ("month", "2-digit"),
        ("day", "2-digit"),
        ("timeZone", zone),
    ];
    options.extend(time);
    write(&options, &at.into())
}

/// The present instant, cut to the minute and moved by so many minutes, as RFC 3339 in UTC.
pub fn minutes_from_now(minutes: i32) -> String {
    let now = (JsDate::now() / 60_000.0).floor() + f64::from(minutes);
    JsDate::new(&JsValue::from_f64(now * 60_000.0)).to_iso_string().into()
}
