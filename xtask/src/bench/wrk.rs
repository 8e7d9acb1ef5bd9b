//! wrk, and what it measured.

use crate::setup::system;
use crate::{process, workspace};
use anyhow::{Context as _, Result, bail};
use std::process::Command;

const SECONDS: u32 = 10;
const CONNECTIONS: u32 = 16;

/// A load to run.
pub(super) struct Load {
    url: String,
    headers: String,
    body: Option<String>,
    connections: u32,
}

/// What a load met.
pub(super) struct Figures {
    pub(super) per_second: f64,
    pub(super) p50_ms: f64,
    pub(super) p99_ms: f64,
}

/// Installs wrk where it is missing.
pub(super) fn ensure() -> Result<()> {
    if process::find("wrk").is_some() {
        return Ok(());
    }
    system::install("wrk, the load generator", &["wrk"], "brew install wrk")
}

impl Load {
    pub(super) fn get(url: String, headers: &str) -> Self {
        Self {
            url,
            headers: headers.to_owned(),
            body: None,
            connections: CONNECTIONS,
        }
    }

    pub(super) fn post(url: String, headers: &str, body: &str, connections: u32) -> Self {
        Self {
            url,
            headers: headers.to_owned(),
            body: Some(body.to_owned()),
            connections,
        }
    }

    /// The same over so many connections.
    pub(super) fn with_connections(self, connections: u32) -> Self {
        Self { connections, ..self }
    }

    /// Runs for ten seconds on one thread. A single refused answer spoils the figures, so it is an error.
    pub(super) fn run(&self) -> Result<Figures> {
        let (figures, text) = self.run_any()?;
        if text.contains("Non-2xx") {
            bail!("some answers were refused:\n{text}");
        }
        Ok(figures)
    }

    /// Runs where answers are meant to be refused.
    pub(super) fn run_refused(&self) -> Result<Figures> {
        Ok(self.run_any()?.0)
    }

    fn run_any(&self) -> Result<(Figures, String)> {
        let mut wrk = Command::new("wrk");
        wrk.args(["--latency", "-t1", "--timeout", "30s"]);
        wrk.args([format!("-d{SECONDS}s"), format!("-c{}", self.connections)]);
        match &self.body {
            Some(body) => {
                let script = workspace::root()?.join("xtask/bench/post.lua");
                wrk.env("BENCH_BODY", body)
                    .env("BENCH_HEADERS", &self.headers)
                    .arg("-s")
                    .arg(script);
            }
            None => {
                for header in self.headers.lines() {
                    wrk.args(["-H", header]);
                }
            }
        }
        let text = String::from_utf8(process::output(wrk.arg(&self.url))?)?;
        let figures = parse(&text).with_context(|| format!("wrk said something else:\n{text}"))?;
        Ok((figures, text))
    }
}

fn parse(text: &str) -> Option<Figures> {
    let field = |name: &str| {
        text.lines()
            .find_map(|line| line.trim().strip_prefix(name))
            .map(str::trim)
    };
    Some(Figures {
        per_second: field("Requests/sec:")?.parse().ok()?,
        p50_ms: milliseconds(field("50%")?)?,
        p99_ms: milliseconds(field("99%")?)?,
    })
}

fn milliseconds(text: &str) -> Option<f64> {
    let at = text.find(|c: char| c.is_ascii_alphabetic())?;
    let value: f64 = text[..at].parse().ok()?;
    match &text[at..] {
        "us" => Some(value / 1000.0),
        "ms" => Some(value),
        "s" => Some(value * 1000.0),
        "m" => Some(value * 60_000.0),
        _ => None,
    }
}
