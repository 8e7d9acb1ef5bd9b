//! The Vitrine web app: dashboards and settings, run in the browser.
//!
//! It is built as programs (`shared::app`), each with its page; what several hold is here once. The linker leaves out
//! of each what only others show.
//!
//! `router` decides the page, `client` makes the requests, `ui` holds the parts, `format` writes numbers and dates; the
//! other folders are the product's nouns and hold its pages.

mod accounts;
mod agency;
mod annotations;
mod api_keys;
mod app;
mod client;
mod format;
mod funnels;
mod goals;
mod imports;
mod members;
mod monitors;
mod notices;
mod portals;
mod reports;
mod router;
mod segments;
mod share_links;
mod shields;
mod sites;
mod ui;

use shared::app::App;

/// Runs the program of shared dashboards in the page that carries it.
pub fn share() {
    report_panics();
    app::mount(App::Share, app::share::page, |_| ());
}

/// Runs the program of an account's dashboards in the page that carries it.
pub fn dashboard() {
    report_panics();
    app::mount(App::Dashboard, app::dashboard::page, |_| ());
}

/// Runs the program of the account in the page that carries it.
pub fn account() {
    report_panics();
    app::mount(App::Account, app::account::page, app::unsaved::guard);
}

/// Runs the program of a site's settings in the page that carries it.
pub fn settings() {
    report_panics();
    app::mount(App::Settings, app::settings::page, app::unsaved::guard);
}

/// Runs the program of what a site measures in the page that carries it.
pub fn measuring() {
    report_panics();
    app::mount(App::Measuring, app::measuring::page, app::unsaved::guard);
}

/// Runs the program of a site's health in the page that carries it.
pub fn health() {
    report_panics();
    app::mount(App::Health, app::health::page, app::unsaved::guard);
}

/// Runs the program of an account's portals in the page that carries it.
pub fn agency() {
    report_panics();
    app::mount(App::Agency, app::agency::page, app::unsaved::guard);
}

/// Runs the program of client portals in the page that carries it.
pub fn portal() {
    report_panics();
    app::show(portals::open::portal);
}

/// In a release a panic is a trap, which the boot script of the page turns into a page of its own.
fn report_panics() {
    #[cfg(debug_assertions)]
    console_error_panic_hook::set_once();
}
