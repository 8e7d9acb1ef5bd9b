//! What a whole dashboard costs over a year, 30 days and 24 hours, open and filtered, and what an export costs. Figures for
//! people to read; how they grow is seen by asking again with more visits.

use super::server::Server;
use super::{RANGES, dashboard, report, resolve};
use crate::{process, workspace};
use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;

/// Each dashboard is asked so often, or for so many seconds when that is less.
const TIMES: usize = 40;
const SECONDS: f64 = 40.0;

/// Fills a demo, asks one dashboard after another as one recipient does, then exports the year.
pub(super) fn measure(vitrine: &Path, times: u32) -> Result<()> {
    report::step(format!("making up {times} times the demo's year"));
    let slow = [("VITRINE_EVENTS__QUERY_TIMEOUT_MS", "120000")];
    let demo = Server::start(vitrine, &["demo", "--times", &times.to_string()], &slow)?;
    let link = demo.links.first().context("vitrine demo prints share links")?.clone();
    let (site_id, auth) = resolve(&demo, &link)?;
    let events = total(&demo, &site_id, &auth)?;
    report::result(format!("{events} events in the year of {}\n", link.domain));
    report::result("| dashboard batch | filter | asked | p50 ms | p95 ms |\n|---|---|---|---|---|");
    let filters = [
        ("none", json!([])),
        ("country", json!([["is", "visit:country", ["DE"]]])),
        ("source", json!([["is", "visit:source", ["Google"]]])),
        ("page", json!([["is", "event:page", ["/pricing"]]])),
    ];
    for (range, word) in RANGES {
        for (name, filter) in &filters {
            let body = dashboard(word, filter);
            let mut spent = Vec::new();
            while spent.len() < TIMES && (spent.len() < 3 || spent.iter().sum::<f64>() < SECONDS) {
                spent.push(ask(&demo, &site_id, &auth, &body)?.1);
            }
            spent.sort_by(f64::total_cmp);
            let at = |share: f64| spent[((spent.len() - 1) as f64 * share).round() as usize] * 1000.0;
            let asked = spent.len();
            report::result(format!(
                "| {range} | {name} | {asked} | {:.0} | {:.0} |",
                at(0.5),
                at(0.95)
            ));
        }
    }
    report::result(format!(
        "\nmemory: {} MiB after the questions",
        demo.resident_kib()? / 1024
    ));
    for format in ["csv", "json"] {
        export(&demo, &site_id, &auth, format)?;
    }
    Ok(())
}

/// The site's events of the year.
fn total(demo: &Server, site_id: &str, auth: &str) -> Result<u64> {
    let body = json!({"queries": [{"metrics": ["events"], "date_range": "12mo"}]}).to_string();
    let answer: Value = serde_json::from_slice(&ask(demo, site_id, auth, &body)?.0)?;
    let events = &answer["results"][0]["results"][0]["metrics"][0];
    events
        .as_u64()
        .with_context(|| format!("the year has a total: {answer}"))
}

/// An answer, and how many seconds it took.
fn ask(demo: &Server, site_id: &str, auth: &str, body: &str) -> Result<(Vec<u8>, f64)> {
    let url = format!("{}/api/v1/sites/{site_id}/queries", demo.url);
    let file = workspace::tools().join("bench-answer");
    let mut curl = Command::new("curl");
    curl.args(["-sf", "-H", auth, "-H", "Content-Type: application/json", "-d", body]);
    curl.args(["-w", "%{time_total}", "-o"]).arg(&file).arg(url);
    let seconds = String::from_utf8(process::output(&mut curl)?)?.parse()?;
    let answer = std::fs::read(&file)?;
    if answer.windows(8).any(|part| part == b"\"status\"") {
        bail!("a question was refused: {}", String::from_utf8_lossy(&answer));
    }
    Ok((answer, seconds))
}

/// Exports the year; tells the rate and how much more memory the server took meanwhile.
fn export(demo: &Server, site_id: &str, auth: &str, format: &str) -> Result<()> {
    let url = format!(
        "{}/api/v1/sites/{site_id}/export?format={format}&date_range=12mo",
        demo.url
    );
    let before = demo.resident_kib()?;
    demo.forget_peak()?;
    let mut curl = Command::new("curl");
    curl.args(["-sf", "-H", auth, "-o", "/dev/null"]);
    curl.args(["-w", "%{size_download} %{time_starttransfer} %{time_total}"])
        .arg(url);
    let text = String::from_utf8(process::output(&mut curl)?)?;
    let numbers: Vec<f64> = text.split(' ').map(str::parse).collect::<Result<_, _>>()?;
    let [bytes, first, seconds] = numbers[..] else {
        bail!("curl said `{text}`")
    };
    report::result(format!(
        "export as {format}: {:.1} MB in {seconds:.2} s, first byte after {first:.2} s; memory: {} MiB before, {} MiB at most",
        bytes / 1e6,
        before / 1024,
        demo.peak_kib()? / 1024
    ));
    Ok(())
}
