//! A data folder of any size: accounts, sites and a link by the API, events in bulk, rolled up by the program itself.

use super::server::{Link, Server};
use crate::owner::{Owner, text};
use crate::{process, report};
use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

/// The first gets five sixths of the events.
pub(super) const DOMAINS: [&str; 9] = [
    "north.example",
    "a.example",
    "b.example",
    "c.example",
    "d.example",
    "e.example",
    "f.example",
    "g.example",
    "h.example",
];
/// What the folder holds, beside it.
const TOLD: &str = "bench.json";

/// The programs that are measured.
pub(super) struct Programs {
    pub(super) vitrine: PathBuf,
    pub(super) bare: PathBuf,
    pub(super) plain: PathBuf,
}

impl Programs {
    pub(super) fn of(folder: &Path, examples: &Path) -> Self {
        Self {
            vitrine: folder.join("vitrine"),
            bare: examples.join("bare"),
            plain: examples.join("plain"),
        }
    }
}

/// A data folder that no server has open.
pub(super) struct Store {
    pub(super) folder: PathBuf,
    pub(super) site_id: String,
    pub(super) link: Link,
    /// What making it cost: `events`, `visits`, `make_s`, `roll_up_s`.
    pub(super) told: Value,
}

impl Store {
    /// Uses the folder if it was kept, or makes it.
    pub(super) fn ensure(programs: &Programs, folder: &Path, millions: u32) -> Result<Self> {
        if let Ok(told) = fs::read(folder.join(TOLD)) {
            report::step(format!("using the {millions} million events in {}", folder.display()));
            return Self::of(folder, serde_json::from_slice(&told)?);
        }
        if folder.exists() {
            fs::remove_dir_all(folder).with_context(|| format!("cannot remove {}", folder.display()))?;
        }
        fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
        report::step(format!("making up {millions} million events"));
        let (site_ids, token) = sites(programs, folder)?;
        let began = Instant::now();
        let mut make = Command::new(&programs.plain);
        make.arg("make").arg("--file").arg(folder.join("events.duckdb"));
        make.args(["--events", &(f64::from(millions) * 1e6).to_string()]);
        for (domain, id) in DOMAINS.iter().zip(&site_ids) {
            make.args(["--site", &format!("{id}={domain}")]);
        }
        let mut told: Value = serde_json::from_slice(&process::output(&mut make)?)?;
        told["make_s"] = json!(began.elapsed().as_secs_f64());
        report::step("rolling them up");
        let began = Instant::now();
        process::run(
            Command::new(&programs.vitrine)
                .arg("rebuild-rollups")
                .env("VITRINE_DATA_DIR", folder),
        )?;
        told["roll_up_s"] = json!(began.elapsed().as_secs_f64());
        told["site_id"] = json!(site_ids.first());
        told["token"] = json!(token);
        fs::write(folder.join(TOLD), told.to_string())?;
        Self::of(folder, told)
    }

    fn of(folder: &Path, told: Value) -> Result<Self> {
        let link = Link {
            domain: DOMAINS[0].to_owned(),
            token: text(&told, "token")?.to_owned(),
        };
        Ok(Self {
            folder: folder.to_owned(),
            site_id: text(&told, "site_id")?.to_owned(),
            link,
            told,
        })
    }

    /// Serves it.
    pub(super) fn serve(&self, vitrine: &Path, settings: &[(&str, &str)]) -> Result<Server> {
        serve(vitrine, &self.folder, settings)
    }

    /// Bytes of the event file.
    pub(super) fn bytes(&self) -> Result<u64> {
        Ok(fs::metadata(self.folder.join("events.duckdb"))?.len())
    }

    /// The same events in a table of plain DuckDB, sorted by site and time.
    pub(super) fn sorted(&self, plain: &Path) -> Result<PathBuf> {
        let file = self.folder.join("plain.duckdb");
        if !file.exists() {
            report::step("sorting the events for plain DuckDB");
            let fresh = self.folder.join("plain.new");
            let _none = fs::remove_file(&fresh);
            let mut sort = Command::new(plain);
            sort.arg("sort").arg("--from").arg(self.folder.join("events.duckdb"));
            process::run(sort.arg("--to").arg(&fresh))?;
            fs::rename(&fresh, &file)?;
        }
        Ok(file)
    }
}

/// Serves a data folder.
pub(super) fn serve(vitrine: &Path, folder: &Path, settings: &[(&str, &str)]) -> Result<Server> {
    let data = folder.display().to_string();
    let mut all = vec![("VITRINE_DATA_DIR", data.as_str())];
    all.extend(settings);
    Server::start(vitrine, &["serve"], &all)
}

/// Makes the sites in a new folder, and a share link of the first.
pub(super) fn sites(programs: &Programs, folder: &Path) -> Result<(Vec<String>, String)> {
    let server = serve(&programs.vitrine, folder, &[])?;
    let owner = Owner::sign_up(&server.url, folder)?;
    let mut ids = Vec::new();
    for domain in DOMAINS {
        let site = owner.post("/sites", &json!({"domain": domain, "timezone": "UTC"}).to_string())?;
        ids.push(text(&site, "id")?.to_owned());
    }
    let link = owner.post(&format!("/sites/{}/share-links", ids[0]), r#"{"name":"Bench"}"#)?;
    Ok((ids, text(&link, "token")?.to_owned()))
}
