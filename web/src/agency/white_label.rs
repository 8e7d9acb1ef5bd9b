//! `/settings/portal/white-label`: how the account's portals look.

use super::brand::brand_form;
use super::logo::logo;
use super::office::{Office, office_page, shown};
use super::preview::preview;
use crate::app::session::Loaded;
use crate::client::agency;
use leptos::prelude::*;
use shared::branding::Branding;

/// A brand in the making: what the preview shows.
#[derive(Clone, Copy)]
pub struct Draft {
    /// The page's office.
    pub office: Office,
    /// The company's name, as it is typed.
    pub company: RwSignal<String>,
    /// The accent, as it is typed.
    pub accent: RwSignal<String>,
    /// Whether portals have no footer.
    pub hide_footer: RwSignal<bool>,
    /// Whether shared dashboards carry the brand too.
    pub on_share_links: RwSignal<bool>,
    /// Whether mails carry the company's name.
    pub on_mails: RwSignal<bool>,
    /// Where the logo is.
    pub logo: RwSignal<Option<String>>,
    /// What was last saved.
    pub saved: RwSignal<Branding>,
}

/// The page.
pub fn white_label_page() -> AnyView {
    let office = Office::here();
    let brand = RwSignal::new(None as Loaded<Branding>);
    let load = move || office.load(brand, Box::pin(agency::branding()));
    load();
    let body = move |branding: Branding| {
        let draft = Draft {
            office,
            company: RwSignal::new(branding.company_name.clone().unwrap_or_default()),
            accent: RwSignal::new(branding.accent.clone().unwrap_or_default()),
            hide_footer: RwSignal::new(branding.hide_footer),
            on_share_links: RwSignal::new(branding.on_share_links),
            on_mails: RwSignal::new(branding.on_mails),
            logo: RwSignal::new(branding.logo_url.clone()),
            saved: RwSignal::new(branding),
        };
        view! {
            <div class="branding">
                <div>{brand_form(draft)} {logo(draft)}</div>
                {preview(draft)}
            </div>
        }
        .into_any()
    };
    let body = view! {
        <p class="muted lead">"All portals of the account carry it."</p>
        {shown(brand, Callback::new(move |()| load()), body)}
    };
    office_page("wide", "/settings/portal/white-label", "White label", body.into_any())
}
