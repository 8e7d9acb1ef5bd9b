//! `cargo xtask check-import`: an access log as Vitrine imports it beside what GoAccess, a program of others, counts in it.
//!
//! Without a file, real requests of some visitors go through a real nginx on loopback first. What GoAccess counts otherwise is
//! asked of it the same way: only GET answered with 2xx or 304, no crawlers, paths without their queries. What remains
//! different is documented: visitors who asked for no page at all are counted by GoAccess alone.

use std::collections::BTreeMap;
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

use crate::bench::server::Server;
use crate::owner::{Owner, text};
use crate::setup::{self, system};
use crate::{process, report, workspace};

const DOMAIN: &str = "import.example";
const VISITORS: u8 = 60;
const START_LIMIT: Duration = Duration::from_secs(10);
const AGENTS: [&str; 4] = [
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
];
const ROBOT: &str = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";
const PAGES: [&str; 5] = ["/", "/pricing/", "/blog/one/", "/blog/two/", "/about/"];

/// Flags of `cargo xtask check-import`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Logs in the combined format, in place of requests through nginx.
    files: Vec<PathBuf>,
}

/// Views by page, and visitors by day.
#[derive(Debug, Default, PartialEq, Eq)]
struct Counted {
    views: BTreeMap<String, u64>,
    visitors: BTreeMap<String, u64>,
}

/// Makes or takes a log, counts it both ways, and fails when they differ.
pub(crate) fn verb(args: &Args) -> Result<()> {
    setup::for_server()?;
    ensure("goaccess")?;
    process::run(Command::new("cargo").args(["build", "--locked", "-p", "api"]))?;
    let program = workspace::artefacts()?.join("vitrine");
    let folder = tempfile::tempdir().context("cannot make a temporary folder")?;
    let log = folder.path().join("access.log");
    if args.files.is_empty() {
        ensure("nginx")?;
        visit(folder.path(), &log)?;
    } else {
        let mut all = Vec::new();
        for file in &args.files {
            all.extend(fs::read(file).with_context(|| format!("cannot read {}", file.display()))?);
        }
        fs::write(&log, all)?;
    }
    let theirs = by_goaccess(&log)?;
    let ours = by_vitrine(&program, folder.path(), &log)?;
    for (what, theirs, ours) in [
        ("views", &theirs.views, &ours.views),
        ("visitors", &theirs.visitors, &ours.visitors),
    ] {
        let sums = [theirs.values().sum::<u64>(), ours.values().sum::<u64>()];
        report::result(format!("{what}: GoAccess {}, Vitrine {}", sums[0], sums[1]));
        for name in theirs.keys().chain(ours.keys()) {
            let (theirs, ours) = (theirs.get(name), ours.get(name));
            if theirs != ours {
                report::note(format!("{what} of {name}: GoAccess {theirs:?}, Vitrine {ours:?}"));
            }
        }
    }
    if theirs != ours {
        bail!("the two do not agree; docs/importing.md says where they may differ");
    }
    Ok(())
}

fn ensure(program: &str) -> Result<()> {
    match process::find(program) {
        Some(_) => Ok(()),
        None if Path::new("/usr/sbin").join(program).is_file() => Ok(()),
        None => system::install(program, &[program], &format!("brew install {program}")),
    }
}

/// nginx, ended when dropped.
struct Nginx(Child);

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ended = self.0.kill();
        let _reaped = self.0.wait();
    }
}

/// Serves some pages and asks for them as visitors, a robot, and a browser do.
fn visit(folder: &Path, log: &Path) -> Result<()> {
    let root = folder.join("www");
    for page in PAGES {
        let place = root.join(page.trim_matches('/'));
        fs::create_dir_all(&place)?;
        fs::write(
            place.join("index.html"),
            "<!doctype html><link rel=stylesheet href=/style.css><title>A page</title><p>Text",
        )?;
    }
    fs::write(root.join("style.css"), "p { margin: 0 }")?;
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let settings = folder.join("nginx.conf");
    fs::write(
        &settings,
        format!(
            "daemon off; master_process off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;\n\
             events {{}}\n\
             http {{ access_log {log} combined; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;\n\
             fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;\n\
             types {{ text/html html; text/css css; }}\n\
             server {{ listen 127.0.0.1:{port}; root {root}; }} }}\n",
            folder = folder.display(),
            log = log.display(),
            root = root.display(),
        ),
    )?;
    report::step("asking nginx for pages");
    let nginx = process::find("nginx").unwrap_or_else(|| "/usr/sbin/nginx".into());
    let mut start = Command::new(nginx);
    start.arg("-p").arg(folder).arg("-c").arg(&settings);
    let server = Nginx(start.stdin(Stdio::null()).stderr(Stdio::null()).spawn()?);
    let url = format!("http://127.0.0.1:{port}");
    let end = Instant::now() + START_LIMIT;
    while process::answer(Command::new("curl").args([
        "-sf",
        "-X",
        "OPTIONS",
        "-o",
        "/dev/null",
        "-w",
        "%{http_code}",
        &url,
    ]))
    .is_none()
        && std::net::TcpStream::connect(("127.0.0.1", port)).is_err()
    {
        if Instant::now() > end {
            bail!("nginx does not start");
        }
        thread::sleep(Duration::from_millis(50));
    }
    for visitor in 1..=VISITORS {
        let agent = AGENTS[usize::from(visitor) % AGENTS.len()];
        let asked = (0..=usize::from(visitor) % 5).map(|step| PAGES[(usize::from(visitor) + step * 2) % PAGES.len()]);
        for page in asked {
            ask(&url, visitor, agent, &format!("{page}?utm_source=letter"), &[])?;
            ask(&url, visitor, agent, "/style.css", &[])?;
        }
        // Neither a page that is not there nor a question about one is a view of it.
        ask(&url, visitor, agent, "/missing/", &[])?;
        ask(&url, visitor, agent, "/about/", &["--head"])?;
    }
    ask(&url, 200, ROBOT, "/", &[])?;
    browse(&url)?;
    drop(server);
    Ok(())
}

fn ask(url: &str, visitor: u8, agent: &str, path: &str, more: &[&str]) -> Result<()> {
    let mut curl = Command::new("curl");
    curl.args([
        "-s",
        "-o",
        "/dev/null",
        "--interface",
        &format!("127.0.0.{visitor}"),
        "-A",
        agent,
    ]);
    process::run(curl.args(more).arg(format!("{url}{path}")))
}

/// A page in the tests' own browser, which asks for what belongs to it too. It calls itself as a person's does, or else it
/// would be a robot to both.
fn browse(url: &str) -> Result<()> {
    let browser = setup::for_browser()?.chromium;
    let profile = tempfile::tempdir()?;
    let mut chromium = Command::new(browser);
    chromium.args([
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
    ]);
    chromium.args(["--disable-component-update", "--disable-sync", "--dump-dom"]);
    chromium.arg(format!("--user-agent={}", AGENTS[1]));
    chromium.arg(format!("--user-data-dir={}", profile.path().display()));
    let run = chromium
        .arg(format!("{url}/pricing/"))
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    match process::succeeds_within(run, Duration::from_secs(60))? {
        true => Ok(()),
        false => bail!("the browser could not open {url}"),
    }
}

fn by_goaccess(log: &Path) -> Result<Counted> {
    report::step("counting with GoAccess");
    let mut goaccess = Command::new("goaccess");
    goaccess.arg(log).args([
        "--no-global-config",
        "--log-format=COMBINED",
        "--ignore-crawlers",
        "--no-query-string",
        "--max-items=100000",
        "--output=json",
        "--no-progress",
    ]);
    for status in [301, 302, 400, 401, 403, 404, 405, 410, 500, 502, 503] {
        goaccess.arg(format!("--ignore-status={status}"));
    }
    let counted: Value = serde_json::from_slice(&process::output(&mut goaccess)?).context("GoAccess answers JSON")?;
    let rows = |panel: &str| counted[panel]["data"].as_array().cloned().unwrap_or_default();
    let mut all = Counted::default();
    for row in rows("requests") {
        if row["method"] == "GET" {
            let page = text(&row, "data")?.to_owned();
            *all.views.entry(page).or_default() += row["hits"]["count"].as_u64().unwrap_or(0);
        }
    }
    for row in rows("visitors") {
        // `20261126`.
        let day = text(&row, "data")?.replace('-', "");
        let day = format!("{}-{}-{}", &day[..4], &day[4..6], &day[6..8]);
        all.visitors.insert(day, row["visitors"]["count"].as_u64().unwrap_or(0));
    }
    Ok(all)
}

fn by_vitrine(program: &Path, folder: &Path, log: &Path) -> Result<Counted> {
    report::step("importing and counting with Vitrine");
    let data = folder.join("data").display().to_string();
    let settings = [("VITRINE_DATA_DIR", data.as_str())];
    let server = Server::start(program, &["serve"], &settings)?;
    let owner = Owner::sign_up(&server.url, folder)?;
    let site = owner.post("/sites", &json!({"domain": DOMAIN, "timezone": "UTC"}).to_string())?;
    let site_id = text(&site, "id")?;
    let mut import = Command::new(program);
    import
        .args(["import", "logs", "--site", DOMAIN])
        .arg(log)
        .envs(settings);
    process::run(&mut import)?;
    let ask = |metric: &str, dimension: &str| -> Result<BTreeMap<String, u64>> {
        let query = json!({"metrics": [metric], "dimensions": [dimension], "date_range": "all"});
        let answer = owner.post(&format!("/sites/{site_id}/query"), &query.to_string())?;
        let rows = answer["results"].as_array().context("rows")?.iter();
        rows.map(|row| {
            let name = row["dimensions"][0].as_str().context("a name")?.to_owned();
            Ok((name, row["metrics"][0].as_u64().context("a count")?))
        })
        .collect()
    };
    Ok(Counted {
        views: ask("pageviews", "event:page")?,
        visitors: ask("visitors", "time:day")?,
    })
}
