//! Settings: built-in defaults, a TOML file, the environment, flags; each wins over the one before.
//!
//! `defaults.toml` is the manual. Unknown names are refused, so that a typo can't pass for a setting.

mod events;
mod imports;
mod ingest;
mod lighthouse;
mod limits;
mod mail;
mod monitors;
mod network;
mod otel;

pub use events::Events;
pub use imports::Imports;
pub use ingest::Ingest;
pub use lighthouse::Lighthouse;
pub use limits::Limits;
pub use mail::{Mail, MailTls};
pub use monitors::Monitors;
pub use network::Network;
pub use otel::Otel;

use crate::kit::seal;
use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// The embedded defaults, with their documentation.
pub const DEFAULTS: &str = include_str!("defaults.toml");

/// Every setting.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Address and port to listen on.
    pub listen: SocketAddr,
    /// Folder of everything that is stored.
    pub data_dir: PathBuf,
    /// Public address of the server without a trailing slash; empty when unknown.
    #[serde(deserialize_with = "network::base_url")]
    pub base_url: String,
    /// Where metadata lives; empty for SQLite in `data_dir`.
    pub database_url: String,
    /// Where events live; empty for DuckDB in `data_dir`.
    pub events_url: String,
    /// Proxies whose forwarding headers are believed.
    #[serde(deserialize_with = "network::list")]
    pub trusted_proxies: Vec<Network>,
    /// Networks that may read `/metrics`.
    #[serde(deserialize_with = "network::list")]
    pub metrics_allow: Vec<Network>,
    /// Who may sign up.
    pub registration: RegistrationPolicy,
    /// Private networks that health checks may reach.
    #[serde(deserialize_with = "network::list")]
    pub egress_allow: Vec<Network>,
    /// PEM file of authorities that are trusted besides Mozilla's when sites are checked; empty for none.
    pub egress_ca_file: PathBuf,
    /// The name server to ask; none for the system's.
    #[serde(deserialize_with = "monitors::name_server")]
    pub dns_server: Option<SocketAddr>,
    /// Name that own domains lead to; empty for that of `base_url`.
    pub own_domain_target: String,
    /// Log filter.
    pub log: String,
    /// Sealing secret in hex; empty for the file in `data_dir`.
    pub secret: String,
    /// Threads that answer requests; 0 for one a processor.
    pub workers: usize,
    /// Milliseconds between the word to stop and the closing of the listener.
    pub stop_delay_ms: u64,
    /// Rate limits.
    pub limits: Limits,
    /// The event store.
    pub events: Events,
    /// Collecting.
    pub ingest: Ingest,
    /// Imports.
    pub imports: Imports,
    /// Health checks.
    pub monitors: Monitors,
    /// Lighthouse.
    pub lighthouse: Lighthouse,
    /// Mail.
    pub mail: Mail,
    /// Traces.
    pub otel: Otel,
}

/// Who may sign up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RegistrationPolicy {
    /// Only the first account.
    First,
    /// Anyone.
    Open,
    /// Nobody.
    Closed,
}

/// Settings given as flags.
#[derive(Clone, Debug, Default, Serialize, clap::Args)]
pub struct Flags {
    /// TOML file with settings
    #[arg(long, env = "VITRINE_CONFIG", value_name = "FILE", global = true)]
    #[serde(skip)]
    pub config: Option<PathBuf>,
    /// Address and port to listen on; port 0 picks a free one
    #[arg(long, value_name = "ADDRESS", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listen: Option<String>,
    /// Folder of everything that is stored
    #[arg(long, value_name = "FOLDER", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_dir: Option<PathBuf>,
    /// The address under which people reach the server
    #[arg(long, value_name = "URL", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base_url: Option<String>,
    /// sqlite://… or postgres://…
    #[arg(long, value_name = "URL", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub database_url: Option<String>,
    /// duckdb://…
    #[arg(long, value_name = "URL", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub events_url: Option<String>,
    /// Log filter
    #[arg(long, value_name = "FILTER", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log: Option<String>,
}

impl Config {
    /// Reads every source. The error names the setting, its source and what would be right.
    pub fn load(flags: &Flags) -> Result<Self, Box<figment::Error>> {
        let mut figment = Figment::from(Toml::string(DEFAULTS));
        if let Some(file) = &flags.config {
            figment = figment.merge(Toml::file_exact(file));
        }
        let environment = Env::prefixed("VITRINE_")
            .ignore(&["config"])
            .split("__")
            .lowercase(true);
        figment
            .merge(environment)
            .merge(Serialized::defaults(flags))
            .extract()
            .map_err(Box::new)
    }

    /// The metadata store's URL, the default filled in.
    pub fn database_url(&self) -> String {
        match self.database_url.as_str() {
            "" => format!("sqlite://{}", self.data_dir.join("vitrine.sqlite").display()),
            url => url.to_owned(),
        }
    }

    /// The sealing secret, from the setting or from the data folder.
    pub fn secret(&self) -> std::io::Result<[u8; 32]> {
        if self.secret.is_empty() {
            return seal::read_or_create_secret(&self.data_dir.join("secret.key"));
        }
        decode_hex(&self.secret).ok_or_else(|| {
            std::io::Error::new(
                std::io::ErrorKind::InvalidInput,
                "the setting `secret` must be 64 hex digits",
            )
        })
    }

    /// Makes the data folder; the error is one clear line.
    pub fn create_data_dir(&self) -> Result<(), String> {
        let fail = |error: std::io::Error| {
            format!(
                "the data folder {} can't be used: {error}; choose another with --data-dir",
                self.data_dir.display()
            )
        };
        std::fs::create_dir_all(&self.data_dir).map_err(fail)?;
        probe_write(&self.data_dir).map_err(fail)
    }

    /// True when people reach the server over TLS.
    pub fn is_https(&self) -> bool {
        self.base_url.starts_with("https://")
    }
}

/// Writes and removes a small file, so that a read-only or full disk is told.
pub fn probe_write(folder: &Path) -> std::io::Result<()> {
    use std::io::Write;
    let path = folder.join(".probe");
    let mut file = std::fs::File::create(&path)?;
    file.write_all(&[0; 64 * 1024])?;
    file.sync_all()?;
    std::fs::remove_file(&path)
}

fn decode_hex(text: &str) -> Option<[u8; 32]> {
    let digits = text.as_bytes();
    if digits.len() != 64 || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let mut secret = [0; 32];
    for (byte, pair) in secret.iter_mut().zip(text.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(secret)
}
