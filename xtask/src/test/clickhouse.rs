//! ClickHouse for the tests: its real engine behind `tests/clickhouse/server.py`, on a folder that is thrown away.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result, bail};
use tempfile::TempDir;

use crate::report;

/// A running server, which ends with this value.
pub(crate) struct Server {
    child: Child,
    port: u16,
    // Removed after the server has stopped: fields drop after Drop::drop.
    _folder: TempDir,
}

impl Server {
    /// Starts it on a free port.
    pub(crate) fn start(python: &Path) -> Result<Self> {
        report::step("starting a ClickHouse for the tests");
        let folder = tempfile::Builder::new().prefix("vitrine-clickhouse-").tempdir()?;
        let mut child = Command::new(python)
            .arg("tests/clickhouse/server.py")
            .arg(folder.path().join("data"))
            .arg("0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start ClickHouse's engine")?;
        let mut line = String::new();
        let stdout = child.stdout.take().context("its output is ours")?;
        BufReader::new(stdout).read_line(&mut line)?;
        let port = line
            .trim()
            .strip_prefix("listening on ")
            .and_then(|port| port.parse().ok());
        let Some(port) = port else {
            let _ = child.kill();
            bail!("ClickHouse's engine does not listen; it said {line:?}");
        };
        Ok(Self {
            child,
            port,
            _folder: folder,
        })
    }

    /// The address, without a database: each test makes its own.
    pub(crate) fn url(&self) -> String {
        format!("clickhouse://127.0.0.1:{}", self.port)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
