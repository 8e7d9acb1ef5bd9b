//! Shields: what a site's owner does not want counted, and how much was left out.
//!
//! A shield holds from the next event on. Addresses, countries and pages that are listed are left out; of hostnames, all
//! but those that are listed. Absent: changing one; it is removed and made anew.

mod countries;
mod form;
mod kinds;
mod left_out;
pub mod manage;
pub mod retention;
