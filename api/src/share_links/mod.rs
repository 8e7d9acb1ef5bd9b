//! Share links: read-only access to one site for people without an account.
//!
//! Promises. A link is a name and a token; the token is 12 lower-case hex characters from the operating system's random
//! source, never changes and is never issued again. A site has at most ten active links; the schema holds that. A
//! recipient needs token and domain together; anything else is one and the same 404. The link is looked up in the store
//! for every call that carries its token, so that once a revocation is answered no later request is served. At rest a
//! token is a keyed hash to find it by and an encrypted copy to show its owner; logs never hold one.
//!
//! Limits: 30 resolve calls in any 60 seconds an address, and 30 failed tokens on any call.
//!
//! Opens are counted in memory and written each second: a crash may lose the last second's.
//!
//! Absent: passwords, segments, expiry, framing.

mod embed;
pub mod limits;
mod manage;
mod model;
mod open;
pub mod opens;
pub mod service;
mod store;

use utoipa_actix_web::service_config::ServiceConfig;

/// Adds the routes of owners and of recipients.
pub fn configure(config: &mut ServiceConfig<'_>) {
    manage::configure(config);
    open::configure(config);
}

/// Adds the route of the script for pages that frame a dashboard.
pub fn configure_script(config: &mut ServiceConfig<'_>) {
    config.service(embed::get_embed_script);
}
