//! `cargo xtask bench`: what our work costs beside a bare actix-web handler, in one run on one machine.
//!
//! Ratios are what counts; absolute figures belong to the machine. The load comes from wrk on the same machine, so that
//! both sides share its processors.

mod dashboards;
mod flood;
pub(crate) mod server;
mod timing;
mod wrk;

use crate::{process, report, setup, web, workspace};
use anyhow::{Context as _, Result};
use server::Server;
use std::process::Command;
use wrk::{Figures, Load};

const EVENT: &str = r#"{"name":"pageview","url":"https://north.example/bench","domain":"north.example","referrer":"https://www.google.com/"}"#;
const USER_AGENT: &str =
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";
const RANGES: [(&str, &str); 3] = [("24 h", "24h"), ("30 days", "30d"), ("12 months", "12mo")];

/// Flags of `cargo xtask bench`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Compare the times of answers that must not be told apart, instead of measuring throughput.
    #[arg(long)]
    timing: bool,
    /// Measure what a flood of sign-ins leaves of the server, instead.
    #[arg(long, conflicts_with = "timing")]
    flood: bool,
    /// Measure dashboards and an export of a year with so many times the demo's visits, instead; 55 are ten million events.
    #[arg(long, value_name = "TIMES", conflicts_with_all = ["timing", "flood"])]
    dashboards: Option<u32>,
}

/// Builds for release, measures, prints a table.
pub(crate) fn verb(args: &Args) -> Result<()> {
    let tools = setup::for_building()?;
    wrk::ensure()?;
    web::build(&tools)?;
    report::step("building for release (minutes the first time)");
    process::run(Command::new("cargo").args([
        "build",
        "--locked",
        "--release",
        "-p",
        "api",
        "--bin",
        "vitrine",
        "--example",
        "bare",
    ]))?;
    let release = workspace::artefacts()?.with_file_name("release");
    if args.timing {
        return timing::compare(&release.join("vitrine"));
    }
    if args.flood {
        return flood::measure(&release.join("vitrine"));
    }

    if let Some(times) = args.dashboards {
        return dashboards::measure(&release.join("vitrine"), times);
    }

    let bare = Server::start(&release.join("examples/bare"), &[], &[])?;
    let demo = Server::start(&release.join("vitrine"), &["demo"], &[])?;
    let idle_kib = demo.resident_kib()?;
    let link = demo.links.first().context("vitrine demo prints share links")?.clone();
    let (site_id, auth) = resolve(&demo, &link)?;

    let get = |url: String, headers: &str| Load::get(url, headers).run();
    let post = |url: String, headers: &str, body: &str, connections| Load::post(url, headers, body, connections).run();
    report::step("resolving a share link");
    let bare_resolve = get(format!("{}/resolve", bare.url), "")?;
    let resolve = get(format!("{}/api/v1/share/{}", demo.url, link.domain), &auth)?;
    report::step("collecting events");
    let bare_event = post(format!("{}/event", bare.url), USER_AGENT, EVENT, 64)?;
    let event = post(format!("{}/api/event", demo.url), USER_AGENT, EVENT, 64)?;
    report::step("asking for dashboards");
    let mut dashboards = Vec::new();
    for (name, range) in RANGES {
        let body = dashboard(range, &serde_json::json!([]));
        let url = format!("{}/api/v1/sites/{site_id}/queries", demo.url);
        dashboards.push((
            name,
            post(url, &format!("Content-Type: application/json\n{auth}"), &body, 1)?,
        ));
    }
    let busy_kib = demo.resident_kib()?;

    report::result("| what | bare actix-web | Vitrine | ratio |\n|---|---|---|---|");
    row("resolve", &bare_resolve, &resolve);
    row("event", &bare_event, &event);
    report::result("\n| dashboard batch (one client) | p50 ms | p99 ms |\n|---|---|---|");
    for (name, figures) in dashboards {
        report::result(format!("| {name} | {:.1} | {:.1} |", figures.p50_ms, figures.p99_ms));
    }
    report::result(format!(
        "\nmemory: {} MiB idle, {} MiB after the load",
        idle_kib / 1024,
        busy_kib / 1024
    ));
    Ok(())
}

fn row(what: &str, bare: &Figures, ours: &Figures) {
    let cell = |f: &Figures| format!("{:.0}/s, p50 {:.2} ms, p99 {:.2} ms", f.per_second, f.p50_ms, f.p99_ms);
    let ratio = ours.per_second / bare.per_second;
    report::result(format!("| {what} | {} | {} | {ratio:.2} |", cell(bare), cell(ours)));
}

/// The site's id, and the header that opens its data.
fn resolve(demo: &Server, link: &server::Link) -> Result<(String, String)> {
    let header = format!("Authorization: Share {}", link.token);
    let url = format!("{}/api/v1/share/{}", demo.url, link.domain);
    let answer = process::output(Command::new("curl").args(["-sf", "-H", &header, &url]))?;
    let site: serde_json::Value = serde_json::from_slice(&answer)?;
    let id = site["site_id"].as_str().context("the link resolves")?;
    Ok((id.to_owned(), header))
}

/// What a dashboard asks: totals with comparison, the chart, eight lists.
fn dashboard(range: &str, filters: &serde_json::Value) -> String {
    let tiles = [
        "visitors",
        "visits",
        "pageviews",
        "views_per_visit",
        "bounce_rate",
        "visit_duration",
    ];
    let mut queries = vec![
        serde_json::json!({"metrics": tiles, "date_range": range, "include": {"comparison": {"mode": "previous_period"}}}),
        serde_json::json!({"metrics": ["visitors"], "date_range": range, "dimensions": ["time"], "include": {"time_labels": true}}),
    ];
    for dimension in [
        "event:page",
        "visit:entry_page",
        "visit:source",
        "visit:channel",
        "visit:country",
        "visit:browser",
        "visit:os",
        "visit:device",
    ] {
        queries.push(serde_json::json!({
            "metrics": ["visitors"], "date_range": range, "dimensions": [dimension], "pagination": {"limit": 9}
        }));
    }
    for query in &mut queries {
        query["filters"] = filters.clone();
    }
    serde_json::json!({"queries": queries}).to_string()
}
