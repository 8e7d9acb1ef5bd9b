//! Google's PageSpeed API, for a server without programs of its own.

use super::report::device_word;
use crate::config::Lighthouse;
use crate::egress::Request;
use crate::state::State;
use serde_json::Value;
use shared::facts::Device;
use shared::monitor::Reason;
use std::time::Duration;
use url::Url;

/// It measures while it is asked.
const BUDGET: Duration = Duration::from_secs(120);
/// Its answers carry pictures of the page.
const MOST_ANSWER_BYTES: usize = 16 * 1024 * 1024;

/// Asks for a report.
pub async fn ask(state: &State, page: &Url, device: Device) -> Result<Value, Reason> {
    let settings = &state.config.lighthouse;
    let url = question(settings, page, device).ok_or(Reason::NotConfigured)?;
    let request = Request::get(url.clone()).of_operator(BUDGET, MOST_ANSWER_BYTES);
    let answer = match state.egress.fetch(request).await {
        Ok(answer) => answer,
        Err(fault) => return Err(state.egress.reason(fault, &url).await),
    };
    match answer.status.as_u16() {
        200 if answer.truncated => Err(Reason::BrokenAnswer),
        200 => {
            let mut told = serde_json::from_slice::<Value>(&answer.body).map_err(|_| Reason::BrokenAnswer)?;
            Ok(told["lighthouseResult"].take())
        }
        429 => Err(Reason::AskedTooOften),
        status => {
            // What it says may name the key.
            tracing::warn!(status, "the PageSpeed API did not measure");
            Err(Reason::ToolFailed)
        }
    }
}

fn question(settings: &Lighthouse, page: &Url, device: Device) -> Option<Url> {
    let mut url = Url::parse(&settings.pagespeed_url).ok()?;
    let mut query = url.query_pairs_mut();
    query
        .append_pair("url", page.as_str())
        .append_pair("strategy", device_word(device));
    for category in ["performance", "accessibility", "best-practices", "seo"] {
        query.append_pair("category", category);
    }
    query
        .append_pair("locale", "en")
        .append_pair("key", &settings.pagespeed_key);
    drop(query);
    Some(url)
}
