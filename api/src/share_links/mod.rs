//! Share links: read-only access to one site for people without an account.
//!
//! Promises. A link is a name and a token; the token is 12 lower-case hex characters from the operating system's random
//! source, never changes and is never issued again. A site has at most ten active links; the schema holds that. A
//! recipient needs token and domain together; anything else is one and the same 404. The link is looked up in the store
//! for every call that carries its token, by a read that begins after the call (which calls at the same time may share),
//! so that once a revocation is answered no later request is served. At rest a
//! token is a keyed hash to find it by and an encrypted copy to show its owner; logs never hold one.
//!
//! A link may ask for a password, be bound to a segment, expire, and name the sites that may frame it. A protected link
//! shows nothing until its password is exchanged for a grant; a grant names link and version, lives at most 24 hours, is
//! checked against the live row at each call, and ends when the link is revoked or expires or its password or segment
//! changes. What a link is bound to goes into the `Scope` of its requests, and so into every statement. An expired link
//! is dead for recipients and keeps its slot until the owner revokes it or gives it another end.
//!
//! Limits: 30 resolve calls in any 60 seconds an address, and 30 failed tokens on any call; five wrong passwords a minute
//! of one link and address, sixty an hour of one link.
//!
//! Opens are counted in memory and written each second: a crash may lose the last second's.

mod compat;
mod embed;
mod grant;
pub mod limits;
mod manage;
mod model;
mod open;
pub mod opening;
pub mod opens;
pub mod service;
mod store;
mod unlock;

use utoipa_actix_web::service_config::ServiceConfig;

/// Adds the routes of owners and of recipients.
pub fn configure(config: &mut ServiceConfig<'_>) {
    manage::configure(config);
    open::configure(config);
}

/// Adds the path of Plausible's clients.
pub fn configure_compat(config: &mut ServiceConfig<'_>) {
    compat::configure(config);
}

/// Adds the route of the script for pages that frame a dashboard.
pub fn configure_script(config: &mut ServiceConfig<'_>) {
    config.service(embed::get_embed_script);
}
