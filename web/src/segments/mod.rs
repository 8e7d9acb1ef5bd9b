//! Segments: named sets of filters of a site.
//!
//! The owner manages them in the settings, with a builder for conditions that all hold; what the API combined with `or`
//! and `not` is shown in words and can only be renamed. On a dashboard an account applies a segment as ordinary filters
//! of the URL, and its owner saves the present filters as one. What a share link forces is not decided here: the server
//! adds it to every question (`reports::locked` shows it).

mod builder;
mod form;
pub mod manage;
pub mod menu;
mod row;
mod save;
