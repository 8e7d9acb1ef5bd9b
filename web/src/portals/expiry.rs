//! Until when the domain and the certificate hold.

use super::site::Shown;
use crate::client::json::Json;
use crate::format::date;
use crate::ui::markup::Markup;
use crate::ui::status::{Level, status};
use serde_json::Value;

/// Both, one under the other.
pub fn expiries(shown: Shown, health: &Value, markup: &mut Markup) {
    let zone = shown.zone();
    markup.raw("<dl class=\"expiries\">");
    for (key, name) in [("domain", "Domain"), ("certificate", "SSL certificate")] {
        let Some(expiry) = health.get(key) else { continue };
        markup.raw("<div><dt>").raw(name).raw("</dt><dd>");
        let (level, word) = state(expiry.maybe_text("state").as_deref());
        status(level, word, markup);
        if let Some(at) = expiry.maybe_text("expires_at") {
            let day = date::instant_day(&at, Some(&zone));
            markup.element("<span class=\"when\">", &shown.distance(&at), "</span>");
            markup.element("<span class=\"muted\">", &day, "</span>");
        }
        markup.raw("</dd></div>");
    }
    markup.raw("</dl>");
}

fn state(word: Option<&str>) -> (Level, &'static str) {
    match word {
        Some("valid") => (Level::Good, "Valid"),
        Some("expiring") => (Level::Warn, "Expiring"),
        Some("expired") => (Level::Bad, "Expired"),
        Some("invalid") => (Level::Bad, "Not valid"),
        Some(_) => (Level::Unknown, "Can't be told"),
        None => (Level::Unknown, "Not measured"),
    }
}
