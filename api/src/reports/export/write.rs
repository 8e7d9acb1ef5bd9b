//! Writing an export: a ZIP of CSV files, or JSON.

use super::cells::{defused, number};
use super::files::{File, files, property};
use super::rows;
use crate::error::{Error, Result};
use crate::reports::dates::{Period, Range};
use crate::reports::desk::Desk;
use crate::reports::patterns;
use crate::reports::suggestions::{self, PROPERTY_KEYS};
use shared::query::{DateRange, Filter};
use shared::query_result::{Number, Row};
use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::SendTimeoutError;
use zip::write::{SimpleFileOptions, StreamWriter, ZipWriter};

/// Properties in `custom_props`, those with the most visitors.
const MOST_PROPERTIES: u32 = 100;
/// A client that takes nothing for so long is given up.
const TAKEN_WITHIN: Duration = Duration::from_secs(30);
const UNPOISONED: &str = "nothing panics while it holds the lock";

/// The form of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A ZIP of CSV files.
    Csv,
    /// One JSON document.
    Json,
}

/// What is exported.
#[derive(Clone, Debug)]
pub struct Export {
    desk: Desk,
    period: Period,
    filters: Vec<Filter>,
    format: Format,
}

/// Bytes that were written and not sent yet.
#[derive(Clone, Debug, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect(UNPOISONED).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Buffer {
    async fn send(&self, to: &mpsc::Sender<Vec<u8>>) -> Result<()> {
        let bytes = std::mem::take(&mut *self.0.lock().expect(UNPOISONED));
        match bytes.is_empty() {
            true => Ok(()),
            false => to.send_timeout(bytes, TAKEN_WITHIN).await.map_err(|error| match error {
                SendTimeoutError::Closed(_) => Error::internal("the client went away"),
                SendTimeoutError::Timeout(_) => Error::internal("the client takes nothing"),
            }),
        }
    }
}

enum Writer {
    Csv(Box<ZipWriter<StreamWriter<Buffer>>>),
    Json {
        out: Buffer,
        first_file: bool,
        first_row: bool,
    },
}

impl Export {
    /// An export of a range under these filters.
    pub async fn new(desk: Desk, range: &DateRange, filters: Vec<Filter>, format: Format) -> Result<Self> {
        let period = desk.period(range).await?;
        // What the engine refuses later would break the file off.
        patterns::check(&desk.events, &filters).await?;
        Ok(Self {
            desk,
            period,
            filters,
            format,
        })
    }

    /// A name for the file, of letters, digits, points and hyphens.
    pub fn file_name(&self) -> String {
        let (first, last) = self.period.dates();
        let plain = |c: char| {
            if c.is_ascii_alphanumeric() || ".-".contains(c) {
                c
            } else {
                '_'
            }
        };
        let domain: String = self.desk.scope.domain().chars().map(plain).collect();
        let ending = if self.format == Format::Csv { "zip" } else { "json" };
        format!("{domain}-{first}-{last}.{ending}")
    }

    /// Its media type.
    pub fn media_type(&self) -> &'static str {
        match self.format {
            Format::Csv => "application/zip",
            Format::Json => "application/json; charset=utf-8",
        }
    }

    /// Writes the whole; it is complete when this returns without an error.
    pub async fn write(self, to: mpsc::Sender<Vec<u8>>) -> Result<()> {
        let out = Buffer::default();
        let mut writer = match self.format {
            Format::Csv => Writer::Csv(Box::new(ZipWriter::new_stream(out.clone()))),
            Format::Json => Writer::json(out.clone(), &self)?,
        };
        let one_day = self.period.dates().0 == self.period.dates().1;
        let hourly = one_day || matches!(self.period.range, Range::Instants { .. });
        for file in files(&self.filters, hourly) {
            writer.begin(&file)?;
            self.rows(&file, None, &mut writer, &out, &to).await?;
            writer.end()?;
        }
        let mut named = false;
        for key in self.property_keys().await? {
            let file = property(&key);
            if !named {
                writer.begin(&file)?;
                named = true;
            }
            self.rows(&file, Some(&key), &mut writer, &out, &to).await?;
        }
        if named {
            writer.end()?;
        }
        writer.finish()?;
        out.send(&to).await
    }

    async fn rows(
        &self,
        file: &File,
        key: Option<&str>,
        writer: &mut Writer,
        out: &Buffer,
        to: &mpsc::Sender<Vec<u8>>,
    ) -> Result<()> {
        rows::each(&self.desk, &self.period, &self.filters, file, async |some| {
            for row in &some {
                writer.row(file, key, row)?;
            }
            out.send(to).await
        })
        .await
    }

    async fn property_keys(&self) -> Result<Vec<String>> {
        let wanted = suggestions::Wanted {
            dimension: PROPERTY_KEYS.to_owned(),
            search: String::new(),
            limit: MOST_PROPERTIES,
            date_range: self.period.echo(),
            filters: self.filters.clone(),
        };
        let keys = suggestions::suggest(&self.desk, wanted).await?.data.into_iter();
        Ok(keys.map(|key| key.name).collect())
    }
}

impl Writer {
    fn json(mut out: Buffer, export: &Export) -> Result<Self> {
        let range = serde_json::to_string(&export.period.echo()).map_err(Error::internal)?;
        let filters = serde_json::to_string(&export.filters).map_err(Error::internal)?;
        let domain = serde_json::to_string(export.desk.scope.domain()).map_err(Error::internal)?;
        let head = format!("{{\"domain\":{domain},\"date_range\":{range},\"filters\":{filters},\"reports\":{{");
        out.write_all(head.as_bytes()).map_err(Error::internal)?;
        Ok(Writer::Json {
            out,
            first_file: true,
            first_row: true,
        })
    }

    fn begin(&mut self, file: &File) -> Result<()> {
        match self {
            Writer::Csv(zip) => {
                let options = SimpleFileOptions::default();
                zip.start_file(format!("{}.csv", file.name), options)
                    .map_err(Error::internal)?;
                record(zip, file.columns.iter().map(|column| (*column).to_owned()))
            }
            Writer::Json {
                out,
                first_file,
                first_row,
            } => {
                let comma = if std::mem::take(first_file) { "" } else { "," };
                *first_row = true;
                write!(out, "{comma}\"{}\":[", file.name).map_err(Error::internal)
            }
        }
    }

    fn row(&mut self, file: &File, key: Option<&str>, row: &Row) -> Result<()> {
        let names = key.into_iter().chain(row.dimensions.iter().map(String::as_str));
        match self {
            Writer::Csv(zip) => {
                let names = names.map(|name| defused(name).into_owned());
                record(zip, names.chain(row.metrics.iter().map(|metric| number(*metric))))
            }
            Writer::Json { out, first_row, .. } => {
                let names = names.map(|name| serde_json::json!(name));
                let numbers = row
                    .metrics
                    .iter()
                    .map(|metric: &Option<Number>| serde_json::json!(metric));
                let columns = file.columns.iter().map(|column| (*column).to_owned());
                let object: serde_json::Map<_, _> = columns.zip(names.chain(numbers)).collect();
                let comma = if std::mem::take(first_row) { "" } else { "," };
                write!(out, "{comma}{}", serde_json::Value::Object(object)).map_err(Error::internal)
            }
        }
    }

    fn end(&mut self) -> Result<()> {
        match self {
            Writer::Csv(_) => Ok(()),
            Writer::Json { out, .. } => out.write_all(b"]").map_err(Error::internal),
        }
    }

    fn finish(self) -> Result<()> {
        match self {
            Writer::Csv(zip) => zip.finish().map(drop).map_err(Error::internal),
            Writer::Json { mut out, .. } => out.write_all(b"}}").map_err(Error::internal),
        }
    }
}

/// One line of CSV after RFC 4180.
fn record(out: &mut impl Write, cells: impl Iterator<Item = String>) -> Result<()> {
    let mut line = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(out);
    line.write_record(cells.collect::<Vec<_>>()).map_err(Error::internal)?;
    line.flush().map_err(Error::internal)
}
