//! `/<domain>/settings/general`.

use super::general_forms::{DetailsForm, FaviconForm};
use super::install::snippet;
use super::own_site::owned_site;
use crate::app::session::use_session;
use crate::app::{OwnerPage, SettingsNav};
use crate::client::sites;
use crate::router::{Step, use_router};
use crate::shields::retention::retention;
use crate::ui::announce::announcer;
use crate::ui::confirm::ConfirmButton;
use crate::ui::copy::CopyField;
use crate::ui::dom;
use crate::ui::field::{Field, FieldSpec};
use crate::ui::tasks::spawn;
use leptos::prelude::*;
use shared::site::Site;

const TYPED_DOMAIN: FieldSpec = FieldSpec::text("typed-domain", "Type the domain to delete the site");

/// A site's general settings.
#[component]
pub fn GeneralPage(
    /// The site's domain.
    domain: String,
) -> impl IntoView {
    dom::set_title(&format!("Settings · {domain}"));
    let nav = domain.clone();
    view! {
        <OwnerPage class="settings">
            <SettingsNav domain=nav current="general" />
            <h1 tabindex="-1">"General"</h1>
            {owned_site(domain, Box::new(|| view! { <div class="card block skeleton-block"></div> }.into_any()), Box::new(page))}
        </OwnerPage>
    }
}

fn page(site: Site) -> AnyView {
    view! {
        <DetailsForm site=site.clone() />
        <FaviconForm site=site.clone() />
        <section class="card block" aria-labelledby="snippet-title">
            <h2 id="snippet-title">"Snippet"</h2>
            <p class="muted">"Put this on every page, inside <head>."</p>
            <CopyField name="Snippet" label="Copy" text=snippet(&site.domain) />
        </section>
        {retention(&site)}
        <DangerZone site=site />
    }
    .into_any()
}

#[component]
fn DangerZone(
    /// The site.
    site: Site,
) -> impl IntoView {
    let (router, session) = (use_router(), use_session());
    let announce = announcer();
    let (typed, error) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (resetting, deleting) = (RwSignal::new(false), RwSignal::new(false));
    let done = RwSignal::new("");
    let (id, domain) = (site.id.clone(), site.domain.clone());
    let reset_id = id.clone();
    let reset = Callback::new(move |()| {
        let id = reset_id.clone();
        resetting.set(true);
        spawn(async move {
            let answer = sites::reset(&id).await;
            resetting.try_set(false);
            match answer {
                Ok(()) => {
                    done.try_set("All data deleted");
                    announce.run("All data deleted".to_owned());
                }
                Err(failure) => {
                    if let Some(failure) = session.check(failure, router) {
                        error.try_set(failure.message());
                    }
                }
            }
        });
    });
    let wanted = domain.clone();
    let wanted = StoredValue::new(wanted);
    let matches = move || typed.with(|typed| wanted.with_value(|wanted| typed.trim() == wanted));
    let deleted_domain = domain.clone();
    let on_delete = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if !untrack(matches) {
            error.set("This is not the domain.".to_owned());
            return;
        }
        let (id, domain) = (id.clone(), deleted_domain.clone());
        deleting.set(true);
        spawn(async move {
            let answer = sites::delete(&id).await;
            deleting.try_set(false);
            match answer {
                Ok(()) => {
                    router.go("/sites", Step::Push);
                    session.remove(&domain);
                    announce.run("Site deleted".to_owned());
                }
                Err(failure) => {
                    if let Some(failure) = session.check(failure, router) {
                        error.try_set(failure.message());
                    }
                }
            }
        });
    };
    view! {
        <section class="card block danger" aria-labelledby="danger-title">
            <h2 id="danger-title">"Danger zone"</h2>
            <div class="row-between">
                <div>
                    <h3>"Reset data"</h3>
                    <p class="muted">"Deletes every visit of this site. Settings and share links stay."</p>
                </div>
                <ConfirmButton label="Reset data" question="Delete all data?" about=domain.clone() busy=resetting on_confirm=reset />
            </div>
            <p class="saved" role="status">{done}</p>
            <form class="stack" on:submit=on_delete novalidate>
                <div>
                    <h3>"Delete site"</h3>
                    <p class="muted">"Its data and share links go with it, at once and for good."</p>
                </div>
                <Field spec=TYPED_DOMAIN value=typed error=error />
                <div class="actions start">
                    <button type="submit" class="btn bad" prop:disabled=move || deleting.get() || !matches()>
                        "Delete site"
                    </button>
                </div>
            </form>
        </section>
    }
}
