//! `cargo xtask lighthouse`: the share link of the demo as Lighthouse's phone sees it, the median of three runs.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::bench::server::Server;
use crate::{process, report, server, setup, web, workspace};

const RUNS: usize = 3;
/// What the median must reach, of 100.
const LEAST: [(&str, f64); 2] = [("performance", 95.0), ("accessibility", 100.0)];
/// Printed beside the scores.
const AUDITS: [&str; 6] = [
    "first-contentful-paint",
    "largest-contentful-paint",
    "total-blocking-time",
    "cumulative-layout-shift",
    "speed-index",
    "total-byte-weight",
];

/// Builds, starts the demo, measures it and fails below the goals.
pub(crate) fn verb() -> Result<()> {
    web::build(&setup::for_building()?)?;
    let vitrine = server::build()?;
    let lighthouse = setup::for_lighthouse()?;
    report::step("making up the demo's year");
    let demo = Server::start(&vitrine, &["demo"], &[])?;
    let link = demo.links.first().context("vitrine demo prints its share links")?;
    let url = format!("{}/share/{}?auth={}", demo.url, link.domain, link.token);
    let mut reports = Vec::new();
    for run in 1..=RUNS {
        report::step(format!("measuring, {run} of {RUNS}"));
        reports.push(measure(&lighthouse, &url)?);
    }
    let median = |read: &dyn Fn(&Value) -> f64| {
        let mut values: Vec<f64> = reports.iter().map(read).collect();
        values.sort_by(f64::total_cmp);
        values[RUNS / 2]
    };
    for audit in AUDITS {
        let value = median(&|report| report["audits"][audit]["numericValue"].as_f64().unwrap_or(f64::NAN));
        report::note(format!("{audit}: {value:.2}"));
    }
    let mut below = Vec::new();
    for (category, least) in LEAST {
        let score = median(&|report| report["categories"][category]["score"].as_f64().unwrap_or(0.0)) * 100.0;
        report::result(format!("{category}: {score:.0} of 100, at least {least:.0}"));
        if score < least {
            below.push(category);
        }
    }
    if !below.is_empty() {
        bail!("Lighthouse's score is too low: {}", below.join(", "));
    }
    Ok(())
}

/// One run with Lighthouse's own settings: a phone on slow 4G with a quarter of this processor.
fn measure(tools: &setup::Lighthouse, url: &str) -> Result<Value> {
    let file = workspace::tools().join("lighthouse.json");
    let mut lighthouse = Command::new(&tools.node);
    lighthouse.arg(Path::new("xtask/npm/lighthouse/node_modules/lighthouse/cli/index.js"));
    lighthouse.args([
        url,
        "--quiet",
        "--output=json",
        "--only-categories=performance,accessibility",
    ]);
    lighthouse.arg("--chrome-flags=--headless=new --no-sandbox --disable-gpu");
    lighthouse.arg(format!("--output-path={}", file.display()));
    lighthouse.env("CHROME_PATH", &tools.chromium);
    process::run(&mut lighthouse)?;
    let text = fs::read_to_string(&file).with_context(|| format!("Lighthouse wrote no {}", file.display()))?;
    serde_json::from_str(&text).context("Lighthouse's report is JSON")
}
