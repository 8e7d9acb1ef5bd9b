//! Access logs: a line is a request, a request for a page is a page view.
//!
//! Memory stays bounded: a log is read in pieces of ten thousand page views, the next one while the one before is written. Each piece
//! is stored with the place where it ends. A log that is given again goes on there, once its beginning has been compared. A removal
//! is heard of between pieces, which are bounded by bytes too.

mod line;
mod reader;
mod rule;

use super::input::Input;
use super::model::{MOST_BAD_LINES, Progress};
use super::running::{Fault, Running};
use crate::error::{Error, Result};
use crate::events::event::InboxEvent;
use crate::ingest::replay::Replay;
use crate::kit::secret::unhex;
use crate::state::State;
use reader::{LogReader, Piece, Stop};
use shared::import::LogFormat;

/// The engine's file is brought up to date this often: what a kill may cost.
const CHECKPOINT_EVERY_MS: u64 = 2_000;

/// Imports a log. What stopped it is told; what was taken until then stays.
pub async fn run(state: &State, running: &mut Running<'_>, input: Input) -> Result<Option<String>> {
    let before = match state.events.import_progress(&running.row.id).await? {
        Some(text) => Progress::of_text(&text),
        None => Progress::default(),
    };
    let meter = input.meter();
    let mut reader = open(state, running, input).await?;
    loop {
        let before = before.clone();
        let (passed, skipped) = blocking(reader, move |reader| reader.skip(&before)).await?;
        reader = passed;
        match skipped {
            Ok(true) => break,
            Ok(false) => {}
            Err(stop) => return Ok(Some(stop.to_string())),
        }
        if !running.is_wanted(&state.db).await? {
            return Ok(None);
        }
    }
    (running.on_progress)(reader.progress(), meter.percent());
    let mut checkpoint_ms = state.clock.monotonic_ms();
    let mut told = 0;
    let mut next = Some(tokio::spawn(read(reader)));
    while let Some(reading) = next.take() {
        let (reader, piece, faults) = reading.await.map_err(Error::internal)??;
        for fault in faults.iter().take(MOST_BAD_LINES.saturating_sub(told)) {
            (running.on_fault)(fault);
        }
        told += faults.len();
        let piece = match piece {
            Ok(piece) => piece,
            Err(stop) => return Ok(Some(stop.to_string())),
        };
        if !piece.is_last {
            // Read on while this piece is written.
            next = Some(tokio::spawn(read(reader)));
        }
        if !write(state, running, &piece.progress, piece.events, meter.percent()).await? {
            break;
        }
        (running.on_progress)(&piece.progress, meter.percent());
        if state.clock.monotonic_ms() - checkpoint_ms >= CHECKPOINT_EVERY_MS {
            state.events.checkpoint().await?;
            checkpoint_ms = state.clock.monotonic_ms();
        }
    }
    state.events.checkpoint().await?;
    Ok(None)
}

/// Stores a piece; false when the import is to end here, because it or its site is being removed.
async fn write(
    state: &State,
    running: &Running<'_>,
    progress: &Progress,
    events: Vec<InboxEvent>,
    percent: Option<i64>,
) -> Result<bool> {
    let _turn = state.imports.turn().await;
    if !running.note(&state.db, progress, percent).await? {
        return Ok(false);
    }
    state.events.import(events, running.mark(progress)).await?;
    Ok(true)
}

async fn open(state: &State, running: &Running<'_>, input: Input) -> Result<LogReader> {
    let key = running.row.key_sealed.as_deref().unwrap_or_default();
    let key = state.seal.open_bytes(&running.row.id, &unhex(key));
    let key = key.and_then(|key| key.try_into().ok());
    let key = key.ok_or_else(|| Error::internal("an import that runs has its key"))?;
    let site = running.site.clone();
    let covered = state.events.covered_days(&site.id, true).await?.into_iter().collect();
    let domain = site.domain.clone();
    let limits = &state.config.limits;
    let replay = Replay::new(&state.collector, limits, &state.clock, site, key).await?;
    let format = format_of(&running.row.format);
    Ok(LogReader::new(
        input,
        replay,
        domain,
        format,
        covered,
        state.seal.clone(),
        state.config.imports.unpacked_max_bytes,
    ))
}

/// The format of a stored word.
fn format_of(word: &str) -> LogFormat {
    match word {
        "common" => LogFormat::Common,
        "combined" => LogFormat::Combined,
        "vhost" => LogFormat::Vhost,
        _ => LogFormat::Auto,
    }
}

type Read = (LogReader, std::result::Result<Piece, Stop>, Vec<Fault>);

async fn read(reader: LogReader) -> Result<Read> {
    let mut faults = Vec::new();
    let (reader, (piece, faults)) = blocking(reader, move |reader| {
        let piece = reader.piece(&mut |line, detail, text| {
            if faults.len() < MOST_BAD_LINES {
                faults.push(Fault::new(line, detail, text));
            }
        });
        (piece, faults)
    })
    .await?;
    Ok((reader, piece, faults))
}

/// Runs `work` off the async threads.
async fn blocking<T: Send + 'static>(
    mut reader: LogReader,
    work: impl FnOnce(&mut LogReader) -> T + Send + 'static,
) -> Result<(LogReader, T)> {
    let done = tokio::task::spawn_blocking(move || {
        let done = work(&mut reader);
        (reader, done)
    });
    done.await.map_err(Error::internal)
}
