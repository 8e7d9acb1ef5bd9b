//! Plausible's own path for statistics, `POST /api/v2/query`, so that its clients work against this server unchanged.
//!
//! A question is read in Plausible's words and asked in ours: names of countries and regions become codes, segments what they
//! hold, and the answer is told the way back. Everything else (rights, limits, numbers) is that of `/sites/{site_id}/query`.
//!
//! What differs, and is documented in docs/api.md: cities have names and no GeoName ids, segments have our ids, errors are
//! problem documents.

mod answer;
mod filters;
mod money;
mod places;
mod question;

pub use answer::{PlausibleAnswer, told};
pub use question::{Asked, PlausibleQuery};
