//! `cargo xtask openapi`: the committed API document, written by the server from its own code.

use std::fs;
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::{process, report, server, setup};

const FILE: &str = "openapi.yaml";

/// Flags of `cargo xtask openapi`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Write nothing; fail when the committed file is not current.
    #[arg(long)]
    check: bool,
}

/// Writes the document, or checks it.
pub(crate) fn verb(args: &Args) -> Result<()> {
    setup::for_server()?;
    if args.check { check() } else { write() }
}

/// Fails when the committed document is not what the server writes.
pub(crate) fn check() -> Result<()> {
    let now = document()?;
    if fs::read(FILE).ok().as_deref() != Some(&now[..]) {
        bail!("{FILE} is not current: run `cargo xtask openapi` and commit the result");
    }
    report::note(format!("{FILE} is current"));
    Ok(())
}

fn write() -> Result<()> {
    fs::write(FILE, document()?).with_context(|| format!("cannot write {FILE}"))?;
    report::result(format!("wrote {FILE}"));
    Ok(())
}

fn document() -> Result<Vec<u8>> {
    let vitrine = server::build()?;
    let document = process::output(Command::new(vitrine).arg("openapi"))?;
    if document.is_empty() {
        bail!("`vitrine openapi` printed nothing");
    }
    Ok(document)
}
