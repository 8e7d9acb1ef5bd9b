//! What a request costs beside a bare actix-web handler, and how many events reach the disk beside what the disk can sync.

use super::server::Server;
use super::store::{self, Programs};
use super::wrk::{Figures, Load};
use super::{EVENT, USER_AGENT};
use crate::report;
use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

/// Who send events at once. Each waits for its answer, so that no sync covers more events than these.
const SENDERS: u32 = 64;
/// About what an event takes in the inbox.
const EVENT_BYTES: usize = 1024;
const SYNCING: Duration = Duration::from_secs(5);

/// Compares requests; the folder is where the servers' data go.
pub(super) fn measure(programs: &Programs, folder: &Path) -> Result<Value> {
    let bare = Server::start(&programs.bare, &[], &[])?;
    // Without events: rolling days up would go on beside.
    let data = folder.join("requests");
    let _none = fs::remove_dir_all(&data);
    fs::create_dir_all(&data)?;
    let (site_ids, token) = store::sites(programs, &data)?;
    let (site_id, domain) = (&site_ids[0], store::DOMAINS[0]);
    let auth = format!("Authorization: Share {token}");
    let server = store::serve(&programs.vitrine, &data, &[])?;
    report::step("resolving a share link");
    let bare_resolve = Load::get(format!("{}/resolve", bare.url), "").run()?;
    let resolved = Load::get(format!("{}/api/v1/share/{domain}", server.url), &auth).run()?;
    report::step("asking for one number");
    let question = r#"{"metrics":["visitors"],"date_range":"30d"}"#;
    let headers = format!("Content-Type: application/json\n{auth}");
    let bare_query = Load::post(format!("{}/query", bare.url), &headers, question, 16).run()?;
    let url = format!("{}/api/v1/sites/{site_id}/query", server.url);
    let query = Load::post(url, &headers, question, 16).run()?;
    report::step("collecting events");
    let bare_event = Load::post(format!("{}/event", bare.url), USER_AGENT, EVENT, SENDERS).run()?;
    let event = Load::post(format!("{}/api/event", server.url), USER_AGENT, EVENT, SENDERS).run()?;
    let busy_kib = server.resident_kib()?;
    drop((bare, server));
    fs::remove_dir_all(&data)?;
    report::step("syncing");
    let (syncs, sync_ms) = syncs(folder)?;
    Ok(json!({
        "resolve": beside(&bare_resolve, &resolved),
        "query": beside(&bare_query, &query),
        "event": beside(&bare_event, &event),
        "sync": {"per_second": syncs, "p50_ms": sync_ms, "events_per_second": syncs * f64::from(SENDERS),
            "share": event.per_second / (syncs * f64::from(SENDERS))},
        "busy_mib": busy_kib / 1024,
    }))
}

fn beside(bare: &Figures, ours: &Figures) -> Value {
    let told = |figures: &Figures| json!({"per_second": figures.per_second, "p50_ms": figures.p50_ms, "p99_ms": figures.p99_ms});
    json!({"bare": told(bare), "ours": told(ours), "share": ours.per_second / bare.per_second})
}

/// How often a second the disk syncs what all senders send at once, one after another, and the middle of its times in ms.
fn syncs(folder: &Path) -> Result<(f64, f64)> {
    let path = folder.join("sync");
    let mut file = File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
    let group = vec![0x5a; EVENT_BYTES * SENDERS as usize];
    let mut times = Vec::new();
    let began = Instant::now();
    while began.elapsed() < SYNCING {
        let turn = Instant::now();
        file.write_all(&group)?;
        file.sync_data()?;
        times.push(turn.elapsed().as_secs_f64() * 1e3);
    }
    let per_second = times.len() as f64 / began.elapsed().as_secs_f64();
    drop(file);
    fs::remove_file(&path)?;
    Ok((per_second, super::dashboards::median(&times)))
}
