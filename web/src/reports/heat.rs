//! Visits by hour and weekday: when people come.

use super::bars::skeleton;
use super::dash::{Asked, use_dash};
use super::date::Date;
use super::{question, skipped};
use crate::client::answer::Answer;
use crate::format::{date, number};
use crate::ui::markup::{Markup, written};
use crate::ui::part_if;
use leptos::prelude::*;

const DAYS: usize = 7;
const HOURS: usize = 24;
/// Shades beside "none".
const SHADES: f64 = 5.0;

/// The card.
pub fn heat_card() -> AnyView {
    let dash = use_dash();
    let asked = dash.ask(Box::new(|view, today| Some(question::heat(view, today))));
    let error = move || asked.error(dash);
    let write = move |markup: &mut Markup| table(asked, markup);
    view! {
        <section class="card panel full heat-card" aria-labelledby="heat-title">
            <header class="panel-head">
                <h2 id="heat-title">"Visits by hour and weekday"</h2>
            </header>
            <div class="panel-body" class:stale=move || asked.is_stale() aria-busy=move || asked.is_pending().to_string()>
                {part_if(error)}
                <div class="heat" tabindex="0" role="region" aria-label="Hours of the week">{written("", Box::new(write))}</div>
            </div>
        </section>
    }
    .into_any()
}

fn table(asked: Asked, markup: &mut Markup) {
    let Some(answer) = asked.answer() else {
        if asked.failure().is_none() {
            skeleton(markup);
        }
        return;
    };
    let counts = counts(&answer);
    let top = counts.iter().copied().fold(0.0, f64::max);
    markup.raw("<table class=\"heat-table\"><thead><tr><th scope=\"col\"><span class=\"sr-only\">Day</span></th>");
    for hour in 0..HOURS {
        markup
            .raw("<th scope=\"col\">")
            .text(&format!("{hour:02}"))
            .raw("</th>");
    }
    markup.raw("</tr></thead><tbody>");
    for day in 0..DAYS {
        // 2024-01-01 was a Monday.
        let weekday = date::weekday(Date {
            year: 2024,
            month: 1,
            day: day as u32 + 1,
        });
        markup.raw("<tr><th scope=\"row\">").text(&weekday).raw("</th>");
        for hour in 0..HOURS {
            let count = counts[day * HOURS + hour];
            let words = number::full(count);
            let class = ["", "h1", "h2", "h3", "h4", "h5"][shade(count, top)];
            markup.raw("<td class=\"").raw(class).raw("\" title=\"").text(&weekday);
            markup
                .text(&format!(" {hour:02}:00: "))
                .text(&words)
                .raw(" visits\"><span class=\"sr-only\">");
            markup.text(&words).raw("</span></td>");
        }
        markup.raw("</tr>");
    }
    markup.raw("</tbody></table>");
    skipped::write(&answer, markup);
}

/// The visits of each hour of the week, from Monday on.
fn counts(answer: &Answer) -> Vec<f64> {
    let mut counts = vec![0.0; DAYS * HOURS];
    for row in &answer.rows {
        let place = row.name().split_once('-').and_then(|(day, hour)| {
            let (day, hour) = (day.parse::<usize>().ok()?, hour.parse::<usize>().ok()?);
            Some(day.checked_sub(1)? * HOURS + hour)
        });
        if let Some(count) = place.and_then(|place| counts.get_mut(place)) {
            *count += row.number(0).unwrap_or(0.0);
        }
    }
    counts
}

/// Which shade a count has; 0 for none.
fn shade(count: f64, top: f64) -> usize {
    if count <= 0.0 {
        0
    } else {
        (count / top * SHADES).ceil().clamp(1.0, SHADES) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::shade;

    #[test]
    fn shades_grow_with_counts() {
        for (count, top, shade_of) in [
            (0.0, 0.0, 0),
            (0.0, 9.0, 0),
            (1.0, 100.0, 1),
            (20.0, 100.0, 1),
            (21.0, 100.0, 2),
            (100.0, 100.0, 5),
            (1.0, 1.0, 5),
        ] {
            assert_eq!(shade(count, top), shade_of, "{count} of {top}");
        }
    }
}
