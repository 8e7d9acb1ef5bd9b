//! Share links: the owner's list, and what a recipient opens.
//!
//! The owner makes, copies, changes and revokes links; a revoked one never comes back, so revoking asks once more in
//! place. A recipient gives the password of a protected link first, then sees the dashboard and nothing of the owner;
//! whatever call finds the link gone, the page is replaced by one and the same sentence and all data dropped. A grant
//! stays in the page and, where there is storage, in its tab. What a framed or hung-up page asks of itself is
//! `page/frame.js`.

mod activity;
mod brand;
mod embed;
mod fields;
mod form;
mod gate;
pub mod manage;
pub mod open;
mod row;
