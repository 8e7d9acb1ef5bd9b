//! Trunk and wasm-bindgen in the versions that the project pins, compiled by cargo where they are missing.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result};

use super::folder;
use crate::{process, report, workspace};

const TRUNK: &str = "0.21.14";

/// The folders that hold Trunk and the wasm-bindgen of Cargo.lock.
pub(super) fn ensure() -> Result<Vec<PathBuf>> {
    let wasm_bindgen = locked("wasm-bindgen")?;
    Ok(vec![
        find_or_install("trunk", "trunk", TRUNK)?,
        find_or_install("wasm-bindgen", "wasm-bindgen-cli", &wasm_bindgen)?,
    ])
}

/// The version of a crate in Cargo.lock. wasm-bindgen's library and program must be equal to the last digit.
fn locked(name: &str) -> Result<String> {
    let lock = fs::read_to_string("Cargo.lock").context("cannot read Cargo.lock")?;
    let entry = lock
        .split("[[package]]")
        .find(|entry| entry.contains(&format!("name = \"{name}\"\n")));
    let version = entry.and_then(|entry| entry.split("version = \"").nth(1)?.split('"').next());
    version
        .map(str::to_owned)
        .with_context(|| format!("Cargo.lock names no {name}"))
}

fn find_or_install(program: &str, package: &str, version: &str) -> Result<PathBuf> {
    let is_right = |file: &PathBuf| {
        let answer = process::answer(Command::new(file).arg("--version"));
        answer.is_some_and(|answer| answer.split_whitespace().nth(1) == Some(version))
    };
    // The user's own copy, if it is of the right version; else ours, which leaves theirs alone.
    let root = workspace::cache()?.join(format!("{package}-{version}"));
    let ours = root.join("bin").join(program);
    if let Some(file) = process::find(program).filter(is_right) {
        return folder(&file);
    }
    if is_right(&ours) {
        return Ok(root.join("bin"));
    }
    report::step(format!(
        "compiling {package} {version}, once for all work trees (some minutes)"
    ));
    let scratch = tempfile::tempdir().context("cannot make a temporary folder")?;
    let mut cargo = Command::new("cargo");
    cargo
        .args([
            "install",
            "--locked",
            "--quiet",
            "--no-track",
            package,
            "--version",
            version,
            "--root",
        ])
        .arg(&root)
        .env("CARGO_TARGET_DIR", scratch.path())
        // They run for seconds in a build: compiling them fast matters more than their speed.
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
        .env("CARGO_PROFILE_RELEASE_DEBUG", "false")
        .env_remove("CARGO");
    process::run(&mut cargo)
        .with_context(|| format!("cannot compile {package}; try `cargo install --locked {package}@{version}`"))?;
    Ok(root.join("bin"))
}
