//! The parts that pages are made of. None knows a DTO or makes a request.
//!
//! Every part works by keyboard, names itself to a screen reader and shows nothing by colour alone. Styles are classes
//! from `web/styles`; no part sets a style string, which the content security policy forbids.

pub mod announce;
pub mod confirm;
pub mod copy;
pub mod dialog;
pub mod dom;
pub mod error_box;
pub mod field;
pub mod icon;
pub mod menu;
pub mod theme;
