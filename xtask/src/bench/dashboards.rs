//! What a dashboard costs with so many events, computed anew and from memory, beside plain DuckDB in the same run, and what an export costs.

use super::questions::{self, FILTERS, Filter, RANGES, Range, case, compare};
use super::server::Server;
use super::store::{Programs, Store};
use crate::{process, report, workspace};
use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};
use std::fs;
use std::process::Command;
use std::time::Instant;

/// Most memory for the engine, here and there.
pub(super) const MEMORY: &str = "4GB";
/// Each dashboard is asked so often, or less often when that takes longer than so many seconds.
const TIMES: usize = 7;
const SECONDS: f64 = 15.0;
/// Slower ones are asked once.
const SLOW_SECONDS: f64 = 20.0;
const TIMES_FROM_MEMORY: usize = 41;
/// No answer is kept, so that each is computed.
const COMPUTED: [(&str, &str); 3] = [
    ("VITRINE_EVENTS__ANSWERS_MAX_BYTES", "0"),
    ("VITRINE_EVENTS__QUERY_TIMEOUT_MS", "1200000"),
    ("VITRINE_EVENTS__MEMORY_LIMIT", MEMORY),
];

/// Measures a store; `filtered` also under filters.
pub(super) fn measure(programs: &Programs, store: &Store, filtered: bool) -> Result<Value> {
    let began = Instant::now();
    let server = store.serve(&programs.vitrine, &COMPUTED)?;
    let start_ms = began.elapsed().as_secs_f64() * 1e3;
    let (idle_kib, own_kib) = server.idle_kib()?;
    let mut told = store.told.clone();
    for secret in ["token", "site_id"] {
        told.as_object_mut().context("a store tells an object")?.remove(secret);
    }
    let auth = format!("Authorization: Share {}", store.link.token);
    let filters = std::iter::once(None).chain(FILTERS.into_iter().map(Some).filter(|_| filtered));
    // The days that go on are counted once somebody looks at them; that one asks the rows.
    let (_, first_s) = ask(
        &server,
        &store.site_id,
        &auth,
        &questions::dashboard(RANGES[0].word, None),
    )?;
    server.settle()?;
    let mut cases = Vec::new();
    for filter in filters {
        for range in RANGES {
            report::note(format!("{}, {}", range.name, name_of(filter)));
            cases.push(Case::ask(&server, store, &auth, range, filter)?);
        }
    }
    // Each question also asks whether days were imported; these are the same, and shared while one of them is being answered.
    let asked: usize = cases.iter().map(|case| case.ours_ms.len() * questions::QUESTIONS).sum();
    let (all, computed) = server.questions()?;
    if (computed as usize) <= asked || all < computed {
        bail!("{computed} answers were computed, of {asked} and more");
    }
    let busy_kib = server.resident_kib()?;
    let events = events_of_a_year(&server, store, &auth)?;
    let exports = ["csv", "json"].map(|format| export(&server, &store.site_id, &auth, (format, events)));
    let exports = exports.into_iter().collect::<Result<Vec<_>>>()?;
    drop(server);
    let memory = from_memory(programs, store, &auth)?;
    report::step("asking plain DuckDB");
    let plain = ask_plain(programs, store, &cases)?;
    for (case, plain) in cases.iter_mut().zip(&plain) {
        compare(&case.answer, &plain["answers"])
            .with_context(|| format!("{}, {}", case.range.name, name_of(case.filter)))?;
        let rounds = plain["rounds_ms"].as_array().context("plain DuckDB tells its times")?;
        let round = |round: &Value| {
            let questions = round.as_array().into_iter().flatten();
            questions.filter_map(Value::as_f64).sum::<f64>()
        };
        case.plain_ms = rounds.iter().map(round).collect();
    }
    let bytes = store.bytes()?;
    let events = told["events"].as_f64().context("a store tells its events")?;
    told["bytes"] = json!(bytes);
    told["bytes_per_event"] = json!(bytes as f64 / events);
    told["start_ms"] = json!(start_ms);
    told["first_ms"] = json!(first_s * 1e3);
    told["idle_mib"] = json!(idle_kib / 1024);
    told["idle_own_mib"] = json!(own_kib / 1024);
    told["busy_mib"] = json!(busy_kib / 1024);
    told["export"] = json!(exports);
    told["from_memory"] = json!(memory);
    told["dashboards"] = cases.iter().map(Case::told).collect();
    Ok(told)
}

/// A dashboard that was asked.
struct Case {
    range: Range,
    filter: Option<Filter>,
    answer: Value,
    question: Value,
    ours_ms: Vec<f64>,
    plain_ms: Vec<f64>,
}

fn name_of(filter: Option<Filter>) -> &'static str {
    filter.map_or("open", |filter| filter.name)
}

impl Case {
    fn ask(server: &Server, store: &Store, auth: &str, range: Range, filter: Option<Filter>) -> Result<Self> {
        let body = questions::dashboard(range.word, filter);
        let mut ours_ms = Vec::new();
        let mut answer = None;
        let spent = |all: &[f64]| all.iter().sum::<f64>() / 1e3;
        while ours_ms.len() < TIMES
            && (ours_ms.len() < 3 || spent(&ours_ms) < SECONDS)
            && !(ours_ms.len() == 1 && spent(&ours_ms) > SLOW_SECONDS)
        {
            let (bytes, seconds) = ask(server, &store.site_id, auth, &body)?;
            ours_ms.push(seconds * 1e3);
            answer = Some(bytes);
        }
        let answer: Value = serde_json::from_slice(&answer.context("it was asked")?)?;
        Ok(Self {
            question: case(&store.site_id, range, filter, &answer),
            range,
            filter,
            answer,
            ours_ms,
            plain_ms: Vec::new(),
        })
    }

    fn told(&self) -> Value {
        let (ours, plain) = (median(&self.ours_ms), median(&self.plain_ms));
        json!({
            "range": self.range.name, "filter": name_of(self.filter), "ms": ours, "asked": self.ours_ms.len(),
            "plain_ms": plain, "plain_asked": self.plain_ms.len(), "times_faster": plain / ours,
        })
    }
}

/// The middle of some figures.
pub(super) fn median(figures: &[f64]) -> f64 {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The open dashboards with the ordinary settings, as the second one who asks meets them.
fn from_memory(programs: &Programs, store: &Store, auth: &str) -> Result<Vec<Value>> {
    let server = store.serve(&programs.vitrine, &[])?;
    let mut told = Vec::new();
    for range in RANGES {
        let body = questions::dashboard(range.word, None);
        ask(&server, &store.site_id, auth, &body)?;
        let times = (0..TIMES_FROM_MEMORY).map(|_| Ok(ask(&server, &store.site_id, auth, &body)?.1 * 1e3));
        told.push(json!({"range": range.name, "ms": median(&times.collect::<Result<Vec<_>>>()?)}));
    }
    Ok(told)
}

/// Asks plain DuckDB every case, on its own sorted copy.
fn ask_plain(programs: &Programs, store: &Store, cases: &[Case]) -> Result<Vec<Value>> {
    let file = store.sorted(&programs.plain)?;
    let list = store.folder.join("cases.json");
    let questions: Vec<&Value> = cases.iter().map(|case| &case.question).collect();
    fs::write(&list, serde_json::to_vec(&questions)?)?;
    let mut plain = Command::new(&programs.plain);
    plain.args(["ask", "--memory", MEMORY, "--file"]).arg(file);
    let told = process::output(plain.arg("--cases").arg(&list))?;
    let told: Vec<Value> = serde_json::Deserializer::from_slice(&told)
        .into_iter()
        .collect::<Result<_, _>>()?;
    if told.len() != cases.len() {
        bail!("plain DuckDB answered {} of {} cases", told.len(), cases.len());
    }
    Ok(told)
}

/// An answer, and how many seconds it took.
fn ask(server: &Server, site_id: &str, auth: &str, body: &str) -> Result<(Vec<u8>, f64)> {
    let url = format!("{}/api/v1/sites/{site_id}/queries", server.url);
    let file = workspace::tools().join("bench-answer");
    let mut curl = Command::new("curl");
    curl.args(["-sf", "-H", auth, "-H", "Content-Type: application/json", "-d", body]);
    curl.args(["-w", "%{time_total}", "-o"]).arg(&file).arg(url);
    let seconds = String::from_utf8(process::output(&mut curl)?)?.parse()?;
    let answer = fs::read(&file)?;
    if answer.windows(8).any(|part| part == b"\"status\"") {
        bail!("a question was refused: {}", String::from_utf8_lossy(&answer));
    }
    Ok((answer, seconds))
}

/// The events of the site that are exported.
fn events_of_a_year(server: &Server, store: &Store, auth: &str) -> Result<f64> {
    let body = json!({"queries": [{"metrics": ["events"], "date_range": "12mo"}]}).to_string();
    let answer: Value = serde_json::from_slice(&ask(server, &store.site_id, auth, &body)?.0)?;
    let events = answer["results"][0]["results"][0]["metrics"][0].as_f64();
    events.context("a year has a number of events")
}

/// Exports the year; tells the rate and how much more memory the server took meanwhile.
fn export(server: &Server, site_id: &str, auth: &str, (format, events): (&str, f64)) -> Result<Value> {
    let url = format!(
        "{}/api/v1/sites/{site_id}/export?format={format}&date_range=12mo",
        server.url
    );
    report::note(format!("the year as {format}"));
    let before_kib = server.resident_kib()?;
    server.forget_peak()?;
    let mut curl = Command::new("curl");
    curl.args(["-sf", "-H", auth, "-o", "/dev/null"]);
    curl.args(["-w", "%{size_download} %{time_starttransfer} %{time_total}"])
        .arg(url);
    let text = String::from_utf8(process::output(&mut curl)?)?;
    let numbers: Vec<f64> = text.split(' ').map(str::parse).collect::<Result<_, _>>()?;
    let [bytes, first, seconds] = numbers[..] else {
        bail!("curl said `{text}`")
    };
    Ok(json!({
        "format": format, "mb": bytes / 1e6, "seconds": seconds, "first_byte_s": first, "events_per_second": events / seconds,
        "before_mib": before_kib / 1024, "peak_mib": server.peak_kib()? / 1024,
    }))
}
