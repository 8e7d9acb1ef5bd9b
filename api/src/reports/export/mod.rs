//! Exports: everything that is seen of a range, as a ZIP of CSV files or as one JSON document.
//!
//! Promises. The files and their columns are those of Plausible's export. Rows go from the engine to the client some at a time.
//! A cell that a spreadsheet would take for a formula is defused. An answer that breaks off, because the key to the door no
//! longer opens it or the engine failed, has no end that could be taken for a whole.

mod cells;
mod files;
mod rows;
mod write;

pub use write::{Export, Format};
