//! Notices: the site's owner is told when an incident opens and when it closes, by mail or by a signed webhook.
//!
//! Promises. What is told stands in the outbox (`notices`) before the transaction that records the incident commits: there is one
//! notice a transition and channel, none is lost when the process is killed, and two servers send none twice, as a turn is
//! taken by a conditional update (`outbox`). A notice may arrive twice when a server dies between sending and noting it: its
//! `webhook-id` and `Message-ID` stay the same; a stop waits for what is being sent. A closing follows its opening, or both are one notice when nobody was told yet.
//! What does not arrive is tried seven times in 17 hours, then kept as failed with its reason.
//!
//! In quiet hours of the site's zone notices wait until their end. Within maintenance windows nothing opens or closes, so
//! nothing is told. An incident that gets worse is one notice, of what is now.
//!
//! A webhook's URL and each connection to it pass the egress guard; no redirect is followed. Bodies are signed by Standard Webhooks.
//! A mail address is told nothing until a code that was sent there comes back, the account's own neither: an invitation lets its holder
//! sign up with any address. Mails have no remote content, and nothing in them can add a header.
//!
//! Only the site's owner sees and changes any of it. When a site goes to another owner, its channels are deleted.
//!
//! Absent: other channels, templates, weekly reports, a way for a mail's recipient to end it without its sender.

mod hook;
mod letter;
mod mail;
mod model;
mod outbox;
mod quiet;
mod routes;
pub mod service;
mod sign;
mod store;

pub use outbox::{Notices, settle, work};
pub use routes::configure;
