//! A site's card, and the loading of all cards' numbers a few at a time.

use crate::app::session::use_session;
use crate::client::{Access, members, stats};
use crate::format::number;
use crate::reports::question;
use crate::router::{routes, use_router};
use crate::ui::announce::announcer;
use crate::ui::confirm::ConfirmButton;
use crate::ui::path;
use crate::ui::tasks::spawn;
use crate::ui::{dom, dynamic, part};
use leptos::prelude::*;
use shared::ids::SiteId;
use shared::query::DateRange;
use shared::site::{Role, Site};

/// So many sites are asked at a time: browsers and small servers hold no more.
const AT_ONCE: usize = 3;

/// The last 24 hours of a site.
#[derive(Clone, PartialEq)]
struct Spark {
    visitors: f64,
    hours: Vec<f64>,
}

/// The last 24 hours of all sites, as far as they are loaded.
#[derive(Clone, Copy)]
pub struct Sparks {
    known: RwSignal<Vec<(SiteId, Option<Spark>)>>,
}

impl Default for Sparks {
    fn default() -> Self {
        Sparks {
            known: RwSignal::new(Vec::new()),
        }
    }
}

impl Sparks {
    /// Loads those that are missing.
    pub fn load(self, sites: &[Site]) {
        let mut missing: Vec<SiteId> = self.known.with_untracked(|known| {
            sites
                .iter()
                .map(|site| site.id.clone())
                .filter(|id| !known.iter().any(|(other, _)| other == id))
                .collect()
        });
        missing.reverse();
        let queue = StoredValue::new(missing);
        for _ in 0..AT_ONCE {
            spawn(async move {
                while let Some(id) = queue.try_update_value(Vec::pop).flatten() {
                    let spark = ask(&id).await;
                    if self.known.try_update(|known| known.push((id, spark))).is_none() {
                        return;
                    }
                }
            });
        }
    }
}

async fn ask(id: &SiteId) -> Option<Spark> {
    let queries = vec![question::total(DateRange::Last24h), question::sparkline()];
    let mut answers = stats::ask(id, &Access::Session, queries, None).await.ok()?.into_iter();
    let total = answers.next()?.ok()?;
    let series = answers.next()?.ok()?;
    let value_at = |label: &String| {
        series
            .rows
            .iter()
            .find(|row| row.name() == label)
            .and_then(|row| row.number(0))
            .unwrap_or(0.0)
    };
    Some(Spark {
        visitors: total.total().unwrap_or(0.0),
        hours: series.meta.time_labels.as_ref()?.iter().map(value_at).collect(),
    })
}

/// The card; all of it is the link to the dashboard.
pub fn site_card(site: &Site, sparks: Sparks) -> AnyView {
    let leave = (site.role == Role::Viewer).then(|| leave_button(site));
    let id = site.id.clone();
    let spark = move || {
        sparks.known.with(|known| {
            known
                .iter()
                .find(|(known, _)| *known == id)
                .map(|(_, spark)| spark.clone())
        })
    };
    let also_spark = spark.clone();
    let figure = move || match spark() {
        None => view! { <span class="spark skeleton"></span> }.into_any(),
        Some(None) => view! { <span class="spark muted">"No figures now"</span> }.into_any(),
        Some(Some(spark)) => line(&spark.hours),
    };
    let visitors = move || match also_spark() {
        Some(Some(Spark { visitors: 1.0, .. })) => "1 visitor in 24 h".to_owned(),
        Some(Some(spark)) => format!("{} visitors in 24 h", number::compact(spark.visitors)),
        _ => "\u{a0}".to_owned(),
    };
    view! {
        <li>
            <a class="card site-card" href=routes::dashboard(&site.domain)>
                <span class="site-card-head">
                    <img class="favicon" src=site.favicon.clone() alt="" width="20" height="20" />
                    <span class="site-card-domain">{site.domain.clone()}</span>
                </span>
                {part(figure)}
                <span class="site-card-visitors">{dynamic(visitors)}</span>
            </a>
            {leave}
        </li>
    }
    .into_any()
}

/// Takes the site off a viewer's list, once asked again.
fn leave_button(site: &Site) -> AnyView {
    let (session, router, announce) = (use_session(), use_router(), announcer());
    let (id, domain) = (site.id.clone(), site.domain.clone());
    let busy = RwSignal::new(false);
    let about = format!("site {domain}");
    let leave = Callback::new(move |()| {
        let (id, domain) = (id.clone(), domain.clone());
        busy.set(true);
        spawn(async move {
            let answer = members::leave(&id).await;
            busy.try_set(false);
            match answer {
                Ok(()) => {
                    session.remove(&domain);
                    announce.run("You have left the site".to_owned());
                    dom::focus("h1");
                }
                Err(failure) => {
                    if let Some(failure) = session.check(failure, router) {
                        announce.run(failure.message());
                    }
                }
            }
        });
    });
    view! { <ConfirmButton label="Leave this site" question="Leave?" about=about busy=busy on_confirm=leave /> }
        .into_any()
}

fn line(hours: &[f64]) -> AnyView {
    let hours: Vec<_> = hours.iter().copied().map(Some).collect();
    let top = hours.iter().flatten().copied().fold(1.0, f64::max);
    view! {
        <svg class="spark" viewBox=format!("0 0 {} {}", path::WIDTH, path::HEIGHT) preserveAspectRatio="none" aria-hidden="true">
            <path class="area" d=path::area(&hours, top) />
            <path class="line" d=path::line(&hours, top, 0, hours.len()) />
        </svg>
    }
    .into_any()
}
