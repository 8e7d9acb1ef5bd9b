//! Where a file is read from, unpacked on the way.

use super::spool::Spool;
use flate2::bufread::MultiGzDecoder;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read, Seek};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Of longer lines only so much is looked at.
pub const MAX_LINE_BYTES: usize = 64 * 1024;
const BUFFER: usize = 256 * 1024;
const GZIP: [u8; 2] = [0x1f, 0x8b];
const ZIP: [u8; 4] = *b"PK\x03\x04";

/// A file to import.
#[derive(Clone, Debug)]
pub enum Source {
    /// A file of this machine.
    File(PathBuf),
    /// What is written to the program.
    Stdin,
    /// A file that waits in the data folder, under a name.
    Spooled(Spool, String),
}

/// An open file, unpacked.
pub struct Input {
    /// What it holds, from its beginning.
    pub reader: Box<dyn BufRead + Send>,
    /// Its first line, with its end.
    pub first_line: Vec<u8>,
    /// True when it begins like a ZIP archive.
    pub is_zip: bool,
    read: Arc<AtomicU64>,
    size: Option<u64>,
}

/// What can be read from anywhere in it.
pub trait ReadSeek: Read + Seek + Send {}
impl<T: Read + Seek + Send> ReadSeek for T {}

impl Source {
    /// The file as it is, to be read from anywhere in it; what is written to the program can't be.
    pub fn seekable(&self) -> io::Result<Box<dyn ReadSeek>> {
        Ok(match self {
            Source::File(path) => Box::new(File::open(path)?),
            Source::Stdin => return Err(io::Error::other("a ZIP archive must be a file, not the standard input")),
            Source::Spooled(spool, name) => Box::new(spool.open(name)?),
        })
    }

    /// The file as it is, packed or not, and its size where that is known.
    pub fn raw(&self) -> io::Result<(Box<dyn Read + Send>, Option<u64>)> {
        Ok(match self {
            Source::File(path) => {
                let file = File::open(path)?;
                let size = file.metadata().ok().filter(|known| known.is_file());
                (Box::new(file), size.map(|known| known.len()))
            }
            Source::Stdin => (Box::new(io::stdin()), None),
            Source::Spooled(spool, name) => (Box::new(spool.open(name)?), spool.size(name)),
        })
    }
}

impl Input {
    /// Opens a file and reads its first line. gzip is told by its first bytes.
    pub fn open(source: &Source) -> io::Result<Self> {
        let (raw, size) = source.raw()?;
        let read = Arc::new(AtomicU64::new(0));
        let counted = Counted {
            raw,
            read: read.clone(),
        };
        let mut packed = BufReader::with_capacity(BUFFER, counted);
        let head = packed.fill_buf()?;
        let (is_gzip, is_zip) = (head.starts_with(&GZIP), head.starts_with(&ZIP));
        let mut reader: Box<dyn BufRead + Send> = match is_gzip {
            true => Box::new(BufReader::with_capacity(BUFFER, MultiGzDecoder::new(packed))),
            false => Box::new(packed),
        };
        let mut first_line = Vec::new();
        (&mut reader)
            .take(MAX_LINE_BYTES as u64)
            .read_until(b'\n', &mut first_line)?;
        Ok(Self {
            reader: Box::new(Cursor::new(first_line.clone()).chain(reader)),
            first_line,
            is_zip,
            read,
            size,
        })
    }

    /// How much of the file is read.
    pub fn meter(&self) -> Meter {
        Meter {
            read: self.read.clone(),
            size: self.size,
        }
    }
}

/// Tells how much of a file is read.
#[derive(Clone, Debug)]
pub struct Meter {
    read: Arc<AtomicU64>,
    size: Option<u64>,
}

impl Meter {
    /// 0 to 100; none when the size is not known.
    pub fn percent(&self) -> Option<i64> {
        let size = self.size.filter(|size| *size > 0)?;
        let percent = self.read.load(Ordering::Relaxed).saturating_mul(100) / size;
        Some(i64::try_from(percent.min(100)).unwrap_or(100))
    }
}

struct Counted {
    raw: Box<dyn Read + Send>,
    read: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.raw.read(buffer)?;
        self.read.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}
