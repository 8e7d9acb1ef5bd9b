//! `vitrine demo`.

use crate::app::StartError;
use crate::config::Config;

/// Placeholder until the data generator lands.
pub async fn demo(_config: Config) -> Result<(), StartError> {
    Ok(())
}
