//! What is to be written, to the byte.

use serde::{Deserialize, Serialize};

/// Rows for some tables, and sites to delete before. Written to the ledger before anything of it is carried out, so that whoever carries it out again
/// writes the same rows under the same tokens.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Plan {
    /// Sites whose rows go.
    pub(super) deleted_sites: Vec<String>,
    /// Rows that come.
    pub(super) inserts: Vec<Insert>,
}

/// Rows of a table as lines of JSON.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Insert {
    /// The table.
    pub(super) table: String,
    /// Its rows.
    pub(super) rows: String,
}

impl Plan {
    /// Adds rows of a table, if there are any.
    pub(super) fn insert<R: Serialize>(
        &mut self,
        table: &str,
        rows: impl IntoIterator<Item = R>,
    ) -> serde_json::Result<()> {
        let mut lines = String::new();
        for row in rows {
            lines.push_str(&serde_json::to_string(&row)?);
            lines.push('\n');
        }
        if !lines.is_empty() {
            self.inserts.push(Insert {
                table: table.to_owned(),
                rows: lines,
            });
        }
        Ok(())
    }

    /// True when there is nothing to do.
    pub(super) fn is_empty(&self) -> bool {
        self.deleted_sites.is_empty() && self.inserts.is_empty()
    }
}
