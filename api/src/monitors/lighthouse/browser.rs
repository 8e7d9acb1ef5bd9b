//! One run of Lighthouse on a Chromium of its own.

use super::processes::{kill_group, kill_users_of, memory_kib};
use super::proxy::Proxy;
use crate::state::State;
use serde_json::Value;
use shared::facts::Device;
use shared::monitor::Reason;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::process::{Child, Command};
use tokio::time::{sleep, timeout};
use url::Url;

const LOOK_EVERY: Duration = Duration::from_millis(250);
const STEP: Duration = Duration::from_millis(50);
/// Reports carry pictures of the page.
const MOST_REPORT_BYTES: u64 = 32 * 1024 * 1024;
const MOST_WORDS: usize = 600;

/// What is said to Chromium besides its folder and its proxy. It resolves no name and sends nothing but through the proxy; what
/// would go another way (QUIC, WebRTC's datagrams) is off.
const FLAGS: [&str; 22] = [
    "--headless=new",
    "--remote-debugging-port=0",
    "--proxy-bypass-list=<-loopback>",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    // One switch by its two names: without the one that a version knows, WebRTC sends datagrams to whomever a page names.
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-quic",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--disable-extensions",
    "--disable-breakpad",
    "--disable-crash-reporter",
    "--disable-features=Translate,OptimizationHints,MediaRouter,DialMediaRouteProvider,WebRtcAllowInputVolumeAdjustment",
    "--no-first-run",
    "--no-default-browser-check",
    "--deny-permission-prompts",
    "--mute-audio",
    "--password-store=basic",
];

/// Where runs are, in the data folder: a name that nobody gives to something of theirs.
const PLACE: &str = ".lighthouse-run";
/// What a run may write: a page can store data, too.
const MOST_BYTES: u64 = 512 * 1024 * 1024;

/// A run's processes and its folder. Dropping it ends the ones and removes the other.
struct Run {
    folder: PathBuf,
    groups: Vec<u32>,
}

impl Run {
    /// A fresh folder. What a killed server left behind is ended and removed: only one run at a time uses the place.
    fn new(data_dir: &Path) -> std::io::Result<Self> {
        let data_dir = data_dir.canonicalize()?;
        let run = Self {
            folder: data_dir.join(PLACE),
            groups: Vec::new(),
        };
        run.clear();
        let mut builder = std::fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&run.folder)?;
        Ok(run)
    }

    fn spawn(&mut self, command: &mut Command) -> std::io::Result<Child> {
        let log = std::fs::File::options()
            .create(true)
            .append(true)
            .open(self.folder.join("log"))?;
        let child = command
            .env_clear()
            .envs(std::env::vars_os().filter(|(name, _)| name == "PATH"))
            // Whatever is written goes with the folder.
            .env("HOME", &self.folder)
            .env("TMPDIR", &self.folder)
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .process_group(0)
            .kill_on_drop(true)
            .spawn()?;
        self.groups.extend(child.id());
        Ok(child)
    }

    fn clear(&self) {
        for group in &self.groups {
            kill_group(Some(*group));
        }
        kill_users_of(&self.folder);
        for _ in 0..20 {
            match std::fs::remove_dir_all(&self.folder) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    // A process that ends may still write.
                    std::thread::sleep(STEP);
                }
                _ => return,
            }
        }
        tracing::warn!("the folder of a run of Lighthouse can't be removed");
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        self.clear();
    }
}

/// Measures a page; the report, or why there is none.
pub async fn run(state: &State, page: &Url, device: Device) -> Result<Value, Reason> {
    // Whatever ends processes and removes folders waits for the disk.
    let data_dir = state.config.data_dir.clone();
    let begun = tokio::task::spawn_blocking(move || Run::new(&data_dir)).await;
    let begun = begun.map_err(|error| failed("no folder for a run of Lighthouse", &error))?;
    let mut run = begun.map_err(|error| failed("no folder for a run of Lighthouse", &error))?;
    let limit = Duration::from_secs(state.config.lighthouse.timeout_s);
    let measured = timeout(limit, measure(state, page, device, &mut run)).await;
    tokio::task::spawn_blocking(move || drop(run))
        .await
        .map_err(|error| failed("a run of Lighthouse was not ended", &error))?;
    measured.unwrap_or(Err(Reason::Timeout))
}

fn failed(what: &str, error: &dyn std::fmt::Display) -> Reason {
    tracing::warn!(cause = %error, "{what}");
    Reason::ToolFailed
}

async fn measure(state: &State, page: &Url, device: Device, run: &mut Run) -> Result<Value, Reason> {
    let settings = &state.config.lighthouse;
    let proxy = Proxy::start(state.egress.clone()).await;
    let proxy = proxy.map_err(|error| failed("no proxy for a run of Lighthouse", &error))?;
    let profile = run.folder.join("profile");
    let mut chromium = Command::new(&settings.chromium);
    chromium
        .args(FLAGS)
        .arg(format!("--proxy-server=http://127.0.0.1:{}", proxy.port))
        .arg(format!("--user-data-dir={}", profile.display()));
    if !settings.sandbox {
        chromium.arg("--no-sandbox");
    }
    let browser = run.spawn(chromium.arg("about:blank"));
    let mut browser = browser.map_err(|error| failed("the setting lighthouse.chromium can't be started", &error))?;
    let port = loop {
        // Its first line is the port, once it listens.
        let told = std::fs::read_to_string(profile.join("DevToolsActivePort")).unwrap_or_default();
        if let Some(port) = told.lines().next().and_then(|line| line.parse::<u16>().ok()) {
            break port;
        }
        if let Ok(Some(_)) = browser.try_wait() {
            return Err(failed("Chromium ended before it began", &words(run)));
        }
        sleep(STEP).await;
    };
    let report = run.folder.join("report.json");
    let mut lighthouse = Command::new(&settings.command);
    lighthouse
        .arg(page.as_str())
        .args(["--quiet", "--output=json", "--locale=en", "--no-enable-error-reporting"])
        .arg("--only-categories=performance,accessibility,best-practices,seo")
        .arg(format!("--port={port}"))
        .arg(format!("--output-path={}", report.display()));
    if device == Device::Desktop {
        lighthouse.arg("--preset=desktop");
    }
    let program = run.spawn(&mut lighthouse);
    let mut program = program.map_err(|error| failed("the setting lighthouse.command can't be started", &error))?;
    let most_kib = settings.memory_mb * 1024;
    let ended = loop {
        tokio::select! {
            ended = program.wait() => break ended,
            () = sleep(LOOK_EVERY) => {
                let (groups, folder) = (run.groups.clone(), run.folder.clone());
                let taken = tokio::task::spawn_blocking(move || (memory_kib(&groups), size_of(&folder))).await;
                let (memory_kib, bytes) = taken.unwrap_or_default();
                if memory_kib > most_kib || bytes > MOST_BYTES {
                    return Err(failed("a run of Lighthouse was ended", &"it took too much memory or disk"));
                }
            }
        }
    };
    let is_written = std::fs::metadata(&report).is_ok_and(|report| report.len() <= MOST_REPORT_BYTES);
    if !ended.is_ok_and(|status| status.success()) || !is_written {
        return Err(failed("Lighthouse wrote no report", &words(run)));
    }
    let read = tokio::task::spawn_blocking(move || -> std::io::Result<Value> {
        Ok(serde_json::from_slice(&std::fs::read(report)?)?)
    });
    let report = read
        .await
        .map_err(|error| failed("Lighthouse's report can't be read", &error))?;
    report.map_err(|error| failed("Lighthouse's report can't be read", &error))
}

/// Bytes of the files in a folder; those that go meanwhile are not counted.
fn size_of(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let sizes = entries.map(|entry| match entry.metadata() {
        Ok(data) if data.is_dir() => size_of(&entry.path()),
        Ok(data) => data.len(),
        Err(_) => 0,
    });
    sizes.sum()
}

/// The last words of a run's programs.
fn words(run: &Run) -> String {
    let said = std::fs::read(run.folder.join("log")).unwrap_or_default();
    let last = &said[said.len().saturating_sub(MOST_WORDS)..];
    String::from_utf8_lossy(last).into_owned()
}
