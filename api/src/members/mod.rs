//! Who may see a site: its members, invitations to become one, and the transfer to another owner.
//!
//! Promises. A site has exactly one owner, which the schema holds, and any number of viewers up to a hundred members and
//! open invitations. A viewer reads the dashboard and the site's own fields, and nothing else; a viewer may leave; leaving
//! and removal hold from the next request on. An invitation is good once and for seven days; with an address only the account of that address may
//! accept it, without one whoever holds its link. Its token is kept as a keyed hash to find it by and an encrypted copy
//! to show the owner. A dead, unknown or foreign token is one and the same 404; an address that keeps failing is 429.
//! Accepting is one transaction: a token makes one member, and a transfer never leaves two owners or none. After it
//! the former owner is a viewer, so that their API keys read what a viewer reads, the share links are the new
//! owner's, and the channels that told the former owner of incidents are gone.
//!
//! Only people invite people: an API key can't, because the access that it handed out would outlive it.
//!
//! Addresses of accounts are not verified. So an invitation is shown in the account of its address only when the
//! account is older than the invitation; whoever signs up later needs the link.
//!
//! Absent: mail, roles between viewer and owner.

mod model;
mod routes;
pub mod service;
mod store;

pub use routes::configure;
