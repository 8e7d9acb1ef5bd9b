//! `cargo xtask run`: from a fresh clone to a running server.

use std::process::Command;

use anyhow::Result;

use crate::{process, report, server, setup, web};

/// Flags of `cargo xtask run`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// What `vitrine serve` gets, after `--`.
    #[arg(last = true)]
    serve: Vec<String>,
}

/// Sets up, builds and serves; returns when the server has ended.
pub(crate) fn verb(args: &Args) -> Result<()> {
    start("serve", &args.serve)
}

/// Does what `run` and `demo` share.
pub(crate) fn start(command: &str, args: &[String]) -> Result<()> {
    let tools = setup::for_building()?;
    web::build(&tools)?;
    let vitrine = server::build()?;
    report::step(format!("starting `vitrine {command}`; Ctrl-C stops it"));
    replace(Command::new(vitrine).arg(command).args(args))
}

/// Becomes the server, so that signals and the exit status are its own.
#[cfg(unix)]
fn replace(command: &mut Command) -> Result<()> {
    use std::os::unix::process::CommandExt as _;
    let error = command.exec();
    Err(anyhow::Error::new(error).context(format!("cannot start `{}`", process::shown(command))))
}

#[cfg(not(unix))]
fn replace(command: &mut Command) -> Result<()> {
    process::run(command)
}
