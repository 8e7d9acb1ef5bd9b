//! The Vitrine web app: dashboards and settings, run in the browser.
//!
//! It is built as two programs (`shared::app`), each with its page; what both hold is here once. The linker leaves out
//! of each what only the other shows.
//!
//! `router` decides the page, `client` makes the requests, `ui` holds the parts, `format` writes numbers and dates; the
//! other folders are the product's nouns and hold its pages.

mod accounts;
mod api_keys;
mod app;
mod client;
mod format;
mod imports;
mod members;
mod reports;
mod router;
mod segments;
mod share_links;
mod sites;
mod ui;

use shared::app::App;

/// Runs the program of the dashboards in the page that carries it.
pub fn dashboard() {
    report_panics();
    app::mount(App::Dashboard, app::dashboard::page, |_| ());
}

/// Runs the program of the settings in the page that carries it.
pub fn settings() {
    report_panics();
    app::mount(App::Settings, app::settings::page, app::unsaved::guard);
}

/// In a release a panic is a trap, which the boot script of the page turns into a page of its own.
fn report_panics() {
    #[cfg(debug_assertions)]
    console_error_panic_hook::set_once();
}
