//! The built web app, served from the program itself.
//!
//! Files with a hash in their name stand under `/assets` and never change; they are compressed when the app is built
//! (brotli, gzip) and negotiated. A page is that of its program, with the headers of its surface; its policy names the
//! hashes of the inline scripts that the build put in, so that no `unsafe-inline` is needed.
//!
//! A debug build reads the files from `web/dist` when asked; a release build holds them.

mod assets;
mod csp;
mod shell;

use actix_web::web::ServiceConfig;

/// Adds the routes.
pub fn configure(config: &mut ServiceConfig) {
    config
        .service(assets::get_asset)
        .service(shell::get_share_shell)
        .service(shell::get_portal_shell);
}

pub use shell::owner_shell;
