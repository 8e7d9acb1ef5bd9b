//! `GET /sites/{site_id}/realtime`, once or as a stream.

use super::super::desk::Desk;
use super::super::realtime;
use super::super::seen::SeenNow;
use crate::auth::access::{Access, watch};
use crate::auth::origin::SameOrigin;
use crate::auth::rights::ReadReports;
use crate::error::Result;
use crate::http::client_address::ClientAddress;
use crate::http::event_stream::{self, Message};
use crate::openapi::{BadInput, Denied, Limited, Missing};
use crate::state::State;
use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse, get};
use shared::query::Filter;
use shared::realtime::{Realtime, RealtimeEvent};
use std::time::Duration;

/// A change is told at most so often.
const EVERY: Duration = Duration::from_secs(5);

/// Answers what happens now.
///
/// Visitors of the last 5 minutes, and the page views of the last 30.
#[utoipa::path(tag = "reports", params(("site_id" = String, Path), SeenNow),
    security(("session" = []), ("api_key" = []), ("share_token" = [])),
    responses((status = 200, description = "The answer.", body = Realtime), Denied, Missing, BadInput, Limited))]
#[get("/sites/{site_id}/realtime")]
pub(super) async fn get_realtime(
    state: Data<State>,
    access: Access<ReadReports>,
    seen: Query<SeenNow>,
) -> Result<HttpResponse> {
    let filters = seen.filters()?;
    let desk = Desk::new(&state, &access.scope, &filters, false).await?;
    Ok(HttpResponse::Ok().json(realtime::now(&desk, &filters).await?))
}

/// Tells what happens now as it changes, as server-sent events.
///
/// Each event `realtime` carries what `/realtime` answers, within what the request may see then. When the key to the door no
/// longer opens it, the stream says `gone` within a second and ends. An address may hold 20 streams.
#[utoipa::path(tag = "reports", params(("site_id" = String, Path), SeenNow),
    security(("session" = []), ("api_key" = []), ("share_token" = [])),
    responses((status = 200, description = "The stream.", body = RealtimeEvent, content_type = "text/event-stream"), Denied, Missing, BadInput, Limited))]
#[get("/sites/{site_id}/realtime/stream")]
pub(super) async fn stream_realtime(
    state: Data<State>,
    access: Access<ReadReports>,
    _own_pages: SameOrigin,
    address: ClientAddress,
    seen: Query<SeenNow>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let filters = seen.filters()?;
    let slot = state.streams.take(address)?;
    let first = look(&state, &access, &filters).await?;
    let (stream, sender) = event_stream::channel();
    let lost = watch::<ReadReports>(request.clone(), |_| true);
    actix_web::rt::spawn(async move {
        let told = tell(&state, &request, &filters, first, &sender);
        tokio::select! {
            refused = told => if refused {
                sender.end_with(Message::event("gone", "{}"));
            },
            () = lost => sender.end_with(Message::event("gone", "{}")),
            () = sender.closed() => {}
            () = state.stopping.wait() => {}
        }
        drop(slot);
    });
    Ok(stream.response())
}

async fn look(state: &State, access: &Access<ReadReports>, filters: &[Filter]) -> Result<Realtime> {
    let desk = Desk::new(state, &access.scope, filters, false).await?;
    realtime::now(&desk, filters).await
}

/// Tells each change, until the question fails: the listener comes back then. True when the request is not let in any more.
async fn tell(
    state: &State,
    request: &HttpRequest,
    filters: &[Filter],
    first: Realtime,
    sender: &event_stream::Sender,
) -> bool {
    let mut told: Option<Realtime> = None;
    let mut next = first;
    loop {
        if told.as_ref() == Some(&next) {
            sender.send(Message::alive()).await;
        } else {
            let data = serde_json::to_string(&next).expect("plain data is JSON");
            sender.send(Message::event("realtime", &data)).await;
            told = Some(next);
        }
        tokio::time::sleep(EVERY).await;
        // A link's segment may be another by now.
        let access = match Access::again(state, request).await {
            Ok(access) => access,
            Err(error) => return error.code.status() < 500,
        };
        match look(state, &access, filters).await {
            Ok(now) => next = now,
            Err(error) => {
                tracing::debug!(cause = %crate::error::chain(&error), "a live stream ends");
                return false;
            }
        }
    }
}
