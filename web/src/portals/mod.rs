//! A client portal: the health of one site, or of several, as a client sees it behind a secret link.
//!
//! Promises: the page shows what the answer of its one call holds and nothing else: no finding, no address, no link to anything
//! of the account. What was not measured is called "Not measured". Where the brand has a name or a logo, or wants no footer,
//! nothing on the page names Vitrine. The page asks again once a minute while somebody looks; after a revocation the numbers,
//! the site's picture and the brand are gone with the next answer. It has no router and keeps nothing in the browser: the
//! program `portal` consists of this slice alone. Absent: how portals are set up (`agency`).

pub mod brand;
mod cards;
mod expiry;
pub mod open;
mod page;
mod site;
