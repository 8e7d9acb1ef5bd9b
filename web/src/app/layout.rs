//! The frame of the pages of a signed-in account.

use crate::router::routes::{self, HealthPage};
use crate::ui::Views;
use crate::ui::icon::icon;
use crate::ui::theme::ThemeButton;
use leptos::prelude::*;

/// Top bar and main area.
#[component]
pub fn OwnerPage(
    /// An extra class of the main area, for its width.
    #[prop(optional)]
    class: &'static str,
    /// The page.
    children: Children,
) -> impl IntoView {
    view! {
        <header class="topbar">
            <div class="topbar-in">
                <a class="brand" href="/sites">{icon("brand")}<span>"Vitrine"</span></a>
                <nav aria-label="Main">
                    <a href="/sites">"Sites"</a>
                    <a href="/settings/portal">"Portals"</a>
                    <a href="/settings/api-keys">"API keys"</a>
                    <a href="/settings/account">"Account"</a>
                </nav>
                <ThemeButton />
            </div>
        </header>
        <main id="main" class=format!("main {class}") tabindex="-1">{children()}</main>
    }
}

/// The heading of a site's settings, with its pages.
#[component]
pub fn SettingsNav(
    /// The site's domain.
    domain: String,
    /// The page that is shown.
    current: &'static str,
) -> impl IntoView {
    let pages = [
        ("general", "General"),
        ("share-links", "Share links"),
        ("segments", "Segments"),
        ("goals", "Goals"),
        ("funnels", "Funnels"),
        ("shields", "Shields"),
        ("notes", "Notes"),
        ("people", "People"),
        ("imports", "Imports"),
    ]
    .map(|(page, label)| {
        let here = (page == current).then_some("page");
        view! { <a href=routes::site_settings(&domain, page) aria-current=here>{label}</a> }
    });
    let health = routes::health(&domain, HealthPage::Overview);
    view! {
        <div class="settings-head">
            <a class="quiet-link" href=routes::dashboard(&domain)>{icon("left")} {domain.clone()}</a>
            <nav class="subnav" aria-label="Settings">{pages.into_iter().views()} <a href=health>"Health"</a></nav>
        </div>
    }
}
