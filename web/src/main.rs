//! The Vitrine web app: dashboards and settings, run in the browser.
//!
//! `router` decides the page, `client` makes the requests, `ui` holds the parts, `format` writes numbers and dates; the
//! other folders are the product's nouns and hold its pages.

mod accounts;
mod api_keys;
mod app;
mod client;
mod format;
mod reports;
mod router;
mod share_links;
mod sites;
mod ui;

fn main() {
    // In a release a panic is a trap, which the boot script of index.html turns into a page of its own.
    #[cfg(debug_assertions)]
    console_error_panic_hook::set_once();
    app::mount();
}
