//! The size budget of the first visit, in brotli bytes: what a recipient's phone loads before it sees a number.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use crate::report;

struct Line {
    what: &'static str,
    extension: &'static str,
    limit: u64,
}

/// What one page may load of each kind. 1 KB is 1000 bytes.
const LINES: [Line; 4] = [
    Line {
        what: "wasm",
        extension: "wasm",
        limit: 210_000,
    },
    Line {
        what: "JavaScript",
        extension: "js",
        limit: 8_000,
    },
    Line {
        what: "CSS",
        extension: "css",
        limit: 12_000,
    },
    Line {
        what: "HTML",
        extension: "html",
        limit: 3_000,
    },
];

/// What one page may load in all.
const FIRST_LOAD_BYTES: u64 = 235_000;

/// Prints the sizes of each program's first visit and fails when one is over its limit.
pub(super) fn check(dist: &Path, apps: &[&str]) -> Result<()> {
    let mut over = Vec::new();
    for app in apps {
        over.extend(weigh(dist, app)?.into_iter().map(|what| format!("{app}'s {what}")));
    }
    if !over.is_empty() {
        bail!(
            "the web app is over its size budget: {}; look for new generic code and dependencies first",
            over.join(", ")
        );
    }
    Ok(())
}

/// What of a program is over its limit.
fn weigh(dist: &Path, app: &str) -> Result<Vec<&'static str>> {
    let page = format!("{app}.html");
    let html = fs::read_to_string(dist.join(&page)).with_context(|| format!("Trunk wrote no {page}"))?;
    let mut first_load = 0;
    let mut of_extension = [0; LINES.len()];
    for entry in fs::read_dir(dist)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        // What the page does not name is loaded on demand, if at all.
        if name != page && !html.contains(name) || !path.is_file() {
            continue;
        }
        let bytes = sent(&path)?;
        first_load += bytes;
        for (line, sum) in LINES.iter().zip(&mut of_extension) {
            if path.extension().is_some_and(|extension| extension == line.extension) {
                *sum += bytes;
            }
        }
    }
    let parts = LINES.iter().map(|line| (line.what, line.limit)).zip(of_extension);
    let all = parts.chain([(("first load", FIRST_LOAD_BYTES), first_load)]);
    let mut over = Vec::new();
    for ((what, limit), bytes) in all {
        report::note(format!(
            "{app}, {what}: {} KB of {} KB (brotli)",
            kilo(bytes),
            kilo(limit)
        ));
        if bytes > limit {
            over.push(what);
        }
    }
    Ok(over)
}

/// The bytes that go over the wire: brotli where there is such a file.
fn sent(path: &Path) -> Result<u64> {
    let compressed = format!("{}.br", path.display());
    let file = if Path::new(&compressed).is_file() {
        Path::new(&compressed)
    } else {
        path
    };
    Ok(fs::metadata(file)
        .with_context(|| format!("cannot read {}", file.display()))?
        .len())
}

fn kilo(bytes: u64) -> String {
    format!("{}.{}", bytes / 1000, bytes % 1000 / 100)
}
