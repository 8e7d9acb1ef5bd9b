//! Numbers, dates and names as the browser's language writes them.
//!
//! The server's time labels already stand in the site's zone: their own wall clock is shown, never converted. Only
//! true instants (`created_at`) are converted, into the zone that the caller names.

pub mod ago;
pub mod css;
pub mod date;
pub mod duration;
pub mod intl;
pub mod number;
pub mod place;
