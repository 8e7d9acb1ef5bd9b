//! `GET /sites/{site_id}/export`.

use super::super::desk::Desk;
use super::super::export::{Export, Format};
use super::super::seen::Seen;
use crate::auth::access::{Access, watch};
use crate::auth::rights::ReadReports;
use crate::error::{Error, Result, chain};
use crate::openapi::{BadInput, Denied, Limited, Missing};
use crate::state::State;
use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::web::{Bytes, Data, Query};
use actix_web::{HttpRequest, HttpResponse, get};
use futures_util::stream;
use serde::Deserialize;
use std::time::Duration;
use tokio::sync::mpsc;
use utoipa::IntoParams;

/// Pieces that wait for a slow client.
const WAITING: usize = 2;
/// An export that takes longer breaks off: few may be made at once.
const WHOLE_WITHIN: Duration = Duration::from_secs(15 * 60);

/// The form of the export.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Form {
    /// `csv`, a ZIP of CSV files, or `json`.
    #[param(required, value_type = String, pattern = "^(csv|json)$")]
    format: Option<String>,
}

/// Exports everything that is seen of a range.
///
/// A ZIP of CSV files with the names and columns of Plausible's export, or one JSON document. An answer without its end broke
/// off. One export at a time for each share link and each site of an owner: 429 otherwise.
#[utoipa::path(tag = "reports", params(("site_id" = String, Path), Form, Seen),
    security(("session" = []), ("api_key" = []), ("share_token" = [])),
    responses((status = 200, description = "The file.", content(
        (Vec<u8> = "application/zip"), (serde_json::Value = "application/json"))), Denied, Missing, BadInput, Limited))]
#[get("/sites/{site_id}/export")]
pub(super) async fn export_site(
    state: Data<State>,
    access: Access<ReadReports>,
    form: Query<Form>,
    seen: Query<Seen>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let format = match form.format.as_deref() {
        Some("csv") => Format::Csv,
        Some("json") => Format::Json,
        _ => return Err(Error::field("?format", "invalid", "csv or json")),
    };
    let filters = seen.filters()?;
    let running = state.exports.begin(access.holder())?;
    let desk = Desk::new(&state, &access.scope, &filters, true).await?;
    let export = Export::new(desk, &seen.date_range()?, filters, format).await?;
    let (name, media_type) = (export.file_name(), export.media_type());
    let (sender, receiver) = mpsc::channel(WAITING);
    let (verdict, whole) = tokio::sync::oneshot::channel::<()>();
    let segment = access.scope.segment().cloned();
    let lost = watch::<ReadReports>(request, move |now| now.segment() == segment.as_ref());
    actix_web::rt::spawn(async move {
        let gone = sender.clone();
        let written = tokio::select! {
            written = export.write(sender) => written,
            () = tokio::time::sleep(WHOLE_WITHIN) => Err(Error::internal("the client takes too long")),
            () = lost => Err(Error::internal("the request may no longer see what it began to read")),
            () = gone.closed() => Err(Error::internal("the client went away")),
        };
        match written {
            // Received together with the end of the pieces.
            Ok(()) => drop(verdict.send(())),
            Err(error) => tracing::info!(cause = %chain(&error), "an export broke off"),
        }
        drop((gone, running));
    });
    let pieces = stream::unfold((receiver, Some(whole)), |(mut receiver, whole)| async {
        match receiver.recv().await {
            Some(piece) => Some((Ok(Bytes::from(piece)), (receiver, whole))),
            None => match whole?.await {
                Ok(()) => None,
                Err(_) => Some((Err(std::io::Error::other("the export broke off")), (receiver, None))),
            },
        }
    });
    let disposition = format!("attachment; filename=\"{name}\"; filename*=UTF-8''{name}");
    Ok(HttpResponse::Ok()
        .content_type(media_type)
        .insert_header((CONTENT_DISPOSITION, disposition))
        .streaming(pieces))
}
