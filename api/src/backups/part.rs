//! Copying bytes, and knowing them again.

use super::manifest::Part;
use super::{Failure, Result, Tell, of_file};
use crate::kit::secret::hex;
use sha2::{Digest, Sha256};
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::Path;

const BUFFER: usize = 1024 * 1024;

/// Makes a file that only its owner reads; it must not be there.
pub fn create(path: &Path) -> Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(of_file(path))
}

/// Makes a folder that only its owner enters; it must not be there.
pub fn create_folder(path: &Path) -> Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(of_file(path))
}

/// Writes what is in the file's or folder's pages to the disk.
pub fn sync(path: &Path) -> Result<()> {
    let synced = File::open(path).and_then(|file| file.sync_all());
    synced.map_err(of_file(path))
}

/// Reads a part to its end, into `to` if there is one; answers what it is.
pub fn read(name: &str, total: u64, from: &mut dyn Read, to: Option<&mut dyn Write>, tell: &Tell) -> Result<Part> {
    let mut sink = std::io::sink();
    let to = to.unwrap_or(&mut sink);
    let fail = |cause: std::io::Error| Failure(format!("{name}: {cause}"));
    let (mut sha256, mut bytes) = (Sha256::new(), 0);
    let mut buffer = vec![0; BUFFER];
    loop {
        tell(name, bytes, total);
        let n = from.read(&mut buffer).map_err(fail)?;
        if n == 0 {
            break;
        }
        sha256.update(&buffer[..n]);
        to.write_all(&buffer[..n]).map_err(fail)?;
        bytes += n as u64;
    }
    Ok(Part {
        name: name.to_owned(),
        bytes,
        sha256: hex(&sha256.finalize()),
    })
}

/// Copies a file and has it on the disk.
pub fn copy(name: &str, from: &Path, to: &Path, tell: &Tell) -> Result<Part> {
    let mut source = File::open(from).map_err(of_file(from))?;
    let total = source.metadata().map_err(of_file(from))?.len();
    let mut target = create(to)?;
    let part = read(name, total, &mut source, Some(&mut target), tell)?;
    target.sync_all().map_err(of_file(to))?;
    Ok(part)
}

/// What a file is.
pub fn measure(name: &str, path: &Path, tell: &Tell) -> Result<Part> {
    let mut file = File::open(path).map_err(of_file(path))?;
    let total = file.metadata().map_err(of_file(path))?.len();
    read(name, total, &mut file, None, tell)
}

impl Part {
    /// Refuses bytes that are others than these.
    pub fn expect(&self, found: &Part) -> Result<()> {
        if found.bytes == self.bytes && found.sha256 == self.sha256 {
            return Ok(());
        }
        Err(Failure(format!(
            "{} is damaged: its SHA-256 is {} ({} bytes), the manifest says {} ({} bytes); nothing was restored",
            self.name, found.sha256, found.bytes, self.sha256, self.bytes
        )))
    }
}
