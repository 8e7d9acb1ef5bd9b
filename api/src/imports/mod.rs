//! Numbers from before: access logs become page views, Plausible's export becomes days of totals.
//!
//! Promises: a file that is given twice adds nothing twice, and one that has grown goes on where it ended, also after `kill -9`
//! in the middle; a day that has numbers from elsewhere is left out; no address of a log is ever at rest, but for
//! the sealed file that waits for its turn; removing an import takes out exactly what it brought. Memory is bounded.
//!
//! The place up to which a file is taken stands in the engine, written in the transaction of the page views before it. The
//! metadata store knows the file by a keyed hash of its beginning. One import writes at a time. A program beside a running
//! server seals the file into the data folder and enters it; the server does the rest.
//!
//! Absent: answering questions about days of totals (`reports`), logs in JSON.

mod access_log;
pub mod books;
pub mod input;
pub mod model;
mod plausible;
mod routes;
pub mod running;
pub mod service;
pub mod spool;
mod store;
mod upload;

pub use routes::configure;
