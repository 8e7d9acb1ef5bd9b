//! Where things are: the work tree, its tool folder, the user's cache.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

/// Makes the workspace root the current folder, so that every path below can be written relative to it.
pub(crate) fn enter() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .context("xtask lies in the workspace root")?;
    std::env::set_current_dir(root).with_context(|| format!("cannot enter {}", root.display()))
}

/// The absolute workspace root.
pub(crate) fn root() -> Result<PathBuf> {
    std::env::current_dir().context("the workspace root is gone")
}

/// What this work tree needs and git ignores: the DuckDB library, stamps.
pub(crate) fn tools() -> PathBuf {
    PathBuf::from(".tools")
}

/// What all work trees of this user share: build tools that cargo compiled for us.
pub(crate) fn cache() -> Result<PathBuf> {
    let base = std::env::var_os("XDG_CACHE_HOME")
        .filter(|it| !it.is_empty())
        .map(PathBuf::from);
    let base = match base {
        Some(base) => base,
        None => PathBuf::from(std::env::var_os("HOME").context("HOME is not set")?).join(".cache"),
    };
    Ok(base.join("vitrine"))
}

/// The folder in which cargo put this program, and puts its siblings of the same profile.
pub(crate) fn artefacts() -> Result<PathBuf> {
    let this = std::env::current_exe().context("cannot tell where this program lies")?;
    Ok(this.parent().context("a program lies in a folder")?.to_owned())
}
