//! What a client sees of the health of one site, or of several, behind the link of a portal.
//!
//! Promises: nothing but what the answer of the one call holds is shown: no finding, no address, no way to anything else of
//! the account. What was not measured is said to be so. Where the brand has a name or a logo, or wants no footer, nothing on
//! the page names Vitrine. The page asks again by itself; once the link is dead, what it showed is gone. It has no router and
//! keeps nothing: it is all that its program holds. Absent: how portals are set up (`agency`).

pub mod brand;
mod cards;
mod expiry;
pub mod open;
mod page;
mod site;
