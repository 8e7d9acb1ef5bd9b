//! Plausible's export: a ZIP archive of CSV files with a row a day and value.
//!
//! The rows are kept as totals, apart from events. Days that have numbers from elsewhere are left out whole. An import that was
//! interrupted begins anew, because its rows have no order by which it could go on.
//!
//! Memory stays bounded: a row has at most 64 KiB, and what waits to be written is bounded by rows and by bytes.

mod bounded;
mod family;

use super::input::Source;
use super::model::Progress;
use super::running::Running;
use crate::error::{Error, Result};
use crate::events::imported::ImportedDay;
use crate::ingest::visitor::local_date;
use crate::state::State;
use bounded::{Bounded, Budget};
use family::{Days, Family, family_of};
use jiff::Span;
use std::io;
use tokio::sync::mpsc;

/// Rows that are stored at once, and the bytes of their texts.
const PIECE: usize = 20_000;
const PIECE_TEXT_BYTES: usize = 8 << 20;
/// After so many unpacked bytes a piece ends, however little came of them, so that a removal is heard of.
const PIECE_BYTES: u64 = 64 << 20;

/// Rows and where they end, or why the archive is not read on.
type Piece = std::result::Result<(Vec<ImportedDay>, Progress), String>;

/// Imports an export. What stopped it is told.
pub async fn run(state: &State, running: &mut Running<'_>, source: Source) -> Result<Option<String>> {
    {
        let _turn = state.imports.turn().await;
        state.events.delete_import(&running.row.id).await?;
    }
    let covered = state.events.covered_days(&running.site.id, false).await?;
    let days = Days {
        covered: covered.into_iter().collect(),
        last: local_date(&running.site.zone, state.clock.now_ms()).saturating_add(Span::new().days(1)),
    };
    let most_bytes = state.config.imports.unpacked_max_bytes;
    // One piece is read on while another is written.
    let (pieces, mut read) = mpsc::channel::<Piece>(1);
    let reading = tokio::task::spawn_blocking(move || {
        if let Err(problem) = read_archive(&source, &days, most_bytes, &pieces) {
            // Nobody listens any more when the import was removed.
            let _ = pieces.blocking_send(Err(problem));
        }
    });
    let mut progress = Progress::default();
    while let Some(piece) = read.recv().await {
        let days = match piece {
            Ok((days, now)) => {
                progress = now;
                days
            }
            Err(problem) => return Ok(Some(problem)),
        };
        let _turn = state.imports.turn().await;
        if !running.note(&state.db, &progress, None).await? {
            return Ok(None);
        }
        state.events.import_days(days, running.mark(&progress)).await?;
        (running.on_progress)(&progress, None);
    }
    reading.await.map_err(Error::internal)?;
    state.events.checkpoint().await?;
    Ok((progress.tally.lines == 0).then(|| "the archive holds no files of Plausible's export".to_owned()))
}

fn read_archive(
    source: &Source,
    days: &Days,
    most_bytes: u64,
    pieces: &mpsc::Sender<Piece>,
) -> std::result::Result<(), String> {
    let broken = |error: zip::result::ZipError| format!("the archive can't be read: {error}");
    let file = source
        .seekable()
        .map_err(|error| format!("the archive can't be read: {error}"))?;
    let mut archive = zip::ZipArchive::new(io::BufReader::new(file)).map_err(broken)?;
    let mut progress = Progress::default();
    let budget = Budget::new(most_bytes);
    for at in 0..archive.len() {
        let entry = archive.by_index(at).map_err(broken)?;
        let name = entry.name().map_err(broken)?.into_owned();
        let Some(family) = family_of(&name) else {
            continue;
        };
        read_file(family, entry, days, &budget, &mut progress, pieces).map_err(|error| format!("{name}: {error}"))?;
    }
    Ok(())
}

fn read_file(
    family: &'static Family,
    file: impl io::Read,
    days: &Days,
    budget: &Budget,
    progress: &mut Progress,
    pieces: &mpsc::Sender<Piece>,
) -> std::result::Result<(), String> {
    let mut rows = csv::ReaderBuilder::new()
        .flexible(true)
        .from_reader(Bounded::new(file, budget));
    let header = rows.headers().map_err(|error| error.to_string())?.clone();
    let columns = family.columns(&header)?;
    let (mut taken, mut text_bytes, mut begun_at) = (Vec::new(), 0, budget.read());
    let mut record = csv::StringRecord::new();
    // The header is line 1.
    let mut line = 1;
    loop {
        line += 1;
        budget.begin_row();
        match rows.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) => {
                progress.tally.lines += 1;
                match family.day(&columns, &record) {
                    Ok(day) if days.note(&day, progress) => {
                        text_bytes += day.texts.iter().map(String::len).sum::<usize>();
                        taken.push(day);
                    }
                    Ok(_) => {}
                    Err(why) => progress.bad(line, &format!("{}: {why}", family.name)),
                }
            }
            Err(error) if error.is_io_error() => return Err(error.to_string()),
            Err(error) => {
                progress.tally.lines += 1;
                progress.bad(line, &format!("{}: {error}", family.name));
            }
        }
        if taken.len() == PIECE || text_bytes >= PIECE_TEXT_BYTES || budget.read() - begun_at >= PIECE_BYTES {
            send(pieces, std::mem::take(&mut taken), progress)?;
            (text_bytes, begun_at) = (0, budget.read());
        }
    }
    send(pieces, taken, progress)
}

fn send(pieces: &mpsc::Sender<Piece>, days: Vec<ImportedDay>, progress: &Progress) -> std::result::Result<(), String> {
    let sent = pieces.blocking_send(Ok((days, progress.clone())));
    sent.map_err(|_| "the import was stopped".to_owned())
}
