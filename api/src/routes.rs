//! Every route, and the API document that comes out of them.

use crate::http::rate;
use crate::http::rate::RateLimit;
use crate::openapi::ApiDoc;
use crate::{
    accounts, annotations, api_keys, audit, branding, funnels, goals, health, imports, ingest, members, monitors,
    notices, overview, portals, reports, segments, share_links, shields, sites, spa,
};
use actix_governor::Governor;
use actix_web::dev::{ResourceDef, ServiceFactory, ServiceRequest};
use actix_web::http::{Method, header};
use actix_web::web;
use actix_web::{App, HttpRequest, HttpResponse};
use shared::problem::ProblemCode;
use std::sync::Arc;
use utoipa::OpenApi;
use utoipa::openapi::path::PathItem;
use utoipa_actix_web::{AppExt, scope};
use utoipa_swagger_ui::{Config, SwaggerUi};

const OPENAPI_PATH: &str = "/api/openapi.yaml";
const DOCS_PATHS: &str = "/api/docs/{_:.*}";

/// The limits that every worker shares.
#[derive(Clone, Debug)]
pub struct Limits {
    api: RateLimit,
    events: RateLimit,
}

impl Limits {
    /// The limits of the settings.
    pub fn new(limits: &crate::config::Limits) -> Self {
        Self {
            api: rate::limit(limits.api_per_second, limits.api_burst),
            events: rate::limit(limits.events_per_second, limits.events_burst),
        }
    }
}

/// Mounts the documented routes and answers the document.
fn document<T>(app: App<T>, limits: &Limits) -> (App<T>, utoipa::openapi::OpenApi)
where
    T: ServiceFactory<ServiceRequest, Config = (), Error = actix_web::Error, InitError = ()>,
{
    app.into_utoipa_app()
        .openapi(ApiDoc::openapi())
        .service(
            scope::scope("/api/v1")
                .wrap(Governor::new(&limits.api))
                // Before `/sites/{site_id}`, which would take its path for an id.
                .configure(share_links::configure_compat)
                .configure(accounts::configure)
                .configure(sites::configure)
                .configure(members::configure)
                .configure(share_links::configure)
                .configure(segments::configure)
                .configure(imports::configure)
                .configure(shields::configure)
                .configure(monitors::configure)
                .configure(notices::configure)
                .configure(portals::configure)
                .configure(branding::configure)
                .configure(overview::configure)
                .configure(audit::configure)
                .configure(goals::configure)
                .configure(funnels::configure)
                .configure(annotations::configure)
                .configure(reports::configure)
                .configure(api_keys::configure),
        )
        .service(
            scope::scope("/api/v2")
                .wrap(Governor::new(&limits.api))
                .configure(reports::configure_plausible),
        )
        .service(
            scope::scope("/api/event")
                .wrap(Governor::new(&limits.events))
                .configure(ingest::configure),
        )
        .configure(ingest::configure_script)
        .configure(share_links::configure_script)
        .configure(branding::configure_pages)
        .configure(health::configure)
        .split_for_parts()
}

/// Mounts everything on an app.
pub fn mount<T>(app: App<T>, limits: &Limits) -> App<T>
where
    T: ServiceFactory<ServiceRequest, Config = (), Error = actix_web::Error, InitError = ()>,
{
    let (app, document) = document(app, limits);
    let methods = Arc::new(Methods::of(&document));
    let yaml = Arc::new(yaml_of(&document));
    app.route(OPENAPI_PATH, web::get().to(move || get_openapi(yaml.clone())))
        .route("/api/docs", web::get().to(redirect_to_docs))
        .service(SwaggerUi::new(DOCS_PATHS).config(Config::new([OPENAPI_PATH])))
        .configure(spa::configure)
        .default_service(web::to(move |request| fallback(request, methods.clone())))
}

/// The API document as YAML, as it is committed.
pub fn openapi_yaml(limits: &Limits) -> String {
    let (_, document) = document(App::new(), limits);
    yaml_of(&document)
}

fn yaml_of(document: &utoipa::openapi::OpenApi) -> String {
    let yaml = document.to_yaml().expect("the document is plain data");
    // Readers of YAML 1.1 take a bare `off` for false.
    yaml.replace("- off\n", "- 'off'\n")
}

async fn get_openapi(yaml: Arc<String>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/yaml; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .body(yaml.as_str().to_owned())
}

async fn redirect_to_docs() -> HttpResponse {
    HttpResponse::Found()
        .insert_header((header::LOCATION, "/api/docs/"))
        .finish()
}

/// Which methods each documented path has, and those of the document itself: actix answers 404 where only the method is wrong.
struct Methods(Vec<(ResourceDef, String)>);

impl Methods {
    fn of(document: &utoipa::openapi::OpenApi) -> Self {
        let paths = document.paths.paths.iter();
        let documented = paths.map(|(path, item)| (ResourceDef::new(path.as_str()), allowed(item)));
        let of_document = [OPENAPI_PATH, "/api/docs", DOCS_PATHS];
        let read_only = of_document.map(|path| (ResourceDef::new(path), "GET, HEAD".to_owned()));
        Self(documented.chain(read_only).collect())
    }

    fn allow(&self, path: &str) -> Option<&str> {
        let mut fitting = self.0.iter().filter(|(template, _)| template.is_match(path));
        let found = fitting.clone().find(|(template, _)| template.pattern() == Some(path));
        found.or_else(|| fitting.next()).map(|(_, allowed)| allowed.as_str())
    }
}

fn allowed(item: &PathItem) -> String {
    let methods = [
        (Method::GET, item.get.is_some()),
        (Method::HEAD, item.get.is_some()),
        (Method::POST, item.post.is_some()),
        (Method::PUT, item.put.is_some()),
        (Method::PATCH, item.patch.is_some()),
        (Method::DELETE, item.delete.is_some()),
        (Method::OPTIONS, item.options.is_some()),
    ];
    let present = methods
        .iter()
        .filter(|(_, present)| *present)
        .map(|(method, _)| method.as_str());
    present.collect::<Vec<_>>().join(", ")
}

/// A path that no route has: 405 when another method has it, a page of the app, or 404.
async fn fallback(request: HttpRequest, methods: Arc<Methods>) -> actix_web::Result<HttpResponse> {
    if let Some(allow) = methods.allow(request.match_info().as_str()) {
        let error = crate::error::Error::new(ProblemCode::MethodNotAllowed);
        let mut response = HttpResponse::from_error(error);
        response
            .headers_mut()
            .insert(header::ALLOW, header::HeaderValue::from_str(allow)?);
        return Ok(response);
    }
    Ok(spa::owner_shell(request).await?)
}
