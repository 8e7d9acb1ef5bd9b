//! How a site is, for its members.

use super::super::service::{findings, health, history, kind_of};
use crate::auth::access::Access;
use crate::auth::rights::ReadHealth;
use crate::error::{Error, Result};
use crate::http::page::PageQuery;
use crate::openapi::{BadInput, Denied, Limited, Missing};
use crate::state::State;
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpResponse, get};
use serde::Deserialize;
use shared::facts::{LighthouseFindingList, LinkFinding, LinkState};
use shared::health::{Health, Uptime, UptimePeriod};
use shared::monitor::{Check, Incident};
use shared::page::Page;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(get_site_health)
        .service(get_uptime)
        .service(list_checks)
        .service(list_incidents)
        .service(list_link_findings)
        .service(list_lighthouse_findings);
}

/// Tells the health of a site: its score and why, and how each monitor stands.
///
/// What putting things right would bring is told to the site's owner only.
#[utoipa::path(tag = "health", params(("site_id" = String, Path)),
    responses((status = 200, description = "The answer.", body = Health), Denied, Missing, Limited))]
#[get("/sites/{site_id}/health")]
async fn get_site_health(state: Data<State>, access: Access<ReadHealth>) -> Result<HttpResponse> {
    let (_, role) = access.caller()?;
    Ok(HttpResponse::Ok().json(health::health(&state, &access.site, role).await?))
}

/// The query parameters of uptime.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Lookback {
    /// How far back: `24h`, `7d`, `30d` or `90d`; `24h` when absent.
    #[param(value_type = Option<UptimePeriod>)]
    period: Option<String>,
}

impl Lookback {
    fn period(&self) -> Result<UptimePeriod> {
        match self.period.as_deref() {
            None | Some("24h") => Ok(UptimePeriod::Day),
            Some("7d") => Ok(UptimePeriod::Week),
            Some("30d") => Ok(UptimePeriod::Month),
            Some("90d") => Ok(UptimePeriod::Quarter),
            Some(_) => Err(Error::field("?period", "unknown_word", "24h, 7d, 30d or 90d")),
        }
    }
}

/// Tells the uptime and response times of a site over a period that ends now.
#[utoipa::path(tag = "health", params(("site_id" = String, Path), Lookback),
    responses((status = 200, description = "The answer.", body = Uptime), Denied, Missing, BadInput, Limited))]
#[get("/sites/{site_id}/uptime")]
async fn get_uptime(state: Data<State>, access: Access<ReadHealth>, lookback: Query<Lookback>) -> Result<HttpResponse> {
    let uptime = history::uptime(&state, &access.site, lookback.period()?).await?;
    Ok(HttpResponse::Ok().json(uptime))
}

/// Lists the checks of a monitor, latest first.
#[utoipa::path(tag = "health", params(("site_id" = String, Path), ("kind" = shared::monitor::MonitorKind, Path), PageQuery),
    responses((status = 200, description = "The answer.", body = Page<Check>), Denied, Missing, BadInput, Limited))]
#[get("/sites/{site_id}/monitors/{kind}/checks")]
async fn list_checks(
    state: Data<State>,
    access: Access<ReadHealth>,
    path: Path<(String, String)>,
    page: Query<PageQuery>,
) -> Result<HttpResponse> {
    let checks = history::checks(&state, &access.site, kind_of(&path.1)?, &page.wanted(&["chk"])?).await?;
    Ok(HttpResponse::Ok().json(checks))
}

/// Lists the incidents of a site, latest first.
#[utoipa::path(tag = "health", params(("site_id" = String, Path), PageQuery),
    responses((status = 200, description = "The answer.", body = Page<Incident>), Denied, Missing, BadInput, Limited))]
#[get("/sites/{site_id}/incidents")]
async fn list_incidents(
    state: Data<State>,
    access: Access<ReadHealth>,
    page: Query<PageQuery>,
) -> Result<HttpResponse> {
    let incidents = history::incidents(&state, &access.site, &page.wanted(&["inc"])?).await?;
    Ok(HttpResponse::Ok().json(incidents))
}

/// Which link findings.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Which {
    /// Only `broken`, or only `redirecting`; both when absent.
    #[param(value_type = Option<LinkState>)]
    state: Option<String>,
    /// At most so many rows: 1 to 100; 25 when absent.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Option<String>,
    /// What `next_cursor` of the page before said.
    #[param(pattern = "^[0-9a-f]{1,15}\\.[A-Za-z0-9_]{1,64}$")]
    cursor: Option<String>,
}

impl Which {
    fn state(&self) -> Result<Option<LinkState>> {
        match self.state.as_deref() {
            None => Ok(None),
            Some("broken") => Ok(Some(LinkState::Broken)),
            Some("redirecting") => Ok(Some(LinkState::Redirecting)),
            Some(_) => Err(Error::field("?state", "unknown_word", "broken or redirecting")),
        }
    }
}

/// Lists the links that the latest crawl found broken or redirecting; broken ones first.
#[utoipa::path(tag = "health", params(("site_id" = String, Path), Which),
    responses((status = 200, description = "The answer.", body = Page<LinkFinding>), Denied, Missing, BadInput, Limited))]
#[get("/sites/{site_id}/link-findings")]
async fn list_link_findings(
    state: Data<State>,
    access: Access<ReadHealth>,
    which: Query<Which>,
) -> Result<HttpResponse> {
    let page = PageQuery::new(which.limit.clone(), which.cursor.clone());
    let links = findings::links(&state, &access.site, which.state()?, &page.wanted(&["link"])?).await?;
    Ok(HttpResponse::Ok().json(links))
}

/// Lists what the latest runs of Lighthouse would have better.
#[utoipa::path(tag = "health", params(("site_id" = String, Path)),
    responses((status = 200, description = "The answer.", body = LighthouseFindingList), Denied, Missing, Limited))]
#[get("/sites/{site_id}/lighthouse-findings")]
async fn list_lighthouse_findings(state: Data<State>, access: Access<ReadHealth>) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(findings::lighthouse(&state, &access.site).await?))
}
