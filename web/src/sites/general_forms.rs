//! The forms of the general settings: time zone and currency, and the favicon.

use super::currencies;
use crate::app::session::{Session, use_session};
use crate::app::unsaved;
use crate::client::sites;
use crate::format::intl;
use crate::router::{Router, use_router};
use crate::ui::Views;
use crate::ui::announce::announcer;
use crate::ui::button::submit;
use crate::ui::dom;
use crate::ui::tasks::spawn;
use leptos::prelude::*;
use shared::patch::Patch;
use shared::site::{Site, UpdateSite};

/// The server takes no larger image; a `data:` URL is a third longer than what it carries.
const FAVICON_BYTES_MAX: f64 = 24_000.0;

/// Options of all time zones, one of them chosen.
pub fn zone_options(zones: &[String], chosen: &str) -> AnyView {
    let known = zones.iter().any(|zone| zone == chosen);
    let extra = (!known).then(|| chosen.to_owned());
    let option = |zone: String| {
        let selected = zone == chosen;
        view! { <option value=zone.clone() selected=selected>{zone.replace('_', " ")}</option> }
    };
    extra
        .into_iter()
        .chain(zones.iter().cloned())
        .map(option)
        .views()
        .into_any()
}

/// Saves changes of a site and says so beside the form.
#[derive(Clone, Copy)]
struct Saver {
    router: Router,
    session: Session,
    announce: Callback<String>,
    busy: RwSignal<bool>,
    said: RwSignal<&'static str>,
    error: RwSignal<String>,
    /// The site as it was saved last.
    site: RwSignal<Site>,
}

impl Saver {
    fn new(site: Site) -> Self {
        Saver {
            router: use_router(),
            session: use_session(),
            announce: announcer(),
            busy: RwSignal::new(false),
            said: RwSignal::new(""),
            error: RwSignal::new(String::new()),
            site: RwSignal::new(site),
        }
    }

    fn save(self, body: UpdateSite) {
        let id = self.site.with_untracked(|site| site.id.clone());
        self.busy.set(true);
        self.said.set("");
        self.error.set(String::new());
        spawn(async move {
            let answer = sites::update(&id, &body).await;
            self.busy.try_set(false);
            match answer {
                Ok(site) => {
                    self.said.try_set("Saved");
                    self.announce.run("Saved".to_owned());
                    self.session.put(site.clone());
                    self.site.try_set(site);
                }
                Err(failure) => {
                    if let Some(failure) = self.session.check(failure, self.router) {
                        self.error.try_set(failure.message());
                    }
                }
            }
        });
    }

    fn outcome(self) -> AnyView {
        view! {
            <span class="saved">{self.said}</span>
            <p class="field-error" role="alert">{self.error}</p>
        }
        .into_any()
    }
}

/// Time zone and currency.
#[component]
pub fn DetailsForm(
    /// The site.
    site: Site,
) -> impl IntoView {
    let saver = Saver::new(site.clone());
    let (zones, _) = intl::time_zones();
    let zone = RwSignal::new(site.timezone.clone());
    let currency = RwSignal::new(site.currency.clone());
    let currencies = currencies::offered(&[&site.currency]).into_iter().map(|code| {
        let chosen = code == site.currency;
        view! { <option value=code.clone() selected=chosen>{code.clone()}</option> }
    });
    let currencies = currencies.views();
    unsaved::watch(move || {
        saver
            .site
            .with(|site| zone.with(|zone| *zone != site.timezone) || currency.with(|code| *code != site.currency))
    });
    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let body = UpdateSite {
            timezone: Patch::Value(zone.get_untracked()),
            currency: Patch::Value(currency.get_untracked()),
            ..UpdateSite::default()
        };
        saver.save(body);
    };
    view! {
        <section class="card block" aria-labelledby="details-title">
            <h2 id="details-title">"Site"</h2>
            <form class="stack" on:submit=on_submit novalidate>
                <div class="field">
                    <label for="zone">"Time zone"</label>
                    <select id="zone" class="select" on:change=move |event| zone.set(event_target_value(&event))>
                        {zone_options(&zones, &site.timezone)}
                    </select>
                    <p class="field-help">"Counts from the next event on. Past days keep the days they were counted on."</p>
                </div>
                <div class="field">
                    <label for="currency">"Currency"</label>
                    <select id="currency" class="select" on:change=move |event| currency.set(event_target_value(&event))>
                        {currencies}
                    </select>
                </div>
                <div class="actions start">
                    {submit("Save", saver.busy)}
                    {saver.outcome()}
                </div>
            </form>
        </section>
    }
}

/// The site's image.
#[component]
pub fn FaviconForm(
    /// The site.
    site: Site,
) -> impl IntoView {
    let saver = Saver::new(site.clone());
    let upload = Callback::new(move |image: String| {
        saver.save(UpdateSite {
            favicon: Patch::Value(image),
            ..UpdateSite::default()
        });
    });
    let on_pick = move |event: web_sys::Event| {
        let Some(file) = dom::input_of(&event)
            .and_then(|input| input.files())
            .and_then(|files| files.item(0))
        else {
            return;
        };
        if file.size() > FAVICON_BYTES_MAX {
            saver.error.set("The image is larger than 24 KB.".to_owned());
            return;
        }
        spawn(async move {
            match dom::data_url(&file).await {
                Some(url) => upload.run(url),
                None => saver.error.set("The image could not be read.".to_owned()),
            }
        });
    };
    let reset = move |_| {
        saver.save(UpdateSite {
            favicon: Patch::Null,
            ..UpdateSite::default()
        })
    };
    view! {
        <section class="card block" aria-labelledby="favicon-title">
            <h2 id="favicon-title">"Favicon"</h2>
            <div class="favicon-form">
                <img class="favicon large" src=move || saver.site.with(|site| site.favicon.clone()) alt="" width="48" height="48" />
                <div class="field">
                    <label for="favicon">"Image"</label>
                    <input id="favicon" class="input" type="file" accept="image/png,image/jpeg,image/gif,image/webp,image/x-icon"
                        aria-describedby="favicon-help" on:change=on_pick />
                    <p class="field-help" id="favicon-help">"PNG, JPEG, GIF, WebP or ICO, up to 24 KB. It is shown on share links too."</p>
                </div>
            </div>
            <div class="actions start">
                <button type="button" class="btn" prop:disabled=saver.busy on:click=reset>"Use the drawn one"</button>
                {saver.outcome()}
            </div>
        </section>
    }
}
