//! What a stranger could learn from a clock. Figures for people to read; a test of them would flake.

use super::server::Server;
use crate::{process, report, setup};
use anyhow::Result;
use std::path::Path;
use std::process::Command;

/// The demo's account.
const EMAIL: &str = "demo@vitrine.example";

/// Starts the demo and asks wrong questions of every kind, in turns.
pub(super) fn compare(vitrine: &Path) -> Result<()> {
    let node = setup::for_scripts()?;
    let demo = Server::start(vitrine, &["demo"], &[])?;
    let [first, second] = &demo.links[..] else {
        anyhow::bail!("vitrine demo prints two share links");
    };
    report::step("asking wrong questions of every kind, in turns");
    let mut script = Command::new(node);
    script.args([
        "xtask/src/bench/timing.mjs",
        &demo.url,
        &first.domain,
        &second.token,
        EMAIL,
    ]);
    process::run(&mut script)
}
