//! The score as a ring, over the last 90 days, and part by part.

use super::vitals::Vitals;
use super::words;
use crate::format::{css, date, number};
use crate::reports::date::Date;
use crate::router::routes::{self, HealthPage};
use crate::ui::markup::{Markup, written};
use crate::ui::part_if;
use crate::ui::ring::ring;
use crate::ui::trace::{Point, TraceSpec, trace};
use leptos::prelude::*;
use shared::health::{Health, HealthComponent, HealthDay};
use std::sync::Arc;

/// The API tells so many days.
const DAYS: i64 = 90;
/// A chart is at least so many days wide, so that a young line does not look like a long one.
const LEAST_DAYS: i64 = 14;

const SPEC: TraceSpec = TraceSpec {
    name: "Score",
    top: Some(100.0),
    write: number::full,
};

/// The head of the page: the score now, and its way there.
pub fn score_card(vitals: Vitals) -> AnyView {
    let write = move |markup: &mut Markup| {
        vitals.with(|health| match health.score {
            Some(score) => {
                let value = f64::from(score.value);
                ring(
                    Some(value / 100.0),
                    &number::full(value),
                    words::band(score.band),
                    markup,
                );
            }
            None => ring(None, "–", "Not measured", markup),
        });
    };
    let points = Memo::new(move |_| {
        let today = vitals.zone.with_value(|zone| date::today(zone));
        Arc::new(vitals.with(|health| days(&health.history, today)).unwrap_or_default())
    });
    let summary = move || vitals.with(summary).unwrap_or_default();
    let formula = vitals
        .domain
        .with_value(|domain| routes::health(domain, HealthPage::Score));
    let version = move || {
        let version = vitals
            .with(|health| health.score.map(|score| score.version))
            .flatten()?;
        Some(view! { <a href=formula.clone()>{format!("How it is made (formula, version {version})")}</a> })
    };
    view! {
        <section class="card block score-card" aria-labelledby="score-title">
            <h2 id="score-title">"Score"</h2>
            <div class="score-now">{written("", Box::new(write))} {part_if(version)}</div>
            <div class="score-trend">
                <h3>"The last 90 days"</h3>
                {trace(SPEC, points.into(), Box::new(summary))}
            </div>
        </section>
    }
    .into_any()
}

fn summary(health: &Health) -> String {
    let (Some(first), Some(last)) = (health.history.first(), health.history.last()) else {
        return "Score: no data".to_owned();
    };
    let worst = health.history.iter().map(|day| day.value).min().unwrap_or_default();
    format!(
        "Score, {} to {}: now {}, lowest {worst}",
        first.date, last.date, last.value
    )
}

/// The days up to today, with gaps where there is no score.
fn days(history: &[HealthDay], today: Date) -> Vec<Point> {
    let point = |(day, value): (Date, Option<u8>)| Point {
        value: value.map(f64::from),
        tick: date::day_short(day),
        when: date::day(day),
        words: value.map_or_else(|| "Not measured".to_owned(), |value| value.to_string()),
    };
    values(history, today).into_iter().map(point).collect()
}

/// The days that the chart shows, with the value of each that has one.
fn values(history: &[HealthDay], today: Date) -> Vec<(Date, Option<u8>)> {
    let known: Vec<(Date, u8)> = history
        .iter()
        .filter_map(|day| Some((Date::parse(&day.date)?, day.value)))
        .collect();
    let first = known.first().map_or(today, |(day, _)| *day);
    let span = (today.days() - first.days() + 1).clamp(LEAST_DAYS, DAYS);
    let value_of = |day: Date| known.iter().find(|(other, _)| *other == day).map(|(_, value)| *value);
    let days = (0..span).rev().map(|back| today.plus_days(-back));
    days.map(|day| (day, value_of(day))).collect()
}

/// The parts of the score: what each gives, and why.
pub fn components(vitals: Vitals) -> AnyView {
    let write = move |markup: &mut Markup| {
        vitals.with(|health| {
            markup.raw("<ul class=\"rows\">");
            for component in &health.components {
                row(vitals, component, markup);
            }
            markup.raw("</ul>");
        });
    };
    view! {
        <section class="card block" aria-labelledby="parts-title">
            <h2 id="parts-title">"What it is made of"</h2>
            <p class="muted">"What is not measured is left out, and the rest counts for the whole."</p>
            {written("", Box::new(write))}
        </section>
    }
    .into_any()
}

fn row(vitals: Vitals, component: &HealthComponent, markup: &mut Markup) {
    let page = HealthPage::Monitor(words::measured_by(component.part));
    let href = vitals.domain.with_value(|domain| routes::health(domain, page));
    markup
        .raw("<li class=\"part-row\"><a class=\"part-name\" data-key=\"")
        .raw(words::part(component.part));
    markup
        .raw("\" href=\"")
        .text(&href)
        .raw("\">")
        .raw(words::part(component.part))
        .raw("</a>");
    markup.raw("<span class=\"num\">");
    let weight = number::full(component.weight);
    match component.points {
        Some(points) => markup.text(&format!("{} of {weight} points", number::full(points))),
        None => markup.raw("Not measured"),
    };
    markup.raw("</span><span class=\"part-bar\" aria-hidden=\"true\">");
    if let Some(points) = component.points {
        markup
            .raw("<i data-w=\"")
            .text(&css::percent(points / component.weight.max(1.0)))
            .raw("\"></i>");
    }
    markup.raw("</span><span class=\"facts\">");
    match (&component.evidence, component.reason) {
        (Some(evidence), _) => {
            markup.text(evidence);
        }
        (None, Some(reason)) => {
            markup.raw(words::reason(reason));
        }
        (None, None) => {}
    }
    if let Some(at) = &component.measured_at {
        markup.text(&format!(" · measured {}", vitals.since(at)));
    }
    markup.raw("</span></li>");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_without_a_score_are_gaps() {
        let day = |date: &str, value| HealthDay {
            date: date.to_owned(),
            value,
            version: 1,
        };
        let date = |text: &str| Date::parse(text).expect("a day");
        let history = [day("2026-11-23", 90), day("2026-11-25", 80)];
        let shown = values(&history, date("2026-11-26"));
        assert_eq!((shown.len() as i64, shown[0]), (LEAST_DAYS, (date("2026-11-13"), None)));
        let last: Vec<Option<u8>> = shown.iter().rev().take(5).map(|(_, value)| *value).collect();
        assert_eq!(last, [None, Some(80), None, Some(90), None]);
        let long = [day("2026-01-01", 70), day("2026-11-26", 71)];
        let shown = values(&long, date("2026-11-26"));
        assert_eq!(
            (shown.len() as i64, shown.last()),
            (DAYS, Some(&(date("2026-11-26"), Some(71))))
        );
    }
}
