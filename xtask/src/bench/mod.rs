//! `cargo xtask bench`: what our work costs beside a bare actix-web handler and beside plain DuckDB, in one run on one machine.
//!
//! Ratios are what counts; absolute figures belong to the machine. The load comes from wrk on the same machine, so that
//! both sides share its processors.

mod dashboards;
mod flood;
mod questions;
mod requests;
pub(crate) mod server;
mod store;
mod table;
mod targets;
mod timing;
mod wrk;

use crate::{process, report, setup, web, workspace};
use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};
use server::Server;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;
use store::{Programs, Store};

const EVENT: &str = r#"{"name":"pageview","url":"https://north.example/bench","domain":"north.example","referrer":"https://www.google.com/"}"#;
const USER_AGENT: &str =
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";
/// Where the tables stand, between two lines of comment.
const DOCUMENT: &str = "docs/performance.md";
const MARKS: (&str, &str) = ("<!-- bench -->\n", "<!-- /bench -->\n");

/// Flags of `cargo xtask bench`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Compare the times of answers that must not be told apart, instead of measuring throughput.
    #[arg(long)]
    timing: bool,
    /// Measure what a flood of sign-ins leaves of the server, instead.
    #[arg(long, conflicts_with = "timing")]
    flood: bool,
    /// Stores of so many million events; 100 take 15 GB of disk and more than an hour.
    #[arg(long, value_name = "MILLIONS", value_delimiter = ',', default_value = "1,10", value_parser = clap::value_parser!(u32).range(1..=1000))]
    size: Vec<u32>,
    /// Leave out what compares requests and events with bare actix-web and the disk.
    #[arg(long)]
    only_stores: bool,
    /// Ask no filtered dashboards.
    #[arg(long)]
    unfiltered: bool,
    /// Keep the stores in target/bench, and use those that are there.
    #[arg(long)]
    keep: bool,
    /// Measure the programs `vitrine`, `bare` and `plain` in this folder instead of building them.
    #[arg(long, value_name = "FOLDER")]
    programs: Option<PathBuf>,
    /// Where the figures go.
    #[arg(long, value_name = "PATH")]
    json: Option<PathBuf>,
    /// Put the tables into docs/performance.md.
    #[arg(long)]
    docs: bool,
}

/// Builds for release, measures, prints tables.
pub(crate) fn verb(args: &Args) -> Result<()> {
    let programs = match &args.programs {
        Some(folder) => Programs::of(folder, folder),
        None => build()?,
    };
    if args.timing {
        return timing::compare(&programs.vitrine);
    }
    if args.flood {
        return flood::measure(&programs.vitrine);
    }
    let target = workspace::artefacts()?;
    let target = target.parent().context("programs lie in the target folder")?;
    let folder = target.join("bench");
    fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let mut figures = json!({"on": today()?, "machine": machine()?, "memory_limit": dashboards::MEMORY});
    figures["empty"] = empty(&programs, &folder)?;
    if !args.only_stores {
        figures["requests"] = requests::measure(&programs, &folder)?;
    }
    let mut sizes = Vec::new();
    for millions in &args.size {
        let at = folder.join(format!("{millions}m"));
        if !args.keep && at.exists() {
            fs::remove_dir_all(&at)?;
        }
        let store = Store::ensure(&programs, &at, *millions)?;
        report::step(format!("asking for dashboards of {millions} million events"));
        let mut told = dashboards::measure(&programs, &store, !args.unfiltered)?;
        told["millions"] = json!(millions);
        sizes.push(told);
        if !args.keep {
            fs::remove_dir_all(&at)?;
        }
    }
    figures["sizes"] = json!(sizes);
    figures["targets"] = json!(targets::of(&figures));
    let to = args.json.clone().unwrap_or_else(|| target.join("bench.json"));
    fs::write(&to, serde_json::to_vec_pretty(&figures)?).with_context(|| format!("cannot write {}", to.display()))?;
    report::note(format!("the figures are in {}", to.display()));
    let tables = table::of(&figures);
    if args.docs {
        put(&tables)?;
    }
    report::result(tables);
    Ok(())
}

fn build() -> Result<Programs> {
    let tools = setup::for_building()?;
    wrk::ensure()?;
    web::build(&tools)?;
    report::step("building for release (minutes the first time)");
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--locked", "--release", "-p", "api", "--bin", "vitrine"]);
    process::run(cargo.args(["--example", "bare", "--example", "plain"]))?;
    let release = workspace::artefacts()?.with_file_name("release");
    Ok(Programs::of(&release, &release.join("examples")))
}

/// Start and idle memory where nothing is stored.
fn empty(programs: &Programs, folder: &Path) -> Result<Value> {
    let data = folder.join("empty");
    let _none = fs::remove_dir_all(&data);
    let began = Instant::now();
    let first = store::serve(&programs.vitrine, &data, &[])?;
    let first_ms = began.elapsed().as_secs_f64() * 1e3;
    drop(first);
    let began = Instant::now();
    let server = store::serve(&programs.vitrine, &data, &[])?;
    let start_ms = began.elapsed().as_secs_f64() * 1e3;
    let (idle_kib, own_kib) = server.idle_kib()?;
    drop(server);
    fs::remove_dir_all(&data)?;
    Ok(
        json!({"first_start_ms": first_ms, "start_ms": start_ms, "idle_mib": idle_kib / 1024, "idle_own_mib": own_kib / 1024}),
    )
}

fn today() -> Result<String> {
    Ok(
        String::from_utf8(process::output(Command::new("date").args(["-u", "+%F"]))?)?
            .trim()
            .to_owned(),
    )
}

fn machine() -> Result<Value> {
    let memory = fs::read_to_string("/proc/meminfo")?;
    let total = memory.lines().find_map(|line| line.strip_prefix("MemTotal:"));
    let kib: u64 = total
        .context("the kernel tells MemTotal")?
        .trim()
        .trim_end_matches(" kB")
        .parse()?;
    let processors = std::thread::available_parallelism()?.get();
    Ok(json!({"processors": processors, "memory_gib": kib / 1024 / 1024}))
}

/// Puts the tables into the document.
fn put(tables: &str) -> Result<()> {
    let text = fs::read_to_string(DOCUMENT).with_context(|| format!("cannot read {DOCUMENT}"))?;
    let parts = text
        .split_once(MARKS.0)
        .and_then(|(before, rest)| Some((before, rest.split_once(MARKS.1)?.1)));
    let Some((before, after)) = parts else {
        bail!(
            "{DOCUMENT} has no place for the tables, between {:?} and {:?}",
            MARKS.0,
            MARKS.1
        );
    };
    Ok(fs::write(
        DOCUMENT,
        format!("{before}{}{tables}{}{after}", MARKS.0, MARKS.1),
    )?)
}

/// The site's id, and the header that opens its data.
fn resolve(demo: &Server, link: &server::Link) -> Result<(String, String)> {
    let header = format!("Authorization: Share {}", link.token);
    let url = format!("{}/api/v1/share/{}", demo.url, link.domain);
    let answer = process::output(Command::new("curl").args(["-sf", "-H", &header, &url]))?;
    let site: Value = serde_json::from_slice(&answer)?;
    let id = site["site_id"].as_str().context("the link resolves")?;
    Ok((id.to_owned(), header))
}
