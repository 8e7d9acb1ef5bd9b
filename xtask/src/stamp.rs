//! Content hashes, by which a step knows that its inputs are unchanged since it last succeeded.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};

/// Hashes files and folders (recursively, in name order) and a few words that matter as much.
pub(crate) fn of(paths: &[&Path], skip: &[&Path], words: &[&str]) -> Result<String> {
    let mut files = Vec::new();
    for path in paths {
        collect(path, skip, &mut files)?;
    }
    let mut hash = Sha256::new();
    for file in files {
        let content = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
        hash.update(format!("{}\0{}\0", file.display(), content.len()));
        hash.update(content);
    }
    for word in words {
        hash.update(format!("{word}\0"));
    }
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Tells whether the stamp in `file` is this one.
pub(crate) fn is(file: &Path, stamp: &str) -> bool {
    fs::read_to_string(file).is_ok_and(|content| content == stamp)
}

/// Keeps a stamp after the step has succeeded.
pub(crate) fn keep(file: &Path, stamp: &str) -> Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    }
    fs::write(file, stamp).with_context(|| format!("cannot write {}", file.display()))
}

fn collect(path: &Path, skip: &[&Path], files: &mut Vec<PathBuf>) -> Result<()> {
    if skip.contains(&path) || !path.exists() {
        return Ok(());
    }
    if path.is_file() {
        files.push(path.to_owned());
        return Ok(());
    }
    let entries = fs::read_dir(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut entries = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    entries.sort();
    entries.iter().try_for_each(|entry| collect(entry, skip, files))
}
