//! The account's sites: the overview, adding one, its dashboard, its general settings.
//!
//! A new site shows its snippet until the first visit arrives and then turns into the dashboard by itself. Deleting
//! asks for the domain; resetting asks twice.

mod add;
mod card;
pub mod currencies;
pub mod general;
mod general_forms;
mod install;
pub mod managed;
pub mod overview;
pub mod own_site;
pub mod site_page;
mod switcher;
