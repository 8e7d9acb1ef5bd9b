//! Compressing the built app once, at the levels no server could afford for each answer: brotli 11 and gzip 9.

use std::ffi::OsStr;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result};

/// What compresses well. Images and fonts other than SVG are compressed by their formats.
const EXTENSIONS: [&str; 10] = [
    "html",
    "js",
    "mjs",
    "css",
    "wasm",
    "svg",
    "json",
    "txt",
    "xml",
    "webmanifest",
];

/// Writes `<file>.br` and `<file>.gz` beside every compressible file of a folder, recursively.
pub(super) fn folder(folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            self::folder(&path)?;
        } else if path
            .extension()
            .and_then(OsStr::to_str)
            .is_some_and(|it| EXTENSIONS.contains(&it))
        {
            let plain = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
            write(&path, "br", &brotli_11(&plain)?)?;
            write(&path, "gz", &gzip_9(&plain)?)?;
        }
    }
    Ok(())
}

fn write(path: &Path, suffix: &str, content: &[u8]) -> Result<()> {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(suffix);
    fs::write(&name, content).with_context(|| format!("cannot write {}", Path::new(&name).display()))
}

fn brotli_11(plain: &[u8]) -> Result<Vec<u8>> {
    let params = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 24,
        size_hint: plain.len(),
        ..Default::default()
    };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &plain[..], &mut compressed, &params)?;
    Ok(compressed)
}

fn gzip_9(plain: &[u8]) -> Result<Vec<u8>> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(plain)?;
    Ok(gzip.finish()?)
}
