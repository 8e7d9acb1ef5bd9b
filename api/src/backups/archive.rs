//! Where a backup lies: a folder, or a ZIP archive of its files.

use super::manifest::{MANIFEST, METADATA, Manifest, Part};
use super::{Failure, Result, Tell, of_file, part};
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// A manifest is never longer.
const MANIFEST_BYTES: u64 = 1024 * 1024;

/// A backup that is read.
#[derive(Debug)]
pub enum Source {
    /// A folder.
    Folder(PathBuf),
    /// An archive.
    Archive(Box<ZipArchive<File>>),
}

/// Whether a path means an archive.
pub fn is_archive(path: &Path) -> bool {
    path.extension().is_some_and(|end| end.eq_ignore_ascii_case("zip"))
}

impl Source {
    /// Opens a backup and reads its manifest.
    pub fn open(path: &Path) -> Result<(Self, Manifest)> {
        let mut source = if path.is_dir() {
            Source::Folder(path.to_owned())
        } else {
            let file = File::open(path).map_err(of_file(path))?;
            let archive =
                ZipArchive::new(file).map_err(|cause| Failure(format!("{} is no backup: {cause}", path.display())))?;
            Source::Archive(Box::new(archive))
        };
        let mut text = String::new();
        let read = source.with(MANIFEST, |from| {
            from.take(MANIFEST_BYTES)
                .read_to_string(&mut text)
                .map_err(|cause| Failure(format!("{MANIFEST}: {cause}")))
        });
        read.map_err(|cause| Failure(format!("{} is no backup: {cause}", path.display())))?;
        let manifest = Manifest::of_text(&text)?;
        Ok((source, manifest))
    }

    fn with<T>(&mut self, name: &str, work: impl FnOnce(&mut dyn Read) -> Result<T>) -> Result<T> {
        match self {
            Source::Folder(folder) => {
                let path = folder.join(name);
                work(&mut File::open(&path).map_err(of_file(&path))?)
            }
            Source::Archive(archive) => {
                let entry = archive.by_name(name);
                work(&mut entry.map_err(|cause| Failure(format!("{name}: {cause}")))?)
            }
        }
    }

    /// Reads a part to its end and refuses it unless it is what the manifest says.
    pub fn verify(&mut self, part: &Part, tell: &Tell) -> Result<()> {
        let found = self.with(&part.name, |from| part::read(&part.name, part.bytes, from, None, tell))?;
        part.expect(&found)
    }

    /// Writes a part into a file that is not there yet, and refuses it unless it is what the manifest says.
    pub fn extract(&mut self, part: &Part, to: &Path, tell: &Tell) -> Result<()> {
        let mut file = part::create(to)?;
        let found = self.with(&part.name, |from| {
            part::read(&part.name, part.bytes, from, Some(&mut file), tell)
        })?;
        part.expect(&found)?;
        file.sync_all().map_err(of_file(to))
    }

    /// A part that is small.
    pub fn bytes(&mut self, part: &Part, most: u64) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.with(&part.name, |from| {
            let read = from.take(most).read_to_end(&mut bytes);
            read.map_err(|cause| Failure(format!("{}: {cause}", part.name)))
        })?;
        Ok(bytes)
    }
}

/// Packs the files of a backup into an archive that is not there yet.
pub fn pack(folder: &Path, manifest: &Manifest, to: &Path, tell: &Tell) -> Result<()> {
    let mut zip = ZipWriter::new(part::create(to)?);
    let options = SimpleFileOptions::default().large_file(true).unix_permissions(0o600);
    let fail = |cause: zip::result::ZipError| Failure(format!("{}: {cause}", to.display()));
    zip.start_file(MANIFEST, options).map_err(fail)?;
    zip.write_all(manifest.text().as_bytes()).map_err(of_file(to))?;
    for part in &manifest.parts {
        // DuckDB packs its columns itself.
        let method = match part.name.as_str() {
            METADATA => CompressionMethod::Deflated,
            _ => CompressionMethod::Stored,
        };
        zip.start_file(part.name.as_str(), options.compression_method(method))
            .map_err(fail)?;
        let path = folder.join(&part.name);
        let mut file = File::open(&path).map_err(of_file(&path))?;
        let packed = part::read(&part.name, part.bytes, &mut file, Some(&mut zip), tell)?;
        part.expect(&packed)?;
    }
    let file = zip.finish().map_err(fail)?;
    file.sync_all().map_err(of_file(to))
}
