//! What the cards say: score, PageSpeed, links. What is not measured is said to be so.

use super::site::Shown;
use crate::client::json::Json;
use crate::format::number;
use crate::monitors::facts::stacked;
use crate::ui::markup::Markup;
use crate::ui::ring::ring;
use serde_json::Value;

/// The parts of a score, by their words in the API.
const PARTS: [(&str, &str); 6] = [
    ("lighthouse_mobile", "PageSpeed on mobile"),
    ("lighthouse_desktop", "PageSpeed on desktop"),
    ("uptime", "uptime"),
    ("links", "links"),
    ("domain", "the domain"),
    ("certificate", "the certificate"),
];

/// The ring with the score.
pub fn score(_: Shown, health: &Value, markup: &mut Markup) {
    let score = health.get("score").filter(|score| score.is_object());
    let Some(score) = score else {
        ring(None, "–", "Not measured", markup);
        return;
    };
    let value = score.number("value");
    let band = match score.text("band") {
        "good" => "Good",
        "fair" => "Fair",
        _ => "Poor",
    };
    ring(Some(value / 100.0), &number::full(value), band, markup);
}

/// Which parts of the score were not measured.
pub fn not_measured(_: Shown, health: &Value, markup: &mut Markup) {
    let missing = health.texts("not_measured").unwrap_or_default();
    let names: Vec<&str> = PARTS
        .iter()
        .filter(|(word, _)| missing.iter().any(|missing| missing == word))
        .map(|(_, name)| *name)
        .collect();
    if !names.is_empty() {
        let words = format!("Not measured, and so not counted: {}.", names.join(", "));
        markup.element("<p class=\"muted small\">", &words, "</p>");
    }
}

/// Lighthouse's performance, as a phone and as a desktop.
pub fn pagespeed(_: Shown, health: &Value, markup: &mut Markup) {
    for (key, name) in [("mobile", "Mobile"), ("desktop", "Desktop")] {
        let value = health
            .get("lighthouse")
            .and_then(|lighthouse| lighthouse.get(key)?.as_f64());
        markup.raw("<div class=\"device\">");
        match value {
            Some(value) => ring(Some(value / 100.0), &number::full(value), name, markup),
            None => ring(None, "–", name, markup),
        }
        if value.is_none() {
            markup.raw("<p class=\"muted small\">Not measured</p>");
        }
        markup.raw("</div>");
    }
}

/// The link checker's counts.
pub fn links(_: Shown, health: &Value, markup: &mut Markup) {
    let count = |key: &str| health.get("links").and_then(|links| links.get(key)?.as_f64());
    match (count("working"), count("broken"), count("redirecting")) {
        (Some(working), Some(broken), Some(redirecting)) => stacked(working, broken, redirecting, markup),
        _ => {
            markup.raw("<p class=\"nothing\">Not measured</p>");
        }
    }
}
