//! A throwaway PostgreSQL: a data folder in the temporary folder, loopback only, a random password, no fsync.

use std::fs;
use std::io::Read as _;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use tempfile::TempDir;

use crate::setup::{PostgresBinaries, is_root};
use crate::{process, report};

const START_LIMIT: Duration = Duration::from_secs(60);
const STOP_LIMIT: Duration = Duration::from_secs(20);

/// Tests make a database each and keep a pool on it; nothing here has to survive a crash.
const SETTINGS: [&str; 8] = [
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "max_connections=300",
    "shared_buffers=64MB",
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "log_min_messages=fatal",
];

/// A running server, which ends with this value.
pub(crate) struct Server {
    child: Child,
    port: u16,
    password: String,
    // Removed after the server has stopped: fields drop after Drop::drop.
    _folder: TempDir,
}

impl Server {
    /// Makes a cluster and starts it.
    pub(crate) fn start(binaries: &PostgresBinaries) -> Result<Self> {
        report::step("starting a PostgreSQL for the tests");
        let folder = tempfile::Builder::new().prefix("vitrine-postgres-").tempdir()?;
        let user = unprivileged_user()?;
        let data = folder.path().join("data");
        let password = random_password()?;
        let password_file = folder.path().join("password");
        fs::write(&password_file, &password)?;
        if let Some(user) = &user {
            let mut chown = Command::new("chown");
            process::run(chown.args(["-R", user]).arg(folder.path()))?;
        }
        let mut initdb = as_user(user.as_deref(), &binaries.initdb);
        // "password" is checked in the server's C; scram would make each unoptimised test client hash 4096 times.
        initdb.args([
            "--username=vitrine",
            "--auth=password",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
        ]);
        initdb
            .arg("--pwfile")
            .arg(&password_file)
            .arg("--pgdata")
            .arg(&data)
            .stdout(Stdio::null());
        process::run(initdb.current_dir("/")).context("PostgreSQL's initdb failed")?;
        let port = free_port()?;
        let log = folder.path().join("log");
        let mut postgres = as_user(user.as_deref(), &binaries.postgres);
        postgres.arg("-D").arg(&data).args(["-p", &port.to_string()]);
        SETTINGS.iter().for_each(|setting| {
            postgres.args(["-c", setting]);
        });
        let output = fs::File::create(&log)?;
        postgres
            .current_dir("/")
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output);
        let child = postgres.spawn().context("cannot start postgres")?;
        let mut server = Self {
            child,
            port,
            password,
            _folder: folder,
        };
        server.wait_until_ready(&data, &log)?;
        Ok(server)
    }

    /// The address of the maintenance database, from which tests make their own.
    pub(crate) fn url(&self) -> String {
        format!("postgres://vitrine:{}@127.0.0.1:{}/postgres", self.password, self.port)
    }

    /// Waits for the word that pg_ctl waits for: `ready` in the eighth line of postmaster.pid.
    fn wait_until_ready(&mut self, data: &Path, log: &Path) -> Result<()> {
        let end = Instant::now() + START_LIMIT;
        while Instant::now() < end {
            if let Some(status) = self.child.try_wait()? {
                let log = fs::read_to_string(log).unwrap_or_default();
                bail!(
                    "postgres ended at its start ({status}): {}",
                    log.lines().last().unwrap_or("no word")
                );
            }
            let pid_file = fs::read_to_string(data.join("postmaster.pid")).unwrap_or_default();
            if pid_file.lines().nth(7).is_some_and(|line| line.trim() == "ready") {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(50));
        }
        bail!("postgres was not ready within {} s", START_LIMIT.as_secs())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // SIGINT is PostgreSQL's fast shutdown: sessions are cut, nothing is waited for.
        let pid = self.child.id().to_string();
        let asked = process::run(Command::new("kill").args(["-INT", &pid])).is_ok();
        let end = Instant::now() + STOP_LIMIT;
        while asked && Instant::now() < end {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            thread::sleep(Duration::from_millis(50));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// PostgreSQL refuses to run as root: then the user that does, one that every Unix has at the least.
fn unprivileged_user() -> Result<Option<String>> {
    if !is_root() {
        return Ok(None);
    }
    let exists = |user: &&str| process::answer(Command::new("id").args(["-u", user])).is_some();
    let user = ["postgres", "nobody"].into_iter().find(exists);
    Ok(Some(
        user.context("PostgreSQL refuses to run as root, and there is no user postgres or nobody")?
            .to_owned(),
    ))
}

/// A command as that user. setpriv (util-linux) becomes the program, so its pid is the program's, and has the kernel
/// end it if we are killed.
fn as_user(user: Option<&str>, program: &PathBuf) -> Command {
    let Some(setpriv) = process::find("setpriv") else {
        return Command::new(program);
    };
    let mut command = Command::new(setpriv);
    if let Some(user) = user {
        command.args(["--reuid", user, "--regid", user_group(user).as_str(), "--clear-groups"]);
    }
    command.args(["--pdeathsig", "INT", "--"]).arg(program);
    command
}

fn user_group(user: &str) -> String {
    process::answer(Command::new("id").args(["-g", user])).unwrap_or_else(|| user.to_owned())
}

fn free_port() -> Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).context("cannot bind a loopback port")?;
    Ok(listener.local_addr()?.port())
}

fn random_password() -> Result<String> {
    let mut bytes = [0; 16];
    fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
