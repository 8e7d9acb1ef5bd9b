//! Reads an access log piece by piece: lines into page views, and how far that is.

use super::line::parse;
use super::rule::{Other, page};
use crate::events::event::InboxEvent;
use crate::imports::input::{Input, MAX_LINE_BYTES};
use crate::imports::model::Progress;
use crate::ingest::replay::{Replay, Replayed, Seen};
use crate::kit::seal::Seal;
use crate::kit::secret::hex;
use jiff::civil::Date;
use sha2::{Digest, Sha256};
use shared::import::LogFormat;
use std::collections::HashSet;
use std::io::{self, BufRead};

/// A piece ends after so many page views, lines or bytes. Between pieces a removal is heard of.
const MOST_EVENTS: usize = 10_000;
const MOST_LINES: u64 = 100_000;
const MOST_BYTES: u64 = 32 << 20;
/// A longer line is given up here: what follows counts as another one.
const ENDLESS_LINE_BYTES: usize = 1 << 20;

/// The page views of a piece of a log, and where it ends.
#[derive(Debug)]
pub struct Piece {
    /// In the order of the log.
    pub events: Vec<InboxEvent>,
    /// How far the log is read, this piece included.
    pub progress: Progress,
    /// True when nothing follows now.
    pub is_last: bool,
}

/// Why a log is not read on.
#[derive(Debug, thiserror::Error)]
pub enum Stop {
    /// The file can't be read.
    #[error("the file can't be read: {0}")]
    Io(#[from] io::Error),
    /// The file begins like the one that was imported, and is another from some point on.
    #[error(
        "the file begins like one that was imported before, but is not that file grown longer; remove that import first"
    )]
    OtherFile,
    /// The file is too large once it is unpacked.
    #[error("the file unpacks to more than {0} bytes (`imports.unpacked_max_bytes`)")]
    TooLarge(u64),
}

/// A log that is being read.
pub struct LogReader {
    input: Box<dyn BufRead + Send>,
    replay: Replay,
    domain: String,
    format: LogFormat,
    covered: HashSet<Date>,
    seal: Seal,
    hash: Sha256,
    progress: Progress,
    most_bytes: u64,
    skipped: u64,
    line: Vec<u8>,
}

impl LogReader {
    /// A reader of the log of the site with `domain`; requests on `covered` days are left out. It reads `most_bytes` at most.
    pub fn new(
        input: Input,
        replay: Replay,
        domain: String,
        format: LogFormat,
        covered: HashSet<Date>,
        seal: Seal,
        most_bytes: u64,
    ) -> Self {
        Self {
            input: input.reader,
            replay,
            domain,
            format,
            covered,
            seal,
            hash: Sha256::new(),
            progress: Progress::default(),
            most_bytes,
            skipped: 0,
            line: Vec::new(),
        }
    }

    /// Passes over a part of what was taken before; true once it has passed over all of it, and it is the same.
    pub fn skip(&mut self, before: &Progress) -> Result<bool, Stop> {
        let end = before.bytes.min(self.skipped + MOST_BYTES);
        while self.skipped < end {
            let there = self.input.fill_buf()?;
            if there.is_empty() {
                return Err(Stop::OtherFile);
            }
            let left = usize::try_from(end - self.skipped).unwrap_or(usize::MAX);
            let take = there.len().min(left);
            self.hash.update(&there[..take]);
            self.input.consume(take);
            self.skipped += take as u64;
        }
        if end < before.bytes {
            return Ok(false);
        }
        if before.bytes > 0 && self.prefix() != before.prefix {
            return Err(Stop::OtherFile);
        }
        self.progress = before.clone();
        Ok(true)
    }

    /// How far the log is read.
    pub fn progress(&self) -> &Progress {
        &self.progress
    }

    /// Keyed, because a log of one line would tell its address to whoever tries them all.
    fn prefix(&self) -> String {
        let hash = hex(&self.hash.clone().finalize());
        hex(&self.seal.lookup("import prefix", &hash))
    }

    /// The next piece.
    pub fn piece(&mut self, faults: &mut dyn FnMut(u64, &str, &str)) -> Result<Piece, Stop> {
        let mut events = Vec::new();
        let (lines, bytes) = (self.progress.tally.lines, self.progress.bytes);
        let mut is_last = false;
        while events.len() < MOST_EVENTS
            && self.progress.tally.lines - lines < MOST_LINES
            && self.progress.bytes - bytes < MOST_BYTES
        {
            if !self.next_line()? {
                is_last = true;
                break;
            }
            let line = std::mem::take(&mut self.line);
            let text = String::from_utf8_lossy(&line);
            events.extend(self.take(text.trim_end_matches(['\n', '\r']), faults));
            self.line = line;
        }
        self.progress.prefix = self.prefix();
        Ok(Piece {
            events,
            progress: self.progress.clone(),
            is_last,
        })
    }

    /// Reads a whole line; false at the end. A last line without an end is one that the server still writes: it is left for
    /// the next time.
    fn next_line(&mut self) -> Result<bool, Stop> {
        self.line.clear();
        let mut hash = self.hash.clone();
        let mut bytes = 0;
        loop {
            let there = self.input.fill_buf()?;
            if there.is_empty() {
                return Ok(false);
            }
            let end = end_of_line(there);
            let take = end.map_or(there.len(), |at| at + 1).min(ENDLESS_LINE_BYTES - bytes);
            let is_ended = end.is_some_and(|at| at < take) || bytes + take == ENDLESS_LINE_BYTES;
            let room = MAX_LINE_BYTES - self.line.len();
            self.line.extend_from_slice(&there[..take.min(room)]);
            hash.update(&there[..take]);
            bytes += take;
            self.input.consume(take);
            if self.progress.bytes + bytes as u64 > self.most_bytes {
                return Err(Stop::TooLarge(self.most_bytes));
            }
            if is_ended {
                self.hash = hash;
                self.progress.bytes += bytes as u64;
                self.progress.tally.lines += 1;
                return Ok(true);
            }
        }
    }

    fn take(&mut self, text: &str, faults: &mut dyn FnMut(u64, &str, &str)) -> Option<InboxEvent> {
        let number = self.progress.tally.lines;
        let mut bad = |progress: &mut Progress, why: &str| {
            progress.bad(number, why);
            faults(number, why, text);
        };
        let line = match parse(text, self.format) {
            Ok(line) => line,
            Err(why) => {
                bad(&mut self.progress, why);
                return None;
            }
        };
        let tally = &mut self.progress.tally;
        let (host, target) = match page(&line, &self.domain) {
            Ok(page) => page,
            Err(other) => {
                *match other {
                    Other::Method => &mut tally.methods,
                    Other::Status => &mut tally.statuses,
                    Other::Asset => &mut tally.assets,
                    Other::Host => &mut tally.hosts,
                } += 1;
                return None;
            }
        };
        let played = self.replay.play(Seen {
            address: line.address,
            user_agent: line.user_agent.as_deref(),
            time_ms: line.time_ms,
            host,
            target,
            referrer: line.referrer.as_deref(),
        });
        match played {
            Replayed::View(event) if self.covered.contains(&event.local_date) => tally.covered += 1,
            Replayed::View(event) => {
                tally.taken += 1;
                self.progress.cover(event.local_date);
                return Some(event);
            }
            Replayed::Bot => tally.bots += 1,
            Replayed::Shielded => tally.shields += 1,
            Replayed::Future => tally.future += 1,
            Replayed::Past => tally.past += 1,
            Replayed::Broken => bad(&mut self.progress, "the request is for no address"),
        }
        None
    }
}

fn end_of_line(bytes: &[u8]) -> Option<usize> {
    bytes.iter().position(|byte| *byte == b'\n')
}
