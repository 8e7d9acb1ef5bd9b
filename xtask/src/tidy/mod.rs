//! `cargo xtask tidy`: the house rules that no compiler checks.
//!
//! File lengths, prose at the head of each `mod.rs`, who may import whom, words that must not occur. Findings are
//! printed as `file:line: reason`; any finding but a length warning fails. It reads tokens, not types: a rule can be
//! dodged on purpose, not by accident.

mod edges;
mod imports;
mod length;
mod paths;
mod prose;
mod words;

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::{process, report};

/// A file of the work tree.
pub(super) struct File {
    /// The path from the root, with `/`.
    path: String,
    text: String,
}

/// Something that a person has to change.
pub(super) struct Finding {
    path: String,
    line: usize,
    reason: String,
}

impl Finding {
    fn new(file: &File, line: usize, reason: impl Into<String>) -> Self {
        Self {
            path: file.path.clone(),
            line,
            reason: reason.into(),
        }
    }
}

/// Checks the work tree.
pub(crate) fn verb() -> Result<()> {
    report::step("checking the house rules");
    let files = files()?;
    files.iter().filter_map(length::warning).for_each(show);
    let checks = [length::check, prose::check, imports::check, edges::check, words::check];
    let mut findings: Vec<_> = files
        .iter()
        .flat_map(|file| checks.iter().flat_map(|check| check(file)))
        .collect();
    // A use tree with three names of a crate is one line to change.
    findings.dedup_by(|a, b| (&a.path, a.line, &a.reason) == (&b.path, b.line, &b.reason));
    let count = findings.len();
    findings.into_iter().for_each(show);
    if count > 0 {
        bail!("tidy has {count} findings");
    }
    report::note(format!("{} files are tidy", files.len()));
    Ok(())
}

fn show(finding: Finding) {
    report::result(format!("{}:{}: {}", finding.path, finding.line, finding.reason));
}

/// The text files that git knows or would add.
fn files() -> Result<Vec<File>> {
    let mut git = Command::new("git");
    git.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
    let list = process::output(&mut git).context("tidy asks git for the files of the work tree")?;
    let list = String::from_utf8(list).context("a file name is not UTF-8")?;
    let mut files = Vec::new();
    for path in list
        .split('\0')
        .filter(|path| !path.is_empty() && Path::new(path).is_file())
    {
        let content = fs::read(path).with_context(|| format!("cannot read {path}"))?;
        if let Ok(text) = String::from_utf8(content) {
            files.push(File {
                path: path.to_owned(),
                text,
            });
        }
    }
    Ok(files)
}
