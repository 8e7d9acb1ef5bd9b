//! The one door outward: every call to an address that people give goes through here.
//!
//! Promises. A name is resolved here, every address that it has is looked at, and the connection goes to those very
//! addresses: there is no second look-up that could say something else, and no connection is kept for a later call. An address
//! that is private, local, reserved, or that carries another address inside itself is refused, unless the operator lists its
//! network in the setting `egress_allow`. Redirects are followed here, one by one, under the same rules, within one budget of
//! time. What comes back is bounded: its head, its decoded body, its time.
//!
//! Why not a general client: those resolve, connect and keep connections inside themselves; here the checked address has to be
//! the one that is connected to. hyper speaks HTTP, rustls TLS, hickory DNS.
//!
//! Absent: proxies, cookies, HTTP/2, following a redirect from https to http.

pub mod addresses;
mod body;
mod connect;
mod fault;
mod fetch;
pub mod guard;
mod names;
mod own_network;
mod tls;

pub use connect::{Connection, Egress, server_name};
pub use fault::Fault;
pub use fetch::{Answer, Request};
pub use names::Alias;
pub use tls::{Shown, Trust};
