//! What an account hands to its clients: portals and their links, how they look, where they answer, and all sites at a glance.
//!
//! Promises: a link that is made anew or revoked asks once more in place, and says what becomes of the old one; a colour is
//! shown as clients will read it, in both themes, before it is saved; what becomes of each site of many is told site by site.
//! Absent: what a client sees (`portals`).

mod brand;
mod bulk;
pub mod domain;
mod frames;
mod group_form;
mod groups;
mod logo;
mod office;
pub mod overview;
pub mod portals;
mod preview;
mod row;
pub mod white_label;
