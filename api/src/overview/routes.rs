//! `/overview`: for the account's owner and for scripts with `stats:read` and `sites:read`.

use super::service;
use crate::auth::account_access::AccountAccess;
use crate::auth::rights::ReadOverview;
use crate::error::{Error, Result};
use crate::http::page::PageQuery;
use crate::openapi::{BadInput, Denied, Limited, Missing};
use crate::state::State;
use actix_web::web::{Data, Query};
use actix_web::{HttpResponse, get};
use shared::api_key::ApiScope;
use shared::overview::Overview;
use shared::problem::ProblemCode;
use utoipa_actix_web::service_config::ServiceConfig;

/// Adds the routes.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(get_overview);
}

/// Tells how each site that the account owns stands, worst first.
///
/// A key needs `stats:read` and `sites:read`, and must not be bound to one site.
#[utoipa::path(tag = "sites", params(PageQuery),
    responses((status = 200, description = "The answer.", body = Overview), Denied, Missing, BadInput, Limited))]
#[get("/overview")]
async fn get_overview(
    state: Data<State>,
    access: AccountAccess<ReadOverview>,
    page: Query<PageQuery>,
) -> Result<HttpResponse> {
    access.caller.whole_account()?;
    if !access.caller.may(ApiScope::SitesRead) {
        return Err(Error::new(ProblemCode::Forbidden).detail("This key lacks the scope sites:read"));
    }
    let overview = service::overview(&state, &access.caller, &page.wanted(&["place"])?).await?;
    Ok(HttpResponse::Ok().json(overview))
}
