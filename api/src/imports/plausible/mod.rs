//! Plausible's export: a ZIP archive of CSV files with a row a day and value.
//!
//! The rows are kept as totals, apart from events. Days that have numbers from elsewhere are left out whole. An import that was
//! interrupted begins anew, because its rows have no order by which it could go on.

mod family;

use super::input::Source;
use super::model::Progress;
use super::running::Running;
use crate::error::{Error, Result};
use crate::events::imported::ImportedDay;
use crate::state::State;
use family::{Family, family_of};
use jiff::civil::Date;
use std::collections::HashSet;
use std::io;
use tokio::sync::mpsc;

/// Rows that are stored at once.
const PIECE: usize = 20_000;
/// An archive with more unpacked bytes is no export.
const MOST_BYTES: u64 = 16 << 30;

/// Rows and where they end, or why the archive is not read on.
type Piece = std::result::Result<(Vec<ImportedDay>, Progress), String>;

/// Imports an export. What stopped it is told.
pub async fn run(state: &State, running: &mut Running<'_>, source: Source) -> Result<Option<String>> {
    {
        let _turn = state.imports.turn().await;
        state.events.delete_import(&running.row.id).await?;
    }
    let covered = state.events.covered_days(&running.site.id, false).await?;
    let covered: HashSet<Date> = covered.into_iter().collect();
    // One piece is read on while another is written.
    let (pieces, mut read) = mpsc::channel::<Piece>(1);
    let reading = tokio::task::spawn_blocking(move || {
        if let Err(problem) = read_archive(&source, &covered, &pieces) {
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
    covered: &HashSet<Date>,
    pieces: &mpsc::Sender<Piece>,
) -> std::result::Result<(), String> {
    let broken = |error: zip::result::ZipError| format!("the archive can't be read: {error}");
    let file = source
        .seekable()
        .map_err(|error| format!("the archive can't be read: {error}"))?;
    let mut archive = zip::ZipArchive::new(io::BufReader::new(file)).map_err(broken)?;
    let mut progress = Progress::default();
    for at in 0..archive.len() {
        let entry = archive.by_index(at).map_err(broken)?;
        let name = entry.name().map_err(broken)?.into_owned();
        let Some(family) = family_of(&name) else {
            continue;
        };
        if entry.size() > MOST_BYTES {
            return Err(format!("{name} is too large for an export"));
        }
        let limited = io::Read::take(entry, MOST_BYTES);
        read_file(family, limited, covered, &mut progress, pieces).map_err(|error| format!("{name}: {error}"))?;
    }
    Ok(())
}

fn read_file(
    family: &'static Family,
    file: impl io::Read,
    covered: &HashSet<Date>,
    progress: &mut Progress,
    pieces: &mpsc::Sender<Piece>,
) -> std::result::Result<(), String> {
    let mut rows = csv::ReaderBuilder::new().flexible(true).from_reader(file);
    let header = rows.headers().map_err(|error| error.to_string())?.clone();
    let columns = family.columns(&header)?;
    let mut days = Vec::new();
    let mut record = csv::StringRecord::new();
    // The header is line 1.
    let mut line = 1;
    loop {
        line += 1;
        match rows.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) => {}
            Err(error) if error.is_io_error() => return Err(error.to_string()),
            Err(error) => {
                progress.tally.lines += 1;
                progress.bad(line, &format!("{}: {error}", family.name));
                continue;
            }
        }
        progress.tally.lines += 1;
        match family.day(&columns, &record) {
            Ok(day) if covered.contains(&day.date) => progress.tally.covered += 1,
            Ok(day) => {
                progress.tally.taken += 1;
                progress.cover(day.date);
                days.push(day);
            }
            Err(why) => progress.bad(line, &format!("{}: {why}", family.name)),
        }
        if days.len() == PIECE {
            send(pieces, std::mem::take(&mut days), progress)?;
        }
    }
    send(pieces, days, progress)
}

fn send(pieces: &mpsc::Sender<Piece>, days: Vec<ImportedDay>, progress: &Progress) -> std::result::Result<(), String> {
    let sent = pieces.blocking_send(Ok((days, progress.clone())));
    sent.map_err(|_| "the import was stopped".to_owned())
}
