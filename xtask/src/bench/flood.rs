//! T25: a flood of sign-ins beside which the rest of the server goes on. Figures for people to read.

use super::server::Server;
use super::wrk::Load;
use super::{report, resolve};
use anyhow::{Context as _, Result};
use std::path::Path;

const CONNECTIONS: u32 = 300;

/// Resolves a share link alone, and beside 300 connections that sign in with wrong passwords without a pause.
pub(super) fn measure(vitrine: &Path) -> Result<()> {
    let demo = Server::start(vitrine, &["demo"], &[])?;
    let link = demo.links.first().context("vitrine demo prints share links")?.clone();
    let (_, auth) = resolve(&demo, &link)?;
    let url = format!("{}/api/v1/share/{}", demo.url, link.domain);
    let quiet = || Load::get(url.clone(), &auth).with_connections(4);
    report::step("resolving a share link alone");
    let alone = quiet().run()?;
    let before_kib = demo.resident_kib()?;
    report::step(format!("the same beside {CONNECTIONS} connections that sign in"));
    let body = r#"{"email":"demo@vitrine.example","password":"not the password"}"#;
    let headers = format!("Content-Type: application/json\nOrigin: {}", demo.url);
    let flood = Load::post(format!("{}/api/v1/session", demo.url), &headers, body, CONNECTIONS);
    let (beside, flooded, most_kib) = std::thread::scope(|scope| -> Result<_> {
        let flood = scope.spawn(|| flood.run_refused());
        let beside = quiet().run()?;
        let most_kib = demo.resident_kib()?;
        let flooded = flood.join().ok().context("the flood's thread panicked")??;
        Ok((beside, flooded, most_kib))
    })?;
    report::result("| resolving | a second | p50 ms | p99 ms |\n|---|---|---|---|");
    for (what, figures) in [("alone", &alone), ("beside the flood", &beside)] {
        let (rate, p50, p99) = (figures.per_second, figures.p50_ms, figures.p99_ms);
        report::result(format!("| {what} | {rate:.0} | {p50:.2} | {p99:.2} |"));
    }
    report::result(format!(
        "\nthe flood: {:.0} answers a second; memory: {} MiB before, {} MiB beside it",
        flooded.per_second,
        before_kib / 1024,
        most_kib / 1024
    ));
    Ok(())
}
