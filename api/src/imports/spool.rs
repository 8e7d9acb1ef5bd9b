//! Files that wait in the data folder for their import. An access log holds addresses, so a waiting file lies sealed, piece by
//! piece, under the server's secret, and is deleted when its import ends.

use crate::kit::ids::Ids;
use crate::kit::seal::Seal;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Bytes that are sealed together; only a file's last piece has fewer.
const PIECE: usize = 256 * 1024;
/// What sealing adds to a piece, its length before it included.
const ADDED: usize = 4 + 24 + 16;

/// The waiting files of a data folder.
#[derive(Clone, Debug)]
pub struct Spool {
    folder: PathBuf,
    seal: Seal,
}

/// Takes a file in. What is not finished is deleted when it is dropped.
#[derive(Debug)]
pub struct Taking {
    file: BufWriter<File>,
    seal: Seal,
    name: String,
    pieces: u64,
    waiting: Vec<u8>,
    part: PathBuf,
    whole: PathBuf,
}

impl Spool {
    /// The spool of a data folder.
    pub fn new(data_dir: &Path, seal: Seal) -> Self {
        Self {
            folder: data_dir.join("imports"),
            seal,
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.sealed"))
    }

    /// Begins to take a file in under a name.
    pub fn take(&self, name: &str) -> io::Result<Taking> {
        std::fs::create_dir_all(&self.folder)?;
        let whole = self.path(name);
        let part = self.folder.join(format!("{name}.part"));
        Ok(Taking {
            file: BufWriter::new(File::create(&part)?),
            seal: self.seal.clone(),
            name: name.to_owned(),
            pieces: 0,
            waiting: Vec::with_capacity(PIECE),
            part,
            whole,
        })
    }

    /// Reads a file back.
    pub fn open(&self, name: &str) -> io::Result<impl Read + Seek + Send + use<>> {
        Ok(Unsealing {
            file: BufReader::new(File::open(self.path(name))?),
            seal: self.seal.clone(),
            name: name.to_owned(),
            pieces: 0,
            piece: io::Cursor::new(Vec::new()),
        })
    }

    /// The size of a file as it lies there, a little more than its own.
    pub fn size(&self, name: &str) -> Option<u64> {
        Some(std::fs::metadata(self.path(name)).ok()?.len())
    }

    /// True when the file is here.
    pub fn has(&self, name: &str) -> bool {
        self.path(name).exists()
    }

    /// Deletes a file, if it is there.
    pub fn remove(&self, name: &str) {
        let path = self.path(name);
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                tracing::warn!(file = %path.display(), %error, "an imported file is not deleted yet");
            }
            _ => {}
        }
    }

    /// A name for a file of a site.
    pub fn name(ids: &Ids, site_id: &str) -> String {
        format!("{site_id}.{}", ids.next("file"))
    }

    /// Deletes the files of a site, also those that are being taken in.
    pub fn remove_of(&self, site_id: &str) {
        let prefix = format!("{site_id}.");
        self.remove_where(|name| name.starts_with(&prefix));
    }

    /// Deletes every file but those of the given names.
    pub fn keep_only(&self, names: &[String]) {
        let kept: Vec<String> = names.iter().map(|name| format!("{name}.sealed")).collect();
        self.remove_where(|name| !kept.iter().any(|kept| kept == name));
    }

    fn remove_where(&self, is_removed: impl Fn(&str) -> bool) {
        let Ok(entries) = std::fs::read_dir(&self.folder) else {
            return;
        };
        for entry in entries.flatten() {
            if is_removed(&entry.file_name().to_string_lossy()) {
                // What can't be deleted now is tried again at the next start.
                let _ = std::fs::remove_file(entry.path());
            }
        }
    }
}

impl Taking {
    /// Adds bytes.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut rest = bytes;
        while !rest.is_empty() {
            let (now, later) = rest.split_at(rest.len().min(PIECE - self.waiting.len()));
            self.waiting.extend_from_slice(now);
            rest = later;
            if self.waiting.len() == PIECE {
                self.seal_piece()?;
            }
        }
        Ok(())
    }

    fn seal_piece(&mut self) -> io::Result<()> {
        let sealed = self.seal.seal_bytes(&context(&self.name, self.pieces), &self.waiting);
        let length = u32::try_from(sealed.len()).expect("a piece is small");
        self.file.write_all(&length.to_le_bytes())?;
        self.file.write_all(&sealed)?;
        self.pieces += 1;
        self.waiting.clear();
        Ok(())
    }

    /// Brings the whole file to disk.
    pub fn finish(mut self) -> io::Result<()> {
        if !self.waiting.is_empty() {
            self.seal_piece()?;
        }
        self.file.flush()?;
        self.file.get_ref().sync_all()?;
        std::fs::rename(&self.part, &self.whole)
    }
}

impl Drop for Taking {
    fn drop(&mut self) {
        // Gone already when it was finished.
        let _ = std::fs::remove_file(&self.part);
    }
}

struct Unsealing {
    file: BufReader<File>,
    seal: Seal,
    name: String,
    pieces: u64,
    piece: io::Cursor<Vec<u8>>,
}

impl Read for Unsealing {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.piece.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            let mut length = [0; 4];
            match self.file.read_exact(&mut length) {
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(0),
                other => other?,
            }
            let length = usize::try_from(u32::from_le_bytes(length)).unwrap_or(usize::MAX);
            if length > PIECE + ADDED {
                return Err(damaged());
            }
            let mut sealed = vec![0; length];
            self.file.read_exact(&mut sealed)?;
            let piece = self.seal.open_bytes(&context(&self.name, self.pieces), &sealed);
            self.piece = io::Cursor::new(piece.ok_or_else(damaged)?);
            self.pieces += 1;
        }
    }
}

impl Seek for Unsealing {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let (piece, added) = (PIECE as u64, ADDED as u64);
        let length = {
            let sealed = self.file.get_ref().metadata()?.len();
            let whole = sealed / (piece + added);
            whole * piece + (sealed % (piece + added)).saturating_sub(added)
        };
        let here = self.pieces.saturating_sub(1) * piece + self.piece.position();
        let to = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => length.checked_add_signed(by),
            SeekFrom::Current(by) => here.checked_add_signed(by),
        };
        let to = to.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "before the file's beginning"))?;
        let to = to.min(length);
        self.pieces = to / piece;
        self.file.seek(SeekFrom::Start(self.pieces * (piece + added)))?;
        self.piece = io::Cursor::new(Vec::new());
        // The rest of the way lies within the piece.
        let mut before = vec![0; usize::try_from(to % piece).unwrap_or(0)];
        self.read_exact(&mut before)?;
        Ok(to)
    }
}

fn damaged() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "the waiting file is damaged")
}

fn context(name: &str, piece: u64) -> String {
    format!("import:{name}:{piece}")
}
