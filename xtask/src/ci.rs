//! `cargo xtask ci`: what has to hold before a change lands. All checks run, so that one visit shows all failures.

use std::process::Command;

use anyhow::{Result, bail};

use crate::setup::Toolchain;
use crate::{openapi, process, report, setup, test, tidy, web};

/// Flags of `cargo xtask ci`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Leave the tests out: formatting, lints, tidy, licences and the API document only.
    #[arg(long)]
    checks: bool,
}

type Check = (&'static str, fn() -> Result<()>);

/// Cheap ones first.
const CHECKS: [Check; 7] = [
    ("format", format),
    ("tidy", tidy::verb),
    ("licences", licences),
    ("lints", lints),
    ("web lints", web_lints),
    ("API document", document),
    ("size budget", size_budget),
];

/// Runs the checks and then the tests.
pub(crate) fn verb(args: &Args) -> Result<()> {
    let tests: Check = ("tests", || test::verb(&test::Args::default()));
    let tests = (!args.checks).then_some(tests);
    let mut failed = Vec::new();
    for (name, check) in CHECKS.into_iter().chain(tests) {
        if let Err(error) = check() {
            report::failure(&error.context(name));
            failed.push(name);
        }
    }
    if !failed.is_empty() {
        bail!("these checks failed: {}", failed.join(", "));
    }
    Ok(())
}

fn size_budget() -> Result<()> {
    web::build(&setup::for_building()?)?;
    web::check_budget()
}

fn format() -> Result<()> {
    report::step("checking the format");
    process::run(Command::new("cargo").args(["fmt", "--all", "--check"]))
}

fn lints() -> Result<()> {
    setup::for_server()?;
    report::step("linting everything native");
    let mut clippy = Command::new("cargo");
    clippy.args([
        "clippy",
        "--locked",
        "--workspace",
        "--exclude",
        "web",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ]);
    process::run(&mut clippy)
}

/// The web crate is linted for wasm; natively where the wasm toolchain is Debian's, which has no clippy.
fn web_lints() -> Result<()> {
    let toolchain = setup::for_wasm()?;
    report::step("linting the web app");
    let mut clippy = Command::new("cargo");
    clippy.args(["clippy", "--locked", "--package", "web"]);
    if toolchain == Toolchain::Own {
        toolchain.apply(&mut clippy);
        clippy.args(["--target", "wasm32-unknown-unknown"]);
    }
    process::run(clippy.args(["--", "-D", "warnings"]))
}

/// Licences, bans and sources. Advisories need a database from the network: `cargo deny check advisories` asks for it.
fn licences() -> Result<()> {
    if process::answer(Command::new("cargo").args(["deny", "--version"])).is_none() {
        report::step("skipping the licence check: `cargo install --locked cargo-deny` brings it");
        return Ok(());
    }
    report::step("checking licences, bans and sources");
    process::run(Command::new("cargo").args(["deny", "--all-features", "check", "licenses", "bans", "sources"]))
}

fn document() -> Result<()> {
    report::step("checking the API document");
    setup::for_server()?;
    openapi::check()
}
