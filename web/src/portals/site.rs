//! One site of a portal: its score, its trend, and four cards.

use super::cards::{links, not_measured, pagespeed, score};
use super::expiry::expiries;
use super::open::Open;
use crate::client::json::Json;
use crate::format::{ago, date, number};
use crate::reports::date::Date;
use crate::ui::beats::{Beat, BeatState, beats};
use crate::ui::dynamic;
use crate::ui::markup::{Markup, written};
use crate::ui::status::{Level, status};
use crate::ui::trace::{Point, TraceSpec, trace};
use leptos::prelude::*;
use serde_json::Value;
use std::sync::Arc;

const TREND_DAYS: i64 = 30;
/// Half hours of a day.
const BEATS: usize = 48;
const HALF_HOUR_MS: f64 = 1_800_000.0;

const TREND: TraceSpec = TraceSpec {
    name: "Score",
    top: Some(100.0),
    write: number::full,
};

/// One site of those that the portal shows.
#[derive(Clone, Copy)]
pub struct Shown {
    open: Open,
    nth: usize,
}

impl Shown {
    /// Reads the site.
    pub fn with<T>(self, read: impl FnOnce(&Value) -> T) -> Option<T> {
        self.open
            .view
            .with(|view| view.as_ref()?.items("sites").get(self.nth).map(read))
    }

    /// A part that follows the site's health.
    fn part(self, class: &'static str, write: fn(Shown, &Value, &mut Markup)) -> AnyView {
        let body = move |markup: &mut Markup| {
            self.with(|site| {
                if let Some(health) = site.get("health") {
                    write(self, health, markup);
                }
            });
        };
        written(class, Box::new(body))
    }

    /// The site's time zone.
    pub fn zone(self) -> String {
        self.with(|site| site.text("timezone").to_owned()).unwrap_or_default()
    }

    /// When a beat begins, as RFC 3339 in UTC: by the server's clock, whatever the one of this device says.
    fn beat_from(self, nth: usize) -> Option<String> {
        let first = self.with(|site| {
            let uptime = site.get("health")?.get("uptime")?;
            Some(js_sys::Date::parse(uptime.text("beats_from")))
        });
        let at = first.flatten()? + nth as f64 * HALF_HOUR_MS;
        at.is_finite()
            .then(|| js_sys::Date::new(&at.into()).to_iso_string().into())
    }

    /// How far off an instant (RFC 3339) is, in words.
    pub fn distance(self, instant: &str) -> String {
        let left = js_sys::Date::parse(instant) - self.open.now_ms.get();
        if left < 0.0 {
            ago::since(-left)
        } else {
            ago::until(left)
        }
    }
}

/// The site's part of the page; `alone` when the portal is the site's own and not a group's.
pub fn site(open: Open, nth: usize, alone: bool) -> AnyView {
    let shown = Shown { open, nth };
    let name = shown.with(|site| site.text("domain").to_owned()).unwrap_or_default();
    let picture = shown.with(|site| site.text("favicon").to_owned()).unwrap_or_default();
    let updated = move || {
        let at = shown.with(|site| site.maybe_text("updated_at")).flatten();
        match at {
            Some(at) => format!("Updated {}", ago::since(open.now_ms.get() - js_sys::Date::parse(&at))),
            None => "Not measured yet".to_owned(),
        }
    };
    let printed = move || {
        format!(
            "{} ({})",
            date::instant(&date::minutes_from_now(0), Some(&shown.zone())),
            shown.zone()
        )
    };
    let heading = if alone {
        view! { <h1 tabindex="-1">{name.clone()}</h1> }.into_any()
    } else {
        view! { <h2>{name.clone()}</h2> }.into_any()
    };
    view! {
        <section class="portal-site" aria-label=name>
            <div class="portal-title">
                <img class="favicon" src=picture alt="" width="24" height="24" />
                {heading}
                <p class="muted">{dynamic(updated)}</p>
                <p class="printed muted">{dynamic(printed)}</p>
            </div>
            <div class="card block score-card">
                <div class="score-now">{shown.part("", score)}</div>
                <div class="score-trend">{title(alone, "The last 30 days")}{trend(shown)}</div>
                {shown.part("unmeasured", not_measured)}
            </div>
            <div class="portal-grid">
                <section class="card block">{title(alone, "PageSpeed")}{shown.part("devices", pagespeed)}</section>
                <section class="card block">{title(alone, "Link checker")}{shown.part("stack", links)}</section>
                <section class="card block">{title(alone, "Domain & SSL health")}{shown.part("", expiries)}</section>
                <section class="card block">{title(alone, "Uptime status")}{uptime(shown)}</section>
            </div>
        </section>
    }
    .into_any()
}

/// The heading of a card: one level below the site's own.
fn title(alone: bool, words: &'static str) -> AnyView {
    match alone {
        true => view! { <h2>{words}</h2> }.into_any(),
        false => view! { <h3>{words}</h3> }.into_any(),
    }
}

fn trend(shown: Shown) -> AnyView {
    let points = Memo::new(move |_| {
        let zone = shown.zone();
        // The last beat is the present one: where the next would begin, it ends.
        let today = shown.beat_from(BEATS).and_then(|end| date::last_day(&end, &zone));
        let today = today.unwrap_or_else(|| date::today(&zone));
        let known = shown.with(|site| site.get("health").map(|health| health.items("trend").to_vec()));
        let known = known.flatten().unwrap_or_default();
        let point = |back: i64| point(&known, today.plus_days(-back));
        Arc::new((0..TREND_DAYS).rev().map(point).collect::<Vec<_>>())
    });
    let label = move || {
        let values: Vec<f64> = points.with(|points| points.iter().filter_map(|point| point.value).collect());
        match values.last() {
            None => "Score of the last 30 days: no data".to_owned(),
            Some(last) => {
                let least = values.iter().copied().fold(100.0, f64::min);
                format!(
                    "Score of the last 30 days: now {}, lowest {}",
                    number::full(*last),
                    number::full(least)
                )
            }
        }
    };
    trace(TREND, points.into(), Box::new(label))
}

fn point(known: &[Value], day: Date) -> Point {
    let name = day.to_string();
    let value = known
        .iter()
        .find(|other| other.text("date") == name)
        .map(|day| day.number("value"));
    Point {
        value,
        tick: date::day_short(day),
        when: date::day(day),
        words: value.map_or_else(|| "Not measured".to_owned(), number::full),
    }
}

fn uptime(shown: Shown) -> AnyView {
    let list = Memo::new(move |_| {
        let zone = shown.zone();
        let told = shown.with(|site| {
            site.get("health")
                .and_then(|health| health.get("uptime"))
                .map(|up| up.items("beats").to_vec())
        });
        let told = told.flatten().unwrap_or_default();
        let beat = |(nth, state): (usize, &Value)| {
            let from = shown.beat_from(nth).unwrap_or_default();
            let (state, words) = told_of(state.as_str());
            Beat {
                state,
                when: date::instant(&from, Some(&zone)),
                words: words.to_owned(),
            }
        };
        Arc::new(told.iter().enumerate().map(beat).collect::<Vec<_>>())
    });
    let label = move || {
        let down = list.with(|list| list.iter().filter(|beat| beat.state == BeatState::Down).count());
        format!("The last 24 hours by half hours; {down} of them with failures")
    };
    view! {
        {shown.part("", up_now)}
        <div class="beat-frame">
            {beats(list.into(), Box::new(label))}
            <p class="beat-ends muted" aria-hidden="true"><span>"24 hours ago"</span><span>"now"</span></p>
        </div>
    }
    .into_any()
}

fn told_of(state: Option<&str>) -> (BeatState, &'static str) {
    match state {
        Some("up") => (BeatState::Up, "Up"),
        Some("down") => (BeatState::Down, "Down"),
        Some("maintenance") => (BeatState::Maintenance, "Maintenance"),
        Some(_) => (BeatState::Nothing, "Could not be told"),
        None => (BeatState::Nothing, "Not measured"),
    }
}

fn up_now(_: Shown, health: &Value, markup: &mut Markup) {
    let Some(uptime) = health.get("uptime") else { return };
    markup.raw("<p class=\"state-line\">");
    match uptime.maybe_text("state").as_deref() {
        Some("up") => status(Level::Good, "Up", markup),
        Some("down") => status(Level::Bad, "Down", markup),
        Some("maintenance") => status(Level::Off, "Maintenance", markup),
        Some(_) => status(Level::Unknown, "Can't be told", markup),
        None => status(Level::Unknown, "Not measured", markup),
    }
    if let Some(share) = uptime.get("percentage_24h").and_then(Value::as_f64) {
        markup.element("<span>", &number::uptime(share), " last 24 hours</span>");
    }
    markup.raw("</p>");
}
