//! The pages: each program of the app has one, served for every path that the program shows.

use super::assets::{Dist, answer, negotiate};
use super::csp;
use crate::error::{Error, Result};
use crate::http::client_address::ClientAddress;
use crate::http::headers;
use crate::http::hosts::HostAccount;
use crate::http::without_body;
use crate::portals;
use crate::share_links;
use crate::state::State;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse, get};
use serde::Deserialize;
use shared::app::App;
use shared::problem::ProblemCode;

/// No page may frame this one.
const NOBODY: &str = "'none'";
/// Every page may frame this one.
const ANYBODY: &str = "*";
const HTML: &str = "text/html; charset=utf-8";

/// First segments of the app's own pages; a site's pages begin with its domain, which has a dot.
const PAGES: [&str; 6] = ["", "invitations", "login", "overview", "sites", "settings"];

/// Answers what nothing else has answered: a page of the app, or 404.
pub async fn owner_shell(request: HttpRequest) -> Result<HttpResponse> {
    let path = request.match_info().as_str();
    let first = path.trim_start_matches('/').split('/').next().unwrap_or("");
    let is_page = PAGES.contains(&first) || (first.contains('.') && !is_file(path));
    let status = if is_page { StatusCode::OK } else { StatusCode::NOT_FOUND };
    let wants_page = request.method().is_safe() && !path.starts_with("/api") && !path.starts_with("/js");
    if !wants_page || is_file(path) {
        return Err(ProblemCode::NotFound.into());
    }
    shell(&request, App::of(path).name(), status, "no-cache", "'self'", NOBODY)
}

/// Paths that browsers ask for by themselves.
fn is_file(path: &str) -> bool {
    matches!(
        path,
        "/favicon.ico" | "/robots.txt" | "/apple-touch-icon.png" | "/sitemap.xml"
    ) || path.starts_with("/.well-known/")
}

#[derive(Deserialize)]
struct Auth {
    #[serde(default)]
    auth: String,
}

/// The page of a share link. A dead link is 404 as a status too, and a failed token counts as anywhere.
#[get("/share/{domain}")]
pub(super) async fn get_share_shell(
    state: Data<State>,
    request: HttpRequest,
    address: ClientAddress,
    domain: Path<String>,
    query: Query<Auth>,
) -> Result<HttpResponse> {
    let framing = share_links::opening::framing(&state, address, &query.auth, &domain);
    recipients_shell(&request, App::Share.name(), framing.await)
}

/// The page of a portal, under the same rules.
#[get("/portal/{token}")]
pub(super) async fn get_portal_shell(
    state: Data<State>,
    request: HttpRequest,
    host: HostAccount,
    address: ClientAddress,
    token: Path<String>,
) -> Result<HttpResponse> {
    let shown = !without_body::is_asked_by(&request);
    let framing = portals::service::opening::framing(&state, address, host.0.as_deref(), &token, shown);
    recipients_shell(&request, App::Portal.name(), framing.await)
}

/// A page for recipients, by what its token opens: who may frame it, or why it is dead.
///
/// Anybody may frame the page of a dead link, so that who looks at a frame reads that it is gone. It holds nothing: the app
/// asks with the very token that was looked up here, or with none.
fn recipients_shell(request: &HttpRequest, page: &str, framing: Result<String>) -> Result<HttpResponse> {
    let mut frame_ancestors = String::new();
    let (status, retry_after_s) = match framing {
        Ok(found) => {
            frame_ancestors = found;
            (StatusCode::OK, None)
        }
        Err(Error {
            code: ProblemCode::LinkNotFound | ProblemCode::PortalNotFound,
            ..
        }) => {
            ANYBODY.clone_into(&mut frame_ancestors);
            (StatusCode::NOT_FOUND, None)
        }
        Err(Error {
            code: ProblemCode::RateLimited,
            retry_after_s,
            ..
        }) => (StatusCode::TOO_MANY_REQUESTS, retry_after_s),
        Err(error) => return Err(error),
    };
    let framed = !frame_ancestors.is_empty();
    let ancestors = if framed { &frame_ancestors } else { NOBODY };
    let mut response = shell(request, page, status, "no-store", "'none'", ancestors)?;
    if framed {
        headers::allow_framing(response.headers_mut());
    }
    if let Some(seconds) = retry_after_s {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    Ok(response)
}

fn shell(
    request: &HttpRequest,
    page: &str,
    status: StatusCode,
    cache: &'static str,
    form_action: &str,
    frame_ancestors: &str,
) -> Result<HttpResponse> {
    let name = format!("{page}.html");
    let Some(page) = Dist::get(&name) else {
        let hint = "The web app is not built into this program. `cargo xtask run` builds it; the API is at /api/docs.";
        return Ok(HttpResponse::ServiceUnavailable()
            .content_type("text/plain; charset=utf-8")
            .body(hint));
    };
    let policy = csp::policy(&String::from_utf8_lossy(&page.data), form_action, frame_ancestors);
    let policy = HeaderValue::from_str(&policy).map_err(Error::internal)?;
    let (file, encoding) = negotiate(request, &name).unwrap_or((page, None));
    let mut response = answer(file, encoding, HTML, cache);
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    Ok(response)
}
