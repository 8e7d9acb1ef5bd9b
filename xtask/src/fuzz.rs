//! `cargo xtask fuzz-api`: schemathesis against the running server, by the committed API document, once for each kind of
//! key. Its settings, with a reason beside each check that is off somewhere, stand in `tests/fuzz/schemathesis.toml`.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::bench::server::Server;
use crate::owner::{Owner, text};
use crate::setup;
use crate::{process, report, workspace};

const SETTINGS: &str = "tests/fuzz/schemathesis.toml";
const DOMAIN: &str = "fuzz.example";
const SCOPES: &str = r#"["stats:read","sites:read","sites:write","links:read","links:write","events:write"]"#;

/// Flags of `cargo xtask fuzz-api`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Seconds for each of the three kinds of key.
    #[arg(long, default_value_t = 120)]
    seconds: u32,
}

/// Sets up, builds, and asks as an owner, as a script and as a recipient; fails when any pass finds something.
pub(crate) fn verb(args: &Args) -> Result<()> {
    let schemathesis = setup::for_fuzzing()?;
    setup::for_server()?;
    process::run(Command::new("cargo").args(["build", "--locked", "-p", "api"]))?;
    let program = workspace::artefacts()?.join("vitrine");
    let mut failed = Vec::new();
    for key in ["session", "api_key", "share_token"] {
        report::step(format!("asking with a key of the kind {key}"));
        if !pass(&schemathesis, &program, key, args.seconds)? {
            failed.push(key);
        }
    }
    if !failed.is_empty() {
        bail!("schemathesis found something under {}", failed.join(", "));
    }
    report::result("nothing found");
    Ok(())
}

/// One pass against a server of its own; true when nothing was found.
fn pass(schemathesis: &Path, program: &Path, key: &str, seconds: u32) -> Result<bool> {
    let folder = tempfile::tempdir().context("cannot make a temporary folder")?;
    let data = folder.path().join("data").display().to_string();
    let server = Server::start(
        program,
        &["serve"],
        &[("VITRINE_DATA_DIR", &data), ("VITRINE_REGISTRATION", "open")],
    )?;
    let owner = Owner::sign_up(&server.url, folder.path())?;
    let site = owner.post("/sites", &format!(r#"{{"domain":"{DOMAIN}"}}"#))?;
    let site_id = text(&site, "id")?;
    let auth = match key {
        "session" => format!("api_key = \"{}\"", owner.cookie()?),
        "api_key" => {
            let made = owner.post("/api-keys", &format!(r#"{{"name":"fuzz","scopes":{SCOPES}}}"#))?;
            format!("bearer = \"{}\"", text(&made, "key")?)
        }
        _ => {
            let made = owner.post(&format!("/sites/{site_id}/share-links"), r#"{"name":"Fuzz"}"#)?;
            format!("api_key = \"Share {}\"", text(&made, "token")?)
        }
    };
    let settings = fs::read_to_string(SETTINGS).with_context(|| format!("cannot read {SETTINGS}"))?;
    let own = folder.path().join("schemathesis.toml");
    fs::write(&own, format!("{settings}\n[auth.openapi.{key}]\n{auth}\n"))?;
    let mut run = Command::new(schemathesis);
    run.arg("--config-file")
        .arg(&own)
        .args(["run", "openapi.yaml", "--url", &server.url]);
    run.args(["--max-time", &seconds.to_string(), "--warnings", "off"]);
    run.env("FUZZ_URL", &server.url)
        .env("FUZZ_SITE_ID", site_id)
        .env("FUZZ_DOMAIN", DOMAIN);
    Ok(process::run(&mut run).is_ok())
}
