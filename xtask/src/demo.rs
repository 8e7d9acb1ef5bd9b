//! `cargo xtask demo`: the same server on a throwaway data folder; the program itself makes the account and the data.

use anyhow::Result;

use crate::run;

/// Flags of `cargo xtask demo`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// What `vitrine demo` gets, after `--`.
    #[arg(last = true)]
    demo: Vec<String>,
}

/// Sets up, builds and starts the demo; returns when the server has ended.
pub(crate) fn verb(args: &Args) -> Result<()> {
    run::start("demo", &args.demo)
}
