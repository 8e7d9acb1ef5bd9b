//! PostgreSQL's server programs. The tests start a server of their own; an installed service is neither used nor needed.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use super::system;
use crate::process;

/// The two programs that a throwaway server takes.
pub(crate) struct Binaries {
    /// Makes a data folder.
    pub(crate) initdb: PathBuf,
    /// The server.
    pub(crate) postgres: PathBuf,
}

/// Finds the programs or installs them.
pub(super) fn ensure() -> Result<Binaries> {
    if let Some(found) = found() {
        return Ok(found);
    }
    system::install("PostgreSQL", &["postgresql"], "brew install postgresql@17")?;
    found().context("PostgreSQL is installed, but initdb and postgres are not to be found; put them in PATH")
}

fn found() -> Option<Binaries> {
    let in_path = process::find("initdb").zip(process::find("postgres"));
    let in_path = in_path.map(|(initdb, postgres)| Binaries { initdb, postgres });
    in_path.or_else(|| {
        debian()
            .into_iter()
            .chain(homebrew())
            .find_map(|folder| inside(&folder))
    })
}

fn inside(folder: &Path) -> Option<Binaries> {
    let binaries = Binaries {
        initdb: folder.join("initdb"),
        postgres: folder.join("postgres"),
    };
    (binaries.initdb.is_file() && binaries.postgres.is_file()).then_some(binaries)
}

/// Debian keeps each major version in a folder of its own, outside PATH; the newest comes first.
fn debian() -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir("/usr/lib/postgresql") else {
        return Vec::new();
    };
    let mut majors: Vec<u32> = entries
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .collect();
    majors.sort_unstable_by(|a, b| b.cmp(a));
    majors
        .iter()
        .map(|major| PathBuf::from(format!("/usr/lib/postgresql/{major}/bin")))
        .collect()
}

fn homebrew() -> Option<PathBuf> {
    let prefix = process::answer(Command::new("brew").args(["--prefix", "postgresql@17"]))?;
    Some(PathBuf::from(prefix).join("bin"))
}
