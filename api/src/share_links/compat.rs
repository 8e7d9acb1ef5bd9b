//! Plausible's own path for share links, so that its clients work against this server unchanged.

use super::service;
use crate::auth::access::site_of_domain;
use crate::auth::account_access::AccountAccess;
use crate::auth::origin::base_url;
use crate::auth::rights::ManageLinks;
use crate::error::{Error, Result};
use crate::http::form::Form;
use crate::openapi::{BadInput, Conflict, Denied, Limited, Missing};
use crate::state::State;
use actix_web::http::header::{ALLOW, HeaderValue};
use actix_web::web::{self, Data};
use actix_web::{HttpRequest, HttpResponse, put};
use shared::problem::{FieldError, ProblemCode};
use shared::share_link::FoundShareLink;
use utoipa_actix_web::service_config::ServiceConfig;

/// Adds the route, and 405 for every other method: `shared-links` is no site's id.
pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    let others = web::route().to(async || {
        let mut response = HttpResponse::from_error(Error::new(ProblemCode::MethodNotAllowed));
        response.headers_mut().insert(ALLOW, HeaderValue::from_static("PUT"));
        response
    });
    config
        .service(find_or_create_share_link)
        .route("/sites/shared-links", others);
}

/// Finds or makes a share link by its name, as Plausible's Sites API does.
///
/// `site_id` is the site's domain. The body may be JSON or a form. Under the name of a link that is there, that link is
/// answered, to a key that has `links:read` besides; otherwise one without a password is made.
#[utoipa::path(tag = "share links", request_body(content = shared::share_link::FindShareLink,
        content_type = "application/json"),
    responses((status = 200, description = "The answer.", body = FoundShareLink), Denied, Missing, Conflict, BadInput, Limited))]
#[put("/sites/shared-links")]
async fn find_or_create_share_link(
    state: Data<State>,
    request: HttpRequest,
    access: AccountAccess<ManageLinks>,
    form: Form,
) -> Result<HttpResponse> {
    let mut given = form.take()?;
    let mut take = |name: &str| {
        let missing = || FieldError::new(format!("/{name}"), "required", format!("`{name}` is missing"));
        given.remove(name).ok_or_else(missing)
    };
    let (domain, name) = match (take("site_id"), take("name")) {
        (Ok(domain), Ok(name)) => (domain, name),
        (domain, name) => {
            return Err(Error::fields(
                [domain.err(), name.err()].into_iter().flatten().collect(),
            ));
        }
    };
    let site = site_of_domain::<ManageLinks>(&state, &access.caller, &domain).await?;
    let base_url = base_url(&state, &request);
    let link = service::find_or_create(&state, &base_url, &access.caller, &site, name).await?;
    Ok(HttpResponse::Ok().json(FoundShareLink {
        name: link.name,
        url: link.url,
    }))
}
