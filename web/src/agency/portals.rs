//! `/settings/portal`: the portal of each site, and of groups of sites.

use super::groups::groups;
use super::office::{Office, office_page, shown};
use super::row::Row;
use crate::app::session::Loaded;
use crate::client::agency::{self, Holder};
use crate::ui::tasks::spawn;
use crate::ui::{Views, part};
use leptos::prelude::*;
use shared::ids::SiteId;
use shared::portal::Portal;
use shared::site::{Role, Site};
use std::sync::Arc;

/// So many sites are asked at a time: browsers and small servers hold no more.
const AT_ONCE: usize = 3;

type Portals = Vec<(SiteId, RwSignal<Loaded<Portal>>)>;

/// The page.
pub fn portals_page() -> AnyView {
    let office = Office::here();
    let sites = office.session.sites;
    let table = move |sites: Arc<Vec<Site>>| {
        let mut own: Vec<Site> = sites.iter().filter(|site| site.role == Role::Owner).cloned().collect();
        own.sort_by(|a, b| a.domain.cmp(&b.domain));
        if own.is_empty() {
            return view! {
                <div class="card empty">
                    <h2>"No sites yet"</h2>
                    <p class="muted">"Each site that you own can have a portal."</p>
                    <a class="btn" href="/sites">"Go to the sites"</a>
                </div>
            }
            .into_any();
        }
        let places: Portals = own.iter().map(|site| (site.id.clone(), RwSignal::new(None))).collect();
        load(office, places.clone());
        let rows = own
            .into_iter()
            .zip(places)
            .map(|(site, (_, place))| row(office, site, place))
            .views();
        let offered = sites.clone();
        view! {
            <div class="card table-card">
                <table class="table portals">
                    <thead><tr>
                        <th scope="col">"Site"</th><th scope="col">"Status"</th><th scope="col">"Portal link"</th><th scope="col">"Actions"</th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            {groups(office, offered)}
        }
        .into_any()
    };
    let reload = Callback::new(move |()| office.reload_sites());
    let body = view! {
        <p class="muted lead">"A client portal shows one site's health to whoever has its link: the score, PageSpeed, links, expiries and uptime. Nothing else, and nothing can be changed there."</p>
        {shown(sites, reload, table)}
        <p class="muted small">"Regenerate makes a new link, Revoke leaves none. The old link stops working immediately."</p>
    };
    office_page("wide", "/settings/portal", "Client portals", body.into_any())
}

fn load(office: Office, mut places: Portals) {
    places.reverse();
    let queue = StoredValue::new(places);
    for _ in 0..AT_ONCE {
        spawn(async move {
            while let Some((site, place)) = queue.try_update_value(Vec::pop).flatten() {
                ask(office, site, place).await;
            }
        });
    }
}

async fn ask(office: Office, site: SiteId, place: RwSignal<Loaded<Portal>>) {
    let answer = match agency::portal(&site).await {
        Ok(portal) => Ok(portal),
        Err(failure) => match office.told(failure) {
            Some(failure) => Err(failure),
            None => return,
        },
    };
    place.try_set(Some(answer));
}

fn row(office: Office, site: Site, place: RwSignal<Loaded<Portal>>) -> AnyView {
    let domain = site.domain.clone();
    let cells = move || match place.get() {
        None => view! { <td data-label="Status" colspan="3"><span class="muted">"Loading"</span></td> }.into_any(),
        Some(Err(failure)) => {
            let id = site.id.clone();
            let again = move |_| {
                let id = id.clone();
                place.set(None);
                spawn(async move { ask(office, id, place).await });
            };
            view! {
                <td data-label="Status" colspan="3">
                    <span class="field-error">{failure.message()}</span> <button type="button" class="btn small" on:click=again>"Try again"</button>
                </td>
            }
            .into_any()
        }
        Some(Ok(portal)) => {
            let (holder, zone) = (Holder::Site(site.id.clone()), Some(site.timezone.clone()));
            let row = Row::new(office, holder, site.domain.clone(), zone, portal);
            view! {
                <td data-label="Status">{row.switch()}</td>
                <td data-label="Portal link">{row.link()}</td>
                <td data-label="Actions">{row.actions()}</td>
            }
            .into_any()
        }
    };
    view! {
        <tr>
            <th scope="row"><span class="site-name"><img class="favicon" src=site.favicon.clone() alt="" width="20" height="20" /><span>{domain}</span></span></th>
            {part(cells)}
        </tr>
    }
    .into_any()
}
