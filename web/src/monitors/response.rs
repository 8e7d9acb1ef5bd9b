//! How long the site took to answer, over the period of its uptime.

use super::uptime::{Found, when};
use super::vitals::Vitals;
use crate::format::{date, number};
use crate::ui::trace::{Point, TraceSpec, trace};
use leptos::prelude::*;
use shared::health::UptimeBucket;
use std::sync::Arc;

const SPEC: TraceSpec = TraceSpec {
    name: "Response time",
    top: None,
    write: ms,
};

fn ms(value: f64) -> String {
    format!("{} ms", number::full(value))
}

/// The chart of mean response times.
pub fn response_times(vitals: Vitals, found: Signal<Found>) -> AnyView {
    let points = Memo::new(move |_| {
        found.with(|(nth, found)| {
            let told = found.buckets.iter().map(|bucket| point(vitals, bucket, *nth));
            Arc::new(told.collect::<Vec<_>>())
        })
    });
    let label = move || {
        let values: Vec<f64> = points.with(|points| points.iter().filter_map(|point| point.value).collect());
        match values.is_empty() {
            true => "Response time: no data".to_owned(),
            false => {
                let mean = values.iter().sum::<f64>() / values.len() as f64;
                let most = values.iter().copied().fold(0.0, f64::max);
                format!(
                    "Response time: {} on average, at most {}",
                    ms(mean.round()),
                    ms(most.round())
                )
            }
        }
    };
    view! {
        <h3>"Response time"</h3>
        {trace(SPEC, points.into(), Box::new(label))}
    }
    .into_any()
}

fn point(vitals: Vitals, bucket: &UptimeBucket, period: usize) -> Point {
    let tick = vitals.zone.with_value(|zone| match period {
        0 => date::hour(&bucket.from, zone),
        _ => date::instant_day_short(&bucket.from, zone),
    });
    let words = match (bucket.mean_response_ms, bucket.longest_response_ms) {
        (Some(mean), Some(longest)) => {
            format!("{} on average, longest {}", ms(mean.round()), ms(longest as f64))
        }
        _ => "No answers".to_owned(),
    };
    Point {
        value: bucket.mean_response_ms,
        tick,
        when: when(vitals, &bucket.from, period == 3),
        words,
    }
}
