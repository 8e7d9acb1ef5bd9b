//! Imports: a site's owner gives access logs or Plausible's export, sees how far each is and what it brought, and takes it
//! out again.
//!
//! The list is asked again each second while something is under way. Absent: the format of a log, which the server tells
//! from its lines.

pub mod manage;
mod row;
