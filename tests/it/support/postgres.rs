//! A PostgreSQL of a test's own, to be stopped, paused and filled up.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Its connections, those for administrators included.
pub const CONNECTIONS: usize = 24;
const USER: &str = "postgres";
const PATIENCE: Duration = Duration::from_secs(30);

/// A server that ends with this value.
pub struct Postgres {
    binaries: PathBuf,
    folder: TempDir,
    port: u16,
    child: Option<Child>,
}

impl Postgres {
    /// Starts one; none where `TEST_POSTGRES_BIN` does not name the folder of its programs.
    pub async fn start() -> Option<Self> {
        let binaries = PathBuf::from(std::env::var_os("TEST_POSTGRES_BIN")?);
        let folder = tempfile::tempdir().unwrap();
        let port = std::net::TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let mut server = Self {
            binaries,
            folder,
            port,
            child: None,
        };
        if is_root() {
            let owned = Command::new("chown").arg(USER).arg(server.folder.path()).status();
            assert!(owned.unwrap().success());
        }
        let mut initdb = server.program("initdb");
        initdb.args([
            "--auth=trust",
            "--username=vitrine",
            "--locale=C",
            "--encoding=UTF8",
            "--no-sync",
        ]);
        let made = initdb.stdout(Stdio::null()).status().unwrap();
        assert!(made.success(), "initdb");
        server.resume_from_stop().await;
        Some(server)
    }

    /// A program of its own on its data, as a user that it agrees to run as.
    fn program(&self, name: &str) -> Command {
        let program = self.binaries.join(name);
        let mut command = if is_root() {
            let mut command = Command::new("setpriv");
            command.args(["--reuid", USER, "--regid", USER, "--clear-groups", "--"]);
            command.arg(program);
            command
        } else {
            Command::new(program)
        };
        command.arg("-D").arg(self.data()).current_dir("/");
        command
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// The URL of its one database.
    pub fn url(&self) -> String {
        self.url_through(self.port)
    }

    /// The same through another port.
    pub fn url_through(&self, port: u16) -> String {
        format!("postgres://vitrine@127.0.0.1:{port}/postgres")
    }

    /// Where it listens.
    pub fn address(&self) -> std::net::SocketAddr {
        ([127, 0, 0, 1], self.port).into()
    }

    /// Starts it, after a stop too, and waits until it is ready.
    pub async fn resume_from_stop(&mut self) {
        let (port, connections) = (self.port.to_string(), format!("max_connections={CONNECTIONS}"));
        let mut postgres = self.program("postgres");
        postgres.args(["-p", &port, "-c", &connections]);
        for setting in [
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "log_min_messages=fatal",
        ] {
            postgres.args(["-c", setting]);
        }
        postgres
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        self.child = Some(postgres.spawn().unwrap());
        let until = Instant::now() + PATIENCE;
        let file = self.data().join("postmaster.pid");
        let is_ready = || ready(&file);
        while !is_ready() {
            assert!(Instant::now() < until, "PostgreSQL is not ready");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Ends it at once, as a crash does.
    pub async fn stop(&mut self) {
        self.signal("QUIT");
        let mut child = self.child.take().expect("it runs");
        tokio::task::spawn_blocking(move || child.wait())
            .await
            .unwrap()
            .unwrap();
    }

    /// Stops every process of it where it stands.
    pub fn pause(&self) {
        self.signal("STOP");
        self.signal_children("STOP");
    }

    /// Lets them go on.
    pub fn go_on(&self) {
        self.signal_children("CONT");
        self.signal("CONT");
    }

    fn signal(&self, signal: &str) {
        let pid = self.child.as_ref().expect("it runs").id();
        kill(signal, &[pid.to_string()]);
    }

    fn signal_children(&self, signal: &str) {
        let pid = self.child.as_ref().expect("it runs").id();
        let children = std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap();
        let children: Vec<String> = children.split_whitespace().map(str::to_owned).collect();
        kill(signal, &children);
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            kill("CONT", &[child.id().to_string()]);
            kill("QUIT", &[child.id().to_string()]);
            let _reaped = child.wait();
        }
    }
}

/// One that has ended is none to signal; that it has is seen elsewhere.
fn kill(signal: &str, pids: &[String]) {
    let _ended = Command::new("kill")
        .arg(format!("-{signal}"))
        .args(pids)
        .stderr(Stdio::null())
        .status();
}

fn ready(file: &Path) -> bool {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    text.lines().nth(7).is_some_and(|line| line.trim() == "ready")
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().unwrap();
    String::from_utf8_lossy(&id.stdout).trim() == "0"
}
