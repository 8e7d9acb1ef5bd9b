//! `/<domain>/health/score`: how the score comes about, in the words of `docs/health.md`.

use super::vitals::{Vitals, health_page};
use crate::router::routes::HealthPage;
use crate::ui::markup::{Markup, written};
use leptos::prelude::*;

/// The formula that this page tells.
const VERSION: u32 = 1;

/// A part: points, what gives all of them, what gives none.
const PARTS: [(&str, &str, &str, &str); 6] = [
    ("Lighthouse, as a phone", "15", "Performance 100", "Performance 0"),
    ("Lighthouse, as a desktop", "15", "Performance 100", "Performance 0"),
    (
        "Uptime",
        "25",
        "99.9 % of the last 7 days or more",
        "95 % or less, or down now",
    ),
    (
        "Links",
        "25",
        "None broken, none redirecting",
        "A tenth of the links broken; a redirect counts as a tenth of a broken link",
    ),
    ("Domain", "10", "30 days left or more; half when less", "Expired"),
    (
        "Certificate",
        "10",
        "14 days left or more; half when less",
        "Expired or not valid",
    ),
];

/// The page.
pub fn formula_page(domain: String) -> AnyView {
    health_page(domain, HealthPage::Score, "How the score is made", body)
}

fn body(vitals: Vitals, _: HealthPage) -> AnyView {
    let write = move |markup: &mut Markup| {
        let version = vitals.with(|health| health.score.map(|score| score.version)).flatten();
        if version.is_some_and(|version| version != VERSION) {
            markup.raw("<p class=\"field-note\">The present score was made by another version than this page tells. Reload the page.</p>");
        }
        markup.raw("<table class=\"table formula\"><thead><tr>");
        markup.raw("<th scope=\"col\">Part</th><th scope=\"col\" class=\"num\">Points</th><th scope=\"col\">All of them</th><th scope=\"col\">None of them</th></tr></thead><tbody>");
        for (part, points, all, none) in PARTS {
            markup
                .raw("<tr><th scope=\"row\">")
                .raw(part)
                .raw("</th><td class=\"num\" data-label=\"Points\">")
                .raw(points);
            markup
                .raw("</td><td data-label=\"All of them\">")
                .raw(all)
                .raw("</td><td data-label=\"None of them\">")
                .raw(none)
                .raw("</td></tr>");
        }
        markup.raw("</tbody></table>");
    };
    view! {
        <section class="card block prose" aria-labelledby="formula-title">
            <h2 id="formula-title">{format!("Version {VERSION}")}</h2>
            {written("", Box::new(write))}
            <p>"Between the ends points grow evenly. The score is the sum of the points, by the sum of the points that could be had of what was measured, times 100, rounded. What was not measured is left out and named; nothing measured is no score."</p>
            <p>"80 and more is good, 60 and more fair, less poor."</p>
            <p>"What was last learned counts until three intervals and a day have passed. A check that learned nothing changes nothing. One value a day is kept, and one more for each change."</p>
        </section>
    }
    .into_any()
}
