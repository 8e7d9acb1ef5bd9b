//! Share links: the owner's list, and what a recipient opens.
//!
//! The owner makes, copies, renames and revokes links; a revoked one never comes back, so revoking asks once more in
//! place. A recipient sees the dashboard and nothing of the owner; whatever call finds the link gone, the page is
//! replaced by one and the same sentence and all data dropped. Absent so far: passwords, segments, frames.

mod form;
mod gate;
pub mod manage;
pub mod open;
mod row;
