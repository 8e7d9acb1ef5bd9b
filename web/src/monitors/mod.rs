//! A site's health: the score and why, what is checked, and what was found.
//!
//! Promises: whoever reads the site's dashboard reads its health; only its owner is shown what can be changed. A state is
//! told by a shape and a word, never by a colour alone. What is on the page follows the server by itself, and keeps what it
//! shows when a refresh fails. Absent: what a client sees (`portals`).

mod advice;
mod checks;
pub mod facts;
mod findings;
pub mod formula;
mod gains;
mod incidents;
mod lighthouse;
pub mod monitor_page;
pub mod overview;
pub mod paged;
mod response;
mod run;
mod score;
mod settings;
mod state;
mod switch;
mod uptime;
pub mod vitals;
pub mod words;
