//! What checks meet: web servers that misbehave, name servers that change their mind, mail servers. Each listens on a loopback address of
//! its own. `PUBLIC` stands for the internet: tests let checks reach it, and nothing else of this machine.

mod dns;
mod gate;
mod smtp;
pub mod tls;
mod web;

pub use dns::{Dns, Record};
pub use gate::{Gate, Passage};
pub use smtp::Smtp;
pub use web::{Reply, Web};

/// The network that tests allow.
pub const PUBLIC: &str = "127.0.1.0/24";
/// An address in it.
pub const PUBLIC_ADDRESS: &str = "127.0.1.1";
/// An address that nothing may reach.
pub const PRIVATE_ADDRESS: &str = "127.0.0.1";
