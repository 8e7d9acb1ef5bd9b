//! Plausible's export: a ZIP of CSV files with a row a day and value.

use super::input::Source;
use super::running::Running;
use crate::error::Result;
use crate::state::State;

/// Imports an export.
pub async fn run(_state: &State, _running: &mut Running<'_>, _source: Source) -> Result<Option<String>> {
    Ok(Some("not yet".to_owned()))
}
