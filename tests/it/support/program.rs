//! The `vitrine` program as a process of its own, for tests that kill it.

use super::Actor;
use super::app::clickhouse_beside;
use std::future::Future;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

const FILLER: &str = "filler";
const USER_AGENT: &str =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";

/// The program and the data folder that its starts share.
pub struct Program {
    binary: PathBuf,
    folder: TempDir,
    settings: Vec<(String, String)>,
    in_file: bool,
}

/// A running process; killed when dropped.
pub struct Running {
    child: Child,
    address: String,
    data: PathBuf,
}

impl Program {
    /// Where events live that belong to a data folder, when not in it.
    fn events_url(&self, data: &Path) -> Option<(&'static str, String)> {
        let folder = data.parent()?.to_string_lossy();
        let url = clickhouse_beside(&folder).filter(|_| !self.in_file);
        url.map(|url| ("VITRINE_EVENTS_URL", url))
    }

    pub fn new() -> Self {
        let binary =
            std::env::var_os("TEST_VITRINE_BIN").expect("TEST_VITRINE_BIN names the program: cargo xtask test sets it");
        Self {
            binary: binary.into(),
            folder: tempfile::tempdir().unwrap(),
            settings: Vec::new(),
            in_file: false,
        }
    }

    /// The same with settings, by the names of their environment variables without `VITRINE_`.
    pub fn with(settings: &[(&str, &str)]) -> Self {
        Self::new().and(settings)
    }

    /// The same program with more settings.
    pub fn and(mut self, settings: &[(&str, &str)]) -> Self {
        let named = |(name, value): &(&str, &str)| (format!("VITRINE_{name}"), (*value).to_owned());
        self.settings.extend(settings.iter().map(named));
        self
    }

    /// One whose events are in a file, whatever engine the tests run on.
    pub fn with_event_file() -> Self {
        Self {
            in_file: true,
            ..Self::new()
        }
    }

    /// The same with keys that may ask as often as they like.
    pub fn with_patient_limits(mut self) -> Self {
        let unlimited = ("VITRINE_LIMITS__KEY_PER_MINUTE".to_owned(), "1000000".to_owned());
        self.settings.push(unlimited);
        self
    }

    /// Starts it and waits for the ready line.
    pub async fn start(&self) -> Running {
        self.run(Command::new(&self.binary), self.data()).await
    }

    /// Starts it with so many file descriptors.
    pub async fn start_with_descriptors(&self, most: u32) -> Running {
        let script = format!("ulimit -n {most} && exec '{}'", self.binary.display());
        let mut command = Command::new("sh");
        command.args(["-c", &script]);
        self.run(command, self.data()).await
    }

    /// The same program on another data folder.
    pub fn elsewhere(&self) -> Self {
        Self {
            binary: self.binary.clone(),
            folder: tempfile::tempdir().unwrap(),
            settings: self.settings.clone(),
            in_file: self.in_file,
        }
    }

    /// Starts it with more settings in its environment, and its log in a file.
    pub async fn start_logged(&self, settings: &[(&str, &str)], log: &std::path::Path) -> Running {
        let mut command = Command::new(&self.binary);
        command.stderr(std::fs::File::create(log).unwrap());
        self.run_with(command, self.data(), settings).await
    }

    /// A command of the program on the same folder, ready to run.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command
            .env_clear()
            .env("VITRINE_DATA_DIR", self.folder.path().join("data"))
            .envs(self.events_url(&self.data()))
            .env("VITRINE_LOG", "warn")
            .args(args)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// The data folder of its starts and commands.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Runs a command to its end, however it ends.
    pub async fn output(&self, args: &[&str]) -> Output {
        let mut command = self.command(args);
        let ran = tokio::task::spawn_blocking(move || command.output()).await;
        ran.unwrap().unwrap()
    }

    /// Runs a command to its end; what it wrote to stdout. Fails when it fails.
    pub async fn run_command(&self, args: &[&str]) -> String {
        let ran = self.output(args).await;
        let (told, stderr) = (text_of(&ran.stdout), text_of(&ran.stderr));
        assert!(ran.status.success(), "{told}{stderr}");
        told
    }

    /// Starts it under strace, which writes the calls that store and answer into a file.
    pub async fn start_traced(&self, trace: &std::path::Path) -> Running {
        let mut command = Command::new("strace");
        // -D: the program stays our child; -y: with the paths of files.
        command.args([
            "-D",
            "-f",
            "-y",
            "-s",
            "64",
            "-e",
            "trace=pwrite64,fdatasync,fsync,write,writev,sendto",
            "-o",
        ]);
        command.arg(trace).arg(&self.binary);
        self.run(command, self.folder.path().join("data")).await
    }

    /// Starts it on a file system of so many megabytes, which lives as long as the process.
    pub async fn start_on_small_disk(&self, megabytes: u32) -> Running {
        let disk = self.folder.path().join("disk");
        std::fs::create_dir(&disk).unwrap();
        let script = format!(
            "mount -t tmpfs -o size={megabytes}m tmpfs '{}' && exec '{}'",
            disk.display(),
            self.binary.display()
        );
        let mut command = Command::new("unshare");
        command.args(["--map-root-user", "--mount", "sh", "-c", &script]);
        self.run(command, disk.join("data")).await
    }

    async fn run(&self, command: Command, data: PathBuf) -> Running {
        self.run_with(command, data, &[]).await
    }

    async fn run_with(&self, mut command: Command, data: PathBuf, settings: &[(&str, &str)]) -> Running {
        let unlimited = [
            ("EVENTS_PER_SECOND", "1000000"),
            ("EVENTS_BURST", "1000000"),
            ("API_BURST", "1000000"),
        ];
        let unlimited = unlimited.map(|(name, value)| (format!("VITRINE_LIMITS__{name}"), value));
        let mut child = command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .envs(unlimited)
            .envs(self.events_url(&data))
            .env("VITRINE_LISTEN", "127.0.0.1:0")
            .env("VITRINE_DATA_DIR", &data)
            .env("VITRINE_LOG", "warn")
            .envs(self.settings.iter().cloned())
            .envs(settings.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program can be run; `cargo xtask setup --tests` sets up what runs it");
        let stdout = child.stdout.take().unwrap();
        let first = tokio::task::spawn_blocking(move || {
            let mut line = String::new();
            BufReader::new(stdout).read_line(&mut line).map(|_| line)
        });
        let line = first.await.unwrap().unwrap();
        let address = line
            .trim()
            .strip_prefix("vitrine listening on ")
            .unwrap_or_else(|| panic!("not ready: {line:?}"));
        Running {
            address: address.to_owned(),
            child,
            data,
        }
    }
}

/// What a process wrote.
pub fn text_of(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

impl Running {
    /// Somebody with a browser.
    pub fn actor(&self) -> Actor {
        Actor::new(self.address.clone()).with("user-agent", USER_AGENT)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.authority().parse().unwrap()
    }

    /// Host and port.
    pub fn authority(&self) -> &str {
        self.address.trim_start_matches("http://")
    }

    /// Its number.
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// Resident memory, in bytes.
    pub fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        let kib: u64 = line.trim().trim_end_matches(" kB").parse().unwrap();
        kib * 1024
    }

    /// SIGTERM, without waiting.
    pub fn ask_to_end(&self) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    }

    /// Waits for its end; its exit code.
    pub async fn ended_within(mut self, limit: Duration) -> Option<i32> {
        let until = Instant::now() + limit;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            assert!(Instant::now() < until, "it has not ended after {limit:?}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// SIGKILL.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM; fails unless the process ends with 0 within 30 seconds.
    pub async fn terminate(mut self) {
        self.ask_to_end();
        let mut waited = std::mem::replace(&mut self.child, Command::new("true").spawn().unwrap());
        let ended = tokio::task::spawn_blocking(move || waited.wait());
        let ended = tokio::time::timeout(Duration::from_secs(30), ended)
            .await
            .expect("it ends in time");
        let status = ended.unwrap().unwrap();
        assert!(status.success(), "{status}");
    }

    /// Fills the small disk to the last byte.
    pub fn fill_disk(&self) {
        let mut size = 1 << 20;
        let mut bytes = Vec::new();
        while size > 0 {
            bytes.resize(bytes.len() + size, 0);
            if std::fs::write(self.filler(), &bytes).is_err() {
                bytes.truncate(bytes.len() - size);
                size /= 4;
            }
        }
    }

    /// Removes what filled it.
    pub fn free_disk(&self) {
        std::fs::remove_file(self.filler()).unwrap();
    }

    /// The disk is mounted in the process's own namespace, which /proc shows.
    fn filler(&self) -> PathBuf {
        let inside = self.data.parent().unwrap().join(FILLER);
        PathBuf::from(format!("/proc/{}/root{}", self.child.id(), inside.display()))
    }

    /// Asks until there is an answer, for at most a minute.
    pub async fn wait_for<T, F: Future<Output = Option<T>>>(&self, ask: impl Fn() -> F) -> T {
        let until = Instant::now() + Duration::from_secs(60);
        loop {
            if let Some(answer) = ask().await {
                return answer;
            }
            assert!(Instant::now() < until, "no answer in a minute");
            tokio::task::yield_now().await;
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Ended already in most tests; a failed one must not leave a server behind.
        let _ended = self.child.kill();
        let _reaped = self.child.wait();
    }
}
