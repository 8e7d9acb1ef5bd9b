//! `/sites/{site_id}/imports`: for the site's owner.

use super::service;
use super::upload::{self, Upload};
use crate::auth::access::Access;
use crate::auth::rights::{ManageImports, ReadImports};
use crate::error::{Error, Result};
use crate::http::json::check_length;
use crate::http::page::PageQuery;
use crate::openapi::{BadInput, Conflict, Denied, Limited, Missing};
use crate::state::State;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Path, Payload, Query};
use actix_web::{HttpRequest, HttpResponse, delete, get, post};
use futures_util::StreamExt;
use serde::Deserialize;
use shared::import::{Import, ImportList, LogFormat};
use shared::problem::ProblemCode;
use std::time::Duration;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

/// Bytes that are written to disk at once.
const PIECE: usize = 1024 * 1024;
/// An upload that sends nothing for so long is given up.
const SILENCE: Duration = Duration::from_secs(30);

/// Adds the routes.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(list_imports)
        .service(create_import)
        .service(get_import)
        .service(delete_import);
}

/// What is said of a file beside its bytes.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct About {
    /// The file's name, to know it by; cut after 200 bytes. A file that is known keeps its name when this is absent.
    name: Option<String>,
    /// How an access log's lines are written: `auto` (when absent), `common`, `combined` or `vhost`.
    #[param(value_type = Option<LogFormat>)]
    format: Option<String>,
}

impl About {
    fn name(&self) -> Result<String> {
        let name = self.name.clone().unwrap_or_default();
        match name.chars().any(char::is_control) {
            true => Err(Error::field("?name", "invalid", "It has invisible characters")),
            false => Ok(name),
        }
    }

    fn format(&self) -> Result<LogFormat> {
        match self.format.as_deref() {
            None | Some("auto") => Ok(LogFormat::Auto),
            Some("common") => Ok(LogFormat::Common),
            Some("combined") => Ok(LogFormat::Combined),
            Some("vhost") => Ok(LogFormat::Vhost),
            Some(_) => Err(Error::field(
                "?format",
                "unknown_word",
                "auto, common, combined or vhost",
            )),
        }
    }
}

/// Lists the imports of a site, latest first.
#[utoipa::path(tag = "imports", params(("site_id" = String, Path), PageQuery),
    responses((status = 200, description = "The answer.", body = ImportList), Denied, Missing, BadInput, Limited))]
#[get("/sites/{site_id}/imports")]
async fn list_imports(state: Data<State>, access: Access<ReadImports>, page: Query<PageQuery>) -> Result<HttpResponse> {
    let imports = service::list(&state, &access.site, &page.wanted(&["imp"])?).await?;
    Ok(HttpResponse::Ok().json(imports))
}

/// Takes a file to import: an access log, also gzipped, or the ZIP archive that Plausible exports.
///
/// The body is the file, whatever its content type. The import runs in the background: read it to see how far it is. A file that is known
/// is not counted again; one that has grown goes on where it ended, as the import that it was. 409 while the same file is being imported.
#[utoipa::path(tag = "imports", params(("site_id" = String, Path), About),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, description = "It waits for its turn.", body = Import, headers(("Location" = String))), Denied, Missing, Conflict, BadInput, Limited))]
#[post("/sites/{site_id}/imports")]
async fn create_import(
    state: Data<State>,
    request: HttpRequest,
    access: Access<ManageImports>,
    about: Query<About>,
    body: Payload,
) -> Result<HttpResponse> {
    let (caller, _) = access.caller()?;
    let (format, name) = (about.format()?, about.name()?);
    let most_bytes = state.config.imports.upload_max_bytes;
    check_length(request.headers(), usize::try_from(most_bytes).unwrap_or(usize::MAX))?;
    let upload = read(upload::receive(&state, &access.site).await?, body, most_bytes).await?;
    let import = upload.enter(&state, caller, &access.site, name, format).await?;
    let location = format!("/api/v1/sites/{}/imports/{}", access.site.id, import.id);
    Ok(HttpResponse::Created().insert_header((LOCATION, location)).json(import))
}

/// Streams a body to disk, within its bound.
async fn read(mut upload: Upload, mut body: Payload, most_bytes: u64) -> Result<Upload> {
    let silent = |_| Error::new(ProblemCode::BadRequest).detail("the upload has stopped");
    let (mut waiting, mut taken) = (Vec::new(), 0);
    while let Some(chunk) = tokio::time::timeout(SILENCE, body.next()).await.map_err(silent)? {
        let chunk = chunk.map_err(|cause| Error::new(ProblemCode::BadRequest).caused_by(cause.to_string()))?;
        taken += chunk.len() as u64;
        if taken > most_bytes {
            return Err(Error::new(ProblemCode::TooLarge).detail(format!("at most {most_bytes} bytes are taken")));
        }
        waiting.extend_from_slice(&chunk);
        if waiting.len() >= PIECE {
            upload = upload.add(std::mem::take(&mut waiting)).await?;
        }
    }
    upload.add(waiting).await
}

/// Reads an import: how it stands and what it counted.
#[utoipa::path(tag = "imports", params(("site_id" = String, Path), ("import_id" = String, Path)),
    responses((status = 200, description = "The answer.", body = Import), Denied, Missing, Limited))]
#[get("/sites/{site_id}/imports/{import_id}")]
async fn get_import(
    state: Data<State>,
    access: Access<ReadImports>,
    path: Path<(String, String)>,
) -> Result<HttpResponse> {
    let import = service::get(&state, &access.site, &path.1).await?;
    Ok(HttpResponse::Ok().json(import))
}

/// Removes an import and everything that it brought; one that runs is stopped.
#[utoipa::path(tag = "imports", params(("site_id" = String, Path), ("import_id" = String, Path)),
    responses((status = 204, description = "Done; no body."), Denied, Missing, Limited))]
#[delete("/sites/{site_id}/imports/{import_id}")]
async fn delete_import(
    state: Data<State>,
    access: Access<ManageImports>,
    path: Path<(String, String)>,
) -> Result<HttpResponse> {
    let (caller, _) = access.caller()?;
    service::remove(&state, caller, &access.site, &path.1).await?;
    Ok(HttpResponse::NoContent().finish())
}
